"""Before and after: the months compared, and villages' means over them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.results import Results

if TYPE_CHECKING:
    import pandas as pd

WINDOW = 12


@dataclass(frozen=True)
class Periods:
    """The two spans of months that are compared.

    Attributes
    ----------
    reform : Timestamp
        First day of the month of the reform.
    before : DatetimeIndex
        The last 12 months before it (fewer if fewer were recorded).
    after : DatetimeIndex
        The last 12 months recorded, none of them before the reform.
    """

    reform: "pd.Timestamp"
    before: "pd.DatetimeIndex"
    after: "pd.DatetimeIndex"


def periods(results: Results) -> Periods:
    """Return the months before and after the reform that are compared."""
    import pandas as pd

    reform = pd.Timestamp(f"{results.manifest['reform']}-01")
    months = pd.DatetimeIndex(results.county["month"]).sort_values()
    return Periods(reform, months[months < reform][-WINDOW:], months[months >= reform][-WINDOW:])


def counted(results: Results) -> "pd.Index":
    """Return the codes of the places that were villages before the reform."""
    import pandas as pd

    places = results.places
    return pd.Index(places.loc[places["is_village"], "code"].astype(str), name="code")


def village_means(results: Results, months: "pd.DatetimeIndex", keys: list[str]) -> "pd.DataFrame":
    """Return old villages' means over months, over the months in which they have a value.

    Returns
    -------
    DataFrame
        One row a place that was a village before the reform (index: code), one column a key;
        missing where no month has a value.
    """
    table = results.villages
    rows = table.loc[table["month"].isin(months), ["code", *keys]]
    means = rows.groupby("code", observed=True)[keys].mean().astype(float)
    means.index = means.index.astype(str)
    return means.reindex(counted(results))


def outcome_keys(frame: "pd.DataFrame") -> list[str]:
    """Return the outcomes a stored table has, in its order."""
    return [name for name in frame.columns if name not in ("month", "code", "unit", "absorbed")]
