"""Ties: none unless they are on; word spreads beyond those who met a thing; who follows whom."""

import numpy as np
import pytest

from sim.model.agents.villager import AWAY
from sim.model.county import CountyModel
from sim.model.processes import ties, trends

ON = {"ties": "on"}


def one_bad_group(make_config, **changes):
    """A county in which only one group of the first village had errands, all of which failed."""
    config = make_config(variants=ON, **changes)
    county = CountyModel(config)
    county.told[:, ties.WELL :] = 0.0
    county.told[0, ties.BADLY] = 10.0
    before = county.villagers["experience"].copy()
    ties.step(county)
    return county, before - county.villagers["experience"]


def test_without_ties_nobody_hears_anything(make_config):
    county = CountyModel(make_config())
    before = county.villagers["experience"].copy()
    county.told[:, ties.BADLY] = 10.0
    ties.step(county)
    assert (county.villagers["experience"] == before).all()
    assert ties.going_online(county)[1] == (0.0, 0.0)


def test_word_goes_farther_the_closer_people_are_and_not_to_those_away(make_config):
    county, lost = one_bad_group(make_config)
    village, town = county.row_village(), county.world.township
    home = county.villagers["labour"] != AWAY
    rows = np.arange(lost.size)
    group = rows < county.group_start[1]
    kin = (village == 0) & ~group
    near = (town[village] == town[0]) & (village != 0)
    others = town[village] != town[0]
    heard = [lost[where & home].mean() for where in (group, kin, near, others)]
    assert heard[0] > heard[1] > heard[2] > heard[3] == 0.0
    assert (lost[~home] == 0.0).all()


def test_after_a_merger_word_reaches_the_other_villages_of_the_unit(make_config):
    county, _ = one_bad_group(make_config)
    town = county.world.township
    far = int(np.flatnonzero(town != town[0])[0])
    county.borders.unit[[0, far]] = 0
    county.borders.merged_in[0] = county.month
    home = (county.villagers["labour"] != AWAY) & (county.row_village() == far)

    def lost(months):
        county.month = int(county.borders.merged_in[0]) + months
        before = county.villagers["experience"].copy()
        ties.step(county)
        return float((before - county.villagers["experience"])[home].mean())

    later = [lost(months) for months in (0, 12, 96)]
    assert later[0] == 0.0 < later[1] < later[2]


def test_bad_news_outweighs_good(make_config):
    def after(bad_news):
        changes = {"ties": {"bad_news": bad_news}}
        county = CountyModel(make_config(variants=ON, parameters=changes))
        for _ in range(6):
            county.step()
        return float(county.villagers["experience"].mean())

    assert after(3.0) < after(1.0)


@pytest.mark.parametrize("scale", [5, 50])
def test_who_is_not_online_does_not_count_himself(make_config, scale):
    county = CountyModel(make_config(variants=ON, scale=scale))
    digital, labour = county.villagers.columns("digital", "labour")
    digital[:] = True
    digital[np.flatnonzero(labour != AWAY)[0]] = False
    ties.step(county)
    first = int(county.group_of(int(np.flatnonzero(labour != AWAY)[0])))
    assert county.online_near[first] == pytest.approx(1.0)


def test_more_go_online_where_more_are(make_config):
    def after(by_ties):
        changes = {"ties": {"online_by_ties": by_ties, "online_alone": 0.0}}
        county = CountyModel(make_config(variants=ON, months=18, parameters=changes))
        for _ in range(18):
            county.step()
        return float(county.villagers["digital"].mean())

    assert after(0.35) > after(0.1)
    county = CountyModel(make_config(variants=ON | {"trends": "constant"}))
    county.step()
    assert ties.going_online(county) == ((0.0, 0.0), (0.0, 0.0))
    assert trends.going_online(county) == (0.0, 0.0)


def test_a_county_without_residents_or_ties_hears_nothing(make_config):
    none = {"neighbours": 3.0, "kin": 2.0, "ties_elsewhere": 1.0}
    county = CountyModel(make_config(variants=ON, parameters={"ties": none}))
    county.villagers["labour"][:] = AWAY
    before = county.villagers["experience"].copy()
    ties.step(county)
    assert (county.villagers["experience"] == before).all()
    assert np.isfinite(county.online_near).all() and (county.online_near == 0.0).all()
