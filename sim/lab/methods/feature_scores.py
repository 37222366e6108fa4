"""Feature scores: how much each factor of a sampled experiment has to do with an outcome.

Importances of extremely randomised trees (Geurts, Ernst & Wehenkel 2006), by scikit-learn, as in
the EMA workbench (Kwakkel 2017): the share of the outcome's variance between points that splits on
a factor take away. They see interactions and curves, need no design of their own, and say no sign.
Trees split on anything: an idle factor that is drawn along says what luck alone would give.
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.lab.methods.intervals import Floats

TREES = 100
#: subsets of the points that are looked at beside all of them, and what they have of these
SUBSETS, PART = 12, 0.8
#: points below which trees say nothing
LEAST_POINTS = 10


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of the factors of an outcome.

    Attributes
    ----------
    score, low, high : float array (D,)
        Share of each factor, and the least and largest over subsets of the points.
    idle : float
        The largest score of a factor that does nothing, drawn along anew with each subset.
    explained : float
        Share of the variance between points that trees explain of points they have not seen
        (out-of-bag R2); scores mean little where it is low.
    """

    score: Floats
    low: Floats
    high: Floats
    idle: float
    explained: float


def feature_scores(
    points: Floats, values: Floats, seed: int = 1, subsets: int = SUBSETS, trees: int = TREES
) -> Scores | None:
    """Return how much each factor has to do with an outcome; None where nothing can be said.

    Parameters
    ----------
    points : array (n, D)
        Factors; of one without an order its levels numbered.
    values : array (n,)
        The outcome, a mean over replicates; points without it are left out.
    seed : int
        Of the trees and the subsets.
    subsets : int
        Subsets of the points, each with `PART` of them.
    trees : int
        Trees of the scores; those of a subset are a quarter of them.
    """
    there = np.isfinite(values)
    points, values = points[there], values[there]
    if len(values) < LEAST_POINTS or not np.ptp(values) > 1e-12 * np.abs(values).max():
        return None
    rng = np.random.default_rng(seed)
    whole = _forest(points, values, trees, seed)
    again = np.empty((subsets, points.shape[1] + 1))
    for i in range(subsets):
        rows = np.sort(rng.permutation(len(values))[: math.ceil(PART * len(values))])
        with_idle = np.column_stack((points[rows], rng.random(len(rows))))
        again[i] = _forest(with_idle, values[rows], trees // 4, seed + 1 + i)[0]
    own = again[:, :-1]
    low, high = np.minimum(own.min(axis=0), whole[0]), np.maximum(own.max(axis=0), whole[0])
    return Scores(whole[0], low, high, float(again[:, -1].max()), whole[1])


def _forest(points: Floats, values: Floats, trees: int, seed: int) -> tuple[Floats, float]:
    """Return importances and the out-of-bag R2 of extra trees."""
    from sklearn.ensemble import ExtraTreesRegressor

    spread = (values - values.mean()) / values.std() if values.std() > 0 else values * 0.0
    model = ExtraTreesRegressor(
        trees, bootstrap=True, oob_score=True, min_samples_leaf=2, random_state=seed, n_jobs=1
    )
    model.fit(points, spread)
    return np.asarray(model.feature_importances_), float(model.oob_score_)
