"""The oversight policy: what it moves, whom it reaches, and that nothing is nothing."""

import numpy as np
import pytest
from pydantic import ValidationError

from sim.model.county import CountyModel
from sim.model.processes import oversight
from sim.run import simulate

OFTEN = {"oversight": {"tempted_base": 0.33, "dismissal_usual": 0.0}}
NOTHING = {"mailbox": 0.0, "inspections": 0.0, "disclosure": 0.0, "discipline": 0.2}


def test_zero_dose_changes_no_bit(make_config):
    plain, empty = simulate(make_config()), simulate(make_config({"oversight": NOTHING}))
    for key, values in plain.recorder.county.items():
        assert values.tobytes() == empty.recorder.county[key].tobytes(), key
    for name in ("trust", "savings", "labour"):
        assert plain.villagers[name].tobytes() == empty.villagers[name].tobytes()
    assert np.array_equal(plain.collectives["assets"], empty.collectives["assets"])


def test_an_empty_block_is_refused(make_config):
    with pytest.raises(ValidationError, match="give one of mailbox, inspections, disclosure"):
        make_config({"oversight": {}})


@pytest.mark.parametrize("lever", [{"mailbox": 1.0}, {"inspections": 12.0}, {"disclosure": 1.0}])
def test_every_eye_finds_more_and_deters(make_config, lever):
    plain = simulate(make_config(parameters=OFTEN, months=48)).recorder.county
    seen = simulate(make_config({"oversight": lever}, parameters=OFTEN, months=48)).recorder.county
    assert np.array_equal(plain["leakage"][:6], seen["leakage"][:6])
    assert seen["leakage"][6:].mean() < plain["leakage"][6:].mean()
    assert seen["leakage_found_share"][-1] > plain["leakage_found_share"][-1]


def test_a_village_in_one_township_is_watched_alone(make_config):
    where = {"townships": ["镇1"]}
    county = simulate(make_config({"oversight": {"inspections": 4.0, "where": where}}))
    assert county.levers.inspections.tolist() == [0.0] * 4 + [4.0] * 4 + [0.0] * 4


@pytest.mark.parametrize("discipline", [0.0, 1.0])
def test_discipline_dismisses_those_found_out(make_config, discipline):
    policies = {"oversight": {"inspections": 24.0, "discipline": discipline}}
    county = CountyModel(make_config(policies, parameters=OFTEN, months=34))
    found = 0
    for _ in range(17):
        county.step()
        _, leader = oversight.leading(county)
        caught = leader[county.leakage_found & county.borders.is_unit]
        if county.month < county.config.reform or not caught.size:
            continue
        found += 1
        assert discipline == 0.0 or county.cadres["leaving"][caught].all()
        occupant = county.cadres["occupant"][caught]
        county.step()
        gone = (county.cadres["occupant"][caught] > occupant) | ~county.in_post[caught]
        assert discipline == 0.0 or gone.all()
        assert county.in_post.sum() == 36  # the successor comes at once
    assert found > 0


def test_secretary_who_heads_the_collective_diverts_more(make_config):
    def leakage(heads):
        policies = {"combined_role": {"heads_collective": heads}}
        county = simulate(make_config(policies, parameters=OFTEN, months=60))
        assert county.levers.heads_collective.sum() == 12 * heads
        return county.recorder.county["leakage"]

    apart, together = leakage(False), leakage(True)
    assert np.array_equal(apart[:6], together[:6])
    assert together[6:].mean() > apart[6:].mean()
