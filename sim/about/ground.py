"""What of a county's ground is known, and how compact its villages are."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.world.case import build_county
from sim.model.world.compactness import polsby_popper

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
    compact = np.quantile(polsby_popper(world), [0.1, 0.5, 0.9])
    torn = pieces(world)
    said = f", {torn} of several pieces" if torn else ", each in one piece"
    return (
        f"ground: {_source(world)}; {len(world.villages)} villages and communities of the model "
        f"have {world.area_km2.sum():,.4g} km2{said}; compactness (Polsby-Popper, 10 % / median / "
        f"90 % of them) {' / '.join(f'{value:.2f}' for value in compact)}"
    )


def _source(world: "World") -> str:
    if world.villages.shapes is not None:
        return "borders of the map given"
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
