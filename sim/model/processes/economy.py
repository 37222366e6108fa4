"""Economy: projects are paid, members decide; then collectives earn, pay, invest and keep.

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

from sim.model.compiled import F4, F8, I8, U8, Records, kernel, rule
from sim.model.draws import normal, uniform
from sim.model.processes import alliances, pooling, projects
from sim.model.processes.oversight import leading
from sim.model.processes.projects import queued

if TYPE_CHECKING:
    from sim.model.county import CountyModel

LINEAR, SATURATING = range(2)  # forms of what hours for the economy earn
#: fen a month over all collectives
TOTALS = (
    "invested",
    "worn",
    "partners_worn",
    "returns",
    "rent",
    "input_rent",
    "levy",
    "welfare",
    "dividends",
)
_TOTALS = np.dtype([(name, "i8") for name in TOTALS])


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
        Ability-weighted hours for the economy per sub-account, over the reference village's; those
        that earn, where they saturate (`useful_management`).
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
def work_there_is(
    assets: float, projects: float, per_median: float, response: float, per_project: float
) -> float:
    """Return the hours a month that a sub-account's assets and projects can take, h.

    Parameters
    ----------
    assets : float
        Operating assets, over the median village's.
    projects : float
        Projects under way, 0 or 1.
    per_median, per_project : float
        Hours a month that the median village's assets take, and a project.
    response : float
        Response of the hours to assets: 0, the same everywhere; 1, in proportion.
    """
    return per_median * assets**response + per_project * projects


@rule
def useful_management(management: float, work: float) -> float:
    """Return the management that earns: 1 at the reference village's, whatever work there is.

    Each further hour finds less left to do; with endless work all of them earn.

    Parameters
    ----------
    management : float
        Ability-weighted hours for the economy per sub-account, over the reference village's.
    work : float
        Hours that assets and projects can take (`work_there_is`), over the same.
    """
    left = max(work, 1e-9)
    return (1.0 - math.exp(-management / left)) / (1.0 - math.exp(-1.0 / left))


@kernel
def _useful(q: Records, management: float, assets: float, projects: float) -> float:
    """Return the management of an account that earns, by the form in force."""
    if q["income"] == LINEAR:
        return management
    work = work_there_is(
        assets, projects, q["asset_work"], q["asset_work_response"], q["project_work"]
    )
    return useful_management(management, work / q["reference_management"])


@kernel
def _renew(
    v: int, spare: int, depreciation: float, money: I8, assets: I8, partner: I8, total: Records
) -> None:
    """Buy assets with money beyond `spare`; let them, and partners', wear out."""
    bought = max(0, money[v] - spare)
    worn = math.floor((assets[v] + bought) * depreciation / 12.0)
    partners = math.floor(partner[v] * depreciation / 12.0)
    money[v] -= bought
    assets[v] += bought - worn
    partner[v] -= partners
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
    allied: F8,
    shock: F8,
    welfare_share: F8,
    pipeline: I8,
    venture_rent: I8,
    money: I8,
    assets: I8,
    partner: I8,
    pooling: F8,
    members: F8,
    yearly_rent: F8,
    worth: I8,
    returns: I8,
    input_rent: I8,
    income: I8,
    levy: I8,
    welfare: I8,
    dividends: I8,
    each: I8,
    fairness: I8,
    kept: I8,
    total: Records,
) -> None:
    """Let every sub-account invest, earn, pay for what members put in, pay out and keep."""
    q, t = p[0], total[0]
    median = q["income_median"] * (1.0 - q["rent_share"]) / q["asset_return"]
    for u in range(unit_start.size - 1):
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        everybody, base = 0, 0.0
        for k in range(first, last):
            v = unit_villages[k]
            spare = queued(pipeline, v) + venture_rent[v]
            _renew(v, spare, q["depreciation"], money, assets, partner, t)
            everybody += persons[v]
            base += (assets[v] + partner[v]) / 100.0
        joined = members[u] * everybody * q["cooperative_input"]  # yuan, of the unit
        pooled = pooling[u] if last - first > 1 else 0.0
        effort = hours[u]["economy"] * hours[u]["economy_productivity"]
        management = effort / ((last - first) * q["reference_management"])
        pool = 0
        for k in range(first, last):
            v = unit_villages[k]
            put_in = joined * persons[v] / max(1, everybody)
            own = assets[v] / 100.0 + put_in
            scale = own + partner[v] / 100.0
            useful = _useful(q, management, own / median, queued(pipeline, v) > 0)
            earned = asset_income(
                own, useful, (scale + pooled * (base + joined - scale) + allied[u]) / median,
                leader[u], shock[v], q["asset_return"], q["management_elasticity"],
                q["scale_elasticity"], q["leader_response"],
            )  # fmt: skip
            rent = math.floor(yearly_rent[v] * 100.0 / 12.0 + 0.5)
            returns[v] = math.floor(earned * 100.0 + 0.5)
            worth[v] = math.floor(put_in * 100.0)
            earnings = returns[v] + rent + venture_rent[v]
            input_rent[v] = min(earnings, math.floor(worth[v] * q["cooperative_rent"] / 12.0))
            income[v] = earnings - input_rent[v]
            levy[v] = math.floor(income[v] * q["levy_share"])
            welfare[v] = math.floor(income[v] * welfare_share[u])
            owed = math.floor(income[v] * q["dividend_share"])
            shared = math.floor(pooled * owed)
            each[v] = (owed - shared) // max(1, persons[v])
            fairness[v] = each[v] - owed // max(1, persons[v])
            kept[v] = income[v] - levy[v] - welfare[v] - each[v] * persons[v] - shared
            pool += shared
            t["returns"] += returns[v]
            t["rent"] += rent
            t["input_rent"] += input_rent[v]
            t["levy"] += levy[v]
            t["welfare"] += welfare[v]
        common = pool // max(1, everybody)
        kept[u] += pool - common * everybody
        for k in range(first, last):
            v = unit_villages[k]
            each[v] += common
            fairness[v] += common
            dividends[v] = each[v] * persons[v]
            t["dividends"] += dividends[v]
            money[v] += kept[v] - venture_rent[v]


@kernel
def _log_shocks(
    lot: np.uint64,
    county: np.uint64,
    industry: np.uint64,
    village: np.uint64,
    industries: float,
    spread: F8,
    identity: U8,
) -> F8:
    """Return the logarithms of `shocks`; `spread` is their SD and half variance by level (3, 2)."""
    out, lines = np.empty(identity.size), np.empty(math.ceil(industries))
    for i in range(lines.size):
        lines[i] = spread[1, 0] * normal(industry, np.uint64(i)) - spread[1, 1]
    common = spread[0, 0] * normal(county, np.uint64(0)) - spread[0, 1]
    for v in range(identity.size):
        line = math.floor(uniform(lot, identity[v]) * industries)
        own = spread[2, 0] * normal(village, identity[v]) - spread[2, 1]
        out[v] = common + lines[line] + own
    return out


def shocks(county: "CountyModel") -> F8:
    """Return this year's luck of every old village's assets: log-normal with mean 1, shape (V,).

    It is the luck of the county, of the village's line of business and of the village itself; the
    line of business is drawn once for every old village.
    """
    of_economy, january = county.values.economy, county.month - county.month % 12
    levels = of_economy.shock_county, of_economy.shock_industry, of_economy.shock_village
    logs = _log_shocks(
        county.key("economy.industry", 0),
        county.key("economy.shock_county", january),
        county.key("economy.shock_industry", january),
        county.key("economy.shock_village", january),
        of_economy.industries,
        np.array([(sd, sd**2 / 2.0) for sd in levels]),
        county.world.identity,
    )
    return np.exp(logs)


@kernel
def _leader_ability(leader: I8, ability: F4, training: F4) -> F8:
    """Return an ability of each unit's first leader, training included; 0.5 where none."""
    out = np.empty(leader.size)
    for u in range(leader.size):
        row = leader[u]
        out[u] = min(1.0, np.float64(ability[row]) + training[row]) if row >= 0 else 0.5
    return out


def leader_ability(county: "CountyModel") -> F8:
    """Return the ability for the economy of each unit's first leader, training included, (V,).

    0.5 where nobody leads.
    """
    columns = county.cadres.columns("ability_economy", "training")
    return _leader_ability(leading(county)[1], *columns)


def prepare(county: "CountyModel") -> None:
    """Finish and pay projects, let members decide, and draw the luck of a year that begins."""
    projects.advance(county)
    pooling.decide(county)
    year = county.month // 12
    if county.luck_year != year:
        county.luck_year, county.luck[:] = year, shocks(county)


def step(county: "CountyModel") -> None:
    """Pay projects, let members decide, and run the month of every collective."""
    prepare(county)
    total = np.zeros(1, dtype=_TOTALS)
    _pass(
        county.values.economy.record,
        county.borders.start,
        county.borders.villages,
        county.world.registered,
        county.hours,
        leader_ability(county),
        *alliances.put_together(county, county.luck),
        county.levers.welfare,
        county.project_pipeline,
        county.venture_rent,
        *county.collectives.columns("money", "assets", "partner", "pooled", "members", "rent"),
        *county.collectives.columns("put_in", "returns", "input_rent", "income", "levy", "welfare"),
        *county.collectives.columns("dividends", "each", "fairness", "kept"),
        total,
    )
    settle(county, dict(zip(TOTALS, total[0].item(), strict=True)))


@kernel
def _spend_welfare(
    share: float,
    month: float,
    wage: float,
    unit_start: I8,
    unit_villages: I8,
    persons: I8,
    outpost_bill: F8,
    welfare: I8,
    helper_pay: I8,
    helper_hours: F8,
) -> tuple[int, int, int]:
    """Let part of the welfare money pay kept outposts, and with what is left local helpers.

    A unit's outposts come first; the county pays what the money does not cover. Helpers visit
    people at home from the next month on, at the local wage for a month of so many hours. Return
    what is paid for outposts, what of them is left to the county, and the helpers' pay, fen.
    """
    outposts, uncovered, helpers = 0, 0, 0
    for u in range(unit_start.size - 1):
        fund, yuan = 0, 0.0
        for k in range(unit_start[u], unit_start[u + 1]):
            v = unit_villages[k]
            fund += math.floor(welfare[v] * share)
            yuan += outpost_bill[v]
        bill = round(yuan * 100.0)
        paid = min(fund, bill)
        left = 1.0 - paid / max(fund, 1)
        outposts, uncovered = outposts + paid, uncovered + bill - paid
        for k in range(unit_start[u], unit_start[u + 1]):
            v = unit_villages[k]
            helper_pay[v] = math.floor(math.floor(welfare[v] * share) * left) // max(persons[v], 1)
            pay = helper_pay[v] * persons[v]
            helper_hours[v] = pay / 100.0 * month / wage
            helpers += pay
    return outposts, uncovered, helpers


def settle(county: "CountyModel", total: dict[str, int]) -> None:
    """Spend welfare money, and post the month of all collectives (`TOTALS`)."""
    ledger, values = county.ledger, county.values
    fairness, welfare = county.collectives.columns("fairness", "welfare")
    county.pooling_dividend = fairness * 12 / 100.0
    outposts, uncovered, helpers = _spend_welfare(
        values.economy.welfare_services,
        values.hours.reference_hours,
        values.livelihood.local_wage,
        county.borders.start,
        county.borders.villages,
        county.world.registered,
        county.outpost_bill,
        welfare,
        county.helper_pay,
        county.helper_hours,
    )
    county.spending["outposts"] = uncovered / 100.0
    ledger.post("services", "collectives", "outside", outposts)
    ledger.post("helpers", "collectives", "villagers", helpers)
    ledger.post("welfare", "collectives", "outside", total["welfare"] - outposts - helpers)
    ledger.post("investment", "collectives", "outside", total["invested"])
    ledger.revalue("depreciation", "collectives", -total["worn"])
    ledger.revalue("depreciation", "outside", -total["partners_worn"])
    ledger.post("returns", "outside", "collectives", total["returns"])
    ledger.post("resource_rent", "outside", "collectives", total["rent"])
    ledger.post("input_rent", "collectives", "villagers", total["input_rent"])
    ledger.post("given_up", "villagers", "outside", total["input_rent"])
    ledger.post("levy", "collectives", "outside", total["levy"])
    ledger.post("dividends", "collectives", "villagers", total["dividends"])
