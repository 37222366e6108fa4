"""Service: the rules on plain numbers, the queue, the groups compared, and their extremes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.county import CountyModel
from sim.model.parameters.variants import FIRST_EDITION
from sim.model.processes import needs, offers, service, turning, ways
from sim.run import simulate

HOURS = st.floats(0, 1e4)


def test_decay_halves_at_the_distance_that_was_observed():
    """Müller et al. 1998: attendance halves at 3.5 km; both forms are fitted to that."""
    assert needs.decay(3.5, 2.97, 0.198, needs.GAUSSIAN) == pytest.approx(0.5, abs=0.005)
    assert needs.decay(3.5, 2.97, 0.198, needs.EXPONENTIAL) == pytest.approx(0.5, abs=0.005)


@settings(deadline=None)
@given(near=st.floats(0, 60), further=st.floats(0.01, 20), form=st.sampled_from([0.0, 1.0, 2.0]))
def test_decay_falls_with_distance_and_is_a_share(near, further, form):
    first = needs.decay(near, 3.0, 0.2, form)
    second = needs.decay(near + further, 3.0, 0.2, form)
    assert 0.0 <= second <= first <= 1.0
    assert needs.decay(0.0, 3.0, 0.2, form) == 1.0
    assert needs.decay.py_func(near, 3.0, 0.2, form) == first


@pytest.fixture(scope="module")
def race():
    """Return a function that gives the channels of 20,000 needs, always with the same luck."""
    clocks = [tuple(c) for c in np.random.default_rng(1).exponential(size=(20_000, 4))]

    def run(near, online=0.0, visit=0.0):
        return np.array(
            [turning.choose_channel(c, needs.OFFICE, near, online, visit, 1.0) for c in clocks]
        )

    return run


def test_without_anything_else_attendance_is_the_decay(race):
    chosen = race(0.7)
    assert np.mean(chosen == needs.OFFICE) == pytest.approx(0.7, abs=0.012)
    assert set(chosen) == {needs.OFFICE, ways.GAVE_UP}


@pytest.mark.parametrize("option", ["online", "visit"])
def test_the_race_is_a_logit_and_flips_no_more_than_it_must(race, option):
    channel = {"online": needs.ONLINE, "visit": needs.VISIT}[option]
    without, offered = race(0.6), race(0.6, **{option: 0.5})
    assert np.mean(offered == channel) == pytest.approx(0.5 / 1.5, abs=0.012)
    assert (offered[without != offered] == channel).all()  # nobody flips between the others


@settings(deadline=None)
@given(capacity=HOURS, waiting=HOURS, asked=HOURS, abandonment=st.floats(0, 1))
def test_queue_keeps_work_but_for_the_impatient(capacity, waiting, asked, abandonment):
    share = service.served_share(capacity, waiting, asked)
    left = service.next_backlog(share, waiting, asked, 0.0)
    assert 0.0 <= share <= 1.0
    assert share * (waiting + asked) <= capacity * (1 + 1e-9) + 1e-9
    assert left + share * (waiting + asked) == pytest.approx(waiting + asked, abs=1e-6)
    assert service.next_backlog(share, waiting, asked, abandonment) <= left + 1e-9


def test_a_little_overload_costs_a_little_reach():
    """No cliff: the share served settles near capacity over work, and never at 0."""
    for overload, least in ((1.01, 0.80), (1.2, 0.40), (3.0, 0.09)):
        waiting = 0.0
        for _ in range(600):
            share = service.served_share(100.0, waiting, 100.0 * overload)
            waiting = service.next_backlog(share, waiting, 100.0 * overload, 0.3)
        assert least < share < 1.0 / overload
        sooner = service.next_backlog(share, waiting, 100.0 * overload, 0.3)
        assert sooner == pytest.approx(waiting, rel=1e-6)  # at rest


def test_group_leaders_know_only_so_many(make_config):
    assert offers.settled_by_group_leader(0.1, 110, 80) == pytest.approx(0.1)
    assert offers.settled_by_group_leader(0.1, 110, 220) == pytest.approx(0.05)
    # in a county: the larger the groups, the less is settled, beyond what a leader can know
    county = CountyModel(make_config())
    persons = (county.flows["residents"] / county.borders.groups)[county.world.group_village]
    q = county.values.service
    share = offers.settled_share(county)
    known = q.group_leader_share * np.minimum(1.0, q.group_leader_persons / persons)
    assert share == pytest.approx(known) and (persons > q.group_leader_persons).any()
    county.borders.groups[:] /= 4.0
    assert (offers.settled_share(county) < 0.7 * share).any()


def test_who_finds_nobody_calls_again():
    assert offers.found_in(0.6, 1.0) == pytest.approx(0.6)
    assert offers.found_in(0.6, 2.0) == pytest.approx(0.84)
    assert offers.found_in(0.0, 3.0) == 0.0


def test_a_trip_is_shared_by_the_homes_visited():
    assert turning.visit_minutes(30, 0, 25, 3) == 30
    assert turning.visit_minutes(30, 10, 25, 1) == pytest.approx(30 + 48)
    assert turning.visit_minutes(30, 10, 25, 4) == pytest.approx(30 + 12)


def test_absorbed_and_remote_are_the_same_people_in_every_month(make_config, merger):
    """Paired comparison needs the groups before the reform, too."""
    far = merger | {"ratio": 0.25}
    county = simulate(make_config({"merger": far, "service_delivery": {"outposts": 1.0}}))
    outcomes = county.recorder.county
    for key in ("reach_absorbed", "reach_absorbing", "reach_remote", "trust_absorbed"):
        assert np.isfinite(outcomes[key]).all(), key
    fresh = CountyModel(make_config({"merger": far}))
    assert np.array_equal(fresh.borders.remote, county.borders.remote)  # whatever the outposts
    assert 0 < fresh.borders.remote.sum() < fresh.borders.remote.size


def test_settlements_near_the_old_office_shorten_the_road(make_config):
    def km(share):
        changed = {"service": {"settlement_concentration": share}}
        return CountyModel(make_config(parameters=changed)).borders.office_km

    spread, half, none = km(0.0), km(0.5), CountyModel(make_config()).borders.office_km
    assert half == pytest.approx(0.5 * spread)
    assert none == pytest.approx(0.8 * spread)  # the default


def test_expected_experience_is_where_experience_settles(make_config):
    """What people expect before the spin-up is near what they live through."""
    ample = {
        "service": {"experience_memory": 0.5},
        "hours": {"admin_share": 0.35, "desk_hours": 0.0},
    }
    config = make_config(spin_up=0, months=60, parameters=ample, variants=FIRST_EDITION)
    county = CountyModel(config)
    first = county.villagers["experience"].astype(float).mean()
    for _ in range(60):
        county.step()
    assert county.villagers["experience"].astype(float).mean() == pytest.approx(first, abs=0.03)


def _requests_by_month(config):
    """Return the requests of each old village per person, months x villages, and the mean reach."""
    county = CountyModel(config)
    asked, met = [], []
    for _ in range(24):
        county.step()
        asked.append(county.flows["needs"].copy())
        met.append(county.flows["met"].sum())
    return np.array(asked), sum(met) / np.sum(asked)


def test_a_row_of_many_persons_has_their_needs_and_not_one_need_many_times(make_config):
    """Requests of a village are Poisson whatever the scale: variance over months equals mean."""
    fine, reach = _requests_by_month(make_config(scale=1, months=24))
    coarse, coarse_reach = _requests_by_month(make_config(scale=50, months=24))
    assert coarse.mean() == pytest.approx(fine.mean(), rel=0.06)
    for asked in (fine, coarse):
        dispersion = (asked.var(axis=0, ddof=1) / asked.mean(axis=0)).mean()
        assert 0.6 < dispersion < 1.6  # 50 if a row's persons all asked or none
    assert coarse_reach == pytest.approx(reach, abs=0.05)


def test_where_a_row_is_more_persons_than_draw_each_need_stands_for_several(make_config):
    rates = {"service": {"request_rate": 0.3}}
    county = CountyModel(make_config(scale=400, parameters=rates, variants=FIRST_EDITION))
    each = county.weight / needs.MOST_DRAWN
    assert (each >= 1.5).all()
    county.run_for(6)
    flows, people = county.flows, county.villagers
    village = county.row_village()
    old = county.month - people["birth_month"] >= 60 * 12
    counts = np.bincount(village, people["needs"] * old, minlength=each.size)
    assert flows["needs_elderly"] == pytest.approx(counts * each)
    assert flows["met_elderly"].sum() > 0
    for kind in ("elderly", "remote"):
        met, asked = flows[f"met_{kind}"], flows[f"needs_{kind}"]
        assert (met <= asked + 1e-9).all()


@given(requests=st.integers(1, 200), persons=st.floats(1.0, 200.0))
def test_one_of_those_asks_as_often_as_drawing_them_one_by_one(requests, persons):
    chance = needs.one_asks.py_func(requests, persons)
    assert 0.0 < chance <= 1.0
    assert needs.one_asks.py_func(requests, 1.0) == 1.0
    assert needs.one_asks.py_func(1, persons) == pytest.approx(1.0 / persons)
    assert chance >= needs.one_asks.py_func(1, persons) or persons == 1.0


@settings(deadline=None)
@given(requests=st.integers(1, 200), persons=st.floats(1.01, 200.0), lot=st.floats(1e-9, 1.0))
def test_who_is_among_them_is_told_without_the_power_where_the_chance_is_too_small(
    requests, persons, lot
):
    asks = lot < needs.one_asks.py_func(requests, persons)
    assert needs.is_among.py_func(lot, requests, persons) == asks


def test_needs_are_split_in_the_shares_of_the_ways():
    who, key = np.arange(20_000, dtype=np.uint64), np.uint64(99)
    shares = 0.1, 0.3, 0.05, 0.2, 0.15
    split = np.array([ways.split_ways(key, one, 7, *shares) for one in who])
    assert (split.sum(axis=1) == 7).all()
    assert split.mean(axis=0) / 7.0 == pytest.approx([*shares, 0.2], abs=0.005)
    together = np.corrcoef(split.T)[1, 3]  # of a multinomial: negative
    assert together == pytest.approx(-np.sqrt(0.3 * 0.2 / (0.7 * 0.8)), abs=0.03)
