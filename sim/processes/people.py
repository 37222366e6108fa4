"""People: birthdays, deaths, and the births that take the place of the dead.

A death frees its row for a birth in the same villager group, so that the registered population
and the identity of every other row stay as they are.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.compiled import kernel, rule
from sim.draws import normal, uniform

if TYPE_CHECKING:
    from sim.county import CountyModel


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
def _pass(
    month: int,
    keys: npt.NDArray[np.uint64],
    p: npt.NDArray,
    digital_share: float,
    village_start: npt.NDArray[np.int64],
    identity: npt.NDArray[np.uint64],
    birth_month: npt.NDArray[np.int16],
    skill: npt.NDArray[np.float32],
    digital: npt.NDArray[np.bool_],
    labour: npt.NDArray[np.uint8],
    income: npt.NDArray[np.float32],
    savings: npt.NDArray[np.float32],
    capital: npt.NDArray[np.float32],
    loan: npt.NDArray[np.float32],
    deaths: npt.NDArray[np.int64],
) -> None:
    """Let people die, and be born in their place; count deaths by village."""
    q = p[0]
    by_year = np.empty(130)
    for age in range(130):
        by_year[age] = death_probability(
            age * 12.0, q["gompertz_level"], q["gompertz_slope"], q["child_mortality"]
        )
    for v in range(village_start.size - 1):
        deaths[v] = 0
        for row in range(village_start[v], village_start[v + 1]):
            who = identity[v] + np.uint64(row - village_start[v])
            age_year = min(129, max(0, (month - birth_month[row]) // 12))
            if uniform(keys[0], who) >= by_year[age_year]:
                continue
            deaths[v] += 1
            birth_month[row] = month
            skill[row] = drawn_skill(normal(keys[1], who))
            digital[row] = uniform(keys[2], who) < digital_share
            labour[row] = 0
            income[row] = 0.0
            savings[row] = 0.0
            capital[row] = 0.0
            loan[row] = 0.0


def step(county: "CountyModel") -> None:
    """Run the month's births and deaths."""
    people = county.villagers
    _pass(
        county.month,
        county.keys("people.death", "people.skill", "people.digital"),
        county.values.people,
        county.values.get("population", "digital_under_60"),
        county.village_start,
        county.world.identity,
        people["birth_month"],
        people["skill"],
        people["digital"],
        people["labour"],
        people["income"],
        people["savings"],
        people["venture_capital"],
        people["venture_loan"],
        county.deaths,
    )
