"""Whole plans of the merger planner against what the lists of 2020 tell, county by county.

The planner is given a county's villages before, the townships after (they were merged first) and
the number of villages after; the ground is drawn, as for any county without a map. Compared are the
villages each township keeps, the names that survive, and the pairs of villages that new names tell
were merged.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from docs.answers.planner.merger_lessons import Lesson
from sim.model.world import certainty
from sim.model.world.generate import PlanError, PlanRules, generate_plan
from sim.model.world.layout import build_world
from sim.model.world.plan import MergerPlan
from sim.model.world.spec import CountySpec

#: means of Sichuan's villages, for the drawn ground: persons and km2
GROUND = CountySpec(1500.0, 8.0)


def joint_names(lesson: Lesson) -> list[tuple[int, int]]:
    """Return pairs of old villages (rows of the units) that a new two-character name is made of."""
    return [(pair.one, pair.other) for pair in certainty.joint_names(lesson.reform)]


def plan_of(lesson: Lesson, rules: PlanRules, seed: int) -> MergerPlan:
    """Return the planner's plan for the villages that stay villages, in their order.

    Raises
    ------
    PlanError
        If the rules do not reach the number of villages after.
    """
    rows, match = np.flatnonzero(lesson.stays), lesson.reform.match
    units = lesson.reform.units.take(rows)
    if match is not None:
        units = replace(units, township=tuple(match.township[v] for v in rows))
    world = build_world(units, GROUND, seed)
    return generate_plan(world, replace(rules, villages=lesson.target), seed)


def compare_plan(lesson: Lesson, plan: MergerPlan) -> dict[str, float]:
    """Return what a plan gets right of one county: sums, and what they are sums over."""
    rows = np.flatnonzero(lesson.stays)
    match, after = lesson.reform.match, lesson.reform.after
    if match is None or after is None:
        return {}
    town = [match.township[v] for v in rows]
    planned = Counter(town[s] for s in plan.seats.tolist())
    listed = Counter(
        t for t, village in zip(after.township, after.is_village, strict=True) if village
    )
    kept = np.array([match.anchor[v] >= 0 for v in rows])
    seat = plan.seat == np.arange(plan.seat.size)
    place = {int(v): i for i, v in enumerate(rows)}
    pairs = [(place[a], place[b]) for a, b in joint_names(lesson)]
    units = lesson.reform.units
    chance = 0.0
    for a, _ in pairs:
        same = [i for i, v in enumerate(rows) if units.township[v] == units.township[rows[a]]]
        sizes = np.array(list(Counter(plan.seat[same].tolist()).values()), dtype=float)
        chance += float((sizes * (sizes - 1)).sum() / (len(same) * (len(same) - 1)))
    return {
        "townships": len(listed),
        "township_error": sum(abs(planned[t] - n) for t, n in listed.items()),
        "names": int(kept.sum()),
        "names_right": int((kept & seat).sum()),
        "names_chance": float(kept.sum() * seat.mean()),
        "pairs": len(pairs),
        "pairs_right": sum(plan.seat[a] == plan.seat[b] for a, b in pairs),
        "pairs_chance": chance,
    }


def score_plans(
    lessons: tuple[Lesson, ...], rules: dict[str, PlanRules], seed: int = 1
) -> pd.DataFrame:
    """Return a row for every county and set of rules that reaches the county's number."""
    found = []
    for lesson in lessons:
        for name, own in rules.items():
            try:
                plan = plan_of(lesson, own, seed)
            except PlanError:
                continue
            found.append({"rules": name, "county": lesson.code} | compare_plan(lesson, plan))
    return pd.DataFrame(found)


def summary_of_plans(scores: Any) -> pd.DataFrame:
    """Return errors a township, and shares of names and pairs right, with intervals over counties.

    Only counties in which every set of rules reached the number.
    """
    kinds = scores["rules"].nunique()
    scores = scores[scores.groupby("county")["rules"].transform("size") == kinds]
    measures = {
        "villages wrong a township": ("township_error", "townships"),
        "surviving names that keep the office": ("names_right", "names"),
        "the same, by chance": ("names_chance", "names"),
        "pairs told by names that are merged": ("pairs_right", "pairs"),
        "pairs merged, by chance": ("pairs_chance", "pairs"),
    }
    rows = []
    for name, part in scores.groupby("rules", sort=False):
        for measure, (over, under) in measures.items():
            mean, low, high = ratio_over_counties(part[over].to_numpy(), part[under].to_numpy())
            row = {"rules": name, "measure": measure, "value": mean, "low": low, "high": high}
            rows.append(row | {"n": int(part[under].sum()), "counties": len(part)})
    return pd.DataFrame(rows)


def ratio_over_counties(
    over: np.ndarray, under: np.ndarray, draws: int = 2000, seed: int = 1
) -> tuple[float, float, float]:
    """Return a ratio of sums over counties, and its 95 % bootstrap interval."""
    chosen = np.random.default_rng(seed).integers(0, over.size, (draws, over.size))
    ratios = over[chosen].sum(1) / np.maximum(under[chosen].sum(1), 1e-12)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(over.sum() / max(under.sum(), 1e-12)), float(low), float(high)


def learn_rules(scores: Any) -> pd.DataFrame:
    """Choose the rules that merge most told pairs; each county is scored by the others' choice.

    Returns
    -------
    DataFrame
        A row for every county with pairs: the rules chosen without it, its pairs, how many are
        right.
    """
    right = scores.pivot_table("pairs_right", "county", "rules", "first").dropna()
    pairs = scores.groupby("county")["pairs"].first()[right.index]
    rows = []
    for county in right.index[pairs > 0]:
        chosen = right.drop(index=county).sum().idxmax()
        got = float(right.loc[county, chosen])
        rows.append({"county": county, "chosen": chosen, "pairs": pairs[county], "right": got})
    return pd.DataFrame(rows)
