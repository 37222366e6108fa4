"""Kinds of errands: how hard each presses, which way it goes, and what becomes of it.

What *must* be done (certificates, insurance, subsidies) can wait, and presses harder every month;
what is *optional* (advice, activities) is tried for two months and then let go; what is *urgent*
(disputes, relief) is now or not at all.
"""

import math

from sim.model.compiled import rule
from sim.model.processes.ways import ONLINE, PHONE, PROXY, VISIT, WAITS

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
def way_at(
    lot: float,
    ready: float,
    site: int,
    phone: float,
    proxy: float,
    online: float,
    visit: float,
    contact: float,
) -> int:
    """Return the way of an errand at a uniform number: options stand side by side by weight.

    Parameters
    ----------
    lot : float
        Uniform number.
    ready : float
        `goes_alone`; the rest of 1 weighs for waiting.
    site : int
        `OFFICE` or `OUTPOST`.
    phone, proxy, online, visit : float
        Attraction of the other ways (0: not offered).
    contact : float
        `turning.contact_tendency`, a factor on all ways to the cadres.
    """
    here, waits = ready * contact, 1.0 - ready
    offered = here + (phone + proxy + online + visit) * contact
    left = lot * (waits + offered) - waits
    if left < 0.0:
        return WAITS
    if left < here:
        return site
    left -= here
    if left < phone * contact:
        return PHONE
    left -= phone * contact
    if left < proxy * contact:
        return PROXY
    left -= proxy * contact
    return VISIT if left >= online * contact and visit > 0.0 else ONLINE


@rule
def waits_as(kind: int) -> int:
    """Return what an errand is next month that was not settled, or `NONE` if it is let go."""
    if kind in (URGENT, OPTIONAL_1):
        return NONE
    return min(kind + 1, OVERDUE)
