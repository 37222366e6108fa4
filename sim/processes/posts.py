"""Posts: retirements, resignations, the reshuffle when posts change, appointments.

Every old village has a fixed number of post slots. A slot is one cadre row; who fills it next
is drawn by (slot, how many held it before), so that a policy that empties one slot changes no
other. Units are touched only when somebody leaves or what is allowed changes.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.cadre import DEPUTY, DIRECTOR, MEMBER, NONE, SECRETARY, SECRETARY_DIRECTOR
from sim.compiled import B1, F8, I8, U8
from sim.draws import normals, uniforms

if TYPE_CHECKING:
    from sim.county import CountyModel

LEADERS = (SECRETARY, SECRETARY_DIRECTOR, DIRECTOR)


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


def score(
    ability: F8,
    age: F8,
    led: B1,
    weight_ability: float,
    weight_youth: float,
    weight_standing: float,
) -> F8:
    """Return the selection score: ability (0-1), youth (per 10 years under 46), standing."""
    return weight_ability * ability + weight_youth * (46.0 - age) / 10.0 + weight_standing * led


def slot_identity(county: "CountyModel", rows: I8) -> U8:
    """Return the identity of post slots: the old village's, and the slot's number in it."""
    villages = county.world.identity[rows // county.slots]
    return villages + (rows % county.slots).astype(np.uint64)


def appoint(county: "CountyModel", rows: I8, recruit: bool) -> None:
    """Fill slots with new people, drawn by (slot, occupant)."""
    table, p = county.cadres, county.values
    table["occupant"][rows] += 1
    who = slot_identity(county, rows) + (table["occupant"][rows].astype(np.uint64) << np.uint64(8))
    mean = p.get("posts", "recruit_age_mean" if recruit else "age_mean")
    share = p.get("posts", "returned_share_recruits" if recruit else "returned_share_before")
    limit = p.get("posts", "retirement_age") - 1.0
    age = mean + p.get("posts", "age_sd") * normals(county.key("posts.age", 0), who)
    months = np.rint(np.clip(age, 22.0, limit) * 12.0)
    table["birth_month"][rows] = county.month - months
    table["returned"][rows] = uniforms(county.key("posts.returned", 0), who) < share
    for name in ("ability_service", "ability_economy"):
        z = normals(county.key(f"posts.{name}", 0), who)
        table[name][rows] = np.clip(0.5 + 0.18 * z, 0.0, 1.0)
    table["appointed"][rows] = county.month
    table["post"][rows] = MEMBER
    county.in_post[rows] = True


def leave(county: "CountyModel", rows: I8) -> None:
    """Empty slots."""
    county.cadres["post"][rows] = NONE
    county.cadres["hours"][rows] = 0.0
    county.cadres["workload"][rows] = 0.0
    county.in_post[rows] = False


def selection_order(county: "CountyModel", rows: I8) -> I8:
    """Return cadre rows by selection score, best first."""
    table, p = county.cadres, county.values
    ability = (table["ability_service"][rows] + table["ability_economy"][rows]) / 2.0
    age = (county.month - table["birth_month"][rows]) / 12.0
    weights = (p.get("posts", f"weight_{name}") for name in ("ability", "youth", "standing"))
    led = np.isin(table["post"][rows], LEADERS)
    return rows[np.argsort(-score(ability.astype(float), age, led, *weights), kind="stable")]


def assign(county: "CountyModel", rows: I8, wanted: list[int]) -> None:
    """Give the posts of one unit to its cadres: who holds a post keeps it, else the best score."""
    post = county.cadres["post"]
    rows = selection_order(county, rows)
    for want in wanted:
        same = np.flatnonzero(post[rows] == want)
        pick = int(same[0]) if same.size else 0
        post[rows[pick]] = want
        rows = np.delete(rows, pick)


def reorganise(county: "CountyModel", unit: int) -> None:
    """Make the cadres of one unit fit its posts: the lowest scores leave, new people join."""
    table, levers = county.cadres, county.levers
    slots = county.unit_slots(unit)
    wanted = structure(
        int(levers.posts[unit]), bool(levers.combined[unit]), int(levers.deputies[unit])
    )
    holders = slots[county.in_post[slots]]
    surplus = holders.size - len(wanted)
    if surplus > 0:
        best = selection_order(county, holders)
        leave(county, best[len(wanted) :])
    elif surplus < 0:
        free = slots[~county.in_post[slots]]
        order = np.argsort(table["occupant"][free], kind="stable")
        appoint(county, free[order[:-surplus]], recruit=county.started)
    assign(county, slots[county.in_post[slots]], wanted)
    set_pay(county, slots[county.in_post[slots]])


def set_pay(county: "CountyModel", rows: I8) -> None:
    """Pay each post: secretaries the base, the combined role a premium, others a share."""
    table, p = county.cadres, county.values
    base = p.get("posts", "pay_secretary")
    post = table["post"][rows]
    first = np.isin(post, (SECRETARY, SECRETARY_DIRECTOR))
    usual = np.where(first, base, base * p.get("posts", "pay_other_ratio"))
    premium = p.get("posts", "pay_dual_premium") * (post == SECRETARY_DIRECTOR)
    table["usual_pay"][rows] = usual
    table["pay"][rows] = usual + premium


def departures(county: "CountyModel") -> I8:
    """Return the rows of cadres who retire or resign this month."""
    table, p = county.cadres, county.values
    rows = np.flatnonzero(county.in_post)
    age = (county.month - table["birth_month"][rows]) / 12.0
    monthly = 1.0 - (1.0 - p.get("posts", "turnover")) ** (1.0 / 12.0)
    who = slot_identity(county, rows)
    resigns = uniforms(county.key("posts.resign"), who) < monthly
    return rows[(age >= p.get("posts", "retirement_age")) | resigns]


def step(county: "CountyModel") -> None:
    """Let cadres go, and bring every unit whose posts do not fit back into order."""
    levers = county.levers
    gone = departures(county)
    leave(county, gone)
    unit = county.borders.unit
    allowed = np.stack((levers.posts, levers.combined, levers.deputies, unit), axis=1)
    changed = (allowed != county.posts_before).any(axis=1)
    changed[unit[gone // county.slots]] = True
    changed |= county.reshuffled
    county.posts_before[:] = allowed
    county.reshuffled[:] = False
    for unit in np.flatnonzero(changed & county.borders.is_unit):
        reorganise(county, int(unit))
