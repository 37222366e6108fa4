import numpy as np
import pytest
from scipy.stats import binomtest

from sim.lab.methods.intervals import binomial_interval, bootstrap_interval
from sim.lab.methods.robustness import best_share, ranking_share, sign_share


def test_the_binomial_interval_is_that_of_the_tables():
    """Clopper-Pearson, 8 of 10: 0.4439 to 0.9748; 0 of 10: 0 to 0.3085."""
    assert binomial_interval(8, 10) == pytest.approx((0.4439, 0.9748), abs=1e-4)
    assert binomial_interval(0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
    assert np.isnan(binomial_interval(0, 0)).all()


@pytest.mark.parametrize(("successes", "n"), [(0, 7), (3, 7), (7, 7), (130, 400), (4990, 5000)])
def test_the_binomial_interval_is_scipys(successes, n):
    found = binomtest(successes, n).proportion_ci(method="exact")
    assert binomial_interval(successes, n) == pytest.approx((found.low, found.high), abs=1e-12)


def test_the_binomial_interval_covers_at_least_as_often_as_it_says():
    rng = np.random.default_rng(1)
    hits = rng.binomial(20, 0.7, 2000)
    inside = [low <= 0.7 <= high for low, high in (binomial_interval(int(h), 20) for h in hits)]
    assert np.mean(inside) >= 0.95


def test_the_bootstrap_interval_covers_the_mean():
    rng = np.random.default_rng(2)
    cover = 0
    for _ in range(200):
        low, high = bootstrap_interval(rng.exponential(1.0, 60), draws=400)
        cover += low <= 1.0 <= high
    assert 0.88 <= cover / 200 <= 0.99


def test_a_known_share_of_worlds_has_the_sign():
    """Effects N(1, 1): the sign holds in Phi(1) = 84 % of worlds."""
    found = sign_share(np.random.default_rng(3).normal(1.0, 1.0, 4000))
    assert found.low <= 0.8413 <= found.high and found.n == 4000
    assert sign_share(np.array([1.0, 2.0, 0.0, np.nan])).share == pytest.approx(2 / 3)


def test_an_effect_of_exactly_nothing_has_no_sign():
    assert sign_share(np.array([0.0, 0.0, 3.0])).share == pytest.approx(1 / 3)
    nothing = sign_share(np.zeros(30))
    assert nothing.n == 30 and np.isnan([nothing.share, nothing.low, nothing.high]).all()
    assert sign_share(np.array([np.nan])).n == 0


def test_arms_that_are_alike_share_a_rank():
    rng = np.random.default_rng(6)
    a = rng.normal(size=(50, 1))
    values = np.concatenate((a, a + 1.0, a), axis=1)
    ranks, found = ranking_share(values)
    assert ranks == [[1], [0, 2]] and found.share == 1.0
    values[0, 1] = values[0, 0]  # one world in which nobody is ahead
    assert ranking_share(values)[1].share == best_share(values)[1].share == pytest.approx(0.98)
    ranks, found = ranking_share(np.repeat(a, 3, axis=1))
    assert ranks == [[0, 1, 2]] and np.isnan(found.share)
    assert np.isnan(best_share(np.repeat(a, 3, axis=1))[1].share)


def test_a_known_ranking_holds_in_a_known_share_of_worlds():
    """Two arms one apart with noise of variance 2 in the difference: Phi(1 / sqrt 2) = 76 %."""
    rng = np.random.default_rng(4)
    values = rng.normal(size=(5000, 2)) + np.array([1.0, 0.0])
    order, found = ranking_share(values)
    assert order == [[0], [1]] and found.low <= 0.7602 <= found.high
    best, share = best_share(values)
    assert best == 0 and share.share == pytest.approx(found.share)
