"""Reading of a folder while it changes: shards beside tables, files that move or are not whole."""

from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from lab.test_run_tables import RECORD, row
from lab.test_store import TEXT, batch, design

from sim.errors import InputError
from sim.lab.design.contrasts import Cell, cells, compared_at, contrasts, missing, months_apart
from sim.lab.running.growing import Growth, complete
from sim.lab.store import reading
from sim.lab.store.folder import Store
from sim.lab.store.reading import ExperimentResults, _patiently
from sim.lab.store.shards import newest
from sim.results.frames import framed

TOLD = {"experiment": "compare", "state": "running", "inputs": {}, "code": "c", "seed": 41}
TOLD |= {"replicates": 2, "record": RECORD.model_dump(), "outcomes": [], "drawn": {}}
TOLD |= {"baseline": "a0"}


@pytest.fixture
def folder(tmp_path):
    """Two runs in tables, of which one failed; then it is done again, and two more are added."""
    out = tmp_path / "out"
    with Store(out) as store:
        store.begin(TOLD, TEXT, design())
        store.keep([batch(row("a", 1, 1, 1.0, 2), row("b", 2, 1))])
        runs = [("a", 1, 1), ("b", 2, 1)]
        store.finish(runs, design(), RECORD, store.manifest | {"state": "complete"}, TEXT)
        store.load(RECORD)
        store.begin(TOLD, TEXT, design())
        store.keep([batch(row("d", 2, 2), row("c", 1, 2, 3.0, 1))])
        store.keep([batch(row("b", 2, 1, 2.0, 1), row("a", 1, 1, 9.0, 2))])
    return out


def test_tables_are_those_of_the_folder_and_what_shards_add(folder):
    runs = ExperimentResults(folder).runs
    assert runs["run"].tolist() == ["a", "b", "c", "d"]  # one row a run
    assert runs["status"].tolist() == ["done", "done", "done", "failed"]
    assert ExperimentResults(folder).timings["run"].tolist() == ["a", "d", "c", "b"]
    county = ExperimentResults(folder).county
    assert county.groupby(["point", "replicate"]).size().to_dict() == {(1, 1): 2, (1, 2): 1,
                                                                       (2, 1): 1}  # fmt: skip
    assert county[["replicate", "point"]].to_numpy().tolist() == [[1, 1], [1, 1], [1, 2], [2, 1]]
    first = county.iloc[0]
    assert first["trust"] == 1.0  # what was there, not what was done again


def test_what_was_not_recorded_is_said(folder):
    with pytest.raises(InputError, match=r"villages were not recorded; .*villages: \.\.\."):
        _ = ExperimentResults(folder).villages


def test_shards_give_the_newest_of_a_run_and_what_worked(tmp_path):
    place = tmp_path / "shards"
    place.mkdir()
    shards = reading.shards
    shards.write(place, 1, 1, [batch(row("a", 1, 1), row("b", 1, 2, 5.0))])
    shards.write(place, 2, 2, [batch(row("a", 1, 1, 7.0), row("b", 1, 2), row("c", 1, 3))])
    found = {one["run"]: one["status"] for one in newest(place, set())}
    assert found == {"a": "done", "b": "done", "c": "failed"}
    assert [one["run"] for one in newest(place, {"a", "c"})] == ["b"]
    path = sorted(place.iterdir())[0]
    path.write_bytes(b"x")
    with pytest.warns(UserWarning, match=path.name):
        assert {one["run"] for one in newest(place, set())} == {"a", "b", "c"}


def test_a_file_that_moves_is_waited_for(monkeypatch):
    waited, tries = [], []
    monkeypatch.setattr(reading.time, "sleep", waited.append)

    def read(fails):
        tries.append(1)
        if len(tries) <= fails:
            raise FileNotFoundError("there/runs.parquet")
        return "found"

    assert _patiently(lambda: read(3), Path("there")) == "found"
    assert len(tries) == 4 and waited == [0.02] * 3
    tries.clear()
    assert _patiently(lambda: read(49), Path("there")) == "found"
    tries.clear()
    waited.clear()
    with pytest.raises(InputError, match=r"there: runs\.parquet is not there"):
        _patiently(lambda: read(50), Path("there"))
    assert len(tries) == 50 and len(waited) == 49
    tries.clear()
    with pytest.raises(InputError):
        _patiently(lambda: read(2), Path("there"), times=2)


def test_an_edited_table_is_tried_again_before_it_is_refused(folder, monkeypatch):
    waited = []
    path = folder / "runs.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole + b" ")
    monkeypatch.setattr(reading.time, "sleep", waited.append)
    with pytest.raises(InputError, match=r"edited since it was written: runs\.parquet"):
        _ = ExperimentResults(folder).runs
    assert waited == [0.02] * 5
    monkeypatch.setattr(reading.time, "sleep", lambda _: path.write_bytes(whole))
    assert len(ExperimentResults(folder).runs) >= 4  # it was just being replaced


def test_a_complete_folder_without_its_runs_is_not_an_empty_one(folder, monkeypatch):
    monkeypatch.setattr(reading.time, "sleep", lambda _: None)
    with Store(folder) as store:
        store.set_manifest(store.manifest | {"state": "complete", "digests": {}})
    (folder / "runs.parquet").unlink()
    with pytest.raises(InputError, match=r"runs\.parquet is not there"):
        _ = ExperimentResults(folder).runs
    with Store(folder) as store:
        store.set_manifest(store.manifest | {"state": "running"})
    assert sorted(ExperimentResults(folder).runs["run"]) == ["a", "b", "c", "d"]


def test_a_baseline_that_is_no_arm_is_a_damaged_manifest(folder):
    assert ExperimentResults(folder).design["arm"].tolist() == ["a0", "a1"]
    with Store(folder) as store:
        store.set_manifest(store.manifest | {"baseline": "other"})
    with pytest.raises(InputError, match=r"baseline: 'other' is no arm of design\.parquet"):
        _ = ExperimentResults(folder).design
    with Store(folder) as store:
        store.set_manifest(store.manifest | {"experiment": "factorial"})
    assert len(ExperimentResults(folder).design) == 2


def test_what_counts_is_what_is_complete(folder):
    made = ExperimentResults(folder)
    assert made._place() == folder
    (folder / ".complete").mkdir()
    assert made._place() == folder / ".complete"
    assert reading._stamp(folder / "nowhere") == (0, 0)
    at = (folder / "runs.parquet").stat()
    assert reading._stamp(folder) == (at.st_ino, at.st_mtime_ns)


def test_units_are_in_the_frames():
    schema = pa.schema([pa.field("a", pa.int8(), metadata={"unit": "km"}), ("b", pa.int8())])
    assert framed(schema.empty_table()).attrs["units"] == {"a": "km", "b": ""}


# --- contrasts -----------------------------------------------------------------------------------


def test_a_level_is_missing_where_it_is_none_or_no_number():
    nan = float("nan")
    assert missing(None) and missing(nan)
    assert not any(map(missing, [0, 0.0, "", False, "nan"]))
    own, other = {"a": 1, "b": None, "c": nan}, {"a": 2, "b": 3, "c": 4}
    assert compared_at(own, other) == {"a": 1, "b": 3, "c": 4}


def test_cells_of_arms_in_counties():
    points = [
        (1, {"arm": "none", "county": "x"}),
        (2, {"arm": "none", "county": "y"}),
        (3, {"arm": "all", "county": "x"}),
        (4, {"arm": "all", "county": "y"}),
    ]
    assert cells(points) == [
        Cell({"county": "x"}, {"none": 1, "all": 3}),
        Cell({"county": "y"}, {"none": 2, "all": 4}),
    ]
    assert cells([]) == [] and cells(points[:1]) == [Cell({"county": "x"}, {"none": 1})]
    assert contrasts("compare", "none", points) == [(3, 1), (4, 2)]
    assert contrasts("factorial", None, points) == [(3, 1), (4, 2)]  # of its own county
    plain = [(1, {"arm": "none"}), (2, {"arm": "all"})]
    assert cells(plain) == [Cell({}, {"none": 1, "all": 2})]


def test_a_factor_that_no_arm_takes_has_one_level():
    points = [(1, {"arm": "none", "x": None}), (2, {"arm": "all", "x": None})]
    assert cells(points) == [Cell({"x": None}, {"none": 1, "all": 2})]


def test_months_that_are_compared_though_they_are_others():
    points = [(1, {"arm": "none"}), (2, {"arm": "all"}), (3, {"arm": "late", "x": None})]
    months = {1: "a", 2: "a", 3: "b"}
    assert months_apart("compare", "none", points, months) == [("late", "b", "none", "a")]
    assert months_apart("factorial", None, points, months) == []
    assert months_apart("compare", "none", points, {1: "a"}) == []  # what is not known
    assert months_apart("compare", "none", points, {3: "a"}) == []
    assert months_apart("lhs", None, points, months) == []


# --- designs that grow ---------------------------------------------------------------------------


def test_points_of_later_batches_are_read_from_the_table():
    import pandas as pd

    from sim.lab.file.factors import Levels, Range

    heads = [SimpleNamespace(arm=arm, county=None) for arm in ("none", "all")]
    factors = {"scale": Range(1.0, 9.0), "lines": Levels((30, 60), ("few", "many"))}
    experiment = SimpleNamespace(heads=heads, factors=factors)
    built = SimpleNamespace(points=["first"], columns=["arm", "scale", "lines"])
    table = pd.DataFrame(
        {
            "point": [1, 2, 3],
            "arm": ["none", "none", "all"],
            "scale": [1.0, 2.5, 3.5],
            "lines": ["few", "many", None],
        }
    )
    complete(experiment, built, table)  # pyright: ignore[reportArgumentType]
    assert built.points[0] == "first" and len(built.points) == 3
    two, three = built.points[1:]
    assert (two.number, two.head) == (2, heads[0]) and (three.number, three.head) == (3, heads[1])
    given = [point.values for point in (two, three)]  # noqa: PD011
    assert given == [{"scale": 2.5, "lines": 60}, {"scale": 3.5}]
    assert two.labels == {"arm": "none", "scale": 2.5, "lines": "many"}


def test_a_batch_is_asked_for_when_every_run_of_the_last_is_there(monkeypatch):
    told, more = [], [["next"]]
    growth = object.__new__(Growth)
    growth.experiment = SimpleNamespace(  # pyright: ignore[reportAttributeAccessIssue]
        seed=7, heads=["one"], spec=SimpleNamespace(record=RECORD), own={}
    )
    points = [SimpleNamespace(number=1), SimpleNamespace(number=2)]
    growth.design = SimpleNamespace(points=points)  # pyright: ignore
    growth.contents = SimpleNamespace(run=lambda point, seed: (point.number, seed))  # pyright: ignore
    growth.replicates, growth._first = 2, 0
    growth.batches = SimpleNamespace(  # pyright: ignore[reportAttributeAccessIssue]
        measures="measures", tell=told.append, ask=lambda: more.pop() if more else None
    )
    monkeypatch.setattr("sim.lab.running.growing.measure_all", lambda *how: how[2:5])
    monkeypatch.setattr(
        "sim.lab.running.growing.points_at",
        lambda experiment, shares, first: [SimpleNamespace(number=first)],
    )
    status = dict.fromkeys([(1, 7), (2, 7), (1, 8)], "done")
    store = SimpleNamespace(status=status)
    assert not growth.grow(store) and not told  # pyright: ignore[reportArgumentType]
    status[2, 8] = "failed"
    assert growth.grow(store)  # pyright: ignore[reportArgumentType]
    measures, cells, runs = told[0]
    assert measures == "measures" and [[p.number for p in cell] for cell in cells] == [[1], [2]]
    assert runs == [[[(1, 7)], [(1, 8)]], [[(2, 7)], [(2, 8)]]]
    assert [point.number for point in growth.design.points] == [1, 2, 3]
    assert not growth.grow(store) and len(told) == 1  # pyright: ignore[reportArgumentType]
    status |= dict.fromkeys([(3, 7), (3, 8)], "done")
    assert not growth.grow(store) and len(told) == 2  # pyright: ignore[reportArgumentType]
    assert told[1][2] == [[[(3, 7)], [(3, 8)]]] and growth.batches is None
    assert not growth.grow(store) and len(told) == 2  # pyright: ignore[reportArgumentType]
