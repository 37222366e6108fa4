"""Inequality within and between villages: a decomposition that adds up."""

from dataclasses import dataclass

import numpy as np

from sim.lab.methods.intervals import Floats


@dataclass(frozen=True, slots=True)
class Inequality:
    """A measure of inequality and its parts; ``total == within + between``.

    Attributes
    ----------
    total, within, between : float
        NaN where the measure is not defined.
    """

    total: float
    within: float
    between: float


def theil(values: Floats, group: np.ndarray) -> Inequality:
    """Decompose Theil's T index (Theil 1967; Shorrocks 1980).

    ``T = mean((x/m) ln(x/m))``; within: the groups' T weighted with their share of the sum;
    between: T of the groups' means.

    Parameters
    ----------
    values : array (n,)
        Incomes, at least 0 (0 contributes 0); not all of them 0, else the index is missing.
    group : int array (n,)
        Group of each.
    """
    _, group = np.unique(group, return_inverse=True)
    total_sum = float(values.sum())
    if values.size == 0 or total_sum <= 0.0 or values.min() < 0.0:
        return Inequality(np.nan, np.nan, np.nan)
    mean = values.mean()
    total = float((values * _log(values / mean)).sum() / total_sum)
    sums, count = np.bincount(group, values), np.bincount(group)
    means = sums / count
    inside = values * _log(values / np.where(means > 0, means, 1.0)[group])
    between = sums * _log(means / mean)
    return Inequality(total, float(inside.sum() / total_sum), float(between.sum() / total_sum))


def variance(values: Floats, group: np.ndarray) -> Inequality:
    """Decompose the variance: the mean of the groups' variances, and that of their means."""
    _, group = np.unique(group, return_inverse=True)
    count = np.bincount(group)
    means = np.bincount(group, values) / count
    within = float(((values - means[group]) ** 2).mean())
    between = float((count * (means - values.mean()) ** 2).sum() / values.size)
    return Inequality(float(values.var()), within, between)


def _log(ratio: Floats) -> Floats:
    return np.log(np.where(ratio > 0, ratio, 1.0))
