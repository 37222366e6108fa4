"""Figures of what an experiment's method answers (its folder ``tables``)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.errors import InputError, nearest
from sim.lab.answers import read
from sim.lab.answers.features import features
from sim.lab.design.batches import missed_by
from sim.lab.file.schema import Limit
from sim.lab.methods.statistics import apart, estimate
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.report.analysis import posterior, sobol_bars, tornado
from sim.report.effects import Frame
from sim.report.experiment import arm_titles, settings, titled
from sim.report.periods import check_outcome
from sim.report.sampled import feature_bars, pairs, parallel
from sim.report.search import pareto, prim_boxes
from sim.words import word
from sim.words.labels import outcome_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.lab.store.reading import ExperimentResults

#: outcomes of a matrix of pairs, and factors of parallel coordinates, if none are named
MOST_PAIRED, MOST_AXES = 5, 9


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


def tornado_figure(
    results: "ExperimentResults",
    outcome: str = HEADLINE[0],
    arm: str | None = None,
    lang: str = "en",
    columns: int = 2,
) -> "Figure":
    """Draw what each factor does at its low and high end, one at a time.

    With arms: to the effect of `arm` (the first that is not the baseline if not given), or to the
    outcome itself if it is the baseline.
    """
    swings = table(results, "swings", "one_at_a_time")
    found, arm = of_arm(results, swings, "effect_swings", arm)
    what = ""
    if arm is not None:
        key = "tornado_arm" if arm == results.manifest["baseline"] else "tornado_effect"
        named = arm_titles(results, lang).get(arm, arm)
        what = word(key, lang, outcome=outcome_label(outcome, lang), arm=named)
    check_outcome(outcome, list(dict.fromkeys(found["outcome"])), "tables/swings")
    found = found[found["outcome"] == outcome]
    ends = {"from": "low", "to": "high"}
    names = {f"at_{k}{part}": f"at_{v}{part}" for k, v in ends.items()
             for part in ("", "_low", "_high")}  # fmt: skip
    return tornado(found.rename(columns=names | ends), outcome, lang, columns, what=what)


def of_arm(
    results: "ExperimentResults", levels: Frame, effects: str, arm: str | None
) -> tuple[Frame, str | None]:
    """Return the rows of an arm, of the first county, and the arm; all rows where there are none.

    Parameters
    ----------
    results : ExperimentResults
        The folder.
    levels : DataFrame
        What is told of outcomes: the baseline's rows.
    effects : str
        The table that tells the same of arms' effects against the baseline.
    arm : str or None
        The arm; None: the first that is not the baseline.
    """
    baseline = results.manifest.get("baseline")
    found = levels
    if baseline is not None:
        others = table(results, effects, results.manifest["experiment"])
        arms = list(dict.fromkeys(others["arm"]))
        arm = str(arms[0] if arm is None else arm)
        if arm not in [baseline, *arms]:
            raise InputError(f"no arm is called {arm!r}{nearest(arm, [baseline, *arms])}")
        found = levels if arm == baseline else others
        found = found[found["arm"] == arm]
    elif arm is not None:
        raise InputError(f"{results.folder}: it has no arms; leave arm out")
    return found[found["county"] == found["county"].iloc[0]] if "county" in found else found, arm


def features_figure(
    results: "ExperimentResults", outcome: str = HEADLINE[0], lang: str = "en", columns: int = 1
) -> "Figure":
    """Draw the feature scores of an outcome: stored ones (method lhs), else worked out now."""
    found = read(results).get("features")
    if found is None or outcome not in set(found["outcome"]):
        found = features(results, [outcome])
    found = found[found["outcome"] == outcome]
    if not len(found):
        raise InputError(f"{results.folder}: {outcome} is the same at all points: no scores")
    return feature_bars(found, outcome, lang, columns)


def pairs_figure(
    results: "ExperimentResults",
    outcomes: Sequence[str] | None = None,
    lang: str = "en",
    columns: int = 2,
) -> "Figure":
    """Draw every two outcomes against each other, a dot a design point (mean of replicates)."""
    keys = list(outcomes or results.shown()[:MOST_PAIRED])
    points = titled(_by_point(results, keys), results, lang)
    return pairs(points, keys, "arm" if "arm" in points else None, lang, columns)


def parallel_figure(
    results: "ExperimentResults",
    outcomes: Sequence[str] | None = None,
    lang: str = "en",
    columns: int = 2,
) -> "Figure":
    """Draw design points as lines across factors and outcomes (mean of replicates)."""
    keys = list(outcomes or HEADLINE[:1])
    points = titled(_by_point(results, keys), results, lang)
    factors = [
        str(name)
        for name in results.design.columns
        if name != "point" and len(set(results.design[name].dropna())) > 1
    ]
    if not factors:
        raise InputError(f"{results.folder}: no factor differs between its design points")
    return parallel(points, factors[:MOST_AXES], keys, lang, columns)


def _by_point(results: "ExperimentResults", keys: Sequence[str]) -> Frame:
    """Return the design with the mean of each outcome over replicates."""
    means: Frame = results.outcomes(list(keys)).groupby("point")[list(keys)].mean()
    return results.design.merge(means, left_on="point", right_index=True)


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
    rest = [key for key in objectives if key not in (x, y)]
    return pareto(frame.dropna(subset=[x, y]).reset_index(), x, y, lang, columns, others=rest)


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
        failure=failure_said(told, results, lang),
    )


def failure_said(told: Frame, results: "ExperimentResults", lang: str) -> str:
    """Return in words what failing is."""
    if "arm" not in told or "below" not in told:
        return ""
    names, key = arm_titles(results, lang), str(told["outcome"])
    arms = {k: names.get(str(told[k]), str(told[k])) for k in ("arm", "against")}
    less = OUTCOMES[key].better == "less"
    bound = f"{-float(told['below']) if less else float(told['below']):g}".replace("-", "−")
    said = "prim_more" if less else "prim_less"
    return word(said, lang, outcome=outcome_label(key, lang), bound=bound, **arms)
