"""Consultation: it softens the shock in absorbed villages, before the merger, at some cost."""

import numpy as np
import pytest

from sim.run import simulate


@pytest.fixture(scope="module")
def run(make_config, merger):
    def simulated(**block):
        policies = {"merger": merger} | ({"consultation": block} if block else {})
        return simulate(make_config(policies)).recorder.county

    return simulated


def lost(outcomes):
    return outcomes["trust_absorbed"][5] - outcomes["trust_absorbed"][6]


def test_who_is_heard_before_the_merger_loses_less_trust(run):
    plain = run()
    heard = run(heard=0.2, vote=True, start="2019-04", ramp_months=2)
    late = run(heard=0.2, vote=True, start="2019-08")
    saved = 1 - lost(heard) / lost(plain)
    assert saved == pytest.approx(0.4, abs=0.08)  # consultation_offset, nearly everybody had a say
    assert lost(late) == lost(plain)


def test_hearings_and_a_vote_cost_hours_while_they_last(run):
    plain, heard = run(), run(heard=0.2, vote=True, start="2019-04", ramp_months=1)
    more = heard["meeting_hours"] - plain["meeting_hours"]
    assert (more[3:5] > 1).all() and np.abs(more[[0, 1, 2]]).max() == 0
    assert np.abs(more[6:]).max() < 0.5 * more[4]


def test_it_costs_by_the_person_heard_and_by_the_vote(make_config):
    block = {"heard": 0.2, "vote": True, "start": "2019-04", "ramp_months": 1}
    county = simulate(make_config({"consultation": block}))
    persons = county.world.registered.sum()
    hearing, vote = county.values.budget.hearing_cost, county.values.budget.vote_cost
    cost = county.recorder.county["consultation_cost"]
    expected = np.zeros(18)
    expected[3], expected[4] = hearing * 0.1 * persons, hearing * 0.1 * persons + vote * 12
    assert hearing > 0 and vote > 0 and cost == pytest.approx(expected)


def test_zero_dose_changes_no_bit(run):
    plain, nothing = run(), run(heard=0.0, vote=False, start="2019-04")
    for key, values in plain.items():
        assert np.array_equal(values, nothing[key], equal_nan=True), key
