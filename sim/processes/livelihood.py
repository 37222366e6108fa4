"""Livelihood: staying, leaving, returning, starting a venture; once a year in February.

Each working-age villager weighs staying in the present state (weight 1: habit) against moving
and against a venture, whose weights are the odds of yearly base rates times exp(utility). The
choice is a race of exponential clocks, one draw per option.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.agents.villager import ADULT, AWAY, DEPENDANT, ELDER, ENTREPRENEUR, LOCAL
from sim.calendar import month_of_year
from sim.compiled import kernel, rule
from sim.draws import exponential, normal, uniform, uniforms

if TYPE_CHECKING:
    from sim.county import CountyModel

SPRING_FESTIVAL = 2
YOUNG = 25 * 12


@rule
def odds(probability: float) -> float:
    """Return the weight of an option against staying (weight 1) chosen at this probability."""
    return probability / (1.0 - probability)


@rule
def wage_factor(skill: float) -> float:
    """Return a person's wage against the mean wage: 1 at skill 0.5."""
    return 0.5 + skill


@rule
def needed_capital(z: float, median: float, log_sd: float) -> float:
    """Return the capital a person's venture would need, yuan: log-normal, `z` standard normal."""
    return median * math.exp(log_sd * z)


@rule
def capital_at_hand(savings: float, support: float, needed: float) -> float:
    """Return own money and support as a share of the capital needed, between 0.01 and 1."""
    return min(1.0, max(0.01, (savings + support) / needed))


@rule
def start_weight(
    rate: float,
    share_in_hand: float,
    skill: float,
    examples: float,
    reference: float,
    capital_response: float,
    skill_response: float,
    example_response: float,
) -> float:
    """Return the weight of starting a venture against staying.

    Parameters
    ----------
    rate : float
        Base rate, 1/year, of a person of skill 0.5 with the reference share in hand.
    share_in_hand, reference : float
        Capital at hand over capital needed, and its reference.
    skill : float
        Skill, 0-1.
    examples : float
        Ventures per 100 residents of the village.
    capital_response, skill_response, example_response : float
        Responses, logit per unit.
    """
    utility = (
        capital_response * math.log(share_in_hand / reference)
        + skill_response * (skill - 0.5)
        + example_response * examples
    )
    return odds(rate) * math.exp(utility)


@rule
def exit_probability(years: float, hazard: float, peak: float) -> float:
    """Return a venture's probability to close within a year: highest in its third year."""
    factor = peak if 2.0 <= years < 3.0 else 1.0
    return 1.0 - math.exp(-hazard * factor)


@rule
def local_income(skill: float, wage: float, filled: float) -> float:
    """Return a stayer's income, yuan/month: wage by skill times the share of full work found."""
    return wage * wage_factor(skill) * filled


@kernel
def _choices(
    month: int,
    keys: npt.NDArray[np.uint64],
    p: npt.NDArray,
    offer: npt.NDArray[np.float64],
    village_start: npt.NDArray[np.int64],
    identity: npt.NDArray[np.uint64],
    examples: npt.NDArray[np.float64],
    birth_month: npt.NDArray[np.int16],
    skill: npt.NDArray[np.float32],
    savings: npt.NDArray[np.float32],
    labour: npt.NDArray[np.uint8],
    capital: npt.NDArray[np.float32],
    loan: npt.NDArray[np.float32],
    start: npt.NDArray[np.int16],
) -> None:
    """Choose every villager's labour state for the year; a new venture has capital -needed."""
    q = p[0]
    gain = math.log(q["out_wage"] / (q["local_wage"] * q["local_days_share"]))
    for v in range(village_start.size - 1):
        for row in range(village_start[v], village_start[v + 1]):
            age = month - birth_month[row]
            if age < ADULT:
                labour[row] = DEPENDANT
                continue
            who = identity[v] + np.uint64(row - village_start[v])
            if labour[row] == ENTREPRENEUR:
                years = (month - start[row]) / 12.0
                closes = exit_probability(years, q["exit_hazard"], q["exit_peak"])
                if age >= ELDER or uniform(keys[0], who) < closes:
                    labour[row] = LOCAL
                    capital[row] = 0.0
                    loan[row] = 0.0
            if age >= ELDER:
                labour[row] = DEPENDANT
                continue
            if labour[row] == ENTREPRENEUR:
                continue
            away = labour[row] == AWAY
            older = (age - 480) / 12.0 * q["age_response"]
            if away:
                move = odds(q["return_rate"]) * math.exp(older)
            elif age < YOUNG:
                move = odds(q["entry_leave_rate"]) * math.exp(q["wage_response"] * (skill[row] - 0.5))
            else:
                pull = q["wage_response"] * gain * (skill[row] - 0.5)
                move = odds(q["leave_rate"]) * math.exp(pull - older)
            needed = needed_capital(
                normal(keys[1], who), q["startup_capital"], q["startup_capital_log_sd"]
            )
            venture = start_weight(
                q["startup_rate"] if away else q["startup_rate_local"],
                capital_at_hand(savings[row], offer[v], needed),
                skill[row],
                examples[v],
                q["capital_reference"],
                q["capital_response"],
                q["skill_response"],
                q["example_response"],
            )
            stay = exponential(keys[2], who)
            moving = exponential(keys[3], who) / move
            starting = exponential(keys[4], who) / venture
            if starting < stay and starting < moving:
                labour[row] = ENTREPRENEUR
                capital[row] = -needed
                start[row] = month
            elif moving < stay:
                labour[row] = LOCAL if away else AWAY
            elif not away:
                labour[row] = LOCAL


@kernel
def _incomes(
    month: int,
    p: npt.NDArray,
    interest: float,
    village_start: npt.NDArray[np.int64],
    jobs: npt.NDArray[np.float64],
    birth_month: npt.NDArray[np.int16],
    skill: npt.NDArray[np.float32],
    labour: npt.NDArray[np.uint8],
    capital: npt.NDArray[np.float32],
    loan: npt.NDArray[np.float32],
    income: npt.NDArray[np.float32],
    savings: npt.NDArray[np.float32],
) -> None:
    """Set every villager's income for the year, and add last year's savings."""
    q = p[0]
    for v in range(village_start.size - 1):
        first, last = village_start[v], village_start[v + 1]
        stayers, made = 0, 0.0
        for row in range(first, last):
            stayers += labour[row] == LOCAL
            made += q["jobs_per_venture"] * capital[row] / q["startup_capital"]
        jobs[v] = made
        spare = (1.0 - q["local_days_share"]) * min(1.0, made / max(1, stayers))
        filled = q["local_days_share"] + spare
        for row in range(first, last):
            savings[row] += q["saving_share"] * 12.0 * income[row]
            old = month - birth_month[row] >= ELDER
            earned = q["ageing_income"] if old else 0.0
            if labour[row] == AWAY:
                earned = q["out_wage"] * wage_factor(skill[row])
            elif labour[row] == LOCAL:
                earned = local_income(skill[row], q["local_wage"], filled)
            elif labour[row] == ENTREPRENEUR:
                profit = q["venture_return"] * capital[row] - interest * loan[row]
                earned = local_income(skill[row], q["local_wage"], q["local_days_share"])
                earned += profit / 12.0
            income[row] = earned


def _fund(county: "CountyModel") -> None:
    """Give this year's new ventures their capital: own money, and support for as many as fit."""
    people, startup = county.villagers, county.levers.startup[0]
    rows = np.flatnonzero(people["venture_capital"] < 0.0)
    if rows.size == 0:
        county.ventures_started = county.applicants = 0.0
        return
    village = county.row_village()[rows]
    identity = county.world.identity[village] + (rows - county.village_start[village]).astype("u8")
    needed = -people["venture_capital"][rows].astype(float)
    weight = county.weight[village]
    lot = uniforms(county.key("livelihood.support"), identity)
    lot[~county.levers.startup_where[village]] = 2.0
    order = np.argsort(lot, kind="stable")
    reached = np.cumsum(weight[order]) <= startup["number"] + 0.5
    supported = np.zeros(rows.size, dtype=bool)
    supported[order] = reached & (lot[order] < 1.0)
    own = np.minimum(people["savings"][rows], needed)
    grant = np.where(supported, np.minimum(startup["grant"], needed - own), 0.0)
    loan = np.where(supported, np.minimum(startup["loan"], needed - own - grant), 0.0)
    people["savings"][rows] -= own.astype(np.float32)
    people["venture_capital"][rows] = own + grant + loan
    people["venture_loan"][rows] = loan
    county.applicants = float(weight[lot < 1.0].sum())
    county.ventures_started = float(weight.sum())
    county.spending["startup_grants"] += float((grant * weight).sum())
    county.spending["startup_loans"] += float((loan * weight).sum())


def expected_support(county: "CountyModel") -> npt.NDArray[np.float64]:
    """Return the support an aspirant of each old village may count on, yuan.

    The sum offered times the chance to get it: places over last year's applicants.
    """
    startup = county.levers.startup[0]
    chance = min(1.0, startup["number"] / max(1.0, county.applicants))
    offered = (startup["grant"] + startup["loan"]) * chance
    return np.where(county.levers.startup_where, offered, 0.0)


def step(county: "CountyModel") -> None:
    """Once a year, let everybody choose and set the year's incomes."""
    if month_of_year(county.month) != SPRING_FESTIVAL:
        return
    people, world = county.villagers, county.world
    residents = np.maximum(county.flows["residents"], 1.0)
    _choices(
        county.month,
        county.keys(
            "livelihood.exit",
            "livelihood.capital",
            "livelihood.stay",
            "livelihood.move",
            "livelihood.start",
        ),
        county.values.livelihood,
        expected_support(county),
        county.village_start,
        world.identity,
        county.ventures() / residents * 100.0,
        people["birth_month"],
        people["skill"],
        people["savings"],
        people["labour"],
        people["venture_capital"],
        people["venture_loan"],
        people["venture_start"],
    )
    _fund(county)
    set_incomes(county)


def set_incomes(county: "CountyModel") -> None:
    """Set incomes from the present labour states."""
    people = county.villagers
    _incomes(
        county.month,
        county.values.livelihood,
        county.levers.startup["interest"][0],
        county.village_start,
        county.jobs,
        people["birth_month"],
        people["skill"],
        people["labour"],
        people["venture_capital"],
        people["venture_loan"],
        people["income"],
        people["savings"],
    )
