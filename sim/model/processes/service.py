"""Service: who of those with a need (`sim.model.processes.needs`) is served.

Capacity is the cadres' service hours. What waits and what is new share them alike, month by
month (processor sharing): reach falls in proportion to overload, and some of the waiting give up.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import ELDER
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, U2, U8, Records, kernel, rule
from sim.model.draws import uniform
from sim.model.processes import errands, family
from sim.model.processes.desks import fill_chances
from sim.model.processes.needs import needs_pass, persons_drawn, update_experience
from sim.model.processes.offers import (
    extra_outposts,
    helping,
    offers_of,
    open_site_km,
    settled_share,
    staff,
)
from sim.model.processes.travel import calling, road_hours, road_left
from sim.model.processes.turning import STREAMS
from sim.model.processes.ways import GAVE_UP, GROUP_LEADER, NO_NEED, OFFICE, OUTPOST, WAYS

if TYPE_CHECKING:
    from sim.model.county import CountyModel

GIVEN_UP, DEFERRABLE = range(2)  # forms of `errands`


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
def beyond_duty(asked: float, at_outposts: float, duty: float) -> float:
    """Return the share of hours asked that is not had in hours on duty at outposts anyway."""
    return 1.0 - min(at_outposts, duty) / asked if asked > 0.0 else 1.0


@rule
def arrived(share: float, asked: float, fresh: float) -> float:
    """Return the hours that errands ask when they come first, or are done.

    An errand that was not done and asks again asks nothing more.
    """
    return share * asked + (1.0 - share) * fresh


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
        asked, fresh, at_outposts, waiting, visits, wanted = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(first, last):
            v = unit_villages[k]
            asked += flows[v]["minutes"] / 60.0
            fresh += flows[v]["minutes_new"] / 60.0
            at_outposts += flows[v]["minutes_outpost"] / 60.0
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
        beyond = beyond_duty(asked, at_outposts, duty)
        asked, fresh = asked * beyond, fresh * beyond
        capacity = max(0.0, offered - visited - duty)
        share = served_share(capacity, waiting, asked)
        left = next_backlog(share, waiting, asked, q["abandonment"])
        backlog[u] = 0.0 if q["errands"] == DEFERRABLE else left  # those wait with people
        work = asked + waiting
        record["service_used"] = (share * work + visited + duty) / productivity
        record["service_asked"] = (work + asked_visits + duty) / productivity
        came = arrived(share, asked, fresh)
        record["service_arrived"] = (came + asked_visits + duty) / productivity
        record["visit_hours"] = visited / productivity
        there = record["cadres"] > 0
        for k in range(first, last):
            v = unit_villages[k]
            served[v, 0] = share if there else 0.0
            served[v, 1] = (helped + visited) / visits if visits > 0.0 else 0.0
            wait[v] = min(12.0, left / max(capacity, 1.0))
            visit_room[v] = min(1.0, (kept + helper_hours[u]) / wanted) if wanted > 0.0 else 1.0


@kernel
def _outcome_pass(  # noqa: PLR0915  (one loop over rows)
    month: int,
    key: np.uint64,
    p: Records,
    village_start: I8,
    group_start: I8,
    identity: U8,
    weight: F8,
    served: F8,
    offers: Records,
    remote: B1,
    alone: B1,
    office_km: F8,
    site_km: F8,
    birth_month: I2,
    asking: I4,
    asking_start: I8,
    needs: U1,
    channel: U1,
    ways: U1,
    experience: F4,
    errands_well: U2,
    errands_badly: U2,
    flows: Records,
) -> None:
    """Say who of those with needs was served, let each remember it, add it up by old village."""
    q, chance, g = p[0], np.zeros(WAYS), 0
    errands_well[:], errands_badly[:] = 0, 0
    for v in range(weight.size):
        offer, flow, persons = offers[v], flows[v], persons_drawn(weight[v])
        fill_chances(served[v, 0], served[v, 1], offer, chance)
        all_met, elderly, elderly_met, far, far_met = 0.0, 0.0, 0.0, 0.0, 0.0
        road, road_elderly, road_far, trips, in_vain = 0.0, 0.0, 0.0, 0.0, 0.0
        lonely, lonely_met, road_alone = 0.0, 0.0, 0.0
        for k in range(asking_start[v], asking_start[v + 1]):
            row, who = village_start[v] + asking[k], identity[v] + np.uint64(asking[k])
            while row >= group_start[g + 1]:
                g += 1
            count = int(needs[row])
            met = 0
            if channel[row] != NO_NEED:
                met = 1 if uniform(key, who) < chance[channel[row]] else 0
                experience[row] = update_experience(experience[row], met, q["experience_memory"])
                errands_well[row] += met
                errands_badly[row] += 1 - met
            settled = float(met * count)
            if persons > 1.0:
                settled = 0.0
                for way in range(GROUP_LEADER, GAVE_UP):
                    settled += ways[row, way] * chance[way]
            elder = month - birth_month[row] >= ELDER
            office, outpost = ways[row, OFFICE], ways[row, OUTPOST]
            if persons <= 1.0:
                office = count if channel[row] == OFFICE else 0
                outpost = count if channel[row] == OUTPOST else 0
            speed = q["road_speed_elderly"] if elder else q["road_speed"]
            to_office, to_site = road_hours(office_km[g], speed), road_hours(site_km[g], speed)
            hours, gone, vain = calling(office, outpost, offer, to_office, to_site, q["site_wait"])
            trips, in_vain = trips + gone, in_vain + vain
            all_met += settled
            road += hours
            if elder:
                elderly += count
                elderly_met += settled
                road_elderly += hours
            if remote[g]:
                far += count
                far_met += settled
                road_far += hours
            if alone[row]:
                lonely, lonely_met = lonely + count, lonely_met + settled
                road_alone += hours
        each = weight[v] / persons
        flow["met"] = all_met * each
        flow["needs_elderly"], flow["met_elderly"] = elderly * each, elderly_met * each
        flow["needs_remote"], flow["met_remote"] = far * each, far_met * each
        flow["trips"], flow["trips_in_vain"] = trips * each, in_vain * each
        flow["travel"], flow["travel_remote"] = road * each, road_far * each
        flow["travel_elderly"], flow["travel_alone"] = road_elderly * each, road_alone * each
        flow["needs_alone"], flow["met_alone"] = lonely * each, lonely_met * each


def begin(county: "CountyModel", offers: Records, settled: F8) -> tuple:
    """Draw needs, and which way they turn; return who has any, and the road, for `finish`."""
    site_km = open_site_km(county, offers)
    world, borders, people = county.world, county.borders, county.villagers
    asking = np.empty(len(people), dtype=np.int32)
    asking_start = np.empty(county.village_start.size, dtype=np.int64)
    needs_pass(
        county.month, county.keys(*STREAMS), county.values.service.record, county.village_start,
        county.group_start, world.identity, county.weight, borders.near, borders.near_office,
        borders.site, site_km, borders.office_km, settled, borders.remote, people["alone"], offers,
        *people.columns("birth_month", "labour"), family.online(county), people["trust"], asking,
        asking_start, *people.columns("needs", "channel"), county.ways, county.flows,
    )  # fmt: skip
    return asking, asking_start, site_km


def finish(county: "CountyModel", offers: Records, found: tuple) -> None:
    """Say who of those with needs was served."""
    asking, asking_start, site_km = found
    world, borders, people = county.world, county.borders, county.villagers
    _outcome_pass(
        county.month, county.key("service.served"), county.values.service.record,
        county.village_start, county.group_start, world.identity, county.weight,
        county.share_served, offers, borders.remote, people["alone"], borders.office_km, site_km,
        people["birth_month"], asking, asking_start, *people.columns("needs", "channel"),
        county.ways, *people.columns("experience", "errands_well", "errands_badly"), county.flows,
    )  # fmt: skip


def step(county: "CountyModel") -> None:
    """Run the month's needs or errands, queue and outcomes."""
    of_service, borders = county.values.service, county.borders
    borders.open_outposts(extra_outposts(county))
    borders.run_buses(road_left.py_func(county.levers.buses, of_service.bus_cost))
    staff(county)
    offers, settled = offers_of(county), settled_share(county)
    waiting = of_service.errands == DEFERRABLE
    found = (errands.begin if waiting else begin)(county, offers, settled)
    _queue_pass(
        of_service.record, borders.start, borders.villages, county.flows,
        county.levers.home_visits, helping(county), county.backlog, county.hours,
        county.share_served, county.waiting_months, county.visit_share,
    )  # fmt: skip
    county.outpost_bill = of_service.outpost_cost * borders.outpost * offers["opening"]
    if waiting:
        errands.finish(county, offers, found)
    else:
        finish(county, offers, found)
