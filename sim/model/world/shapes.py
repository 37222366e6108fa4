"""Villages' polygons: what is wrong with them, and the cells they cover."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import InputError

_SLIGHT = 0.01  # share of an area that digitising may miss
_MENDED = 0.001  # share of an area that mending may change
_SMALLEST_KM2, _LARGEST_KM2 = 1e-3, 20_000.0
_FAR_KM = 10.0
_MOST_CELLS = 25_000_000

#: what is wrong with a row (counted from 0)
Complain = Callable[[int, str], None]
Polygons = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class VillageShapes:
    """The polygons of V villages on an equal-area plane.

    Attributes
    ----------
    polygons : object array (V,)
        Polygons or multipolygons; x eastwards and y northwards, km.
    crs : str
        The plane, as a PROJ string.
    """

    polygons: Polygons
    crs: str

    def __getitem__(self, rows: Any) -> "VillageShapes":
        """Return the shapes of some villages."""
        return VillageShapes(self.polygons[rows], self.crs)

    @property
    def area_km2(self) -> npt.NDArray[np.float64]:
        """Area of each village, km2 (V,)."""
        import shapely

        return shapely.area(self.polygons)


def mend(polygons: Polygons, complain: Complain) -> tuple[Polygons, list[int]]:
    """Return polygons made valid where that changes next to nothing; complain of the others.

    Parameters
    ----------
    polygons : object array (V,)
        Geometries in km, None where there is none.
    complain : callable
        Takes a row and what is wrong with it.

    Returns
    -------
    polygons : object array (V,)
        Polygons and multipolygons; empty where complained of.
    mended : list of int
        Rows that were mended.
    """
    import shapely

    out, mended = polygons.copy(), []
    for row, shape in enumerate(polygons):
        out[row] = shapely.Polygon()
        if shape is None or shape.is_empty:
            complain(row, "no geometry; every village needs a polygon")
        elif shape.geom_type not in ("Polygon", "MultiPolygon"):
            complain(row, f"a {shape.geom_type}; expected a Polygon or MultiPolygon")
        elif shape.is_valid:
            out[row] = shape
        else:
            fixed = _polygonal(shapely.make_valid(shape))
            if fixed is None or abs(fixed.area - shape.area) > _MENDED * fixed.area:
                why = shapely.is_valid_reason(shape)
                complain(row, f"an invalid polygon ({why}, in km); mend it in a GIS")
            else:
                out[row] = fixed
                mended.append(row)
        area = out[row].area
        if not out[row].is_empty and not _SMALLEST_KM2 <= area <= _LARGEST_KM2:
            complain(row, f"{area:.3g} km2 is no village; expected {_SMALLEST_KM2:g} km2 or more")
    return out, mended


def _polygonal(shape: Any) -> Any:
    """Return the polygons of a geometry, None if it has none."""
    import shapely

    parts = shapely.get_parts(shapely.get_parts(shape))
    found = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    return shapely.union_all(found) if found else None


def overlaps(polygons: Polygons, names: list[str], complain: Complain) -> float:
    """Complain of villages that overlap; return the largest share that is too slight to matter.

    The share is of the smaller of the two villages.
    """
    import shapely

    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    one, other = one[one < other], other[one < other]
    common = shapely.area(shapely.intersection(polygons[one], polygons[other]))
    area = shapely.area(polygons)
    share = common / np.maximum(np.minimum(area[one], area[other]), 1e-12)
    for a, b, land, part in zip(one, other, common, share, strict=True):
        if part > _SLIGHT:
            complain(
                int(b),
                f"overlaps {names[a]} by {land:.3g} km2 ({part:.0%} of the smaller one); "
                "give the land to one of the two",
            )
    return float(share[share <= _SLIGHT].max(initial=0.0))


def gaps(polygons: Polygons, names: list[str], complain: Complain | None) -> float:
    """Complain of land inside the county that is no village's; return that too little to matter.

    Parameters
    ----------
    polygons : object array (V,)
        Valid polygons, km.
    names : list of str, length V
        How to call a row.
    complain : callable or None
        Takes a row beside the gap and what is wrong; None: gaps are as they should be.

    Returns
    -------
    float
        Land in gaps too small to complain of, km2.
    """
    import shapely

    slight, tree = 0.0, shapely.STRtree(polygons)
    limit = _gap_limit(polygons)
    for hole in _holes(polygons):
        if hole.area <= limit:
            slight += hole.area
        elif complain is not None:
            beside = np.sort(tree.query(hole, predicate="dwithin", distance=0.01))
            others = ", ".join(names[row] for row in beside[1:6])
            complain(
                int(beside[0]),
                f"{hole.area:.3g} km2 between it and {others} is in no village; add what lies "
                "there, or write county.map.gaps: leave (a lake, a town, a forest farm)",
            )
    return slight


def _gap_limit(polygons: Polygons) -> float:
    """Return the largest gap that digitising may leave, km2."""
    import shapely

    return _SLIGHT * float(shapely.area(polygons).mean())


def _holes(polygons: Polygons) -> list[Any]:
    """Return the gaps inside the county as polygons."""
    import shapely

    land = shapely.get_parts(shapely.union_all(polygons))
    rings = [shapely.Polygon(ring) for part in land for ring in part.interiors]
    lakes = shapely.get_parts(shapely.difference(shapely.union_all(rings), shapely.union_all(land)))
    return [lake for lake in lakes if lake.geom_type == "Polygon" and lake.area > 1e-9]


def far_away(polygons: Polygons, complain: Complain) -> None:
    """Complain of villages that lie far from the rest of the county."""
    import shapely
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    one, other = shapely.STRtree(polygons).query(polygons, predicate="dwithin", distance=_FAR_KM)
    links = (np.ones(one.size, dtype=np.int8), (one, other))
    piece = connected_components(coo_array(links, (polygons.size, polygons.size)))[1]
    main = np.argmax(np.bincount(piece, shapely.area(polygons)))
    body = shapely.union_all(polygons[piece == main])
    for row in np.flatnonzero(piece != main):
        away = float(shapely.distance(polygons[row], body))
        complain(
            int(row),
            f"lies {away:,.0f} km from the other villages, outside the county; mend its "
            "coordinates or leave it out",
        )


def rasterise(
    shapes: VillageShapes, cell_km: float
) -> tuple[npt.NDArray[np.int32], tuple[float, float]]:
    """Return the village of every cell, by the cell's middle.

    A village smaller than a cell gets the cell its middle is in. Slivers of no village go to the
    nearest; where two overlap the first has the cell.

    Parameters
    ----------
    shapes : VillageShapes
        V villages.
    cell_km : float
        Side of a cell, km.

    Returns
    -------
    grid : int32 array (rows, cols)
        Village of a cell, -1 outside; row 0 is the north.
    origin : (float, float)
        x of the grid's western and y of its northern side, km.

    Raises
    ------
    InputError
        If the grid would be too large, or has fewer cells than villages.
    """
    import shapely

    polygons = shapes.polygons
    west, south, east, north = shapely.total_bounds(polygons)
    rows, cols = (int(np.ceil(side / cell_km)) for side in (north - south, east - west))
    if rows * cols > _MOST_CELLS:
        raise InputError(f"cells of {cell_km:g} km make {rows} x {cols} of them; give cell_km")
    grid = np.full((rows, cols), -1, dtype=np.int32)
    x = west + (np.arange(cols) + 0.5) * cell_km
    y = north - (np.arange(rows) + 0.5) * cell_km
    shapely.prepare(polygons)
    for village, shape in enumerate(polygons):
        _paint(grid, village, shape, x, y)
    limit = _gap_limit(polygons)
    tree = shapely.STRtree(polygons)
    for hole in _holes(polygons):
        if hole.area <= limit:
            _paint(grid, int(tree.nearest(hole)), hole, x, y)
    for village in np.setdiff1d(np.arange(polygons.size), grid):
        middle: Any = shapely.point_on_surface(polygons[village])
        at = int((north - middle.y) / cell_km), int((middle.x - west) / cell_km)
        grid[_cell_to_spare(grid, at)] = village
    return grid, (float(west), float(north))


def _paint(
    grid: npt.NDArray[np.int32], village: int, shape: Any, x: npt.NDArray, y: npt.NDArray
) -> None:
    """Give a village the free cells whose middle is in a polygon."""
    import shapely

    west, south, east, north = shape.bounds
    first, last = np.searchsorted(x, (west, east))
    top, bottom = np.searchsorted(-y, (-north, -south))
    window = grid[top:bottom, first:last]
    inside = shapely.contains_xy(shape, *np.meshgrid(x[first:last], y[top:bottom]))
    window[inside & (window < 0)] = village


def _cell_to_spare(grid: npt.NDArray[np.int32], at: tuple[int, int]) -> tuple[int, int]:
    """Return the cell nearest to a place that its owner can spare."""
    flat = grid.ravel()
    count = np.bincount(flat[flat >= 0], minlength=int(flat.max(initial=0)) + 1)
    spare = np.flatnonzero((flat < 0) | (count[flat] > 1))
    rows, cols = np.divmod(spare, grid.shape[1])
    away = (rows - at[0]) ** 2 + (cols - at[1]) ** 2
    if not away.size:
        raise InputError("fewer cells than villages; give a smaller cell_km")
    best = int(np.argmin(away))
    return int(rows[best]), int(cols[best])
