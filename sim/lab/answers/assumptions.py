"""Assumptions that decide an effect: what is drawn with the worlds, beside the effect's sign."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.lab.answers.common import cells_of, wide
from sim.lab.answers.discover import parameters
from sim.lab.design.drawing import drawn_as, draws
from sim.lab.file.parts import NOTHING, WHOLE, arm_name
from sim.lab.methods.intervals import Floats, binomial_interval
from sim.lab.methods.shapley import coalitions, shapley_values
from sim.lab.methods.statistics import estimate

if TYPE_CHECKING:
    from sim.lab.store.reading import ExperimentResults

#: assumptions told of one effect, and worlds below which nothing is told
MOST, LEAST_WORLDS = 5, 40


def tables(results: "ExperimentResults", parts: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return what of all that is drawn goes with each effect, and effects by form of a mechanism.

    Nothing where nothing is drawn, arms are compared under several settings, or worlds are few.
    """
    drawn = results.manifest["drawn"]
    if not drawn or len(cells_of(results)) != 1 or results.worlds.max() + 1 < LEAST_WORLDS:
        return {}
    effects = list(effects_by_world(results, parts))
    found = {"assumptions": pd.DataFrame(_going_with(results, effects))}
    each = np.unique(results.worlds).size == results.worlds.size  # else a world has several forms
    forms = pd.DataFrame(_by_form(results, effects) if each else [])
    return found | ({"by_form": forms} if len(forms) else {})


def effects_by_world(
    results: "ExperimentResults", parts: Sequence[str]
) -> Iterator[tuple[str, str, Floats]]:
    """Yield outcome, what acts, and its effect in every world (worlds,).

    Of a reform taken apart: the Shapley share of every part, the whole reform, and each part alone
    (``merger alone``); else every arm against the baseline.
    """
    (cell,) = cells_of(results)
    for key in results.shown():
        values = wide(results, key, list(cell.points.values()))
        at = dict(zip(cell.points, values, strict=True))
        if not parts:
            first = results.manifest["baseline"]
            yield from ((key, arm, own - at[first]) for arm, own in at.items() if arm != first)
            continue
        worth = np.stack([at[arm_name([parts[i] for i in c])] for c in coalitions(len(parts))])
        yield from (
            (key, part, own)
            for part, own in zip(parts, shapley_values(worth, len(parts)), strict=True)
        )
        yield key, WHOLE, worth[-1] - worth[0]
        yield from ((key, f"{part} alone", at[part] - at[NOTHING]) for part in parts)


def _going_with(
    results: "ExperimentResults", effects: Sequence[tuple[str, str, Floats]]
) -> Iterator[dict[str, Any]]:
    """Yield the assumptions whose rank correlation with an effect is beyond chance, largest first.

    ``chance``: what the largest of all that are drawn exceeds once in twenty times where none has
    to do with the effect (Bonferroni). ``above_low`` and ``above_high``: share of worlds with an
    effect above 0 in the lower and the upper half of the assumption's values.
    """
    from scipy.stats import norm, rankdata

    names, x = parameters(results)
    ranked: dict[bytes, Floats] = {}  # by which worlds there are: mostly all
    for outcome, part, effect in effects:
        there = np.isfinite(effect)
        own, values = effect[there], x[there]
        if own.size < LEAST_WORLDS or not own.std():
            continue
        chance = float(norm.ppf(1 - 0.025 / len(names))) / np.sqrt(own.size - 1)
        if (of := there.tobytes()) not in ranked:
            ranked[of] = rankdata(values, axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.corrcoef(rankdata(own), ranked[of], rowvar=False)[0, 1:]
        sure = [d for d in np.argsort(-np.abs(np.nan_to_num(found)), kind="stable")[:MOST]
                if abs(found[d]) > chance]  # fmt: skip
        for d in sure:
            high = values[:, d] > np.median(values[:, d])
            if not high.any():
                high = values[:, d] == values[:, d].max()
            yield (
                {"outcome": outcome, "part": part, "parameter": names[d]}
                | {"correlation": float(found[d]), "chance": chance, "n": int(own.size)}
                | {"low_half": float(own[~high].mean()), "high_half": float(own[high].mean())}
                | {"above_low": float((own[~high] > 0).mean())}
                | {"above_high": float((own[high] > 0).mean())}
            )


def _by_form(
    results: "ExperimentResults", effects: Sequence[tuple[str, str, Floats]]
) -> Iterator[dict[str, Any]]:
    """Yield every effect in the worlds of each form of a mechanism, with the share above 0."""
    told = results.manifest
    rows = [draws(told["drawn"], told["seed"] + r) for r in range(results.worlds.size)]
    for key, how in told["drawn"].items():
        if drawn_as(how) is not str:
            continue
        values = np.array([row[key] for row in rows])
        for outcome, part, effect in effects:
            for form in how["draw"]:
                own = effect[(values == form) & np.isfinite(effect)]
                mean = estimate(own)
                low, high = binomial_interval(int((own > 0).sum()), own.size)
                yield (
                    {"outcome": outcome, "part": part, "parameter": key, "form": form}
                    | {"effect": mean.mean, "low": mean.low, "high": mean.high, "n": mean.n}
                    | {"above": float((own > 0).mean()) if own.size else np.nan}
                    | {"above_low": low, "above_high": high}
                )
