"""Overhaul of weak organisations: who is chosen, for how long, what it brings."""

import numpy as np
import pytest

from sim.model.agents.cadre import FIRST_SECRETARY
from sim.model.county import CountyModel
from sim.model.processes.oversight import trust_by_unit
from sim.run import simulate


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config())


def sent(county):
    return np.flatnonzero(county.cadres["post"] == FIRST_SECRETARY) // county.slots


def begun(make_config, block, policies=None, **changes):
    """Return a county whose overhauls have just begun, and what trust was the month before."""
    config = make_config((policies or {}) | {"overhaul": block}, **changes)
    county = CountyModel(config)
    while county.month < config.reform - 1:
        county.step()
    trust = trust_by_unit(county)
    county.step()
    return county, trust


def test_the_weakest_are_sent_first_secretaries(make_config):
    county, trust = begun(make_config, {"share": 0.25, "pay": 5000.0})
    assert sorted(sent(county)) == sorted(np.argsort(trust, kind="stable")[:3])
    assert county.recorder.county["first_secretary_pay"][6] == 15000.0
    (dose,) = [d for d in county.doses.given(county.policies) if d.what == "overhauled"]
    assert (dose.asked, dose.delivered) == (3.0, 3.0)


def test_an_overhaul_lasts_its_months_and_places_go_to_the_weakest_then(make_config):
    county, _ = begun(make_config, {"share": 0.25, "months": 4})
    first = set(sent(county))
    for _ in range(3):
        county.step()
        assert set(sent(county)) == first
    trust = trust_by_unit(county)
    county.step()
    assert set(sent(county)) == set(np.argsort(trust, kind="stable")[:3])
    county.step()
    assert (county.month - county.overhauled_in < 4).sum() == 3


def test_all_end_with_the_policy(make_config):
    county = simulate(make_config({"overhaul": {"share": 0.5, "end": "2020-02"}}))
    assert sent(county).size == 0 and county.recorder.county["first_secretary_pay"][-1] == 0.0
    assert county.recorder.county["first_secretary_pay"][12] == 6 * 6000.0


def test_grievance_chooses_those_that_lost_cadres(make_config, merger):
    also = {"merger": merger, "headcount": {"posts": {"by": "fixed", "number": 3}}}
    block = {"share": 0.17, "by": "grievance", "start": "2019-08"}
    config = make_config(also | {"overhaul": block})
    county = CountyModel(config)
    while county.month < config.reform:
        county.step()
    sore = county.borders.total(county.grievance * county.world.registered)
    sore /= np.maximum(county.borders.registered, 1)
    county.step()
    assert sent(county).tolist() == [int(np.argmax(sore))] and sore.max() > 0.0


def test_offices_are_open_and_accounts_inspected_there_alone(make_config):
    block = {"share": 0.25, "office_kept": 0.95, "inspections": 4.0}
    delivery = {"service_delivery": {"office_kept": 0.5}}
    county, _ = begun(make_config, block, delivery)
    at = np.zeros(12, dtype=bool)
    at[sent(county)] = True
    assert (county.levers.office_kept == np.where(at, 0.95, 0.5)).all()
    assert (county.levers.inspections == np.where(at, 4.0, 0.0)).all()


def test_it_goes_beside_other_first_secretaries(make_config):
    other = {"first_secretary": {"number": 12, "term": 24, "pay": 9000.0}}
    county, _ = begun(make_config, {"share": 0.5}, other)
    assert sent(county).size == 12 and (county.levers.first_secretary_term == 24).all()
    assert county.recorder.county["first_secretary_pay"][6] == 12 * 9000.0


def test_it_relieves_cadres(make_config, plain):
    county = simulate(make_config({"overhaul": {"share": 0.5}}))
    ours, theirs = (c.recorder.county["cadre_workload"][6:].mean() for c in (county, plain))
    assert ours < theirs - 1.0


@pytest.mark.parametrize("block", [{"share": 0.0}, {"share": 0.04}, {"share": 0.0, "months": 1}])
def test_zero_dose_changes_no_bit(make_config, plain, block, same_numbers):
    """So does a share of less than half a village, and the run says so."""
    county = simulate(make_config({"overhaul": block}))
    same_numbers(plain, county)


@pytest.mark.parametrize("share", [1.0])
def test_everywhere_and_always(make_config, share):
    county = simulate(make_config({"overhaul": {"share": share, "months": 1}}))
    assert sent(county).size == 12 and (county.overhauled_in == county.month).all()


def test_a_branch_goes_on_as_the_whole_run(make_config, same_numbers):
    """Who is under overhaul is state: a copy keeps it."""
    config = make_config({"overhaul": {"share": 0.25, "months": 5}})
    whole, begun = CountyModel(config), CountyModel(config)
    whole.run_for(18)
    begun.run_for(9)
    other = begun.branch(config, begun.case)
    other.run_for(9)
    assert np.array_equal(other.overhauled_in, whole.overhauled_in)
    same_numbers(whole, other)


def test_effects_do_not_depend_on_the_scale(by_scale):
    def load(before, after):
        return (after["cadre_workload"] - before["cadre_workload"])[6:].mean()

    (one, by_one), (fifty, by_fifty) = by_scale(load, {"overhaul": {"share": 0.34}})
    assert one < -1.0 and abs(one - fifty) < 3.0 * np.hypot(by_one, by_fifty) + 0.3
