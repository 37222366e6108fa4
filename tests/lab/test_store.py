"""An experiment's folder by hand: what is kept, found again, put into place and removed."""

from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lab.test_run_tables import RECORD, ROWS, row

from sim.errors import InputError
from sim.files import file_digest
from sim.lab.store import shards
from sim.lab.store.folder import Store
from sim.lab.store.shards import shard_schema
from sim.results.stored import sealed

MANIFEST = {"experiment": "compare", "state": "running", "inputs": {}}
TEXT = "method: compare\n"


def design(points=2):
    return SimpleNamespace(
        points=[SimpleNamespace(number=i + 1, labels={"arm": f"a{i}"}) for i in range(points)],
        columns=["arm"],
        drawn={},
        drawn_at=lambda point, seed: {},
    )


def batch(*rows):
    return pa.RecordBatch.from_pylist(list(rows), shard_schema())


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def begun(folder):
    """A folder in which three runs are kept, one of which failed."""
    with Store(folder) as store:
        store.begin(MANIFEST, TEXT, design())
        store.keep([batch(ROWS[0], ROWS[1])])
        store.keep([batch(ROWS[2])])
    return folder


RUNS = [("a", 1, 1), ("b", 2, 1), ("c", 1, 2)]


@pytest.fixture
def finished(begun):
    with Store(begun) as store:
        store.load(RECORD)
        store.finish(RUNS, design(), RECORD, store.manifest | {"state": "complete"}, TEXT)
    return begun


def test_a_folder_that_nothing_was_begun_in_is_not_there(tmp_path):
    with Store(tmp_path / "a" / "out") as store:
        assert store.manifest == {} and not store.has_shards()
        assert names(tmp_path / "a" / "out") == [".lock"]
    assert names(tmp_path) == []
    (tmp_path / "mine").mkdir()
    with Store(tmp_path / "mine"):
        pass
    assert names(tmp_path) == ["mine"] and names(tmp_path / "mine") == []


def test_what_is_there_after_the_beginning(folder):
    with Store(folder) as store:
        store.begin(MANIFEST, TEXT, design())
        assert store.manifest["state"] == "running"
        digest = file_digest(folder / "design.parquet")
        assert store.manifest["digests"] == {"design.parquet": digest}
    assert names(folder) == [
        ".lock",
        "design.parquet",
        "experiment.yaml",
        "manifest.json",
        "shards",
    ]
    assert (folder / ".lock").read_text() == "" and (folder / "experiment.yaml").read_text() == TEXT
    assert pq.read_table(folder / "design.parquet")["arm"].to_pylist() == ["a0", "a1"]


def test_runs_that_are_kept_are_counted_and_given_in_the_order_asked(folder):
    with Store(folder) as store:
        store.begin(MANIFEST, TEXT, design())
        assert not store.has_shards()
        store.keep([batch(ROWS[0], ROWS[1]), batch(ROWS[2])])
        assert store.has_shards() and store.failed == 1 and store.seeds == {41, 42}
        assert store.status == {"a": "done", "b": "failed", "c": "done"}
        assert [found["run"] for found in store.rows(["c", "a", "b"])] == ["c", "a", "b"]
        assert store.ends(["c", "b"]) == [ROWS[2]["ends"], None]
        store.keep([batch(row("b", 2, 1, 9.0, 1))])
        assert store.failed == 0 and store.status["b"] == "done"
        assert store.ends(["b"])[0][0] == 9.0
        store.keep([batch(row("b", 2, 1))])  # a run that worked stays so
        assert store.failed == 0 and store.status["b"] == "done"
        assert store.ends(["b"])[0][0] == 9.0 and next(store.rows(["b"]))["status"] == "done"
        ranges = [name[:17] for name in names(folder / "shards")]
        assert ranges == ["00000001-00000001", "00000002-00000002", "00000003-00000003"]


def test_shards_are_joined_as_soon_as_there_are_many(folder, monkeypatch):
    monkeypatch.setattr(shards, "MANY", 3)
    with Store(folder) as store:
        store.begin(MANIFEST, TEXT, design())
        counts = []
        for number in range(7):
            store.keep([batch(row(f"r{number}", 1, number, 1.0, 1))])
            counts.append(len(names(folder / "shards")))
        assert counts[0] == 1 and max(counts) <= 4 and len(store.status) == 7
        assert [found["run"] for found in store.rows(["r6", "r0"])] == ["r6", "r0"]


def test_shards_are_found_again(begun):
    with Store(begun) as store:
        store.load(RECORD)
        assert store.status == {"a": "done", "b": "failed", "c": "done"}
        assert (store.failed, store.seeds, store.damaged) == (1, {41, 42}, [])
        store.load(RECORD)  # counted once
        assert store.failed == 1
        store.keep([batch(ROWS[3])])
    assert names(begun / "shards")[-1].startswith("00000003-")


def test_a_damaged_shard_is_dropped_and_said(begun):
    path = sorted((begun / "shards").iterdir())[0]
    path.write_bytes(path.read_bytes()[:-1])
    with Store(begun) as store:
        store.load(RECORD)
        assert store.status == {"c": "done"} and len(store.damaged) == 1
        assert path.name in store.damaged[0] and not path.exists()


def test_tables_take_the_place_of_shards(begun):
    with Store(begun) as store:
        store.load(RECORD)
        store.finish(RUNS, design(), RECORD, store.manifest | {"state": "complete"}, "more: 1\n")
        assert store.manifest["rows"] == {"runs": 3, "timings": 3, "county": 3}
        tables = ["county.parquet", "design.parquet", "runs.parquet", "timings.parquet"]
        digests = {name: file_digest(begun / name) for name in tables}
        assert store.manifest["digests"] == digests
    assert names(begun) == sorted([".lock", *tables, "experiment.yaml", "manifest.json"])
    assert (begun / "experiment.yaml").read_text() == "more: 1\n"
    assert pq.read_table(begun / "runs.parquet")["run"].to_pylist() == ["a", "b", "c"]


def test_tables_and_later_shards_are_one(finished):
    with Store(finished) as store:
        assert store.manifest["state"] == "complete"
        store.load(RECORD)
        assert store.status == {"a": "done", "b": "failed", "c": "done"} and store.failed == 1
        assert store.seeds == {41, 42}
        store.begin(MANIFEST, TEXT, design())
        store.keep([batch(row("b", 2, 1, 5.0, 1), ROWS[3])])
        assert store.failed == 0 and len(store.status) == 4
        assert [found["run"] for found in store.rows("dbca")] == list("dbca")
        assert store.ends(["a", "b", "d"]) == [
            ROWS[0]["ends"],
            row("b", 2, 1, 5.0)["ends"],
            ROWS[3]["ends"],
        ]
        digests = store.manifest["digests"]
        assert set(digests) == {
            "county.parquet",
            "design.parquet",
            "runs.parquet",
            "timings.parquet",
        }
        store.finish([*RUNS, ("d", 2, 2)], design(), RECORD, store.manifest, TEXT)
    found = pq.read_table(finished / "runs.parquet")
    assert found["run"].to_pylist() == list("abcd")
    assert found["status"].to_pylist() == ["done"] * 4 and not (finished / "shards").exists()


def test_edited_tables_are_refused_and_with_fresh_let_go(finished):
    path = finished / "county.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    (finished / "tables").mkdir()
    for name in ("a.csv", "a.parquet", "notes.txt"):
        (finished / "tables" / name).touch()
    with Store(finished) as store:
        with pytest.raises(InputError, match=r"written: county\.parquet; give --fresh"):
            store.load(RECORD)
        store.load(RECORD, fresh=True)
        assert store.broken == ["county.parquet"] and store.status == {}
        store.begin(MANIFEST, TEXT, design())
        assert store.broken == []
        assert set(store.manifest["digests"]) == {"design.parquet"}
    assert names(finished) == [
        ".lock",
        "design.parquet",
        "experiment.yaml",
        "manifest.json",
        "shards",
        "tables",
    ]
    assert names(finished / "tables") == ["notes.txt"]  # of the user's


def test_an_edited_design_is_only_written_again(finished):
    (finished / "design.parquet").write_bytes(b"x")
    with Store(finished) as store:
        store.load(RECORD)
        assert store.broken == [] and len(store.status) == 3


def test_all_of_an_earlier_experiment_is_removed_but_its_manifest(finished):
    with Store(finished) as store:
        store.load(RECORD)
        store.clear()
        assert (store.status, store.failed) == ({}, 0)
        assert store.manifest["state"] == "running" and store.manifest["digests"] == {}
    assert names(finished) == [".lock", "manifest.json"]


def test_tables_of_a_kill_are_put_into_place_by_the_next(begun):
    complete = begun / ".complete"
    complete.mkdir()
    told = MANIFEST | {"state": "complete", "digests": {}}
    for name, text in (("manifest.json", sealed(told)), ("experiment.yaml", "new"), ("x", "")):
        (complete / name).write_text(text)
    (begun / "county.parquet").write_text("old")  # of an experiment that recorded it
    (begun / "tables").mkdir()
    (begun / "tables" / "effects.csv").touch()
    with Store(begun) as store:
        assert store.manifest["state"] == "complete"
    assert names(begun) == [".lock", "experiment.yaml", "manifest.json", "tables"]
    assert (begun / "experiment.yaml").read_text() == "new" and names(begun / "tables") == []


def test_what_killed_processes_had_begun_is_removed(begun):
    (begun / ".begun-7").mkdir()
    (begun / ".begun-7" / "runs.parquet").touch()
    for name in (".runs.parquet.7", ".manifest.json.7", ".mine"):
        (begun / name).touch()
    (begun / "shards" / ".00000009-00000009.arrow.7").touch()
    with Store(begun):
        pass
    assert ".mine" in names(begun) and not {".begun-7", ".runs.parquet.7"} & set(names(begun))
    assert ".manifest.json.7" not in names(begun) and len(names(begun / "shards")) == 2


def test_files_of_the_users_are_kept_and_go_with_the_experiment_that_named_them(tmp_path, folder):
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text(name)
    inputs = {"inputs/one.csv": tmp_path / "one.csv", "inputs/two.csv": tmp_path / "two.csv"}
    told = {name: file_digest(path) for name, path in inputs.items()}
    with Store(folder, inputs) as store:
        store.begin(MANIFEST | {"inputs": told}, TEXT, design())
        assert names(folder / "inputs") == ["one.csv", "two.csv"]
        (folder / "inputs" / "two.csv").write_text("edited")
        assert store.keep_inputs() == ["inputs/two.csv"] and store.keep_inputs() == []
    one = {"inputs/one.csv": tmp_path / "one.csv"}
    with Store(folder, one) as store:
        (folder / "inputs" / "mine.csv").touch()
        store.begin(
            MANIFEST | {"inputs": {"inputs/one.csv": told["inputs/one.csv"]}}, TEXT, design()
        )
    assert names(folder / "inputs") == ["mine.csv", "one.csv"]
    (folder / "inputs" / "mine.csv").unlink()
    with Store(folder) as store:
        store.begin(MANIFEST, TEXT, design())
    assert not (folder / "inputs").exists()


def test_a_kept_file_that_was_edited_is_the_users(tmp_path, folder):
    (tmp_path / "one.csv").write_text("1")
    inputs = {"one.csv": tmp_path / "one.csv"}
    with Store(folder, inputs) as store:
        store.begin(MANIFEST | {"inputs": {"one.csv": file_digest(tmp_path / "one.csv")}}, TEXT,
                    design())  # fmt: skip
    (folder / "one.csv").write_text("2")
    with Store(folder) as store:
        store.begin(MANIFEST, TEXT, design())
    assert (folder / "one.csv").read_text() == "2"
    with Store(folder, inputs) as store, pytest.raises(InputError, match="hecun did not write it"):
        store.begin(MANIFEST, TEXT, design())


def test_a_design_that_becomes_another_is_not_known_meanwhile(begun, monkeypatch):
    told = []
    with Store(begun) as store:
        store.load(RECORD)
        set_manifest = store.set_manifest
        monkeypatch.setattr(
            store,
            "set_manifest",
            lambda one: (told.append(dict(one["digests"])), set_manifest(one)),
        )
        store.begin(MANIFEST, TEXT, design())
        assert len(told) == 1  # the same design
        store.begin(MANIFEST, TEXT, design(3))
    assert told[1] == {} and set(told[2]) == {"design.parquet"} and told[2] != told[0]
