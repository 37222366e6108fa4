"""Households: what everybody earns, pays and spends in a month, and ventures' accounts.

A venture earns `venture_return` on its capital, pays interest, its loan's instalment and rent to
the collective of its village; the owner takes the rest or covers what is missing out of savings.
What an owner cannot cover stays owed (interest that is not covered is let off). A venture whose
owner died, retired or gave up closes: its capital is lost and its loan written off. Savings stay
with the row (heirs).

People away send the share `remitted_share` of their wages home, where the residents of their old
village share it equally (families are not modelled). Residents of 60 and over have a pension, and
farm until `elder_work_until`.

Money is counted in fen. Kernels add up each village's rows as integers and weigh the sums by the
persons a row stands for, so that at scale 1 what is posted is what is paid, to the fen.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.villager import AWAY, DEPENDANT, ELDER, ENTREPRENEUR, LOCAL
from sim.compiled import F4, F8, I2, I4, I8, U1, Records, kernel, rule

if TYPE_CHECKING:
    from sim.county import CountyModel

#: what the rows of an old village add up to in a month: fen, but for the rows in `closed`
SUMS = np.dtype(
    [
        (name, "i8")
        for name in (
            "wages_away",
            "remittances",
            "wages_local",
            "wages_ventures",
            "pensions",
            "consumption",
            "profits",
            "covered",
            "rent",
            "interest",
            "repaid",
            "written_off",
            "scrapped",
            "closed",
        )
    ]
)


@rule
def wage_factor(skill: float) -> float:
    """Return a person's wage against the mean wage: 1 at skill 0.5."""
    return 0.5 + skill


@rule
def local_income(skill: float, wage: float, filled: float) -> float:
    """Return a stayer's income, yuan/month: wage by skill times the share of full work found."""
    return wage * wage_factor(skill) * filled


@rule
def venture_jobs(capital: float, needed: float, share: float, log_sd: float, each: float) -> float:
    """Return the jobs of a venture: `each` at the mean capital of ventures, in proportion to it.

    Parameters
    ----------
    capital : float
        Its capital, yuan.
    needed, log_sd : float
        Median capital needed, yuan, and its spread (log): the mean is needed * exp(log_sd²/2).
    share : float
        Share of what is needed that ventures raise.
    """
    return each * capital / (share * needed * math.exp(log_sd**2 / 2.0))


@rule
def consumed(earned: float, savings: float, saving_share: float, spent: float) -> float:
    """Return what a person spends in a month: of what was earned, and of savings.

    Parameters
    ----------
    earned, savings : float
        Income of the month, and money held before it; the same unit.
    saving_share : float
        Share of income that is saved.
    spent : float
        Share of savings spent in a month (houses, schooling, weddings).
    """
    return (1.0 - saving_share) * earned + spent * savings


@rule
def fen(yuan: float) -> int:
    """Return an amount of yuan in whole fen."""
    return math.floor(yuan * 100.0 + 0.5)


@rule
def sent_home(skill: float, wage: float, share: float) -> int:
    """Return what a person away sends home of a month's wage, fen."""
    return math.floor(fen(wage * wage_factor(skill)) * share)


@rule
def dues(capital: int, loan: int, due: int, rate: float, rent: float, can: int) -> tuple:
    """Return what a venture pays in a month: rent, interest and instalment, fen.

    Parameters
    ----------
    capital, loan, due : int
        Capital, loan not yet repaid, and its instalment, fen.
    rate, rent : float
        Interest, and rent over capital, 1/year.
    can : int
        What the venture and its owner have, fen: rent comes first, then interest.
    """
    rented = math.floor(capital * rent / 12.0)
    interest = min(math.floor(loan * rate / 12.0), max(0, can - rented))
    return rented, interest, min(due, loan, max(0, can - rented - interest))


@kernel
def _work(
    p: Records,
    village_start: I8,
    labour: U1,
    capital: I4,
    outside: I4,
    jobs: F8,
    filled: F8,
) -> None:
    """Count every village's jobs in ventures, and the share of full work that stayers find."""
    q = p[0]
    for v in range(village_start.size - 1):
        stayers, made = 0, 0.0
        for row in range(village_start[v], village_start[v + 1]):
            stayers += labour[row] == LOCAL
            if labour[row] == ENTREPRENEUR:
                size = capital[row] + q["outside_additional"] * outside[row]
                made += venture_jobs(
                    size / 100.0, q["startup_capital"], q["capital_reference"],
                    q["startup_capital_log_sd"], q["jobs_per_venture"],
                )  # fmt: skip
        jobs[v] = made
        spare = 1.0 - q["local_days_share"]
        filled[v] = q["local_days_share"] + spare * min(1.0, made / max(1, stayers))


@kernel
def _remit(p: Records, village_start: I8, labour: U1, skill: F4, received: I8, rest: I8) -> None:
    """Share what people away send home among the village's residents, fen a row.

    So many as `rest` of the residents get a fen more; -1: nobody is there, and nothing is sent.
    """
    q = p[0]
    for v in range(village_start.size - 1):
        sent, residents = 0, 0
        for row in range(village_start[v], village_start[v + 1]):
            if labour[row] == AWAY:
                sent += sent_home(skill[row], q["out_wage"], q["remitted_share"])
            else:
                residents += 1
        received[v] = sent // max(1, residents)
        rest[v] = sent - received[v] * residents if residents > 0 else -1


@kernel
def _pass(  # noqa: PLR0915  (one loop over villages and their rows)
    month: int,
    p: Records,
    settles: bool,
    village_start: I8,
    filled: F8,
    each: I8,
    received: I8,
    rest: I8,
    birth_month: I2,
    skill: F4,
    labour: U1,
    capital: I4,
    outside: I4,
    loan: I4,
    due: I4,
    interest: F4,
    income: F4,
    savings: I8,
    sums: Records,
) -> None:
    """Set every row's income; if `settles`, move the money too, and add it up by village."""
    q = p[0]
    saving_share, usual = q["saving_share"], q["local_days_share"]
    spent = 1.0 - (1.0 - q["savings_spent"]) ** (1.0 / 12.0)
    for v in range(village_start.size - 1):
        t = sums[v]
        left = rest[v]
        for row in range(village_start[v], village_start[v + 1]):
            state = labour[row]
            age = month - birth_month[row]
            wage = bonus = profit = instalment = pension = home = 0
            if state == AWAY:
                wage = fen(q["out_wage"] * wage_factor(skill[row]))
                sent = sent_home(skill[row], q["out_wage"], q["remitted_share"])
                sent = sent if rest[v] >= 0 else 0
                wage -= sent
                t["wages_away"] += wage
                t["remittances"] += sent
            elif state != DEPENDANT:
                wage = fen(local_income(skill[row], q["local_wage"], usual))
                t["wages_local"] += wage
            elif age >= ELDER:
                pension = fen(q["ageing_income"])
                t["pensions"] += pension
                if age < 12.0 * q["elder_work_until"]:
                    wage = fen(local_income(skill[row], q["local_wage"], q["elder_work"]))
                    t["wages_local"] += wage
            if state != AWAY:
                home = received[v] + (left > 0)
                left -= 1
            if state == LOCAL:
                bonus = fen(local_income(skill[row], q["local_wage"], filled[v] - usual))
                t["wages_ventures"] += bonus
            if state == ENTREPRENEUR:
                gross = math.floor(capital[row] * q["venture_return"] / 12.0)
                rented, asked, instalment = dues(
                    capital[row], loan[row], due[row], interest[row], q["venture_rent"],
                    gross + savings[row],
                )  # fmt: skip
                profit = gross - rented - asked
                if settles:
                    loan[row] -= instalment
                    t["rent"] += rented
                    t["interest"] += asked
                    t["repaid"] += instalment
                    t["profits"] += max(0, profit - instalment)
                    t["covered"] += max(0, instalment - profit)
            elif settles and capital[row] > 0:
                t["closed"] += 1
                t["scrapped"] += capital[row] + outside[row]
                t["written_off"] += loan[row]
                capital[row] = outside[row] = loan[row] = due[row] = 0
            earned = wage + pension + home + bonus + profit + each[v]
            income[row] = earned / 100.0
            if settles:
                held = savings[row] + earned - instalment
                eats = consumed(max(0, earned), savings[row], saving_share, spent)
                eaten = min(math.floor(eats), held)
                savings[row] = held - eaten
                t["consumption"] += eaten


def _run(county: "CountyModel", settles: bool) -> Records:
    """Run the passes; return what every old village's rows add up to, `SUMS` of shape (V,)."""
    people, q = county.villagers, county.values.livelihood
    sums = np.zeros(county.weight.size, dtype=SUMS)
    rest = np.empty_like(county.remitted)
    capital, outside = people["venture_capital"], people["venture_outside"]
    _work(q, county.village_start, people["labour"], capital, outside, county.jobs, county.filled)
    _remit(q, county.village_start, people["labour"], people["skill"], county.remitted, rest)
    _pass(
        county.month,
        q,
        settles,
        county.village_start,
        county.filled,
        county.collectives["each"] + county.helper_pay,
        county.remitted,
        rest,
        people["birth_month"],
        people["skill"],
        people["labour"],
        capital,
        outside,
        people["venture_loan"],
        people["venture_due"],
        people["venture_interest"],
        people["income"],
        people["savings"],
        sums,
    )
    return sums


def set_incomes(county: "CountyModel") -> None:
    """Set incomes, jobs and the work found from the present labour states; no money moves."""
    _run(county, settles=False)


def settle(county: "CountyModel") -> None:
    """Run the month of every household and venture, and post it."""
    sums = _run(county, settles=True)
    fen_of = {name: round(float((sums[name] * county.weight).sum())) for name in SUMS.names or ()}
    county.venture_rent = np.rint(sums["rent"] * county.weight).astype(np.int64)
    county.collectives["money"] += county.venture_rent
    county.ventures_closed = float((sums["closed"] * county.weight).sum())
    ledger = county.ledger
    ledger.post("wages_away", "outside", "villagers", fen_of["wages_away"])
    ledger.post("remittances", "outside", "villagers", fen_of["remittances"])
    ledger.post("wages_local", "outside", "villagers", fen_of["wages_local"])
    ledger.post("pensions", "higher", "villagers", fen_of["pensions"])
    ledger.post("consumption", "villagers", "outside", fen_of["consumption"])
    paid = {
        "wages_ventures": ("villagers", fen_of["wages_ventures"]),
        "profits": ("villagers", fen_of["profits"]),
        "venture_rent": ("collectives", int(county.venture_rent.sum())),
        "interest": ("banks", fen_of["interest"]),
        "repayments": ("banks", fen_of["repaid"]),
    }
    for purpose, (payee, amount) in paid.items():
        ledger.post(purpose, "ventures", payee, amount)
    ledger.post("owners_cover", "villagers", "ventures", fen_of["covered"])
    spent = sum(amount for _, amount in paid.values())
    ledger.post("sales", "outside", "ventures", max(0, spent - fen_of["covered"]))
    ledger.write_off("banks", "ventures", fen_of["written_off"])
    ledger.revalue("scrapped", "ventures", -fen_of["scrapped"])
