"""Land that is drawn where neither map nor outline is known, and what all grids have in common."""

import numpy as np
import numpy.typing as npt

from sim.model.draws import stream_key, uniforms
from sim.model.world.partition import (
    Floats,
    Ints,
    apportion,
    bisect,
    cell_borders,
    convex_outline,
    join_fragments,
)
from sim.model.world.registry import base_name
from sim.model.world.spec import CountySpec
from sim.model.world.villages import VillageTable

_ASPECT = 1.3


def scaled(
    draws: Floats, leaving: npt.NDArray[np.bool_], total: int, leaving_total: int | None
) -> Ints:
    """Return whole numbers in proportion to draws with the total(s) wanted, at least 1 each."""
    if leaving_total is None or not leaving.any() or leaving.all():
        return apportion(draws, total, 1)
    out = np.empty(draws.size, dtype=np.int64)
    out[leaving] = apportion(draws[leaving], leaving_total, 1)
    out[~leaving] = apportion(draws[~leaving], total - leaving_total, 1)
    return out


def area_cells(villages: VillageTable, spec: CountySpec, cell_km: float, draws: Floats) -> Ints:
    """Return the cells of each village (V,)."""
    if villages.area_km2 is not None:
        total = max(round(float(villages.area_km2.sum()) / cell_km**2), len(villages))
        return apportion(villages.area_km2, total, 1)
    total = max(round(len(villages) * spec.area_mean_km2 / cell_km**2), len(villages))
    leaving = np.isin(villages.code, sorted(spec.leaving))
    part = None
    if spec.leaving_area_total is not None:  # at least a cell for every village
        most = total - int((~leaving).sum())
        part = min(max(round(spec.leaving_area_total / cell_km**2), int(leaving.sum())), most)
    return scaled(draws, leaving, total, part)


def first_seen(names: tuple[str, ...]) -> Ints:
    """Return the number of each name in the order of first appearance."""
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(name, len(seen)) for name in names], dtype=np.int64)


def village_order(
    name: tuple[str, ...], township: tuple[str, ...], future: tuple[str, ...] | None
) -> tuple[Ints, Ints]:
    """Return the order in which villages lie side by side, and the rank of their borders.

    Parameters
    ----------
    name, township : tuples of str, length V
        Names of the villages and of their townships before the reform.
    future : tuple of str, length V, or None
        Names of their townships after it; None = unknown.
    """
    now = first_seen(township)
    later = now * 0 if future is None else first_seen(future)
    alike = first_seen(tuple(map(base_name, name)))  # a village and its community touch
    order = np.lexsort((np.arange(now.size), alike, now, later))
    strength = np.ones(now.size, dtype=np.int64)
    strength[1:] += now[order][1:] != now[order][:-1]
    strength[1:][later[order][1:] != later[order][:-1]] = 3
    return order, strength


def cuts(seed: int, identity: npt.NDArray[np.uint64]) -> Floats:
    """Return the turns of the lines that divide land among villages, by village."""
    return uniforms(stream_key(seed, "world.cuts"), identity)


def drawn_grid(
    villages: VillageTable,
    spec: CountySpec,
    cells: Ints,
    seed: int,
    identity: npt.NDArray[np.uint64],
) -> npt.NDArray[np.int32]:
    """Return the village of each cell of a county whose map is not known."""
    bulge = uniforms(stream_key(seed, "world.outline"), identity[:1])[0]
    rows, cols = convex_outline(int(cells.sum()), _ASPECT, 2.0 + 0.8 * float(bulge))
    order, strength = village_order(villages.name, villages.township, spec.future_township)
    turn = cuts(seed, identity[order])
    part = np.zeros(rows.size, dtype=np.int64)
    ends = np.array([0, order.size])
    leaf = bisect(rows, cols, part, quota=cells[order], strength=strength, first=ends, turn=turn)
    grid = np.full((rows.max() + 1, cols.max() + 1), -1, dtype=np.int32)
    grid[rows, cols] = order[leaf]
    return mended(grid, first_seen(villages.township), within=False)


def mended(grid: npt.NDArray[np.int32], parent: Ints, *, within: bool) -> npt.NDArray[np.int32]:
    """Return the grid with every region (>= 0) contiguous; `within`: parents keep their cells."""
    inside = np.flatnonzero(grid.ravel() >= 0)
    place = np.full(grid.size, -1, dtype=np.int64)
    place[inside] = np.arange(inside.size)
    a, b = cell_borders(grid)
    label = grid.ravel()[inside].astype(np.int64)
    if within:
        home = parent[grid.ravel()]
        a, b = a[home[a] == home[b]], b[home[a] == home[b]]
    flat = grid.ravel().copy()
    flat[inside] = join_fragments(label, parent, place[a], place[b])
    return flat.reshape(grid.shape)


def neighbours_of(cell_village: npt.NDArray[np.int32], count: int) -> tuple[tuple[int, ...], ...]:
    """Return the villages that share a side with each village."""
    a, b = cell_borders(cell_village)
    va, vb = cell_village.ravel()[a].astype(np.int64), cell_village.ravel()[b].astype(np.int64)
    other = va != vb
    both = np.concatenate((va[other] * count + vb[other], vb[other] * count + va[other]))
    pairs = np.unique(both)
    ends = np.searchsorted(pairs // count, np.arange(count + 1))
    right = (pairs % count).tolist()
    return tuple(tuple(right[ends[v] : ends[v + 1]]) for v in range(count))
