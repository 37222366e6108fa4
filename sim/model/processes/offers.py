"""Offers of the county this month: opening hours, platform, visits, micro-groups."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import ELDER
from sim.model.compiled import B1, F4, F8, I4, I8, U8, Records, kernel, rule
from sim.model.draws import uniform
from sim.model.processes.hours import WEEKS_PER_MONTH
from sim.model.processes.members import in_contact
from sim.model.processes.travel import found_in, journeys

if TYPE_CHECKING:
    from sim.model.county import CountyModel

SERVICE_HOURS, PRESENCE = range(2)  # forms of the desk
RULE_HOURS = 2.0  # a day, of the usual duty rule (Qianfeng, Guang'an 2014)
DAYS_PER_MONTH = 5.0 * WEEKS_PER_MONTH  # on which offices have a day
#: what an old village's people are offered this month
OFFERS = np.dtype(
    [
        ("wait", "f8"),  # months of work that wait at the office
        ("eligible", "f8"),  # share of requests that can be made online
        ("online", "f8"),  # attraction of the online way
        ("opening", "f8"),  # share of the days on which the outpost is open
        ("attended", "f8"),  # share of callers who find somebody at the office
        ("outpost_attended", "f8"),  # ... at the outpost, on a day on which it is open
        ("office_calls", "f8"),  # journeys of a caller at the office
        ("outpost_calls", "f8"),  # ... at the outpost
        ("minutes_office", "f8"),
        ("proxy", "f8"),  # attraction of handing an errand to a proxy
        ("visit_elderly", "?"),  # visits are offered to residents of 60 and over ...
        ("visit_km", "f8"),  # ... and to all who live at least so far from a site
        ("visit_room", "f8"),  # share of those who want a visit for whom there is room
    ]
)


@rule
def attended(service_hours: float, desk_hours: float) -> float:
    """Return the share of callers who find somebody at a desk: 1 - exp(-hours / desk hours).

    0 desk hours: somebody is always there.
    """
    return 1.0 - math.exp(-service_hours / desk_hours) if desk_hours > 0.0 else 1.0


@rule
def settled_by_group_leader(share: float, persons: float, persons_per_group: float) -> float:
    """Return the share of needs a group leader settles: less where groups are large."""
    return share * min(1.0, persons / max(persons_per_group, 1.0))


def expect(county: "CountyModel") -> None:
    """Let villagers have had the share of their needs met that distance and habit allow."""
    people, values = county.villagers, county.values
    adoption = values.service.online_adoption
    share = values.service.group_leader_share
    for rows in county.blocks():
        elder = (county.month - people["birth_month"][rows] >= ELDER).astype(int)
        near = county.borders.near[county.row_group(rows), elder]
        trust = people["trust"][rows].astype(float)
        contact = np.exp(values.service.trust_response * (trust - 0.5))
        eligible = people["digital"][rows] * values.service.online_eligible
        away = 1.0 - near
        offline = near * contact / (near * contact + away)
        pull = (near + adoption / (1.0 - adoption)) * contact
        either = eligible * pull / (pull + away) + (1.0 - eligible) * offline
        people["experience"][rows] = share + (1.0 - share) * either


@rule
def duty(service_hours: float, outposts: float, outpost_hours: float) -> float:
    """Return the hours a month that cadres are on duty at their unit's open outposts."""
    return min(service_hours, outposts * outpost_hours)


@rule
def present(hours: float, away: float, share: float, day: float) -> float:
    """Return the chance that somebody with so many hours a month is in at an hour of the day.

    Parameters
    ----------
    hours : float
        Hours supplied, h/month.
    away : float
        Share of them that is spent on home visits and at outposts.
    share : float
        Share of the others spent at the desk, whatever is done there.
    day : float
        Hours of an office's day.
    """
    return min(1.0, share * hours * (1.0 - away) / (day * DAYS_PER_MONTH))


@rule
def rota(posted: float, kept: float, hours: float, day: float) -> float:
    """Return the hours a day that a rota keeps a door open: those posted and kept.

    No more than the day has, nor than the `hours` a month of those who can take turns.
    """
    return min(min(posted, day) * kept, hours / DAYS_PER_MONTH)


@rule
def somebody_in(open_share: float, nobody: float) -> float:
    """Return the chance that somebody is in: by rota, or else by one of the cadres' presence."""
    return 1.0 - (1.0 - open_share) * nobody


@rule
def called_on(known: float, hours: float, posted: float, any_hour: float) -> float:
    """Return the share of callers who find somebody, of whom some keep to the posted hours.

    Parameters
    ----------
    known : float
        Share of callers who do where two hours a day or more are posted, fewer where less is; the
        others come at any hour of the day.
    hours : float
        Hours a day that are posted.
    posted, any_hour : float
        Chance that somebody is in, in posted hours and at any hour.
    """
    keep = known * min(1.0, hours / RULE_HOURS)
    return keep * posted + (1.0 - keep) * any_hour


def staff(county: "CountyModel") -> None:
    """Say how service hours are spent, and whether callers find somebody.

    Fills `duty`, `rota`, `attended` and `outpost_attended` of `county.hours`: hours kept for visits
    are spent on the road, those on duty at an outpost are not spent at the office.
    """
    borders, levers, values = county.borders, county.levers, county.values
    _staff(
        values.hours.record,
        values.service.outpost_hours,
        county.slots,
        borders.start,
        borders.villages,
        borders.outpost,
        levers.outpost_opening,
        levers.office_hours,
        levers.office_kept,
        levers.home_visits,
        county.in_post,
        county.cadres["hours"],
        county.hours,
    )


@kernel
def _staff(
    p: Records,
    each: float,
    slots: int,
    unit_start: I8,
    unit_villages: I8,
    outpost: B1,
    opening: F8,
    posted: F8,
    kept: F8,
    visits: F8,
    in_post: B1,
    cadre_hours: F4,
    hours: Records,
) -> None:
    """Do what `staff` says."""
    q = p[0]
    for u in range(hours.size):
        if unit_start[u] == unit_start[u + 1]:
            continue
        outposts, record = 0.0, hours[u]
        for k in range(unit_start[u], unit_start[u + 1]):
            outposts += outpost[unit_villages[k]] * opening[u]
        here = record["service_hours"] * (1.0 - visits[u])
        record["duty"] = duty(here, outposts, each)
        on_duty = record["duty"] / outposts if outposts > 0.0 else 0.0
        if q["desk"] == SERVICE_HOURS:
            record["attended"] = attended(here - record["duty"], q["desk_hours"])
            record["outpost_attended"] = attended(on_duty, q["desk_hours"])
            continue
        day, supplied = q["office_day"], max(record["supplied"], 1e-12)
        spent = record["visit_hours"] if visits[u] > 0.0 else 0.0  # last month's
        away = (spent + record["duty"]) / supplied
        nobody = 1.0
        for k in range(unit_start[u], unit_start[u + 1]):
            for row in range(unit_villages[k] * slots, (unit_villages[k] + 1) * slots):
                if in_post[row]:
                    nobody *= 1.0 - present(cadre_hours[row], away, q["office_presence"], day)
        record["rota"] = rota(posted[u], kept[u], record["supplied"] * (1.0 - away), day)
        in_posted = record["rota"] / min(posted[u], day) if posted[u] > 0.0 else 0.0
        record["attended"] = called_on(
            q["rota_known"],
            posted[u],
            somebody_in(in_posted, nobody),
            somebody_in(record["rota"] / day, nobody),
        )
        in_posted = kept[u] * on_duty / each if each > 0.0 else 0.0
        record["outpost_attended"] = called_on(
            q["rota_known"],
            each / DAYS_PER_MONTH,
            in_posted,
            present(on_duty, 0.0, kept[u], day),
        )


def helping(county: "CountyModel") -> F8:
    """Return the hours that each unit's helpers have this month; cadres send them, (V,)."""
    borders = county.borders
    return _helping(borders.start, borders.villages, county.helper_hours, county.hours)


@kernel
def _helping(unit_start: I8, unit_villages: I8, helper_hours: F8, hours: Records) -> F8:
    """Return what `helping` says."""
    out = np.zeros(hours.size)
    for u in range(out.size):
        if hours[u]["cadres"] > 0.0:
            for k in range(unit_start[u], unit_start[u + 1]):
                out[u] += helper_hours[unit_villages[k]]
    return out


def offers_of(county: "CountyModel") -> Records:
    """Return what every old village's people are offered this month, `OFFERS` (V,)."""
    levers, unit = county.levers, county.borders.unit
    out = np.empty(unit.size, dtype=OFFERS)
    _offer(
        county.values.service.record,
        unit,
        county.waiting_months,
        county.visit_share,
        county.hours,
        helping(county),
        levers.online,
        levers.one_stop,
        levers.outpost_opening,
        levers.home_visits,
        levers.visit_elderly,
        levers.visit_km,
        levers.proxies,
        out,
    )
    return out


@kernel
def _offer(
    p: Records,
    unit: I4,
    waiting_months: F8,
    visit_share: F8,
    hours: Records,
    helped: F8,
    online: F8,
    one_stop: F8,
    opening: F8,
    visits: F8,
    visit_elderly: B1,
    visit_km: F8,
    proxies: F8,
    out: Records,
) -> None:
    """Fill what `offers_of` returns."""
    q = p[0]
    for v in range(unit.size):
        u, offer = unit[v], out[v]
        offer["wait"], offer["visit_room"] = waiting_months[v], visit_share[v]
        more = q["platform_eligible"] - q["online_eligible"]
        offer["eligible"] = q["online_eligible"] + online[u] * more
        more = q["platform_adoption"] - q["online_adoption"]
        adoption = q["online_adoption"] + online[u] * more
        offer["online"] = adoption / (1.0 - adoption)
        offer["opening"] = opening[u]
        offer["attended"] = found_in(hours[u]["attended"], q["office_tries"])
        offer["outpost_attended"] = found_in(hours[u]["outpost_attended"], q["office_tries"])
        offer["office_calls"] = journeys(hours[u]["attended"], q["office_tries"])
        offer["outpost_calls"] = journeys(hours[u]["outpost_attended"], q["office_tries"])
        saved = one_stop[u] * q["one_stop_saving"]
        offer["minutes_office"] = q["minutes_office"] * (1.0 - saved)
        offer["proxy"] = q["proxy_attraction"] * proxies[u]
        kept = visits[u] > 0.0
        offer["visit_elderly"] = (kept and visit_elderly[u]) or helped[u] > 0.0
        offer["visit_km"] = visit_km[u] if kept else np.inf


def extra_outposts(county: "CountyModel") -> B1:
    """Return the absorbed villages whose office a policy reopens (V,).

    Of those whose units are to have the same share, that share, the remotest first.
    """
    borders = county.borders
    return _reopened(borders.remotest, borders.unit, county.levers.outposts)


@kernel
def _reopened(remotest: I8, unit: I4, share: F8) -> B1:
    """Return what `extra_outposts` says, of the absorbed villages, the remotest first."""
    out = np.zeros(unit.size, dtype=np.bool_)
    for i in range(remotest.size):
        wanted = share[unit[remotest[i]]]
        if wanted > 0.0:
            before, among = 0, 0
            for k in range(remotest.size):
                alike = share[unit[remotest[k]]] == wanted
                among += alike
                before += alike and k < i
            out[remotest[i]] = before < round(wanted * among)
    return out


def settled_share(county: "CountyModel") -> F8:
    """Return the share of needs that leaders of groups, their members and Party members settle."""
    borders, world = county.borders, county.world
    return _settled(
        county.values.service.record,
        county.key("service.micro_groups", 0),
        world.group_village,
        world.identity,
        borders.unit,
        borders.groups,
        county.levers.micro_groups,
        in_contact(county),
        county.hours,
        county.flows,
    )


@kernel
def _settled(
    p: Records,
    key: np.uint64,
    group_village: I4,
    identity: U8,
    unit: I4,
    groups: F8,
    micro_groups: F8,
    members: F8,
    hours: Records,
    flows: Records,
) -> F8:
    """Return what `settled_share` says."""
    q, out = p[0], np.zeros(group_village.size)
    first = 0
    for g in range(out.size):
        v = group_village[g]
        u = unit[v]
        if v != group_village[first]:
            first = g
        if hours[u]["cadres"] > 0.0:
            persons = flows[v]["residents"] / max(groups[v], 1.0)
            own = settled_by_group_leader(
                q["group_leader_share"], q["group_leader_persons"], persons
            )
            lot = uniform(key, identity[v] + np.uint64(g - first))
            if lot < micro_groups[u]:
                own += q["micro_group_share"]
            own += q["member_share"] * members[u]
            out[g] = min(own, 1.0)
    return out


def open_site_km(county: "CountyModel", offers: Records) -> F8:
    """Return the road distance of each group to the nearest site that is ever open, km (G,)."""
    borders = county.borders
    return _open_site_km(county.world.group_village, offers, borders.office_km, borders.outpost_km)


@kernel
def _open_site_km(group_village: I4, offers: Records, office_km: F8, outpost_km: F8) -> F8:
    """Return what `open_site_km` says."""
    out = np.empty(office_km.size)
    for g in range(out.size):
        opens = offers[group_village[g]]["opening"] > 0.0
        out[g] = min(office_km[g], outpost_km[g]) if opens else office_km[g]
    return out
