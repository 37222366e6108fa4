"""What a new venture is paid for with: by hand, to the fen."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.model.agents.villager import ENTREPRENEUR, LOCAL
from sim.model.county import CountyModel
from sim.model.monthly import FLOWS
from sim.model.parameters import Values
from sim.model.processes import ventures

BLOCK = {"number": 24, "grant": 1000.0, "loan": 500.0, "term": 2.0, "interest": 0.06}
#: what the venture needs, what its owner has saved, yuan; and whether he starts without support
NEEDED = np.array([4000.0, 1200.0, 900.0, 4000.0])
SAVED = np.array([1000.0, 1000.0, 2000.0, 1000.0])
READY = np.array([False, False, False, True])


@pytest.fixture
def funded(make_config):
    """Return a function that lets four applicants of the first village be funded."""

    def run(eligible, spent=0.0, **changes):
        block = BLOCK | {"start": "2019-01"} | changes
        county = CountyModel(make_config({"entrepreneurship": block}, reform="2019-01", spin_up=0))
        county.step()
        people = county.villagers
        people["venture_capital"][:] = 0
        county.support_places, county.startup_spent = 0.0, spent
        grown = (county.month - people["birth_month"] >= 30 * 12) & (people["skill"] > 0.2)
        rows = np.flatnonzero(grown & (county.month - people["birth_month"] < 50 * 12))[:4]
        people["venture_capital"][rows] = -NEEDED * 100
        people["savings"][rows] = SAVED * 100
        people["labour"][rows] = np.where(READY, ENTREPRENEUR, LOCAL)
        people["skill"][rows] = np.where(eligible, 0.9, 0.1)
        before = county.ledger.stock("villagers")
        ventures.fund(county)
        spent = (before - county.ledger.stock("villagers")) / 100.0
        own = SAVED - county.villagers["savings"][rows] / 100.0
        assert spent == own.sum() * county.weight[0] == own.sum() * 5.0
        return county, rows

    return run


def yuan(county, column, rows):
    return (county.villagers[column][rows] / 100.0).tolist()


def test_own_money_grant_loan_and_kin_in_that_order(funded):
    county, rows = funded([True] * 4, min_skill=0.5, number=240)
    credit = county.values.livelihood.informal_credit
    kin = [1500.0 * credit, 0.0, 0.0, 1500.0 * credit]
    assert yuan(county, "savings", rows) == [0.0, 0.0, 1100.0, 0.0]
    assert yuan(county, "venture_capital", rows) == pytest.approx(
        [2500.0 + kin[0], 1200.0, 900.0, 2500.0 + kin[3]], abs=0.01
    )
    assert yuan(county, "venture_loan", rows) == [500.0, 0.0, 0.0, 500.0]
    assert yuan(county, "venture_due", rows) == [20.84, 0.0, 0.0, 20.84]  # 24 months, rounded up
    assert county.villagers["venture_interest"][rows].tolist() == pytest.approx([0.06, 0, 0, 0.06])
    assert (county.villagers["labour"][rows] == ENTREPRENEUR).all()
    assert (county.villagers["venture_start"][rows] == county.month).all()
    weight = county.weight[0]
    assert county.ventures_started == county.ventures_supported == 4 * weight
    assert county.spending["startup_grants"] == pytest.approx(2200.0 * weight)
    assert county.spending["startup_loans"] == pytest.approx(1000.0 * weight)
    assert county.startup_spent == pytest.approx(3200.0 * weight)


def test_who_is_not_supported_starts_only_if_ready_and_with_kin_alone(funded):
    county, rows = funded([False] * 4, min_skill=0.5)
    credit = county.values.livelihood.informal_credit
    assert yuan(county, "savings", rows) == [1000.0, 1000.0, 2000.0, 0.0]
    assert yuan(county, "venture_capital", rows) == pytest.approx(
        [0.0, 0.0, 0.0, 1000.0 + 3000.0 * credit], abs=0.01
    )
    assert (county.villagers["labour"][rows] == np.where(READY, ENTREPRENEUR, LOCAL)).all()
    assert county.ventures_supported == 0 and county.startup_spent == 0
    assert county.spending["startup_grants"] == 0


@pytest.mark.parametrize(
    ("more", "supported"),
    [({"number": 120}, 2), ({"number": 60}, 1), ({"budget": 1499.0}, 0), ({"budget": 7500.0}, 1)],
)
def test_places_and_budget_say_how_many_are_supported(funded, more, supported):
    """A row is 5 persons, who take a place each and 1,500 yuan; a month has a twelfth of places.

    With room for one of its persons, a row may win; with room for all of them, it does.
    """
    county, _ = funded([True, False, False, True], **({"number": 120} | more), min_skill=0.5)
    assert county.ventures_supported == 5.0 * supported
    assert county.startup_spent == 7500.0 * supported


def test_what_was_spent_before_is_spent(funded):
    for spent, supported in ((1000.0, 1), (7001.0, 0)):
        county, _ = funded(
            [True, False, False, False], spent, min_skill=0.5, number=240, budget=8500.0
        )
        assert county.ventures_supported == 5.0 * supported


def test_examples_are_ventures_per_100_residents_near_and_in_the_township():
    numbers = {"demonstration_weight": 3.0, "township_examples": 0.25}
    flows = np.zeros(3, dtype=FLOWS)
    flows["residents"] = 200.0, 100.0, 0.0
    county = SimpleNamespace(
        values=Values({"livelihood": numbers}),
        levers=SimpleNamespace(demonstration=np.array([False, True, False])),
        flows=flows,
        world=SimpleNamespace(township=np.array([0, 0, 1])),
    )
    seen = ventures.examples(county, np.array([4.0, 2.0, 1.0]))  # pyright: ignore
    # near 4/200, 3 x 2/100, 1 without residents; township 10/300 and 1
    assert seen.tolist() == pytest.approx([1.5 + 25 / 30, 4.5 + 25 / 30, 100.0])


def test_what_is_offered_ends_with_the_budget(make_config):
    where = {"townships": ["镇1"]}
    block = BLOCK | {"start": "2019-01", "budget": 100.0, "where": where}
    county = CountyModel(make_config({"entrepreneurship": block}, reform="2019-01", spin_up=0))
    county.step()
    county.startup_spent = 99.0
    assert ventures.offer(county).tolist() == [0.0] * 4 + [1500.0] * 4 + [0.0] * 4
    county.startup_spent = 100.0
    assert not ventures.offer(county).any()
    county.startup_spent, county.levers.startup["number"] = 0.0, 0.0
    assert not ventures.offer(county).any()
