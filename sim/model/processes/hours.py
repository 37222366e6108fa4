"""Hours: what administration, coordination and leadership ask, and what cadres supply.

The hours left after what is asked from above are split between service and the economy, by
ability and by what pay rewards. P3 (convex workload), P4 (the combined role's gain shrinks with
size) and P12 (professional cadres) are not written here: they follow from the pairs of cadres,
from the decisions leaders can take, and from the road to the township seat.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.cadre import (
    DEPUTY,
    DIRECTOR,
    FIRST_SECRETARY,
    NONE,
    SECRETARY,
    SECRETARY_DIRECTOR,
)
from sim.model.compiled import B1, F4, F8, I2, I8, U1, Records, kernel, rule
from sim.model.processes import specialists
from sim.model.processes.projects import projects_under_way
from sim.model.processes.selection import ABILITIES

if TYPE_CHECKING:
    from sim.model.county import CountyModel

WEEKS_PER_MONTH = 52.0 / 12.0
QUEUE, OVERTIME = range(2)  # forms of the load


@rule
def administration(
    residents: float,
    originals: float,
    lines: float,
    months_since_merger: float,
    relief: float,
    rescale: float,
    per_unit: float,
    per_resident: float,
    per_line: float,
    per_joined: float,
    half_life: float,
) -> float:
    """Return the hours of administration asked of one village in a month.

    Levied per administrative village in the main, so that a merger saves whole sets, unless the
    county asks a share of them again (`rescale` 0: none, 1: all); `relief` is the share of a set
    that is cut by rule. A transition cost halves every `half_life` months.
    """
    sets = originals**rescale * (1.0 - relief)
    transition = per_joined * (originals - 1.0) * 2.0 ** (-months_since_merger / half_life)
    return per_unit * sets + per_resident * residents + per_line * lines + transition


@rule
def coordination(cadres: float, per_pair: float) -> float:
    """Return the hours a month that cadres of one village spend on each other, h."""
    return per_pair * cadres * (cadres - 1.0) / 2.0


@rule
def decisions_asked(
    requests: float,
    groups: float,
    projects: float,
    base: float,
    per_request: float,
    per_group: float,
    per_project: float,
) -> float:
    """Return the decisions a village asks of its leaders in a month."""
    return base + per_request * requests + per_group * groups + per_project * projects


@rule
def decisions_supplied(
    leaders: float,
    deputies: float,
    guests: float,
    capacity: float,
    friction: float,
    deputy: float,
    guest: float,
) -> float:
    """Return the decisions leaders can take in a month.

    A second leader adds decisions, less the share `friction` lost to agreeing with the first; a
    deputy adds the share `deputy` of a leader, a first secretary the share `guest`.
    """
    first, second = min(leaders, 1.0), max(leaders - 1.0, 0.0)
    return capacity * (first + second * (1.0 - friction) + deputy * deputies + guest * guests)


@rule
def hours_supplied(
    hours_week: float,
    pay: float,
    outside_wage: float,
    elasticity: float,
    years_over: float,
    age_loss: float,
    burnout: float,
    burnout_loss: float,
) -> float:
    """Return the hours one cadre supplies in a month, by pay against the outside wage.

    Parameters
    ----------
    hours_week : float
        Hours a week at pay equal to the outside wage.
    pay, outside_wage : float
        Yuan a month.
    elasticity : float
        Response to their ratio.
    years_over, age_loss : float
        Years above the age of full hours, and the share lost per ten of them.
    burnout, burnout_loss : float
        Burnout, 0-1, and the share of hours lost to full burnout.
    """
    full = hours_week * WEEKS_PER_MONTH * (pay / outside_wage) ** elasticity
    age = max(0.0, 1.0 - age_loss * max(0.0, years_over) / 10.0)
    return full * age * (1.0 - burnout_loss * burnout)


@rule
def commuting(km: float, days: float, speed: float) -> float:
    """Return the working hours a month lost on the road by a cadre who lives `km` away."""
    return 2.0 * days * km / speed


@rule
def knowledge(home: float, months: float, half_life: float) -> float:
    """Return the share of the village's people a cadre knows: those of home, others with time."""
    return home + (1.0 - home) * (1.0 - 2.0 ** (-months / half_life))


@rule
def service_share(
    ability_service: float,
    ability_economy: float,
    link_trust: float,
    link_growth: float,
    base: float,
    ability_response: float,
    reward_response: float,
) -> float:
    """Return the share of free hours given to service rather than the economy (logit).

    It follows what one is better at, and what pay rewards (Holmström & Milgrom 1991): the shares
    of pay linked to villagers' trust and to the collective's growth.
    """
    x = math.log(base / (1.0 - base)) + ability_response * (ability_service - ability_economy)
    x += reward_response * (link_trust - link_growth)
    return 1.0 / (1.0 + math.exp(-x))


@rule
def productivity(ability: float) -> float:
    """Return what an hour achieves against an hour of a cadre of ability 0.5."""
    return 0.5 + ability


@rule
def borrowed(effective: float, free: float, mandatory: float, waits: float) -> float:
    """Return the hours that callers may take from paperwork: they come before what can wait.

    Parameters
    ----------
    effective, free : float
        Hours that have effect, and those of them not kept for what is mandatory.
    mandatory, waits : float
        Hours that are mandatory, and those of them that can wait.
    """
    return max(0.0, (effective - free) - (mandatory - waits))


@kernel
def _supply(
    month: int,
    p: Records,
    outside_wage: float,
    slots: int,
    unit_start: I8,
    unit_villages: I8,
    registered: I8,
    merged_in: I8,
    town_km: F8,
    professional: F8,
    post: U1,
    birth_month: I2,
    appointed: I2,
    pay: F4,
    ability_administration: F4,
    ability_service: F4,
    ability_economy: F4,
    training: F4,
    burnout: F4,
    commutes: B1,
    hours: F4,
    out: Records,
) -> F8:
    """Fill `hours` of each cadre, and in `out` what those of a unit supply and achieve.

    Returns the decisions that each unit's leaders can take in a month, shape (V,).
    """
    q, decisions = p[0], np.zeros(unit_start.size - 1)
    for u in range(decisions.size):
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        everybody = 0.0
        for k in range(first, last):
            everybody += registered[unit_villages[k]]
        week = q["cadre_hours_week"] * (1.0 + q["professional_hours"] * professional[u])
        road = commuting(town_km[u], q["commute_days"], q["commute_speed"])
        cadres, leaders, deputies, guests = 0, 0, 0, 0
        supplied, administration_, service, economy = 0.0, 0.0, 0.0, 0.0
        for k in range(first, last):
            v = unit_villages[k]
            for row in range(v * slots, (v + 1) * slots):
                held = post[row]
                if held == NONE:
                    continue
                cadres += 1
                leaders += held in (SECRETARY, DIRECTOR, SECRETARY_DIRECTOR)
                deputies += held == DEPUTY
                guests += held == FIRST_SECRETARY
                hours[row] = hours_supplied(
                    week, pay[row], outside_wage, q["effort_elasticity_pay"],
                    (month - birth_month[row]) / 12.0 - q["full_hours_age"], q["age_hours_loss"],
                    burnout[row], q["burnout_hours_loss"],
                )  # fmt: skip
                home = registered[v] / max(everybody, 1.0)
                if held == FIRST_SECRETARY or commutes[row]:
                    home = 0.0
                if commutes[row]:
                    hours[row] = max(0.0, hours[row] - road)
                since = month - max(appointed[row], merged_in[u])
                known = knowledge(home, since, q["knowledge_half_life"])
                local = 1.0 - q["knowledge_response"] * (1.0 - known)
                learnt = np.float64(training[row])
                supplied += hours[row]
                administration_ += hours[row] * productivity(ability_administration[row] + learnt)
                service += hours[row] * productivity(ability_service[row] + learnt) * local
                economy += hours[row] * productivity(ability_economy[row] + learnt)
        decisions[u] = decisions_supplied(
            leaders, deputies, guests, q["leader_capacity"], q["leader_friction"],
            q["deputy_capacity"], q["first_secretary_capacity"],
        )  # fmt: skip
        record = out[u]
        record["cadres"] = cadres
        record["supplied"] = supplied
        record["friction"] = q["friction"] * supplied if leaders > 1 else 0.0
        anybody = supplied > 0.0
        record["administration_productivity"] = administration_ / supplied if anybody else 1.0
        record["service_productivity"] = service / supplied if anybody else 1.0
        record["economy_productivity"] = economy / supplied if anybody else 1.0
    return decisions


@kernel
def _demand(
    month: int,
    p: Records,
    unit_start: I8,
    unit_villages: I8,
    residents: F8,
    requests: F8,
    groups: F8,
    projects: F8,
    merged_in: I8,
    lines: F8,
    relief: F8,
    rescale: F8,
    meetings: F8,
    decisions: F8,
    link_growth: F8,
    link_trust: F8,
    out: Records,
) -> None:
    """Fill `out` with what is asked of each unit, and how the hours left are shared.

    `decisions` are those that its leaders can take; `out` already says what cadres supply.
    """
    q = p[0]
    reference = q["reference_hours"] * q["reference_posts"] * q["admin_share"]
    fixed = reference * q["admin_fixed_share"]
    per_line = min(q["line_hours"], fixed / max(q["lines_before"], 1.0))
    per_unit = fixed - per_line * q["lines_before"]
    per_resident = (reference - fixed) / q["reference_residents"]
    for u in range(unit_start.size - 1):
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        people, asked_requests, group_count = 0.0, 0.0, 0.0
        for k in range(first, last):
            v = unit_villages[k]
            people += residents[v]
            asked_requests += requests[v]
            group_count += groups[v]
        record, can = out[u], decisions[u]
        record["administration"] = administration(
            people, last - first, lines[u], month - merged_in[u], relief[u], rescale[u], per_unit,
            per_resident, per_line, q["merge_hours"], q["merge_half_life"],
        )  # fmt: skip
        record["coordination"] = coordination(record["cadres"], q["pair_hours"])
        record["meetings"] = meetings[u]
        needed = decisions_asked(
            asked_requests, group_count, projects[u], q["decisions_base"],
            q["decisions_per_request"], q["decisions_per_group"], q["decisions_per_project"],
        )  # fmt: skip
        record["leadership"] = min(1.0, can / needed)
        record["leader_load"] = needed / can if can > 0.0 else math.nan
        effective = record["leadership"] * (record["supplied"] - record["friction"])
        mandatory = record["administration"] / record["administration_productivity"]
        mandatory += record["coordination"]
        mandatory += meetings[u]
        record["projects"] = q["project_hours"] * projects[u] if q["load"] == OVERTIME else 0.0
        mandatory += record["projects"]
        free = max(effective - mandatory, q["front_desk_share"] * effective)
        record["borrowed"] = 0.0
        if q["load"] == OVERTIME:
            waits = q["paperwork_waits"] * administration_spent(record)
            record["borrowed"] = borrowed(effective, free, mandatory, waits)
        skill_service, skill_economy = (
            record["service_productivity"],
            record["economy_productivity"],
        )
        share = service_share(
            skill_service, skill_economy, link_trust[u], link_growth[u], q["service_share"],
            q["ability_response"], q["reward_response"],
        )  # fmt: skip
        record["service_hours"] = free * share + record["borrowed"]
        record["service_offered"] = record["service_hours"] * skill_service
        record["economy_offered"] = free * (1.0 - share)


def step(county: "CountyModel") -> None:
    """Work out this month's hours of every unit."""
    borders, levers = county.borders, county.levers
    left = (1.0 - county.values.hours.contact_lines) ** levers.contact_departments
    left *= 1.0 - specialists.taken(county)
    decisions = _supply(
        county.month,
        county.values.hours.record,
        county.values.livelihood.local_wage,
        county.slots,
        borders.start,
        borders.villages,
        county.world.registered,
        borders.merged_in,
        county.town_km,
        levers.pay_professional,
        *county.cadres.columns("post", "birth_month", "appointed", "pay", *ABILITIES),
        *county.cadres.columns("training", "burnout", "commutes", "hours"),
        county.hours,
    )
    decisions += (
        levers.contact_leaders
        * county.values.hours.contact_capacity
        * county.values.hours.leader_capacity
    )
    _demand(
        county.month,
        county.values.hours.record,
        borders.start,
        borders.villages,
        county.flows["residents"],
        county.flows["requests"],
        borders.groups,
        projects_under_way(county),
        borders.merged_in,
        levers.lines * (1.0 - levers.ledgers) * left,
        levers.relief * county.values.hours.relief_hours,
        levers.rescale,
        county.meeting_hours,
        decisions,
        levers.pay_growth,
        levers.pay_trust,
        county.hours,
    )


@rule
def administration_spent(hours: Records) -> float:
    """Return the hours that a unit's cadres spend on administration in a month."""
    return hours["administration"] / max(hours["administration_productivity"], 0.5)


@rule
def coordination_spent(hours: Records) -> float:
    """Return the hours they spend on each other, or lose between two leaders."""
    return hours["coordination"] + hours["friction"]
