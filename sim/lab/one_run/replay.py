"""Replay: one run of an experiment again, exactly, stopped at its error."""

import json
import sys
from pathlib import Path
from typing import Any

from sim.config.reading import read
from sim.errors import InputError
from sim.lab.design import points as designs
from sim.lab.file.loading import Experiment, from_tree
from sim.lab.running.growing import complete
from sim.lab.running.tasks import Job, Task, config_of
from sim.lab.store.reading import ExperimentResults
from sim.lab.store.recording import Recording
from sim.lab.store.shards import content_digest
from sim.model.compiled import simulation_digest
from sim.model.county import CountyModel
from sim.results.stored import changed_inputs
from sim.terminal.language import said


def replay(folder: Path, name: str, pdb: bool = False) -> str:
    """Run a run again and say whether it gave the same.

    Parameters
    ----------
    folder : Path
        An experiment's results.
    name : str
        The run's name or the beginning of it, or ``point/replicate``.
    pdb : bool
        Open the debugger where the run fails.

    Returns
    -------
    str
        What the run is, and whether its content is that which was recorded.

    Raises
    ------
    InputError
        If there is no such run.
    Exception
        Whatever stopped the run, in the month in which it did.
    """
    results = ExperimentResults(folder)
    row = _find(results, name)
    experiment, design = designed(results)
    point = design.points[int(row["point"]) - 1]
    told = f"run {row['run']}: point {point.number} ({point}), replicate {row['replicate']}"
    told += f", seed {row['seed']}"
    if results.manifest["code"] != simulation_digest():
        told += "\nthe code of the simulation has changed since: the numbers may differ"
    sys.stderr.write(said(told) + "\n")
    found = _again(experiment, design, row, pdb)
    if found == row["digest"]:
        return "the same numbers as recorded, bit for bit"
    was = "it failed then" if row["status"] == "failed" else f"then {row['digest']}"
    return f"other numbers than recorded: now {found}, {was}"


def designed(results: ExperimentResults) -> tuple[Experiment, designs.Design]:
    """Return the experiment that results are of, and its design with the points of all batches."""
    path = results.folder / "experiment.yaml"
    experiment = from_tree(read(path), results.folder, stored=True)
    for name in changed_inputs(results.folder, results.manifest):
        sys.stderr.write(said(f"{name} is not what was kept: the numbers may differ") + "\n")
    design = designs.build(experiment)
    complete(experiment, design, results.design)
    return experiment, design


def _find(results: ExperimentResults, name: str) -> Any:
    """Return the row of a run."""
    runs: Any = results.runs
    point, sign, replicate = name.partition("/")
    if sign and point.isdigit() and replicate.isdigit():
        found = runs[(runs["point"] == int(point)) & (runs["replicate"] == int(replicate))]
    else:
        found = runs[runs["run"].str.startswith(name)]
    if len(found) == 1:
        return found.iloc[0]
    some = ", ".join((found if len(found) else runs)["run"][:3])
    what = f"{len(found)} runs begin with {name!r}" if len(found) else f"no run is called {name!r}"
    raise InputError(
        f"{results.folder}: {what}; runs there are called {some}, ... (column run of "
        "runs.parquet); or write point/replicate, as 3/12"
    )


def _again(experiment: Experiment, design: designs.Design, row: Any, pdb: bool) -> str:
    """Return the digest of what a run gives now."""
    try:
        recording, county = _simulated(experiment, design, row)
    except Exception:
        if pdb:
            import pdb as debugger

            debugger.post_mortem()
        raise
    tables = {name: b.serialize().to_pybytes() for name, b in recording.batches(county).items()}
    empty = dict.fromkeys(("error", "failed_in", "county", "villages", "villagers"))
    return content_digest(
        empty
        | {"status": "done", "ends": recording.ends(county), "doses": recording.doses(county)}
        | tables
    )


def _simulated(
    experiment: Experiment, design: designs.Design, row: Any
) -> tuple[Recording, CountyModel]:
    county = county_at_start(experiment, design, row)
    recording = Recording(experiment.spec.record, county.config)
    while county.running:
        county.step()
        recording.after_month(county)
    return recording, county


def county_at_start(experiment: Experiment, design: designs.Design, row: Any) -> CountyModel:
    """Return the county of a run (a row of ``runs``) before its first month."""
    seed, record = int(row["seed"]), experiment.spec.record
    point = design.points[int(row["point"]) - 1]
    given = design.given(point, seed)
    job = Job(str(row["run"]), point.number, int(row["replicate"]), 0, given, seed)
    head = json.dumps(point.head.tree.plain(), default=str)
    task = Task("", {0: head}, tuple(experiment.folders), record, (job,))
    return CountyModel(config_of(task, job), seed)
