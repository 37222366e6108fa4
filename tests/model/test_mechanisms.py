"""Every mechanism can be switched off, is then inert, and does something while it is on."""

import numpy as np
import pytest

from sim.about.explain import explain
from sim.errors import InputError
from sim.model.county import CountyModel
from sim.model.ledger import differences
from sim.model.parameters import parameters
from sim.model.parameters.mechanisms import MECHANISMS, neutral
from sim.run import simulate

POLICIES = {
    "merger": {"source": "generated", "ratio": 0.5},
    "combined_role": {},
    "headcount": {"posts": {"by": "fixed", "number": 3}},
    "pay": {"growth": 0.2, "professional": 0.5},
    "service_delivery": {"home_visits": 0.2},
}
#: hours bind and somebody waits; cadres are old enough to retire
SHOCKED = {"service": {"request_rate": 0.3}, "posts": {"age_mean": 50.0}}


#: mechanism -> the forms in which alone it acts: errands that wait are overdue rather than given up
OF_TIES = ("word_of_mouth", "example_online", "shared_grievance", "complaints")
OF_FAMILIES = ("family_errands", "family_online", "left_at_home")
FORMS = {"abandonment": {"errands": "given_up"}} | {name: {"ties": "on"} for name in OF_TIES}
FORMS |= {name: {"families": "on"} for name in OF_FAMILIES}
FORMS |= {"household": {"ties": "on", "families": "on"}}


@pytest.fixture(scope="module")
def everything_on(make_config):
    return simulate(make_config(POLICIES, parameters=SHOCKED))


def columns(county):
    tables = (county.villagers, county.cadres, county.collectives)
    return [table[name].tobytes() for table in tables for name in table.agent_type.columns]


def test_every_neutral_value_belongs_to_a_parameter():
    for name in MECHANISMS:
        for process, values in neutral((name,)).items():
            assert values.keys() <= parameters()[process].keys(), name


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_does_something(make_config, everything_on, name):
    forms = FORMS.get(name, {})
    if forms:
        everything_on = simulate(make_config(POLICIES, parameters=SHOCKED, variants=forms))
    off = simulate(make_config(POLICIES, parameters=SHOCKED, switched_off=[name], variants=forms))
    assert columns(off) != columns(everything_on)


def test_off_means_off(make_config):
    def last(name, key):
        return simulate(make_config(POLICIES, switched_off=[name])).recorder.county[key][-1]

    assert last("leakage", "leakage") == 0.0
    assert last("attendance", "attended_share") == 1.0
    assert last("grievance", "grievance") == 0.0
    assert last("leadership", "leadership") == 1.0
    assert last("resignation", "turnover") == 0.0
    assert last("administration", "administration_per_resident") == 0.0
    assert last("ventures", "ventures_started") == 0.0
    assert last("migration", "returns") == 0.0


def test_with_everything_off_trust_money_and_people_stay(make_config):
    still = {"trends": "constant"}
    config = make_config(switched_off=list(MECHANISMS), scale=1, months=24, variants=still)
    county = CountyModel(config)
    people, accounts = county.villagers, county.collectives
    kept = ("trust", "skill", "digital", "birth_month")
    before = {name: people[name].copy() for name in kept}
    holders, assets = county.cadres["occupant"].copy(), accounts["assets"].sum()
    invested = 0
    for _ in range(24):
        county.step()
        assert not county.deaths.any() and not county.returned_rows.any()
        invested += county.ledger.paid("collectives", "investment")
    for name in kept:
        assert np.array_equal(people[name], before[name]), name
    assert np.array_equal(county.cadres["occupant"], holders)
    assert accounts["assets"].sum() - assets == invested  # what is kept is invested, none is lost
    assert set(differences(county).values()) == {0.0}


def test_a_parameter_of_a_mechanism_that_is_off_is_refused(make_config):
    with pytest.raises(ValueError, match=r"trust\.peer_weight belongs to a mechanism"):
        make_config(parameters={"trust": {"peer_weight": 0.1}}, switched_off=["peers"])


def test_they_are_explained():
    text = explain("switched_off")
    assert all(name in text for name in MECHANISMS) and "trust.peer_weight = 0" in text
    assert "关闭：邻里影响" in explain("switched_off.peers", "zh")
    with pytest.raises(InputError, match="nothing is called"):
        explain("switched_off.pears")
