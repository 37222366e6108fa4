"""Ties: none unless they are on; word spreads beyond those who met a thing; who follows whom."""

import numpy as np
import pytest

from sim.model.agents.villager import AWAY, LOCAL
from sim.model.county import CountyModel
from sim.model.processes import budget, ties, trends, trust

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


def quiet(make_config, off=(), **changes):
    """A county with ties in which nothing has given anybody a grievance."""
    blocks = {"parameters": {"ties": changes}, "switched_off": list(off)}
    county = CountyModel(make_config(variants=ON, policies={}, **blocks))
    county.told[:, ties.WELL :] = 0.0
    county.aggrieved[:] = 0.0
    return county


def test_a_grievance_reaches_the_group_s_neighbours_and_kin_and_fades_there_without_ties(
    make_config,
):
    def after(months, **changes):
        county = quiet(make_config, ["complaints"], **changes)
        county.aggrieved[0] = 1.0
        for _ in range(months):
            ties.step(county)
        return county.aggrieved, county.world

    alone, _ = after(3, grievance_spread=0.0)
    shared, world = after(3)
    village = world.group_village
    town = world.township[village]
    assert (alone[1:] == 0.0).all()
    kin = shared[(village == 0) & (np.arange(shared.size) > 0)]
    near = shared[(village != 0) & (town == town[0])]
    assert kin.mean() > near.mean() > 0.0 == shared[town != town[0]].max()
    assert shared.max() <= 1.0


def test_nobody_complains_without_ties_or_grievance(make_config):
    county = CountyModel(make_config())
    for _ in range(4):
        county.step()
    assert (county.complained == 0.0).all() and ties.looked_into(county) == 0.0
    assert (ties.complaint_hours(county) == 0.0).all()
    with_ties = quiet(make_config)
    ties.step(with_ties)
    assert (with_ties.complained == 0.0).all() and (with_ties.grievance == 0.0).all()


def test_complaints_cost_cadres_hours_and_the_county_money_and_settle_grievance(make_config):
    county = quiet(make_config, grievance_spread=0.0)
    county.aggrieved[:] = 0.5
    ties.step(county)
    q = county.values.ties
    residents = county.flows["residents"].sum()
    said = 0.5 / 12.0 * q.complaint_rate * (1.0 + q.complaint_encouraged * 0.5)
    cadres, to_county = county.complained.sum(axis=0)
    assert cadres / to_county == pytest.approx(q.complaint_to_cadres / q.complaint_to_county)
    assert to_county == pytest.approx(said * q.complaint_to_county * residents, rel=0.15)
    assert ties.looked_into(county) == pytest.approx(to_county * q.complaint_cost)
    budget.step(county)
    assert county.spending["oversight"] == pytest.approx(to_county * q.complaint_cost)
    hours = cadres * q.complaint_hours + to_county * q.inspection_hours
    assert ties.complaint_hours(county).sum() == pytest.approx(hours)
    assert (county.aggrieved < 0.5).all()
    before = county.meeting_hours.sum()
    trust.meet(county)
    with_complaints = county.meeting_hours.sum()
    county.complained[:] = 0.0
    trust.meet(county)
    assert with_complaints - county.meeting_hours.sum() == pytest.approx(hours, rel=1e-6)
    assert before >= 0.0


def test_a_closed_door_and_dividends_lost_by_pooling_are_resented(make_config):
    county = quiet(make_config, door_grievance=0.1)
    county.told[3, ties.BADLY] = county.group_start[4] - county.group_start[3]
    ties.step(county)
    assert county.aggrieved[3] > 0.05 and (np.delete(county.aggrieved, 3) == 0.0).all()
    county = quiet(make_config, pooling_grievance=0.3)
    county.pooling_dividend[2] = -100.0
    ties.step(county)
    hit = county.world.group_village == 2
    assert (county.aggrieved[hit] > 0.0).all() and (county.aggrieved[~hit] == 0.0).all()


def test_who_is_aggrieved_trusts_less_in_the_group_that_is(make_config):
    county = quiet(make_config)
    other = quiet(make_config)
    groups = np.flatnonzero(county.world.group_village == 0)
    county.aggrieved[groups[0]] = 0.8
    county.grievance[0] = other.grievance[0] = 0.0
    trust.step(county)
    trust.step(other)
    fell = other.group_trust - county.group_trust
    assert fell[groups[0]] > 0.0 and (np.delete(fell, groups[0]) == 0.0).all()


@pytest.mark.parametrize("switch", ["word_of_mouth", "shared_grievance", "complaints"])
def test_every_channel_can_be_switched_off(make_config, switch):
    def end(**changes):
        county = CountyModel(make_config(variants=ON, months=12, **changes))
        for _ in range(12):
            county.step()
        return county

    with_it, without = end(), end(switched_off=[switch])
    key = {"word_of_mouth": "experience"}.get(switch)
    if key:
        assert (with_it.villagers[key] != without.villagers[key]).any()
    elif switch == "complaints":
        assert with_it.complained.sum() > 0.0 == without.complained.sum()
    else:
        assert with_it.aggrieved.sum() > without.aggrieved.sum() > 0.0


@pytest.mark.parametrize("residents", [1, 2])
def test_a_grievance_is_a_share_however_few_rows_a_village_has(make_config, residents):
    county = CountyModel(make_config(variants=ON, scale=50))
    labour = county.villagers["labour"]
    first, last = county.village_start[:2]
    labour[first + residents : last] = AWAY
    labour[first : first + residents] = LOCAL
    county.aggrieved[:] = 0.3
    ties.step(county)
    assert (county.aggrieved <= 0.32).all() and (county.aggrieved > 0.25).all()
    persons = residents * county.weight[0]
    q = county.values.ties
    most = 0.32 * q.complaint_rate / 12.0 * (1.0 + q.complaint_encouraged * 0.32)
    reached = most * (q.complaint_to_cadres + q.complaint_to_county)
    assert 0.0 < county.complained[0].sum() <= persons * reached


def test_complaints_do_not_hang_on_the_scale(make_config):
    """Of people who are all as aggrieved; rows of one person and of 50."""

    def complained(scale):
        county = CountyModel(make_config(variants=ON, scale=scale))
        county.told[:, ties.WELL :] = 0.0
        county.aggrieved[:] = 0.3
        ties.step(county)
        residents = county.flows["residents"].sum()
        return county.complained.sum() / residents, county.aggrieved.mean()

    fine, coarse = complained(1), complained(50)
    assert coarse == pytest.approx(fine, rel=0.01)
