"""Pareto fronts over levers: NSGA-II asks for points, whoever can runs them, and is told.

The search is pymoo's (Deb et al. 2002), by its ask-and-tell interface, in the unit cube of the
levers. Given the same answers it asks the same questions, so that a search is resumed by replaying
it.
"""

from typing import Any

import numpy as np

from sim.lab.methods.intervals import Floats


class Search:
    """A search for the levers that no others beat in every objective.

    Parameters
    ----------
    levers : int
        Dimensions of the unit cube.
    objectives, limits : int
        Number of objectives (less is better) and of limits (at most 0 is kept).
    population : int
        Points of a generation.
    seed : int
        Of the search's own draws.
    """

    def __init__(
        self, levers: int, objectives: int, limits: int, population: int, seed: int
    ) -> None:
        from pymoo.algorithms.moo.nsga2 import NSGA2
        from pymoo.core.problem import Problem

        problem = Problem(n_var=levers, n_obj=objectives, n_ieq_constr=limits, xl=0.0, xu=1.0)
        self._problem = problem
        self._algorithm: Any = NSGA2(pop_size=population)
        self._algorithm.setup(problem, termination=("n_gen", 10**6), seed=seed, verbose=False)
        self._asked: Any = None

    def ask(self) -> Floats:
        """Return the next generation's points, (n, levers)."""
        self._asked = self._algorithm.ask()
        return np.array(self._asked.get("X"), dtype=np.float64)

    def tell(self, objectives: Floats, limits: Floats) -> None:
        """Say what the points asked for gave.

        Parameters
        ----------
        objectives : array (n, objectives)
            Less is better; none missing.
        limits : array (n, limits)
            At most 0 where the limit is kept.
        """
        from pymoo.core.evaluator import Evaluator
        from pymoo.problems.static import StaticProblem

        static = StaticProblem(self._problem, F=objectives, G=limits)
        Evaluator().eval(static, self._asked)
        self._algorithm.tell(infills=self._asked)


def front(objectives: Floats, allowed: np.ndarray | None = None) -> np.ndarray:
    """Return which points no other beats: at least as good in all objectives, better in one.

    Parameters
    ----------
    objectives : array (n, k)
        Less is better.
    allowed : bool array (n,), optional
        Points that keep the limits; the others are not on the front and beat nobody.
    """
    allowed = np.ones(len(objectives), dtype=bool) if allowed is None else allowed
    found = allowed.copy()
    for i in np.flatnonzero(allowed):
        others = objectives[allowed]
        better = (others <= objectives[i]).all(axis=1) & (others < objectives[i]).any(axis=1)
        found[i] = not better.any()
    return found


def front_share(values: Floats, allowed: np.ndarray, draws: int = 200, seed: int = 1) -> Floats:
    """Return how often each point is on the front when replicates are resampled, (n,).

    Parameters
    ----------
    values : array (n, replicates, k)
        Objectives of each point under the same seeds, less being better.
    allowed : bool array (n,)
        Points that keep the limits.
    draws, seed : int
        Bootstrap samples of replicates, the same for all points, and the seed of their draws.
    """
    rng = np.random.default_rng(seed)
    replicates = values.shape[1]
    count = np.zeros(len(values))
    for _ in range(draws):
        chosen = rng.integers(0, replicates, replicates)
        count += front(values[:, chosen].mean(axis=1), allowed)
    return count / draws


def hypervolume(objectives: Floats, reference: Floats) -> float:
    """Return the volume that points dominate up to a reference point (moocore)."""
    from moocore import hypervolume as volume

    return float(volume(objectives, ref=reference))
