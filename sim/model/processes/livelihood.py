"""Livelihood: staying, leaving, returning, starting a venture; and everybody's money.

Once a year, most people around the Spring Festival, each working-age villager weighs staying in
the present state (weight 1: habit) against moving and against a venture, whose weights are the
odds of yearly base rates times exp(utility). The choice is a race of exponential clocks, one draw
per option. Every month (`processes.households`) wages, profits, pensions and dividends come
in, and are spent or saved. Every amount is in constant yuan; wages are those of the first month,
or grow (`processes.trends`).

Of the determinants in the literature the wage gap, age, skill and the network of those who left
already (Su 2017; Fu & Hao 2018) are modelled; marriage is not. Where families are told apart
(`processes.family`), who would be left alone at home counts.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import (
    ADULT,
    AWAY,
    DEPENDANT,
    ELDER,
    ENTREPRENEUR,
    LOCAL,
    MOST_CAPITAL,
)
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, U8, Records, kernel, rule
from sim.model.draws import exponential, normal, uniform
from sim.model.processes import households, ventures
from sim.model.processes.family import ADULTS, OTHERS, left_alone, tie_home
from sim.model.rows import compact, labour_states, largest

if TYPE_CHECKING:
    from sim.model.county import CountyModel

SPRING_FESTIVAL = 2
YOUNG = 25 * 12


@rule
def odds(probability: float) -> float:
    """Return the weight of an option against staying (weight 1) chosen at this probability."""
    return probability / (1.0 - probability)


@rule
def decides_in(lot: float, festival_share: float) -> int:
    """Return the month of the year (1-12) in which a person decides; `lot` is uniform, 0-1."""
    if lot < festival_share:
        return SPRING_FESTIVAL
    return min(1 + int(12.0 * (lot - festival_share) / (1.0 - festival_share)), 12)


@rule
def pull(
    gain: float,
    usual_gain: float,
    gone: float,
    usual_gone: float,
    skill: float,
    wage_response: float,
    network_response: float,
    skill_response: float,
) -> float:
    """Return the pull of leaving, logit; base rates hold at 0.

    Parameters
    ----------
    gain, usual_gain : float
        Log of the wage away over what one earns by staying.
    gone, usual_gone : float
        Share of the village's working age that is away: those who help one to leave.
    skill : float
        Skill, 0-1.
    """
    return (
        wage_response * (gain - usual_gain)
        + network_response * (gone - usual_gone)
        + skill_response * (skill - 0.5)
    )


@rule
def move_weight(
    away: bool,
    age_months: float,
    out: float,
    age_response: float,
    return_rate: float,
    entry_rate: float,
    leave_rate: float,
) -> float:
    """Return the weight of moving (back, if away) against staying.

    Parameters
    ----------
    away : bool
        The person is away.
    age_months : float
        Age, months; base rates of those over 25 hold at 40 years.
    out : float
        Pull of leaving, logit (`pull`).
    age_response : float
        Logit per year above 40: older migrants return more, older stayers leave less.
    return_rate, entry_rate, leave_rate : float
        Base rates of returning, and of leaving under and over 25, 1/year.
    """
    older = age_response * (age_months - 480.0) / 12.0
    if away:
        return odds(return_rate) * math.exp(older - out)
    if age_months < YOUNG:
        return odds(entry_rate) * math.exp(out)
    return odds(leave_rate) * math.exp(out - older)


@rule
def needed_capital(z: float, median: float, log_sd: float) -> float:
    """Return the capital a person's venture would need, yuan: log-normal, `z` standard normal."""
    return min(MOST_CAPITAL, median * math.exp(log_sd * z))


@rule
def capital_at_hand(savings: float, support: float, needed: float, credit: float) -> float:
    """Return the share of the capital needed that one can raise, 0.01 to 1.

    Own money and support first; kin and informal lenders give the share `credit` of the gap.
    """
    covered = min(1.0, (savings + support) / needed)
    return max(0.01, covered + credit * (1.0 - covered))


@rule
def loan_given(needed: float, own: float, grant: float, most: float) -> float:
    """Return the loan of a supported venture, yuan: what own money and the grant leave."""
    return min(most, max(0.0, needed - own - grant))


@rule
def profit_gain(capital: float, annual_return: float, interest: float, wage: float) -> float:
    """Return the log of a wage and a venture's expected profit over the wage.

    Parameters
    ----------
    capital : float
        Capital that can be raised, yuan.
    annual_return : float
        Return on it less rent, 1/year.
    interest : float
        Interest on the loan offered, yuan/year.
    wage : float
        Wage of a full local job, yuan/month.
    """
    return math.log(max(0.1, 1.0 + (capital * annual_return - interest) / 12.0 / wage))


@rule
def start_weight(
    rate: float,
    share_in_hand: float,
    gain: float,
    skill: float,
    examples: float,
    reference: float,
    usual_gain: float,
    usual_examples: float,
    capital_response: float,
    profit_response: float,
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
    gain, usual_gain : float
        Expected gain (`profit_gain`), and where the base rate holds.
    skill : float
        Skill, 0-1.
    examples, usual_examples : float
        Ventures seen per 100 residents, and where the base rate holds.
    capital_response, profit_response, skill_response, example_response : float
        Responses, logit per unit (of skill) or per log.
    """
    utility = (
        capital_response * math.log(share_in_hand / reference)
        + profit_response * (gain - usual_gain)
        + skill_response * (skill - 0.5)
        + example_response * math.log((1.0 + examples) / (1.0 + usual_examples))
    )
    return odds(rate) * math.exp(utility)


@rule
def exit_probability(years: float, hazard: float, peak: float) -> float:
    """Return a venture's probability to close within the year that ends at this age, years.

    Highest in its third year.
    """
    factor = peak if 2.0 < years <= 3.0 else 1.0
    return 1.0 - math.exp(-hazard * factor)


@rule
def eligible(
    comes_back: bool, skill: float, age: float, returned_only: float, least: float, oldest: float
) -> bool:
    """Return whether support is open to a person: away or back, of enough skill, young enough."""
    return (comes_back or returned_only == 0.0) and skill >= least and age <= oldest


@kernel
def _who_decides(key: np.uint64, base: np.uint64, share: float, month: int, flags: B1) -> None:
    """Flag who decides in a month of the year (rows of one village)."""
    for i in range(flags.size):
        flags[i] = decides_in(uniform(key, base + np.uint64(i)), share) == month


@kernel
def _most_weight(p: Records, examples: float) -> tuple[float, float]:
    """Return the largest weight of a venture that anybody at home, or away, can have in a village.

    The weight rises or falls with each of skill, capital at hand and expected profit, so that it
    is largest at one of their ends. Who would not start at this weight need not be looked at.
    """
    q = p[0]
    usual = q["capital_reference"], q["profit_reference"], q["example_reference"]
    responses = (
        q["capital_response"], q["profit_response"], q["skill_response"], q["example_response"]
    )  # fmt: skip
    net = q["venture_return"] - q["venture_rent"]
    best = max(0.0, profit_gain(MOST_CAPITAL, net, 0.0, 0.5 * q["local_wage"]))
    most = 0.0
    for skill in (0.0, 1.0):
        for share in (0.01, 1.0):
            for gain in (math.log(0.1), best):
                weight = start_weight(0.5, share, gain, skill, examples, *usual, *responses)
                most = max(most, weight)
    most *= 1.0 + 1e-9  # beyond rounding
    return most * odds(q["startup_rate_local"]), most * odds(q["startup_rate"])


@kernel
def _choices(  # noqa: PLR0912, PLR0915  (one loop over those who decide)
    month: int,
    keys: U8,
    p: Records,
    startup: Records,
    offer: F8,
    village_start: I8,
    identity: U8,
    examples: F8,
    gain: F8,
    gone: F8,
    birth_month: I2,
    skill: F4,
    savings: I8,
    labour: U1,
    returned: B1,
    capital: I4,
    start: I2,
    family: I4,
    at_home: I4,
    response: float,
    reference: float,
    back: I8,
) -> None:
    """Choose the labour state of everybody who decides this month, as it is without support.

    Who would start a venture, with or without support, applies: capital is -needed, fen. `back`
    counts those who come back from away, rows.
    """
    q, s = p[0], startup[0]
    net = q["venture_return"] - q["venture_rent"]
    usual = q["capital_reference"], q["profit_reference"], q["example_reference"]
    responses = (
        q["capital_response"], q["profit_response"], q["skill_response"], q["example_response"]
    )  # fmt: skip
    flags = np.empty(largest(village_start), dtype=np.bool_)
    rows = np.empty(flags.size, dtype=np.int32)
    for v in range(village_start.size - 1):
        first, last = village_start[v], village_start[v + 1]
        back[v] = 0
        most = _most_weight(p, examples[v])
        decide = flags[: last - first]
        _who_decides(keys[5], identity[v], q["festival_share"], month % 12 + 1, decide)
        for k in range(compact(flags, last - first, rows, 0)):
            row = first + rows[k]
            who = identity[v] + np.uint64(rows[k])
            age = month - birth_month[row]
            if age < ADULT:
                labour[row] = DEPENDANT
                returned[row] = False
                continue
            if labour[row] == ENTREPRENEUR:
                years = (month - start[row]) / 12.0
                closes = exit_probability(years, q["exit_hazard"], q["exit_peak"])
                if uniform(keys[0], who) < closes:
                    labour[row] = LOCAL
            if age >= ELDER:
                if at_home.size > 0:
                    at_home[family[row], OTHERS] += labour[row] == AWAY
                labour[row] = DEPENDANT
            if age >= ELDER or capital[row] > 0:
                continue
            away = labour[row] == AWAY
            out = pull(
                gain[v], q["gain_reference"], gone[v], q["network_reference"], skill[row],
                q["wage_response"], q["network_response"], q["leave_skill_response"],
            )  # fmt: skip
            if at_home.size > 0:
                here = at_home[family[row]]
                alone = left_alone(here[ADULTS], here[OTHERS], not away)
                out -= tie_home(alone, response, reference)
            move = move_weight(
                away, age, out, q["age_response"], q["return_rate"], q["entry_leave_rate"],
                q["leave_rate"],
            )  # fmt: skip
            others = min(exponential(keys[2], who), exponential(keys[3], who) / move)
            moves = exponential(keys[3], who) / move <= others
            clock = exponential(keys[4], who)
            starts = False
            if clock / most[1 if away else 0] < others:
                needed = needed_capital(
                    normal(keys[1], who), q["startup_capital"], q["startup_capital_log_sd"]
                )
                rate = q["startup_rate"] if away else q["startup_rate_local"]
                own, credit = savings[row] / 100.0, q["informal_credit"]
                full = q["local_wage"] * (0.5 + skill[row])
                share = capital_at_hand(own, 0.0, needed, credit)
                profit = profit_gain(share * needed, net, 0.0, full)
                alone = start_weight(
                    rate, share, profit, skill[row], examples[v], *usual, *responses
                )
                helped = alone
                if offer[v] > 0.0 and eligible(
                    away or returned[row], skill[row], age / 12.0,
                    s["returned_only"], s["min_skill"], s["max_age"],
                ):  # fmt: skip
                    share = capital_at_hand(own, offer[v], needed, credit)
                    loan = loan_given(needed, own, s["grant"], s["loan"])
                    profit = profit_gain(share * needed, net, loan * s["interest"], full)
                    helped = start_weight(
                        rate, share, profit, skill[row], examples[v], *usual, *responses
                    )
                starts = clock / alone < others
                if clock / helped < others:
                    capital[row] = -int(needed * 100.0)
            if starts:
                labour[row] = ENTREPRENEUR
            elif moves or not away:
                labour[row] = AWAY if moves and not away else LOCAL
            if at_home.size > 0:
                at_home[family[row], ADULTS] += away - (labour[row] == AWAY)
            if away and labour[row] != AWAY:
                returned[row] = True
                back[v] += 1


def outlook(county: "CountyModel") -> tuple[F8, F8, F8]:
    """Return the log of the wage away over that of staying, the share away, and ventures.

    The share is that of all of working age; all are of shape (V,). What a stayer earns follows
    from the work found last month.
    """
    q = county.values.livelihood
    gain = np.log(q.out_wage / (q.local_wage * np.maximum(county.work_found, 0.01)))
    states = labour_states(county.village_start, county.villagers["labour"])
    local, away, run = states[:, LOCAL], states[:, AWAY], states[:, ENTREPRENEUR]
    return gain, away / np.maximum(local + away + run, 1), run * county.weight


def step(county: "CountyModel") -> None:
    """Let those who decide this month choose, fund ventures, and settle everybody's money."""
    columns = "birth_month", "skill", "savings", "labour", "returned", "venture_capital"
    gain, gone, run = outlook(county)
    values, of_family = county.values, county.values.family
    keys = county.keys(
        "livelihood.exit", "livelihood.capital", "livelihood.stay", "livelihood.move",
        "livelihood.start", "livelihood.decides_in",
    )  # fmt: skip
    keys[5] = county.key("livelihood.decides_in", 0)  # drawn once a run
    _choices(
        county.month, keys, values.livelihood.record, county.levers.startup,
        ventures.offer(county), county.village_start, county.world.identity,
        ventures.examples(county, run), gain, gone, *county.villagers.columns(*columns),
        *county.villagers.columns("venture_start", "family"), county.at_home,
        of_family.alone_response, of_family.alone_reference, county.returned_rows,
    )  # fmt: skip
    ventures.fund(county)
    households.settle(county)
