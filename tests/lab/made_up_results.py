"""Results of experiments that were never run: frames in the place of files."""

from pathlib import Path

import pandas as pd

from sim.lab.store.reading import ExperimentResults
from sim.model.outcomes.catalogue import OUTCOMES


def results(values, levels, method="factorial", **manifest):
    """Return results with outcomes of every point and replicate; NaN is a failed run.

    Parameters
    ----------
    values : array (points, replicates)
        Of every outcome.
    levels : dict
        Columns of the design.
    """
    points, replicates = values.shape
    found = ExperimentResults(Path("made up"))
    rows = [
        {"point": p + 1, "replicate": r + 1, "seed": 7 + r}
        | {"status": "failed" if values[p, r] != values[p, r] else "done", "doses": "[]"}
        | dict.fromkeys(OUTCOMES, values[p, r])
        for r in range(replicates)
        for p in range(points)
    ]
    told = {"experiment": method, "baseline": None, "outcomes": [], "seed": 7, "drawn": {}}
    told |= {"record": {"county": "off", "villages": "off", "villagers": "off"}}
    found.__dict__ |= {
        "manifest": told | manifest,
        "design": pd.DataFrame({"point": range(1, points + 1)} | levels),
        "runs": pd.DataFrame(rows),
    }
    return found
