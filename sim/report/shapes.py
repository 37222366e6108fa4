"""Shapes of a county: outlines of old villages and of itself, in cells, also as SVG paths."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.path import Path as Outline

from sim.report.natural import NaturalBorders
from sim.report.regions import dissolved, in_cells, outlines, relabel

if TYPE_CHECKING:
    from sim.model.world.layout import World


def outlines_of(world: "World", label: np.ndarray) -> list[str]:
    """Return SVG paths of the areas of old villages of one number, in cells.

    Parameters
    ----------
    world : World
        The county.
    label : int array (V,)
        Number of each old village, 0..R-1.
    """
    return [_svg_path(area) for area in areas_of(world, label)]


def areas_of(world: "World", label: np.ndarray) -> "tuple[Outline, ...]":
    """Return the outlines of the areas of old villages of one number, in cells, y downwards."""
    shapes = world.villages.shapes
    if shapes is not None and world.origin_km is not None:
        return dissolved(in_cells(shapes.polygons, world.origin_km, world.cell_km), label)
    if world.border is not None:
        return NaturalBorders(world.cell_village.astype(np.int64), world.border).outlines(label)
    return outlines(relabel(world.cell_village.astype(np.int64), label.astype(np.int64)))


def border_of(world: "World") -> str:
    """Return the SVG path of the county's outline, in cells; nothing where it is not known."""
    rings = world.border or ()
    return "".join(_svg_path(Outline(ring, closed=True)) for ring in rings)


def _svg_path(outline: Outline) -> str:
    """Return an outline as the text of an SVG path."""
    rings: Any = outline.to_polygons(closed_only=True)
    return "".join("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in ring) + "Z" for ring in rings)
