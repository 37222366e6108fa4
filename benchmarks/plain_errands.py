"""Errands that wait, as an ordinary Mesa agent has them (`sim.model.processes.errands`)."""

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.uncompiled import uncompiled
from sim.model.agents.villager import AWAY, ELDER
from sim.model.processes.arising import EACH, MOST_OVERDUE, MOST_WAITING
from sim.model.processes.kinds import (
    KINDS,
    MANDATORY_1,
    MANDATORY_2,
    NONE,
    OPTIONAL_1,
    OVERDUE,
)
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

if TYPE_CHECKING:
    from benchmarks.plain_mesa import Group, PlainCounty, Village

draws: Any = uncompiled("sim.model.draws")
kinds: Any = uncompiled("sim.model.processes.kinds")
errands: Any = uncompiled("sim.model.processes.errands")
rows: Any = uncompiled("sim.model.processes.errands_of_rows")
desks: Any = uncompiled("sim.model.processes.desks")
needs: Any = uncompiled("sim.model.processes.needs")
ties: Any = uncompiled("sim.model.processes.ties")
turning: Any = uncompiled("sim.model.processes.turning")
travel: Any = uncompiled("sim.model.processes.travel")

#: what waits, by the columns of `sim.Villager`
WAITING = {
    OPTIONAL_1: "optional_1",
    MANDATORY_1: "mandatory_1",
    MANDATORY_2: "mandatory_2",
    OVERDUE: "overdue",
}


class Ways:
    """Errands by kind and way, as in an array."""

    def __init__(self) -> None:
        self.of_kind: dict[int, list[float]] = {}

    def __getitem__(self, at: tuple[int, int]) -> float:
        return self.of_kind[at[0]][at[1]]

    def __setitem__(self, at: tuple[int, int], errands: float) -> None:
        self.of_kind.setdefault(at[0], [0.0] * (WAITS + 1))[at[1]] = errands


class Errands:
    """What a villager does about errands in a month."""

    model: "PlainCounty"
    group: "Group"
    village: "Village"
    identity: int
    labour: int
    birth_month: int
    digital: bool
    net: bool
    alone: bool
    trust: float
    experience: float

    def run_errands(self) -> None:
        """Have errands, see which way each goes, and take others along."""
        model, village, q = self.model, self.village, self.model.values.service
        self.needs, self.channel = 0, NO_NEED
        self.errands: list[list[int]] = []
        if self.labour == AWAY or self.birth_month == model.month:
            vars(self).update(dict.fromkeys(WAITING.values(), 0))
        if self.labour == AWAY:
            return
        old = model.month - self.birth_month >= ELDER
        village.residents += 1
        village.residents_elderly += old
        village.residents_remote += self.group.remote
        village.residents_alone += self.alone
        mean = q.request_rate * (q.elderly_rate_ratio if old else 1.0) * village.persons
        self.needs = draws.poisson(model.keys_now["service.needs"], self.identity, mean)
        self.list_errands(q)
        if not self.errands:
            return
        contact = turning.contact_tendency(
            self.trust, village.offer["wait"], q.trust_response, q.queue_response
        )
        (self.split_ways if model.coarse else self.go_ways)(q, old, contact)

    def list_errands(self, q: Any) -> None:
        """List errands, the number of each and its way; none is open then."""
        key = self.model.keys_now["errands.kind"]
        count = [0] * KINDS
        for i in range(self.needs):
            lot = draws.uniform(key, draws.beside(self.identity, i))
            count[kinds.kind_of(lot, q.mandatory_share, q.urgent_share)] += 1
        for kind, name in WAITING.items():
            count[kind] = getattr(self, name)
            setattr(self, name, 0)
        numbers = [kind * EACH + i for kind in range(KINDS) for i in range(count[kind])]
        self.errands = [[number, WAITS] for number in numbers]

    def weighed(self, kind: int, q: Any, old: bool, contact: float) -> tuple:
        """Return how the ways of an errand weigh, and the minutes of a visit, if offered."""
        group, offer, chances = self.group, self.village.offer, self.group.chances[old]
        visited = (old and offer["visit_elderly"]) or group.distance_km >= offer["visit_km"]
        found = kinds.weights(
            kind, chances[0][kind], chances[1][kind], group.site, self.net, visited, contact,
            offer, q.record[0],
        )  # fmt: skip
        if not visited:
            return found, None
        return found, turning.visit_minutes(
            q.minutes_visit, group.office_km, q.visit_speed, q.visits_per_trip
        )

    def go_ways(self, q: Any, old: bool, contact: float) -> None:
        """Go a way with every errand, and take along what else one has."""
        keys, village, group = self.model.keys_now, self.village, self.group
        for errand in self.errands:
            lot, kind = draws.beside(self.identity, errand[0]), errands.kind_in(errand[0])
            if kinds.is_new(kind) and draws.uniform(keys["service.leader"], lot) < group.settled:
                errand[1] = GROUP_LEADER
                continue
            weighed, trip = self.weighed(kind, q, old, contact)
            errand[1] = to = kinds.way_at(draws.uniform(keys["errands.way"], lot), weighed)
            if trip is not None:
                village.visits_wanted += trip * desks.wish(contact, weighed, q.record[0])
                village.visit_minutes += trip * (to == VISIT)
                village.visits += to == VISIT
        office, outpost = (sum(to == site for _, to in self.errands) for site in (OFFICE, OUTPOST))
        for errand in self.errands:
            if errand[1] == WAITS and office + outpost:
                errand[1] = OFFICE if office else OUTPOST
            asks = desks.minutes_of(errand[1], q.record[0], village.offer)
            kind = errands.kind_in(errand[0])
            village.minutes += asks
            village.minutes_new += asks * kinds.is_new(kind)
            village.minutes_outpost += asks if errand[1] == OUTPOST else 0.0
            reached = desks.reaching(errand[1], village.offer)
            village.requests += reached if kind != OVERDUE else 0.0
        self.journey(q, old, min(office, 1), min(outpost, 1))
        number, self.channel = self.errands[0]
        if self.channel == WAITS and kinds.runs_out(errands.kind_in(number)):
            self.channel = GAVE_UP

    def split_ways(self, q: Any, old: bool, contact: float) -> None:
        """Split the row's errands among the ways."""
        village, group, offer = self.village, self.group, self.village.offer
        count, persons, one = len(self.errands), village.persons, q.record[0]
        open_ = Counter(errands.kind_in(number) for number, _ in self.errands)
        self.split: dict[int, tuple] = {}
        self.waiting: dict[int, float] = {}
        split, office, outpost = Ways(), 0.0, 0.0
        for kind, open_here in sorted(open_.items()):
            weighed, trip = self.weighed(kind, q, old, contact)
            led = group.settled * open_here if kinds.is_new(kind) else 0.0
            rows.split((open_here - led) / kinds.sum_of(weighed), weighed, kind, split)
            ways = split.of_kind[kind]
            office, outpost = office + ways[OFFICE], outpost + ways[OUTPOST]
            if trip is not None:
                wish = desks.wish(contact, weighed, one)
                village.visits_wanted += (open_here - led) * wish * trip
                village.visit_minutes += ways[VISIT] * trip
            self.split[kind] = open_here, float(np.float32(led))
        share, less = rows.taken(office + outpost, count, persons)
        mean = (office + outpost) / count
        for kind, (open_here, led) in self.split.items():
            ways = split.of_kind[kind]
            own = (ways[OFFICE] + ways[OUTPOST]) / open_here
            rows.take_along(max(share - less * (own - mean), 0.0), office, outpost, kind, split)
            ways[GROUP_LEADER] = led
            for to in range(WAYS):
                village.ways[kinds.state_of(kind)][to] += ways[to]
            desk = (ways[OFFICE] + ways[PROXY]) * offer["attended"]
            desk += ways[OUTPOST] * offer["outpost_attended"] + ways[ONLINE] + ways[PHONE]
            amounts = open_here, led, desk, ways[VISIT]
            self.split[kind] = tuple(float(np.float32(amount)) for amount in amounts)
            self.waiting[kind] = float(np.float32(ways[WAITS]))
        keys = self.model.keys_now
        if draws.uniform(keys["service.own"], self.identity) < count / persons:
            luck = draws.uniform(keys["errands.way"], self.identity) * count
            self.channel = rows.own_way(luck, [open_[kind] for kind in range(KINDS)], split)
        goes = [rows.one_goes(part, count, persons) for part in (office, outpost)]
        self.gone = [float(np.float32(chance)) for chance in goes]
        self.journey(q, old, *(persons * chance for chance in goes))

    def journey(self, q: Any, old: bool, office: float, outpost: float) -> None:
        """Note the journeys of so many persons."""
        village, group = self.village, self.group
        speed = q.road_speed_elderly if old else q.road_speed
        roads = (travel.road_hours(km, speed) for km in (group.office_km, group.distance_km))
        hours, trips, vain = travel.calling(office, outpost, village.offer, *roads, q.site_wait)
        village.travel += hours
        village.trips += trips
        village.trips_in_vain += vain
        village.travel_elderly += hours if old else 0.0
        village.travel_remote += hours if group.remote else 0.0
        village.travel_alone += hours if self.alone else 0.0

    def see_errands(self) -> None:
        """See which errands are settled, remember it, and let the others wait or run out."""
        if self.errands and self.model.coarse:
            self.see_split()
            return
        village, keys = self.village, self.model.keys_now
        for number, to in self.errands:
            lot, kind = draws.beside(self.identity, number), errands.kind_in(number)
            luck = draws.uniform(keys["errands.served"], lot)
            done = to != WAITS and luck < village.chance[to]
            later = NONE if done else kinds.waits_as(kind)
            if later != NONE:
                name = WAITING[later]
                setattr(self, name, min(MOST_OVERDUE, getattr(self, name) + 1))
            village.overdue += later == OVERDUE
            ends = kinds.runs_out(kind) or (done and kind != OVERDUE)
            if to != WAITS or ends:
                self.remember(float(done))
            if ends:
                village.channel[to if done else GAVE_UP] += 1.0
                self.end(1, int(done))

    def see_split(self) -> None:
        """See how many of a row's errands are settled."""
        village, keys = self.village, self.model.keys_now
        for kind, (all_, led, desk, visited) in self.split.items():
            done = led + village.chance[ONLINE] * desk + village.chance[VISIT] * visited
            later = kinds.waits_as(kind)
            if later != NONE:
                luck = draws.uniform(keys["errands.left"], draws.beside(self.identity, kind))
                left, name = rows.left_over(luck, int(all_), done), WAITING[later]
                most = MOST_OVERDUE if later == OVERDUE else MOST_WAITING
                setattr(self, name, min(getattr(self, name) + left, most))
                village.overdue += left if later == OVERDUE else 0
            if kind != OVERDUE:
                self.end(all_ if kinds.runs_out(kind) else done, done)
        if self.channel not in (NO_NEED, WAITS):
            luck = draws.uniform(keys["errands.served"], self.identity)
            self.remember(1.0 if luck < village.chance[self.channel] else 0.0)

    def remember(self, met: float) -> None:
        """Remember how one was served, and be able to tell it."""
        memory = self.model.values.service.experience_memory
        self.experience = self.model.store(needs.update_experience(self.experience, met, memory))
        self.errands_well += int(met)
        self.errands_badly += 1 - int(met)

    def hear(self, well: float, badly: float) -> None:
        """Hear of others' errands."""
        memory = self.model.values.service.experience_memory
        heeded = ties.heed(well + badly, memory)
        self.experience = self.model.store(ties.hear(self.experience, well, badly, heeded))

    def end(self, ended: float, met: float) -> None:
        """Note errands that were settled in time, or have run out."""
        village, old = self.village, self.model.month - self.birth_month >= ELDER
        village.needs += ended
        village.met += met
        village.needs_elderly += ended * old
        village.met_elderly += met * old
        village.needs_remote += ended * self.group.remote
        village.met_remote += met * self.group.remote
        village.needs_alone += ended * self.alone
        village.met_alone += met * self.alone
