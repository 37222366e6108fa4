"""Forms of contested mechanisms as rival models: weight by targets, scores on targets held out."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.lab.design.drawing import drawn_as, draws
from sim.lab.methods.forecast import crps_weighed, interval_score
from sim.lab.methods.intervals import LEAST, Floats
from sim.lab.methods.weighing import effective, weights

if TYPE_CHECKING:
    from sim.lab.file.schema import Compare
    from sim.lab.store.reading import ExperimentResults

#: resamples of worlds, and the seed of all draws here
DRAWS, SEED = 1_000, 1
SCORES = {"CRPS": crps_weighed, "interval": interval_score}

#: by mechanism: by form the worlds that have it, bool (W,)
Forms = dict[str, dict[str, np.ndarray]]


def tables(
    results: "ExperimentResults", spec: "Compare", there: np.ndarray, given: Floats
) -> dict[str, pd.DataFrame]:
    """Return the weight of every form, and its scores; nothing where no mechanism has two forms.

    Parameters
    ----------
    there : bool array (replicates,)
        Replicates that gave every target.
    given : array (W, K)
        What these worlds gave for K targets.
    """
    forms = forms_of(results, there)
    if not forms:
        return {}
    rows = list(_scores(spec, forms, given))
    rows.sort(key=lambda row: not row["apart"])
    return {"forms": pd.DataFrame(_weights(spec, forms, given)), "form_scores": pd.DataFrame(rows)}


def forms_of(results: "ExperimentResults", there: np.ndarray) -> Forms:
    """Return the worlds of every form of the mechanisms that are drawn, if there are rivals."""
    told = results.manifest
    words = {key: how for key, how in told["drawn"].items() if drawn_as(how) is str}
    rows = [draws(words, told["seed"] + int(r)) for r in np.flatnonzero(there)]
    found: Forms = {}
    for key, how in words.items():
        values = np.array([row[key] for row in rows])
        if key.startswith("variants.") and len(how["draw"]) > 1:
            found[key] = {form: values == form for form in how["draw"]}
    return found


def log_likelihoods(spec: "Compare", given: Floats) -> Floats:
    """Return what each target says of each world, (W, K): 0 of those that are held out."""
    aims = spec.targets.values()
    value, sd = np.array([(target.value, target.error()) for target in aims]).T
    fitted = np.array([not target.held_out for target in aims])
    return -0.5 * ((value - given) / sd) ** 2 * fitted


def _resamples(worlds: int, rng: np.random.Generator) -> Floats:
    """Return how often each world is in each resample, (1 + DRAWS, W); first all as they are."""
    drawn = rng.multinomial(worlds, np.full(worlds, 1.0 / worlds), DRAWS)
    return np.concatenate([np.ones((1, worlds)), drawn.astype(np.float64)])


def _interval(resampled: Floats, enough: bool) -> tuple[float, float]:
    """Return the 95 % interval over resamples; none where few worlds carry the weight."""
    if not enough or not np.isfinite(resampled).any():
        return np.nan, np.nan
    low, high = np.nanquantile(resampled[1:], [0.025, 0.975])
    return float(low), float(high)


def _excludes_0(ends: tuple[float, float]) -> bool:
    return ends[0] > 0.0 or ends[1] < 0.0


def _weights(spec: "Compare", forms: Forms, given: Floats) -> Iterator[dict[str, Any]]:
    """Yield of every form the share of worlds drawn with it, and its share of the weight.

    ``apart``: the 95 % interval over worlds of the difference of the two excludes 0. There is none
    where fewer than `LEAST` equal worlds would tell as much.
    """
    weight = weights(log_likelihoods(spec, given).sum(axis=1))
    often = _resamples(len(given), np.random.default_rng(SEED))
    carried = often * weight
    enough = effective(weight) >= LEAST
    for key, of in forms.items():
        for form, own in of.items():
            share = carried[:, own].sum(axis=1) / carried.sum(axis=1)
            more = share - often[:, own].sum(axis=1) / len(given)
            low, high = _interval(share, enough)
            yield (
                {"parameter": key, "form": form, "n": int(own.sum()), "drawn": float(own.mean())}
                | {"weight": float(share[0]), "low": low, "high": high}
                | {"effective": effective(weight[own]) if weight[own].any() else 0.0}
                | {"apart": _excludes_0(_interval(more, enough))}
            )


def _scores(spec: "Compare", forms: Forms, given: Floats) -> Iterator[dict[str, Any]]:
    """Yield how well each form's worlds forecast each target, beside the worlds of other forms.

    Worlds are weighed by the other targets alone; each reports with an error of its own, as the
    target has. Differences (form less others: below 0 the form is better) have 95 % intervals over
    resamples of worlds, in each of which what was reported is off by its error, too: ``apart``
    where that excludes 0.
    """
    rng = np.random.default_rng(SEED)
    often, log = _resamples(len(given), rng), log_likelihoods(spec, given)
    for k, (name, target) in enumerate(spec.targets.items()):
        weight = weights(np.delete(log, k, axis=1).sum(axis=1))
        sample = given[:, k] + target.error() * rng.normal(size=len(given))
        truth = target.value + target.error() * rng.normal(size=len(often))
        truth[0] = target.value
        order = np.argsort(sample)
        sample, carried, ordered = sample[order], (often * weight)[:, order], weight[order]
        for key, of in forms.items():
            for form, worlds in of.items():
                sides = worlds[order], ~worlds[order]
                told = [effective(ordered[one]) if ordered[one].any() else 0.0 for one in sides]
                row = {"parameter": key, "form": form, "target": name, "n": int(worlds.sum())}
                row |= {"effective": told[0], "effective_others": told[1]}
                for score, function in SCORES.items():
                    own, others = (
                        function(sample[one], carried[:, one], truth)
                        if one.any()
                        else np.full(len(often), np.nan)
                        for one in sides
                    )
                    low, high = _interval(own - others, min(told) >= LEAST)
                    yield (
                        row
                        | {"score": score, "own": float(own[0]), "others": float(others[0])}
                        | {"difference": float(own[0] - others[0]), "low": low, "high": high}
                        | {"apart": _excludes_0((low, high))}
                    )
