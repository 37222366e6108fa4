"""Selection: who stands for the posts of a village, and who is taken.

Those who stand are the holders, a local newcomer for every empty post, and, where a selection
policy keeps one, the talent pool of the villages: returned migrants, graduates, veterans and
entrepreneurs, some of them trained as a reserve. Vetting removes some. A post goes to the best
score by the county's weights among those who accept its pay.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.cadre import (
    ENTREPRENEUR,
    GRADUATE,
    LEADERS,
    LOCAL,
    RETURNED,
    SENT,
    VETERAN,
    among,
)
from sim.model.compiled import B1, F8, I8, U8, Records, kernel
from sim.model.draws import normals, uniforms
from sim.model.processes.ages import age_draws

if TYPE_CHECKING:
    from sim.model.county import CountyModel

#: what a person brings to a post: columns of the cadres' table
BROUGHT = (
    ("birth_month", "i8"),
    ("ability_administration", "f8"),
    ("ability_service", "f8"),
    ("ability_economy", "f8"),
    ("integrity", "f8"),
    ("training", "f8"),
    ("source", "u1"),
    ("returned", "?"),
)
#: one who stands for posts: row of the slot held or offered (-1: of the pool, none yet), old
#: village and its unit, post held now, least pay accepted (yuan/month), how many before had the
#: slot's offer
PERSON = np.dtype(
    [
        *BROUGHT,
        ("row", "i8"),
        ("village", "i8"),
        ("unit", "i8"),
        ("holds", "?"),
        ("post", "u1"),
        ("accepts", "f8"),
        ("passed", "u8"),
    ]
)
MOST_VETTED = 10  # local people who are vetted for one empty slot
ABILITIES = ("ability_administration", "ability_service", "ability_economy")
_POOL = np.uint64(1 << 20)  # identities of the pool, apart from those of (slot, occupant)


def score(
    ability: F8,
    age: F8,
    standing: F8,
    returned: B1,
    weight_ability: F8,
    weight_youth: F8,
    weight_standing: F8,
    weight_returned: F8,
    age_aim: F8,
) -> F8:
    """Return the selection score.

    Ability (0-1), ten-year steps of age above the county's aim, standing (1: leads the village
    now), and having returned from working away, each by its weight.
    """
    youth = -np.maximum(0.0, age - age_aim) / 10.0
    return (
        weight_ability * ability
        + weight_youth * youth
        + weight_standing * standing
        + weight_returned * returned
    )


def removed_share(integrity: F8, levels: F8, power: float) -> F8:
    """Return the chance to be removed by vetting at so many levels, by integrity (0-1)."""
    return 1.0 - (1.0 - np.minimum(1.0, power * (1.0 - integrity) ** 2)) ** levels


def least_pay(wage: float, ability: F8, premium: float, standing: F8) -> F8:
    """Return the pay from which a post is accepted: the outside wage less what standing is worth.

    Parameters
    ----------
    wage : float
        Wage outside at ability 0.5, yuan/month.
    ability, premium : array and float
        Ability, 0-1, and the log wage per unit of it.
    standing : array
        Worth of the post's standing to the person, yuan/month.
    """
    return wage * np.exp(premium * (ability - 0.5)) - standing


def slot_identity(county: "CountyModel", rows: I8) -> U8:
    """Return the identity of post slots: the old village's, and the slot's number in it."""
    villages = county.world.identity[rows // county.slots]
    return villages + (rows % county.slots).astype(np.uint64)


def holder_identity(county: "CountyModel", rows: I8, after: int | U8 = 0) -> U8:
    """Return the identity of who holds post slots, or of the `after`-th to hold them next."""
    occupant = county.cadres["occupant"][rows].astype(np.uint64) + np.asarray(after, np.uint64)
    return slot_identity(county, rows) + (occupant << np.uint64(8))


def _abilities(county: "CountyModel", out: Records, who: U8, month: int | None, lift: F8) -> None:
    """Draw abilities and integrity; `lift` is added to the mean ability."""
    values = county.values
    for name in ABILITIES:
        z = normals(county.key(f"posts.{name}", month), who)
        out[name] = _share(0.5 + lift + values.posts.ability_sd * z)
    z = normals(county.key("posts.integrity", month), who)
    mean, sd = values.posts.integrity_mean, values.posts.integrity_sd
    out["integrity"] = _share(mean + sd * z)


def _share(values: F8) -> F8:
    """Return values cut off at 0 and 1."""
    return np.minimum(np.maximum(values, 0.0), 1.0)


def newcomers(county: "CountyModel", rows: I8, passed: int = 0) -> Records:
    """Return the local people who come next for empty slots, drawn by (slot, occupant).

    `passed`: so many before them were removed by vetting.
    """
    values, out = county.values, np.zeros(rows.size, dtype=PERSON)
    who = holder_identity(county, rows, after=1 + passed)
    u = uniforms(county.key("posts.age", 0), who)
    out["birth_month"] = county.month - age_draws(values, u, newly_appointed=county.built)
    share = values.posts.returned_share_before
    out["returned"] = uniforms(county.key("posts.returned", 0), who) < share
    out["source"] = np.where(out["returned"], RETURNED, LOCAL)
    out["row"], out["village"], out["passed"] = rows, rows // county.slots, passed
    out["unit"] = county.borders.unit[out["village"]]
    lift = values.posts.professional_ability * county.levers.pay_professional[out["unit"]]
    _abilities(county, out, who, 0, lift)
    return out


def vetted(county: "CountyModel", rows: I8) -> Records:
    """Return the local people who come next for empty slots and pass their unit's vetting.

    Where one is removed the next is asked; the tenth stands whatever is found, so that no post
    stays empty. What vetting finds of a person does not depend on the month.
    """
    people = newcomers(county, rows)
    for passed in range(1, MOST_VETTED):
        who = holder_identity(county, rows, 1 + people["passed"])
        levels = county.levers.selection["vetting"][people["unit"]]
        removed = ~cleared(county, people, who, levels, month=0)
        if not removed.any():
            break
        people[removed] = newcomers(county, rows[removed], passed)
    return people


def holders(county: "CountyModel", rows: I8) -> Records:
    """Return those in post as people who stand."""
    out = np.zeros(rows.size, dtype=PERSON)
    for name, _ in BROUGHT:
        out[name] = county.cadres[name][rows]
    out["row"], out["village"] = rows, rows // county.slots
    out["unit"] = county.borders.unit[out["village"]]
    out["holds"], out["post"] = True, county.cadres["post"][rows]
    return out


def sent(county: "CountyModel", rows: I8) -> Records:
    """Return first secretaries sent from above to their slots."""
    values, out = county.values, newcomers(county, rows)
    lift = np.full(rows.size, values.posts.sent_ability)
    _abilities(county, out, holder_identity(county, rows, after=1), 0, lift)
    out["integrity"] = np.minimum(1.0, out["integrity"] + values.posts.sent_integrity)
    out["source"], out["returned"] = SENT, False
    return out


def together(*parts: Records) -> Records:
    """Return people of several kinds one after another (quicker than `np.concatenate`)."""
    out = np.empty(sum(part.size for part in parts), dtype=PERSON)
    done = 0
    for part in parts:
        out[done : done + part.size] = part
        done += part.size
    return out


def pool_size(county: "CountyModel", villages: I8, part: str = "pool") -> I8:
    """Return how many persons the pool, or the reserve, of some old villages has: rounded by lot.

    One lot a village, so that the reserve is never larger than the pool.
    """
    round_up = uniforms(county.key("selection.pool", 0), county.world.identity[villages])
    return np.floor(county.levers.selection[part][villages] + round_up).astype(np.int64)


def pool(county: "CountyModel", units: I8) -> Records:
    """Return the talent pool of some units' old villages this month, vetted.

    The pool is kept up: every month of appointments finds so many people, new draws.
    """
    borders, values, lever = county.borders, county.values, county.levers.selection
    inside = np.zeros(borders.unit.size, dtype=bool)
    inside[units] = True
    villages = np.flatnonzero(inside[borders.unit] & (lever["pool"] > 0.0))
    size = pool_size(county, villages)
    trained = np.minimum(pool_size(county, villages, "reserve"), size)
    village = np.repeat(villages, size)
    ordinal = np.arange(village.size) - np.repeat(np.cumsum(size) - size, size)
    who = county.world.identity[village] + _POOL + ordinal.astype(np.uint64)
    out = np.zeros(village.size, dtype=PERSON)
    if out.size == 0:
        return out
    out["village"], out["unit"], out["row"] = village, borders.unit[village], -1
    _kinds(county, out, who)
    out["training"] = (ordinal < np.repeat(trained, size)) * values.selection.reserve_training
    ability = sum(out[name] for name in ABILITIES) / len(ABILITIES)
    z = normals(county.key("selection.standing"), who)
    worth = values.selection.standing_worth * np.exp(values.selection.standing_log_sd * z)
    wage = values.livelihood.out_wage
    out["accepts"] = least_pay(wage, ability, values.selection.wage_ability, worth)
    return out[cleared(county, out, who, lever["vetting"][out["unit"]])]


def _kinds(county: "CountyModel", out: Records, who: U8) -> None:
    """Draw what kind of people a pool's are, with their age and abilities."""
    values = county.values
    kinds = (RETURNED, GRADUATE, VETERAN)
    shares = [
        values.selection.pool_returned,
        values.selection.pool_graduates,
        values.selection.pool_veterans,
    ]
    u = uniforms(county.key("selection.kind"), who)
    kind = np.append(kinds, ENTREPRENEUR)[np.searchsorted(np.cumsum(shares), u, side="right")]
    out["source"] = kind
    out["returned"] = (kind == RETURNED) | (kind == ENTREPRENEUR)
    younger = values.selection.graduates_younger * (kind == GRADUATE)
    z = normals(county.key("selection.age"), who)
    age = values.selection.pool_age_mean - younger + values.selection.pool_age_sd * z
    low, high = values.posts.youngest, values.posts.retirement_age - 1.0
    out["birth_month"] = county.month - np.rint(np.clip(age, low, high) * 12.0)
    lift = np.full(who.size, values.selection.pool_ability)
    _abilities(county, out, who, None, lift)
    economy = out["ability_economy"] + values.selection.entrepreneur_ability * (
        kind == ENTREPRENEUR
    )
    out["ability_economy"] = np.minimum(1.0, economy)


def cleared(
    county: "CountyModel", people: Records, who: U8, levels: F8, month: int | None = None
) -> B1:
    """Return who passes vetting at so many levels."""
    power = county.values.selection.vetting_power
    chance = removed_share(people["integrity"], levels, power)
    return uniforms(county.key("selection.vetting", month), who) >= chance


def ranked(county: "CountyModel", people: Records) -> Records:
    """Return people unit by unit, by score under the unit's weights, best first."""
    lever = county.levers.selection[people["unit"]]
    ability = sum(people[name] + people["training"] for name in ABILITIES) / len(ABILITIES)
    age = (county.month - people["birth_month"]) / 12.0
    member = county.values.selection.member_standing
    leads = among(people["post"], *LEADERS)
    standing = np.where(leads, 1.0, member * people["holds"])
    weights = [lever[name] for name in ("ability", "youth", "standing", "returned", "age_aim")]
    value = score(ability, age, standing, people["returned"], *weights)
    return people[np.lexsort((-value, people["unit"]))]


def take(people: Records, wanted: list[int], pay: list[float], again: bool) -> list[int]:
    """Return whom the posts of one unit go to.

    Parameters
    ----------
    people : structured array of `PERSON`
        Those who stand, best first; never fewer than posts without the pool.
    wanted : list of int
        Posts, leaders first.
    pay : list of float
        Pay of each, yuan/month.
    again : bool
        Holders stand again like the others; otherwise they keep their posts, and a place.

    Returns
    -------
    list of int
        Position in `people` for each post.
    """
    return _take(people, np.array(wanted, dtype=np.int64), np.array(pay), again).tolist()


@kernel
def _take(people: Records, wanted: I8, pay: F8, again: bool) -> I8:
    """Return what `take` does."""
    taken = np.empty(wanted.size, dtype=np.int64)
    left = np.ones(people.size, dtype=np.bool_)
    for i in range(wanted.size):
        holders_left, same, holder, best = 0, -1, -1, -1
        for k in range(people.size):
            one = people[k]
            if not left[k]:
                continue
            can = one["accepts"] <= pay[i]
            if can and best < 0:
                best = k
            if one["holds"]:
                holders_left += 1
                if can and holder < 0:
                    holder = k
                if one["post"] == wanted[i] and same < 0:
                    same = k
        if not again and same >= 0:
            best = same
        elif not again and holders_left >= wanted.size - i:
            best = holder
        taken[i] = best
        left[best] = False
    return taken


@kernel
def take_all(people: Records, units: I8, wanted: I8, seat: I8, pay: F8, again: B1) -> I8:
    """Return whom the posts of several units go to; people and posts lie unit by unit.

    Parameters
    ----------
    people : structured array of `PERSON`
        Those who stand, by unit, best first.
    units : int64 array
        The units, in order.
    wanted, seat, pay : arrays (posts,)
        Posts, the unit of each, and its pay, yuan/month.
    again : bool array (V,)
        See `take`.
    """
    taken = np.empty(wanted.size, dtype=np.int64)
    first, post = 0, 0
    for u in units:
        last, end = first, post
        while last < people.size and people[last]["unit"] == u:
            last += 1
        while end < seat.size and seat[end] == u:
            end += 1
        some = _take(people[first:last], wanted[post:end], pay[post:end], again[u])
        for i in range(end - post):  # assigning the slice costs a second to compile
            taken[post + i] = first + some[i]
        first, post = last, end
    return taken
