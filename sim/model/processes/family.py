"""Families: people registered together (户), some of whom are away.

A family keeps its number; who dies is followed by a newborn in a family that has somebody of the
age of parents. Who goes to a site takes along what others of the family must have done
(`hand_over`); who is not online may have somebody at home who is; what people away send home goes
to their own (`processes.remittances`); and whether to leave or return weighs who would be left at
home (`processes.livelihood`). A family of rows that stand for k persons each is k families alike.
All of it under `variants: {families: on}`; off, people of a village share what is sent home, and
nobody acts for another.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import ADULT, AWAY, ELDER
from sim.model.compiled import B1, I2, I4, I8, U1, U8, Records, kernel, rule
from sim.model.draws import uniform
from sim.model.parameters.variants import VARIANTS

if TYPE_CHECKING:
    from sim.model.county import CountyModel

ON = VARIANTS["families"].forms.index("on")
#: who of a family is at home: those of 16 to 59, all others, and those of 16 and over online
ADULTS, OTHERS, ONLINE = range(3)
PARENT = (20 * 12, 45 * 12)  # months of age, of who has a newborn
OLDER = 50 * 12  # whose children are grown, and may have families of their own
_APART, _SINGLE, _WHICH, _COUNT, HELPED = range(5)
_STREAMS = ("family.apart", "family.single", "family.which", "family.count", "family.helped")


@rule
def families_of(persons: int, size: float, adults: int, lot: float) -> int:
    """Return the families of those who do not live apart, at least one.

    Parameters
    ----------
    persons, adults : int
        So many, and those of 16 to 59 among them.
    size : float
        Mean persons of such a family.
    lot : float
        Uniform number by which the fraction is rounded.
    """
    return max(1, min(int(persons / max(size, 1.0) + lot), adults))


@rule
def singles_of(apart: int, share: float, lot: float) -> int:
    """Return how many of those apart live alone: the share, rounded so that couples are left."""
    alone = int(share * apart + lot)
    if (apart - alone) % 2 == 0:
        return alone
    return alone + 1 if alone == 0 or (share * apart + lot) % 1.0 >= 0.5 else alone - 1


@rule
def left_alone(adults: int, others: int, at_home: bool) -> bool:
    """Return whether children or elders have, or would have, nobody of 16 to 59 at home.

    Parameters
    ----------
    adults, others : int
        Of 16 to 59 at home now, and all others at home.
    at_home : bool
        The person who would leave is one of the former; who is away finds them as they are.
    """
    return others > 0 and adults <= at_home


@rule
def tie_home(alone: bool, response: float, reference: float) -> float:
    """Return what those left at home take off the pull of leaving, logit; 0 at the reference.

    Parameters
    ----------
    alone : bool
        `left_alone`.
    response : float
        What it is if they are, against if they are not.
    reference : float
        Share of those who decide for whom they are, where the base rates hold.
    """
    return response * ((1.0 if alone else 0.0) - reference)


@kernel
def _apart(
    span: tuple[int, int],
    month: int,
    keys: U8,
    base: np.uint64,
    q: Records,
    first: int,
    birth: I2,
    family: I4,
) -> int:
    """Draw who of some rows lives apart, alone or in couples; return how many families they are.

    `family` is -1 for the others. Couples are of one decade of age, but for the last ones.
    """
    apart, found, partner = 0, 0, np.full(3, -1)
    for row in range(*span):
        old = month - birth[row] >= OLDER
        lives = old and uniform(keys[_APART], base + np.uint64(row)) < q["apart"]
        family[row] = 0 if lives else -1
        apart += lives
    lot = uniform(keys[_SINGLE], base + np.uint64(span[0]))
    singles = singles_of(apart, q["single"], lot)
    for row in range(*span):
        if family[row] < 0:
            continue
        lot = uniform(keys[_WHICH], base + np.uint64(row))
        decade = min((month - birth[row] - OLDER) // 120, 2)
        if lot * apart < singles:  # so many of those who are left
            family[row], found, singles = first + found, found + 1, singles - 1
        elif partner[decade] < 0:
            family[row], partner[decade], found = first + found, row, found + 1
        else:
            family[row], partner[decade] = family[partner[decade]], -1
        apart -= 1
    left = partner[partner >= 0]
    for k in range(1, left.size, 2):
        family[left[k]] = family[left[k - 1]]
    return found


@kernel
def _form(month: int, keys: U8, p: Records, start: I8, base: U8, birth: I2, family: I4) -> int:
    """Draw who is of which family (numbers rise with the rows); return how many there are.

    Families are drawn part by part: its rows lie between two of `start`, and draw by `base` and
    their number.
    """
    q, first = p[0], 0
    for part in range(base.size):
        span = start[part], start[part + 1]
        first += _apart(span, month, keys, base[part], q, first, birth, family)
        persons, adults, next_ = 0, 0, 0
        for row in range(*span):
            age = month - birth[row]
            persons += family[row] < 0
            adults += (family[row] < 0) & (age >= ADULT) & (age < ELDER)
        lot = uniform(keys[_COUNT], base[part] + np.uint64(span[0]))
        others = families_of(persons, q["size"], adults, lot)
        for row in range(*span):
            age = month - birth[row]
            if family[row] >= 0:
                continue
            if (age >= ADULT) & (age < ELDER):  # a family is founded by them, in turn
                which, next_ = next_ % others, next_ + 1
            else:
                which = int(uniform(keys[_WHICH], base[part] + np.uint64(row)) * others)
            family[row] = first + which
        first += others if persons > 0 else 0
    return first


@kernel
def _look(
    month: int,
    key: np.uint64,
    help_: float,
    group_start: I8,
    group_village: I4,
    village_start: I8,
    identity: U8,
    birth: I2,
    digital: B1,
    labour: U1,
    family: I4,
    at_home: I4,
    alone: B1,
    online: B1,
) -> None:
    """Count who is at home by family; note which elders are alone, and who can turn online."""
    at_home[:] = 0
    for row in range(family.size):
        age, here, there = month - birth[row], at_home[family[row]], labour[row] != AWAY
        adult = (age >= ADULT) & (age < ELDER)
        here[ADULTS] += there & adult
        here[OTHERS] += there & (not adult)
        here[ONLINE] += there & digital[row] & (age >= ADULT)
    for g in range(group_village.size):
        base = identity[group_village[g]] - np.uint64(village_start[group_village[g]])
        for row in range(group_start[g], group_start[g + 1]):
            here = at_home[family[row]]
            elder = month - birth[row] >= ELDER
            alone[row] = elder & (labour[row] != AWAY) & (here[ADULTS] == 0)
            helped = uniform(key, base + np.uint64(row)) < help_
            online[row] = digital[row] | (helped & (here[ONLINE] > 0))


@kernel
def of_parents(
    row: int, month: int, lot: float, first: int, last: int, birth: I2, family: I4
) -> int:
    """Return the family of a newborn of a row: of somebody of the age of parents among some rows.

    The first such row from a random place on, round about; one's own family where there is none.
    """
    count = last - first
    start = int(lot * count)
    for k in range(count):
        other = first + (start + k) % count
        if other != row and PARENT[0] <= month - birth[other] < PARENT[1]:
            return family[other]
    return family[row]


def together(county: "CountyModel") -> bool:
    """Tell whether families are told apart."""
    return county.values.family.families == ON


def parts(county: "CountyModel") -> tuple[I8, I8]:
    """Return where the rows begin among which families are drawn, and the old village of each part.

    A villagers' group; the old village where rows stand for several persons, as a group then has
    too few of them.
    """
    if not county.coarse:
        return county.group_start, county.world.group_village
    return county.village_start, np.arange(county.weight.size)


def form(county: "CountyModel") -> None:
    """Draw who is of which family, before the first month."""
    if not together(county):
        return
    start, village = parts(county)
    base = county.world.identity[village] - county.village_start[village].astype(np.uint64)
    count = _form(
        county.month, county.keys(*_STREAMS, month=0), county.values.family.record, start, base,
        *county.villagers.columns("birth_month", "family"),
    )  # fmt: skip
    county.at_home = np.zeros((count, 3), dtype=np.int32)
    step(county)


def step(county: "CountyModel") -> None:
    """Count who is at home, note which elders are alone, and who can turn online."""
    if not county.at_home.size:
        return
    columns = "birth_month", "digital", "labour", "family"
    _look(
        county.month, county.key(_STREAMS[HELPED], 0), county.values.family.online_help,
        county.group_start, county.world.group_village, county.village_start,
        county.world.identity, *county.villagers.columns(*columns), county.at_home,
        *county.villagers.columns("alone", "online_at_home"),
    )  # fmt: skip


def online(county: "CountyModel") -> B1:
    """Return who can turn online, oneself or by somebody at home, by row."""
    return county.villagers["online_at_home" if county.at_home.size else "digital"]
