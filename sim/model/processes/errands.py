"""Errands: what residents have to do at the village, which waits until it is done or runs out.

Each month an errand (`sim.model.processes.kinds`) goes its way, or waits. Who goes to the office or
an outpost takes along what else he has, so that a longer road means fewer, fuller journeys: it
costs people hours before it costs them service. A desk where nobody is found, or whose queue is
too long, leaves errands open. In the other form, `sim.model.processes.needs`, every need is met in
the month in which it arises, or never by those who have it.

A person goes one way with each; a row that stands for several has the errands of all, which go
every way in its share (`sim.model.processes.errands_of_rows`).
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import ELDER
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, U2, U8, Records, kernel
from sim.model.draws import beside, uniform
from sim.model.processes import errands_of_rows, family, handing
from sim.model.processes.arising import (
    COUNT,
    HANDED,
    LEADER,
    MOST_OVERDUE,
    STREAMS,
    WAY,
    arise,
    kind_in,
    listed,
)
from sim.model.processes.desks import fill_chances, minutes_of, reaching, wish
from sim.model.processes.kinds import (
    KINDS,
    MANDATORY_1,
    MANDATORY_2,
    NONE,
    OPTIONAL_1,
    OVERDUE,
    goes_alone,
    is_new,
    runs_out,
    waits_as,
    way_at,
    weights,
)
from sim.model.processes.needs import update_experience
from sim.model.processes.offers import open_site_km
from sim.model.processes.travel import calling, road_hours
from sim.model.processes.turning import contact_tendency, visit_minutes
from sim.model.processes.ways import GAVE_UP, GROUP_LEADER, OFFICE, OUTPOST, VISIT, WAITS, WAYS

if TYPE_CHECKING:
    from sim.model.county import CountyModel


@kernel
def chances_to_go(
    p: Records,
    office_km: F8,
    outpost_km: F8,
    near: F8,
    near_office: F8,
    out: F8,
) -> None:
    """Fill `goes_alone` (G, 2, 2, kinds): under 60 and over, to the nearer site, to the office."""
    q = p[0]
    for g in range(office_km.size):
        for old in range(2):
            speed = q["road_speed_elderly"] if old else q["road_speed"]
            for at_office in range(2):
                km = office_km[g] if at_office else min(office_km[g], outpost_km[g])
                share = near_office[g, old] if at_office else near[g, old]
                for kind in range(KINDS):
                    out[g, old, at_office, kind] = goes_alone(
                        kind, road_hours(km, speed), share, q["errand_readiness"],
                        q["errand_pressure"], q["road_cost"],
                    )  # fmt: skip


@kernel
def turn(
    month: int,
    keys: U8,
    p: Records,
    village_start: I8,
    group_start: I8,
    identity: U8,
    chances: F8,
    site: U1,
    site_km: F8,
    office_km: F8,
    settled: F8,
    offers: Records,
    birth_month: I2,
    digital: B1,
    trust: F4,
    start: I8,
    at: I4,
    number: I4,
    way: U1,
    flows: Records,
) -> None:
    """Say which way every errand goes, and what cadres' minutes visits cost."""
    q, g = p[0], 0
    for v in range(offers.size):
        offer = offers[v]
        wanted, visits, made, row, contact = 0.0, 0.0, 0, -1, 1.0
        for e in range(start[v], start[v + 1]):
            if at[e] != row:
                row = at[e]
                contact = contact_tendency(
                    trust[row], offer["wait"], q["trust_response"], q["queue_response"]
                )
            while row >= group_start[g + 1]:
                g += 1
            lot = beside(identity[v] + np.uint64(row - village_start[v]), number[e])
            kind, old = kind_in(number[e]), 1 if month - birth_month[row] >= ELDER else 0
            if is_new(kind) and uniform(keys[LEADER], lot) < settled[g]:
                way[e] = GROUP_LEADER  # or never: what a leader cannot settle does not change
                continue
            visited = (old and offer["visit_elderly"]) or site_km[g] >= offer["visit_km"]
            weighed = weights(
                kind, chances[g, old, 0, kind], chances[g, old, 1, kind], site[g], digital[row],
                visited, contact, offer, q,
            )  # fmt: skip
            to = way_at(uniform(keys[WAY], lot), weighed)
            way[e] = to
            trip = visit_minutes(
                q["minutes_visit"], office_km[g], q["visit_speed"], q["visits_per_trip"]
            )
            wanted += trip * wish(contact, weighed, q) if visited else 0.0
            visits, made = visits + trip * (to == VISIT), made + (to == VISIT)
        flow = flows[v]
        flow["visits_wanted"], flow["visit_minutes"], flow["visits"] = wanted, visits, made


@kernel
def go(
    month: int,
    p: Records,
    group_start: I8,
    site_km: F8,
    office_km: F8,
    remote: B1,
    alone: B1,
    offers: Records,
    birth_month: I2,
    channel: U1,
    start: I8,
    at: I4,
    number: I4,
    way: U1,
    flows: Records,
) -> None:
    """Let those who go take along what else they have; count journeys, and what desks are asked."""
    q, g, asks, reach = p[0], 0, np.empty(WAYS + 1), np.empty(WAYS + 1)
    for v in range(offers.size):
        offer, flow = offers[v], flows[v]
        for to in range(WAYS + 1):
            asks[to], reach[to] = minutes_of(to, q, offer), reaching(to, offer)
        e, minutes, fresh, at_outposts, requests = start[v], 0.0, 0.0, 0.0, 0.0
        road, road_elderly, road_far, trips, in_vain = 0.0, 0.0, 0.0, 0.0, 0.0
        road_alone = 0.0
        while e < start[v + 1]:
            row, first, office, outpost = at[e], e, 0, 0
            while e < start[v + 1] and at[e] == row:
                office, outpost = office + (way[e] == OFFICE), outpost + (way[e] == OUTPOST)
                e += 1
            while row >= group_start[g + 1]:
                g += 1
            for j in range(first, e):
                if way[j] == WAITS and office + outpost > 0:
                    way[j] = OFFICE if office > 0 else OUTPOST
                kind, to = kind_in(number[j]), way[j]
                minutes, fresh = minutes + asks[to], fresh + asks[to] * is_new(kind)
                at_outposts += asks[to] if to == OUTPOST else 0.0
                requests += reach[to] if kind != OVERDUE else 0.0
            lost = way[first] == WAITS and runs_out(kind_in(number[first]))
            channel[row] = GAVE_UP if lost else way[first]
            old = month - birth_month[row] >= ELDER
            speed = q["road_speed_elderly"] if old else q["road_speed"]
            hours, gone, vain = calling(
                min(office, 1), min(outpost, 1), offer, road_hours(office_km[g], speed),
                road_hours(site_km[g], speed), q["site_wait"],
            )  # fmt: skip
            road, trips, in_vain = road + hours, trips + gone, in_vain + vain
            road_elderly += hours if old else 0.0
            road_far += hours if remote[g] else 0.0
            road_alone += hours if alone[row] else 0.0
        flow["minutes"], flow["minutes_new"], flow["requests"] = minutes, fresh, requests
        flow["minutes_outpost"] = at_outposts
        flow["trips"], flow["trips_in_vain"] = trips, in_vain
        flow["travel"], flow["travel_elderly"], flow["travel_remote"] = road, road_elderly, road_far
        flow["travel_alone"] = road_alone


@kernel
def settle(
    month: int,
    key: np.uint64,
    memory: float,
    village_start: I8,
    group_start: I8,
    identity: U8,
    served: F8,
    offers: Records,
    remote: B1,
    alone: B1,
    birth_month: I2,
    start: I8,
    at: I4,
    number: I4,
    way: U1,
    optional_1: U1,
    mandatory_1: U1,
    mandatory_2: U1,
    overdue: U2,
    experience: F4,
    errands_well: U2,
    errands_badly: U2,
    flows: Records,
) -> None:
    """Say which errands are settled, let each be remembered, and the others wait or run out."""
    chance, g = np.zeros(WAYS + 1), 0
    errands_well[:], errands_badly[:] = 0, 0
    for v in range(offers.size):
        offer, flow = offers[v], flows[v]
        fill_chances(served[v, 0], served[v, 1], offer, chance)
        for to in range(WAYS):
            flow["channel"][to] = 0.0
        ended, met, elderly, elderly_met, far, far_met, late = 0, 0, 0, 0, 0, 0, 0
        lonely, lonely_met = 0, 0
        for e in range(start[v], start[v + 1]):
            row, kind, to = at[e], kind_in(number[e]), way[e]
            lot = beside(identity[v] + np.uint64(row - village_start[v]), number[e])
            while row >= group_start[g + 1]:
                g += 1
            done = to != WAITS and uniform(key, lot) < chance[to]
            later = NONE if done else waits_as(kind)
            optional_1[row] += later == OPTIONAL_1
            mandatory_1[row] += later == MANDATORY_1
            mandatory_2[row] += later == MANDATORY_2
            overdue[row] += later == OVERDUE and overdue[row] < MOST_OVERDUE
            late += later == OVERDUE
            ends = runs_out(kind) or (done and kind != OVERDUE)
            if to != WAITS or ends:
                experience[row] = update_experience(experience[row], 1 if done else 0, memory)
                errands_well[row] += done
                errands_badly[row] += 1 - done
            if ends:
                elder, away = month - birth_month[row] >= ELDER, remote[g]
                flow["channel"][to if done else GAVE_UP] += 1.0
                ended, met = ended + 1, met + done
                elderly, elderly_met = elderly + elder, elderly_met + (elder and done)
                far, far_met = far + away, far_met + (away and done)
                lonely, lonely_met = lonely + alone[row], lonely_met + (alone[row] and done)
        flow["needs"], flow["met"], flow["overdue"] = ended, met, late
        flow["needs_elderly"], flow["met_elderly"] = elderly, elderly_met
        flow["needs_remote"], flow["met_remote"] = far, far_met
        flow["needs_alone"], flow["met_alone"] = lonely, lonely_met


def begin(county: "CountyModel", offers: Records, settled: F8) -> tuple:
    """Let errands arise, and each go its way; return the list of them for `finish`."""
    world, borders, people = county.world, county.borders, county.villagers
    p, month, keys = county.values.service.record, county.month, county.keys(*STREAMS)
    starts = county.village_start, county.group_start
    birth_month, labour, trust, needs, channel, alone = people.columns(
        "birth_month", "labour", "trust", "needs", "channel", "alone"
    )
    digital, who = family.online(county), (borders.remote, alone)
    waiting = people.columns("optional_1", "mandatory_1", "mandatory_2", "overdue")
    asking_start, asking, count = arise(
        month, keys[COUNT], p, *starts, world.identity, county.weight, *who, birth_month, labour,
        *waiting, needs, channel, county.flows,
    )  # fmt: skip
    roads = borders.chances, borders.site, open_site_km(county, offers), borders.office_km
    if county.coarse:
        *errands, gone = errands_of_rows.ask(
            month, keys, p, *starts, world.identity, county.weight, *roads, settled, *who, offers,
            birth_month, digital, trust, *waiting, needs, channel, asking_start, asking, count,
            county.flows,
        )  # fmt: skip
        handing.of_rows(county, offers, keys[HANDED], (asking_start, asking, gone), errands)
        return tuple(errands)
    start = np.empty(county.weight.size + 1, dtype=np.int64)
    at, number = np.empty((2, count), dtype=np.int32)
    errands = start, at, number, np.empty(count, dtype=np.uint8)
    listed(
        keys, p, starts[0], world.identity, asking_start, asking, *waiting, needs, *errands[:3]
    )  # fmt: skip
    turn(
        month, keys, p, *starts, world.identity, *roads, settled, offers, birth_month, digital,
        trust, *errands, county.flows,
    )  # fmt: skip
    go(
        month, p, starts[1], *roads[2:], *who, offers, birth_month, channel, *errands, county.flows
    )  # fmt: skip
    handing.of_persons(county, offers, keys[HANDED], errands)
    return errands


def finish(county: "CountyModel", offers: Records, errands: tuple) -> None:
    """Say which errands are settled, and let the others wait or run out."""
    memory = county.values.service.experience_memory
    where = county.village_start, county.group_start, county.world.identity
    alone, birth_month, channel, *waiting = county.villagers.columns(
        "alone", "birth_month", "channel", "optional_1", "mandatory_1", "mandatory_2", "overdue"
    )
    remembered = county.villagers.columns("experience", "errands_well", "errands_badly")
    who = county.borders.remote, alone, birth_month
    if county.coarse:
        errands_of_rows.settle(
            county.month, county.keys("errands.left", "errands.served"), memory, *where,
            county.weight, county.share_served, offers, *who, *errands, *waiting, channel,
            *remembered, county.flows,
        )  # fmt: skip
        return
    settle(
        county.month, county.key("errands.served"), memory, *where, county.share_served, offers,
        *who, *errands, *waiting, *remembered, county.flows,
    )  # fmt: skip
