"""The report of one run."""

import math
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from sim.config.reading import read
from sim.model.outcomes.catalogue import HEADLINE
from sim.report.page import (
    Page,
    Rows,
    Section,
    figures,
    flat,
    manifest_rows,
    optional,
    parameter_section,
)
from sim.report.summary import acted, cautioned, summary_frame
from sim.results.reading import Results
from sim.words import unit_label, word
from sim.words.labels import key_label, outcome_label
from sim.words.numbers import MISSING, decimals, number, quantity

if TYPE_CHECKING:
    import pandas as pd

_LIMITS = ("limit_run", "limit_map", "limit_judgement", "limit_set")


def run_page(results: Results, lang: str) -> Page:
    """Return the report of a run.

    Parameters
    ----------
    results : Results
        A run's results.
    lang : {"en", "zh"}
        Language.
    """
    manifest = results.manifest
    title, config = manifest["title"][lang], _config(results)
    summary = cache(partial(summary_frame, results))
    changed = flat(config.get("parameters", {}))
    limits = [*cautioned(manifest, lang), *(word(key, lang) for key in _LIMITS)]
    changed = {key: value for key, value in changed.items() if value != "None"}

    def section(head: str, **made: Callable[[], Any]) -> Section:
        def make() -> Section:
            return Section(word(head, lang), **{name: part() for name, part in made.items()})

        return optional(head, make, results.folder, lang)

    sections = [
        section(
            "before_after",
            answers=lambda: _answers(summary(), lang),
            note=lambda: word("limit_run", lang),
        ),
        section("acted", points=lambda: acted(manifest, lang)),
        figures(results, "run", lang),
        section("tables", tables=lambda: [_summary(summary(), lang)]),
        Section(word("limits_head", lang), points=limits),
        section("design", tables=lambda: _design(results, config, lang)),
        parameter_section(changed, lang),
        Section(word("manifest", lang), tables=[manifest_rows(manifest, lang)]),
    ]
    for part in sections[-3:]:
        part.folded = True
    when = manifest.get("finished", MISSING)
    footer = word("made_with", lang, version=manifest.get("hecun", MISSING), when=when)
    kind = f"{word('report_run', lang)}{MISSING}{word('seed', lang)} {manifest['seed']}"
    return Page(title, kind.replace(MISSING, " – "), sections, footer)


def _config(results: Results) -> dict[str, Any]:
    """Return the resolved configuration as plain data."""
    path = results.folder / "config.yaml"
    return read(path).plain() if path.is_file() else {}


def _answers(summary: "pd.DataFrame", lang: str) -> list[str]:
    """Return the headline outcomes before and after, in sentences."""
    out = []
    for row in summary.to_dict("records"):
        if row["key"] not in HEADLINE:
            continue
        before, after = row["before"], row["after"]
        if math.isnan(before) or math.isnan(after):
            continue
        places = decimals(before, after)
        out.append(
            word(
                "answer_run",
                lang,
                outcome=outcome_label(row["key"], lang),
                before=quantity(before, row["unit"], lang),
                after=quantity(after, row["unit"], lang),
                change=number(round(after, places) - round(before, places), places, sign=True),
            )
        )
    return out


def _design(results: Results, config: dict[str, Any], lang: str) -> list[Rows]:
    """Return what was run: the county, the months, the policies."""
    manifest = results.manifest
    pairs = [
        ("first_month", str(results.county["month"].min())[:7]),
        ("months", len(results.county)),
        ("reform_at", manifest["reform"]),
        ("scale", config.get("scale", MISSING)),
        ("villagers", manifest.get("villagers", MISSING)),
        ("old_units", len(results.places)),
        ("seed", manifest["seed"]),
    ]
    rows = [
        [word(key, lang), f"{value:,}" if isinstance(value, int) and key != "seed" else str(value)]
        for key, value in pairs
    ]
    policies = [
        [key_label(f"policies.{key}", lang), key, value]
        for key, value in flat(config.get("policies", {})).items()
    ]
    heads = [word("policy", lang), "", word("value", lang)]
    tables = [Rows(["", word("value", lang)], rows)]
    if policies:
        tables.append(Rows(heads, policies, codes=(1,), title=word("policies", lang)))
    return tables


def _summary(summary: "pd.DataFrame", lang: str) -> Rows:
    """Return every outcome before and after."""
    keys = ("outcome", "unit", "before", "after", "change", "village_change", "old_villages")
    rows = []
    for row in summary.to_dict("records"):
        before, after = row["before"], row["after"]
        if math.isnan(before) and math.isnan(after):
            continue
        places, spread = decimals(before, after), MISSING
        if row["n"]:
            mean, half = row["village_change"], row["high"] - row["village_change"]
            signs = decimals(mean, half)
            spread = f"{number(mean, signs, sign=True)} ± {number(half, signs)}"
        rows.append(
            [
                outcome_label(row["key"], lang),
                unit_label(row["unit"], lang),
                number(before, places),
                number(after, places),
                number(round(after, places) - round(before, places), places, sign=True),
                spread,
                str(int(row["n"])) if row["n"] else MISSING,
            ]
        )
    return Rows([word(key, lang) for key in keys], rows, numbers=(2, 3, 4, 5, 6))
