"""The emulator against Gaussian processes written out with matrices (Rasmussen & Williams 2006)."""

import numpy as np
import pytest
from scipy.stats import qmc

from sim.lab.methods.emulator import Emulator, _trend, fit

X = qmc.LatinHypercube(2, rng=1).random(12)
Y = 5.0 + 3.0 * np.sin(4.0 * X[:, 0]) + X[:, 1]
NEW = qmc.LatinHypercube(2, rng=2).random(6)


def line(trend, x):
    return trend[0] + x @ trend[1:]


def by_matrices(emulator: Emulator, alpha: float, new, keep=slice(None)):
    """Mean and variance at new points, eq. (2.25) and (2.26), of some of the points."""
    kernel = emulator.process.kernel_
    x, rest = emulator.x[keep], ((emulator.y - line(emulator.trend, emulator.x))[keep])
    inverse = np.linalg.inv(kernel(x) + alpha * np.eye(len(x)))
    near = kernel(new, x)
    mean = line(emulator.trend, new) + near @ inverse @ rest
    own = np.diag(kernel(new)) - np.sum(near @ inverse * near, axis=1)
    return mean, emulator.scale**2 * own


@pytest.mark.parametrize("noise", [0.0, 0.04, 0.5])
def test_what_is_predicted_is_the_process_around_its_trend(noise):
    emulator = fit(X, Y, noise)
    rest = Y - line(emulator.trend, X)
    assert emulator.scale == pytest.approx(rest.std())
    alpha = max(noise / rest.var(), 1e-8)
    mean, variance = emulator.predict(NEW)
    expected = by_matrices(emulator, alpha, NEW)
    assert mean == pytest.approx(expected[0], abs=1e-5)
    assert variance == pytest.approx(expected[1], rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_a_point_is_left_out_with_its_own_noise(noise):
    emulator = fit(X, Y, noise)
    means, variances = emulator.left_out()
    alpha = max(noise / emulator.scale**2, 1e-8)
    for row in range(len(X)):
        others = np.arange(len(X)) != row
        mean, variance = by_matrices(emulator, alpha, X[row : row + 1], others)
        assert means[row] == pytest.approx(mean[0], abs=1e-4)
        own = variance[0] + alpha * emulator.scale**2
        assert variances[row] == pytest.approx(own, rel=1e-3, abs=1e-6)


def test_without_a_point_trend_and_scale_are_of_the_others_and_lengths_stay():
    emulator = fit(X, Y, 0.1)
    found = emulator.without(3)
    left = np.delete(X, 3, axis=0), np.delete(Y, 3)
    assert (found.x == left[0]).all() and (found.y == left[1]).all() and found.noise == 0.1
    assert found.trend == pytest.approx(_trend(*left))
    assert found.scale == pytest.approx((left[1] - line(found.trend, left[0])).std())
    assert (found.process.kernel_.theta == emulator.process.kernel_.theta).all()
    flat = fit(X, np.full(12, 2.0), 0.1).without(0)
    assert flat.process is None and len(flat.y) == 11


def test_a_trend_is_ridged_by_a_ten_thousandth_of_the_points():
    """0 at 0 and 1 at 1: the slope is 0.5 / (0.5 + 2e-4), around the middle."""
    slope = 0.5 / 0.5002
    found = _trend(np.array([[0.0], [1.0]]), np.array([0.0, 1.0]))
    assert found == pytest.approx([0.5 - slope / 2, slope])
    up = _trend(np.array([[0.0], [1.0]]), np.array([10.0, 11.0]))
    assert up == pytest.approx([10.5 - slope / 2, slope])  # a level is not ridged
    four = _trend(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert four == pytest.approx([0.5 - slope / 2, slope])  # it grows with the points


@pytest.mark.parametrize(
    ("level", "size", "moves"),
    [(1.0, 1e-13, False), (1.0, 1e-10, True), (1e6, 1e-7, False), (0.0, 1e-13, False)],
)
def test_what_moves_by_rounding_alone_has_no_process(level, size, moves):
    y = level + size * np.tile([1.0, -1.0], 6)
    emulator = fit(X, y, 0.0)
    assert (emulator.process is not None) == moves
    if not moves:
        assert emulator.scale == 0.0 and (emulator.predict(NEW)[1] == 0.0).all()


def test_lengths_are_fitted_once_more_from_elsewhere_and_kept_within_their_bounds():
    process = fit(X, Y, 0.0).process
    assert process.n_restarts_optimizer == 1 and process.random_state == 1
    amplitude, matern = process.kernel.k1, process.kernel.k2
    assert amplitude.constant_value_bounds == (1e-4, 1e2) and amplitude.constant_value == 1.0
    assert matern.length_scale_bounds == (0.1, 100.0) and matern.nu == 2.5
    assert matern.length_scale.tolist() == [1.0, 1.0]
    kept = fit(X, Y, 0.0).without(0).process
    assert kept.optimizer is None and kept.n_restarts_optimizer == 0
