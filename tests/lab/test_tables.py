"""Tables and shards on the disk: groups of whole runs, and each run's rows found again."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.files import file_digest
from sim.lab.store import shards, tables
from sim.lab.store.recording import Span, _over, _times, mean_of
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.parameters import lookup

SCHEMA = pa.schema(
    [("point", pa.int32()), ("replicate", pa.int32()), ("x", pa.float64()), ("name", pa.string())]
)
#: rows of runs 1 to 6 of one replicate; run 3 failed
ROWS = (3, 2, 0, 4, 1, 2)


def batch(point, count):
    rows = [
        {"point": point, "replicate": 1, "x": point + i / 8, "name": f"{i}"} for i in range(count)
    ]
    return pa.RecordBatch.from_pylist(rows, SCHEMA)


@pytest.mark.parametrize(
    ("most", "groups"), [(1, [3, 2, 4, 1, 2]), (4, [5, 4, 3]), (5, [5, 5, 2]), (100, [12])]
)
@pytest.mark.parametrize("together", [1, 2, 100])
def test_groups_hold_whole_runs_and_every_run_is_found(
    tmp_path, monkeypatch, most, groups, together
):
    monkeypatch.setattr(tables, "GROUP_ROWS", most)
    monkeypatch.setattr(tables, "MANY_BATCHES", together)
    writer = tables._Writer(tmp_path / "t.parquet", SCHEMA)
    for point, count in enumerate(ROWS, start=1):
        if count:
            writer.add(batch(point, count))
    writer.close()
    meta = pq.ParquetFile(tmp_path / "t.parquet").metadata
    assert writer.rows == meta.num_rows == 12
    assert [meta.row_group(i).num_rows for i in range(meta.num_row_groups)] == groups
    at = {(1, point): point - 1 for point in range(1, 7)}
    assert tables._counts(tmp_path / "t.parquet", at) == list(ROWS)
    rows = tables._Rows(tmp_path / "t.parquet", list(ROWS))
    for i in (5, 0, 2, 3, 3, 1, 4):  # in any order, and again
        found = rows.of(i)
        assert found == (batch(i + 1, ROWS[i]) if ROWS[i] else None)


def test_plain_rows_are_gathered_and_none_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "PLAIN_ROWS", 3)
    writer = tables._Writer(tmp_path / "t.parquet", SCHEMA)
    rows = batch(1, 8).to_pylist()
    for i, row in enumerate(rows, start=1):
        writer.add_row(row)
        assert writer.rows == i // 3 * 3
    writer.close()
    assert pq.read_table(tmp_path / "t.parquet").to_pylist() == rows


def test_columns_of_runs_have_the_units_of_what_they_hold():
    drawn = ["parameters.service.visit_sigma_km", "policies.combined_role.share"]
    schema = tables.runs_schema(dict.fromkeys(drawn, (0.0, 1.0)), {})
    units = {f.name: f.metadata[b"unit"].decode() for f in schema if f.metadata}
    assert units[drawn[0]] == lookup("service", "visit_sigma_km").unit and units[drawn[1]] == ""
    assert {key: units[key] for key in OUTCOMES} == {k: o.unit for k, o in OUTCOMES.items()}
    assert [f.name for f in tables.keyed(pa.schema([("x", pa.int8())]))] == [
        "point",
        "replicate",
        "x",
    ]


def test_the_mean_of_what_is_there():
    values = np.array([[1.0, np.nan, 4.0], [3.0, np.nan, np.nan]])
    assert mean_of(values) == pytest.approx([2.0, np.nan, 4.0], nan_ok=True)
    assert mean_of(values, axis=1) == pytest.approx([2.5, 3.0])
    assert mean_of(np.full((1, 2), 16777217, dtype="f4")).dtype == np.float64


def test_rows_of_spans_by_hand():
    """Ten months from 100 on, of two villages."""
    values = np.stack([np.arange(10.0), 10.0 * np.arange(10.0)], axis=1)[None]
    years = [Span(100, 104), Span(104, 110)]
    assert _over(values, years, 100).tolist() == [[[1.5, 15.0], [6.5, 65.0]]]
    months = [Span(103, 104), Span(108, 109)]
    assert _over(values, months, 100).tolist() == [[[3.0, 30.0], [8.0, 80.0]]]
    times = _times([Span(2019 * 12 + 6, 2019 * 12 + 10), Span(2019 * 12 + 10, 2020 * 12)], 2)
    assert (
        times["month"].astype("M8[D]").astype(str).tolist()
        == ["2019-07-01"] * 2 + ["2019-11-01"] * 2
    )
    assert times["months"].tolist() == [4, 4, 2, 2]


def names(*ranges):
    return [f"{first:08d}-{last:08d}-{0:016x}.arrow" for first, last in ranges]


def test_shards_that_others_cover_count_for_nothing(tmp_path):
    assert shards.listed(tmp_path / "none") == [] and shards.leftovers(tmp_path / "none") == []
    assert shards.number_after(tmp_path) == 1
    there = names((1, 1), (1, 64), (2, 2), (64, 64), (65, 65), (66, 66))
    for name in [*there, "notes.txt", ".00000067-00000067.arrow.begun", "00000003.arrow"]:
        (tmp_path / name).touch()
    kept = names((1, 64), (65, 65), (66, 66))
    assert [path.name for path in shards.listed(tmp_path)] == kept
    assert {path.name for path in shards.leftovers(tmp_path)} == (set(there) - set(kept)) | {
        ".00000067-00000067.arrow.begun",
        "00000003.arrow",
    }
    assert shards.number_after(tmp_path) == 67


def test_shards_are_joined_when_there_are_many_of_one_size(tmp_path, monkeypatch):
    monkeypatch.setattr(shards, "MANY", 3)
    empty = dict.fromkeys(shards.shard_schema().names)
    for number in range(1, 12):
        row = pa.RecordBatch.from_pylist([empty | {"run": f"r{number}"}], shards.shard_schema())
        shards.write(tmp_path, number, number, [row])
        shards.join_many(tmp_path)
    listed = shards.listed(tmp_path)
    ranges = ["00000001-00000009", "00000010-00000010", "00000011-00000011"]
    assert [path.name[:17] for path in listed] == ranges
    runs = [row["run"] for path in listed for one in shards.read(path) for row in shards.rows(one)]
    assert runs == [f"r{number}" for number in range(1, 12)]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_shard_with_other_columns_or_another_name_is_refused(tmp_path):
    row = pa.RecordBatch.from_pylist([{"run": "a"}], pa.schema([("run", pa.string())]))
    path = tmp_path / "x.arrow"
    with path.open("wb") as file, pa.ipc.new_file(file, row.schema) as writer:
        writer.write_batch(row)
    named = path.rename(tmp_path / f"00000001-00000001-{file_digest(path)}.arrow")
    with pytest.raises(shards.DamagedError, match="of another version"):
        shards.read(named)
    other = named.rename(tmp_path / names((1, 1))[0])
    with pytest.raises(shards.DamagedError, match="its content is not what was written"):
        shards.read(other)
