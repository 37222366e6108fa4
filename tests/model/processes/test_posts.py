"""Posts: who comes next, at what age, who keeps a post, who is paid what."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.agents.cadre import (
    DIRECTOR,
    FIRST_SECRETARY,
    MEMBER,
    POSTS,
    SECRETARY,
    SECRETARY_DIRECTOR,
)
from sim.model.county import CountyModel
from sim.model.parameters import Values
from sim.model.processes.ages import age_draws, ages_at_rest
from sim.model.processes.posts import departures, formula_factor, free_slots, structure
from sim.model.processes.selection import PERSON, least_pay, removed_share, score, take
from sim.model.processes.strain import resignation
from sim.run import simulate


@settings(deadline=None)  # the first call compiles
@given(posts=st.integers(0, 12), combined=st.booleans(), deputies=st.integers(0, 2))
def test_structure_fills_exactly_the_posts(posts, combined, deputies):
    wanted = structure(posts, combined, deputies)
    assert len(wanted) <= posts or posts == 0
    leaders = 1 if combined else 2
    if posts >= leaders + deputies:
        assert len(wanted) == posts


def test_selection_prefers_ability_youth_standing_and_return():
    ability = np.array([0.5, 0.9, 0.5, 0.5, 0.5])
    age = np.array([46.0, 46.0, 36.0, 46.0, 46.0])
    led, returned = 1.0 * (np.arange(5) == 3), np.arange(5) == 4
    value = score(ability, age, led, returned, 1.0, 0.5, 0.5, 0.3, 0.0)
    assert value - value[0] == pytest.approx([0.0, 0.4, 0.5, 0.5, 0.3])
    aimed = score(ability, age, led, returned, 1.0, 0.5, 0.5, 0.3, 50.0)
    assert aimed[2] == aimed[0]  # below the aim youth counts no more


def test_vetting_removes_the_dishonest_and_more_with_every_level():
    one, four = (removed_share(np.array([0.2, 0.7, 1.0]), n, 0.17) for n in (1, 4))
    assert (np.diff(four) < 0).all() and (four[:2] > one[:2]).all() and four[2] == 0.0
    assert (removed_share(np.array([0.2]), 0, 0.17) == 0.0).all()


def test_standing_must_fill_the_gap_to_the_wage_outside():
    needed = least_pay(4370.0, np.array([0.5]), 0.5, np.array([1470.0]))
    assert needed == pytest.approx([2900.0])


def person(**fields):
    out = np.zeros(1, dtype=PERSON)
    for name, value in fields.items():
        out[name] = value
    return out


def test_holders_keep_their_posts_unless_they_stand_again():
    star = person(row=-1, accepts=2000.0)
    head = person(row=0, holds=True, post=SECRETARY)
    member = person(row=1, holds=True, post=MEMBER)
    people = np.concatenate((star, member, head))  # best first
    wanted, pay = [SECRETARY, MEMBER], [2900.0, 2030.0]
    assert take(people, wanted, pay, again=False) == [2, 1]
    assert take(people, wanted, pay, again=True) == [0, 1]
    star["accepts"] = 2500.0
    people = np.concatenate((star, member, head))
    assert take(people, [MEMBER, MEMBER], [2030.0] * 2, again=True) == [1, 2]  # pays too little


def test_the_corps_is_at_rest_in_age():
    ages = ages_at_rest(46.0, 7.0, 0.05, 22.0, 60.0)
    age = (ages.first + np.arange(ages.stock.size) + 0.5) / 12
    stock, entry = np.diff(ages.stock, prepend=0), np.diff(ages.entry, prepend=0)
    assert age @ stock == pytest.approx(46.0, abs=0.1)
    assert age @ entry < 42.0
    last_year = stock[age > 59].sum()
    assert last_year < 2.5 * stock[(age > 57) & (age < 58)].sum()  # B5: nobody piles up at the end
    values = Values({"posts": {"age_mean": 50.0}})
    older = age_draws(values, np.linspace(0.001, 0.999, 999), newly_appointed=False)
    assert older.mean() / 12 == pytest.approx(50.0, abs=0.1)


def test_cadres_leave_at_the_retirement_age_and_with_notice_given(make_config):
    county = CountyModel(make_config({"first_secretary": {"number": 3, "start": "2019-01"}}))
    county.step()
    table = county.cadres
    sent = np.flatnonzero(county.in_post & (table["post"] == FIRST_SECRETARY))
    rows = np.flatnonzero(county.in_post & (table["post"] != FIRST_SECRETARY))
    table["birth_month"][county.in_post] = county.month - 60 * 12 + 1  # a month too young
    table["leaving"][:] = False
    assert departures(county).size == 0
    table["birth_month"][[*rows[:2], *sent]] = county.month - 60 * 12
    table["leaving"][[rows[5], *sent]] = True
    assert sorted(departures(county)) == sorted([rows[0], rows[1], rows[5]])


def test_newcomers_replace_those_who_resign_with_burnout():
    """A corps that retires and resigns at its usual burnout stays at its mean age."""
    values = Values()
    turnover, response = values.posts.turnover, values.strain.turnover_response
    stays = 1.0 - resignation(turnover, response, values.strain.usual_burnout)
    entry = age_draws(values, (np.arange(20_000) + 0.5) / 20_000, newly_appointed=True)
    ages, flow = np.arange(22 * 12, 60 * 12), 0.0
    stock = []
    for new in np.bincount(entry, minlength=60 * 12)[ages]:
        flow = flow * stays + new
        stock.append(flow)
    assert np.average(ages, weights=stock) / 12 == pytest.approx(46.0, abs=0.1)


def test_nobody_is_next_by_the_order_of_the_list(make_config):
    """B2: which slot is filled next is a lot, the same whatever the order of the slots."""
    county = CountyModel(make_config())
    slots = np.arange(2 * county.slots)
    slots = slots[slots % county.slots < POSTS]
    first = free_slots(county, slots)
    assert np.array_equal(first, free_slots(county, slots[::-1]))
    ahead = (first[:20] // county.slots == 0).sum()
    assert 4 < ahead < 16


def test_ordinary_newcomers_return_no_more_often_than_before(make_config):
    """B5: without a selection policy the share of returned migrants stays."""
    county = simulate(make_config({"headcount": {"posts": {"by": "fixed", "number": 30}}}))
    assert county.recorder.county["cadre_returned_share"][-1] == pytest.approx(0.15, abs=0.05)


def test_slots_do_not_depend_on_the_policy(make_config):
    """C3: more posts later change nobody before."""
    many = {"headcount": {"posts": {"by": "fixed", "number": 40}}}
    plain, more = CountyModel(make_config()), CountyModel(make_config(many))
    for county in (plain, more):
        county.run_for(6)
    for column in plain.cadres.agent_type.columns:
        assert np.array_equal(plain.cadres[column], more.cadres[column]), column


def test_pay_by_formula_is_base_pay_at_the_target():
    factor = formula_factor(
        np.full(3, 0.2),
        np.full(3, 0.1),
        np.array([0.02, -0.03, 9.0]),
        np.full(3, 0.55),
        0.02,
        0.2,
        0.55,
        1.5,
    )
    assert factor == pytest.approx([1.0, 0.95, 1.1])
    low = formula_factor(1.0, 0.0, np.array([-9.0]), np.array([0.5]), 0.02, 0.2, 0.55, 1.5)
    assert low == pytest.approx([0.5])


def test_everybody_is_paid_by_post(make_config):
    county = simulate(make_config({"combined_role": {"share": 0.5}}))
    post, pay = county.cadres["post"], county.cadres["pay"]
    assert set(pay[post == SECRETARY_DIRECTOR].tolist()) == {3700.0}
    assert set(pay[post == SECRETARY].tolist()) == {2900.0}
    assert set(pay[(post == MEMBER) | (post == DIRECTOR)].tolist()) == {2030.0}
    assert county.recorder.county["cadre_pay"][-1] == pay[county.in_post].sum(dtype=float)
