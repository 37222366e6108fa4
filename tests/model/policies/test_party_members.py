"""Party members: contact settles errands near home, recruits add to it, nought changes nothing."""

import numpy as np
import pytest

from sim.run import simulate


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config())


def members(make_config, block, **changes):
    county = simulate(make_config({"party_members": block}, **changes))
    return county, {one.what: one for one in county.doses.given(county.policies)}


def test_contact_settles_errands_without_the_office(make_config, plain):
    county, doses = members(make_config, {"contact": 1.0})
    record, before = county.recorder.county, plain.recorder.county
    more = (record["group_leader_share"] - before["group_leader_share"])[6:]
    of = county.values.service
    each = of.member_share * of.party_members * of.member_persons
    assert more.mean() == pytest.approx(each, rel=0.25)  # errands that wait are not asked again
    assert record["travel_burden"][6:].mean() < before["travel_burden"][6:].mean()
    assert (record["group_leader_share"][:6] == before["group_leader_share"][:6]).all()
    dose = doses["in_contact"]
    assert dose.delivered == pytest.approx(dose.asked) and dose.delivered > 0.0


def test_recruits_are_shared_out_by_persons(make_config):
    county, doses = members(make_config, {"recruits": 40, "recruits_away": 60})
    share = county.borders.registered / county.borders.registered.sum()
    np.testing.assert_allclose(county.levers.recruits, 40 * share)
    np.testing.assert_allclose(county.levers.recruits_away, 60 * share)
    assert doses["recruits"][3:] == pytest.approx((100.0, 100.0)) and "in_contact" not in doses


def test_recruits_at_home_act_through_contact_alone(make_config, plain):
    recruits = {"recruits": 200, "recruits_away": 400}
    alone, _ = members(make_config, recruits)
    contact, _ = members(make_config, {"contact": 0.5})
    both, _ = members(make_config, {"contact": 0.5} | recruits)
    away, _ = members(make_config, {"contact": 0.5, "recruits_away": 400})
    settled = "group_leader_share"
    assert np.array_equal(alone.recorder.county[settled], plain.recorder.county[settled])
    assert np.array_equal(away.recorder.county[settled], contact.recorder.county[settled])
    assert both.recorder.county[settled].mean() > contact.recorder.county[settled].mean()


def test_more_members_than_people_meet_nobody_twice(make_config):
    county, doses = members(make_config, {"contact": 1.0, "recruits": 1_000_000})
    residents = county.flows["residents"].sum()
    assert doses["in_contact"].delivered == pytest.approx(residents)
    assert county.recorder.county["group_leader_share"].max() <= 1.0


def test_only_where_it_reaches_and_by_and_by(make_config, plain):
    block = {"contact": 1.0, "where": {"townships": ["镇1"]}, "ramp_months": 11}
    county, _ = members(make_config, block)
    assert county.levers.member_contact.tolist() == [0.0] * 4 + [1.0] * 4 + [0.0] * 4
    seen = county.recorder.village["service_reach"] - plain.recorder.village["service_reach"]
    assert np.nanmax(np.abs(seen[:6])) == 0.0


@pytest.mark.parametrize("block", [{}, {"contact": 0.0}, {"recruits": 0}])
def test_zero_dose_changes_no_bit(make_config, plain, block, same_numbers):
    other, _ = members(make_config, block)
    same_numbers(plain, other)


def test_effects_do_not_depend_on_the_scale(by_scale):
    """Settled near home: the mean over seeds at one row a person and at one for fifty."""

    def settled(before, after):
        return (after["group_leader_share"] - before["group_leader_share"])[6:].mean()

    (one, by_one), (fifty, by_fifty) = by_scale(settled, {"party_members": {"contact": 1.0}})
    assert one > 0.015 and abs(one - fifty) < 3.0 * np.hypot(by_one, by_fifty) + 0.001
