import time

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sim.model.world.generate import PlanError, PlanRules, best_reachable, generate_plan
from sim.model.world.layout import build_world
from sim.model.world.plan import judge
from sim.model.world.registry import registry_units
from sim.model.world.spec import CountySpec
from sim.model.world.villages import VillageTable
from tests.strategies import plan_rules, worlds

WITHOUT_LIST = ("511321", "511602", "511803", "513401", "513437")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(worlds(largest=30), plan_rules(), st.integers(0, 2**32))
def test_a_generated_plan_keeps_to_its_rules(world, rules, seed):
    try:
        plan = generate_plan(world, rules, seed)
    except PlanError as error:
        assert "cannot be reached" in str(error)
        assume(False)
    result = judge(plan, world)
    table, overall = result["villages"], result["overall"]
    village = table["is_village"]
    before = overall["villages_before"]
    assert overall["villages_after"] == max(round(before * rules.ratio), 1)
    merged = table["originals"] > 1
    assert table["originals"].max() <= rules.largest
    if rules.population_max is not None:
        assert (table["registered"][merged] <= rules.population_max).all()
    if rules.area_max_km2 is not None:
        assert (table["area_km2"][merged] <= rules.area_max_km2 + 1e-9).all()
    if rules.contiguous:
        assert table["contiguous"].all()
    if rules.respect_townships:
        assert overall["across_townships"] == 0
    assert not merged[~village].any()
    assert overall["became_community"] == 0


@pytest.mark.parametrize("county", WITHOUT_LIST)
def test_counties_without_a_list_after_the_reform(county):
    table = registry_units(county, 2019).villages_only()
    world = build_world(table, CountySpec(1200, 5.0), 1)
    overall = judge(generate_plan(world, PlanRules(ratio=0.6), 1), world)["overall"]
    assert overall["villages_after"] == round(len(table) * 0.6)
    assert overall["not_contiguous"] == overall["across_townships"] == 0


def grid(**columns):
    """Twenty villages on a 5 x 4 lattice, 2 km apart."""
    x, y = np.meshgrid(np.arange(5) * 2.0, np.arange(4) * 2.0)
    return build_world(
        VillageTable(
            tuple(f"c{v:02d}" for v in range(20)),
            tuple(f"村{v}" for v in range(20)),
            ("东镇",) * 10 + ("西镇",) * 10,
            np.ones(20, dtype=bool),
            x_km=x.ravel(),
            y_km=y.ravel(),
            area_km2=np.full(20, 4.0),
            **{"registered": np.arange(20) * 50 + 500, **columns},
        ),
        CountySpec(1, 1, cell_km=0.25),
        1,
    )


def test_small_villages_are_absorbed_first_and_by_larger_ones():
    world = grid()
    plan = generate_plan(world, PlanRules(villages=15, distance=0.0, size=3.0), 1)
    absorbed = np.flatnonzero(plan.seat != np.arange(20))
    assert (world.registered[absorbed] < world.registered[plan.seat[absorbed]]).all()
    assert world.registered[absorbed].mean() < world.registered.mean()


def test_near_principle_shortens_the_way():
    world = grid(registered=np.full(20, 1000))

    def mean_distance(weight):
        rules = PlanRules(villages=8, distance=weight, size=0.0, disturbance=0.0, office="central")
        return judge(generate_plan(world, rules, 1), world)["overall"]["mean_distance_km"][1]

    assert mean_distance(3.0) <= mean_distance(0.0)


def test_industry_weight_pairs_strong_with_weak():
    industry = np.tile([10.0, 0.0], 10)
    world = grid(registered=np.full(20, 1000) + (industry > 0), industry=industry)
    rules = PlanRules(villages=10, largest=2, industry=5.0, size=0.0, distance=0.0)
    plan = generate_plan(world, rules, 1)
    pairs = [np.flatnonzero(plan.seat == s) for s in plan.seats]
    mixed = [np.ptp(industry[pair]) > 0 for pair in pairs if pair.size == 2]
    assert np.mean(mixed) > 0.7


def test_nationality_apart_and_together():
    nationality = tuple("汉彝"[(v % 5) // 2 % 2] for v in range(20))
    world = grid(nationality=nationality)

    def mixed(weight):
        plan = generate_plan(world, PlanRules(villages=12, nationality=weight), 1)
        return sum(
            len({nationality[v] for v in np.flatnonzero(plan.seat == s)}) > 1 for s in plan.seats
        )

    assert mixed(10.0) == 0
    assert mixed(-10.0) > 3


def test_targets_by_township():
    world = grid()
    plan = generate_plan(world, PlanRules(by_township={"东镇": 4}), 1)
    seats = plan.seats
    assert (seats < 10).sum() == 4
    assert (seats >= 10).sum() == 10


def test_lower_bounds_are_met():
    world = grid(registered=np.full(20, 1000))
    plan = generate_plan(world, PlanRules(villages=8, population_min=2000), 1)
    assert judge(plan, world)["overall"]["registered"][0] >= 2000


def test_unreachable_targets_say_how_near_one_gets():
    world = grid()
    rules = PlanRules(villages=3, largest=2)
    with pytest.raises(PlanError) as caught:
        generate_plan(world, rules, 1)
    text = str(caught.value)
    assert "target of 3 villages cannot be reached" in text
    assert "largest=2" in text
    assert f"is {best_reachable(world, rules, 1)}." in text
    with pytest.raises(PlanError, match="stay below population_min=5000"):
        generate_plan(world, PlanRules(villages=19, population_min=5000), 1)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (PlanRules(), "exactly one of villages, ratio, by_township, rule and quantile"),
        (PlanRules(villages=3, ratio=0.5), "exactly one"),
        (PlanRules(villages=21), "between 1 and the county's 20"),
        (PlanRules(villages=0), "between 1 and the county's 20"),
        (PlanRules(ratio=1.5), "at most 1"),
        (PlanRules(ratio=0.5, largest=0), "largest: 0"),
        (PlanRules(ratio=0.5, industry=1.0), "no column industry"),
        (PlanRules(ratio=0.5, nationality=1.0), "no column nationality"),
        (PlanRules(ratio=0.5, population_min=9, population_max=8), "population_min: 9 is above"),
        (PlanRules(by_township={"东": 1}), "no township is called '东'"),
        (PlanRules(by_township={"东镇": 11}), "between 1 and 10"),
        (PlanRules(by_township={"东镇": 1}, respect_townships=False), "needs respect_townships"),
    ],
)
def test_contradictory_rules_are_refused(rules, words):
    with pytest.raises(PlanError, match=words):
        generate_plan(grid(), rules, 1)


def test_seeds_give_different_plans_and_the_same_seed_the_same():
    table = registry_units("511602", 2019).villages_only()
    world = build_world(table, CountySpec(1200, 5.0), 1)
    rules = PlanRules(ratio=0.6, disturbance=0.2)
    one, again, other = (generate_plan(world, rules, seed).seat for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_large_county_takes_less_than_two_seconds():
    table = registry_units("511321", 2019).villages_only()
    world = build_world(table, CountySpec(1200, 3.0), 1)
    start = time.perf_counter()
    generate_plan(world, PlanRules(ratio=0.6), 1)
    assert time.perf_counter() - start < 2.0
