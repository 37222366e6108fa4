"""Which measures give back the reach that a merger takes, and at what cost."""

import numpy as np
import pandas as pd

from docs.answers.stored import RESULTS, bearable, figures, markdown, of_worlds, tables
from sim.lab.answers.common import cells_of, wide
from sim.lab.methods.regret import regret
from sim.lab.store.reading import ExperimentResults
from sim.report.experiment import arm_titles

NAME = "what_gives_back"
TARGET = "reach_absorbed"
#: of others, and left out where single measures are compared
TOGETHER = "together"
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
    single = [arm for arm in added if arm != TOGETHER]
    there = np.isfinite(list(reach.values())).all(axis=0)
    lost, worlds = (reach["merger"] - reach["none"])[there], int(there.sum())
    of = regret(np.stack([reach[arm][there] for arm in single], axis=1))
    yield (
        f"The merger alone moves reach in absorbed villages by {spread(lost)} in {worlds} worlds; it "
        f"lowers it in {of_worlds(int((lost < 0).sum()), worlds)}.\n"
    )
    rows = []
    for arm in ("merger", *added):
        gain = (reach[arm] - reach["merger"])[there]
        row = {"with the merger": titles.get(arm, arm)}
        row["reach of absorbed villages, against the merger alone"] = (
            spread(gain) if gain.any() else ""
        )
        row["raises it in"] = of_worlds(int((gain > 0).sum()), worlds) if gain.any() else ""
        row["not below no merger in"] = of_worlds(
            int((reach[arm] >= reach["none"])[there].sum()), worlds
        )
        for key, name in ALSO.items():
            more = (also[key][arm] - also[key]["merger"])[there]
            row[name] = spread(more) if more.any() else ""
        row["regret, mean (90 % below)"] = ""
        if arm in single:
            own = of[:, single.index(arm)]
            row["regret, mean (90 % below)"] = (
                f"{figures(own.mean())} ({figures(np.quantile(own, 0.9))})"
            )
            best = int((own <= 0.0).sum())
            row["best of the single ones in"] = of_worlds(best, worlds)
        rows.append(row)
    yield markdown(pd.DataFrame(rows).fillna("")) + "\n"


def spread(values):
    """Return the mean over worlds, and where 90 % of them lie."""
    low, high = np.nanquantile(values, [0.05, 0.95])
    mean, low, high = bearable((float(np.nanmean(values)), low, high), low, high)
    return f"{mean} ({low} to {high})"
