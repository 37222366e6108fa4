"""Paired runs: the same seeds with one lever moved, the effect, its interval and the verdict.

``python tests/patterns/paired.py`` prints the table of patterns; ``--write`` puts it into
``docs/patterns.md``; ``--forms`` tries every other form of the contested mechanisms, too.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from sim.about.facts import Measured, measure
from sim.config import load
from sim.lab.methods.intervals import quantile
from sim.model.county import CountyModel
from sim.model.parameters.variants import FIRST_EDITION, VARIANTS

ROOT = Path(__file__).parent.parent.parent
COUNTIES = {"leshan": "leshan_shizhong_no_reform", "dechang": "dechang_no_reform"}
SEED_SETS = {"a": range(1, 7), "b": range(101, 105), "c": range(201, 205)}
#: outcomes by old village that patterns look at: the others are many and large
BY_VILLAGE = (
    "service_reach",
    "reach_elderly",
    "travel_burden",
    "trust",
    "grievance",
    "distance_km",
    "collective_income",
    "collective_assets",
    "income_per_person",
)
#: months recorded before and after the reform
BEFORE, AFTER = 12, 48
MERGER = {"merger.source": "registry", "merger.group_ratio": 0.6}


@dataclass(frozen=True)
class Arm:
    """What one run of one arm left: outcomes of the county (T,) and by old village (T, V)."""

    county: dict[str, Any]
    village: dict[str, Any]
    unit: Any
    persons: Any
    effective: Any

    def late(self, key: str) -> float:
        """Return the mean of a county's outcome over the last 12 months."""
        return float(np.nanmean(self.county[key][-12:]))

    def since(self, key: str) -> float:
        """Return the mean of a county's outcome over all months since the reform."""
        return float(np.nanmean(self.county[key][BEFORE:]))

    def places(self, key: str) -> Any:
        """Return an outcome's mean over the last 12 months by old village, shape (V,)."""
        rows = np.asarray(self.village[key][-12:], dtype=float)
        known = np.isfinite(rows)
        total = np.where(known, rows, 0.0).sum(axis=0)
        return np.divide(
            total, known.sum(axis=0), out=np.full(rows.shape[1], np.nan), where=known.any(axis=0)
        )

    def among(self, key: str, where: Any) -> float:
        """Return the mean of `places` over persons of some old villages."""
        values = self.places(key)
        chosen = where & np.isfinite(values)
        return float(np.average(values[chosen], weights=self.persons[chosen]))

    def thirds(self, values: Any) -> tuple[Any, Any]:
        """Return which old villages are in the lowest and in the highest third of some values."""
        low, high = np.quantile(values, [1 / 3, 2 / 3])
        return values <= low, values >= high


Key = tuple[str, tuple[tuple[str, Any], ...], int, int, tuple[tuple[str, str], ...]]
#: forms that differ from the default's, by name of the row of them
FORMS: dict[str, tuple[tuple[str, str], ...]] = {
    "": (),
    "first edition": tuple(FIRST_EDITION.items()),
    **{
        f"{name}: {form}": ((name, form),)
        for name, variant in VARIANTS.items()
        for form in variant.forms
        if form != variant.default
    },
}
_DONE: dict[Key, Arm] = {}


def run(*key: Any) -> Arm:
    """Return one arm, run once: county, policies (dotted keys), scale, seed, forms."""
    if key not in _DONE:
        _DONE[key] = _run(*key)
    return _DONE[key]


def run_together(
    patterns: "list[Pattern]", counties: tuple[str, ...], seeds: str, forms: str = ""
) -> None:
    """Run all arms of some patterns that are not there yet, on all cores."""
    keys = {key for p in patterns for c in counties for key in p.keys(c, seeds, forms)}
    left = sorted(keys - _DONE.keys(), key=repr)
    if left:
        arms = _pool().map(_run, *zip(*left, strict=True), chunksize=4)
        _DONE.update(zip(left, arms, strict=True))


@cache
def _pool() -> ProcessPoolExecutor:
    """Return workers on all cores, the same throughout."""
    return ProcessPoolExecutor(mp_context=get_context("spawn"))


def _run(
    county: str,
    policies: tuple[tuple[str, Any], ...],
    scale: int,
    seed: int,
    forms: tuple[tuple[str, str], ...],
) -> Arm:
    from sim.model.calendar import format_month, parse_month

    changes: dict[str, Any] = {"scale": scale, "months": BEFORE + AFTER}
    changes |= {f"variants.{name}": form for name, form in forms}
    for key, value in policies:  # a form that an arm names is that of the arm
        changes[key if key.startswith("variants.") else f"policies.{key}"] = value
    reform = parse_month("2020-04")
    changes |= {"start": format_month(reform - BEFORE), "reform": format_month(reform)}
    model = CountyModel(load(ROOT / "configs" / f"{COUNTIES[county]}.yaml", changes), seed)
    effective = np.zeros(len(model.world.villages))
    for month in range(BEFORE + AFTER):
        model.step()
        if month >= BEFORE + AFTER - 12:
            hours = model.hours[model.borders.unit]
            left = hours["leadership"] * (hours["supplied"] - hours["friction"])
            left -= hours["coordination"]
            effective += left / np.maximum(hours["supplied"], 1e-9) / 12.0
    recorder = model.recorder
    return Arm(
        recorder.county,
        {key: recorder.village[key] for key in BY_VILLAGE if key in recorder.village},
        model.borders.unit.copy(),
        model.world.registered.astype(float),
        effective,
    )


@dataclass(frozen=True)
class Pattern:
    """One claim about a lever's effect.

    Attributes
    ----------
    key : str
        ``P1a`` ...
    claim : str
        What is moved and what should follow.
    unit : str
        Of the effect.
    arms : tuple of dict
        Policies of each arm, and forms (``variants.ties``); the first is the one compared with.
    effect : callable
        Effect from the arms of one seed.
    low, high : float
        The claim holds if the 95 % interval lies between them.
    fast : bool
        In the default suite.
    scale : int
        Registered persons per villager row (fine where rows are counted, as ventures are).
    """

    key: str
    claim: str
    unit: str
    arms: tuple[dict[str, Any], ...]
    effect: Callable[..., float]
    low: float = -np.inf
    high: float = np.inf
    fast: bool = False
    scale: int = 20

    def keys(self, county: str, seeds: str, forms: str = "") -> list[Key]:
        """Return the arms over parts of the seeds (``"abc"``: all), seed by seed."""
        return [
            (county, tuple(sorted(p.items())), self.scale, seed, FORMS[forms])
            for name in seeds
            for seed in SEED_SETS[name]
            for p in self.arms
        ]

    def measured(self, county: str, seeds: str, forms: str = "") -> Measured:
        """Return the paired effect over parts of the seeds, with its 95 % interval."""
        arms = [run(*key) for key in self.keys(county, seeds, forms)]
        each = len(self.arms)
        return measure([self.effect(*arms[i : i + each]) for i in range(0, len(arms), each)])

    def chance(self, found: Measured) -> float:
        """Return how probable it is that luck alone made the verdict: at most 0.05 unless open."""
        error = (found.high - found.low) / 2 / float(quantile(found.n - 1))
        inside = min(found.mean - self.low, self.high - found.mean)
        if not error > 0.0 or np.isinf(inside):
            return 0.0
        return float(2 * stats.t.sf(abs(inside) / error, found.n - 1))

    def verdict(self, found: Measured) -> str:
        """Return whether the interval lies inside the claim's bounds, outside, or neither."""
        if self.low <= found.low and found.high <= self.high:
            return "agrees"
        if found.high < self.low or found.low > self.high:
            return "contradicts"
        return "open"


def relative(key: str, when: str = "late") -> Callable[[Arm, Arm], float]:
    """Return the relative change of a county's outcome from the first arm to the second."""
    return lambda a, b: getattr(b, when)(key) / getattr(a, when)(key) - 1.0


def change(key: str, when: str = "late") -> Callable[[Arm, Arm], float]:
    """Return the change of a county's outcome from the first arm to the second."""
    return lambda a, b: getattr(b, when)(key) - getattr(a, when)(key)


def absorbed(key: str) -> Callable[[Arm, Arm], float]:
    """Return the change of an outcome among the people of villages absorbed in the second arm."""

    def effect(a: Arm, b: Arm) -> float:
        where = b.unit != np.arange(b.unit.size)
        return b.among(key, where) - a.among(key, where)

    return effect


HEADS = (
    "pattern", "claim", "county", "effect", "95 % interval", "unit", "n", "verdict", "under Holm",
    "parts", "first edition", "turned by",
)  # fmt: skip


def holm(chances: list[float]) -> list[float]:
    """Return chances of luck corrected for how many are looked at (Holm 1979), in their order."""
    order = np.argsort(chances, kind="stable")
    many = len(chances) - np.arange(len(chances))
    found = np.empty(len(chances))
    found[order] = np.minimum(np.maximum.accumulate(np.array(chances)[order] * many), 1.0)
    return found.tolist()


@dataclass(frozen=True)
class Line:
    """A line of the table: a pattern in a county, over all seeds and over each part of them.

    `first` is the verdict of the first edition with its effect (the first part of the seeds),
    `turned` the single forms whose verdict is the opposite (the second part).
    """

    pattern: Pattern
    county: str
    found: Measured
    parts: tuple[str, ...]
    first: str = ""
    turned: tuple[str, ...] = ()


def lines_of(pattern: Pattern, seeds: str = "abc", forms: Sequence[str] = ()) -> Iterator[Line]:
    """Yield the lines of a pattern; `forms` are those that are tried one by one."""
    for county in COUNTIES:
        parts = (pattern.verdict(pattern.measured(county, name)) for name in seeds)
        found = pattern.measured(county, seeds)
        before = pattern.measured(county, seeds[0], "first edition")
        first = f"{pattern.verdict(before)} ({before.mean:.3g})"
        others = {name: pattern.verdict(pattern.measured(county, seeds[1], name)) for name in forms}
        opposite = {"agrees": "contradicts", "contradicts": "agrees"}.get(pattern.verdict(found))
        turned = tuple(name for name, verdict in others.items() if verdict == opposite)
        if not forms:
            turned = ("not looked at",)
        yield Line(pattern, county, found, tuple(parts), first, turned)


def rows(lines: list[Line]) -> Iterator[str]:
    """Yield the pattern table (Markdown), its verdicts also corrected for how many there are."""
    yield f"| {' | '.join(HEADS)} |\n|{'---|' * len(HEADS)}\n"
    for line, chance in zip(lines, holm([x.pattern.chance(x.found) for x in lines]), strict=True):
        yield row(line, chance)


def row(line: Line, chance: float) -> str:
    """Return a row of the table; `chance`: that luck alone made the verdict, corrected."""
    pattern, found = line.pattern, line.found
    verdict = pattern.verdict(found)
    return (
        f"| {pattern.key} | {pattern.claim} | {line.county} | {found.mean:.3g} | "
        f"{found.low:.3g} to {found.high:.3g} | {pattern.unit} | {found.n} | "
        f"{verdict} | {verdict if chance <= 0.05 else 'open'} | {', '.join(line.parts)} | "
        f"{line.first} | {', '.join(line.turned) or 'none'} |\n"
    )


def merged(table: str, lines: list[Line], patterns: Sequence[Pattern]) -> Iterator[str]:
    """Yield a table that is stored, with some of its lines run again.

    Chances of the lines that stay, for Holm's correction, are those of their printed intervals.
    """
    new = {(line.pattern.key, line.county): line for line in lines}
    by_key = {pattern.key: pattern for pattern in patterns}
    texts = [text for text in table.splitlines() if text.startswith("| P")]
    cells = [[cell.strip() for cell in text.strip("|").split("|")] for text in texts]
    chances = []
    for key, _, county, effect, interval, _, n, *_ in cells:
        low, high = map(float, interval.split(" to "))
        found = Measured(float(effect), low, high, int(n))
        line = new.get((key, county))
        chances.append(by_key[key].chance(line.found if line else found))
    yield from table.splitlines(keepends=True)[:2]
    for text, (key, _, county, *_), chance in zip(texts, cells, holm(chances), strict=True):
        line = new.get((key, county))
        yield row(line, chance) if line else f"{text}\n"


def main(arguments: list[str]) -> None:
    """Print the table of patterns, or put it (or the lines of those named) into the document."""
    from catalogue import PATTERNS

    chosen = tuple(a for a in arguments if not a.startswith("-"))
    singles = [name for name in FORMS if name not in ("", "first edition")]
    singles = singles if "--forms" in arguments else []
    lines: list[Line] = []
    for pattern in PATTERNS:  # one by one, so that the arms of one need not be kept
        if chosen and not pattern.key.startswith(chosen):
            continue
        for name in ("", "first edition", *singles):
            seeds = {"": "abc", "first edition": "a"}.get(name, "b")
            run_together([pattern], tuple(COUNTIES), seeds, name)
        lines += lines_of(pattern, forms=singles)
        sys.stderr.write(f"{pattern.key}\n")
        for key in [key for key in _DONE if key[1] and not set(dict(key[1])) <= set(MERGER)]:
            del _DONE[key]
    text = "".join(rows(lines))
    if "--write" in arguments:
        path = ROOT / "docs" / "patterns.md"
        head, _, rest = path.read_text("utf-8").partition("<!-- table -->\n")
        table, _, tail = rest.partition("<!-- end -->")
        if chosen:
            text = "".join(merged(table, lines, PATTERNS))
        path.write_text(f"{head}<!-- table -->\n{text}<!-- end -->{tail}", encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main(sys.argv[1:])
