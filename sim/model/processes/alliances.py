"""Ventures between villages (村村联建): assets of several villages' collectives managed together.

Each venture has a number. What a village puts in stays its own: it earns by the assets that are
managed together (`economy.asset_income`), and shares the luck of the others in that part.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import F8, I4, I8, kernel, rule

if TYPE_CHECKING:
    from sim.model.county import CountyModel


@rule
def shared_luck(own: float, common: float, share: float) -> float:
    """Return the luck of assets of which a share is in a venture, whose luck is `common`."""
    return own + share * (common - own)


@kernel
def _brought(unit: I4, venture: I8, share: F8, assets: I8, partner: I8) -> F8:
    """Return what every old village has in a venture, yuan."""
    out = np.zeros(unit.size)
    for v in range(unit.size):
        if venture[unit[v]] > 0:
            out[v] = share[unit[v]] * (assets[v] + partner[v]) / 100.0
    return out


@kernel
def _of_ventures(unit: I4, venture: I8, what: F8) -> F8:
    """Return the sum over old villages of something, by venture; that of none is nought."""
    out = np.zeros(unit.size + 1)
    for v in range(unit.size):
        out[venture[unit[v]]] += what[v]
    out[0] = 0.0
    return out


@kernel
def _shared(unit: I4, venture: I8, share: F8, luck: F8, brought: F8, by_luck: F8, out: F8) -> None:
    """Fill `out` with the luck of every old village's assets; the last two are of ventures."""
    for v in range(unit.size):
        u, common = unit[v], luck[v]
        if brought[venture[u]] > 0.0:
            common = by_luck[venture[u]] / brought[venture[u]]
        out[v] = shared_luck(luck[v], common, share[u] if venture[u] > 0 else 0.0)


def put_together(county: "CountyModel", luck: F8) -> tuple[F8, F8]:
    """Return the assets of others beside which each unit's are managed, and the luck of assets.

    Parameters
    ----------
    county : CountyModel
        The county.
    luck : float64 array (V,)
        Luck of every old village's own assets this year (`economy.shocks`).

    Returns
    -------
    float64 arrays (V,)
        Yuan by unit, 0 where there is no venture; luck by old village, as given where none.
    """
    unit, levers = county.borders.unit, county.levers
    venture, share = levers.venture, levers.venture_share
    if not np.logical_or.reduce(venture):
        return np.zeros(unit.size), luck
    brought = _brought(unit, venture, share, *county.collectives.columns("assets", "partner"))
    of_ventures, out = _of_ventures(unit, venture, brought), np.empty(unit.size)
    by_luck = _of_ventures(unit, venture, brought * luck)
    _shared(unit, venture, share, luck, of_ventures, by_luck, out)
    others = of_ventures[venture] - np.bincount(unit, brought, unit.size)
    return share * others, out  # of none nought
