"""Errors that are met and gone on from, or said: each kind of each place."""

import os
import sys
from concurrent.futures import Future
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from lab.test_run_tables import RECORD, row
from lab.test_store import TEXT, batch, design, names

from sim.cli import main
from sim.errors import InputError
from sim.lab import experiment as running
from sim.lab.file import template
from sim.lab.file.samples import POSTERIOR, read_sample
from sim.lab.running import executors
from sim.lab.running.executors import Cluster, Local, LostClusterError, StartError
from sim.lab.running.runner import Runner, SameErrorError
from sim.lab.running.tasks import OtherCodeError
from sim.lab.store import shards
from sim.lab.store.folder import Store
from sim.lab.store.ownership import take_lock
from sim.lab.store.reading import _patiently

TOLD = {"experiment": "compare", "state": "running", "inputs": {}}


def raising(error):
    def refuse(*_, **__):
        raise error

    return refuse


# --- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SameErrorError("ValueError: no village"), "the first runs all failed with the same error"),
        (LostClusterError("the scheduler is gone"), "the scheduler is gone"),
        (OtherCodeError("another version"), "another version"),
        (StartError("no workers"), "no workers"),
        (KeyboardInterrupt(), "the same command goes on from there"),
    ],
)
def test_an_experiment_that_stops_says_why(monkeypatch, tmp_path, error, said):
    monkeypatch.setattr(running, "run_experiment", raising(error))
    done = CliRunner().invoke(main, ["experiment", str(tmp_path / "e.yaml")])
    assert done.exit_code == (130 if isinstance(error, KeyboardInterrupt) else 1)
    assert said in done.stderr and "Traceback" not in done.output


def test_a_template_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "configs").write_text("a file")
    with pytest.raises(InputError, match="configs"):
        template.write("mine", "513424", tmp_path, "en")


# --- workers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [OSError(), EOFError()])
def test_workers_that_cannot_be_started(monkeypatch, error):
    monkeypatch.setattr(executors, "ProcessPoolExecutor", raising(error))
    with pytest.raises(StartError, match="before they take up work"):
        Local(2)


@pytest.mark.parametrize("error", [OSError("x"), ValueError("x"), TypeError("x")])
def test_addresses_at_which_nothing_answers(monkeypatch, error):
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=raising(error)))
    with pytest.raises(InputError, match=r"no Dask scheduler answers there \(x\)"):
        Cluster("there")


@pytest.mark.parametrize("error", [OSError(), RuntimeError(), KeyError()])
def test_a_scheduler_that_answers_no_more(error):
    cluster = object.__new__(Cluster)
    cluster._client = SimpleNamespace(scheduler_info=raising(error))
    cluster._address, cluster._asked = "there", float("-inf")
    with pytest.raises(LostClusterError, match="the scheduler at there is gone"):
        _ = cluster.workers


class DiedError(Exception):
    """A worker died."""


@pytest.fixture
def runner():
    made = object.__new__(Runner)
    made.kept, made.again = [], []
    made._keep = made.kept.extend
    made._died = lambda task: made.again.append(task) or []
    made.pool = SimpleNamespace(
        lost=lambda error: isinstance(error, DiedError), departed=0, capacity=2
    )
    made._departed, made._again, made._alone = 0, [], []
    return made


def result(*names):
    made = pa.RecordBatch.from_pylist([{"run": name} for name in names])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, made.schema) as writer:
        writer.write_batch(made)
    future = Future()
    future.set_result(sink.getvalue().to_pybytes())
    return future


def failed(error):
    future = Future()
    future.set_exception(error)
    return future


def cancelled():
    future = Future()
    future.cancel()
    return future


def runs(batches):
    return [name for one in batches for name in one["run"].to_pylist()]


def test_what_is_done_is_kept_and_what_died_is_tried_again(runner):
    flying = {
        result("a", "b"): 1,
        failed(DiedError()): 2,
        cancelled(): 3,
        result("c"): 4,
        Future(): 5,
    }
    runner._collect(flying, list(flying)[:4])
    assert runs(runner.kept) == ["a", "b", "c"] and runner.again == [2, 3]
    assert list(flying.values()) == [5]
    with pytest.raises(KeyError):
        runner._collect({(wrong := failed(KeyError())): 6}, [wrong])
    both = {failed(DiedError()): 7, failed(KeyError()): 8}  # a pool that broke fails all it had
    runner._collect(both, list(both))
    assert runner.again == [2, 3, 7, 8]


def test_what_is_done_when_it_is_interrupted_is_kept(runner, monkeypatch):
    done, open_ = result("a"), Future()

    def fill(flying, tasks):
        flying |= {done: 1, open_: 2}
        return True

    runner.tasks, runner._fill, runner._mention_departed = iter, fill, lambda: None
    module = sys.modules["sim.lab.running.runner"]
    monkeypatch.setattr(module, "wait", raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        runner.run([], 9)
    assert runs(runner.kept) == ["a"] and runner.total == 9


def test_a_task_is_given_again_to_a_pool_that_was_replaced(runner):
    errors, flying = [DiedError()], {}

    def submit(task):
        if errors:
            raise errors.pop()
        return "future"

    runner.pool.submit = submit
    runner._submit(flying, "task")
    assert flying == {"future": "task"}
    errors.append(KeyError())
    with pytest.raises(KeyError):
        runner._submit(flying, "task")


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [FileNotFoundError("a/runs.parquet"), NotADirectoryError("a/x")])
def test_files_that_are_moved_are_waited_for(error):
    tries = []

    def read():
        tries.append(1)
        if len(tries) < 3:
            raise error
        return "found"

    assert _patiently(read, None) == "found"  # pyright: ignore[reportArgumentType]
    with pytest.raises(PermissionError):
        _patiently(raising(PermissionError()), None)  # pyright: ignore[reportArgumentType]


def test_a_disk_without_links_gets_copies(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", raising(OSError()))
    with Store(tmp_path / "out") as store:
        store.begin(TOLD, TEXT, design())
        store.keep([batch(row("a", 1, 1, 1.0, 1))])
        store.finish([("a", 1, 1)], design(), RECORD, store.manifest | {"state": "complete"}, TEXT)
    assert pq.read_table(tmp_path / "out" / "runs.parquet")["run"].to_pylist() == ["a"]
    assert not (tmp_path / "out" / ".complete").exists()


def test_a_folder_that_cannot_be_put_in_order_is_not_kept_locked(tmp_path, monkeypatch):
    store = Store(tmp_path / "out")
    monkeypatch.setattr(store, "_tidy", raising(OSError("no")))
    with pytest.raises(OSError, match="no"):
        store.__enter__()
    assert store._lock.closed


def test_a_lock_that_was_removed_meanwhile_is_none(tmp_path):
    with (tmp_path / ".lock").open("a+") as file:
        assert take_lock(file, tmp_path) and not file.closed
    with (tmp_path / ".lock").open("a+") as file:
        (tmp_path / ".lock").unlink()
        assert not take_lock(file, tmp_path) and file.closed
    with (tmp_path / ".lock").open("a+") as file:
        (tmp_path / ".lock").unlink()
        (tmp_path / ".lock").touch()  # another's
        assert not take_lock(file, tmp_path)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError()])
def test_a_shard_that_is_not_whole_is_not_left(tmp_path, monkeypatch, error):
    monkeypatch.setattr(shards, "sync", raising(error))
    with pytest.raises(type(error)):
        shards.write(tmp_path, 1, 1, [batch(row("a", 1, 1))])
    assert names(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b"no Arrow file at all"])
def test_a_shard_that_is_no_arrow_file(tmp_path, content):
    from sim.files import file_digest

    path = tmp_path / "x"
    path.write_bytes(content)
    path = path.rename(tmp_path / f"00000001-00000001-{file_digest(path)}.arrow")
    with pytest.raises(shards.DamagedError, match="the experiment's command does its runs again"):
        shards.read(path)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}), None),
        (pd.DataFrame({"a": ["x", "y"]}), "damaged"),
        (pd.DataFrame({"a": [[1.0], [2.0]]}), "damaged"),
        (pd.DataFrame({"a": [1.0, float("inf")]}), "damaged"),
        (pd.DataFrame({"a": []}, dtype=float), "damaged"),
        (pd.DataFrame(index=[0, 1]), "damaged"),
        (pd.DataFrame({"a": [0.0] * 10_000, "b": 1.0}), None),
        (pd.DataFrame({"a": [0.0] * 10_001, "b": 1.0}), "with draws: 10000 or fewer"),
        (None, "damaged"),
    ],
)
def test_a_posterior_sample_that_is_none(tmp_path, frame, said):
    path = tmp_path.joinpath(*POSTERIOR)
    path.parent.mkdir()
    if frame is None:
        path.write_bytes(b"PAR1")
    else:
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
    found, wrong = read_sample(tmp_path)
    if said is None:
        assert wrong is None and list(found) == ["a", "b"] and len(found["a"]) == len(frame)
    else:
        assert found == {} and said in str(wrong) and str(path) in str(wrong)
