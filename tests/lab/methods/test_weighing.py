"""Weighing: known posteriors are found, known truths are covered, a wrong model is noticed."""

import numpy as np
import pytest
from scipy.stats import kstest, norm

from sim.lab.methods import weighing


def made_up(worlds, seed=1):
    """Return parameters and outputs: the first parameter tells an output, the second nothing."""
    rng = np.random.default_rng(seed)
    x = rng.random((worlds, 2))
    luck = 0.1 * rng.normal(size=worlds)
    return x, np.stack([x[:, 0] + luck, np.full(worlds, 2.0)], axis=1)


def test_the_posterior_that_is_known_in_closed_form():
    rng = np.random.default_rng(2)
    x = rng.normal(size=200_000)
    outputs = (x + 0.6 * rng.normal(size=x.size))[:, None]
    log = weighing.log_density(outputs, np.array([1.0]), np.array([0.8]))
    weight = weighing.weights(log)
    assert weight.sum() == pytest.approx(1.0)
    mean = float(weight @ x)  # variance of report and luck together is 1: half of the way
    assert mean == pytest.approx(0.5, abs=0.01)
    assert float(weight @ (x - mean) ** 2) == pytest.approx(0.5, abs=0.01)
    known = norm.logpdf(1.0, 0.0, np.sqrt(2.0))
    assert weighing.evidence(log) == pytest.approx(known, abs=0.01)
    low, middle, high = weighing.weighted_quantile(x, weight, [0.05, 0.5, 0.95])
    ends = norm.ppf([0.05, 0.5, 0.95], 0.5, np.sqrt(0.5))
    assert [low, middle, high] == pytest.approx(ends, abs=0.02)


def test_worlds_of_equal_weight_and_of_one_alone():
    assert weighing.effective(np.full(7, 0.2)) == pytest.approx(7.0)
    assert weighing.effective(np.array([0.0, 3.0])) == 1.0
    values = np.array([np.nan, 1.0, 2.0])
    assert weighing.weighted_quantile(values, np.array([9.0, 1.0, 0.0]), [0.05, 0.95]).tolist() == [
        1,
        1,
    ]
    nothing = weighing.weighted_quantile(values, np.array([1.0, 0.0, 0.0]), [0.5])
    assert np.isnan(nothing).all()
    far = weighing.weights(np.array([-1e6, -1e6 - np.log(3.0)]))  # none underflows to nothing
    assert far == pytest.approx([0.75, 0.25])


def test_worlds_three_standard_deviations_off_are_ruled_out():
    outputs = np.array([[0.0, 0.0], [2.9, 0.0], [3.1, 0.0], [0.0, -31.0]])
    out = weighing.ruled_out(outputs, np.zeros(2), np.array([1.0, 10.0]))
    assert out.tolist() == [False, False, True, True]


def test_ranks_of_known_truths_are_even_and_intervals_contain_them():
    x, outputs = made_up(1200)
    tried = weighing.try_truths(x, outputs, np.array([0.1, 0.5]), 400, seed=3)
    assert tried.rank.shape == (400, 2) and np.unique(tried.chosen).size == 400
    assert all(kstest(tried.rank[:, d], "uniform").pvalue > 0.01 for d in range(2))
    for level in (0.5, 0.8, 0.9, 0.95):
        spread = 3 * np.sqrt(level * (1 - level) / 400)
        assert tried.covered(level) == pytest.approx(level, abs=spread)


def test_ranks_are_uneven_where_the_error_is_said_to_be_smaller_than_it_is():
    x, outputs = made_up(1200)
    rng = np.random.default_rng(5)
    noisy = outputs + 0.4 * rng.normal(size=outputs.shape) * np.array([1.0, 0.0])
    tried = weighing.try_truths(x, outputs, np.array([0.02, 0.5]), 300, seed=3)
    assert kstest(tried.rank[:, 0], "uniform").pvalue > 0.01
    log = [weighing.log_density(outputs, noisy[j], np.array([0.02, 0.5])) for j in range(300)]
    ranks = [weighing.weights(one) @ (x[:, 0] < x[j, 0]) for j, one in enumerate(log)]
    assert kstest(ranks, "uniform").pvalue < 1e-6


def test_a_report_that_no_world_gives_is_a_surprise():
    x, outputs = made_up(600)
    sd = np.array([0.1, 0.1])
    tried = weighing.try_truths(x, outputs, sd, 300, seed=1)
    usual = weighing.evidence(weighing.log_density(outputs, np.array([0.4, 2.0]), sd))
    never = weighing.evidence(weighing.log_density(outputs, np.array([0.4, 2.6]), sd))
    assert (tried.surprise <= usual).mean() > 0.1
    assert (tried.surprise <= never).mean() == 0.0


def test_a_target_that_is_off_shows_where_worlds_cannot_give_it():
    x, outputs = made_up(600)
    tried = weighing.try_truths(x, outputs, np.array([0.1, 1e-3]), 200, seed=1)
    far, constant = tried.noticed()
    # 0.9 off: seen where the truth is above about 0.3; the other never differs between worlds
    assert far == pytest.approx(0.7, abs=0.08) and constant < 0.15
    assert np.isnan(weighing.try_truths(x, outputs, np.ones(2), 0, seed=1).noticed()).all()


def test_of_two_forms_the_true_one_is_found_where_it_shows():
    rng = np.random.default_rng(4)
    forms = rng.integers(0, 2, (800, 2)).astype(float)
    outputs = (forms[:, 0] + 0.2 * rng.normal(size=800))[:, None]
    tried = weighing.try_truths(forms, outputs, np.array([0.2]), 200, seed=1)
    sure, not_told = tried.alike.mean(axis=0)
    assert sure > 0.9 and not_told == pytest.approx(0.5, abs=0.05)
    assert all(
        kstest(tried.rank[:, d], "uniform").pvalue > 0.01 for d in range(2)
    )  # ties by chance
    assert tried.covered(0.8) == pytest.approx(0.8, abs=0.09)
    assert 200 < tried.effective.mean() < 400  # of 800 worlds those of the true form tell


def test_fewer_worlds_than_truths_are_all_tried():
    x, outputs = made_up(25)
    assert weighing.try_truths(x, outputs, np.ones(2), 300, seed=1).rank.shape == (25, 2)
    assert weighing.try_truths(x, outputs, np.ones(2), 0, seed=1).rank.shape == (0, 2)
