"""Specialists (专干) as people whom several villages share: what they take over of reporting lines.

A pool of specialists serves its villages by load: where lines ask for more, more is done, so that
the share taken over is the same in every village of the pool.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import F8, rule

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


def taken(county: "CountyModel") -> F8:
    """Return the share of its reporting lines' work that specialists do in each unit, (V,)."""
    levers, of_hours = county.levers, county.values.hours
    pool, out = levers.specialist_pool, np.zeros(county.weight.size)
    if not np.logical_or.reduce(pool):
        return out
    asked = of_hours.line_hours * levers.lines * (1.0 - levers.ledgers)
    for each in np.unique(pool[pool > 0]):
        units = np.flatnonzero(pool == each)
        persons = float(levers.specialists[units].sum())
        has = capacity.py_func(
            persons, units.size, of_hours.specialist_hours, of_hours.specialist_road
        )
        out[units] = taken_over.py_func(has, float(asked[units].sum()), of_hours.specialist_most)
    return out


def pay(county: "CountyModel") -> float:
    """Return what the specialists of all pools are paid, yuan/month."""
    persons = county.levers.specialists[county.borders.is_unit].sum()
    return float(persons) * county.values.hours.specialist_pay
