"""Compare: effects and how sure they are, what each part of a reform does, and for whom."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.lab.answers import assumptions, weighed
from sim.lab.answers.common import better_sign, cells_of, last_rows, wide
from sim.lab.design.contrasts import compared_at
from sim.lab.file.parts import NOTHING, WHOLE, arm_name
from sim.lab.file.schema import Compare
from sim.lab.methods.inequality import theil
from sim.lab.methods.intervals import Floats, bootstrap_interval
from sim.lab.methods.robustness import best_share, ranking_share, sign_share
from sim.lab.methods.shapley import coalitions, interactions, shapley_values
from sim.lab.methods.statistics import by_world, estimate
from sim.lab.methods.winners import effects_by_group, groups_of, paired_people
from sim.model.outcomes.catalogue import OUTCOMES

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults

STATES = ("experience", "income", "trust")


def tables(results: "ExperimentResults", experiment: "Experiment") -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison: effects and ranking; parts; winners and inequality."""
    found = {"effects": effects(results), "ranking": ranking(results)}
    parts: list[str] = list(getattr(experiment.spec, "parts", ()))
    if parts:
        found |= part_tables(results, parts)
    found |= assumptions.tables(results, parts)
    if isinstance(experiment.spec, Compare) and experiment.spec.targets:
        found |= weighed.tables(results, experiment)
    if results.manifest["record"]["villagers"] != "off":
        found |= people_tables(results, parts)
    return found


def effects(results: "ExperimentResults") -> pd.DataFrame:
    """Return paired effects with Student's and bootstrap intervals, and how far the sign holds."""
    frame: Any = results.effects()
    rows = []
    for row in frame.to_dict("records"):
        change = wide(results, row["outcome"], [row["point"]])[0]
        change = change - wide(results, row["outcome"], [row["against"]])[0]
        low, high = bootstrap_interval(change)
        sign = sign_share(change)
        rows.append(
            row
            | {"boot_low": low, "boot_high": high}
            | {"sign_share": sign.share, "sign_low": sign.low, "sign_high": sign.high}
        )
    return _frame(rows)


def ranking(results: "ExperimentResults") -> pd.DataFrame:
    """Return, for every outcome and cell, the arms from the best, and how far the order holds."""
    rows = []
    for cell in cells_of(results):
        arms, points = list(cell.points), list(cell.points.values())
        for key in results.shown():
            if OUTCOMES[key].better == "neither":
                continue
            values = wide(results, key, points).T * better_sign(key)
            if not np.isfinite(values).all(axis=1).any():
                continue
            ranks, share = ranking_share(values)
            order = [" = ".join(arms[i] for i in alike) for alike in ranks]
            best, first = best_share(values)
            rows.append(
                cell.levels
                | {"outcome": key, "ranking": " > ".join(order)}
                | {"share": share.share, "low": share.low, "high": share.high, "n": share.n}
                | {"best": arms[best], "best_share": first.share}
                | {"best_low": first.low, "best_high": first.high}
            )
    return _frame(rows)


# --- parts of a reform -----------------------------------------------------------------------


def part_tables(results: "ExperimentResults", parts: list[str]) -> dict[str, pd.DataFrame]:
    """Return Shapley shares of each part, and interactions of each pair, with intervals."""
    names = [arm_name([parts[i] for i in chosen]) for chosen in coalitions(len(parts))]
    shares, pairs = [], []
    for cell in cells_of(results):
        points = [cell.points[name] for name in names]
        for key in results.shown():
            worth = wide(results, key, points)
            worth = worth[:, np.isfinite(worth).all(axis=0)]
            shares += [cell.levels | row for row in _shares(key, worth, parts)]
            for (i, j), values in interactions(worth, len(parts)).items():
                pair = {"outcome": key, "unit": OUTCOMES[key].unit, "part": parts[i]}
                pairs.append(
                    cell.levels | pair | {"with": parts[j]} | _interval("interaction", values)
                )
    return {"shapley": _frame(shares), "interactions": _frame(pairs)}


def _shares(key: str, worth: Floats, parts: list[str]) -> list[dict[str, Any]]:
    """Return each part's share of the whole effect, its effect alone, and last of all."""
    order = coalitions(len(parts))
    at = {chosen: i for i, chosen in enumerate(order)}
    whole = worth[-1] - worth[0]
    values = shapley_values(worth, len(parts))
    rows = []
    for i, part in enumerate(parts):
        others = tuple(j for j in range(len(parts)) if j != i)
        alone, last = worth[at[(i,)]] - worth[0], worth[-1] - worth[at[others]]
        rows.append(_share(key, part, values[i], alone, last))
        rows[-1]["of_whole"] = _of_whole(values[i], whole)
    last = _share(key, WHOLE, whole, whole, whole)
    return [*rows, last | {"of_whole": _of_whole(whole, whole)}]


def _share(key: str, part: str, values: Floats, alone: Floats, last: Floats) -> dict[str, Any]:
    sign = sign_share(values)
    row = {"outcome": key, "unit": OUTCOMES[key].unit, "part": part}
    row |= _interval("shapley", values) | {"of_whole": np.nan}
    row |= {"sign_share": sign.share, "sign_low": sign.low, "sign_high": sign.high}
    for name, effect in (("alone", alone), ("last", last)):
        found = estimate(effect)
        row |= {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}
    return row


def _of_whole(part: Floats, whole: Floats) -> float:
    """Return the share of the whole effect; NaN where that is not told apart from 0."""
    found = estimate(whole)
    return float(part.mean()) / found.mean if found.low * found.high > 0.0 else np.nan


def _interval(name: str, values: Floats) -> dict[str, Any]:
    found = estimate(values)
    return {name: found.mean, "low": found.low, "high": found.high, "n": found.n}


# --- people -----------------------------------------------------------------------------------


def people_tables(results: "ExperimentResults", parts: list[str]) -> dict[str, pd.DataFrame]:
    """Return who wins and loses by each arm, and inequality within and between old villages.

    Of a reform's parts each alone and all together are shown.
    """
    rows, unequal, done = [], [], set()
    people, labels = last_rows(results.villagers), results.levels()
    of_point = {number: people[people["point"] == number] for number in labels}
    shown = {*parts, arm_name(parts)} if parts else set(results.design["arm"])
    for cell in cells_of(results):
        against = cell.points[NOTHING if parts else results.manifest["baseline"]]
        absorbed, absorbing = _roles(people[people["point"].isin(cell.points.values())])
        for arm, number in cell.points.items():
            if (number, against) in done:  # an arm that takes fewer factors is in several cells
                continue
            done.add((number, against))
            at = compared_at(labels[number], labels[against])
            at = {name: at[name] for name in cell.levels} | {"arm": arm}
            own, baseline = of_point[number], of_point[against]
            theils = [_theils(of, results.worlds) for of in (own, baseline)]
            unequal.append(at | _inequality(*theils))
            if number == against or arm not in shown:
                continue
            pairs = paired_people(own, baseline)
            groups = groups_of(pairs, absorbed, absorbing)
            found = effects_by_group(pairs, groups, STATES, results.worlds)
            rows += [at | row for row in found.to_dict("records")]
    return {"winners": _frame(rows), "inequality": _frame(unequal)}


def _roles(people: Any) -> tuple[set[str], set[str]]:
    """Return the old villages that some arm absorbs, and those that take others in."""
    pairs = people[["code", "unit"]].drop_duplicates()
    moved = pairs[pairs["code"] != pairs["unit"]]
    return set(moved["code"]), set(moved["unit"]) - set(moved["code"])


def _inequality(own: Floats, baseline: Floats) -> dict[str, Any]:
    """Return Theil's index of income and its parts, and their changes against the baseline.

    Parameters
    ----------
    own, baseline : array (3, worlds)
        Of `_theils`; a world counts if both arms have it.
    """
    found: dict[str, Any] = {}
    changes = own - baseline
    for name, level, change in zip(("total", "within", "between"), own, changes, strict=True):
        moved = estimate(change)
        found |= {name: estimate(level[np.isfinite(change)]).mean, f"{name}_change": moved.mean}
        found |= {f"{name}_low": moved.low, f"{name}_high": moved.high, "n": moved.n}
    return found


def _theils(people: Any, worlds: Any) -> Floats:
    """Return Theil's index of income, within and between old villages, by world, (3, worlds)."""
    rows = np.full((3, worlds.size), np.nan)
    for replicate, part in people.groupby("replicate"):
        found = theil(part["income"].to_numpy(dtype=np.float64), part["code"].to_numpy())
        rows[:, replicate - 1] = (found.total, found.within, found.between)
    return by_world(rows, worlds)


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows)
