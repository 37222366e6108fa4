"""Maps of an experiment's effects on old villages, one an arm, on one scale of colours."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from sim.errors import InputError
from sim.model.outcomes.catalogue import HEADLINE
from sim.report.effects import compared, numbers
from sim.report.experiment import before_reform, point_names, points_compared, village_effects
from sim.report.fonts import themed
from sim.report.frame import frame, shortened, wrapped
from sim.report.ground import GREY, Ground, borders, fill, hatch, key_patch, panels
from sim.report.natural import NaturalBorders
from sim.report.plotting import sns
from sim.report.regions import in_cells
from sim.results.manifest import map_of
from sim.words import word

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.lab.store.reading import ExperimentResults
    from sim.model.config.county import County
    from sim.model.world.layout import World

MOST = 6  # maps: the first arms


def effect_maps(
    results: "ExperimentResults",
    outcome: str = HEADLINE[0],
    lang: str = "en",
    columns: int = 2,
) -> "Figure":
    """Draw the paired effect on every old village, a map an arm (or design point).

    Villages whose 95 % interval includes 0 are hatched.

    Raises
    ------
    InputError
        If villages or the outcome were not recorded, no points are compared, or it is over
        several counties.
    """
    if "county" in results.design:
        raise InputError(f"{results.folder}: is over several counties: hecun plot RESULTS counties")
    points = points_compared(results, results.effects([outcome]), MOST)
    land, codes = _land(*before_reform(results))
    found = [village_effects(results, outcome, point) for point in points]
    each = [one.set_index(one["code"].astype(str)).reindex(codes) for one, _, _ in found]
    known = np.abs(np.concatenate([one["effect"].dropna().to_numpy(float) for one in each]))
    most = (float(np.percentile(known, 98)) if known.size else 0.0) or 1.0
    colour = sns.color_palette("vlag", as_cmap=True).with_extremes(bad=GREY)
    scale = ScalarMappable(Normalize(-most, most), colour)
    with themed(lang) as language:
        names = point_names(results, language)
        figure, maps = panels(land, 0.8, columns, len(points))
        for axes, point, one in zip(maps, points, each, strict=True):
            values = np.ma.masked_invalid(one["effect"].to_numpy(float))
            fill(axes, land, land.each, scale.to_rgba(values), 0.2)
            open_ = (one["low"] <= 0.0) & (one["high"] >= 0.0)
            hatch(axes, land, open_.to_numpy(bool), "unclear")
            borders(axes, land, land.township, "townships", edgecolor="black", linewidth=0.6)
            axes.set_title(wrapped(shortened(names[point], 40), 22), fontsize="medium")
            axes.set_gid(str(point))
        bar = figure.colorbar(scale, ax=maps, extend="both", shrink=0.7, pad=0.02, aspect=30)
        bar.set_label(compared("difference_of", outcome, language))
        against = names.get(found[0][2], word("first_point", language))
        runs = numbers(pd.concat([one["n"].dropna() for one in each]))
        villages = int(land.village.sum())
        note = word(
            "effect_maps_note", language, against=shortened(against, 40), n=runs, villages=villages
        )
        entries = [key_patch(word("effect_maps_open", language), hatched=True)]
        frame(figure, "", entries, [note, *land.notes(language)])
        return figure


def _land(given: "County", world: "World") -> tuple[Ground, list[str]]:
    """Return the ground of a county before any reform, and old villages' codes."""
    villages, grid = world.villages, world.cell_village.astype(np.int64)
    each, origin = np.arange(len(villages.code)), map_of(given, world)
    shapes = villages.shapes
    mapped = None
    if shapes is not None and world.origin_km is not None:
        mapped = in_cells(shapes.polygons, world.origin_km, world.cell_km)
    village = np.array(villages.is_village, dtype=bool)
    land = Ground(
        grid=grid,
        cell_km=float(world.cell_km),
        unit=each,
        township=world.township.astype(np.int64),
        new_township=world.township.astype(np.int64),
        village=village,
        left=np.zeros(each.size, dtype=bool),
        seat=village,
        outpost=np.zeros(each.size, dtype=bool),
        office=world.office[:, ::-1].astype(np.float64) + 0.5,
        shapes=mapped,
        natural=None if world.border is None else NaturalBorders(grid, world.border),
        **origin,
    )
    return land, [str(code) for code in villages.code]
