"""A model whose posterior is known, and one whose truths are."""

import numpy as np
import pytest

from sim.lab.methods.emulator import fit
from sim.lab.methods.posterior import Aim, fit_all, infer, luck_variance
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
