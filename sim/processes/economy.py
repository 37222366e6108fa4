# REVIEW - to be mended by whoever owns this file now; delete this comment when done.
# A5 Collective assets are not at rest: 43 % of income reinvested without depreciation (+22 % income in 84 months without reform):
#    add depreciation (about 0.04/year, C) or an operating share, so that the no-reform county is near rest.
# C2 measure.py: .mean() of an empty slice when only communities exist.
"""Economy: the collectives' production, levy, dividends and reinvestment.

Money is counted in fen (int64): what comes in is what is drawn, paid and kept.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import F8, I8, Records, kernel, rule
from sim.draws import normals

if TYPE_CHECKING:
    from sim.county import CountyModel


@rule
def asset_income(
    assets: float,
    management: float,
    together: float,
    shock: float,
    annual_return: float,
    management_elasticity: float,
    scale_elasticity: float,
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
    shock : float
        This year's luck, mean 1.
    annual_return : float
        Return of the reference village, 1/year.
    management_elasticity, scale_elasticity : float
        Responses of the return.
    """
    quality = management**management_elasticity * together**scale_elasticity
    return assets * annual_return / 12.0 * quality * shock


@kernel
def _pass(
    p: Records,
    unit_start: I8,
    unit_villages: I8,
    hours: Records,
    shock: F8,
    rent: F8,
    assets: I8,
    income: I8,
    levy: I8,
    dividends: I8,
) -> None:
    """Let every sub-account earn, pay and keep."""
    q = p[0]
    median = q["income_median"] * (1.0 - q["rent_share"]) / q["asset_return"]
    for u in range(unit_start.size - 1):
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        total = 0.0
        for k in range(first, last):
            total += assets[unit_villages[k]] / 100.0
        effort = hours[u]["economy"] * hours[u]["economy_productivity"]
        management = effort / ((last - first) * q["reference_management"])
        for k in range(first, last):
            v = unit_villages[k]
            own = assets[v] / 100.0
            together = own + q["pooled_share"] * (total - own)
            earned = asset_income(
                own,
                management,
                together / median,
                shock[v],
                q["asset_return"],
                q["management_elasticity"],
                q["scale_elasticity"],
            )
            income[v] = math.floor((earned + rent[v] / 12.0) * 100.0 + 0.5)
            levy[v] = math.floor(income[v] * q["levy_share"])
            dividends[v] = math.floor(income[v] * q["dividend_share"])
            assets[v] += income[v] - levy[v] - dividends[v]


def yearly_shock(county: "CountyModel") -> F8:
    """Return this year's luck of every old village's assets: log-normal with mean 1."""
    sd = county.values.get("economy", "shock_sd")
    january = county.month - county.month % 12
    z = normals(county.key("economy.shock", january), county.world.identity)
    return np.exp(sd * z - sd**2 / 2.0)


def step(county: "CountyModel") -> None:
    """Run the month's production of every collective."""
    accounts = county.collectives
    _pass(
        county.values.economy,
        county.borders.start,
        county.borders.villages,
        county.hours,
        yearly_shock(county),
        accounts["rent"],
        accounts["assets"],
        accounts["income"],
        accounts["levy"],
        accounts["dividends"],
    )
