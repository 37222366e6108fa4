"""Keeps every month's outcomes in arrays made before the run."""

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.model.calendar import format_month
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.outcomes.measure import Places, by_village, of_county

if TYPE_CHECKING:
    from sim.model.county import CountyModel

VILLAGE_KEYS = tuple(key for key, outcome in OUTCOMES.items() if outcome.village)


class Recorder:
    """Outcomes of the months simulated so far.

    Attributes
    ----------
    months : int64 array (T,)
        Months of the horizon.
    county : dict of float64 arrays (T,)
        Every outcome of the catalogue; missing months are NaN.
    village : dict of float32 arrays (T, V)
        The outcomes recorded for old villages.
    unit : int32 array (T, V)
        Unit of every old village.
    done : int
        Months recorded.
    """

    def __init__(self, county: "CountyModel") -> None:
        length, count = county.config.months, len(county.world.villages)
        self._county = county
        self._places = Places.of(county)
        self.months = county.config.start + np.arange(length)
        self.county = {key: np.full(length, np.nan) for key in OUTCOMES}
        self.village = {
            key: np.full((length, count), np.nan, dtype=np.float32) for key in VILLAGE_KEYS
        }
        self.unit = np.zeros((length, count), dtype=np.int32)
        self.done = 0

    def record(self) -> None:
        """Record the month just simulated; months beyond the horizon are not kept, said once."""
        at = self._county.month - int(self.months[0])
        if at == self.months.size:
            warnings.warn(
                f"{format_month(self._county.month)} is beyond the last month of the configuration "
                f"(months: {at}): simulated, not recorded",
                stacklevel=3,
            )
        if at >= self.months.size:
            return
        village = by_village(self._county, self._places)
        county = of_county(self._county, self._places, village)
        if not self.done:
            _refuse_others("of the county", self.county, county)
            _refuse_others("of old villages", self.village, village)
        for key in VILLAGE_KEYS:
            self.village[key][at] = village[key]
        for key, value in county.items():
            self.county[key][at] = value
        self.unit[at] = self._county.borders.unit
        self.done = at + 1


def _refuse_others(where: str, known: Iterable[str], measured: Iterable[str]) -> None:
    """Raise `RuntimeError` where the catalogue and what is measured are not the same outcomes."""
    without, strange = sorted(set(known) - set(measured)), sorted(set(measured) - set(known))
    if without or strange:
        raise RuntimeError(
            f"outcomes {where} in sim/data/outcomes.csv that measure.py does not measure: "
            f"{', '.join(without) or 'none'}; measured, but not in the catalogue: "
            f"{', '.join(strange) or 'none'}"
        )
