"""Intervals that the methods share: of shares, of means in clusters, and by resampling."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: values below which there is no bootstrap interval
LEAST = 20


def quantile(freedom: Floats | float, level: float = 0.95) -> Floats:
    """Return the two-sided quantile of Student's t."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(freedom, 0.5 + level / 2))


def binomial_interval(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share (Clopper & Pearson 1934); (nan, nan) without trials.

    In closed form: SciPy's `binomtest` searches for the same ends, which then differ in the last
    digits, a thousand times as long.
    """
    from scipy.special import betaincinv

    if n == 0:
        return math.nan, math.nan
    tail = (1.0 - level) / 2.0
    low = 0.0 if successes == 0 else float(betaincinv(successes, n - successes + 1, tail))
    high = 1.0 if successes == n else float(betaincinv(successes + 1, n - successes, 1.0 - tail))
    return low, high


def for_all(n: Floats | int, count: int) -> Floats:
    """Return how many times wider Student's 95 % intervals are that hold for all of many at once.

    Bonferroni's: whatever the values have in common.

    Parameters
    ----------
    n : int or array
        Values of each.
    count : int
        How many there are.
    """
    freedom = np.maximum(np.asarray(n) - 1, 1)
    return quantile(freedom, 1.0 - 0.05 / count) / quantile(freedom)


@dataclass(frozen=True, slots=True)
class Clustered:
    """A mean of values in clusters, with its 95 % interval.

    Attributes
    ----------
    mean, low, high : float
        NaN where there is none: no value, or fewer than two clusters.
    n, clusters : int
        Values and clusters.
    """

    mean: float
    low: float
    high: float
    n: int
    clusters: int


def clustered_interval(values: Floats, cluster: np.ndarray) -> Clustered:
    """Return the mean of values whose errors go together within clusters.

    The standard error is CR2 and its degrees of freedom are Satterthwaite's (Bell & McCaffrey 2002,
    "Bias reduction in standard errors for linear regression with multi-stage samples", Survey
    Methodology 28: 169-181), here in closed form: t(G - 1) for G clusters of one size, fewer where
    one is larger than the others.

    Parameters
    ----------
    values : array (n,)
        Missing ones are left out.
    cluster : array (n,)
        Cluster of each.
    """
    there = np.isfinite(values)
    values, cluster = values[there], np.unique(cluster[there], return_inverse=True)[1]
    n = values.size
    mean = float(values.mean()) if n else math.nan
    size = np.bincount(cluster)
    half = math.nan
    if size.size > 1:
        left = 1.0 - size / n
        variance = float((np.bincount(cluster, values - mean) ** 2 / left).sum()) / n**2
        together = -np.outer(size / np.sqrt(left), size / np.sqrt(left)) / n
        together[np.diag_indices(size.size)] += size / left
        freedom = float(np.trace(together) ** 2 / (together**2).sum())
        half = float(quantile(freedom)) * math.sqrt(variance)
    return Clustered(mean, mean - half, mean + half, n, size.size)


def bootstrap_interval(
    values: Floats, level: float = 0.95, draws: int = 2_000, seed: int = 1
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of a mean (Efron & Tibshirani 1993, ch. 13).

    Below `LEAST` values it is too narrow (of three it contains the mean in 78 %): there is none.

    Parameters
    ----------
    values : array (n,)
        Missing values are left out; fewer than `LEAST` give (nan, nan).
    level : float
        Coverage.
    draws, seed : int
        Resamples, and the seed of their draws.
    """
    values = values[np.isfinite(values)]
    if values.size < LEAST:
        return math.nan, math.nan
    chosen = np.random.default_rng(seed).integers(0, values.size, (draws, values.size))
    low, high = np.quantile(values[chosen].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
