"""Scores of forecasts that are samples: intervals, and the continuous ranked probability score.

The score (CRPS; Matheson & Winkler 1976, Gneiting & Raftery 2007) is in the unit of what is
forecast, and less is better: it is the mean distance of a draw from the truth, less half the mean
distance of two draws. Of one number it is the distance. So is the score of an interval: its width,
and what the truth lies outside, so many times as the chance to lie there is small.
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


def crps_weighed(sample: Floats, weight: Floats, truth: Floats) -> Floats:
    """Return the scores of forecasts whose draws have weights, (k,).

    Parameters
    ----------
    sample : array (n,)
        Draws, from the least.
    weight : array (k, n)
        Of each draw in each forecast; NaN comes of weights that sum to 0.
    truth : array (k,)
        What came, by forecast.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share = weight / weight.sum(axis=1, keepdims=True)
    below = share.cumsum(axis=1)[:, :-1]
    apart = (below * (1.0 - below)) @ np.diff(sample)
    return (share * np.abs(sample - truth[:, None])).sum(axis=1) - apart


def interval_score(sample: Floats, weight: Floats, truth: Floats, level: float = 0.9) -> Floats:
    """Return the scores of the central intervals of forecasts, (k,), less being better.

    Gneiting & Raftery 2007, eq. 43. Parameters are those of `crps_weighed`, and the share that an
    interval is to hold.
    """
    out = 1.0 - level
    with np.errstate(invalid="ignore", divide="ignore"):
        below = weight.cumsum(axis=1) / weight.sum(axis=1, keepdims=True)
    last = sample.size - 1
    ends = [
        sample[np.minimum((below < share).sum(axis=1), last)] for share in (out / 2, 1 - out / 2)
    ]
    found = ends[1] - ends[0] + 2.0 / out * np.maximum(ends[0] - truth, 0.0)
    found = found + 2.0 / out * np.maximum(truth - ends[1], 0.0)
    return np.where(np.isfinite(below[:, -1]), found, np.nan)
