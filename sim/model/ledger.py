"""The ledger: every fen has a payer, a payee and a purpose; stocks change by flows only.

Sectors hold money, loans and capital (Godley & Lavoie 2007, "Monetary Economics", ch. 2):

- *money* moves from payer to payee, so that the flows of a month add up to zero over sectors.
  Banks owe what the others hold: their money is minus the deposits, and all money adds up to 0;
- *loans* are claims of one sector on another: a purpose of kind ``loan`` makes a claim of the
  payer, one of kind ``repayment`` ends it, `write_off` ends it unpaid. They add up to 0;
- *capital* is what money bought: a purpose of kind ``investment`` adds it to the payer,
  `revalue` takes off what wears out or is scrapped. Partners' capital in joint ventures is bought
  outside by outside and stays theirs: it is the capital of outside, and what it earns is theirs.

What a month's flows make of the stocks is worked out when the month closes. Amounts are whole
fen (1/100 yuan) and Python integers, so that nothing is lost at any size. There is no inflation:
they are in constant yuan.

The county starts with nothing and shows what it received and spent since (what taxes would have
to cover is negative money); higher government and outside are sources and sinks.

At scale 1 the stocks of villagers, ventures and collectives are the sums of their columns to the
fen (`differences`). A villager row that stands for k persons holds the money of each of them: a
posting is the weighted sum over rows, rounded to a fen, so that the ledger may be off the weighted
columns by half a fen a posting, and no more.
"""

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.errors import InputError, nearest
from sim.model.calendar import format_month
from sim.printable import as_html

if TYPE_CHECKING:
    import pandas as pd

    from sim.model.county import CountyModel

#: who pays and is paid: name -> (English, Chinese)
SECTORS = {
    "county": ("county", "县级财政"),
    "higher": ("higher government", "上级财政"),
    "collectives": ("collectives", "村集体"),
    "villagers": ("villagers", "村民"),
    "cadres": ("cadres", "村干部"),
    "ventures": ("ventures", "创业项目"),
    "banks": ("banks", "银行"),
    "outside": ("outside", "县外及市场"),
}
STOCKS: tuple[str, ...] = ("money", "loans", "capital")
type Stocks = dict[str, dict[str, int]]
type Flows = dict[tuple[str, str, str], int]


class Purpose(NamedTuple):
    """What money is paid for.

    Attributes
    ----------
    en, zh : str
        Labels.
    kind : {"current", "loan", "repayment", "investment"}
        Whether it also changes loans or capital (see the module's text).
    """

    en: str
    zh: str
    kind: str = "current"


#: every purpose; a process that needs another adds a line
PURPOSES = {
    "returns": Purpose("returns on operating assets", "经营性资产收益"),
    "resource_rent": Purpose("resource rent", "资源性租金"),
    "venture_rent": Purpose("rent of ventures", "创业项目租金"),
    "levy": Purpose("levy spent on village administration", "村级运转提取"),
    "administration": Purpose("running of villages beyond the levy", "村级运转补助"),
    "dividends": Purpose("dividends", "集体分红"),
    "input_rent": Purpose("rent for what members put into cooperatives", "入股土地租金"),
    "given_up": Purpose("earnings that it replaces", "入股所替代的收入"),
    "welfare": Purpose("welfare of members", "集体福利支出"),
    "helpers": Purpose("pay of helpers who visit", "上门协助人员报酬"),
    "investment": Purpose("operating assets bought", "购建经营性资产", "investment"),
    "project_money": Purpose("project money", "项目扶持资金"),
    "leakage": Purpose("leakage", "集体资金流失"),
    "recovery": Purpose("leakage recovered", "追回资金"),
    "cadre_pay": Purpose("pay of cadres", "村干部报酬"),
    "allowance": Purpose("allowances of cadres who leave", "离任补助"),
    "training": Purpose("training", "培训"),
    "services": Purpose("services for villagers", "便民服务"),
    "oversight": Purpose("inspections and disclosure", "监督检查"),
    "consultation": Purpose("consultation", "征求意见"),
    "wages_away": Purpose("wages migrants keep", "外出务工工资（自留部分）"),
    "remittances": Purpose("wages migrants send home", "外出务工寄回收入"),
    "wages_local": Purpose("farm income and local wages", "务农及本地务工收入"),
    "wages_ventures": Purpose("wages of ventures", "创业项目工资"),
    "pensions": Purpose("pensions", "养老金"),
    "consumption": Purpose("consumption", "消费"),
    "sales": Purpose("sales of ventures", "创业项目销售"),
    "profits": Purpose("profits of ventures", "创业项目利润"),
    "owners_cover": Purpose("owners cover losses and repayments", "业主补足"),
    "own_capital": Purpose("own money in ventures", "创业自有资金"),
    "kin_capital": Purpose("kin and informal money in ventures", "亲友及民间资金"),
    "outside_capital": Purpose("outside capital in ventures", "社会资本"),
    "grants": Purpose("start-up grants", "创业补贴"),
    "venture_capital": Purpose("venture capital spent", "创业投资支出", "investment"),
    "loans": Purpose("start-up loans", "创业贷款", "loan"),
    "repayments": Purpose("repayments of loans", "偿还贷款本金", "repayment"),
    "interest": Purpose("interest", "贷款利息"),
}
#: what changes stocks without money: name -> (English, Chinese)
REVALUATIONS = {
    "depreciation": ("operating assets worn out", "资产折旧"),
    "joint_capital": ("partners' capital in joint ventures", "合资方投入资本"),
    "scrapped": ("capital of closed ventures", "停业项目资本损失"),
    "written_off": ("loans written off", "贷款核销"),
}
#: spending (`CountyModel.spending`) that is posted when the month closes: purpose, payer, payee
BUDGET = {
    "cadre_pay": ("cadre_pay", "county", "cadres"),
    "first_secretary_pay": ("cadre_pay", "higher", "cadres"),
    "leaving_allowance": ("allowance", "county", "cadres"),
    "training": ("training", "county", "outside"),
    "administration": ("administration", "county", "outside"),
    "outposts": ("services", "county", "outside"),
    "service_delivery": ("services", "county", "outside"),
    "oversight": ("oversight", "county", "outside"),
    "consultation": ("consultation", "county", "outside"),
}


class Month(NamedTuple):
    """A closed month: flows by (purpose, payer, payee), other changes, and stocks at its end."""

    month: int
    flows: Flows
    changes: Flows
    stocks: Stocks


class Ledger:
    """The accounts of a county; see the module's text.

    Attributes
    ----------
    closed : list of Month
        Months closed so far, the spin-up's included.
    postings : int
        Postings and openings that were not of zero, so far: the bound of rounding is half a fen
        each.
    """

    def __init__(self) -> None:
        none: Stocks = {sector: dict.fromkeys(STOCKS, 0) for sector in SECTORS}
        self._stocks = none
        self._flows: Flows = defaultdict(int)
        self._changes: Flows = defaultdict(int)
        self.closed: list[Month] = []
        self.postings = 0

    def __repr__(self) -> str:
        last = f" to {format_month(self.closed[-1].month)}" if self.closed else ""
        return f"<Ledger: {len(self.closed)} months closed{last}, between {len(SECTORS)} sectors>"

    def _repr_html_(self) -> str:
        held = self.closed[-1].stocks if self.closed else {}
        rows = ((sector, f"{own['money'] / 1e5:,.0f}") for sector, own in held.items())
        return as_html(f"{repr(self)[1:-1]}; money then, thousand yuan", rows)

    def open(self, sector: str, money: int = 0, capital: int = 0) -> None:
        """Say what a sector holds before the first month; banks owe the money."""
        _known("sector", sector)
        self.postings += 1
        self._stocks[sector]["money"] += int(money)
        self._stocks["banks"]["money"] -= int(money)
        self._stocks[sector]["capital"] += int(capital)

    def post(self, purpose: str, payer: str, payee: str, fen: int) -> None:
        """Book a payment of this month: for one of `PURPOSES`, between two of `SECTORS`, whole fen.

        Raises
        ------
        InputError
            If a name is unknown, the amount negative or not whole, or nobody else is paid.
        """
        _may_pay(purpose, payer, payee)
        if fen != int(fen) or fen < 0:
            raise InputError(f"{purpose}: {fen!r} is not an amount; expected whole fen, 0 or more")
        if fen:
            self.postings += 1
            self._flows[purpose, payer, payee] += int(fen)

    def write_off(self, creditor: str, debtor: str, fen: int) -> None:
        """End a claim that will not be paid: the creditor loses what the debtor gains, fen."""
        _known("creditor", creditor)
        _known("debtor", debtor)
        self._change(creditor, "loans", "written_off", -fen)
        self._change(debtor, "loans", "written_off", fen)

    def revalue(self, change: str, sector: str, fen: int) -> None:
        """Change a sector's capital without money, by `fen` (below 0: a loss)."""
        _known("change", change)
        _known("sector", sector)
        self._change(sector, "capital", change, fen)

    def _change(self, sector: str, stock: str, change: str, fen: int) -> None:
        if fen:
            self.postings += 1
            self._changes[sector, stock, change] += int(fen)

    def paid(self, payer: str, *purposes: str) -> int:
        """Return what a sector paid in the last closed month, for some purposes or all, fen."""
        return sum(
            [
                fen
                for (purpose, by, _), fen in self._closed(None).flows.items()
                if by == payer and (not purposes or purpose in purposes)
            ]
        )

    def stock(self, sector: str, stock: str = "money") -> int:
        """Return a stock as it is now, with the flows of the open month, fen."""
        _known("sector", sector)
        _known("stock", stock)
        return _after(self._stocks, self._flows, self._changes)[sector][stock]

    def opening(self, sector: str, stock: str = "money") -> int:
        """Return a stock as it was when the month began, fen."""
        _known("sector", sector)
        _known("stock", stock)
        return self._stocks[sector][stock]

    def close(self, month: int) -> None:
        """Close a month: its flows change the stocks, and are kept."""
        self._stocks = _after(self._stocks, self._flows, self._changes)
        stocks = {sector: dict(held) for sector, held in self._stocks.items()}
        self.closed.append(Month(month, dict(self._flows), dict(self._changes), stocks))
        self._flows, self._changes = defaultdict(int), defaultdict(int)

    # --- tables ------------------------------------------------------------------------

    def flow_matrix(self, month: int | None = None) -> "pd.DataFrame":
        """Return what each sector received less what it paid in a closed month, by purpose, fen.

        The last month if none is given (`sim.model.calendar`); one row a purpose, one column a
        sector; rows add up to zero.
        """
        import pandas as pd

        table = {purpose: dict.fromkeys(SECTORS, 0) for purpose in PURPOSES}
        flows = self._closed(month).flows
        for (purpose, payer, payee), fen in flows.items():
            table[purpose][payer] -= fen
            table[purpose][payee] += fen
        used = {purpose for purpose, _, _ in flows}
        kept = {purpose: row for purpose, row in table.items() if purpose in used}
        frame = pd.DataFrame.from_dict(kept, orient="index", columns=list(SECTORS), dtype="int64")
        return frame.rename_axis("purpose")

    def balance_sheet(self, month: int | None = None) -> "pd.DataFrame":
        """Return every sector's money, loans (claims less debts), capital and net worth, fen.

        Of a month as in `flow_matrix`: one row a stock, one column a sector; money and loans: 0.
        """
        import pandas as pd

        frame = pd.DataFrame(self._closed(month).stocks, index=list(STOCKS), dtype="int64")
        frame.loc["net worth"] = frame.sum()
        return frame.rename_axis("stock")

    def _closed(self, month: int | None) -> Month:
        """Return a closed month."""
        found = self.closed[-1:] if month is None else [m for m in self.closed if m.month == month]
        if not found:
            raise InputError(f"no closed month {'yet' if month is None else month} in the ledger")
        return found[-1]

    def columns(self, first: int) -> dict[str, list]:
        """Return the flows of the months from `first` on as columns: month, purpose, ..., fen."""
        rows = [
            (month.month, *key, fen)
            for month in self.closed
            if month.month >= first
            for key, fen in month.flows.items()
        ]
        names = ("month", "purpose", "payer", "payee", "fen")
        return {name: [row[i] for row in rows] for i, name in enumerate(names)}

    def stock_columns(self, first: int) -> dict[str, list]:
        """Return stocks at the end of the month before `first`, if closed, and of all from it on.

        Returns
        -------
        dict of list
            ``month``, ``sector``, ``stock`` and ``fen``, one row a sector and stock.
        """
        rows = [
            (month.month, sector, stock, fen)
            for month in self.closed
            if month.month >= first - 1
            for sector, held in month.stocks.items()
            for stock, fen in held.items()
        ]
        return {name: [row[i] for row in rows] for i, name in enumerate(_STOCK_COLUMNS)}


_STOCK_COLUMNS = ("month", "sector", "stock", "fen")

#: kind of name -> those that the ledger knows; all others are sectors
_NAMES = {"purpose": PURPOSES, "change": REVALUATIONS, "stock": STOCKS}


@cache
def _known(what: str, name: str) -> None:
    """Refuse a name that the ledger does not know."""
    among = _NAMES.get(what, SECTORS)
    if name not in among:
        raise InputError(f"the ledger has no {what} {name!r}{nearest(name, among)}")


@cache
def _may_pay(purpose: str, payer: str, payee: str) -> None:
    """Refuse a payment for what the ledger does not know, between whom it does not, or to oneself.

    Asked once of every kind of payment.
    """
    _known("purpose", purpose)
    _known("payer", payer)
    _known("payee", payee)
    if payer == payee:
        raise InputError(f"{purpose}: {payer} cannot pay itself")


def _after(stocks: Stocks, flows: Flows, changes: Flows) -> Stocks:
    """Return stocks after flows and other changes."""
    after = {sector: dict(held) for sector, held in stocks.items()}
    for (purpose, payer, payee), fen in flows.items():
        after[payer]["money"] -= fen
        after[payee]["money"] += fen
        kind = PURPOSES[purpose].kind
        if kind in ("loan", "repayment"):
            after[payer]["loans"] += fen
            after[payee]["loans"] -= fen
        elif kind == "investment":
            after[payer]["capital"] += fen
    for (sector, stock, _), fen in changes.items():
        after[sector][stock] += fen
    return after


def held(county: "CountyModel") -> dict[tuple[str, str], float]:
    """Return what the agents' columns hold, by (sector, stock), weighted, fen."""
    people, accounts = county.villagers, county.collectives
    rows = np.diff(county.village_start)

    def persons(column: str) -> float:
        sums = np.add.reduceat(people[column].astype(np.int64), county.village_start[:-1])
        return float((sums * county.weight).sum()) if rows.size else 0.0

    return {
        ("villagers", "money"): persons("savings"),
        ("ventures", "money"): 0.0,
        ("ventures", "loans"): -persons("venture_loan"),
        ("ventures", "capital"): persons("venture_capital") + persons("venture_outside"),
        ("collectives", "money"): float(accounts["money"].sum()),
        ("collectives", "capital"): float(accounts["assets"].sum()),
        ("outside", "capital"): float(accounts["partner"].sum()),
    }


def close_month(county: "CountyModel") -> None:
    """Post what government spends on villages and the cadres' consumption, and close the month.

    Cadres spend what they held when the month began; their money is kept for all of them together.
    """
    ledger = county.ledger
    spending: dict[str, float] = {**county.spending}
    for name, posting in BUDGET.items():
        if spending[name]:
            ledger.post(*posting, round(100.0 * spending[name]))
    ledger.post("consumption", "cadres", "outside", max(0, ledger.opening("cadres")))
    ledger.close(county.month)


def open_books(county: "CountyModel") -> None:
    """Open the county's ledger with what the agents' columns hold."""
    for (sector, stock), amount in held(county).items():
        if stock != "loans":
            county.ledger.open(sector, **{stock: round(amount)})


def differences(county: "CountyModel") -> dict[tuple[str, str], float]:
    """Return the ledger's stocks less what the agents' columns hold, fen: 0 at scale 1."""
    return {
        key: county.ledger.stock(*key) - amount for key, amount in held(county).items()
    }  # exact: fen of a county fit in a float's 53 bits
