"""Weighing of worlds: how plausible each is beside what was reported.

A world is a draw of all that is not known, and of luck. Its likelihood is the normal density of the
reported values around what it gave, with the variances of report and model (discrepancy) added:
Bayes' rule with the prior that the worlds were drawn from, by importance sampling. No emulator
stands between, and luck needs no term of its own, since every world has its own. A world is ruled
out if a target lies more than three standard deviations off (history matching, Vernon et al. 2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.lab.methods.intervals import Floats
from sim.lab.methods.posterior import RULED_OUT


def log_density(outputs: Floats, value: Floats, sd: Floats) -> Floats:
    """Return the log-likelihood of worlds, (W,).

    Parameters
    ----------
    outputs : array (W, K)
        What each world gives for K targets.
    value, sd : array (K,)
        Reported, and the standard deviation of report and model together.
    """
    off = (value - outputs) / sd
    return -0.5 * (off**2).sum(axis=1) - np.log(sd * np.sqrt(2 * np.pi)).sum()


def ruled_out(outputs: Floats, value: Floats, sd: Floats) -> np.ndarray:
    """Return the worlds that some target rules out, bool (W,)."""
    return (np.abs(value - outputs) > RULED_OUT * sd).any(axis=1)


def weights(log: Floats) -> Floats:
    """Return weights that sum to 1, (W,)."""
    found = np.exp(log - log.max())
    return found / found.sum()


def evidence(log: Floats) -> float:
    """Return the log of the mean likelihood over worlds: how well the model as a whole fits."""
    return float(log.max() + np.log(np.exp(log - log.max()).mean()))


def effective(weight: Floats) -> float:
    """Return how many worlds of equal weight tell as much (Kish)."""
    return float(weight.sum() ** 2 / (weight**2).sum())


def weighted_quantile(values: Floats, weight: Floats, shares: Sequence[float]) -> Floats:
    """Return quantiles of values (W,) with weights; values that are missing are left out."""
    there = np.isfinite(values)
    if not there.any() or weight[there].sum() == 0.0:
        return np.full(len(shares), np.nan)
    return np.quantile(values[there], shares, weights=weight[there], method="inverted_cdf")


@dataclass(frozen=True, slots=True)
class Truths:
    """What is found where the truth is known, J truths of D parameters.

    Attributes
    ----------
    rank : array (J, D)
        Share of the weight of the other worlds below the true value, and of those that have it a
        part by chance: evenly spread over 0 to 1 if the weights mean what they say.
    alike : array (J, D)
        Share of the weight that has the true value itself: of a form, how sure one is of it.
    surprise : array (J,)
        Log evidence of what each truth reports.
    off : array (J, K)
        The same with one target reported three standard deviations of the worlds higher.
    effective : array (J,)
        How many worlds of equal weight tell as much of each.
    chosen : array (J,)
        The worlds that were the truths.
    """

    rank: Floats
    alike: Floats
    surprise: Floats
    off: Floats
    effective: Floats
    chosen: np.ndarray

    def noticed(self) -> Floats:
        """Return the share of reports that are off in one target and so unlikely that it shows.

        Less likely than 95 % of the truths' own reports, (K,).
        """
        if not self.surprise.size:
            return np.full(self.off.shape[1], np.nan)
        return (self.off < np.quantile(self.surprise, 0.05)).mean(axis=0)

    def covered(self, level: float) -> Floats:
        """Return the share of truths inside the central interval of a level, (D,)."""
        return (np.abs(self.rank - 0.5) <= level / 2).mean(axis=0)


def try_truths(x: Floats, outputs: Floats, sd: Floats, truths: int, seed: int) -> Truths:
    """Take worlds for the truth in turn: the others are weighed by what it would report.

    Each has luck of its own, so that no luck is shared between the truth and those that judge it.

    Parameters
    ----------
    x : array (W, D)
        What was drawn for each world.
    outputs : array (W, K)
        What it gave.
    sd : array (K,)
        Of report and model: what is reported of a truth is drawn with it.
    truths : int
        How many, drawn; all if there are no more.
    seed : int
        Of the draws.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(x))[:truths]
    rank, alike = np.empty((2, chosen.size, x.shape[1]))
    surprise, tells = np.empty((2, chosen.size))
    off = np.empty((chosen.size, sd.size))
    shifts, ties = 3.0 * np.diag(outputs.std(axis=0)), np.random.default_rng([seed, 1])
    for j, own in enumerate(chosen):
        others = np.arange(len(x)) != own
        reported = outputs[own] + sd * rng.normal(size=sd.size)
        log = log_density(outputs[others], reported, sd)
        below, equal = x[others] < x[own], x[others] == x[own]
        weight = weights(log)
        alike[j] = weight @ equal
        rank[j] = weight @ below + ties.random(x.shape[1]) * alike[j]
        surprise[j], tells[j] = evidence(log), effective(weight)
        off[j] = [evidence(log_density(outputs[others], reported + up, sd)) for up in shifts]
    return Truths(rank, alike, surprise, off, tells, chosen)
