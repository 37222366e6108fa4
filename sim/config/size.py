"""Size of a county, from its configuration alone: refused before it fills the memory."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.config.messages import Path
from sim.model.world.land import land_of
from sim.model.world.spec import choose_cell_km

if TYPE_CHECKING:
    from sim.model.config.schema import Config
    from sim.model.world.villages import VillageTable

#: villager rows, grid cells, villages, and rows of village outcomes (villages x months)
MOST_ROWS, MOST_CELLS, MOST_VILLAGES, MOST_RECORDED = 10_000_000, 4_000_000, 10_000, 2_000_000


def oversized(config: "Config", table: "VillageTable") -> Iterator[tuple[Path, str]]:
    """Yield what of a county is more than a machine holds.

    Parameters
    ----------
    config : Config
        The configuration.
    table : VillageTable
        Its villages before the reform.
    """
    source = ("county", "registry" if config.county.villages is None else "villages")
    villages, county = len(table), config.county
    if villages > MOST_VILLAGES:
        yield source, f"{villages:,} villages; expected one county, at most {MOST_VILLAGES:,}"
        return
    if villages * config.months > MOST_RECORDED:
        yield (
            ("months",),
            f"{config.months:,} months of {villages:,} villages; expected at most "
            f"{MOST_RECORDED // villages:,}",
        )
    mean, known = county.population.mean, table.registered
    persons = float(villages * mean if known is None else known.sum())
    if persons / config.scale > MOST_ROWS:
        yield (
            ("scale",),
            f"{persons:,.0f} persons make {persons / config.scale:,.0f} villager rows; expected "
            f"at most {MOST_ROWS:,}: give scale {-(-persons // MOST_ROWS):.0f} or more",
        )
    yield from _cells(config, table)


def _cells(config: "Config", table: "VillageTable") -> Iterator[tuple[Path, str]]:
    """Yield what is wrong with the number of grid cells."""
    county, known = config.county, table.area_km2
    area = float(len(table) * land_of(county, config.reform)[0] if known is None else known.sum())
    side = county.cell_km or choose_cell_km(area / len(table), county.groups_per_village)
    across = [] if table.shapes is not None else [table.x_km, table.y_km]
    spans = [float(place.max() - place.min()) for place in across if place is not None]
    if len(spans) == 2:  # the grid that holds all offices with the land around them
        area = max(area, (spans[0] + area**0.5) * (spans[1] + area**0.5) / 8)
    if area / side**2 > MOST_CELLS:
        key = ("county", "area", "mean") if known is None else ("county", "villages")
        yield (
            ("county", "cell_km") if county.cell_km else key,
            f"{area:,.0f} km2 make {area / side**2:,.0f} grid cells of {side:g} km; expected at "
            f"most {MOST_CELLS:,}: look the areas and places up, or give a larger cell_km",
        )
