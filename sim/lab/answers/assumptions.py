"""Assumptions that decide an effect: what is drawn with the worlds, beside the effect's sign."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.lab.answers.common import cells_of, wide
from sim.lab.answers.discover import parameters
from sim.lab.design.drawing import drawn_as, draws
from sim.lab.file.parts import NOTHING, WHOLE, arm_name
from sim.lab.methods.intervals import Floats, binomial_interval
from sim.lab.methods.shapley import coalitions, shapley_values
from sim.lab.methods.statistics import estimate

if TYPE_CHECKING:
    from sim.lab.store.reading import ExperimentResults

#: assumptions told of one effect by either reason, and worlds below which nothing is told
MOST, LEAST_WORLDS = 5, 40


def tables(results: "ExperimentResults", parts: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return what of all that is drawn goes with each effect, and effects by form of a mechanism.

    Nothing where nothing is drawn, arms are compared under several settings, or worlds are few.
    """
    drawn = results.manifest["drawn"]
    if not drawn or len(cells_of(results)) != 1 or results.worlds.max() + 1 < LEAST_WORLDS:
        return {}
    effects = list(effects_by_world(results, parts))
    found = {"assumptions": pd.DataFrame(_going_with(results, effects))}
    each = np.unique(results.worlds).size == results.worlds.size  # else a world has several forms
    forms = pd.DataFrame(_by_form(results, effects) if each else [])
    return found | ({"by_form": forms} if len(forms) else {})


def effects_by_world(
    results: "ExperimentResults", parts: Sequence[str]
) -> Iterator[tuple[str, str, Floats]]:
    """Yield outcome, what acts, and its effect in every world (worlds,).

    Of a reform taken apart: the Shapley share of every part, the whole reform, and each part alone
    (``merger alone``), or its only part; else every arm against the baseline.
    """
    (cell,) = cells_of(results)
    for key in results.shown():
        values = wide(results, key, list(cell.points.values()))
        at = dict(zip(cell.points, values, strict=True))
        if not parts:
            first = results.manifest["baseline"]
            yield from ((key, arm, own - at[first]) for arm, own in at.items() if arm != first)
            continue
        worth = np.stack([at[arm_name([parts[i] for i in c])] for c in coalitions(len(parts))])
        yield from (
            (key, part, own)
            for part, own in zip(parts, shapley_values(worth, len(parts)), strict=True)
        )
        if len(parts) == 1:
            continue  # the part is the whole, and alone
        yield key, WHOLE, worth[-1] - worth[0]
        yield from ((key, f"{part} alone", at[part] - at[NOTHING]) for part in parts)


def _going_with(
    results: "ExperimentResults", effects: Sequence[tuple[str, str, Floats]]
) -> Iterator[dict[str, Any]]:
    """Yield the assumptions that go with an effect's size or part its sign beyond chance.

    ``picked``: by rank ``correlation``, ``sign`` (shares above 0), or ``both``; at most `MOST` of
    either, the largest correlation first. ``chance``: what the largest correlation of all that are
    drawn exceeds once in twenty times where none has to do with the effect (Bonferroni);
    ``sign_chance``: the same of a difference of shares above 0, by the exact (hypergeometric) law
    of the number above 0 in one group. ``above_low`` and ``above_high``: these shares in the lower
    and the upper half of the assumption's values; ``above_middle`` and ``above_outer``: between
    its quartiles and beyond (not of forms).
    """
    from scipy.stats import norm, rankdata

    names, x = parameters(results)
    known: dict[bytes, tuple[Floats, _Groups]] = {}  # by which worlds there are: mostly all
    for outcome, part, effect in effects:
        there = np.isfinite(effect)
        own, values = effect[there], x[there]
        if own.size < LEAST_WORLDS or not own.std():
            continue
        if (of := there.tobytes()) not in known:
            known[of] = rankdata(values, axis=0), _Groups.of(values)
        ranked, groups = known[of]
        chance = float(norm.ppf(1 - 0.025 / len(names))) / np.sqrt(own.size - 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.nan_to_num(np.corrcoef(rankdata(own), ranked, rowvar=False)[0, 1:])
        signs = groups.parted(own > 0)
        by_size = [d for d in _largest(np.abs(found)) if abs(found[d]) > chance]
        by_sign = [d for d in _largest(signs.excess) if signs.excess[d] > 1.0]
        for d in dict.fromkeys([*by_size, *by_sign]):
            sized, signed = abs(found[d]) > chance, signs.excess[d] > 1.0
            high = groups.high[:, d]
            low_sign, high_sign, middle, outer = signs.shares[:, d]
            yield (
                {"outcome": outcome, "part": part, "parameter": names[d]}
                | {"picked": "both" if sized and signed else "correlation" if sized else "sign"}
                | {"correlation": float(found[d]), "chance": chance, "n": int(own.size)}
                | {"low_half": float(own[~high].mean()), "high_half": float(own[high].mean())}
                | {"above_low": low_sign, "above_high": high_sign}
                | {"above_middle": middle, "above_outer": outer}
                | {"sign_chance": float(signs.chance[d])}
            )


def _largest(values: Floats) -> list[int]:
    """Return where the `MOST` largest values are, from the largest."""
    return np.argsort(-values, kind="stable")[:MOST].tolist()


@dataclass(frozen=True, slots=True)
class _Signs:
    """How assumptions part worlds by an effect's sign, D of them.

    Attributes
    ----------
    shares : array (4, D)
        Above 0 in the lower and the upper half, between the quartiles and beyond; NaN of none.
    chance, excess : array (D,)
        Difference of shares beyond chance, and how many times as large the one found is: of the two
        divisions the one that parts more.
    """

    shares: Floats
    chance: Floats
    excess: Floats


@dataclass(frozen=True, slots=True)
class _Groups:
    """Worlds in two groups by each of D assumptions, in two ways.

    Attributes
    ----------
    high, middle : array (W, D)
        Worlds in the upper half of its values (of a form, those that have it), and between its
        quartiles (none of a form).
    """

    high: np.ndarray
    middle: np.ndarray

    @classmethod
    def of(cls, values: Floats) -> "_Groups":
        """Return the groups of worlds, values (W, D)."""
        lower, median, upper = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
        high = values > median
        high |= ~high.any(axis=0) & (values == values.max(axis=0))
        few = np.array([np.unique(column).size <= 2 for column in values.T])
        return cls(high, (values > lower) & (values <= upper) & ~few)

    def parted(self, above: np.ndarray) -> _Signs:
        """Return how the groups differ in the share above 0, bool (W,)."""
        number = self.high.shape[1] + int(self.middle.any(axis=0).sum())
        halves = _difference(self.high, above, 0.025 / number)
        middle = _difference(self.middle, above, 0.025 / number)
        shares = np.concatenate([halves[:2], middle[1::-1]])
        shares[2:, ~self.middle.any(axis=0)] = np.nan
        excess = np.nan_to_num(np.abs([halves[1] - halves[0], middle[1] - middle[0]]))
        chance = np.array([halves[2], middle[2]])
        excess = np.divide(excess, chance, out=np.zeros_like(chance), where=chance > 0.0)
        more, each = excess.argmax(axis=0), np.arange(excess.shape[1])
        return _Signs(shares, chance[more, each], excess[more, each])


def _difference(inside: np.ndarray, above: np.ndarray, tail: float) -> Floats:
    """Return shares above 0 outside and inside groups (W, D), and chance's bound, (3, D).

    Their difference exceeds that by luck with probability `tail` at most on either side.
    """
    from scipy.stats import hypergeom

    worlds, hits, sizes = above.size, int(above.sum()), inside.sum(axis=0)
    among = inside[above].sum(axis=0)
    each, at = np.unique(sizes, return_inverse=True)
    ends = np.array([hypergeom.ppf(p, worlds, hits, each) for p in (tail, 1.0 - tail)])[:, at]
    with np.errstate(invalid="ignore", divide="ignore"):
        found = among / sizes
        rest = (hits - among) / (worlds - sizes)
        apart = np.abs(ends / sizes - (hits - ends) / (worlds - sizes)).max(axis=0)
    return np.array([rest, found, apart])


def _by_form(
    results: "ExperimentResults", effects: Sequence[tuple[str, str, Floats]]
) -> Iterator[dict[str, Any]]:
    """Yield every effect in the worlds of each form of a mechanism, with the share above 0."""
    told = results.manifest
    rows = [draws(told["drawn"], told["seed"] + r) for r in range(results.worlds.size)]
    for key, how in told["drawn"].items():
        if drawn_as(how) is not str:
            continue
        values = np.array([row[key] for row in rows])
        for outcome, part, effect in effects:
            for form in how["draw"]:
                own = effect[(values == form) & np.isfinite(effect)]
                mean = estimate(own)
                low, high = binomial_interval(int((own > 0).sum()), own.size)
                yield (
                    {"outcome": outcome, "part": part, "parameter": key, "form": form}
                    | {"effect": mean.mean, "low": mean.low, "high": mean.high, "n": mean.n}
                    | {"above": float((own > 0).mean()) if own.size else np.nan}
                    | {"above_low": low, "above_high": high}
                )
