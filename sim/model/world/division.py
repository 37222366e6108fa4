"""Dividing land of any shape into nested, contiguous parts of given sizes with natural borders.

Parts are made by recursive bisection, as in `sim.model.world.partition`, but a cut follows a line
that noise bends at every length up to the part's own, and both sides of every cut are kept in one
piece: what a cut leaves loose goes to the other side, and cells along the border are passed over
until the sizes are right again.
"""

import heapq

import numpy as np
import numpy.typing as npt

from sim.model.draws import stream_key, uniforms
from sim.model.world.partition import (
    Floats,
    Ints,
    axes_of,
    cell_borders,
    join_fragments,
    strongest_middle,
)

#: how far noise bends a border, as a share of the wavelength; and the longest wavelength, as a
#: share of the side of the part that is cut
_BEND, _LONGEST = 0.22, 0.5
_SHORTEST = 3.0  # cells
_RING = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def ripples(rows: Ints, cols: Ints, seed: int) -> list[tuple[float, Floats]]:
    """Return smooth noise at every cell, by wavelength: each twice the one before.

    Parameters
    ----------
    rows, cols : int arrays (n,)
        Cells.
    seed : int
        Seed of the replicate.

    Returns
    -------
    list of (float, float array (n,))
        Wavelength in cells, and noise between -1 and 1 (a random lattice, smoothly interpolated).
    """
    extent = max(int(np.ptp(rows)), int(np.ptp(cols)), 1)
    out, wavelength = [], _SHORTEST
    while wavelength <= max(extent * _LONGEST, _SHORTEST):
        key = stream_key(seed, "world.ripples", len(out))
        r, c = rows / wavelength, cols / wavelength
        i, j = np.floor(r).astype(np.int64), np.floor(c).astype(np.int64)
        width = int(j.max()) + 2
        node = np.arange((int(i.max()) + 2) * width, dtype=np.uint64)
        height = 2.0 * uniforms(key, node) - 1.0
        u, v = ((t * t * (3.0 - 2.0 * t)) for t in (r - i, c - j))
        at = i * width + j
        upper = height[at] * (1.0 - v) + height[at + 1] * v
        lower = height[at + width] * (1.0 - v) + height[at + width + 1] * v
        out.append((wavelength, upper * (1.0 - u) + lower * u))
        wavelength *= 2.0
    return out


def divide(
    inside: npt.NDArray[np.bool_], *, quota: Ints, strength: Ints, turn: Floats, seed: int
) -> npt.NDArray[np.int32]:
    """Divide connected land among leaves.

    Parameters
    ----------
    inside : bool array (rows, cols)
        The land, in one piece (cells that share sides).
    quota : int array (L,)
        Cells of a leaf, at least 1; they sum to the land's.
    strength : int array (L,)
        Rank of the border between leaf i-1 and i: strong borders are cut first, so that leaves
        between strong borders nest.
    turn : array (L,)
        Numbers in (0, 1): how the cut before leaf i is turned.
    seed : int
        Seed of the replicate.

    Returns
    -------
    int32 array (rows, cols)
        Leaf of each cell, -1 outside; every leaf is in one piece. Sizes are the quotas, but where
        the land's shape leaves no way to give a leaf its size and keep it whole.
    """
    rows, cols = np.nonzero(inside)
    a, b = _pairs(inside)
    noise = ripples(rows, cols, seed)
    running = np.concatenate(([0], np.cumsum(quota)))
    part = np.zeros(rows.size, dtype=np.int64)
    low, high = np.array([0]), np.array([quota.size])
    while (high - low).max() > 1:
        middle = np.array(
            [
                strongest_middle(f, t, strength, running) if t - f > 1 else t
                for f, t in zip(low, high, strict=True)
            ]
        )
        size = np.bincount(part, minlength=low.size)
        left = _left_sizes(size, low, middle, high, running)
        bent = turn[np.minimum(middle, turn.size - 1)]
        along = _along(rows, cols, part, size, bent, noise)
        order = np.lexsort((along, part))
        start = np.cumsum(size) - size
        right = np.empty(part.size, dtype=bool)
        right[order] = np.arange(part.size) - start[part[order]] >= left[part[order]]
        child = 2 * part + right
        within = part[a] == part[b]
        child = join_fragments(child, np.arange(2 * size.size) // 2, a[within], b[within])
        least = np.stack((middle - low, high - middle), 1).ravel()
        _even_out(inside.shape, rows * inside.shape[1] + cols, child, along, size, left, least)
        low, high = np.stack((low, middle), 1).ravel(), np.stack((middle, high), 1).ravel()
        there = high > low
        number = np.cumsum(there) - 1
        part, low, high = number[child], low[there], high[there]
    out = np.full(inside.shape, -1, dtype=np.int32)
    out[rows, cols] = low[part]
    return out


def _pairs(inside: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return the pairs of cells that share a side, numbered as they stand in the land."""
    place = np.cumsum(inside.ravel()) - 1
    a, b = cell_borders(np.where(inside, 0, -1).astype(np.int32))
    return place[a], place[b]


def _left_sizes(size: Ints, low: Ints, middle: Ints, high: Ints, running: Ints) -> Ints:
    """Return the cells of the left side of every cut: their quotas', in the land there is."""
    wanted, all_wanted = running[middle] - running[low], running[high] - running[low]
    left = np.rint(size * (wanted / all_wanted)).astype(np.int64)
    return np.clip(left, middle - low, size - (high - middle))


def _along(
    rows: Ints,
    cols: Ints,
    part: Ints,
    size: Ints,
    turn: Floats,
    noise: list[tuple[float, Floats]],
) -> Floats:
    """Return each cell's place along the long axis of its part, bent by noise."""
    along, _ = axes_of(rows, cols, part, size.size, turn)
    side = np.sqrt(size.astype(np.float64))
    for wavelength, height in noise:
        along = (
            along + np.where(wavelength <= _LONGEST * side, _BEND * wavelength, 0.0)[part] * height
        )
    return np.round(along, 9)


def _even_out(
    shape: tuple[int, ...],
    flat: Ints,
    child: Ints,
    along: Floats,
    size: Ints,
    left: Ints,
    least: Ints,
) -> None:
    """Pass cells along the border of two sides until both have their size, in place.

    Neither side falls apart, unless it would have fewer cells (`least`) than leaves.
    """
    now = np.bincount(child, minlength=2 * size.size)
    wrong = np.flatnonzero(now[::2] != left)
    if not wrong.size:
        return
    width = shape[1] + 2
    at = (flat // shape[1] + 1) * width + flat % shape[1] + 1
    grid = np.full((shape[0] + 2) * width, -1, dtype=np.int64)
    grid[at] = child
    cells, place = grid.tolist(), np.full(grid.size, -1, dtype=np.int64)
    place[at] = np.arange(at.size)
    members = np.argsort(child, kind="stable")
    ends = np.searchsorted(child[members], np.arange(2 * size.size + 1))
    for p in wrong.tolist():
        spare = int(now[2 * p] - left[p])
        giver, taker = (2 * p, 2 * p + 1) if spare > 0 else (2 * p + 1, 2 * p)
        sign = -1.0 if spare > 0 else 1.0
        own = members[ends[giver] : ends[giver + 1]]
        rank = dict(zip(at[own].tolist(), (sign * along[own]).tolist(), strict=True))
        missing = int(least[taker] - now[taker])
        for cell in _passed(cells, width, rank, giver, taker, abs(spare), missing):
            child[place[cell]] = taker


def _passed(
    cells: list[int],
    width: int,
    rank: dict[int, float],
    giver: int,
    taker: int,
    count: int,
    missing: int,
) -> list[int]:
    """Return the cells that a side passes to the other, those of the lowest rank first."""
    ring = [r * width + c for r, c in _RING]
    sides = ring[::2]
    heap = [(rank[cell], cell) for cell in rank if any(cells[cell + s] == taker for s in sides)]
    heapq.heapify(heap)
    done: list[int] = []
    torn: list[tuple[float, int]] = []
    while heap and len(done) < count:
        entry = heapq.heappop(heap)
        cell = entry[1]
        if cells[cell] != giver:
            continue
        if not _spared([cells[cell + s] == giver for s in ring]):
            torn.append(entry)
            continue
        cells[cell] = taker
        done.append(cell)
        for near in (cell + s for s in sides):
            if cells[near] == giver:
                heapq.heappush(heap, (rank[near], near))
    for _, cell in torn:  # the side would have fewer cells than leaves
        if len(done) < missing and cells[cell] == giver:
            cells[cell] = taker
            done.append(cell)
    return done


def _spared(near: list[bool]) -> bool:
    """Tell whether a region stays whole without a cell; `near`: its eight neighbours in it."""
    pieces = 0
    for k in (0, 2, 4, 6):
        if near[k] and not (near[k + 1] and near[(k + 2) % 8]):
            pieces += 1
    return pieces == 1
