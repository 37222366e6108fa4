"""Turning: which way a person goes with a need.

A multinomial logit over the office or a nearer outpost, online, a home visit and giving up, coupled
by exponential races: V = ln(decay of distance) for the site and ln(1 - decay) for giving up, so
that with nothing else attendance is the decay itself (`sim.model.processes.needs`).
"""

import math

import numpy as np

from sim.model.compiled import U8, Records, rule
from sim.model.draws import exponential, uniform
from sim.model.processes.ways import GAVE_UP, OFFICE, ONLINE, OUTPOST, VISIT

#: streams of draws of a month's needs, and where the key of each stands
STREAMS = (
    "service.needs",
    "service.leader",
    "service.eligible",
    "service.channel.none",
    "service.channel.site",
    "service.channel.online",
    "service.channel.visit",
    "service.open",
    "service.visit_room",
    "service.split",
    "service.own",
)
COUNT, LEADER, ELIGIBLE, NONE, SITE, NET, HOME, OPEN, ROOM, SPLIT, OWN = range(len(STREAMS))
NEVER = 1e300  # of a clock


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


@rule
def turn(
    keys: U8,
    who: np.uint64,
    offer: Records,
    digital: bool,
    site: int,
    near: float,
    near_office: float,
    visit: float,
    contact: float,
) -> tuple:
    """Return the way that a person turns, and whether a visit was asked for.

    Parameters
    ----------
    keys : array of uint64
        Keys of the month's draws, in the order of `STREAMS`.
    who : int
        Identity of the person.
    offer : record
        What the old village offers (`sim.model.processes.offers`).
    digital : bool
        Whether the person can turn online.
    site, near, near_office, visit, contact
        As in `ways.row_shares`.
    """
    eligible = digital and uniform(keys[ELIGIBLE], who) < offer["eligible"]
    online = offer["online"] if eligible else 0.0
    pull = near
    if site == OUTPOST and uniform(keys[OPEN], who) >= offer["opening"]:
        site, pull = OFFICE, near_office
    clocks = (
        exponential(keys[NONE], who),
        exponential(keys[SITE], who),
        exponential(keys[NET], who) if online > 0.0 else NEVER,
        exponential(keys[HOME], who) if visit > 0.0 else NEVER,
    )
    way = choose_channel(clocks, site, pull, online, visit, contact)
    if way == VISIT and uniform(keys[ROOM], who) >= offer["visit_room"]:
        return choose_channel(clocks, site, pull, online, 0.0, contact), True
    return way, way == VISIT
