"""Families: who is of which, who is left alone, who acts for whom, whose money it is."""

import numpy as np
import pytest

from sim.model.agents.villager import ADULT, AWAY, ELDER
from sim.model.county import CountyModel
from sim.model.ledger import differences
from sim.model.processes import family, households
from sim.model.processes.remittances import sent_home

ON = {"families": "on"}


def people(county, *names):
    return county.villagers.columns(*names)


def ages(county):
    return county.month - county.villagers["birth_month"].astype(int)


@pytest.fixture(scope="module")
def county(make_config):
    return CountyModel(make_config(variants=ON, scale=1))


def test_without_families_nobody_is_of_one(make_config):
    county = CountyModel(make_config())
    for _ in range(3):
        county.step()
    for name in ("family", "alone", "online_at_home"):
        assert not county.villagers[name].any()
    assert county.at_home.size == 0
    for key in ("elders_alone", "reach_alone", "travel_alone"):
        assert np.isnan(county.recorder.county[key][:3]).all()


def test_everybody_is_of_a_family_of_his_group(county):
    groups = county.row_group()
    whose = county.villagers["family"]
    assert whose.min() == 0 and whose.max() < len(county.at_home)
    for number in np.unique(whose):
        assert np.unique(groups[whose == number]).size == 1


def test_coarse_rows_are_of_families_of_their_village(make_config):
    county = CountyModel(make_config(variants=ON, scale=40))
    whose, village = county.villagers["family"], county.row_village()
    for number in np.unique(whose):
        assert np.unique(village[whose == number]).size == 1


@pytest.mark.parametrize("scale", [1, 10, 50])
def test_sizes_and_generations_are_those_of_the_parameters_at_every_scale(make_config, scale):
    config = make_config(variants=ON, scale=scale, spin_up=0, switched_off=["mortality"])
    county = CountyModel(config)
    q, age = county.values.family, ages(county)
    size = np.bincount(county.villagers["family"])
    older, whose = age >= family.OLDER, county.villagers["family"]
    with_young = np.bincount(whose, ~older) > 0
    assert size[with_young].mean() == pytest.approx(q.size, rel=0.12)
    apart = ~with_young[whose] & older
    assert apart[older].mean() == pytest.approx(q.apart, abs=0.07)
    assert (size[whose[apart]] == 1).mean() == pytest.approx(q.single, abs=0.1)


def test_who_lives_apart_does_so_alone_or_with_one_of_about_the_same_age(county):
    age, whose = ages(county), county.villagers["family"]
    for number in np.unique(whose):
        of_it = age[whose == number]
        if (of_it >= family.OLDER + county.config.spin_up + 12).all():
            assert of_it.size <= 2 or np.ptp(of_it) < 400


def test_children_grow_up_where_somebody_could_be_their_parent(county):
    age, whose = ages(county), county.villagers["family"]
    child = age < 15 * 12
    adults = np.bincount(whose, (age >= ADULT) & (age < ELDER))
    assert (adults[whose[child]] > 0).mean() > 0.97


def test_a_newborn_is_of_a_family_with_somebody_of_the_age_of_parents(make_config):
    config = make_config(variants=ON, scale=1, parameters={"people": {"gompertz_level": 7e-5}})
    county = CountyModel(config)
    born = checked = 0
    for _ in range(12):
        before = county.villagers["family"].copy()
        county.step()
        age, whose, groups = ages(county), county.villagers["family"], county.row_group()
        new = np.flatnonzero(age == 0)
        assert (before[age > 0] == whose[age > 0]).all()  # nobody else moves
        for row in new:
            mates = (whose == whose[row]) & (np.arange(age.size) != row)
            assert (groups[mates] == groups[row]).all()
            checked += ((age[mates] >= family.PARENT[0]) & (age[mates] < family.PARENT[1])).any()
        born += new.size
    assert born > 50 and checked / born > 0.95  # a parent may have died in the same month


def test_elders_are_alone_where_nobody_of_16_to_59_is_at_home(county):
    family.step(county)
    age, (whose, labour, alone) = ages(county), people(county, "family", "labour", "alone")
    for row in np.flatnonzero(labour != AWAY)[:400]:
        mates = (whose == whose[row]) & (labour != AWAY)
        grown = mates & (age >= ADULT) & (age < ELDER)
        assert alone[row] == (age[row] >= ELDER and not grown.any())
    assert not alone[labour == AWAY].any() and alone.any()


def test_who_is_not_online_may_have_somebody_at_home_do_it(make_config):
    def net(help_):
        config = make_config(variants=ON, parameters={"family": {"online_help": help_}})
        county = CountyModel(config)
        return county, family.online(county)

    county, some = net(0.5)
    digital, labour, whose = people(county, "digital", "labour", "family")
    can_help = np.bincount(whose, digital & (labour != AWAY) & (ages(county) >= ADULT)) > 0
    assert (some[digital]).all() and not some[~digital & ~can_help[whose]].any()
    helped = some[~digital & can_help[whose]].mean()
    assert helped == pytest.approx(0.5, abs=0.08)
    assert (net(0.8)[1] >= some).all()  # the same people, and more of them


def run(make_config, months=12, **changes):
    county = CountyModel(make_config(variants=ON, months=months, **changes))
    for _ in range(months):
        county.step()
    return county


@pytest.mark.parametrize("scale", [1, 10])
def test_what_is_handed_over_costs_no_journey_and_is_done_sooner(make_config, scale):
    far = {"service": {"request_rate": 0.3, "road_cost": 1.2}}
    off = run(make_config, scale=scale, parameters=far, switched_off=["family_errands"])
    with_it = run(make_config, scale=scale, parameters=far)

    def last(county, key):
        return county.recorder.county[key][-6:].mean()

    assert last(with_it, "overdue") < last(off, "overdue")
    assert last(with_it, "service_reach") > last(off, "service_reach")
    assert last(with_it, "trips") < last(off, "trips")  # what another takes waits for no journey


def test_handing_over_acts_alike_at_every_scale(make_config):
    def effect(scale, key):
        with_it = run(make_config, months=18, scale=scale)
        off = run(make_config, months=18, scale=scale, switched_off=["family_errands"])
        return (with_it.recorder.county[key] - off.recorder.county[key])[-12:].mean()

    for key, margin in (("travel_burden", 0.012), ("service_reach", 0.003)):
        fine, coarse = effect(1, key), effect(10, key)
        assert fine != 0.0 and coarse == pytest.approx(fine, abs=margin), key


def test_elders_alone_hand_over_less_and_go_more(make_config):
    county = run(make_config, scale=1, months=18)
    of = {key: county.recorder.county[key][-12:].mean() for key in county.recorder.county}
    assert of["travel_alone"] > of["travel_elderly"]
    assert 0.3 < of["elders_alone"] < 0.7


def test_what_is_sent_home_is_the_family_s_own_to_the_fen(make_config):
    county = CountyModel(make_config(variants=ON, scale=1))
    households.set_incomes(county)
    with_families = np.rint(county.villagers["income"].astype(float) * 100).astype(int)
    q, (skill, labour, whose) = (
        county.values.livelihood, people(county, "skill", "labour", "family"),
    )  # fmt: skip
    sent = [
        sent_home.py_func(float(s), q.out_wage, q.remitted_share) if at == AWAY else 0
        for s, at in zip(skill, labour, strict=True)
    ]
    own = np.bincount(whose, sent)
    at_home = np.bincount(whose, labour != AWAY)
    county.at_home = county.at_home[:0]
    households.set_incomes(county)
    pooled = np.rint(county.villagers["income"].astype(float) * 100).astype(int)
    village = county.row_village()
    assert np.bincount(village, with_families).tolist() == np.bincount(village, pooled).tolist()
    rich = np.argmax(np.where(at_home > 0, own / np.maximum(at_home, 1), -1))
    for number in (rich, int(np.flatnonzero((at_home > 0) & (own == 0))[0])):
        rows = (whose == number) & (labour != AWAY)
        gained = (with_families - pooled)[rows]
        assert (gained > 0).all() if number == rich else (gained < 0).all()


def test_who_would_leave_somebody_alone_leaves_less_and_comes_back_more(make_config):
    def away(response):
        parameters = {"family": {"alone_response": response}}
        county = run(make_config, months=24, scale=1, parameters=parameters)
        labour, whose = people(county, "labour", "family")
        age = ages(county)
        working = (age >= ADULT) & (age < ELDER)
        here = county.at_home[whose]
        left = (here[:, family.OTHERS] > 0) & (here[:, family.ADULTS] == 0)
        return (labour == AWAY)[working].mean(), left[working & (labour == AWAY)].mean()

    usual, without = away(1.0), away(0.0)
    assert usual[1] < without[1]
    assert usual[0] == pytest.approx(without[0], abs=0.02)  # the reference keeps the rates


def test_who_decides_later_in_a_month_knows_who_left_before(make_config):
    county = run(make_config, months=14, scale=1)  # the last decisions are those of February
    labour, whose = people(county, "labour", "family")
    age = ages(county)
    adults = (labour != AWAY) & (age >= ADULT) & (age < ELDER)
    found = np.bincount(whose, adults, len(county.at_home))
    assert (county.at_home[:, family.ADULTS] == found).all()
    assert county.recorder.county["returns"][-1] > 0


@pytest.mark.parametrize("scale", [1, 1000])
def test_money_is_kept_at_odd_scales(make_config, scale):
    county = run(make_config, months=14, scale=scale)
    assert set(differences(county).values()) == {0.0}
    assert np.isfinite(county.villagers["income"]).all()
