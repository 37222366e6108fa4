"""The register scored: each frozen prediction beside what was observed, failures first.

A figure is held if it meets the 90 % interval over worlds as far as it is rounded, or anywhere in
its range. It is scored (CRPS) at the value in that range that is kindest to the prediction, so that
what fails does so under any reading; what was known without a model is scored in the same way.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.about.facts import number_text
from sim.about.predictions import Observed, label, observed
from sim.about.register import Frozen, Register, kept_by_province, newest, read
from sim.lab.answers.text import borne
from sim.lab.methods.forecast import crps, crps_even, middle
from sim.model.compiled import simulation_digest
from sim.model.world.registry import provinces
from sim.terminal.console import table
from sim.words import word
from sim.words.lookup import unit_label

_HEADS = ("county", "figure", "reported", "predicted", "crps", "reference", "skill", "verdict")
_OPEN_HEADS = ("county", "figure", "unit", "predicted")
_LIST_HEADS = ("province", "mergers", "kept", "predicted", "held", "half", "crps", "reference")


@dataclass(frozen=True, slots=True)
class Score:
    """One prediction scored.

    Attributes
    ----------
    frozen : Frozen
        The prediction.
    observed : Observed
        What was reported.
    low, middle, high : float
        The sample's 5 %, 50 % and 95 % quantiles.
    held, half_held : bool
        Whether the figure meets the 90 % interval, and the 50 % interval.
    crps, reference : float
        Scores of the prediction and of what was known without a model.
    """

    frozen: Frozen
    observed: Observed
    low: float
    middle: float
    high: float
    held: bool
    half_held: bool
    crps: float
    reference: float

    @property
    def skill(self) -> float:
        """1 = perfect, 0 = as what was known without a model, below worse; NaN if that is right."""
        return 1.0 - self.crps / self.reference if self.reference > 0.0 else math.nan

    @property
    def verdict(self) -> str:
        """``fails``, ``no_better`` (held, and no better than without a model) or ``held``."""
        if not self.held:
            return "fails"
        return "held" if self.skill > 0.0 else "no_better"


def score(frozen: Frozen, found: Observed) -> Score:
    """Return a prediction's score against what was reported."""
    sample = np.array(frozen.sample)
    low, high = middle(sample, 0.9)
    inner = middle(sample, 0.5)
    assert frozen.least is not None and frozen.most is not None
    centre = (frozen.least + frozen.most) / 2
    at, of_reference = (
        np.clip([value], found.low, found.high) for value in (np.median(sample), centre)
    )
    return Score(
        frozen,
        found,
        low,
        float(np.median(sample)),
        high,
        low <= found.high and found.low <= high,
        inner[0] <= found.high and found.low <= inner[1],
        float(crps(sample, at)[0]),
        float(crps_even(frozen.least, frozen.most, of_reference)[0]),
    )


def scores(register: Register) -> list[Score]:
    """Return every prediction that can be scored, failures first, the least skill first."""
    found = []
    for frozen in register.predictions:
        seen = observed(frozen.of, frozen.county, frozen.measure)
        if seen is not None and frozen.sample:
            found.append(score(frozen, seen))
    return sorted(found, key=lambda one: (one.held, np.nan_to_num(one.skill, nan=-math.inf)))


@dataclass(frozen=True, slots=True)
class OfLists:
    """What merged counties of one province kept, predicted from the other provinces.

    Attributes
    ----------
    province : str
        Its two digits.
    kept : array (k,)
        Shares kept.
    low, middle, high : float
        The prediction's 5 %, 50 % and 95 % quantiles.
    held, half_held : float
        Shares of the mergers in the 90 % interval, and in the 50 % interval.
    crps, reference : float
        Mean scores of the prediction, and of evenly likely shares.
    """

    province: str
    kept: np.ndarray
    low: float
    middle: float
    high: float
    held: float
    half_held: float
    crps: float
    reference: float


def lists(register: Register) -> list[OfLists]:
    """Return the predictions of lists, those held least first."""
    kept, found = kept_by_province(), []
    for one in register.predictions:
        if one.of != "list" or one.county not in kept:
            continue
        truth, sample = np.array(kept[one.county]), np.array(one.sample)
        (low, high), inner = middle(sample, 0.9), middle(sample, 0.5)
        assert one.least is not None and one.most is not None
        found.append(
            OfLists(
                one.county,
                truth,
                low,
                float(np.median(sample)),
                high,
                float(((low <= truth) & (truth <= high)).mean()),
                float(((inner[0] <= truth) & (truth <= inner[1])).mean()),
                float(crps(sample, truth).mean()),
                float(crps_even(one.least, one.most, truth).mean()),
            )
        )
    return sorted(found, key=lambda each: (each.held, each.half_held))


def cells(one: Score, lang: str) -> list[str]:
    """Return a score as a row of the table."""
    frozen, percent = one.frozen, one.frozen.unit == "share"
    seen = one.observed.published or " – ".join(
        number_text(end, percent) for end in (one.observed.low, one.observed.high)
    )
    return [
        word(f"fact_{frozen.county}", lang),
        label(frozen.of, frozen.county, frozen.measure, lang),
        seen,
        _interval(one.middle, one.low, one.high, percent),
        number_text(one.crps, percent),
        number_text(one.reference, percent),
        "-" if math.isnan(one.skill) else f"{round(one.skill, 2) + 0.0:+.2f}",
        word(f"register_{one.verdict}", lang),
    ]


def _interval(middle: float, low: float, high: float, percent: bool = False) -> str:
    """Return a prediction in as many digits as its interval bears."""
    digits = borne(low, high)
    values = (
        (middle, low, high)
        if digits is None
        else (round(x, digits) + 0.0 for x in (middle, low, high))
    )
    centre, *ends = (number_text(value, percent) for value in values)
    return f"{centre} [{', '.join(ends)}]"


def scored_table(register: Register, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of what is scored."""
    return _heads(_HEADS, lang), [cells(one, lang) for one in scores(register)]


def open_table(register: Register, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of what nobody has measured yet."""
    rows = []
    for one in register.predictions:
        if one.of == "open" and one.sample:
            sample = np.array(one.sample)
            rows.append(
                [
                    word(f"fact_{one.county}", lang),
                    label(one.of, one.county, one.measure, lang),
                    unit_label(one.unit, lang),
                    _interval(float(np.median(sample)), *middle(sample, 0.9)),
                ]
            )
    return _heads(_OPEN_HEADS, lang), rows


def list_table(register: Register, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of what is predicted of lists, all mergers together last."""
    found, rows = lists(register), []
    for one in found:
        rows.append(
            [
                provinces().get(one.province, one.province),
                str(one.kept.size),
                number_text(float(np.median(one.kept)), True),
                _interval(one.middle, one.low, one.high, percent=True),
                f"{one.held:.0%}",
                f"{one.half_held:.0%}",
                number_text(one.crps, True),
                number_text(one.reference, True),
            ]
        )
    if found:
        size = np.array([one.kept.size for one in found])
        held, half, own, other = (
            float(np.average([getattr(one, name) for one in found], weights=size))
            for name in ("held", "half_held", "crps", "reference")
        )
        every = number_text(float(np.median(np.concatenate([one.kept for one in found]))), True)
        shares = [f"{held:.0%}", f"{half:.0%}", number_text(own, True), number_text(other, True)]
        rows.append([word("atlas_all", lang), str(int(size.sum())), every, "", *shares])
    return _heads(_LIST_HEADS, lang), rows


def _heads(names: Sequence[str], lang: str) -> list[str]:
    return [word(f"register_{name}", lang) for name in names]


def counts(register: Register, lang: str) -> list[str]:
    """Return how many predictions are held, and what is not scored, a line each."""
    found = scores(register)
    lines = []
    if found:
        lines.append(
            word(
                "register_count",
                lang,
                n=len(found),
                held=sum(one.held for one in found),
                half=sum(one.half_held for one in found),
                better=sum(one.skill > 0.0 for one in found),
                outside=sum(one.skill > 0.0 and not one.held for one in found),
            )
        )
    for one in register.predictions:
        known = one.of in ("open", "list") or observed(one.of, one.county, one.measure)
        if known and (one.sample or one.of == "list"):
            continue
        key = "register_empty" if not one.sample else "register_fitted_since"
        lines.append(word(key, lang, figure=label(one.of, one.county, one.measure, lang)))
    return lines


def report(lang: str, path: Path | None = None) -> str:
    """Return a register scored as text: what failed first, then what held, what is open, the lists.

    Parameters
    ----------
    lang : str
        Language.
    path : Path, optional
        The register; the newest that comes with hecun if not given.

    Raises
    ------
    InputError
        If it is not as it was frozen.
    """
    path = newest() if path is None else path
    register = None if path is None else read(path)
    if register is None or not register.predictions:
        return word("register_nothing", lang)
    text = []
    for (heads, rows), title in (
        (scored_table(register, lang), word("register_title", lang, **_told(register))),
        (open_table(register, lang), word("register_open", lang)),
        (list_table(register, lang), word("register_lists", lang)),
    ):
        text += [table(heads, rows, title), ""] if rows else []
    missing = [
        word("register_item", lang, n=one.missing,
             figure=label(one.of, one.county, one.measure, lang))
        for one in register.predictions if one.missing
    ]  # fmt: skip
    notes = [*counts(register, lang), word("register_rule", lang), word("register_known", lang)]
    if missing:
        notes.append(word("register_missing", lang, which=word("fact_and", lang).join(missing)))
    if register.code != simulation_digest():
        notes.append(word("register_other_code", lang))
    return "\n".join([*text, *notes])


def _told(register: Register) -> dict[str, Any]:
    """Return what a register's title says of it."""
    names = ("frozen", "hecun", "worlds", "scale")
    return {name: getattr(register, name) for name in names} | {"digest": register.sha256[:16]}
