"""First secretaries: sent from above, for a term, beside the village's own posts."""

import numpy as np
import pytest

from sim.model.agents.cadre import FIRST_SECRETARY
from sim.run import simulate


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config())


def test_they_come_beside_the_posts_and_lead(make_config, plain):
    block = {"number": 3, "place": "largest", "pay": 5000.0}
    county = simulate(make_config({"first_secretary": block}))
    rows = np.flatnonzero(county.cadres["post"] == FIRST_SECRETARY)
    assert (rows // county.slots).tolist() == [9, 10, 11]
    record = county.recorder.county
    assert (record["posts"] == 36).all() and record["first_secretary_pay"][6] == 15000.0
    assert record["cadre_pay"][6] == plain.recorder.county["cadre_pay"][6]
    assert record["leader_load"][6] < plain.recorder.county["leader_load"][6]
    ours = county.recorder.village["cadre_workload"][6]
    assert (ours[9:] < plain.recorder.village["cadre_workload"][6][9:]).all()


def test_terms_end(make_config):
    block = {"number": 2, "term": 6, "end": "2020-05"}
    county = simulate(make_config({"first_secretary": block}))
    assert (county.cadres["occupant"].reshape(12, -1)[:, -1]).sum() == 4
    assert not (county.cadres["post"] == FIRST_SECRETARY).any()
    assert county.recorder.county["first_secretary_pay"][-2:].tolist() == [0.0, 0.0]


def test_the_poorest_come_first_and_stay_the_same(make_config):
    county = simulate(make_config({"first_secretary": {"number": 2, "place": "poorest"}}))
    rows = np.flatnonzero(county.cadres["post"] == FIRST_SECRETARY) // county.slots
    rent = county.collectives["rent"] / county.world.registered
    assert sorted(rows.tolist()) == sorted(np.argsort(rent)[:2].tolist())


@pytest.mark.parametrize("block", [{"number": 0}])
def test_zero_dose_changes_no_bit(make_config, plain, block, same_numbers):
    other = simulate(make_config({"first_secretary": block}))
    same_numbers(plain, other)
    for column in plain.cadres.agent_type.columns:
        assert np.array_equal(plain.cadres[column], other.cadres[column]), column
