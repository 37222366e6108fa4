"""Measures of outcomes, from the state at the end of a month."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from sim.model.agents import cadre
from sim.model.agents.cadre import FIRST_SECRETARY, SECRETARY, SECRETARY_DIRECTOR, among
from sim.model.agents.villager import AWAY, ENTREPRENEUR
from sim.model.compiled import Records
from sim.model.processes.hours import asked, by_task
from sim.model.processes.needs import GAVE_UP, GROUP_LEADER, OFFICE, ONLINE, OUTPOST, VISIT
from sim.model.processes.oversight import retained
from sim.model.processes.selection import ABILITIES
from sim.model.processes.trust import village_mean
from sim.model.rows import labour_states, means, resident_means, young_ventures

if TYPE_CHECKING:
    from sim.model.county import CountyModel

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Places:
    """Who is counted where; the same in every month of a run.

    Attributes
    ----------
    counted : bool array (V,)
        Old villages whose people count: villages before the reform.
    absorbed, absorbing : bool array (V,)
        Of them those that the reference plan has absorbed, and has absorb others.
    groups : bool array (G,)
        Villagers' groups with anybody in old villages that count.
    persons : float64 array (V,)
        Registered persons.
    """

    counted: Flags
    absorbed: Flags
    absorbing: Flags
    groups: Flags
    persons: Floats

    @classmethod
    def of(cls, county: "CountyModel") -> Self:
        """Return those of a county."""
        seat = county.case.reference.seat
        kept = seat == np.arange(seat.size)
        several = np.bincount(seat, minlength=seat.size)[seat] > 1
        counted = np.asarray(county.world.villages.is_village, dtype=bool)
        some = np.diff(county.group_start) > 0
        return cls(
            counted,
            counted & ~kept,
            counted & kept & several,
            some & counted[county.world.group_village],
            county.world.registered.astype(float),
        )


def ratio(over: Floats, under: Floats) -> Floats:
    """Return a quotient, missing (NaN) where nothing is divided; of one shape."""
    return np.divide(over, under, out=np.full(over.shape, np.nan), where=under > 0)


def quotient(over: float | np.number, under: float | np.number) -> float:
    """Return a quotient of two numbers, missing (NaN) where nothing is divided."""
    return float(over) / float(under) if under > 0 else float("nan")


def sums(records: Records, where: Flags) -> Records:
    """Return every field of numbers summed over some rows, as one record."""
    plain = records.view(float).reshape(records.size, -1)[where]
    return np.ascontiguousarray(plain.T).sum(axis=1).view(records.dtype)[0]


def median(values: Floats) -> float:
    """Return the median; missing if there are no values."""
    if not values.size:
        return float("nan")
    ordered = np.sort(values)
    return float(ordered[(values.size - 1) // 2] + ordered[values.size // 2]) / 2.0


def gini(values: Floats) -> float:
    """Return the Gini coefficient of non-negative values; missing if they are all 0."""
    ordered = np.sort(values)
    total = ordered.sum()
    if total <= 0:
        return float("nan")
    rank = np.arange(1, ordered.size + 1)
    return float((2 * rank - ordered.size - 1) @ ordered / (ordered.size * total))


def by_village(county: "CountyModel", places: Places) -> dict[str, Floats]:
    """Return the outcomes recorded for old villages, each of shape (V,)."""
    flows, unit, accounts = county.flows, county.borders.unit, county.collectives
    people, starts = county.villagers, county.village_start
    states = labour_states(starts, people["labour"])
    away = states[:, AWAY]
    at_home, overall = resident_means(starts, people["labour"], people["income"])
    hours, load = county.hours[unit], asked(county.hours)
    needs = flows["needs"]
    channel = flows["channel"].T
    share = ratio(channel, np.broadcast_to(needs, channel.shape))
    income = accounts["income"] * 12 / 100.0
    return {
        "service_reach": ratio(flows["met"], needs),
        "collective_income": income,
        "cadre_workload": ratio(load, county.hours["cadres"])[unit],
        "reach_elderly": ratio(flows["met_elderly"], flows["needs_elderly"]),
        "reach_remote": ratio(flows["met_remote"], flows["needs_remote"]),
        "online_share": share[ONLINE],
        "outpost_share": share[OUTPOST],
        "visit_share": share[VISIT],
        "group_leader_share": share[GROUP_LEADER],
        "office_share": share[OFFICE],
        "gave_up_share": share[GAVE_UP],
        "unmet_needs": needs - flows["met"],
        "meeting_hours": ratio(hours["meetings"], hours["cadres"]),
        "workload_ratio": ratio(load, county.hours["supplied"])[unit],
        "leadership": hours["leadership"],
        **{f"hours_{k}": ratio(h, hours["cadres"]) for k, h in by_task(hours).items()},
        "posts": hours["cadres"] - county.levers.first_secretary[unit],
        "leader_load": hours["leader_load"],
        "service_hours_share": _service_hours(hours),
        "attended_share": hours["attended"],
        "grievance": county.grievance.copy(),
        "trust": village_mean(county),
        "income_per_person": ratio(income, places.persons),
        "collective_assets": accounts["assets"] / 100.0,
        "dividends_per_person": ratio(accounts["dividends"] * 12 / 100.0, places.persons),
        "return_on_assets": ratio(
            accounts["returns"] * 12.0, accounts["assets"] + accounts["put_in"]
        ),
        "levy": accounts["levy"] * 12 / 100.0,
        "welfare": accounts["welfare"] * 12 / 100.0,
        "leakage": accounts["leakage"] * 12 / 100.0,
        "villager_income": overall,
        "resident_income": np.where(states.sum(axis=1) > away, 12.0 * at_home, np.nan),
        "away_share": away / states.sum(axis=1),
        "ventures": states[:, ENTREPRENEUR] * county.weight,
        "venture_jobs": county.venture_jobs * county.weight,
        "distance_km": county.borders.mean_km,
    }


def of_county(
    county: "CountyModel", places: Places, village: dict[str, Floats]
) -> dict[str, float]:
    """Return every outcome of the county.

    Parameters
    ----------
    county : CountyModel
        The county at the end of a month.
    places : Places
        Who is counted where.
    village : dict
        What `by_village` gave for the same month.
    """
    return (
        _of_service(county, places, village)
        | _of_units(county)
        | _of_cadres(county)
        | _of_money(county, places, village)
        | _of_ledger(county, places)
        | _of_people(places, village)
    )


def _service_hours(hours: Records) -> Floats:
    """Return the share of free hours offered to service, by unit or old village."""
    service = hours["service_offered"] / np.maximum(hours["service_productivity"], 0.5)
    return ratio(service, service + hours["economy_offered"])


def _of_service(
    county: "CountyModel", places: Places, village: dict[str, Floats]
) -> dict[str, float]:
    counted = places.counted
    total = sums(county.flows, counted)
    lost, kept = sums(county.flows, places.absorbed), sums(county.flows, places.absorbing)
    reach = village["service_reach"][counted]
    needs = total["needs"]
    channel = county.flows["channel"][counted].sum(axis=0)
    experience = means(county.group_start, county.villagers["experience"])[places.groups]
    return {
        "service_reach": quotient(total["met"], needs),
        "reach_elderly": quotient(total["met_elderly"], total["needs_elderly"]),
        "reach_remote": quotient(total["met_remote"], total["needs_remote"]),
        "reach_absorbed": quotient(lost["met"], lost["needs"]),
        "reach_absorbing": quotient(kept["met"], kept["needs"]),
        "reach_gini": gini(reach[np.isfinite(reach)]),
        "reach_gini_groups": gini(experience),
        "unmet_needs": float(needs - total["met"]),
        "group_leader_share": quotient(channel[GROUP_LEADER], needs),
        "office_share": quotient(channel[OFFICE], needs),
        "visit_share": quotient(channel[VISIT], needs),
        "online_share": quotient(channel[ONLINE], needs),
        "outpost_share": quotient(channel[OUTPOST], needs),
        "gave_up_share": quotient(channel[GAVE_UP], needs),
        "backlog": float(county.backlog[counted].sum()),
    }


def _of_units(county: "CountyModel") -> dict[str, float]:
    borders, world = county.borders, county.world
    units = borders.is_village
    hours, total = county.hours[units], sums(county.hours, units)
    load, count = asked(hours), units.sum()
    loads = hours["leader_load"][np.isfinite(hours["leader_load"])]  # missing without a leader
    residents = borders.total(county.flows["residents"])[units].sum()
    area = borders.total(world.area_km2)[units]
    return {
        "cadre_workload": quotient(load.sum(), total["cadres"]),
        "workload_ratio": quotient(load.sum(), total["supplied"]),
        "overload_share": quotient((load > hours["supplied"]).sum(), count),
        "leadership": quotient(total["leadership"], count),
        "leader_load": quotient(loads.sum(), loads.size),
        "service_hours_share": float(_service_hours(hours).mean()) if count else np.nan,
        "attended_share": quotient(total["attended"], count),
        "meeting_hours": quotient(total["meetings"], total["cadres"]),
        **{
            f"hours_{task}": quotient(spent.sum(), total["cadres"])
            for task, spent in by_task(hours).items()
        },
        "administration_per_resident": quotient(total["administration"], residents),
        "villages": float(count),
        "population_mean": quotient(borders.registered[units].sum(), count),
        "area_mean": quotient(area.sum(), count),
    }


def _of_cadres(county: "CountyModel") -> dict[str, float]:
    table, borders = county.cadres, county.borders
    rows = np.flatnonzero(county.in_post)
    rows = rows[borders.is_village[borders.unit[rows // county.slots]]]
    rows = rows[table["post"][rows] != FIRST_SECRETARY]
    post, returned, burnout = (table[name][rows] for name in ("post", "returned", "burnout"))
    leads = returned[among(post, SECRETARY, SECRETARY_DIRECTOR)]
    new = table["appointed"][rows] >= county.config.reform
    source = table["source"][rows][new]
    leaders = returned[new] | (source == cadre.ENTREPRENEUR)
    young = among(source, cadre.GRADUATE, cadre.VETERAN)
    training = table["training"][rows]
    first, *others = (table[name][rows] + training for name in ABILITIES)
    ability = sum(others, first.astype(float)) / len(ABILITIES)
    distress = county.values.strain.distress_level
    age = (county.month - table["birth_month"][rows]) / 12.0
    combined = (post == SECRETARY_DIRECTOR).sum()
    return {
        "posts": float(rows.size),
        "combined_share": quotient(combined, borders.is_village.sum()),
        "cadre_age": quotient(age.sum(), rows.size),
        "cadre_returned_share": quotient(returned.sum(), rows.size),
        "secretary_returned_share": quotient(leads.sum(), leads.size),
        "newcomers_returned": float(leaders.sum()),
        "newcomers_young": float(young.sum()),
        "cadre_ability": quotient(ability.sum(), rows.size),
        "cadre_integrity": quotient(table["integrity"][rows].sum(dtype=float), rows.size),
        "burnout": quotient(burnout.sum(dtype=float), rows.size),
        "distress_share": quotient((burnout > distress).sum(), rows.size),
        "turnover": quotient(table["leaving"][rows].sum(), rows.size),
        "displaced": float(county.displaced.sum()),
        "cadre_pay": county.spending["cadre_pay"],
        "first_secretary_pay": county.spending["first_secretary_pay"],
        "training_cost": county.spending["training"],
        "leaving_allowance": county.spending["leaving_allowance"],
        "outpost_cost": float(county.outpost_bill.sum()),
        "administration_cost": county.spending["administration"],
        "service_delivery_cost": county.spending["service_delivery"],
        "oversight_cost": county.spending["oversight"],
        "consultation_cost": county.spending["consultation"],
        "startup_grants": county.spending["startup_grants"],
        "startup_loans": county.spending["startup_loans"],
    }


def _of_money(
    county: "CountyModel", places: Places, village: dict[str, Floats]
) -> dict[str, float]:
    counted = places.counted
    persons = county.world.registered[counted].sum()
    income = village["collective_income"][counted]
    each = village["income_per_person"][counted]
    each = each[np.isfinite(each)]
    dividends = county.collectives["dividends"][counted].sum() * 12 / 100.0
    accounts = county.collectives
    total = {name: accounts[name][counted].sum() for name in ("leakage", "leaked", "exposed")}
    return {
        "collective_income": float(income.mean()) if income.size else float("nan"),
        "collective_income_gini": gini(income),
        "income_per_person": quotient(income.sum(), persons),
        "income_per_person_median": median(each),
        "income_per_person_gini": gini(each),
        "collective_assets": quotient(village["collective_assets"][counted].sum(), income.size),
        "collective_median": median(income),
        "levy": quotient(village["levy"][counted].sum(), income.size),
        "welfare": quotient(village["welfare"][counted].sum(), income.size),
        "dividends_per_person": quotient(dividends, persons),
        "leakage": quotient(village["leakage"][counted].sum(), counted.sum()),
        "leakage_share": quotient(total["leakage"], retained(accounts)[counted].sum()),
        "leakage_found_share": quotient(total["exposed"], total["leaked"]),
    }


def _of_ledger(county: "CountyModel", places: Places) -> dict[str, float]:
    counted, borders, people = places.counted, county.borders, county.villagers
    accounts, spent = county.collectives, county.ledger.paid("county") / 100.0
    several = borders.is_unit & (county.originals() > 1)
    starts = county.ventures_by_month[-36:]
    alive = young_ventures(
        county.village_start,
        people["labour"],
        people["venture_start"],
        county.month - len(starts),
    )
    returns = accounts["returns"][counted].sum() * 12.0
    earning = (accounts["assets"] + accounts["put_in"])[counted].sum()
    return {
        "return_on_assets": quotient(returns, earning),
        "pooled_share": quotient(accounts["pooled"][several].sum(), several.sum()),
        "project_money": county.ledger.paid("higher", "project_money") / 100.0,
        "ventures_started": county.ventures_started,
        "ventures_closed": county.ventures_closed,
        "venture_survival": quotient((alive * county.weight).sum(), sum(starts)),
        "returns": float((county.returned_rows * county.weight).sum()),
        "outside_capital": county.spending["outside_capital"],
        "county_spending": spent,
        "county_spending_per_resident": quotient(spent * 12, county.flows["residents"].sum()),
    }


def _of_people(places: Places, village: dict[str, Floats]) -> dict[str, float]:
    counted, persons = places.counted, places.persons

    def mean(key: str, where: Flags) -> float:
        return quotient((village[key] * persons)[where].sum(), persons[where].sum())

    home = counted & np.isfinite(village["resident_income"])
    residents = ((1.0 - village["away_share"]) * persons)[home]
    return {
        "trust": mean("trust", counted),
        "grievance": mean("grievance", counted),
        "trust_absorbed": mean("trust", places.absorbed),
        "trust_absorbing": mean("trust", places.absorbing),
        "villager_income": mean("villager_income", counted),
        "resident_income": quotient(
            (residents * village["resident_income"][home]).sum(), residents.sum()
        ),
        "away_share": mean("away_share", counted),
        "distance_km": mean("distance_km", counted),
        "ventures": float(village["ventures"][counted].sum()),
        "venture_jobs": float(village["venture_jobs"][counted].sum()),
    }
