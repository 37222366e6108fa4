"""The summary of one run: before and after the reform, for the county and between old villages."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.config.cautions import Caution
from sim.lab.methods.intervals import clustered_interval
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.model.policies.dose import of_rows, shortfalls
from sim.report.periods import counted, county_summaries, outcome_keys, periods, village_means
from sim.results.reading import Results
from sim.words import check_language, unit_label, word
from sim.words.labels import caution_label, dose_label, outcome_label
from sim.words.numbers import MISSING, decimals, number

#: what is printed besides the headlines: equity, trust, cadres, money
MAIN = (
    "reach_elderly", "reach_remote", "reach_absorbed", "reach_gini", "income_per_person_gini",
    "trust", "trust_absorbed", "grievance",
    "posts", "overload_share", "leader_load", "burnout", "cadre_age",
    "return_on_assets", "dividends_per_person", "leakage_share", "villager_income", "ventures",
    "county_spending_per_resident",
)  # fmt: skip
MAP = ("villages", "population_mean", "area_mean", "distance_km")
SECTIONS = ("headline", "main", "other", "map")
#: units below which an interval over them is rough
FEW = 10


def summary_frame(results: Results) -> pd.DataFrame:
    """Return every outcome before and after the reform.

    Parameters
    ----------
    results : Results
        A run's results.

    Returns
    -------
    DataFrame
        One row an outcome, the headline ones first, then the main and one's own, and the facts of
        the map last: ``section``, ``key``, ``en``, ``zh``, ``unit``, ``better``; of the county
        (`sim.model.outcomes.summaries`): ``before`` (`year_before`), ``after`` (`last_year`),
        ``change``, ``mean_since_reform``, ``change_on_month``; where recorded by village also
        ``n``, ``village_change``, ``low`` and ``high``: number of old villages with a value in
        both spans, mean of their paired differences, and its 95 % interval (units as clusters,
        `clustered_interval`; missing for fewer than two units); ``units``, how many there are.
    """
    county, span = results.county, periods(results)
    stored = outcome_keys(county)
    by_village = [key for key in outcome_keys(results.villages) if key in stored]
    change = village_means(results, span.after, by_village) - village_means(
        results, span.before, by_village
    )
    seat = results.places.set_index("code")["seat"].astype(str)
    unit = seat.loc[counted(results)].to_numpy(dtype=str)
    order = dict.fromkeys(HEADLINE, "headline")
    own = results.manifest.get("own_outcomes") or {}
    order |= dict.fromkeys((*MAIN, *own), "main")
    order |= {key: "other" for key in stored if key not in (*order, *MAP)}
    order |= dict.fromkeys(MAP, "map")
    rows: list[dict[str, Any]] = []
    for key, section in order.items():
        if key not in stored:
            continue
        summed = county_summaries(results, key)
        row = {
            "section": section,
            "key": key,
            "en": own[key]["en"] if key in own else outcome_label(key, "en"),
            "zh": own[key]["zh"] if key in own else outcome_label(key, "zh"),
            "unit": county.attrs["units"].get(key, ""),
            "better": _better(key, own),
            "before": summed["year_before"],
            "after": summed["last_year"],
            **{k: summed[k] for k in ("change", "mean_since_reform", "change_on_month")},
        }
        paired = _paired(change[key].to_numpy(), unit) if key in change else {"n": 0}
        rows.append(row | paired)
    return pd.DataFrame(rows)


def _better(key: str, own: dict[str, Any]) -> str:
    """Return which direction of an outcome is better."""
    if key in own:
        return str(own[key]["better"])
    return OUTCOMES[key].better if key in OUTCOMES else "neither"


def _paired(differences: np.ndarray, unit: np.ndarray) -> dict[str, float]:
    """Return number, mean and 95 % interval of old villages' paired differences.

    Old villages of one unit share its office and cadres: units are the clusters.
    """
    found = clustered_interval(differences, unit)
    if not found.n:
        return {"n": 0}
    told: dict[str, float] = {
        "n": found.n,
        "village_change": found.mean,
        "low": found.low,
        "high": found.high,
    }
    return told | {"units": found.clusters}


def write_summary(results: Results) -> Path:
    """Write `summary_frame` as ``summary.csv`` into the folder of results; return the file."""
    file = results.folder / "summary.csv"
    summary_frame(results).to_csv(file, index=False, encoding="utf-8-sig", lineterminator="\n")
    return file


def summary_text(
    results: Results, lang: str = "en", width: int | None = None, every: bool = False
) -> str:
    """Return the summary of a run as text.

    Parameters
    ----------
    results : Results
        A run's results.
    lang : {"en", "zh"}
        Language.
    width : int, optional
        Columns of the terminal; the table is printed in two parts where it does not fit.
    every : bool
        Every outcome, not the main ones only.

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
    check_language(lang)
    frame = summary_frame(results)
    rows: list[list[str]] = []
    for section in SECTIONS:
        if section == "other" and not every:
            continue
        part = frame[(frame["section"] == section) & frame[["before", "after"]].notna().any(axis=1)]
        rows += [_cells(row.to_dict(), lang) for _, row in part.iterrows()]
    heads = [word(key, lang) for key in ("outcome", "unit", "before", "after", "change")]
    heads += [word("village_change", lang), word("old_villages", lang)]
    manifest = results.manifest
    return "\n".join(
        [
            word("run_line", lang, title=manifest["title"][lang], seed=manifest["seed"]),
            word("windows", lang, **_windows(results, lang)),
            *([_plan(manifest["plan"], lang)] if manifest.get("plan") else []),
            *acted(manifest, lang),
            *cautioned(manifest, lang),
            "",
            "\n\n".join(_tables(heads, rows, width)),
            "",
            *([] if every else [word("more", lang, count=(frame["section"] == "other").sum())]),
            word("caveat", lang),
            *_few_units(frame if every else frame[frame["section"] != "other"], lang),
        ]
    )


def acted(manifest: dict[str, Any], lang: str) -> list[str]:
    """Say which policies of a run did not deliver what they ask for; nothing if it has none."""
    given = of_rows(manifest.get("doses", []))
    short = [dose_label(one, lang) for one in shortfalls(given)]
    return short or ([word("acted_all", lang)] if given else [])


def cautioned(manifest: dict[str, Any], lang: str) -> list[str]:
    """Say what of a run is assumed, or too coarse to rely on; nothing of older results."""
    return [caution_label(Caution(*one), lang) for one in manifest.get("cautions", [])]


def _few_units(frame: Any, lang: str) -> list[str]:
    """Say where intervals between old villages rest on few units."""
    units = frame["units"] if "units" in frame else frame["n"] * np.nan
    units = units[units < FEW].astype(int)
    ends = "–".join(map(str, sorted({units.min(), units.max()}))) if len(units) else ""
    return [word("few_units", lang, count=len(units), units=ends, few=FEW)] if ends else []


def _plan(plan: dict[str, Any], lang: str) -> str:
    """Return the merger plan's judgement (`sim.model.world.plan.judge`) in one line."""
    sizes = ", ".join(f"{count} × {size}" for size, count in plan["cluster_sizes"].items())
    spans = {}
    for name in ("registered", "area_km2", "mean_distance_km"):
        low, _, high = plan[name] or (np.nan,) * 3
        spans[name] = f"{number(low)}–{number(high)}"
    split = len(plan["split_townships"])
    said = word("plan", lang, **(plan | spans | {"sizes": sizes, "split": split}))
    told = plan.get("certainty")
    return "\n".join([said, *([word("plan_certainty", lang, **told)] if told else [])])


def _windows(results: Results, lang: str) -> dict[str, str]:
    """Return which months before and after are, in words."""
    span = periods(results)
    out = {}
    for when, months in (("before", span.before), ("after", span.after)):
        out[when] = MISSING
        if len(months):
            first, last = months[0], months[-1]
            out[when] = word("window", lang, first=first, last=last, count=len(months))
    return out


def _cells(row: dict[str, Any], lang: str) -> list[str]:
    """Return the cells of one outcome."""
    mark = {"headline": "* ", "map": "# "}.get(row["section"], "  ")
    places = decimals(row["before"], row["after"])
    spread = MISSING
    if row["n"]:
        mean, half = row["village_change"], row["high"] - row["village_change"]
        signs = decimals(mean, half)
        spread = f"{number(mean, signs, sign=True)} ± {number(half, signs)}"
    return [
        mark + row[lang],
        unit_label(row["unit"], lang),
        number(row["before"], places),
        number(row["after"], places),
        number(row["change"], places, sign=True),
        spread,
        str(int(row["n"])) if row["n"] else MISSING,
    ]


def _tables(heads: list[str], rows: list[list[str]], width: int | None) -> list[str]:
    """Return the table, numbers aligned to the right: whole, or in two parts that are narrower."""
    from rich.cells import cell_len

    lines = [heads, *rows]
    widths = [max(cell_len(line[i]) for line in lines) for i in range(len(heads))]
    lines.insert(1, ["─" * width for width in widths])
    if width is None or sum(widths) + 2 * (len(widths) - 1) <= width:
        parts = [(range(len(heads)), lines)]
    else:
        by_village = [line for line in lines if line[6] != MISSING]
        parts = [(range(5), lines), ((0, 5, 6), by_village)]
    return [
        "\n".join("  ".join(_padded(line[i], widths[i], i < 2) for i in columns) for line in part)
        for columns, part in parts
    ]


def _padded(cell: str, width: int, left: bool) -> str:
    """Return a cell padded to a width on the terminal (a Chinese character takes two columns)."""
    from rich.cells import cell_len

    space = " " * (width - cell_len(cell))
    return cell + space if left else space + cell
