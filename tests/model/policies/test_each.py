"""Every policy has an arm, moves something, and none moves what is another's."""

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from sim.model.outcomes import catalogue
from sim.model.policies import POLICIES
from sim.run import simulate

EACH = Path(__file__).parents[3] / "experiments" / "each_policy.yaml"
#: doses sized for the small county of these tests; any other policy has that of its arm in `EACH`
SIZED = {
    "merger": {"source": "generated", "ratio": 0.5, "outposts": 0.3, "group_ratio": 0.6},
    "combined_role": {"deputies": 4, "heads_collective": True},
    "headcount": {"posts": {"by": "fixed", "number": 5}, "lines": 4},
    "pay": {"secretary": 4000, "growth": 0.2, "professional": 0.5},
    "selection": {"pool": 300, "vetting": 3, "returned": 0.3},
    "settlement": {"interviews": 1.0, "allowance": 20000},
    "training": {"who": "all", "every": 6, "cost": 500},
    "first_secretary": {"number": 4},
    "consultation": {"heard": 0.2, "vote": True, "start": "2019-04"},
    "asset_rules": {"rule": "pooled", "welfare": 0.3},
    "collective_support": {"villages": 3, "cooperative": True},
    "entrepreneurship": {"number": 30, "grant": 2e5, "loan": 1e5, "outside_capital": 1e5},
    "service_delivery": {"outposts": 0.5, "home_visits": 0.2, "online": 1.0},
    "paperwork": {"relief": 0.5},
    "oversight": {"mailbox": 1.0, "inspections": 4, "disclosure": 1.0},
    "contact": {"leaders": 6, "departments": 6},
    "party_members": {"contact": 1.0, "recruits": 40},
    "roles": {"town": 2, "central": 2, "speciality": 4, "mixed": 3},
    "overhaul": {"share": 0.5, "office_kept": 0.95, "inspections": 4},
    "village_ventures": {"share": 0.8},
    "specialists": {"number": 6, "shared_by": 2},
}
ON_A_MERGER = {
    "selection", "settlement", "consultation", "asset_rules", "service_delivery", "roles"
}  # fmt: skip
#: outcome -> the only policies that may move it
OWNED = {
    "villages": {"merger"},
    "population_mean": {"merger"},
    "area_mean": {"merger"},
    "distance_km": {"merger", "service_delivery", "roles"},
    "posts": {"headcount"},
    "combined_share": {"combined_role"},
    "pooled_share": {"merger", "asset_rules"},
    "project_money": {"collective_support", "roles"},
    "startup_grants": {"entrepreneurship"},
    "startup_loans": {"entrepreneurship"},
    "outside_capital": {"entrepreneurship"},
    "training_cost": {"training"},
    "leaving_allowance": {"settlement"},
    "first_secretary_pay": {"first_secretary", "overhaul"},
    "outpost_cost": {"merger", "service_delivery", "roles"},
    "service_delivery_cost": {"service_delivery", "roles"},
    "oversight_cost": {"oversight", "overhaul"},
    "consultation_cost": {"consultation"},
}
#: levers that move with those a policy names: posts with the villages, where with what is paid
BESIDE = {"merger": {"posts"}, "entrepreneurship": {"startup_where"}}
HEADLINE = set(catalogue.HEADLINE)
#: what its dose here leaves as it is: the few outposts it reopens are those that the merger kept
OPEN_ALREADY = {"roles": {"distance_km", "outpost_cost"}}


ARMS = [
    arm["policies"] for arm in YAML(typ="safe").load(EACH)["arms"].values() if "policies" in arm
]
#: a dose of every policy that must be felt; what needs a merger is tried on top of one
DOSES = {name: dose for arm in ARMS for name, dose in arm.items()} | SIZED


def test_every_policy_has_one_arm_and_every_arm_one_policy():
    assert [len(arm) for arm in ARMS] == [1] * len(ARMS)
    assert sorted(name for arm in ARMS for name in arm) == sorted(POLICIES)


@pytest.fixture(scope="module")
def outcomes(make_config):
    """Return a function that runs a set of policies and gives the county's outcomes and levers."""

    def run(policies):
        # enough needs for hours to bind, and posts that a merger leaves too many of
        config = make_config(policies, months=36, parameters={"service": {"request_rate": 0.2}})
        county = simulate(config)
        return county.recorder.county, vars(county.levers._levers)

    merged = {"merger": DOSES["merger"], "headcount": {"posts": {"by": "fixed", "number": 4}}}
    return run, {False: ({}, run({})), True: (merged, run(merged))}


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_moves_its_own_and_nothing_that_is_anothers(outcomes, name):
    run, bases = outcomes
    base, (before, levers_before) = bases[name in ON_A_MERGER]
    after, levers = run(base | {name: DOSES[name]})
    set_by_it = {k for k in levers if levers[k].tobytes() != levers_before[k].tobytes()}
    assert set_by_it <= set(POLICIES[name].levers) | BESIDE.get(name, set())
    moved = {k for k in after if not np.array_equal(before[k], after[k], equal_nan=True)}
    assert moved, f"{name} moves nothing"
    assert {key for key in moved & OWNED.keys() if name not in OWNED[key]} == set()
    assert moved & HEADLINE, f"{name} moves no headline outcome"
    own = {key for key, owners in OWNED.items() if name in owners} - OPEN_ALREADY.get(name, set())
    assert own <= moved
