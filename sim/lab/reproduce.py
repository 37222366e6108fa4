"""Reproduction: the headline results again, beside those that are stored.

What is stored is ``experiments/reproduction/LEVEL.json``: of every experiment the digest of its
tables (as text, so that no library's file format counts) and the headline means by design point.
On another processor or with other libraries the last digits may differ: then the digests do, the
means agree to a millionth, and both are said.

``baseline`` are single runs of the cases (seconds), ``quick`` the headline experiments with few
replicates of coarse rows (minutes), ``full`` the experiment files as they are (an hour or so).
"""

import dataclasses
import json
import math
import platform
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from sim import __version__, examples
from sim.config import load
from sim.errors import InputError, nearest
from sim.files import digest, file_digest
from sim.lab.experiment import run_experiment
from sim.lab.file.loading import load_experiment
from sim.lab.running.progress import telling
from sim.lab.store.reading import ExperimentResults
from sim.model.compiled import simulation_digest
from sim.model.county import CountyModel
from sim.model.outcomes.catalogue import HEADLINE
from sim.results.manifest import LIBRARIES

#: the experiments of docs/answers.md
ANSWERS = (
    "calibrate_leshan",
    "what_each_part_does_leshan",
    "what_each_part_does_dechang",
    "worlds_leshan",
    "worlds_dechang",
    "which_parameters_matter",
    "what_parameters_explain",
    "reach_income_money",
    "where_the_merger_fails",
    "what_gives_back",
)
#: level -> what it runs, in this order (later ones may read the results of earlier ones)
LEVELS: dict[str, tuple[str, ...]] = {
    "baseline": (
        "dechang_2020",
        "dechang_no_reform",
        "leshan_shizhong_2020",
        "leshan_shizhong_no_reform",
    ),
    "quick": (
        "whole_reform_dechang",
        "whole_reform_leshan",
        "each_policy",
        "service_delivery",
    ),
    "full": (
        *ANSWERS,
        "each_policy",
        "whole_reform_dechang",
        "whole_reform_leshan",
        "service_delivery",
    ),
}
BASELINE_SCALE, QUICK_SCALE, QUICK_REPLICATES = 50, 100, 3
#: designs with more points are stored by the mean over all of them
_MOST_POINTS = 40
_TOLERANCE = 1e-6
_OUTCOMES = (*HEADLINE, "trust", "county_spending_per_resident")

Found = dict[str, Any]
Say = Callable[[str], None]


def stored_file(level: str) -> Path:
    """Return where a level's results are stored."""
    return examples.home() / "experiments" / "reproduction" / f"{level}.json"


def stored(level: str) -> dict[str, Any]:
    """Return what is stored of a level.

    Raises
    ------
    InputError
        If nothing is.
    """
    path = stored_file(level)
    if not path.is_file():
        raise InputError(f"{path}: nothing is stored of {level}; `hecun reproduce --write` does it")
    return json.loads(path.read_text("utf-8"))


def run(
    level: str, folder: Path, only: Sequence[str], workers: int | None, say: Say
) -> Iterator[tuple[str, Found]]:
    """Run a level in a folder and yield what every experiment gave.

    Parameters
    ----------
    level : str
        A key of `LEVELS`.
    folder : Path
        Gets ``configs``, ``experiments`` and ``results``; finished runs there are kept.
    only : sequence of str
        Names to run; all of the level if empty.
    workers : int or None
        Processes; one a core if None.
    say : callable
        Called with sentences for the user.

    Raises
    ------
    InputError
        If a name is not of the level.
    """
    wrong = [
        f"{name!r} is not reproduced by {level}{nearest(name, LEVELS[level])}"
        for name in only
        if name not in LEVELS[level]
    ]
    if wrong:
        raise InputError(wrong)
    if level != "baseline" and folder.resolve() != examples.home().resolve():
        examples.copy(folder, replace=True)
    for name in LEVELS[level]:
        if not only or name in only:
            yield (
                name,
                _baseline(name) if level == "baseline" else _one(name, level, folder, workers, say),
            )


def _baseline(name: str) -> Found:
    """Run one case once."""
    config = load(examples.home() / "configs" / f"{name}.yaml", {"scale": BASELINE_SCALE})
    county = CountyModel(config)
    county.run_for(config.months)
    last = {key: county.recorder.county[key][-12:] for key in _OUTCOMES}
    return {"runs": 1, "means": {"": {key: _short(np.nanmean(last[key])) for key in last}}}


def _one(name: str, level: str, folder: Path, workers: int | None, say: Say) -> Found:
    """Run an experiment, or what is left of it."""
    quick = level == "quick"
    file = folder / "experiments" / f"{name}.yaml"
    experiment = load_experiment(file, {"scale": QUICK_SCALE} if quick else None)
    if quick:
        spec = experiment.spec.model_copy(update={"replicates": QUICK_REPLICATES})
        experiment = dataclasses.replace(experiment, spec=spec)
    out = folder / "results" / (f"{name}_quick" if quick else name)
    say(f"{name}: {out}")
    with telling() as tell:
        run_experiment(experiment, out, workers, fresh=True, tell=tell, say=tell.say)
    return found(ExperimentResults(out))


def found(results: Any) -> Found:
    """Return what is stored of an experiment's results."""
    tables = {
        path.name: file_digest(path) for path in sorted((results.folder / "tables").glob("*.csv"))
    }
    runs = results.runs.drop(columns=["run"]).to_csv(index=False)
    means = results.means(_OUTCOMES).sort_values(["point", "outcome"])
    if means["point"].nunique() > _MOST_POINTS:
        by_point = {"all points": means.groupby("outcome")["mean"].mean().to_dict()}
    else:
        levels = results.design.drop(columns="point").astype(str)
        labels = dict(zip(results.design["point"], levels.agg(" · ".join, axis=1), strict=True))
        by_point = {
            labels[point]: dict(zip(rows["outcome"], rows["mean"], strict=True))
            for point, rows in means.groupby("point")
        }
    short = {p: {key: _short(x) for key, x in row.items()} for p, row in by_point.items()}
    return {
        "runs": len(results.runs),
        "tables": {"runs": digest(runs)} | tables,
        "means": short,
    }


def _short(value: float) -> float | None:
    """Return a number in nine figures; None for a missing one (JSON has no NaN)."""
    return None if math.isnan(value) else float(f"{value:.9g}")


def judge(now: Found, then: Found | None) -> tuple[bool, str]:
    """Say whether an experiment gave what is stored, and where it did not.

    Returns
    -------
    agrees : bool
        The means agree to a millionth.
    said : str
        ``"same bytes"``, ``"same numbers ..."``, or the first means that differ.
    """
    if then is None:
        return False, "nothing is stored of it"
    moved = [
        f"{point + ': ' if point else ''}{key} {old} -> {new}"
        for point, row in then["means"].items()
        for key, old in row.items()
        if not _close(old, new := now["means"].get(point, {}).get(key))
    ]
    if moved or now["runs"] != then["runs"]:
        runs = [] if now["runs"] == then["runs"] else [f"runs {then['runs']} -> {now['runs']}"]
        return False, "; ".join([*runs, *moved][:4]) + (" ..." if len(moved) > 4 else "")
    old, new = then.get("tables", {}), now.get("tables", {})
    other = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    if other:
        return True, f"same headline numbers, not the same bytes: {', '.join(other)}"
    return True, "same bytes" if old else "same numbers"


def _close(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is new
    return math.isclose(old, new, rel_tol=_TOLERANCE, abs_tol=1e-9)


def write(level: str, found: dict[str, Found]) -> str:
    """Store what a level gave; return the line of its digest for `CHANGELOG.md`.

    Raises
    ------
    InputError
        If this is an installation, whose files are not to be changed.
    """
    path = stored_file(level)
    if examples.home() == Path(__file__).parent.parent / "data" / "examples":
        raise InputError(f"{path}: stored results are changed in a checkout only")
    kept = json.loads(path.read_text("utf-8"))["experiments"] if path.is_file() else {}
    kept = {name: (kept | found)[name] for name in LEVELS[level] if name in kept | found}
    data = {
        "hecun": __version__,
        "code": simulation_digest(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "experiments": kept,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return mark(level, kept)


def mark(level: str, found: dict[str, Found]) -> str:
    """Return the line that stands in `CHANGELOG.md` for a level's numbers."""
    means = {name: one["means"] for name, one in found.items()}
    return f"{level.capitalize()} numbers: `{digest(json.dumps(means, sort_keys=True))}`"
