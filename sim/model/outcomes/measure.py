"""Measures of outcomes of the county, from the state at the end of a month.

An outcome is a line: its key in ``sim/data/outcomes.csv`` and what it is worth; shares are missing
(NaN) where nothing is divided. Those of old villages are in `of_village`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from sim.model.agents import cadre
from sim.model.agents.cadre import FIRST_SECRETARY, SECRETARY, SECRETARY_DIRECTOR
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, Records, kernel, rule
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.outcomes.counts import counts
from sim.model.outcomes.sums import (
    added,
    gini,
    in_order,
    known,
    mean,
    median,
    number,
    quotient,
    share,
    weighted,
    whole,
)
from sim.model.processes.oversight import retained
from sim.model.processes.selection import ABILITIES
from sim.model.processes.ways import (
    GAVE_UP,
    GROUP_LEADER,
    OFFICE,
    ONLINE,
    OUTPOST,
    PHONE,
    PROXY,
    VISIT,
    WAYS,
)
from sim.model.rows import means, total

if TYPE_CHECKING:
    from sim.model.county import CountyModel

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: a month's outcomes of the county
COUNTY = np.dtype([(key, "f8") for key in OUTCOMES])
_AT = {key: at for at, key in enumerate(OUTCOMES)}


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
        counted = np.array(county.world.villages.is_village, dtype=bool)
        some = np.diff(county.group_start) > 0
        return cls(
            counted,
            counted & ~kept,
            counted & kept & several,
            some & counted[county.world.group_village],
            county.world.registered.astype(float),
        )


def of_county(county: "CountyModel", places: Places, village: Records, out: Records) -> None:
    """Fill `out`, an array of `COUNTY` of one element, with every outcome of the county.

    Parameters
    ----------
    county : CountyModel
        The county at the end of a month.
    places : Places
        Who is counted where.
    village : structured array (V,)
        What `by_village` gave for the same month.
    out : structured array (1,)
        Where to.
    """
    accounts, borders = county.collectives, county.borders
    starts, spent = county.ventures_by_month[-36:], county.ledger.paid("county") / 100.0
    _sums(
        village,
        county.flows,
        county.hours,
        places.counted,
        places.absorbed,
        places.absorbing,
        borders.is_village,
        borders.registered,
        *accounts.columns("dividends", "leakage", "leaked", "exposed"),
        retained(accounts),
        out,
    )
    counts(
        county.month - len(starts),
        float(sum(starts)),
        spent,
        len(county.at_home) > 0,
        county.village_start,
        *county.villagers.columns("labour", "venture_start"),
        county.flows,
        places.counted,
        county.weight,
        borders.originals,
        *accounts.columns("pooled", "assets", "put_in", "returns"),
        county.returned_rows,
        county.displaced,
        county.backlog,
        out,
    )
    _cadres(
        county.month,
        county.config.reform,
        county.values.strain.distress_level,
        county.slots,
        borders.unit,
        borders.is_village,
        county.in_post,
        *county.cadres.columns("post", "source", "birth_month", "appointed", "returned", "leaving"),
        *county.cadres.columns(*ABILITIES, "training", "integrity", "burnout"),
        out,
    )
    found: dict[str, float] = {}
    _spreads(county, places, village, found)
    _spending(county, spent, found)
    plain = np.ndarray(len(OUTCOMES), float, out)  # quicker than field by field
    plain[[_AT[key] for key in found]] = list(found.values())


# --- added up over old villages and units -----------------------------------------------


@kernel
def _sums(
    villages: Records,
    flows: Records,
    hours: Records,
    counted: B1,
    absorbed: B1,
    absorbing: B1,
    units: B1,
    registered: I8,
    dividends: I8,
    leakage: I8,
    leaked: I8,
    exposed: I8,
    kept: I8,
    out: Records,
) -> None:
    """Fill in what is added up over old villages, or over units at their seats."""
    one = out[0]
    _service(one, flows, counted, absorbed, absorbing)
    _work(one, villages, hours, units)
    _people(one, villages, counted, absorbed, absorbing)
    _money(one, villages, counted)
    one["population_mean"] = quotient(whole(registered, units), number(units))
    persons = added(villages["persons"], counted)
    one["dividends_per_person"] = quotient(whole(dividends, counted) * 12 / 100.0, persons)
    one["leakage_share"] = quotient(whole(leakage, counted), whole(kept, counted))
    one["leakage_found_share"] = quotient(whole(exposed, counted), whole(leaked, counted))


@rule
def _service(one: Records, flows: Records, counted: B1, absorbed: B1, absorbing: B1) -> None:
    """Fill in what the people of old villages that count did."""
    met, needs = flows["met"], flows["needs"]
    asked, ways = added(needs, counted), _ways(flows, counted)
    one["service_reach"] = share(met, needs, counted)
    one["reach_elderly"] = share(flows["met_elderly"], flows["needs_elderly"], counted)
    one["reach_remote"] = share(flows["met_remote"], flows["needs_remote"], counted)
    one["reach_alone"] = share(flows["met_alone"], flows["needs_alone"], counted)
    one["reach_absorbed"] = share(met, needs, absorbed)
    one["reach_absorbing"] = share(met, needs, absorbing)
    one["unmet_needs"] = asked - added(met, counted)
    road, residents = flows["travel"], flows["residents"]
    one["travel_burden"] = 12.0 * share(road, residents, counted)
    one["travel_elderly"] = 12.0 * share(
        flows["travel_elderly"], flows["residents_elderly"], counted
    )
    one["travel_remote"] = 12.0 * share(flows["travel_remote"], flows["residents_remote"], counted)
    one["travel_alone"] = 12.0 * share(flows["travel_alone"], flows["residents_alone"], counted)
    one["travel_absorbed"] = 12.0 * share(road, residents, absorbed)
    one["trips"] = 12.0 * share(flows["trips"], residents, counted)
    one["trips_in_vain_share"] = share(flows["trips_in_vain"], flows["trips"], counted)
    one["group_leader_share"] = quotient(ways[GROUP_LEADER], asked)
    one["office_share"] = quotient(ways[OFFICE], asked)
    one["visit_share"] = quotient(ways[VISIT], asked)
    one["online_share"] = quotient(ways[ONLINE], asked)
    one["outpost_share"] = quotient(ways[OUTPOST], asked)
    one["gave_up_share"] = quotient(ways[GAVE_UP], asked)
    one["phone_share"] = quotient(ways[PHONE], asked)
    one["proxy_share"] = quotient(ways[PROXY], asked)
    one["overdue"] = share(flows["overdue"], residents, counted)


@rule
def _ways(flows: Records, where: B1) -> F8:
    """Return the needs that go each way."""
    out = np.zeros(WAYS)
    for v in range(where.size):
        if where[v]:
            for way in range(out.size):
                out[way] += flows[v]["channel"][way]
    return out


@rule
def _work(one: Records, villages: Records, hours: Records, units: B1) -> None:
    """Fill in the hours of the administrative villages as they are."""
    cadres, leader_load = hours["cadres"], hours["leader_load"]  # missing without a leader
    one["cadre_workload"] = share(villages["asked"], cadres, units)
    one["workload_ratio"] = share(villages["asked"], hours["supplied"], units)
    one["overload_share"] = mean(villages["overloaded"], units)
    one["leadership"] = mean(hours["leadership"], units)
    one["leader_load"] = mean(leader_load, known(leader_load, units))
    one["service_hours_share"] = mean(villages["service_hours_share"], units)
    one["attended_share"] = mean(hours["attended"], units)
    one["meeting_hours"] = share(hours["meetings"], cadres, units)
    one["hours_administration"] = share(villages["administration"], cadres, units)
    one["hours_coordination"] = share(villages["coordination"], cadres, units)
    one["hours_service"] = share(hours["service_used"], cadres, units)
    one["hours_economy"] = share(hours["economy"], cadres, units)
    asked, residents = hours["administration"], villages["unit_residents"]
    one["administration_per_resident"] = share(asked, residents, units)
    one["villages"] = number(units)
    one["area_mean"] = mean(villages["unit_area"], units)


@rule
def _people(one: Records, villages: Records, counted: B1, absorbed: B1, absorbing: B1) -> None:
    """Fill in how the people of old villages that count fare."""
    persons, trust, income = villages["persons"], villages["trust"], villages["resident_income"]
    one["trust"] = weighted(trust, persons, counted)
    one["trust_absorbed"] = weighted(trust, persons, absorbed)
    one["trust_absorbing"] = weighted(trust, persons, absorbing)
    one["grievance"] = weighted(villages["grievance"], persons, counted)
    complaints = villages["complaints"]
    one["complaints"] = weighted(complaints, villages["residents"], known(complaints, counted))
    one["villager_income"] = weighted(villages["villager_income"], persons, counted)
    one["away_share"] = weighted(villages["away_share"], persons, counted)
    one["distance_km"] = weighted(villages["distance_km"], persons, counted)
    one["resident_income"] = weighted(income, villages["residents"], known(income, counted))
    one["ventures"] = added(villages["ventures"], counted)
    one["venture_jobs"] = added(villages["venture_jobs"], counted)


@rule
def _money(one: Records, villages: Records, counted: B1) -> None:
    """Fill in the income and assets of original collectives."""
    income = villages["collective_income"]
    one["collective_income"] = mean(income, counted)
    one["income_per_person"] = share(income, villages["persons"], counted)
    one["collective_assets"] = mean(villages["collective_assets"], counted)
    one["levy"] = mean(villages["levy"], counted)
    one["welfare"] = mean(villages["welfare"], counted)
    one["leakage"] = mean(villages["leakage"], counted)


# --- added up over cadres ------------------------------------------------------------


@kernel
def _cadres(
    month: int,
    reform: int,
    distress: float,
    slots: int,
    unit: I4,
    is_village: B1,
    in_post: B1,
    post: U1,
    source: U1,
    birth_month: I2,
    appointed: I2,
    returned: B1,
    leaving: B1,
    ability_administration: F4,
    ability_service: F4,
    ability_economy: F4,
    training: F4,
    integrity: F4,
    burnout: F4,
    out: Records,
) -> None:
    """Fill in who the cadres of administrative villages are, first secretaries aside."""
    one, count, most = out[0], 0, int(number(in_post))
    age, ability, honest, strained = np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    combined, back, leads, leads_back, new_back, young = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    distressed, gone = 0.0, 0.0
    for row in range(in_post.size):
        if not in_post[row] or post[row] == FIRST_SECRETARY or not is_village[unit[row // slots]]:
            continue
        learnt = training[row]
        age[count] = (month - birth_month[row]) / 12.0
        ability[count] = (
            np.float64(np.float32(ability_administration[row] + learnt))
            + np.float64(np.float32(ability_service[row] + learnt))
            + np.float64(np.float32(ability_economy[row] + learnt))
        ) / 3.0
        honest[count], strained[count] = integrity[row], burnout[row]
        count += 1
        leader = post[row] == SECRETARY or post[row] == SECRETARY_DIRECTOR
        combined += post[row] == SECRETARY_DIRECTOR
        back += returned[row]
        leads += leader
        leads_back += leader and returned[row]
        if appointed[row] >= reform:
            new_back += returned[row] or source[row] == cadre.ENTREPRENEUR
            young += source[row] == cadre.GRADUATE or source[row] == cadre.VETERAN
        distressed += burnout[row] > np.float32(distress)
        gone += leaving[row]
    one["posts"] = count
    one["combined_share"] = quotient(combined, number(is_village))
    one["cadre_age"] = quotient(total(age[:count]), float(count))
    one["cadre_returned_share"] = quotient(back, float(count))
    one["secretary_returned_share"] = quotient(leads_back, leads)
    one["newcomers_returned"] = new_back
    one["newcomers_young"] = young
    one["cadre_ability"] = quotient(total(ability[:count]), float(count))
    one["cadre_integrity"] = quotient(total(honest[:count]), float(count))
    one["burnout"] = quotient(total(strained[:count]), float(count))
    one["distress_share"] = quotient(distressed, float(count))
    one["turnover"] = quotient(gone, float(count))


# --- the rest ------------------------------------------------------------


def _spreads(
    county: "CountyModel", places: Places, village: Records, one: dict[str, float]
) -> None:
    """Fill in inequality and medians, over old villages (or groups) that count."""
    reach = in_order(village["service_reach"][places.counted])
    income = in_order(village["collective_income"][places.counted])
    each = in_order(village["income_per_person"][places.counted])
    experience = means(county.group_start, county.villagers["experience"])[places.groups]
    one["reach_gini"] = gini(reach)
    one["reach_gini_groups"] = gini(in_order(experience))
    one["collective_income_gini"] = gini(income)
    one["income_per_person_gini"] = gini(each)
    one["collective_median"] = median(income)
    one["income_per_person_median"] = median(each)


def _spending(county: "CountyModel", spent: float, one: dict[str, float]) -> None:
    """Fill in what is spent, by what it is for, and ventures started and closed."""
    spending = county.spending
    one["cadre_pay"] = spending["cadre_pay"]
    one["first_secretary_pay"] = spending["first_secretary_pay"]
    one["training_cost"] = spending["training"]
    one["leaving_allowance"] = spending["leaving_allowance"]
    one["outpost_cost"] = np.add.reduce(county.outpost_bill)
    one["administration_cost"] = spending["administration"]
    one["service_delivery_cost"] = spending["service_delivery"]
    one["oversight_cost"] = spending["oversight"]
    one["consultation_cost"] = spending["consultation"]
    one["startup_grants"] = spending["startup_grants"]
    one["startup_loans"] = spending["startup_loans"]
    one["outside_capital"] = spending["outside_capital"]
    one["project_money"] = county.ledger.paid("higher", "project_money") / 100.0
    one["county_spending"] = spent
    one["ventures_started"] = county.ventures_started
    one["ventures_closed"] = county.ventures_closed
