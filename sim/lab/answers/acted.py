"""Did it act? Doses that an experiment's policies delivered, and levels that moved nothing."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.files import digest
from sim.lab.design.contrasts import contrasts, missing
from sim.model.policies import dose_of
from sim.model.policies.dose import Given, of_rows, shortfalls
from sim.words import word
from sim.words.labels import dose_label, key_label, outcome_label, policy_title

if TYPE_CHECKING:
    from sim.lab.store.reading import ExperimentResults

#: columns of `doses`
COLUMNS = ("policy", "what", "unit", "in_force", "asked", "delivered", "runs", "short_runs")
#: columns of a design up to which a row of doses repeats them all; of more it has arm and county
MOST_COLUMNS = 40
#: points that are named where a policy falls short at few
FEW = 3
#: outcomes that are named where several did not change and were not asked for
MOST_NAMED = 8


def doses(results: "ExperimentResults") -> pd.DataFrame:
    """Return what every point's policies asked for, and what was delivered: means over its runs.

    Returns
    -------
    DataFrame
        The columns of the design (of more than `MOST_COLUMNS` point, arm and county alone),
        then `COLUMNS`; a row a point, policy and dose. ``in_force`` are
        months; ``short_runs`` of ``runs`` are those in which something is to be said of the dose
        (`sim.model.policies.dose.shortfalls`). A run without the dose delivered none.
    """
    design: Any = results.design.set_index("point")
    if len(design.columns) > MOST_COLUMNS:  # a screening's would be a table of millions of cells
        design = design[[name for name in ("arm", "county") if name in design]]
    levels = design.to_dict("index")
    rows = []
    for point, given_by_run in _by_point(results).items():
        doses_of = [{(g.policy, g.what): g for g in given} for given in given_by_run]
        short = [{(g.policy, g.what) for g in shortfalls(given)} for given in given_by_run]
        for policy, what in dict.fromkeys(key for given in doses_of for key in given):
            there = [given[policy, what] for given in doses_of if (policy, what) in given]
            runs = len(given_by_run)
            told: dict[str, Any] = {
                "policy": policy,
                "what": what,
                "unit": dose_of(policy, what).unit,
            }
            told["in_force"] = sum(g.months for g in there) / runs
            told["asked"] = sum(g.asked for g in there) / runs
            told["delivered"] = sum(g.delivered for g in there) / runs
            told |= {"runs": runs, "short_runs": sum((policy, what) in found for found in short)}
            rows.append({"point": point} | levels[point] | told)
    return pd.DataFrame(rows, columns=pd.Index(["point", *design.columns, *COLUMNS]))


def _by_point(results: "ExperimentResults") -> dict[int, list[list[Given]]]:
    """Return the doses of every run that is done, by point."""
    runs: Any = results.runs
    done = runs[runs["status"] == "done"].sort_values(["point", "replicate"])
    found: dict[int, list[list[Given]]] = {}
    for point, text in zip(done["point"].tolist(), done["doses"], strict=True):
        found.setdefault(point, []).append(of_rows(json.loads(text)))
    return found


def acted_text(results: "ExperimentResults", lang: str) -> list[str]:
    """Say what was not delivered, or far less than asked for, and which levels moved nothing.

    The runs that are there count; what falls short alike at several points is said once, with how
    often, where, and the numbers of the first of these runs.
    """
    short: dict[tuple[str, str, str], dict[int, list[Given]]] = {}
    by_point = _by_point(results)
    for point, given_by_run in by_point.items():
        for given in (one for run in given_by_run for one in shortfalls(run)):
            at = short.setdefault((given.policy, given.what, given.verdict), {})
            at.setdefault(point, []).append(given)
    policies = {p: {g.policy for run in runs for g in run} for p, runs in by_point.items()}
    said = []
    for (policy, _, _), at in short.items():
        having = sum(policy in found for found in policies.values())
        count = {"short": sum(map(len, at.values())), "runs": sum(len(by_point[p]) for p in at)}
        where = _where(results, list(at), having, lang)
        called = word("acted_at", lang, policy=policy_title(policy, lang), where=where, **count)
        said.append(dose_label(next(iter(at.values()))[0], lang, called))
    said += alike_arms(results, lang)
    idle, untold = idle_columns(results)
    said += [word("acted_same", lang, column=key_label(column, lang)) for column in idle]
    active = any(run for runs in by_point.values() for run in runs)
    if active and not said:
        said.append(word("acted_all", lang))
    if untold:
        columns = ", ".join(key_label(column, lang) for column in untold)
        said.append(word("acted_untold", lang, columns=columns))
    return said


def unchanged_text(results: "ExperimentResults", lang: str) -> list[str]:
    """Say which outcomes nothing that was compared has changed in any run.

    Compared are arms at the same levels, or all points of a county, replicate by replicate. Those
    that were asked for are all named, of the others the first; apart are those that are 0 in every
    run, and those that have no value in any.
    """
    runs: Any = results.runs
    done = runs[runs["status"] == "done"]
    design = results.design
    alone = set(design.columns) - {"arm"} if "arm" in design else {"point", "county"}
    fixed = [name for name in design.columns if name in alone - {"point"}]
    ends: Any = done[["point", "replicate", *results.measured]].merge(design, on="point")
    groups = ends.groupby(["replicate", *fixed], dropna=False)[results.measured]
    same = groups.nunique(dropna=False).max() <= 1
    if groups.size().max() < 2 or same.all():  # nothing is compared, or told of arms and factors
        return []
    kinds: dict[str, list[str]] = {"zero": [], "missing": [], "same": []}
    for key in (key for key in results.measured if same[key]):
        values = ends[key]
        kind = "zero" if (values == 0).all() else "missing" if values.isna().all() else "same"
        kinds[kind].append(key)
    asked = results.shown()
    return [text for kind, keys in kinds.items() for text in _unchanged(kind, keys, asked, lang)]


def _unchanged(kind: str, keys: list[str], asked: list[str], lang: str) -> Iterator[str]:
    """Yield a sentence on outcomes that were asked for, and one on the others."""
    for own in (True, False):
        found = [outcome_label(key, lang) for key in keys if (key in asked) == own]
        shown = found if own else found[:MOST_NAMED]
        names = word("list_between", lang).join(shown)
        if len(found) > len(shown):
            names += word("unchanged_more", lang, count=len(found) - len(shown))
        if found:
            yield word(f"unchanged_{kind}", lang, names=names)


def _where(results: "ExperimentResults", points: list[int], having: int, lang: str) -> str:
    """Return of how many points something is said, and which they are, if they are few."""
    counted = word("acted_points", lang, points=len(points), all=having)
    return counted + named(results.levels(), points)


def named(labels: Mapping[int, Mapping[str, Any]], points: list[int]) -> str:
    """Return what some points are called, in brackets; nothing of many, or where nothing is."""
    if len(points) > FEW:
        return ""
    of = [labels.get(point, {}).values() for point in points]
    names = [", ".join(str(value) for value in values if not missing(value)) for values in of]
    return f" ({'; '.join(names)})" if any(names) else ""


def alike_arms(results: "ExperimentResults", lang: str) -> list[str]:
    """Say which arms gave the outcomes of the baseline to the last bit, at every point and run."""
    told, labels = results.manifest, results.levels()
    if told["experiment"] != "compare":
        return []
    pairs = contrasts("compare", told["baseline"], list(labels.items()))
    runs: Any = results.runs
    ends = runs[runs["status"] == "done"].set_index(["point", "replicate"])[results.measured]
    by_point = {point: part.droplevel(0) for point, part in ends.groupby(level="point")}
    same: dict[str, bool] = {}
    for number, reference in pairs:
        arm = str(labels[number]["arm"])
        if number in by_point and reference in by_point:
            one, other = by_point[number].align(by_point[reference], join="inner", axis=0)
            same[arm] = same.get(arm, True) and len(one) > 0 and one.equals(other)
    arms = [arm for arm, alike in same.items() if alike]
    return [word("acted_alike", lang, arm=arm, baseline=told["baseline"]) for arm in arms]


def idle_columns(results: "ExperimentResults") -> tuple[list[str], list[str]]:
    """Return columns of a design whose levels moved nothing, and those of which that is not known.

    Points that differ in a column alone are compared, replicate by replicate, to the last bit: of
    combinations of levels, of Morris' trajectories and of Saltelli's design. Where a design has no
    such points (a Latin hypercube) it is known only if all points gave the same.
    """
    runs: Any = results.runs
    done = runs[runs["status"] == "done"]
    same = [digest(row.tobytes()) for row in done[results.measured].to_numpy()]
    told = done[["point", "replicate"]].assign(same=same)
    ends = told.merge(results.design, on="point")
    columns = [name for name in results.design.columns if name != "point"]
    alike = ends.groupby("replicate")["same"].agg(_one).all()
    marks = _marks(ends[columns])
    every = marks.sum(axis=1, dtype=np.uint64)
    idle, untold = [], []
    for at, name in enumerate(columns):
        if name == "arm" or _one(ends[name]):
            continue
        groups = ends.groupby([every - marks[:, at], "replicate"])  # alike in all other columns
        several = groups[name].agg("nunique") > 1
        if alike or (several.any() and (groups["same"].agg("nunique")[several] <= 1).all()):
            idle.append(name)
        elif not several.any():
            untold.append(name)
    return idle, untold


def _marks(levels: Any) -> Any:
    """Return a number for the level of every row and column, (rows, columns) of uint64.

    Sums over columns tell rows apart: to add up to the same, different levels would have to meet
    by chance in 64 bits.
    """
    rng = np.random.default_rng(0)
    marks = np.empty(levels.shape, dtype=np.uint64)
    for at, name in enumerate(levels.columns):
        codes = pd.factorize(levels[name], use_na_sentinel=False)[0]
        marks[:, at] = rng.integers(2**64, size=codes.max(initial=0) + 1, dtype=np.uint64)[codes]
    return marks


def _one(values: Any) -> bool:
    """Tell whether all values that are not missing are the same."""
    return len(set(values.dropna())) <= 1
