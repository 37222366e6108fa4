"""Whole plans against what the lists tell, on a few counties (docs/answers.md has all)."""

from types import SimpleNamespace

import numpy as np
import pytest

from docs.answers.planner.merger_lessons import lessons
from docs.answers.planner.merger_scores import (
    compare_plan,
    joint_names,
    learn_rules,
    score_plans,
    summary_of_plans,
)
from sim.model.world.generate import PlanRules


def test_the_lists_order_tells_more_than_chance_who_merged():
    chosen = [found for found in lessons() if found.target < 150][:24]
    rules = {"listed": PlanRules(), "not": PlanRules(listed=0.0)}
    scores = score_plans(tuple(chosen), rules)
    table = summary_of_plans(scores).set_index(["rules", "measure"])["value"]
    told = "pairs told by names that are merged"
    assert table["listed", told] > 1.5 * table["listed", "pairs merged, by chance"]
    assert table["listed", told] > table["not", told]
    assert set(learn_rules(scores)["chosen"]) <= {"listed", "not"}


@pytest.fixture
def lesson():
    """永兴 and 光明 of one township became 永光, 木桥 and 石头 of two 桥石."""
    town = ("河东",) * 5 + ("河西",) * 2
    names = ("永兴村", "光明村", "安乐村", "新民村", "石头村", "木桥村", "龙泉村")
    match = SimpleNamespace(
        anchor=np.array([-1, -1, 0, 1, -1, -1, 2]), township=("新镇",) * 7, new_villages=[3, 4]
    )
    after = SimpleNamespace(
        name=("安乐村", "新民村", "龙泉村", "永光村", "桥石村"),
        township=("新镇",) * 5,
        is_village=np.array([True] * 5),
    )
    units = SimpleNamespace(name=names, township=town)
    reform = SimpleNamespace(units=units, match=match, after=after, converted=())
    return SimpleNamespace(reform=reform, stays=np.ones(7, dtype=bool))


def test_a_new_name_is_made_of_two_of_one_township(lesson):
    assert joint_names(lesson) == [(0, 1)]


def test_a_plan_is_scored_by_hand(lesson):
    """Seats 0 0 2 2 4 5 5: of the 20 ordered pairs of 河东 4 are merged."""
    seat = np.array([0, 0, 2, 2, 4, 5, 5])
    plan = SimpleNamespace(seat=seat, seats=np.array([0, 2, 4, 5]))
    found = compare_plan(lesson, plan)
    assert found["pairs"] == 1 and found["pairs_right"] == 1
    assert found["pairs_chance"] == pytest.approx(4 / 20)
    assert found["names"] == 3 and found["names_right"] == 1  # 2 of 2, 3 and 6
    assert found["names_chance"] == pytest.approx(3 * 4 / 7)
    assert found["townships"] == 1 and found["township_error"] == 1
