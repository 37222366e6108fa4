"""A task: some runs, carried out in one process, and what comes back of it as bytes."""

import json
import os
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sim.config.loading import merge, planted
from sim.config.places import Node, Place
from sim.lab.design.points import changes
from sim.lab.file.schema import Record
from sim.lab.running.anywhere import anywhere
from sim.lab.running.branching import Branch, RunError, beginning, simulate_all
from sim.lab.store.recording import Recording
from sim.lab.store.shards import content_digest, shard_schema
from sim.model.calendar import format_month
from sim.model.compiled import simulation_digest
from sim.model.config.schema import Config

if TYPE_CHECKING:
    from sim.model.county import CountyModel

_NOWHERE = Place("")
#: one run at a time in a process: a worker of a cluster may have several threads
_TURN = threading.Lock()


@dataclass(frozen=True, slots=True)
class Job:
    """One run to do.

    Attributes
    ----------
    run : str
        Its name.
    point, replicate : int
        Its place in the design.
    head : int
        Which of the task's configurations it varies.
    values : dict
        Key of the configuration -> value.
    seed : int
        Seed of its luck.
    """

    run: str
    point: int
    replicate: int
    head: int
    values: dict[str, Any]
    seed: int


@dataclass(frozen=True, slots=True)
class Task:
    """Some runs, plain data that any process can be sent.

    Attributes
    ----------
    code : str
        Digest of the simulation's sources that the runs are named with.
    heads : dict of str
        Configurations as JSON, by their number.
    folders : tuple of str
        Where policies of one's own are looked for.
    record : Record
        What is kept.
    jobs : tuple of Job
        The runs.
    """

    code: str
    heads: dict[int, str]
    folders: tuple[str, ...]
    record: Record
    jobs: tuple[Job, ...]


class OtherCodeError(RuntimeError):
    """A worker has another version of the simulation."""


def run_task(task: Task) -> bytes:
    """Carry out a task; return an Arrow stream of `shard_schema` with a row for every run.

    Raises
    ------
    OtherCodeError
        If this process has another version of the simulation.
    """
    if task.code != simulation_digest():
        raise OtherCodeError(
            f"worker {socket.gethostname()}:{os.getpid()} has another version of hecun than the "
            "process that sends the runs; install the same one everywhere"
        )
    with _TURN:
        rows = {row["run"]: row for row in _run(task)}
    return packed([rows[job.run] for job in task.jobs])


def packed(rows: list[dict[str, Any]]) -> bytes:
    """Return rows of a shard as an Arrow stream."""
    batch = pa.RecordBatch.from_pylist(rows, shard_schema())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def config_of(task: Task, job: Job) -> Config:
    """Return the configuration of a job."""
    tree = _head(task.heads[job.head])

    for change in changes(job.values, _NOWHERE):
        tree = merge(tree, change)
    text = json.dumps(tree.plain(), default=str)
    return Config.model_validate_json(text, context={"folders": task.folders, "announce": False})


@lru_cache(maxsize=256)
def _head(text: str) -> Node:
    return planted(json.loads(text), _NOWHERE)


def _run(task: Task) -> list[dict[str, Any]]:
    groups: dict[tuple[str, int], list[tuple[Job, Branch, Recording]]] = {}
    rows = []
    for job in task.jobs:
        try:
            config = config_of(task, job)
        except Exception as error:  # noqa: BLE001  (one wrong run does not stop the others)
            failure = RunError(None)
            failure.__cause__ = error
            rows.append(_failure(job, failure, 0.0, task.folders))
            continue
        recording = Recording(task.record, config)
        hook = recording.after_month if task.record.villagers != "off" else None
        group = groups.setdefault((beginning(config), job.seed), [])
        group.append((job, Branch(config, hook, recording.read), recording))
    for (_, seed), members in groups.items():
        of_branch = {id(branch): (job, recording) for job, branch, recording in members}
        began = time.perf_counter()
        for branch, county in simulate_all([branch for _, branch, _ in members], seed):
            job, recording = of_branch[id(branch)]
            rows.append(_row(job, recording, county, began, task.folders))
            began = time.perf_counter()
    return rows


def _row(
    job: Job,
    recording: Any,
    county: "CountyModel | RunError",
    began: float,
    folders: Sequence[str],
) -> dict[str, Any]:
    """Return a run's row of a shard."""
    if isinstance(county, RunError):
        return _failure(job, county, time.perf_counter() - began, folders)
    try:
        ends, batches = recording.ends(county), recording.batches(county)
    except Exception as error:  # noqa: BLE001
        failure = RunError(county.month)
        failure.__cause__ = error
        return _failure(job, failure, time.perf_counter() - began, folders)
    found = {name: batch.serialize().to_pybytes() for name, batch in batches.items()}
    found |= {"status": "done", "ends": ends, "doses": recording.doses(county)}
    return _sealed(job, found, time.perf_counter() - began)


def _failure(job: Job, failure: RunError, seconds: float, folders: Sequence[str]) -> dict[str, Any]:
    cause = failure.__cause__ or failure
    told = anywhere("".join(traceback.format_exception(cause)), folders)
    month = None if failure.month is None else format_month(failure.month)
    return _sealed(job, {"status": "failed", "error": told, "failed_in": month}, seconds)


@lru_cache(maxsize=1)
def _worker(process: int) -> str:
    """Return a name for this process that tells it from others and says nothing of the machine."""
    del process
    return secrets.token_hex(4)


def died(job: Job, told: str) -> dict[str, Any]:
    """Return the row of a run that took its worker with it."""
    return _sealed(job, {"status": "failed", "error": told}, 0.0)


def _sealed(job: Job, found: dict[str, Any], seconds: float) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(shard_schema().names) | found
    row |= {key: getattr(job, key) for key in ("run", "point", "replicate", "seed")}
    row["digest"] = content_digest(row)
    row["seconds"], row["finished"] = seconds, int(time.time() * 1000)
    row["worker"] = _worker(os.getpid())
    return row
