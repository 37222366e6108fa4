"""The stored places of a run on their grid, and the layers that maps are drawn with."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch

from sim.model.world.outline import enlarged
from sim.report.frame import PAGE, WIDTHS, blank
from sim.report.natural import NaturalBorders
from sim.report.regions import dissolved, in_cells, outlines, place_grid, relabel
from sim.results.reading import Results
from sim.words import word

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.path import Path as Outline

GREY, LINE, STRONG, WHITE, PALE = "#e2e2e2", "#8a8a8a", "#222222", "#ffffff", "#f1f1ee"
_HATCH = "//////"
_MARGIN = 0.07  # room for the scale bar, as a share of the map's longer side
_MANY = 5  # rings of an outline, from which on its line is thin


@dataclass(frozen=True)
class Ground:
    """The V old villages (rows of ``places``) on the grid.

    Attributes
    ----------
    grid : int array (rows, cols)
        Old village of a cell, -1 outside.
    cell_km : float
        Side of a cell, km.
    unit, township, new_township : int arrays (V,)
        Number of the unit after the merger, and of the township before and after it.
    village : bool array (V,)
        A village before the reform (not a community).
    left : bool array (V,)
        A village before the reform whose unit is no village after it: it became a community or
        joined one.
    seat, outpost : bool arrays (V,)
        The office is that of a village after the merger; or it is kept as an outpost.
    office : float array (V, 2)
        x and y of the office, in cells.
    shapes : object array (V,) or None
        The old villages' polygons in cells, where there was a map.
    natural : NaturalBorders or None
        The county's outline and borders in it, where it is known and there was no map.
    datum, approval : str or None
        Datum and approval number (审图号) of the map, where they are known.
    county_km2 : float or None
        The county's own area, where its outline is drawn.
    """

    grid: npt.NDArray[np.int64]
    cell_km: float
    unit: npt.NDArray[np.int64]
    township: npt.NDArray[np.int64]
    new_township: npt.NDArray[np.int64]
    village: npt.NDArray[np.bool_]
    left: npt.NDArray[np.bool_]
    seat: npt.NDArray[np.bool_]
    outpost: npt.NDArray[np.bool_]
    office: npt.NDArray[np.float64]
    shapes: npt.NDArray[np.object_] | None = None
    natural: NaturalBorders | None = None
    datum: str | None = None
    approval: str | None = None
    county_km2: float | None = None

    @cached_property
    def each(self) -> npt.NDArray[np.int64]:
        """Number of each old village, (V,)."""
        return np.arange(self.village.size)

    @property
    def merged(self) -> bool:
        """Whether any village was merged or left the village class."""
        return bool(np.unique(self.unit).size < self.unit.size or self.left.any())

    @property
    def kind(self) -> str:
        """Word for where the borders come from.

        ``schematic``, ``outlined``, ``enlarged`` (an outline of more land than the county's) or
        ``mapped``.
        """
        if self.shapes is not None:
            return "mapped"
        if self.natural is None:
            return "schematic"
        return "outlined" if self.drawn_km2 is None else "enlarged"

    @property
    def drawn_km2(self) -> float | None:
        """Land that the outline is scaled to where it is more than the county's, km2."""
        rings = None if self.natural is None else self.natural.rings
        return enlarged(rings, self.cell_km, self.county_km2)

    @property
    def border_width(self) -> float:
        """Width of the county's border, points: thin around many islands."""
        return 1.0 if self.natural is not None and len(self.natural.rings) >= _MANY else 2.4

    def notes(self, lang: str) -> list[str]:
        """Return what is to be said of the borders: what of them is true, datum, approval."""
        drawn, known = self.drawn_km2 or 0.0, self.county_km2 or 0.0
        said = [word(self.kind, lang, drawn=f"{drawn:,.0f}", known=f"{known:,.0f}")]
        if self.kind == "schematic":  # nothing of it is any map's
            return said
        if self.datum is not None:
            said.append(word("datum", lang, name=word(f"datum_{self.datum}", lang)))
        if self.approval is not None:
            of = "approval" if self.kind == "mapped" else "approval_base"
            said.append(word(of, lang, number=self.approval))
        return said

    def regions(self, label: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the grid of what old villages belong to, -1 outside."""
        return relabel(self.grid, label)

    def outlines(self, label: npt.NDArray[np.int64]) -> "tuple[Outline, ...]":
        """Return the outline of every number but -1: along the cells, or the map's borders."""
        if self.shapes is not None:
            return dissolved(self.shapes, label)
        if self.natural is not None:
            return self.natural.outlines(label)
        return outlines(self.regions(label))


def ground(results: Results) -> Ground:
    """Return the places of a run on their grid."""
    places = results.places
    village = places["is_village"].to_numpy(dtype=bool)
    leaves = places["leaves_village_class"].to_numpy(dtype=bool)
    index = {code: i for i, code in enumerate(places["code"])}
    seat = np.array([index[code] for code in places["seat"]])
    left = village & (leaves | ~village[seat])

    def numbers(column: str) -> npt.NDArray[np.int64]:
        return pd.factorize(places[column].astype(str))[0].astype(np.int64)

    grid, rings = place_grid(results), _rings_in_cells(results)
    if rings is not None:
        cols, rows = np.ceil(np.concatenate(rings).max(axis=0)).astype(int)
        more = (0, max(rows - grid.shape[0], 0)), (0, max(cols - grid.shape[1], 0))
        grid = np.pad(grid, more, constant_values=-1)
    origin = results.manifest.get("map", {})
    return Ground(
        grid=grid,
        cell_km=float(results.manifest["cell_km"]),
        unit=numbers("seat"),
        township=numbers("township"),
        new_township=numbers("new_township"),
        village=village,
        left=left,
        seat=(seat == np.arange(seat.size)) & village & ~left,
        outpost=places["outpost"].to_numpy(dtype=bool),
        office=places[["office_col", "office_row"]].to_numpy(dtype=float) + 0.5,
        shapes=_shapes_in_cells(results),
        natural=None if rings is None else NaturalBorders(grid, rings),
        datum=origin.get("datum"),
        approval=origin.get("approval"),
        county_km2=origin.get("county_km2"),
    )


def _rings_in_cells(results: Results) -> tuple[npt.NDArray[np.float64], ...] | None:
    """Return the rings of the county's outline in columns (x) and rows (y) of cells."""
    if results.border is None:
        return None
    at, ring = results.border[["x", "y"]].to_numpy(float), results.border["ring"].to_numpy()
    return tuple(np.split(at, np.flatnonzero(np.diff(ring)) + 1))


def _shapes_in_cells(results: Results) -> npt.NDArray[np.object_] | None:
    """Return the old villages' polygons in columns (x) and rows (y) of cells."""
    if results.shapes is None:
        return None
    polygons = results.shapes.set_index("code").geometry[list(results.places["code"])].to_numpy()
    return in_cells(polygons, results.manifest["origin_km"], float(results.manifest["cell_km"]))


def panels(
    land: Ground, beside: float, columns: int = 2, count: int = 2
) -> "tuple[Figure, list[Axes]]":
    """Return a figure with map panels, north up, each with a scale bar; three in one column.

    Parameters
    ----------
    land : Ground
        The places.
    beside : float
        Width left beside the panels, inches.
    columns : {1, 2}
        Columns of a journal's page.
    count : int
        Panels.
    """
    rows, cols = land.grid.shape
    bottom = rows + _MARGIN * max(rows, cols) + 0.5
    across = (1 if count <= 3 else 2) if columns == 1 else 2 if count in (2, 4) else min(count, 3)
    down = -(-count // across)
    height = (
        (WIDTHS.get(columns, 1.0) - beside) / across * bottom / cols * down + 0.35 * down + 0.75
    )
    figure = blank(columns, min(height, PAGE), "compressed")
    axes = list(figure.subplots(down, across, squeeze=False).ravel())
    for panel in axes[count:]:
        panel.remove()
    axes = axes[:count]
    for panel in axes:
        panel.set(xlim=(-0.5, cols + 0.5), ylim=(bottom, -0.5), aspect="equal")
        panel.set(xticks=[], yticks=[])
        panel.set_axis_off()
        _scale_bar(panel, land)
        county(panel, land)
    return figure, axes


def county(axes: "Axes", land: Ground) -> None:
    """Draw the county's outline, where it is known, and its land under all that follows."""
    if land.natural is not None:
        width = land.border_width
        for gid, order, style in (
            ("county", 0.5, {"facecolor": PALE, "edgecolor": "none"}),
            ("border", 3.5, {"facecolor": "none", "edgecolor": STRONG, "linewidth": width}),
        ):
            patch = PathPatch(land.natural.county, joinstyle="round", zorder=order, **style)
            patch.set_gid(gid)
            axes.add_patch(patch)


def _scale_bar(axes: "Axes", land: Ground) -> None:
    """Draw a bar of a round number of km, about a fifth of the map wide, under the map."""
    rows, cols = land.grid.shape
    wanted = cols * land.cell_km / 5
    power = 10.0 ** np.floor(np.log10(wanted))
    length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    y, x = rows + _MARGIN * max(rows, cols) / 2, cols - 0.5
    axes.plot([x - length / land.cell_km, x], [y, y], color=STRONG, lw=2, solid_capstyle="butt")
    middle, below = x - length / land.cell_km / 2, y + max(rows, cols) * 0.012
    axes.text(middle, below, f"{length:g} km", ha="center", va="top")


def fill(
    axes: "Axes", land: Ground, label: npt.NDArray[np.int64], faces: Any, width: float
) -> None:
    """Fill regions with colours, one a label, with thin borders (gid ``regions``)."""
    _paths(
        axes,
        land,
        land.outlines(label),
        "regions",
        facecolor=faces,
        edgecolor=LINE,
        linewidth=width,
    )


def borders(
    axes: "Axes", land: Ground, label: npt.NDArray[np.int64], gid: str, **line: Any
) -> None:
    """Draw the borders of regions only."""
    _paths(axes, land, land.outlines(label), gid, facecolor="none", **line)


def hatch(axes: "Axes", land: Ground, which: npt.NDArray[np.bool_], gid: str) -> None:
    """Hatch the old villages of a mask, as one area."""
    if which.any():
        area = land.outlines(np.where(which, 0, -1))
        _paths(axes, land, area, gid, facecolor="none", edgecolor=LINE, linewidth=0.0, hatch=_HATCH)


def _paths(
    axes: "Axes", land: Ground, regions: "tuple[Outline, ...]", gid: str, **style: Any
) -> None:
    """Add the outlines of regions to a panel, clipped by the county's."""
    layer = PathCollection(regions, joinstyle="round", transform=axes.transData, **style)
    layer.set_gid(gid)
    axes.add_collection(layer, autolim=False)
    if land.natural is not None:
        layer.set_clip_path(land.natural.county, axes.transData)


def offices(axes: "Axes", places: npt.NDArray[np.float64], kind: str) -> None:
    """Mark offices (``offices``: dots) or outposts (``outposts``: white triangles)."""
    mark: dict[str, Any] = {"marker": "o", "s": 9, "color": STRONG, "linewidth": 0}
    if kind == "outposts":
        mark = {"marker": "^", "s": 20, "facecolor": WHITE, "edgecolor": STRONG, "linewidth": 0.8}
    axes.scatter(places[:, 0], places[:, 1], gid=kind, zorder=4, **mark)


def key_patch(label: str, face: str = GREY, hatched: bool = False) -> "Artist":
    """Return the legend's entry of a coloured or hatched area."""
    if hatched:
        return Patch(facecolor="none", edgecolor=LINE, hatch=_HATCH, linewidth=0.5, label=label)
    return Patch(facecolor=face, edgecolor=LINE, linewidth=0.5, label=label)


def key_line(label: str, **line: Any) -> "Artist":
    """Return the legend's entry of a line or (``marker``) of a mark."""
    return Line2D([], [], label=label, **line)
