"""Tables of runs by hand: what is written of each, and the same found again."""

from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.lab.file.schema import Record
from sim.lab.store import tables
from sim.lab.store.recording import schema_of
from sim.lab.store.tables import RunsInTables, keyed_rows, run_row, runs_schema, write_tables
from sim.model.outcomes.catalogue import OUTCOMES

RECORD = Record(county="yearly", villages="off", villagers="off")
SHAPE = schema_of("county", "yearly")
KEY = "parameters.service.visit_sigma_km"


def years(first, count):
    """Rows of a county: every outcome is `first` in the first year, and one more in each next."""
    rows = [
        {"month": 1000 * i, "months": 12} | dict.fromkeys(OUTCOMES, first + i) for i in range(count)
    ]
    return pa.RecordBatch.from_pylist(rows, SHAPE)


def row(name, point, replicate, first=None, count=0):
    """A run as shards give it; one without a first value failed."""
    done = first is not None
    found = {"run": name, "point": point, "replicate": replicate, "seed": 40 + replicate}
    found |= {"status": "done" if done else "failed", "digest": f"d{name}", "doses": "[]"}
    found |= {"error": None if done else "x", "failed_in": None if done else "2019-02"}
    found |= {"ends": [first + i / 8 for i in range(len(OUTCOMES))] if done else None}
    found |= {"seconds": 1.5, "finished": 86_400_000 * replicate, "worker": "w"}
    county = years(first, count).serialize().to_pybytes() if done else None
    return found | {"county": county, "villages": None, "villagers": None}


@pytest.fixture
def design():
    """Two points; the second does not take what is drawn by replicate."""
    return SimpleNamespace(
        points=[SimpleNamespace(number=1), SimpleNamespace(number=2)],
        drawn={KEY: (0.0, 100.0)},
        drawn_at=lambda point, seed: {KEY: seed / 2} if point.number == 1 else {},
    )


ROWS = [row("a", 1, 1, 1.0, 2), row("b", 2, 1), row("c", 1, 2, 3.0, 1), row("d", 2, 2, 4.0, 3)]


def test_what_is_written_of_runs(tmp_path, design):
    assert write_tables(tmp_path, RECORD, design, ROWS, {}) == {
        "runs": 4,
        "timings": 4,
        "county": 6,
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "county.parquet",
        "runs.parquet",
        "timings.parquet",
    ]
    runs = pq.read_table(tmp_path / "runs.parquet")
    assert runs["run"].to_pylist() == list("abcd") and runs["seed"].to_pylist() == [41, 41, 42, 42]
    assert runs["status"].to_pylist() == ["done", "failed", "done", "done"]
    assert runs[KEY].to_pylist() == [20.5, None, 21.0, None]
    first, *_, last = OUTCOMES
    assert runs[first].to_pylist() == [1.0, None, 3.0, 4.0]
    more = (len(OUTCOMES) - 1) / 8
    assert runs[last].to_pylist() == [1.0 + more, None, 3.0 + more, 4.0 + more]
    county = pq.read_table(tmp_path / "county.parquet")
    assert county["point"].to_pylist() == [1, 1, 1, 2, 2, 2]
    assert county["replicate"].to_pylist() == [1, 1, 2, 2, 2, 2]
    assert county[first].to_pylist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert pq.read_table(tmp_path / "timings.parquet")["seconds"].to_pylist() == [1.5] * 4


def test_runs_of_tables_are_given_as_shards_give_theirs(tmp_path, design):
    write_tables(tmp_path, RECORD, design, ROWS, {})
    found = RunsInTables(tmp_path, RECORD, {})
    assert found.status == {"a": "done", "b": "failed", "c": "done", "d": "done"}
    assert found.seeds == {41, 42} and list(found.tables) == ["county"]
    for given in reversed(ROWS):
        own = found.row(given["run"])
        same = ("run", "point", "replicate", "seed", "status", "digest", "error", "failed_in")
        assert {key: own[key] for key in same} == {key: given[key] for key in same}
        assert own["ends"] == given["ends"] and own["seconds"] == 1.5
        assert own["finished"].timestamp() == 86_400 * given["replicate"]
        if given["status"] == "failed":
            assert own["county"] is None
        else:
            expected = pa.ipc.read_record_batch(pa.py_buffer(given["county"]), SHAPE)
            assert own["county"].equals(expected)
    folder = tmp_path / "again"
    folder.mkdir()
    again = [found.row(name) for name in "abcd"]
    assert write_tables(folder, RECORD, design, again, {}) == {"runs": 4, "timings": 4, "county": 6}
    for name in ("runs", "timings", "county"):
        path = f"{name}.parquet"
        assert (folder / path).read_bytes() == (tmp_path / path).read_bytes()


def test_a_run_alone():
    schema = runs_schema({KEY: (0.0, 1.0)}, {})
    (found,) = run_row(ROWS[0], {KEY: 9.0}, schema, {}).to_pylist()
    assert found[KEY] == 9.0 and found["run"] == "a" and found[next(iter(OUTCOMES))] == 1.0
    whole = tables.keyed(SHAPE)
    batch = keyed_rows(ROWS[3], "county", SHAPE, whole)
    assert batch is not None and batch.schema == whole and batch.num_rows == 3
    assert batch["point"].to_pylist() == [2, 2, 2] == batch["replicate"].to_pylist()
    assert keyed_rows(ROWS[1], "county", SHAPE, whole) is None


def test_points_in_a_table_are_named_by_text_where_some_level_is_one(tmp_path):
    labels = [{"a": 1, "b": "x", "c": None}, {"a": 2.5, "b": 3, "c": "y"}, {"a": 4}]
    points = [SimpleNamespace(number=i + 1, labels=one) for i, one in enumerate(labels)]
    made = SimpleNamespace(points=points, columns=["a", "b", "c"])
    tables.write_design(tmp_path / "design.parquet", made)
    assert pq.read_table(tmp_path / "design.parquet").to_pydict() == {
        "point": [1, 2, 3],
        "a": [1.0, 2.5, 4.0],
        "b": ["x", "3", None],
        "c": [None, "y", None],
    }


def test_rows_that_are_lost_on_the_way_are_noticed(tmp_path, design, monkeypatch):
    monkeypatch.setattr(tables._Writer, "add", lambda self, batch: None)
    with pytest.raises(RuntimeError, match="county: 0 rows, expected 2"):
        write_tables(tmp_path, RECORD, design, ROWS[:1], {})
