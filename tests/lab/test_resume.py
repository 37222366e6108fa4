"""Resumption by hand: what of a folder's runs is kept, what is said of the rest, what is asked."""

from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest
from lab.test_run_tables import RECORD, row
from lab.test_store import batch, design, names

from sim.errors import InputError
from sim.lab import resume as resuming
from sim.lab.experiment import Session
from sim.lab.file.schema import Record, UntilPrecise
from sim.lab.store.folder import Store
from sim.model.compiled import simulation_digest

TEXT = "method: compare\nreplicates: 2\n"
MANIFEST = {"experiment": "compare", "state": "running", "inputs": {}, "seed": 41}
MANIFEST |= {"record": RECORD.model_dump(), "points": "p"}


def session(store, replicates=2, points=2, seed=41, record=RECORD, prefix="r", more=()):
    """An experiment whose runs are called by point and seed: r1:41, r2:41, r1:42, r2:42."""
    left = list(more)
    spec = SimpleNamespace(record=record, replicates=replicates)
    return Session(
        SimpleNamespace(seed=seed, spec=spec, heads=()),  # pyright: ignore
        design(points),  # pyright: ignore
        SimpleNamespace(run=lambda point, at: f"{prefix}{point.number}:{at}"),  # pyright: ignore
        store,
        replicates if isinstance(replicates, int) else 3,
        SimpleNamespace(grow=lambda _: bool(left and left.pop())),  # pyright: ignore
    )


class Resumed:
    """What came of a resumption: what was said, and the runs left if it was asked."""

    def __init__(self, folder, fresh=False, told=(), text=TEXT, ready=None, **how):
        self.said, self.left = [], []
        with Store(folder) as store:
            made = session(store, **how)
            resuming.resume(
                made, MANIFEST | dict(told), text, fresh, self.said.append,
                ready or (lambda _, left: self.left.append(left)),
            )  # fmt: skip
            self.kept, self.status = made.kept, dict(store.status)
            self.manifest = store.manifest


def run(point, seed, done=True):
    return row(f"r{point}:{seed}", point, seed - 40, 1.0 if done else None, 1)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def half(folder):
    """Three of four runs, one of which failed, with 9 seconds spent."""
    with Store(folder) as store:
        store.begin(MANIFEST | {"seconds": 9.0}, TEXT, design())
        store.keep([batch(run(1, 41), run(2, 41, False), run(1, 42))])
    return folder


def test_a_new_folder_is_begun_after_it_was_asked_for(folder):
    found = Resumed(folder)
    assert (found.left, found.said, found.kept) == ([4], [], 0)
    assert found.manifest["seed"] == 41 and (folder / "experiment.yaml").read_text() == TEXT

    def refuse(_, left):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Resumed(folder.with_name("other"), ready=refuse)
    assert not folder.with_name("other").exists()


def test_runs_that_are_there_are_kept_and_those_left_are_asked_for(half):
    found = Resumed(half)
    assert (found.left, found.said, found.kept) == ([2], ["Kept: 3 runs"], 2)
    assert found.status == {"r1:41": "done", "r2:41": "failed", "r1:42": "done"}
    assert found.manifest["seconds"] == 9.0  # those of before count
    assert not (half / "runs.parquet").exists()


def test_nothing_is_asked_where_nothing_is_left(half):
    with Store(half) as store:
        store.load(RECORD)
        store.keep([batch(run(2, 41), run(2, 42))])
    found = Resumed(half)
    assert (found.left, found.said) == ([], ["Kept: 4 runs"])


def test_replicates_that_are_there_beyond_those_asked_for_count(half):
    found = Resumed(half, replicates=1)
    assert (found.left, found.kept, found.said) == ([2], 2, ["Kept: 3 runs"])
    more = Resumed(half, replicates=4)
    assert (more.left, more.kept) == ([6], 2)


def test_runs_of_another_experiment_are_let_go_with_fresh_alone(half, monkeypatch):
    monkeypatch.setattr(resuming.resolved, "files", lambda _: {})
    monkeypatch.setattr(resuming.resolved, "differences", lambda *_: ["seed: 41 -> 42"])
    before = {path: path.read_bytes() for path in half.rglob("*") if path.is_file()}
    with pytest.raises(InputError) as caught:
        Resumed(half, seed=42, told={"seed": 42})
    said = str(caught.value)
    assert "1 runs there are not of this experiment any more; still valid are 1." in said
    assert "Changed since:\n  seed: 41 -> 42\n" in said and "--fresh" in said
    assert {path: path.read_bytes() for path in half.rglob("*") if path.is_file()} == before
    found = Resumed(half, fresh=True, seed=42, told={"seed": 42})
    assert found.said == ["Kept: 1 runs; let go: 1"] and found.left == [3]
    assert found.status == {"r1:42": "done"}
    table = pq.read_table(half / "runs.parquet")
    assert table["run"].to_pylist() == ["r1:42"] and table["replicate"].to_pylist() == [1]


def test_where_nothing_is_valid_the_folder_is_begun_anew(half):
    found = Resumed(half, fresh=True, prefix="other ")
    assert (found.left, found.kept, found.status) == ([4], 0, {})
    assert found.said == ["Kept: 0 runs; let go: 2"] and "seconds" not in found.manifest
    assert names(half / "shards") == [] and not (half / "runs.parquet").exists()


def test_failed_runs_alone_may_go_unasked(folder):
    with Store(folder) as store:
        store.begin(MANIFEST, TEXT, design())
        store.keep([batch(run(1, 41, False))])
    found = Resumed(folder, prefix="other ")
    assert found.said == ["Kept: 0 runs"] and found.status == {}


@pytest.mark.parametrize(
    ("told", "how"), [({"points": "other"}, {}), ({}, {"record": Record(county="off")})]
)
def test_other_points_or_records_are_written_to_tables_at_once(half, told, how):
    with Store(half) as store:
        store.load(RECORD)
        store.keep([batch(run(2, 42), run(2, 41))])
    told = told | ({"record": how["record"].model_dump()} if how else {})
    found = Resumed(half, told=told, **how)
    assert found.left == [] and found.kept == 2
    table = pq.read_table(half / "runs.parquet")
    assert table["run"].to_pylist() == ["r1:41", "r2:41", "r1:42", "r2:42"]
    assert (half / "county.parquet").exists() == (not how)


def test_points_that_are_added_are_there_before_it_is_counted(half):
    asked = []
    found = Resumed(half, more=[1, 1], ready=lambda made, left: asked.append(made.grow()))
    assert asked == [False] and found.kept == 2


def test_damage_is_said(half):
    (path,) = (half / "shards").iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    found = Resumed(half)
    assert found.said[0].startswith("Damaged: ") and path.name in found.said[0]
    assert found.said[1:] == ["Kept: 0 runs"] and found.left == [4]


@pytest.mark.parametrize(
    ("seeds", "replicates", "same", "found"),
    [
        ([], 9, True, 0),
        ([1, 2], 9, True, 2),
        ([1, 4], 2, True, 4),  # side by side: those between are not done yet
        ([1, 4], 2, False, 1),  # of another first seed, beyond what is asked for
        ([1, 2, 3, 5], 2, False, 3),  # but without a gap
        ([-3, 2], 9, True, 2),
        ([4], 3, False, 0),
        ([2], 3, False, 2),
        ([4], {"at_least": 3, "at_most": 4, "until": {"trust": 1}}, False, 4),
    ],
)
def test_the_last_replicate_of_which_a_run_is_there(seeds, replicates, same, found):
    if isinstance(replicates, dict):
        replicates = UntilPrecise.model_validate(replicates)
    status = {f"r2:{40 + n}": "done" for n in seeds}
    store = SimpleNamespace(seeds={40 + n for n in seeds} | {50}, status=status)
    assert resuming._replicates_there(session(store, replicates), same) == found


def changed(folder, before, differences=(), villagers="off", monkeypatch=None):
    monkeypatch.setattr(resuming.resolved, "files", lambda _: {})
    monkeypatch.setattr(resuming.resolved, "differences", lambda *_: list(differences))
    made = session(SimpleNamespace(folder=folder), record=Record(villagers=villagers))
    said = resuming._changed(made, before, TEXT, 1_234, 5_678)
    head, _, rest = said.partition("Changed since:\n  ")
    assert head.endswith("5,678 runs there are not of this experiment any more; still valid are "
                         "1,234. ")  # fmt: skip
    return rest.split("\ngive --out")[0].split("\n  ")


def test_what_is_said_to_have_changed(tmp_path, monkeypatch):
    now = {"code": simulation_digest(), "villagers": resuming.VILLAGERS}
    (tmp_path / "experiment.yaml").write_text(TEXT)
    many = [f"key{i}: 1 -> 2" for i in range(25)]
    assert changed(tmp_path, now, many, monkeypatch=monkeypatch) == many[:20]
    (said,) = changed(tmp_path, now, monkeypatch=monkeypatch)
    assert said.startswith("nothing that is known")
    assert changed(tmp_path, {"code": "x"}, monkeypatch=monkeypatch) == ["the simulation"]
    (said,) = changed(tmp_path, {}, monkeypatch=monkeypatch)
    assert said == "not known: manifest.json there is missing or damaged"
    called = "how villagers are called (column villager)"
    before = now | {"villagers": "another"}
    assert changed(tmp_path, before, ["a"], "last", monkeypatch) == ["a", called]
    assert changed(tmp_path, now, ["a"], "last", monkeypatch) == ["a"]
    assert changed(tmp_path, before, ["a"], "off", monkeypatch) == ["a"]
    (tmp_path / "experiment.yaml").unlink()
    (said,) = changed(tmp_path, now, monkeypatch=monkeypatch)
    assert said == "not known: experiment.yaml there is missing or damaged"
