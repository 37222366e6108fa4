import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.world.generate import PlanRules, generate_plan
from sim.model.world.layout import build_world
from sim.model.world.plan import choose_office
from sim.model.world.registry import registry_units
from sim.model.world.spec import CountySpec
from sim.model.world.spread import LARGE_TOWNSHIPS, expected_villages, whole_villages
from sim.model.world.villages import VillageTable


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=40), st.floats(0, 1), st.floats(-2, 2))
def test_townships_keep_at_least_one_and_at_most_all_and_the_county_its_number(before, at, weight):
    before = np.array(before)
    total = before.size + round(at * (before.sum() - before.size))
    expected = expected_villages(before, total, weight)
    assert (expected >= 1 - 1e-9).all() and (expected <= before + 1e-9).all()
    assert expected.sum() == pytest.approx(total, abs=1e-5)
    whole = whole_villages(expected, total)
    assert whole.sum() == total
    assert (whole >= 1).all() and (whole <= before).all()


def test_large_townships_keep_a_smaller_share():
    before = np.array([4, 8, 16, 32])
    share = expected_villages(before, 36, LARGE_TOWNSHIPS) / before
    assert (np.diff(share) < 0).all()
    spare = (expected_villages(before, 36, 0.0) - 1) / (before - 1)
    assert spare == pytest.approx(np.full(4, 32 / 56))


def test_the_planner_keeps_the_townships_numbers():
    table = registry_units("513401", 2019).villages_only()
    world = build_world(table, CountySpec(1200, 5.0), 1)
    target = round(len(table) * 0.6)
    plan = generate_plan(world, PlanRules(villages=target), 1)
    before = np.bincount(world.township)
    kept = np.bincount(world.township[plan.seats], minlength=before.size)
    wanted = whole_villages(expected_villages(before, target, LARGE_TOWNSHIPS), target)
    assert (kept == wanted).all()


def test_a_township_that_cannot_keep_its_share_does_not_stop_the_plan():
    """Two old villages at most in one: a township asked for more is relieved by the others."""
    count = np.array([12, 2, 2])
    town = np.repeat(["东镇", "西镇", "南镇"], count)
    code = tuple(f"c{i:02d}" for i in range(16))
    names = tuple(f"甲{i}村委会" for i in range(16))
    table = VillageTable.of(
        code=list(code), name=list(names), township=town.tolist(), is_village=[True] * 16
    )
    world = build_world(table, CountySpec(1000, 4.0), 1)
    plan = generate_plan(world, PlanRules(villages=9, largest=2, large_townships=3.0), 1)
    assert plan.seats.size == 9


def test_the_namesake_of_the_township_keeps_the_office():
    table = VillageTable(
        ("a", "b", "c"),
        ("强华村委会", "东村委会", "鸣凤村委会"),
        ("东镇",) * 3,
        np.ones(3, dtype=bool),
        np.array([900, 100, 500]),
    )
    world = build_world(table, CountySpec(500, 4.0), 1)
    everyone = np.arange(3)
    assert choose_office(world, everyone, "largest") == 0
    assert choose_office(world, everyone, "namesake") == 1
    assert choose_office(world, np.array([0, 2]), "namesake") == 0
