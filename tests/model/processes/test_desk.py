"""The desk: who finds somebody at the office, in both forms."""

from itertools import pairwise

import numpy as np
import pytest

from sim.model.county import CountyModel
from sim.model.parameters import Values
from sim.model.parameters.variants import FIRST_EDITION
from sim.model.policies.dose import shortfalls
from sim.model.processes import offers
from sim.run import simulate

PRESENCE = {"desk": "presence"}
VALUES = Values().hours


def found(cadres, hours=195.0, posted=2.0, kept=0.7):
    """Return the chance to find one of so many cadres in at one try."""
    nobody = 1.0
    for _ in range(cadres):
        nobody *= 1.0 - offers.present(hours, 0.0, VALUES.office_presence, VALUES.office_day)
    open_hours = offers.rota(posted, kept, cadres * hours, VALUES.office_day)
    return offers.somebody_in(open_hours / VALUES.office_day, nobody)


def attended(config):
    """Return the chance to find somebody, of each unit, as the county begins."""
    county = CountyModel(config)
    return county.hours["attended"][county.borders.is_unit]


def test_more_cadres_at_one_office_are_found_more_often_and_none_never():
    chances = [found(cadres) for cadres in range(9)]
    assert chances[0] == 0.0 and chances[-1] < 1.0
    assert all(more > fewer for fewer, more in pairwise(chances))
    gains = np.diff(chances)[1:]
    assert (np.diff(gains) < 0).all()  # smooth: each further post adds a little less


def test_a_merged_village_of_five_is_found_more_than_one_of_two(make_config, merger):
    few = {"headcount": {"posts": {"by": "fixed", "number": 2}}}
    many = {"merger": merger, "headcount": {"posts": {"by": "fixed", "number": 5}}}
    apart, merged = (
        simulate(make_config(policies, variants=PRESENCE)).recorder.county["attended_share"][-1]
        for policies in (few, many)
    )
    assert merged > apart + 0.1


@pytest.mark.parametrize(("form", "falls"), [("presence", False), ("service_hours", True)])
def test_paperwork_empties_the_desk_in_one_form_only(make_config, form, falls):
    """Burnout, which shortens hours, is off: presence is then whatever the work."""
    still = {"variants": FIRST_EDITION | {"desk": form}, "switched_off": ["burnout"]}
    little, much = (
        attended(make_config(parameters={"hours": {"admin_share": share}}, **still))
        for share in (0.35, 0.6)
    )
    assert (much < little).all() if falls else np.array_equal(much, little)


def test_a_unit_without_cadres_is_never_attended(make_config):
    county = CountyModel(make_config(variants=PRESENCE))
    county.in_post[: county.slots] = False
    county.hours[0] = 0
    offers.staff(county)
    assert county.hours["attended"][0] == county.hours["rota"][0] == 0.0
    assert (county.hours["attended"][1:] > 0.3).all()


def test_longer_hours_and_checks_open_the_door_and_are_counted(make_config):
    def run(block, **more):
        policies = {"service_delivery": block} if block else {}
        return simulate(make_config(policies, variants=PRESENCE, **more))

    plain, long, checked = run({}), run({"office_hours": 6.0}), run({"office_kept": 0.9})
    assert plain.hours["rota"] == pytest.approx(1.4)
    assert long.hours["rota"] == pytest.approx(4.2)
    for county in (long, checked):
        share, usual = (c.recorder.county["attended_share"] for c in (county, plain))
        assert (share[6:] > usual[6:]).all() and np.array_equal(share[:6], usual[:6])
        dose = {one.what: one for one in county.doses.given(county.config.active())}["office"]
        assert dose.delivered == pytest.approx(dose.asked) and dose.asked > 0.0
    reach = [county.recorder.county["service_reach"][-12:].mean() for county in (plain, long)]
    assert reach[1] > reach[0]


def test_hours_of_an_office_do_nothing_where_service_hours_keep_it_open(make_config):
    block = {"service_delivery": {"office_hours": 6.0}}
    form = {"desk": "service_hours"}
    county = simulate(make_config(block, variants=form))
    (short,) = shortfalls(county.doses.given(county.config.active()))
    assert short.what == "office" and short.verdict == "nothing"
    plain = simulate(make_config(variants=form))
    for key, values in county.recorder.county.items():
        assert np.array_equal(values, plain.recorder.county[key], equal_nan=True), key


def test_hours_away_are_not_at_the_desk_and_an_outpost_has_those_on_duty(make_config, merger):
    def run(**block):
        policies = {"merger": merger} | ({"service_delivery": block} if block else {})
        county = simulate(make_config(policies, variants=PRESENCE))
        return county.hours[county.borders.is_unit]

    plain, visits, outposts = run(), run(home_visits=0.5), run(outposts=1.0)
    assert visits["attended"].mean() < plain["attended"].mean()
    assert outposts["attended"].mean() < plain["attended"].mean()
    any_hour = VALUES.rota_kept * 40.0 / (VALUES.office_day * offers.DAYS_PER_MONTH)
    known = VALUES.rota_known * 40.0 / offers.DAYS_PER_MONTH / 2.0  # less than two hours a day
    found = known * VALUES.rota_kept + (1.0 - known) * any_hour
    assert outposts["outpost_attended"] == pytest.approx(found)


def test_a_door_posted_open_for_a_moment_is_no_door(make_config):
    day = {"office_presence": 0.0}

    def chance(hours):
        block = {"service_delivery": {"office_hours": hours, "start": "2019-01"}}
        county = CountyModel(
            make_config(
                block, variants=PRESENCE, parameters={"hours": day}, parameters_outside_range=True
            )
        )
        county.step()
        return county.hours["attended"][county.borders.is_unit].mean()

    assert chance(0.0) == 0.0 < chance(1e-6) < 1e-5
    assert chance(24.0) == pytest.approx(chance(8.0)) == pytest.approx(VALUES.rota_kept)


def test_hours_kept_for_visits_that_nobody_asks_for_are_at_the_desk(make_config):
    none = {"visit_elderly": False, "visit_km": 99.0}
    kept = {"service_delivery": {"home_visits": 0.8, **none}}
    still = {"variants": PRESENCE, "parameters": {"economy": {"welfare_services": 0.0}}}
    plain, visits = (simulate(make_config(p, **still)) for p in ({}, kept))
    assert np.array_equal(plain.hours["attended"], visits.hours["attended"])


@pytest.mark.parametrize("known", [0.0, 0.9])
def test_who_keeps_to_posted_hours_finds_somebody_when_the_door_is_kept(make_config, known):
    day = {"rota_known": known, "office_presence": 0.0}
    config = make_config(
        variants=PRESENCE, parameters={"hours": day}, parameters_outside_range=True
    )
    kept, any_hour = VALUES.rota_kept, VALUES.rota_kept * 2.0 / VALUES.office_day
    assert attended(config) == pytest.approx(known * kept + (1.0 - known) * any_hour)


def test_without_attendance_somebody_is_always_in(make_config):
    config = make_config(variants=PRESENCE, switched_off=["attendance"])
    assert (attended(config) == 1.0).all()
