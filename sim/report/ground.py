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
from matplotlib.patches import Patch

from sim.report.regions import dissolved, in_cells, outlines, place_grid, relabel
from sim.results.reading import Results

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.path import Path as Outline

GREY, LINE, STRONG, WHITE = "#e2e2e2", "#8a8a8a", "#222222", "#ffffff"
_HATCH = "//////"
_WIDTH = 10.0  # inches


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
        """Word for where the borders come from: ``schematic`` or ``mapped``."""
        return "schematic" if self.shapes is None else "mapped"

    def regions(self, label: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the grid of what old villages belong to, -1 outside."""
        return relabel(self.grid, label)

    def outlines(self, label: npt.NDArray[np.int64]) -> "tuple[Outline, ...]":
        """Return the outline of every number but -1: along the cells, or the map's borders."""
        if self.shapes is None:
            return outlines(self.regions(label))
        return dissolved(self.shapes, label)


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

    return Ground(
        grid=place_grid(results),
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
    )


def _shapes_in_cells(results: Results) -> npt.NDArray[np.object_] | None:
    """Return the old villages' polygons in columns (x) and rows (y) of cells."""
    if results.shapes is None:
        return None
    polygons = results.shapes.set_index("code").geometry[list(results.places["code"])].to_numpy()
    return in_cells(polygons, results.manifest["origin_km"], float(results.manifest["cell_km"]))


def panels(land: Ground, beside: float) -> "tuple[Figure, list[Axes]]":
    """Return a figure with two map panels, north up, each with a scale bar.

    Parameters
    ----------
    land : Ground
        The places.
    beside : float
        Width left beside the panels, inches.
    """
    rows, cols = land.grid.shape
    height = (_WIDTH - beside) / 2 * 1.07 * rows / cols + 1.5
    figure = Figure(figsize=(_WIDTH, min(max(height, 3.5), 14.0)), layout="compressed")
    axes = list(figure.subplots(1, 2))
    for panel in axes:
        panel.set(xlim=(-0.5, cols + 0.5), ylim=(rows * 1.07 + 0.5, -0.5), aspect="equal")
        panel.set(xticks=[], yticks=[])
        panel.set_axis_off()
        _scale_bar(panel, land)
    return figure, axes


def _scale_bar(axes: "Axes", land: Ground) -> None:
    """Draw a bar of a round number of km, about a fifth of the map wide, under the map."""
    rows, cols = land.grid.shape
    wanted = cols * land.cell_km / 5
    power = 10.0 ** np.floor(np.log10(wanted))
    length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    y, x = rows * 1.05, cols - 0.5
    axes.plot([x - length / land.cell_km, x], [y, y], color=STRONG, lw=2, solid_capstyle="butt")
    axes.text(
        x - length / land.cell_km / 2, y - rows * 0.012, f"{length:g} km", ha="center", va="bottom"
    )


def fill(
    axes: "Axes", land: Ground, label: npt.NDArray[np.int64], faces: Any, width: float
) -> None:
    """Fill regions with colours, one a label, with thin borders (gid ``regions``)."""
    _paths(axes, land.outlines(label), "regions", facecolor=faces, edgecolor=LINE, linewidth=width)


def borders(
    axes: "Axes", land: Ground, label: npt.NDArray[np.int64], gid: str, **line: Any
) -> None:
    """Draw the borders of regions only."""
    _paths(axes, land.outlines(label), gid, facecolor="none", **line)


def hatch(axes: "Axes", land: Ground, which: npt.NDArray[np.bool_], gid: str) -> None:
    """Hatch the old villages of a mask, as one area."""
    if which.any():
        area = land.outlines(np.where(which, 0, -1))
        _paths(axes, area, gid, facecolor="none", edgecolor=LINE, linewidth=0.0, hatch=_HATCH)


def _paths(axes: "Axes", regions: "tuple[Outline, ...]", gid: str, **style: Any) -> None:
    """Add the outlines of regions to a panel."""
    layer = PathCollection(regions, joinstyle="round", transform=axes.transData, **style)
    layer.set_gid(gid)
    axes.add_collection(layer, autolim=False)


def offices(axes: "Axes", places: npt.NDArray[np.float64], kind: str) -> None:
    """Mark offices (``offices``: dots) or outposts (``outposts``: white triangles)."""
    mark: dict[str, Any] = {"marker": "o", "s": 9, "color": STRONG, "linewidth": 0}
    if kind == "outposts":
        mark = {"marker": "^", "s": 20, "facecolor": WHITE, "edgecolor": STRONG, "linewidth": 0.8}
    axes.scatter(places[:, 0], places[:, 1], gid=kind, zorder=4, **mark)


def key_patch(label: str, hatched: bool = False) -> "Artist":
    """Return the legend's entry of a grey or hatched area."""
    if hatched:
        return Patch(facecolor="none", edgecolor=LINE, hatch=_HATCH, linewidth=0.5, label=label)
    return Patch(facecolor=GREY, edgecolor=LINE, linewidth=0.5, label=label)


def key_line(label: str, **line: Any) -> "Artist":
    """Return the legend's entry of a line or (``marker``) of a mark."""
    return Line2D([], [], label=label, **line)
