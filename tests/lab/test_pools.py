"""Pools alone: tasks given, workers replaced or counted, what is said where nothing answers."""

import os
import sys
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from types import SimpleNamespace

import pytest

from sim.errors import InputError
from sim.lab.running import executors, progress
from sim.lab.running.executors import Cluster, Local, LostClusterError, Pool, Serial, StartError
from sim.lab.running.progress import Teller, telling


def answered(value=None, error=None):
    future = Future()
    if error is None:
        future.set_result(value)
    else:
        future.set_exception(error)
    return future


def test_a_process_may_use_the_cores_it_was_given(monkeypatch):
    assert executors.cores() == len(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert executors.cores() == 7
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert executors.cores() == 1
    daemon = SimpleNamespace(daemon=True)
    monkeypatch.setattr(executors.multiprocessing, "current_process", lambda: daemon)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert executors.cores() == 1


def test_this_process_does_one_task_at_a_time(monkeypatch):
    monkeypatch.setattr(executors, "run_task", lambda task: task.upper())
    pool = Serial()
    assert (pool.capacity, pool.workers, pool.departed, pool.task_seconds) == (1, 1, 0, 0.3)
    assert pool.submit("a").result() == "A"  # pyright: ignore
    wrong = pool.submit(5)  # pyright: ignore
    assert isinstance(wrong.exception(), AttributeError) and not pool.lost(KeyError())
    pool.close()


class Processes:
    """A pool of processes that starts none."""

    def __init__(self, workers, context, ready):
        self.given, self.shut, self._processes = [], [], {1: SimpleNamespace(kill=self.kill)}
        self.workers, self.context, self.ready, self.killed = workers, context, ready, 0

    def kill(self):
        self.killed += 1

    def submit(self, what, *more):
        self.given.append((what, *more))
        return answered(0)

    def shutdown(self, **how):
        self.shut.append(how)


@pytest.fixture
def made(monkeypatch):
    """Pools of processes in the order in which they were made."""
    pools = []

    def start(*how):
        pools.append(Processes(*how))
        return pools[-1]

    monkeypatch.setattr(executors, "ProcessPoolExecutor", start)
    return pools


def test_tasks_are_queued_for_two_a_worker(made):
    local = Local(3)
    assert (local.workers, local.capacity, local.task_seconds) == (3, 6, 0.3)
    assert made[0].workers == 3 and made[0].ready is executors.ready
    assert made[0].context.get_start_method() == "forkserver"
    local.submit("a task")  # pyright: ignore
    assert made[0].given == [(int,), (executors.run_task, "a task")]


def test_workers_are_replaced_after_so_many_tasks(made, monkeypatch):
    monkeypatch.setattr(executors, "RECYCLE", 2)
    local = Local(1)
    for task in "abcdefg":
        local.submit(task)  # pyright: ignore[reportArgumentType]
    tasks = [[task for _, *rest in pool.given for task in rest] for pool in made]
    assert tasks == [["a", "b"], ["c", "d"], ["e", "f"], ["g"]]
    assert [pool.shut for pool in made[:-1]] == [[{"wait": False}]] * (len(made) - 1)
    local.close()
    ended = {"wait": False, "cancel_futures": True}
    assert [pool.killed for pool in made] == [0, 1, 1, 1] and made[-1].shut == [ended]


def test_a_worker_that_died_is_replaced_and_counted(made):
    local = Local(2)
    assert not local.lost(ValueError()) and (len(made), local.departed) == (1, 0)
    for count, error in enumerate((BrokenProcessPool(), CancelledError(), MemoryError()), start=1):
        assert local.lost(error) and local.departed == count and len(made) == count + 1
        assert made[count - 1].shut == [{"wait": False, "cancel_futures": True}]


def test_workers_that_never_come_up_are_given_up_after_three_starts(made, monkeypatch):
    local = Local(2)
    dead = [Future(), answered(error=BrokenProcessPool())]
    for greeting in dead:
        local._greeting = greeting
        assert local.lost(BrokenProcessPool())
    assert local.lost(BrokenProcessPool())  # one that answered begins the count anew
    for greeting in dead:
        local._greeting = greeting
        assert local.lost(BrokenProcessPool())
    local._greeting = Future()
    with pytest.raises(StartError, match="memory may be too little for 2"):
        local.lost(BrokenProcessPool())

    def refuse(*_):
        raise OSError

    monkeypatch.setattr(executors, "ProcessPoolExecutor", refuse)
    with pytest.raises(StartError):
        Local(2)


def test_only_a_result_is_an_answer():
    gone = Future()
    gone.cancel()
    futures = [answered(1), Future(), gone, answered(error=KeyError())]
    assert [executors._answered(future) for future in futures] == [True, False, False, False]


class Client:
    """A client of a scheduler: what it was asked, and what it answers."""

    def __init__(self, address, **how):
        if address == "nowhere":
            raise OSError("refused")
        self.how, self.status, self.closed, self.shut = how, "running", [], []
        self.known = {"a": {"nthreads": 2}, "b": {"nthreads": 3}}

    def get_executor(self, **how):
        self.executor = how
        submit = lambda *what: what  # noqa: E731
        return SimpleNamespace(submit=submit, shutdown=lambda **how: self.shut.append(how))

    def scheduler_info(self):
        if self.known is None:
            raise KeyError("workers")
        return {"workers": self.known}

    def close(self, **how):
        self.closed.append(how)


@pytest.fixture
def cluster(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=Client))
    return Cluster("tcp://here")


def test_a_cluster_is_sent_every_task_as_one_of_its_own(cluster):
    """Two tasks alike are two tasks, and no other client in the process is replaced."""
    assert cluster._client.executor == {"pure": False}
    assert cluster._client.how == {"timeout": "15s", "set_as_default": False}
    assert cluster.submit("a") == (executors.run_task, "a") and cluster.task_seconds == 1.0


def test_workers_of_a_cluster_are_asked_for_every_two_seconds(cluster, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(executors.time, "monotonic", lambda: clock[0])
    assert (cluster.workers, cluster.capacity, cluster.departed) == (5, 10, 0)
    cluster._client.known = {}
    clock[0] += 2.0
    assert cluster.workers == 5
    clock[0] += 0.1
    assert (cluster.workers, cluster.capacity, cluster.departed) == (0, 2, 2)
    cluster._client.known = None
    clock[0] += 3.0
    with pytest.raises(LostClusterError, match="the scheduler at tcp://here is gone"):
        _ = cluster.workers


def test_a_task_is_lost_with_its_worker_and_a_cluster_with_its_scheduler(cluster):
    killed = type("KilledWorker", (Exception,), {})()
    assert cluster.lost(killed) and cluster.lost(CancelledError()) and not cluster.lost(KeyError())
    cluster.close()
    assert cluster._client.shut == [{"wait": False}] and cluster._client.closed == [{"timeout": 5}]
    cluster._client.status = "closed"
    with pytest.raises(LostClusterError):
        cluster.lost(killed)
    cluster.close()
    assert len(cluster._client.shut) == 1 and len(cluster._client.closed) == 2


def test_no_scheduler_and_no_dask_are_said(cluster, monkeypatch):
    with pytest.raises(InputError, match=r"--cluster nowhere: no Dask scheduler answers there"):
        Cluster("nowhere")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"hecun\[cluster\]"):
        Cluster("tcp://here")


def test_a_pool_says_of_itself_that_it_is_one():
    with pytest.raises(TypeError):
        Pool()  # pyright: ignore[reportAbstractUsage]


def test_sentences_are_said_above_a_bar_as_they_are():
    said = []
    console = SimpleNamespace(print=lambda text, **how: said.append((text, how)))
    Teller(SimpleNamespace(console=console)).say("a [red] one")
    plain = {"markup": False, "highlight": False, "soft_wrap": True}
    assert said == [("a [red] one", plain)]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_is_for_a_terminal(terminal, monkeypatch, capsys):
    monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: terminal)
    with telling() as teller:
        assert (teller.bar is not None) == terminal
        teller.say("done")
    assert "done" in capsys.readouterr().err
