"""Strain: burnout rises with hours asked, falls otherwise; resignations follow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.processes import grievance, strain
from sim.run import simulate

HOURS = st.floats(0, 100)


@settings(deadline=None)  # the first call compiles
@given(week=HOURS, more=st.floats(0.1, 20), ratio=st.floats(0, 3))
def test_burnout_is_logistic_in_hours_and_imbalance(week, more, ratio):
    low, high = (strain.burnout_target(w, ratio, 0.0, 45, 6, 2) for w in (week, week + more))
    assert 0.0 < low < high <= 1.0
    assert strain.burnout_target(45, 1.0, 0.0, 45, 6, 2) == 0.5
    assert strain.burnout_target(45, ratio, 0.0, 45, 6, 0.0) == 0.5  # switched off


def test_free_hours_strain_less():
    assert strain.strain_hours(130, 195, 0.0) == pytest.approx(30)
    assert strain.strain_hours(130, 195, 1.0) == pytest.approx(45)
    assert strain.strain_hours(260, 195, 0.5) == pytest.approx(60)


def test_effort_equals_reward_at_the_wage_outside():
    assert strain.imbalance(45, 45, 2000, 1450, 3450) == pytest.approx(1.0)
    assert strain.imbalance(45, 45, 1000, 1450, 3450) > 1.0


@settings(deadline=None)  # the first call compiles
@given(burnout=st.floats(0, 1))
def test_resignations_rise_with_burnout(burnout):
    monthly = strain.resignation(0.05, 2.0, burnout)
    assert (1 - monthly) ** 12 == pytest.approx(0.95 ** (1 + 2 * burnout))


def test_overload_burns_out_and_drives_out(make_config):
    load = {"hours": {"admin_share": 0.75, "cadre_hours_week": 60.0, "reference_hours": 260.0}}
    plain, hard = (simulate(make_config(parameters=p)).recorder.county for p in ({}, load))
    assert hard["burnout"][-1] > plain["burnout"][-1] + 0.1
    assert hard["distress_share"][-1] > plain["distress_share"][-1]


def test_who_gives_notice_is_gone_next_month(make_config):
    from sim.model.county import CountyModel

    county = CountyModel(make_config())
    for _ in range(18):
        county.step()
        leaving = np.flatnonzero(county.cadres["leaving"] & county.in_post)
        if leaving.size:
            break
    before = county.cadres["occupant"].sum()
    assert leaving.size > 0
    county.step()
    gone = before + leaving.size
    assert county.cadres["occupant"].sum() >= gone
    assert (
        not county.in_post[leaving].all()
        or (county.cadres["appointed"][leaving[county.in_post[leaving]]] == county.month).any()
    )
    assert county.in_post.sum() == 36


@settings(deadline=None)  # the first call compiles
@given(g=st.floats(0, 1), displaced=st.floats(0, 20), registered=st.floats(1, 5000))
def test_grievance_stays_a_share(g, displaced, registered):
    after = grievance.spread(g, displaced, 60, registered)
    assert g <= after <= 1.0
    assert grievance.spread(g, 0.0, 60, registered) == g


def test_settlement_leaves_less_and_nothing_changes_nothing():
    effects = (0.3, 0.6, 0.4, 12.0)
    assert grievance.unsettled(0, 0, 0, *effects) == 1.0
    assert grievance.unsettled(1, 0, 0, *effects) == pytest.approx(0.7)
    assert grievance.unsettled(1, 1, 24, *effects) == pytest.approx(0.7 * 0.4 * 0.6)
