"""The reports' figures beside the model: what is set, fitted or predicted, and whether it agrees.

The table is ``data/facts.csv``. A figure is *set* if the configuration puts it in (shown so
that one can see that it is put in right), *fitted* if the model produces it but a number was
chosen or calibrated with it in view, *predicted* if the model produces it and it was not,
*context* if the model says nothing of it. Figures are measured from runs made when asked, never
stored.

One rule judges all that is fitted or predicted: the figure, as far as its own rounding goes
(`reported`), meets the range in which 95 % of runs lie (`Measured.runs`), or it does not. Only a
figure that is predicted and met counts as reproduced.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from sim import examples
from sim.about.told import MEASURES, observe
from sim.config import load
from sim.config.cautions import of_config
from sim.errors import InputError, nearest
from sim.lab.methods.intervals import quantile
from sim.model.tables import DATA, read_rows
from sim.terminal.console import table
from sim.words import word
from sim.words.labels import caution_label

#: county -> its configuration, in the folder `configs`
CASES = {"leshan": "leshan_shizhong_2020", "dechang": "dechang_2020"}
#: with fewer seeds the range of runs is so wide that it would meet nearly any figure
LEAST_SEEDS = 5
KINDS = ("set", "fitted", "predicted", "context")
_HEADS = ("number", "figure", "published", "kind", "model", "verdict")
#: what a report says that is no number
UNNUMBERED = ("direction", "named")
#: kind with a verdict -> words for a figure that is met, exceeded, not reached
_VERDICTS = {
    "predicted": ("fact_reproduced", "fact_fails_above", "fact_fails_below"),
    "fitted": ("fact_within", "fact_above", "fact_below"),
}
_PUBLISHED = re.compile(r"(<?)([\d,]+(?:\.\d+)?)(?:-([\d,]+(?:\.\d+)?))?( %)?(\+?)")


@dataclass(frozen=True, slots=True)
class Fact:
    """One published figure.

    Attributes
    ----------
    county : str
        ``"leshan"`` or ``"dechang"``.
    number : int
        Its place in the report, as in `docs/cases.md`.
    en, zh : str
        What it counts.
    published : str
        As the report has it: ``"1,403"``, ``"23.24 %"``, ``"4-5"``, ``"1,800+"`` (余),
        ``"<2,000,000"`` (近); ``"direction"`` if it says no number, ``"named"`` for mere labels.
    kind : {"set", "fitted", "predicted", "context"}
        See the module's text.
    measure : str
        What in the model measures it (`MEASURES`); ``""`` if nothing does.
    remark_en, remark_zh : str
        What to know before comparing.
    """

    county: str
    number: int
    en: str
    zh: str
    published: str
    kind: Literal["set", "fitted", "predicted", "context"]
    measure: str
    remark_en: str
    remark_zh: str


def reported(published: str) -> tuple[float, float] | None:
    """Return what a published figure stands for, lowest and highest; None if it is no number.

    A count is exact; what has decimals is rounded, half a unit of the last either way. ``+`` is up
    to one unit more of the last digit that is not nought, ``<`` half such a unit less at most.

    >>> reported("88"), reported("4-5"), reported("1,800+"), reported("<2,000,000")
    ((88.0, 88.0), (4.0, 5.0), (1800.0, 1900.0), (1500000.0, 2000000.0))
    """
    found = _PUBLISHED.fullmatch(published)
    if found is None:
        return None
    nearly, text, upper, percent, more = found.groups()
    digits = text.replace(",", "")
    low = high = float(digits)
    step = 10.0 ** (len(digits) - len(digits.rstrip("0")))
    if upper:
        high = float(upper.replace(",", ""))
    elif more:
        high += step
    elif nearly:
        low -= step / 2
    elif "." in digits:
        half = 0.5 * 10.0 ** -len(digits.partition(".")[2])
        low, high = low - half, high + half
    scale = 100.0 if percent else 1.0
    return low / scale, high / scale


@cache
def facts() -> tuple[Fact, ...]:
    """Return every published figure of both counties, in the report's order."""
    return read_rows(DATA / "facts.csv", Fact)


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure in the model: mean over seeds, its 95 % interval (Student's t), number of seeds."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def runs(self) -> tuple[float, float]:
        """The range in which one more run lies in 95 % of cases (Student's); NaN for one seed."""
        half = (self.high - self.mean) * math.sqrt(self.n + 1)
        return self.mean - half, self.mean + half


def measure(values: Sequence[float]) -> Measured:
    """Return the mean of one number a seed and its 95 % interval; no interval for one seed."""
    n = len(values)
    mean = math.fsum(values) / n
    if n == 1:
        return Measured(mean, math.nan, math.nan, 1)
    variance = math.fsum((x - mean) ** 2 for x in values) / (n - 1)
    half = float(quantile(n - 1)) * math.sqrt(variance / n)
    return Measured(mean, mean - half, mean + half, n)


def compare(
    county: str, seeds: int = 10, scale: int | None = None, folder: Path | None = None
) -> list[tuple[Fact, Measured | None]]:
    """Run a county with several seeds and measure its figures.

    Parameters
    ----------
    county : str
        A key of `CASES`.
    seeds : int
        Seeds 1 to this.
    scale : int, optional
        Registered persons per villager row; the configuration's if not given.
    folder : Path, optional
        Where the configurations are; ``configs`` if they are there, else those shipped.

    Raises
    ------
    InputError
        If there is no such county, or its configuration is not there.
    """
    if county not in CASES:
        raise InputError(
            f"no published figures of {county!r}{nearest(county, [*CASES, 'literature'])}; "
            f"there are those of {' and '.join(CASES)}, and the literature's"
        )
    case = CASES[county]
    path = examples.config(case) if folder is None else folder / f"{case}.yaml"
    config = load(path, {} if scale is None else {"scale": scale})
    runs = [observe(config, seed) for seed in range(1, seeds + 1)]
    return [
        (fact, measure([MEASURES[fact.measure](run) for run in runs]) if fact.measure else None)
        for fact in facts()
        if fact.county == county
    ]


def judge(fact: Fact, found: Measured | None) -> float | None:
    """Return by how much the model misses a figure; 0 if it meets it, None if there is no verdict.

    There is none for what is set or context, for fewer than `LEAST_SEEDS` seeds, and where nothing
    was measured.
    """
    between = reported(fact.published)
    if fact.kind not in _VERDICTS or found is None or between is None:
        return None
    low, high = found.runs
    if found.n < LEAST_SEEDS or math.isnan(low):
        return None
    if low <= between[1] and high >= between[0]:
        return 0.0
    return found.mean - (between[1] if found.mean > between[1] else between[0])


def report(county: str, seeds: int = 10, scale: int | None = None, lang: str = "en") -> str:
    """Return a county's figures beside the model's as text: a table, remarks, a count."""
    compared = compare(county, seeds, scale)
    rows: list[tuple[str, ...]] = []
    remarks: dict[str, list[str]] = {}
    for fact, found in compared:
        absent = fact.kind == "set" and found is not None and math.isnan(found.mean)
        figure = getattr(fact, lang)
        rows.append(
            (
                str(fact.number),
                figure,
                _published(fact.published, lang),
                word(f"fact_{'context' if absent else fact.kind}", lang),
                "-" if found is None or absent else _value(found, _percent(fact)),
                _verdict(fact, found, lang),
            )
        )
        remark = word("fact_absent", lang) if absent else getattr(fact, f"remark_{lang}")
        if remark:
            remarks.setdefault(remark, []).append(f"{fact.number} {figure}")
    title = word("fact_title", lang, county=word(f"fact_{county}", lang), seeds=seeds)
    heads = [word(f"fact_{head}", lang) for head in _HEADS]
    notes = [
        word("fact_note", lang, figures=word("fact_and", lang).join(figures), remark=remark)
        for remark, figures in remarks.items()
    ]
    told = [table(heads, rows, title), "", *notes, "", word("fact_rule", lang, least=LEAST_SEEDS)]
    config = load(examples.config(CASES[county]), {} if scale is None else {"scale": scale})
    coarse = [caution_label(caution, lang) for caution in of_config(config)]
    return "\n".join([*told, *coarse, *_counts(compared, lang)])


def _verdict(fact: Fact, found: Measured | None, lang: str) -> str:
    """Return the verdict on a figure in words."""
    if fact.kind not in _VERDICTS:
        return "-"
    miss = judge(fact, found)
    if miss is None:
        return word("fact_unjudged", lang)
    met, above, below = _VERDICTS[fact.kind]
    by = number_text(abs(miss) * (100.0 if _percent(fact) else 1.0))
    by = word("fact_points", lang, by=by) if _percent(fact) else by
    return word(met if miss == 0.0 else above if miss > 0.0 else below, lang, by=by)


def _counts(compared: Sequence[tuple[Fact, Measured | None]], lang: str) -> list[str]:
    """Return how many figures there are of each kind, and how many agree."""
    lines = []
    for kind in _VERDICTS:
        missed = {i: judge(*pair) for i, pair in enumerate(compared) if pair[0].kind == kind}
        if not missed:
            continue
        outside = [compared[i][0].number for i, miss in missed.items() if miss]
        line = word(
            f"fact_count_{kind}",
            lang,
            n=len(missed),
            within=sum(miss == 0.0 for miss in missed.values()),
            outside=len(outside),
        )
        if outside:
            line += word("fact_which", lang, numbers=", ".join(map(str, outside)))
        if unjudged := sum(miss is None for miss in missed.values()):
            line += word("fact_count_unjudged", lang, n=unjudged)
        lines.append(line)
    number = {kind: sum(fact.kind == kind for fact, _ in compared) for kind in KINDS}
    return [*lines, word("fact_count_others", lang, set=number["set"], context=number["context"])]


def _percent(fact: Fact) -> bool:
    return fact.published.endswith("%")


def _published(published: str, lang: str) -> str:
    """Return a published figure as it is written in a language."""
    if published.startswith("<"):
        return word("fact_nearly", lang, figure=published[1:])
    if published.endswith("+"):
        return word("fact_more", lang, figure=published[:-1])
    return word(f"fact_{published}", lang) if published in UNNUMBERED else published


def _value(found: Measured, percent: bool) -> str:
    """Return a value, with the range of single runs where it varies."""
    mean, (low, high) = number_text(found.mean, percent), found.runs
    if not high - low > 1e-9 * max(1.0, abs(found.mean)):
        return mean
    return f"{mean} [{number_text(low, percent)}, {number_text(high, percent)}]"


def number_text(value: float, percent: bool = False) -> str:
    """Return a number in four figures after rounding, thousands with commas."""
    if math.isnan(value):
        return "-"
    if percent:
        return f"{number_text(100.0 * value)} %"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
