"""Drawing up a merger plan by rules: constrained agglomeration of neighbouring villages.

Greedy: of all pairs of neighbouring clusters whose union keeps the bounds, the one with the
least cost is merged, until the target is reached. Costs are sums of the stated principles in
units of the county's means; a small keyed disturbance makes seeds give different, equally
sensible plans.
"""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product

import numpy as np

from sim.model.draws import normals, stream_key
from sim.model.world.layout import World
from sim.model.world.mergers import said_of
from sim.model.world.plan import MergerPlan, choose_office, named_plan
from sim.model.world.plancheck import PlanError, check_rules, villages_by_township
from sim.model.world.planrules import PlanRules
from sim.model.world.spread import expected_villages, whole_villages
from sim.model.world.written import Written

_BALANCE_LADDER = (0.3, 1.0, 3.0, 10.0)
_URGENT = 1e6


@dataclass
class _Cluster:
    """Old villages to become one: their sums, and the features of its main village."""

    members: list[int]
    people: int
    area: float
    lead: int
    neighbours: set[int]
    version: int = 0


@dataclass
class _Terms:
    """What pair costs are made of, per old village."""

    world: World
    rules: PlanRules
    remoteness: np.ndarray
    noise: np.ndarray
    spacing: float
    people_mean: float
    area_mean: float
    clusters: dict[int, _Cluster] = field(default_factory=dict)


def _terms(world: World, rules: PlanRules, seed: int) -> _Terms:
    """Measure what the costs need: remoteness from the township's middle, scales, noise."""
    town = world.township
    people = np.maximum(world.registered, 1).astype(np.float64)
    total = np.bincount(town, people)
    middle = np.stack(
        [np.bincount(town, people * world.office[:, k]) / total for k in (0, 1)], axis=1
    )
    spacing = math.sqrt(float(world.village_cells.mean()))
    step, villages = world.office - middle[town], world.villages.is_village
    return _Terms(
        world,
        rules,
        np.hypot(step[:, 0], step[:, 1]) / spacing,
        normals(stream_key(seed, "world.plan"), world.identity) * rules.disturbance,
        spacing,
        float(world.registered[villages].mean()) if villages.any() else 1.0,
        float(world.area_km2[villages].mean()) if villages.any() else 1.0,
    )


def _allowed(terms: _Terms, a: _Cluster, b: _Cluster) -> bool:
    """Tell whether two clusters may become one."""
    rules, world = terms.rules, terms.world
    if len(a.members) + len(b.members) > rules.largest:
        return False
    if rules.respect_townships and world.township[a.lead] != world.township[b.lead]:
        return False
    if rules.population_max is not None and a.people + b.people > rules.population_max:
        return False
    return rules.area_max_km2 is None or a.area + b.area <= rules.area_max_km2


def _too_small(terms: _Terms, cluster: _Cluster) -> bool:
    least_people, least_area = terms.rules.population_min, terms.rules.area_min_km2
    return (least_people is not None and cluster.people < least_people) or (
        least_area is not None and cluster.area < least_area
    )


def _cost(terms: _Terms, a: _Cluster, b: _Cluster, balance: float) -> float:
    """Return the cost of a merger, in units of the county's means.

    size: persons of the smaller (small villages are absorbed first); distance: between the
    offices, less what the absorbed lies farther out than the absorbing; industry: less what
    the absorbing is stronger; nationality: the weight, if they differ; listed: less for places
    next to each other in the list; balance: persons and old villages of the union, which keeps
    clusters even.
    """
    rules, world = terms.rules, terms.world
    small, big = (a, b) if a.people < b.people else (b, a)
    i, j = small.lead, big.lead
    step = world.office[i] - world.office[j]
    apart = math.hypot(float(step[0]), float(step[1])) / terms.spacing
    cost = rules.size * small.people / terms.people_mean
    cost += rules.distance * (apart - 0.5 * (terms.remoteness[i] - terms.remoteness[j]))
    if rules.industry and world.villages.industry is not None:
        industry = world.villages.industry
        stronger = float(industry[j] - industry[i]) / max(float(industry.mean()), 1e-9)
        cost -= rules.industry * stronger
    if rules.nationality and world.villages.nationality is not None:
        nationality = world.villages.nationality
        cost += rules.nationality * (nationality[i] != nationality[j])
    if rules.listed and world.villages.x_km is None:
        cost += rules.listed * (1.0 - 1.0 / min(abs(v - w) for v in a.members for w in b.members))
    union = (a.people + b.people) / terms.people_mean + len(a.members) + len(b.members)
    urgent = _URGENT if _too_small(terms, a) or _too_small(terms, b) else 0.0
    return cost + balance * union + float(terms.noise[i] + terms.noise[j]) - urgent


def _start(terms: _Terms) -> dict[int, _Cluster]:
    """Return one cluster for every village."""
    world, rules = terms.world, terms.rules
    villages = world.villages.is_village
    rows = np.flatnonzero(villages).tolist()
    clusters = {}
    for v in rows:
        if rules.contiguous:
            near = {n for n in world.neighbours[v] if villages[n]}
        elif rules.respect_townships:
            near = {n for n in rows if n != v and world.township[n] == world.township[v]}
        else:
            near = set(rows) - {v}
        clusters[v] = _Cluster([v], int(world.registered[v]), float(world.area_km2[v]), v, near)
    return clusters


def _budget(rules: PlanRules, world: World) -> tuple[int, dict[int, int] | None]:
    """Return how many mergers to make in the county, and at most in each township."""
    have = villages_by_township(world)
    count = sum(have.values())
    if rules.by_township is not None:
        less = {town: have[town] - number for town, number in rules.by_township.items()}
        by_town = {world.townships.index(town): number for town, number in less.items()}
        return sum(less.values()), by_town
    target = rules.villages or max(round(count * (rules.share or 1.0)), 1)
    if rules.large_townships is None or not rules.respect_townships or target < len(have):
        return count - target, None
    before = np.array(list(have.values()))
    kept = whole_villages(expected_villages(before, target, rules.large_townships), target)
    less = (before - kept).tolist()
    return count - target, {world.townships.index(t): m for t, m in zip(have, less, strict=True)}


def _agglomerate(terms: _Terms, balance: float) -> tuple[dict[int, _Cluster], int]:
    """Merge greedily; return the clusters and the mergers that were still wanted."""
    clusters = _start(terms)
    wanted, budget = _budget(terms.rules, terms.world)
    return clusters, _merge(terms, balance, clusters, wanted, budget)


def _merge(
    terms: _Terms,
    balance: float,
    clusters: dict[int, _Cluster],
    wanted: int,
    budget: dict[int, int] | None = None,
    concerned: Callable[[_Cluster], bool] = lambda _: True,
) -> int:
    """Merge pairs of which one is concerned, the cheapest first; return how many are missing."""
    world = terms.world
    heap: list[tuple[float, int, int, int, int]] = []

    def offer(a: int, b: int) -> None:
        low, high = min(a, b), max(a, b)
        one, two = clusters[low], clusters[high]
        if (concerned(one) or concerned(two)) and _allowed(terms, one, two):
            cost = _cost(terms, one, two, balance)
            heapq.heappush(heap, (cost, low, high, one.version, two.version))

    for a, cluster in clusters.items():
        for b in sorted(cluster.neighbours):
            if a < b:
                offer(a, b)
    while heap and wanted > 0:
        _, a, b, version_a, version_b = heapq.heappop(heap)
        one, two = clusters.get(a), clusters.get(b)
        if one is None or two is None or (one.version, two.version) != (version_a, version_b):
            continue
        if budget is not None:
            town = int(world.township[one.lead])
            if budget.get(town, 0) <= 0:
                continue
            budget[town] -= 1
        wanted -= 1
        one.members += two.members
        one.lead = one.lead if one.people >= two.people else two.lead
        one.people += two.people
        one.area += two.area
        one.neighbours |= two.neighbours
        one.neighbours -= {a, b}
        one.version += 1
        del clusters[b]
        for other in two.neighbours - {a}:
            clusters[other].neighbours.discard(b)
            clusters[other].neighbours.add(a)
        for other in sorted(one.neighbours):
            offer(a, other)
    return wanted


def _by_rule(terms: _Terms, rule: Written) -> tuple[dict[int, _Cluster], tuple[str, ...]]:
    """Merge as a written rule asks for; return the clusters, and what of it had to be left."""
    clusters = _start(terms)
    count, balance = len(clusters), _BALANCE_LADDER[0]

    def small(cluster: _Cluster) -> bool:
        return cluster.people < rule.below

    concerned = sum(map(small, clusters.values()))
    _merge(terms, balance, clusters, count, concerned=small)
    done = count - len(clusters)
    wanted = round(rule.overshoot * max(done, rule.cut * count)) - done
    missing = _merge(terms, balance, clusters, wanted)
    notes = []
    if rule.below and not concerned:
        notes.append(f"no village has fewer than {rule.below:g} persons: the rule merges none")
    notes += _stay(terms, clusters, f"{rule.below:g} persons", small)
    if missing > 0:
        notes.append(f"{missing} of {done + wanted} mergers find no neighbours under the bounds")
    return clusters, tuple(notes)


def _stay(
    terms: _Terms,
    clusters: dict[int, _Cluster],
    bound: str = "the bounds",
    small: Callable[[_Cluster], bool] | None = None,
) -> list[str]:
    """Return the note that some villages stay too small, where they do."""
    name, small = terms.world.villages.name, small or partial(_too_small, terms)
    left = [name[cluster.lead] for cluster in clusters.values() if small(cluster)]
    return [
        f"{len(left)} villages stay below {bound}, with no neighbour they may join under the "
        f"bounds: {', '.join(left[:5])}{' ...' if len(left) > 5 else ''}"
    ] * bool(left)


def generate_plan(world: World, rules: PlanRules, seed: int) -> MergerPlan:
    """Draw up a plan that keeps to the rules.

    Communities of the table stay as they are. If the greedy order gets stuck above the target,
    it is tried again with more weight on even clusters, then without the townships' shares. A share
    of the lists' mergers (``quantile``) is lowered until no village is below the bounds that has a
    neighbour it may join; those that have none stay, and the notes name them.

    Parameters
    ----------
    world : World
        The county before.
    rules : PlanRules
        Target, bounds and principles.
    seed : int
        Seed of the replicate (small disturbances of the costs).

    Raises
    ------
    PlanError
        If rules contradict each other, or (said with how near one gets) the target is not reached.
    """
    check_rules(rules, world)
    terms = _terms(world, rules, seed)
    if rules.written is not None:
        clusters, notes = _by_rule(terms, rules.written)
        return _planned(clusters, world, rules, notes)
    best: tuple[int, int, dict[int, _Cluster]] | None = None
    drawn, small = rules.quantile is not None, partial(_too_small, terms)
    freely = replace(rules, large_townships=None)  # where the townships' shares cannot be kept
    for trial, balance in product((rules, freely), _BALANCE_LADDER):
        terms.rules = trial
        clusters, missing = _agglomerate(terms, balance)
        if drawn:  # no number is asked for: fewer, until none is too small
            _merge(terms, balance, clusters, len(clusters), concerned=small)
        left = sum(map(small, clusters.values()))
        faults = (left, missing) if drawn else (missing, left)
        if best is None or faults < best[:2]:
            best = (*faults, clusters)
        if faults == (0, 0):
            break
    assert best is not None  # the ladder is never empty
    clusters = best[2]
    if rules.quantile is not None:
        said = said_of(rules.quantile, len(_start(terms)), len(clusters))
        return _planned(clusters, world, rules, (*_stay(terms, clusters), said))
    if best[0]:
        raise PlanError(_unreached(terms, clusters, best[0]))
    if best[1]:
        raise PlanError(_undersized(terms, clusters))
    return _planned(clusters, world, rules)


def _planned(
    clusters: dict[int, _Cluster], world: World, rules: PlanRules, notes: tuple[str, ...] = ()
) -> MergerPlan:
    seat = np.arange(len(world.villages), dtype=np.int32)
    for cluster in clusters.values():
        members = np.array(sorted(cluster.members))
        seat[members] = choose_office(world, members, rules.office)
    return named_plan(seat, world.villages, "generated", notes=notes)


def _unreached(terms: _Terms, clusters: dict[int, _Cluster], missing: int) -> str:
    rules = terms.rules
    most = {name: getattr(rules, name) for name in ("population_max", "area_max_km2")}
    bounds = [f"largest={rules.largest}"]
    bounds += [f"{name}={value:g}" for name, value in most.items() if value is not None]
    bounds += [name for name in ("contiguous", "respect_townships") if getattr(rules, name)]
    reached = len(clusters)
    return (
        f"merger target of {reached - missing} villages cannot be reached: the fewest found under "
        f"{', '.join(bounds)} is {reached}. Ask for {reached} or more, or relax a bound "
        "(largest, population, area, township borders)"
    )


def _undersized(terms: _Terms, clusters: dict[int, _Cluster]) -> str:
    rules, villages = terms.rules, terms.world.villages
    small = [c for c in clusters.values() if _too_small(terms, c)]
    shown = ", ".join(
        f"{villages.name[c.lead]} ({c.people} persons, {c.area:.1f} km2)" for c in small[:3]
    )
    least = {name: getattr(rules, name) for name in ("population_min", "area_min_km2")}
    bounds = [f"{name}={value:g}" for name, value in least.items() if value is not None]
    return (
        f"{len(small)} of {len(clusters)} new villages stay below {', '.join(bounds)}: {shown}"
        f"{' ...' if len(small) > 3 else ''}. Lower the bound, ask for fewer villages, or allow "
        "more old villages in one (largest) or mergers across townships"
    )


def best_reachable(world: World, rules: PlanRules, seed: int) -> int:
    """Return the fewest villages that the planner reaches under the rules' bounds."""
    none = dict.fromkeys(("ratio", "by_township", "written", "quantile", "large_townships"))
    loose = replace(rules, villages=1, **none)
    check_rules(loose, world)
    terms = _terms(world, loose, seed)
    return min(len(_agglomerate(terms, balance)[0]) for balance in _BALANCE_LADDER)
