"""People: who dies, and who is born in their place."""

import numpy as np
import pytest

from sim.model.agents.villager import ELDER
from sim.model.county import CountyModel
from sim.model.processes import people


def test_death_comes_at_the_order_of_the_life_table():
    def yearly(age):
        monthly = people.death_probability(age * 12, 3.0e-5, 0.089, 0.0008)
        assert people.death_probability.py_func(age * 12, 3.0e-5, 0.089, 0.0008) == monthly
        return 1 - (1 - monthly) ** 12

    assert yearly(30) < 0.002 and 0.008 < yearly(70) < 0.025 and 0.05 < yearly(85) < 0.12


def test_a_newborn_starts_afresh_among_its_neighbours(make_config):
    county = CountyModel(make_config(scale=1))
    table, group = county.villagers, county.row_group()
    old = table["birth_month"].copy()
    trait = table["trait"].copy()
    table["experience"][:] = 0.9
    table["experience"][::2] = 0.3
    table["trust"][:] = 0.9
    county.group_trust[:] = 0.25
    county.month += 1
    people.step(county)
    born = np.flatnonzero(table["birth_month"] != old)
    rest = np.setdiff1d(np.arange(old.size), born)
    assert born.size == county.deaths.sum() > 5
    assert (table["birth_month"][born] == county.month).all()
    assert (table["labour"][born] == 0).all() and (table["income"][born] == 0).all()
    assert (table["trust"][born] == np.float32(0.25)).all()
    assert (table["trait"][born] != trait[born]).all()
    assert np.allclose(table["experience"][born], 0.6, atol=0.05)
    assert (table["trait"][rest] == trait[rest]).all() and (table["trust"][rest] == 0.9).all()
    assert county.group_trust[group[born]].size == born.size


def test_the_county_ages_slowly_and_keeps_its_people(make_config):
    county = CountyModel(make_config(months=60, scale=2))

    def elders():
        return np.mean(county.month - county.villagers["birth_month"] >= ELDER)

    before, rows = elders(), len(county.villagers["birth_month"])
    for _ in range(60):
        county.step()
    assert len(county.villagers["birth_month"]) == rows
    assert -0.01 < elders() - before < 0.06  # 2015 to 2020 in Sichuan: about +0.02


def test_elders_keep_the_digital_access_of_their_age(make_config):
    """At 60 a share loses it, none gains it; before and after nothing changes."""
    county = CountyModel(make_config(months=120, scale=1, variants={"trends": "constant"}))
    people, lost, stayed = county.villagers, 0, 0
    for _ in range(120):
        had, born = people["digital"].copy(), people["birth_month"].copy()
        county.step()
        same = people["birth_month"] == born
        turned = same & (county.month - born == ELDER)
        assert np.array_equal(people["digital"][same & ~turned], had[same & ~turned])
        lost += (had & ~people["digital"])[turned].sum()
        stayed += (people["digital"] & turned).sum()
        assert not (people["digital"] & ~had & turned).any()
    assert stayed / (lost + stayed) == pytest.approx(0.20 / 0.72, abs=0.08)
    old = county.month - people["birth_month"] >= ELDER
    assert people["digital"][old].mean() == pytest.approx(0.20, abs=0.04)
