"""Selection: which posts a village has, by what they are filled, and who is taken.

A post goes to the best score by the county's weights among those who accept its pay
(`candidates`: who stands); holders keep their posts unless all stand again.
"""

import math

import numpy as np

from sim.model.agents.cadre import (
    DEPUTY,
    DIRECTOR,
    FIRST_SECRETARY,
    MEMBER,
    NONE,
    POSTS,
    SECRETARY,
    SECRETARY_DIRECTOR,
)
from sim.model.compiled import B1, F8, I8, U2, U8, Records, kernel, rule
from sim.model.draws import uniform

ABILITIES = ("ability_administration", "ability_service", "ability_economy")


@rule
def score(
    ability: float,
    age: float,
    standing: float,
    returned: bool,
    weight_ability: float,
    weight_youth: float,
    weight_standing: float,
    weight_returned: float,
    age_aim: float,
) -> float:
    """Return the selection score.

    Ability (0-1), ten-year steps of age above the county's aim, standing (1: leads the village
    now), and having returned from working away, each by its weight.
    """
    youth = -max(0.0, age - age_aim) / 10.0
    return (
        weight_ability * ability
        + weight_youth * youth
        + weight_standing * standing
        + weight_returned * returned
    )


@rule
def removed_share(integrity: float, levels: float, power: float) -> float:
    """Return the chance to be removed by vetting at so many levels, by integrity (0-1)."""
    return 1.0 - (1.0 - min(1.0, power * (1.0 - integrity) ** 2)) ** levels


@rule
def least_pay(wage: float, ability: float, premium: float, standing: float) -> float:
    """Return the pay from which a post is accepted: the outside wage less what standing is worth.

    Parameters
    ----------
    wage : float
        Wage outside at ability 0.5, yuan/month.
    ability, premium : float
        Ability, 0-1, and the log wage per unit of it.
    standing : float
        Worth of the post's standing to the person, yuan/month.
    """
    return wage * math.exp(premium * (ability - 0.5)) - standing


@rule
def post_at(place: int, combined: bool, deputies: int) -> int:
    """Return the post at a place (from 0) among those of a unit: leaders, deputies, members.

    `combined`: secretary and director are one person.
    """
    leaders = 1 if combined else 2
    if place >= leaders:
        return DEPUTY if place < leaders + deputies else MEMBER
    if combined:
        return SECRETARY_DIRECTOR
    return SECRETARY if place == 0 else DIRECTOR


@rule
def base_pay(post: int, secretary: float, other: float, dual: float) -> float:
    """Return pay before the formula: secretaries the base, others a share, dual posts a premium."""
    first = post in (SECRETARY, SECRETARY_DIRECTOR, FIRST_SECRETARY)
    usual = secretary if first else secretary * other
    return usual + dual * (post == SECRETARY_DIRECTOR)


@rule
def slot_identity(village: np.uint64, slot: int) -> np.uint64:
    """Return the identity of a post slot: the old village's, and the slot's number in it."""
    return village + np.uint64(slot)


@rule
def holder_identity(village: np.uint64, slot: int, occupant: int) -> np.uint64:
    """Return the identity of the `occupant`-th to hold a post slot."""
    return slot_identity(village, slot) + (np.uint64(occupant) << np.uint64(8))


@kernel
def free_slot(
    key: np.uint64,
    villages: I8,
    only: int,
    slots: int,
    identity: U8,
    occupant: U2,
    taken: B1,
) -> int:
    """Return the empty slot of some villages that is filled next: the least used, then by lot.

    `only`: of this village alone, unless it is -1; -1 is returned if there is none.
    """
    found, lot = -1, 0.0
    for v in villages:
        if only not in (-1, v):
            continue
        for slot in range(POSTS):
            row = v * slots + slot
            if taken[row] or (found >= 0 and occupant[row] > occupant[found]):
                continue
            draw = uniform(key, slot_identity(identity[v], slot))
            if found < 0 or occupant[row] < occupant[found] or draw < lot:
                found, lot = row, draw
    return found


@kernel
def best_for(people: Records, post: int, pay: float, left: int, again: bool) -> int:
    """Return whom a post of one unit goes to, as the position in `people`.

    Parameters
    ----------
    people : structured array of `newcomers.PERSON`
        Those of the unit; never fewer stand than posts are left without the pool.
    post, pay : int, float
        The post, and what it pays, yuan/month.
    left : int
        Posts still to be filled, this one among them.
    again : bool
        Holders stand again like the others; otherwise they keep their posts, and a place.
    """
    holders, best, holder, same = 0, -1, -1, -1
    for k in range(people.size):
        one = people[k]
        if not one["stands"] or one["takes"] != NONE:
            continue
        can = one["accepts"] <= pay
        if can and (best < 0 or one["score"] > people[best]["score"]):
            best = k
        if one["holds"]:
            holders += 1
            if can and (holder < 0 or one["score"] > people[holder]["score"]):
                holder = k
            if one["post"] == post and (same < 0 or one["score"] > people[same]["score"]):
                same = k
    if again:
        return best
    if same >= 0:
        return same
    return holder if holders >= left else best


@kernel
def _offer_slots(
    people: Records,
    winners: I8,
    key: np.uint64,
    members: I8,
    slots: int,
    identity: U8,
    occupant: U2,
    taken: B1,
) -> None:
    """Give each of the pool who takes a post an empty slot, of the village the person is from.

    Where that has none it is one of the unit's; `taken` says which slots are not empty.
    """
    for one in people:
        if one["holds"] or (one["takes"] != NONE and one["row"] >= 0):
            taken[one["row"]] = one["takes"] != NONE
    for k in winners:
        one = people[k]
        if one["row"] < 0:
            own = one["village"]
            row = free_slot(key, members, own, slots, identity, occupant, taken)
            if row < 0:
                row = free_slot(key, members, -1, slots, identity, occupant, taken)
            one["row"], taken[row] = row, True


@kernel
def take(
    people: Records,
    at: I8,
    units: I8,
    again: B1,
    key: np.uint64,
    start: I8,
    villages: I8,
    slots: int,
    identity: U8,
    in_post: B1,
    occupant: U2,
    posts: I8,
    combined: B1,
    deputies: I8,
    secretary: F8,
    other: F8,
    dual: F8,
) -> None:
    """Fill the posts of some units, leaders first: `people` (`candidates`) say who takes what.

    `key` is that of the slots' lot; `secretary`, `other` and `dual` are the levers of pay.
    """
    taken = in_post.copy()
    for i in range(units.size):
        u, some = units[i], people[at[i] : at[i + 1]]
        winners = np.empty(posts[u], dtype=np.int64)
        for place in range(posts[u]):
            post = post_at(place, combined[u], deputies[u])
            pay = base_pay(post, secretary[u], other[u], dual[u])
            winners[place] = best_for(some, post, pay, posts[u] - place, again[u])
            some[winners[place]]["takes"] = post
        members = villages[start[u] : start[u + 1]]
        _offer_slots(some, winners, key, members, slots, identity, occupant, taken)
