"""The summary of one run: before and after the reform, for the county and between old villages."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.report.labels import check_language, decimals, number, outcome_label, unit_label, word
from sim.report.periods import counted, county_mean, outcome_keys, periods, village_means
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
        differences, and that mean ± 1.96 standard errors (units as clusters; missing for fewer
        than two units).
    """
    import pandas as pd

    county, span = results.county, periods(results)
    stored = outcome_keys(county)
    by_village = [key for key in outcome_keys(results.villages) if key in stored]
    change = village_means(results, span.after, by_village) - village_means(
        results, span.before, by_village
    )
    unit = results.places.set_index("code")["seat"].astype(str)[counted(results)].to_numpy()
    order = dict.fromkeys(HEADLINE, "headline")
    order |= {key: "other" for key in stored if key not in (*HEADLINE, *MAP)}
    order |= dict.fromkeys(MAP, "map")
    rows: list[dict[str, Any]] = []
    for key, section in order.items():
        if key not in stored:
            continue
        before, after = (county_mean(results, key, months) for months in (span.before, span.after))
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
        paired = _paired(change[key].to_numpy(), unit) if key in change else {"n": 0}
        rows.append(row | paired)
    return pd.DataFrame(rows)


def _paired(differences: np.ndarray, unit: np.ndarray) -> dict[str, float]:
    """Return number, mean and 95 % interval of old villages' paired differences.

    Old villages of one unit share its office and cadres, so that the standard error takes the
    units as clusters (Liang and Zeger 1986); without a merger it is the plain one.
    """
    has = np.isfinite(differences)
    differences, unit = differences[has], np.unique(unit[has], return_inverse=True)[1]
    if not differences.size:
        return {"n": 0}
    n, mean = differences.size, float(differences.mean())
    sums = np.bincount(unit, differences - mean)
    clusters = sums.size
    reach = np.nan
    if clusters > 1:
        reach = _Z95 * float(np.sqrt((sums**2).sum() * clusters / (clusters - 1))) / n
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
        rows += [_cells(row.to_dict(), lang) for _, row in part.iterrows()]
    heads = [word(key, lang) for key in ("outcome", "unit", "before", "after", "change")]
    heads += [word("village_change", lang), word("old_villages", lang)]
    manifest = results.manifest
    return "\n".join(
        [
            word("run_line", lang, title=manifest["title"][lang], seed=manifest["seed"]),
            word("windows", lang, **_windows(results, lang)),
            "",
            table(*_aligned(heads, rows)),
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
            first, last = months[0], months[-1]
            out[when] = word("window", lang, first=first, last=last, count=len(months))
    return out


def _cells(row: dict[str, Any], lang: str) -> list[str]:
    """Return the cells of one outcome."""
    mark = {"headline": "* ", "map": "# "}.get(row["section"], "  ")
    places = decimals(row["before"], row["after"])
    spread = word("missing", lang)
    if row["n"]:
        interval = [row[name] for name in ("village_change", "low", "high")]
        mean, low, high = (number(value, decimals(*interval), sign=True) for value in interval)
        spread = f"{mean} [{low}, {high}]"
    return [
        mark + outcome_label(row["key"], lang),
        unit_label(row["unit"], lang),
        number(row["before"], places),
        number(row["after"], places),
        number(row["change"], places, sign=True),
        spread,
        str(int(row["n"])) if row["n"] else word("missing", lang),
    ]


def _aligned(heads: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows with the columns of numbers aligned to the right."""
    from rich.cells import cell_len

    lines = [heads, *rows]
    widths = [0, 0] + [max(cell_len(line[i]) for line in lines) for i in range(2, len(heads))]
    first, *others = [
        [" " * (width - cell_len(cell)) + cell for cell, width in zip(line, widths, strict=True)]
        for line in lines
    ]
    return first, others
