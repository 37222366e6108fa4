"""Parts that the answers share: outcomes as arrays, places of points, signs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.lab.design.contrasts import Cell, cells
from sim.lab.design.measures import Measure
from sim.lab.file.factors import Prior, Range
from sim.lab.methods.intervals import Floats
from sim.lab.methods.statistics import by_world
from sim.model.outcomes.catalogue import OUTCOMES

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults


def wide(results: "ExperimentResults", key: str, points: Sequence[int] | None = None) -> Floats:
    """Return the end values of an outcome, (points, worlds); NaN where a run failed.

    Joined by the numbers of points and replicates, never by the order of rows. A replicate is a
    world, but those that share a sample's row (`ExperimentResults.worlds`).
    """
    runs: Any = results.runs
    numbers = results.design["point"].tolist() if points is None else points
    frame = runs.pivot_table(key, "point", "replicate", dropna=False)
    replicates = range(1, int(runs["replicate"].max()) + 1)
    values = frame.reindex(index=numbers, columns=replicates).to_numpy(dtype=np.float64)
    return by_world(values, results.worlds)


def measured(
    results: "ExperimentResults", measures: Sequence[Measure], first: str | None
) -> Floats:
    """Return what measures give for every set of parameters, (cells, replicates, K).

    Parameters
    ----------
    results : ExperimentResults
        A folder whose points are sets of parameters in every arm.
    measures : sequence of Measure
        Length K.
    first : str or None
        The arm that measures without one are of.
    """
    columns = []
    for measure in measures:
        own = _of_arm(results, measure, measure.arm or first)
        if measure.against is not None:
            own = measure.difference(own, _of_arm(results, measure, measure.against))
        columns.append(own)
    return np.stack(columns, axis=2)


def _of_arm(results: "ExperimentResults", measure: Measure, arm: str | None) -> Floats:
    design: Any = results.design
    if "arm" in design.columns:
        design = design[design["arm"] == arm]
    points = design["point"].tolist()
    if measure.at == "end":
        return wide(results, measure.outcome, points)
    county: Any = results.county
    months = county["month"].to_numpy().astype("datetime64[M]")
    chosen = county[months == np.datetime64(measure.at)]
    frame = chosen.pivot_table(measure.outcome, "point", "replicate", dropna=False)
    runs: Any = results.runs
    replicates = range(1, int(runs["replicate"].max()) + 1)
    return frame.reindex(index=points, columns=replicates).to_numpy(dtype=np.float64)


def shares_of(results: "ExperimentResults", experiment: "Experiment") -> Floats:
    """Return where each set of parameters lies in the unit cube of the factors, (cells, D).

    A factor is read off the first arm that takes it.
    """
    design: Any = results.design
    arms = list(dict.fromkeys(design["arm"])) if "arm" in design.columns else []
    parts = [design[design["arm"] == arm] for arm in arms] or [design]
    columns = []
    for key, factor in experiment.factors.items():
        taken = next(part[key] for part in parts if part[key].notna().any())
        values = taken.to_numpy(dtype=np.float64)
        if isinstance(factor, Prior):
            known = experiment.range_of(key)
            low, high = known.low, known.high
        else:
            assert isinstance(factor, Range)
            low, high = factor.low, factor.high
            if factor.log:
                values, low, high = np.log(values), float(np.log(low)), float(np.log(high))
        columns.append((values - low) / (high - low))
    return np.stack(columns, axis=1)


def cells_of(results: "ExperimentResults") -> list[Cell]:
    """Return the settings under which the arms of a comparison are compared."""
    return cells(list(results.levels().items()))


def last_rows(table: Any) -> Any:
    """Return the rows of the last span of every design point, whenever it ends."""
    return table[table["month"] == table.groupby("point")["month"].transform("max")]


def better_sign(key: str) -> float:
    """Return 1 where more of an outcome is better, -1 where less is; 1 where neither is."""
    return -1.0 if OUTCOMES[key].better == "less" else 1.0


def short(name: str) -> str:
    """Return a factor's name without its first word."""
    return name.removeprefix("parameters.").removeprefix("policies.")
