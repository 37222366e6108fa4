"""Trends: none without the variant; the same in every arm; money in order; who goes online."""

import numpy as np
import pytest

from sim.model.county import CountyModel
from sim.model.parameters import Values, parameters
from sim.model.processes import trends
from sim.run import simulate

FORMS = "constant", "observed"
OBSERVED = {"trends": "observed"}


def test_amounts_are_those_of_the_base_and_grow_and_all_else_stays():
    usual, start = Values(variants=OBSERVED), trends.BASE - 27
    later = trends.of_month(usual, trends.BASE + 30, start)
    assert later.livelihood.out_wage == pytest.approx(4370.0 * 1.04**2.5)
    assert later.livelihood.record["out_wage"][0] == later.livelihood.out_wage
    assert later.livelihood.return_rate == pytest.approx(0.015 * 0.8 ** (57 / 12))
    assert later.population.digital_60_plus == pytest.approx(1.0 - 0.8 * 0.95**2.5)
    before = trends.at_start(usual, start)
    assert before.livelihood.out_wage == pytest.approx(4370.0 / 1.04**2.25)
    assert before.livelihood.return_rate == usual.livelihood.return_rate
    assert before.population.digital_under_60 == pytest.approx(1.0 - 0.28 / 0.88**2.25)
    assert (
        trends.at_start(Values(variants={"trends": "constant"}), start).livelihood.out_wage == 4370
    )
    assert later.selection.standing_worth == pytest.approx(1500.0 * 1.04**2.5)
    moved = {
        (process, name)
        for process, constants in vars(usual).items()
        for name in constants.record.dtype.names
        if getattr(getattr(later, process), name) != getattr(constants, name)
    }
    assert len(moved) == 11
    assert {process for process, _ in moved} == {"livelihood", "selection", "population"}
    assert vars(later.livelihood).keys() == vars(usual.livelihood).keys()


def test_nobody_is_less_than_not_online_long_before():
    early = trends.at_start(Values(variants=OBSERVED), trends.BASE - 12 * 25)
    assert early.population.digital_under_60 == early.population.digital_60_plus == 0.0


def test_no_share_or_rate_grows_beyond_1():
    later = trends.of_month(Values(variants=OBSERVED), trends.BASE + 12 * 80, trends.BASE)
    later = later.livelihood
    for name in ("local_days_share", "elder_work", "leave_rate", "return_rate", "entry_leave_rate"):
        assert 0.0 <= getattr(later, name) <= trends.MOST


def test_before_the_first_month_nothing_has_moved(make_config):
    county = CountyModel(make_config(variants=OBSERVED, spin_up=3))
    first, start = county.values, county.config.start
    wage = county.usual_values.livelihood.out_wage
    assert first.livelihood.out_wage == pytest.approx(wage * 1.04 ** ((start - trends.BASE) / 12))
    county.step()
    assert county.values is first and trends.going_online(county) == (0.0, 0.0)
    county.step()
    assert county.values.livelihood.out_wage == pytest.approx(
        first.livelihood.out_wage * 1.04 ** (1 / 12)
    )
    assert trends.going_online(county) == (0.12, 0.05)


def test_trends_are_the_same_in_every_arm(make_config, merger):
    apart, merged = (simulate(make_config(p, variants=OBSERVED)) for p in ({}, {"merger": merger}))
    assert vars(apart.values.livelihood)["record"] == vars(merged.values.livelihood)["record"]


def test_residents_earn_more_save_more_and_go_online(make_config):
    still, moving = (simulate(make_config(variants={"trends": f}, months=48)) for f in FORMS)
    for county in (still, moving):
        assert all(book.flows for book in county.ledger.closed)  # closed: to the fen
    income = [county.villagers["income"].astype(float).mean() for county in (still, moving)]
    assert 1.05 < income[1] / income[0] < 1.35
    online = [county.villagers["digital"] for county in (still, moving)]
    assert online[1].mean() > online[0].mean() + 0.05
    assert still.values is still.usual_values


def test_who_is_not_online_goes_in_the_stated_share(make_config):
    parameters = {"people": {"digital_loss": 0.0}}
    county = CountyModel(make_config(variants=OBSERVED, parameters=parameters, spin_up=0))
    county.step()
    before = county.villagers["digital"].copy()
    born = county.villagers["birth_month"].copy()
    for _ in range(12):
        county.step()
    same = born == county.villagers["birth_month"]
    assert county.villagers["digital"][before & same].all()
    off = ~before & same
    old = county.month - born >= 732
    for group, rate in ((off & ~old, 0.12), (off & old, 0.05)):
        share, spread = county.villagers["digital"][group].mean(), (rate / group.sum()) ** 0.5
        assert share == pytest.approx(rate, abs=4 * spread) and group.sum() > 100


def test_a_rate_of_no_growth_leaves_the_county_as_it_is(make_config):
    none = dict.fromkeys(parameters()["trends"], 0.0)
    still = simulate(make_config(variants={"trends": "constant"}))
    moving = simulate(
        make_config(variants=OBSERVED, parameters={"trends": none}, parameters_outside_range=True)
    )
    for name, values in still.recorder.county.items():
        assert np.array_equal(values, moving.recorder.county[name], equal_nan=True), name
