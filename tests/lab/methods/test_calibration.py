"""A model whose posterior is known, and one whose truths are."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from sim.lab.methods.emulator import fit
from sim.lab.methods.posterior import (
    Aim,
    Posterior,
    fit_all,
    infer,
    log_likelihood,
    luck_variance,
)
from sim.lab.methods.recovery import recover


def design(n, dims, seed=1):
    from scipy.stats import qmc

    return qmc.LatinHypercube(dims, rng=seed).random(n)


def curved(x):
    """Two outcomes of three parameters, the third idle."""
    return np.stack([np.sin(3 * x[:, 0]) + x[:, 1], x[:, 1] * (1 + x[:, 0])], axis=1)


def simulated(x, replicates=3, sd=0.05, seed=2):
    rng = np.random.default_rng(seed)
    return curved(x)[:, None, :] + sd * rng.normal(size=(len(x), replicates, 2))


def test_an_emulator_predicts_what_it_was_not_shown():
    x = design(80, 3)
    outputs = simulated(x)
    new = design(200, 3, seed=9)
    for k, emulator in enumerate(fit_all(x, outputs)):
        mean, variance = emulator.predict(new)
        off = mean - curved(new)[:, k]
        assert off.std() < 0.15 * curved(new)[:, k].std()
        assert 0.8 < (np.abs(off) < 1.96 * np.sqrt(variance)).mean() <= 1.0
        left, unsure = emulator.left_out()
        score = (outputs.mean(axis=1)[:, k] - left) / np.sqrt(unsure)
        assert 0.7 < score.std() < 1.3


def test_leaving_a_point_out_is_refitting_without_it():
    x = design(40, 2)
    y = np.sin(4 * x[:, 0]) + x[:, 1]
    emulator = fit(x, y, 1e-3)
    mean, _ = emulator.without(7).predict(x[7:8])
    assert mean[0] == pytest.approx(emulator.left_out()[0][7], abs=0.02)


def test_an_outcome_that_never_moves_is_no_trouble():
    emulator = fit(design(10, 2), np.full(10, 4.0), 0.0)
    assert emulator.predict(np.zeros((3, 2)))[0] == pytest.approx(4.0)


def test_a_known_posterior_is_found():
    """One target y = a + b, a and b uniform, y = 1 +- 0.1: a triangle cut around its crest."""
    x = design(60, 2)
    plane = x.sum(axis=1)
    outputs = np.repeat(plane[:, None, None], 2, axis=1)
    aim = Aim(np.array([1.0]), np.array([0.1]), np.zeros(1))
    found = infer(fit_all(x, outputs), aim, seed=3)
    rng = np.random.default_rng(0)
    grid = rng.random((400_000, 2))
    weight = np.exp(-0.5 * ((grid.sum(axis=1) - 1.0) / 0.1) ** 2)
    weight /= weight.sum()
    exact = (weight @ (grid - weight @ grid) ** 2) * 12
    assert found.mean() == pytest.approx([0.5, 0.5], abs=0.02)
    assert found.variance_ratio() == pytest.approx(exact, rel=0.06)
    assert found.effective > 1000
    drawn = found.draw(2000, seed=1)
    assert drawn.sum(axis=1).std() == pytest.approx(0.1, rel=0.08)
    assert np.corrcoef(drawn.T)[0, 1] < -0.8
    assert (np.diff(found.quantile([0.05, 0.5, 0.95]), axis=0) > 0).all()


def test_targets_teach_what_they_can_and_nothing_of_an_idle_parameter():
    x = design(100, 3)
    outputs = simulated(x)
    truth = np.array([[0.35, 0.6, 0.5]])
    aim = Aim(curved(truth)[0], np.array([0.05, 0.05]), luck_variance(outputs))
    found = infer(fit_all(x, outputs), aim, seed=5)
    low, high = found.quantile([0.01, 0.99])
    assert (low[:2] <= truth[0, :2]).all() and (truth[0, :2] <= high[:2]).all()
    ratio = found.variance_ratio()
    assert (ratio[:2] < 0.3).all() and ratio[2] > 0.9
    assert found.possible < 0.6
    again = infer(fit_all(x, outputs), aim, seed=5)
    assert (again.x == found.x).all() and (again.weight == found.weight).all()


def test_truths_are_inside_their_intervals_as_often_as_the_intervals_say():
    x = design(80, 3)
    outputs = simulated(x)
    aim = Aim(np.zeros(2), np.array([0.1, 0.1]), luck_variance(outputs))
    found = recover(fit_all(x, outputs), outputs, aim, truths=24, seed=4)
    assert 0.78 <= found.inside.mean() <= 1.0  # 90 % of 72, with room for chance
    assert np.corrcoef(found.truth[:, 1], found.mean[:, 1])[0, 1] > 0.8
    assert found.ratio[:, 2].mean() > 0.85 > 0.6 > found.ratio[:, 1].mean()


def knows(mean, variance, dims=1):
    """An emulator that knows the expected outcome, and how unsure it is."""
    return SimpleNamespace(
        x=np.zeros((1, dims)), predict=lambda x: (mean(x), np.full(len(x), variance))
    )


def test_a_weighted_sample_by_hand():
    found = Posterior(np.array([[0.9], [0.1], [0.5]]), np.array([0.3, 0.2, 0.5]), 1.0)
    assert found.effective == pytest.approx(1 / 0.38)
    assert found.mean() == pytest.approx([0.54])
    spread = 0.3 * 0.36**2 + 0.2 * 0.44**2 + 0.5 * 0.04**2
    assert found.variance_ratio() == pytest.approx([spread / (1 / 12)])
    # the middles of the weights are reached at 0.1, 0.45 and 0.85
    shares, values = [0.0, 0.1, 0.275, 0.45, 0.65, 0.85, 1.0], [0.1, 0.1, 0.3, 0.5, 0.7, 0.9, 0.9]
    assert found.quantile(shares) == pytest.approx(np.array(values)[:, None])


def test_a_sample_of_equal_weights_holds_each_point_as_often_as_its_weight_says():
    found = Posterior(np.array([[0.9], [0.1], [0.5]]), np.array([0.3, 0.2, 0.5]), 1.0)
    drawn = found.draw(1000, seed=2)[:, 0]
    counts = [(drawn == value).sum() for value in (0.9, 0.1, 0.5)]
    assert counts == pytest.approx([300, 200, 500], abs=1)
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 0.2  # in no order
    lone = Posterior(np.array([[0.4], [0.6]]), np.array([1.0, 0.0]), 1.0)
    assert (lone.draw(7, seed=1) == 0.4).all()


def test_the_likelihood_adds_variances_of_target_luck_and_emulator():
    aim = Aim(np.array([1.0, 5.0]), np.array([0.3, 0.6]), np.array([0.04, 0.5]))
    emulators = [knows(lambda x: 2 * x[:, 0], 0.12), knows(lambda x: 4 + x[:, 0], 0.14)]
    x = np.array([[0.0], [0.5], [1.0]])
    total, worst = log_likelihood(emulators, aim, x)
    density = stats.norm(1.0, 0.5).logpdf(2 * x[:, 0]) + stats.norm(5.0, 1.0).logpdf(4 + x[:, 0])
    assert total == pytest.approx(density + np.log(2 * np.pi))
    assert worst == pytest.approx([2.0, 0.5, 2.0])


def test_luck_is_the_variance_between_replicates_of_a_point():
    outputs = np.array([[[1.0, 0.0], [3.0, 0.0]], [[10.0, 4.0], [14.0, 4.0]]])
    assert luck_variance(outputs) == pytest.approx([(2.0 + 8.0) / 2, 0.0])
    x = np.array([[0.0], [1.0]])
    assert [emulator.noise for emulator in fit_all(x, outputs)] == pytest.approx([2.5, 0.0])
    assert fit_all(x, outputs)[0].y == pytest.approx([2.0, 12.0])


def test_targets_that_tell_nothing_leave_the_prior():
    aim = Aim(np.array([0.5]), np.array([0.1]), np.zeros(1))
    found = infer([knows(lambda x: x[:, 0], 0.0, dims=2)], aim, seed=1, power=0.0)
    assert found.mean() == pytest.approx([0.5, 0.5], abs=0.01)
    assert found.variance_ratio() == pytest.approx([1.0, 1.0], abs=0.03)
    assert found.quantile([0.05, 0.95]) == pytest.approx(
        np.array([[0.05] * 2, [0.95] * 2]), abs=0.01
    )
    assert found.weight.sum() == pytest.approx(1.0) and len(found.x) == 5 * 2048
    assert found.effective > 0.9 * len(found.x)
    assert found.possible == pytest.approx(0.6, abs=0.002)  # within three times 0.1 of 0.5


@pytest.mark.parametrize(("at", "sd"), [(0.5, 0.02), (0.9, 0.1), (0.1, 0.02)])
def test_a_target_on_a_parameter_gives_the_normal_density_cut_at_its_range(at, sd):
    aim = Aim(np.array([at]), np.array([sd]), np.zeros(1))
    found = infer([knows(lambda x: x[:, 0], 0.0, dims=2)], aim, seed=1)
    exact = stats.truncnorm((0 - at) / sd, (1 - at) / sd, at, sd)
    assert found.mean() == pytest.approx([exact.mean(), 0.5], abs=0.02)
    assert found.variance_ratio()[0] == pytest.approx(12 * exact.var(), rel=0.05)
    shares = [0.05, 0.5, 0.95]
    assert found.quantile(shares)[:, 0] == pytest.approx(exact.ppf(shares), abs=0.1 * sd)
    assert found.effective > 3000


def test_an_emulator_of_a_plane_is_the_plane():
    x = design(30, 2)
    emulator = fit(x, 2.0 + 3.0 * x[:, 0] - x[:, 1], 0.0)
    assert emulator.trend == pytest.approx([2.0, 3.0, -1.0], abs=0.01)
    new = design(20, 2, seed=3)
    mean, variance = emulator.predict(new)
    assert mean == pytest.approx(2.0 + 3.0 * new[:, 0] - new[:, 1], abs=1e-3)
    assert (variance < 1e-3).all()


def test_what_luck_made_is_smoothed_and_what_the_model_did_is_not():
    """Around y = x: without luck the process goes through every point, with luck between."""
    x = np.linspace(0.0, 1.0, 41)[:, None]
    bend = 0.3 * np.sin(9.0 * x[:, 0])
    y = x[:, 0] + bend + 0.1 * np.where(np.arange(41) % 2, 1.0, -1.0)
    assert fit(x, y, 0.0).predict(x)[0] == pytest.approx(y, abs=0.01)
    mean, variance = fit(x, y, 0.01).predict(x)
    assert np.abs(mean - x[:, 0] - bend).max() < 0.07
    assert (variance < 0.01 / 2).all()  # of several points together


def test_left_out_predictions_are_as_unsure_as_refitted_ones_with_luck():
    x = design(30, 2, seed=4)
    outputs = np.sin(5 * x[:, 0]) + x[:, 1] + 0.05 * np.random.default_rng(5).normal(size=30)
    emulator = fit(x, outputs, 0.05**2)
    means, variances = emulator.left_out()
    for row in (0, 11, 29):
        mean, variance = emulator.without(row).predict(x[row : row + 1])
        assert mean[0] == pytest.approx(means[row], abs=0.03)
        assert variance[0] + 0.05**2 == pytest.approx(variances[row], rel=0.2)
    flat = fit(x, np.full(30, 2.0), 0.3)
    assert flat.left_out()[0] == pytest.approx(2.0) and flat.left_out()[1] == pytest.approx(0.3)
