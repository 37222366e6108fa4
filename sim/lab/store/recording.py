"""Recording of a run: its end values, and rows of the tables that were asked for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sim.lab.file.schema import Record
from sim.model.outcomes.catalogue import OUTCOMES, Outcome
from sim.model.outcomes.summaries import YEAR
from sim.model.policies.dose import as_rows

if TYPE_CHECKING:
    from sim.model.config.schema import Config
    from sim.model.county import CountyModel

TABLES = ("county", "villages", "villagers")
#: how villagers are told apart in their table; runs kept with another are done again
VILLAGERS = "CODE_PLACE"
_OF_VILLAGES = tuple(key for key, outcome in OUTCOMES.items() if outcome.village)
#: column of `villagers` -> type, unit
VILLAGER_COLUMNS = {
    "age": ("f4", "years"),
    "distance_km": ("f4", "km"),
    "labour": ("u1", "code"),
    "returned": ("?", ""),
    "income": ("f4", "yuan/month"),
    "trust": ("f4", "0-1"),
    "experience": ("f4", "0-1"),
    "venture_capital": ("i4", "fen"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Months from `first` on, before `after`, whose mean (or end) makes one row."""

    first: int
    after: int


def spans(config: "Config", how: str, done: int | None = None) -> list[Span]:
    """Return the spans of a run that make rows; years are counted from the reform.

    `done` are the months simulated, where a run ended before its last (`until`).
    """
    start = config.start
    after = start + (config.months if done is None else done)
    if how == "off":
        return []
    if how == "monthly":
        return [Span(month, month + 1) for month in range(start, after)]
    if how == "last":
        return [Span(max(start, after - YEAR), after)]
    edges = [m for m in range(start + 1, after) if (m - config.reform) % 12 == 0]
    return [Span(a, b) for a, b in zip([start, *edges], [*edges, after], strict=True)]


def months_read(record: Record, config: "Config") -> npt.NDArray[np.bool_]:
    """Return the months of a run whose outcomes somebody reads, shape (T,).

    Triggers and policies of one's own may read any.
    """
    read = np.zeros(config.months, dtype=bool)
    read[-YEAR:] = True
    for span in spans(config, record.county) + spans(config, record.villages):
        read[span.first - config.start : span.after - config.start] = True
    read |= config.until is not None
    for name, policy in config.active().items():
        read |= ":" in name or policy.when is not None or policy.until is not None
    return read


@cache
def schema_of(table: str, how: str, own: tuple[Outcome, ...] = ()) -> pa.Schema:
    """Return the columns of a table's rows of one run, with their units.

    `own` are outcomes of one's own, which the county's table has.
    """
    fields = [pa.field("month", pa.timestamp("ms"), metadata={"unit": "first month of the span"})]
    fields.append(pa.field("months", pa.int16(), metadata={"unit": "months"}))
    if how == "monthly":
        fields.pop()
    if table == "county":
        every = (*OUTCOMES.values(), *own)
        columns = [(outcome.key, pa.float64(), outcome.unit) for outcome in every]
    elif table == "villages":
        columns = [("code", pa.string(), ""), ("unit", pa.string(), "")]
        columns += [("absorbed", pa.bool_(), ""), ("registered", pa.int32(), "persons")]
        columns += [(key, pa.float32(), OUTCOMES[key].unit) for key in _OF_VILLAGES]
    else:
        columns = [("code", pa.string(), ""), ("unit", pa.string(), "")]
        columns += [("villager", pa.string(), "old village and place in it")]
        columns += [
            (name, pa.from_numpy_dtype(np.dtype(kind)), unit)
            for name, (kind, unit) in VILLAGER_COLUMNS.items()
        ]
    fields += [pa.field(name, kind, metadata={"unit": unit}) for name, kind, unit in columns]
    return pa.schema(fields)


def mean_of(values: npt.NDArray[np.floating], axis: int = 0) -> npt.NDArray[np.float64]:
    """Return the mean of what is there (not NaN); NaN where nothing is."""
    there = np.isfinite(values)
    count = there.sum(axis=axis)
    total = np.where(there, values, 0.0).sum(axis=axis, dtype=np.float64)
    return np.divide(total, count, out=np.full(np.shape(total), np.nan), where=count > 0)


class Recording:
    """Collects one run.

    Parameters
    ----------
    record : Record
        What is asked for.
    config : Config
        The run's configuration.

    Attributes
    ----------
    read : bool array (T,)
        Months whose outcomes are read.
    """

    def __init__(self, record: Record, config: "Config") -> None:
        self.record, self.config = record, config
        self._own = tuple(config.outcomes.described().values())
        self._snapshots: list[dict[str, Any]] = []
        self.read = months_read(record, config)
        self._due = {span.after - 1: span for span in spans(config, record.villagers)}

    def after_month(self, county: "CountyModel") -> None:
        """Take a snapshot of the villagers where a span ends."""
        span = self._due.get(county.month)
        if span is not None:
            self._snapshots.append(_snapshot(county, span))

    def ends(self, county: "CountyModel") -> list[float]:
        """Return every outcome, own ones last, each a mean over the last months of the run."""
        self._refuse_unrecorded(county)
        done = county.recorder.done
        last = slice(max(0, done - YEAR), done)
        recorded = county.recorder.county
        return mean_of(np.array([recorded[key][last] for key in recorded]), axis=1).tolist()

    def doses(self, county: "CountyModel") -> str:
        """Return what policies asked for, and what was delivered, as JSON."""
        rows = as_rows(county.doses.given(self.config.active()))
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))

    def batches(self, county: "CountyModel") -> dict[str, pa.RecordBatch]:
        """Return the rows of each table that is asked for.

        Raises
        ------
        RuntimeError
            If there are not as many as the configuration says, or months were not recorded.
        """
        self._refuse_unrecorded(county)
        self._end_of_villagers(county)
        made = {
            "county": self._county,
            "villages": self._villages,
            "villagers": lambda _: _joined(self._snapshots),
        }
        units = {"county": 1, "villages": len(county.world.villages)}
        units["villagers"] = len(county.villagers)
        found = {}
        for table, columns_of in made.items():
            how = getattr(self.record, table)
            if how == "off":
                continue
            schema, columns = schema_of(table, how, self._own), columns_of(county)
            arrays = [pa.array(columns[field.name], field.type) for field in schema]
            found[table] = pa.record_batch(arrays, schema=schema)
            expected = len(spans(self.config, how, county.recorder.done)) * units[table]
            if found[table].num_rows != expected:
                raise RuntimeError(f"{table}: {found[table].num_rows} rows, expected {expected}")
        return found

    def _end_of_villagers(self, county: "CountyModel") -> None:
        """Take the last snapshot of a run that ended before its last month."""
        done = county.recorder.done
        if self.record.villagers == "off" or done == self.config.months:
            return
        last = spans(self.config, self.record.villagers, done)[-1]
        if county.month not in self._due:
            self._due[county.month] = last
            self._snapshots.append(_snapshot(county, last))

    def _refuse_unrecorded(self, county: "CountyModel") -> None:
        """Raise `RuntimeError` if the run did not record a month that is read."""
        done = county.recorder.done
        missing = int((self.read & ~county.recorder.recorded)[:done].sum())
        if missing:
            raise RuntimeError(f"months that are read and were not recorded: {missing}")

    def _county(self, county: "CountyModel") -> dict[str, Any]:
        outcomes = county.recorder.county
        recorded = np.array([outcomes[key] for key in outcomes])
        found = spans(self.config, self.record.county, county.recorder.done)
        means = _over(recorded, found, self.config.start)
        return _times(found) | dict(zip(outcomes, means, strict=True))

    def _villages(self, county: "CountyModel") -> dict[str, Any]:
        found = spans(self.config, self.record.villages, county.recorder.done)
        villages, start = county.world.villages, self.config.start
        count, code = len(villages), np.asarray(villages.code, dtype=object)
        unit = [county.recorder.unit[span.after - 1 - start] for span in found]
        unit = np.concatenate(unit) if unit else np.zeros(0, dtype=int)
        own = np.tile(np.arange(count), len(found))
        columns = _times(found, count) | {
            "code": code[own],
            "unit": code[unit],
            "absorbed": unit != own,
            "registered": np.tile(county.world.registered, len(found)),
        }
        recorded = np.array([county.recorder.village[key] for key in _OF_VILLAGES])
        means = _over(recorded, found, start).reshape(len(_OF_VILLAGES), -1)
        return columns | dict(zip(_OF_VILLAGES, means, strict=True))


def _times(found: Sequence[Span], repeat: int = 1) -> dict[str, Any]:
    first = np.array([span.first for span in found], dtype=np.int64)
    length = np.array([span.after - span.first for span in found], dtype=np.int16)
    dates = (first - 1970 * 12).astype("datetime64[M]").astype("datetime64[s]")
    return {"month": np.repeat(dates, repeat), "months": np.repeat(length, repeat)}


def _over(values: npt.NDArray[Any], found: Sequence[Span], start: int) -> npt.NDArray[Any]:
    """Return the means over S spans of K outcomes by month, (K, S); with villages (K, S, V)."""
    if all(span.after == span.first + 1 for span in found):
        return values[:, [span.first - start for span in found]]
    months = [slice(span.first - start, span.after - start) for span in found]
    return np.stack([mean_of(values[:, part], axis=1) for part in months], axis=1)


def _snapshot(county: "CountyModel", span: Span) -> dict[str, Any]:
    """Return the villager rows as they stand."""
    people, borders = county.villagers, county.borders
    code = np.asarray(county.world.villages.code, dtype=object)
    village = county.row_village()
    columns = _times([span], len(people)) | {
        "code": code[village],
        "unit": code[borders.unit[village]],
        "villager": identities(county),
        "distance_km": borders.distance_km[county.row_group()].astype("f4"),
    }
    for name, (kind, _) in VILLAGER_COLUMNS.items():
        if name not in columns:
            columns[name] = np.array(people[name], dtype=kind)
    return columns


def identities(county: "CountyModel") -> npt.NDArray[Any]:
    """Return what each villager row is called: its old village and its place in it, ``101_17``.

    The same under every policy, and a text: numbers of 64 bits are no numbers to R or Stata.
    """
    village = county.row_village()
    place = np.arange(village.size) - county.village_start[village] + 1
    codes = pa.array(np.asarray(county.world.villages.code, dtype=object)[village], pa.string())
    join: Any = pc.binary_join_element_wise  # pyright: ignore[reportAttributeAccessIssue]
    named = join(codes, pa.array(place).cast(pa.string()), "_")
    return np.asarray(named.to_numpy(zero_copy_only=False), dtype=object)


def _joined(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]} if parts else {}
