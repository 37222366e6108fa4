"""Diagnosis of designs: what many studies of each would find, held against what is true.

As DeclareDesign does (Blair, Cooper, Coppock & Humphreys 2019, "Declaring and diagnosing research
designs", American Political Science Review 113: 838-859), with an agent-based model for the world.
"""

import math
from typing import Any

import numpy as np
import pandas as pd

from sim.lab.file.study_blocks import Design
from sim.lab.file.study_estimators import Estimate
from sim.lab.methods.clusters import no_estimate
from sim.lab.methods.intervals import Floats, binomial_interval
from sim.lab.methods.statistics import estimate
from sim.lab.study.drawing import study
from sim.lab.study.worlds import Ints, Worlds

#: power at which an effect is said to be detectable
POWER = 0.8


def tried(
    worlds: Worlds,
    design: Design,
    by: Estimate,
    size: int | None,
    studies: int,
    like: Design | None = None,
) -> pd.DataFrame:
    """Return what studies of one design and size find, one row a study.

    Study s is of world s, round and round; its luck is that of the experiment's seed and s. Those
    treated are those of the design `like`, the design itself if not given.

    Returns
    -------
    DataFrame
        ``study``, ``world``, ``truth``, ``estimate``, ``low``, ``high``, ``leads``, ``villages``
        (of counties: counties), ``treated`` of them, ``answers``.
    """
    of = design.estimand.model_copy(update={"of": design.about})
    like = design if like is None else like
    key = design.model_copy(update={"estimand": of}).model_dump_json(), size, studies
    key += (like.population.model_dump_json(),)
    if key in worlds.tried:
        return worlds.tried[key]
    rows = []
    for number in range(studies):
        world = worlds.replicates[number % len(worlds.replicates)]
        drawn = study(worlds, design, world, number, size, like)
        frame: Any = drawn.frame
        enough = len(frame) and frame["treated"].nunique() == 2
        found = by(frame) if enough else no_estimate()
        rows.append(
            {"study": number + 1, "world": world, "truth": drawn.truth}
            | {"estimate": found.estimate, "low": found.low, "high": found.high}
            | {"leads": found.leads, "villages": frame["village"].nunique()}
            | {"treated": frame["village"][frame["treated"]].nunique()}
            | {"answers": int(np.isfinite(frame["y"]).sum())}
        )
    worlds.tried[key] = pd.DataFrame(rows)
    return worlds.tried[key]


def diagnosed(found: Any) -> dict[str, Any]:
    """Return what studies of one design and size are worth, with 95 % intervals.

    The intervals take studies of one world for one (`of_worlds`): what the worlds have in common
    with their studies is not learned by more studies. Coverage and power are shares of all studies:
    one without an interval (``none``) finds nothing; ``coverage_known`` and ``power_known`` are of
    the ``n`` that have one. Where the truth's interval over worlds includes 0, ``power_is`` size:
    what is found is found by mistake, and there are no errors of sign and magnitude.
    """
    world: Ints = found["world"].to_numpy()
    truth, est, low, high = (
        found[key].to_numpy(dtype=np.float64) for key in ("truth", "estimate", "low", "high")
    )
    sure = (low > 0.0) | (high < 0.0)
    covered = (low <= truth) & (truth <= high)
    there, known = np.isfinite(est) & np.isfinite(truth), np.isfinite(low)
    told = {"villages": float(found["villages"].mean()), "answers": float(found["answers"].mean())}
    real = np.isfinite(truth)
    told |= of_worlds("truth", truth[real], world[real]) | {"estimate": mean(est[there])}
    told |= of_worlds("bias", (est - truth)[there], world[there])
    told |= {"rmse": math.sqrt(mean((est - truth)[there] ** 2)), "sd": spread(est[there])}
    told |= share_of_worlds("coverage", covered, world)
    told |= share_of_worlds("power", sure, world)
    nothing = not (told["truth_low"] > 0.0 or told["truth_high"] < 0.0)
    told |= {"power_is": "size" if nothing else "power"}
    told |= {"coverage_known": mean(covered[known] * 1.0), "power_known": mean(sure[known] * 1.0)}
    wrong, exaggerated = (math.nan, math.nan) if nothing else errors(est[sure], truth[sure])
    told |= {"type_s": wrong, "type_m": exaggerated}
    told |= {"detectable": detectable(low[known], high[known])}
    leads = found["leads"].to_numpy(dtype=np.float64)
    told |= {"leads": mean(leads[np.isfinite(leads)])}
    return told | {"n": int(known.sum()), "none": int((~known).sum())}


def mean(values: Floats) -> float:
    """Return the mean; NaN of nothing."""
    return float(values.mean()) if values.size else math.nan


def spread(values: Floats) -> float:
    """Return the standard deviation; NaN of fewer than two."""
    return float(values.std(ddof=1)) if values.size > 1 else math.nan


def errors(estimates: Floats, truth: Floats) -> tuple[float, float]:
    """Return type S and type M errors of estimates that are told apart from 0.

    How many have the wrong sign, and by how many times they exaggerate (Gelman & Carlin 2014,
    "Beyond power calculations: assessing type S (sign) and type M (magnitude) errors", Perspectives
    on Psychological Science 9: 641-651).

    NaN where there are none, or the truth is exactly 0.
    """
    real = truth != 0.0
    if not real.any():
        return math.nan, math.nan
    wrong = float((np.sign(estimates[real]) != np.sign(truth[real])).mean())
    return wrong, float(np.abs(estimates[real]).mean() / np.abs(truth[real]).mean())


def detectable(low: Floats, high: Floats) -> float:
    """Return the smallest effect found with 80 % power, in the mean: 2.8 standard errors or so.

    The standard error is what the intervals imply; the quantile of theirs stands for the test's.
    """
    if not low.size:
        return math.nan
    half = (high - low) / 2.0
    return float((half * (1.0 + _NORMAL_POWER / 1.959963984540054)).mean())


_NORMAL_POWER = 0.8416212335729143  # normal quantile of POWER


def of_worlds(name: str, values: Floats, world: Ints) -> dict[str, float]:
    """Return the mean of studies' values, with Student's interval over the means of worlds."""
    if not values.size:
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"), math.nan)
    means = np.array([values[world == one].mean() for one in np.unique(world)])
    found = estimate(means)
    middle = mean(values)
    return {name: middle, f"{name}_low": middle - found.half, f"{name}_high": middle + found.half}


def share_of_worlds(name: str, hits: Any, world: Ints) -> dict[str, float]:
    """Return a share of studies with an interval: the wider of that over worlds and the exact one.

    Student's over few worlds that all give the same share would be a point.
    """
    found = of_worlds(name, hits.astype(np.float64), world)
    low, high = binomial_interval(int(hits.sum()), hits.size)
    ends = (f"{name}_low", min, low, 0.0, max), (f"{name}_high", max, high, 1.0, min)
    for key, wider, exact, bound, within in ends:
        own = found[key]
        found[key] = exact if math.isnan(own) else within(bound, wider(own, exact))
    return found


__all__ = ["POWER", "diagnosed", "tried"]
