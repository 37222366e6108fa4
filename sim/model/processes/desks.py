"""Desks: what an errand asks of cadres by its way, and the chance that it is settled."""

import numpy as np

from sim.model.compiled import F8, Records, rule
from sim.model.processes.kinds import sum_of
from sim.model.processes.ways import GROUP_LEADER, OFFICE, ONLINE, OUTPOST, PHONE, PROXY, VISIT


@rule
def wish(contact: float, weighed: tuple, q: Records) -> float:
    """Return the errands that ask for a visit, `visit_room` of which get one (`kinds.weights`)."""
    return contact * q["visit_attraction"] / sum_of(weighed)


@rule
def minutes_of(way: int, q: Records, offer: Records) -> float:
    """Return the minutes that an errand asks of cadres at a desk or on the telephone."""
    if way == OFFICE:
        return offer["minutes_office"] * offer["attended"]
    if way == OUTPOST:
        return q["minutes_outpost"] * offer["outpost_attended"]
    if way == ONLINE:
        return q["minutes_online"]
    if way == PHONE:
        return q["minutes_phone"]
    return q["minutes_proxy"] * offer["attended"] if way == PROXY else 0.0


@rule
def reaching(way: int, offer: Records) -> float:
    """Return the share of errands of a way that reach a cadre."""
    if way in (OFFICE, PROXY):
        return offer["attended"]
    if way == OUTPOST:
        return offer["outpost_attended"]
    return 1.0 if way in (ONLINE, PHONE, VISIT) else 0.0


@rule
def fill_chances(desk: float, visit: float, offer: Records, out: F8) -> None:
    """Fill the chance to be settled by way, of the shares of work done at desks and in visits.

    In single precision: the last bits of a double differ between machines.
    """
    out[GROUP_LEADER] = 1.0
    out[OFFICE] = np.float32(desk * offer["attended"])
    out[OUTPOST] = np.float32(desk * offer["outpost_attended"])
    out[PROXY] = out[OFFICE]  # a proxy's journeys are nobody's here
    out[ONLINE] = out[PHONE] = np.float32(desk)
    out[VISIT] = np.float32(visit)
