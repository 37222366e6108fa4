"""Errands: what residents have to do at the village, which waits until it is done or runs out.

Each month an errand (`sim.model.processes.kinds`) goes its way, or waits. Who goes to the office or
an outpost takes along what else he has, so that a longer road means fewer, fuller journeys: it
costs people hours before it costs them service. A desk where nobody is found, or whose queue is
too long, leaves errands open. In the other form, `sim.model.processes.needs`, every need is met in
the month in which it arises, or never by those who have it.

A row of k persons has the errands of k persons, each somebody's: they go their ways one by one.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import ELDER
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, U2, U8, Records, kernel, rule
from sim.model.draws import beside, uniform
from sim.model.processes.arising import (
    ALONG,
    ELIGIBLE,
    LEADER,
    MOST_OVERDUE,
    OPEN,
    OTHER_WAY,
    PLACES,
    ROOM,
    STREAMS,
    WAY,
    arise,
    listed,
)
from sim.model.processes.kinds import (
    KINDS,
    MANDATORY,
    MANDATORY_1,
    MANDATORY_2,
    NONE,
    OPTIONAL_1,
    OVERDUE,
    URGENT,
    goes_alone,
    is_new,
    waits_as,
    way_at,
)
from sim.model.processes.needs import persons_drawn, update_experience
from sim.model.processes.travel import calling, road_hours
from sim.model.processes.turning import contact_tendency, visit_minutes
from sim.model.processes.ways import (
    GAVE_UP,
    GROUP_LEADER,
    OFFICE,
    ONLINE,
    OUTPOST,
    PHONE,
    PROXY,
    VISIT,
    WAITS,
    WAYS,
)

if TYPE_CHECKING:
    from sim.model.county import CountyModel


@rule
def kind_in(number: int) -> int:
    """Return the kind of the errand of a number."""
    return min(number >> PLACES, OVERDUE)


@rule
def among(errands: int, share: float) -> float:
    """Return the chance that somebody has one of so many errands, each his with chance `share`."""
    none = 1.0
    for _ in range(errands):
        none *= 1.0 - share
    return 1.0 - none


@rule
def minutes_of(way: int, q: Records, offer: Records) -> float:
    """Return the minutes that an errand asks of cadres at a desk or on the telephone."""
    if way == OFFICE:
        return offer["minutes_office"] * offer["attended"]
    if way == OUTPOST:
        return q["minutes_outpost"] * offer["outpost_attended"]
    if way == ONLINE:
        return q["minutes_online"]
    if way == PHONE:
        return q["minutes_phone"]
    return q["minutes_proxy"] * offer["attended"] if way == PROXY else 0.0


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
    weight: F8,
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
    for v in range(weight.size):
        offer, each = offers[v], weight[v] / persons_drawn(weight[v])
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
            online = digital[row] and uniform(keys[ELIGIBLE], lot) < offer["eligible"]
            shut = site[g] == OUTPOST and uniform(keys[OPEN], lot) >= offer["opening"]
            visited = (old and offer["visit_elderly"]) or site_km[g] >= offer["visit_km"]
            ready, here = chances[g, old, int(shut), kind], OFFICE if shut else int(site[g])
            phone = q["phone_attraction"] if kind < MANDATORY else 0.0
            proxy = offer["proxy"] if kind != URGENT else 0.0
            net, visit = offer["online"] * online, q["visit_attraction"] * visited
            luck = uniform(keys[WAY], lot)
            to = way_at(luck, ready, here, phone, proxy, net, visit, contact)
            if to == VISIT:
                trip = visit_minutes(
                    q["minutes_visit"], office_km[g], q["visit_speed"], q["visits_per_trip"]
                )
                wanted += trip
                if uniform(keys[ROOM], lot) < offer["visit_room"]:
                    visits, made = visits + trip, made + 1
                else:
                    luck = uniform(keys[OTHER_WAY], lot)
                    to = way_at(luck, ready, here, phone, proxy, net, 0.0, contact)
            way[e] = to
        flow = flows[v]
        flow["visits_wanted"], flow["visit_minutes"] = wanted * each, visits * each
        flow["visits"] = made * each


@kernel
def go(
    month: int,
    key: np.uint64,
    p: Records,
    village_start: I8,
    group_start: I8,
    identity: U8,
    weight: F8,
    site_km: F8,
    office_km: F8,
    remote: B1,
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
    q, g = p[0], 0
    for v in range(weight.size):
        offer, persons, flow = offers[v], persons_drawn(weight[v]), flows[v]
        e, minutes, requests = start[v], 0.0, 0
        road, road_elderly, road_far, trips, in_vain = 0.0, 0.0, 0.0, 0.0, 0.0
        while e < start[v + 1]:
            row, first, office, outpost = at[e], e, 0, 0
            while e < start[v + 1] and at[e] == row:
                office, outpost = office + (way[e] == OFFICE), outpost + (way[e] == OUTPOST)
                e += 1
            while row >= group_start[g + 1]:
                g += 1
            who = identity[v] + np.uint64(row - village_start[v])
            taken = among(office + outpost, 1.0 / persons)
            for j in range(first, e):
                if way[j] == WAITS and uniform(key, beside(who, number[j])) < taken:
                    way[j] = OFFICE if office > 0 else OUTPOST
                minutes += minutes_of(way[j], q, offer)
                requests += is_new(kind_in(number[j])) and way[j] != GROUP_LEADER
            if persons <= 1.0:
                channel[row] = way[first]
            old = month - birth_month[row] >= ELDER
            speed = q["road_speed_elderly"] if old else q["road_speed"]
            to_office = persons * among(office, 1.0 / persons)
            to_outpost = persons * among(outpost, 1.0 / persons)
            hours, gone, vain = calling(
                to_office, to_outpost, offer, road_hours(office_km[g], speed),
                road_hours(site_km[g], speed), q["site_wait"],
            )  # fmt: skip
            road, trips, in_vain = road + hours, trips + gone, in_vain + vain
            road_elderly += hours if old else 0.0
            road_far += hours if remote[g] else 0.0
        each = weight[v] / persons
        flow["minutes"], flow["requests"] = minutes * each, requests * each
        flow["trips"], flow["trips_in_vain"] = trips * each, in_vain * each
        flow["travel"], flow["travel_elderly"] = road * each, road_elderly * each
        flow["travel_remote"] = road_far * each


@kernel
def settle(
    month: int,
    keys: U8,
    memory: float,
    village_start: I8,
    group_start: I8,
    identity: U8,
    weight: F8,
    served: F8,
    offers: Records,
    remote: B1,
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
    flows: Records,
) -> None:
    """Say which errands are settled, let each be remembered, and the others wait or run out.

    ``keys`` are those of the luck at the desk and of whose errand it is.
    """
    chance = np.zeros(WAYS + 1)
    chance[GROUP_LEADER] = 1.0
    g = 0
    for v in range(weight.size):
        offer, flow, persons = offers[v], flows[v], persons_drawn(weight[v])
        # in single precision: the last bits of a double differ between machines
        chance[OFFICE] = np.float32(served[v, 0] * offer["attended"])
        chance[OUTPOST] = np.float32(served[v, 0] * offer["outpost_attended"])
        chance[PROXY] = chance[OFFICE]  # a proxy's journeys are nobody's here
        chance[ONLINE] = chance[PHONE] = np.float32(served[v, 0])
        chance[VISIT] = np.float32(served[v, 1])
        each = weight[v] / persons
        for to in range(WAYS):
            flow["channel"][to] = 0.0
        ended, met, elderly, elderly_met, far, far_met, late = 0, 0, 0, 0, 0, 0, 0
        for e in range(start[v], start[v + 1]):
            row, kind, to = at[e], kind_in(number[e]), way[e]
            lot = beside(identity[v] + np.uint64(row - village_start[v]), number[e])
            while row >= group_start[g + 1]:
                g += 1
            done = to != WAITS and uniform(keys[0], lot) < chance[to]
            later = NONE if done else waits_as(kind)
            optional_1[row] += later == OPTIONAL_1
            mandatory_1[row] += later == MANDATORY_1
            mandatory_2[row] += later == MANDATORY_2
            overdue[row] += later == OVERDUE and overdue[row] < MOST_OVERDUE
            late += later == OVERDUE
            in_time = done and kind != OVERDUE
            ends = in_time or (kind != OVERDUE and later in (NONE, OVERDUE))
            if (to != WAITS or ends) and (persons <= 1.0 or uniform(keys[1], lot) < 1.0 / persons):
                experience[row] = update_experience(experience[row], 1 if done else 0, memory)
            if ends:
                elder, away = month - birth_month[row] >= ELDER, remote[g]
                flow["channel"][to if done else GAVE_UP] += each
                ended, met = ended + 1, met + done
                elderly, elderly_met = elderly + elder, elderly_met + (elder and done)
                far, far_met = far + away, far_met + (away and done)
        flow["needs"], flow["met"], flow["overdue"] = ended * each, met * each, late * each
        flow["needs_elderly"], flow["met_elderly"] = elderly * each, elderly_met * each
        flow["needs_remote"], flow["met_remote"] = far * each, far_met * each


def begin(county: "CountyModel", offers: Records, settled: F8, site_km: F8) -> tuple:
    """Let errands arise, and each go its way; return the list of them for `finish`."""
    world, borders, people = county.world, county.borders, county.villagers
    p, month, keys = county.values.service.record, county.month, county.keys(*STREAMS)
    starts = county.village_start, county.group_start
    birth_month, labour, digital, trust, needs, channel = people.columns(
        "birth_month", "labour", "digital", "trust", "needs", "channel"
    )
    waiting = people.columns("optional_1", "mandatory_1", "mandatory_2", "overdue")
    count = arise(
        month, keys, p, *starts, world.identity, county.weight, borders.remote, birth_month,
        labour, *waiting, needs, channel, county.flows,
    )  # fmt: skip
    start = np.empty(county.weight.size + 1, dtype=np.int64)
    at, number = np.empty((2, count), dtype=np.int32)
    way = np.empty(count, dtype=np.uint8)
    listed(keys, p, starts[0], world.identity, labour, *waiting, needs, start, at, number)
    errands = start, at, number, way
    turn(
        month, keys, p, *starts, world.identity, county.weight, borders.chances, borders.site,
        site_km, borders.office_km, settled, offers, birth_month, digital, trust, *errands,
        county.flows,
    )  # fmt: skip
    go(
        month, keys[ALONG], p, *starts, world.identity, county.weight, site_km, borders.office_km,
        borders.remote, offers, birth_month, channel, *errands, county.flows,
    )  # fmt: skip
    return errands


def finish(county: "CountyModel", offers: Records, open_errands: tuple) -> None:
    """Say which errands are settled, and let the others wait or run out."""
    people, of_service = county.villagers, county.values.service
    settle(
        county.month, county.keys("service.served", "service.own"), of_service.experience_memory,
        county.village_start, county.group_start, county.world.identity, county.weight,
        county.share_served, offers, county.borders.remote, people["birth_month"], *open_errands,
        *people.columns("optional_1", "mandatory_1", "mandatory_2", "overdue", "experience"),
        county.flows,
    )  # fmt: skip
