"""Kinds of errands: how hard each presses, which way it goes, and what becomes of it.

What *must* be done (certificates, insurance, subsidies) can wait, and presses harder every month;
what is *optional* (advice, activities) is tried for two months and then let go; what is *urgent*
(disputes, relief) is now or not at all.
"""

import math

from sim.model.compiled import Records, rule
from sim.model.processes.ways import OFFICE, ONLINE, OUTPOST, PHONE, PROXY, VISIT, WAITS

#: kinds of errands and how long they have waited; those from `MANDATORY` on must be done
URGENT, OPTIONAL, OPTIONAL_1, MANDATORY, MANDATORY_1, MANDATORY_2, OVERDUE = range(7)
KINDS = 7
NONE = -1  # what an errand is that is settled, or let go


@rule
def kind_of(lot: float, mandatory: float, urgent: float) -> int:
    """Return the kind of a new errand, by the shares of what must be done and of what is urgent."""
    if lot < urgent:
        return URGENT
    return MANDATORY if lot < urgent + mandatory else OPTIONAL


@rule
def is_new(kind: int) -> bool:
    """Return whether an errand arose this month; it is asked of leaders once, then."""
    return kind in (URGENT, OPTIONAL, MANDATORY)


@rule
def goes_alone(
    kind: int, journey_hours: float, near: float, readiness: float, pressure: float, cost: float
) -> float:
    """Return the chance that an errand is taken to the site this month, if that is the only way.

    What is optional falls with the road as visits do (`needs.decay`); of the rest the odds are
    `readiness` where there is no road, fall with its hours and rise with every month of waiting.
    What is urgent presses as what is overdue.

    Parameters
    ----------
    kind : int
        `URGENT` to `OVERDUE`.
    journey_hours : float
        Hours of a journey there and back.
    near : float
        Share of optional errands that are brought so far.
    readiness, pressure, cost : float
        Odds at no distance of what is new, log odds per month waited, and per hour of road.
    """
    if kind in (OPTIONAL, OPTIONAL_1):
        return near
    waited = OVERDUE - MANDATORY if kind == URGENT else kind - MANDATORY
    return 1.0 / (1.0 + math.exp(cost * journey_hours - pressure * waited) / readiness)


@rule
def weights(
    kind: int,
    near: float,
    office: float,
    site: int,
    digital: bool,
    visited: bool,
    contact: float,
    offer: Records,
    q: Records,
) -> tuple:
    """Return how the ways of an errand weigh: wait, office, outpost, phone, proxy, online, visit.

    An errand goes each way with the chance of its weight over the sum of all.

    Parameters
    ----------
    kind : int
        `URGENT` to `OVERDUE`.
    near, office : float
        `goes_alone` to the nearer site, and to the office.
    site : int
        The nearer site, `OFFICE` or `OUTPOST`. An outpost is turned to where that makes it likelier
        to be served, by the road and by who is in; one that is shut sends people to the office.
    digital, visited : bool
        Whether the person can turn online, and is offered home visits.
    contact : float
        `turning.contact_tendency`, a factor on all ways to the cadres.
    offer, q : record
        What the old village offers, and parameters.
    """
    opening, phone, proxy = offer["opening"], q["phone_attraction"], offer["proxy"]
    net, visit = offer["online"] * offer["eligible"], q["visit_attraction"] * offer["visit_room"]
    better = near * offer["outpost_attended"] > office * offer["attended"]
    opening = opening if (site == OUTPOST) & better else 0.0
    outpost, desk = opening * near, (1.0 - opening) * office
    phone = phone if kind < MANDATORY else 0.0
    proxy = proxy if kind != URGENT else 0.0
    net = net if digital else 0.0
    visit = visit if visited else 0.0
    return (
        1.0 - outpost - desk, contact * desk, contact * outpost, contact * phone, contact * proxy,
        contact * net, contact * visit,
    )  # fmt: skip


@rule
def sum_of(weighed: tuple) -> float:
    """Return the sum of `weights`."""
    waits, office, outpost, phone, proxy, online, visit = weighed
    return waits + office + outpost + phone + proxy + online + visit


@rule
def way_at(lot: float, weighed: tuple) -> int:
    """Return the way of an errand at a uniform number: `weights` stand side by side.

    From the last way to the first, without branches: none can be foreseen.
    """
    waits, office, outpost, phone, proxy, online, visit = weighed
    left = lot * sum_of(weighed) - waits
    later = left - (office + outpost)
    to = VISIT if (later >= phone + proxy + online) & (visit > 0.0) else ONLINE
    to = PROXY if later < phone + proxy else to
    to = PHONE if later < phone else to
    to = OUTPOST if left < office + outpost else to
    to = OFFICE if left < office else to
    return WAITS if left < 0.0 else to


@rule
def state_of(kind: int) -> int:
    """Return 0 for an errand that is new, 1 for one that waits, 2 for one that is overdue."""
    if kind == OVERDUE:
        return 2
    return 0 if is_new(kind) else 1


@rule
def runs_out(kind: int) -> bool:
    """Return whether an errand that is not settled this month will never be in time."""
    return kind in (URGENT, OPTIONAL_1, MANDATORY_2)


@rule
def waits_as(kind: int) -> int:
    """Return what an errand is next month that was not settled, or `NONE` if it is let go."""
    if kind in (URGENT, OPTIONAL_1):
        return NONE
    return min(kind + 1, OVERDUE)
