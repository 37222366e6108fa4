"""Households: what everybody earns, pays and spends in a month, and ventures' accounts.

A venture earns `venture_return` on its capital, pays interest, its loan's instalment and rent to
the collective of its village; the owner takes the rest or covers what is missing out of savings.
What an owner cannot cover stays owed (interest that is not covered is let off). A venture whose
owner died, retired or gave up closes: its capital is lost and its loan written off. Savings stay
with the row (heirs).

People away send the share `remitted_share` of their wages home (`processes.remittances`).
Residents of 60 and over have a pension, and farm until `elder_work_until`.

Money is counted in fen. Kernels add up each village's rows as integers and weigh the sums by the
persons a row stands for, so that at scale 1 what is posted is what is paid, to the fen.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import AWAY, DEPENDANT, ELDER, ENTREPRENEUR, LOCAL
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, Records, kernel, rule
from sim.model.processes.remittances import (
    fen,
    receive,
    receive_rest,
    sent_home,
    to_families,
    wage_factor,
)
from sim.model.rows import compact, largest

if TYPE_CHECKING:
    from sim.model.county import CountyModel

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
_NAMES = SUMS.names or ()


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
    return each * capital / (share * needed * math.exp(log_sd * log_sd / 2.0))


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
def _in_business(labour: U1, capital: I4, flags: B1) -> tuple[int, int]:
    """Flag who owns a venture, or what is left of one; return stayers who own none, residents."""
    stayers, away = 0, 0
    for i in range(labour.size):
        stayers += labour[i] == LOCAL
        away += labour[i] == AWAY
        flags[i] = (labour[i] == ENTREPRENEUR) | (capital[i] > 0)
    return stayers, labour.size - away


@kernel
def _earn(
    month: int,
    p: Records,
    filled: float,
    share: float,
    each: int,
    birth: I2,
    skill: F4,
    labour: U1,
    money: I8,
) -> tuple[int, int, int, int, int]:
    """Add what else is earned to what ventures brought to the people of a village, fen.

    `filled` and `share` are shares of full work that stayers find and of wages sent home;
    everybody gets `each`. Returns wages kept away, sent home, earned at home and paid by ventures,
    and pensions.
    """
    q = p[0]
    usual, far, near, farm = q["local_days_share"], q["out_wage"], q["local_wage"], q["elder_work"]
    until, pension = 12.0 * q["elder_work_until"], fen(q["ageing_income"])
    away, remitted, home, more, old = 0, 0, 0, 0, 0
    for i in range(money.size):
        state, age = labour[i], month - birth[i]
        works = (state == LOCAL) | (state == ENTREPRENEUR)
        retired = (state == DEPENDANT) & (age >= ELDER)
        farms = retired & (age < until)
        sent = sent_home(skill[i], far, share) if state == AWAY else 0
        kept = fen(far * wage_factor(skill[i])) - sent if state == AWAY else 0
        part = farm if farms else usual
        wage = fen(local_income(skill[i], near, part)) if works | farms else 0
        bonus = fen(local_income(skill[i], near, filled - usual)) if state == LOCAL else 0
        old += retired
        away += kept
        remitted += sent
        home += wage
        more += bonus
        money[i] += kept + wage + bonus + (pension if retired else 0) + each
    return away, remitted, home, more, old * pension


@kernel
def _spend(saving_share: float, spent: float, earned: I8, instalment: I8, savings: I8) -> int:
    """Move what is earned, repaid and consumed through savings; return what is consumed, fen."""
    total = 0
    for i in range(savings.size):
        held = savings[i] + earned[i] - instalment[i]
        eats = consumed(max(0, earned[i]), savings[i], saving_share, spent)
        eaten = min(math.floor(eats), held)
        savings[i] = held - eaten
        total += eaten
    return total


@kernel
def _business(
    q: Records,
    settles: bool,
    rows: I4,
    labour: U1,
    capital: I4,
    outside: I4,
    loan: I4,
    due: I4,
    interest: F4,
    savings: I8,
    profit: I8,
    instalment: I8,
    t: Records,
) -> None:
    """Run the month of a village's ventures, those of `rows`; close those without an owner."""
    for row in rows:
        if labour[row] == ENTREPRENEUR:
            gross = math.floor(capital[row] * q["venture_return"] / 12.0)
            rented, asked, repaid = dues(
                capital[row], loan[row], due[row], interest[row], q["venture_rent"],
                gross + savings[row],
            )  # fmt: skip
            profit[row], instalment[row] = gross - rented - asked, repaid
            if settles:
                loan[row] -= repaid
                t["rent"] += rented
                t["interest"] += asked
                t["repaid"] += repaid
                t["profits"] += max(0, profit[row] - repaid)
                t["covered"] += max(0, repaid - profit[row])
        elif settles:
            t["closed"] += 1
            t["scrapped"] += capital[row] + outside[row]
            t["written_off"] += loan[row]
            capital[row] = outside[row] = loan[row] = due[row] = 0


@kernel
def _jobs(q: Records, rows: I4, labour: U1, capital: I4, outside: I4) -> float:
    """Return the jobs in a village's ventures, those of `rows`."""
    made = 0.0
    for row in rows:
        if labour[row] == ENTREPRENEUR:
            size = capital[row] + q["outside_additional"] * outside[row]
            made += venture_jobs(
                size / 100.0, q["startup_capital"], q["capital_reference"],
                q["startup_capital_log_sd"], q["jobs_per_venture"],
            )  # fmt: skip
    return made


@kernel
def _pass(
    month: int,
    p: Records,
    settles: bool,
    village_start: I8,
    jobs: F8,
    filled: F8,
    each: I8,
    remitted: I8,
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
    family: I4,
    families: int,
    sums: Records,
) -> None:
    """Set every row's income; if `settles`, move the money too, and add it up by village.

    Also counts every village's jobs in ventures, and the share of full work that stayers find.
    `families` is their number, 0 if they are not told apart.
    """
    q = p[0]
    spent = 1.0 - (1.0 - q["savings_spent"]) ** (1.0 / 12.0)
    room = largest(village_start)
    flags, found = np.empty(room, dtype=np.bool_), np.empty(room, dtype=np.int32)
    money, instalment = np.empty(room, dtype=np.int64), np.zeros(room, dtype=np.int64)
    parts = np.empty((2, families), dtype=np.int64)
    for v in range(village_start.size - 1):
        first, last = village_start[v], village_start[v + 1]
        n, here, t = last - first, slice(first, last), sums[v]
        stayers, residents = _in_business(labour[here], capital[here], flags[:n])
        rows = found[: compact(flags, n, found, 0)]
        jobs[v] = _jobs(q, rows, labour[here], capital[here], outside[here])
        usual = q["local_days_share"]
        filled[v] = usual + (1.0 - usual) * min(1.0, jobs[v] / max(1, stayers))
        money[:n] = 0
        _business(
            q, settles, rows, labour[here], capital[here], outside[here], loan[here], due[here],
            interest[here], savings[here], money, instalment, t,
        )  # fmt: skip
        share = q["remitted_share"] if residents > 0 else 0.0  # nobody is there: nothing is sent
        away, sent, local, more, old = _earn(
            month, p, filled[v], share, each[v], birth_month[here], skill[here], labour[here],
            money[:n],
        )  # fmt: skip
        t["wages_away"], t["remittances"], t["wages_local"] = away, sent, local
        t["wages_ventures"], t["pensions"] = more, old
        remitted[v] = sent // max(1, residents)
        if families > 0:
            to_families(
                q["out_wage"], share, residents, skill[here], labour[here], family[here], parts[0],
                parts[1], money[:n],
            )  # fmt: skip
        else:
            receive(remitted[v], labour[here], money[:n])
            receive_rest(sent - remitted[v] * residents, labour[here], money[:n])
        for i in range(n):
            income[first + i] = money[i] / 100.0
        if settles:
            t["consumption"] = _spend(
                q["saving_share"], spent, money[:n], instalment[:n], savings[here]
            )
        for row in rows:
            instalment[row] = 0


def _run(county: "CountyModel", settles: bool) -> Records:
    """Run the passes; return what every old village's rows add up to, `SUMS` of shape (V,)."""
    sums = np.zeros(county.weight.size, dtype=SUMS)
    money = "venture_interest", "income", "savings"
    venture = "venture_capital", "venture_outside", "venture_loan", "venture_due"
    columns = county.villagers.columns("birth_month", "skill", "labour", *venture, *money, "family")
    _pass(
        county.month,
        county.values.livelihood.record,
        settles,
        county.village_start,
        county.venture_jobs,
        county.work_found,
        county.collectives["each"] + county.helper_pay,
        county.remitted,
        *columns,
        len(county.at_home),
        sums,
    )
    return sums


def set_incomes(county: "CountyModel") -> None:
    """Set incomes, jobs and the work found from the present labour states; no money moves."""
    _run(county, settles=False)


def settle(county: "CountyModel") -> None:
    """Run the month of every household and venture, and post it."""
    post(county, _run(county, settles=True))


def post(county: "CountyModel", sums: Records) -> None:
    """Post what every old village's rows add up to in a month (`SUMS`)."""
    rows = np.ndarray((sums.size, len(_NAMES)), np.int64, sums).T
    totals = np.add.reduce(np.multiply(rows, county.weight, order="C"), axis=1)
    of = dict(zip(_NAMES, np.rint(totals).astype(np.int64).tolist(), strict=True))
    county.venture_rent = np.rint(sums["rent"] * county.weight).astype(np.int64)
    money = county.collectives["money"]
    money += county.venture_rent
    county.ventures_closed = float(totals[_NAMES.index("closed")])
    rent = int(np.add.reduce(county.venture_rent))
    ledger = county.ledger
    ledger.post("wages_away", "outside", "villagers", of["wages_away"])
    ledger.post("remittances", "outside", "villagers", of["remittances"])
    ledger.post("wages_local", "outside", "villagers", of["wages_local"])
    ledger.post("pensions", "higher", "villagers", of["pensions"])
    ledger.post("consumption", "villagers", "outside", of["consumption"])
    ledger.post("wages_ventures", "ventures", "villagers", of["wages_ventures"])
    ledger.post("profits", "ventures", "villagers", of["profits"])
    ledger.post("venture_rent", "ventures", "collectives", rent)
    ledger.post("interest", "ventures", "banks", of["interest"])
    ledger.post("repayments", "ventures", "banks", of["repaid"])
    ledger.post("owners_cover", "villagers", "ventures", of["covered"])
    spent = of["wages_ventures"] + of["profits"] + rent + of["interest"] + of["repaid"]
    ledger.post("sales", "outside", "ventures", max(0, spent - of["covered"]))
    if county.ventures_closed:
        ledger.write_off("banks", "ventures", of["written_off"])
        ledger.revalue("scrapped", "ventures", -of["scrapped"])
