"""Morris' screening of a noisy model: which parameters move an outcome at all.

Elementary effects along trajectories (Morris 1991), their mean mu, the mean of their sizes mu_star
(Campolongo, Cariboni & Saltelli 2007) and their spread sigma, by SALib on the mean over replicates.
Luck alone gives a mu_star above 0: ``mu_star_luck`` says how large it would be on average,
``mu_star_luck_95`` what it exceeds once in twenty times.
"""

import math
from functools import cache

import numpy as np
import pandas as pd

from sim.lab.methods.intervals import Floats, quantile
from sim.lab.methods.seed_share import refuse_missing

_SALIB = ("mu", "mu_star", "mu_star_conf", "sigma")
#: measures of how effects vary: there are none where they do not
_OF_VARIANCE = ("mu_star_conf", "mu_luck", "mu_star_luck", "mu_star_luck_95")


def morris_effects(
    points: Floats, values: Floats, names: list[str], levels: int, draws: int = 500, seed: int = 1
) -> pd.DataFrame:
    """Return the measures of every parameter, over its whole range.

    Parameters
    ----------
    points : array (n, D)
        Trajectories in the unit cube, in SALib's order, n = trajectories x (D + 1).
    values : array (n, replicates)
        Outcome at each point, under the same seeds.
    names : list of str
        Parameters, length D.
    levels : int
        Levels of the design's grid.
    draws, seed : int
        Bootstrap samples of trajectories, and the seed of their draws.

    Returns
    -------
    DataFrame
        ``mu, mu_star, sigma`` (SALib's); ``mu_star_conf``: half-width of Student's 95 % interval
        over trajectories; ``mu_luck``: half-width of the 95 % interval
        of mu over seeds; ``mu_star_luck``: the mean that luck alone would give, and
        ``mu_star_luck_95``: its 95 % quantile. Missing without replicates, and where nothing
        varies: of effects that are all the same there is no interval.

    Raises
    ------
    ValueError
        If a value is missing.
    """
    from SALib.analyze import morris

    refuse_missing(values, "Morris effects")
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    raw = morris.analyze(
        problem, points, values.mean(axis=1), num_levels=levels, num_resamples=draws, seed=seed
    )
    effects = elementary_effects(points, values)
    replicates = values.shape[1]
    luck = star = most = np.full(len(names), np.nan)
    if replicates > 1:
        by_seed = effects.mean(axis=0)
        luck = quantile(replicates - 1) * by_seed.std(axis=1, ddof=1) / np.sqrt(replicates)
        star, most = luck_of(effects)
    measures = {key: np.asarray(raw[key], dtype=np.float64) for key in _SALIB}
    sizes = np.abs(effects.mean(axis=2))
    count = len(sizes)
    if count > 1:  # SALib's normal bootstrap is too narrow for few trajectories
        conf = quantile(count - 1) * sizes.std(axis=0, ddof=1) / np.sqrt(count)
        measures["mu_star_conf"] = conf
    found = {"mu_luck": luck, "mu_star_luck": star, "mu_star_luck_95": most}
    for told in (measures, found):
        told |= {k: np.where(told[k] > 0.0, told[k], np.nan) for k in _OF_VARIANCE if k in told}
    return pd.DataFrame({"parameter": names} | measures | found)


def luck_of(effects: Floats) -> tuple[Floats, Floats]:
    """Return the mean and the 95 % quantile of mu_star of parameters that do nothing, (D,) each.

    Parameters
    ----------
    effects : array (trajectories, D, replicates)
        Elementary effects; at least two replicates.
    """
    replicates = effects.shape[2]
    spread = effects.var(axis=2, ddof=1) / replicates
    mean = np.sqrt(2.0 / np.pi) * np.sqrt(spread).mean(axis=0) / _c4(replicates)
    return mean, np.sqrt(spread.mean(axis=0)) * _largest_of_luck(len(effects), replicates)


def _c4(n: int) -> float:
    """Return the expected standard deviation of n normal values, as a share of the true one."""
    return math.sqrt(2.0 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


@cache
def _largest_of_luck(trajectories: int, replicates: int) -> float:
    """Return the 95 % quantile of mu_star of an idle parameter, over the effects' estimated spread.

    By simulation of its pivot: the mean size of normal effects over the root of a pooled variance
    that has ``trajectories x (replicates - 1)`` degrees of freedom.
    """
    rng, draws = np.random.default_rng(1), 20_000
    sizes = sum(np.abs(rng.normal(size=draws)) for _ in range(trajectories)) / trajectories
    freedom = trajectories * (replicates - 1)
    return float(np.quantile(sizes / np.sqrt(rng.chisquare(freedom, draws) / freedom), 0.95))


def elementary_effects(points: Floats, values: Floats) -> Floats:
    """Return the effect of every step, shape (trajectories, D, replicates)."""
    dims = points.shape[1]
    paths = points.reshape(-1, dims + 1, dims)
    found = values.reshape(-1, dims + 1, values.shape[1])
    steps, changes = np.diff(paths, axis=1), np.diff(found, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    size = np.take_along_axis(steps, moved[:, :, None], axis=2)
    effects = np.empty_like(changes)
    np.put_along_axis(effects, moved[:, :, None], changes / size, axis=1)
    return effects
