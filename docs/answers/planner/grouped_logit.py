"""A binomial logit with one intercept for every group, the groups' totals being given.

The intercepts are profiled out (their score equations say that expected and observed totals of a
group are equal), so only the slopes are searched; McCullagh & Nelder (1989), ch. 4.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from sim.model.world.partition import Floats, Ints
from sim.model.world.spread import intercepts


@dataclass(frozen=True, slots=True)
class Grouped:
    """Rows of a binomial logit.

    Attributes
    ----------
    features : array (n, k)
        What moves the odds.
    group : int array (n,)
        Group of a row, 0 .. G-1, every group with a row.
    trials, successes : array (n,)
        Of each row.
    """

    features: Floats
    group: Ints
    trials: Floats
    successes: Floats

    @classmethod
    def of(cls, features: Floats, group: Ints, trials: Floats, successes: Floats) -> "Grouped":
        """Return rows with their groups numbered from 0."""
        _, group = np.unique(group, return_inverse=True)
        return cls(features, group, trials.astype(np.float64), successes.astype(np.float64))

    def take(self, rows: Ints | np.ndarray) -> "Grouped":
        """Return some rows."""
        return Grouped.of(
            self.features[rows], self.group[rows], self.trials[rows], self.successes[rows]
        )

    def chance(self, weights: Floats) -> Floats:
        """Return the chance of success of each row, the groups' totals being those observed."""
        totals = np.bincount(self.group, self.successes)
        slope = self.features @ weights
        at = intercepts(slope, self.trials, self.group, totals)
        return 1.0 / (1.0 + np.exp(-(slope + at[self.group])))

    def log_score(self, weights: Floats) -> Floats:
        """Return the log-likelihood of each row, without the binomial coefficient."""
        chance = np.clip(self.chance(weights), 1e-12, 1.0 - 1e-12)
        failures = self.trials - self.successes
        return self.successes * np.log(chance) + failures * np.log1p(-chance)

    def fit(self) -> Floats:
        """Return the maximum-likelihood weights (k,)."""
        start = np.zeros(self.features.shape[1])
        return minimize(lambda w: -self.log_score(w).sum(), start, method="BFGS").x

    def resampled(self, draws: int, seed: int) -> Floats:
        """Return weights fitted to bootstrap samples of whole groups, (draws, k)."""
        rng = np.random.default_rng(seed)
        count = int(self.group.max()) + 1
        rows = [np.flatnonzero(self.group == g) for g in range(count)]
        found = []
        for _ in range(draws):
            chosen = rng.integers(0, count, count)
            taken = np.concatenate([rows[g] for g in chosen])
            group = np.repeat(np.arange(count), [rows[g].size for g in chosen])
            sample = Grouped(self.features[taken], group, self.trials[taken], self.successes[taken])
            found.append(sample.fit())
        return np.array(found)
