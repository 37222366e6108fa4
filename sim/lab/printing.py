"""Tables for the terminal: what an experiment found."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.lab.answers.acted import acted_text, unchanged_text
from sim.lab.answers.cautions import cautions_text
from sim.lab.answers.columns import head
from sim.lab.answers.common import wide
from sim.lab.answers.text import answers_text, as_set_text, months_text
from sim.lab.answers.titles import arms_called
from sim.lab.design.contrasts import missing
from sim.lab.methods.statistics import ALIKE, ROUNDING, decimals, estimate
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.world.registry import find_county
from sim.terminal.console import table
from sim.words import unit_label, word
from sim.words.labels import outcome_label

if TYPE_CHECKING:
    from sim.lab.store.reading import ExperimentResults

#: rows printed of one table
MOST_ROWS = 60


def results_text(results: "ExperimentResults", lang: str = "en") -> str:
    """Return the table of an experiment's results.

    Parameters
    ----------
    results : ExperimentResults
        A folder.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    str
        Paired effects of a comparison; levels of a factorial; the spread of other designs.
    """
    told = results.manifest
    method = told["experiment"]
    runs: Any = results.runs
    failed, replicates = int((runs["status"] == "failed").sum()), int(runs["replicate"].max())
    lines = [told["question"][lang]] if told.get("question") else []
    counts: dict[str, Any] = {
        "points": len(results.design),
        "replicates": replicates,
        "failed": failed,
    }
    counts["months"] = results.end_months()
    lines.append(word("printed_counts", lang, **counts))
    lines.append(word("printed_seeds", lang, first=runs["seed"].min(), last=runs["seed"].max()))
    rows = len(set(results.worlds.tolist()))
    if rows < replicates:
        lines.append(word("printed_sample", lang, replicates=replicates, rows=rows))
    lines += [*as_set_text(results, lang), *months_text(results, lang)]
    against = told["baseline"]
    if method == "compare":
        lines += [
            "",
            word("printed_compare", lang, against=arms_called(results, lang).get(against, against)),
            _effects(results, lang),
        ]
        lines.append(word("printed_vr_note", lang))
    elif method == "factorial":
        lines += ["", word("printed_factorial", lang), _levels(results, lang)]
    elif method != "one_at_a_time":
        lines += ["", word("printed_spread", lang), _spread(results, lang)]
    lines += _precision(results, lang)
    if said := acted_text(results, lang):
        lines += ["", word("acted", lang), *said]
    lines += unchanged_text(results, lang)
    if said := cautions_text(results, lang):
        lines += ["", *said]
    if answers := answers_text(results, lang):
        lines += ["", answers]
    return "\n".join(lines)


def _precision(results: "ExperimentResults", lang: str) -> list[str]:
    """Say whether the half-widths asked for were reached."""
    told = results.manifest
    if not told.get("until"):
        return []
    frame: Any = results.effects(list(told["until"]))
    lines = [""]
    for key, target in told["until"].items():
        own = frame[frame["outcome"] == key]
        half = (own["high"] - own["low"]) / 2
        wide = int((~(half <= target) & (own["n"] > 0)).sum())  # one pair alone has no width
        values = {"count": wide, "all": len(half), "widest": float(half.max())}
        values["n"] = told["replicates"]
        verdict = word("printed_missed" if wide else "printed_reached", lang, **values)
        lines.append(
            word(
                "printed_precise",
                lang,
                target=target,
                outcome=outcome_label(key, lang),
                verdict=verdict,
            )
        )
        alike = (half <= ROUNDING * own["effect"].abs()) & (own["n"] < ALIKE)
        if alike.any():
            lines.append(word("printed_alike", lang, count=int(alike.sum()), n=told["replicates"]))
    return lines


def _effects(results: "ExperimentResults", lang: str) -> str:
    frame: Any = results.effects()
    levels = [name for name in results.design.columns if name != "point"]
    titles, rows = arms_called(results, lang), []
    for row in frame.to_dict("records"):
        half = (row["high"] - row["low"]) / 2
        places = decimals(row["effect"], half)
        rows.append(
            [
                *(titles.get(row[name], _level(row[name], name)) for name in levels),
                outcome_label(row["outcome"], lang),
                unit_label(row["unit"], lang),
                number(row["reference"], max(places, decimals(row["reference"], math.nan))),
                f"{number(row['effect'], places, sign=True)} ± {number(half, places)}",
                str(row["n"]),
                _worth(row),
            ]
        )
    keys = ("outcome", "unit", "reference", "effect", "n", "vr")
    names = [word(f"printed_{key}", lang) for key in keys]
    heads = [_short(name) if lang == "en" else head(name, lang) for name in levels]
    return _cut([*heads, *names], rows, results, "effects", lang)


def _worth(row: dict[str, Any]) -> str:
    """Return how many independent pairs one paired replicate is worth, with its interval."""
    factor, low, high = (
        number(row[key], 1 if row[key] < 10 else 0) for key in ("vr_factor", "vr_low", "vr_high")
    )
    return factor if low == "-" else f"{factor} [{low}, {high}]"


def _levels(results: "ExperimentResults", lang: str) -> str:
    """Return the means of every level over the other factors, and their paired effects."""
    rows, keys = [], results.shown()
    for name in (n for n in results.design.columns if n != "point"):
        found = [(levels[0], values) for levels, values in results.by_levels([name], keys)]
        if len(found) < 2:
            continue
        for key in keys:
            first = found[0][1][key]
            for level, values in found:
                rows.append(_level_row(name, level, key, values[key], first, lang))
    heads = ("factor", "level", "outcome", "unit", "mean", "n", "effect", "pairs")
    names = [word(f"printed_{key}", lang) for key in heads]
    return _cut(names, rows, results, "effects", lang)


def _level_row(
    name: str, level: Any, key: str, values: np.ndarray, first: np.ndarray, lang: str
) -> list[str]:
    mean, effect = estimate(values), estimate(values - first)
    places = decimals(mean.mean, mean.half)
    shown = "-"
    if values is not first:
        signs = decimals(effect.mean, effect.half)
        shown = f"{number(effect.mean, signs, sign=True)} ± {number(effect.half, signs)}"
    return [
        _short(name) if lang == "en" else head(name, lang),
        _level(level, name),
        outcome_label(key, lang),
        unit_label(OUTCOMES[key].unit, lang),
        f"{number(mean.mean, places)} ± {number(mean.half, places)}",
        str(mean.n),
        shown,
        str(effect.n),
    ]


def _spread(results: "ExperimentResults", lang: str) -> str:
    """Return what the points that have every replicate gave: their means, and how they differ."""
    rows = []
    for key in results.shown():
        values = wide(results, key)
        values = values[np.isfinite(values).all(axis=1)]
        points, replicates = values.shape
        means = values.mean(axis=1) if points else np.full(1, np.nan)
        spread = float(means.std(ddof=1)) if points > 1 else math.nan
        noise = math.nan
        if points and replicates > 1:
            noise = math.sqrt(values.var(axis=1, ddof=1).mean())
        places = decimals(float(means.mean()), spread)
        told = (float(means.mean()), spread, noise, float(means.min()), float(means.max()))
        cells = [number(value, places) for value in told]
        unit = unit_label(OUTCOMES[key].unit, lang)
        rows.append([outcome_label(key, lang), unit, *cells, str(points)])
    names = ("outcome", "unit", "mean", "sd", "noise", "least", "most", "n")
    return _cut([word(f"printed_{key}", lang) for key in names], rows, results, "outcomes", lang)


def _cut(
    heads: list[str], rows: list[list[str]], results: "ExperimentResults", method: str, lang: str
) -> str:
    text = table(heads, rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        rest = {"rest": len(rows) - MOST_ROWS, "folder": str(results.folder), "method": method}
        text += "\n" + word("printed_more", lang, **rest)
    return text


def _short(name: str) -> str:
    return name.removeprefix("policies.").removeprefix("parameters.")


def _level(value: Any, name: str) -> str:
    if missing(value):
        return "-"
    if name == "county":
        return f"{value} {find_county(value).name}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def number(value: float, places: int, sign: bool = False) -> str:
    """Return a number with thousands marked; a dash where there is none."""
    if not math.isfinite(value):
        return "inf" if value == math.inf else "-"
    return f"{value:+,.{places}f}" if sign else f"{value:,.{places}f}"
