"""Rules that provinces wrote down: who merges under them, and what they leave."""

from typing import get_args

import numpy as np
import pytest

from sim.config import load
from sim.errors import InputError
from sim.model.policies.merger import RuleName
from sim.model.world.case import build_case
from sim.model.world.generate import generate_plan
from sim.model.world.layout import build_world
from sim.model.world.planrules import PlanRules
from sim.model.world.registry import registry_units
from sim.model.world.spec import CountySpec
from sim.model.world.written import RULES, Written


@pytest.fixture(scope="module")
def world():
    units = registry_units("511102", 2018).villages_only()
    return build_world(units, CountySpec(900, 3.0, 0.6), 1)


def persons(plan, world):
    return np.bincount(plan.seat, world.registered, len(world.villages))[plan.seats]


def plan_of(world, rule, **bounds):
    return generate_plan(world, PlanRules(written=rule, population_max=rule.most, **bounds), 1)


def test_names_are_those_of_the_library():
    assert set(get_args(RuleName)) == set(RULES)


@pytest.mark.parametrize("below", [200, 600, 1000])
def test_villages_below_a_number_merge_and_no_others(world, below):
    plan = plan_of(world, Written(below=below), largest=50)
    small = persons(plan, world) < below
    assert (f"{small.sum()} villages stay" in " ".join(plan.notes)) == bool(small.any())
    assert small.sum() <= 3  # at a border of their township, alone
    for seat in plan.seats:
        members = np.flatnonzero(plan.seat == seat)
        assert members.size == 1 or world.registered[members].min() < below


def test_a_cap_holds_and_what_it_keeps_apart_is_told(world):
    plan = plan_of(world, Written(below=1000, most=1500), largest=50)
    sizes = np.bincount(plan.seat, minlength=len(world.villages))[plan.seats]
    assert persons(plan, world)[sizes > 1].max() <= 1500
    assert any("villages stay below 1000 persons" in note for note in plan.notes)


def test_an_overshoot_makes_more_mergers_than_are_asked_for(world):
    count = len(world.villages)
    asked = count - plan_of(world, Written(below=600)).seats.size
    more = count - plan_of(world, Written(below=600, overshoot=1.4)).seats.size
    assert asked > 20 and more == round(1.4 * asked)
    cut = plan_of(world, Written(cut=0.3, overshoot=1.4))
    assert count - cut.seats.size == round(1.4 * 0.3 * count)
    either = plan_of(world, Written(below=600, cut=0.5))
    assert count - either.seats.size == round(0.5 * count)


def test_a_rule_that_concerns_nobody_merges_nobody_and_says_so(world):
    least = float(world.registered.min())
    plan = plan_of(world, Written(below=least))
    assert plan.seats.size == len(world.villages)
    assert plan.notes == (f"no village has fewer than {least:g} persons: the rule merges none",)


def test_more_mergers_than_there_is_room_for_are_told(world):
    plan = plan_of(world, Written(cut=0.6, overshoot=1.5), largest=2)
    assert any("mergers find no neighbours" in note for note in plan.notes)


def configured(path, rule, more=""):
    path.write_text(
        f"title: {{en: T, zh: 题}}\ncounty: {{registry: yongkang}}\nreform: 2018-12\n"
        f"policies: {{merger: {{source: generated, rule: {rule}{more}}}}}\n",
        encoding="utf-8",
    )
    return load(path)


def test_a_rule_by_name_or_by_its_numbers(tmp_path):
    named = configured(tmp_path / "a.yaml", "yongkang_2018")
    block = configured(tmp_path / "b.yaml", "{below: 600, most: 3000}")
    assert named.policies.merger.written() == block.policies.merger.written()
    case = build_case(named, 1)
    assert case.plan.source == "generated" and case.plan.seats.size < len(case.world.villages)
    assert np.array_equal(case.plan.seat, build_case(block, 1).plan.seat)


@pytest.mark.parametrize(
    ("rule", "more", "words"),
    [
        ("shanxi", "", "did you mean 'shanxi_2019'?"),
        ("{}", "", "the rule asks for nothing"),
        ("{below: 600, most: 500}", "", "most 500 must not be less than below 600"),
        ("{cut: 1.5}", "", "cut"),
        ("shanxi_2019", ", ratio: 0.5", "takes one of villages (a number), ratio, by_township"),
        ("shanxi_2019", ", population: {max: 900}", "bounds of persons of its own"),
        ("5", "", "policies.merger.rule"),
    ],
)
def test_rules_that_cannot_be(tmp_path, rule, more, words):
    with pytest.raises(InputError) as caught:
        configured(tmp_path / "a.yaml", rule, more)
    assert words in str(caught.value)


def test_a_rule_belongs_to_a_plan_that_is_generated(tmp_path):
    path = tmp_path / "a.yaml"
    configured(path, "shanxi_2019")
    path.write_text(path.read_text("utf-8").replace("generated", "registry"), "utf-8")
    with pytest.raises(InputError, match="belong to source 'generated'"):
        load(path)
