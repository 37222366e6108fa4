"""Luck's share of an outcome's variance, beside that of the parameters.

All points of a design meet the same seeds, so the outcome of point p under seed s is a two-way
layout with one value a cell: ``y = m + parameters(p) + seed(s) + both(p, s)``. The variance
components are those of the random-effects analysis of variance (Searle, Casella & McCulloch 1992,
ch. 4).
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
        95 % bootstrap interval, over points, of ``parameters``.
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
    by_point, by_seed = values.mean(axis=1), values.mean(axis=0)
    rest = values - by_point[:, None] - by_seed + values.mean()
    both = float((rest**2).sum() / ((points - 1) * (replicates - 1)))
    return (
        max(float(by_point.var(ddof=1)) - both / replicates, 0.0),
        max(float(by_seed.var(ddof=1)) - both / points, 0.0),
        both,
    )


def seed_share(values: Floats, draws: int = 500, seed: int = 1) -> SeedShare:
    """Split the variance of one run into the parameters' share and luck's.

    Parameters
    ----------
    values : array (points, replicates)
        Outcome of each point under each seed; all points under the same seeds.
    draws, seed : int
        Bootstrap samples of points, and the seed of their draws.
    """
    points, replicates = values.shape
    shares = _shares(values)
    rng = np.random.default_rng(seed)
    found = [_shares(values[rng.integers(0, points, points)])[0] for _ in range(draws)]
    low, high = np.nanquantile(found, [0.025, 0.975]) if np.isfinite(shares[0]) else (np.nan,) * 2
    return SeedShare(*shares, float(low), float(high), points, replicates)


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
