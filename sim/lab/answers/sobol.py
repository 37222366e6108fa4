"""Sobol: what each parameter explains of an outcome, and what luck does."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.errors import InputError
from sim.lab.answers.common import wide
from sim.lab.file.schema import Sobol
from sim.lab.methods.seed_share import seed_share
from sim.lab.methods.sobol_indices import sobol_indices

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults

#: what is said of the intervals of the indices (in words: the report's)
OVER = "over points"


def tables(results: "ExperimentResults", experiment: "Experiment") -> dict[str, pd.DataFrame]:
    """Return the indices of every parameter and outcome, and the seeds' share of the variance.

    Raises
    ------
    InputError
        If a run is missing, or an outcome is: an incomplete design has no indices.
    """
    assert isinstance(experiment.spec, Sobol)
    names = list(experiment.factors)
    second = experiment.spec.second_order and len(names) > 1

    def indices(values: Any) -> pd.DataFrame:
        found = sobol_indices(values, names, second, seed=experiment.seed)
        return found.assign(intervals=OVER)

    return {"indices": by_outcome(results, indices), "seeds": seeds(results)}


def by_outcome(results: "ExperimentResults", analysis: Any) -> pd.DataFrame:
    """Return an analysis of every outcome shown, in every county."""
    found = []
    design: Any = results.design
    groups = design.groupby("county", sort=False) if "county" in design else [(None, design)]
    for county, part in groups:
        for key in results.shown():
            try:
                table = analysis(wide(results, key, part["point"].tolist()))
            except ValueError as error:
                raise InputError(f"{results.folder}: {key}: {error}") from error
            table.insert(0, "outcome", key)
            if county is not None:
                table.insert(0, "county", county)
            found.append(table)
    return pd.concat(found, ignore_index=True)


def seeds(results: "ExperimentResults") -> pd.DataFrame:
    """Return the shares of parameters and luck in the variance of one run."""
    return by_outcome(results, lambda values: pd.DataFrame([asdict(seed_share(values))]))
