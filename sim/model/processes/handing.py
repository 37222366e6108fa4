"""Handing over: what others of the family have to do is taken along by who goes anyway.

What must be done can be handed over, for a share of it: not what is urgent or optional. Who goes,
of 16 and over, is on the road for his own errands: what he takes along costs no journey more.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import ADULT
from sim.model.compiled import F4, I2, I4, I8, U1, U8, Records, kernel, rule
from sim.model.draws import beside, uniform
from sim.model.processes.arising import kind_in
from sim.model.processes.desks import minutes_of, reaching
from sim.model.processes.errands_of_rows import DESK, WAITING
from sim.model.processes.kinds import MANDATORY, OVERDUE, is_new
from sim.model.processes.needs import persons_drawn
from sim.model.processes.ways import GAVE_UP, OFFICE, OUTPOST, WAITS

if TYPE_CHECKING:
    from sim.model.county import CountyModel

TO_OFFICE, TO_OUTPOST = 1, 2


@rule
def others_go(nobody: float, own: float) -> float:
    """Return the chance that another of the family goes.

    Parameters
    ----------
    nobody : float
        Chance that nobody of it goes, oneself among them.
    own : float
        Chance that oneself does.
    """
    return 1.0 - min(nobody / max(1.0 - own, 1e-12), 1.0)


@rule
def handed_over(waits: float, share: float, others: float) -> float:
    """Return how many of a row's errands of a kind, which wait, are taken along by others."""
    return waits * share * others


@kernel
def _of_persons(
    month: int,
    key: np.uint64,
    p: Records,
    share: float,
    village_start: I8,
    identity: U8,
    birth_month: I2,
    family: I4,
    goes: U1,
    offers: Records,
    channel: U1,
    start: I8,
    at: I4,
    number: I4,
    way: U1,
    flows: Records,
) -> None:
    """Hand over errands that wait, one by one; `goes` is room for where each family goes."""
    q = p[0]
    goes[:] = 0
    for e in range(start[start.size - 1]):
        if month - birth_month[at[e]] >= ADULT:
            goes[family[at[e]]] |= TO_OFFICE * (way[e] == OFFICE) + TO_OUTPOST * (way[e] == OUTPOST)
    for v in range(offers.size):
        offer, flow = offers[v], flows[v]
        for e in range(start[v], start[v + 1]):
            kind, whither = kind_in(number[e]), goes[family[at[e]]]
            if way[e] != WAITS or whither == 0 or kind < MANDATORY:
                continue
            lot = beside(identity[v] + np.uint64(at[e] - village_start[v]), number[e])
            if uniform(key, lot) >= share:
                continue
            way[e] = OFFICE if whither & TO_OFFICE else OUTPOST
            if e == start[v] or at[e - 1] != at[e]:
                channel[at[e]] = way[e]
            _asked_more(1.0, way[e], kind, q, offer, flow)


@kernel
def _asked_more(
    errands: float, way: int, kind: int, q: Records, offer: Records, flow: Records
) -> None:
    """Note that so many errands more, of a kind, go a way."""
    asks = errands * minutes_of(way, q, offer)
    flow["minutes"] += asks
    flow["minutes_new"] += asks * is_new(kind)
    flow["minutes_outpost"] += asks if way == OUTPOST else 0.0
    flow["requests"] += errands * reaching(way, offer) if kind != OVERDUE else 0.0


@kernel
def _of_rows(
    month: int,
    key: np.uint64,
    p: Records,
    share: float,
    village_start: I8,
    identity: U8,
    weight: F4,
    birth_month: I2,
    family: I4,
    going: F4,
    offers: Records,
    channel: U1,
    asking_start: I8,
    asking: I4,
    gone: F4,
    start: I8,
    at: I4,
    kinds: I4,
    amounts: F4,
    flows: Records,
) -> None:
    """Hand over what waits of rows that stand for several persons, as many as is expected.

    `going` (families, 3) is room for the chance that nobody goes, and for the journeys expected to
    the office and to an outpost.
    """
    q = p[0]
    going[:, 0], going[:, 1:] = 1.0, 0.0
    for k in range(asking_start[weight.size]):
        if month - birth_month[asking[k]] < ADULT:
            gone[k] = 0.0
        of_family, office, outpost = going[family[asking[k]]], gone[k, 0], gone[k, 1]
        of_family[0] *= (1.0 - office) * (1.0 - outpost)
        of_family[1], of_family[2] = of_family[1] + office, of_family[2] + outpost
    for v in range(weight.size):
        offer, flow, e = offers[v], flows[v], start[v]
        each = weight[v] / persons_drawn(weight[v])
        for k in range(asking_start[v], asking_start[v + 1]):
            row, office, outpost = asking[k], gone[k, 0], gone[k, 1]
            of_family, handed, waited = going[family[row]], 0.0, 0.0
            own = 1.0 - (1.0 - office) * (1.0 - outpost)
            others = others_go(of_family[0], own)
            there = max(of_family[1] - office, 0.0)
            all_there = there + max(of_family[2] - outpost, 0.0)
            to_office = there / all_there if all_there > 0.0 else 0.0
            while e < start[v + 1] and at[e] == row:
                kind, waits = kinds[e], amounts[e, WAITING]
                more = handed_over(waits, share, others) if kind >= MANDATORY else 0.0
                waited += waits
                if more > 0.0:
                    handed += more
                    for way, part in ((OFFICE, to_office), (OUTPOST, 1.0 - to_office)):
                        amounts[e, DESK] += more * part * reaching(way, offer)
                        flow["channel"][way] += more * part if kind != OVERDUE else 0.0
                        _asked_more(more * part * each, way, kind, q, offer, flow)
                e += 1
            if handed > 0.0 and (channel[row] == WAITS or channel[row] == GAVE_UP):
                lot = uniform(key, identity[v] + np.uint64(row - village_start[v]))
                if lot < handed / waited:
                    channel[row] = OFFICE if lot < handed / waited * to_office else OUTPOST


def of_persons(county: "CountyModel", offers: Records, key: np.uint64, errands: tuple) -> None:
    """Hand over what waits of persons (`errands`: start, row, number, way)."""
    if not county.at_home.size:
        return
    people = county.villagers
    _of_persons(
        county.month, key, county.values.service.record, county.values.family.handed,
        county.village_start, county.world.identity, *people.columns("birth_month", "family"),
        np.empty(len(county.at_home), dtype=np.uint8), offers, people["channel"], *errands,
        county.flows,
    )  # fmt: skip


def of_rows(
    county: "CountyModel", offers: Records, key: np.uint64, asked: tuple, errands: list
) -> None:
    """Hand over what waits of rows (`asked`: start, row, chances to go; `errands`: start, ...)."""
    if not county.at_home.size:
        return
    people = county.villagers
    _of_rows(
        county.month, key, county.values.service.record, min(county.values.family.handed, 1.0),
        county.village_start, county.world.identity, county.weight,
        *people.columns("birth_month", "family"), np.empty((len(county.at_home), 3)), offers,
        people["channel"], *asked, *errands, county.flows,
    )  # fmt: skip
