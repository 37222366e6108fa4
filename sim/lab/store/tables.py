"""Tables of a finished experiment: written run by run, read run by run."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.config.places import undotted
from sim.lab.design.drawing import drawn_as
from sim.lab.file.schema import Record
from sim.lab.store.recording import TABLES, schema_of
from sim.model.outcomes.catalogue import OUTCOMES, Outcome
from sim.model.parameters import lookup
from sim.results.disk import sync

if TYPE_CHECKING:
    from sim.lab.design.points import Design

#: rows after which a group of rows is written (whole runs)
GROUP_ROWS = 50_000
#: parts of a group of rows that are put together at once
MANY_BATCHES = 200
#: rows of plain data that are turned into columns at once
PLAIN_ROWS = 1_000
_RUN_FIELDS = (
    "run",
    "point",
    "replicate",
    "seed",
    "status",
    "digest",
    "failed_in",
    "error",
    "doses",
)


def runs_schema(drawn: Mapping[str, Any], own: Mapping[str, Outcome]) -> pa.Schema:
    """Return the columns of ``runs.parquet``: one row a run with its end values.

    `own` are outcomes of one's own.
    """
    kinds = {"point": pa.int32(), "replicate": pa.int32(), "seed": pa.int64()}
    fields = [pa.field(name, kinds.get(name, pa.string())) for name in _RUN_FIELDS]
    fields += [
        pa.field(key, pa.string() if drawn_as(how) is str else pa.float64(),
                 metadata={"unit": _unit(key)})
        for key, how in drawn.items()
    ]  # fmt: skip
    fields += [
        pa.field(key, pa.float64(), metadata={"unit": outcome.unit})
        for key, outcome in (*OUTCOMES.items(), *own.items())
    ]
    return pa.schema(fields)


def _unit(key: str) -> str:
    block, process, *name = undotted(key)
    if block != "parameters":  # a lever, or a contested mechanism
        return ""
    return lookup(process, name[0]).unit


def timings_schema() -> pa.Schema:
    """Return the columns of ``timings.parquet``: what differs from one machine to another."""
    return pa.schema(
        [
            ("run", pa.string()),
            pa.field("seconds", pa.float64(), metadata={"unit": "s"}),
            ("finished", pa.timestamp("ms", tz="UTC")),
            ("worker", pa.string()),
        ]
    )


def keyed(schema: pa.Schema) -> pa.Schema:
    """Return the schema of a table of all runs: that of one, after point and replicate."""
    keys = [pa.field("point", pa.int32()), pa.field("replicate", pa.int32())]
    return pa.schema([*keys, *schema])


def write_design(path: Path, design: "Design") -> None:
    """Write ``design.parquet``: one row a point, a column for everything that tells them apart."""
    columns: dict[str, Any] = {"point": pa.array([p.number for p in design.points], pa.int32())}
    for name in design.columns:
        labels = [point.labels.get(name) for point in design.points]
        if any(isinstance(label, str) for label in labels):
            labels = [None if label is None else str(label) for label in labels]
        columns[name] = pa.array(labels)
    pq.write_table(pa.table(columns), path, compression="zstd")
    sync(path)


class _Writer:
    """Writes one table in groups of whole runs."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.schema = schema
        floats = [f.name for f in schema if pa.types.is_floating(f.type)]
        texts = [f.name for f in schema if pa.types.is_string(f.type)]
        self.writer = pq.ParquetWriter(
            path,
            schema,
            compression="zstd",
            use_dictionary=texts,  # pyright: ignore[reportArgumentType]
            column_encoding=dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),
        )
        self._waiting: list[pa.RecordBatch] = []
        self._plain: list[dict[str, Any]] = []
        self._rows = self.rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows; write a group when there are enough."""
        self._waiting.append(batch)
        self._rows += batch.num_rows
        self.rows += batch.num_rows
        if len(self._waiting) >= MANY_BATCHES:  # small ones cost more than what they hold
            self._waiting = self._joined().to_batches()
        if self._rows >= GROUP_ROWS:
            self._flush()

    def add_row(self, row: dict[str, Any]) -> None:
        """Take one row of plain data."""
        self._plain.append(row)
        if len(self._plain) >= PLAIN_ROWS:
            self._gather()

    def _gather(self) -> None:
        if self._plain:
            self.add(pa.RecordBatch.from_pylist(self._plain, self.schema))
        self._plain = []

    def _joined(self) -> pa.Table:
        return pa.Table.from_batches(self._waiting, self.schema).combine_chunks()

    def _flush(self) -> None:
        if self._rows:
            self.writer.write_table(self._joined(), row_group_size=self._rows)
        self._waiting, self._rows = [], 0

    def close(self) -> None:
        """Write what is left."""
        self._gather()
        self._flush()
        self.writer.close()


def write_tables(
    folder: Path,
    record: Record,
    design: "Design",
    rows: Iterable[dict[str, Any]],
    own: Mapping[str, Outcome],
) -> dict[str, int]:
    """Write the tables of runs given in their order; return the rows of each.

    Parameters
    ----------
    folder : Path
        Where to.
    record : Record
        What was recorded.
    design : Design
        The points: what is drawn at each by replicate is a column of the runs.
    rows : iterable of dict
        Runs as `RunsInTables` and shards give them, by replicate and point.
    own : mapping of str to Outcome
        Outcomes of one's own.

    Raises
    ------
    RuntimeError
        If a table does not hold the rows that its runs hold.
    """
    points = {point.number: point for point in design.points}
    asked = [table for table in TABLES if getattr(record, table) != "off"]
    schemas = {t: schema_of(t, getattr(record, t), tuple(own.values())) for t in asked}
    writers = {name: _Writer(folder / f"{name}.parquet", keyed(schemas[name])) for name in asked}
    runs = _Writer(folder / "runs.parquet", runs_schema(design.drawn, own))
    timings = _Writer(folder / "timings.parquet", timings_schema())
    expected = dict.fromkeys(asked, 0)
    for row in rows:
        drawn = design.drawn_at(points[row["point"]], row["seed"])
        runs.add_row(_plain_run(row, drawn, [*OUTCOMES, *own]))
        timings.add_row({name: row[name] for name in timings.schema.names})
        for name in asked:
            batch = keyed_rows(row, name, schemas[name], writers[name].schema)
            if batch is not None:
                expected[name] += batch.num_rows
                writers[name].add(batch)
    everyone = {"runs": runs, "timings": timings} | writers
    for writer in everyone.values():
        writer.close()
    for name in asked:
        if writers[name].rows != expected[name]:
            raise RuntimeError(f"{name}: {writers[name].rows} rows, expected {expected[name]}")
    for name in everyone:
        sync(folder / f"{name}.parquet")
    return {name: writer.rows for name, writer in everyone.items()}


def _plain_run(
    row: dict[str, Any], drawn: dict[str, Any], outcomes: Sequence[str]
) -> dict[str, Any]:
    ends = row["ends"] or [None] * len(outcomes)
    told = {name: row[name] for name in _RUN_FIELDS} | drawn
    return told | dict(zip(outcomes, ends, strict=True))


def run_row(
    row: dict[str, Any], drawn: dict[str, Any], schema: pa.Schema, own: Mapping[str, Outcome]
) -> pa.RecordBatch:
    """Return a run's row of ``runs.parquet`` from a shard's."""
    return pa.RecordBatch.from_pylist([_plain_run(row, drawn, [*OUTCOMES, *own])], schema)


def keyed_rows(
    row: dict[str, Any], table: str, schema: pa.Schema, whole: pa.Schema
) -> pa.RecordBatch | None:
    """Return a run's rows of a table after its point and replicate; None if it has none.

    They come from a shard (bytes) or from a table (rows already).
    """
    content = row[table]
    if content is None:
        return None
    if not isinstance(content, pa.RecordBatch):
        content = pa.ipc.read_record_batch(pa.py_buffer(content), schema)
    at = [pa.array(np.full(content.num_rows, row[k], np.int32)) for k in ("point", "replicate")]
    return pa.RecordBatch.from_arrays([*at, *content.columns], schema=whole)


class RunsInTables:
    """Runs of a folder's tables, given as shards give theirs.

    Parameters
    ----------
    folder : Path
        A folder with ``runs.parquet``.
    record : Record
        What was recorded.
    own : iterable of str
        Outcomes of one's own that they have.
    """

    def __init__(self, folder: Path, record: Record, own: Iterable[str]) -> None:
        self.folder, self._outcomes = folder, [*OUTCOMES, *own]
        names = ["run", "point", "replicate", "seed", "status", "digest"]
        runs = pq.read_table(folder / "runs.parquet", columns=names).to_pylist()
        self.index = {row["run"]: i for i, row in enumerate(runs)}
        self.status = {row["run"]: row["status"] for row in runs}
        self.seeds = {row["seed"] for row in runs}
        self.runs = _Rows(folder / "runs.parquet", [1] * len(runs))
        self.timings = _Rows(folder / "timings.parquet", [1] * len(runs))
        self.tables = {}
        at = {(row["replicate"], row["point"]): i for i, row in enumerate(runs)}
        for table in TABLES:
            if getattr(record, table) != "off":
                path = folder / f"{table}.parquet"
                self.tables[table] = _Rows(path, _counts(path, at))

    def row(self, run: str) -> dict[str, Any]:
        """Return a run as shards give it, its tables as rows."""
        i = self.index[run]
        own = self.runs.of(i).to_pylist()[0]
        found = {name: own[name] for name in _RUN_FIELDS}
        found["ends"] = [own[key] for key in self._outcomes] if own["status"] == "done" else None
        found |= self.timings.of(i).to_pylist()[0]
        for table, rows in self.tables.items():
            batch = rows.of(i) if own["status"] == "done" else None
            found[table] = None if batch is None else batch.drop_columns(["point", "replicate"])
        return found

    def doses(self, run: str) -> str | None:
        """Return the doses of a run as JSON."""
        return self.runs.of(self.index[run])["doses"][0].as_py()


def _counts(path: Path, at: dict[tuple[int, int], int]) -> list[int]:
    """Return the rows of each run in a table."""
    counts = [0] * len(at)
    file = pq.ParquetFile(path)
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=["point", "replicate"])
        pairs = np.stack([table["replicate"].to_numpy(), table["point"].to_numpy()], axis=1)
        found, number = np.unique(pairs, axis=0, return_counts=True)
        for (replicate, point), rows in zip(found.tolist(), number.tolist(), strict=True):
            counts[at[replicate, point]] += rows
    return counts


class _Rows:
    """Runs' rows in a Parquet file; the group of rows last read is kept."""

    def __init__(self, path: Path, counts: list[int]) -> None:
        self.file = pq.ParquetFile(path)
        meta = self.file.metadata
        sizes = [meta.row_group(i).num_rows for i in range(meta.num_row_groups)]
        self.group_start = np.concatenate(([0], np.cumsum(sizes))).astype(int)
        self.start = np.concatenate(([0], np.cumsum(counts))).astype(int)
        self._group, self._table = -1, None

    def of(self, i: int) -> Any:
        """Return the rows of the run at a place, as one batch."""
        first, after = int(self.start[i]), int(self.start[i + 1])
        group = int(np.searchsorted(self.group_start, first, side="right")) - 1
        if group != self._group:
            self._table = self.file.read_row_group(group).combine_chunks()
            self._group = group
        assert self._table is not None
        part = self._table.slice(first - int(self.group_start[group]), after - first)
        return part.to_batches()[0] if part.num_rows else None
