"""Scores of forecasts against those that are known in closed form."""

import numpy as np
import pytest
from scipy.stats import norm

from sim.lab.methods.forecast import crps, crps_even, middle


def even(n, low=0.0, high=1.0):
    return low + (high - low) * (np.arange(n) + 0.5) / n


@pytest.mark.parametrize("truth", [-2.5, -0.3, 0.0, 1.0, 4.0])
def test_of_a_normal_it_is_gneiting_and_rafterys(truth):
    sample = 3.0 + 2.0 * norm.ppf(even(2000))
    z = truth
    known = 2.0 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert crps(sample, np.array([3.0 + 2.0 * z]))[0] == pytest.approx(known, abs=2e-3)


def test_of_one_number_it_is_the_distance():
    assert crps(np.array([5.0]), np.array([3.0, 9.0])) == pytest.approx([2.0, 4.0])
    assert crps_even(5.0, 5.0, np.array([3.0, 9.0])) == pytest.approx([2.0, 4.0])


def test_the_order_of_draws_is_nothing():
    sample, truth = np.array([1.0, 4.0, 2.0, 8.0]), np.array([3.0])
    assert crps(sample, truth)[0] == pytest.approx(crps(np.sort(sample), truth)[0])
    # by hand: mean distance (2 + 1 + 1 + 5) / 4, of two draws 2 * (3+1+7+2+4+6) / 16
    assert crps(sample, truth)[0] == pytest.approx(9 / 4 - 46 / 32)


@pytest.mark.parametrize("truth", [-3.0, 2.0, 3.5, 6.0, 9.0])
def test_of_what_is_evenly_likely_it_is_that_of_an_even_sample(truth):
    at = np.array([truth])
    assert crps_even(2.0, 6.0, at)[0] == pytest.approx(crps(even(2000, 2, 6), at)[0], abs=1e-3)


def test_an_honest_forecast_scores_best_in_the_mean():
    rng = np.random.default_rng(1)
    truth = rng.normal(size=20_000)
    honest, sure, shifted = (m + s * norm.ppf(even(200)) for m, s in ((0, 1), (0, 0.5), (0.5, 1)))
    assert crps(honest, truth).mean() < min(crps(each, truth).mean() for each in (sure, shifted))


def test_the_middle_holds_its_share():
    low, high = middle(even(1000), 0.9)
    assert (low, high) == pytest.approx((0.05, 0.95), abs=1e-3)
    assert middle(np.array([7.0]), 0.5) == (7.0, 7.0)
