"""Hours: what administration, coordination and leadership ask, and what cadres supply.

The hours left after what is asked from above are split between service and the economy. P3
(convex workload) and P4 (the combined role's gain shrinks with size) are not written here:
they follow from the pairs of cadres and from the decisions leaders can take.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.cadre import DEPUTY, DIRECTOR, NONE, SECRETARY, SECRETARY_DIRECTOR
from sim.compiled import F4, F8, I8, U1, Records, kernel, rule

if TYPE_CHECKING:
    from sim.county import CountyModel

WEEKS_PER_MONTH = 52.0 / 12.0


@rule
def administration(
    residents: float,
    originals: float,
    lines: float,
    months_since_merger: float,
    per_unit: float,
    per_resident: float,
    per_line: float,
    per_joined: float,
    half_life: float,
) -> float:
    """Return the hours of administration asked of one village in a month.

    Levied per administrative village in the main, so that a merger saves whole sets, plus a
    transition cost that halves every `half_life` months.
    """
    transition = per_joined * (originals - 1.0) * 2.0 ** (-months_since_merger / half_life)
    return per_unit + per_resident * residents + per_line * lines + transition


@rule
def coordination(cadres: float, per_pair: float) -> float:
    """Return the hours a month that cadres of one village spend on each other, h."""
    return per_pair * cadres * (cadres - 1.0) / 2.0


@rule
def leadership_ratio(
    leaders: float,
    deputies: float,
    requests: float,
    groups: float,
    base: float,
    per_request: float,
    per_group: float,
    capacity: float,
    friction: float,
    deputy: float,
) -> float:
    """Return decisions supplied over decisions asked, at most 1.

    A second leader adds decisions, less what agreeing with the first costs; a deputy adds the
    share `deputy` of a leader.
    """
    asked = base + per_request * requests + per_group * groups
    first, second = min(leaders, 1.0), max(leaders - 1.0, 0.0)
    supplied = capacity * (first + second * (1.0 - 2.0 * friction) + deputy * deputies)
    return min(1.0, supplied / asked)


@rule
def hours_supplied(hours_week: float, pay: float, reference_pay: float, elasticity: float) -> float:
    """Return the hours one cadre supplies in a month, by pay against the post's usual pay."""
    return hours_week * WEEKS_PER_MONTH * (pay / reference_pay) ** elasticity


@rule
def service_share(
    ability_service: float, ability_economy: float, base: float, response: float
) -> float:
    """Return the share of free hours given to service rather than the economy (logit)."""
    x = math.log(base / (1.0 - base)) + response * (ability_service - ability_economy)
    return 1.0 / (1.0 + math.exp(-x))


@rule
def productivity(ability: float) -> float:
    """Return what an hour achieves against an hour of a cadre of ability 0.5."""
    return 0.5 + ability


@kernel
def _pass(
    month: int,
    p: Records,
    slots: int,
    unit_start: I8,
    unit_villages: I8,
    residents: F8,
    requests: F8,
    groups: F8,
    merged_in: I8,
    lines: F8,
    post: U1,
    pay: F4,
    usual_pay: F4,
    ability_service: F4,
    ability_economy: F4,
    hours: F4,
    out: Records,
) -> None:
    """Fill `out` (one record per unit) with this month's hours; `hours` of each cadre."""
    q = p[0]
    reference = q["cadre_hours_week"] * WEEKS_PER_MONTH * q["reference_posts"] * q["admin_share"]
    per_unit = max(0.0, reference * q["admin_fixed_share"] - q["line_hours"] * q["lines_before"])
    per_resident = reference * (1.0 - q["admin_fixed_share"]) / q["reference_residents"]
    for u in range(unit_start.size - 1):
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        people, asked_requests, group_count, originals = 0.0, 0.0, 0.0, last - first
        cadres, leaders, deputies, supplied = 0, 0, 0, 0.0
        service, economy = 0.0, 0.0
        for k in range(first, last):
            v = unit_villages[k]
            people += residents[v]
            asked_requests += requests[v]
            group_count += groups[v]
            for row in range(v * slots, (v + 1) * slots):
                if post[row] == NONE:
                    continue
                cadres += 1
                leaders += (
                    post[row] == SECRETARY
                    or post[row] == DIRECTOR
                    or post[row] == SECRETARY_DIRECTOR
                )
                deputies += post[row] == DEPUTY
                hours[row] = hours_supplied(
                    q["cadre_hours_week"], pay[row], usual_pay[row], q["effort_elasticity_pay"]
                )
                supplied += hours[row]
                service += hours[row] * productivity(ability_service[row])
                economy += hours[row] * productivity(ability_economy[row])
        record = out[u]
        record["cadres"] = cadres
        record["supplied"] = supplied
        record["administration"] = administration(
            people,
            originals,
            lines[u],
            month - merged_in[u],
            per_unit,
            per_resident,
            q["line_hours"],
            q["merge_hours"],
            q["merge_half_life"],
        )
        record["coordination"] = coordination(cadres, q["pair_hours"])
        record["friction"] = q["friction"] * supplied if leaders > 1 else 0.0
        record["leadership"] = leadership_ratio(
            leaders,
            deputies,
            asked_requests,
            group_count,
            q["decisions_base"],
            q["decisions_per_request"],
            q["decisions_per_group"],
            q["leader_capacity"],
            q["leader_friction"],
            q["deputy_capacity"],
        )
        effective = record["leadership"] * (supplied - record["friction"])
        mandatory = record["administration"] + record["coordination"]
        free = max(effective - mandatory, q["front_desk_share"] * effective)
        skill_service = service / supplied if supplied > 0.0 else 1.0
        skill_economy = economy / supplied if supplied > 0.0 else 1.0
        share = service_share(
            skill_service - 0.5, skill_economy - 0.5, q["service_share"], q["ability_response"]
        )
        record["service_offered"] = free * share * skill_service
        record["service_productivity"] = skill_service
        record["economy_offered"] = free * (1.0 - share)
        record["economy_productivity"] = skill_economy


def step(county: "CountyModel") -> None:
    """Work out this month's hours of every unit."""
    cadres = county.cadres
    _pass(
        county.month,
        county.values.hours,
        county.slots,
        county.borders.start,
        county.borders.villages,
        county.flows["residents"],
        county.flows["requests"],
        county.borders.groups,
        county.borders.merged_in,
        county.levers.lines,
        cadres["post"],
        cadres["pay"],
        cadres["usual_pay"],
        cadres["ability_service"],
        cadres["ability_economy"],
        cadres["hours"],
        county.hours,
    )


def asked(hours: Records) -> F8:
    """Return the hours asked of each unit's cadres in a month, shape of `hours`."""
    return (
        hours["administration"] + hours["coordination"] + hours["friction"] + hours["service_asked"]
    )


def share_workload(county: "CountyModel") -> None:
    """Share the hours asked of each unit among its cadres, and count their pay."""
    table = county.cadres
    rows = np.flatnonzero(county.in_post)
    units = county.borders.unit[rows // county.slots]
    table["workload"][rows] = asked(county.hours)[units] / county.hours["cadres"][units]
    county.spending["cadre_pay"] = float(table["pay"][rows].astype(float).sum())
