"""Doses: what every policy delivered beside what it asks for, and what is said of it."""

import math
from typing import ClassVar

import numpy as np
import pytest

from sim.model.county import CountyModel
from sim.model.policies import POLICIES, Policy, dose_of
from sim.model.policies.applying import PolicyError, tally
from sim.model.policies.dose import MOVED, Dose, Given, as_rows, of_rows, shortfalls
from sim.run import simulate
from sim.words.labels import dose_label

#: a dose of every policy that a small county can give
EACH = {
    "merger": {"source": "generated", "ratio": 0.5},
    "combined_role": {"share": 0.5, "deputies": 2},
    "headcount": {"posts": {"by": "total", "number": 40}},
    "pay": {"growth": 0.1, "dual": 100.0, "secretary": 4000.0},
    "selection": {"pool": 90, "reserve": 10, "age_aim": 45},
    "settlement": {"interviews": 1.0, "allowance": 5000},
    "training": {"who": "all", "every": 6, "cost": 100},
    "first_secretary": {"number": 3},
    "asset_rules": {"rule": "pooled", "welfare": 0.3},
    "collective_support": {"villages": 2, "amount": 100_000.0},
    "entrepreneurship": {"number": 24, "grant": 100_000.0, "demonstration_sites": 2},
    "oversight": {"mailbox": 1.0, "inspections": 2},
    "consultation": {"heard": 0.05, "vote": True, "start": "2019-05"},
    "service_delivery": {"outposts": 0.5, "home_visits": 0.02},
    "paperwork": {"relief": 0.5},
    "contact": {"leaders": 3, "departments": 5},
    "party_members": {"contact": 0.5, "recruits": 20, "recruits_away": 10},
    "roles": {"town": 1, "central": 2, "speciality": 3, "mixed": 2},
    "overhaul": {"share": 0.34, "months": 6, "inspections": 1},
    "village_ventures": {"share": 0.7},
    "specialists": {"number": 4, "shared_by": 2},
}


def given_of(make_config, policies, **changes):
    county = simulate(make_config(policies, months=36, **changes))
    return county, county.doses.given(county.config.active())


def dose(given, policy, what):
    return next(one for one in given if (one.policy, one.what) == (policy, what))


def test_there_is_a_dose_of_every_policy_here():
    assert list(EACH) == list(POLICIES)


@pytest.mark.parametrize("scale", [1, 10, 50, 100])
def test_every_policy_delivers_what_it_asks_for(make_config, scale):
    county, given = given_of(make_config, EACH, scale=scale)
    assert {one.policy for one in given} == set(EACH)
    short = {one.policy for one in shortfalls(given)}
    assert short <= ({"entrepreneurship"} if scale >= 50 else set())  # 60 persons: a row or none
    partly = ("entrepreneurship", "service_delivery", "selection")  # some refuse, or live too far
    for one in given:
        if not math.isnan(one.asked) and one.policy not in partly:
            assert one.delivered == pytest.approx(one.asked, abs=max(1.0, 0.05 * one.asked)), one
    ventures = dose(given, "entrepreneurship", "ventures")
    assert ventures.asked == pytest.approx(24 * 30 / 12)
    assert ventures.delivered <= ventures.asked + county.weight.max()
    paid = county.recorder.county["startup_grants"].sum()
    assert ventures.delivered == pytest.approx(paid / 100_000.0, rel=0.3)  # own money comes first


@pytest.mark.parametrize(
    ("policies", "changes", "verdict"),
    [
        ({"settlement": {"interviews": 1.0}}, {}, "idle"),  # nobody is displaced
        ({"first_secretary": {"number": 500}}, {}, "less"),
        ({"first_secretary": {"number": 0}}, {}, "idle"),
        ({"combined_role": {"share": 0.01}}, {}, "nothing"),  # of twelve villages
        ({"training": {"when": "backlog > 1000000 for 2"}}, {}, "never"),
        ({"asset_rules": {"rule": "separate"}}, {}, "nothing"),  # as it is without
        ({"paperwork": {"relief": 0.0}}, {}, "nothing"),
        ({"entrepreneurship": {"number": 1, "min_skill": 1.0}}, {}, "nothing"),
        ({"service_delivery": {"outposts": 1.0}}, {}, "idle"),  # nothing was absorbed
        ({"asset_rules": {"rule": "pooled"}}, {}, "idle"),  # nor is there what to pool
        ({"paperwork": {"rescale": 0.5}}, {}, "idle"),
        ({"consultation": {"heard": 0.1}}, {}, "nothing"),  # before no merger
        ({"settlement": {}}, {"merged": True}, "nothing"),
        ({"entrepreneurship": {"number": 24, "grant": 1e5, "budget": 0.0}}, {}, "idle"),
        ({"consultation": {"heard": 0.1, "start": "2020-01"}}, {"merged": True}, "nothing"),
    ],
)
def test_what_did_not_act_is_said(make_config, merger, policies, changes, verdict):
    """A policy that does nothing is not silent, whatever it is that keeps it from acting."""
    also = {"merger": merger} if changes.get("merged") else {}
    _, given = given_of(make_config, policies | also)
    (short,) = shortfalls(given)
    assert (short.policy, short.verdict) == (next(iter(policies)), verdict)
    for lang in ("en", "zh"):
        assert not {"{", "nan"} & set(dose_label(short, lang).split())


def test_what_lasts_is_counted_before_a_policy_ends(make_config):
    block = {"number": 6, "ramp_months": 10, "end": "2020-05"}
    _, given = given_of(make_config, {"first_secretary": block})
    sent = dose(given, "first_secretary", "sent")
    assert sent.months == 10 and sent.asked == pytest.approx(60 / 11) and sent.delivered == 5.0
    assert shortfalls(given) == []


def test_one_respect_with_nothing_to_do_is_not_the_whole_policy(make_config):
    _, given = given_of(make_config, {"service_delivery": {"outposts": 1.0, "online": 0.9}})
    (said,) = [dose_label(one, "en") for one in shortfalls(given)]
    assert said == "service delivery: nothing to do (outposts open: 0 asked for)."


def test_a_block_that_another_overrides_moved_nothing(make_config):
    policies = {
        "first_secretary": {"number": 8},
        "first_secretary#more": {"number": 3, "merge": "max"},
    }
    _, given = given_of(make_config, policies)
    (short,) = shortfalls(given)
    assert (short.policy, short.what) == ("first_secretary#more", MOVED)


def test_a_budget_that_has_run_out_asks_for_no_more(make_config):
    block = {"number": 48, "grant": 50_000.0, "budget": 300_000.0}
    county, given = given_of(make_config, {"entrepreneurship": block}, scale=1)
    ventures = dose(given, "entrepreneurship", "ventures")
    assert ventures.asked == pytest.approx(6.0) and 6.0 <= ventures.delivered <= 9.0
    assert county.budget_out == 300_000.0 and county.startup_spent <= 300_000.0


class Miscounted(Policy):
    levers = ("relief",)
    doses: ClassVar[dict[str, Dose]] = {"a": Dose("villages", "last", "a", "a")}

    def apply(self, county, month):
        county.levers.relief[:] = 0.1

    def delivered(self, county):
        return GIVES


GIVES: dict[str, tuple[float, float]] = {}


@pytest.mark.parametrize("gives", [{"b": (1, 1)}, {"a": (1, math.nan)}, {"a": (-1, 1)}, {"a": 1}])
def test_a_policy_that_counts_wrongly_is_named(make_config, gives, monkeypatch):
    county = CountyModel(make_config({"paperwork": {"relief": 0.1}}))
    county.month += 7
    monkeypatch.setitem(globals(), "GIVES", gives)
    county.in_force = {"my:Own": Miscounted()}
    with pytest.raises(PolicyError, match=r"policies\.my:Own could not be counted in 2019-07"):
        tally(county)


def test_what_is_posted_is_what_is_counted(make_config):
    county, given = given_of(make_config, {"collective_support": {"villages": 3, "amount": 1000.0}})
    money = dose(given, "collective_support", "project_money")
    assert money.asked == money.delivered == 3000.0
    assert county.recorder.county["project_money"].sum() == pytest.approx(3000.0)
    county, given = given_of(
        make_config, {"training": {"who": "leaders", "every": 12, "cost": 7.0}}
    )
    trained = dose(given, "training", "trained")
    assert county.recorder.county["training_cost"].sum() == 7.0 * trained.delivered
    assert trained.delivered == trained.asked > 0


def test_doses_go_through_plain_data():
    given = [Given("pay", MOVED, 3, math.nan, 2.0), Given("training", "trained", 3, 8.0, 1.0)]
    back = of_rows(as_rows(given))
    assert [one[:3] for one in back] == [one[:3] for one in given]
    assert np.array_equal([one.asked for one in back], [math.nan, 8.0], equal_nan=True)
    assert [one.policy for one in shortfalls(back)] == ["training"]


def test_a_dose_of_an_unknown_policy_has_its_own_name():
    assert dose_of("my_lab:Night", MOVED).unit == "villages"
    assert dose_of("my_lab:Night", "lamps").en == "lamps"
