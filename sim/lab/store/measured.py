"""Measured numbers, read off runs that are kept: an outcome in a month or at the end."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sim.lab.design.measures import Measure
from sim.lab.store.recording import schema_of
from sim.model.outcomes.catalogue import OUTCOMES

if TYPE_CHECKING:
    from sim.lab.design.points import Point
    from sim.lab.file.schema import Record
    from sim.lab.store.folder import Store

_AT = {key: i for i, key in enumerate(OUTCOMES)}


def measure_all(
    store: "Store",
    record: "Record",
    measures: Sequence[Measure],
    cells: "Sequence[Sequence[Point]]",
    names: Sequence[Sequence[Sequence[str]]],
) -> npt.NDArray[np.float64]:
    """Return the measures of cells: sets of parameters or levers, each run in every arm.

    Parameters
    ----------
    store : Store
        Where the runs are.
    record : Record
        What was recorded.
    measures : sequence of Measure
        Length K.
    cells : sequence of sequence of Point
        The points of each cell, one an arm.
    names : sequence
        Names of the runs: cell, replicate, arm.

    Returns
    -------
    array (cells, replicates, K)
        NaN where a run failed.
    """
    replicates = len(names[0])
    found = np.full((len(cells), replicates, len(measures)), np.nan)
    for c, points in enumerate(cells):
        arms = [point.head.arm for point in points]
        for r in range(replicates):
            rows = dict(zip(arms, store.rows(names[c][r]), strict=True))
            for k, measure in enumerate(measures):
                found[c, r, k] = _value(rows, arms[0], measure, record)
    return found


def _value(
    rows: dict[str | None, dict[str, Any]], first: str | None, measure: Measure, record: "Record"
) -> float:
    own = _of_run(rows[measure.arm or first], measure, record)
    if measure.against is None:
        return own
    other = _of_run(rows[measure.against], measure, record)
    return measure.difference(own, other)


def _of_run(row: dict[str, Any], measure: Measure, record: "Record") -> float:
    """Return an outcome of one run."""
    if row["status"] != "done":
        return float("nan")
    if measure.at == "end":
        return float(row["ends"][_AT[measure.outcome]])
    content = row["county"]
    if not isinstance(content, pa.RecordBatch):
        schema = schema_of("county", record.county)
        content = pa.ipc.read_record_batch(pa.py_buffer(content), schema)
    months = content["month"].to_numpy(zero_copy_only=False).astype("datetime64[M]")
    at = np.flatnonzero(months == np.datetime64(measure.at))
    return float(content[measure.outcome][int(at[0])].as_py()) if at.size else float("nan")
