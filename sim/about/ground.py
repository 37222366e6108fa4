"""What of a county's ground is known, and how compact its villages are."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.config.cautions import Caution, few_rows, of_ground, rows_a_village
from sim.model.world.case import build_county
from sim.model.world.compactness import FEWEST_CELLS, polsby_popper
from sim.model.world.outline import enlarged
from sim.model.world.registry import find_county

if TYPE_CHECKING:
    from sim.model.config.schema import Config
    from sim.model.world.layout import World


def ground_said(config: "Config") -> str:
    """Return one line on the ground that a run of a configuration would have, in English.

    Raises
    ------
    InputError
        If the county cannot be built.
    """
    world, _ = build_county(config.county, config.seed, config.reform)
    torn = pieces(world)
    said = f", {torn} of several pieces" if torn else ", each in one piece"
    return (
        f"ground: {_source(world, config)}; {len(world.villages)} villages and communities of the "
        f"model have {_km2(world.area_km2.sum())}{said}{_compactness(world)}"
    )


def ground_cautions(config: "Config") -> list[Caution]:
    """Return where the ground of a run would not be the county's own, or its rows would be few."""
    world, _ = build_county(config.county, config.seed, config.reform)
    rows = rows_a_village(world, config.scale)
    return [*of_ground(config, world), *few_rows(rows, config.scale)]


def _km2(area: float) -> str:
    return f"{area:,.0f} km2" if area >= 1000 else f"{area:,.4g} km2"


def _compactness(world: "World") -> str:
    """Say how compact villages are, where they have cells enough to tell."""
    if np.median(world.village_cells) < FEWEST_CELLS:
        return ""
    compact = np.quantile(polsby_popper(world), [0.1, 0.5, 0.9])
    said = " / ".join(f"{value:.2f}" for value in compact)
    return f"; compactness (Polsby-Popper, 10 % / median / 90 % of them) {said}"


def _source(world: "World", config: "Config") -> str:
    if world.villages.shapes is not None:
        return "borders of the map given"
    known = None if world.border is None else find_county(str(config.county.registry)).area_km2
    drawn = enlarged(world.border, world.cell_km, known)
    if known is not None and drawn is not None:
        return (
            f"in the county's own outline scaled to {_km2(drawn)} (county: {_km2(known)}), divided "
            "by the model (drawn)"
        )
    if world.border is not None:
        return "in the county's own outline (true), divided by the model (drawn)"
    return "drawn by the model as a whole"


def pieces(world: "World") -> int:
    """Return how many villages lie in several pieces: with islets, or on a map that has them so."""
    from scipy.ndimage import find_objects, label

    grid = world.cell_village
    boxes = find_objects(grid + 1, len(world.villages))
    parts: list[Any] = [label(grid[box] == v) for v, box in enumerate(boxes)]
    return sum(count > 1 for _, count in parts)
