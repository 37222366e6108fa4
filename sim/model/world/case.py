"""A case: the world of a configuration, and the merger plan it names."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim.model.world.generate import PlanRules, generate_plan
from sim.model.world.land import land_of
from sim.model.world.layout import World, build_world
from sim.model.world.mapfile import Stamps, read_villages, stamps
from sim.model.world.mergers import drawn_quantile
from sim.model.world.plan import MergerPlan, no_merger, with_outposts
from sim.model.world.planfile import read_plan
from sim.model.world.planning import plan_from_registry
from sim.model.world.reform import Reform, read_reform
from sim.model.world.registry import find_county
from sim.model.world.spec import CountySpec

if TYPE_CHECKING:
    from sim.model.config.county import County
    from sim.model.config.schema import Config
    from sim.model.policies.merger import Merger

#: of each of these the last few are kept: runs of one county and seed differ in other things
KEPT = 8
_listed = lru_cache(4 * KEPT)(read_reform)  # a prefecture has more counties
_world = lru_cache(KEPT)(build_world)
_as_decided = lru_cache(KEPT)(plan_from_registry)
_generated = lru_cache(KEPT)(generate_plan)


@dataclass(frozen=True)
class Case:
    """A county's world and what is to become of it.

    Attributes
    ----------
    world : World
        The county before the reform; the same whatever policies apply.
    plan : MergerPlan
        The plan of the merger policy; everything as it is if there is none.
    reference : MergerPlan
        The plan by which people are told apart (absorbed or absorbing, remote) in every arm of a
        comparison: the merger policy's; without one the registry's, where there is a list.
    """

    world: World
    plan: MergerPlan
    reference: MergerPlan


def build_case(config: "Config", seed: int) -> Case:
    """Build the world of a configuration and its merger plan.

    Raises
    ------
    InputError
        If the county's lists, file or plan cannot be used.
    """
    world, reform = build_county(config.county, seed, config.reform)
    return make_case(world, reform, config.policies.merger, seed)


def make_case(world: World, reform: Reform, merger: "Merger | None", seed: int) -> Case:
    """Return the case of a county that is built already, under a merger policy."""
    plan = make_plan(world, reform, merger, seed)
    merges = plan.source != "none" or reform.after is None
    return Case(world, plan, plan if merges else _as_decided(world, reform))


def build_county(county: "County", seed: int, month: int | None = None) -> tuple[World, Reform]:
    """Build the world of a county; also return what its lists say of the reform of a month."""
    reform = reform_of(county, month)
    return _world(reform.units, county_spec(county, reform, month), seed), reform


def reform_of(county: "County", month: int | None = None) -> Reform:
    """Return a county's units before the reform of a month, and what the registry says of it."""
    if county.villages is not None:
        known = stamps(Path(county.villages))
        return _own_file(county, known)  # pyright: ignore[reportArgumentType]  # it is frozen
    return _listed(
        str(county.registry),
        county.year,
        county.exclude_townships,
        county.communities,
        county.leave_village_class or None,
        county.year_after,
        month,
    )


@lru_cache(maxsize=KEPT)
def _own_file(county: "County", _stamps: Stamps) -> Reform:
    """Return the units of a file of the user's, read again when the file has changed."""
    units = read_villages(county).without_townships(county.exclude_townships)
    return Reform(units if county.communities else units.villages_only())


def county_spec(county: "County", reform: Reform, month: int | None = None) -> CountySpec:
    """Return what is known of a county beyond its list.

    Where means after the reform are published, the totals of the villages that left the
    village class follow, and their draws are conditioned on them.
    """
    people = area = None
    mean, spread = land_of(county, month)
    published = county.published_after
    if published is not None:
        villages = int(reform.units.is_village.sum())
        people = round(villages * county.population.mean) - round(
            published.villages * published.population_mean
        )
        area = villages * mean - published.villages * published.area_mean_km2
    return CountySpec(
        population_mean=county.population.mean,
        population_log_sd=county.population.log_sd,
        area_mean_km2=mean,
        area_log_sd=spread,
        groups_per_village=county.groups_per_village,
        cell_km=county.cell_km,
        leaving=frozenset() if published is None else reform.leaving,
        leaving_population_total=people,
        leaving_area_total=area,
        future_township=reform.future_township,
        outline=_outline(county),
        others=reform.others,
    )


def _outline(county: "County") -> str | None:
    """Return the code of the county whose outline the land lies in, None where there is none."""
    if county.registry is None:
        return None
    entry = find_county(county.registry)
    return None if entry.area_km2 is None else entry.code


def make_plan(world: World, reform: Reform, merger: "Merger | None", seed: int) -> MergerPlan:
    """Return the plan a merger policy names."""
    if merger is None:
        return no_merger(world.villages)
    if merger.source == "file":
        plan = read_plan(str(merger.file), world, merger.office)
    elif merger.source == "registry":
        plan = _as_decided(world, reform)
    else:
        plan = _generated(world, _as_listed(plan_rules(merger, seed), world), seed)
    return with_outposts(plan, world, merger.outposts) if merger.outposts > 0.0 else plan


def _as_listed(rules: PlanRules, world: World) -> PlanRules:
    """Return rules that name townships as the list writes them."""
    if rules.by_township is None:
        return rules
    listed = {world.villages.township_of(town): n for town, n in rules.by_township.items()}
    return replace(rules, by_township=listed)


def plan_rules(merger: "Merger", seed: int) -> PlanRules:
    """Return the planner's rules of a merger policy; what it leaves open is the seed's draw."""
    rule = merger.written()
    most = None if rule is None else rule.most
    return PlanRules(
        villages=merger.villages,
        written=rule,
        ratio=merger.ratio,
        quantile=drawn_quantile(seed) if merger.draws() else merger.quantile,
        by_township=merger.by_township,
        largest=merger.largest,
        population_min=merger.population.min,
        population_max=merger.population.max if most is None else most,
        area_min_km2=merger.area_km2.min,
        area_max_km2=merger.area_km2.max,
        contiguous=merger.contiguous,
        respect_townships=merger.respect_townships,
        size=merger.principles.size,
        distance=merger.principles.distance,
        industry=merger.principles.industry,
        nationality=merger.principles.nationality,
        listed=merger.principles.listed,
        large_townships=merger.principles.large_townships,
        office=merger.office,
    )
