"""Budget: what the running of villages and the county's measures cost, besides pay.

A village's administration costs a fixed sum and more with its residents. The levy on its
collectives stays in the village and pays first; the county pays the rest. So a merger saves fixed
sums unless the county keeps paying those of the absorbed villages.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import B1, F8, kernel, rule
from sim.model.processes.needs import VISIT

if TYPE_CHECKING:
    from sim.model.county import CountyModel


@rule
def village_cost(
    residents: float, sets: float, yearly: float, fixed_share: float, reference_residents: float
) -> float:
    """Return the running cost of a village's administration in a month, yuan.

    Parameters
    ----------
    residents, reference_residents : float
        Residents of the village, and of the village that costs `yearly`.
    sets : float
        Fixed sums it is given: 1, and more where those of absorbed villages are kept.
    yearly : float
        Cost of the reference village, yuan/year.
    fixed_share : float
        Of it, the share that is the same in a village of any size.
    """
    size = fixed_share * sets + (1.0 - fixed_share) * residents / reference_residents
    return yearly * size / 12.0


@rule
def county_part(cost: float, levy: float) -> float:
    """Return what the county adds to a village's levy so that its running cost is covered."""
    return max(0.0, cost - levy)


def visit_km(county: "CountyModel") -> F8:
    """Return the road that each unit's cadres travel on home visits this month, km, (V,)."""
    of_service, flows, hours = county.values.service, county.flows, county.hours
    at_home = flows["channel"][:, VISIT] * of_service.minutes_visit
    road = county.borders.total(flows["visit_minutes"] - at_home) / 60.0 * of_service.visit_speed
    asked = county.borders.total(flows["visit_minutes"]) / 60.0
    done = hours["visit_hours"] * hours["service_productivity"]
    return np.divide(road * done, asked, out=np.zeros_like(road), where=asked > 0.0)


def _administration(county: "CountyModel") -> float:
    """Return what the county adds to levies for the running of villages, yuan/month."""
    borders, values = county.borders, county.values
    form = (
        values.budget.village_cost,
        values.budget.village_cost_fixed,
        values.hours.reference_residents,
    )
    residents = borders.total(county.flows["residents"])
    levies = borders.total(county.collectives["levy"]) / 100.0
    sets = 1.0 + county.levers.funding_kept * (county.originals() - 1.0)
    return _cost(borders.is_unit, residents, sets, levies, *form)


@kernel
def _cost(
    is_unit: B1,
    residents: F8,
    sets: F8,
    levies: F8,
    yearly: float,
    fixed_share: float,
    reference_residents: float,
) -> float:
    """Return what the county adds for all units."""
    total = 0.0
    for u in np.flatnonzero(is_unit):
        cost = village_cost(residents[u], sets[u], yearly, fixed_share, reference_residents)
        total += county_part(cost, levies[u])
    return total


def step(county: "CountyModel") -> None:
    """Add up this month's spending on administration, service delivery and oversight."""
    of_budget, levers, borders = county.values.budget, county.levers, county.borders
    units, spending = borders.is_unit, county.spending
    spending["administration"] = _administration(county)
    groups = borders.total(levers.micro_groups[borders.unit] * borders.groups)
    yearly = (
        of_budget.online_cost * levers.online[units].mean()
        + of_budget.one_stop_cost * levers.one_stop[units].sum()
        + of_budget.micro_group_cost * groups[units].sum()
    )
    travel = of_budget.visit_km_cost * visit_km(county)[units].sum()
    spending["service_delivery"] = float(yearly / 12.0 + travel)
    watched = (
        of_budget.inspection_cost * levers.inspections
        + of_budget.disclosure_cost * levers.disclosure
        + of_budget.mailbox_cost * levers.mailbox
    )
    spending["oversight"] = float(watched[units].sum() / 12.0)
