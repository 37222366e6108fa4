"""Trust: steps and their speed, the merger's shock, what moves trust, and what trust moves."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.county import CountyModel
from sim.model.processes import trust
from sim.run import simulate

SHARE = st.floats(0, 1)
MONTHLY = 1 - (1 - 0.15) ** (1 / 12)


@settings(deadline=None)
@given(own=st.floats(-0.5, 1.5), start=SHARE, peers=SHARE)
def test_trust_stays_a_share_and_moves_toward_what_pulls_it(own, start, peers):
    after = trust.adjust(start, own, peers, 0.2, MONTHLY)
    assert 0.0 <= after <= 1.0
    target = (own + 0.2 * peers) / 1.2
    assert (after - start) * (target - start) >= -1e-12
    assert trust.adjust.py_func(start, own, peers, 0.2, MONTHLY) == after


def test_what_a_whole_group_lost_fades_at_the_rate_itself():
    """0.15 a year with neighbours who lost as much: half is back after 4.3 years."""
    value, months = 0.49, 0
    while value < 0.52:
        value = trust.adjust(value, 0.55, value, 0.2, MONTHLY)
        months += 1
    assert months == math.ceil(12 * math.log(0.5) / math.log(0.85))


def test_a_say_is_shared_by_kin_and_given_by_a_vote():
    assert trust.voice(0.0, 0.0, 10, 0.5) == 0.0
    assert trust.voice(0.0, 1.0, 10, 0.5) == pytest.approx(0.5)
    assert trust.voice(1.0, 0.0, 10, 0.5) == 1.0
    assert trust.voice(0.01, 0.0, 10, 0.5) == pytest.approx(1 - 0.99**10)


def test_distrust_makes_disputes():
    assert trust.dispute_hours(1000, 0.0, 4.0, 3.0) == pytest.approx(4.0)
    assert trust.dispute_hours(500, 0.1, 4.0, 3.0) == pytest.approx(2.0 * math.exp(0.3))
    assert trust.dispute_hours(1000, 0.3, 0.0, 3.0) == 0.0


def test_distrust_costs_cadres_hours(make_config):
    county = CountyModel(make_config())
    county.step()
    calm = county.meeting_hours.copy()
    county.group_trust -= 0.2
    trust.meet(county)
    assert county.meeting_hours == pytest.approx(calm * math.exp(3.0 * 0.2), rel=0.02)


def test_the_shock_hits_the_absorbed_alone_and_once(make_config, merger):
    county = CountyModel(make_config({"merger": merger}))
    for _ in range(6):
        county.step()
    before = trust.village_mean(county)
    county.step()
    absorbed = ~county.borders.is_unit
    change = trust.village_mean(county) - before
    assert change[absorbed] == pytest.approx(-0.06, abs=0.012)
    assert change[~absorbed] == pytest.approx(0.0, abs=0.006)
    assert not county.just_absorbed.any()


@pytest.mark.parametrize(
    ("array", "value", "sign"),
    [("grievance", 1.0, -1), ("pooling_dividend", 1.0, 1), ("leakage_found", True, -1)],
)
def test_what_happens_in_a_village_moves_its_trust(make_config, array, value, sign):
    def run(happens):
        county = CountyModel(make_config())
        if happens:
            getattr(county, array)[:6] = value
        trust.step(county)
        return trust.village_mean(county)

    moved = run(True) - run(False)
    assert (np.sign(moved[:6]) == sign).all() and (moved[6:] == 0).all()


def test_people_get_used_to_a_service(make_config):
    """With habituation the same lasting loss of service costs less trust after some years."""

    def fall(rate):
        config = make_config(parameters={"trust": {"habituation": rate}})
        county = CountyModel(config)
        before = trust.village_mean(county).mean()
        for _ in range(96):
            county.villagers["experience"][:] = 0.2
            trust.step(county)
        return before - trust.village_mean(county).mean()

    assert 0.0 < fall(0.3) < 0.6 * fall(0.0)


def test_what_pooling_pays_is_felt_as_fair_or_not(make_config):
    """1,000 fen a month are 120 yuan a year, 60 more than alone: (10 + 120) / (10 + 60)."""
    county = CountyModel(make_config(parameters={"trust": {"loss_aversion": 2.25}}))
    county.collectives["each"][:3] = [1000, 1000, 500]
    used = county.accustomed_service.copy()
    alone = trust.circumstances(county, used)["common"]
    county.pooling_dividend[:3] = [60.0, -60.0, 0.0]
    felt = trust.circumstances(county, used)["common"] - alone
    change = [math.log2(130 / 70), 2.25 * math.log2(130 / 190), 0.0]
    assert felt[:3] / county.values.trust.fairness_response == pytest.approx(change)
    assert (felt[3:] == 0.0).all()


def test_without_a_reform_trust_is_at_rest(make_config):
    recorder = simulate(make_config(months=48, scale=2)).recorder
    series = recorder.county["trust"]
    assert np.abs(series - series[0]).max() < 0.015
