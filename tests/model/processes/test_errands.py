"""Errands that wait: what becomes of each, whose road it is, and that scale changes nothing."""

import numpy as np
import pytest

from sim.lab.one_run import flips
from sim.model.agents.villager import AWAY
from sim.model.county import CountyModel
from sim.model.processes import needs
from sim.model.processes.kinds import OVERDUE, URGENT, waits_as
from sim.model.processes.service import DEFERRABLE
from sim.run import simulate

WAITING = ("optional_1", "mandatory_1", "mandatory_2", "overdue")
#: nobody serves: no hours, no leaders of groups, no helpers
NOBODY = {
    "economy": {"welfare_services": 0.0},
    "hours": {"front_desk_share": 0.0, "admin_share": 0.0, "cadre_hours_week": 1e-9},
    "service": {"group_leader_share": 0.0},
}
#: everybody is served who comes, and there is no road
EVERYBODY = {
    "hours": {"office_day": 1e-12},
    "economy": {"welfare_services": 0.0},
    "service": {
        "errand_readiness": 1e12, "visit_sigma_km": 1e9, "road_cost": 0.0, "minutes_office": 0.0,
        "minutes_online": 0.0, "minutes_phone": 0.0, "trust_response": 0.0,
    },
}  # fmt: skip
FREE = {"parameters_outside_range": True, "scale": 1, "months": 12}


@pytest.fixture(scope="module")
def run(make_config):
    """Return a function that runs the small county with errands that wait."""

    def simulated(policies=None, **changes):
        changes.setdefault("variants", {"errands": "deferrable"})
        return simulate(make_config(policies, **changes))

    return simulated


def last(county, key):
    return county.recorder.county[key][-6:].mean()


def test_what_nobody_settles_waits_and_is_overdue_after_three_months(make_config):
    county = CountyModel(
        make_config(parameters=NOBODY, variants={"errands": "deferrable"}, **FREE | {"spin_up": 0})
    )
    people, must = county.villagers, []
    for month in range(8):
        held = {name: people[name].astype(int) for name in WAITING}
        same = people["labour"] != AWAY
        county.step()
        same &= people["birth_month"] < county.month  # nobody who was just born
        must.append(people["mandatory_1"].astype(int))
        assert (people["mandatory_2"] == held["mandatory_1"])[same].all()
        over = held["overdue"] + held["mandatory_2"]
        assert (people["overdue"] == over)[same].all(), month
        assert county.flows["met"].sum() == 0 and county.flows["channel"][:, 1:6].sum() == 0
        # what ended in vain: urgent at once, optional after a month, and what is overdue now
        kept = people["mandatory_1"] + people["optional_1"].astype(int)
        ended = (people["needs"] - kept).sum() + (held["optional_1"] + held["mandatory_2"])[
            same
        ].sum()
        assert county.flows["needs"].sum() == ended
        assert county.flows["overdue"].sum() == people["overdue"].sum()
    assert people["overdue"].sum() > 0 and sum(m.sum() for m in must) > 0


def test_who_is_away_or_just_born_has_none_open(run):
    county = run(parameters={"service": {"request_rate": 0.3}}, scale=1)
    people = county.villagers
    gone = people["labour"] == AWAY
    county.month += 1
    county._run_month()
    gone |= people["birth_month"] == county.month
    assert gone.any() and all(people[name][gone].sum() == 0 for name in WAITING)
    assert all(people[name].sum() > 0 for name in WAITING)


def test_where_all_are_served_at_once_nothing_waits(run):
    county = run(parameters=EVERYBODY, **FREE)
    flows = county.flows
    assert last(county, "service_reach") == 1.0 and last(county, "overdue") == 0.0
    assert all(county.villagers[name].sum() == 0 for name in WAITING)
    assert flows["needs"].sum() == county.villagers["needs"].sum() == flows["channel"].sum()
    assert flows["trips_in_vain"].sum() == 0.0
    # a person goes once, whatever he brings
    to_office = (flows["channel"][:, needs.OFFICE]).sum()
    assert 0.8 * to_office < flows["trips"].sum() < to_office


@pytest.mark.parametrize("variants", [{"errands": "deferrable"}, {"errands": "given_up"}])
def test_ways_of_what_ended_add_up(run, variants):
    policies = {"service_delivery": {"proxies": 0.7, "home_visits": 0.3, "online": 1.0}}
    county = run(policies, variants=variants)
    flows = county.flows
    assert flows["channel"].sum(axis=1) == pytest.approx(flows["needs"])
    assert (flows["met"] <= flows["needs"] + 1e-9).all()
    for part in ("elderly", "remote"):
        assert (flows[f"met_{part}"] <= flows[f"needs_{part}"] + 1e-9).all()
        assert (flows[f"needs_{part}"] <= flows["needs"] + 1e-9).all()
        assert (flows[f"travel_{part}"] <= flows["travel"] + 1e-9).all()
        assert (flows[f"residents_{part}"] <= flows["residents"]).all()
    assert (flows["trips_in_vain"] <= flows["trips"]).all() and flows["trips"].sum() > 0
    waits = county.values.service.errands == DEFERRABLE
    assert (last(county, "phone_share") > 0) == (last(county, "proxy_share") > 0) == waits


def test_a_longer_road_costs_hours_before_it_costs_service(run):
    """P14: needs that are given up make the road look cheap; those that wait show what it costs."""

    def change(form):
        near, far = (
            run(variants={"errands": form}, parameters={"service": {"road_detour": detour}})
            for detour in (1.3, 2.0)
        )
        return [last(far, key) / last(near, key) for key in ("service_reach", "travel_burden")]

    waits, given_up = change("deferrable"), change("given_up")
    assert waits[0] > given_up[0] and waits[1] > given_up[1]
    assert waits[1] - 1.0 > 3.0 * (1.0 - waits[0])


def test_proxies_spare_people_the_road(run):
    none, half, all_ = (run({"service_delivery": {"proxies": p}} if p else {}) for p in (0, 0.5, 1))
    shares = [last(county, "proxy_share") for county in (none, half, all_)]
    assert shares[0] == 0.0 < shares[1] < shares[2]
    assert last(all_, "travel_burden") < last(half, "travel_burden") < last(none, "travel_burden")


@pytest.mark.parametrize("coarse", [2, 10])
def test_scale_changes_noise_never_levels(make_config, coarse):
    """Rows of some persons have the errands, journeys and waiting of so many."""

    def levels(scale):
        found = [
            simulate(
                make_config(
                    scale=scale, seed=seed, months=24, variants={"errands": "deferrable"},
                    parameters={"service": {"request_rate": 0.3}},
                )
            )
            for seed in range(1, 7)
        ]  # fmt: skip
        keys = ("service_reach", "travel_burden", "trips", "overdue", "phone_share")
        return np.array([[last(county, key) for key in keys] for county in found])

    persons, rows = levels(1), levels(coarse)
    difference = (rows - persons) / persons.mean(axis=0)
    half = 3.0 * difference.std(axis=0, ddof=1) / len(difference) ** 0.5
    assert (np.abs(difference.mean(axis=0)) < half + 0.02).all(), difference.mean(axis=0)


def test_an_errand_is_followed_in_twins(make_config, merger):
    one, other = (
        CountyModel(
            make_config(
                policies, scale=1, variants={"errands": "deferrable"},
                parameters={"service": {"request_rate": 0.3}},
            )
        )
        for policies in ({}, {"merger": merger})
    )  # fmt: skip
    one.run_for(7), other.run_for(7)
    away = other.borders.unit[other.world.group_village] != other.world.group_village
    rows = np.flatnonzero(away[other.row_group()])
    found = []
    for row in rows[:: max(1, rows.size // 300)]:
        found += list(flips._errands(one, other, int(row)))
        if found:
            break
    assert found and found[0].decision == "service" and found[0].one != found[0].other
    assert {found[0].one, found[0].other} <= set(flips.CHANNELS)


def test_every_kind_ends_or_waits_on():
    kind, months = URGENT, 0
    for kind in range(OVERDUE + 1):
        months = 0
        while kind not in (-1, OVERDUE) and months < 5:
            kind, months = waits_as(kind), months + 1  # noqa: PLW2901
        assert months <= 3
