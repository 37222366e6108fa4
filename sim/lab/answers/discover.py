"""Discover: in which worlds a policy fails, and what another choice would have saved."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.lab.answers.common import better_sign, cells_of, short, wide
from sim.lab.design.contrasts import Cell
from sim.lab.design.drawing import drawn_as, draws
from sim.lab.file.schema import Discover
from sim.lab.methods.intervals import Floats, binomial_interval
from sim.lab.methods.prim import Box, chance_of_bounds, find_box, stability, tried
from sim.lab.methods.regret import regret, regret_table
from sim.lab.methods.statistics import by_world
from sim.lab.methods.trees import regret_tree

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults

#: what is said of the box (in words: `sim.lab.answers.text`)
STANDS, NO_BOUND, NO_BETTER = "stands", "no bound", "no better"


def tables(results: "ExperimentResults", experiment: "Experiment") -> dict[str, pd.DataFrame]:
    """Return regret by arm, the box in which the arm fails, and a tree of its regret.

    There is a table ``box`` where a box has bounds and holds failures in worlds that it was not
    made from, too.

    Raises
    ------
    InputError
        If no parameter is drawn by replicate.
    """
    drawn = results.manifest["drawn"]
    if not drawn:
        raise InputError(f"{results.folder}: method discover needs a factor with the level prior")
    found: dict[str, list[pd.DataFrame]] = {}
    for cell in cells_of(results):
        for name, frame in _of_cell(results, experiment, cell).items():
            for at, (key, level) in enumerate(cell.levels.items()):
                frame.insert(at, key, level)
            found.setdefault(name, []).append(frame)
    return {name: pd.concat(frames, ignore_index=True) for name, frames in found.items()}


def _of_cell(
    results: "ExperimentResults", experiment: "Experiment", cell: Cell
) -> dict[str, pd.DataFrame]:
    """Return the tables of one county and setting of the factors with levels."""
    spec = experiment.spec
    assert isinstance(spec, Discover)
    arms, values = list(cell.points), worlds(results, spec.outcome, cell)
    baseline = arms.index(results.manifest["baseline"])
    arm = arms.index(spec.arm or next(reversed(spec.arms)))
    drawn, x = parameters(results)
    there = np.isfinite(values).all(axis=1)
    values, x = values[there], x[there]
    case = values[:, arm] - values[:, baseline] < spec.below
    leaves, explained = regret_tree(x, regret(values)[:, arm], [short(k) for k in drawn])
    found = {"regret": regret_table(values, arms), "tree": leaves.assign(explained=explained)}
    told: dict[str, Any] = {"arm": arms[arm], "against": arms[baseline], "outcome": spec.outcome}
    told |= {"below": spec.below} | _share("fails", case) | {"n": int(case.size)}
    if case.any() and not case.all():
        box = find_box(x, case)
        told |= judged(box, x, case)
        if told["box"] == STANDS:
            found["box"] = pd.DataFrame(bounds(box, x, case, drawn))
    return {"failure": pd.DataFrame([told])} | found


def judged(box: Box, x: Floats, case: np.ndarray) -> dict[str, Any]:
    """Return what a box is worth: of the worlds it was made from, and of those it was not.

    ``unseen``: share of failures among worlds left out that lie in the box of the others, with its
    exact interval; ``unseen_coverage``: share of all failures that do. The box stands if the
    interval lies above the share of all worlds.
    """
    inside = tried(x, case)
    told = {"coverage": box.coverage, "density": box.density, "mass": box.mass}
    told |= _share("unseen", case[inside])
    told |= {"unseen_coverage": float(case[inside].sum() / case.sum())}
    if not box.restricted.any():
        return told | {"box": NO_BOUND}
    better = told["unseen_low"] > float(case.mean())
    return told | {"box": STANDS if better else NO_BETTER}


def _share(name: str, hits: np.ndarray) -> dict[str, float]:
    low, high = binomial_interval(int(hits.sum()), hits.size)
    share = float(hits.mean()) if hits.size else np.nan
    return {name: share, f"{name}_low": low, f"{name}_high": high}


def worlds(results: "ExperimentResults", outcome: str, cell: Cell) -> Floats:
    """Return the outcome of every arm in every world (worlds, arms), more being better."""
    return wide(results, outcome, list(cell.points.values())).T * better_sign(outcome)


def parameters(results: "ExperimentResults") -> tuple[list[str], Floats]:
    """Return what is drawn for every world as numbers, (worlds, D), and how each is called.

    Of words, as the forms of a mechanism, each is a column: 1 where it was drawn, 0 elsewhere. Of
    two the second alone is.
    """
    told = results.manifest
    rows = [draws(told["drawn"], told["seed"] + r) for r in range(results.worlds.size)]
    names, columns = [], []
    for key, how in told["drawn"].items():
        values = [row[key] for row in rows]
        words = how["draw"] if drawn_as(how) is str else []
        names += [f"{key}={one}" for one in words[len(words) == 2 :]] or [key]
        columns += [np.equal(values, one) for one in words[len(words) == 2 :]] or [values]
    return names, by_world(np.array(columns, dtype=np.float64), results.worlds).T


def bounds(box: Box, x: Floats, case: np.ndarray, drawn: list[str]) -> list[dict[str, Any]]:
    """Return a row for every parameter with a bound, and for others that resamples bound often."""
    chance, often = chance_of_bounds(box, x, case), stability(x, case, draws=20)
    rows = []
    for d in np.argsort(-(box.restricted + often), kind="stable").tolist():
        if not box.restricted[d] and often[d] < 0.5:
            continue
        rows.append(
            {"parameter": drawn[d], "low": box.low[d], "high": box.high[d]}
            | {"least": float(x[:, d].min()), "most": float(x[:, d].max())}
            | {"chance": float(chance[d]), "resamples": float(often[d])}
        )
    return rows
