"""Verifies results: whether files, answers and runs are those that they give when done again."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.config import load
from sim.errors import InputError
from sim.files import digest, file_digest
from sim.lab.answers import ENDINGS, ESTIMATED, TABLES, answer, estimates, put
from sim.lab.design.points import Design
from sim.lab.file.loading import Experiment
from sim.lab.one_run.replay import designed
from sim.lab.running.executors import Local, Pool, Serial, cores
from sim.lab.running.runner import task_of
from sim.lab.running.tasks import Task
from sim.lab.store import shards
from sim.lab.store.identity import Contents
from sim.lab.store.reading import ExperimentResults
from sim.model.compiled import simulation_digest
from sim.model.county import CountyModel
from sim.plugins import offered
from sim.results.packed import opened
from sim.results.stored import read_manifest, whole
from sim.results.writing import write_tables

#: minutes that runs are done again for, if not given; the rest takes seconds
MINUTES = 4.0
#: points that share a task, and with it the months before their policies begin
_TOGETHER = 6


@dataclass(slots=True)
class Verdict:
    """What was verified of results.

    Attributes
    ----------
    lines : list of str
        What was done and found.
    differ : int
        Numbers (tables, or runs) that are not those stored.
    """

    lines: list[str]
    differ: int = 0


def verify(
    results: Path, minutes: float = MINUTES, workers: int | None = None, say: Callable = str
) -> Verdict:
    """Verify stored or packed results: files, tables, runs.

    Parameters
    ----------
    results : Path
        A folder of results, or an archive that `hecun pack` wrote.
    minutes : float
        No run is begun after so many; those that are done first are spread over all.
    workers : int, optional
        Processes; one a core if not given.
    say : callable
        Called with a sentence before what takes long.

    Raises
    ------
    InputError
        If they are no finished results, or files are not what was written.
    """
    end = time.monotonic() + 60.0 * minutes
    verdict = Verdict([])
    with opened(results) as (folder, sums):
        path, files = whole(folder)
        packed = f", {sums} as they were packed" if sums else ""
        verdict.lines.append(f"files   {files} are as they were written{packed}")
        if path.name == "config.yaml":
            _run(folder, verdict, say)
        else:
            _experiment(folder, verdict, end, workers, say)
    return verdict


def _other_code(manifest: dict[str, Any], verdict: Verdict) -> None:
    if manifest["code"] != simulation_digest():
        verdict.lines.append(
            f"code    made by hecun {manifest['hecun']} with another model than this one: where "
            "numbers differ below, that may be why"
        )


def _run(folder: Path, verdict: Verdict, say: Callable) -> None:
    """Do a run again and compare its tables."""
    manifest: Any = read_manifest(folder, "run")
    _other_code(manifest, verdict)
    say("the run is done again")
    config = load(folder / "config.yaml")
    county = CountyModel(config)
    county.run_for(config.months)
    with tempfile.TemporaryDirectory() as place:
        now = write_tables(county, Path(place))
    names = [name for name in manifest["tables"] if "timings" not in name]
    wrong = [name for name in names if now.get(name) != manifest["tables"][name]]
    verdict.differ = len(wrong)
    same = f"{len(names) - len(wrong)} of {len(names)} tables of the run, done again, are the same"
    verdict.lines.append(f"run     {same}{_named(wrong)}")


def _experiment(
    folder: Path, verdict: Verdict, end: float, workers: int | None, say: Callable
) -> None:
    """Work out the answers again from the runs, and do runs again, as many as time allows."""
    results = ExperimentResults(folder)
    if results.manifest.get("state") == "running":
        raise InputError(f"{folder}: not finished; give its command again, then verify it")
    _other_code(results.manifest, verdict)
    experiment, design = designed(results)
    known = results.manifest.get("answers", {})
    same, wrong, lines = _answers(results, experiment, known)
    verdict.differ += len(wrong)
    told = f"{same} of {len(known)} answers, worked out again from the runs,"
    verdict.lines.append(f"tables  {told} are the same{_named(wrong)}")
    verdict.lines += [f"        {line}" for line in lines]
    say("runs are done again")
    rows: Any = results.runs[["run", "point", "replicate", "seed", "status", "digest"]]
    stored = {row["run"]: row for row in rows.to_dict("records")}
    now = _again(experiment, design, stored, end, workers)
    verdict.differ += _runs(stored, now, verdict)
    if len(now) < len(stored):
        verdict.lines.append(
            "        the others were not done again: time was up (--minutes); those that were are "
            "picked by their names' digests, spread over points and replicates"
        )


def _named(wrong: list[str]) -> str:
    return f"; NOT THE SAME: {_few(wrong)}" if wrong else ""


def _few(names: list[str]) -> str:
    return f"{', '.join(names[:8])}{' ...' * (len(names) > 8)}"


def _runs(
    stored: dict[str, dict[str, Any]], now: dict[str, tuple[str, Any]], verdict: Verdict
) -> int:
    """Say which runs done again are the same, or failed again; return how many are not."""
    names = {run: f"{stored[run]['point']}/{stored[run]['replicate']}" for run in now}
    failed = {run for run in now if stored[run]["status"] != "done"}
    again = {run for run in now if now[run][0] != "done"}
    both = now.keys() - failed - again
    same = sum(now[run][1] == stored[run]["digest"] for run in both)
    told = f"{same} the same to the last bit"
    told += f"; {len(failed & again)} failed, as they did before" if failed & again else ""
    for runs, how in ((failed - again, "FAILED BEFORE, NOW DONE"), (again - failed, "NOW FAILED")):
        if runs:
            told += f"; {how}: {_few([names[run] for run in now if run in runs])}"
    other = [names[run] for run in now if run in both and now[run][1] != stored[run]["digest"]]
    share = len(now) / max(1, len(stored))
    said = f"{len(now)} of {len(stored)} ({share:.0%}) done again: {told}{_named(other)}"
    verdict.lines.append(f"runs    {said}")
    return len(other) + len(failed ^ again)


def _answers(
    results: ExperimentResults, experiment: Experiment, known: dict[str, str]
) -> tuple[int, list[str], list[str]]:
    """Work the tables out again; return how many are the same, which are not, and what is said.

    The table of an estimator that is not installed cannot be told; of one that fails it is not the
    same.
    """
    tables = answer(results, experiment)
    theirs, failed = estimates(results, experiment)
    installed = {plugin.name for plugin in offered("estimators")}
    with tempfile.TemporaryDirectory() as place:
        written = put(tables | theirs, Path(place))
        now = {f"{TABLES}/{path.name}": file_digest(path) for path in written}
    untold = {f"{TABLES}/{ESTIMATED}{n}{end}" for n in failed.keys() - installed for end in ENDINGS}
    every = (known.keys() | now.keys()) - untold
    wrong = sorted(name for name in every if known.get(name) != now.get(name))
    lines = [
        f"{ESTIMATED}{name}: " + (error if name in installed else f"not worked out: needs {name}")
        for name, error in failed.items()
    ]
    return len(every - set(wrong)), wrong, lines


def _again(
    experiment: Experiment,
    design: Design,
    stored: dict[str, dict[str, Any]],
    end: float,
    workers: int | None,
) -> dict[str, tuple[str, Any]]:
    """Do runs again until the time is up; return status and digest of those that were done."""
    tasks = list(_tasks(experiment, design, stored))
    count = min(workers or cores(), len(tasks))
    pool: Pool = Serial() if count <= 1 else Local(count)
    found: dict[str, tuple[str, Any]] = {}
    at = 0
    try:
        while at < len(tasks) and (at == 0 or time.monotonic() < end):
            futures = [pool.submit(task) for task in tasks[at : at + pool.workers]]
            at += len(futures)
            for future in futures:
                for batch in pa.ipc.open_stream(future.result()):
                    for row in shards.rows(batch):
                        found[row["run"]] = row["status"], row["digest"]
    finally:
        pool.close()
    return found


def _tasks(
    experiment: Experiment, design: Design, stored: dict[str, dict[str, Any]]
) -> Iterator[Task]:
    """Yield all runs in tasks of a few points of a replicate, in an order that luck decides."""
    contents = Contents(design, experiment.spec.record)
    groups: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for row in stored.values():
        key = int(row["replicate"]), (int(row["point"]) - 1) // _TOGETHER
        groups.setdefault(key, []).append(row)
    for rows in sorted(groups.values(), key=lambda rows: digest(str(rows[0]["run"]))):
        runs = [(design.points[int(r["point"]) - 1], int(r["replicate"])) for r in rows]
        yield task_of(experiment, design, contents, runs)
