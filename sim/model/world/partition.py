"""Dividing a grid of square cells into nested, contiguous, compact parts of given sizes.

Parts are made by recursive bisection: a set of cells is cut by a straight line across its long
axis, all sets of one depth at once. Cuts of convex sets are convex, so parts are compact; the
few cells that a cut leaves hanging by a corner are handed to a neighbour (`join_fragments`).
"""

import heapq
import math

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_LARGEST_TURN = math.radians(18)  # a cut turns at most so far from straight across


def apportion(weights: Floats, total: int, minimum: int = 0) -> Ints:
    """Split a whole number in proportion to weights, by largest remainders.

    Parameters
    ----------
    weights : array (n,)
        Non-negative.
    total : int
        The sum of the result.
    minimum : int
        Least part, where ``total`` allows it for everybody; else 1 for the heaviest parts.
    """
    segment = np.zeros(weights.size, dtype=np.int64)
    return apportion_within(weights, segment, np.array([total], dtype=np.int64), minimum)


def apportion_within(weights: Floats, segment: Ints, totals: Ints, minimum: int | Ints = 0) -> Ints:
    """Split a whole number of every segment among its rows in proportion to weights.

    Parameters
    ----------
    weights : array (n,)
        Non-negative weight of a row.
    segment : int array (n,)
        Segment of a row, ascending.
    totals : int array (S,)
        Sum to reach in each segment.
    minimum : int
        Least part of a row, in segments whose total allows it.

    Returns
    -------
    int64 array (n,)
        Sums exactly to `totals` by segment.
    """
    count = np.bincount(segment, minlength=totals.size)
    least = np.where(totals >= count * minimum, minimum, 0)
    share = _shares(weights, segment, totals.astype(np.float64))
    above = np.maximum(share - least[segment], 0.0)
    ideal = _shares(above, segment, (totals - least * count).astype(np.float64))
    whole = np.floor(ideal + 1e-9).astype(np.int64)
    missing = totals - least * count - np.bincount(segment, whole, totals.size).astype(np.int64)
    order = np.lexsort((np.arange(segment.size), whole - ideal, segment))
    rank = np.empty(segment.size, dtype=np.int64)
    rank[order] = np.arange(segment.size) - (np.cumsum(count) - count)[segment[order]]
    return least[segment] + whole + (rank < missing[segment])


def _shares(weights: Floats, segment: Ints, totals: Floats) -> Floats:
    sums = np.bincount(segment, weights, totals.size)
    count = np.bincount(segment, minlength=totals.size)
    equal = totals / np.maximum(count, 1)
    known = (sums > 0)[segment]
    part = np.divide(weights, sums[segment], out=np.zeros(weights.size), where=known)
    return np.where(known, part * totals[segment], equal[segment])


def convex_outline(cells: int, aspect: float, bulge: float) -> tuple[Ints, Ints]:
    """Return rows and columns of exactly `cells` cells that form a smooth convex figure.

    The figure is a superellipse |x/a|^bulge + |y/b|^bulge with a/b = `aspect`.
    """
    half_height = math.sqrt(cells / aspect) / 2 * 1.25 + 2
    half_width = half_height * aspect + 2
    rows, cols = np.meshgrid(
        np.arange(-int(half_height) - 1, int(half_height) + 2),
        np.arange(-int(half_width) - 1, int(half_width) + 2),
        indexing="ij",
    )
    rows, cols = rows.ravel(), cols.ravel()
    distance = np.abs(cols / aspect) ** bulge + np.abs(rows) ** bulge
    chosen = np.sort(np.argsort(distance, kind="stable")[:cells])
    rows, cols = rows[chosen], cols[chosen]
    return rows - rows.min(), cols - cols.min()


def strongest_middle(low: int, high: int, strength: Ints, running: Ints) -> int:
    """Return where to split leaves low..high-1: at the strongest border nearest the middle."""
    inner = strength[low + 1 : high]
    places = low + 1 + np.flatnonzero(inner == inner.max())
    half = (running[low] + running[high]) / 2
    return int(places[np.argmin(np.abs(running[places] - half))])


def bisect(
    rows: Ints, cols: Ints, part: Ints, *, quota: Ints, strength: Ints, first: Ints, turn: Floats
) -> Ints:
    """Divide sets of cells among their leaves by recursive bisection.

    Parameters
    ----------
    rows, cols : int array (n,)
        Cells.
    part : int array (n,)
        Set of a cell, 0..S-1.
    quota : int array (L,)
        Cells of a leaf, at least 1; they sum to the cells of the set.
    strength : int array (L,)
        Rank of the border between leaf i-1 and i: strong borders are cut first, so that leaves
        between strong borders nest.
    first : int array (S+1,)
        Set s owns the leaves first[s] .. first[s+1]-1.
    turn : array (L,)
        Numbers in (0, 1): how the cut before leaf i is turned.

    Returns
    -------
    int64 array (n,)
        Leaf of each cell.
    """
    running = np.concatenate(([0], np.cumsum(quota)))
    leaf = np.empty(rows.size, dtype=np.int64)
    active = np.arange(rows.size)
    low, high, group = first[:-1].copy(), first[1:].copy(), part.copy()
    while active.size:
        single = (high - low == 1)[group]
        leaf[active[single]] = low[group[single]]
        active, group = active[~single], group[~single]
        if not active.size:
            break
        used, group = np.unique(group, return_inverse=True)
        low, high = low[used], high[used]
        middle = np.array(
            [strongest_middle(a, b, strength, running) for a, b in zip(low, high, strict=True)]
        )
        along, across = axes_of(rows[active], cols[active], group, used.size, turn[middle])
        order = np.lexsort((across, along, group))
        active, group = active[order], group[order]
        start = np.searchsorted(group, np.arange(used.size))
        rank = np.arange(group.size) - start[group]
        right = rank >= (running[middle] - running[low])[group]
        group = 2 * group + right
        low, high = np.stack((low, middle), 1).ravel(), np.stack((middle, high), 1).ravel()
    return leaf


def axes_of(
    rows: Ints, cols: Ints, group: Ints, groups: int, turn: Floats
) -> tuple[Floats, Floats]:
    """Return each cell's place along and across the (turned) long axis of its set."""
    count = np.bincount(group, minlength=groups)
    x = cols - (np.bincount(group, cols, groups) / count)[group]
    y = rows - (np.bincount(group, rows, groups) / count)[group]
    xx, yy = np.bincount(group, x * x, groups), np.bincount(group, y * y, groups)
    xy = np.bincount(group, x * y, groups)
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + (2 * turn - 1) * _LARGEST_TURN
    cos, sin = np.cos(angle)[group], np.sin(angle)[group]
    return np.round(x * cos + y * sin, 9), np.round(y * cos - x * sin, 9)


def cell_borders(grid: npt.NDArray[np.int32]) -> tuple[Ints, Ints]:
    """Return the pairs of cells (flat indices) that share a side, both inside (>= 0)."""
    index = np.arange(grid.size).reshape(grid.shape)
    left = np.concatenate((index[:, :-1].ravel(), index[:-1].ravel()))
    right = np.concatenate((index[:, 1:].ravel(), index[1:].ravel()))
    flat = grid.ravel()
    inside = (flat[left] >= 0) & (flat[right] >= 0)
    return left[inside], right[inside]


def fragments(label: Ints, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return the connected component of each cell, and the components' labels.

    Parameters
    ----------
    label : int array (n,)
        Region of a cell.
    a, b : int array (m,)
        Pairs of neighbouring cells.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    same = label[a] == label[b]
    pairs = (a[same], b[same])
    graph = coo_array((np.ones(pairs[0].size, dtype=np.int8), pairs), (label.size, label.size))
    number, component = connected_components(graph, directed=False)
    owner = np.empty(number, dtype=np.int64)
    owner[component] = label
    return component.astype(np.int64), owner


def join_fragments(label: Ints, parent: Ints, a: Ints, b: Ints) -> Ints:
    """Make every region contiguous by handing loose fragments to a neighbour.

    The largest piece of a region stays; any other goes to the region it shares most sides
    with, one with the same parent if there is one.

    Parameters
    ----------
    label : int array (n,)
        Region of a cell.
    parent : int array (regions,)
        Parent (township) of a region: fragments stay within the parent if they can.
    a, b : int array (m,)
        Pairs of neighbouring cells.

    Returns
    -------
    int64 array (n,)
        Region of a cell; every region keeps at least one cell.
    """
    label = label.copy()
    while True:
        component, owner = fragments(label, a, b)
        if owner.size == np.unique(owner).size:
            return label
        size = np.bincount(component)
        order = np.lexsort((np.arange(owner.size), -size, owner))
        main = np.zeros(owner.size, dtype=bool)
        main[order[np.unique(owner[order], return_index=True)[1]]] = True
        ca = np.concatenate((component[a], component[b]))
        cb = np.concatenate((component[b], component[a]))
        seen = ~main[ca] & main[cb]
        pair, sides = np.unique(ca[seen] * owner.size + cb[seen], return_counts=True)
        loose, host = pair // owner.size, pair % owner.size
        if not loose.size:
            return label  # islands: nothing to join them to
        foreign = parent[owner[loose]] != parent[owner[host]]
        best = np.lexsort((host, -sides, foreign, loose))
        chosen, at = np.unique(loose[best], return_index=True)
        target = owner.copy()
        target[chosen] = owner[host[best[at]]]
        label = target[component]


def grow(
    x: Floats, y: Floats, quota: Ints, cell: float
) -> tuple[npt.NDArray[np.int32], tuple[int, int]]:
    """Grow regions of given sizes around known sites, each contiguous.

    A region takes free cells next to it in the order of their distance, in units of the
    radius of a disk of its size, until it has its number; what crowded regions could not take
    goes to whoever is nearest.

    Parameters
    ----------
    x, y : array (V,)
        Sites in km; y grows northwards.
    quota : int array (V,)
        Cells to take.
    cell : float
        Side of a cell, km.

    Returns
    -------
    grid : int32 array (rows, cols)
        Region of a cell, -1 outside.
    origin : (int, int)
        Row and column that were cut off the top and left of the working grid.
    """
    margin = 3 * math.sqrt(quota.sum()) * cell / 2 + 2 * cell
    cols = (x - x.min() + margin) / cell
    rows = (y.max() + margin - y) / cell
    shape = (int(rows.max() + margin / cell) + 2, int(cols.max() + margin / cell) + 2)
    grid = np.full(shape, -1, dtype=np.int32)
    radius = np.sqrt(quota / np.pi)
    heap: list[tuple[float, int, int, int]] = []
    taken = [0] * quota.size
    limit = quota.tolist()

    def reach(v: int, r: int, c: int) -> None:
        for i, j in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
            if 0 <= i < shape[0] and 0 <= j < shape[1] and grid[i, j] < 0:
                away = math.hypot(i + 0.5 - rows[v], j + 0.5 - cols[v]) / radius[v]
                heapq.heappush(heap, (away, v, i, j))

    for v in range(quota.size):
        r, c = _nearest_free(grid, int(rows[v]), int(cols[v]))
        grid[r, c] = v
        taken[v] = 1
    for r, c in zip(*np.nonzero(grid >= 0), strict=True):
        reach(int(grid[r, c]), int(r), int(c))
    left = int(quota.sum()) - quota.size
    for capped in (True, False):
        full: list[tuple[float, int, int, int]] = []
        while heap and left > 0:
            entry = heapq.heappop(heap)
            _, v, r, c = entry
            if grid[r, c] >= 0:
                continue
            if capped and taken[v] >= limit[v]:
                full.append(entry)
                continue
            grid[r, c] = v
            taken[v] += 1
            left -= 1
            reach(v, r, c)
        heapq.heapify(full)
        heap = full
    inside_rows = np.flatnonzero((grid >= 0).any(axis=1))
    inside_cols = np.flatnonzero((grid >= 0).any(axis=0))
    top, start = int(inside_rows[0]), int(inside_cols[0])
    return grid[top : inside_rows[-1] + 1, start : inside_cols[-1] + 1].copy(), (top, start)


def _nearest_free(grid: npt.NDArray[np.int32], row: int, col: int) -> tuple[int, int]:
    """Return the free cell nearest to a cell (a site may lie where another already is)."""
    reach = 0
    while True:
        r0, c0 = max(row - reach, 0), max(col - reach, 0)
        window = grid[r0 : row + reach + 1, c0 : col + reach + 1]
        free_r, free_c = np.nonzero(window < 0)
        if free_r.size:
            away = (free_r + r0 - row) ** 2 + (free_c + c0 - col) ** 2
            at = int(np.argmin(away))
            return int(free_r[at]) + r0, int(free_c[at]) + c0
        reach += 1


def nearest_to(rows: Ints, cols: Ints, owner: Ints, middle_row: Floats, middle_col: Floats) -> Ints:
    """Return, for each owner, the index of its point nearest to the owner's middle."""
    away = (rows - middle_row[owner]) ** 2 + (cols - middle_col[owner]) ** 2
    order = np.lexsort((np.arange(owner.size), np.round(away, 9), owner))
    return order[np.unique(owner[order], return_index=True)[1]]
