"""Needs: what residents need, and which way they turn.

Which way a villager turns is a multinomial logit over the office or a nearer outpost, online, a
home visit and giving up, coupled by exponential races: V = ln(decay of distance) for the site
and ln(1 - decay) for giving up, so that with nothing else attendance is the decay itself.

A row that stands for k persons has the needs of k persons, one Poisson draw of mean k times a
person's, and they go their ways one by one, a binomial draw for each way: lumps of k requests would
fill and empty the queue by turns. Which way the row itself is said to go, and what it remembers,
is one of the k persons'.
"""

import math

import numpy as np

from sim.model.agents.villager import AWAY, ELDER
from sim.model.compiled import B1, F4, F8, I2, I8, U1, U8, Records, kernel, rule
from sim.model.draws import beside, binomial_at, exponential, poisson_at, uniform
from sim.model.rows import compact, largest

NEVER = 1e300  # of a clock
MOST_DRAWN = 200.0  # persons whose needs a row draws; beyond, each drawn need stands for several
NO_NEED, GROUP_LEADER, OFFICE, OUTPOST, ONLINE, VISIT, GAVE_UP = range(7)


@rule
def decay(distance_km: float, sigma_km: float, beta: float, exponential_form: float) -> float:
    """Return the share of needs brought over a distance by road (Müller et al. 1998).

    Gaussian, exp(-d2 / 2 sigma2), or exponential, exp(-beta d).
    """
    if exponential_form > 0.5:
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
        Exponential draws of mean 1 for giving up, the site, online, and a visit (`NEVER` for
        what is not offered).
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
def add_shares(
    shares: F8,
    part: float,
    site: int,
    near: float,
    online: float,
    visit: float,
    contact: float,
    room: float,
) -> float:
    """Add the shares in which the persons of a row turn to each way (the odds of its race).

    Parameters
    ----------
    shares : float64 array (7,)
        By way; added to.
    part : float
        Share of the persons to whom all this applies.
    site, near, online, visit, contact
        As in `choose_channel`.
    room : float
        Share of the visits asked for that there is time for; the others take another way.

    Returns
    -------
    float
        Share who ask for a visit.
    """
    none, here = max(1.0 - near, 1e-12), max(near * contact, 1e-12)
    net = max(online * contact, 1e-12) if online > 0.0 else 0.0
    home = max(visit * contact, 1e-12) if visit > 0.0 else 0.0
    wanted = part * home / (none + here + net + home)
    rest = (part - room * wanted) / (none + here + net)
    shares[GAVE_UP] += rest * none
    shares[site] += rest * here
    shares[ONLINE] += rest * net
    shares[VISIT] += room * wanted
    return wanted


@kernel
def row_shares(
    shares: F8,
    settled: float,
    site: int,
    opening: float,
    near: float,
    near_office: float,
    eligible: float,
    online: float,
    visit: float,
    contact: float,
    room: float,
) -> float:
    """Set the shares in which the persons of a row turn to each way; return who ask for a visit.

    Parameters
    ----------
    shares : float64 array (7,)
        By way.
    settled, eligible : float
        Shares whose needs the group leader settles, and who can turn online.
    site, opening : int and float
        The nearer site, and the share of days on which it is open if it is an outpost.
    near, near_office : float
        Attraction of the nearer site, and of the office.
    online, visit, contact, room
        As in `add_shares`.
    """
    for way in range(NO_NEED, GAVE_UP + 1):
        shares[way] = 0.0
    wants, opened = 0.0, opening if site == OUTPOST else 1.0
    for is_open in range(2):
        place, pull = (site, near) if is_open else (OFFICE, near_office)
        share = opened if is_open else 1.0 - opened
        for is_online in range(2):
            part = (1.0 - settled) * share * (eligible if is_online else 1.0 - eligible)
            if part > 0.0:
                net = online if is_online else 0.0
                wants += add_shares(shares, part, place, pull, net, visit, contact, room)
    shares[GROUP_LEADER] = settled
    return wants


@kernel
def split_ways(key: np.uint64, who: np.uint64, count: int, shares: F8, ways: U1) -> None:
    """Split a row's needs among the ways, one need at a time (a multinomial draw)."""
    left, rest = count, 1.0
    for way in range(GROUP_LEADER, GAVE_UP):
        taken = 0
        if left > 0 and shares[way] > 0.0:
            u = uniform(key, beside(who, way))
            taken = binomial_at(u, left, min(1.0, shares[way] / rest))
        ways[way] = taken
        left, rest = left - taken, rest - shares[way]
    ways[GAVE_UP] = left


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
    key: np.uint64,
    base: np.uint64,
    young: float,
    old: float,
    month: int,
    birth: I2,
    labour: U1,
    asks: B1,
) -> int:
    """Flag who has a need; return how many are residents (rows of one village).

    `young` and `old` are the chances to have none, under 60 and over.
    """
    residents = 0
    for i in range(labour.size):
        never = old if month - birth[i] >= ELDER else young
        here = labour[i] != AWAY
        residents += here
        asks[i] = here & (uniform(key, base + np.uint64(i)) > never)
    return residents


@kernel
def needs_pass(  # noqa: PLR0915  (one loop over those with a need)
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
    ways: U1,
    flows: Records,
) -> None:
    """Draw every resident's needs and channel; add them up by old village in `flows`.

    `ways` (rows, 7) are the needs of rows of several persons by way.
    """
    q = p[0]
    minutes = np.zeros(7)
    minutes[ONLINE] = q["minutes_online"]
    rate = np.array([q["request_rate"], q["request_rate"] * q["elderly_rate_ratio"]])
    mean, none = np.empty(2), np.empty(2)
    asks = np.empty(largest(village_start), dtype=np.bool_)
    rows, asked = np.empty(asks.size, dtype=np.int32), np.zeros(7, dtype=np.int64)
    shares = np.zeros(7)
    needs[:] = 0
    channel[:] = NO_NEED
    g = 0
    for v in range(village_start.size - 1):
        first, last = village_start[v], village_start[v + 1]
        record, offer = flows[v], offers[v]
        persons = persons_drawn(weight[v])
        each = weight[v] / persons
        for age in range(2):
            mean[age] = rate[age] * persons
            none[age] = math.exp(-mean[age])
        flags = asks[: last - first]
        here = _who_asks(
            keys[0], identity[v], none[0], none[1], month,
            birth_month[first:last], labour[first:last], flags,
        )  # fmt: skip
        asked[:] = 0
        wanted, trips = 0.0, 0.0
        for k in range(compact(flags, rows)):
            row = first + rows[k]
            who = identity[v] + np.uint64(rows[k])
            while row >= group_start[g + 1]:
                g += 1
            old = 1 if month - birth_month[row] >= ELDER else 0
            count = poisson_at(uniform(keys[0], who), none[old], mean[old])
            needs[row] = count
            leader = uniform(keys[1], who) < settled[g]
            if leader and persons <= 1.0:
                channel[row] = GROUP_LEADER
                asked[GROUP_LEADER] += count
                continue
            contact = contact_tendency(
                trust[row], offer["wait"], q["trust_response"], q["queue_response"]
            )
            offered = (old and offer["visit_elderly"]) or distance_km[g] >= offer["visit_km"]
            visit = q["visit_attraction"] if offered else 0.0
            trip = visit_minutes(
                q["minutes_visit"], office_km[g], q["visit_speed"], q["visits_per_trip"]
            )
            way = GROUP_LEADER
            if not leader:
                eligible = digital[row] and uniform(keys[2], who) < offer["eligible"]
                online = offer["online"] if eligible else 0.0
                here_site, pull = int(site[g]), near[g, old]
                if here_site == OUTPOST and uniform(keys[7], who) >= offer["opening"]:
                    here_site, pull = OFFICE, near_office[g, old]
                clocks = (
                    exponential(keys[3], who),
                    exponential(keys[4], who),
                    exponential(keys[5], who) if online > 0.0 else NEVER,
                    exponential(keys[6], who) if visit > 0.0 else NEVER,
                )
                way = choose_channel(clocks, here_site, pull, online, visit, contact)
                if way == VISIT:
                    wanted += count * trip if persons <= 1.0 else 0.0
                    if uniform(keys[8], who) >= offer["visit_room"]:
                        way = choose_channel(clocks, here_site, pull, online, 0.0, contact)
                    elif persons <= 1.0:
                        trips += count * trip
            channel[row] = way
            if persons <= 1.0:
                asked[way] += count
                continue
            wants = row_shares(
                shares, settled[g], int(site[g]), offer["opening"], near[g, old],
                near_office[g, old], offer["eligible"] if digital[row] else 0.0, offer["online"],
                visit, contact, offer["visit_room"],
            )  # fmt: skip
            split_ways(keys[9], who, count, shares, ways[row])
            for other in range(7):
                asked[other] += ways[row, other]
            wanted += count * wants * trip
            trips += ways[row, VISIT] * trip
        minutes[OFFICE] = offer["minutes_office"] * offer["attended"]
        minutes[OUTPOST] = q["minutes_outpost"] * offer["outpost_attended"]
        record["residents"] = here * weight[v]
        record["visits_wanted"], record["visit_minutes"] = wanted * each, trips * each
        for way in range(7):
            record["channel"][way] = asked[way] * each
            record["needs"] += asked[way] * each
            record["minutes"] += asked[way] * minutes[way] * each
