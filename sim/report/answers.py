"""Figures of what an experiment's method answers (its folder ``tables``)."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.lab.answers import read
from sim.lab.design.batches import missed_by
from sim.lab.file.schema import Limit
from sim.lab.methods.statistics import apart, estimate
from sim.model.outcomes.catalogue import HEADLINE
from sim.report.analysis import posterior, sobol_bars
from sim.report.effects import Frame
from sim.report.experiment import settings
from sim.report.periods import check_outcome
from sim.report.search import pareto, prim_boxes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.lab.store.reading import ExperimentResults


def table(results: "ExperimentResults", name: str, method: str) -> Frame:
    """Return a table of an experiment's answers.

    Raises
    ------
    InputError
        If there is none: the experiment is of another method, or not done; if it was edited.
    """
    found = read(results).get(name)
    if found is None:
        raise InputError(f"{results.folder}: no {name}; it is what method {method} answers")
    return found


def sobol_figure(
    results: "ExperimentResults", outcome: str = HEADLINE[0], lang: str = "en", columns: int = 2
) -> "Figure":
    """Draw the Sobol' indices of an outcome, corrected for luck where replicates allow it."""
    found = table(results, "indices", "sobol")
    check_outcome(outcome, list(dict.fromkeys(found["outcome"])), "tables/indices")
    found = found[found["outcome"] == outcome]
    runs: Frame = results.runs
    n = int((runs["status"] == "done").sum())
    parts = []
    for kind, key in (("first", "S1"), ("total", "ST")):
        part = found[["parameter"]].assign(index=kind, n=n)
        if found[f"{key}_expected"].notna().all():
            own = f"{key}_expected"
            low, high = found[f"{own}_low"], found[f"{own}_high"]
        else:
            own = key
            low, high = found[key] - found[f"{key}_conf"], found[key] + found[f"{key}_conf"]
        parts.append(part.assign(value=found[own], low=low, high=high))

    return sobol_bars(pd.concat(parts, ignore_index=True), outcome, lang, columns)


def posterior_figure(results: "ExperimentResults", lang: str = "en", columns: int = 2) -> "Figure":
    """Draw the posterior of a calibration over its prior ranges."""
    sample = table(results, "posterior", "calibrate")
    known = table(results, "parameters", "calibrate").set_index("parameter")
    ranges = {
        str(key): (float(known.loc[key, "from"]), float(known.loc[key, "to"]))
        for key in known.index
    }
    return posterior(sample, ranges, lang, columns)


def pareto_figure(
    results: "ExperimentResults",
    x: str | None = None,
    y: str | None = None,
    lang: str = "en",
    columns: int = 2,
) -> "Figure":
    """Draw the points of a search by two of its objectives, and the front among them.

    Intervals are of what tells points apart: the luck that all share is taken off.
    """
    table(results, "front", "search")
    told = settings(results)
    objectives, limits = list(told.get("objectives") or {}), told.get("limits") or {}
    x = str(x or next(key for key in objectives if key != y))
    y = str(y or next(key for key in objectives if key != x))
    found = results.outcomes(list(dict.fromkeys([x, y, *limits])))
    values = {
        key: found.pivot_table(key, "point", "replicate", dropna=False) for key in (x, y, *limits)
    }
    # a point of which a run failed is on no front, as in the search
    frame = pd.DataFrame({key: values[key].mean(axis=1, skipna=False) for key in (x, y)})
    for axis, key in (("x", x), ("y", y)):
        spread = [estimate(row) for row in apart(values[key].to_numpy(dtype=np.float64))]
        frame[f"{axis}_low"] = frame[key] - [one.half for one in spread]
        frame[f"{axis}_high"] = frame[key] + [one.half for one in spread]
    frame["allowed"] = True
    for key, limit in limits.items():
        frame["allowed"] &= missed_by(Limit(**limit), values[key].mean(axis=1, skipna=False)) <= 0
    return pareto(frame.dropna(subset=[x, y]).reset_index(), x, y, lang, columns)


def prim_figure(results: "ExperimentResults", lang: str = "en", columns: int = 2) -> "Figure":
    """Draw the box of parameters in which an arm fails most.

    Raises
    ------
    InputError
        If no box restricts anything.
    """
    told = table(results, "failure", "discover").iloc[0]
    boxed = (results.folder / "tables" / "box.parquet").is_file()
    box = table(results, "box", "discover") if boxed else None
    if box is not None:
        box = box[(box["low"] > box["least"]) | (box["high"] < box["most"])]
    if box is None or not len(box):
        raise InputError(
            f"{results.folder}: no box to draw: no range of the parameters surely holds a larger "
            f"share of failures than the {told['fails']:.0%} of all {told['n']} worlds; raise "
            "replicates, or set below so that about a third of the worlds fail"
        )
    box = box.assign(range_low=box["least"], range_high=box["most"])
    for end, limit in (("low", "least"), ("high", "most")):  # an open side ends with the range
        box[end] = np.where(np.isfinite(box[end]), box[end], box[limit])
    unseen, fails = (float(told[name]) if name in told else None for name in ("unseen", "fails"))
    return prim_boxes(
        box,
        float(told["density"]),
        float(told["coverage"]),
        int(told["n"]),
        lang,
        columns,
        unseen=unseen,
        fails=fails,
    )
