"""Regressions and means of values whose errors go together within clusters."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.lab.methods.intervals import Floats, quantile

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Found:
    """An estimated effect.

    Attributes
    ----------
    estimate, low, high : float
        The effect with its 95 % interval; NaN where the data give none.
    leads : float
        1 where some difference before the treatment is told apart from 0, 95 % each, else 0 (event
        study); NaN where none is looked at.
    """

    estimate: float
    low: float
    high: float
    leads: float = math.nan


def no_estimate() -> Found:
    """Return what is found where the data give no estimate."""
    return Found(math.nan, math.nan, math.nan)


def interval(estimate: float, variance: float, freedom: float) -> Found:
    """Return an estimate with Student's 95 % interval; none without degrees of freedom.

    Where nothing varies nothing is known of what might: the estimate has no interval.
    """
    if not (freedom > 0.0 and math.isfinite(variance)):
        return no_estimate()
    if math.sqrt(max(variance, 0.0)) <= 1e-12 * max(1.0, abs(estimate)):
        return Found(estimate, math.nan, math.nan)
    half = float(quantile(freedom)) * math.sqrt(max(variance, 0.0))
    return Found(estimate, estimate - half, estimate + half)


def cluster_mean(values: Floats, weights: Floats, cluster: Ints) -> tuple[float, float, float]:
    """Return a weighted mean, its variance and its degrees of freedom over clusters.

    CR2 with Satterthwaite's degrees of freedom (Bell & McCaffrey 2002, "Bias reduction in standard
    errors for linear regression with multi-stage samples", Survey Methodology 28: 169-181), in
    closed form for a mean; NaN where there are fewer than two clusters.
    """
    size = np.bincount(cluster, weights)
    size = size[size > 0.0]
    total = float(weights.sum())
    mean = float((weights * values).sum() / total) if total > 0.0 else math.nan
    if size.size < 2:
        return mean, math.nan, math.nan
    sums = np.bincount(cluster, weights * (values - mean))
    sums = sums[np.bincount(cluster, weights) > 0.0]
    left = 1.0 - size / total
    variance = float((sums**2 / left).sum()) / total**2
    scaled = size / np.sqrt(left)
    together = -np.outer(scaled, scaled) / total
    together[np.diag_indices(size.size)] += size / left
    freedom = float(np.trace(together) ** 2 / (together**2).sum())
    return mean, variance, freedom


def contrast(
    values: Floats, weights: Floats, treated: npt.NDArray[np.bool_], cluster: Ints
) -> Found:
    """Return the difference of two groups' means whose clusters are whole in one of them.

    Variances of the two means (`cluster_mean`) add; the degrees of freedom are Welch's.
    """
    parts = []
    for group in (treated, ~treated):
        own = np.unique(cluster[group], return_inverse=True)[1]
        parts.append(cluster_mean(values[group], weights[group], own))
    (one, v1, f1), (other, v0, f0) = parts
    spread = v1**2 / f1 + v0**2 / f0 if f1 > 0 and f0 > 0 else math.nan
    return interval(one - other, v1 + v0, (v1 + v0) ** 2 / spread if spread else math.inf)


def regression(x: Floats, y: Floats, weights: Floats, cluster: Ints, term: int) -> Found:
    """Return a coefficient of weighted least squares with errors in clusters.

    CR2 with Satterthwaite's degrees of freedom (Bell & McCaffrey 2002, as in `cluster_mean`; of
    weights Pustejovsky & Tipton 2018, "Small-sample methods for cluster-robust variance estimation
    and hypothesis testing in fixed effects models", Journal of Business & Economic Statistics 36:
    672-683).

    Parameters
    ----------
    x : array (n, k)
        Regressors, the constant among them.
    y, weights : array (n,)
        Values, and what each counts.
    cluster : array (n,)
        Cluster of each, from 0.
    term : int
        The coefficient.
    """
    groups = np.unique(cluster, return_inverse=True)[1]
    count = int(groups.max(initial=-1)) + 1
    n, k = x.shape
    gram = x.T @ (x * weights[:, None])
    if count < 2 or n <= k or np.linalg.matrix_rank(gram) < k:
        return no_estimate()
    bread = np.linalg.inv(gram)
    beta = bread @ (x.T @ (weights * y))
    root = np.sqrt(weights)
    scaled, left = x * root[:, None], root * (y - x @ beta)
    score, square, reach = np.zeros(count), np.zeros(count), np.zeros((count, k))
    for group in range(count):
        own = groups == group
        part = _adjusted(scaled[own], bread, bread[term])
        score[group], square[group] = part @ left[own], part @ part
        reach[group] = scaled[own].T @ part
    together = np.diag(square) - reach @ bread @ reach.T
    freedom = float(np.trace(together) ** 2 / (together**2).sum()) if together.any() else math.nan
    return interval(float(beta[term]), float((score**2).sum()), freedom)


def _adjusted(x: Floats, bread: Floats, wanted: Floats) -> Floats:
    """Return what a cluster's residuals count in CR2, (n,): (I - H)^(-1/2) x wanted.

    `x` has weights' roots in it; H is the cluster's block of the hat matrix. Directions in which
    the cluster alone decides the fit count nought.
    """
    ortho, triangle = np.linalg.qr(x)
    values, vectors = np.linalg.eigh(triangle @ bread @ triangle.T)
    kept = 1.0 - values > 1e-9
    factor = np.where(kept, 1.0 / np.sqrt(np.where(kept, 1.0 - values, 1.0)), 0.0) - 1.0
    plain = x @ wanted
    inside = vectors.T @ (ortho.T @ plain)
    return plain + ortho @ (vectors @ (factor * inside))
