"""Specialists whom villages share: hours pooled, work by load, pay; nought changes nothing."""

import numpy as np
import pytest

from sim.model.county import CountyModel
from sim.model.processes import specialists
from sim.run import simulate


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config())


def shared(make_config, block, policies=None, **changes):
    county = simulate(make_config((policies or {}) | {"specialists": block}, **changes))
    (dose,) = [one for one in county.doses.given(county.policies) if one.what == "specialists"]
    return county, dose


def test_rules_in_numbers():
    assert specialists.capacity(2.0, 1.0, 120.0, 0.05) == 240.0
    assert specialists.capacity(2.0, 5.0, 120.0, 0.05) == pytest.approx(192.0)
    assert specialists.capacity(2.0, 100.0, 120.0, 0.05) == 0.0  # all of it on the road
    assert specialists.taken_over(30.0, 120.0, 0.8) == 0.25
    assert specialists.taken_over(300.0, 120.0, 0.8) == 0.8
    assert specialists.taken_over(30.0, 0.0, 0.8) == 0.0


def test_a_pool_is_shared_by_load(make_config):
    lines = {"headcount": {"lines": 4.0, "where": {"villages": ["100", "101"]}}}
    county, dose = shared(make_config, {"number": 3.0, "shared_by": 4}, lines)
    pool = county.levers.specialist_pool
    assert [pool.tolist().count(each) for each in np.unique(pool)] == [4, 4, 4]
    assert (dose.asked, dose.delivered) == (3.0, 3.0)
    taken, q = specialists.taken(county), county.values.hours
    has = specialists.capacity(1.0, 4.0, q.specialist_hours, q.specialist_road)
    load = q.line_hours * county.levers.lines
    for each in np.unique(pool):
        units = pool == each
        assert np.unique(taken[units]).size == 1
        assert (taken * load)[units].sum() == pytest.approx(min(has, 0.8 * load[units].sum()))
    assert taken[0] > taken[4]  # fewer lines in the first pool


def test_they_relieve_cadres_and_are_paid(make_config, plain):
    county, _ = shared(make_config, {"number": 6, "shared_by": 2})
    ours, theirs = county.recorder.county, plain.recorder.county
    assert (ours["cadre_workload"][6:] < theirs["cadre_workload"][6:] - 1.0).all()
    assert np.array_equal(ours["cadre_workload"][:6], theirs["cadre_workload"][:6])
    paid = ours["administration_cost"][6] - theirs["administration_cost"][6]
    assert specialists.pay(county) == pytest.approx(6 * county.values.hours.specialist_pay)
    assert paid == pytest.approx(specialists.pay(county), rel=0.05)  # levies move a little, too


def test_no_more_is_done_than_there_is_to_do(make_config):
    county, _ = shared(make_config, {"number": 90_000})
    most = county.values.hours.specialist_most
    assert (specialists.taken(county) == most).all()
    none, _ = shared(make_config, {"number": 5}, {"headcount": {"lines": 0.0}})
    assert not specialists.taken(none).any()


def test_one_alone_serves_its_village_without_a_road(make_config):
    county = CountyModel(make_config({"specialists": {"number": 1.2}}, reform="2019-01"))
    county.step()
    q = county.values.hours
    expected = 0.1 * q.specialist_hours / (q.line_hours * q.lines_before)
    assert specialists.taken(county) == pytest.approx(expected)


@pytest.mark.parametrize("block", [{"number": 0}, {"number": 0, "shared_by": 5}])
def test_zero_dose_changes_no_bit(make_config, plain, block, same_numbers):
    other, _ = shared(make_config, block)
    same_numbers(plain, other)


def test_effects_do_not_depend_on_the_scale(by_scale):
    def load(before, after):
        return (after["cadre_workload"] - before["cadre_workload"])[6:].mean()

    three = {"specialists": {"number": 3, "shared_by": 3}}
    (one, by_one), (fifty, by_fifty) = by_scale(load, three)
    assert one < -1.0 and abs(one - fifty) < 3.0 * np.hypot(by_one, by_fifty) + 0.1
