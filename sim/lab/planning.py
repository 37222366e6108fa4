"""Plan of an experiment: how many runs, how long, how much memory and disk, which policies when."""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.config.cautions import of_config
from sim.errors import InputError
from sim.lab.answers.cautions import MOST_RESOLVED, variants_varied
from sim.lab.design import points as designs
from sim.lab.design.contrasts import months_apart
from sim.lab.design.points import Design, Point
from sim.lab.experiment import baseline, first_replicates
from sim.lab.file.loading import Experiment, load_experiment
from sim.lab.file.schema import MONTHLY, UntilPrecise
from sim.lab.file.taking import as_set
from sim.lab.running.executors import cores
from sim.lab.running.progress import duration
from sim.lab.running.runner import task_of
from sim.lab.running.tasks import Task, config_of, run_task
from sim.lab.store import shards, tables
from sim.lab.store.identity import Contents
from sim.lab.store.recording import months_read
from sim.model.config.schema import Config
from sim.model.policies import timeline
from sim.model.policies.dose import Given, of_rows, shortfalls
from sim.terminal.console import table
from sim.terminal.language import said, spoken
from sim.words.labels import caution_label, dose_label

#: above these a plan is asked about before it runs
MOST_SECONDS, MOST_BYTES, MOST_RUNS = 4 * 3600.0, 20e9, 100_000
#: share of two workers' time that becomes runs
EFFICIENCY = 0.9
#: runs of the pilot at most, and seconds after which it takes no more
PILOT_RUNS, PILOT_SECONDS = 12, 20.0
#: months on which the cost of outcomes of one's own is measured
OWN_MONTHS = 5
#: seconds up to which the first task is done twice: the first time loads what the others have
WARM_SECONDS = 5.0
#: configurations whose policies are listed
MOST_TIMELINES = 12
#: levels by which a point is named in a plan
MOST_TOLD = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """What an experiment will take.

    Attributes
    ----------
    points, replicates, most : int
        Design points; replicates at first and at most.
    workers : int
        Processes the time is for.
    run_seconds : float
        Seconds of a run, months shared with others counted once.
    run_bytes : float
        Bytes of a run on the disk when finished.
    worker_bytes : float
        Memory of a process that runs.
    pilot : int
        Runs they were measured on.
    own_seconds : float
        Of a run's seconds, those of outcomes of one's own.
    start_seconds : float
        Seconds until the command, and the processes it starts, have loaded what a run needs.
    short : tuple of Given
        What policies of the pilot's runs did not deliver.
    """

    points: int
    replicates: int
    most: int
    workers: int
    run_seconds: float
    run_bytes: float
    worker_bytes: float
    pilot: int
    own_seconds: float = 0.0
    start_seconds: float = 0.0
    short: tuple[Given, ...] = ()

    def runs(self, replicates: int) -> int:
        """Return the runs of some replicates."""
        return self.points * replicates

    def seconds(self, replicates: int) -> float:
        """Return how long they take."""
        share = self.workers * (EFFICIENCY if self.workers > 1 else 1.0)
        return self.start_seconds + self.runs(replicates) * self.run_seconds / share

    @property
    def memory(self) -> float:
        """Memory of all processes, bytes."""
        return (self.workers + (1 if self.workers > 1 else 0)) * self.worker_bytes

    def too_much(self) -> str | None:
        """Say what of it is more than anybody should start unasked; None if nothing is."""
        runs, seconds = self.runs(self.replicates), self.seconds(self.replicates)
        if runs > MOST_RUNS:
            return f"{runs:,} runs"
        if seconds > MOST_SECONDS:
            return f"about {duration(seconds)}"
        size = runs * self.run_bytes
        return f"about {size / 1e9:.0f} GB on the disk" if size > MOST_BYTES else None


def make_plan(experiment: Experiment, design: Design, workers: int | None) -> Plan:
    """Measure an experiment on a few of its runs.

    The pilot takes design points from all over the design, with everything that is recorded;
    its results are thrown away.
    """
    wanted = experiment.spec.replicates
    replicates = first_replicates(experiment)
    most = wanted.at_most if isinstance(wanted, UntilPrecise) else replicates
    known = experiment.spec.method in MONTHLY
    points = len(design.points) if known else designs.count(experiment)
    count = min(workers or cores(), points * replicates)
    start, seconds, rows, size = _pilot(experiment, design)
    start += _fresh() * (2 if count > 1 else 1)  # the command, and what it starts
    own = _own_seconds(experiment, design) if experiment.own else 0.0
    short = _undelivered(rows)
    return Plan(
        points, replicates, most, count, seconds, size, memory_used(), len(rows), own, start, short
    )  # fmt: skip


def _own_seconds(experiment: Experiment, design: Design) -> float:
    """Return what outcomes of one's own take of a run, measured on a few months of the first."""
    from sim.model.county import CountyModel

    contents = Contents(design, experiment.spec.record)
    task = task_of(experiment, design, contents, [(design.points[0], 1)])
    config = config_of(task, task.jobs[0])
    county = CountyModel(config.model_copy(update={"spin_up": 0}), experiment.seed)
    county.step()
    before, months = county.recorder.own_seconds, min(OWN_MONTHS, config.months - 1)
    for _ in range(months):
        county.step()
    spent = county.recorder.own_seconds - before if months else before
    return spent / max(months, 1) * float(months_read(experiment.spec.record, config).sum())


def _undelivered(rows: list[dict[str, Any]]) -> tuple[Given, ...]:
    """Return what policies of some runs did not deliver, each as it was in the first of them."""
    found: dict[tuple[str, str, str], Given] = {}
    for row in rows:
        for one in shortfalls(of_rows(json.loads(row["doses"] or "[]"))):
            found.setdefault((one.policy, one.what, one.verdict), one)
    return tuple(found.values())


def _pilot(
    experiment: Experiment, design: Design
) -> tuple[float, float, list[dict[str, Any]], float]:
    """Return seconds before a first run, seconds of a run, the pilot's rows, and bytes of a run.

    Tasks are the experiment's own, at its scale, from all over the design in an order that reaches
    its ends early. The first is done twice where it is short: the difference is what a process
    loads before its first run, and of no other run.
    """
    began = time.perf_counter()
    start, spent = 0.0, 0.0
    rows: list[dict[str, Any]] = []
    for number, task in enumerate(_spread_out(list(_tasks(experiment, design)))):
        took, found = _timed(task)
        if number == 0 and took < WARM_SECONDS:
            again, found = _timed(task)
            start += max(0.0, took - again)
            took = again
        spent, rows = spent + took, rows + found
        if len(rows) >= PILOT_RUNS or time.perf_counter() - began > PILOT_SECONDS:
            break
    failed = next((row["error"] for row in rows if row["status"] == "failed"), None)
    if failed is not None:
        raise InputError(f"a run of the pilot failed:\n{failed}")
    with tempfile.TemporaryDirectory() as place:
        tables.write_tables(Path(place), experiment.spec.record, design, rows, experiment.own)
        size = sum(path.stat().st_size for path in Path(place).iterdir())
    return start, spent / len(rows), rows, size / len(rows)


def _fresh() -> float:
    """Return the seconds in which a new process imports what runs need."""
    began = time.perf_counter()
    imports = [sys.executable, "-c", "import sim.lab.running.preload"]
    subprocess.run(imports, check=False, capture_output=True)
    return time.perf_counter() - began


def _timed(task: Task) -> tuple[float, list[dict[str, Any]]]:
    """Carry out a task; return the seconds that it took, and its rows."""
    began = time.perf_counter()
    rows = [row for batch in pa.ipc.open_stream(run_task(task)) for row in shards.rows(batch)]
    return time.perf_counter() - began, rows


def _spread_out(tasks: list[Task]) -> list[Task]:
    """Return tasks in another order: the first, the last, the middle, the middles of the halves."""
    order, step = [0, len(tasks) - 1], len(tasks)
    while step > 1:
        step = (step + 1) // 2
        order += range(0, len(tasks), step)
    return [tasks[at] for at in dict.fromkeys(order)] if tasks else []


def _tasks(experiment: Experiment, design: Design) -> Iterator[Task]:
    """Yield tasks of bundles spread over the design."""
    contents = Contents(design, experiment.spec.record)
    bundles: dict[str, list[Point]] = {}
    for point in designs.representative(design, 500):
        bundles.setdefault(contents.shared(point, experiment.seed), []).append(point)
    chosen = [bundle[:PILOT_RUNS] for bundle in bundles.values()]
    chosen = chosen[:: max(1, len(chosen) // PILOT_RUNS)]
    several = max(1, PILOT_RUNS // max(1, sum(map(len, chosen))))
    for replicate in range(1, min(first_replicates(experiment), several) + 1):
        for bundle in chosen:
            runs = [(point, replicate) for point in bundle]
            yield task_of(experiment, design, contents, runs)


def memory_used() -> float:
    """Return the most memory this process has used, bytes; 0 where that is not known.

    Linux counts in ``ru_maxrss`` what the process that started this one had used, too.
    """
    status = Path("/proc/self/status")
    told = status.read_text("ascii", "replace") if status.exists() else ""
    if peak := re.search(r"^VmHWM:\s*(\d+) kB$", told, re.M):
        return 1024.0 * int(peak[1])
    if sys.platform == "win32":
        return 0.0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(most) if sys.platform == "darwin" else most * 1024.0


def plan_text(plan: Plan, experiment: Experiment, design: Design) -> str:
    """Return a plan in words, and the policies of every configuration by month."""
    runs, most = plan.runs(plan.replicates), plan.runs(plan.most)
    lines = [
        f"method        {experiment.spec.method}",
        f"design points {plan.points:,}",
        f"replicates    {plan.replicates:,}"
        + (f" at first, {plan.most:,} at most" if most > runs else ""),
        f"runs          {runs:,}" + (f" at first, {most:,} at most" if most > runs else ""),
        f"time          about {duration(plan.seconds(plan.replicates))} on {plan.workers} "
        f"worker{'s' if plan.workers > 1 else ''}"
        + (f", at most {duration(plan.seconds(plan.most))}" if most > runs else "")
        + f" ({plan.run_seconds * 1000:.0f} ms a run, measured on {plan.pilot})",
        *_own(plan, experiment),
        f"memory        about {plan.memory / 1e6:,.0f} MB",
        f"disk          about {_size(most * plan.run_bytes)} ({_size(plan.run_bytes)} a run)",
        f"luck          replicate r has seed {experiment.seed} + r - 1 at every design point",
        *as_set_lines(experiment),
        *(f"pilot         {dose_label(one, spoken())}" for one in plan.short),
        *_apart(experiment, design),
        "",
        *_timelines(experiment, design),
    ]
    return "\n".join(lines)


def as_set_lines(experiment: Experiment) -> list[str]:
    """Say what blocks of factors leave out, since configurations set it, a line each."""
    found, lines = as_set(experiment.heads), []
    for one in found[:MOST_TIMELINES]:
        where = f" ({'; '.join(one.where[:MOST_TOLD])})" if one.where else ""
        lines.append(f"not drawn     {one.key}: set to {one.value} in {one.place}{where}")
    more = len(found) - len(lines)
    return [*lines, f"not drawn     and {more} more that are set"] if more else lines


def _own(plan: Plan, experiment: Experiment) -> list[str]:
    """Say what outcomes of one's own cost."""
    if not experiment.own:
        return []
    names, spent = ", ".join(experiment.own), plan.own_seconds
    share = spent / plan.run_seconds
    return [f"own outcomes  {names}: about {spent * 1000:.1f} ms of a run ({share:.1%})"]


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.3g} {unit}"
        count /= 1000
    return ""


def _apart(experiment: Experiment, design: Design) -> list[str]:
    """Say what will be compared though it records other months."""
    if experiment.spec.method not in MONTHLY:
        return []
    points = [(point.number, point.labels) for point in design.points]
    months = {point.number: designs.months_of(point) for point in design.points}
    pairs = months_apart(experiment.spec.method, baseline(experiment.spec), points, months)
    return [
        f"months        {one} {its}, {other} {others}: effects are of the months, too"
        for one, its, other, others in pairs[:MOST_TIMELINES]
    ]


def _timelines(experiment: Experiment, design: Design) -> list[str]:
    """Return the policies of the design's configurations, with the months they may be in force."""
    lines: list[str] = []
    contents = Contents(design, experiment.spec.record)
    groups: dict[tuple[int, str], list[Point]] = {}
    varied = variants_varied(experiment.factors)
    for point in designs.representative(design, MOST_RESOLVED):
        task = task_of(experiment, design, contents, [(point, 1)])
        config = config_of(task, task.jobs[0])
        known = of_config(config, varied)
        coarse = [f"caution: {caution_label(one, spoken())}" for one in known]
        said = [_timeline(config), *coarse]
        policies = "\n".join(filter(None, said))
        groups.setdefault((id(point.head), policies), []).append(point)
    several = Counter(head for head, _ in groups)
    for (head, policies), points in list(groups.items())[:MOST_TIMELINES]:
        name = ", ".join(filter(None, (points[0].head.arm, points[0].head.county)))
        if several[head] > 1:
            name = _shortened(points[0]) + (
                f" (and {len(points) - 1} more)" if len(points) > 1 else ""
            )
        name = name or "policies"
        lines.append(f"{name}\n{policies}" if policies else f"{name}: no policy")
    if len(groups) > MOST_TIMELINES:
        lines.append(f"... and {len(groups) - MOST_TIMELINES} more configurations")
    return lines


def _shortened(point: Point) -> str:
    """Return what tells a point apart, the first few of many factors."""
    told = str(point).split(", ")
    return ", ".join(told[:MOST_TOLD]) + (", ..." if len(told) > MOST_TOLD else "")


def _timeline(config: Config) -> str:
    """Return the policies of a configuration as a table; nothing if it has none."""
    cells = [
        [
            row["policy"],
            said(f"{row['may'][0]} to {row['may'][1]}"),
            said(f"ramp {row['ramp_months']} months") if row["ramp_months"] else "",
            " ".join(f"{k} {row[k]}" for k in ("when", "until") if row[k]),
        ]
        for row in timeline.rows(config)
    ]
    heads = (said("policy"), said("may be in force"), "", "")
    return table(heads, cells) if cells else ""


def checked(path: str | Path, overrides: Any) -> tuple[Experiment, Design]:
    """Return an experiment that is right, and its design, every point tried."""
    experiment = load_experiment(path, overrides)
    design = designs.build(experiment)
    designs.check_points(experiment, design)
    return experiment, design


def check(path: str | Path, overrides: Any, workers: int | None) -> tuple[Plan, str]:
    """Return the plan of an experiment file, also in words."""
    experiment, design = checked(path, overrides)
    plan = make_plan(experiment, design, workers)
    return plan, plan_text(plan, experiment, design)
