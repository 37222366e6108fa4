"""The planner's weights are what the lists teach, and better than the proportional guess."""

import numpy as np
import pandas as pd
import pytest

from docs.answers.planner import merger_lessons as planner
from docs.answers.planner import merger_scores as plans
from docs.answers.planner.grouped_logit import Grouped
from sim.model.world.generate import PlanRules
from sim.model.world.spread import LARGE_TOWNSHIPS


def test_a_grouped_logit_recovers_known_weights():
    rng = np.random.default_rng(4)
    group = np.repeat(np.arange(60), 15)
    features = rng.normal(size=(group.size, 2))
    slope = features @ np.array([0.8, -0.3]) + rng.normal(size=60)[group]
    trials = np.full(group.size, 8)
    rows = Grouped.of(features, group, trials, rng.binomial(trials, 1 / (1 + np.exp(-slope))))
    assert rows.fit() == pytest.approx([0.8, -0.3], abs=0.06)
    expected = np.bincount(rows.group, rows.trials * rows.chance(rows.fit()))
    assert expected == pytest.approx(np.bincount(rows.group, rows.successes), abs=1e-6)


@pytest.fixture(scope="module")
def townships():
    return planner.township_table()


def test_the_shipped_weight_is_the_one_the_lists_teach(townships):
    found = planner.fit_spread(townships, draws=40)
    assert found["weight"] == pytest.approx(LARGE_TOWNSHIPS, abs=0.005)
    assert found["low"] > 0


def test_large_townships_merged_more(townships):
    mean, low, high, share = planner.large_against_small(townships)
    assert low < mean < high < 0
    assert share > 0.7


def test_the_learned_spread_beats_the_proportional_guess_in_counties_it_has_not_seen(townships):
    predicted = planner.predict_spread(townships)
    totals = predicted.groupby("county")[["after", "learned_whole", "proportional_whole"]].sum()
    assert (totals["after"] == totals["learned_whole"]).all()
    scores = planner.score_spread(predicted).set_index(["numbers", "prediction"])
    assert scores.loc[("expected", "learned - proportional"), "high"] < 0
    assert scores.loc[("whole", "learned - proportional"), "mean"] < 0


def test_a_plan_is_compared_with_what_the_lists_tell():
    lesson = next(found for found in planner.lessons() if found.code == "513424")
    assert lesson.target == 65
    pairs = plans.joint_names(lesson)
    names = lesson.reform.units.name
    for a, b in pairs:
        assert a != b and lesson.reform.match.anchor[a] < 0 and names[a] != names[b]
    right = plans.compare_plan(lesson, plans.plan_of(lesson, PlanRules(), 1))
    assert right["townships"] == 12
    assert 0 <= right["names_right"] <= right["names"]
    assert right["pairs"] == len(pairs)


def test_survival_of_names_is_judged_against_any_choice_of_as_many():
    """Namesakes survive, 1 of 4 in every township but one, where all do, which tells nothing."""
    rows = [
        {"county": c, "township": f"{c} {t}", "namesake": float(i == 0), "place": i / 4.0}
        for c in range(10)
        for t in range(3)
        for i in range(4)
    ]
    table = pd.DataFrame(rows)
    table["kept"] = (table["namesake"] == 1.0) | (table["township"] == "0 0")
    found = planner.score_survival(table).set_index("prediction")
    assert found.loc["chance"].tolist() == [0.25, 0.25, 0.25, 29]
    assert found.loc["learned"].tolist() == [1.0, 1.0, 1.0, 29]
    assert found.loc["learned - chance", "mean"] == 0.75
