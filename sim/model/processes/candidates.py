"""Candidates: who stands for the posts of units, in order and vetted.

Those who stand are the holders, a local newcomer for every empty post, and, where a selection
policy keeps one, the talent pool of the villages. Vetting removes some.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.cadre import DIRECTOR, POSTS, SECRETARY, SECRETARY_DIRECTOR
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, U2, U8, Records, kernel
from sim.model.draws import uniform
from sim.model.processes.ages import newcomers_ages
from sim.model.processes.newcomers import (
    PERSON,
    SIZE,
    SLOT,
    VETTING,
    VILLAGER,
    newcomer,
    of_pool,
    pool_persons,
)
from sim.model.processes.selection import (
    ABILITIES,
    free_slot,
    holder_identity,
    removed_share,
    score,
)
from sim.model.processes.standing import become, villagers

if TYPE_CHECKING:
    from sim.model.county import CountyModel

MOST_VETTED = 10  # local people who are vetted for one empty slot
_POOL = np.uint64(1 << 20)  # identities of the pool, apart from those of (slot, occupant)


@kernel
def _judge(one: Records, month: int, weights: Records, member_standing: float) -> None:
    """Score a person by the unit's weights."""
    training = one["training"]
    ability = one["ability_administration"] + training + (one["ability_service"] + training)
    ability += one["ability_economy"] + training
    leads = one["post"] in (SECRETARY, SECRETARY_DIRECTOR, DIRECTOR)
    one["score"] = score(
        ability / 3.0, (month - one["birth_month"]) / 12.0,
        1.0 if leads else member_standing * one["holds"], one["returned"], weights["ability"],
        weights["youth"], weights["standing"], weights["returned"], weights["age_aim"],
    )  # fmt: skip


@kernel
def _passes(one: Records, s: Records, weights: Records, luck: U8, who: np.uint64) -> bool:
    """Tell whether a person passes the vetting of a unit."""
    removed = removed_share(one["integrity"], weights["vetting"], s["vetting_power"])
    return uniform(luck[VETTING], who) >= removed


@kernel
def _regions(
    units: I8, start: I8, villages: I8, slots: int, in_post: B1, posts: I8, pool: F8
) -> I8:
    """Return where each unit's people lie, shape (units + 1,): as many as can stand there."""
    at = np.zeros(units.size + 1, dtype=np.int64)
    for i in range(units.size):
        u = units[i]
        room = posts[u]
        for k in range(start[u], start[u + 1]):
            v = villages[k]
            room += pool_persons(pool[v], 1.0)
            for row in range(v * slots, v * slots + POSTS):
                room += in_post[row]
        at[i + 1] = at[i] + room
    return at


@kernel
def _keep_best(people: Records, posts: int) -> None:
    """Leave no more of some holders standing than there are posts, the best."""
    for _ in range(posts, people.size):
        worst = -1
        for k in range(people.size):
            behind = worst < 0 or people[k]["score"] <= people[worst]["score"]
            if people[k]["stands"] and behind:
                worst = k
        people[worst]["stands"] = False


@kernel
def _holders(
    people: Records,
    at: I8,
    units: I8,
    again: B1,
    month: int,
    s: Records,
    now: U8,
    start: I8,
    villages: I8,
    slots: int,
    identity: U8,
    posts: I8,
    weights: Records,
    in_post: B1,
    post: U1,
    occupant: U2,
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
    """Let holders stand: vetted where all stand again, else the best for the posts."""
    for i in range(units.size):
        u, n = units[i], at[i]
        for k in range(start[u], start[u + 1]):
            v = villages[k]
            for slot in range(POSTS):
                row = v * slots + slot
                if not in_post[row]:
                    continue
                one, n = people[n], n + 1
                one["row"], one["village"], one["holds"], one["post"] = row, v, True, post[row]
                one["birth_month"], one["returned"] = birth_month[row], returned[row]
                one["ability_administration"] = ability_administration[row]
                one["ability_service"] = ability_service[row]
                one["ability_economy"] = ability_economy[row]
                one["integrity"], one["training"] = integrity[row], training[row]
                one["source"], one["home"] = source[row], home[row]
                _judge(one, month, weights[u], s[0]["member_standing"])
                who = holder_identity(identity[v], slot, occupant[row])
                one["stands"] = not again[u] or _passes(one, s[0], weights[u], now, who)
        if not again[u]:
            _keep_best(people[at[i] : n], posts[u])


@kernel
def _others(
    people: Records,
    at: I8,
    units: I8,
    again: B1,
    month: int,
    p: Records,
    s: Records,
    wage: float,
    once: U8,
    now: U8,
    youngest: int,
    ages: F8,
    start: I8,
    villages: I8,
    slots: int,
    identity: U8,
    posts: I8,
    weights: Records,
    professional: F8,
    in_post: B1,
    occupant: U2,
    began: int,
    rows: I8,
    persons: F8,
    birth: I2,
    labour: U1,
    returned: B1,
    skill: F4,
) -> None:
    """Let local people stand for posts without a holder, and, where there are any, the pool."""
    offered, q, r = in_post.copy(), p[0], s[0]
    share, of_villagers = r["skill_ability"], rows.size > 0
    for i in range(units.size):
        u = units[i]
        some, members = people[at[i] : at[i + 1]], villages[start[u] : start[u + 1]]
        n, lacking = 0, posts[u]
        while n < some.size and some[n]["holds"]:
            lacking -= some[n]["stands"]
            n += 1
        for _ in range(lacking):
            row = free_slot(once[SLOT], members, -1, slots, identity, occupant, offered)
            one, v, n, offered[row] = some[n], row // slots, n + 1, True
            one["row"], one["village"], one["stands"] = row, v, True
            mean = 0.5 + q["professional_ability"] * professional[u]
            for passed in range(MOST_VETTED):
                one["passed"] = passed
                who = holder_identity(identity[v], row % slots, occupant[row] + 1 + passed)
                newcomer(one, q, once, month, youngest, ages, who, mean)
                if of_villagers:
                    become(
                        one, uniform(once[VILLAGER], who), month, q, share,
                        (rows[v], rows[v + 1]), some["home"][: (persons[v] <= 1.0) * (n - 1)],
                        birth, labour, returned, skill,
                    )  # fmt: skip
                if _passes(one, r, weights[u], once, who):
                    break
            _judge(one, month, weights[u], r["member_standing"])
        for v in members:
            if weights[v]["pool"] <= 0.0 or not (again[u] or lacking > 0):
                continue
            lot = uniform(once[SIZE], identity[v])
            reserve = pool_persons(weights[v]["reserve"], lot)
            for number in range(pool_persons(weights[v]["pool"], lot)):
                one, n = some[n], n + 1
                one["row"], one["village"] = -1, v
                who = identity[v] + _POOL + np.uint64(number)
                luck, then = (once, began) if of_villagers else (now, month)
                of_pool(one, q, r, luck, then, wage, who, number < reserve)
                if of_villagers:
                    become(
                        one, uniform(once[VILLAGER], who), month, q, share,
                        (rows[v], rows[v + 1]), some["home"][: (persons[v] <= 1.0) * (n - 1)],
                        birth, labour, returned, skill,
                    )  # fmt: skip
                _judge(one, month, weights[u], r["member_standing"])
                one["stands"] = _passes(one, r, weights[u], luck, who)


def candidates(
    county: "CountyModel", units: I8, again: B1, once: U8, now: U8
) -> tuple[Records, I8]:
    """Return who stands for the posts of some units, and where each unit's people lie.

    The holders come first; then a local person for every post that they leave, drawn by
    (slot, occupant): where vetting removes one the next is asked, and the tenth stands whatever is
    found, so that no post stays empty. What vetting finds of them does not depend on the month.
    Last, where there is such a post, the talent pool of the unit's old villages, which is kept up:
    every month of appointments finds so many people, new draws.

    Parameters
    ----------
    units : int64 array
        Units whose posts are filled.
    again : bool array (V,)
        Units whose holders stand against all others.
    once, now : uint64 arrays
        `keys` of month 0 and of this one.
    """
    borders, levers, values = county.borders, county.levers, county.values
    table, lever = county.cadres, levers.selection
    where = borders.start, borders.villages, county.slots
    at = _regions(units, *where, county.in_post, levers.posts, lever["pool"])
    people = np.zeros(at[-1], dtype=PERSON)
    people["home"] = -1
    _holders(
        people,
        at,
        units,
        again,
        county.month,
        values.selection.record,
        now,
        *where,
        county.world.identity,
        levers.posts,
        lever,
        county.in_post,
        *table.columns("post", "occupant", "birth_month", *ABILITIES),
        *table.columns("integrity", "training", "source", "returned", "home"),
    )
    _others(
        people,
        at,
        units,
        again,
        county.month,
        values.posts.record,
        values.selection.record,
        values.livelihood.out_wage,
        once,
        now,
        *newcomers_ages(values, county.built),
        *where,
        county.world.identity,
        levers.posts,
        lever,
        levers.pay_professional,
        county.in_post,
        table["occupant"],
        county.config.start,
        *villagers(county),
    )
    return people, at
