"""Intervals that the methods share: of shares, and by resampling."""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


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


def bootstrap_interval(
    values: Floats, level: float = 0.95, draws: int = 2_000, seed: int = 1
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of a mean (Efron & Tibshirani 1993, ch. 13).

    Parameters
    ----------
    values : array (n,)
        Missing values are left out; fewer than two give (nan, nan).
    level : float
        Coverage.
    draws, seed : int
        Resamples, and the seed of their draws.
    """
    values = values[np.isfinite(values)]
    if values.size < 2:
        return math.nan, math.nan
    chosen = np.random.default_rng(seed).integers(0, values.size, (draws, values.size))
    low, high = np.quantile(values[chosen].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
