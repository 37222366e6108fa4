"""Ventures between villages: who joins whom, what it earns, and that nought changes nothing."""

import numpy as np
import pytest

from sim.run import simulate


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config(months=36))


def ventures(make_config, block, **changes):
    county = simulate(make_config({"village_ventures": block}, **{"months": 36} | changes))
    (dose,) = [one for one in county.doses.given(county.policies) if one.what == "joined"]
    return county, dose


@pytest.mark.parametrize(("size", "sizes"), [(2, [2] * 6), (4, [4] * 3), (20, [4] * 3)])
def test_neighbours_of_one_township_join(make_config, size, sizes):
    county, dose = ventures(make_config, {"share": 1.0, "size": size})
    number, town = county.levers.venture, county.world.township
    assert sorted(np.bincount(number)[np.unique(number)]) == sizes and (number > 0).all()
    for each in np.unique(number):
        assert np.unique(town[number == each]).size == 1
    assert (dose.asked, dose.delivered) == (12.0, 12.0)


def test_one_left_over_is_in_no_venture(make_config):
    """Of three villages reached in a township two are a venture of two; the third has nobody."""
    where = {"villages": ["100", "101", "102"]}
    county, dose = ventures(make_config, {"share": 1.0, "size": 2, "where": where})
    assert np.bincount(county.levers.venture)[1:].tolist() == [2]
    assert (dose.asked, dose.delivered) == (3.0, 2.0)


def test_a_share_of_the_ventures_comes_about(make_config):
    county, dose = ventures(make_config, {"share": 0.5, "size": 2, "invested": 0.3})
    joined = county.levers.venture > 0
    assert joined.sum() == 6 == dose.delivered
    assert (county.levers.venture_share == np.where(joined, 0.3, 0.0)).all()


def test_assets_managed_together_earn_more_and_luck_is_spread(make_config, plain):
    county, _ = ventures(make_config, {"share": 1.0, "size": 4, "invested": 1.0})
    returns, alone = (c.collectives["returns"] for c in (county, plain))
    assert returns.sum() > alone.sum()
    income, before = (c.recorder.county["collective_income"] for c in (county, plain))
    assert income[-12:].mean() > before[-12:].mean()
    assert np.array_equal(income[:6], before[:6])


def test_who_is_alone_in_a_township_has_nobody_to_join(make_config):
    merger = {"source": "generated", "ratio": 0.25}
    county = simulate(make_config({"merger": merger, "village_ventures": {"share": 1.0}}))
    assert county.borders.is_unit.sum() == 3 and not county.levers.venture.any()
    (dose,) = [one for one in county.doses.given(county.policies) if one.what == "joined"]
    assert dose.verdict == "nothing"


def test_money_balances(make_config):
    county, _ = ventures(make_config, {"share": 1.0, "invested": 1.0})
    assert county.collectives["money"].min() >= 0  # every month's close has checked the ledger


@pytest.mark.parametrize("block", [{"share": 0.0}, {"share": 1.0, "invested": 0.0}])
def test_zero_dose_changes_no_bit(make_config, plain, block, same_numbers):
    other, _ = ventures(make_config, block)
    same_numbers(plain, other)


def test_effects_do_not_depend_on_the_scale(by_scale):
    def gain(before, after):
        change = (after["collective_income"] - before["collective_income"])[6:].mean()
        return change / before["collective_income"][6:].mean()

    all_of_it = {"village_ventures": {"share": 1.0, "invested": 1.0}}
    (one, by_one), (fifty, by_fifty) = by_scale(gain, all_of_it, months=24)
    assert abs(one - fifty) < 3.0 * np.hypot(by_one, by_fifty) + 0.005
