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

    The parameter that moves an outcome most comes first. With arms: of each arm, and in
    ``effects_of_arms`` of its paired effect against the baseline.

    Raises
    ------
    InputError
        If a run is missing.
    """
    assert isinstance(experiment.spec, Morris)
    names, levels = list(experiment.factors), experiment.spec.levels
    points = shares_of_design(experiment)

    def effects(values: Any) -> "pd.DataFrame":
        found = morris_effects(points, values, names, levels, seed=experiment.seed)
        return found.sort_values("mu_star", ascending=False, kind="stable")

    found = {"effects": by_outcome(results, effects)}
    against = results.manifest.get("baseline")
    if against is not None:
        found["effects_of_arms"] = by_outcome(results, effects, against)
    return found | {"seeds": seeds(results)}
