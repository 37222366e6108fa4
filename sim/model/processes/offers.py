"""Offers of the county this month: opening hours, platform, visits, micro-groups."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import ELDER
from sim.model.compiled import B1, F8, Records, kernel, rule
from sim.model.draws import uniforms

if TYPE_CHECKING:
    from sim.model.county import CountyModel

#: what an old village's people are offered this month
OFFERS = np.dtype(
    [
        ("wait", "f8"),  # months of work that wait at the office
        ("eligible", "f8"),  # share of requests that can be made online
        ("online", "f8"),  # attraction of the online way
        ("opening", "f8"),  # share of the days on which the outpost is open
        ("attended", "f8"),  # share of callers who find somebody at the office
        ("outpost_attended", "f8"),  # ... at the outpost, on a day on which it is open
        ("minutes_office", "f8"),
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
def found_in(attended: float, tries: float) -> float:
    """Return the share of callers who find somebody, coming up to `tries` times."""
    return 1.0 - (1.0 - attended) ** tries


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


def staff(county: "CountyModel") -> None:
    """Say how service hours are spent: visits, duty at outposts, and the office's desk.

    Fills `duty`, `attended` and `outpost_attended` of `county.hours`: hours kept for visits are
    spent on the road, those on duty at an outpost are not spent at the office.
    """
    borders, levers, values = county.borders, county.levers, county.values
    _staff(
        borders.is_unit,
        levers.home_visits,
        borders.total(borders.outpost * levers.outpost_opening[borders.unit]),
        values.hours.desk_hours,
        values.service.outpost_hours,
        county.hours,
    )


@kernel
def _staff(is_unit: B1, visits: F8, outposts: F8, desk: float, each: float, hours: Records) -> None:
    """Do what `staff` says."""
    for u in range(hours.size):
        if not is_unit[u]:
            continue
        record = hours[u]
        here = record["service_hours"] * (1.0 - visits[u])
        record["duty"] = duty(here, outposts[u], each)
        record["attended"] = attended(here - record["duty"], desk)
        on_duty = record["duty"] / outposts[u] if outposts[u] > 0.0 else 0.0
        record["outpost_attended"] = attended(on_duty, desk)


@kernel
def _found(attended: F8, tries: float) -> F8:
    """Return `found_in` of every village."""
    out = np.empty(attended.size)
    for v in range(attended.size):
        out[v] = found_in(attended[v], tries)
    return out


@kernel
def _settled(share: float, persons: F8, persons_per_group: float) -> F8:
    """Return `settled_by_group_leader` of every village."""
    out = np.empty(persons.size)
    for v in range(persons.size):
        out[v] = settled_by_group_leader(share, persons[v], persons_per_group)
    return out


def helping(county: "CountyModel") -> F8:
    """Return the hours that each unit's helpers have this month; cadres send them, (V,)."""
    led = county.hours["cadres"] > 0
    return county.borders.total(county.helper_hours) * led


def offers_of(county: "CountyModel") -> Records:
    """Return what every old village's people are offered this month, `OFFERS` (V,)."""
    levers, of_service = county.levers, county.values.service
    unit = county.borders.unit
    out = np.zeros(unit.size, dtype=OFFERS)
    online = levers.online[unit]
    more = of_service.platform_adoption - of_service.online_adoption
    out["wait"] = county.waiting_months
    out["eligible"] = of_service.online_eligible + online * (
        of_service.platform_eligible - of_service.online_eligible
    )
    adoption = of_service.online_adoption + online * more
    out["online"] = adoption / (1.0 - adoption)
    out["opening"] = levers.outpost_opening[unit]
    tries = of_service.office_tries
    for name in ("attended", "outpost_attended"):
        out[name] = _found(county.hours[name][unit], tries)
    saved = levers.one_stop[unit] * of_service.one_stop_saving
    out["minutes_office"] = of_service.minutes_office * (1.0 - saved)
    visits = levers.home_visits[unit] > 0.0
    helped = helping(county)[unit] > 0.0
    out["visit_elderly"] = np.where(visits, levers.visit_elderly[unit], helped)
    out["visit_km"] = np.where(visits, levers.visit_km[unit], np.inf)
    out["visit_room"] = county.visit_share
    return out


def extra_outposts(county: "CountyModel") -> B1:
    """Return the absorbed villages whose office a policy reopens (V,).

    Of those whose units are to have the same share, that share, the remotest first.
    """
    remotest = county.borders.remotest()
    share = county.levers.outposts[county.borders.unit[remotest]]
    out = np.zeros(county.borders.unit.size, dtype=bool)
    for wanted in np.unique(share):
        among = remotest[share == wanted]
        out[among[: round(float(wanted) * among.size)]] = True
    return out


def settled_share(county: "CountyModel") -> F8:
    """Return the share of needs that group leaders and self-governance groups settle (G,)."""
    values, borders, world = county.values, county.borders, county.world
    group = world.group_village
    share = values.service.group_leader_share
    known = values.service.group_leader_persons
    persons = county.flows["residents"] / np.maximum(borders.groups, 1.0)
    settled = _settled(share, persons, known)
    ordinal = np.arange(group.size) - world.group_first[group]
    lot = uniforms(
        county.key("service.micro_groups", 0), world.identity[group] + ordinal.astype(np.uint64)
    )
    micro = lot < county.levers.micro_groups[borders.unit[group]]
    led = county.hours["cadres"][borders.unit[group]] > 0
    own = settled[group] + micro * values.service.micro_group_share
    return np.where(led, np.minimum(own, 1.0), 0.0)
