"""The page itself, on Mesa's SolaraViz; `hecun dashboard` serves it. Every visitor has a model."""
# pyright: reportPrivateImportUsage=false, reportArgumentType=false
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import solara
from mesa.visualization import SolaraViz
from mesa.visualization.user_param import Slider
from mesa.visualization.utils import update_counter

from sim.dashboard import drawing
from sim.dashboard.comparison import Comparison
from sim.dashboard.levers import LEVERS
from sim.dashboard.offered import offered, offered_said
from sim.dashboard.serve import FONT
from sim.model.calendar import format_month
from sim.model.outcomes.catalogue import OUTCOMES
from sim.words import LANGUAGES, unit_label, word
from sim.words.labels import outcome_label
from sim.words.numbers import number

CONFIG = os.environ.get("HECUN_DASHBOARD_CONFIG", "configs/dechang_2020.yaml")
LANG = os.environ.get("HECUN_DASHBOARD_LANG", "en")
_SCALES = (1, 2, 5, 10, 20, 50)
_STYLE = f"""
@font-face {{font-family: hecun-chinese; font-display: swap;
  unicode-range: U+2E80-9FFF, U+F900-FAFF, U+FF00-FFEF, U+20000-3FFFF;
  src: local("PingFang SC"), local("Microsoft YaHei"), local("Noto Sans CJK SC"), url({FONT})}}
.v-application, .v-application .text-h5 {{font-family: hecun-chinese, Roboto, sans-serif}}
.v-application .v-tabs {{display: none}}
"""


@dataclass(frozen=True)
class Choices:
    """What one visitor has chosen.

    Attributes
    ----------
    source, county, search, language, outcome, left, village : Reactive
        Configuration, code of another county ('' for its own), text by which one is looked for,
        language, outcome of the maps, what the left map shows, and the village picked (-1: none).
    """

    source: solara.Reactive[str]
    county: solara.Reactive[str]
    search: solara.Reactive[str]
    language: solara.Reactive[str]
    outcome: solara.Reactive[str]
    left: solara.Reactive[str]
    village: solara.Reactive[int]


@solara.component_vue("map.vue")
def _Map(  # noqa: N802
    title: str,
    view: str,
    paths: list[str],
    fills: list[str],
    titles: list[str],
    units: list[str],
    border: str,
    clip: str,
    line: float,
    selected: int,
    low: str,
    high: str,
    gradient: str,
    month: str,
    event_pick: Callable[[int], None],
) -> None:
    """Draw villages as an SVG whose parts can be clicked."""


def _panels(chosen: Choices) -> list[tuple[Any, int]]:
    """Return the components of the page, in their order on it."""

    @solara.component
    def LeftMap(model: Comparison) -> None:  # noqa: N802
        update_counter.get()
        twin = chosen.left.value == "twin"
        if model.problem:
            solara.Error(model.problem)
        else:
            _Villages(model, chosen, "map_twin" if twin else "map_before", model.done)

    @solara.component
    def RightMap(model: Comparison) -> None:  # noqa: N802
        update_counter.get()
        if not model.problem:
            _Villages(model, chosen, "map_now", model.done)

    @solara.component
    def Series(model: Comparison) -> None:  # noqa: N802
        update_counter.get()
        lang = chosen.language.value
        if model.problem:
            return
        if model.done:
            solara.Image(drawing.series_png(model, lang), width="100%")
        else:
            solara.Text(word("page_start", lang))

    @solara.component
    def Village(model: Comparison) -> None:  # noqa: N802
        update_counter.get()
        lang, village = chosen.language.value, chosen.village.value
        if model.problem:
            return
        count = len(model.reform.world.villages)
        if not model.done or not 0 <= village < count:
            solara.Text(word("page_pick", lang))
            return
        html = drawing.village_html(model, village, chosen.outcome.value, lang)
        solara.HTML(tag="div", unsafe_innerHTML=html, classes=["hecun-village"])

    return [(LeftMap, 0), (RightMap, 0), (Series, 0), (Village, 0)]


@solara.component
def _Villages(model: Comparison, chosen: Choices, kind: str, done: int) -> None:  # noqa: N802
    """Draw one of the maps, as of the months done."""
    lang, key = chosen.language.value, chosen.outcome.value
    world = model.reform.world
    each = np.arange(len(world.villages))
    paths = solara.use_memo(lambda: drawing.outlines_of(world, each), [world])
    shown = {
        "map_before": model.before(key),
        "map_twin": model.now(key, twin=True),
        "map_now": model.now(key),
    }
    left = "map_twin" if chosen.left.value == "twin" else "map_before"
    low, high = drawing.limits(model, key, shown[left], shown["map_now"])
    values = shown[kind]
    unit = model.reform.borders.unit if kind == "map_now" else each
    number_of = np.unique(unit, return_inverse=True)[1]
    units = solara.use_memo(lambda: drawing.outlines_of(world, number_of), [world, unit.tobytes()])
    rows, cols = world.cell_group.shape
    names = [
        f"{name}: {number(float(value))}"
        for name, value in zip(world.villages.name, values, strict=True)
    ]
    label = word(
        "with_unit", lang, what=outcome_label(key, lang), unit=unit_label(OUTCOMES[key].unit, lang)
    )
    _Map(
        title=word("titled", lang, title=word(kind, lang), what=label),
        view=f"-1 -1 {cols + 2} {rows + 2}",
        paths=paths,
        fills=drawing.shades(values, low, high),
        titles=names,
        units=units,
        border=drawing.border_of(world),
        clip=f"hecun-{kind}",
        line=max(rows, cols) / 500,
        selected=chosen.village.value,
        low=number(low),
        high=number(high),
        gradient=drawing.gradient(),
        month=str(done),
        event_pick=chosen.village.set,
    )


@solara.component
def Page() -> None:  # noqa: N802
    """Show the page: what to look at, then Mesa's controls, levers and the panels."""
    chosen = Choices(
        source=solara.use_reactive(str(CONFIG)),
        county=solara.use_reactive(""),
        search=solara.use_reactive(""),
        language=solara.use_reactive(LANG),
        outcome=solara.use_reactive("service_reach"),
        left=solara.use_reactive("before"),
        village=solara.use_reactive(-1),
    )
    lang, source, county = chosen.language.value, chosen.source.value, chosen.county.value
    given = {"source": source, "county": county or None}
    model = solara.use_memo(lambda: solara.reactive(Comparison(**given)), [source, county])
    panels = solara.use_memo(lambda: _panels(chosen), [])
    solara.Style(_STYLE)
    with solara.Sidebar():
        _choose(chosen, model.value)
    name = word("page", lang)
    if model.value.starts:
        name = f"{name} · {getattr(model.value.config.title, lang)}"
    viz = SolaraViz(
        model,
        components=panels,
        play_interval=1,
        model_params=given | _levers(model.value, lang),
        name=name,
    )
    viz.key(f"{source} {county}")


def _levers(model: Comparison, lang: str) -> dict[str, Any]:
    """Return Mesa's inputs for the levers."""
    out: dict[str, Any] = {}
    for lever in LEVERS:
        label, start = word(f"lever_{lever.name}", lang), model.starts.get(lever.name)
        if start is None:
            continue
        if lever.step:
            whole = isinstance(start, int)
            low, high, step = lever.low, lever.high, lever.step
            out[lever.name] = Slider(label, start, low, high, step, int if whole else float)
        else:
            out[lever.name] = {"type": "Checkbox", "value": start, "label": label}
    if model.starts:
        scale, seed = model.config.scale, model.config.seed
        values = sorted({*_SCALES, scale})
        label = word("lever_scale", lang)
        out["scale"] = {"type": "Select", "value": scale, "values": values, "label": label}
        out["seed"] = Slider(word("lever_seed", lang), min(seed, 99), 0, 99, 1)
    return out


def _choose(chosen: Choices, model: Comparison) -> None:
    """Show what can be chosen besides the levers, and what month it is."""
    lang = chosen.language.value
    files = [Path(CONFIG), *sorted(Path(CONFIG).parent.glob("*.yaml"))]
    files = {str(path): path.stem for path in files if path.stem != "base"}
    own = chosen.county.value or "" if model.problem else model.config.county.registry or ""
    searched = chosen.search.value, chosen.county.value or own
    names = {"": word("page_own", lang)} | offered(*searched)
    with solara.Card(word("page_county", lang)):
        solara.ToggleButtonsSingle(
            word("language_name", lang),
            values=[word("language_name", key) for key in LANGUAGES],
            on_value=lambda name: chosen.language.set(
                next(key for key in LANGUAGES if word("language_name", key) == name)
            ),
        )
        _select(word("page_file", lang), files, chosen.source)
        solara.InputText(word("page_search", lang), chosen.search, continuous_update=True)
        if said := offered_said(*searched, lang):
            solara.Text(said, style={"font-size": "0.85rem"})
        _select(word("county", lang), names, chosen.county)
        keys = [key for key, outcome in OUTCOMES.items() if outcome.village]
        _select(
            word("page_outcome", lang),
            {key: outcome_label(key, lang) for key in keys},
            chosen.outcome,
        )
        left = {key: word(f"left_{key}", lang) for key in ("before", "twin")}
        _select(word("page_left", lang), left, chosen.left)
        _Month(model, lang)
        solara.Text(word("page_hint", lang), style={"font-size": "0.85rem"})


def _select(label: str, names: dict[str, str], value: solara.Reactive[str]) -> None:
    """Show a list of names to choose a key by."""
    keys = {name: key for key, name in names.items()}
    solara.Select(
        label,
        values=list(keys),
        value=names[value.value],
        on_value=lambda name: value.set(keys[name]),
    )


@solara.component
def _Month(model: Comparison, lang: str) -> None:  # noqa: N802
    """Say what month it is, and how many people there are."""
    update_counter.get()
    if model.problem:
        return
    month, reform = model.reform.month, model.config.reform
    solara.Text(word("page_month", lang, month=format_month(month), reform=format_month(reform)))
    rows = f"{len(model.reform.villagers):,}"
    solara.Text(word("page_people", lang, villagers=rows, scale=model.config.scale))
