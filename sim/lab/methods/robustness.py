"""Robustness: how far a sign or a ranking holds over plausible worlds.

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


def _none(n: int) -> Share:
    return Share(np.nan, np.nan, np.nan, n)


def sign_share(effects: Floats) -> Share:
    """Return the share of worlds whose effect has strictly the sign of the mean effect.

    An effect of exactly 0 has neither sign and counts against; where the mean has none, as where
    every effect is 0, there is no share (NaN).

    Parameters
    ----------
    effects : array (n,)
        Paired effect in each world; missing ones are left out.
    """
    effects = effects[np.isfinite(effects)]
    sign = np.sign(effects.mean()) if effects.size else 0.0
    return _share(np.sign(effects) == sign) if sign else _none(effects.size)


def ranking_share(values: Floats) -> tuple[list[list[int]], Share]:
    """Return the arms from the highest mean down, and the share of worlds that rank them so.

    Arms that are exactly alike in every world share a rank; all others hold theirs where they are
    strictly better than the next. Where all arms are alike there is no share (NaN).

    Parameters
    ----------
    values : array (n, arms)
        Outcome of each arm in each world, more being better; worlds with a missing one are left
        out.
    """
    values = values[np.isfinite(values).all(axis=1)]
    order = np.argsort(-values.mean(axis=0), kind="stable")
    falls = np.diff(values[:, order], axis=1)
    alike = (falls == 0.0).all(axis=0)
    ranks = [[int(order[0])]]
    for arm, same in zip(order[1:].tolist(), alike.tolist(), strict=True):
        if same:
            ranks[-1].append(arm)
        else:
            ranks.append([arm])
    holds = (falls[:, ~alike] < 0.0).all(axis=1)
    return ranks, _none(len(values)) if alike.all() else _share(holds)


def best_share(values: Floats) -> tuple[int, Share]:
    """Return the arm with the highest mean, and the share of worlds in which it is the best.

    It must be strictly better than every arm that is not exactly alike in all worlds; where all are
    alike there is no share (NaN).
    """
    values = values[np.isfinite(values).all(axis=1)]
    best = int(np.argmax(values.mean(axis=0)))
    ahead = values[:, [best]] - values
    others = (ahead != 0.0).any(axis=0)
    if not others.any():
        return best, _none(len(values))
    return best, _share((ahead[:, others] > 0.0).all(axis=1))
