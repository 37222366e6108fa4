"""Worlds weighed by targets: how plausible each is, what that says of parameters and effects."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.lab.answers import rivals
from sim.lab.answers.assumptions import effects_by_world
from sim.lab.answers.calibrate import learned
from sim.lab.answers.common import measured
from sim.lab.answers.discover import parameters
from sim.lab.design.batches import measures_of
from sim.lab.file.schema import LEAST_CELLS, Compare
from sim.lab.methods import weighing
from sim.lab.methods.intervals import Floats, binomial_interval
from sim.model.outcomes.catalogue import OUTCOMES

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults

#: shares of truths that central intervals are to contain
LEVELS = {"covered_50": 0.5, "covered_80": 0.8, "covered_90": 0.9, "covered_95": 0.95}
#: how many times its discrepancies the targets are tried with
TIMES = (0.0, 0.5, 1.0, 2.0, 4.0)
MIDDLE = (0.05, 0.5, 0.95)
SUMMARY = ("mean", "mean_low", "mean_high", "quantile_05", "median", "quantile_95", "sign_share")


def tables(results: "ExperimentResults", experiment: "Experiment") -> dict[str, pd.DataFrame]:
    """Return the worlds with their weights, and what is told of targets, parameters and truths.

    Raises
    ------
    InputError
        If fewer than 20 worlds gave every target.
    """
    spec = experiment.spec
    assert isinstance(spec, Compare)
    names, x = parameters(results)
    (outputs,) = measured(results, measures_of(spec), experiment.heads[0].arm)
    there = np.isfinite(outputs).all(axis=1)
    if there.sum() < LEAST_CELLS:
        raise InputError(
            f"{results.folder}: only {there.sum()} of {len(there)} worlds gave every target; "
            f"{LEAST_CELLS} are needed: see why runs failed, or take more replicates"
        )
    fitted = np.array([not target.held_out for target in spec.targets.values()])
    aims = [target for target in spec.targets.values() if not target.held_out]
    value, sd = np.array([(target.value, target.error()) for target in aims]).T
    x, given = x[there], outputs[there]
    used = given[:, fitted]
    log = weighing.log_density(used, value, sd)
    weight = weighing.weights(log)
    out = weighing.ruled_out(used, value, sd)
    tried = weighing.try_truths(x, used, sd, spec.truths, 1)
    surprise = tried.surprise <= weighing.evidence(log)
    told = {"worlds": len(x), "left_out": int((~there).sum()), "ruled_out": float(out.mean())}
    told |= {"effective": weighing.effective(weight), "truths": tried.chosen.size}
    told |= {"misfit_p": float(surprise.sum() + 1) / (tried.chosen.size + 1)}
    worlds = pd.DataFrame({"replicate": np.flatnonzero(there) + 1, "weight": weight})
    worlds = worlds.assign(log_likelihood=log, ruled_out=out)
    worlds = worlds.join(pd.DataFrame(given, columns=pd.Index(list(spec.targets))))
    found = {"calibration": pd.DataFrame([told]), "worlds": worlds}
    found["ranks"] = pd.DataFrame(tried.rank, columns=pd.Index(names))
    found["targets"] = pd.DataFrame(_targets(spec, given, weight, tried.noticed()))
    found["parameters"] = pd.DataFrame(_parameters(spec, names, x, weight, tried))
    found["discrepancies"] = pd.DataFrame(_discrepancies(spec, names, x, used, tried))
    found |= rivals.tables(results, spec, there, given)
    every = np.zeros(len(there))
    every[there] = weight
    return found | {"weighed": weighed_effects(results, list(spec.parts), every)}


def _targets(
    spec: Compare, given: Floats, weight: Floats, noticed: Floats
) -> Iterator[dict[str, Any]]:
    """Yield each target beside what worlds gave, and those that targets make likely.

    ``noticed``: share of known truths in which it would show that this target is off by three
    standard deviations of the worlds (`sim.lab.methods.weighing.Truths.noticed`).
    """
    shown = iter(noticed.tolist())
    even = np.full(len(weight), 1.0 / len(weight))
    for k, (name, target) in enumerate(spec.targets.items()):
        reach = 1.645 * target.error()
        before = weighing.weighted_quantile(given[:, k], even, MIDDLE)
        after = weighing.weighted_quantile(given[:, k], weight, MIDDLE)
        agrees = after[0] - reach <= target.value <= after[2] + reach
        yield (
            {"target": name, "value": target.value, "sd": target.sd}
            | {"discrepancy": target.discrepancy}
            | {"use": "held out" if target.held_out else "fitted"}
            | dict(zip(("prior_05", "prior_50", "prior_95"), before, strict=True))
            | dict(zip(("quantile_05", "predicted", "quantile_95"), after, strict=True))
            | {"noticed": math.nan if target.held_out else next(shown)}
            | {"agrees": bool(agrees), "source": target.source}
        )


def _parameters(
    spec: Compare, names: list[str], x: Floats, weight: Floats, tried: weighing.Truths
) -> list[dict[str, Any]]:
    """Return what was learned of each parameter, those of which most was first.

    ``covered_90``: share of the truths that its 90 % interval contains; ``low`` and ``high``, the
    exact interval of that share; ``sure``: of a form, the mean weight of the true one's worlds.
    """
    rows = []
    for d, name in enumerate(names):
        low, middle, high = weighing.weighted_quantile(x[:, d], weight, MIDDLE)
        mean = weight @ x[:, d]
        spread = x[:, d].var()
        ratio = float(weight @ (x[:, d] - mean) ** 2 / spread) if spread else np.nan
        inside = round(float(tried.covered(0.9)[d]) * tried.chosen.size)
        ends = binomial_interval(inside, tried.chosen.size)
        by = [key for key, target in spec.targets.items() if name in target.informs]
        rows.append(
            {"parameter": name, "from": x[:, d].min(), "to": x[:, d].max()}
            | {"quantile_05": low, "median": middle, "quantile_95": high, "mean": mean}
            | {"variance_ratio": ratio, "learned": learned(ratio), "informed_by": ", ".join(by)}
            | {column: tried.covered(level)[d] for column, level in LEVELS.items()}
            | {"low": ends[0], "high": ends[1], "truths": tried.chosen.size}
            | {"rank_p": _even(tried.rank[:, d])}
            | ({"sure": float(tried.alike[:, d].mean())} if "=" in name else {"sure": np.nan})
        )
    return sorted(rows, key=lambda row: row["variance_ratio"])


def _even(rank: Floats) -> float:
    """Return the p value of ranks as drawn evenly from 0 to 1; NaN of few."""
    from scipy.stats import kstest

    return float(kstest(rank, "uniform").pvalue) if rank.size > 1 else math.nan


def _discrepancies(
    spec: Compare, names: list[str], x: Floats, used: Floats, known: weighing.Truths
) -> Iterator[dict[str, Any]]:
    """Yield how the weights move with the discrepancy that targets are given.

    ``covered_90``: share of known truths that 90 % intervals contain, over all that is drawn: well
    below 0.9 where too few worlds carry the weight.
    """
    aims = [target for target in spec.targets.values() if not target.held_out]
    value = np.array([target.value for target in aims])
    may_tell = {name for target in spec.targets.values() for name in target.informs}
    told = [d for d, name in enumerate(names) if name in may_tell]
    for times in TIMES:
        sd = np.array([target.error(times) for target in aims])
        weight = weighing.weights(weighing.log_density(used, value, sd))
        tried = known if times == 1.0 else weighing.try_truths(x, used, sd, spec.truths, 1)
        inside = float(tried.covered(0.9).mean()) if tried.chosen.size else math.nan
        row = {"times": times, "effective": weighing.effective(weight), "covered_90": inside}
        yield row | {names[d]: float(weight @ x[:, d]) for d in told}


def weighed_effects(
    results: "ExperimentResults", parts: "Sequence[str]", weight: Floats
) -> pd.DataFrame:
    """Return every effect over worlds as drawn, and as targets weigh them.

    Parameters
    ----------
    parts : sequence of str
        Of the reform, where it is taken apart.
    weight : array (worlds,)
        Of each world; 0 where it is left out.

    Returns
    -------
    DataFrame
        A row an outcome and effect (`sim.lab.answers.assumptions.effects_by_world`): `SUMMARY` over
        ``n`` worlds as drawn, and with ``w_`` before by weight, over ``effective`` worlds.
    """
    rows = []
    for outcome, part, values in effects_by_world(results, parts):
        there = np.isfinite(values)
        drawn, weighed = _summary(values, there * 1.0), _summary(values, weight * there)
        told = {"outcome": outcome, "unit": OUTCOMES[outcome].unit, "part": part} | drawn
        told |= {f"w_{name}": one for name, one in weighed.items()}
        rows.append(told | {"n": int(there.sum()), "effective": weighing.effective(weight * there)})
    return pd.DataFrame(rows)


def _summary(values: Floats, weight: Floats) -> dict[str, float]:
    """Return `SUMMARY` of worlds: of the mean its 95 % interval, of worlds where 90 % lie."""
    there = weight > 0
    values, share = values[there], weight[there] / weight[there].sum()
    mean = float(share @ values)
    half = 1.96 * float(np.sqrt((share**2 * (values - mean) ** 2).sum()))
    spread = weighing.weighted_quantile(values, share, MIDDLE)
    sign = float(share @ (np.sign(values) == np.sign(mean))) if mean else np.nan
    return dict(zip(SUMMARY, (mean, mean - half, mean + half, *spread, sign), strict=True))
