"""Mergers of which some new villages come about."""

import numpy as np
import pytest

from sim.model.county import CountyModel
from sim.model.world.partly import drawn, log_odds, of_several


def units(county):
    """Seats of the units of several old villages, by seat the members."""
    county.run_model()
    unit = county.borders.unit
    return {int(s): np.flatnonzero(unit == s) for s in np.unique(unit) if (unit == s).sum() > 1}


@pytest.fixture(scope="module")
def made(make_config):
    def made(**partly):
        merger = {"source": "generated", "ratio": 0.5}
        merger |= {"partly": partly} if partly else {}
        return units(CountyModel(make_config({"merger": merger}, scale=50)))

    return made


def test_a_share_of_the_plans_units_comes_about_whole(made):
    whole = made()
    for share in (0.0, 0.5, 1.0):
        part = made(share=share)
        assert len(part) == round(share * len(whole))
        assert all((whole[seat] == members).all() for seat, members in part.items())


def test_odds_and_luck_draw():
    luck = np.random.default_rng(1).random(1000)
    size = np.linspace(-1, 1, 1000)
    odds = log_odds({"size": size, "income": size}, {"size": 5.0, "income": 0.0})
    assert odds == pytest.approx(5.0 * (size - size.mean()) / size.std())
    chosen = drawn(odds, luck, 0.3)
    assert chosen.sum() == 300 and size[chosen].mean() > 0.5
    assert not log_odds({"size": np.ones(4)}, {"size": 3.0}).any(), "no spread, no odds"
    assert abs(size[drawn(np.zeros(1000), luck, 0.5)].mean()) < 0.06
    assert (of_several(np.array([0, 0, 2, 3, 3], dtype=np.int32)) == [0, 3]).all()
