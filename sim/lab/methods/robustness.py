"""How far a sign or a ranking holds over plausible worlds.

Every replicate is a plausible world: a draw of the uncertain parameters and of luck, the same in
every arm. The share of worlds in which something holds is a binomial proportion with its exact
interval; it says how robust a finding is to what is not known, not how large it is.
"""

from dataclasses import dataclass

import numpy as np

from sim.lab.methods.intervals import Floats, binomial_interval


@dataclass(frozen=True, slots=True)
class Share:
    """A share of worlds: estimate, exact 95 % interval, number of worlds."""

    share: float
    low: float
    high: float
    n: int


def _share(holds: np.ndarray) -> Share:
    n, hits = int(holds.size), int(holds.sum())
    low, high = binomial_interval(hits, n)
    return Share(hits / n if n else np.nan, low, high, n)


def sign_share(effects: Floats) -> Share:
    """Return the share of worlds whose effect has the sign of the mean effect.

    Parameters
    ----------
    effects : array (n,)
        Paired effect in each world; an effect of exactly 0 has neither sign, missing ones are left
        out.
    """
    effects = effects[np.isfinite(effects)]
    return _share(np.sign(effects) == np.sign(effects.mean()) if effects.size else effects > 0)


def ranking_share(values: Floats) -> tuple[tuple[int, ...], Share]:
    """Return the arms from the highest mean down, and the share of worlds that rank them so.

    Parameters
    ----------
    values : array (n, arms)
        Outcome of each arm in each world, more being better; worlds with a missing one are left
        out.
    """
    values = values[np.isfinite(values).all(axis=1)]
    order = np.argsort(-values.mean(axis=0), kind="stable")
    ranked = values[:, order]
    return tuple(int(i) for i in order), _share((np.diff(ranked, axis=1) <= 0).all(axis=1))


def best_share(values: Floats) -> tuple[int, Share]:
    """Return the arm with the highest mean, and the share of worlds in which it is the best."""
    values = values[np.isfinite(values).all(axis=1)]
    best = int(np.argmax(values.mean(axis=0)))
    return best, _share(values[:, best] >= values.max(axis=1))
