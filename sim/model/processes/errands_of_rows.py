"""Errands of a row that stands for several persons: they go every way in its share.

The rules are those of one person's errands (`sim.model.processes.errands`). Of what a person
draws, the row has what is expected: so many go each way, are taken along, are settled. Drawn are
how many errands arise and of which kinds, how many wait on, and what the row itself does, which
is one of the persons: which way its errand goes, and how it was served.
"""

import numpy as np

from sim.model.agents.villager import ELDER
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, U2, U8, Records, kernel, rule
from sim.model.draws import beside, uniform
from sim.model.processes.arising import KIND, MOST_OVERDUE, MOST_WAITING, OWN, WAY
from sim.model.processes.desks import fill_chances, minutes_of, reaching, wish
from sim.model.processes.kinds import (
    KINDS,
    MANDATORY_1,
    MANDATORY_2,
    OPTIONAL_1,
    OVERDUE,
    is_new,
    kind_of,
    runs_out,
    state_of,
    sum_of,
    waits_as,
    weights,
)
from sim.model.processes.needs import persons_drawn, update_experience
from sim.model.processes.travel import calling, road_hours
from sim.model.processes.turning import contact_tendency, visit_minutes
from sim.model.processes.ways import (
    GAVE_UP,
    GROUP_LEADER,
    NO_NEED,
    OFFICE,
    ONLINE,
    OUTPOST,
    PHONE,
    PROXY,
    VISIT,
    WAITS,
    WAYS,
)

#: what is known of a row's errands of a kind: how many are open, settled by the group's
#: leader, at desks (of those served there), and in visits (of those promised), and how many wait
AMOUNTS = 5
ALL, LED, DESK, VISITED, WAITING = range(AMOUNTS)


@rule
def one_goes(going: float, errands: int, persons: float) -> float:
    """Return the chance that a person goes, if each of the row's errands is anybody's.

    Parameters
    ----------
    going : float
        How often one of them is expected to be a journey, of all `errands`.
    errands : int
        Errands of the row that are open.
    persons : float
        Persons for whom it stands.
    """
    if going <= 0.0:
        return 0.0
    stays, none = 1.0 - min(going / (errands * persons), 1.0), 1.0
    for _ in range(errands):  # cheaper than a power, and errands are few
        none *= stays
    return 1.0 - none


@rule
def split(each: float, weighed: tuple, kind: int, out: F8) -> None:
    """Fill how many of a kind go each way: `each` for every unit of weight (`kinds.weights`)."""
    waits, office, outpost, phone, proxy, online, visit = weighed
    out[kind, WAITS], out[kind, OFFICE], out[kind, OUTPOST] = (
        each * waits, each * office, each * outpost,
    )  # fmt: skip
    out[kind, PHONE], out[kind, PROXY] = each * phone, each * proxy
    out[kind, ONLINE], out[kind, VISIT] = each * online, each * visit


@rule
def taken(going: float, errands: int, persons: float) -> tuple:
    """Return the chance that an errand that waits is taken along, by who goes with another.

    Also by how much it is less for every journey that is the errand's own beyond the mean's
    (to first order): nobody takes along what he goes with.

    Parameters
    ----------
    going, errands, persons
        As in `one_goes`.
    """
    if errands < 2 or going <= 0.0:
        return 0.0, 0.0
    others = going * (errands - 1) / errands
    share = one_goes(others, errands - 1, persons)
    return share, (1.0 - share) / (1.0 - min(others / ((errands - 1) * persons), 0.999)) / persons


@rule
def left_over(lot: float, errands: int, done: float) -> int:
    """Return how many of a row's errands wait on, at a uniform number.

    Of two each as likely; of more the expected number, rounded up or down by chance. Without
    branches: none can be foreseen.
    """
    many = int(max(errands - done, 0.0) + lot)
    met = min(done / errands, 1.0)
    none = met if errands == 1 else met * met
    every = 1.0 - met if errands == 1 else (1.0 - met) * (1.0 - met)
    few = errands if lot >= 1.0 - every else 1
    few = 0 if lot < none else few
    return many if errands > 2 else few


@rule
def take_along(share: float, office: float, outpost: float, kind: int, out: F8) -> None:
    """Move a share of what waits of a kind to the sites, as `office` and `outpost` are visited."""
    along = out[kind, WAITS] * share
    if along > 0.0:
        out[kind, WAITS] -= along
        out[kind, OFFICE] += along * office / (office + outpost)
        out[kind, OUTPOST] += along * outpost / (office + outpost)


@rule
def own_way(lot: float, open_: I8, ways: F8) -> int:
    """Return the way of one of a row's errands, each as likely, at a uniform number.

    Parameters
    ----------
    lot : float
        Uniform number times the number of errands.
    open_ : array (KINDS,)
        Errands by kind.
    ways : array (KINDS, WAITS + 1)
        Of these, those that go each way; what waits and runs out is given up.
    """
    for kind in range(KINDS):
        if lot < open_[kind]:
            for way in range(WAYS):
                lot -= ways[kind, way]
                if lot < 0.0:
                    return way
            return GAVE_UP if runs_out(kind) else WAITS
        lot -= open_[kind]
    return WAITS


@kernel
def ask(  # noqa: PLR0915  (one loop over rows)
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
    remote: B1,
    alone: B1,
    offers: Records,
    birth_month: I2,
    digital: B1,
    trust: F4,
    optional_1: U1,
    mandatory_1: U1,
    mandatory_2: U1,
    overdue: U2,
    needs: U1,
    channel: U1,
    asking_start: I8,
    asking: I4,
    most: int,
    flows: Records,
) -> tuple:
    """List every row's errands by kind and split them among the ways; none is a row's then.

    `channel` is the way of the row's own errand, if it has one.

    Returns
    -------
    start : int64 array (V + 1,)
        Where those of each old village begin.
    at, kinds : int32 arrays (`most`,)
        Row and kind.
    amounts : float32 array (`most`, `AMOUNTS`)
        What is known of them. `flows` hold what goes each way, but for what is overdue already.
    gone : float32 array (rows in `asking`, 2)
        Chances that one of a row's persons goes to the office, and to the outpost.
    """
    q, end, g = p[0], 0, 0
    start = np.empty(weight.size + 1, dtype=np.int64)
    at, kinds = np.empty(most, dtype=np.int32), np.empty(most, dtype=np.int32)
    amounts = np.empty((most, AMOUNTS), dtype=np.float32)
    gone = np.empty((asking_start[weight.size], 2), dtype=np.float32)
    open_, ways = np.empty(KINDS, dtype=np.int64), np.zeros((KINDS, WAITS + 1))
    asked = np.empty((3, WAYS))  # what is new, waits, is overdue
    for v in range(weight.size):
        offer, persons, flow = offers[v], persons_drawn(weight[v]), flows[v]
        start[v] = end
        asked[:] = 0.0
        wanted, visits = 0.0, 0.0
        road, road_elderly, road_far, trips, in_vain = 0.0, 0.0, 0.0, 0.0, 0.0
        road_alone = 0.0
        for k in range(asking_start[v], asking_start[v + 1]):
            row = asking[k]
            errands = needs[row] + optional_1[row] + mandatory_1[row] + mandatory_2[row]
            errands += overdue[row]
            while row >= group_start[g + 1]:
                g += 1
            old = 1 if month - birth_month[row] >= ELDER else 0
            contact = contact_tendency(
                trust[row], offer["wait"], q["trust_response"], q["queue_response"]
            )
            visited = (old and offer["visit_elderly"]) or site_km[g] >= offer["visit_km"]
            trip = 0.0
            if visited:
                trip = visit_minutes(
                    q["minutes_visit"], office_km[g], q["visit_speed"], q["visits_per_trip"]
                )
            open_[:], who = 0, identity[v] + np.uint64(row - village_start[v])
            for i in range(needs[row]):
                lot = uniform(keys[KIND], beside(who, i))
                open_[kind_of(lot, q["mandatory_share"], q["urgent_share"])] += 1
            open_[OPTIONAL_1], open_[OVERDUE] = optional_1[row], overdue[row]
            open_[MANDATORY_1], open_[MANDATORY_2] = mandatory_1[row], mandatory_2[row]
            optional_1[row] = mandatory_1[row] = mandatory_2[row] = overdue[row] = 0
            first, office, outpost = end, 0.0, 0.0
            for kind in range(KINDS):
                if open_[kind] == 0:
                    continue
                weighed = weights(
                    kind, chances[g, old, 0, kind], chances[g, old, 1, kind], site[g],
                    digital[row], visited, contact, offer, q,
                )  # fmt: skip
                led = settled[g] * open_[kind] if is_new(kind) else 0.0
                split((open_[kind] - led) / sum_of(weighed), weighed, kind, ways)
                office, outpost = office + ways[kind, OFFICE], outpost + ways[kind, OUTPOST]
                if visited:
                    wanted += (open_[kind] - led) * wish(contact, weighed, q) * trip
                    visits += ways[kind, VISIT] * trip
                at[end], kinds[end], amounts[end, LED] = row, kind, led
                end += 1
            share, less = taken(office + outpost, errands, persons)
            mean = (office + outpost) / errands
            for e in range(first, end):
                kind = kinds[e]
                if share > 0.0:
                    own = (ways[kind, OFFICE] + ways[kind, OUTPOST]) / open_[kind]
                    beyond = less * (own - mean)
                    take_along(max(share - beyond, 0.0), office, outpost, kind, ways)
                ways[kind, GROUP_LEADER] = amounts[e, LED]
                amounts[e, ALL] = open_[kind]
                amounts[e, DESK] = (
                    (ways[kind, OFFICE] + ways[kind, PROXY]) * offer["attended"]
                    + ways[kind, OUTPOST] * offer["outpost_attended"]
                    + ways[kind, ONLINE] + ways[kind, PHONE]
                )  # fmt: skip
                amounts[e, VISITED], amounts[e, WAITING] = ways[kind, VISIT], ways[kind, WAITS]
                state = state_of(kind)
                for to in range(WAYS):
                    asked[state, to] += ways[kind, to]
            if uniform(keys[OWN], who) < errands / persons:
                channel[row] = own_way(uniform(keys[WAY], who) * errands, open_, ways)
            speed = q["road_speed_elderly"] if old else q["road_speed"]
            goes = one_goes(office, errands, persons), one_goes(outpost, errands, persons)
            gone[k, 0], gone[k, 1] = goes
            hours, journeys, vain = calling(
                persons * goes[0], persons * goes[1], offer, road_hours(office_km[g], speed),
                road_hours(site_km[g], speed), q["site_wait"],
            )  # fmt: skip
            road, trips, in_vain = road + hours, trips + journeys, in_vain + vain
            road_elderly += hours if old else 0.0
            road_far += hours if remote[g] else 0.0
            road_alone += hours if alone[row] else 0.0
        each, minutes, fresh, requests = weight[v] / persons, 0.0, 0.0, 0.0
        for to in range(WAYS):
            each_asks = minutes_of(to, q, offer)
            flow["channel"][to] = asked[0, to] + asked[1, to]
            fresh += asked[0, to] * each_asks
            requests += flow["channel"][to] * reaching(to, offer)
            minutes += (flow["channel"][to] + asked[2, to]) * each_asks
            if to == OUTPOST:
                flow["minutes_outpost"] = (flow["channel"][to] + asked[2, to]) * each_asks * each
        flow["visits_wanted"], flow["visit_minutes"] = wanted * each, visits * each
        flow["visits"] = (asked[0, VISIT] + asked[1, VISIT] + asked[2, VISIT]) * each
        flow["minutes"], flow["minutes_new"] = minutes * each, fresh * each
        flow["requests"] = requests * each
        flow["trips"], flow["trips_in_vain"] = trips * each, in_vain * each
        flow["travel"], flow["travel_elderly"] = road * each, road_elderly * each
        flow["travel_remote"], flow["travel_alone"] = road_far * each, road_alone * each
    start[weight.size] = end
    return start, at, kinds, amounts, gone


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
    alone: B1,
    birth_month: I2,
    start: I8,
    at: I4,
    kinds: I4,
    amounts: F4,
    optional_1: U1,
    mandatory_1: U1,
    mandatory_2: U1,
    overdue: U2,
    channel: U1,
    experience: F4,
    errands_well: U2,
    errands_badly: U2,
    flows: Records,
) -> None:
    """Say how many errands are settled, let the row remember, and the others wait or run out.

    ``keys`` are those of what waits, and of the luck of the row's own errand.
    """
    chance, g = np.zeros(WAITS + 1), 0
    waits = np.zeros(KINDS + 1, dtype=np.int64)  # by what they are next month; the last: `NONE`
    errands_well[:], errands_badly[:] = 0, 0
    for v in range(weight.size):
        offer, flow, persons = offers[v], flows[v], persons_drawn(weight[v])
        fill_chances(served[v, 0], served[v, 1], offer, chance)
        ended, met, elderly, elderly_met, far, far_met, late = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0
        lonely, lonely_met = 0.0, 0.0
        for e in range(start[v], start[v + 1]):
            row, kind = at[e], kinds[e]
            while row >= group_start[g + 1]:
                g += 1
            who = identity[v] + np.uint64(row - village_start[v])
            done = amounts[e, LED] + chance[ONLINE] * amounts[e, DESK]
            done += chance[VISIT] * amounts[e, VISITED]
            left = left_over(uniform(keys[0], beside(who, kind)), int(amounts[e, ALL]), done)
            waits[waits_as(kind)] += left
            counts = 1.0 if kind != OVERDUE else 0.0
            ends = amounts[e, ALL] if runs_out(kind) else done
            ends, done = counts * ends, counts * done
            elder = 1.0 if month - birth_month[row] >= ELDER else 0.0
            away, single = 1.0 if remote[g] else 0.0, 1.0 if alone[row] else 0.0
            ended, met = ended + ends, met + done
            elderly, elderly_met = elderly + ends * elder, elderly_met + done * elder
            far, far_met = far + ends * away, far_met + done * away
            lonely, lonely_met = lonely + ends * single, lonely_met + done * single
            if e + 1 == start[v + 1] or at[e + 1] != row:
                optional_1[row] = min(waits[OPTIONAL_1], MOST_WAITING)
                mandatory_1[row] = min(waits[MANDATORY_1], MOST_WAITING)
                mandatory_2[row] = min(waits[MANDATORY_2], MOST_WAITING)
                overdue[row] = min(waits[OVERDUE], MOST_OVERDUE)
                late += waits[OVERDUE]
                waits[:], way = 0, channel[row]
                own = 1 if uniform(keys[1], who) < chance[way] else 0
                if way not in (NO_NEED, WAITS):
                    experience[row] = update_experience(experience[row], own, memory)
                    errands_well[row] += own
                    errands_badly[row] += 1 - own
        each = weight[v] / persons
        for to in range(GROUP_LEADER, WAYS):
            flow["channel"][to] *= chance[to] * each
        flow["channel"][GAVE_UP] = max(ended - met, 0.0) * each
        flow["needs"], flow["met"], flow["overdue"] = ended * each, met * each, late * each
        flow["needs_elderly"], flow["met_elderly"] = elderly * each, elderly_met * each
        flow["needs_remote"], flow["met_remote"] = far * each, far_met * each
        flow["needs_alone"], flow["met_alone"] = lonely * each, lonely_met * each
