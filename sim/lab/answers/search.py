"""Search: the levers that no others beat in every objective within the limits."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.lab.answers.common import wide
from sim.lab.design.batches import judged
from sim.lab.file.schema import Search
from sim.lab.methods.pareto import front, front_share
from sim.lab.methods.statistics import apart, estimate

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults


def tables(results: "ExperimentResults", experiment: "Experiment") -> dict[str, pd.DataFrame]:
    """Return the front: levers, objectives and limits with intervals, and how sure the place is.

    All points meet the same luck; the intervals are of what tells them apart (`apart`).
    ``on_front``: share of resamples of the replicates in which the point is on the front.
    """
    spec = experiment.spec
    assert isinstance(spec, Search)
    design: Any = results.design
    keys = list(dict.fromkeys([*spec.objectives, *spec.limits]))
    values = {key: wide(results, key) for key in keys}
    stacked = np.stack([values[key] for key in (*spec.objectives, *spec.limits)], axis=2)
    objectives, limits = judged(spec, stacked.mean(axis=1))
    allowed = (limits <= 0).all(axis=1)
    chosen = np.flatnonzero(front(objectives, allowed))
    signs = np.array([-1.0 if better == "more" else 1.0 for better in spec.objectives.values()])
    sure = front_share(np.nan_to_num(stacked[:, :, : signs.size] * signs, nan=1e30), allowed)
    others = {key: apart(values[key]) for key in keys}
    rows = []
    for i in chosen.tolist():
        row = design.iloc[i].to_dict()
        for key in keys:
            found = estimate(others[key][i])
            row |= {key: found.mean, f"{key}_low": found.low, f"{key}_high": found.high}
        rows.append(row | {"on_front": sure[i], "n": stacked.shape[1]})
    first = next(iter(spec.objectives))
    table = pd.DataFrame(rows)
    if len(table):
        table = table.drop_duplicates(subset=keys).sort_values(first, ignore_index=True)
    told = {"points": len(design), "within_limits": int(allowed.sum()), "front": len(table)}
    return {"front": table, "searched": pd.DataFrame([told])}
