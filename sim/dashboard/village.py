"""One old village in words, as HTML: people, accounts, outcomes, cadres."""

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.dashboard.comparison import Comparison
from sim.model.agents.cadre import LEADERS, POST_NAMES
from sim.model.agents.villager import AWAY, ENTREPRENEUR
from sim.model.outcomes.catalogue import OUTCOMES
from sim.words import word
from sim.words.labels import outcome_label
from sim.words.numbers import number, quantity
from sim.words.villages import said_name

if TYPE_CHECKING:
    from sim.model.county import CountyModel

#: outcomes of old villages shown of a chosen village, besides the one the maps show
DETAIL = ("service_reach", "distance_km", "trust", "collective_income", "cadre_workload")


def village_html(model: Comparison, village: int, key: str, lang: str) -> str:
    """Return what is known of one old village, as HTML: people, cadres, accounts, outcomes."""
    villages, plan = model.reform.world.villages, model.reform.case.plan
    unit = int(model.reform.borders.unit[village])
    head = word(
        "village_head",
        lang,
        name=said_name(villages.name[village]),
        township=villages.township[village],
    )
    part = [f"<b>{escape(head)}</b>"]
    if unit != village:
        name = said_name(plan.new_name[unit] or villages.name[unit])
        part.append(escape(word("village_in", lang, name=name)))
    heads = ["", word("with_policies", lang), word("without_policies", lang)]
    rows: list[list[str]] = [[word("people", lang)]]
    rows += _both(model, village, _people, lang)
    rows += [[word("accounts", lang)], *_both(model, village, _accounts, lang)]
    rows += [[word("outcomes", lang)]]
    for name in dict.fromkeys((*DETAIL, key)):
        unit_of = OUTCOMES[name].unit
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
                said_name(villages.name[cadre.origin]),
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
        scope = ' scope="col"' if tag == "th" else ""
        return "<tr>" + "".join(f"<{tag}{scope}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f'<table class="hecun-table">{line(heads, "th")}{body}</table>'
