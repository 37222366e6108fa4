"""Means, paired effects and their intervals; when replicates are enough."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.lab.methods.intervals import Floats, quantile

#: replicates looked ahead before a decision, up to 100 of them (Hoad et al. 2010)
LOOK_AHEAD = 5
#: replicates that are all alike after which others are in less than 5 % of worlds (rule of three)
ALIKE = 60
#: relative size up to which differences are rounding
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its interval.

    Attributes
    ----------
    mean, low, high : float
        Mean and 95 % interval (Student's t); NaN where there is none.
    n : int
        Values.
    """

    mean: float
    low: float
    high: float
    n: int

    @property
    def half(self) -> float:
        """Half the interval's width."""
        return (self.high - self.low) / 2


def estimate(values: Floats) -> Estimate:
    """Return the mean of values with its 95 % interval; missing values are left out."""
    values = values[np.isfinite(values)]
    n = values.size
    mean = float(values.mean()) if n else math.nan
    half = math.nan
    if n > 1:
        half = float(quantile(n - 1) * values.std(ddof=1)) / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n)


def worlds_of(replicates: int, rows: Sequence[int]) -> npt.NDArray[np.int64]:
    """Return the world of each replicate: its own, or that of all that share a sample's row.

    Parameters
    ----------
    replicates : int
        How many there are.
    rows : sequence of int
        Lengths of the samples that parameters are drawn from, row by row and round again.
    """
    short = [count for count in rows if count < replicates]
    return np.arange(replicates) % math.gcd(*short) if short else np.arange(replicates)


def by_world(values: Floats, worlds: npt.NDArray[np.int64]) -> Floats:
    """Return the mean of each world over the last axis; NaN where one of its values is missing."""
    count = int(worlds.max(initial=-1)) + 1
    if count == worlds.size:
        return values
    return np.stack([values[..., worlds == world].mean(axis=-1) for world in range(count)], axis=-1)


def decimals(value: float, half: float) -> int:
    """Return the decimals that show two digits of an interval's half, or three of the value."""
    known = math.isfinite(half) and half > ROUNDING * abs(value)
    size = half if known else abs(value) / 10
    if not math.isfinite(size) or size == 0:
        return 0
    return max(0, min(6, 1 - math.floor(math.log10(size))))


def apart(values: Floats) -> Floats:
    """Return outcomes (points, replicates) without the luck that all points share.

    What is left of a replicate is how far each point lies from the mean of those points that have
    every replicate; intervals of it say how surely points are told apart, not how well the level
    is known. Missing where no point has every replicate.
    """
    whole = values[np.isfinite(values).all(axis=1)]
    if not len(whole):
        return np.full_like(values, np.nan)
    return values - whole.mean(axis=0) + whole.mean()


def variance_reduction(one: Floats, other: Floats) -> float:
    """Return how many independent pairs of runs one paired replicate is worth.

    The variance of a difference of independent runs over that of the paired difference,
    ``(Var(one) + Var(other)) / Var(one - other)``, from the same replicates; infinite if the
    paired difference never varies (but by rounding), NaN if nothing does.
    """
    total, paired, size = _sums(one, other)
    if total.size < 2:
        return math.nan
    if never_varies(paired, size):
        return math.nan if never_varies(total, size) else math.inf
    return (float(total.var(ddof=1) / paired.var(ddof=1)) + 1.0) / 2.0


def variance_reduction_interval(one: Floats, other: Floats) -> tuple[float, float]:
    """Return the 95 % interval of `variance_reduction`; (nan, nan) before three replicates.

    The factor is half of one more than the ratio of the variances of sum and difference, whose
    interval is exact for normal outcomes (Pitman 1939, "A note on normal correlation", Biometrika
    31: 9-12).
    """
    total, paired, size = _sums(one, other)
    n = total.size
    if n < 3 or never_varies(paired, size) or never_varies(total, size):
        return math.nan, math.nan
    ratio = float(total.var(ddof=1) / paired.var(ddof=1))
    common = float(np.corrcoef(total, paired)[0, 1])
    wide = 1.0 + 2.0 * (1.0 - common**2) * float(quantile(n - 2)) ** 2 / (n - 2)
    reach = wide + math.sqrt(max(wide**2 - 1.0, 0.0))
    return (ratio / reach + 1.0) / 2.0, (ratio * reach + 1.0) / 2.0


def _sums(one: Floats, other: Floats) -> tuple[Floats, Floats, float]:
    """Return sums and differences of what both have, and the size of the numbers."""
    there = np.isfinite(one) & np.isfinite(other)
    one, other = one[there], other[there]
    size = np.max(np.abs([one, other]), initial=0.0)
    return one + other, one - other, float(size)


def never_varies(values: Floats, size: float) -> bool:
    """Return whether values differ by rounding at most, of numbers of a size."""
    return bool(np.ptp(values) <= ROUNDING * size)


def look_ahead(n: int) -> int:
    """Return how many further replicates must confirm a decision after n."""
    return LOOK_AHEAD if n <= 100 else LOOK_AHEAD * n // 100


def half_widths(values: Floats) -> Floats:
    """Return the half-width of the interval after every number of replicates, shape as `values`.

    Parameters
    ----------
    values : (n, k) array
        Paired differences in the order of replicates; a missing one counts for nothing.

    Returns
    -------
    (n, k) array
        NaN before the second value.
    """
    there = np.isfinite(values)
    count = np.cumsum(there, axis=0)
    filled = np.where(there, values, 0.0)
    centre = filled.sum(axis=0) / np.maximum(count[-1], 1)
    moved = np.where(there, values - centre, 0.0)
    total, squares = np.cumsum(moved, axis=0), np.cumsum(moved**2, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.maximum(squares - total**2 / count, 0.0) / (count - 1)
        half = quantile(np.maximum(count - 1, 1)) * np.sqrt(variance / count)
    return np.where(count > 1, half, np.nan)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether replicates are enough.

    Attributes
    ----------
    enough : int or None
        Replicates at which the intervals became, and stayed, narrow enough.
    wanted : int
        Replicates to have before deciding again; those there are if they are enough.
    """

    enough: int | None
    wanted: int


def decide(values: Floats, targets: Floats, at_least: int, at_most: int) -> Decision:
    """Decide on the replicates of paired differences, one by one in their order.

    The sequential rule of Hoad, Robinson & Davies (2010, "Automated selection of the number of
    replications for a discrete-event simulation", JORS 61: 1632-1644), applied to the paired
    contrast: stop at the first number of replicates at which every half-width is at most its
    target and stays so over `look_ahead` further replicates. It uses complete replicates in
    their order alone, so that it does not depend on which runs were done first.

    Differences that are all alike have an interval of no width, which is not precision: an effect
    may be rare. They are taken for what they are after `ALIKE` replicates.

    Parameters
    ----------
    values : (n, k) array
        Paired differences, one column a contrast and outcome.
    targets : (k,) array
        Half-width each shall reach.
    at_least, at_most : int
        Bounds of the number of replicates, those looked ahead included in `at_most`.
    """
    n = len(values)
    first = min(at_least + look_ahead(at_least), at_most)
    if n < first:
        return Decision(None, first)
    columns = np.isfinite(values).any(axis=0)  # an outcome that is never there decides nothing
    values, targets = values[:, columns], targets[columns]
    half = half_widths(values)
    alike = half <= ROUNDING * np.nanmax(np.abs(values), axis=0, initial=0.0)
    many = np.cumsum(np.isfinite(values), axis=0) >= ALIKE
    narrow = ((half <= targets) & (many | ~alike)).all(axis=1)
    for enough in range(at_least, n + 1):
        after = min(enough + look_ahead(enough), at_most)
        if narrow[enough - 1 : min(after, n)].all():
            return Decision(enough, n) if after <= n else Decision(None, after)
    if n >= at_most:
        return Decision(None, n)
    need = n * np.max(np.nan_to_num((half[-1] / targets) ** 2, nan=2.0), initial=0.0)
    if (alike[-1] & ~many[-1]).any():
        need = max(need, ALIKE + look_ahead(ALIKE))
    return Decision(None, int(min(at_most, max(n + LOOK_AHEAD, min(math.ceil(need), 2 * n)))))


def column(rows: Sequence[Sequence[float] | None], at: int) -> Floats:
    """Return one end value of runs; NaN of a run that failed."""
    return np.array([math.nan if row is None else row[at] for row in rows])
