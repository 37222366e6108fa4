"""Needs: what residents need, and which way they turn.

Which way a villager turns is `sim.model.processes.turning`.

A row that stands for k persons has the needs of k persons, one Poisson draw of mean k times a
person's, and they go their ways one by one (`sim.model.processes.ways`). The row itself is one of
the k persons: it goes a way, and remembers how it was served, if it is among those with a need.
"""

import math

import numpy as np

from sim.model.agents.villager import AWAY, ELDER
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, U8, Records, kernel, rule
from sim.model.draws import uniform
from sim.model.processes.turning import (
    COUNT,
    LEADER,
    OWN,
    SPLIT,
    contact_tendency,
    turn,
    visit_minutes,
)
from sim.model.processes.ways import (
    GROUP_LEADER,
    NO_NEED,
    OFFICE,
    ONLINE,
    OUTPOST,
    VISIT,
    row_shares,
    split_ways,
)
from sim.model.rows import compact, largest

NO_DECAY, EXPONENTIAL, GAUSSIAN = range(3)  # forms of the decay of distance
MOST_DRAWN = 200.0  # persons whose needs a row draws; beyond, each drawn need stands for several
MOST_COUNTED = 255  # needs of a row and month


@rule
def decay(distance_km: float, sigma_km: float, beta: float, form: float) -> float:
    """Return the share of needs brought over a distance by road (Müller et al. 1998).

    Gaussian, exp(-d2 / 2 sigma2), or exponential, exp(-beta d), or all of them.
    """
    if form == NO_DECAY:
        return 1.0
    if form == EXPONENTIAL:
        return math.exp(-beta * distance_km)
    return math.exp(-(distance_km * distance_km) / (2.0 * sigma_km * sigma_km))


@rule
def persons_drawn(weight: float) -> float:
    """Return how many of the persons that a row stands for draw their needs."""
    return min(weight, MOST_DRAWN)


@rule
def one_asks(requests: int, persons: float) -> float:
    """Return the chance that one of so many persons is among those who had the needs."""
    return 1.0 - (1.0 - 1.0 / persons) ** float(requests)


@rule
def is_among(lot: float, requests: int, persons: float) -> bool:
    """Return whether one of so many persons asked; the chance is at most requests over persons."""
    if lot > 1.000001 * requests / persons:  # beyond rounding: most need no power
        return False
    return lot < one_asks(requests, persons)


@rule
def update_experience(experience: float, met: float, weight: float) -> float:
    """Return the running share of one's own needs that were met."""
    return experience + weight * (met - experience)


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
            shape = (q["visit_sigma_km"], q["visit_beta"], q["decay"])
            near[g, old] = decay(distance * longer, *shape)
            near_office[g, old] = decay(office_km[g] * longer, *shape)


@kernel
def _who_asks(
    month: int,
    key: np.uint64,
    rate: F8,
    village_start: I8,
    group_start: I8,
    remote: B1,
    alone: B1,
    identity: U8,
    weight: F8,
    birth_month: I2,
    labour: U1,
    asking: I4,
    asking_start: I8,
    none: F8,
    flows: Records,
) -> None:
    """List who has a need, and count residents, village by village.

    Those of village v are the rows ``asking[asking_start[v] : asking_start[v + 1]]`` after its
    first; `none` (V, 2) are the chances to have none, under 60 and over.
    """
    flags = np.empty(largest(village_start), dtype=np.bool_)
    end, g = 0, 0
    for v in range(weight.size):
        first, last = np.uint64(village_start[v]), np.uint64(village_start[v + 1])
        persons = persons_drawn(weight[v])
        young, old = math.exp(-(rate[0] * persons)), math.exp(-(rate[1] * persons))
        residents, elders, far, lonely = 0, 0, 0, 0
        for row in range(first, last):
            elder = month - birth_month[row] >= ELDER
            never = old if elder else young
            here = labour[row] != AWAY
            residents += here
            elders, lonely = elders + (here and elder), lonely + alone[row]
            while row >= group_start[g + 1]:
                g += 1
            far += here and remote[g]
            flags[row - first] = here & (uniform(key, identity[v] + (row - first)) > never)
        asking_start[v] = end
        end = compact(flags, village_start[v + 1] - village_start[v], asking, end)
        none[v, 0], none[v, 1] = young, old
        flow = flows[v]
        flow["residents"] = residents * weight[v]
        flow["residents_elderly"], flow["residents_remote"] = elders * weight[v], far * weight[v]
        flow["residents_alone"] = lonely * weight[v]
    asking_start[weight.size] = end


@kernel
def _choose_ways(
    month: int,
    keys: U8,
    p: Records,
    rate: F8,
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
    digital: B1,
    trust: F4,
    asking: I4,
    asking_start: I8,
    none: F8,
    needs: U1,
    channel: U1,
    ways: U1,
    flows: Records,
) -> None:
    """Draw the needs of those who have any, and say which way each turns, and a row's needs."""
    q = p[0]
    asked = np.zeros(7, dtype=np.int64)
    known = np.zeros(2, dtype=np.int64)
    chances, sums = np.empty((2, MOST_COUNTED + 1)), np.empty((2, MOST_COUNTED + 1))
    g = 0
    for v in range(weight.size):
        offer, persons = offers[v], persons_drawn(weight[v])
        asked[:] = 0
        for old in range(2):
            known[old], chances[old, 0], sums[old, 0] = 0, none[v, old], none[v, old]
        wanted, trips = 0.0, 0.0
        for k in range(asking_start[v], asking_start[v + 1]):
            row, who = village_start[v] + asking[k], identity[v] + np.uint64(asking[k])
            while row >= group_start[g + 1]:
                g += 1
            old = 1 if month - birth_month[row] >= ELDER else 0
            luck, mean, count = uniform(keys[COUNT], who), rate[old] * persons, 0
            while luck > sums[old, count] and count < MOST_COUNTED:
                count += 1
                if count > known[old]:
                    chances[old, count] = chances[old, count - 1] * (mean / count)
                    sums[old, count] = sums[old, count - 1] + chances[old, count]
                    known[old] = count
            needs[row] = count
            contact = contact_tendency(
                trust[row], offer["wait"], q["trust_response"], q["queue_response"]
            )
            visit, trip = 0.0, 0.0
            if (old and offer["visit_elderly"]) or distance_km[g] >= offer["visit_km"]:
                visit = q["visit_attraction"]
                trip = visit_minutes(
                    q["minutes_visit"], office_km[g], q["visit_speed"], q["visits_per_trip"]
                )
            here, pull, pull_office = int(site[g]), near[g, old], near_office[g, old]
            if persons <= 1.0 or is_among(uniform(keys[OWN], who), count, persons):
                way, asks = GROUP_LEADER, False
                if uniform(keys[LEADER], who) >= settled[g]:
                    way, asks = turn(
                        keys, who, offer, digital[row], here, pull, pull_office, visit, contact
                    )
                channel[row] = way
                if persons <= 1.0:
                    asked[way] += count
                    wanted += count * trip if asks else 0.0
                    trips += count * trip if way == VISIT else 0.0
            if persons > 1.0:
                office, outpost, net, home, wants = row_shares(
                    settled[g], here, offer["opening"], pull, pull_office,
                    offer["eligible"] if digital[row] else 0.0, offer["online"], visit, contact,
                    offer["visit_room"],
                )  # fmt: skip
                split = split_ways(keys[SPLIT], who, count, settled[g], office, outpost, net, home)
                for other in range(6):
                    ways[row, GROUP_LEADER + other] = split[other]
                    asked[GROUP_LEADER + other] += split[other]
                wanted += count * wants * trip
                trips += split[VISIT - GROUP_LEADER] * trip
        _count_asked(q, offer, weight[v] / persons, asked, wanted, trips, flows[v])


@kernel
def _count_asked(
    q: Records,
    offer: Records,
    each: float,
    asked: I8,
    wanted: float,
    trips: float,
    flow: Records,
) -> None:
    """Note what a village's people asked for: needs by way, and cadres' minutes."""
    flow["visits_wanted"], flow["visit_minutes"] = wanted * each, trips * each
    flow["visits"] = asked[VISIT] * each
    flow["requests"] = flow["needs"] = flow["minutes"] = 0.0
    for way in range(7):
        minutes = 0.0
        if way == OFFICE:
            minutes = offer["minutes_office"] * offer["attended"]
        elif way == OUTPOST:
            minutes = q["minutes_outpost"] * offer["outpost_attended"]
        elif way == ONLINE:
            minutes = q["minutes_online"]
        flow["channel"][way] = asked[way] * each
        flow["needs"] += asked[way] * each
        flow["minutes"] += asked[way] * minutes * each
        if way == OUTPOST:
            flow["minutes_outpost"] = asked[way] * minutes * each
        if OFFICE <= way <= VISIT:
            flow["requests"] += asked[way] * each
    flow["minutes_new"] = flow["minutes"]


@kernel
def needs_pass(
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
    remote: B1,
    alone: B1,
    offers: Records,
    birth_month: I2,
    labour: U1,
    digital: B1,
    trust: F4,
    asking: I4,
    asking_start: I8,
    needs: U1,
    channel: U1,
    ways: U1,
    flows: Records,
) -> None:
    """Draw every resident's needs and channel; add them up by old village in `flows`.

    `ways` (rows, 7) are the needs of rows of several persons by way, `asking` those who have
    needs (`_who_asks`).
    """
    q = p[0]
    rate = np.array([q["request_rate"], q["request_rate"] * q["elderly_rate_ratio"]])
    none = np.empty((weight.size, 2))
    needs[:] = 0
    channel[:] = NO_NEED
    _who_asks(
        month, keys[0], rate, village_start, group_start, remote, alone, identity, weight,
        birth_month, labour, asking, asking_start, none, flows,
    )  # fmt: skip
    _choose_ways(
        month, keys, p, rate, village_start, group_start, identity, weight, near, near_office,
        site, distance_km, office_km, settled, offers, birth_month, digital, trust, asking,
        asking_start, none, needs, channel, ways, flows,
    )  # fmt: skip
