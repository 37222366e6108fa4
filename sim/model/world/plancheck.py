"""What is wrong with rules of a merger plan, before any plan is drawn up."""

import numpy as np

from sim.errors import InputError, nearest
from sim.model.world.layout import World
from sim.model.world.planrules import PlanRules


class PlanError(InputError):
    """Rules that no plan of this planner meets."""


def check_rules(rules: PlanRules, world: World) -> None:
    """Raise `PlanError`, with all problems, if rules contradict each other or the county."""
    count = int(world.villages.is_village.sum())
    targets = ("villages", "ratio", "by_township", "written", "quantile")
    given = ["rule" if n == "written" else n for n in targets if getattr(rules, n) is not None]
    problems = []
    if len(given) != 1:
        problems.append(
            "give exactly one of villages, ratio, by_township, rule and quantile (given: "
            f"{', '.join(given) or 'none'})"
        )
    if rules.villages is not None and not 1 <= rules.villages <= count:
        problems.append(f"villages: {rules.villages} must lie between 1 and the county's {count}")
    if rules.ratio is not None and not 0 < rules.ratio <= 1:
        problems.append(f"ratio: {rules.ratio} must lie above 0 and be at most 1")
    if rules.largest < 1:
        problems.append(f"largest: {rules.largest} must be at least 1")
    problems += _township_problems(rules, villages_by_township(world))
    for low, high in (("population_min", "population_max"), ("area_min_km2", "area_max_km2")):
        least, most = getattr(rules, low), getattr(rules, high)
        if least is not None and most is not None and least > most:
            problems.append(f"{low}: {least:g} is above {high}: {most:g}")
    if rules.industry and world.villages.industry is None:
        problems.append("industry: the villages' table has no column industry; set the weight to 0")
    if rules.nationality and world.villages.nationality is None:
        problems.append(
            "nationality: the villages' table has no column nationality; set the weight to 0"
        )
    if problems:
        raise PlanError(problems)


def _township_problems(rules: PlanRules, have: dict[str, int]) -> list[str]:
    """Return what is wrong with the targets by township."""
    if rules.by_township is None:
        return []
    problems = []
    for town, number in rules.by_township.items():
        if town not in have:
            problems.append(f"by_township: no township is called {town!r}{nearest(town, have)}")
        elif not 1 <= number <= have[town]:
            problems.append(
                f"by_township: {town} has {have[town]} villages; {number} must lie between "
                f"1 and {have[town]}"
            )
    if not rules.respect_townships:
        problems.append("by_township needs respect_townships")
    return problems


def villages_by_township(world: World) -> dict[str, int]:
    """Return the number of villages of each township, communities not counted."""
    have: dict[str, int] = {}
    for v in np.flatnonzero(world.villages.is_village):
        town = world.villages.township[v]
        have[town] = have.get(town, 0) + 1
    return have
