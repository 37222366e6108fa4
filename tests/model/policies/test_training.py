"""Training: raises ability for a time, at a price."""

import numpy as np
import pytest

from sim.run import simulate


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config())


def test_training_raises_ability_and_fades(make_config, plain):
    block = {"who": "all", "every": 6, "cost": 1000.0}
    county = simulate(make_config({"training": block})).recorder.county
    gain = county["cadre_ability"] - plain.recorder.county["cadre_ability"]
    assert (gain[:6] == 0).all() and gain[6] == pytest.approx(0.04, abs=1e-6)
    assert gain[11] < gain[6] < gain[12]
    assert county["training_cost"].nonzero()[0].tolist() == [6, 12]
    assert county["training_cost"][6] == 36 * 1000.0


def test_leaders_only_and_a_share(make_config):
    def trained(**block):
        return simulate(make_config({"training": block}, months=7)).cadres["training"] > 0

    assert trained(who="leaders").sum() == 24
    assert 8 < trained(who="all", share=0.5).sum() < 28


@pytest.mark.parametrize("block", [{"share": 0.0, "cost": 500.0}])
def test_zero_dose_changes_no_bit(make_config, plain, block, same_numbers):
    other = simulate(make_config({"training": block}))
    same_numbers(plain, other)
    for column in plain.cadres.agent_type.columns:
        assert np.array_equal(plain.cadres[column], other.cadres[column]), column
