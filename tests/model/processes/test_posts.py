"""Posts: who comes next, at what age, who keeps a post, who is paid what."""

import numpy as np
import pytest

from sim.model.agents.cadre import (
    DEPUTY,
    DIRECTOR,
    FIRST_SECRETARY,
    MEMBER,
    POSTS,
    SECRETARY,
    SECRETARY_DIRECTOR,
)
from sim.model.county import CountyModel
from sim.model.parameters import Values
from sim.model.processes.ages import ages_at_rest, drawn_age, newcomers_ages
from sim.model.processes.newcomers import PERSON
from sim.model.processes.pay import formula_factor
from sim.model.processes.posts import depart
from sim.model.processes.selection import (
    best_for,
    free_slot,
    least_pay,
    post_at,
    removed_share,
    score,
)
from sim.model.processes.strain import resignation
from sim.run import simulate


@pytest.mark.parametrize(
    ("combined", "deputies", "expected"),
    [
        (False, 0, [SECRETARY, DIRECTOR, MEMBER, MEMBER]),
        (False, 1, [SECRETARY, DIRECTOR, DEPUTY, MEMBER]),
        (True, 0, [SECRETARY_DIRECTOR, MEMBER, MEMBER, MEMBER]),
        (True, 2, [SECRETARY_DIRECTOR, DEPUTY, DEPUTY, MEMBER]),
    ],
)
def test_leaders_come_before_deputies_and_members(combined, deputies, expected):
    assert [post_at(place, combined, deputies) for place in range(4)] == expected


def test_selection_prefers_ability_youth_standing_and_return():
    plain = score(0.5, 46.0, 0.0, False, 1.0, 0.5, 0.5, 0.3, 0.0)
    others = [(0.9, 46.0, 0.0, False), (0.5, 36.0, 0.0, False), (0.5, 46.0, 1.0, False)]
    others.append((0.5, 46.0, 0.0, True))
    more = [score(*each, 1.0, 0.5, 0.5, 0.3, 0.0) - plain for each in others]
    assert more == pytest.approx([0.4, 0.5, 0.5, 0.3])
    young, old = (score(0.5, age, 0.0, False, 1.0, 0.5, 0.5, 0.3, 50.0) for age in (36.0, 46.0))
    assert young == old  # below the aim youth counts no more


def test_vetting_removes_the_dishonest_and_more_with_every_level():
    one, four = ([removed_share(x, n, 0.17) for x in (0.2, 0.7, 1.0)] for n in (1.0, 4.0))
    assert four[0] > four[1] > four[2] == 0.0
    assert four[0] > one[0] and four[1] > one[1]
    assert removed_share(0.2, 0.0, 0.17) == 0.0


def test_standing_must_fill_the_gap_to_the_wage_outside():
    assert least_pay(4370.0, 0.5, 0.5, 1470.0) == pytest.approx(2900.0)


def person(**fields):
    out = np.zeros(1, dtype=PERSON)
    out["stands"] = True
    for name, value in fields.items():
        out[name] = value
    return out


def taken(people, wanted, pay, again):
    """Return whom posts go to."""
    people, found = people.copy(), []
    for place, post in enumerate(wanted):
        found.append(best_for(people, post, pay[place], len(wanted) - place, again))
        people["takes"][found[-1]] = post
    return found


def test_holders_keep_their_posts_unless_they_stand_again():
    star = person(row=-1, accepts=2000.0, score=3.0)
    head = person(row=0, holds=True, post=SECRETARY, score=1.0)
    member = person(row=1, holds=True, post=MEMBER, score=2.0)
    people = np.concatenate((star, member, head))
    wanted, pay = [SECRETARY, MEMBER], [2900.0, 2030.0]
    assert taken(people, wanted, pay, again=False) == [2, 1]
    assert taken(people, wanted, pay, again=True) == [0, 1]
    star["accepts"] = 2500.0
    people = np.concatenate((star, member, head))
    assert taken(people, [MEMBER, MEMBER], [2030.0] * 2, again=True) == [1, 2]  # pays too little
    people["stands"][1] = False  # did not pass vetting
    assert taken(people, [MEMBER], [2030.0], again=True) == [2]


def test_the_corps_is_at_rest_in_age():
    ages = ages_at_rest(46.0, 7.0, 0.05, 22.0, 60.0)
    age = (ages.first + np.arange(ages.stock.size) + 0.5) / 12
    stock, entry = np.diff(ages.stock, prepend=0), np.diff(ages.entry, prepend=0)
    assert age @ stock == pytest.approx(46.0, abs=0.1)
    assert age @ entry < 42.0
    last_year = stock[age > 59].sum()
    assert last_year < 2.5 * stock[(age > 57) & (age < 58)].sum()  # B5: nobody piles up at the end
    values = Values({"posts": {"age_mean": 50.0}})
    stock = newcomers_ages(values, newly_appointed=False)
    older = drawn_age(np.linspace(0.001, 0.999, 999), *stock)
    assert older.mean() / 12 == pytest.approx(50.0, abs=0.1)


def test_cadres_leave_at_the_retirement_age_and_with_notice_given(make_config):
    county = CountyModel(make_config({"first_secretary": {"number": 3, "start": "2019-01"}}))
    county.step()
    table = county.cadres
    sent = np.flatnonzero(county.in_post & (table["post"] == FIRST_SECRETARY))
    rows = np.flatnonzero(county.in_post & (table["post"] != FIRST_SECRETARY))
    table["birth_month"][county.in_post] = county.month - 60 * 12 + 1  # a month too young
    table["leaving"][:] = False
    before = county.in_post.copy()
    assert not depart(county).any() and np.array_equal(county.in_post, before)
    table["birth_month"][[*rows[:2], *sent]] = county.month - 60 * 12
    table["leaving"][[rows[5], *sent]] = True
    left = depart(county)
    gone = np.flatnonzero(before & ~county.in_post)
    assert gone.tolist() == [rows[0], rows[1], rows[5]]
    assert np.flatnonzero(left).tolist() == sorted(set(county.borders.unit[gone // county.slots]))
    assert (table["pay"][gone] == 0).all() and (table["post"][gone] == 0).all()


def test_newcomers_replace_those_who_resign_with_burnout():
    """A corps that retires and resigns at its usual burnout stays at its mean age."""
    values = Values()
    turnover, response = values.posts.turnover, values.strain.turnover_response
    stays = 1.0 - resignation(turnover, response, values.strain.usual_burnout)
    newcomers = newcomers_ages(values, newly_appointed=True)
    entry = drawn_age((np.arange(20_000) + 0.5) / 20_000, *newcomers)
    ages, flow = np.arange(22 * 12, 60 * 12), 0.0
    stock = []
    for new in np.bincount(entry, minlength=60 * 12)[ages]:
        flow = flow * stays + new
        stock.append(flow)
    assert np.average(ages, weights=stock) / 12 == pytest.approx(46.0, abs=0.1)


def test_nobody_is_next_by_the_order_of_the_list(make_config):
    """B2: which slot is filled next is a lot, the same whatever the order of the villages."""
    county = CountyModel(make_config())

    def filled(villages):
        taken, rows = county.in_post.copy(), []
        for _ in range(20):
            rows.append(
                free_slot(
                    county.key("posts.slot", 0), np.array(villages), -1, county.slots,
                    county.world.identity, county.cadres["occupant"], taken,
                )
            )  # fmt: skip
            taken[rows[-1]] = True
        return rows

    first = filled([0, 1])
    assert len(set(first)) == 20 and not county.in_post[first].any()
    assert first == filled([1, 0])
    ahead = sum(row // county.slots == 0 for row in first)
    assert 4 < ahead < 16


def test_the_least_used_slot_is_filled_first_and_then_none_is_left(make_config):
    county = CountyModel(make_config())
    occupant, taken = county.cadres["occupant"], np.zeros(county.in_post.size, dtype=bool)
    asked = (
        county.key("posts.slot", 0), np.array([0, 1]), 1, county.slots, county.world.identity,
        occupant, taken,
    )  # fmt: skip
    occupant[:] = 3
    occupant[county.slots + 7] = 2
    assert free_slot(*asked) == county.slots + 7
    taken[county.slots : county.slots + POSTS] = True
    assert free_slot(*asked) == -1  # the other village is not asked


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
    factor = [formula_factor(0.2, 0.1, x, 0.55, 0.02, 0.2, 0.55, 1.5) for x in (0.02, -0.03, 9.0)]
    assert factor == pytest.approx([1.0, 0.95, 1.1])
    assert formula_factor(1.0, 0.0, -9.0, 0.5, 0.02, 0.2, 0.55, 1.5) == pytest.approx(0.5)


def test_everybody_is_paid_by_post(make_config):
    county = simulate(make_config({"combined_role": {"share": 0.5}}))
    post, pay = county.cadres["post"], county.cadres["pay"]
    assert set(pay[post == SECRETARY_DIRECTOR].tolist()) == {3700.0}
    assert set(pay[post == SECRETARY].tolist()) == {2900.0}
    assert set(pay[(post == MEMBER) | (post == DIRECTOR)].tolist()) == {2030.0}
    assert county.recorder.county["cadre_pay"][-1] == pay[county.in_post].sum(dtype=float)
