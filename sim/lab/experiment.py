"""An experiment from its file to its tables: checked, resumed, run, decided on, written."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sim import __version__
from sim.errors import InputError
from sim.files import digest, file_digest
from sim.lab.answers import answered
from sim.lab.answers.cautions import cautions
from sim.lab.design import points as designs
from sim.lab.design.contrasts import contrasts
from sim.lab.design.points import Design, Point
from sim.lab.file.loading import Experiment, load_experiment
from sim.lab.file.parts import NOTHING
from sim.lab.file.schema import (
    MONTHLY,
    Compare,
    Discover,
    Method,
    Morris,
    OneAtATime,
    Study,
    UntilPrecise,
)
from sim.lab.file.taking import as_set
from sim.lab.methods.statistics import column, decide, look_ahead
from sim.lab.resume import resume
from sim.lab.running.executors import Cluster, Local, Pool, Serial, cores
from sim.lab.running.growing import Growth
from sim.lab.running.runner import Progress, Runner, SameErrorError, silent
from sim.lab.store import resolved
from sim.lab.store.folder import Store
from sim.lab.store.identity import Contents
from sim.lab.store.recording import VILLAGERS
from sim.model.compiled import simulation_digest, simulation_sources
from sim.model.outcomes.catalogue import OUTCOMES, as_told
from sim.plugins import needed
from sim.results import kept
from sim.results.manifest import environment, git_revision
from sim.results.stored import changed, folder_for

Say = Callable[[str], None]
#: runs that are refused whatever is said of them
MOST_RUNS = 2_000_000


@dataclass(slots=True)
class Session:
    """An experiment that is about to run in a folder.

    Attributes
    ----------
    experiment, design, contents
        What is run.
    store : Store
        Where it is kept; open.
    replicates : int
        Replicates to begin with.
    growth : Growth
        What adds points when it is known what the others gave.
    kept : int
        Replicates of which some run is there already, perhaps more than are asked for.
    """

    experiment: Experiment
    design: Design
    contents: Contents
    store: Store
    replicates: int
    growth: Growth
    kept: int = 0

    def grow(self) -> bool:
        """Add the points that are asked for next; False if none are, or runs are missing."""
        return self.growth.grow(self.store)

    def runs(self, replicates: int) -> Iterator[tuple[str, Point, int]]:
        """Yield every run: name, point, replicate; by replicate and point."""
        for replicate in range(1, replicates + 1):
            for point in self.design.points:
                yield self.name(point, replicate), point, replicate

    def name(self, point: Point, replicate: int) -> str:
        """Return the name of a run."""
        return self.contents.run(point, self.experiment.seed + replicate - 1)


def baseline(spec: Method) -> str | None:
    """Return the arm that others are compared with."""
    if isinstance(spec, Compare) and spec.parts:
        return NOTHING
    if not isinstance(spec, Compare | Discover | Morris | OneAtATime | Study):
        return None
    return spec.baseline or next(iter(spec.arms), None)


def first_replicates(experiment: Experiment) -> int:
    """Return the replicates an experiment begins with."""
    wanted = experiment.spec.replicates
    if isinstance(wanted, UntilPrecise):
        return min(wanted.at_least + look_ahead(wanted.at_least), wanted.at_most)
    return wanted


def run_experiment(
    path: str | Path | Experiment,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    fresh: bool = False,
    overrides: Mapping[str, Any] | None = None,
    tell: Callable[[Progress], None] = silent,
    say: Say = lambda _: None,
    ready: Callable[[Session, int], None] = lambda _, __: None,
) -> Path:
    """Run an experiment, or what is left of it, and write its tables.

    Parameters
    ----------
    path : path or Experiment
        The experiment file, or one that is loaded.
    out : path, optional
        Folder of the results; ``results/<name of the file>`` if not given.
    workers : int, optional
        Processes on this machine; as many as it has cores if not given. 1 runs in this process.
    cluster : str, optional
        Address of a Dask scheduler to run on instead.
    fresh : bool
        Let go of results that this file, or this code, no longer gives.
    overrides : mapping, optional
        Dotted keys of the configuration to change.
    tell : callable
        Called with a `Progress` whenever runs were kept.
    say : callable
        Called with sentences for the user.
    ready : callable
        Called with the `Session` and the number of runs left, before anything is changed; what
        it raises ends everything.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If the file is wrong, or the folder cannot be used.
    SameErrorError
        If the first runs all fail with the same error.
    """
    experiment = path if isinstance(path, Experiment) else load_experiment(path, overrides)
    _one_factor_for_precision(experiment)
    _refuse_too_many_runs(experiment)
    folder = folder_for(experiment.file.place.file, out)
    data, named = resolved.plain(experiment), resolved.files(experiment)
    key = resolved.key(data, named, [one.key for one in as_set(experiment.heads)])
    inputs = resolved.kept_files(experiment)
    with Store(folder, inputs) as store:
        before = store.manifest
        done = (before.get("state"), before.get("key"), before.get("failed"))
        if done == ("complete", key, 0) and not changed(folder, before):
            for name in store.keep_inputs():
                say(f"Written again, it was not as it had been kept: {name}")
            say(f"Already done, nothing run again: {folder}")
            answered(store, experiment, False, say)
            return folder
        design = designs.build(experiment)
        designs.check_points(experiment, design)
        contents = Contents(design, experiment.spec.record)
        replicates = first_replicates(experiment)
        growth = Growth(experiment, design, contents, replicates)
        session = Session(experiment, design, contents, store, replicates, growth)
        manifest = _manifest(session, data, named, key)
        kept.large(inputs, say)
        remote = Cluster(cluster) if cluster is not None else None
        resume(session, manifest, resolved.to_yaml(data), fresh, say, ready)
        began = time.perf_counter()
        with _pool(session, workers, remote, say) as pool:
            replicates = _rounds(session, pool, tell, say)
        manifest = manifest | {
            "state": "complete",
            "replicates": replicates,
            "failed": store.failed,
            "cautions": cautions(
                experiment, design, contents, partial(_doses, session, replicates)
            ),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(store.manifest.get("seconds", 0.0) + time.perf_counter() - began, 3),
        }
        _write(session, replicates, manifest, resolved.to_yaml(data))
        answered(store, experiment, True, say)
    return folder


def _refuse_too_many_runs(experiment: Experiment) -> None:
    """Refuse more runs than an experiment can keep account of, before anything is begun."""
    points, replicates = designs.count(experiment), first_replicates(experiment)
    if points <= designs.MOST_POINTS and points * replicates > MOST_RUNS:
        node = experiment.file.get("replicates") or experiment.file
        raise InputError(
            f"{node.place}: {points:,} design points of {replicates:,} replicates are "
            f"{points * replicates:,} runs; expected at most {MOST_RUNS:,}: take fewer replicates, "
            "levels or factors"
        )


def _one_factor_for_precision(experiment: Experiment) -> None:
    """Refuse replicates until precise where nothing is compared."""
    wanted = experiment.spec.replicates
    if isinstance(wanted, UntilPrecise) and designs.count(experiment) < 2:
        node = experiment.file.get("replicates") or experiment.file
        raise InputError(f"{node.place}: replicates.until compares points, and there is one alone")


def _rounds(session: Session, pool: Pool | None, tell: Callable[[Progress], None], say: Say) -> int:
    """Carry out replicates until there are enough; return how many."""
    store, design = session.store, session.design
    replicates = session.replicates
    runner = None
    if pool is not None:
        runner = Runner(session.experiment, design, session.contents, store, pool, tell, say)
    tried: set[str] = set()
    while True:
        wanted = {run: (point, r) for run, point, r in session.runs(replicates)}
        needed = {
            run: which
            for run, which in wanted.items()
            if store.status.get(run) != "done" and run not in tried
        }
        if needed and runner is not None:
            runner.run(list(needed.values()), len(wanted))
            tried |= needed.keys()
        if session.grow():
            continue
        more = _decide(session, replicates)
        if more <= replicates:
            more = session.kept  # more may be there of an earlier time
        if more <= replicates:
            return replicates
        replicates = more


def _decide(session: Session, replicates: int) -> int:
    """Return the replicates wanted after some, by the rule of the experiment."""
    rule = session.experiment.spec.replicates
    if not isinstance(rule, UntilPrecise):
        return replicates
    values, targets = paired_values(session, replicates, list(rule.until))
    goal = np.array([rule.until[key] for key in targets])
    return decide(values, goal, rule.at_least, rule.at_most).wanted


def paired_values(
    session: Session, replicates: int, outcomes: list[str]
) -> tuple[np.ndarray, list[str]]:
    """Return the paired differences of every contrast and outcome, and the outcome of each.

    Returns
    -------
    values : (replicates, k) array
    outcome : list of str, length k
    """
    names: dict[int, list[str]] = {point.number: [] for point in session.design.points}
    for run, point, _ in session.runs(replicates):
        names[point.number].append(run)
    ends = {number: session.store.ends(runs) for number, runs in names.items()}
    at = {key: i for i, key in enumerate([*OUTCOMES, *session.experiment.own])}
    columns, of = [], []
    points = [(point.number, point.labels) for point in session.design.points]
    spec = session.experiment.spec
    for number, reference in contrasts(spec.method, baseline(spec), points):
        for key in outcomes:
            one, other = column(ends[number], at[key]), column(ends[reference], at[key])
            columns.append(one - other)
            of.append(key)
    return np.column_stack(columns), of


# --- writing -----------------------------------------------------------------------------


def _write(session: Session, replicates: int, manifest: dict[str, Any], text: str) -> None:
    """Write the tables of all runs."""
    runs = [(run, point.number, r) for run, point, r in session.runs(replicates)]
    manifest = manifest | {"runs": len(runs)}
    record = session.experiment.spec.record
    session.store.finish(runs, session.design, record, manifest, text)


def _doses(session: Session, replicates: int, point: Point) -> list[str | None]:
    """Return the doses of a point's runs as JSON; None for one that failed."""
    return session.store.doses([session.name(point, r + 1) for r in range(replicates)])


def _months(design: Design) -> dict[str, list[int]]:
    """Return the months recorded, with the points that record them."""
    found: dict[str, list[int]] = {}
    for point in design.points:
        found.setdefault(designs.months_of(point), []).append(point.number)
    return found if len(found) > 1 else {text: [] for text in found}  # nothing: all points


def _manifest(
    session: Session, data: dict[str, Any], named: dict[str, str], key: str
) -> dict[str, Any]:
    """Return what an experiment's folder says of itself before it is complete."""
    spec = session.experiment.spec
    points = [
        f"{p} {session.contents.of(p, session.experiment.seed)[0]}" for p in session.design.points
    ]
    return {
        "hecun": __version__,
        "experiment": spec.method,
        "state": "running",
        "key": key,
        "code": simulation_digest(),
        "git": git_revision(),
        "question": spec.question.both() if spec.question else None,
        "points": digest(*points),
        "baseline": baseline(spec),
        "drawn": session.design.drawn,
        "unset": session.design.unset(),
        "as_set": [(s.key, s.value, s.where) for s in as_set(session.experiment.heads)],
        "months": _months(session.design) if spec.method in MONTHLY else {},
        "cautions": cautions(session.experiment, session.design, session.contents),
        "outcomes": list(spec.outcomes),
        "plugins": {name: str(needed("estimators", name)) for name in spec.estimators},
        "own_outcomes": as_told(session.experiment.own),
        "until": data["replicates"].get("until") if isinstance(data["replicates"], dict) else None,
        "design_points": len(session.design.points),
        "seed": session.experiment.seed,
        "seed_rule": "replicate r has seed + r - 1 at every design point",
        "replicates": session.replicates,
        "record": data["record"],
        "villagers": VILLAGERS,
        "text": digest(resolved.to_yaml(data)),
        "files": named,
        "inputs": {name: file_digest(path) for name, path in session.store.inputs.items()},
        "sources": simulation_sources(),
        **environment(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }


@contextlib.contextmanager
def _pool(
    session: Session, workers: int | None, remote: Cluster | None, say: Say
) -> Iterator[Pool | None]:
    """Open what the runs are carried out by; None where none is left."""
    status = session.store.status
    replicates = max(session.replicates, session.kept)
    left = sum(status.get(run) != "done" for run, _, _ in session.runs(replicates))
    pool: Pool | None = remote
    if pool is not None:
        say(f"Workers: {pool.workers} of the cluster" + (" (waiting)" if not pool.workers else ""))
    elif left or _decide(session, session.replicates) > session.replicates:
        count = workers or cores()
        pool = Serial() if count == 1 else Local(count)
        say(f"Workers: {count}" + (" (this process)" if count == 1 else ""))
    try:
        yield pool
    finally:
        if pool is not None:
            pool.close()


__all__ = ["Progress", "SameErrorError", "Session", "run_experiment"]
