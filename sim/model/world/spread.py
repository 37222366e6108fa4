"""Spread of a county's mergers over its townships.

The planner's weights were learned from the counties of Sichuan whose list after the reform is in
the registry (docs/answers/planner learns them again and scores them; docs/answers.md).
"""

import numpy as np
import numpy.typing as npt

from sim.model.world.partition import Floats, Ints

#: fall of the log-odds that a village stays, per doubling of its township's villages
LARGE_TOWNSHIPS = 0.18
#: weight with which villages next to each other in the list merge first, where no map is given
LISTED = 4.0
_STEEPEST = 30.0


def intercepts(slope: Floats, trials: Floats, group: Ints, successes: Floats) -> Floats:
    """Return each group's intercept at which its expected successes are those given.

    The maximum-likelihood intercepts of a binomial logit with one intercept a group.

    Parameters
    ----------
    slope : array (n,)
        Log-odds of a row without its intercept.
    trials : array (n,)
        Trials of a row.
    group : int array (n,)
        Group of a row.
    successes : array (G,)
        Sum over the group; 0 and all trials give intercepts at -30 and 30.
    """
    count = successes.size
    found = np.zeros(count)
    for _ in range(200):
        chance = 1.0 / (1.0 + np.exp(-(slope + found[group])))
        over = successes - np.bincount(group, trials * chance, count)
        steep = np.bincount(group, trials * chance * (1.0 - chance), count)
        step = np.clip(over / np.maximum(steep, 1e-12), -2.0, 2.0)
        found = np.clip(found + step, -_STEEPEST, _STEEPEST)
        if np.abs(step).max(initial=0.0) < 1e-10:
            break
    return found


def expected_villages(before: Ints, total: int, large_townships: float) -> Floats:
    """Return how many villages each township is expected to keep.

    One village stays; each of the others stays with the same odds, times
    exp(-large_townships) for every doubling of the township's villages, so that the total is right.

    Parameters
    ----------
    before : int array (T,)
        Villages of each township, at least 1.
    total : int
        Villages of the county after, at least T.
    large_townships : float
        Weight; 0 = the same odds everywhere.
    """
    slope = -large_townships * np.log2(np.asarray(before, dtype=np.float64))
    spare = np.asarray(before, dtype=np.float64) - 1.0
    county = np.zeros(spare.size, dtype=np.int64)
    at = intercepts(slope, spare, county, np.array([float(total - spare.size)]))
    return 1.0 + spare / (1.0 + np.exp(-(slope + at[county])))


def whole_villages(expected: Floats, total: int) -> npt.NDArray[np.int64]:
    """Return whole numbers near the expected ones that sum to a total (largest remainders)."""
    number = np.floor(expected + 1e-6).astype(np.int64)
    missing = max(total - int(number.sum()), 0)
    number[np.argsort(-(expected - number), kind="stable")[:missing]] += 1
    return number
