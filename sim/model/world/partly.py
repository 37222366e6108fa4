"""Mergers carried out in part: which new villages of a plan come about, the others staying old.

A plan's units of several old villages are ranked by log-odds that rest on their traits, with
Gumbel luck; the first of them come about (a draw without replacement with those odds). Researchers
who study a merger compare villages that merged with others of the same county that did not.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from sim.model.world.plan import MergerPlan, named_plan
from sim.model.world.villages import VillageTable

Floats = npt.NDArray[np.float64]


def of_several(seat: npt.NDArray[np.int32]) -> npt.NDArray[np.intp]:
    """Return the seats, ascending, of the units that have several old villages."""
    return np.flatnonzero(np.bincount(seat, minlength=seat.size) > 1)


def log_odds(traits: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """Return the log-odds of units, (U,): weights per standard deviation of their traits."""
    total = np.zeros(len(next(iter(traits.values()))))
    for name, weight in weights.items():
        values = traits[name]
        spread = values.std()
        if weight and spread > 0.0:
            total += weight * (values - values.mean()) / spread
    return total


def drawn(odds: Floats, luck: Floats, share: float) -> npt.NDArray[np.bool_]:
    """Return which of some units are drawn, (U,): a share of them, the likelier ones more often.

    Parameters
    ----------
    odds : array (U,)
        Log-odds.
    luck : array (U,)
        Uniform numbers in (0, 1).
    share : float
        Share of the units drawn, rounded to whole units.
    """
    ranked = np.argsort(-(odds - np.log(-np.log(luck))), kind="stable")
    chosen = np.zeros(odds.size, dtype=np.bool_)
    chosen[ranked[: round(share * odds.size)]] = True
    return chosen


def means_of(values: Floats, persons: Floats, group: npt.NDArray[np.intp], count: int) -> Floats:
    """Return the mean of old villages' values by unit, weighted by persons, (count,)."""
    total = np.bincount(group, persons, count)
    weighted = np.bincount(group, values * persons, count)
    return np.divide(weighted, total, out=np.zeros(count), where=total > 0)


def in_part(plan: MergerPlan, villages: VillageTable, kept: npt.NDArray[np.bool_]) -> MergerPlan:
    """Return a plan of which some units of several old villages come about.

    Parameters
    ----------
    plan : MergerPlan
        The whole plan.
    villages : VillageTable
        The old villages.
    kept : bool array (U,)
        Which of `of_several` come about.
    """
    own = np.arange(plan.seat.size, dtype=np.int32)
    stays = np.zeros(own.size, dtype=np.bool_)
    stays[of_several(plan.seat)[~kept]] = True
    apart = stays[plan.seat]
    seat = np.where(apart, own, plan.seat)
    names = {int(v): villages.name[v] if apart[v] else plan.new_name[v] for v in np.unique(seat)}
    towns = {int(v): plan.new_township[plan.seat[v]] for v in names}
    return named_plan(
        seat,
        villages,
        f"{plan.source}, in part",
        names=names,
        townships=towns,
        becomes_community=plan.becomes_community & ~apart,
        outpost=plan.outpost & ~apart,
        notes=plan.notes,
        certainty=plan.certainty,
    )
