"""Summaries over the horizon: what of a monthly series is meant, by name.

Each takes values by month (first axis T) and the index of the reform's month among them, and
returns their summary over the months that have a value: missing where none has. `YEAR` months
are a year; a month is never both before and after the reform.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

YEAR = 12
type Values = npt.NDArray[np.floating]


def _mean(values: Values) -> Values:
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=0, dtype=float)
    count = known.sum(axis=0)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def year_before(values: Values, reform: int) -> Values:
    """Return the mean of the last 12 months before the reform (fewer if fewer are there)."""
    return _mean(values[max(0, reform - YEAR) : reform])


def month_before(values: Values, reform: int) -> Values:
    """Return the value of the month before the reform."""
    return _mean(values[max(0, reform - 1) : reform])


def last_year(values: Values, reform: int) -> Values:
    """Return the mean of the last 12 months, none of them before the reform."""
    return _mean(values[max(reform, len(values) - YEAR) :])


def mean_since_reform(values: Values, reform: int) -> Values:
    """Return the mean of all months since the reform, its own month included."""
    return _mean(values[reform:])


def change(values: Values, reform: int) -> Values:
    """Return the mean of the last 12 months less that of the 12 months before the reform."""
    return last_year(values, reform) - year_before(values, reform)


def change_on_month(values: Values, reform: int) -> Values:
    """Return the mean of the last 12 months less the value of the month before the reform."""
    return last_year(values, reform) - month_before(values, reform)


class Summary(NamedTuple):
    """A named summary: English and Chinese labels, and the function."""

    en: str
    zh: str
    of: Callable[[Values, int], Values]


SUMMARIES: dict[str, Summary] = {
    "year_before": Summary("12 months before the reform", "调整前12个月", year_before),
    "month_before": Summary("month before the reform", "调整前一个月", month_before),
    "last_year": Summary("last 12 months", "最后12个月", last_year),
    "mean_since_reform": Summary("mean since the reform", "调整以来平均", mean_since_reform),
    "change": Summary("last 12 months less 12 months before", "最后12个月减调整前12个月", change),
    "change_on_month": Summary(
        "last 12 months less month before", "最后12个月减调整前一个月", change_on_month
    ),
}
