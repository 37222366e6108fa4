"""What every policy sets, in numbers: at half and at full dose, where it reaches and only there."""

import pickle
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest

from sim.model.county import CountyModel
from sim.model.levers import CONSENT, SEPARATE
from sim.model.policies import POLICIES
from sim.model.policies.dose import as_rows

#: persons of the four villages of 镇1, the smallest first, and of whom the levers below speak
PERSONS = np.array([960.0, 1050.0, 1140.0, 1230.0])
SHARES = PERSONS / PERSONS.sum()
#: policy -> block, and what each lever is in these villages at a dose, given what it was before
SET = {
    "combined_role": (
        {"who": "largest", "deputies": 1, "heads_collective": True},
        {
            "combined": lambda dose, _: [dose == 1, dose == 1, True, True],
            "heads_collective": lambda dose, _: [dose == 1, dose == 1, True, True],
            "deputies": lambda *_: [0, 0, 0, 1],
        },
    ),
    "headcount": (
        {"posts": {"by": "fixed", "number": 9}, "lines": 2.0},
        {
            "posts": lambda dose, before: np.rint(before + dose * (9 - before)),
            "lines": lambda dose, before: before + dose * (2.0 - before),
        },
    ),
    "pay": (
        {"secretary": 9000.0, "other": 0.3, "dual": 77.0, "growth": 0.2, "trust": 0.4}
        | {"professional": 0.6},
        {
            "pay_secretary": lambda dose, before: before + dose * (9000.0 - before),
            "pay_other": lambda dose, before: before + dose * (0.3 - before),
            "pay_dual": lambda dose, before: before + dose * (77.0 - before),
            "pay_growth": lambda dose, _: dose * 0.2,
            "pay_trust": lambda dose, _: dose * 0.4,
            "pay_professional": lambda dose, _: dose * 0.6,
        },
    ),
    "settlement": (
        {"interviews": 0.8, "placement": 0.4, "allowance": 1000.0},
        {
            "settle_interviews": lambda dose, _: dose * 0.8,
            "settle_placement": lambda dose, _: dose * 0.4,
            "settle_allowance": lambda dose, _: dose * 1000.0,
        },
    ),
    "training": (
        {"who": "all", "share": 0.6, "every": 1, "cost": 300.0},
        {
            "training": lambda dose, _: dose * 0.6,
            "training_cost": lambda *_: 300.0,
            "training_all": lambda *_: True,
        },
    ),
    "first_secretary": (
        {"number": 2, "place": "largest", "term": 30, "pay": 5000.0},
        {
            "first_secretary": lambda dose, _: [False, False, dose == 1, True],
            "first_secretary_term": lambda dose, _: [0, 0, 30 * (dose == 1), 30],
            "first_secretary_pay": lambda dose, _: [0, 0, 5000.0 * (dose == 1), 5000.0],
        },
    ),
    "consultation": (
        {"heard": 0.2, "vote": True},
        {"heard": lambda dose, _: dose * 0.2, "vote": lambda dose, _: float(dose == 1)},
    ),
    "collective_support": (
        {"villages": 2, "choose": "largest", "amount": 7000.0, "cooperative": True, "joint": 0.5},
        {
            "support": lambda dose, _: [0, 0, 7000.0 * (dose == 1), 7000.0],
            "joint": lambda dose, _: [0, 0, 0.5 * (dose == 1), 0.5],
            "cooperative": lambda dose, _: [0, 0, dose == 1, 1],
        },
    ),
    "service_delivery": (
        {"outposts": 0.6, "outpost_opening": 0.4, "home_visits": 0.2, "visit_elderly": False}
        | {"visit_km": 3.0, "online": 0.8, "one_stop": 0.9, "micro_groups": 0.7, "proxies": 0.6}
        | {"office_hours": 6.0, "office_kept": 0.9, "buses": 0.3},
        {
            "outposts": lambda dose, _: dose * 0.6,
            "outpost_opening": lambda dose, _: 1.0 + dose * (0.4 - 1.0),
            "office_hours": lambda dose, _: 2.0 + dose * (6.0 - 2.0),
            "office_kept": lambda dose, _: 0.7 + dose * (0.9 - 0.7),
            "home_visits": lambda dose, _: dose * 0.2,
            "visit_elderly": lambda *_: False,
            "visit_km": lambda *_: 3.0,
            "online": lambda dose, _: dose * 0.8,
            "one_stop": lambda dose, _: dose * 0.9,
            "micro_groups": lambda dose, _: dose * 0.7,
            "proxies": lambda dose, _: dose * 0.6,
            "buses": lambda dose, _: dose * 0.3,
        },
    ),
    "paperwork": (
        {"relief": 0.5, "ledgers": 0.3, "rescale": 0.7},
        {
            "relief": lambda dose, _: dose * 0.5,
            "ledgers": lambda dose, _: dose * 0.3,
            "rescale": lambda dose, _: dose * 0.7,
        },
    ),
    "oversight": (
        {"mailbox": 0.6, "inspections": 4.0, "disclosure": 0.5, "discipline": 0.9},
        {
            "mailbox": lambda dose, _: dose * 0.6,
            "inspections": lambda dose, _: dose * 4.0,
            "disclosure": lambda dose, _: dose * 0.5,
            "discipline": lambda dose, before: before + dose * (0.9 - before),
        },
    ),
    "contact": (
        {"leaders": 6, "departments": 3},
        {
            "contact_leaders": lambda dose, _: dose * np.array([1, 1, 2, 2]),
            "contact_departments": lambda dose, _: dose * np.array([0, 1, 1, 1]),
        },
    ),
}
#: policies of which a test below, or of another file, says what they set
OTHERS = {"merger", "selection", "asset_rules", "entrepreneurship"}
WHERE = {"townships": ["镇1"]}


@pytest.fixture(scope="module")
def months(make_config):
    """Return a function that gives a county in its two first months, the policy at 1/2 and 1."""

    def run(policies, where=WHERE):
        ramp = {"ramp_months": 1, "start": "2019-01"} | ({"where": where} if where else {})
        policies = {name: block | ramp for name, block in policies.items()}
        county = CountyModel(make_config(policies, reform="2019-01", months=2, spin_up=0))
        for dose in (0.5, 1.0):
            county.step()
            yield dose, county

    return run


@pytest.fixture(scope="module")
def before(months):
    """What the levers are without any policy."""
    _, county = next(months({}))
    return {lever: value.copy() for lever, value in vars(county.levers).items()}


def test_every_policy_is_told_of():
    assert SET.keys() | OTHERS <= POLICIES.keys()
    own = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert POLICIES.keys() - SET.keys() - OTHERS <= own  # a later one has a file of its own
    for name, (_, levers) in SET.items():
        assert set(levers) == set(POLICIES[name].levers), name


@pytest.mark.parametrize("name", SET)
def test_what_a_policy_sets(months, before, name):
    block, expected = SET[name]
    for dose, county in months({name: block}):
        for lever, value in vars(county.levers).items():
            here = value[4:8]
            if lever in expected:
                wanted = np.broadcast_to(expected[lever](dose, before[lever][4:8]), 4)
                np.testing.assert_allclose(
                    here.astype(float), np.asarray(wanted, float), 1e-12, err_msg=lever
                )
            elif len(value) > 1:
                assert here.tobytes() == before[lever][4:8].tobytes(), lever
            if len(value) > 1:
                apart = np.delete(value, slice(4, 8)), np.delete(before[lever], slice(4, 8))
                assert apart[0].tobytes() == apart[1].tobytes(), lever


def test_what_selection_sets(months, before):
    block = {"pool": 40.0, "reserve": 10.0, "vetting": 4, "age_aim": 44.0, "reselect": "all"}
    block |= {"ability": 2.0, "youth": 0.5, "standing": 0.25, "returned": 3.0}
    was = before["selection"][4:8]
    for dose, county in months({"selection": block}):
        lever = county.levers.selection
        assert lever["on"].tolist() == [False] * 4 + [True] * 4 + [False] * 4
        np.testing.assert_allclose(lever["pool"][4:8], 40.0 * dose * SHARES)
        np.testing.assert_allclose(lever["reserve"][4:8], 10.0 * dose * SHARES)
        assert (lever["vetting"][4:8] == 4 * dose).all() and (lever["reselect"][4:8] == 2).all()
        assert (lever["age_aim"][4:8] == 44.0 * dose).all()
        for name in ("ability", "youth", "standing", "returned"):
            wanted = was[name] + dose * (block[name] - was[name])
            np.testing.assert_allclose(lever[name][4:8], wanted)
        assert lever[:4].tobytes() == before["selection"][:4].tobytes()


def test_what_asset_rules_set(months, before):
    was = before["welfare"][4:8]
    for dose, county in months({"asset_rules": {"rule": "consent", "welfare": 0.9}}):
        rules = county.levers.asset_rule
        assert sorted(rules[4:8]) == [SEPARATE] * int(4 - 4 * dose) + [CONSENT] * int(4 * dose)
        assert (rules[:4] == SEPARATE).all() and (rules[8:] == SEPARATE).all()
        np.testing.assert_allclose(county.levers.welfare[4:8], was + dose * (0.9 - was))


def test_what_entrepreneurship_sets(months):
    block = {"grant": 5.0, "loan": 6.0, "interest": 0.07, "term": 8.0, "number": 9, "budget": 10.0}
    block |= {"funded_by": "higher", "eligible": "returned", "min_skill": 0.11, "max_age": 42.0}
    block |= {"demonstration_sites": 2, "outside_capital": 13.0}
    for dose, county in months({"entrepreneurship": block}):
        startup = county.levers.startup[0]
        wanted = (5.0, 6.0, 0.07, 8.0, 9 * dose, 10.0, 13.0, 1.0, 1.0, 0.11, 42.0)
        assert startup.tolist() == wanted
        assert county.levers.startup_where.tolist() == [False] * 4 + [True] * 4 + [False] * 4
        assert county.levers.demonstration[4:8].sum() == county.levers.demonstration.sum()
        assert county.levers.demonstration.sum() == round(2 * dose)
    _, county = next(months({"entrepreneurship": {"number": 12}}, where=None))
    startup = county.levers.startup[0]
    assert startup["budget"] == np.inf and not startup["higher"] and not startup["returned_only"]
    assert county.levers.startup_where.all() and not county.levers.demonstration.any()


def test_training_comes_round(make_config):
    block = {"every": 3, "start": "2019-02"}
    county = CountyModel(make_config({"training": block}, spin_up=0))
    trained = []
    for _ in range(9):
        county.step()
        trained.append(county.levers.training[0])
    assert trained == [0, 1, 0, 0, 1, 0, 0, 1, 0]


def test_a_copy_of_levers_is_its_own(months):
    _, county = next(months({"paperwork": {"relief": 0.5}}))
    levers, was = county.levers, {k: v.copy() for k, v in vars(county.levers).items()}
    for other in (deepcopy(levers), pickle.loads(pickle.dumps(levers))):
        other.take(county.usual_levers)
        assert not other.relief.any() and other.lines.tolist() == county.usual_levers.lines.tolist()
        other.lines = np.arange(12)  # as `*=` does: into the same array
        assert other.lines.dtype == float
        other.take(levers)
        assert all(vars(other)[k].tobytes() == v.tobytes() for k, v in was.items())
    assert all(vars(levers)[k].tobytes() == v.tobytes() for k, v in was.items())


#: blocks whose levers stand in most months: (policies, months of 18 in which they do, at least)
STANDING = {
    name: ({name: block | {"start": "2019-03", "end": "2019-12", "ramp_months": 2}}, 8)
    for name, (block, _) in SET.items()
} | {
    "nothing": ({}, 18),
    "merger": ({"merger": {"source": "generated", "ratio": 0.5}, "headcount": {"lines": 3.0}}, 13),
    "asset_rules": ({"asset_rules": {"rule": "consent", "welfare": 0.3, "ramp_months": 3}}, 11),
    "selection": ({"selection": {"pool": 40.0, "vetting": 4, "ramp_months": 3}}, 11),
    "entrepreneurship": ({"entrepreneurship": {"number": 12, "demonstration_sites": 4}}, 14),
    "rarely trained": ({"training": {"every": 5, "share": 0.5, "start": "2019-02"}}, 8),
    "secretaries for the poorest": ({"first_secretary": {"number": 3, "place": "poorest"}}, 6),
    "support for the poorest": ({"collective_support": {"villages": 3, "choose": "poorest"}}, 6),
    "trigger": ({"paperwork": {"relief": 0.5, "when": "cadre_workload > 1 for 9"}}, 6),
    "most moved after a year": (
        {
            "combined_role": {"start": "2020-04"},
            "combined_role#first": {"start": "2019-02", "ramp_months": 3, "merge": "replace"},
        },
        8,
    ),
    "the fewer lines": (
        {
            "headcount": {"lines": 8.0, "ramp_months": 4},
            "headcount#few": {"lines": 6.0, "start": "2019-04", "end": "2019-09", "merge": "min"},
        },
        7,
    ),
}


@pytest.mark.parametrize("case", STANDING)
def test_levers_that_stand_are_those_that_would_be_set(make_config, case):
    policies, months = STANDING[case]
    stand, anew = (CountyModel(make_config(policies)) for _ in range(2))
    stood = 0
    while stand.running:
        stood += stand.month + 1 < stand.levers_until
        anew.levers_until = 0
        for county in (stand, anew):
            rent = county.collectives["rent"]
            rent[:] = rent[::-1].copy()  # other villages are the poorest
            county.step()
        assert list(stand.in_force) == list(anew.in_force)
        for lever, value in vars(anew.levers).items():
            assert vars(stand.levers)[lever].tobytes() == value.tobytes(), lever
    assert stood >= months
    given = [as_rows(county.doses.given(county.policies)) for county in (stand, anew)]
    assert given[0] == given[1]
