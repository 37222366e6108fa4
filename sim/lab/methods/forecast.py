"""Scores of forecasts that are samples: intervals, and the continuous ranked probability score.

The score (CRPS; Matheson & Winkler 1976, Gneiting & Raftery 2007) is in the unit of what is
forecast, and less is better: it is the mean distance of a draw from the truth, less half the mean
distance of two draws. Of one number it is the distance.
"""

import numpy as np

from sim.lab.methods.intervals import Floats


def crps(sample: Floats, truth: Floats) -> Floats:
    """Return the score of a forecast by truth.

    Parameters
    ----------
    sample : array (n,)
        Draws of the forecast, in any order.
    truth : array (k,)
        What came.
    """
    apart = np.abs(sample[:, None] - sample[None, :]).mean()
    return np.abs(sample[None, :] - truth[:, None]).mean(axis=1) - 0.5 * apart


def crps_even(low: float, high: float, truth: Floats) -> Floats:
    """Return the score, by truth (k,), of a forecast that is evenly likely from low to high."""
    if low == high:
        return np.abs(truth - low)
    inside = (np.clip(truth, low, high) - low) / (high - low)
    outside = np.abs(truth - np.clip(truth, low, high))
    return (high - low) * (inside**2 - inside + 1.0 / 3.0) + outside


def middle(sample: Floats, share: float) -> tuple[float, float]:
    """Return the interval that holds the middle share of a forecast, a tail as likely as the other.

    Parameters
    ----------
    sample : array (n,)
        Draws of the forecast.
    share : float
        0 to 1: 0.9 is from the 5 % to the 95 % quantile.
    """
    low, high = np.quantile(sample, [0.5 - share / 2, 0.5 + share / 2])
    return float(low), float(high)
