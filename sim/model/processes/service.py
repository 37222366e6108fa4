"""Service: who of those with a need (`sim.model.processes.needs`) is served.

Capacity is the cadres' service hours. What waits and what is new share them alike, month by
month (processor sharing): reach falls in proportion to overload, and some of the waiting give up.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import ELDER
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, U8, Records, kernel, rule
from sim.model.draws import uniform
from sim.model.processes.needs import (
    GAVE_UP,
    GROUP_LEADER,
    NO_NEED,
    OFFICE,
    ONLINE,
    OUTPOST,
    STREAMS,
    VISIT,
    needs_pass,
    persons_drawn,
)
from sim.model.processes.offers import (
    extra_outposts,
    helping,
    offers_of,
    open_site_km,
    settled_share,
    staff,
)

if TYPE_CHECKING:
    from sim.model.county import CountyModel


@rule
def served_share(capacity: float, waiting: float, asked: float) -> float:
    """Return the share of the work, waiting or new, that is done this month."""
    work = waiting + asked
    return min(1.0, capacity / work) if work > 0.0 else 1.0


@rule
def next_backlog(share: float, waiting: float, asked: float, abandonment: float) -> float:
    """Return the work left waiting: some of what waited already is given up."""
    return (waiting * (1.0 - abandonment) + asked) * (1.0 - share)


@rule
def update_experience(experience: float, met: float, weight: float) -> float:
    """Return the running share of one's own needs that were met."""
    return experience + weight * (met - experience)


@kernel
def _queue_pass(
    p: Records,
    unit_start: I8,
    unit_villages: I8,
    flows: Records,
    visit_hours: F8,
    helper_hours: F8,
    backlog: F8,
    hours: Records,
    served: F8,
    wait: F8,
    visit_room: F8,
) -> None:
    """Share out service and helpers' hours; `served` (desk, visits), `wait`, by old village."""
    q = p[0]
    for u in range(unit_start.size - 1):
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        asked, waiting, visits, wanted = 0.0, 0.0, 0.0, 0.0
        for k in range(first, last):
            v = unit_villages[k]
            asked += flows[v]["minutes"] / 60.0
            visits += flows[v]["visit_minutes"] / 60.0
            wanted += flows[v]["visits_wanted"] / 60.0
            waiting += backlog[v]
            backlog[v] = 0.0
        record = hours[u]
        productivity = record["service_productivity"]
        offered = record["service_offered"]
        helped = min(visits, helper_hours[u])
        kept = visit_hours[u] * offered
        visited = min(visits - helped, kept)
        asked_visits = visits - helped if kept > 0.0 else 0.0
        duty = record["duty"] * productivity
        capacity = max(0.0, offered - visited - duty)
        share = served_share(capacity, waiting, asked)
        backlog[u] = next_backlog(share, waiting, asked, q["abandonment"])
        work = asked + waiting
        record["service_used"] = (share * work + visited + duty) / productivity
        record["service_asked"] = (work + asked_visits + duty) / productivity
        record["service_arrived"] = (asked + asked_visits + duty) / productivity
        record["visit_hours"] = visited / productivity
        there = record["cadres"] > 0
        for k in range(first, last):
            v = unit_villages[k]
            served[v, 0] = share if there else 0.0
            served[v, 1] = (helped + visited) / visits if visits > 0.0 else 0.0
            wait[v] = min(12.0, backlog[u] / max(capacity, 1.0))
            visit_room[v] = min(1.0, (kept + helper_hours[u]) / wanted) if wanted > 0.0 else 1.0


@kernel
def _outcome_pass(
    month: int,
    key: np.uint64,
    memory: float,
    village_start: I8,
    group_start: I8,
    identity: U8,
    weight: F8,
    served: F8,
    offers: Records,
    remote: B1,
    birth_month: I2,
    asking: I4,
    asking_start: I8,
    needs: U1,
    channel: U1,
    ways: U1,
    experience: F4,
    flows: Records,
) -> None:
    """Say who of those with needs was served, let each remember it, add it up by old village."""
    chance = np.zeros(7)
    chance[GROUP_LEADER] = 1.0
    g = 0
    for v in range(weight.size):
        # in single precision: the last bits of a double differ between machines
        chance[OFFICE] = np.float32(served[v, 0] * offers[v]["attended"])
        chance[OUTPOST] = np.float32(served[v, 0] * offers[v]["outpost_attended"])
        chance[ONLINE] = np.float32(served[v, 0])
        chance[VISIT] = np.float32(served[v, 1])
        persons = persons_drawn(weight[v])
        all_met, elderly, elderly_met, far, far_met = 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(asking_start[v], asking_start[v + 1]):
            row, who = village_start[v] + asking[k], identity[v] + np.uint64(asking[k])
            while row >= group_start[g + 1]:
                g += 1
            count = int(needs[row])
            met = 0
            if channel[row] != NO_NEED:
                met = 1 if uniform(key, who) < chance[channel[row]] else 0
                experience[row] = update_experience(experience[row], met, memory)
            settled = float(met * count)
            if persons > 1.0:
                settled = 0.0
                for way in range(GROUP_LEADER, GAVE_UP):
                    settled += ways[row, way] * chance[way]
            all_met += settled
            if month - birth_month[row] >= ELDER:
                elderly += count
                elderly_met += settled
            if remote[g]:
                far += count
                far_met += settled
        each, flow = weight[v] / persons, flows[v]
        flow["met"] = all_met * each
        flow["needs_elderly"], flow["met_elderly"] = elderly * each, elderly_met * each
        flow["needs_remote"], flow["met_remote"] = far * each, far_met * each


def step(county: "CountyModel") -> None:
    """Run the month's needs, queue and outcomes."""
    world, flows, borders = county.world, county.flows, county.borders
    birth_month, labour, digital, trust, experience, asked, channel = county.villagers.columns(
        "birth_month", "labour", "digital", "trust", "experience", "needs", "channel"
    )
    of_service, month = county.values.service, county.month
    village_start, group_start = county.village_start, county.group_start
    borders.open_outposts(extra_outposts(county))
    staff(county)
    offers, settled = offers_of(county), settled_share(county)
    asking = np.empty(birth_month.size, dtype=np.int32)
    asking_start = np.empty(village_start.size, dtype=np.int64)
    needs_pass(
        month,
        county.keys(*STREAMS),
        of_service.record,
        village_start,
        group_start,
        world.identity,
        county.weight,
        borders.near,
        borders.near_office,
        borders.site,
        open_site_km(county, offers),
        borders.office_km,
        settled,
        offers,
        birth_month,
        labour,
        digital,
        trust,
        asking,
        asking_start,
        asked,
        channel,
        county.ways,
        flows,
    )
    _queue_pass(
        of_service.record,
        borders.start,
        borders.villages,
        flows,
        county.levers.home_visits,
        helping(county),
        county.backlog,
        county.hours,
        county.share_served,
        county.waiting_months,
        county.visit_share,
    )
    county.outpost_bill = of_service.outpost_cost * borders.outpost * offers["opening"]
    _outcome_pass(
        month,
        county.key("service.served"),
        of_service.experience_memory,
        village_start,
        group_start,
        world.identity,
        county.weight,
        county.share_served,
        offers,
        borders.remote,
        birth_month,
        asking,
        asking_start,
        asked,
        channel,
        county.ways,
        experience,
        flows,
    )
