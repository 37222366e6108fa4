"""Morris: which parameters move an outcome at all."""

from typing import TYPE_CHECKING, Any

from sim.lab.answers.sobol import by_outcome, seeds
from sim.lab.design.points import shares_of_design
from sim.lab.file.schema import Morris
from sim.lab.methods.morris_effects import morris_effects

if TYPE_CHECKING:
    import pandas as pd

    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults


def tables(results: "ExperimentResults", experiment: "Experiment") -> "dict[str, pd.DataFrame]":
    """Return the measures of every parameter and outcome, and the seeds' share of the variance.

    Raises
    ------
    InputError
        If a run is missing.
    """
    assert isinstance(experiment.spec, Morris)
    names, levels = list(experiment.factors), experiment.spec.levels
    points = shares_of_design(experiment)

    def effects(values: Any) -> "pd.DataFrame":
        return morris_effects(points, values, names, levels, seed=experiment.seed)

    return {"effects": by_outcome(results, effects), "seeds": seeds(results)}
