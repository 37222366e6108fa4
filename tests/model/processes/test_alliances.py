"""Ventures between villages: what is managed together, and the luck that is shared."""

import numpy as np
import pytest

from sim.model.county import CountyModel
from sim.model.processes import alliances, economy


@pytest.fixture
def county(make_config):
    return CountyModel(make_config())


def yuan(county):
    accounts = county.collectives
    return (accounts["assets"] + accounts["partner"]) / 100.0


def test_luck_in_numbers():
    assert alliances.shared_luck(1.2, 0.8, 0.0) == 1.2
    assert alliances.shared_luck(1.2, 0.8, 1.0) == pytest.approx(0.8)
    assert alliances.shared_luck(1.2, 0.8, 0.25) == pytest.approx(1.1)


def test_without_a_venture_nothing_is_together(county):
    luck = economy.shocks(county)
    others, shared = alliances.put_together(county, luck)
    assert shared is luck and not others.any()


def test_assets_of_others_and_their_luck(county):
    county.levers.venture[[2, 5]] = 7
    county.levers.venture_share[[2, 5]] = 0.5, 0.25
    worth, luck = yuan(county), economy.shocks(county)
    others, shared = alliances.put_together(county, luck)
    assert others[2] == pytest.approx(0.5 * 0.25 * worth[5])
    assert others[5] == pytest.approx(0.25 * 0.5 * worth[2])
    common = np.average(luck[[2, 5]], weights=worth[[2, 5]] * [0.5, 0.25])
    assert shared[2] == pytest.approx(luck[2] + 0.5 * (common - luck[2]))
    assert shared[5] == pytest.approx(luck[5] + 0.25 * (common - luck[5]))
    rest = np.setdiff1d(np.arange(12), [2, 5])
    assert not others[rest].any() and (shared[rest] == luck[rest]).all()
    brought = worth[[2, 5]] * [0.5, 0.25]
    own = (luck[[2, 5]] * brought).sum()
    assert (common * brought).sum() == pytest.approx(own)  # what is shared is neither more nor less


def test_who_puts_nothing_in_shares_nothing(county):
    county.levers.venture[[2, 5]] = 7
    luck = economy.shocks(county)
    others, shared = alliances.put_together(county, luck)
    assert not others.any() and np.array_equal(shared, luck)
