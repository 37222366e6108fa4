"""Data of the page to explore: old villages and arms of results, and outlines to draw them on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import InputError
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.report.experiment import (
    arm_titles,
    before_reform,
    point_names,
    points_compared,
    village_effects,
)
from sim.report.ground import ground
from sim.report.periods import outcome_keys, periods, village_means
from sim.report.shapes import areas_of
from sim.results.reading import Results
from sim.words import unit_label, word
from sim.words.labels import outcome_label
from sim.words.villages import said_name

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline

    from sim.lab.store.reading import ExperimentResults

#: outcomes beside the headline ones, where they are recorded by village
MORE = ("trust", "distance_km", "reach_elderly", "income_per_person")
#: arms shown at most: the first ones
MOST_ARMS = 8
Column = list[float | None]


@dataclass(frozen=True)
class Explored:
    """What can be explored.

    Attributes
    ----------
    names, townships : list of str, length V
        Old villages and their townships ('' where not known).
    outlines : list of matplotlib Path, length V
        Their areas, y downwards.
    outcomes : dict
        Key of an outcome -> its name with its unit.
    arms : list of str
        What is compared: arms of an experiment; of a run the reform alone.
    first, second, change : dict
        Key of an outcome -> arm -> a value an old village: before (or the effect's lower end),
        after (or its upper end), and the change (or the paired effect).
    whole : dict
        Key of an outcome -> arm -> (value, lower end, upper end) of the county; ends are None
        of a run.
    axes : tuple of str
        What ``first`` and ``second`` are called.
    said : str
        What is shown, in a sentence.
    border : list of float array (n, 2)
        Rings of the county's outline, as `outlines`; empty where it is not known.
    """

    names: list[str]
    townships: list[str]
    outlines: "list[Outline]"
    outcomes: dict[str, str]
    arms: list[str]
    first: dict[str, dict[str, Column]]
    second: dict[str, dict[str, Column]]
    change: dict[str, dict[str, Column]]
    whole: dict[str, dict[str, tuple[float | None, float | None, float | None]]]
    axes: tuple[str, str, str]
    said: str
    border: "list[np.ndarray]"


def of_run(results: Results, lang: str) -> Explored:
    """Return what can be explored of a run: old villages before and after the reform."""
    land, span = ground(results), periods(results)
    if not len(span.before) or not len(span.after):
        raise InputError(f"{results.folder}: no months before and after the reform to compare")
    stored = outcome_keys(results.villages)
    keys = [key for key in (*HEADLINE, *MORE) if key in stored]
    before, after = (village_means(results, at, keys) for at in (span.before, span.after))
    places = results.places[results.places["is_village"]]
    own = word("explore_reform", lang)
    paths = land.outlines(land.each)
    village = np.flatnonzero(land.village)
    county = results.county
    whole = {}
    for key in keys:
        if key in county:
            at = county["month"].to_numpy().astype("datetime64[M]")
            spans = (span.before, span.after)
            means = [float(county.loc[np.isin(at, months), key].mean()) for months in spans]
            whole[key] = {own: (_plain(means[1] - means[0]), None, None)}
    return Explored(
        names=[said_name(str(name)) for name in places["name"]],
        townships=[str(name) for name in places["township"]],
        outlines=[paths[i] for i in village],
        outcomes=_named(keys, lang),
        arms=[own],
        first={key: {own: _column(before[key])} for key in keys},
        second={key: {own: _column(after[key])} for key in keys},
        change={key: {own: _column(after[key] - before[key])} for key in keys},
        whole=whole,
        axes=(word("before", lang), word("after", lang), word("page_change", lang)),
        said=word(
            "explore_run", lang, title=results.manifest["title"][lang], before=_span(span.before),
            after=_span(span.after), seed=results.manifest["seed"],
        ),
        border=[] if land.natural is None else _ringed(land.natural.county),
    )  # fmt: skip


def of_experiment(results: "ExperimentResults", lang: str) -> Explored:
    """Return what can be explored of an experiment: paired effects on old villages, arm by arm.

    Raises
    ------
    InputError
        If no design points are compared, villages were not recorded, or it is over counties.
    """
    if results.manifest.get("record", {}).get("villages", "off") == "off":
        raise InputError(
            f"{results.folder}: old villages were not recorded, there is nothing to explore; "
            "write record: {villages: last} into the experiment and run it again"
        )
    if "county" in results.design:
        raise InputError(f"{results.folder}: is over several counties; explore one of them")
    stored = [str(name) for name in results.villages.columns]
    keys = [key for key in (*HEADLINE, *MORE) if key in stored]
    table: Any = results.effects(keys)
    points = points_compared(results, table, MOST_ARMS)
    titles, names = arm_titles(results, lang), point_names(results, lang)
    world = before_reform(results)[1]
    codes = [str(code) for code in world.villages.code]
    village = np.flatnonzero(world.villages.is_village)
    shown = [codes[i] for i in village]
    parts: dict[str, dict[str, dict[str, Column]]] = {"low": {}, "high": {}, "effect": {}}
    whole: dict[str, dict[str, Any]] = {}
    against = 0
    for key in keys:
        for point in points:
            found, _, against = village_effects(results, key, point)
            by_code = found.assign(code=found["code"].astype(str)).set_index("code").reindex(shown)
            for part, columns in parts.items():
                columns.setdefault(key, {})[names[point]] = _column(by_code[part])
            row = table[(table["outcome"] == key) & (table["point"] == point)].iloc[0]
            ends = tuple(_plain(float(row[name])) for name in ("effect", "low", "high"))
            whole.setdefault(key, {})[names[point]] = ends
    question = (results.manifest["question"] or {}).get(lang) or ""
    areas = areas_of(world, np.arange(len(codes)))
    reference = names.get(against, word("first_point", lang))
    return Explored(
        names=[said_name(str(world.villages.name[i])) for i in village],
        townships=[str(world.villages.township[i]) for i in village],
        outlines=[areas[i] for i in village],
        outcomes=_named(keys, lang),
        arms=[names[point] for point in points],
        first=parts["low"],
        second=parts["high"],
        change=parts["effect"],
        whole=whole,
        axes=(word("explore_low", lang), word("explore_high", lang), word("explore_effect", lang)),
        said=word("explore_experiment", lang, question=question,
                  against=titles.get(reference, reference)),
        border=[np.asarray(ring, dtype=float) for ring in world.border or ()],
    )  # fmt: skip


def _named(keys: list[str], lang: str) -> dict[str, str]:
    out = {}
    for key in keys:
        name, unit = outcome_label(key, lang), OUTCOMES[key].unit
        plain = unit in ("1", "0-1")
        out[key] = (
            name if plain else word("with_unit", lang, what=name, unit=unit_label(unit, lang))
        )
    return out


def _ringed(outline: "Outline") -> list[np.ndarray]:
    rings: Any = outline.to_polygons(closed_only=True)
    return [np.asarray(ring, dtype=float) for ring in rings]


def _span(months: np.ndarray) -> str:
    return f"{months[0]}–{months[-1]}"


def _column(values: Any) -> Column:
    return [_plain(float(value)) for value in np.asarray(values, dtype=float)]


def _plain(value: float) -> float | None:
    return round(value, 6) if np.isfinite(value) else None
