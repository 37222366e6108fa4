"""Outcomes of old villages, worked out village by village from the state at the end of a month.

An outcome is a line: its key in ``sim/data/outcomes.csv`` and what it is worth.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import AWAY, ENTREPRENEUR
from sim.model.compiled import B1, F8, I4, I8, Records, kernel, rule
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.outcomes.sums import quotient
from sim.model.processes.hours import administration_spent, coordination_spent
from sim.model.processes.ties import CADRES, COUNTY
from sim.model.processes.trust import village_mean
from sim.model.processes.ways import (
    GAVE_UP,
    GROUP_LEADER,
    OFFICE,
    ONLINE,
    OUTPOST,
    PHONE,
    PROXY,
    VISIT,
)
from sim.model.rows import labour_states, resident_means

if TYPE_CHECKING:
    from sim.model.county import CountyModel

#: outcomes of an old village
KEYS = tuple(key for key, outcome in OUTCOMES.items() if outcome.village)
#: what else outcomes of the county add up: its registered persons and residents, what its unit's
#: cadres are asked, h, and, where it is a unit's seat, the residents and the land of all the unit
BESIDE = (
    "persons",
    "residents",
    "asked",
    "administration",
    "coordination",
    "overloaded",
    "unit_residents",
    "unit_area",
)
VILLAGE = np.dtype([(name, "f8") for name in KEYS + BESIDE])


def unmeasured(names: np.dtype, size: int) -> Records:
    """Return records before anything is measured: every field infinite."""
    return np.full((size, len(names.names or ())), np.inf).view(names)[:, 0]


@rule
def _service(one: Records, flows: Records) -> None:
    """Fill in what an old village's people did this month."""
    needs, ways = flows["needs"], flows["channel"]
    one["service_reach"] = quotient(flows["met"], needs)
    one["reach_elderly"] = quotient(flows["met_elderly"], flows["needs_elderly"])
    one["reach_remote"] = quotient(flows["met_remote"], flows["needs_remote"])
    one["unmet_needs"] = needs - flows["met"]
    one["travel_burden"] = quotient(12.0 * flows["travel"], flows["residents"])
    one["trips"] = quotient(12.0 * flows["trips"], flows["residents"])
    one["online_share"] = quotient(ways[ONLINE], needs)
    one["outpost_share"] = quotient(ways[OUTPOST], needs)
    one["visit_share"] = quotient(ways[VISIT], needs)
    one["group_leader_share"] = quotient(ways[GROUP_LEADER], needs)
    one["office_share"] = quotient(ways[OFFICE], needs)
    one["gave_up_share"] = quotient(ways[GAVE_UP], needs)
    one["phone_share"] = quotient(ways[PHONE], needs)
    one["proxy_share"] = quotient(ways[PROXY], needs)
    one["overdue"] = quotient(flows["overdue"], flows["residents"])


@rule
def _work(one: Records, hours: Records, first_secretary: bool) -> None:
    """Fill in the hours of an old village's unit."""
    cadres, load = hours["cadres"], hours["asked"]
    service = hours["service_offered"] / max(hours["service_productivity"], 0.5)
    service -= hours["borrowed"]
    administration, coordination = administration_spent(hours), coordination_spent(hours)
    one["asked"], one["overloaded"] = load, load > hours["supplied"]
    one["administration"], one["coordination"] = administration, coordination
    one["cadre_workload"] = quotient(load, cadres)
    one["workload_ratio"] = quotient(load, hours["supplied"])
    one["meeting_hours"] = quotient(hours["meetings"], cadres)
    one["hours_administration"] = quotient(administration, cadres)
    one["hours_coordination"] = quotient(coordination, cadres)
    one["hours_service"] = quotient(hours["service_used"], cadres)
    one["hours_economy"] = quotient(hours["economy"], cadres)
    one["service_hours_share"] = quotient(service, service + hours["economy_offered"])
    one["posts"] = cadres - first_secretary
    one["leadership"] = hours["leadership"]
    one["leader_load"] = hours["leader_load"]
    one["attended_share"] = hours["attended"]


@rule
def _money(
    one: Records,
    persons: float,
    income: int,
    assets: int,
    put_in: int,
    returns: int,
    dividends: int,
    levy: int,
    welfare: int,
    leakage: int,
) -> None:
    """Fill in an original collective's money of the month at a yearly rate, yuan (columns: fen)."""
    one["collective_income"] = income * 12 / 100.0
    one["income_per_person"] = quotient(income * 12 / 100.0, persons)
    one["collective_assets"] = assets / 100.0
    one["return_on_assets"] = quotient(returns * 12.0, assets + put_in)
    one["dividends_per_person"] = quotient(dividends * 12 / 100.0, persons)
    one["levy"] = levy * 12 / 100.0
    one["welfare"] = welfare * 12 / 100.0
    one["leakage"] = leakage * 12 / 100.0


@rule
def _people(
    one: Records,
    persons: float,
    states: I8,
    weight: float,
    income: float,
    resident_income: float,
) -> None:
    """Fill in who is away and what they earn; `states`: rows by labour state."""
    rows = states[0] + states[1] + states[2] + states[3]
    one["persons"] = persons
    one["villager_income"] = income
    one["resident_income"] = 12.0 * resident_income if rows > states[AWAY] else math.nan
    one["away_share"] = quotient(states[AWAY], rows)
    one["residents"] = (1.0 - one["away_share"]) * persons
    one["ventures"] = states[ENTREPRENEUR] * weight


@kernel
def _villages(
    flows: Records,
    unit: I4,
    hours: Records,
    first_secretary: B1,
    persons: F8,
    income: I8,
    assets: I8,
    put_in: I8,
    returns: I8,
    dividends: I8,
    levy: I8,
    welfare: I8,
    leakage: I8,
    states: I8,
    weight: F8,
    villager_income: F8,
    resident_income: F8,
    venture_jobs: F8,
    trust: F8,
    grievance: F8,
    complained: F8,
    distance_km: F8,
    area_km2: F8,
    out: Records,
) -> None:
    """Fill `out` with the outcomes of every old village."""
    for v in range(out.size):
        one, u = out[v], unit[v]
        _service(one, flows[v])
        _work(one, hours[u], first_secretary[u])
        _money(
            one, persons[v], income[v], assets[v], put_in[v], returns[v], dividends[v], levy[v],
            welfare[v], leakage[v],
        )  # fmt: skip
        _people(one, persons[v], states[v], weight[v], villager_income[v], resident_income[v])
        one["venture_jobs"] = venture_jobs[v] * weight[v]
        one["trust"] = trust[v]
        one["grievance"] = grievance[v]
        said = complained[v, CADRES] + complained[v, COUNTY]
        one["complaints"] = quotient(12_000.0 * said, flows[v]["residents"])
        one["distance_km"] = distance_km[v]
        one["unit_residents"] = one["unit_area"] = 0.0
    for v in range(out.size):
        seat = out[unit[v]]
        seat["unit_residents"] += flows[v]["residents"]
        seat["unit_area"] += area_km2[v]


def by_village(county: "CountyModel", persons: F8, out: Records) -> None:
    """Fill `out`, an array of `VILLAGE` of shape (V,), with a month of every old village.

    Parameters
    ----------
    county : CountyModel
        The county at the end of a month.
    persons : float64 array (V,)
        Registered persons.
    out : structured array (V,)
        Where to.
    """
    starts, accounts = county.village_start, county.collectives
    labour, earned = county.villagers.columns("labour", "income")
    resident_income, income = resident_means(starts, labour, earned)
    _villages(
        county.flows,
        county.borders.unit,
        county.hours,
        county.levers.first_secretary,
        persons,
        *accounts.columns(
            "income", "assets", "put_in", "returns", "dividends", "levy", "welfare", "leakage"
        ),
        labour_states(starts, labour),
        county.weight,
        income,
        resident_income,
        county.venture_jobs,
        village_mean(county),
        county.grievance,
        county.complained,
        county.borders.mean_km,
        county.world.area_km2,
        out,
    )
