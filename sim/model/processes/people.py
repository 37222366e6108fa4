"""People: birthdays, deaths, and the births that take the place of the dead.

A death frees its row for a birth in the same villager group, so that the registered population
and the identity of every other row stay as they are; where families are told apart
(`processes.family`) the newborn is of one with somebody of the age of parents. Savings stay with
the row (heirs); a venture ends with its owner. A newborn has the neighbours' trust, the village's
experience of the service and a trait of its own. At 60 some lose touch with what is online: all
that sets the age groups apart is age (`digital_loss` 1), or all is the generation and nobody loses
it (0). Where trends move (`processes.trends`), some go online, once a year, in the month of their
birthday; those whom they know count where they have ties (`processes.ties`).
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import AWAY, ELDER
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, U8, Records, kernel, rule
from sim.model.draws import normal, uniform
from sim.model.processes import ties
from sim.model.processes.family import of_parents
from sim.model.processes.ties import ONLINE, PERSONS, follows, near
from sim.model.rows import compact, largest, resident_mean

if TYPE_CHECKING:
    from sim.model.county import CountyModel

OLDEST = 130  # years; who is older dies as at this age
THIRD, LAST_THIRD = np.uint32(0xAAAAAAAB), np.uint32(0x55555555)  # 1/3 modulo 2**32; most it gives
BANDS = (60 * 12, 80 * 12)  # months of age between which few are flagged in vain


@rule
def death_probability(age_months: float, level: float, slope: float, child: float) -> float:
    """Return the probability to die within a month (Gompertz 1825 plus a constant, Makeham 1860).

    Parameters
    ----------
    age_months : float
        Age in months.
    level, child : float
        Mortality at age 0 that rises with age, and that does not, 1/year.
    slope : float
        Rise with age, 1/year.
    """
    hazard = child + level * math.exp(slope * age_months / 12.0)
    return 1.0 - math.exp(-hazard / 12.0)


@rule
def drawn_skill(z: float) -> float:
    """Return a skill from 0 to 1 for a standard normal number: mean 0.5, SD about 0.18."""
    return min(1.0, max(0.0, 0.5 + 0.18 * z))


@kernel
def _may_die(
    key: np.uint64,
    base: np.uint64,
    month: int,
    young: float,
    old: float,
    oldest: float,
    birthdays: bool,
    birth: I2,
    digital: B1,
    flags: B1,
) -> None:
    """Flag who is 60, or unlucky enough to die at some age of the band (rows of one village).

    And whose birthday it is who is not online, if `birthdays` matter.
    """
    for i in range(birth.size):
        age = month - birth[i]
        chance = young if age < BANDS[0] else (old if age < BANDS[1] else oldest)
        flags[i] = (uniform(key, base + np.uint64(i)) < chance) | (age == ELDER)
    if birthdays:
        for i in range(birth.size):  # a whole number of years: divisible by 4 and by 3
            age = np.uint32(month - birth[i])
            years = (np.uint32(age * THIRD) <= LAST_THIRD) & (age & np.uint32(3) == np.uint32(0))
            flags[i] |= years & ~digital[i]


@kernel
def _pass(
    month: int,
    keys: U8,
    p: Records,
    digital_share: float,
    digital_kept: float,
    online: tuple[float, float],
    by_ties: tuple[float, float],
    of_those_known: tuple[float, float],
    known_online: F8,
    home: F4,
    trust_mean: float,
    trust_sd: float,
    village_start: I8,
    group_start: I8,
    identity: U8,
    group_trust: F8,
    anchored: F8,
    birth_month: I2,
    skill: F4,
    digital: B1,
    labour: U1,
    income: F4,
    trait: F4,
    trust: F4,
    experience: F4,
    family: I4,
    families: int,
    coarse: bool,
    deaths: I8,
) -> None:
    """Let people die, and be born in their place; count deaths by village."""
    q = p[0]
    by_year, most = np.empty(OLDEST), np.zeros(3)
    for age in range(OLDEST):
        by_year[age] = death_probability(
            age * 12.0, q["gompertz_level"], q["gompertz_slope"], q["child_mortality"]
        )
        band = (age >= BANDS[0] // 12) + (age >= BANDS[1] // 12)
        most[band] = max(most[band], by_year[age])
    flags = np.empty(largest(village_start), dtype=np.bool_)
    rows = np.empty(flags.size, dtype=np.int32)
    g, usual, birthdays = 0, 0.0, max(online[0], online[1], by_ties[0], by_ties[1]) > 0.0
    for v in range(village_start.size - 1):
        first, last = village_start[v], village_start[v + 1]
        deaths[v] = 0
        _may_die(
            keys[0], identity[v], month, most[0], most[1], most[2], birthdays,
            birth_month[first:last], digital[first:last], flags[: last - first],
        )  # fmt: skip
        for k in range(compact(flags, last - first, rows, 0)):
            row = first + rows[k]
            who = identity[v] + np.uint64(rows[k])
            age, before = month - birth_month[row], digital[row]
            if age == ELDER:
                digital[row] = digital[row] and uniform(keys[4], who) < digital_kept
            while row >= group_start[g + 1]:
                g += 1
            if birthdays and age % 12 == 0:
                old = 1 if age >= ELDER else 0
                known, others = (known_online[g], of_those_known[0]), (0.0, 0.0)
                if home.size > 0:
                    here, oneself = home[family[row]], 1.0 if labour[row] != AWAY else 0.0
                    others = here[ONLINE] - oneself * before, here[PERSONS] - oneself
                share = near(known, others, of_those_known[1])
                chance = follows(online[old], by_ties[old], share)
                digital[row] = digital[row] or uniform(keys[5], who) < chance
            age_year = min(OLDEST - 1, max(0, age // 12))
            if uniform(keys[0], who) >= by_year[age_year]:
                continue
            if deaths[v] == 0:
                usual = resident_mean(labour[first:last], experience[first:last])
            deaths[v] += 1
            birth_month[row] = month
            skill[row] = drawn_skill(normal(keys[1], who))
            digital[row] = uniform(keys[2], who) < digital_share
            labour[row] = 0
            income[row] = 0.0
            trait[row] = trust_mean + trust_sd * normal(keys[3], who) - anchored[v]
            trust[row] = group_trust[g]
            experience[row] = usual
            if families > 0:
                lot = uniform(keys[6], who)
                begin, end = (first, last) if coarse else (group_start[g], group_start[g + 1])
                family[row] = of_parents(row, month, lot, begin, end, birth_month, family)


def step(county: "CountyModel") -> None:
    """Run the month's births and deaths."""
    values = county.values
    young, old = values.population.digital_under_60, values.population.digital_60_plus
    _pass(
        county.month,
        county.keys(
            "people.death",
            "people.skill",
            "people.digital",
            "people.trait",
            "people.digital_60",
            "people.online",
            "people.family",
        ),
        values.people.record,
        young,
        1.0 - values.people.digital_loss * max(0.0, 1.0 - old / max(young, 1e-9)),
        *ties.going_online(county),
        ties.look_around(county),
        county.known_online,
        county.home,
        values.population.trust_mean,
        values.population.trust_sd,
        county.village_start,
        county.group_start,
        county.world.identity,
        county.group_trust,
        county.trait_offset,
        *county.villagers.columns("birth_month", "skill", "digital", "labour", "income"),
        *county.villagers.columns("trait", "trust", "experience", "family"),
        len(county.at_home),
        county.coarse,
        county.deaths,
    )
