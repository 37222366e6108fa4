"""Planned roles: who gets which, what comes with it, and that names in a plan move nothing."""

import numpy as np
import pytest

from sim.model.county import CountyModel
from sim.model.policies.roles import ROLES
from sim.run import simulate

ALL = {"town": 1, "central": 2, "speciality": 3, "mixed": 2}


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config())


def roles_of(county):
    return {role: np.flatnonzero(getattr(county.levers, f"{role}_village")) for role in ROLES}


def test_each_role_goes_to_those_it_is_for(make_config):
    county = simulate(make_config({"roles": ALL}))
    has = roles_of(county)
    assert has["town"].tolist() == [np.argmin(county.town_km)]
    assert has["central"].tolist() == [10, 11]  # the largest
    rent = county.collectives["rent"] / county.borders.registered
    assert set(has["speciality"]) == set(np.argsort(-rent)[:3])
    assert has["mixed"].size == 2
    (dose,) = [one for one in county.doses.given(county.policies) if one.what == "roles"]
    assert (dose.asked, dose.delivered) == (8.0, 8.0)


def test_what_comes_with_a_role(make_config):
    county = simulate(make_config({"roles": ALL | {"carried": 0.5}}))
    has, levers, gives = roles_of(county), county.levers, county.values.roles
    serving = sorted({*has["town"], *has["central"]})
    usual = county.values.hours.rota_hours
    hours = np.full(12, usual)
    hours[serving] += 0.5 * gives.office_hours
    assert levers.office_hours.tolist() == hours.tolist()
    assert np.flatnonzero(levers.one_stop).tolist() == serving
    assert (levers.outposts[has["central"]] == 0.5 * gives.outposts).all()
    assert levers.support[has["speciality"]].tolist() == [0.5 * gives.project_money] * 3
    assert levers.cooperative.sum() == pytest.approx(1.5 * gives.cooperative)
    assert levers.micro_groups.sum() == pytest.approx(gives.micro_groups)
    paid = county.collectives["project_money"] / 100.0
    assert paid.sum() == pytest.approx(1.5 * gives.project_money)


def test_multi_ethnic_villages_are_those_of_several_nationalities(make_config, tmp_path):
    path = tmp_path / "villages.csv"
    people = ["汉", "汉", "彝", "汉"] * 3
    lines = [f"{100 + i},村{i}村委会,镇0,900,2.0,{people[i]}" for i in range(12)]
    path.write_text("\n".join(["code,name,township,registered,area_km2,nationality", *lines]))
    place = {"county": {"villages": str(path), "groups_per_village": 4}}
    merger = {"source": "generated", "ratio": 0.5}
    county = simulate(make_config({"merger": merger, "roles": {"mixed": 1}}, **place))
    (mixed,) = roles_of(county)["mixed"]
    known, unit = np.array(people), county.borders.unit
    most = max(len(set(known[unit == u])) for u in np.unique(unit))
    assert most == 2 and len(set(known[unit == mixed])) == most


def test_they_serve_and_earn(make_config, merger):
    base = simulate(make_config({"merger": merger}, months=60)).recorder.county
    record = simulate(make_config({"merger": merger, "roles": ALL}, months=60)).recorder.county
    for outcome in ("service_reach", "collective_income"):
        assert record[outcome][-12:].mean() > base[outcome][-12:].mean()
    assert record["project_money"].sum() > 0.0 == base["project_money"].sum()


def test_what_others_give_more_of_stays(make_config):
    support = {"collective_support": {"villages": 12, "amount": 900_000.0}}
    delivery = {"service_delivery": {"office_hours": 1.0, "one_stop": 0.9}}
    county = simulate(make_config(support | delivery | {"roles": ALL}))
    assert (county.levers.support == 900_000.0).all() and (county.levers.one_stop == 0.9).all()
    serving = np.zeros(12, dtype=bool)
    for role in ("town", "central"):
        serving[roles_of(county)[role]] = True
    assert (county.levers.office_hours[serving] == 6.0).all()
    assert (county.levers.office_hours[~serving] == 1.0).all()


def test_names_in_a_plan_move_no_number(make_config, plain, same_numbers):
    county = simulate(make_config({"roles": ALL | {"carried": 0.0}}))
    assert sum(units.size for units in roles_of(county).values()) == 8
    same_numbers(plain, county)


def test_zero_dose_changes_no_bit(make_config, plain, same_numbers):
    county = simulate(make_config({"roles": {}}))
    assert not any(units.size for units in roles_of(county).values())
    same_numbers(plain, county)


def test_more_roles_than_villages_are_not_delivered(make_config):
    county = simulate(make_config({"roles": {"central": 500}}))
    (dose,) = [one for one in county.doses.given(county.policies) if one.what == "roles"]
    assert (dose.asked, dose.delivered, dose.verdict) == (500.0, 12.0, "less")


def test_a_list_of_villages_is_a_selector(make_config):
    block = {"speciality": 99, "where": {"villages": ["101", "村7村委会"]}}
    county = CountyModel(make_config({"roles": block}, reform="2019-01", spin_up=0))
    county.step()
    assert roles_of(county)["speciality"].tolist() == [1, 7]


def test_effects_do_not_depend_on_the_scale(by_scale, merger):
    def gains(before, after):
        keys = ("service_reach", "collective_income")
        return [(after[key] - before[key])[6:].mean() for key in keys]

    (one, by_one), (fifty, by_fifty) = by_scale(gains, {"roles": ALL}, {"merger": merger})
    assert (np.abs(one - fifty) < 3.0 * np.hypot(by_one, by_fifty) + [0.002, 100.0]).all()
