import numpy as np
import pytest

from sim.lab.methods.intervals import binomial_interval, bootstrap_interval
from sim.lab.methods.robustness import best_share, ranking_share, sign_share


def test_the_binomial_interval_is_that_of_the_tables():
    """Clopper-Pearson, 8 of 10: 0.4439 to 0.9748; 0 of 10: 0 to 0.3085."""
    assert binomial_interval(8, 10) == pytest.approx((0.4439, 0.9748), abs=1e-4)
    assert binomial_interval(0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
    assert np.isnan(binomial_interval(0, 0)).all()


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


def test_a_known_ranking_holds_in_a_known_share_of_worlds():
    """Two arms one apart with noise of variance 2 in the difference: Phi(1 / sqrt 2) = 76 %."""
    rng = np.random.default_rng(4)
    values = rng.normal(size=(5000, 2)) + np.array([1.0, 0.0])
    order, found = ranking_share(values)
    assert order == (0, 1) and found.low <= 0.7602 <= found.high
    best, share = best_share(values)
    assert best == 0 and share.share == pytest.approx(found.share)
