"""Samplers: points of the unit cube, by the method that draws them at once or in batches."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.lab.design.batches import batches_of, need_analysis
from sim.lab.file.schema import Lhs, Morris, Sobol

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment


def _lhs(experiment: "Experiment") -> np.ndarray:
    """Latin hypercube (McKay, Beckman & Conover 1979), drawn with the experiment's seed."""
    from scipy.stats import qmc

    assert isinstance(experiment.spec, Lhs)
    sampler = qmc.LatinHypercube(len(experiment.factors), rng=experiment.seed)
    return sampler.random(experiment.spec.samples)


def _problem(experiment: "Experiment") -> dict[str, Any]:
    keys = list(experiment.factors)
    return {"num_vars": len(keys), "names": keys, "bounds": [[0.0, 1.0]] * len(keys)}


def _salib(name: str) -> Any:
    need_analysis(name)
    return import_module(f"SALib.sample.{name}")


def _sobol(experiment: "Experiment") -> np.ndarray:
    """Saltelli's design (2010) from a scrambled Sobol sequence."""
    assert isinstance(experiment.spec, Sobol)
    spec, problem = experiment.spec, _problem(experiment)
    second = spec.second_order and problem["num_vars"] > 1
    return _salib("sobol").sample(
        problem, spec.samples, calc_second_order=second, seed=experiment.seed
    )


def _morris(experiment: "Experiment") -> np.ndarray:
    """Morris' trajectories (1991)."""
    assert isinstance(experiment.spec, Morris)
    spec = experiment.spec
    return _salib("morris").sample(
        _problem(experiment), spec.trajectories, num_levels=spec.levels, seed=experiment.seed
    )


def _first_batch(experiment: "Experiment") -> np.ndarray:
    """Return the first points of a method that asks for more when it knows what they gave."""
    batches = batches_of(experiment)
    first = None if batches is None else batches.ask()
    assert first is not None
    return first


SAMPLERS: dict[str, Callable[["Experiment"], np.ndarray]] = {
    "lhs": _lhs,
    "sobol": _sobol,
    "morris": _morris,
    "calibrate": _first_batch,
    "search": _first_batch,
}
