"""Regions of a grid of cells: their outlines, their neighbours, colours that tell them apart."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from matplotlib.path import Path as Outline

from sim.results.reading import Results

Ints = npt.NDArray[np.int64]


def place_grid(results: Results) -> Ints:
    """Return the old village (row of ``places``) of every cell, -1 outside; row 0 is the north."""
    cells, places = results.cells, results.places
    rows, cols = cells["row"].to_numpy(), cells["col"].to_numpy()
    grid = np.full((rows.max() + 1, cols.max() + 1), -1, dtype=np.int64)
    index = {str(code): i for i, code in enumerate(places["code"])}
    grid[rows, cols] = [index[str(code)] for code in cells["code"]]
    return grid


def relabel(grid: Ints, label: Ints) -> Ints:
    """Return the grid of what each old village belongs to, -1 outside."""
    return np.where(grid >= 0, label[grid], -1)


def outlines(grid: Ints, places: npt.NDArray[np.float64] | None = None) -> tuple[Outline, ...]:
    """Return the outline of every region, holes and separate pieces included.

    The last few grids are remembered: the maps of one run share theirs.

    Parameters
    ----------
    grid : int array (rows, cols)
        Region of a cell, 0..R-1, or -1.
    places : float array (rows + 1, cols + 1, 2), optional
        x and y at which corners of cells are drawn, where it is not where they are.

    Returns
    -------
    tuple of Path, length R
        In columns (x) and rows (y) of cells; empty for a region without cells.
    """
    grid = np.ascontiguousarray(grid, dtype=np.int64)
    out = []
    for rings in _traced(grid.tobytes(), grid.shape[1], places is None):
        corners = [np.array(ring) for ring in rings]
        if places is not None:
            corners = [places[ring[:, 1], ring[:, 0]] for ring in corners]
        paths = [Outline(ring, closed=True) for ring in corners]
        out.append(Outline.make_compound_path(*paths) if paths else Outline(np.empty((0, 2))))
    return tuple(out)


@lru_cache(maxsize=8)
def _traced(cells: bytes, width: int, corners: bool) -> list[list[list[tuple[int, int]]]]:
    """Trace the rings of each region of a grid given as its bytes; `corners`: of turns alone."""
    grid = np.frombuffer(cells, dtype=np.int64).reshape(-1, width)
    follows: list[dict[tuple[int, int], list[tuple[int, int]]]]
    follows = [{} for _ in range(int(grid.max()) + 1)]
    framed = np.pad(grid, 1, constant_values=-1)
    # an edge runs clockwise around its cell: outside (row, column), start and end (x, y)
    for outside, start, end in (
        ((-1, 0), (0, 0), (1, 0)),
        ((0, 1), (1, 0), (1, 1)),
        ((1, 0), (1, 1), (0, 1)),
        ((0, -1), (0, 1), (0, 0)),
    ):
        beyond = np.roll(framed, (-outside[0], -outside[1]), (0, 1))[1:-1, 1:-1]
        rows, cols = np.nonzero((grid >= 0) & (beyond != grid))
        regions = grid[rows, cols].tolist()
        for region, row, col in zip(regions, rows.tolist(), cols.tolist(), strict=True):
            at = (col + start[0], row + start[1])
            follows[region].setdefault(at, []).append((col + end[0], row + end[1]))
    return [_rings(edges, corners) for edges in follows]


def _rings(
    edges: dict[tuple[int, int], list[tuple[int, int]]], corners: bool
) -> list[list[tuple[int, int]]]:
    """Join edges into closed rings (the first place repeated at the end); uses them up."""
    rings = []
    while edges:
        first = at = next(iter(edges))
        ring = [at]
        while True:
            ends = edges[at]
            step = ends.pop()
            if not ends:
                del edges[at]
            straight = len(ring) > 1 and (ring[-2][0] == step[0] or ring[-2][1] == step[1])
            if corners and straight:
                ring.pop()
            ring.append(step)
            at = step
            if at == first:
                break
        rings.append(ring)
    return rings


def in_cells(
    polygons: npt.NDArray[np.object_], origin_km: tuple[float, float], cell_km: float
) -> npt.NDArray[np.object_]:
    """Return polygons on the plane of a map (km) in columns (x) and rows (y) of its cells."""
    import shapely

    west, north = origin_km
    return shapely.transform(
        polygons, lambda at: np.c_[at[:, 0] - west, north - at[:, 1]] / cell_km
    )


def dissolved(polygons: npt.NDArray[np.object_], label: Ints) -> tuple[Outline, ...]:
    """Return the outline of what old villages of one number make together.

    Parameters
    ----------
    polygons : object array (V,)
        Polygons.
    label : int array (V,)
        Number of each, 0..R-1, or -1 for none.

    Returns
    -------
    tuple of Path, length R
    """
    import shapely

    out = []
    for number in range(int(label.max()) + 1):
        area = shapely.union_all(polygons[label == number])
        rings = shapely.get_rings(shapely.get_parts(area))
        outline = [Outline(shapely.get_coordinates(ring), closed=True) for ring in rings]
        out.append(Outline.make_compound_path(*outline) if outline else Outline(np.empty((0, 2))))
    return tuple(out)


def neighbours(grid: Ints) -> npt.NDArray[np.bool_]:
    """Return which regions share a side, bool (R, R)."""
    count = int(grid.max()) + 1
    touch = np.zeros((count, count), dtype=bool)
    for one, other in ((grid[:-1], grid[1:]), (grid[:, :-1], grid[:, 1:])):
        border = (one != other) & (one >= 0) & (other >= 0)
        touch[one[border], other[border]] = True
    return touch | touch.T


def distinct(touch: npt.NDArray[np.bool_], colours: int) -> Ints:
    """Give regions numbers of colours so that neighbours differ.

    Regions are coloured in the reverse of the order in which the one with the fewest remaining
    neighbours is taken away (smallest last; Matula and Beck 1983): on a map of connected regions
    six colours are enough. Of the free colours the least used is taken.

    Parameters
    ----------
    touch : bool array (R, R)
        Which regions share a side.
    colours : int
        Colours at hand; more are numbered only where they do not do.

    Returns
    -------
    int array (R,)
        Number of each region's colour.
    """
    count = len(touch)
    left, order = np.ones(count, dtype=bool), []
    for _ in range(count):
        region = int(np.argmin(np.where(left, (touch & left).sum(axis=1), count + 1)))
        order.append(region)
        left[region] = False
    colour = np.full(count, -1, dtype=np.int64)
    for region in reversed(order):
        used = np.bincount(colour[colour >= 0], minlength=colours)
        taken = colour[touch[region] & (colour >= 0)]
        free = np.setdiff1d(np.arange(used.size), taken)
        colour[region] = free[np.argmin(used[free])] if free.size else used.size
    return colour
