"""Service: what residents need, which way they turn, and who is served.

Which way a villager turns is a multinomial logit over the office (or a nearer outpost), online
and giving up, coupled by exponential races: V = ln(decay of distance) for the office and
ln(1 - decay) for giving up, so that with nothing else attendance is the decay itself.
Capacity is the cadres' service hours: a fluid queue, first need first, with abandonment.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.villager import AWAY, ELDER
from sim.compiled import B1, F4, F8, I2, I4, I8, U1, U8, Records, kernel, rule
from sim.draws import exponential, poisson, uniform

if TYPE_CHECKING:
    from sim.county import CountyModel

NO_NEED, GROUP_LEADER, OFFICE, OUTPOST, ONLINE, GAVE_UP = range(6)
REMOTE_KM = 3.0


@rule
def decay(distance_km: float, sigma_km: float, beta: float, exponential_form: float) -> float:
    """Return the share of needs brought over a distance by road (Müller et al. 1998).

    Gaussian, exp(-d2 / 2 sigma2), or exponential, exp(-beta d).
    """
    if exponential_form > 0.5:
        return math.exp(-beta * distance_km)
    return math.exp(-(distance_km**2) / (2.0 * sigma_km**2))


@rule
def contact_tendency(
    trust: float, wait: float, trust_response: float, queue_response: float
) -> float:
    """Return the factor on turning to the cadres: 1 at trust 0.5 and without a queue."""
    return math.exp(trust_response * (trust - 0.5) - queue_response * wait)


@rule
def online_attraction(adoption: float) -> float:
    """Return the attraction of the online way against an office next door (odds of adoption)."""
    return adoption / (1.0 - adoption)


@rule
def settled_by_group_leader(share: float, persons: float, persons_per_group: float) -> float:
    """Return the share of needs a group leader settles: less where groups are large."""
    return share * min(1.0, persons / max(persons_per_group, 1.0))


@rule
def served_share(capacity: float, backlog: float, asked: float) -> float:
    """Return the share of new needs served this month: the backlog is served first."""
    left = max(0.0, capacity - backlog)
    return min(1.0, left / asked) if asked > 0.0 else 1.0


@rule
def next_backlog(capacity: float, backlog: float, asked: float, abandonment: float) -> float:
    """Return the work left waiting, in the unit of `backlog`: some of the old wait gives up."""
    old = max(0.0, backlog - capacity) * (1.0 - abandonment)
    return old + asked * (1.0 - served_share(capacity, backlog, asked))


@rule
def update_experience(experience: float, met: float, weight: float) -> float:
    """Return the running share of one's own needs that were met."""
    return experience + weight * (met - experience)


@rule
def choose_channel(
    clocks: tuple[float, float, float], site: int, near: float, online: float, contact: float
) -> int:
    """Return the channel of a need: the first to arrive in a race of exponential clocks.

    Parameters
    ----------
    clocks : tuple of float
        Exponential draws of mean 1 for giving up, the nearer site, and online.
    site : int
        `OFFICE` or `OUTPOST`, whichever is nearer.
    near, online : float
        Attraction of the site and of the online way.
    contact : float
        `contact_tendency`.
    """
    best, channel = clocks[0] / max(1.0 - near, 1e-12), GAVE_UP
    arrival = clocks[1] / max(near * contact, 1e-12)
    if arrival < best:
        best, channel = arrival, site
    arrival = clocks[2] / max(online * contact, 1e-12)
    return ONLINE if arrival < best else channel


@kernel
def attractions(
    p: Records,
    office_km: F8,
    outpost_km: F8,
    near: F8,
    site: U1,
) -> None:
    """Fill the decay at the nearer site for each group, under 60 and over: `near` (groups, 2)."""
    q = p[0]
    for g in range(office_km.size):
        site[g] = OFFICE if office_km[g] <= outpost_km[g] else OUTPOST
        distance = min(office_km[g], outpost_km[g])
        for old in range(2):
            felt = distance * (q["elderly_distance_ratio"] if old else 1.0)
            near[g, old] = decay(felt, q["visit_sigma_km"], q["visit_beta"], q["exponential_decay"])


@kernel
def _needs_pass(
    month: int,
    keys: U8,
    p: Records,
    village_start: I8,
    group_start: I8,
    group_village: I4,
    identity: U8,
    weight: F8,
    near: F8,
    site: U1,
    wait: F8,
    leader_share: F8,
    birth_month: I2,
    labour: U1,
    digital: B1,
    trust: F4,
    needs: U1,
    channel: U1,
    flows: Records,
) -> None:
    """Draw every resident's needs and channel; add them up by old village in `flows`."""
    q = p[0]
    attraction = online_attraction(q["online_adoption"])
    minutes = np.array(
        [0.0, 0.0, q["minutes_office"], q["minutes_outpost"], q["minutes_online"], 0.0]
    )
    mean = np.array([q["request_rate"], q["request_rate"] * q["elderly_rate_ratio"]])
    none = np.exp(-mean)
    for g in range(group_village.size):
        v = group_village[g]
        record = flows[v]
        if g == 0 or group_village[g - 1] != v:
            record["residents"] = 0.0
            record["needs"] = 0.0
            record["minutes"] = 0.0
            record["channel"][:] = 0.0
        for row in range(group_start[g], group_start[g + 1]):
            needs[row] = 0
            channel[row] = NO_NEED
            if labour[row] == AWAY:
                continue
            record["residents"] += weight[v]
            who = identity[v] + np.uint64(row - village_start[v])
            old = 1 if month - birth_month[row] >= ELDER else 0
            if uniform(keys[0], who) <= none[old]:
                continue
            count = poisson(keys[0], who, mean[old])
            needs[row] = count
            if uniform(keys[1], who) < leader_share[v]:
                way = GROUP_LEADER
            else:
                contact = contact_tendency(
                    trust[row], wait[v], q["trust_response"], q["queue_response"]
                )
                eligible = digital[row] and uniform(keys[2], who) < q["online_eligible"]
                clocks = (
                    exponential(keys[3], who),
                    exponential(keys[4], who),
                    exponential(keys[5], who),
                )
                online = attraction if eligible else 0.0
                way = choose_channel(clocks, site[g], near[g, old], online, contact)
            channel[row] = way
            record["needs"] += count * weight[v]
            record["channel"][way] += count * weight[v]
            record["minutes"] += count * minutes[way] * weight[v]


@kernel
def _queue_pass(
    abandonment: float,
    unit_start: I8,
    unit_villages: I8,
    flows: Records,
    backlog: F8,
    hours: Records,
    served: F8,
    wait: F8,
) -> None:
    """Serve the backlog, then the new needs, of every unit; `served`, `wait` by old village."""
    for u in range(unit_start.size - 1):
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        asked, waiting = 0.0, 0.0
        for k in range(first, last):
            asked += flows[unit_villages[k]]["minutes"] / 60.0
            waiting += backlog[unit_villages[k]]
            backlog[unit_villages[k]] = 0.0
        record = hours[u]
        capacity = record["service_offered"]
        share = served_share(capacity, waiting, asked)
        done = min(capacity, waiting) + share * asked
        backlog[u] = next_backlog(capacity, waiting, asked, abandonment)
        record["service_used"] = done / record["service_productivity"]
        record["service_asked"] = (asked + waiting) / record["service_productivity"]
        unused = (capacity - done) / record["service_productivity"]
        record["economy"] = record["economy_offered"] + unused
        for k in range(first, last):
            served[unit_villages[k]] = share if record["cadres"] > 0 else 0.0
            wait[unit_villages[k]] = min(12.0, backlog[u] / max(capacity, 1.0))


@kernel
def _outcome_pass(
    month: int,
    key: np.uint64,
    memory: float,
    village_start: I8,
    group_start: I8,
    group_village: I4,
    identity: U8,
    weight: F8,
    served: F8,
    distance_km: F8,
    birth_month: I2,
    needs: U1,
    channel: U1,
    experience: F4,
    flows: Records,
) -> None:
    """Say who was served, let each remember it, and add it up by old village."""
    for g in range(group_village.size):
        v = group_village[g]
        record = flows[v]
        if g == 0 or group_village[g - 1] != v:
            record["met"] = 0.0
            record["needs_elderly"] = 0.0
            record["met_elderly"] = 0.0
            record["needs_remote"] = 0.0
            record["met_remote"] = 0.0
        for row in range(group_start[g], group_start[g + 1]):
            if needs[row] == 0:
                continue
            who = identity[v] + np.uint64(row - village_start[v])
            met = 0.0
            if channel[row] == GROUP_LEADER or (
                channel[row] != GAVE_UP and uniform(key, who) < served[v]
            ):
                met = 1.0
            experience[row] = update_experience(experience[row], met, memory)
            amount = needs[row] * weight[v]
            record["met"] += met * amount
            if month - birth_month[row] >= ELDER:
                record["needs_elderly"] += amount
                record["met_elderly"] += met * amount
            if distance_km[g] > REMOTE_KM:
                record["needs_remote"] += amount
                record["met_remote"] += met * amount


def step(county: "CountyModel") -> None:
    """Run the month's needs, queue and outcomes."""
    people, world, flows = county.villagers, county.world, county.flows
    q = county.values.service
    _needs_pass(
        county.month,
        county.keys(
            "service.needs",
            "service.leader",
            "service.eligible",
            "service.channel.none",
            "service.channel.site",
            "service.channel.online",
        ),
        q,
        county.village_start,
        county.group_start,
        world.group_village,
        world.identity,
        county.weight,
        county.borders.near,
        county.borders.site,
        county.wait,
        county.leader_share(),
        people["birth_month"],
        people["labour"],
        people["digital"],
        people["trust"],
        people["needs"],
        people["channel"],
        flows,
    )
    flows["requests"] = flows["channel"][:, OFFICE : ONLINE + 1].sum(axis=1)
    _queue_pass(
        q["abandonment"][0],
        county.borders.start,
        county.borders.villages,
        flows,
        county.backlog,
        county.hours,
        county.served,
        county.wait,
    )
    _outcome_pass(
        county.month,
        county.keys("service.served")[0],
        q["experience_memory"][0],
        county.village_start,
        county.group_start,
        world.group_village,
        world.identity,
        county.weight,
        county.served,
        np.minimum(county.borders.office_km, county.borders.outpost_km),
        people["birth_month"],
        people["needs"],
        people["channel"],
        people["experience"],
        flows,
    )
