"""Tables of an experiment's figures: its points in words, means by factor, effects by village."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.errors import InputError, nearest
from sim.lab.answers.titles import arm_titles, settings
from sim.lab.file.loading import load_experiment
from sim.lab.methods.intervals import quantile
from sim.lab.methods.statistics import by_world, estimate
from sim.model.outcomes.catalogue import HEADLINE
from sim.model.outcomes.summaries import YEAR
from sim.model.world.case import build_county
from sim.report.effects import Frame, level, level_names
from sim.report.periods import check_outcome

if TYPE_CHECKING:
    from sim.lab.store.reading import ExperimentResults
    from sim.model.config.county import County
    from sim.model.world.layout import World


def reform_month(results: "ExperimentResults") -> np.datetime64 | None:
    """Return the month of the reform, None where configurations differ in it."""
    if "reform" in results.design:
        return None
    found = set(_every(settings(results), "reform"))
    return np.datetime64(found.pop(), "M") if len(found) == 1 else None


def _every(data: Any, key: str) -> list[str]:
    """Return all plain values of a key, however deep."""
    if isinstance(data, dict):
        own = [str(data[key])] if isinstance(data.get(key), str) else []
        return own + [value for part in data.values() for value in _every(part, key)]
    if isinstance(data, list):
        return [value for part in data for value in _every(part, key)]
    return []


def factors_of(results: "ExperimentResults") -> list[str]:
    """Return the columns that tell design points apart."""
    return [str(name) for name in results.design.columns if name != "point"]


def titled(table: Frame, results: "ExperimentResults", lang: str) -> Frame:
    """Return a table in which arms are called by their titles, in the order of their names."""
    titles = arm_titles(results, lang) if "arm" in table.columns else {}
    if not titles:
        return table
    names = [titles.get(name, name) for name in sorted(set(table["arm"]))]
    arms = pd.Categorical([titles.get(name, name) for name in table["arm"]], names, ordered=True)
    return table.assign(arm=arms)


def point_names(results: "ExperimentResults", lang: str) -> dict[int, str]:
    """Return design points in words."""
    names = level_names(titled(results.design, results, lang), factors_of(results), lang)
    return dict(zip(results.design["point"].astype(int), names, strict=True))


def averaged(
    results: "ExperimentResults", factors: Sequence[str], keys: Sequence[str] | None = None
) -> Frame:
    """Return means over replicates by the levels of some factors, the other factors averaged.

    Parameters
    ----------
    results : ExperimentResults
        Results.
    factors : sequence of str
        Columns of the design.
    keys : sequence of str, optional
        Outcomes; the headline ones if not given.

    Returns
    -------
    DataFrame
        One row a combination of levels and outcome: the factors, ``outcome``, ``mean``, ``low``,
        ``high`` (95 % interval, Student's t over replicates), ``n``, the replicates in which all
        runs that are averaged are there.

    Raises
    ------
    InputError
        If the design has no such factor.
    """
    known = factors_of(results)
    for name in factors:
        if name not in known:
            hint = nearest(name, known) or f"; there are {', '.join(known)}"
            raise InputError(f"no factor is called {name!r}{hint}")
    if len(set(factors)) < len(factors):
        raise InputError(f"the factor {factors[0]!r} is named twice; name two")
    keys = list(HEADLINE) if keys is None else list(keys)
    rows = []
    for levels, values in results.by_levels(factors, keys):
        told = dict(zip(factors, levels, strict=True))
        for key in keys:
            found = estimate(values[key])
            rows.append(told | {"outcome": key} | {
                "mean": found.mean, "low": found.low, "high": found.high, "n": found.n
            })  # fmt: skip
    return pd.DataFrame(rows)


def contrast_of(results: "ExperimentResults", point: int | None = None) -> tuple[int, int]:
    """Return a design point and the one it is compared with: the last contrast, or a point's.

    Raises
    ------
    InputError
        If the design has no contrasts, or not that one.
    """
    effects: Any = results.effects(HEADLINE[:1])
    if not len(effects):
        raise InputError(f"{results.folder}: no design points are compared; use method compare")
    there = effects[effects["n"] > 0] if (effects["n"] > 0).any() else effects
    rows = there if point is None else effects[effects["point"] == point]
    if not len(rows):
        shown = ", ".join(map(str, effects["point"]))
        raise InputError(f"point {point}: not compared with any other; expected one of {shown}")
    last = rows.iloc[-1]
    return int(last["point"]), int(last["against"])


def points_compared(results: "ExperimentResults", effects: Frame, most: int) -> list[int]:
    """Return the design points whose effects are known, the first ones of many.

    Raises
    ------
    InputError
        If there is none.
    """
    if not len(effects):
        raise InputError(f"{results.folder}: no design points are compared; use method compare")
    return list(dict.fromkeys(map(int, effects["point"])))[:most]


def before_reform(results: "ExperimentResults") -> "tuple[County, World]":
    """Return the county of an experiment's first configuration, as given and as built."""
    config = load_experiment(results.folder / "experiment.yaml").heads[0].config
    return config.county, build_county(config.county, config.seed, config.reform)[0]


def village_effects(
    results: "ExperimentResults", outcome: str, point: int | None = None
) -> tuple[Frame, int, int]:
    """Return the paired effect on every old village, over the last 12 months of each point.

    Parameters
    ----------
    results : ExperimentResults
        Results with villages recorded.
    outcome : str
        An outcome recorded by village.
    point : int, optional
        A design point; that of the last contrast if not given.

    Returns
    -------
    DataFrame
        One row an old village: ``code``, ``kind`` (absorbed, absorbing, unmerged under the
        point's plan), ``effect``, ``low``, ``high`` (95 % interval over replicates), ``n``.
    point, against : int
        What was compared with what.

    Raises
    ------
    InputError
        If villages or the outcome were not recorded, no points are compared, or fewer than two
        replicates are there of both.
    """
    table: Frame = results.villages
    check_outcome(outcome, [str(name) for name in table.columns], "villages.parquet")
    point, against = contrast_of(results, point)
    last = table.groupby("point")["month"].transform("max")
    rows = table[(table["month"] > last - pd.DateOffset(months=YEAR)) & table[outcome].notna()]
    wide = rows.pivot_table(outcome, "code", ["point", "replicate"], observed=True)
    wide = wide[[not _community(str(code)) for code in wide.index]]
    for one in (point, against):
        if one not in wide.columns:
            raise InputError(f"{results.folder}: no run of point {one} has old villages")
    difference = wide[point] - wide[against]
    difference = difference.reindex(columns=range(1, results.worlds.size + 1))
    worlds = by_world(difference.to_numpy(dtype=np.float64), results.worlds)
    difference = pd.DataFrame(worlds, index=difference.index)
    n = difference.notna().sum(axis=1)
    mean, sd = difference.mean(axis=1), difference.std(axis=1, ddof=1)
    half = quantile(np.maximum(n - 1, 1)) * sd / np.sqrt(n)
    ends = table[(table["point"] == point) & (table["month"] == last)]
    ends = ends.drop_duplicates("code").set_index("code")
    keeps = ends["unit"].astype(str).value_counts()
    kind = np.where(
        ends["absorbed"],
        "absorbed",
        np.where(keeps.reindex(ends.index.astype(str)).fillna(1) > 1, "absorbing", "unmerged"),
    )
    found = pd.DataFrame({"effect": mean, "low": mean - half, "high": mean + half, "n": n})
    found["kind"] = pd.Series(kind, index=ends.index).reindex(found.index)
    found = found[found["n"] > 1].reset_index()
    if not len(found):
        raise InputError(
            f"{results.folder}: the effect on an old village has an interval from two replicates "
            f"on, there is {int(n.max()) if len(n) else 0}"
        )
    return found, point, against


def _community(code: str) -> bool:
    """Tell whether a code of the statistical office is a community's (its last three below 200)."""
    return len(code) == 12 and code.isdecimal() and int(code[-3:]) < 200


def design_titles(results: "ExperimentResults", lang: str) -> dict[str, str]:
    """Return what the designs of a study are called: their titles, else their names."""
    given = settings(results).get("designs") or {}
    titles = {name: ((one or {}).get("title") or {}).get(lang) for name, one in given.items()}
    return {name: title or level(name) for name, title in titles.items()}
