"""Budget: what the running of villages and the county's measures cost, besides pay.

A village's administration costs a fixed sum and more with its residents. The levy on its
collectives stays in the village and pays first; the county pays the rest. So a merger saves fixed
sums unless the county keeps paying those of the absorbed villages.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import B1, F8, I4, I8, Records, kernel, rule
from sim.model.processes import specialists, ties
from sim.model.rows import added

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


@rule
def road_km(road_minutes: float, minutes: float, done: float, speed: float) -> float:
    """Return the road that a unit's cadres travel on home visits in a month, km.

    Parameters
    ----------
    road_minutes, minutes : float
        Minutes on the road of all visits asked for, and minutes of these visits in all.
    done : float
        Hours of visits that are made, of those in `minutes`.
    speed : float
        Speed on the road, km/h.
    """
    if minutes <= 0.0:
        return 0.0
    return road_minutes / 60.0 * speed * done / (minutes / 60.0)


@kernel
def _visit_km(at_home: float, speed: float, unit: I4, flows: Records, hours: Records) -> F8:
    """Return `road_km` of every unit; `at_home` is the minutes that a visit lasts there."""
    road, asked = np.zeros(unit.size), np.zeros(unit.size)
    for v in range(unit.size):
        minutes = flows[v]["visit_minutes"]
        road[unit[v]] += minutes - flows[v]["visits"] * at_home
        asked[unit[v]] += minutes
    for u in range(unit.size):
        done = hours[u]["visit_hours"] * hours[u]["service_productivity"]
        road[u] = road_km(road[u], asked[u], done, speed)
    return road


def visit_km(county: "CountyModel") -> F8:
    """Return the road that each unit's cadres travel on home visits this month, km, (V,)."""
    of_service = county.values.service
    return _visit_km(
        of_service.minutes_visit,
        of_service.visit_speed,
        county.borders.unit,
        county.flows,
        county.hours,
    )


@kernel
def _administration(
    p: Records,
    reference_residents: float,
    unit_start: I8,
    unit_villages: I8,
    funding_kept: F8,
    levy: I8,
    flows: Records,
) -> float:
    """Return what the county adds to levies for the running of villages, yuan/month."""
    yearly, fixed_share, given = p[0]["village_cost"], p[0]["village_cost_fixed"], 0.0
    for u in range(funding_kept.size):
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        residents, levies = 0.0, 0
        for k in range(first, last):
            residents += flows[unit_villages[k]]["residents"]
            levies += levy[unit_villages[k]]
        sets = 1.0 + funding_kept[u] * (last - first - 1.0)
        cost = village_cost(residents, sets, yearly, fixed_share, reference_residents)
        given += county_part(cost, levies / 100.0)
    return given


@kernel
def _measures(
    p: Records,
    is_unit: B1,
    unit: I4,
    groups: F8,
    online: F8,
    one_stop: F8,
    micro_groups: F8,
    inspections: F8,
    disclosure: F8,
    mailbox: F8,
    road: F8,
) -> tuple[float, float]:
    """Return what service delivery and oversight cost, yuan/month."""
    q, governed, watched = p[0], np.zeros(unit.size), np.empty(unit.size)
    units = 0
    for v in range(unit.size):
        units += is_unit[v]
        governed[unit[v]] += micro_groups[unit[v]] * groups[v]
        watched[v] = (
            q["inspection_cost"] * inspections[v]
            + q["disclosure_cost"] * disclosure[v]
            + q["mailbox_cost"] * mailbox[v]
        )
    yearly = (
        q["online_cost"] * (added(online, is_unit) / units)
        + q["one_stop_cost"] * added(one_stop, is_unit)
        + q["micro_group_cost"] * added(governed, is_unit)
    )
    travel = q["visit_km_cost"] * added(road, is_unit)
    return yearly / 12.0 + travel, added(watched, is_unit) / 12.0


def step(county: "CountyModel") -> None:
    """Add up this month's spending on administration, service delivery and oversight."""
    values, levers, borders = county.values, county.levers, county.borders
    spending = county.spending
    spending["administration"] = _administration(
        values.budget.record,
        values.hours.reference_residents,
        borders.start,
        borders.villages,
        levers.funding_kept,
        county.collectives["levy"],
        county.flows,
    )
    spending["administration"] += specialists.pay(county)
    spending["service_delivery"], spending["oversight"] = _measures(
        values.budget.record,
        borders.is_unit,
        borders.unit,
        borders.groups,
        levers.online,
        levers.one_stop,
        levers.micro_groups,
        levers.inspections,
        levers.disclosure,
        levers.mailbox,
        visit_km(county),
    )
    if values.ties.ties == ties.ON:
        spending["oversight"] += ties.looked_into(county)
