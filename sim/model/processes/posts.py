"""Posts: retirements, resignations, the reshuffle when posts change, appointments, pay.

Every old village has a fixed number of post slots. A slot is one cadre row; who fills it next
is drawn by (slot, how many held it before), so that a policy that empties one slot changes no
other. Units are touched only when somebody leaves or what is allowed changes.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.cadre import (
    DEPUTY,
    DIRECTOR,
    FIRST_SECRETARY,
    LEADERS,
    MEMBER,
    NONE,
    POSTS,
    SECRETARY,
    SECRETARY_DIRECTOR,
    among,
)
from sim.model.compiled import B1, F8, I4, I8, U8, Records, kernel
from sim.model.draws import uniforms
from sim.model.processes import grievance
from sim.model.processes.selection import (
    BROUGHT,
    cleared,
    holder_identity,
    holders,
    pool,
    ranked,
    sent,
    slot_identity,
    take_all,
    together,
    vetted,
)
from sim.model.processes.trust import village_mean

if TYPE_CHECKING:
    from sim.model.county import CountyModel

STAY, MERGED, ALL = range(3)  # who stands again under a selection policy
LEAST_POSTS = 2  # a secretary and a director


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


def structure(posts: int, combined: bool, deputies: int) -> list[int]:
    """Return the posts of a unit, leaders first.

    Parameters
    ----------
    posts : int
        Posts allowed.
    combined : bool
        Secretary and director are one person.
    deputies : int
        Deputies among the posts.
    """
    wanted = [SECRETARY_DIRECTOR] if combined else [SECRETARY, DIRECTOR]
    wanted += [DEPUTY] * deputies
    wanted += [MEMBER] * max(0, posts - len(wanted))
    return wanted[:posts]


def formula_factor(
    link_growth: F8,
    link_trust: F8,
    growth: F8,
    trust: F8,
    target_growth: float,
    spread_growth: float,
    target_trust: float,
    cap: float,
) -> F8:
    """Return pay by formula over base pay: the linked shares are paid by results.

    A share is paid in full at its target, and more or less in proportion to the distance from it,
    within `cap` and its mirror image: where the target is the usual result, pay stays on average.

    Parameters
    ----------
    link_growth, link_trust : array
        Shares of pay linked to the collective's growth and to villagers' trust.
    growth, trust : array
        Growth of collective income over a year; mean trust, 0-1.
    target_growth, target_trust : float
        Results at which the linked share is paid in full.
    spread_growth : float
        Growth above the target that doubles the share linked to it, before the cap.
    cap : float
        Most of a linked share that is paid, 1 to 2; 2 - cap is the least.
    """
    low = 2.0 - cap
    by_growth = np.minimum(np.maximum(1.0 + (growth - target_growth) / spread_growth, low), cap)
    by_trust = np.minimum(np.maximum(trust / target_trust, low), cap)
    return 1.0 - link_growth - link_trust + link_growth * by_growth + link_trust * by_trust


def appoint(county: "CountyModel", people: Records, posts: I8) -> None:
    """Seat people of `selection.PERSON` in the empty slots they were offered."""
    table, rows = county.cadres, people["row"]
    table["occupant"][rows] += 1 + people["passed"].astype(np.uint16)
    for name, _ in BROUGHT:
        table[name][rows] = people[name]
    table["appointed"][rows] = county.month
    table["post"][rows] = posts
    for name in ("burnout", "hours", "workload"):
        table[name][rows] = 0.0
    table["leaving"][rows] = False
    county.in_post[rows] = True


def leave(county: "CountyModel", rows: I8) -> None:
    """Empty slots."""
    table = county.cadres
    table["post"][rows] = NONE
    for name in ("hours", "workload", "pay", "burnout"):
        table[name][rows] = 0.0
    county.in_post[rows] = False


def free_slots(county: "CountyModel", slots: I8) -> I8:
    """Return the empty ones of a unit's slots, the least used first, then by lot."""
    free = slots[~county.in_post[slots]]
    lot = uniforms(county.key("posts.slot", 0), slot_identity(county, free))
    return free[np.lexsort((lot, county.cadres["occupant"][free]))]


def reorganise(county: "CountyModel", units: I8, again: B1) -> None:
    """Fill the posts of some units; where `again` (V,), holders stand against all others."""
    table, unit_of = county.cadres, county.borders.unit
    wanted, seat = wanted_posts(county, units)
    seats = np.bincount(seat, minlength=unit_of.size)
    slots = slots_of(county, units)
    held = slots[county.in_post[slots]]
    stand = _standing_holders(county, held, seats, again)
    lacking = seats - np.bincount(stand["unit"], minlength=seats.size)
    free = by_unit(county, free_slots(county, slots))
    at = unit_of[free // county.slots]
    local = vetted(county, free[place_in_unit(at) < lacking[at]])
    asks = again.copy()
    asks[local["unit"]] = True
    outside = pool(county, units[asks[units]])
    people = ranked(county, together(stand, local, outside))
    pay = base_pay(county, wanted, seat)
    chosen = people[take_all(people, units, wanted, seat, pay, again)]
    stays = chosen["holds"]
    keeps = np.zeros(county.in_post.size, dtype=bool)
    keeps[chosen["row"][stays]] = True
    gone = held[~keeps[held]]
    leave(county, gone)
    county.displaced += np.bincount(gone // county.slots, minlength=county.displaced.size)
    table["post"][chosen["row"][stays]] = wanted[stays]
    _offer_slots(county, chosen, slots)
    appoint(county, chosen[~stays], wanted[~stays])


def _standing_holders(county: "CountyModel", held: I8, seats: I8, again: B1) -> Records:
    """Return the holders who stand: vetted where all stand again, else the best for the seats."""
    stand = holders(county, held)
    vetting = county.levers.selection["vetting"][stand["unit"]]
    anew = again[stand["unit"]]
    if anew.any():
        clear = cleared(county, stand, holder_identity(county, held), vetting)
        stand = stand[clear | ~anew]
    if (np.bincount(stand["unit"], minlength=seats.size) > seats).any():
        stand = ranked(county, stand)
        fits = place_in_unit(stand["unit"]) < seats[stand["unit"]]
        stand = stand[fits | again[stand["unit"]]]
    return stand


def wanted_posts(county: "CountyModel", units: I8) -> tuple[I8, I8]:
    """Return the posts of some units, and the unit of each post, unit by unit."""
    levers = county.levers
    posts = [
        structure(int(levers.posts[u]), bool(levers.combined[u]), int(levers.deputies[u]))
        for u in units.tolist()
    ]
    seat = np.repeat(units, [len(some) for some in posts])
    return np.array([post for some in posts for post in some], dtype=np.int64), seat


def slots_of(county: "CountyModel", units: I8) -> I8:
    """Return the post slots of some units, unit by unit."""
    inside = np.zeros(county.borders.unit.size, dtype=bool)
    inside[units] = True
    villages = county.borders.villages  # ordered by unit
    villages = villages[inside[county.borders.unit[villages]]]
    return (villages[:, None] * county.slots + np.arange(POSTS)).ravel()


def by_unit(county: "CountyModel", slots: I8) -> I8:
    """Return slots unit by unit, otherwise in their order."""
    return slots[np.argsort(county.borders.unit[slots // county.slots], kind="stable")]


def place_in_unit(unit: I8) -> I8:
    """Return each one's place among those of the same unit, from 0; units lie together."""
    everybody = np.arange(unit.size)
    starts = np.ones(unit.size, dtype=bool)
    starts[1:] = unit[1:] != unit[:-1]
    return everybody - np.maximum.accumulate(everybody * starts)


def _offer_slots(county: "CountyModel", chosen: Records, slots: I8) -> None:
    """Give each of the pool who was chosen an empty slot of the village that person is from."""
    found = np.flatnonzero(chosen["row"] < 0)
    if found.size == 0:
        return
    taken = np.zeros(county.in_post.size, dtype=bool)
    taken[chosen["row"][chosen["row"] >= 0]] = True
    free = free_slots(county, slots[~taken[slots]])
    home = free // county.slots
    place = _nearest(
        chosen["unit"][found], chosen["village"][found], county.borders.unit[home], home
    )
    chosen["row"][found] = free[place]


@kernel
def _nearest(unit: I8, village: I8, offered_by: I4, home: I8) -> I8:
    """Return the free slot each person gets: the first of their own village, else of their unit.

    `unit` and `village` are the persons', `offered_by` and `home` the free slots'.
    """
    given = np.full(unit.size, -1)
    free = np.ones(home.size, dtype=np.bool_)
    for i in range(unit.size):
        for k in range(home.size):
            if free[k] and offered_by[k] == unit[i]:
                if home[k] == village[i]:
                    given[i] = k
                    break
                if given[i] < 0:
                    given[i] = k
        free[given[i]] = False
    return given


def base_pay(county: "CountyModel", post: I8, unit: I8) -> F8:
    """Return pay before the formula: secretaries the base, others a share, dual posts a premium."""
    levers = county.levers
    base = levers.pay_secretary[unit]
    first = among(post, SECRETARY, SECRETARY_DIRECTOR, FIRST_SECRETARY)
    usual = np.where(first, base, base * levers.pay_other[unit])
    return usual + levers.pay_dual[unit] * (post == SECRETARY_DIRECTOR)


def set_pay(county: "CountyModel", held: I8, unit: I4) -> None:
    """Pay everybody in post (rows `held`, of those units), by the formula where there is one."""
    table, levers, values = county.cadres, county.levers, county.values
    income = county.borders.total(county.collectives["income"].astype(float))
    usual = county.borders.total(county.usual_collective_income)
    growth = income / np.maximum(usual, 1.0) - 1.0
    persons = county.world.registered.astype(float)
    trust = county.borders.total(village_mean(county) * persons)
    factor = formula_factor(
        levers.pay_growth,
        levers.pay_trust,
        growth,
        trust / np.maximum(county.borders.registered, 1),
        values.posts.formula_growth,
        values.posts.formula_spread,
        values.population.trust_mean,
        values.posts.formula_cap,
    )
    base = base_pay(county, table["post"][held], unit)
    guest = table["post"][held] == FIRST_SECRETARY
    table["pay"][held] = np.where(guest, levers.first_secretary_pay[unit], base * factor[unit])
    pay = table["pay"][held].astype(float)
    county.spending["cadre_pay"] = float(pay[~guest].sum())
    county.spending["first_secretary_pay"] = float(pay[guest].sum())
    rate = 1.0 / values.posts.formula_months
    now = county.collectives["income"].astype(float)
    county.usual_collective_income += np.where(county.usual_collective_income > 0.0, rate, 1.0) * (
        now - county.usual_collective_income
    )


def commute(county: "CountyModel", rows: I8, unit: I4, who: U8) -> None:
    """Say which professional cadres live in the township seat and commute.

    `rows`, `unit` and `who` are those in post, their units and identities.
    """
    table = county.cadres
    share = county.values.posts.professional_in_town * county.levers.pay_professional
    away = uniforms(county.key("posts.town", 0), who) < share[unit]
    table["commutes"][rows] = away & (table["post"][rows] != FIRST_SECRETARY)


def train(county: "CountyModel", rows: I8, unit: I4, who: U8) -> None:
    """Let what was learnt fade, and train those whose turn it is (arguments: see `commute`)."""
    table, levers, values = county.cadres, county.levers, county.values
    table["training"] *= 0.5 ** (1.0 / values.posts.training_half_life)
    turn = among(table["post"][rows], *LEADERS) | levers.training_all[unit]
    turn &= uniforms(county.key("posts.training"), who) < levers.training[unit]
    effect, most = values.posts.training_effect, values.posts.training_most
    learnt = table["training"][rows[turn]]
    table["training"][rows[turn]] = learnt + effect * np.maximum(0.0, 1.0 - learnt / most)
    county.trained[:] = False
    county.trained[rows[turn]] = True
    county.spending["training"] = float(levers.training_cost[unit[turn]].sum())


def send_first_secretaries(county: "CountyModel") -> None:
    """Send first secretaries where the county wants one, for a term; call back the others."""
    rows = np.arange(len(county.world.villages)) * county.slots + POSTS
    wanted = county.levers.first_secretary & county.borders.is_unit
    served = county.month - county.cadres["appointed"][rows]
    over = served >= county.levers.first_secretary_term
    ends = county.in_post[rows] & (~wanted | over)
    leave(county, rows[ends])
    empty = rows[wanted & ~county.in_post[rows]]
    if empty.size:
        appoint(county, sent(county, empty), np.full(empty.size, FIRST_SECRETARY))


def departures(county: "CountyModel") -> I8:
    """Return the rows of cadres who retire this month, or gave notice last month."""
    table = county.cadres
    rows = np.flatnonzero(county.in_post)
    age = (county.month - table["birth_month"][rows]) / 12.0
    values = county.values
    retires = (age >= values.posts.retirement_age) & (values.posts.retirement > 0.5)
    return rows[(retires | table["leaving"][rows]) & (table["post"][rows] != FIRST_SECRETARY)]


def standing_again(county: "CountyModel") -> B1:
    """Return the units all of whose posts are filled anew this month, (V,)."""
    lever = county.levers.selection
    begins = lever["on"] & ~county.selected_last_month
    county.selected_last_month[:] = lever["on"]
    merged = county.posts_reopened & (lever["reselect"] == MERGED)
    return lever["on"] & (merged | (begins & (lever["reselect"] == ALL)))


def step(county: "CountyModel") -> None:
    """Let cadres go, and bring every unit whose posts do not fit back into order."""
    levers, unit = county.levers, county.borders.unit
    county.displaced[:] = 0
    gone = departures(county)
    leave(county, gone)
    allowed = np.stack((levers.posts, levers.combined, levers.deputies, unit), axis=1)
    again = standing_again(county)
    changed = (allowed != county.posts_allowed).any(axis=1) | county.posts_reopened | again
    changed[unit[gone // county.slots]] = True
    county.posts_allowed[:] = allowed
    county.posts_reopened[:] = False
    reorganise(county, np.flatnonzero(changed & county.borders.is_unit), again)
    send_first_secretaries(county)
    rows = np.flatnonzero(county.in_post)
    unit, who = county.borders.unit[rows // county.slots], holder_identity(county, rows)
    commute(county, rows, unit, who)
    train(county, rows, unit, who)
    set_pay(county, rows, unit)
    grievance.step(county)
