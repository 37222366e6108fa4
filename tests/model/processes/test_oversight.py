"""Oversight: what its rules say, and that money diverted, found and recovered adds up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.county import CountyModel
from sim.model.parameters import defaults
from sim.model.processes import oversight

P = defaults()["oversight"]
SHARE = st.floats(0, 1)


def rate(
    mailbox=0.0, inspections=0.0, disclosure=0.0, distrust=P["distrust_reference"], relief=0.0
):
    names = (
        "complaints_usual",
        "complaints_mailbox",
        "distrust_response",
        "distrust_reference",
        "inspection_sight",
        "disclosure_sight",
        "relief_blind",
    )
    rest = (P[name] for name in names)
    return oversight.discovery_rate(distrust, mailbox, inspections, disclosure, relief, *rest)


def unseen(leaders, heads=0.0, sent=0.0, **levers):
    checks = P["leader_check"], P["collective_check"]
    return oversight.discretion(leaders, heads, rate(**levers), sent, *checks)


def tempted(leaders=2.0, residents=P["size_reference"], integrity=0.5, heads=0.0, **levers):
    names = ("discretion_response", "size_response", "size_reference", "integrity_response")
    rest = (P[name] for name in names)
    seen = unseen(leaders, heads, **levers)
    return oversight.diversion(seen, unseen(2.0), residents, integrity, P["tempted_base"], *rest)


FULL = {"mailbox": 1.0, "inspections": 2.0, "disclosure": 1.0}


def test_defaults_make_the_leakage_that_the_evidence_judges():
    """Evidence section 2: 3 % of surplus, 1.5 times that combined, 0.6 with oversight."""
    base = tempted() * P["taken_share"]
    assert base == pytest.approx(0.03)
    assert tempted(1.0) * P["taken_share"] == pytest.approx(1.5 * base, rel=0.02)
    assert tempted(1.0, **FULL) * P["taken_share"] == pytest.approx(0.6 * base, rel=0.02)


def test_a_county_that_asks_for_less_finds_less():
    assert rate(relief=1.0) == pytest.approx(rate() * (1.0 - P["relief_blind"]))
    assert tempted(relief=0.5) > tempted()


def test_a_second_leader_matters_less_where_others_watch():
    alone = tempted(1.0) - tempted(2.0)
    watched = tempted(1.0, **FULL) - tempted(2.0, **FULL)
    assert 0 < watched < alone / 5


@given(mailbox=SHARE, disclosure=SHARE, inspections=st.floats(0, 12), distrust=SHARE)
def test_discretion_is_a_share_and_every_eye_lowers_it(mailbox, disclosure, inspections, distrust):
    levers = {"mailbox": mailbox, "disclosure": disclosure, "distrust": distrust}
    seen = unseen(2.0, inspections=inspections, **levers)
    assert 0.0 < seen <= 1.0
    assert unseen(2.0, inspections=inspections + 1.0, **levers) < seen
    assert unseen(1.0, inspections=inspections, **levers) > seen
    assert unseen(2.0, 1.0, inspections=inspections, **levers) > seen
    assert unseen(2.0, 0.0, 0.2, inspections=inspections, **levers) < seen


@given(leaders=st.sampled_from([1.0, 2.0]), residents=st.floats(50, 20000), integrity=SHARE)
def test_larger_villages_and_less_honest_leaders_divert_more(leaders, residents, integrity):
    here = tempted(leaders, residents, integrity)
    assert 0.0 < here < 1.0
    assert tempted(leaders, 2.0 * residents, integrity) > here
    assert tempted(leaders, residents, integrity - 0.1) > here


def test_a_first_secretary_watches_by_integrity(make_config):
    policies = {"first_secretary": {"number": 5}}
    county = CountyModel(make_config(policies))
    county.run_for(7)
    eyes = oversight.watching(county)
    assert (eyes > 0).sum() == 5 and (eyes[eyes > 0] > 0.3).all()
    better = CountyModel(make_config(policies, parameters={"posts": {"sent_integrity": 0.2}}))
    better.run_for(7)
    assert (oversight.watching(better)[eyes > 0] >= eyes[eyes > 0]).all()
    assert oversight.watching(better).sum() > eyes.sum()


def test_without_temptation_nothing_leaks(make_config):
    county = CountyModel(make_config(parameters={"oversight": {"tempted_base": 0.0}}))
    county.run_for(18)
    assert county.collectives["leaked"].sum() == 0
    assert not county.leakage_found.any()
    assert np.isnan(county.recorder.county["leakage_found_share"]).all()  # nothing to find


def test_what_is_diverted_found_and_recovered_adds_up(make_config, merger):
    policies = {"merger": merger, "oversight": {"inspections": 6.0, "disclosure": 1.0}}
    parameters = {"oversight": {"tempted_base": 0.33}}
    county = CountyModel(make_config(policies, parameters=parameters))
    accounts = county.collectives
    total, back = accounts["leaked"].sum(), 0
    for _ in range(18):
        hidden = accounts["leaked"] - accounts["exposed"]
        county.step()
        found = county.leakage_found
        total += accounts["leakage"].sum()
        back += accounts["recovered"].sum()
        assert (accounts["leakage"] >= 0).all()
        assert (accounts["leakage"] <= np.maximum(oversight.retained(accounts), 0)).all()
        assert (accounts["recovered"][~found] == 0).all()
        share = np.floor(P["recovered_share"] * (hidden + accounts["leakage"])[found])
        assert np.array_equal(accounts["recovered"][found], share)
        assert np.array_equal(accounts["exposed"][found], accounts["leaked"][found])
    assert accounts["leaked"].sum() == total > 0
    assert 0 < back < total


def test_nothing_is_diverted_while_a_village_is_watched(make_config):
    parameters = {"oversight": {"tempted_base": 0.33, "watched_months": 60.0}}
    policies = {"oversight": {"inspections": 12.0, "start": "2019-01"}}
    county = CountyModel(make_config(policies, parameters=parameters))
    watched = np.zeros(12, dtype=bool)
    for _ in range(18):
        watched |= county.leakage_found
        county.step()
        assert (county.collectives["leakage"][watched] == 0).all()
    assert watched.any()


def test_without_leaders_nobody_diverts(make_config):
    policies = {"headcount": {"posts": {"by": "fixed", "number": 0}}}
    parameters = {"oversight": {"tempted_base": 0.33}}
    county = CountyModel(make_config(policies, parameters=parameters))
    county.run_for(18)
    assert (county.recorder.county["leakage"][6:] == 0).all()
    assert county.recorder.county["leakage"][:6].max() > 0
