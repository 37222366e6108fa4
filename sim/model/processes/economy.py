"""Economy: what collectives earn, pay, invest and pool; projects paid from above.

Every old village keeps its sub-account. What it kept of a month's income is spent on operating
assets the month after; project money is spent when the project is finished (`return_lag`). Assets
wear out, those of partners in joint ventures too: a partner takes what its own capital earns, and
adds to a collective's returns by scale alone. Land and labour that members put into a cooperative
earn as operating assets do, and are paid for at what they would have earned elsewhere, which
members give up: they gain by dividends alone. Money is counted in fen (int64) and every fen is
posted in the ledger.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.calendar import month_of_year
from sim.model.compiled import F8, I8, Records, kernel, rule
from sim.model.draws import normals, uniforms
from sim.model.levers import CONSENT, POOLED
from sim.model.processes.oversight import leading, trust_by_unit

if TYPE_CHECKING:
    from sim.model.county import CountyModel

ASSEMBLY = 1  # month of the year in which members decide
TOTALS = ("invested", "worn", "partners_worn", "rent")  # fen a month over all collectives


@rule
def asset_income(
    assets: float,
    management: float,
    together: float,
    leader: float,
    shock: float,
    annual_return: float,
    management_elasticity: float,
    scale_elasticity: float,
    leader_response: float,
) -> float:
    """Return a sub-account's income from operating assets in a month, yuan.

    Parameters
    ----------
    assets : float
        Operating assets, yuan.
    management : float
        Ability-weighted hours for the economy per sub-account, over the reference village's.
    together : float
        Assets managed together with this account, over the median village's.
    leader : float
        The leader's ability for the economy, 0-1; 0.5 where `annual_return` holds.
    shock : float
        This year's luck, mean 1.
    annual_return : float
        Return of the reference village, 1/year.
    management_elasticity, scale_elasticity : float
        Responses of the return.
    leader_response : float
        Log return per unit of the leader's ability.
    """
    quality = management**management_elasticity * together**scale_elasticity
    quality *= math.exp(leader_response * (leader - 0.5))
    return assets * annual_return / 12.0 * quality * shock


@rule
def consent(
    trust: float,
    usual_trust: float,
    accounts: float,
    inequality: float,
    base: float,
    trust_response: float,
    accounts_response: float,
    inequality_response: float,
) -> float:
    """Return the share of assets that members agree to manage together (logit).

    Parameters
    ----------
    trust, usual_trust : float
        Members' mean trust, and what it is where `base` holds, 0-1.
    accounts : float
        Sub-accounts that would join; `base` holds for two.
    inequality : float
        Share of assets that would change hands if all members had the same (Hoover 1936).
    base, trust_response, accounts_response, inequality_response : float
        Logit, and logit per unit.
    """
    x = (
        base
        + trust_response * (trust - usual_trust)
        - accounts_response * (accounts - 2.0)
        - inequality_response * inequality
    )
    return 1.0 / (1.0 + math.exp(-x))


@kernel
def _renew(depreciation: float, spare: int, account: Records, total: Records) -> None:
    """Buy assets with money beyond `spare`; let them, and partners', wear out."""
    bought = max(0, account["money"] - spare)
    account["money"] -= bought
    account["assets"] += bought
    worn = math.floor(account["assets"] * depreciation / 12.0)
    account["assets"] -= worn
    partners = math.floor(account["partner"] * depreciation / 12.0)
    account["partner"] -= partners
    total["invested"] += bought
    total["worn"] += worn
    total["partners_worn"] += partners


@kernel
def _pass(
    p: Records,
    unit_start: I8,
    unit_villages: I8,
    persons: I8,
    hours: Records,
    leader: F8,
    shock: F8,
    welfare_share: F8,
    queued: I8,
    venture_rent: I8,
    accounts: Records,
    total: Records,
) -> None:
    """Let every sub-account invest, earn, pay for what members put in, pay out and keep."""
    q, t = p[0], total[0]
    median = q["income_median"] * (1.0 - q["rent_share"]) / q["asset_return"]
    for u in range(unit_start.size - 1):
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        members, base = 0, 0.0
        for k in range(first, last):
            v = unit_villages[k]
            a = accounts[v]
            _renew(q["depreciation"], queued[v] + venture_rent[v], a, t)
            members += persons[v]
            base += (a["assets"] + a["partner"]) / 100.0
        joined = accounts[u]["members"] * members * q["cooperative_input"]  # yuan, of the unit
        pooled = accounts[u]["pooled"] if last - first > 1 else 0.0
        effort = hours[u]["economy"] * hours[u]["economy_productivity"]
        management = effort / ((last - first) * q["reference_management"])
        pool = 0
        for k in range(first, last):
            v = unit_villages[k]
            a = accounts[v]
            put_in = joined * persons[v] / max(1, members)
            own = a["assets"] / 100.0 + put_in
            scale = own + a["partner"] / 100.0
            earned = asset_income(
                own, management, (scale + pooled * (base + joined - scale)) / median, leader[u],
                shock[v], q["asset_return"], q["management_elasticity"], q["scale_elasticity"],
                q["leader_response"],
            )  # fmt: skip
            rent = math.floor(a["rent"] * 100.0 / 12.0 + 0.5)
            a["returns"] = math.floor(earned * 100.0 + 0.5)
            a["put_in"] = math.floor(put_in * 100.0)
            earnings = a["returns"] + rent + venture_rent[v]
            owed = math.floor(a["put_in"] * q["cooperative_rent"] / 12.0)
            a["input_rent"] = min(earnings, owed)
            a["income"] = earnings - a["input_rent"]
            a["levy"] = math.floor(a["income"] * q["levy_share"])
            a["welfare"] = math.floor(a["income"] * welfare_share[u])
            owed = math.floor(a["income"] * q["dividend_share"])
            shared = math.floor(pooled * owed)
            a["each"] = (owed - shared) // max(1, persons[v])
            a["fairness"] = a["each"] - owed // max(1, persons[v])
            a["kept"] = a["income"] - a["levy"] - a["welfare"] - a["each"] * persons[v] - shared
            pool += shared
            t["rent"] += rent
        common = pool // max(1, members)
        accounts[u]["kept"] += pool - common * members
        for k in range(first, last):
            v = unit_villages[k]
            a = accounts[v]
            a["each"] += common
            a["fairness"] += common
            a["dividends"] = a["each"] * persons[v]
            a["money"] += a["kept"] - venture_rent[v]


def shocks(county: "CountyModel") -> F8:
    """Return this year's luck of every old village's assets: log-normal with mean 1, shape (V,).

    It is the luck of the county, of the village's line of business and of the village itself; the
    line of business is drawn once for every old village.
    """
    of_economy, identity = county.values.economy, county.world.identity
    january = county.month - county.month % 12
    lot = uniforms(county.key("economy.industry", 0), identity)
    industry = np.floor(lot * of_economy.industries).astype(np.uint64)
    logs = np.zeros(identity.size)
    for level, who, sd in (
        ("county", np.zeros_like(industry), of_economy.shock_county),
        ("industry", industry, of_economy.shock_industry),
        ("village", identity, of_economy.shock_village),
    ):
        logs += sd * normals(county.key(f"economy.shock_{level}", january), who) - sd**2 / 2.0
    return np.exp(logs)


def leader_ability(county: "CountyModel") -> F8:
    """Return the ability for the economy of each unit's first leader, training included, (V,).

    0.5 where nobody leads.
    """
    cadres, row = county.cadres, leading(county)[1]
    able = np.minimum(1.0, cadres["ability_economy"][row].astype(float) + cadres["training"][row])
    return np.where(row >= 0, able, 0.5)


def inequality(county: "CountyModel") -> F8:
    """Return each unit's inequality between sub-accounts, 0-1, shape (V,).

    The share of assets that would change hands if all members had the same (Hoover index).
    """
    total, unit = county.borders.total, county.borders.unit
    assets = county.collectives["assets"].astype(float)
    persons = county.world.registered.astype(float)
    share = assets / np.maximum(total(assets), 1.0)[unit]
    return total(np.abs(share - persons / np.maximum(total(persons), 1.0)[unit])) / 2.0


@kernel
def _agreed(
    trust: F8,
    usual: float,
    accounts: F8,
    gaps: F8,
    base: float,
    by_trust: float,
    by_accounts: float,
    by_gaps: float,
) -> F8:
    """Return `consent` of every unit."""
    out = np.empty(trust.size)
    for u in range(out.size):
        out[u] = consent(
            trust[u], usual, accounts[u], gaps[u], base, by_trust, by_accounts, by_gaps
        )
    return out


def assemble(county: "CountyModel") -> None:
    """Let members decide, once a year, what to pool and whether to join the cooperative."""
    of_economy, levers, accounts = county.values.economy, county.levers, county.collectives
    trust, gaps, originals = trust_by_unit(county), inequality(county), county.originals()
    usual, speed = county.values.population.trust_mean, of_economy.consent_speed
    form = (
        of_economy.consent_base,
        of_economy.consent_trust,
        of_economy.consent_accounts,
        of_economy.consent_inequality,
    )
    asked = (levers.asset_rule == CONSENT) & (originals > 1)
    agreed = _agreed(trust, usual, originals.astype(float), gaps, *form)
    pooled = accounts["pooled"][asked]
    accounts["pooled"][asked] = pooled + speed * np.maximum(0.0, agreed[asked] - pooled)
    form = (of_economy.cooperative_base, of_economy.cooperative_trust, 0.0, 0.0)
    wanted = levers.cooperative * _agreed(trust, usual, np.full(trust.size, 2.0), gaps, *form)
    accounts["members"] += speed * (wanted - accounts["members"])


def start_projects(county: "CountyModel") -> None:
    """Pay the project money that units are promised and have not had, to their sub-accounts.

    A unit's money is shared out by registered persons; it is spent when the project is finished.
    """
    accounts, total, unit = county.collectives, county.borders.total, county.borders.unit
    promised = np.rint(county.levers.support * 100.0).astype(np.int64)
    lacking = np.maximum(0, promised - total(accounts["project_money"])) * county.borders.is_unit
    if not lacking.any():
        return
    persons = county.world.registered
    part = lacking[unit] * persons // np.maximum(1, total(persons))[unit]
    part += (lacking - total(part)) * county.borders.is_unit
    accounts["project_money"] += part
    accounts["money"] += part
    joint = np.rint(part * county.levers.joint[unit]).astype(np.int64)
    county.project_pipeline[:, -1] += np.stack((part, joint), axis=1)
    county.ledger.post("project_money", "higher", "collectives", int(part.sum()))


def projects_under_way(county: "CountyModel") -> F8:
    """Return 1 for units whose project money is not spent yet, else 0, shape (V,)."""
    queued = county.project_pipeline[:, :, 0].sum(axis=1)
    return (county.borders.total(queued) > 0).astype(float)


def spend_welfare(county: "CountyModel") -> None:
    """Let part of the welfare money pay kept outposts, and with what is left local helpers.

    A unit's outposts come first; the county pays what the money does not cover. Helpers visit
    people at home from the next month on, in hours at the local wage.
    """
    values, table, total = county.values, county.collectives, county.borders.total
    unit, persons = county.borders.unit, np.maximum(county.world.registered, 1)
    fund = np.floor(table["welfare"] * values.economy.welfare_services).astype(np.int64)
    bill = np.rint(total(county.outpost_bill) * 100.0).astype(np.int64)
    paid = np.minimum(total(fund), bill)
    left = 1.0 - paid / np.maximum(total(fund), 1)
    county.helper_pay = np.floor(fund * left[unit]).astype(np.int64) // persons
    helpers = county.helper_pay * county.world.registered
    month = values.hours.reference_hours
    county.helper_hours = helpers / 100.0 * month / values.livelihood.local_wage
    county.spending["outposts"] = float((bill - paid).sum()) / 100.0
    other = int(table["welfare"].sum() - paid.sum() - helpers.sum())
    county.ledger.post("services", "collectives", "outside", int(paid.sum()))
    county.ledger.post("helpers", "collectives", "villagers", int(helpers.sum()))
    county.ledger.post("welfare", "collectives", "outside", other)


def prepare(county: "CountyModel") -> None:
    """Pay and finish projects, and let members decide."""
    table, levers = county.collectives, county.levers
    table["partner"] += county.project_pipeline[:, 0, 1]
    county.ledger.revalue("joint_capital", "outside", int(county.project_pipeline[:, 0, 1].sum()))
    county.project_pipeline[:, :-1] = county.project_pipeline[:, 1:]
    county.project_pipeline[:, -1] = 0
    start_projects(county)
    table["pooled"][(levers.asset_rule == POOLED) & (county.originals() > 1)] = 1.0
    if month_of_year(county.month) == ASSEMBLY:
        assemble(county)


def step(county: "CountyModel") -> None:
    """Pay projects, let members decide, and run the month of every collective."""
    prepare(county)
    table, levers, borders = county.collectives, county.levers, county.borders
    columns = table.agent_type.columns
    accounts = np.zeros(len(table), dtype=[(name, c.dtype) for name, c in columns.items()])
    for name in columns:
        accounts[name] = table[name]
    total = np.zeros(1, dtype=[(name, "i8") for name in TOTALS])
    _pass(
        county.values.economy.record,
        borders.start,
        borders.villages,
        county.world.registered.astype(np.int64),
        county.hours,
        leader_ability(county),
        shocks(county),
        levers.welfare,
        county.project_pipeline[:, :, 0].sum(axis=1),
        county.venture_rent,
        accounts,
        total,
    )
    for name in columns:
        table[name][:] = accounts[name]
    settle(county, {name: int(total[name][0]) for name in TOTALS})


def settle(county: "CountyModel", total: dict[str, int]) -> None:
    """Spend welfare money, and post the month of all collectives (`TOTALS`)."""
    ledger, table = county.ledger, county.collectives
    county.pooling_dividend = table["fairness"] * 12 / 100.0
    spend_welfare(county)
    ledger.post("investment", "collectives", "outside", total["invested"])
    ledger.revalue("depreciation", "collectives", -total["worn"])
    ledger.revalue("depreciation", "outside", -total["partners_worn"])
    ledger.post("returns", "outside", "collectives", int(table["returns"].sum()))
    ledger.post("resource_rent", "outside", "collectives", total["rent"])
    put_in = int(table["input_rent"].sum())
    ledger.post("input_rent", "collectives", "villagers", put_in)
    ledger.post("given_up", "villagers", "outside", put_in)
    ledger.post("levy", "collectives", "outside", int(table["levy"].sum()))
    ledger.post("dividends", "collectives", "villagers", int(table["dividends"].sum()))
