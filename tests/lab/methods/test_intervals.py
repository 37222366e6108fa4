"""Intervals against their definitions, written out with matrices."""

import numpy as np
import pytest
from scipy import stats

from sim.lab.methods.intervals import bootstrap_interval, clustered_interval


def by_matrices(values, cluster):
    """Bell & McCaffrey (2002), eq. (9) and (11), for a regression on a constant."""
    n = values.size
    x = np.ones((n, 1))
    bread = np.linalg.inv(x.T @ x)
    hat = x @ bread @ x.T
    rest = np.eye(n) - hat
    residuals = rest @ values
    variance, columns = 0.0, []
    for which in np.unique(cluster):
        own = cluster == which
        eigen, vectors = np.linalg.eigh(np.eye(own.sum()) - hat[np.ix_(own, own)])
        root = vectors @ np.diag(eigen**-0.5) @ vectors.T
        weights = root @ x[own] @ bread
        variance += float(((residuals[own] @ weights) ** 2).sum())
        columns.append(rest[:, own] @ weights)
    together = np.hstack(columns)
    eigen = np.linalg.eigvalsh(together.T @ together)
    freedom = eigen.sum() ** 2 / (eigen**2).sum()
    return stats.t.ppf(0.975, freedom) * np.sqrt(variance), freedom


@pytest.mark.parametrize("sizes", [[1, 1], [3, 3, 3], [20, 1, 2, 4], [1] * 12, [40, 5]])
def test_the_interval_of_clusters_is_cr2_with_satterthwaites_freedom(sizes):
    rng = np.random.default_rng(len(sizes))
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    values = rng.normal(size=cluster.size) + rng.normal(size=len(sizes))[cluster]
    half, freedom = by_matrices(values, cluster)
    found = clustered_interval(np.append(values, np.nan), np.append(cluster, 99))
    assert (found.n, found.clusters) == (cluster.size, len(sizes))
    assert found.mean == pytest.approx(values.mean())
    assert found.high - found.mean == pytest.approx(half)
    assert found.mean - found.low == pytest.approx(half)
    if len(set(sizes)) == 1:
        assert freedom == pytest.approx(len(sizes) - 1)
    elif len(sizes) > 2:
        assert freedom < len(sizes) - 1


def test_one_cluster_or_no_value_has_no_interval():
    one = clustered_interval(np.array([1.0, 3.0]), np.array([5, 5]))
    assert (one.mean, one.clusters) == (2.0, 1) and np.isnan(one.low)
    none = clustered_interval(np.array([np.nan]), np.array([5]))
    assert none.n == 0 and np.isnan(none.mean)


def test_below_twenty_values_there_is_no_bootstrap_interval():
    values = np.random.default_rng(1).normal(size=20)
    assert np.isfinite(bootstrap_interval(values)).all()
    values[3] = np.nan
    assert np.isnan(bootstrap_interval(values)).all()
