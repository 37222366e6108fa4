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


def by_outcome(
    results: "ExperimentResults", analysis: Any, against: str | None = None
) -> pd.DataFrame:
    """Return an analysis of every outcome shown, in every county and arm.

    Parameters
    ----------
    results : ExperimentResults
        The folder.
    analysis : callable
        Takes an outcome by point and replicate, gives a table.
    against : str, optional
        An arm: the others' effects against it are analysed, paired by point and replicate.
    """
    found = []
    for place, points in _places(results.design).items():
        told = {name: value for name, value in zip(_PLACE, place, strict=True) if value is not None}
        if against is not None and told["arm"] == against:
            continue
        others = _places(results.design)[place[0], against] if against is not None else None
        for key in results.shown():
            try:
                values = wide(results, key, points)
                table = analysis(values if others is None else values - wide(results, key, others))
            except ValueError as error:
                raise InputError(f"{results.folder}: {key}: {error}") from error
            found.append(table.assign(outcome=key, **told)[[*told, "outcome", *table.columns]])
    return pd.concat(found, ignore_index=True)


#: columns of a design that tell configurations apart
_PLACE = ("county", "arm")


def _places(design: pd.DataFrame) -> dict[tuple[str | None, str | None], list[int]]:
    """Return the points of each county and arm, in order; None where there is but one."""
    found: dict[tuple[str | None, str | None], list[int]] = {}
    for row in design.to_dict("records"):
        found.setdefault((row.get("county"), row.get("arm")), []).append(row["point"])
    return found


def seeds(results: "ExperimentResults") -> pd.DataFrame:
    """Return the shares of parameters and luck in the variance of one run."""
    return by_outcome(results, lambda values: pd.DataFrame([asdict(seed_share(values))]))
