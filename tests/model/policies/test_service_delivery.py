"""Service delivery: every lever moves what it should; none moves anything at dose zero."""

import numpy as np
import pytest

from sim.model.parameters.variants import FIRST_EDITION
from sim.model.processes import needs
from sim.run import simulate

#: long roads, and no helpers paid from welfare, who visit too
WIDE = {
    "service": {"road_detour": 2.0, "visit_sigma_km": 2.0},
    "economy": {"welfare_services": 0.0},
}


def after(county, key):
    return np.nanmean(county.recorder.county[key][6:])


@pytest.fixture(scope="module")
def run(make_config, merger):
    """Return a function that runs the merged county with a service-delivery block."""
    done = {}

    def simulated(variants=(), **block):
        key = repr((variants, block))
        if key not in done:
            policies = {"merger": merger} | ({"service_delivery": block} if block else {})
            done[key] = simulate(make_config(policies, parameters=WIDE, variants=dict(variants)))
        return done[key]

    return simulated


def same(a, b):
    return all(
        np.array_equal(a.recorder.county[key], b.recorder.county[key], equal_nan=True)
        for key in a.recorder.county
    ) and all(
        np.array_equal(a.villagers[name], b.villagers[name])
        for name in a.villagers.agent_type.columns
    )


def test_zero_dose_changes_no_bit(run):
    nothing = dict.fromkeys(("outposts", "home_visits", "online", "one_stop", "micro_groups"), 0.0)
    assert same(run(), run(**nothing, visit_elderly=True, visit_km=1.0, outpost_opening=0.3))


def test_outposts_win_back_the_absorbed_and_cost_money_and_time(run):
    one = tuple(FIRST_EDITION.items())
    plain, kept = run(one), run(one, outposts=1.0)
    some = run(one, outposts=1.0, outpost_opening=0.4)
    assert kept.borders.outpost.sum() == 6 and plain.borders.outpost.sum() == 0
    for key in ("reach_absorbed", "outpost_share", "outpost_cost"):
        assert after(kept, key) > after(some, key) > after(plain, key), key
    assert after(kept, "cadre_workload") > after(plain, "cadre_workload")
    assert run(outposts=0.5).borders.outpost.sum() == 3


def test_outposts_serve_the_absorbed_where_needs_wait(run):
    plain, kept, some = run(), run(outposts=1.0), run(outposts=1.0, outpost_opening=0.4)
    reach = [after(county, "reach_absorbed") for county in (kept, some, plain)]
    assert reach[0] > reach[1] > reach[2]
    for key in ("outpost_share", "outpost_cost"):
        assert after(kept, key) > after(some, key) > after(plain, key) == 0.0, key


def test_outposts_are_ranked_among_the_villages_reached(make_config, merger):
    def opened(**delivery):
        county = simulate(make_config({"merger": merger, **delivery}))
        return county.borders.outpost, county.world.township[county.borders.unit]

    where = {"where": {"townships": ["镇1"]}}
    outpost, town = opened(service_delivery={"outposts": 0.5, **where})
    assert np.bincount(town[outpost], minlength=3).tolist() == [0, 1, 0]
    two = {"service_delivery#b": {"outposts": 1.0, **where}}
    first = {"outposts": 0.5, "where": {"townships": ["镇0", "镇2"]}}
    outpost, town = opened(service_delivery=first, **two)
    assert outpost.sum() == 4 and (town[outpost] == 1).sum() == 2


def test_reopened_outposts_close_with_the_policy(make_config, merger):
    policies = {"merger": merger, "service_delivery": {"outposts": 1.0, "end": "2019-12"}}
    county = simulate(make_config(policies))
    share = county.recorder.county["outpost_share"]
    assert share[6:11].min() > 0 and (share[11:] == 0).all() and not county.borders.outpost.any()


def test_home_visits_go_to_the_old_and_the_far(run):
    one = tuple(FIRST_EDITION.items())
    gained = [
        after(run(form, home_visits=0.5), key) - after(run(form), key)
        for form, key in ((one, "reach_elderly"), ((), "reach_elderly"), ((), "travel_elderly"))
    ]
    assert gained[0] > 0.03 and gained[1] > 0.0 > gained[2]
    visited = run(home_visits=0.5)
    month = visited.month - visited.villagers["birth_month"]
    asked = visited.villagers["channel"] == needs.VISIT
    assert asked.any() and (month[asked] >= 720).all()
    far = run(home_visits=0.5, visit_elderly=False, visit_km=3.0)
    asked = far.villagers["channel"] == needs.VISIT
    assert asked.any() and (far.borders.office_km[far.row_group()[asked]] >= 3.0).all()


def test_visits_are_limited_by_the_hours_kept_for_them(run):
    few, many = run(home_visits=0.02, visit_km=0.0), run(home_visits=0.6, visit_km=0.0)
    assert 0 < after(few, "visit_share") < after(many, "visit_share")
    assert few.visit_share[few.borders.is_unit].max() < 1.0
    hours, flows = few.hours, few.borders.total(few.flows["visit_minutes"]) / 60.0
    assert (flows[few.borders.is_unit] > 0).any()
    spent = np.minimum(flows, 0.02 * hours["service_offered"])
    assert (spent <= 0.02 * hours["service_offered"] + 1e-9).all()


def test_the_platform_reaches_those_with_access(run):
    plain, online = run(), run(online=1.0)
    assert after(online, "online_share") > 1.5 * after(plain, "online_share")
    went = online.villagers["channel"] == needs.ONLINE
    assert online.villagers["digital"][went].all()


def test_one_stop_saves_cadres_time_and_groups_settle_small_needs(run):
    plain, quick, micro = run(), run(one_stop=1.0), run(micro_groups=1.0)
    assert after(quick, "cadre_workload") < after(plain, "cadre_workload")
    assert after(micro, "group_leader_share") > after(plain, "group_leader_share") + 0.05
    assert after(micro, "meeting_hours") > after(plain, "meeting_hours")
    half = run(micro_groups=0.5)
    assert after(plain, "group_leader_share") < after(half, "group_leader_share")
    assert after(half, "group_leader_share") < after(micro, "group_leader_share")


def test_hours_on_visits_and_at_outposts_are_not_at_the_desk(run):
    one = (("desk", "service_hours"),)
    plain, visits, outposts = run(one), run(one, home_visits=0.5), run(one, outposts=1.0)
    seats = plain.borders.is_unit
    for county, away in ((plain, 0.0), (visits, 0.5), (outposts, None)):
        hours = county.hours[seats]
        desk = hours["service_hours"] * (1.0 - (away or 0.0)) - hours["duty"]
        assert hours["attended"] == pytest.approx(1.0 - np.exp(-desk / 60.0))
    assert (outposts.hours["duty"][seats] > 0).all() and (plain.hours["duty"] == 0).all()
    assert after(visits, "attended_share") < after(plain, "attended_share")


def test_an_outpost_is_staffed_by_those_on_duty(run):
    one = (("desk", "service_hours"),)
    hours = run(one, outposts=1.0).hours[run().borders.is_unit]
    assert hours["outpost_attended"] == pytest.approx(1.0 - np.exp(-40.0 / 60.0))
    rarely = run(one, outposts=1.0, outpost_opening=0.25).hours[run().borders.is_unit]
    assert rarely["outpost_attended"] == pytest.approx(hours["outpost_attended"])  # while open
    assert rarely["duty"] == pytest.approx(0.25 * hours["duty"])


def test_nobody_waits_at_an_outpost_without_service_hours(make_config, merger):
    policies = {"merger": merger, "service_delivery": {"outposts": 1.0, "home_visits": 1.0}}
    county = simulate(make_config(policies, variants=FIRST_EDITION))
    assert (county.hours["outpost_attended"] == 0).all() and (county.hours["duty"] == 0).all()
    channel, other = county.flows["channel"], (needs.GROUP_LEADER, needs.ONLINE, needs.VISIT)
    assert channel[:, needs.OUTPOST].sum() > 0
    assert county.flows["met"].sum() <= channel[:, other].sum()


def test_buses_make_the_road_cheaper_and_leave_it_as_long(make_config, merger):
    def run(buses, form):
        block = {"service_delivery": {"buses": buses}} if buses is not None else {}
        return simulate(make_config({"merger": merger} | block, variants={"errands": form}))

    for form in ("given_up", "deferrable"):
        plain, none, half, all_ = (run(share, form) for share in (None, 0.0, 0.5, 1.0))
        for name, values in plain.recorder.county.items():
            assert np.array_equal(values, none.recorder.county[name], equal_nan=True), name
        assert np.array_equal(plain.borders.office_km, all_.borders.office_km)
        trips = [after(c, "service_reach") for c in (plain, half, all_)]
        assert trips[0] < trips[1] < trips[2]
