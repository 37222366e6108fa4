"""Sums, shares and spreads of what is counted; a share is missing (NaN) where nothing is divided.

In kernels, values are fields of records of old villages or units; `where` flags those counted.
"""

import math
from functools import lru_cache

import numpy as np

from sim.model.compiled import B1, F8, I8, rule
from sim.model.rows import added, total


@rule
def quotient(over: float, under: float) -> float:
    """Return a quotient, missing where nothing is divided."""
    return over / under if under > 0 else math.nan


@rule
def number(where: B1) -> float:
    """Return how many are counted."""
    out = 0.0
    for i in range(where.size):
        out += where[i]
    return out


@rule
def whole(values: I8, where: B1) -> float:
    """Return the sum of whole numbers, exact up to 2^53."""
    out = 0.0
    for i in range(where.size):
        if where[i]:
            out += values[i]
    return out


@rule
def share(over: F8, under: F8, where: B1) -> float:
    """Return a sum over another."""
    return quotient(added(over, where), added(under, where))


@rule
def mean(values: F8, where: B1) -> float:
    """Return the mean."""
    return quotient(added(values, where), number(where))


@rule
def weighted(values: F8, weights: F8, where: B1) -> float:
    """Return the weighted mean."""
    kept, count = np.empty(where.size), 0
    for i in range(where.size):
        if where[i]:
            kept[count] = values[i] * weights[i]
            count += 1
    return quotient(total(kept[:count]), added(weights, where))


@rule
def known(values: F8, where: B1) -> B1:
    """Return which of those counted have a value."""
    out = np.empty(where.size, np.bool_)
    for i in range(where.size):
        out[i] = where[i] and math.isfinite(values[i])
    return out


def in_order(values: F8) -> F8:
    """Return the values that are known, the smallest first."""
    ordered = values[np.isfinite(values)]
    ordered.sort()
    return ordered


def median(ordered: F8) -> float:
    """Return the median of values in order; missing if there are none."""
    if not ordered.size:
        return math.nan
    return float(ordered[(ordered.size - 1) // 2] + ordered[ordered.size // 2]) / 2.0


def gini(ordered: F8) -> float:
    """Return the Gini coefficient of non-negative values in order; missing if they are all 0."""
    everything = np.add.reduce(ordered)
    if everything <= 0:
        return math.nan
    return float(_ranks(ordered.size) @ ordered / (ordered.size * everything))


@lru_cache(maxsize=64)
def _ranks(size: int) -> F8:
    """Return what each of so many ordered values weighs in `gini`: its rank, less the others'."""
    return 2.0 * np.arange(1, size + 1) - size - 1
