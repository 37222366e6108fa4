"""Start-up support: places, budget, who can have it, what it brings."""

import numpy as np
import pytest

from sim.model.agents.villager import ENTREPRENEUR
from sim.model.county import CountyModel
from sim.run import simulate
from tests.promises.test_county import differences

BLOCK = {"number": 24, "grant": 200_000.0, "loan": 200_000.0}


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config(scale=1, months=30))


def with_support(make_config, **changes):
    policies = {"entrepreneurship": BLOCK | changes}
    return simulate(make_config(policies, scale=1, months=30))


def total(county, key):
    return county.recorder.county[key].sum()


def test_support_starts_ventures_within_its_places(make_config, plain):
    helped = with_support(make_config)
    paid = helped.recorder.county["startup_grants"]
    assert (paid[:6] == 0).all() and paid[6:].sum() > 0  # the reform is in month 6
    assert paid.sum() <= 24 * 2 * 200_000.0
    ours, theirs = (c.recorder.county["ventures"] for c in (helped, plain))
    assert np.array_equal(ours[:6], theirs[:6])
    assert 0 < ours[-1] - theirs[-1] <= 48


def test_support_pays_whenever_it_is_in_force(make_config):
    """B4: from March to January too."""
    helped = with_support(make_config, start="2019-03", end="2020-01", number=120)
    paid = helped.recorder.county["startup_grants"]
    assert paid[2:12].sum() > 0 and paid[:2].sum() == paid[12:].sum() == 0


def test_the_budget_ends_support(make_config):
    helped = with_support(make_config, budget=1_000_000.0)
    spent = total(helped, "startup_grants") + total(helped, "startup_loans")
    free = with_support(make_config)
    assert 0 < spent <= 1_000_000.0
    assert spent < total(free, "startup_grants") + total(free, "startup_loans")


def test_grants_are_paid_by_whom_the_policy_says(make_config, plain):
    county, higher = (with_support(make_config, funded_by=who) for who in ("county", "higher"))
    spent = [c.ledger.paid("county", "grants") for c in (county, higher, plain)]
    assert spent[1] == spent[2] == 0
    assert [c.ledger.paid("higher", "grants") > 0 for c in (county, higher)] == [False, True]
    spent = [total(c, "county_spending") for c in (county, higher)]
    assert spent[0] == pytest.approx(spent[1] + total(county, "startup_grants"), rel=1e-6)


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({"eligible": "returned"}, lambda people, age: people["returned"]),
        ({"min_skill": 0.6}, lambda people, age: people["skill"] >= 0.6),
        ({"max_age": 40.0}, lambda people, age: age <= 40.0),
    ],
    ids=["returned", "skill", "age"],
)
def test_only_the_eligible_are_supported(make_config, rule, holds):
    policies = {"entrepreneurship": BLOCK | rule | {"number": 120}}
    county = CountyModel(make_config(policies, scale=1))
    seen = 0
    for _ in range(18):
        county.step()
        people = county.villagers
        new = (people["labour"] == ENTREPRENEUR) & (people["venture_start"] == county.month)
        new &= people["venture_loan"] > 0
        age = (county.month - people["birth_month"]) / 12.0
        assert holds(people, age)[new].all()
        seen += new.sum()
    assert seen > 0


def test_demonstration_sites_bring_starts_where_they_are_seen(make_config, plain):
    sites = with_support(make_config, number=0, demonstration_sites=12)
    assert total(sites, "ventures_started") > total(plain, "ventures_started")


def test_outside_capital_is_reported_gross_and_adds_some_jobs(make_config):
    without, with_it = (with_support(make_config, outside_capital=x) for x in (0.0, 1e6))
    assert total(without, "outside_capital") == 0
    supported = total(with_it, "outside_capital") / 1e6
    assert supported == round(supported) > 0
    jobs = [c.recorder.county["venture_jobs"][-1] for c in (without, with_it)]
    ventures = [c.recorder.county["ventures"][-1] for c in (without, with_it)]
    assert jobs[1] > jobs[0] and ventures[1] == pytest.approx(ventures[0], rel=0.05)


def test_zero_dose_changes_no_bit(make_config):
    zero = {"entrepreneurship": BLOCK | {"number": 0}}
    assert differences(simulate(make_config()), simulate(make_config(zero))) == []
