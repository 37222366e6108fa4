"""Specialists (专干) as people whom several villages share: what they take over of reporting lines.

A pool of specialists serves its villages by load: where lines ask for more, more is done, so that
the share taken over is the same in every village of the pool.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import F8, I8, Records, kernel, rule

if TYPE_CHECKING:
    from sim.model.county import CountyModel


@rule
def capacity(persons: float, villages: float, hours: float, road: float) -> float:
    """Return the hours a month that a pool has for its villages.

    Parameters
    ----------
    persons, villages : float
        Specialists of the pool, and villages that share them.
    hours : float
        Hours a month of one.
    road : float
        Share of them lost on the road for every village beyond the first.
    """
    return persons * hours * max(0.0, 1.0 - road * (villages - 1.0))


@rule
def taken_over(hours: float, asked: float, most: float) -> float:
    """Return the share of reporting lines' work that a pool does: at most `most`."""
    return min(most, hours / asked) if asked > 0.0 else 0.0


@kernel
def _taken(p: Records, pool: I8, specialists: F8, asked: F8) -> F8:
    """Return the share of lines' work that each unit's pool does; `asked` is all of it, hours."""
    q, pools, out = p[0], np.zeros((pool.max() + 1, 3)), np.zeros(pool.size)
    for u in range(pool.size):
        if pool[u] > 0:
            pools[pool[u], 0] += specialists[u]
            pools[pool[u], 1] += 1.0
            pools[pool[u], 2] += asked[u]
    for u in range(pool.size):
        if pool[u] > 0:
            persons, villages, work = pools[pool[u]]
            has = capacity(persons, villages, q["specialist_hours"], q["specialist_road"])
            out[u] = taken_over(has, work, q["specialist_most"])
    return out


def taken(county: "CountyModel") -> F8:
    """Return the share of its reporting lines' work that specialists do in each unit, (V,)."""
    levers, of_hours = county.levers, county.values.hours
    if not np.logical_or.reduce(levers.specialist_pool):
        return np.zeros(county.weight.size)
    asked = of_hours.line_hours * levers.lines * (1.0 - levers.ledgers)
    return _taken(of_hours.record, levers.specialist_pool, levers.specialists, asked)


def pay(county: "CountyModel") -> float:
    """Return what the specialists of all pools are paid, yuan/month."""
    persons = np.add.reduce(county.levers.specialists[county.borders.is_unit])
    return float(persons) * county.values.hours.specialist_pay
