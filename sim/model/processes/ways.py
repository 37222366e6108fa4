"""Ways: how the needs of the persons that a row stands for are split among the ways.

A binomial draw for each way: lumps of k requests would fill and empty the queue by turns.
"""

import numpy as np

from sim.model.compiled import rule
from sim.model.draws import beside, binomial_at, uniform

NO_NEED, GROUP_LEADER, OFFICE, OUTPOST, ONLINE, VISIT, GAVE_UP, PHONE, PROXY, WAITS = range(10)
WAYS = 9  # in which an errand can end


@rule
def turn(
    part: float, near: float, online: float, visit: float, contact: float, room: float
) -> tuple:
    """Return the shares of persons who turn to the site, online, are visited, and ask for a visit.

    They are the odds of the race that one person runs (`sim.model.processes.needs`).

    Parameters
    ----------
    part : float
        Share of the persons to whom all this applies.
    near, online, visit, contact : float
        As in `turning.choose_channel`.
    room : float
        Share of the visits asked for that there is time for; the others take another way.
    """
    none, here = max(1.0 - near, 1e-12), max(near * contact, 1e-12)
    net = max(online * contact, 1e-12) if online > 0.0 else 0.0
    home = max(visit * contact, 1e-12) if visit > 0.0 else 0.0
    wanted = part * home / (none + here + net + home) if home > 0.0 else 0.0
    rest = (part - room * wanted) / (none + here + net)
    return rest * here, rest * net, room * wanted, wanted


@rule
def row_shares(
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
) -> tuple:
    """Return the shares of a row's persons who turn to each way, and who ask for a visit.

    The ways are the office, the outpost, online and a visit, in this order.

    Parameters
    ----------
    settled, eligible : float
        Shares whose needs the group leader settles, and who can turn online.
    site, opening : int and float
        The nearer site, and the share of days on which it is open if it is an outpost.
    near, near_office : float
        Attraction of the nearer site, and of the office.
    online, visit, contact, room
        As in `turn`.
    """
    office, outpost, net, visited, wanted = 0.0, 0.0, 0.0, 0.0, 0.0
    opened = opening if site == OUTPOST else 1.0
    for is_open in range(2):
        pull = near if is_open else near_office
        share = (1.0 - settled) * (opened if is_open else 1.0 - opened)
        for is_online in range(2):
            part = share * (eligible if is_online else 1.0 - eligible)
            if part > 0.0:
                offered = online if is_online else 0.0
                here, there, home, asks = turn(part, pull, offered, visit, contact, room)
                if is_open and site == OUTPOST:
                    outpost += here
                else:
                    office += here
                net, visited, wanted = net + there, visited + home, wanted + asks
    return office, outpost, net, visited, wanted


@rule
def take(key: np.uint64, who: np.uint64, way: int, left: int, share: float, rest: float) -> int:
    """Return how many of the needs `left` go a way: a binomial draw of `share` out of `rest`."""
    if left == 0 or share <= 0.0:
        return 0
    return binomial_at(uniform(key, beside(who, way)), left, min(1.0, share / rest))


@rule
def split_ways(
    key: np.uint64,
    who: np.uint64,
    count: int,
    settled: float,
    office: float,
    outpost: float,
    online: float,
    visit: float,
) -> tuple:
    """Return a row's needs by way, group leader to giving up (a multinomial draw).

    The arguments after `count` are the shares of the ways, in their order.
    """
    led = take(key, who, GROUP_LEADER, count, settled, 1.0)
    left, rest = count - led, 1.0 - settled
    desk = take(key, who, OFFICE, left, office, rest)
    left, rest = left - desk, rest - office
    post = take(key, who, OUTPOST, left, outpost, rest)
    left, rest = left - post, rest - outpost
    net = take(key, who, ONLINE, left, online, rest)
    left, rest = left - net, rest - online
    home = take(key, who, VISIT, left, visit, rest)
    return led, desk, post, net, home, left - home
