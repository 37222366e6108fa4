"""Intervals against their definitions, written out with matrices."""

import numpy as np
import pytest
from scipy import stats

from sim.lab.methods.intervals import (
    bootstrap_interval,
    clustered_interval,
    for_all,
    quantile,
)


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


def test_the_quantile_is_students():
    assert quantile(np.array([1, 4, 30])) == pytest.approx(stats.t.ppf(0.975, [1, 4, 30]))
    assert quantile(7, 0.5) == pytest.approx(stats.t.ppf(0.75, 7))


@pytest.mark.parametrize(("n", "count"), [(2, 3), (10, 1), (10, 20)])
def test_intervals_that_hold_all_at_once_are_bonferronis(n, count):
    wide = stats.t.ppf(1 - 0.025 / count, n - 1) / stats.t.ppf(0.975, n - 1)
    assert for_all(n, count) == pytest.approx(wide)
    assert for_all(np.array([1, n]), count)[0] == pytest.approx(for_all(2, count))


@pytest.mark.parametrize("level", [0.95, 0.5])
def test_the_bootstrap_interval_of_a_coin_is_the_binomials(level):
    """Means of resamples of 30 zeros and 70 ones are binomial shares."""
    values = np.repeat([0.0, 1.0, np.nan], [30, 70, 5])
    found = bootstrap_interval(values, level, draws=40_000)
    assert found == pytest.approx(
        [v / 100 for v in stats.binom(100, 0.7).interval(level)], abs=0.01
    )
    assert bootstrap_interval(values, seed=1) == bootstrap_interval(values)
    assert bootstrap_interval(values, seed=2, draws=20) != bootstrap_interval(values, draws=20)
