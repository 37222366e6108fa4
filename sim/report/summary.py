"""The summary of one run: before and after the reform, for the county and between old villages."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.report.labels import check_language, number, outcome_label, unit_label, word
from sim.report.periods import outcome_keys, periods, village_means
from sim.results import Results

if TYPE_CHECKING:
    import pandas as pd

MAP = ("villages", "population_mean", "area_mean", "distance_km")
SECTIONS = ("headline", "other", "map")
_Z95 = 1.96


def summary_frame(results: Results) -> "pd.DataFrame":
    """Return every outcome before and after the reform.

    Parameters
    ----------
    results : Results
        A run's results.

    Returns
    -------
    DataFrame
        One row an outcome, the headline ones first and the facts of the map last: ``section``,
        ``key``, ``en``, ``zh``, ``unit``, ``better``; ``before``, ``after``, ``change``: the
        county's mean over the last 12 months before the reform and the last 12 recorded, and
        their difference; where recorded by village also ``n``, ``village_change``, ``low`` and
        ``high``: number of old villages with a value in both spans, mean of their paired
        differences, and that mean ± 1.96 standard errors (missing for fewer than two villages).
    """
    import pandas as pd

    county, span = results.county, periods(results)
    stored = outcome_keys(county)
    by_village = [key for key in outcome_keys(results.villages) if key in stored]
    change = village_means(results, span.after, by_village) - village_means(
        results, span.before, by_village
    )
    order = dict.fromkeys(HEADLINE, "headline")
    order |= {key: "other" for key in stored if key not in (*HEADLINE, *MAP)}
    order |= dict.fromkeys(MAP, "map")
    rows: list[dict[str, Any]] = []
    for key, section in order.items():
        if key not in stored:
            continue
        before, after = (
            float(county.loc[county["month"].isin(months), key].mean())
            for months in (span.before, span.after)
        )
        row = {
            "section": section,
            "key": key,
            "en": outcome_label(key, "en"),
            "zh": outcome_label(key, "zh"),
            "unit": county.attrs["units"].get(key, ""),
            "better": OUTCOMES[key].better if key in OUTCOMES else "neither",
            "before": before,
            "after": after,
            "change": after - before,
        }
        rows.append(row | (_paired(change[key].dropna().to_numpy()) if key in change else {"n": 0}))
    return pd.DataFrame(rows)


def _paired(differences: np.ndarray) -> dict[str, float]:
    """Return number, mean and 95 % interval of paired differences."""
    n = differences.size
    mean = float(differences.mean()) if n else np.nan
    reach = _Z95 * float(differences.std(ddof=1)) / np.sqrt(n) if n > 1 else np.nan
    return {"n": n, "village_change": mean, "low": mean - reach, "high": mean + reach}


def write_summary(results: Results) -> Path:
    """Write `summary_frame` as ``summary.csv`` into the folder of results; return the file."""
    file = results.folder / "summary.csv"
    summary_frame(results).to_csv(file, index=False, encoding="utf-8-sig", lineterminator="\n")
    return file


def print_summary(results: Results, lang: str = "en") -> None:
    """Print the summary table of a run on standard output.

    Parameters
    ----------
    results : Results
        A run's results.
    lang : {"en", "zh"}
        Language.
    """
    import click

    click.echo(summary_text(results, lang))


def summary_text(results: Results, lang: str = "en") -> str:
    """Return what `print_summary` prints.

    Parameters
    ----------
    results : Results
        A run's results.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    str
        Title and months, the table, and what its numbers are not. Outcomes without any value
        are left out.

    Raises
    ------
    InputError
        If there are no labels in the language.
    """
    from sim.console import table

    check_language(lang)
    frame = summary_frame(results)
    rows: list[list[str]] = []
    for section in SECTIONS:
        part = frame[(frame["section"] == section) & frame[["before", "after"]].notna().any(axis=1)]
        rows += [_cells(row, lang) for row in part.to_dict("records")]
    heads = [word(key, lang) for key in ("outcome", "unit", "before", "after", "change")]
    heads += [word("village_change", lang), word("old_villages", lang)]
    manifest = results.manifest
    return "\n".join(
        [
            word("run_line", lang, title=manifest["title"][lang], seed=manifest["seed"]),
            word("windows", lang, **_windows(results, lang)),
            "",
            table(heads, _aligned(heads, rows)),
            "",
            word("caveat", lang),
        ]
    )


def _windows(results: Results, lang: str) -> dict[str, str]:
    """Return which months before and after are, in words."""
    span = periods(results)
    out = {}
    for when, months in (("before", span.before), ("after", span.after)):
        out[when] = word("missing", lang)
        if len(months):
            first, last = (month.strftime("%Y-%m") for month in (months[0], months[-1]))
            out[when] = word("window", lang, first=first, last=last, count=len(months))
    return out


def _cells(row: dict[str, Any], lang: str) -> list[str]:
    """Return the cells of one outcome."""
    mark = {"headline": "* ", "map": "# "}.get(row["section"], "  ")
    size = np.nanmax(np.abs([row["before"], row["after"]]))
    spread = word("missing", lang)
    if row["n"]:
        width = np.nanmax(np.abs([row["village_change"], row["low"], row["high"]]))
        mean, low, high = (
            number(row[name], width, sign=True) for name in ("village_change", "low", "high")
        )
        spread = f"{mean} [{low}, {high}]"
    return [
        mark + outcome_label(row["key"], lang),
        unit_label(row["unit"], lang),
        number(row["before"], size),
        number(row["after"], size),
        number(row["change"], size, sign=True),
        spread,
        str(int(row["n"])) if row["n"] else word("missing", lang),
    ]


def _aligned(heads: list[str], rows: list[list[str]]) -> list[list[str]]:
    """Return the rows with their numbers aligned to the right."""
    from rich.cells import cell_len

    widths = [max(cell_len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    return [
        [cell if i < 2 else " " * (widths[i] - cell_len(cell)) + cell for i, cell in enumerate(row)]
        for row in rows
    ]
