"""Posts: retirements, resignations, the reshuffle when posts change, appointments, pay.

Every old village has a fixed number of post slots. A slot is one cadre row; who fills it next
is drawn by (slot, how many held it before), so that a policy that empties one slot changes no
other. Units are touched only when somebody leaves or what is allowed changes.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.cadre import FIRST_SECRETARY, NONE, POSTS
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, U2, U8, Records, kernel
from sim.model.processes import grievance, pay
from sim.model.processes.candidates import candidates
from sim.model.processes.newcomers import BROUGHT, SLOT, keys, sent
from sim.model.processes.selection import take
from sim.model.processes.standing import come_home, note_homes, of_villagers

if TYPE_CHECKING:
    from sim.model.county import CountyModel

STAY, MERGED, ALL = range(3)  # who stands again under a selection policy
LEAST_POSTS = 2  # a secretary and a director
EMPTIED = ("post", "hours", "workload", "pay", "burnout")  # columns of a slot that is left


def shared_out(mean: float, by_size: float, registered: I8) -> I8:
    """Return the posts of every village before the reform, shape (V,).

    Parameters
    ----------
    mean : float
        Mean posts per village.
    by_size : float
        Share of the posts that follow persons; the rest are the same in every village.
    registered : int64 array (V,)
        Registered persons.
    """
    size = registered / max(1.0, registered.mean())
    wanted = np.clip(mean * (1.0 - by_size + by_size * size), LEAST_POSTS, POSTS)
    posts = np.floor(wanted).astype(np.int64)
    lacking = max(0, round(mean * registered.size) - int(posts.sum()))
    posts[np.argsort(posts - wanted, kind="stable")[:lacking]] += 1
    return posts


@kernel
def _empty(row: int, in_post: B1, post: U1, hours: F4, workload: F4, pay: F4, burnout: F4) -> None:
    """Empty a slot."""
    in_post[row], post[row] = False, NONE
    hours[row] = workload[row] = pay[row] = burnout[row] = 0.0


@kernel
def _depart(
    month: int,
    p: Records,
    slots: int,
    unit: I4,
    in_post: B1,
    post: U1,
    hours: F4,
    workload: F4,
    pay: F4,
    burnout: F4,
    birth_month: I2,
    leaving: B1,
) -> B1:
    """Do what `depart` does."""
    left, q = np.zeros(unit.size, dtype=np.bool_), p[0]
    for row in range(in_post.size):
        if in_post[row] and post[row] != FIRST_SECRETARY:
            old = (month - birth_month[row]) / 12.0 >= q["retirement_age"]
            if leaving[row] or (old and q["retirement"] > 0.5):
                _empty(row, in_post, post, hours, workload, pay, burnout)
                left[unit[row // slots]] = True
    return left


def depart(county: "CountyModel") -> B1:
    """Let cadres go who retire this month or gave notice last month; say in which units, (V,)."""
    return _depart(
        county.month,
        county.values.posts.record,
        county.slots,
        county.borders.unit,
        county.in_post,
        *county.cadres.columns(*EMPTIED, "birth_month", "leaving"),
    )


@kernel
def _out_of_order(
    left: B1,
    unit: I4,
    posts: I8,
    combined: B1,
    deputies: I8,
    selection: Records,
    allowed: I8,
    reopened: B1,
    selected: B1,
) -> tuple[I8, B1]:
    """Do what `out_of_order` does."""
    units, again, found = np.empty(unit.size, dtype=np.int64), np.zeros(unit.size, np.bool_), 0
    for u in range(unit.size):
        lever = selection[u]
        on, begins = lever["on"], lever["on"] and not selected[u]
        again[u] = on and (
            (reopened[u] and lever["reselect"] == MERGED) or (begins and lever["reselect"] == ALL)
        )
        before = allowed[u]
        changed = before[0] != posts[u] or before[1] != combined[u] or before[2] != deputies[u]
        changed = changed or before[3] != unit[u] or reopened[u] or again[u] or left[u]
        before[0], before[1], before[2], before[3] = posts[u], combined[u], deputies[u], unit[u]
        reopened[u], selected[u] = False, on
        units[found] = u
        found += changed and unit[u] == u
    return units[:found], again


def out_of_order(county: "CountyModel", left: B1) -> tuple[I8, B1]:
    """Return the units whose posts are to be filled, and where (V,) all of them anew.

    They are those that somebody `left`, and those for which what is allowed has changed.
    """
    levers = county.levers
    return _out_of_order(
        left,
        county.borders.unit,
        levers.posts,
        levers.combined,
        levers.deputies,
        levers.selection,
        county.posts_allowed,
        county.posts_reopened,
        county.selected_last_month,
    )


@kernel
def _seat(
    people: Records,
    month: int,
    slots: int,
    displaced: I8,
    in_post: B1,
    post: U1,
    hours: F4,
    workload: F4,
    pay: F4,
    burnout: F4,
    leaving: B1,
    occupant: U2,
    appointed: I2,
    birth_month: I2,
    ability_administration: F4,
    ability_service: F4,
    ability_economy: F4,
    integrity: F4,
    training: F4,
    source: U1,
    returned: B1,
    home: I4,
) -> None:
    """Do what `seat` does."""
    for k in range(people.size):
        one = people[k]
        row, takes = one["row"], one["takes"]
        if one["holds"]:
            post[row] = takes
            if takes == NONE:
                _empty(row, in_post, post, hours, workload, pay, burnout)
                displaced[row // slots] += 1
    for k in range(people.size):
        one = people[k]
        row, takes = one["row"], one["takes"]
        if one["holds"] or takes == NONE:
            continue
        in_post[row], post[row], appointed[row], leaving[row] = True, takes, month, False
        occupant[row] += 1 + one["passed"]
        burnout[row] = hours[row] = workload[row] = 0.0
        birth_month[row], source[row] = one["birth_month"], one["source"]
        returned[row], integrity[row] = one["returned"], one["integrity"]
        home[row] = one["home"]
        ability_administration[row] = one["ability_administration"]
        ability_service[row] = one["ability_service"]
        ability_economy[row], training[row] = one["ability_economy"], one["training"]


def seat(county: "CountyModel", people: Records) -> None:
    """Give people (`newcomers.PERSON`) the posts that they take; holders who take none leave."""
    columns = county.cadres.columns(*EMPTIED, "leaving", "occupant", "appointed", *BROUGHT)
    _seat(people, county.month, county.slots, county.displaced, county.in_post, *columns)


@kernel
def _note_pool(
    people: Records,
    units: I8,
    again: B1,
    unit: I4,
    secretary: F8,
    dual: F8,
    combined: B1,
    open_: B1,
    stood: I8,
) -> None:
    """Do what `note_pool` says; `secretary` and `dual` are the levers of pay."""
    for u in units:
        open_[u] = again[u]
    for k in range(people.size):
        one = people[k]
        u = unit[one["village"]]
        if one["stands"] and one["row"] < 0:
            stood[one["village"]] += one["accepts"] <= secretary[u] + dual[u] * combined[u]
        elif one["stands"] and not one["holds"]:
            open_[u] = True


def note_pool(county: "CountyModel", people: Records, units: I8, again: B1) -> None:
    """Note which units' posts were open to the pool, and who of it would take the best paid."""
    levers = county.levers
    _note_pool(
        people, units, again, county.borders.unit, levers.pay_secretary, levers.pay_dual,
        levers.combined, county.pool_open, county.pool_stood,
    )  # fmt: skip


def reorganise(county: "CountyModel", units: I8, again: B1, once: U8) -> None:
    """Fill the posts of some units; where `again` (V,), holders stand against all others."""
    levers, borders = county.levers, county.borders
    people, at = candidates(county, units, again, once, keys(county, county.month))
    if np.logical_or.reduce(levers.selection["pool"]):
        note_pool(county, people, units, again)
    take(
        people,
        at,
        units,
        again,
        once[SLOT],
        borders.start,
        borders.villages,
        county.slots,
        county.world.identity,
        county.in_post,
        county.cadres["occupant"],
        levers.posts,
        levers.combined,
        levers.deputies,
        levers.pay_secretary,
        levers.pay_other,
        levers.pay_dual,
    )
    seat(county, people)
    if of_villagers(county):
        come_home(county, people)
        note_homes(county, people)


@kernel
def _first_secretaries(
    month: int,
    slots: int,
    unit: I4,
    wanted: B1,
    term: F8,
    in_post: B1,
    appointed: I2,
    post: U1,
    hours: F4,
    workload: F4,
    pay: F4,
    burnout: F4,
) -> I8:
    """Call first secretaries back; return the slots to which one is sent."""
    rows, found = np.empty(unit.size, dtype=np.int64), 0
    for v in range(unit.size):
        row, sends = v * slots + POSTS, wanted[v] and unit[v] == v
        if in_post[row] and (not sends or month - appointed[row] >= term[v]):
            _empty(row, in_post, post, hours, workload, pay, burnout)
        rows[found] = row
        found += sends and not in_post[row]
    return rows[:found]


def send_first_secretaries(county: "CountyModel", once: U8) -> None:
    """Send first secretaries where the county wants one, for a term; call back the others."""
    empty = _first_secretaries(
        county.month,
        county.slots,
        county.borders.unit,
        county.levers.first_secretary,
        county.levers.first_secretary_term,
        county.in_post,
        *county.cadres.columns("appointed", *EMPTIED),
    )
    if empty.size:
        seat(county, sent(county, empty, once))


def step(county: "CountyModel") -> None:
    """Let cadres go, bring every unit whose posts do not fit back into order, pay all."""
    once = keys(county, 0)
    county.displaced[:] = 0
    county.displaced_in[:] = 0
    county.pool_open[:], county.pool_stood[:] = False, 0
    units, again = out_of_order(county, depart(county))
    if units.size:
        reorganise(county, units, again, once)
    send_first_secretaries(county, once)
    pay.step(county)
    grievance.step(county)
