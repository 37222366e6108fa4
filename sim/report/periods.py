"""Periods before and after the reform: the months compared, and the means over them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, nearest
from sim.model.outcomes.summaries import SUMMARIES, YEAR
from sim.results.reading import Results

if TYPE_CHECKING:
    import pandas as pd

Months = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Periods:
    """The two spans of months that are compared (each month a ``datetime64[M]``).

    Attributes
    ----------
    reform : datetime64
        Month of the reform.
    before : datetime64 array
        The last 12 months before it (fewer if fewer were recorded).
    after : datetime64 array
        The last 12 months recorded, none of them before the reform.
    """

    reform: np.datetime64
    before: Months
    after: Months


def periods(results: Results) -> Periods:
    """Return the months before and after the reform that are compared."""
    reform = np.datetime64(results.manifest["reform"], "M")
    months = np.unique(months_of(results.county))
    return Periods(reform, months[months < reform][-YEAR:], months[months >= reform][-YEAR:])


def months_of(frame: "pd.DataFrame") -> Months:
    """Return the month of every row of a stored table."""
    return frame["month"].to_numpy().astype("datetime64[M]")


def county_mean(results: Results, key: str, months: Months) -> float:
    """Return an outcome of the county, mean over those months that have a value."""
    return float(results.county.loc[np.isin(months_of(results.county), months), key].mean())


def county_summaries(results: Results, key: str) -> dict[str, float]:
    """Return an outcome of the county by every summary (`sim.model.outcomes.summaries`)."""
    reform = int((months_of(results.county) < periods(results).reform).sum())
    values = results.county[key].to_numpy(dtype=float)
    return {name: float(summary.of(values, reform)) for name, summary in SUMMARIES.items()}


def counted(results: Results) -> list[str]:
    """Return the codes of the places that were villages before the reform."""
    places = results.places
    return [str(code) for code in places["code"].to_numpy()[places["is_village"].to_numpy()]]


def village_means(results: Results, months: Months, keys: list[str]) -> "pd.DataFrame":
    """Return outcomes of old villages, means over those months that have a value.

    Returns
    -------
    DataFrame
        One row a place that was a village before the reform (index: code), one column a key;
        missing where no month has a value.
    """
    table = results.villages
    rows = table.loc[np.isin(months_of(table), months), ["code", *keys]]
    means = rows.groupby("code", observed=True)[keys].mean().astype(float)
    means.index = means.index.astype(str)
    return means.reindex(counted(results))


def outcome_keys(frame: "pd.DataFrame") -> list[str]:
    """Return the outcomes a stored table has, in its order."""
    return [name for name in frame.columns if name not in ("month", "code", "unit", "absorbed")]


def check_outcome(key: str, stored: list[str], where: str) -> str:
    """Return an outcome's key, or raise `InputError` if a table has no such column."""
    if key not in stored:
        raise InputError(
            f"outcome {key!r}: not in {where}{nearest(key, stored)} "
            f"(outcomes there: {', '.join(stored)})"
        )
    return key
