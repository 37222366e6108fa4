"""The villagers, cadres and collectives of a county before anything happens."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.agents.villager import (
    ADULT,
    AWAY,
    DEPENDANT,
    ELDER,
    ENTREPRENEUR,
    LOCAL,
    MOST_CAPITAL,
    Villager,
)
from sim.model.compiled import B1, F8, I4, I8
from sim.model.draws import normals, uniforms

if TYPE_CHECKING:
    from sim.model.county import CountyModel


def rows_per_group(group_registered: I8, group_village: I4, scale: int) -> I8:
    """Return the villager rows of every group, about one per `scale` registered persons.

    Every village has at least one row; within a village rows go to groups by largest remainder.
    """
    total = np.bincount(group_village, group_registered)
    wanted = np.maximum(1.0, np.rint(total / scale))
    exact = group_registered * (wanted / np.maximum(1.0, total))[group_village]
    rows = np.floor(exact)
    order = np.lexsort((rows - exact, group_village))
    first = np.searchsorted(group_village, np.arange(total.size))
    rank = np.empty(rows.size)
    rank[order] = np.arange(rows.size) - first[group_village]
    missing = wanted - np.bincount(group_village, rows)
    return (rows + (rank < missing[group_village])).astype(np.int64)


def draw_age(
    u: F8,
    within: F8,
    young: float,
    old: float,
) -> I8:
    """Return ages in months: uniform under 15, rising to 59, exponential above (mean 10 years).

    Parameters
    ----------
    u, within : arrays of float
        Uniform draws for the band and for the place in it.
    young, old : float
        Shares under 15, and of 60 and over.
    """
    child = 15.0 * within
    adult = 15.0 + 45.0 * (0.75 * within + 0.25 * np.sqrt(within))
    elder = 60.0 - 10.0 * np.log1p(-within * (1.0 - np.exp(-4.0)))
    age = np.where(u < young, child, np.where(u < 1.0 - old, adult, elder))
    return np.floor(age * 12.0).astype(np.int64)


def evenly(lot: F8, place: F8, kind: I8) -> F8:
    """Return uniform draws spread evenly over the rows of each kind: one in every n-th of (0, 1).

    Each by itself is uniform. A village of 14 rows so has its share of people away to within a row,
    where independent draws would miss it by two rows, and service reach, which bends where a
    desk is full, with it.

    Parameters
    ----------
    lot, place : float64 array (n,)
        Independent uniform draws: the order of the rows, and the place in the n-th.
    kind : int64 array (n,)
        Rows that are spread together.
    """
    short = kind.astype(np.min_scalar_type(kind.max()))  # short numbers are sorted by counting
    by_lot = np.argsort(lot, kind="stable")
    order = by_lot[np.argsort(short[by_lot], kind="stable")]
    size = np.bincount(kind)
    rank = np.empty(lot.size)
    rank[order] = np.arange(lot.size) - (np.cumsum(size) - size)[kind[order]]
    return (rank + place) / size[kind]


def draw_villagers(county: "CountyModel") -> None:
    """Fill the villager columns: ages, skills, digital access, labour state, trust, savings."""
    for rows in county.blocks():
        columns = {name: county.villagers[name][rows] for name in Villager.columns}
        _draw(county, columns, rows)


def _draw(county: "CountyModel", people: dict[str, Any], rows: slice) -> None:
    """Fill the columns of a block of rows."""
    values, who = county.values, county.row_identity(rows)

    def u(stream: str) -> F8:
        return uniforms(county.key(f"population.{stream}", 0), who)

    def z(stream: str) -> F8:
        return normals(county.key(f"population.{stream}", 0), who)

    village = county.row_village(rows)
    coarse = county.weight[village] > 1.0

    def spread(stream: str, kind: B1 | bool = False) -> F8:
        """Draw so that rows of several persons, few in a village, are as mixed as its persons."""
        lot = u(stream)
        if not coarse.any():
            return lot
        return np.where(coarse, evenly(lot, u(f"{stream}.place"), 2 * village + kind), lot)

    age = draw_age(
        spread("age_band"),
        u("age"),
        values.population.share_under_15,
        values.population.share_60_plus,
    )
    people["birth_month"][:] = county.month - age
    people["skill"][:] = np.clip(0.5 + 0.18 * z("skill"), 0.0, 1.0)
    online = np.where(
        age < ELDER,
        values.population.digital_under_60,
        values.population.digital_60_plus,
    )
    people["digital"][:] = spread("digital", age < ELDER) < online
    working = (age >= ADULT) & (age < ELDER)
    away = spread("away", working) < values.population.share_working_age_away
    owner = working & (spread("venture", working) < values.population.share_entrepreneurs)
    state = np.where(owner, ENTREPRENEUR, np.where(away, AWAY, LOCAL))
    people["labour"][:] = np.where(working, state, DEPENDANT)
    people["venture_start"][:] = county.month - 1 - np.floor(120.0 * u("venture_age"))
    came_back = u("returned") < values.livelihood.share_returned
    people["returned"][:] = working & ~away & came_back
    trait = values.population.trust_mean + values.population.trust_sd * z("trust")
    people["trait"][:] = trait
    people["trust"][:] = np.clip(trait, 0.0, 1.0)
    months = values.population.savings_months * np.exp(z("savings") - 0.5)
    held = _savings(county, people, rows, months)
    needed = values.livelihood.startup_capital * np.exp(
        values.livelihood.startup_capital_log_sd * z("capital")
    )
    needed = np.minimum(needed, MOST_CAPITAL) * owner
    own = np.minimum(held, needed)
    raised = own + values.livelihood.informal_credit * (needed - own)
    people["venture_capital"][:] = np.rint(100.0 * raised)
    people["savings"][:] = np.rint(100.0 * (held - own))


def _savings(county: "CountyModel", people: dict[str, Any], rows: slice, months: F8) -> F8:
    """Return everybody's money, yuan: so many months of what they have without a venture.

    That is wages less what is sent home, pensions, and remittances received.
    """
    values = county.values
    stay = values.livelihood.local_wage * values.livelihood.local_days_share
    away = people["labour"] == AWAY
    wage = np.where(away, values.livelihood.out_wage, stay)
    earned = wage * (0.5 + people["skill"])
    age = county.month - people["birth_month"]
    farms = age < 12.0 * values.livelihood.elder_work_until
    full = values.livelihood.local_wage * (0.5 + people["skill"])
    elder = values.livelihood.ageing_income + farms * full * values.livelihood.elder_work
    earned = np.where(age >= ELDER, elder, earned)
    earned[(people["labour"] == DEPENDANT) & (age < ELDER)] = 0.0
    village, count = county.row_village(rows), county.weight.size
    sent = values.livelihood.remitted_share * earned * away
    received = np.bincount(village, sent, count) / np.maximum(1, np.bincount(village, ~away, count))
    return months * (earned - sent + np.where(away, 0.0, received[village]))


def draw_collectives(county: "CountyModel") -> None:
    """Fill the collectives' assets and rents: income log-normal between old villages."""
    values, accounts = county.values, county.collectives
    z = normals(county.key("population.collective", 0), county.world.identity)
    median, log_sd = values.economy.income_median, values.economy.income_log_sd
    income = median * np.exp(log_sd * z)
    rent = values.economy.rent_share
    accounts["rent"][:] = income * rent
    assets = income * (1.0 - rent) / values.economy.asset_return
    accounts["assets"][:] = np.rint(assets * 100.0)
    accounts["pooled"][:] = values.economy.pooled_share
