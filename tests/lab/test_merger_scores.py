"""Whole plans against what the lists tell, on a few counties (docs/answers.md has all)."""

from sim.lab.merger_lessons import lessons
from sim.lab.merger_scores import learn_rules, score_plans, summary_of_plans
from sim.world.generate import PlanRules


def test_the_lists_order_tells_more_than_chance_who_merged():
    chosen = [found for found in lessons() if found.target < 150][:24]
    rules = {"listed": PlanRules(), "not": PlanRules(listed=0.0)}
    scores = score_plans(tuple(chosen), rules)
    table = summary_of_plans(scores).set_index(["rules", "measure"])["value"]
    told = "pairs told by names that are merged"
    assert table["listed", told] > 1.5 * table["listed", "pairs merged, by chance"]
    assert table["listed", told] > table["not", told]
    assert set(learn_rules(scores)["chosen"]) <= {"listed", "not"}
