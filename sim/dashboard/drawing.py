"""Drawings of the page: colours of the maps, the headline series, one village in words."""

import io
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.path import Path as Outline

from sim.dashboard.comparison import Comparison
from sim.model.agents.cadre import LEADERS, POST_NAMES
from sim.model.agents.villager import AWAY, ENTREPRENEUR
from sim.model.calendar import format_month
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.report.fonts import themed
from sim.report.natural import NaturalBorders
from sim.report.regions import dissolved, in_cells, outlines, relabel
from sim.words import unit_label, word
from sim.words.labels import outcome_label
from sim.words.numbers import number, quantity

if TYPE_CHECKING:
    from sim.model.county import CountyModel
    from sim.model.world.layout import World

_SHADES, _NONE = 64, "#e2e2e2"
#: outcomes of old villages shown of a chosen village, besides the one the maps show
DETAIL = ("service_reach", "distance_km", "trust", "collective_income", "cadre_workload")


def outlines_of(world: "World", label: np.ndarray) -> list[str]:
    """Return SVG paths of the areas of old villages of one number, in cells.

    Parameters
    ----------
    world : World
        The county.
    label : int array (V,)
        Number of each old village, 0..R-1.
    """
    shapes = world.villages.shapes
    if shapes is not None and world.origin_km is not None:
        areas = dissolved(in_cells(shapes.polygons, world.origin_km, world.cell_km), label)
    elif world.border is not None:
        areas = NaturalBorders(world.cell_village.astype(np.int64), world.border).outlines(label)
    else:
        areas = outlines(relabel(world.cell_village.astype(np.int64), label.astype(np.int64)))
    return [_svg_path(area) for area in areas]


def border_of(world: "World") -> str:
    """Return the SVG path of the county's outline, in cells; nothing where it is not known."""
    rings = world.border or ()
    return "".join(_svg_path(Outline(ring, closed=True)) for ring in rings)


def _svg_path(outline: "Outline") -> str:
    """Return an outline as the text of an SVG path."""
    rings: Any = outline.to_polygons(closed_only=True)
    return "".join("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in ring) + "Z" for ring in rings)


def shades(values: np.ndarray, low: float, high: float) -> list[str]:
    """Return the colours of values between two limits; grey where there is none."""
    colours = _palette()
    known = np.isfinite(values)
    share = (np.where(known, values, low) - low) / max(high - low, 1e-12)
    place = np.clip(np.rint(share * (_SHADES - 1)), 0, _SHADES - 1).astype(int)
    return [colours[i] if there else _NONE for i, there in zip(place.tolist(), known, strict=True)]


def gradient() -> str:
    """Return the colour scale as a CSS gradient."""
    return f"linear-gradient(90deg, {', '.join(_palette()[::9])})"


def _palette() -> list[str]:
    """Return the shades of the colour scale."""
    import seaborn as sns

    return list(sns.color_palette("viridis", _SHADES).as_hex())


def limits(model: Comparison, key: str, *shown: np.ndarray) -> tuple[float, float]:
    """Return the colour limits of an outcome: 2-98 % of what is shown; they only ever widen."""
    values = np.concatenate(shown)
    values = values[np.isfinite(values)]
    low, high = np.percentile(values, [2, 98]).tolist() if values.size else (0.0, 1.0)
    was = model.limits.get(key, (low, high))
    model.limits[key] = min(low, was[0]), max(high, was[1])
    return model.limits[key]


def series_png(model: Comparison, lang: str) -> bytes:
    """Return the headline series so far, with and without the policies, as PNG."""
    with themed(lang) as language:
        import seaborn as sns
        from matplotlib.figure import Figure

        with_colour, without_colour = sns.color_palette("colorblind")[:2]
        figure = Figure(figsize=(5.4, 1.3 * len(HEADLINE)), layout="constrained", dpi=130)
        year = (model.config.start + np.arange(model.config.months)) / 12.0
        reform = model.config.reform / 12.0
        panels = figure.subplots(len(HEADLINE), 1, sharex=True)
        for axes, (key, both) in zip(panels, model.series().items(), strict=True):
            without, with_ = both[1], both[0]
            line = {"lw": 1.4}
            axes.plot(year[: without.size], without, color=without_colour, ls="--", **line)
            axes.plot(year[: with_.size], with_, color=with_colour, **line)
            axes.axvline(reform, color="black", lw=0.9, ls=(0, (4, 3)))
            unit = unit_label(_unit(key), language)
            label = outcome_label(key, language)
            axes.set_title(word("with_unit", language, what=label, unit=unit), loc="left")
            axes.set_xlim(year[0], year[-1])
            axes.margins(y=0.15)
            if with_.size and np.nanmax(with_) >= 1000:
                axes.yaxis.set_major_formatter("{x:,.0f}")
        panels[-1].xaxis.set_major_formatter("{x:.0f}")
        handles = [panels[0].lines[i] for i in (1, 0, 2)]
        names = [word("with_policies", language), word("without_policies", language)]
        names.append(word("reform", language, month=format_month(model.config.reform)))
        figure.legend(handles, names, loc="outside lower center", ncols=3, frameon=False)
        out = io.BytesIO()
        figure.savefig(out, format="png", pil_kwargs={"compress_level": 1})
        return out.getvalue()


def _unit(key: str) -> str:
    return OUTCOMES[key].unit


def village_html(model: Comparison, village: int, key: str, lang: str) -> str:
    """Return what is known of one old village, as HTML: people, cadres, accounts, outcomes."""
    villages, plan = model.reform.world.villages, model.reform.case.plan
    unit = int(model.reform.borders.unit[village])
    head = word(
        "village_head", lang, name=villages.name[village], township=villages.township[village]
    )
    part = [f"<b>{escape(head)}</b>"]
    if unit != village:
        name = plan.new_name[unit] or villages.name[unit]
        part.append(f" ({escape(word('village_in', lang, name=name))})")
    heads = ["", word("with_policies", lang), word("without_policies", lang)]
    rows: list[list[str]] = [[word("people", lang)]]
    rows += _both(model, village, _people, lang)
    rows += [[word("accounts", lang)], *_both(model, village, _accounts, lang)]
    rows += [[word("outcomes", lang)]]
    for name in dict.fromkeys((*DETAIL, key)):
        unit_of = _unit(name)
        cells = [
            quantity(float(model.now(name, twin)[village]), unit_of, lang) for twin in (False, True)
        ]
        rows.append([outcome_label(name, lang), *cells])
    part.append(_table(heads, rows))
    part.append(f"<p><b>{escape(word('cadres', lang))}</b></p>")
    part.append(_cadres(model.reform, unit, lang))
    return "".join(part)


def _both(model: Comparison, village: int, measure: Any, lang: str) -> list[list[str]]:
    """Return rows of a measure in the county and its twin."""
    one, other = measure(model.reform, village), measure(model.twin, village)
    return [
        [word(key, lang), quantity(value, unit, lang), quantity(other[key][0], unit, lang)]
        for key, (value, unit) in one.items()
    ]


def _people(county: "CountyModel", village: int) -> dict[str, tuple[float, str]]:
    """Return counts of an old village's people (persons)."""
    rows = slice(county.village_start[village], county.village_start[village + 1])
    persons, labour = county.weight[village], county.villagers["labour"][rows]
    age = (county.month - county.villagers["birth_month"][rows]) / 12.0
    here = labour != AWAY
    count = {
        "registered": np.ones(labour.size, dtype=bool),
        "residents": here,
        "elderly": here & (age >= 60),
        "entrepreneurs": labour == ENTREPRENEUR,
    }
    return {key: (round(float(which.sum() * persons)), "persons") for key, which in count.items()}


def _accounts(county: "CountyModel", village: int) -> dict[str, tuple[float, str]]:
    """Return the accounts of an old village's collective (yuan)."""
    return {
        key: (round(float(county.collectives[key][village]) / 100.0 * times), unit)
        for key, times, unit in (
            ("money", 1, "yuan"),
            ("assets", 1, "yuan"),
            ("levy", 12, "yuan/year"),
        )
    }


def _cadres(county: "CountyModel", unit: int, lang: str) -> str:
    """Return the cadres of a unit as an HTML table."""
    villages, rows = county.world.villages, []
    slots = county.unit_slots(unit)
    holders = slots[county.in_post[slots]]
    first = np.argsort(~np.isin(county.cadres["post"][holders], LEADERS), kind="stable")
    for row in holders[first]:
        cadre = county.cadres.agent(int(row))
        rows.append(
            [
                word(f"post_{POST_NAMES[cadre.post]}", lang),
                villages.name[cadre.origin],
                f"{cadre.age:.0f}",
                quantity(cadre.workload, "h/month", lang),
                number(cadre.burnout, 2),
            ]
        )
    heads = [word(key, lang) for key in ("cadre", "origin", "age", "hours", "burnout")]
    return _table(heads, rows)


def _table(heads: list[str], rows: list[list[str]]) -> str:
    """Return an HTML table; a row of one cell is a heading."""

    def line(cells: list[str], tag: str) -> str:
        if len(cells) == 1:
            return f'<tr><th colspan="{len(heads)}">{escape(cells[0])}</th></tr>'
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f'<table class="hecun-table">{line(heads, "th")}{body}</table>'
