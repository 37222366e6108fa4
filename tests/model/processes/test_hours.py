"""Hours: what each rule says, and what the month's pass makes of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.county import CountyModel
from sim.model.parameters.variants import FIRST_EDITION
from sim.model.processes import hours, offers, projects
from sim.run import simulate

SHARE = st.floats(0, 1)


def test_a_merger_saves_whole_sets_of_administration_and_costs_a_transition():
    apart = 2 * hours.administration(900, 1, 10, 0, 0, 0, 185.0, 0.1, 4.0, 60, 9)
    at_once = hours.administration(1800, 2, 10, 0, 0, 0, 185.0, 0.1, 4.0, 60, 9)
    later = hours.administration(1800, 2, 10, 9, 0, 0, 185.0, 0.1, 4.0, 60, 9)
    assert at_once - later == pytest.approx(30.0)
    assert apart - at_once == pytest.approx(185 + 40 - 60)


@settings(deadline=None)  # the first call compiles
@given(n=st.integers(1, 12))
def test_coordination_grows_with_pairs(n):
    assert hours.coordination(n + 1, 2.0) - hours.coordination(n, 2.0) == pytest.approx(2.0 * n)


def test_one_leader_is_enough_for_a_small_village_and_not_for_a_large_one():
    def ratio(leaders, groups, deputies=0, guests=0):
        asked = hours.decisions_asked(100, groups, 0, 20, 0.05, 2, 5)
        return hours.decisions_supplied(leaders, deputies, guests, 60, 0.5, 0.5, 0.6) / asked

    assert ratio(1, 8) > 1.0
    assert ratio(1, 30) < 1.0 < ratio(2, 30)
    assert ratio(1, 30) < ratio(1, 30, deputies=1) < ratio(1, 30, guests=1)
    assert ratio(0, 8) == 0.0


def test_the_second_leader_loses_the_share_that_the_parameter_says():
    one, two = (hours.decisions_supplied(n, 0, 0, 60, 0.4, 0.5, 0.6) for n in (1, 2))
    assert two - one == pytest.approx(60 * (1 - 0.4))


@settings(deadline=None)  # the first call compiles
@given(pay=st.floats(100, 20_000), elasticity=st.floats(0, 0.5))
def test_hours_follow_pay_with_the_elasticity(pay, elasticity):
    rest = (0.0, 0.05, 0.0, 0.2)
    base = hours.hours_supplied(45, 3450, 3450, elasticity, *rest)
    assert base == pytest.approx(45 * 52 / 12)
    ratio = hours.hours_supplied(45, pay, 3450, elasticity, *rest) / base
    assert ratio == pytest.approx((pay / 3450) ** elasticity)


def test_age_and_burnout_cost_hours():
    base = hours.hours_supplied(45, 3450, 3450, 0.1, -8, 0.05, 0.0, 0.2)
    assert hours.hours_supplied(45, 3450, 3450, 0.1, 10, 0.05, 0.0, 0.2) == pytest.approx(
        0.95 * base
    )
    assert hours.hours_supplied(45, 3450, 3450, 0.1, 0, 0.05, 1.0, 0.2) == pytest.approx(0.8 * base)


@settings(deadline=None)  # the first call compiles
@given(a=SHARE, b=SHARE, base=st.floats(0.05, 0.95))
def test_free_hours_are_split_by_ability(a, b, base):
    share = hours.service_share(a, b, 0.0, 0.0, base, 2.0, 4.0)
    assert 0 < share < 1
    assert hours.service_share(a, a, 0.2, 0.2, base, 2.0, 4.0) == pytest.approx(base)
    assert (share >= base - 1e-12) == (a >= b - 1e-12)


def test_free_hours_follow_what_pay_rewards():
    growth, none, both = (
        hours.service_share(0.5, 0.5, trust, growth, 0.6, 2.0, 4.0)
        for trust, growth in ((0.0, 0.3), (0.0, 0.0), (0.3, 0.3))
    )
    assert growth < none == both


def test_strangers_become_known_and_an_empty_desk_turns_people_away():
    assert hours.knowledge(1.0, 0, 24) == 1.0
    assert hours.knowledge(0.5, 0, 24) == 0.5
    assert hours.knowledge(0.5, 24, 24) == pytest.approx(0.75)
    assert offers.attended(0.0, 60) == 0.0 and offers.attended(0.0, 0.0) == 1.0
    assert offers.attended(60, 60) == pytest.approx(0.632, abs=0.001)


def test_the_reference_asks_its_share_whatever_cadres_supply(make_config):
    """B6: longer hours of cadres are no longer longer hours of administration."""
    usual, long = (
        CountyModel(make_config(parameters={"hours": {"cadre_hours_week": week}}))
        for week in (45.0, 60.0)
    )
    assert np.array_equal(usual.hours["administration"], long.hours["administration"])
    assert (long.hours["supplied"] > usual.hours["supplied"]).all()


def test_administration_keeps_its_fixed_share(make_config):
    """B6: many reporting lines do not silently break `admin_fixed_share`."""
    given = {
        "admin_fixed_share": 0.4,
        "admin_share": 0.35,
        "line_hours": 10.0,
        "lines_before": 12.0,
    }
    county = CountyModel(make_config(parameters={"hours": given}))
    values, residents = county.values, county.flows["residents"]
    reference = 195.0 * 3 * 0.35
    per_resident = reference * 0.6 / values.hours.reference_residents
    fixed = county.hours["administration"] - per_resident * residents
    assert fixed == pytest.approx(np.full(12, reference * 0.4), rel=0.02)


def test_unused_service_hours_come_back_in_part(make_config):
    """A4: effort given to service is not free effort for the economy."""
    none, every = (
        simulate(
            make_config(
                months=7, parameters={"hours": {"unused_returned": share}}, variants=FIRST_EDITION
            )
        ).hours
        for share in (0.0, 1.0)
    )
    assert none["economy"] == pytest.approx(none["economy_offered"])
    unused = every["service_offered"] / every["service_productivity"] - every["service_used"]
    assert every["economy"] == pytest.approx(every["economy_offered"] + np.maximum(unused, 0))
    assert (unused > 0).any()


def test_the_township_seat_is_an_office_of_the_township(make_config):
    county = CountyModel(make_config())
    for township in range(3):
        assert (county.town_km[county.world.township == township] == 0).any()
    assert county.town_km.max() > 1.0


def test_a_project_under_way_asks_decisions_until_it_is_finished(make_config):
    support = {"collective_support": {"villages": 4, "amount": 100000.0}}
    short = {"parameters": {"economy": {"return_lag": 1.0}}, "months": 24}
    plain, county = (CountyModel(make_config(p, **short)) for p in ({}, support))
    plain.run_for(8), county.run_for(8)
    busy = projects.projects_under_way(county) > 0
    more = county.hours["leader_load"] - plain.hours["leader_load"]
    assert busy.sum() == 4 and (more[busy] > 0.02).all() and (more[~busy] == 0).all()
    county.run_for(16)
    assert projects.projects_under_way(county).sum() == 0


def test_a_village_without_a_leader_does_not_hide_the_others_load(make_config):
    from sim.model.agents.cadre import LEADERS

    county = CountyModel(make_config())
    led_by = np.isin(county.cadres["post"][: county.slots], LEADERS)
    county.cadres["post"][: county.slots][led_by] = 5  # members only
    hours.step(county)
    county.month += 1
    county.recorder.record()
    load = county.recorder.county["leader_load"][0]
    assert np.isnan(county.hours["leader_load"][0])
    assert load == pytest.approx(county.hours["leader_load"][1:].mean())
