"""Calibrate: the posterior, what it predicts, what it recovers and what it cannot tell."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.lab.answers.common import measured, shares_of
from sim.lab.design.batches import aim_of, known, measures_of, part_of
from sim.lab.design.points import value_at
from sim.lab.file.schema import LEAST_CELLS, Calibrate
from sim.lab.methods.emulator import Emulator
from sim.lab.methods.intervals import Floats, binomial_interval
from sim.lab.methods.posterior import Aim, Posterior, fit_all, infer
from sim.lab.methods.recovery import recover

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults

#: posterior over prior variance below which targets tell a parameter, and above which nothing
TOLD, UNTOLD = 0.5, 0.9
#: what is said of the intervals, and of the seeds of the truths recovered (in words: the report's)
NARROW, SAME = "too narrow", "as fitted"


def tables(results: "ExperimentResults", experiment: "Experiment") -> dict[str, pd.DataFrame]:
    """Return the posterior sample, parameters, targets, recovery and what was done.

    Raises
    ------
    InputError
        If fewer than 20 sets of parameters gave every target.
    """
    spec = experiment.spec
    assert isinstance(spec, Calibrate)
    every = measured(results, measures_of(spec), experiment.heads[0].arm)
    x, outputs, fitted = known(spec, shares_of(results, experiment), every)
    if len(x) < LEAST_CELLS:
        raise InputError(
            f"{results.folder}: only {len(x)} of {len(every)} sets of parameters gave every "
            f"target; {LEAST_CELLS} are needed: see why runs failed, or take more samples"
        )
    emulators, aim = fit_all(x, outputs), aim_of(spec, outputs)
    own = [emulators[k] for k in fitted]
    posterior = infer(own, part_of(aim, fitted), experiment.seed)
    drawn = posterior.draw(spec.draws, experiment.seed)
    keys = list(experiment.factors)
    told = {
        "points": len(x),
        "left_out": len(every) - len(x),
        "replicates": outputs.shape[1],
        "possible": posterior.possible,
        "effective": posterior.effective,
    }
    found = {
        "posterior": pd.DataFrame({key: _values(experiment, key, drawn[:, d])
                                   for d, key in enumerate(keys)}),
        "parameters": pd.DataFrame(_parameters(experiment, posterior)),
        "targets": pd.DataFrame(_targets(spec, emulators, aim, drawn, outputs)),
        "calibration": pd.DataFrame([told]),
    }  # fmt: skip
    if spec.truths:
        tried = recover(own, outputs[:, :, fitted], part_of(aim, fitted), spec.truths, 1)
        rows = []
        for d, key in enumerate(keys):
            inside = tried.inside[:, d]
            low, high = binomial_interval(int(inside.sum()), inside.size)
            rows.append(
                {"parameter": key, "covered": float(inside.mean()), "low": low, "high": high}
                | {"truths": inside.size, "ratio": float(tried.ratio[:, d].mean())}
                | {"correlation": _correlation(tried.truth[:, d], tried.mean[:, d])}
                | {"seeds": SAME}
            )
        found["recovery"] = pd.DataFrame(rows)
    return found


def _correlation(one: Floats, other: Floats) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if one.std() and other.std() else np.nan


def _values(experiment: "Experiment", key: str, shares: Floats) -> list[float]:
    return [value_at(experiment, key, float(share)) for share in shares]


def learned(ratio: float) -> str:
    """Say how much was learned of a parameter, from its posterior over its prior variance."""
    return "told" if ratio < TOLD else "not identifiable" if ratio > UNTOLD else "a little"


def _parameters(experiment: "Experiment", posterior: Posterior) -> list[dict[str, Any]]:
    """Return range, posterior mean and quantiles of each parameter, and how much was learned."""
    quantiles, ratio = posterior.quantile([0.05, 0.5, 0.95]), posterior.variance_ratio()
    rows = []
    for d, key in enumerate(experiment.factors):
        ends = _values(experiment, key, np.array([0.0, 1.0]))
        low, middle, high = _values(experiment, key, quantiles[:, d])
        rows.append(
            {"parameter": key, "from": ends[0], "to": ends[1]}
            | {"quantile_05": low, "median": middle, "quantile_95": high}
            | {"variance_ratio": float(ratio[d]), "learned": learned(ratio[d]), "intervals": NARROW}
        )
    return rows


def _targets(
    spec: Calibrate, emulators: list[Emulator], aim: Aim, drawn: Floats, outputs: Floats
) -> list[dict[str, Any]]:
    """Return each target beside what was expected before and is predicted after.

    Predictions are of one county: the parameters' spread, the emulator's and luck. ``floor`` is the
    standard deviation of luck over that of the target: no calibration comes nearer than luck.
    """
    rng = np.random.default_rng(1)
    rows = []
    for k, (name, target) in enumerate(spec.targets.items()):
        mean, unsure = emulators[k].predict(drawn)
        noise = np.sqrt(np.maximum(unsure, 0.0) + aim.luck[k]) * rng.normal(size=(50, len(mean)))
        low, middle, high = np.quantile(mean + noise, [0.05, 0.5, 0.95])
        before = np.quantile(outputs[: spec.samples, :, k], [0.05, 0.5, 0.95])
        left, _ = emulators[k].left_out()
        spread = float(emulators[k].y.var())
        wrong = float(((emulators[k].y - left) ** 2).mean())
        reach = 1.645 * target.sd
        rows.append(
            {"target": name, "value": target.value, "sd": target.sd}
            | {"use": "held out" if target.held_out else "fitted"}
            | {"prior_05": before[0], "prior_50": before[1], "prior_95": before[2]}
            | {"quantile_05": low, "predicted": middle, "quantile_95": high, "intervals": NARROW}
            | {"agrees": bool(low - reach <= target.value <= high + reach)}
            | {"floor": float(np.sqrt(aim.luck[k]) / target.sd)}
            | {"emulated": 1.0 - wrong / spread if spread else np.nan, "source": target.source}
        )
    return rows
