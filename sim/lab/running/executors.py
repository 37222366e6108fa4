"""Executors of tasks: this process, others on this machine, or a Dask cluster.

All three take a task (`tasks.Task`) and give a future of bytes; nothing else differs.
"""

import math
import multiprocessing
import os
import sys
import time
from abc import ABC, abstractmethod
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from sim.errors import InputError
from sim.lab.running.tasks import Task, run_task
from sim.lab.running.workers import ready, starting
from sim.terminal.endings import unless_ended

#: tasks after which worker processes are replaced by fresh ones
RECYCLE = 2_000
#: times that workers may end before their first answer, one after the other
STARTS = 3


def cores() -> int:
    """Return the cores this process may use; 1 where it may start no others."""
    if multiprocessing.current_process().daemon:  # one of a multiprocessing.Pool
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pool(ABC):
    """Carries out tasks."""

    #: seconds of work a task should have
    task_seconds = 0.3
    #: workers that died, or left, so far
    departed = 0

    @abstractmethod
    def submit(self, task: Task) -> Future[bytes]:
        """Start a task, or queue it."""

    def lost(self, error: BaseException) -> bool:
        """Tell whether a task's error means that its worker died; be ready for more if so."""
        del error
        return False

    @property
    def capacity(self) -> int:
        """Tasks to have under way at once."""
        return 1

    @property
    def workers(self) -> int:
        """Processes at work."""
        return 1

    @abstractmethod
    def close(self) -> None:
        """Stop at once, whatever is under way."""


class Serial(Pool):
    """Runs in this process, one after the other."""

    def submit(self, task: Task) -> Future[bytes]:
        """Carry out a task before returning."""
        future: Future[bytes] = Future()
        try:
            future.set_result(run_task(task))
        except Exception as error:  # noqa: BLE001  (it belongs to the future)
            future.set_exception(error)
        unless_ended()  # of which a compiled library, then a run, may have made an error of theirs
        return future

    def close(self) -> None:
        """Do nothing."""


class StartError(RuntimeError):
    """Worker processes do not come up."""


class Local(Pool):
    """Processes of this machine, replaced after `RECYCLE` tasks and when one dies.

    Parameters
    ----------
    workers : int
        How many.

    Raises
    ------
    InputError
        If this process may not start others.
    """

    def __init__(self, workers: int) -> None:
        method = "forkserver" if sys.platform != "win32" else "spawn"
        self._context: Any = multiprocessing.get_context(method)
        if method == "forkserver":
            self._context.set_forkserver_preload(["sim.lab.running.preload"])
        if multiprocessing.current_process().daemon:
            raise InputError(
                "this process belongs to a multiprocessing.Pool and may start none of its own: "
                "give workers=1"
            )
        self._workers = workers
        self._old: list[ProcessPoolExecutor] = []
        self._failed = 0  # starts, one after the other
        self._begin()

    def _begin(self) -> None:
        """Start fresh processes; their first answer is awaited in `_greeting`."""
        self._given = 0
        try:
            with starting():
                self._pool = ProcessPoolExecutor(self._workers, self._context, ready)
                self._greeting = self._pool.submit(int)
        except (OSError, EOFError) as error:
            raise self._not_started() from error

    def _not_started(self) -> StartError:
        return StartError(
            "worker processes end before they take up work; what they said of it is above. Where "
            f"they said nothing, memory may be too little for {self._workers}. Fewer --workers "
            "need less; --workers 1 runs in this process"
        )

    @property
    def capacity(self) -> int:
        """Two tasks a worker, so that none waits for the next."""
        return 2 * self._workers

    @property
    def workers(self) -> int:
        """Processes at work."""
        return self._workers

    def submit(self, task: Task) -> Future[bytes]:
        """Queue a task."""
        if self._given == RECYCLE:
            self._retire()
        self._given += 1
        with starting():
            return self._pool.submit(run_task, task)

    def _retire(self) -> None:
        """Let the pool finish what it has, and start a fresh one."""
        self._pool.shutdown(wait=False)
        self._old = [*self._old[-1:], self._pool]
        self._begin()

    def lost(self, error: BaseException) -> bool:
        """Replace a pool whose worker died, or has no memory left."""
        if not isinstance(error, BrokenProcessPool | CancelledError | MemoryError):
            return False
        self.departed += 1
        up = isinstance(error, MemoryError) or _answered(self._greeting)
        self._failed = 0 if up else self._failed + 1
        if self._failed == STARTS:
            raise self._not_started() from error
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._begin()
        return True

    def close(self) -> None:
        """Kill the workers."""
        for pool in (*self._old, self._pool):
            processes = list((getattr(pool, "_processes", None) or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.kill()


def _answered(future: Future[Any]) -> bool:
    """Tell whether a future has a result."""
    return future.done() and not future.cancelled() and future.exception() is None


class LostClusterError(RuntimeError):
    """The scheduler does not answer any more."""


class Cluster(Pool):
    """The workers of a Dask scheduler: they may join, leave and die.

    Parameters
    ----------
    address : str
        The scheduler's, as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    InputError
        If Dask is not installed or no scheduler answers.
    """

    task_seconds = 1.0

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise InputError(
                "--cluster needs Dask: install the extra `cluster` "
                "(python -m uv run --extra cluster hecun ..., or pip install 'hecun[cluster]')"
            ) from error
        try:
            self._client: Any = Client(address, timeout="15s", set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise InputError(
                f"--cluster {address}: no Dask scheduler answers there ({error}); start one with "
                "`dask scheduler` and give the address it prints"
            ) from error
        self._executor: Any = self._client.get_executor(pure=False)
        self._address = address
        self._workers, self._asked = 0, -math.inf
        self._names: set[str] = set()

    def submit(self, task: Task) -> Future[bytes]:
        """Send a task to the scheduler."""
        return self._executor.submit(run_task, task)

    def lost(self, error: BaseException) -> bool:
        """Tell whether the workers that had a task died."""
        if self._client.status != "running":
            raise self._gone() from error
        return type(error).__name__ in ("KilledWorker", "CancelledError", "FutureCancelledError")

    def _gone(self) -> LostClusterError:
        return LostClusterError(
            f"the scheduler at {self._address} is gone; the runs that are done are kept: start "
            "another and give the command again"
        )

    @property
    def workers(self) -> int:
        """Threads of the workers connected, as asked of the scheduler every two seconds."""
        if time.monotonic() - self._asked > 2.0:
            try:
                known = self._client.scheduler_info()["workers"]
            except (OSError, RuntimeError, KeyError) as error:
                raise self._gone() from error
            self._workers = sum(worker["nthreads"] for worker in known.values())
            self.departed += len(self._names - set(known))
            self._names = set(known)
            self._asked = time.monotonic()
        return self._workers

    @property
    def capacity(self) -> int:
        """Two tasks a worker thread."""
        return 2 * max(self.workers, 1)

    def close(self) -> None:
        """Drop what is under way; the scheduler and its workers stay."""
        if self._client.status == "running":
            self._executor.shutdown(wait=False)
        self._client.close(timeout=5)
