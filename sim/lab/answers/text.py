"""An experiment's answers for the terminal."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sim.lab.answers import read
from sim.lab.answers.columns import cell, head, headings
from sim.lab.answers.titles import arms_called
from sim.lab.design.contrasts import months_apart
from sim.model.outcomes.catalogue import OUTCOMES
from sim.terminal.console import table
from sim.words import WORDS, word
from sim.words.labels import outcome_label

if TYPE_CHECKING:
    import pandas as pd

    from sim.lab.store.reading import ExperimentResults

#: rows printed of one table, and of the interactions of a factorial
MOST_ROWS, FEW_ROWS = 40, 12
#: tables that are too long to print
SILENT = ("posterior", "doses", "every_study", "worlds", "ranks", "by_form")
#: columns that are not shown: numbers of points, and of a comparison's effects what is told before
_HIDDEN = (
    "point", "against", "unit", "of_counties", "truth_low", "truth_high", "coverage_known",
    "power_known",
)  # fmt: skip
_TOLD = ("reference", "low", "high", "vr_factor", "vr_low", "vr_high")
#: tables of one row, printed a line a column
LINES = ("calibration", "failure")
#: columns that titles and cells name
_NAMED = ("below", "fails", "mu_star_luck", "mu_star_luck_95", "unseen")
#: what a column is called in titles and cells, where not by its name
Called = Callable[[str], str] | None


def answers_text(results: "ExperimentResults", lang: str = "en") -> str:
    """Return the tables of an experiment's answers as text."""
    parts, titles = [], arms_called(results, lang)
    for name, frame in read(results).items():
        if name in SILENT or not len(frame):
            continue
        title = title_of(name, frame, lang, headings(lang))
        if "its_level" in frame:  # of a factorial
            title, text = _pairs(frame, lang)
        else:
            one = name in LINES and len(frame) == 1
            text = lines_text(frame, lang) if one else frame_text(frame, lang, titles, name=name)
        told = word("explain_aside", lang, what=title, aside=f"tables/{name}.csv")
        parts.append(f"{told}\n{text}")
    return "\n\n".join(parts)


def columns_shown(name: str, frame: "pd.DataFrame") -> list[str]:
    """Return the columns of an answer's table that are shown."""
    hidden = _HIDDEN + (_TOLD if name == "effects" and "boot_low" in frame else ())
    return [str(key) for key in frame.columns if key not in hidden]


def months_text(results: "ExperimentResults", lang: str = "en") -> list[str]:
    """Return what is compared though its points record other months, a line each."""
    told, points = results.manifest, list(results.levels().items())
    pairs = months_apart(told["experiment"], told.get("baseline"), points, results.months())
    return [
        word("printed_months", lang, one=one, its=its, other=other, others=others)
        for one, its, other, others in pairs[:FEW_ROWS]
    ]


def as_set_text(results: "ExperimentResults", lang: str = "en") -> list[str]:
    """Return what blocks of factors left out since configurations set it, one line or none."""
    found: list[tuple[str, Any, list[str]]] = results.manifest.get("as_set", [])
    called = arms_called(results, lang)
    told: list[str] = []
    for key, value, at in found[:FEW_ROWS]:
        where = ", ".join(called.get(name) or name for name in at)
        told.append(f"{_short(key)} = {value}" + (f" ({where})" if where else ""))
    told += [f"... {len(found) - len(told)}"] if len(found) > len(told) else []
    return [word("printed_as_set", lang, what="; ".join(told))] if told else []


def title_of(name: str, frame: Any, lang: str = "en", called: Called = None) -> str:
    """Return what a table is, in words."""
    screened = "screened_arms" if name == "effects_of_arms" else "screened"
    key = f"title_{screened if 'mu_star' in frame else name}"
    return _said(key, lang, called) if key in WORDS else name


def _said(key: str, lang: str, called: Called) -> str:
    """Return a text that names columns; headings of a reader's language need no explanation."""
    names = {name: called(name) if called else name for name in _NAMED}
    said = {"too_narrow": word("too_narrow", lang)}
    said["expected"] = "" if called else word("note_expected", lang)
    return word(key, lang, **names, **said)


def _pairs(frame: Any, lang: str) -> tuple[str, str]:
    """Return title and text of the interactions whose interval excludes 0, a few of them."""
    sure = frame[(frame["low"] > 0) | (frame["high"] < 0)]
    title = word("title_pairs", lang, sure=len(sure), all=len(frame))
    return title, frame_text(sure, lang, most=FEW_ROWS)


def frame_text(
    frame: "pd.DataFrame",
    lang: str = "en",
    titles: dict[str, str] | None = None,
    most: int = MOST_ROWS,
    name: str = "",
) -> str:
    """Return a frame, a table of that name, as text; long ones are cut."""
    kept = columns_shown(name, frame)
    rows = cells(frame.head(most), lang, headings(lang), kept)
    if lang != "en":
        called = titles or {}
        rows = [
            [cell(k, text, called, lang) for k, text in zip(kept, r, strict=True)] for r in rows
        ]
    text = table([_head(key, lang) for key in kept], rows)
    left = len(frame) - most
    return text + (f"\n... {left}" if left > 0 else "")


def cells(
    frame: Any, lang: str = "en", called: Called = None, kept: "Sequence[str] | None" = None
) -> list[list[str]]:
    """Return the rows of a frame as text; where every effect is exactly 0, that there is none."""
    rows, names = [], list(frame.columns) if kept is None else list(kept)
    for row in frame.to_dict("records"):
        rows.append([cell_text(name, row[name], lang, called) for name in names])
        if math.isnan(row.get("sign_share", 0.0)) and row.get("n", 0):
            rows[-1][names.index("sign_share")] = word("no_effect", lang)
    return rows


def lines_text(frame: "pd.DataFrame", lang: str = "en") -> str:
    """Return a frame of one row as text, a line a column."""
    names = [_head(key, lang) for key in frame.columns]
    first, *rest = zip(names, cells(frame, lang, headings(lang))[0], strict=True)
    return table(first, rest)


def _head(name: str, lang: str) -> str:
    return _short(name) if lang == "en" else head(name, lang)


def _short(name: str) -> str:
    return name.removeprefix("policies.").removeprefix("parameters.")


def cell_text(name: str, value: Any, lang: str = "en", called: Called = None) -> str:
    """Return a value of a column as text."""
    if isinstance(value, str):
        if value in OUTCOMES and name == "outcome":
            return outcome_label(value, lang)
        if f"box_{value}" in WORDS:
            return _said(f"box_{value}", lang, called)
        return _short(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    return str(value) if isinstance(value, int) else figures(value)


def borne(low: float, high: float) -> int | None:
    """Return the decimals that an interval bears, two digits of its width; None if it has none.

    Below 0: so many digits before the point are not known.
    """
    width = abs(high - low)
    known = math.isfinite(width) and width > 0.0
    return 1 - math.floor(math.log10(width)) if known else None


def figures(value: float) -> str:
    """Return a number in three figures after rounding; a dash where there is none."""
    if not math.isfinite(value):
        return "-"
    if value == 0 or 1e-4 <= abs(value) < 1e5:
        digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
        return f"{value:,.{min(digits, 6)}f}"
    return f"{value:.3g}"
