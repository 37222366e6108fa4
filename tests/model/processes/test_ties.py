"""Ties: none unless they are on; word spreads beyond those who met a thing; who follows whom."""

import numpy as np
import pytest

from sim.model.agents.villager import AWAY, ELDER, LOCAL
from sim.model.county import CountyModel
from sim.model.processes import budget, people, ties, trends, trust

ON = {"ties": "on"}


def no_errands(county):
    """Let nobody have tried anything this month."""
    for column in county.villagers.columns("errands_well", "errands_badly"):
        column[:] = 0


def one_bad_group(make_config, **changes):
    """A county in which only one group of the first village had errands, all of which failed."""
    config = make_config(variants=ON, **changes)
    county = CountyModel(config)
    no_errands(county)
    county.villagers["errands_badly"][: county.group_start[1]] = 1
    before = county.villagers["experience"].copy()
    ties.step(county)
    return county, before - county.villagers["experience"]


def test_without_ties_nobody_hears_anything(make_config):
    county = CountyModel(make_config())
    before = county.villagers["experience"].copy()
    county.villagers["errands_badly"][:] = 1
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
    assert county.known_online[first] == pytest.approx(ties.look_around(county)[0])


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
    assert (county.known_online == 0.0).all()


def quiet(make_config, off=(), **changes):
    """A county with ties in which nothing has given anybody a grievance."""
    blocks = {"parameters": {"ties": changes}, "switched_off": list(off)}
    county = CountyModel(make_config(variants=ON, policies={}, **blocks))
    no_errands(county)
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
    county.villagers["errands_badly"][slice(*county.group_start[3:5])] = 1
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


@pytest.mark.parametrize("form", [{}, {"families": "on"}])
def test_complaints_do_not_hang_on_the_scale(make_config, form):
    """Of people who are all as aggrieved; rows of one person and of 50."""

    def complained(scale):
        county = CountyModel(make_config(variants=ON | form, scale=scale))
        no_errands(county)
        county.aggrieved[:] = 0.3
        ties.step(county)
        residents = county.flows["residents"].sum()
        return county.complained.sum() / residents, county.aggrieved.mean()

    fine, coarse = complained(1), complained(50)
    assert coarse == pytest.approx(fine, rel=0.01)


BOTH = {"ties": "on", "families": "on"}


def one_bad_day(make_config, off=(), **changes):
    """A county in which one resident, of a family of several at home, had an errand that failed."""
    config = make_config(variants=BOTH, switched_off=list(off), parameters={"ties": changes})
    county = CountyModel(config)
    no_errands(county)
    county.aggrieved[:] = 0.0
    family, labour = county.villagers.columns("family", "labour")
    at_home = np.bincount(family[labour != AWAY], minlength=len(county.at_home))
    who = int(np.flatnonzero((labour != AWAY) & (at_home[family] >= 3))[0])
    county.villagers["errands_badly"][who] = 1
    before = county.villagers["experience"].copy()
    ties.step(county)
    others = (family == family[who]) & (np.arange(family.size) != who)
    return county, before - county.villagers["experience"], who, others


def test_the_household_hears_most_oneself_nothing_anew_and_who_is_away_nothing(make_config):
    county, lost, who, others = one_bad_day(make_config)
    labour = county.villagers["labour"]
    rows, group = np.arange(lost.size), county.row_group() == county.group_of(who)
    neighbours = group & ~others & (rows != who) & (labour != AWAY)
    assert lost[others & (labour != AWAY)].min() > 10.0 * lost[neighbours].max() > 0.0
    assert lost[who] <= lost[neighbours].max() * 1.5  # by way of the group alone
    assert (lost[others & (labour == AWAY)] == 0.0).all()


def test_what_one_at_home_was_told_is_as_much_as_the_equation_says(make_config):
    county, lost, _who, others = one_bad_day(make_config, neighbours=3.0, kin=2.0)
    _, outside, *_ = one_bad_day(make_config, ["household"], neighbours=3.0, kin=2.0)
    q, weight = county.values.ties, county.values.service.experience_memory
    row = int(np.flatnonzero(others & (county.villagers["labour"] != AWAY))[0])
    left = (1.0 - weight) ** min(1.0, q.household * q.hearsay * q.bad_news)
    before = county.villagers["experience"][row] + lost[row]
    assert (before - lost[row]) / (before - outside[row]) == pytest.approx(left, rel=1e-5)


def test_who_was_told_at_home_of_a_closed_door_is_aggrieved_too(make_config):
    county, _, who, others = one_bad_day(make_config, complaint_rate=0.3)
    alone, *_ = one_bad_day(make_config, ["household"], complaint_rate=0.3)
    group = county.group_of(who)
    told = others & (county.villagers["labour"] != AWAY)  # rows of a village, of several groups
    told = int((told & (county.row_group() == group)).sum())
    more = county.aggrieved[group] / alone.aggrieved[group]
    assert more == pytest.approx(1.0 + county.values.ties.home_grievance * told, rel=0.01)


@pytest.mark.parametrize("form", [{}, {"families": "on"}])
@pytest.mark.parametrize("switch", ["word_of_mouth", "shared_grievance"])
def test_grievance_and_word_are_switched_off_each_by_itself(make_config, switch, form):
    """Also at home: nothing of the one goes with the other."""
    told, sore = [], []
    for off in ([], [switch]):
        county = CountyModel(make_config(variants=ON | form, switched_off=[*off, "complaints"]))
        no_errands(county)
        county.aggrieved[:] = 0.0
        county.villagers["errands_badly"][:50] = 1
        before = county.villagers["experience"].copy()
        ties.step(county)
        told.append(float((before - county.villagers["experience"]).sum()))
        sore.append(float(county.aggrieved.sum()))
    if switch == "word_of_mouth":
        assert told[0] > told[1] == 0.0 and sore[0] == sore[1] > 0.0
    else:
        assert told[0] == told[1] > 0.0 and sore[1] > 0.0
        assert (sore[0] > sore[1]) == bool(form)  # nobody else was aggrieved before


def test_an_online_household_brings_its_own_online(make_config):
    def gone_online(off):
        months, blocks = 24, {"switched_off": off, "parameters": {"ties": {"online_alone": 0.0}}}
        county = CountyModel(make_config(variants=BOTH, months=months, **blocks))
        family = county.villagers["family"].copy()
        before = county.villagers["digital"].copy()
        with_online = np.bincount(family, before, len(county.at_home))[family] > 0
        for _ in range(months):
            county.step()
        now = county.villagers["digital"] & ~before & (county.villagers["family"] == family)
        rest = ~before
        return now[with_online & rest].mean(), now[~with_online & rest].mean()

    with_, without = gone_online([])
    neither_with, neither_without = gone_online(["household"])
    assert with_ > neither_with and without < neither_without


def test_without_families_or_with_the_household_switched_off_nothing_is_told_at_home(make_config):
    def end(variants, off=(), **changes):
        config = make_config(
            variants=variants, months=12, switched_off=list(off), parameters={"ties": changes}
        )
        county = CountyModel(config)
        for _ in range(12):
            county.step()
        return county

    assert end(ON).home.size == 0 and end({"families": "on"}).home.size == 0
    strong, weak = (end(ON, household=value).villagers["trust"] for value in (6.0, 1.0))
    assert (strong == weak).all()
    off, on = end(BOTH, ["household"]), end(BOTH)
    assert (off.villagers["experience"] != on.villagers["experience"]).any()
    empty = CountyModel(make_config(variants=BOTH, months=12, spin_up=0))
    other = CountyModel(
        make_config(variants=BOTH, months=12, spin_up=0, switched_off=["household"])
    )
    empty.home = empty.home[:0]
    for _ in range(12):
        empty.step()
        other.step()
    for column in ("trust", "experience", "digital", "labour"):
        assert (empty.villagers[column] == other.villagers[column]).all()
    assert (empty.aggrieved == other.aggrieved).all()


def test_nobody_is_his_own_example_at_home_not_even_in_the_month_of_losing_access(make_config):
    """One of each family is online and turns 60; nobody else is online anywhere."""

    def after(off, **example):
        of_ties = {"online_alone": 0.0, "household": 6.0} | example
        changes = {"ties": of_ties, "population": {"digital_60_plus": 0.1}}
        config = make_config(variants=BOTH, switched_off=off, parameters=changes)
        county = CountyModel(config)
        county.step()
        birth_month, digital, labour = county.villagers.columns("birth_month", "digital", "labour")
        county.month += 1
        assert (max(ties.going_online(county)[1]) > 0.0) != bool(off)
        one = np.unique(county.villagers["family"], return_index=True)[1]
        county.known_online[:], digital[:] = 0.0, False
        birth_month[one], digital[one], labour[one] = county.month - ELDER, True, LOCAL
        people.step(county)
        return digital[one]

    kept = after([], online_by_ties=0.35)
    assert 0.0 < kept.mean() < 0.5
    assert (kept == after(["example_online"])).all()


@pytest.mark.parametrize("scale", [1, 50])
def test_others_at_home_are_never_fewer_than_those_of_them_online(make_config, scale):
    county = CountyModel(make_config(variants=BOTH, scale=scale, months=18))
    for _ in range(18):
        county.step()
        home = county.home
        assert (home[:, ties.ONLINE] <= home[:, ties.PERSONS]).all()
    here = county.villagers["labour"] != AWAY
    counted = np.bincount(county.villagers["family"][here], minlength=len(home))
    ties.look_around(county)
    assert (counted == home[:, ties.PERSONS]).all()
