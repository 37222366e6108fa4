"""Newcomers: who may come to a post, drawn with age, abilities and integrity.

They are the local people who come next for empty slots, the talent pool of the villages (returned
migrants, graduates, veterans and entrepreneurs, some of them trained as a reserve), and first
secretaries sent from above.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.cadre import (
    ENTREPRENEUR,
    FIRST_SECRETARY,
    GRADUATE,
    LOCAL,
    RETURNED,
    SENT,
    VETERAN,
)
from sim.model.compiled import F8, I8, U2, U8, Records, kernel, rule
from sim.model.draws import normal, uniform
from sim.model.processes.ages import drawn_age, newcomers_ages
from sim.model.processes.selection import ABILITIES, holder_identity, least_pay

if TYPE_CHECKING:
    from sim.model.county import CountyModel

#: what a person brings to a post: columns of the cadres' table
BROUGHT = ("birth_month", *ABILITIES, "integrity", "training", "source", "returned", "home")
#: one who stands for posts: row of the slot held or offered (-1: of the pool, none yet), old
#: village, post held now, least pay accepted (yuan/month), how many before had the
#: slot's offer; whether vetting and the number of posts leave the person in, score, post taken
PERSON = np.dtype(
    [
        *zip(BROUGHT, ("i8", "f8", "f8", "f8", "f8", "f8", "u1", "?", "i8"), strict=True),
        ("row", "i8"),
        ("village", "i8"),
        ("holds", "?"),
        ("post", "u1"),
        ("accepts", "f8"),
        ("passed", "i8"),
        ("stands", "?"),
        ("score", "f8"),
        ("takes", "u1"),
    ]
)
#: streams of draws, in the order of `keys`
(
    _ADMINISTRATION,
    _SERVICE,
    _ECONOMY,
    _INTEGRITY,
    VETTING,
    _AGE,
    _RETURNED,
    SLOT,
    SIZE,
    _KIND,
    _POOL_AGE,
    _STANDING,
    VILLAGER,
) = range(13)


def keys(county: "CountyModel", month: int) -> U8:
    """Return the keys of all draws about those who stand, in a month (0: drawn once)."""
    return county.keys(
        "posts.ability_administration",
        "posts.ability_service",
        "posts.ability_economy",
        "posts.integrity",
        "selection.vetting",
        "posts.age",
        "posts.returned",
        "posts.slot",
        "selection.pool",
        "selection.kind",
        "selection.age",
        "selection.standing",
        "selection.villager",
        month=month,
    )


@rule
def limited(value: float) -> float:
    """Return a value cut off at 0 and 1."""
    return min(max(value, 0.0), 1.0)


@rule
def kind_of(u: float, returned: float, graduates: float, veterans: float) -> int:
    """Return the kind of one of the pool at a uniform number, by the kinds' shares."""
    if u < returned:
        return RETURNED
    if u < returned + graduates:
        return GRADUATE
    return VETERAN if u < returned + graduates + veterans else ENTREPRENEUR


@rule
def pool_persons(mean: float, lot: float) -> int:
    """Return how many persons a village's pool, or its reserve, has: rounded by its lot."""
    return math.floor(mean + lot)


@kernel
def _abilities(one: Records, q: Records, luck: U8, who: np.uint64, mean: float) -> None:
    """Draw abilities around a mean, and integrity."""
    sd = q["ability_sd"]
    one["ability_administration"] = limited(mean + sd * normal(luck[_ADMINISTRATION], who))
    one["ability_service"] = limited(mean + sd * normal(luck[_SERVICE], who))
    one["ability_economy"] = limited(mean + sd * normal(luck[_ECONOMY], who))
    z = normal(luck[_INTEGRITY], who)
    one["integrity"] = limited(q["integrity_mean"] + q["integrity_sd"] * z)


@kernel
def newcomer(
    one: Records,
    q: Records,
    once: U8,
    month: int,
    youngest: int,
    ages: F8,
    who: np.uint64,
    mean: float,
) -> None:
    """Draw a local person, of so much ability in the mean."""
    one["birth_month"] = month - drawn_age(uniform(once[_AGE], who), youngest, ages)
    one["returned"] = uniform(once[_RETURNED], who) < q["returned_share_before"]
    one["source"] = RETURNED if one["returned"] else LOCAL
    _abilities(one, q, once, who, mean)


@kernel
def of_pool(
    one: Records,
    q: Records,
    s: Records,
    now: U8,
    month: int,
    wage: float,
    who: np.uint64,
    reserve: bool,
) -> None:
    """Draw one of the talent pool; those of the reserve are trained."""
    kind = kind_of(
        uniform(now[_KIND], who), s["pool_returned"], s["pool_graduates"], s["pool_veterans"]
    )
    one["source"], one["returned"] = kind, kind in (RETURNED, ENTREPRENEUR)
    mean = s["pool_age_mean"] - (s["graduates_younger"] if kind == GRADUATE else 0.0)
    age = mean + s["pool_age_sd"] * normal(now[_POOL_AGE], who)
    age = min(max(age, q["youngest"]), q["retirement_age"] - 1.0)
    one["birth_month"] = month - round(age * 12.0)
    _abilities(one, q, now, who, 0.5 + s["pool_ability"])
    if kind == ENTREPRENEUR:
        economy = one["ability_economy"] + s["entrepreneur_ability"]
        one["ability_economy"] = min(1.0, economy)
    one["training"] = s["reserve_training"] if reserve else 0.0
    ability = one["ability_administration"] + one["ability_service"] + one["ability_economy"]
    worth = s["standing_worth"] * math.exp(s["standing_log_sd"] * normal(now[_STANDING], who))
    one["accepts"] = least_pay(wage, ability / 3.0, s["wage_ability"], worth)


@kernel
def _sent(
    rows: I8,
    month: int,
    p: Records,
    once: U8,
    youngest: int,
    ages: F8,
    slots: int,
    identity: U8,
    occupant: U2,
) -> Records:
    """Return first secretaries sent from above to their slots."""
    people, q = np.zeros(rows.size, dtype=PERSON), p[0]
    for i in range(rows.size):
        one, row = people[i], rows[i]
        who = holder_identity(identity[row // slots], row % slots, occupant[row] + 1)
        newcomer(one, q, once, month, youngest, ages, who, 0.5 + q["sent_ability"])
        one["integrity"] = min(1.0, one["integrity"] + q["sent_integrity"])
        one["row"], one["source"], one["returned"], one["home"] = row, SENT, False, -1
        one["takes"] = FIRST_SECRETARY
    return people


def sent(county: "CountyModel", rows: I8, once: U8) -> Records:
    """Return first secretaries sent from above to their slots; `once`: `keys` of month 0."""
    return _sent(
        rows,
        county.month,
        county.values.posts.record,
        once,
        *newcomers_ages(county.values, county.built),
        county.slots,
        county.world.identity,
        county.cadres["occupant"],
    )
