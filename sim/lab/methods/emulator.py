"""A Gaussian process that stands for the expected outcome of the model.

Runs are too dear for the tens of thousands of points a posterior takes, and smooth enough in the
parameters to be interpolated: a linear trend and a Matern-5/2 process with one length for every
parameter (Rasmussen & Williams 2006), fitted by scikit-learn to means over replicates, whose
variance is known from the replicates.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.lab.methods.intervals import Floats

#: shortest and longest length of the process, in widths of a parameter's range
LENGTHS = (0.1, 100.0)


@dataclass(slots=True)
class Emulator:
    """The expected outcome as a function of the parameters, with how unsure it is.

    Attributes
    ----------
    x : array (n, D)
        Points of the unit cube it was fitted to.
    y : array (n,)
        Their outcomes.
    noise : float
        Variance of an entry of ``y`` around the expected outcome.
    trend : array (D + 1,)
        Intercept and slopes.
    scale : float
        Standard deviation of the outcomes around the trend.
    process : object
        scikit-learn's regressor of ``(y - trend) / scale``.
    """

    x: Floats
    y: Floats
    noise: float
    trend: Floats
    scale: float
    process: Any

    def predict(self, x: Floats) -> tuple[Floats, Floats]:
        """Return mean and variance of the expected outcome at points (m, D)."""
        mean = _with_one(x) @ self.trend
        if self.process is None:
            return mean, np.zeros(len(x))
        rest, sd = self.process.predict(x, return_std=True)
        return mean + self.scale * rest, (self.scale * sd) ** 2

    def without(self, row: int) -> "Emulator":
        """Return the emulator fitted to all points but one, the process's lengths kept."""
        keep = np.arange(len(self.y)) != row
        kernel = None if self.process is None else self.process.kernel_
        return fit(self.x[keep], self.y[keep], self.noise, kernel)

    def left_out(self) -> tuple[Floats, Floats]:
        """Return what is predicted for each point from the others: means, variances with noise.

        In closed form (Rasmussen & Williams 2006, eq. 5.12), the trend kept.
        """
        trend = _with_one(self.x) @ self.trend
        if self.process is None:
            return trend, np.full(len(self.y), max(self.noise, 1e-300))
        low = self.process.L_
        inverse = np.linalg.inv(low @ low.T)
        variance = 1.0 / np.diag(inverse)
        rest = (self.y - trend) / self.scale
        return trend + self.scale * (rest - variance * (inverse @ rest)), self.scale**2 * variance


def fit(x: Floats, y: Floats, noise: float, kernel: Any = None) -> Emulator:
    """Fit an emulator.

    Parameters
    ----------
    x : array (n, D)
        Points of the unit cube.
    y : array (n,)
        Mean outcome over replicates at each.
    noise : float
        Variance of these means due to luck (the replicates' variance over their number).
    kernel : scikit-learn kernel, optional
        Taken as it is; if not given its lengths are fitted.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    trend = _trend(x, y)
    rest = y - _with_one(x) @ trend
    scale = float(rest.std())
    if scale <= 1e-12 * max(1.0, float(np.abs(y).max())):
        return Emulator(x, y, noise, trend, 0.0, None)
    given = kernel is not None
    if kernel is None:
        lengths = Matern(np.ones(x.shape[1]), LENGTHS, nu=2.5)  # pyright: ignore
        kernel = ConstantKernel(1.0, (1e-4, 1e2)) * lengths
    process = GaussianProcessRegressor(
        kernel,
        alpha=max(noise / scale**2, 1e-8),
        optimizer=None if given else "fmin_l_bfgs_b",  # pyright: ignore
        n_restarts_optimizer=0 if given else 1,
        random_state=1,
    )
    with warnings.catch_warnings():  # a length at its bound: a parameter that does nothing
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(x, rest / scale)
    return Emulator(x, y, noise, trend, scale, process)


def _trend(x: Floats, y: Floats) -> Floats:
    """Return intercept and slopes, ridged so that few points cannot make steep ones."""
    design = _with_one(x - 0.5)
    penalty = np.eye(design.shape[1]) * 1e-4 * len(y)
    penalty[0, 0] = 0.0
    found = np.linalg.solve(design.T @ design + penalty, design.T @ y)
    found[0] -= 0.5 * found[1:].sum()
    return found


def _with_one(x: Floats) -> Floats:
    return np.concatenate((np.ones((len(x), 1)), x), axis=1)
