"""Luck's share of an outcome's variance, beside that of the parameters.

All points of a design meet the same seeds, so the outcome of point p under seed s is a two-way
layout with one value a cell: ``y = m + parameters(p) + seed(s) + both(p, s)``. The variance
components are those of the random-effects analysis of variance (Searle, Casella & McCulloch 1992,
ch. 4).

Few seeds tell little of luck's variance, however many points there are. The interval of a share is
a generalised pivotal one (Burdick & Graybill 1992; Owen 2007): each mean square over a chi-square
draw with its own degrees of freedom, those of the seeds among them. Its coverage is measured in
``docs/statistics.md``.
"""

from dataclasses import dataclass

import numpy as np

from sim.lab.methods.intervals import Floats


@dataclass(frozen=True, slots=True)
class SeedShare:
    """Shares of the variance of one run; they sum to 1.

    Attributes
    ----------
    parameters, seed, both : float
        Due to the point alone, to luck alone, and to luck that acts differently at each point.
    low, high : float
        95 % interval of ``parameters``, over points and seeds.
    points, replicates : int
        Size of the layout.
    """

    parameters: float
    seed: float
    both: float
    low: float
    high: float
    points: int
    replicates: int


def components(values: Floats) -> tuple[float, float, float]:
    """Return the variances due to points, seeds and both together, none below 0.

    Parameters
    ----------
    values : array (points, replicates)
        Without missing values; NaN, NaN, NaN with fewer than two points or replicates.
    """
    points, replicates = values.shape
    if min(points, replicates) < 2:
        return np.nan, np.nan, np.nan
    by_point, by_seed, both = _mean_squares(values)
    return (
        float(np.maximum(by_point - both, 0.0) / replicates),
        float(np.maximum(by_seed - both, 0.0) / points),
        both,
    )


def _mean_squares(values: Floats) -> tuple[float, float, float]:
    """Return the mean squares of points, seeds and what is left of a two-way layout."""
    points, replicates = values.shape
    by_point, by_seed = values.mean(axis=1), values.mean(axis=0)
    rest = values - by_point[:, None] - by_seed + values.mean()
    return (
        replicates * float(by_point.var(ddof=1)),
        points * float(by_seed.var(ddof=1)),
        float((rest**2).sum() / ((points - 1) * (replicates - 1))),
    )


def seed_share(values: Floats, draws: int = 2_000, seed: int = 1) -> SeedShare:
    """Split the variance of one run into the parameters' share and luck's.

    Parameters
    ----------
    values : array (points, replicates)
        Outcome of each point under each seed; all points under the same seeds.
    draws, seed : int
        Of the pivotal quantities, and the seed of these draws.
    """
    shares = _shares(values)
    low, high = _interval(values, draws, seed) if np.isfinite(shares[0]) else (np.nan, np.nan)
    return SeedShare(*shares, low, high, *values.shape)


def _interval(values: Floats, draws: int, seed: int) -> tuple[float, float]:
    """Return the generalised pivotal interval of the parameters' share."""
    points, replicates = values.shape
    rng = np.random.default_rng(seed)
    freedom = (points - 1, replicates - 1, (points - 1) * (replicates - 1))
    by_point, by_seed, both = (
        square * free / rng.chisquare(free, draws)
        for square, free in zip(_mean_squares(values), freedom, strict=True)
    )
    own = np.maximum(by_point - both, 0.0) / replicates
    luck = np.maximum(by_seed - both, 0.0) / points
    whole = own + luck + both
    share = np.divide(own, whole, out=np.zeros(draws), where=whole > 0.0)
    low, high = np.quantile(share, [0.025, 0.975])
    return float(low), float(high)


def _shares(values: Floats) -> tuple[float, float, float]:
    found = components(values)
    total = sum(found)
    if not total > 0.0:
        return np.nan, np.nan, np.nan
    a, b, c = (part / total for part in found)
    return a, b, c


def refuse_missing(values: Floats, what: str) -> None:
    """Raise `ValueError` where a value is missing: estimators would return zeros or nonsense."""
    wrong = int((~np.isfinite(values)).sum())
    if wrong:
        raise ValueError(
            f"{what}: {wrong} of {values.size} values are missing or infinite; "
            "indices need every run"
        )
