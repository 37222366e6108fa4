"""A county's own outline on a plane, and the cells of a grid that it covers.

The plane is the sinusoidal projection of a sphere around the county's own meridian: it keeps
areas, and shapes nearly so over the few degrees of a county. On it the outline is scaled, so that
it encloses exactly the land that is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.model.world.partition import Floats, Ints

#: datum of the registry's outlines
DATUM = "gcj02"
#: land drawn over the county's own, from which on it is no rounding
MORE = 1.02
_EARTH_KM = 6371.0
_FINE = 4  # samples of a cell along each side


@dataclass(frozen=True, eq=False)
class Cover:
    """Cells that a county covers.

    Attributes
    ----------
    inside : bool array (rows, cols)
        Row 0 is the north.
    border : tuple of float arrays (n, 2)
        The outline's rings, closed: x in columns and y in rows of cells.
    origin_km : (float, float)
        x of the grid's western and y of its northern side, from the outline's middle.
    """

    inside: npt.NDArray[np.bool_]
    border: tuple[Floats, ...]
    origin_km: tuple[float, float]


def on_plane(polygons: Sequence[Sequence[Floats]]) -> list[Floats]:
    """Return all rings of an outline in km: x eastwards and y northwards of its middle.

    Parameters
    ----------
    polygons : sequence of sequences of arrays (n, 2)
        Longitude and latitude, degrees, of closed rings; holes run the other way round.
    """
    rings = [np.radians(ring) for polygon in polygons for ring in polygon]
    points = np.concatenate(rings)
    east, north = (points.min(axis=0) + points.max(axis=0)) / 2
    flat = ([(at[:, 0] - east) * np.cos(at[:, 1]), at[:, 1] - north] for at in rings)
    return [np.round(np.stack(axes, axis=1) * _EARTH_KM, 6) for axes in flat]


def enclosed(rings: Sequence[Floats]) -> float:
    """Return the area that rings enclose, holes taken off."""
    return abs(sum(float(np.sum(r[:-1, 0] * r[1:, 1] - r[1:, 0] * r[:-1, 1])) for r in rings)) / 2


def enlarged(border: Sequence[Floats] | None, cell_km: float, known: float | None) -> float | None:
    """Return the km2 that an outline is scaled to, None where they are the county's own.

    Parameters
    ----------
    border : sequence of arrays (n, 2), or None
        Rings in cells; None = there is no outline.
    cell_km : float
        Side of a cell, km.
    known : float or None
        The county's area, km2.
    """
    if border is None or known is None:
        return None
    drawn = enclosed(border) * cell_km**2
    return drawn if drawn > MORE * known else None


def covered(rings: Sequence[Floats], rows: int, cols: int) -> npt.NDArray[np.bool_]:
    """Return which squares' middles an odd number of rings encloses, (rows, cols).

    Parameters
    ----------
    rings : sequence of arrays (n, 2)
        x and y, where square (row, col) spans y in row..row+1 and x in col..col+1.
    rows, cols : int
        Size of the grid.
    """
    crossed = np.zeros((rows, cols + 1), dtype=np.int64)
    for ring in rings:
        (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
        first = np.clip(np.ceil(np.minimum(y0, y1) - 0.5), 0, rows).astype(np.int64)
        last = np.clip(np.ceil(np.maximum(y0, y1) - 0.5), 0, rows).astype(np.int64)
        edge = np.repeat(np.arange(x0.size), last - first)
        row = np.arange(edge.size) - np.repeat(np.cumsum(last - first) - last, last - first)
        x = x0[edge] + (row + 0.5 - y0[edge]) * (x1 - x0)[edge] / (y1 - y0)[edge]
        col = np.clip(np.ceil(np.round(x, 9) - 0.5), 0, cols).astype(np.int64)
        np.add.at(crossed, (row, col), 1)
    return np.cumsum(crossed, axis=1)[:, :cols] % 2 == 1


def cover(polygons: Sequence[Sequence[Floats]], cells: int, cell_km: float, islet: float) -> Cover:
    """Return the cells of an outline that is scaled to so many of them.

    Those that lie in it for the largest part are taken, exactly as many; but no small piece that a
    strait too narrow for cells cuts off from the rest of its own polygon.

    Parameters
    ----------
    polygons : sequence of sequences of arrays (n, 2)
        Longitude and latitude, degrees, of closed rings.
    cells : int
        Cells to cover.
    cell_km : float
        Side of a cell, km.
    islet : float
        Cells of the smallest piece that may be cut off.
    """
    rings = on_plane(polygons)
    scale = np.sqrt(cells * cell_km**2 / enclosed(rings))
    rings = [ring * scale for ring in rings]
    points = np.concatenate(rings)
    west, north = float(points[:, 0].min()) - cell_km, float(points[:, 1].max()) + cell_km
    border = [np.round(np.stack([r[:, 0] - west, north - r[:, 1]], 1) / cell_km, 4) for r in rings]
    cols, rows = (np.ceil(np.concatenate(border).max(axis=0)).astype(int) + 1).tolist()
    share = np.zeros((rows, cols), dtype=np.int64)
    owner, most = np.zeros_like(share), np.zeros_like(share)
    ends = np.cumsum([len(polygon) for polygon in polygons])
    for number, (end, polygon) in enumerate(zip(ends, polygons, strict=True)):
        own = border[end - len(polygon) : end]
        left, top = np.floor(own[0].min(axis=0)).astype(int)
        wide, high = np.ceil(own[0].max(axis=0)).astype(int) - (left, top)
        fine = [(ring - (left, top)) * _FINE for ring in own]
        part = covered(fine, high * _FINE, wide * _FINE)
        part = part.reshape(high, _FINE, wide, _FINE).sum(axis=(1, 3))
        window = np.s_[top : top + high, left : left + wide]
        owner[window][part > most[window]] = number
        most[window] = np.maximum(most[window], part)
        share[window] += part
    order = np.lexsort((np.arange(share.size) * 40_503 % 65_536, -share.ravel()))
    inside = np.zeros(rows * cols, dtype=bool)
    inside[order[:cells]] = True
    inside = _without_specks(inside.reshape(rows, cols), owner, order[cells:], islet)
    return Cover(inside, tuple(border), (west, north))


def _without_specks(
    inside: npt.NDArray[np.bool_], owner: Ints, order: Ints, islet: float
) -> npt.NDArray[np.bool_]:
    """Return as many cells without small pieces of a polygon that has a larger one.

    Their number is made up by others beside the rest, in the order given.
    """
    from scipy.ndimage import label

    labelled: Any = label(inside)
    piece, count = labelled
    size = np.bincount(piece.ravel(), minlength=count + 1)
    size[0] = 0
    largest = np.zeros(int(owner.max()) + 1, dtype=np.int64)
    np.maximum.at(largest, owner[inside], size[piece[inside]])
    specks = inside & (size[piece] < islet) & (size[piece] < largest[owner])
    missing, width = int(specks.sum()), inside.shape[1]
    kept = np.pad(inside & ~specks, 1)
    while missing:
        before = missing
        for cell in order.tolist():
            r, c = cell // width + 1, cell % width + 1
            beside = kept[r - 1, c] or kept[r + 1, c] or kept[r, c - 1] or kept[r, c + 1]
            if beside and not kept[r, c]:
                kept[r, c] = True
                missing -= 1
            if not missing:
                break
        if missing == before:
            return inside
    return kept[1:-1, 1:-1]
