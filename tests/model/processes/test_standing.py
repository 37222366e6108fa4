"""Standing: cadres who are villagers, a pool that stays, homes, and whose kin are aggrieved."""

import numpy as np
import pytest

from sim.model.agents import cadre
from sim.model.agents.villager import AWAY, LOCAL
from sim.model.county import CountyModel
from sim.model.processes import grievance, posts
from sim.model.processes.candidates import candidates
from sim.model.processes.newcomers import keys

OF = {"cadres": "villagers"}
POOL = {"selection": {"pool": 60, "reselect": "all"}}
POSTS = {"headcount": {"posts": {"by": "fixed", "number": 2}}}


def run(make_config, policies=None, months=12, **changes):
    variants = OF | changes.pop("variants", {})
    county = CountyModel(make_config(policies, variants=variants, months=months, **changes))
    for _ in range(months):
        county.step()
    return county


def holders(county, *names):
    return [column[county.in_post] for column in county.cadres.columns(*names)]


def test_without_it_a_cadre_is_no_villager(make_config):
    county = CountyModel(make_config(POOL))
    for _ in range(8):
        county.step()
    assert (county.cadres["home"] == -1).all() and not county.displaced_in.any()


@pytest.mark.parametrize("scale", [1, 20])
def test_a_cadre_is_of_a_villager_of_his_age_and_village(make_config, scale):
    county = CountyModel(make_config(variants=OF, scale=scale, spin_up=0))
    home, birth, returned = holders(county, "home", "birth_month", "returned")
    found = home >= 0
    assert found.mean() > 0.9
    people = county.villagers
    assert (people["birth_month"][home[found]] == birth[found]).all()
    assert (people["returned"][home[found]] == returned[found]).all()
    assert (people["labour"][home[found]] != AWAY).all()
    village = county.row_village()[home[found]]
    assert (village == county.slot_village()[county.in_post][found]).all()
    if scale == 1:  # one person, one post
        assert np.unique(home[found]).size == found.sum()


def test_ages_are_those_that_are_looked_for(make_config):
    def ages(**variants):
        county = CountyModel(make_config(variants=variants, scale=1, spin_up=0))
        (birth,) = holders(county, "birth_month")
        return (county.month - birth) / 12.0

    drawn, of_villagers = ages(), ages(**OF)
    assert of_villagers.mean() == pytest.approx(drawn.mean(), abs=2.0)
    assert of_villagers.std() == pytest.approx(drawn.std(), rel=0.25)


def test_the_talent_pool_is_the_same_people_every_month(make_config):
    county = run(make_config, POOL, months=7)
    units = np.flatnonzero(county.borders.is_unit)
    again = np.ones(county.weight.size, dtype=bool)

    def pool():
        people, _ = candidates(county, units, again, keys(county, 0), keys(county, county.month))
        return people[(people["row"] < 0) & (people["home"] >= 0)]

    before = pool()
    county.month += 1
    after = pool()
    same = np.isin(after["home"], before["home"]).mean()
    assert before.size > 10 and same > 0.9  # some have come of age, or retire
    of = county.villagers
    for one in after[after["source"] == cadre.RETURNED]:
        assert one["returned"] == (of["returned"][one["home"]] or of["labour"][one["home"]] == AWAY)


def test_who_takes_a_post_comes_home(make_config):
    county = run(make_config, POOL, months=8, scale=1)
    home, source = holders(county, "home", "source")
    came = home[(home >= 0) & (source == cadre.RETURNED)]
    assert came.size > 0
    new = county.cadres["appointed"][county.in_post] >= county.config.reform
    back = home[(home >= 0) & new]
    assert (county.villagers["labour"][back] != AWAY).mean() > 0.95  # some may have left since
    before = run(make_config, POOL, months=8, scale=1, variants={"cadres": "drawn"})
    away = [(c.villagers["labour"] == AWAY).sum() for c in (county, before)]
    assert away[0] < away[1]


def test_one_person_of_a_coarse_row_comes_home_as_often_as_is_expected(make_config):
    county = run(make_config, months=7, scale=20)
    people = np.zeros(200, dtype=[("holds", "?"), ("takes", "u1"), ("home", "i8")])
    rows = np.arange(200)
    people["home"], people["takes"] = rows, cadre.MEMBER
    county.villagers["labour"][rows] = AWAY
    posts.come_home(county, people)
    back = (county.villagers["labour"][rows] == LOCAL).sum()
    expected = (1.0 / county.weight[county.row_village()[rows]]).sum()
    assert abs(back - expected) < 4 * np.sqrt(expected)
    people["home"] = -1
    posts.come_home(county, people)  # of no villager: nobody comes


def test_the_kin_of_the_displaced_live_in_their_group(make_config):
    county = run(make_config, months=7, variants={"ties": "on"})
    county.aggrieved[:] = county.grievance[:] = 0.0
    county.displaced[:] = 0
    county.displaced[0] = 2
    county.displaced_in[1] = 1
    grievance.step(county)
    own = county.world.group_village == 0
    groups = np.flatnonzero(own)
    assert (county.aggrieved[own] > 0.0).all()  # of one it is not known where
    assert county.aggrieved[1] > 1.5 * np.delete(county.aggrieved[groups], 1).max()
    assert (county.aggrieved[~own] == 0.0).all()


def test_skill_is_part_of_ability(make_config):
    def ability(share):
        parameters = {"selection": {"skill_ability": share}}
        config = make_config(variants=OF, scale=1, spin_up=0, parameters=parameters)
        county = CountyModel(config)
        home, service = holders(county, "home", "ability_service")
        skill = county.villagers["skill"][home[home >= 0]]
        return np.corrcoef(skill, service[home >= 0])[0, 1]

    assert abs(ability(0.0)) < 0.3 < ability(1.0)


@pytest.mark.parametrize("scale", [1, 1000])
def test_odd_counties(make_config, scale):
    county = run(make_config, POOL | POSTS, months=12, scale=scale, variants={"families": "on"})
    assert county.in_post.any() and np.isfinite(county.villagers["trust"]).all()
