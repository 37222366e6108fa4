"""Measured numbers, read off runs that are kept: an outcome in a month or at the end."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sim.lab.design.measures import Measure
from sim.lab.store.recording import schema_of
from sim.model.outcomes.catalogue import OUTCOMES, Outcome

if TYPE_CHECKING:
    from sim.lab.design.points import Point
    from sim.lab.file.schema import Record
    from sim.lab.store.folder import Store


def measure_all(
    store: "Store",
    record: "Record",
    measures: Sequence[Measure],
    cells: "Sequence[Sequence[Point]]",
    names: Sequence[Sequence[Sequence[str]]],
    own: "Mapping[str, Outcome]",
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
    own : mapping of str to Outcome
        Outcomes of one's own.

    Returns
    -------
    array (cells, replicates, K)
        NaN where a run failed.
    """
    replicates, reader = len(names[0]), _Reader(record, own)
    found = np.full((len(cells), replicates, len(measures)), np.nan)
    for c, points in enumerate(cells):
        arms = [point.head.arm for point in points]
        for r in range(replicates):
            rows = dict(zip(arms, store.rows(names[c][r]), strict=True))
            for k, measure in enumerate(measures):
                found[c, r, k] = reader.value(rows, arms[0], measure)
    return found


class _Reader:
    """Reads measures off the rows of runs."""

    def __init__(self, record: "Record", own: "Mapping[str, Outcome]") -> None:
        self._at = {key: i for i, key in enumerate([*OUTCOMES, *own])}
        self._schema = schema_of("county", record.county, tuple(own.values()))

    def value(
        self, rows: dict[str | None, dict[str, Any]], first: str | None, measure: Measure
    ) -> float:
        """Return a measure of the runs of a cell, by arm."""
        own = self._of_run(rows[measure.arm or first], measure)
        if measure.against is None:
            return own
        other = self._of_run(rows[measure.against], measure)
        return measure.difference(own, other)

    def _of_run(self, row: dict[str, Any], measure: Measure) -> float:
        """Return an outcome of one run."""
        if row["status"] != "done":
            return float("nan")
        if measure.at == "end":
            return float(row["ends"][self._at[measure.outcome]])
        content = row["county"]
        if not isinstance(content, pa.RecordBatch):
            content = pa.ipc.read_record_batch(pa.py_buffer(content), self._schema)
        months = content["month"].to_numpy(zero_copy_only=False).astype("datetime64[M]")
        at = np.flatnonzero(months == np.datetime64(measure.at))
        return float(content[measure.outcome][int(at[0])].as_py()) if at.size else float("nan")
