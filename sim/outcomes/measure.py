"""How each outcome is measured, from the state at the end of a month."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.agents.cadre import SECRETARY_DIRECTOR
from sim.agents.villager import AWAY
from sim.processes.hours import asked
from sim.processes.service import GAVE_UP, ONLINE, OUTPOST

if TYPE_CHECKING:
    from sim.county import CountyModel

Floats = npt.NDArray[np.float64]


def ratio(over: npt.ArrayLike, under: npt.ArrayLike) -> Floats:
    """Return a quotient, missing (NaN) where nothing is divided."""
    over, under = np.asarray(over, dtype=float), np.asarray(under, dtype=float)
    out = np.full(np.broadcast(over, under).shape, np.nan)
    return np.divide(over, under, out=out, where=under > 0)


def gini(values: Floats) -> float:
    """Return the Gini coefficient of non-negative values; missing if they are all 0."""
    ordered = np.sort(values)
    total = ordered.sum()
    if total <= 0:
        return float("nan")
    rank = np.arange(1, ordered.size + 1)
    return float((2 * rank - ordered.size - 1) @ ordered / (ordered.size * total))


def by_village(county: "CountyModel") -> dict[str, Floats]:
    """Return the outcomes recorded for old villages, each of shape (V,)."""
    flows, unit, accounts = county.flows, county.borders.unit, county.collectives
    persons = county.world.registered.astype(float)
    people, starts = county.villagers, county.village_start[:-1]
    rows = np.diff(county.village_start)
    hours, load = county.hours[unit], asked(county.hours)

    def mean(column: npt.NDArray) -> Floats:
        return np.add.reduceat(column.astype(float), starts) / rows

    income = accounts["income"] * 12 / 100.0
    return {
        "service_reach": ratio(flows["met"], flows["needs"]),
        "collective_income": income,
        "cadre_workload": ratio(load, county.hours["cadres"])[unit],
        "reach_elderly": ratio(flows["met_elderly"], flows["needs_elderly"]),
        "reach_remote": ratio(flows["met_remote"], flows["needs_remote"]),
        "online_share": ratio(flows["channel"][:, ONLINE], flows["needs"]),
        "outpost_share": ratio(flows["channel"][:, OUTPOST], flows["needs"]),
        "gave_up_share": ratio(flows["channel"][:, GAVE_UP], flows["needs"]),
        "workload_ratio": ratio(load, county.hours["supplied"])[unit],
        "leadership": hours["leadership"],
        "posts": hours["cadres"],
        "trust": mean(people["trust"]),
        "income_per_person": ratio(income, persons),
        "collective_assets": accounts["assets"] / 100.0,
        "dividends_per_person": ratio(accounts["dividends"] * 12 / 100.0, persons),
        "villager_income": mean(people["income"]),
        "away_share": mean(people["labour"] == AWAY),
        "ventures": county.ventures(),
        "venture_jobs": county.jobs * county.weight,
        "distance_km": county.distance_km(),
    }


def of_county(county: "CountyModel", village: dict[str, Floats]) -> dict[str, float]:
    """Return every outcome of the county.

    Parameters
    ----------
    county : CountyModel
        The county at the end of a month.
    village : dict
        What `by_village` gave for the same month.
    """
    return (
        _of_service(county)
        | _of_units(county)
        | _of_cadres(county)
        | _of_money(county, village)
        | _of_people(county, village)
    )


def _people_counted(county: "CountyModel") -> npt.NDArray[np.bool_]:
    """Return the old villages whose people count: villages before the reform."""
    return np.asarray(county.world.villages.is_village, dtype=bool)


def _absorbed(county: "CountyModel") -> npt.NDArray[np.bool_]:
    """Return the old villages that were absorbed by another."""
    return _people_counted(county) & ~county.borders.is_unit


def _of_service(county: "CountyModel") -> dict[str, float]:
    counted, absorbed = _people_counted(county), _absorbed(county)
    flows = county.flows[counted]
    lost = county.flows[absorbed]
    needs = flows["needs"].sum()
    channel = flows["channel"].sum(axis=0)
    return {
        "service_reach": float(ratio(flows["met"].sum(), needs)),
        "reach_elderly": float(ratio(flows["met_elderly"].sum(), flows["needs_elderly"].sum())),
        "reach_remote": float(ratio(flows["met_remote"].sum(), flows["needs_remote"].sum())),
        "reach_absorbed": float(ratio(lost["met"].sum(), lost["needs"].sum())),
        "online_share": float(ratio(channel[ONLINE], needs)),
        "outpost_share": float(ratio(channel[OUTPOST], needs)),
        "gave_up_share": float(ratio(channel[GAVE_UP], needs)),
        "backlog": float(county.backlog[counted].sum()),
    }


def _of_units(county: "CountyModel") -> dict[str, float]:
    borders, world = county.borders, county.world
    units = borders.is_village
    hours, load = county.hours[units], asked(county.hours[units])
    residents = borders.total(county.flows["residents"])[units].sum()
    area = borders.total(world.area_km2)[units]
    return {
        "cadre_workload": float(ratio(load.sum(), hours["cadres"].sum())),
        "workload_ratio": float(ratio(load.sum(), hours["supplied"].sum())),
        "overload_share": float(ratio((load > hours["supplied"]).sum(), units.sum())),
        "leadership": float(ratio(hours["leadership"].sum(), units.sum())),
        "administration_per_resident": float(ratio(hours["administration"].sum(), residents)),
        "villages": float(units.sum()),
        "population_mean": float(ratio(borders.registered[units].sum(), units.sum())),
        "area_mean": float(ratio(area.sum(), units.sum())),
    }


def _of_cadres(county: "CountyModel") -> dict[str, float]:
    table, borders = county.cadres, county.borders
    rows = np.flatnonzero(county.in_post)
    rows = rows[borders.is_village[borders.unit[rows // county.slots]]]
    age = (county.month - table["birth_month"][rows]) / 12.0
    combined = (table["post"][rows] == SECRETARY_DIRECTOR).sum()
    return {
        "posts": float(rows.size),
        "combined_share": float(ratio(combined, borders.is_village.sum())),
        "cadre_age": float(ratio(age.sum(), rows.size)),
        "cadre_returned_share": float(ratio(table["returned"][rows].sum(), rows.size)),
        "cadre_pay": float(table["pay"][rows].astype(float).sum()),
        "startup_grants": county.spending["startup_grants"],
        "startup_loans": county.spending["startup_loans"],
    }


def _of_money(county: "CountyModel", village: dict[str, Floats]) -> dict[str, float]:
    counted = _people_counted(county)
    persons = county.world.registered[counted].sum()
    income = village["collective_income"][counted]
    dividends = county.collectives["dividends"][counted].sum() * 12 / 100.0
    return {
        "collective_income": float(income.mean()) if income.size else float("nan"),
        "collective_income_gini": gini(income),
        "income_per_person": float(ratio(income.sum(), persons)),
        "collective_assets": float(village["collective_assets"][counted].mean()),
        "dividends_per_person": float(ratio(dividends, persons)),
    }


def _of_people(county: "CountyModel", village: dict[str, Floats]) -> dict[str, float]:
    counted, absorbed = _people_counted(county), _absorbed(county)
    persons = county.world.registered.astype(float)

    def mean(key: str, where: npt.NDArray[np.bool_]) -> float:
        return float(ratio((village[key] * persons)[where].sum(), persons[where].sum()))

    return {
        "trust": mean("trust", counted),
        "trust_absorbed": mean("trust", absorbed),
        "villager_income": mean("villager_income", counted),
        "away_share": mean("away_share", counted),
        "distance_km": mean("distance_km", counted),
        "ventures": float(village["ventures"][counted].sum()),
        "venture_jobs": float(village["venture_jobs"][counted].sum()),
    }
