"""Runner of an experiment: bundles that share a beginning, tasks of a fair size, nothing lost."""

import json
import math
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa

from sim.lab.design.points import Design, Point
from sim.lab.file.loading import Experiment
from sim.lab.running.executors import Pool
from sim.lab.running.tasks import Job, Task, died, packed
from sim.lab.store.folder import Store
from sim.lab.store.identity import Contents

#: the first runs of which all must not fail alike
FIRST_RUNS = 10
#: deaths of workers after which a run is tried alone, to see whether it is the cause
DEATHS = 3
#: seconds between two mentions of workers that died
EVERY = 30.0
#: tasks a worker should get at least, so that none waits long for the others at the end
TASKS_A_WORKER = 8


class SameErrorError(RuntimeError):
    """All of the first runs failed with one error; its text is the traceback."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an experiment is; everything counted is on the disk.

    Attributes
    ----------
    done, failed, total : int
        Runs that are there, those of them that failed, and all that are wanted so far.
    runs : tuple of str
        Names of the runs kept since the last time.
    workers : int
        Processes at work.
    """

    done: int
    failed: int
    total: int
    runs: tuple[str, ...]
    workers: int


class Runner:
    """Carries out runs of one experiment.

    Parameters
    ----------
    experiment, design, contents
        What is run, and how it is called.
    store : Store
        Where it is kept.
    pool : Pool
        Where it runs.
    tell : callable
        Called with a `Progress` whenever runs were kept.
    say : callable
        Called with a sentence when workers die, now and then.
    """

    def __init__(
        self,
        experiment: Experiment,
        design: Design,
        contents: Contents,
        store: Store,
        pool: Pool,
        tell: Callable[[Progress], None],
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.experiment, self.design, self.contents = experiment, design, contents
        self.store, self.pool, self.tell, self.say = store, pool, tell, say
        self._departed, self._mentioned = 0, -math.inf
        self._seconds = 0.0  # of a run, smoothed; 0 if not known yet
        self._deaths: Counter[str] = Counter()
        self._again: deque[Task] = deque()
        self._alone: deque[Task] = deque()
        self._first: list[str] | None = []
        self.total = 0

    def run(self, needed: list[tuple[Point, int]], total: int) -> None:
        """Carry out runs and keep them.

        Parameters
        ----------
        needed : list of (Point, int)
            Points and replicates, by replicate.
        total : int
            Runs wanted in all, those that are there included.

        Raises
        ------
        SameErrorError
            If the first runs all failed with the same error.
        """
        self.total = total
        tasks = self.tasks(needed)
        flying: dict[Future[bytes], Task] = {}
        try:
            while self._fill(flying, tasks):
                done, _ = wait(flying, timeout=1.0, return_when=FIRST_COMPLETED)
                self._collect(flying, done)
                self._mention_departed()
        except KeyboardInterrupt:
            self._collect(flying, [future for future in flying if future.done()])
            raise

    def _mention_departed(self) -> None:
        """Say that workers died or left, at once and then every `EVERY` seconds if more do."""
        count, now = self.pool.departed, time.monotonic()
        if count > self._departed and now - self._mentioned >= EVERY:
            self._departed, self._mentioned = count, now
            self.say(
                f"Workers that died or left so far: {count}; what they had is tried again. If they "
                "die, it is most often of too little memory: fewer workers, a larger `scale` or "
                "less under `record` needs less"
            )

    # --- tasks --------------------------------------------------------------------------

    def tasks(self, needed: list[tuple[Point, int]]) -> Iterator[Task]:
        """Yield tasks of a fair size; a bundle that shares its beginning stays whole."""
        workers = max(self.pool.workers, 1)
        most = max(1, len(needed) // (TASKS_A_WORKER * workers))
        runs: list[tuple[Point, int]] = []
        for bundle in self._bundles(needed, TASKS_A_WORKER * workers if workers > 1 else 1):
            runs += bundle
            fair = self.pool.task_seconds / self._seconds if self._seconds else 1.0
            if len(runs) >= min(fair, most):
                yield self._task(runs)
                runs = []
        if runs:
            yield self._task(runs)

    def _bundles(
        self, needed: list[tuple[Point, int]], wanted: int
    ) -> Iterator[list[tuple[Point, int]]]:
        """Yield runs that share a beginning, cut where there are fewer bundles than wanted."""
        pieces = 0
        for replicate, pairs in groupby(needed, key=lambda pair: pair[1]):
            seed = self.experiment.seed + replicate - 1
            together: dict[str, list[tuple[Point, int]]] = {}
            for point, _ in pairs:
                shared = self.contents.shared(point, seed)
                together.setdefault(shared, []).append((point, replicate))
            replicates = needed[-1][1] - replicate + 1
            pieces = pieces or math.ceil(wanted / (len(together) * replicates))
            for runs in together.values():
                size = math.ceil(len(runs) / min(pieces, len(runs)))
                for i in range(0, len(runs), size):
                    yield runs[i : i + size]

    def _task(self, runs: list[tuple[Point, int]]) -> Task:
        return task_of(self.experiment, self.design, self.contents, runs)

    # --- under way ----------------------------------------------------------------------

    def _fill(self, flying: dict[Future[bytes], Task], tasks: Iterator[Task]) -> bool:
        """Submit tasks up to the pool's capacity; tell whether anything is under way."""
        while len(flying) < self.pool.capacity:
            if self._alone:
                if not flying:
                    self._submit(flying, self._alone.popleft())
                break
            task = self._again.popleft() if self._again else next(tasks, None)
            if task is None:
                break
            self._submit(flying, task)
        return bool(flying)

    def _submit(self, flying: dict[Future[bytes], Task], task: Task) -> None:
        try:
            future = self.pool.submit(task)
        except Exception as error:
            if not self.pool.lost(error):
                raise
            future = self.pool.submit(task)
        flying[future] = task

    def _collect(self, flying: dict[Future[bytes], Task], done: Iterable[Any]) -> None:
        """Keep what finished tasks gave; put those whose worker died up again."""
        kept: list[pa.RecordBatch] = []
        dead = None
        for future in done:
            task = flying.pop(future)
            error = None if future.cancelled() else future.exception()
            if error is None and not future.cancelled():
                kept += pa.ipc.open_stream(future.result())
            elif future.cancelled() or dead or self.pool.lost(error):  # pyright: ignore
                dead = True
                kept += self._died(task)
            else:
                raise error  # pyright: ignore
        if kept:
            self._keep(kept)

    def _died(self, task: Task) -> list[pa.RecordBatch]:
        """Put the runs of a task up again, one by one; give up those that kill their worker."""
        kept: list[pa.RecordBatch] = []
        for job in task.jobs:
            self._deaths[job.run] += 1
            single = Task(
                task.code, {job.head: task.heads[job.head]}, task.folders, task.record, (job,)
            )
            if self._deaths[job.run] < DEATHS:
                self._again.append(single)
            elif self._deaths[job.run] == DEATHS:
                self._alone.append(single)
            else:
                told = (
                    "The process that ran it died every time it was tried, with this run alone "
                    "in work at last: most often too little memory, or a crash in compiled code.\n"
                )
                kept += pa.ipc.open_stream(packed([died(job, told)]))
        return kept

    def _keep(self, batches: list[pa.RecordBatch]) -> None:
        """Keep finished runs and say so."""
        self.store.keep(batches)
        names: list[str] = []
        for batch in batches:
            names += batch["run"].to_pylist()
            for seconds in batch["seconds"].to_pylist():
                self._seconds += (0.2 if self._seconds else 1.0) * (seconds - self._seconds)
            self._count_first(batch)
        done, failed = len(self.store.status), self.store.failed
        self.tell(Progress(done, failed, max(self.total, done), tuple(names), self.pool.workers))
        if self._first and len(self._first) >= min(FIRST_RUNS, self.total):
            if len(set(map(_last_line, self._first))) == 1:
                raise SameErrorError(self._first[0])
            self._first = None

    def _count_first(self, batch: pa.RecordBatch) -> None:
        """Note the errors of the first runs; nothing more once one of them worked."""
        if self._first is None:
            return
        for status, error in zip(
            batch["status"].to_pylist(), batch["error"].to_pylist(), strict=True
        ):
            if status == "done":
                self._first = None
                return
            self._first.append(error)


def task_of(
    experiment: Experiment, design: Design, contents: Contents, runs: list[tuple[Point, int]]
) -> Task:
    """Return runs, each a point and a replicate, as one task."""
    heads = list({id(point.head): point.head for point, _ in runs}.values())
    number = {id(head): i for i, head in enumerate(heads)}
    jobs = []
    for point, replicate in runs:
        seed = experiment.seed + replicate - 1
        name, values = contents.run(point, seed), design.given(point, seed)
        jobs.append(Job(name, point.number, replicate, number[id(point.head)], values, seed))
    texts = {i: json.dumps(head.tree.plain(), default=str) for i, head in enumerate(heads)}
    folders, record = tuple(experiment.folders), experiment.spec.record
    return Task(contents.code, texts, folders, record, tuple(jobs))


def _last_line(told: str) -> str:
    """Return what an error says, numbers aside: they may be those of the run."""
    return re.sub(r"\d+", "", told.strip().rpartition("\n")[2])


def silent(_: Progress) -> None:
    """Say nothing."""
