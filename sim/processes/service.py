"""Service: what residents need, which way they turn, and who is served.

Which way a villager turns is a multinomial logit over the office or a nearer outpost, online, a
home visit and giving up, coupled by exponential races: V = ln(decay of distance) for the site
and ln(1 - decay) for giving up, so that with nothing else attendance is the decay itself.
Capacity is the cadres' service hours. What waits and what is new share them alike, month by
month (processor sharing): reach falls in proportion to overload, and some of the waiting give up.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.villager import AWAY, ELDER
from sim.compiled import B1, F4, F8, I2, I8, U1, U8, Records, kernel, rule
from sim.draws import exponential, poisson, uniform
from sim.processes.offers import extra_outposts, offers_of, settled_share
from sim.rows import compact, largest

if TYPE_CHECKING:
    from sim.county import CountyModel

NO_NEED, GROUP_LEADER, OFFICE, OUTPOST, ONLINE, VISIT, GAVE_UP = range(7)


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
def visit_minutes(minutes: float, distance_km: float, speed: float, per_trip: float) -> float:
    """Return the cadre time of one home visit, min: the way there and back is shared by a trip."""
    return minutes + 2.0 * 60.0 * distance_km / (speed * per_trip)


@rule
def served_share(capacity: float, waiting: float, asked: float) -> float:
    """Return the share of the work, waiting or new, that is done this month."""
    work = waiting + asked
    return min(1.0, capacity / work) if work > 0.0 else 1.0


@rule
def next_backlog(share: float, waiting: float, asked: float, abandonment: float) -> float:
    """Return the work left waiting: some of what waited already is given up."""
    return (waiting * (1.0 - abandonment) + asked) * (1.0 - share)


@rule
def update_experience(experience: float, met: float, weight: float) -> float:
    """Return the running share of one's own needs that were met."""
    return experience + weight * (met - experience)


@rule
def choose_channel(
    clocks: tuple[float, float, float, float],
    site: int,
    near: float,
    online: float,
    visit: float,
    contact: float,
) -> int:
    """Return the channel of a need: the first to arrive in a race of exponential clocks.

    Parameters
    ----------
    clocks : tuple of float
        Exponential draws of mean 1 for giving up, the site, online, and a visit.
    site : int
        `OFFICE` or `OUTPOST`, whichever is nearer and open.
    near, online, visit : float
        Attraction of the site, of the online way, and of a home visit (0: not offered).
    contact : float
        `contact_tendency`.
    """
    best, channel = clocks[0] / max(1.0 - near, 1e-12), GAVE_UP
    arrival = clocks[1] / max(near * contact, 1e-12)
    if arrival < best:
        best, channel = arrival, site
    arrival = clocks[2] / max(online * contact, 1e-12)
    if arrival < best:
        best, channel = arrival, ONLINE
    arrival = clocks[3] / max(visit * contact, 1e-12)
    return VISIT if arrival < best else channel


@kernel
def attractions(
    p: Records, office_km: F8, outpost_km: F8, near: F8, near_office: F8, site: U1
) -> None:
    """Fill the decay at the nearer site, and at the office, of each group, under 60 and over."""
    q = p[0]
    for g in range(office_km.size):
        site[g] = OFFICE if office_km[g] <= outpost_km[g] else OUTPOST
        distance = min(office_km[g], outpost_km[g])
        for old in range(2):
            longer = q["elderly_distance_ratio"] if old else 1.0
            shape = (q["visit_sigma_km"], q["visit_beta"], q["exponential_decay"])
            near[g, old] = decay(distance * longer, *shape)
            near_office[g, old] = decay(office_km[g] * longer, *shape)


@kernel
def _who_asks(
    key: np.uint64, base: np.uint64, none: F8, month: int, birth: I2, labour: U1, asks: B1
) -> int:
    """Flag who has a need; return how many are residents (rows of one village)."""
    residents = 0
    for i in range(labour.size):
        never = none[1] if month - birth[i] >= ELDER else none[0]
        here = labour[i] != AWAY
        residents += here
        asks[i] = here & (uniform(key, base + np.uint64(i)) > never)
    return residents


@kernel
def _needs_pass(
    month: int,
    keys: U8,
    p: Records,
    village_start: I8,
    group_start: I8,
    identity: U8,
    weight: F8,
    near: F8,
    near_office: F8,
    site: U1,
    distance_km: F8,
    office_km: F8,
    settled: F8,
    offers: Records,
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
    minutes = np.zeros(7)
    minutes[OUTPOST], minutes[ONLINE] = q["minutes_outpost"], q["minutes_online"]
    mean = np.array([q["request_rate"], q["request_rate"] * q["elderly_rate_ratio"]])
    none = np.array([math.exp(-mean[0]), math.exp(-mean[1])])
    asks = np.empty(largest(village_start), dtype=np.bool_)
    rows = np.empty(asks.size, dtype=np.int32)
    needs[:] = 0
    channel[:] = NO_NEED
    g = 0
    for v in range(village_start.size - 1):
        first, last = village_start[v], village_start[v + 1]
        record, offer = flows[v], offers[v]
        flags = asks[: last - first]
        here = _who_asks(
            keys[0], identity[v], none, month, birth_month[first:last], labour[first:last], flags
        )
        asked = np.zeros(7, dtype=np.int64)
        wanted, trips = 0.0, 0.0
        for k in range(compact(flags, rows)):
            row = first + rows[k]
            who = identity[v] + np.uint64(rows[k])
            while row >= group_start[g + 1]:
                g += 1
            old = 1 if month - birth_month[row] >= ELDER else 0
            count = poisson(keys[0], who, mean[old])
            needs[row] = count
            if uniform(keys[1], who) < settled[g]:
                way = GROUP_LEADER
            else:
                contact = contact_tendency(
                    trust[row], offer["wait"], q["trust_response"], q["queue_response"]
                )
                eligible = digital[row] and uniform(keys[2], who) < offer["eligible"]
                clocks = (
                    exponential(keys[3], who),
                    exponential(keys[4], who),
                    exponential(keys[5], who),
                    exponential(keys[6], who),
                )
                online = offer["online"] if eligible else 0.0
                here_site, pull = int(site[g]), near[g, old]
                if here_site == OUTPOST and uniform(keys[7], who) >= offer["opening"]:
                    here_site, pull = OFFICE, near_office[g, old]
                offered = (old and offer["visit_elderly"]) or distance_km[g] >= offer["visit_km"]
                visit = q["visit_attraction"] if offered else 0.0
                way = choose_channel(clocks, here_site, pull, online, visit, contact)
                if way == VISIT:
                    trip = visit_minutes(
                        q["minutes_visit"], office_km[g], q["visit_speed"], q["visits_per_trip"]
                    )
                    wanted += count * trip
                    if uniform(keys[8], who) >= offer["visit_room"]:
                        way = choose_channel(clocks, here_site, pull, online, 0.0, contact)
                    else:
                        trips += count * trip
            channel[row] = way
            asked[way] += count
        minutes[OFFICE] = offer["minutes_office"] * offer["attended"]
        record["residents"] = here * weight[v]
        record["visits_wanted"], record["visit_minutes"] = wanted * weight[v], trips * weight[v]
        for way in range(7):
            record["channel"][way] = asked[way] * weight[v]
            record["needs"] += asked[way] * weight[v]
            record["minutes"] += asked[way] * minutes[way] * weight[v]


@kernel
def _queue_pass(
    p: Records,
    unit_start: I8,
    unit_villages: I8,
    flows: Records,
    visit_hours: F8,
    outposts: F8,
    backlog: F8,
    hours: Records,
    served: F8,
    wait: F8,
    visit_room: F8,
) -> None:
    """Share out every unit's service hours; `served` (desk, visits), `wait`, by old village."""
    q = p[0]
    for u in range(unit_start.size - 1):
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        asked, waiting, visits, wanted, open_outposts = 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(first, last):
            v = unit_villages[k]
            asked += flows[v]["minutes"] / 60.0
            visits += flows[v]["visit_minutes"] / 60.0
            wanted += flows[v]["visits_wanted"] / 60.0
            open_outposts += outposts[v]
            waiting += backlog[v]
            backlog[v] = 0.0
        record = hours[u]
        productivity = record["service_productivity"]
        offered = record["service_offered"]
        for_visits = visit_hours[u] * offered
        visited = min(visits, for_visits)
        duty = min(offered - visited, open_outposts * q["outpost_hours"] * productivity)
        capacity = offered - visited - duty
        share = served_share(capacity, waiting, asked)
        backlog[u] = next_backlog(share, waiting, asked, q["abandonment"])
        work = asked + waiting
        record["service_used"] = (share * work + visited + duty) / productivity
        record["service_asked"] = (work + visits + duty) / productivity
        there = record["cadres"] > 0
        for k in range(first, last):
            v = unit_villages[k]
            served[v, 0] = share if there else 0.0
            served[v, 1] = visited / visits if visits > 0.0 else 0.0
            wait[v] = min(12.0, backlog[u] / max(capacity, 1.0))
            visit_room[v] = min(1.0, for_visits / wanted) if wanted > 0.0 else 1.0


@kernel
def _in_need(needs: U1, flags: B1) -> None:
    """Flag who had a need."""
    for i in range(needs.size):
        flags[i] = needs[i] > 0


@kernel
def _outcome_pass(
    month: int,
    key: np.uint64,
    memory: float,
    village_start: I8,
    group_start: I8,
    identity: U8,
    weight: F8,
    served: F8,
    offers: Records,
    remote: B1,
    birth_month: I2,
    needs: U1,
    channel: U1,
    experience: F4,
    flows: Records,
) -> None:
    """Say who was served, let each remember it, and add it up by old village."""
    chance = np.zeros(7)
    chance[GROUP_LEADER] = 1.0
    flags = np.empty(largest(village_start), dtype=np.bool_)
    rows = np.empty(flags.size, dtype=np.int32)
    g = 0
    for v in range(village_start.size - 1):
        first, last = village_start[v], village_start[v + 1]
        chance[OFFICE] = served[v, 0] * offers[v]["attended"]
        chance[OUTPOST] = chance[ONLINE] = served[v, 0]
        chance[VISIT] = served[v, 1]
        all_met, elderly, elderly_met, far, far_met = 0, 0, 0, 0, 0
        _in_need(needs[first:last], flags[: last - first])
        for k in range(compact(flags[: last - first], rows)):
            row = first + rows[k]
            while row >= group_start[g + 1]:
                g += 1
            who = identity[v] + np.uint64(rows[k])
            met = 1 if uniform(key, who) < chance[channel[row]] else 0
            experience[row] = update_experience(experience[row], met, memory)
            amount = int(needs[row])
            all_met += met * amount
            if month - birth_month[row] >= ELDER:
                elderly += amount
                elderly_met += met * amount
            if remote[g]:
                far += amount
                far_met += met * amount
        record = flows[v]
        record["met"] = all_met * weight[v]
        record["needs_elderly"], record["met_elderly"] = (
            elderly * weight[v],
            elderly_met * weight[v],
        )
        record["needs_remote"], record["met_remote"] = far * weight[v], far_met * weight[v]


def step(county: "CountyModel") -> None:
    """Run the month's needs, queue and outcomes."""
    people, world, flows, borders = county.villagers, county.world, county.flows, county.borders
    borders.open_outposts(extra_outposts(county))
    q, offers = county.values.service, offers_of(county)
    distance = np.where(offers["opening"][world.group_village] > 0, borders.distance_km, np.inf)
    settled = settled_share(county)
    flows[:] = 0.0  # counted anew
    _needs_pass(
        county.month,
        county.keys(
            "service.needs",
            "service.leader",
            "service.eligible",
            "service.channel.none",
            "service.channel.site",
            "service.channel.online",
            "service.channel.visit",
            "service.open",
            "service.visit_room",
        ),
        q,
        county.village_start,
        county.group_start,
        world.identity,
        county.weight,
        borders.near,
        borders.near_office,
        borders.site,
        np.minimum(distance, borders.office_km),
        borders.office_km,
        settled,
        offers,
        people["birth_month"],
        people["labour"],
        people["digital"],
        people["trust"],
        people["needs"],
        people["channel"],
        flows,
    )
    flows["requests"] = flows["channel"][:, OFFICE : VISIT + 1].sum(axis=1)
    _queue_pass(
        q,
        borders.start,
        borders.villages,
        flows,
        county.levers.home_visits,
        borders.outpost * offers["opening"],
        county.backlog,
        county.hours,
        county.served,
        county.wait,
        county.visit_room,
    )
    county.spending["outposts"] = float(
        q["outpost_cost"][0] * (borders.outpost * offers["opening"]).sum()
    )
    _outcome_pass(
        county.month,
        county.key("service.served"),
        q["experience_memory"][0],
        county.village_start,
        county.group_start,
        world.identity,
        county.weight,
        county.served,
        offers,
        borders.remote,
        people["birth_month"],
        people["needs"],
        people["channel"],
        people["experience"],
        flows,
    )
