"""Which measures give back the reach that a merger takes, at what cost, with which risk."""

import numpy as np
import pandas as pd

from docs.answers.stored import RESULTS, bearable, figures, markdown, of_worlds, tables
from sim.lab.answers.common import cells_of, wide
from sim.lab.methods.regret import regret
from sim.lab.store.reading import ExperimentResults
from sim.report.experiment import arm_titles

NAME = "what_gives_back"
TARGET = "reach_absorbed"
ALSO = {
    "travel_burden": "hours of road a person and year",
    "cadre_workload": "workload, hours a cadre and month",
    "county_spending_per_resident": "county spending, yuan a resident and year",
}


def measures():
    """Yield what each measure adds to the merger alone, over worlds of everything that is not known."""
    if not tables(NAME):
        return
    results = ExperimentResults(RESULTS / NAME)
    (cell,) = cells_of(results)
    arms, points = list(cell.points), list(cell.points.values())
    titles = arm_titles(results, "en")
    reach = dict(zip(arms, wide(results, TARGET, points), strict=True))
    also = {key: dict(zip(arms, wide(results, key, points), strict=True)) for key in ALSO}
    added = [arm for arm in arms if arm not in ("none", "merger")]
    lost = reach["merger"] - reach["none"]
    there = np.isfinite(list(reach.values())).all(axis=0)
    of = regret(np.stack([reach[arm][there] for arm in ("merger", *added)], axis=1))
    yield (
        f"The merger alone moves reach in absorbed villages by {spread(lost)} in {int(there.sum())} worlds; it "
        f"lowers it in {of_worlds(int((lost < 0)[there].sum()), int(there.sum()))}.\n"
    )
    rows = []
    for i, arm in enumerate(("merger", *added)):
        gain = reach[arm] - reach["merger"]
        row = {"with the merger": titles.get(arm, arm)}
        row["reach of absorbed villages, against the merger alone"] = spread(gain) if i else ""
        row["not below no merger in"] = of_worlds(
            int((reach[arm] >= reach["none"])[there].sum()), int(there.sum())
        )
        for key, name in ALSO.items():
            row[name] = spread(also[key][arm] - also[key]["merger"]) if i else ""
        mean, high = of[:, i].mean(), np.quantile(of[:, i], 0.9)
        rows.append(row | {"regret, mean (90 % below)": f"{figures(mean)} ({figures(high)})"})
    yield markdown(pd.DataFrame(rows)) + "\n"


def spread(values):
    """Return the mean over worlds, and where 90 % of them lie."""
    low, high = np.nanquantile(values, [0.05, 0.95])
    mean, low, high = bearable((float(np.nanmean(values)), low, high), low, high)
    return f"{mean} ({low} to {high})"
