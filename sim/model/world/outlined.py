"""Land of a county in its own outline: who has which of the cells, village by village.

All units of the county's list share the outline: those that are not in the model (communities,
townships left out) have land of their own, which no village gets. Islands and exclaves that
hold half a unit or more have units of their own, whole townships where one fits; smaller ones
belong to the unit that is nearest.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.model.draws import normals, stable_hash, stream_key
from sim.model.world.division import divide
from sim.model.world.drawn import cuts, neighbours_of, village_order
from sim.model.world.outline import cover
from sim.model.world.partition import Floats, Ints, apportion
from sim.model.world.registry import county_outline, find_county
from sim.model.world.spec import CountySpec, OtherUnit
from sim.model.world.villages import VillageTable

#: cells that a mean unit needs for borders of its own
FEWEST_CELLS = 4
#: an island of a smaller share of a mean unit's land belongs to the nearest unit
_ISLET = 0.5
#: what it costs to tear a township for an island, in shares of land that misfits
_TORN = 0.15
#: times a mean village's land that another unit may have, before land is nobody's
_LARGE = 3.0


@dataclass(frozen=True, eq=False)
class Land:
    """The village of every cell (-1: no village of the model) and the outline around them."""

    grid: npt.NDArray[np.int32]
    border: tuple[Floats, ...]
    origin_km: tuple[float, float]


def outlined_grid(
    villages: VillageTable, spec: CountySpec, cells: Ints, cell_km: float, seed: int
) -> Land | None:
    """Divide a county's outline among its units.

    Parameters
    ----------
    villages : VillageTable
        The V villages of the model.
    spec : CountySpec
        Names the outline, and who else has land in it.
    cells : int array (V,)
        Cells of each village.
    cell_km : float
        Side of a cell, km.
    seed : int
        Seed of the replicate.

    Returns
    -------
    Land or None
        None where there is no outline, or cells are too coarse for borders in it.
    """
    if spec.outline is None or cells.sum() < FEWEST_CELLS * cells.size:
        return None
    known = float(find_county(spec.outline).area_km2 or 0.0)
    spare = round(known / cell_km**2) - int(cells.sum())
    others = _with_land(spec.others, villages, spare, float(cells.mean()))
    rest = _cells_of(others, max(spare, len(others)), seed, spec.area_log_sd)
    code, name, town, later = (
        (*ours, *(getattr(other, key) for other in others))
        for key, ours in (
            ("code", villages.code),
            ("name", villages.name),
            ("township", villages.township),
            ("future_township", spec.future_township or villages.township),
        )
    )
    listed = np.argsort(np.array(code), kind="stable")
    order, strength = village_order(*(tuple(x[i] for i in listed) for x in (name, town, later)))
    order = listed[order]
    quota = np.concatenate((cells, rest))[order]
    whole = cover(county_outline(spec.outline), int(quota.sum()), cell_km, _ISLET * quota.mean())
    turn = cuts(seed, _identities([code[i] for i in order]))
    leaf = _settle(whole.inside, quota, strength, turn, seed)
    if leaf is None:
        return None
    owner = np.where(order < cells.size, order, -1).astype(np.int32)
    return Land(np.where(leaf >= 0, owner[leaf], np.int32(-1)), whole.border, whole.origin_km)


def _identities(codes: list[str]) -> npt.NDArray[np.uint64]:
    return np.array([stable_hash(code) >> 24 << 24 for code in codes], dtype=np.uint64)


def _with_land(
    others: tuple[OtherUnit, ...], villages: VillageTable, spare: int, mean: float
) -> tuple[OtherUnit, ...]:
    """Return who else has land: more than others can have is land of nobody, here and there."""
    fair = len(others) * mean
    if spare <= _LARGE * fair:
        return others
    count = round((spare - fair) / mean)
    at = (np.arange(count) * len(villages) // max(count, 1)).tolist()
    nobody = (
        OtherUnit(f"{villages.code[v]}~{i}", "", villages.township[v], villages.township[v])
        for i, v in enumerate(at)
    )
    return (*others, *nobody)


def _cells_of(others: tuple[OtherUnit, ...], total: int, seed: int, log_sd: float) -> Ints:
    """Return the cells of who else has land, drawn as villages' are."""
    if not others:
        return np.zeros(0, dtype=np.int64)
    identity = _identities([other.code for other in others])
    return apportion(np.exp(log_sd * normals(stream_key(seed, "world.area"), identity)), total, 1)


def _settle(
    inside: npt.NDArray[np.bool_], quota: Ints, strength: Ints, turn: Floats, seed: int
) -> npt.NDArray[np.int32] | None:
    """Return the unit of every cell, island by island, -1 outside; None if there is no room."""
    from scipy.ndimage import distance_transform_edt, label

    labelled: Any = label(inside)
    piece, count = labelled
    size = np.bincount(piece.ravel(), minlength=count + 1)[1:].astype(np.int64)
    first, *islands = np.argsort(-size, kind="stable").tolist()
    on = np.full(quota.size, first)
    for island in islands:
        left = np.flatnonzero(on == first)
        if size[island] < _ISLET * quota.mean() or left.size < 2:
            break
        on[left[_run(quota[left], strength[left], int(size[island]))]] = island
    out = np.full(inside.shape, -1, dtype=np.int32)
    for island in np.unique(on):
        units = np.flatnonzero(on == island)
        if size[island] < units.size:
            return None
        rank = strength[units].copy()
        rank[1:] = [strength[a + 1 : b + 1].max() for a, b in pairwise(units.tolist())]
        share = apportion(quota[units].astype(np.float64), int(size[island]), 1)
        here = divide(piece == island + 1, quota=share, strength=rank, turn=turn[units], seed=seed)
        out[here >= 0] = units[here[here >= 0]]
    nearest_unit: Any = distance_transform_edt(out < 0, return_indices=True)
    away, at = nearest_unit
    for islet in set(range(count)) - set(on.tolist()):
        cells = np.flatnonzero(piece.ravel() == islet + 1)
        nearest = cells[np.argmin(np.round(away.ravel()[cells], 9))]
        out.ravel()[cells] = out[at[0].ravel()[nearest], at[1].ravel()[nearest]]
    return out


def _run(quota: Ints, strength: Ints, size: int) -> slice:
    """Return which units, next to each other in the order, an island of so many cells holds."""
    count = quota.size
    running = np.concatenate(([0], np.cumsum(quota)))
    whole = np.concatenate((strength > 1, [True]))
    whole[0] = True
    start = np.arange(count)
    above = np.clip(np.searchsorted(running, running[:-1] + size), 1, count)
    tried: list[tuple[Ints, ...]] = [
        (start, np.maximum(above - 1, start + 1)),
        (start, np.maximum(above, start + 1)),
    ]
    bounds = np.flatnonzero(whole)
    tried.append(tuple(x.ravel() for x in np.meshgrid(bounds, bounds, indexing="ij")))
    a, b = (np.concatenate(side) for side in zip(*tried, strict=True))
    fits = (b > a) & (b <= count) & (b - a < count) & (b - a <= size)
    a, b = a[fits], b[fits]
    misfit = np.abs(running[b] - running[a] - size) / size
    cost = np.round(misfit + _TORN * (~whole[a]).astype(float) + _TORN * ~whole[b], 9)
    best = np.lexsort((b, a, cost))[0]
    return slice(int(a[best]), int(b[best]))


def linked(grid: npt.NDArray[np.int32], township: Ints) -> tuple[tuple[int, ...], ...]:
    """Return the villages next to each village, also across water or land of no village.

    Villages of a township that share no side with the rest of it, and townships that share none
    with the rest of the county, are next to the nearest village there.

    Parameters
    ----------
    grid : int32 array (rows, cols)
        Village of a cell, -1 where there is none.
    township : int array (V,)
        Township of each village.
    """
    near = [set(others) for others in neighbours_of(grid, township.size)]
    rows, cols = np.nonzero(grid >= 0)
    village = grid[rows, cols]
    places = np.stack((rows, cols), axis=1).astype(np.float64)
    for members in (
        *(np.flatnonzero(township == t) for t in np.unique(township)),
        np.arange(township.size),
    ):
        while (pieces := _pieces(members, near)).max() > 0:
            inside = np.full(township.size, -1)
            inside[members] = pieces
            a, b = _nearest(places, village, inside[village])
            near[a].add(b)
            near[b].add(a)
    return tuple(tuple(sorted(others)) for others in near)


def _pieces(members: Ints, near: list[set[int]]) -> Ints:
    """Return the piece of each member, those that are next to each other in one."""
    piece = dict.fromkeys(members.tolist(), -1)
    count = 0
    for start in piece:
        if piece[start] >= 0:
            continue
        todo, piece[start] = [start], count
        while todo:
            for other in near[todo.pop()]:
                if piece.get(other, 0) < 0:
                    piece[other] = count
                    todo.append(other)
        count += 1
    return np.array(list(piece.values()))


def _nearest(places: Floats, village: npt.NDArray[np.int32], piece: Ints) -> tuple[int, int]:
    """Return the village of the last piece, and that of another, whose cells are nearest."""
    from scipy.spatial import KDTree

    last = piece == piece.max()
    own, other = np.flatnonzero(last), np.flatnonzero((piece >= 0) & ~last)
    found: Any = KDTree(places[other]).query(places[own])
    away, at = found
    best = int(np.lexsort((village[other][at], village[own], np.round(away, 9)))[0])
    return int(village[own[best]]), int(village[other[at[best]]])
