"""Families among Mesa agents (`sim.model.processes.family`, `handing`, `remittances`)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.uncompiled import uncompiled
from sim.model.agents.villager import ADULT, AWAY, ELDER
from sim.model.processes.family import ADULTS, ON, ONLINE, OTHERS, PARENT
from sim.model.processes.kinds import MANDATORY, OVERDUE
from sim.model.processes.ways import GAVE_UP, OFFICE, OUTPOST, WAITS

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainCounty, Village
    from benchmarks.plain_villager import Villager

desks: Any = uncompiled("sim.model.processes.desks")
draws: Any = uncompiled("sim.model.draws")
errands: Any = uncompiled("sim.model.processes.errands")
family: Any = uncompiled("sim.model.processes.family")
handing: Any = uncompiled("sim.model.processes.handing")
kinds: Any = uncompiled("sim.model.processes.kinds")
remittances: Any = uncompiled("sim.model.processes.remittances")


def together(county: "PlainCounty") -> bool:
    """Tell whether families are told apart."""
    return county.values.family.families == ON


def be_born(person: "Villager", lot: float) -> None:
    """Be born into a family with somebody of the age of parents, if there is one around."""
    around = person.village if person.model.coarse else person.group
    start = int(lot * len(around.members))
    for other in around.members[start:] + around.members[:start]:
        age = person.model.month - other.birth_month
        if other is not person and PARENT[0] <= age < PARENT[1]:
            person.family = other.family
            return


def look(county: "PlainCounty") -> None:
    """See who is at home."""
    if not together(county):
        return
    county.homes = [[0, 0, 0] for _ in range(len(county.at_home))]
    for person in county.people:
        if person.labour != AWAY:
            age, home = county.month - person.birth_month, county.homes[person.family]
            home[ADULTS if ADULT <= age < ELDER else OTHERS] += 1
            home[ONLINE] += bool(person.digital) and age >= ADULT
    key, share = int(county.key("family.helped", 0)), county.values.family.online_help
    for person in county.people:
        home = county.homes[person.family]
        old, here = county.month - person.birth_month >= ELDER, person.labour != AWAY
        person.alone = old and here and home[ADULTS] == 0
        person.online_at_home = person.digital
        if not person.digital and home[ONLINE] > 0:
            person.online_at_home = draws.uniform(key, person.identity) < share


def tied(person: "Villager", away: bool) -> float:
    """Return what those left at home take off the pull of leaving."""
    home, q = person.model.homes[person.family], person.model.values.family
    alone = family.left_alone(home[ADULTS], home[OTHERS], not away)
    return family.tie_home(alone, q.alone_response, q.alone_reference)


def share(village: "Village", q: Any, residents: int) -> None:
    """Share what people away send home within families, the rest in the village."""
    left, heirs, pool = {}, {}, 0
    for person in village.members:
        heirs[person.family] = heirs.get(person.family, 0) + (person.labour != AWAY)
    part = q.remitted_share if residents else 0.0
    for person in village.members:
        if person.labour == AWAY:
            sent = remittances.sent_home(person.skill, q.out_wage, part)
            if heirs[person.family]:
                left[person.family] = left.get(person.family, 0) + sent
            else:
                pool += sent
    for person in village.members:
        if person.labour != AWAY:
            own = remittances.next_part(left.get(person.family, 0), heirs[person.family])
            common = remittances.next_part(pool, residents)
            person.received = own + common
            left[person.family] = left.get(person.family, 0) - own
            heirs[person.family] -= 1
            pool, residents = pool - common, residents - 1


def hand_over(county: "PlainCounty") -> None:
    """Let those who go take along what others of their family have to do."""
    if together(county):
        (of_rows if county.coarse else of_persons)(county)


def of_persons(county: "PlainCounty") -> None:
    """Hand over errands that wait, one by one."""
    goes: dict[int, set[int]] = {}
    busy = [person for person in county.people if person.labour != AWAY and person.errands]
    for person in busy:
        goes.setdefault(person.family, set())
        for _, to in person.errands if county.month - person.birth_month >= ADULT else ():
            goes.setdefault(person.family, set()).update({to} & {OFFICE, OUTPOST})
    share, key = county.values.family.handed, county.keys_now["errands.handed"]
    for person in busy:
        for i, errand in enumerate(person.errands):
            kind, where = errands.kind_in(errand[0]), goes[person.family]
            if errand[1] != WAITS or not where or kind < MANDATORY:
                continue
            if draws.uniform(key, draws.beside(person.identity, errand[0])) >= share:
                continue
            errand[1] = OFFICE if OFFICE in where else OUTPOST
            person.channel = errand[1] if i == 0 else person.channel
            ask_more(person, 1.0, errand[1], kind)


def ask_more(person: "Villager", count: float, way: int, kind: int) -> None:
    """Note that so many errands more go a way."""
    flow, offer = person.model.flows[person.village.index], person.village.offer
    asks = count * desks.minutes_of(way, person.model.values.service.record[0], offer)
    flow["minutes"] += asks
    flow["minutes_new"] += asks * kinds.is_new(kind)
    flow["minutes_outpost"] += asks if way == OUTPOST else 0.0
    flow["requests"] += count * desks.reaching(way, offer) if kind != OVERDUE else 0.0


def of_rows(county: "PlainCounty") -> None:
    """Hand over what waits of rows that stand for several persons."""
    going: dict[int, list[float]] = {}
    busy = [person for person in county.people if person.labour != AWAY and person.errands]
    for person in busy:
        if county.month - person.birth_month < ADULT:
            person.gone = [0.0, 0.0]
        office, outpost = person.gone
        nobody, all_office, all_outpost = going.get(person.family, [1.0, 0.0, 0.0])
        nobody *= (1.0 - office) * (1.0 - outpost)
        going[person.family] = [nobody, all_office + office, all_outpost + outpost]
    for person in busy:
        hand_of_row(person, *going[person.family])


def hand_of_row(person: "Villager", nobody: float, office: float, outpost: float) -> None:
    """Hand over what waits of a row."""
    county, village = person.model, person.village
    others = handing.others_go(nobody, 1.0 - (1.0 - person.gone[0]) * (1.0 - person.gone[1]))
    there = max(office - person.gone[0], 0.0)
    both = there + max(outpost - person.gone[1], 0.0)
    to_office = there / both if both > 0.0 else 0.0
    handed = waited = 0.0
    for kind, waits in person.waiting.items():
        more = 0.0
        if kind >= MANDATORY:
            more = handing.handed_over(waits, county.values.family.handed, others)
        waited += waits
        if more <= 0.0:
            continue
        handed += more
        all_, led, desk, visited = person.split[kind]
        for way, part in ((OFFICE, to_office), (OUTPOST, 1.0 - to_office)):
            reached = desks.reaching(way, village.offer)
            desk = float(np.float32(desk + more * part * reached))
            if kind != OVERDUE:
                village.tried[way] += more * part
            ask_more(person, more * part * (village.weight / village.persons), way, kind)
        person.split[kind] = all_, led, desk, visited
    if handed > 0.0 and person.channel in (WAITS, GAVE_UP):
        lot = draws.uniform(county.keys_now["errands.handed"], person.identity)
        if lot < handed / waited:
            person.channel = OFFICE if lot < handed / waited * to_office else OUTPOST
