"""Keeps every month's outcomes in arrays made before the run."""

import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.calendar import format_month
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.outcomes.columns import State
from sim.model.outcomes.measure import COUNTY, Places, of_county
from sim.model.outcomes.of_village import KEYS, VILLAGE, by_village, unmeasured

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Series(Mapping[str, npt.NDArray[Any]]):
    """Arrays of outcomes by key, all parts of one array.

    Parameters
    ----------
    keys : iterable of str
        Outcomes.
    arrays : ndarray (K, ...)
        Theirs, in that order.
    """

    def __init__(self, keys: Iterable[str], arrays: npt.NDArray[Any]) -> None:
        self.arrays = arrays
        self._at = {key: at for at, key in enumerate(keys)}

    def __getitem__(self, key: str) -> npt.NDArray[Any]:
        return self.arrays[self._at[key]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


class Recorder:
    """Outcomes of the months simulated so far.

    Attributes
    ----------
    months : int64 array (T,)
        Months of the horizon.
    county : mapping of str to float64 array (T,)
        Every outcome of the catalogue, and those of the configuration's own; missing months are
        NaN.
    village : mapping of str to float32 array (T, V)
        The outcomes recorded for old villages.
    unit : int32 array (T, V)
        Unit of every old village; no village's number where the month is missing.
    wanted : bool array (T,)
        Months to record: all, unless only some are ever read.
    recorded : bool array (T,)
        Months recorded.
    done : int
        Months simulated.
    measured : bool
        A month was recorded: every outcome has a measure.
    own_seconds : float
        Time that outcomes of the configuration's own took so far.
    """

    def __init__(self, county: "CountyModel") -> None:
        length, count = county.config.months, len(county.world.villages)
        self._county = county
        self._places = Places.of(county)
        self.months = county.config.start + np.arange(length)
        self.own = county.config.outcomes.measures()
        keys = [*OUTCOMES, *self.own]
        self.county = Series(keys, np.full((len(keys), length), np.nan))
        self.own_seconds = 0.0
        self.village = Series(KEYS, np.full((len(KEYS), length, count), np.nan, dtype=np.float32))
        self.unit = np.full((length, count), np.iinfo(np.int32).max, dtype=np.int32)
        self.wanted, self.recorded = np.ones(length, dtype=bool), np.zeros(length, dtype=bool)
        self._of_villages, self._of_county = unmeasured(VILLAGE, count), unmeasured(COUNTY, 1)
        self.done, self.measured = 0, False

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
        self.done = at + 1
        if not self.wanted[at]:
            return
        village, of_all = self._of_villages, self._of_county
        by_village(self._county, self._places.persons, village)
        of_county(self._county, self._places, village, of_all)
        plain = np.ndarray(len(OUTCOMES), float, of_all)
        values = np.ndarray((village.size, village.itemsize // 8), float, village)[:, : len(KEYS)].T
        if not self.measured:
            _refuse_unmeasured(OUTCOMES, np.isinf(plain))
            _refuse_unmeasured(self.village, np.isinf(values).all(axis=1))
            self.measured = True
        self.village.arrays[:, at] = values
        self.county.arrays[: len(OUTCOMES), at] = plain
        if self.own:
            self._measure_own(State(self._county, self._places, village, of_all), at)
        self.unit[at] = self._county.borders.unit
        self.recorded[at] = True

    def _measure_own(self, state: State, at: int) -> None:
        """Record a month of the outcomes of the configuration's own."""
        began = time.perf_counter()
        for key, measure in self.own.items():
            self.county[key][at] = measure(state)
        self.own_seconds += time.perf_counter() - began


def _refuse_unmeasured(outcomes: Iterable[str], missing: npt.NDArray[np.bool_]) -> None:
    """Raise `RuntimeError` where an outcome of the catalogue has no measure."""
    forgotten = [key for key, left in zip(outcomes, missing, strict=True) if left]
    if forgotten:
        raise RuntimeError(
            "outcomes in sim/data/outcomes.csv that sim/model/outcomes does not measure: "
            f"{', '.join(forgotten)}"
        )
