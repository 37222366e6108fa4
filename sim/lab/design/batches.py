"""Batches of points: a method asks for some, sees what they gave, and asks for more.

What they ask next depends on their own seed and on what was simulated, nothing else: an experiment
that was stopped goes on by asking again for what is there already.
"""

import importlib.util
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import InputError
from sim.lab.design.measures import Measure
from sim.lab.file.schema import Calibrate, Compare, Limit, Search
from sim.lab.methods.intervals import Floats
from sim.lab.methods.pareto import Search as ParetoSearch
from sim.lab.methods.posterior import Aim, fit_all, infer, luck_variance

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment

#: decimals of a point's place in the unit cube: the last bits of a library's sum decide nothing
DECIMALS = 6


class Batches(ABC):
    """Points of the unit cube, batch by batch.

    Attributes
    ----------
    measures : list of Measure
        What must be known of each point.
    """

    measures: list[Measure]

    @abstractmethod
    def ask(self) -> Floats | None:
        """Return the next points (n, D); None when there are enough."""

    @abstractmethod
    def tell(self, outputs: Floats) -> None:
        """Say what they gave, (n, replicates, K); NaN where a run failed."""


class CalibrationWaves(Batches):
    """First a Latin hypercube, then points of a widened posterior of what is known so far.

    Parameters
    ----------
    spec : Calibrate
        The experiment.
    dims, seed : int
        Parameters, and the seed of the draws.
    """

    def __init__(self, spec: Calibrate, dims: int, seed: int) -> None:
        self.spec, self.dims, self.seed = spec, dims, seed
        self.measures = measures_of(spec)
        self.x, self.outputs, self._wave = np.zeros((0, dims)), None, 0

    def ask(self) -> Floats | None:
        """Return the points of the next wave."""
        if self._wave >= self.spec.waves:
            return None
        self._asked = self._first() if self._wave == 0 else self._later()
        self._wave += 1
        return self._asked

    def _first(self) -> Floats:
        from scipy.stats import qmc

        sampler = qmc.LatinHypercube(self.dims, rng=self.seed)
        return np.round(sampler.random(self.spec.samples), DECIMALS)

    def _later(self) -> Floats:
        x, outputs, fitted = known(self.spec, self.x, self.outputs)
        aim = aim_of(self.spec, outputs)
        found = infer(fit_all(x, outputs[:, :, fitted]), part_of(aim, fitted), self.seed, power=0.5)
        return np.round(found.draw(self.spec.samples // 2, self.seed + self._wave), DECIMALS)

    def tell(self, outputs: Floats) -> None:
        """Keep what the wave gave."""
        self.x = np.concatenate((self.x, self._asked))
        before = self.outputs
        self.outputs = outputs if before is None else np.concatenate((before, outputs))


def measures_of(spec: Calibrate | Compare) -> list[Measure]:
    """Return what the targets of a calibration are measured by."""
    return [Measure(t.outcome, t.at, t.arm, t.against, t.relative) for t in spec.targets.values()]


def known(spec: Calibrate, x: Floats, outputs: Floats | None) -> tuple[Floats, Floats, Any]:
    """Return the points of which every target is known, their outputs, and which are fitted."""
    assert outputs is not None
    there = np.isfinite(outputs).all(axis=(1, 2))
    fitted = np.flatnonzero([not target.held_out for target in spec.targets.values()])
    return x[there], outputs[there], fitted


def aim_of(spec: Calibrate, outputs: Floats) -> Aim:
    """Return the targets as numbers, with the luck of one run seen in the replicates."""
    targets = spec.targets.values()
    value, sd = np.array([(t.value, t.error()) for t in targets]).T
    return Aim(value, sd, luck_variance(outputs))


def part_of(aim: Aim, chosen: Any) -> Aim:
    """Return some targets."""
    return Aim(aim.value[chosen], aim.sd[chosen], aim.luck[chosen])


class Generations(Batches):
    """Generations of a Pareto search.

    Parameters
    ----------
    spec : Search
        The experiment.
    dims, seed : int
        Levers, and the seed of the search.
    """

    def __init__(self, spec: Search, dims: int, seed: int) -> None:
        self.spec = spec
        self.measures = [Measure(key) for key in (*spec.objectives, *spec.limits)]
        counts = len(spec.objectives), len(spec.limits)
        self._search = ParetoSearch(dims, *counts, spec.population, seed)
        self._generation = 0

    def ask(self) -> Floats | None:
        """Return the next generation; None after the last."""
        if self._generation >= self.spec.generations:
            return None
        self._generation += 1
        return self._search.ask()

    def tell(self, outputs: Floats) -> None:
        """Tell the search means over replicates."""
        objectives, limits = judged(self.spec, outputs.mean(axis=1))
        self._search.tell(objectives, limits)


def judged(spec: Search, means: Floats) -> tuple[Floats, Floats]:
    """Return objectives (less is better) and limits (at most 0 is kept) of points.

    A point of which a run failed breaks every limit, and is worse than any other.
    """
    signs = np.array([-1.0 if better == "more" else 1.0 for better in spec.objectives.values()])
    objectives = means[:, : signs.size] * signs
    limits = np.zeros((len(means), len(spec.limits)))
    for i, limit in enumerate(spec.limits.values()):
        limits[:, i] = missed_by(limit, means[:, signs.size + i])
    failed = ~np.isfinite(means).all(axis=1)
    objectives[failed], limits[failed] = 1e30, 1e30
    return objectives, limits


def missed_by(limit: Limit, means: Any) -> Any:
    """Return by how much means miss a limit; at most 0 where they keep it."""
    return means - limit.at_most if limit.at_least is None else limit.at_least - means


def need_analysis(method: str) -> None:
    """Raise `InputError` if the libraries of the methods are not installed."""
    for library, package in (("SALib", "SALib"), ("scikit-learn", "sklearn"), ("pymoo", "pymoo")):
        if importlib.util.find_spec(package) is None:
            raise InputError(
                f"method {method} needs {library}: install the extra `analysis` "
                "(python -m uv run --extra analysis hecun ..., or pip install 'hecun[analysis]')"
            )


def batches_of(experiment: "Experiment") -> Batches | None:
    """Return what asks for an experiment's points; None where the design is known beforehand."""
    spec, dims = experiment.spec, len(experiment.factors)
    if not isinstance(spec, Calibrate | Search):
        return None
    need_analysis(spec.method)
    if isinstance(spec, Calibrate):
        return CalibrationWaves(spec, dims, experiment.seed)
    return Generations(spec, dims, experiment.seed)
