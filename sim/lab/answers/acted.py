"""Did it act? Doses that an experiment's policies delivered, and levels that moved nothing."""

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.files import digest
from sim.lab.design.contrasts import contrasts
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.policies import dose_of
from sim.model.policies.dose import Given, of_rows, shortfalls
from sim.words import word
from sim.words.labels import dose_label, key_label, policy_title

if TYPE_CHECKING:
    from sim.lab.store.reading import ExperimentResults

#: columns of `doses`
COLUMNS = ("policy", "what", "unit", "in_force", "asked", "delivered", "runs", "verdict")


def doses(results: "ExperimentResults") -> pd.DataFrame:
    """Return what every point's policies asked for, and what was delivered: means over its runs.

    Returns
    -------
    DataFrame
        The columns of the design, then `COLUMNS`; a row a point, policy and dose. ``verdict`` is
        '' where the dose was delivered (`sim.model.policies.dose.Given.verdict`).
    """
    runs: Any = results.runs
    done = runs[runs["status"] == "done"]
    found: dict[tuple[int, str, str], list[Given]] = {}
    for point, text in zip(done["point"], done["doses"], strict=True):
        for given in of_rows(json.loads(text)):
            found.setdefault((point, given.policy, given.what), []).append(given)
    design: Any = results.design.set_index("point")
    rows = []
    for (point, _, _), given in sorted(found.items(), key=lambda item: item[0][0]):
        mean = Given(
            given[0].policy,
            given[0].what,
            round(np.mean([one.months for one in given])),
            float(np.mean([one.asked for one in given])),
            float(np.mean([one.delivered for one in given])),
        )
        own = {
            "unit": dose_of(mean.policy, mean.what).unit,
            "runs": len(given),
            "verdict": mean.verdict,
        }
        told = mean._asdict()
        told["in_force"] = told.pop("months")  # a factor may be called months
        rows.append({"point": point} | design.loc[point].to_dict() | told | own)
    columns = ["point", *design.columns, *COLUMNS]
    return pd.DataFrame(rows, columns=pd.Index(columns))


def acted_text(results: "ExperimentResults", lang: str) -> list[str]:
    """Say what was not delivered, or far less than asked for, and which levels moved nothing.

    The runs that are there count; a policy that falls short alike at several points is said once,
    with the numbers of the first of them.
    """
    table = doses(results)
    short: dict[tuple[str, str, str], list[Given]] = {}
    for _, part in table.groupby("point", sort=True):
        rows = part[["policy", "what", "in_force", "asked", "delivered"]].itertuples(index=False)
        for given in shortfalls([Given(*row) for row in rows]):  # pyright: ignore
            short.setdefault((given.policy, given.what, given.verdict), []).append(given)
    points = table.groupby("policy")["point"].nunique().to_dict()
    said = []
    for (policy, _, _), given in short.items():
        count = {"points": len(given), "all": points[policy]}
        at = word("acted_at", lang, policy=policy_title(policy, lang), **count)
        said.append(dose_label(given[0], lang, at if count["all"] > 1 else ""))
    said += alike_arms(results, lang)
    for column in idle_columns(results):
        said.append(word("acted_same", lang, column=key_label(column, lang)))
    return said or ([word("acted_all", lang)] if len(table) else [])


def alike_arms(results: "ExperimentResults", lang: str) -> list[str]:
    """Say which arms gave the outcomes of the baseline to the last bit, at every point and run."""
    told, labels = results.manifest, results.levels()
    if told["experiment"] != "compare":
        return []
    pairs = contrasts("compare", told["baseline"], list(labels.items()))
    runs: Any = results.runs
    ends = runs[runs["status"] == "done"].set_index(["point", "replicate"])[list(OUTCOMES)]
    by_point = {point: part.droplevel(0) for point, part in ends.groupby(level="point")}
    same: dict[str, bool] = {}
    for number, reference in pairs:
        arm = str(labels[number]["arm"])
        if number in by_point and reference in by_point:
            one, other = by_point[number].align(by_point[reference], join="inner", axis=0)
            same[arm] = same.get(arm, True) and len(one) > 0 and one.equals(other)
    arms = [arm for arm, alike in same.items() if alike]
    return [word("acted_alike", lang, arm=arm, baseline=told["baseline"]) for arm in arms]


def idle_columns(results: "ExperimentResults") -> list[str]:
    """Return columns of a design whose levels give the same outcomes in every run.

    Points that differ in that column alone are compared, replicate by replicate, to the last bit:
    of combinations of levels, of Morris' trajectories and of Saltelli's design. Where a design has
    no such points (a Latin hypercube) nothing is said.
    """
    runs: Any = results.runs
    done = runs[runs["status"] == "done"]
    same = [digest(row.tobytes()) for row in done[list(OUTCOMES)].to_numpy()]
    told = done[["point", "replicate"]].assign(same=same)
    ends = told.merge(results.design, on="point")
    columns = [name for name in results.design.columns if name != "point"]
    found = []
    for name in (column for column in columns if column != "arm"):
        others = [column for column in columns if column != name]
        groups = ends.groupby([*others, "replicate"], dropna=False)["same"]
        several = groups.size() > 1
        if several.any() and (groups.nunique()[several] == 1).all():
            found.append(name)
    return found
