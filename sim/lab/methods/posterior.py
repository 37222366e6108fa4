"""Posterior: from targets to a sample of plausible parameters.

The targets say what was reported, each with its uncertainty; emulators say what the model expects.
A set of parameters is weighed by the normal density of the targets around what is expected there,
with the variances of target, of one county's luck and of the emulator added: Bayes' rule with a
uniform prior on the parameters' ranges (Kennedy & O'Hagan 2001; Wilkinson 2013). A point is ruled
out if a target lies more than three such standard deviations off (history matching, Vernon et al.
2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.lab.methods.emulator import Emulator, fit
from sim.lab.methods.intervals import Floats

#: points tried in each round, rounds, and the share of them drawn from the prior
TRIED, ROUNDS, DEFENSIVE = 2048, 4, 0.25
#: implausibility beyond which a point is ruled out (Pukelsheim 1994)
RULED_OUT = 3.0


@dataclass(frozen=True, slots=True)
class Aim:
    """Targets as numbers.

    Attributes
    ----------
    value, sd : array (K,)
        Reported value of each, and its standard deviation.
    luck : array (K,)
        Variance of one run around the expected outcome.
    """

    value: Floats
    sd: Floats
    luck: Floats


@dataclass(frozen=True, slots=True)
class Posterior:
    """A weighted sample of parameters.

    Attributes
    ----------
    x : array (M, D)
        Points of the unit cube.
    weight : array (M,)
        Posterior weights, summing to 1.
    possible : float
        Share of the prior that is not ruled out.
    """

    x: Floats
    weight: Floats
    possible: float

    @property
    def effective(self) -> float:
        """Effective sample size (Kish)."""
        return float(1.0 / (self.weight**2).sum())

    def mean(self) -> Floats:
        """Return the posterior mean (D,)."""
        return self.weight @ self.x

    def variance_ratio(self) -> Floats:
        """Return the posterior over the prior variance of each parameter: 1 = nothing learned."""
        return (self.weight @ (self.x - self.mean()) ** 2) * 12.0

    def quantile(self, shares: Sequence[float]) -> Floats:
        """Return quantiles of each parameter, (len(shares), D)."""
        found = []
        for column in self.x.T:
            order = np.argsort(column, kind="stable")
            reached = np.cumsum(self.weight[order]) - 0.5 * self.weight[order]
            found.append(np.interp(shares, reached, column[order]))
        return np.array(found).T

    def draw(self, size: int, seed: int) -> Floats:
        """Return a sample of equal weights (systematic resampling), in a drawn order."""
        rng = np.random.default_rng(seed)
        at = (np.arange(size) + rng.random()) / size
        chosen = np.searchsorted(np.cumsum(self.weight), at * self.weight.sum())
        return self.x[rng.permutation(np.minimum(chosen, len(self.x) - 1))]


def fit_all(x: Floats, outputs: Floats) -> list[Emulator]:
    """Return an emulator for each target.

    Parameters
    ----------
    x : array (n, D)
        Points simulated.
    outputs : array (n, replicates, K)
        What they gave; all replicates under the same seeds, none missing.
    """
    noise = luck_variance(outputs) / outputs.shape[1]
    mean = outputs.mean(axis=1)
    return [fit(x, mean[:, k], float(noise[k])) for k in range(mean.shape[1])]


def luck_variance(outputs: Floats) -> Floats:
    """Return the variance of one run around its point's mean, pooled over points (K,)."""
    return outputs.var(axis=1, ddof=1).mean(axis=0)


def log_likelihood(emulators: Sequence[Emulator], aim: Aim, x: Floats) -> tuple[Floats, Floats]:
    """Return the log-likelihood of points and their largest implausibility, each (M,)."""
    total, worst = np.zeros(len(x)), np.zeros(len(x))
    for k, emulator in enumerate(emulators):
        mean, unsure = emulator.predict(x)
        variance = aim.sd[k] ** 2 + aim.luck[k] + unsure
        off = (aim.value[k] - mean) ** 2 / variance
        total -= 0.5 * (off + np.log(variance))
        worst = np.maximum(worst, np.sqrt(off))
    return total, worst


def infer(emulators: Sequence[Emulator], aim: Aim, seed: int, power: float = 1.0) -> Posterior:
    """Return the posterior by adaptive importance sampling (AMIS, Cornuet et al. 2012).

    The first round is drawn from the prior; later ones from Student distributions fitted to what
    was found, in the space where the prior is standard normal, with a share of the prior kept. All
    rounds are weighed together by the mixture they were drawn from.

    Parameters
    ----------
    emulators, aim
        What the model expects, and what was reported; both of K targets.
    seed : int
        Of the draws.
    power : float
        The likelihood is raised to it; below 1 gives a wider sample.
    """
    from scipy.stats import multivariate_normal, multivariate_t, norm, qmc

    dims = emulators[0].x.shape[1]
    rng = np.random.default_rng(seed)
    z = norm.ppf(np.clip(qmc.Sobol(dims, rng=rng).random(TRIED), 1e-9, 1 - 1e-9))
    prior: Any = multivariate_normal(np.zeros(dims), np.eye(dims))  # pyright: ignore
    proposals: list[Any] = []
    like, worst = log_likelihood(emulators, aim, norm.cdf(z))
    possible = float((worst <= RULED_OUT).mean())
    for _ in range(ROUNDS):
        weight = _weights(z, power * like, prior, proposals)
        centre = weight @ z
        spread = (weight[:, None] * (z - centre)).T @ (z - centre) + 1e-4 * np.eye(dims)
        proposal = multivariate_t(centre, 1.2 * spread, df=5)
        proposals.append(proposal)
        few = round(DEFENSIVE * TRIED)
        new = np.atleast_2d(proposal.rvs(TRIED - few, random_state=rng)).reshape(-1, dims)
        new = np.concatenate((rng.normal(size=(few, dims)), np.clip(new, -6.0, 6.0)))
        z = np.concatenate((z, new))
        like = np.concatenate((like, log_likelihood(emulators, aim, norm.cdf(new))[0]))
    weight = _weights(z, power * like, prior, proposals)
    return Posterior(norm.cdf(z), weight, possible)


def _weights(z: Floats, like: Floats, prior: Any, proposals: Sequence[Any]) -> Floats:
    """Return normalised weights of points against the mixture they were drawn from."""
    density = prior.logpdf(z)
    rounds = 1 + len(proposals)
    own = (1.0 + DEFENSIVE * len(proposals)) / rounds
    mixture = own * np.exp(density)
    for proposal in proposals:
        mixture = mixture + (1.0 - DEFENSIVE) / rounds * np.exp(proposal.logpdf(z))
    log_weight = like + density - np.log(mixture)
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum()
