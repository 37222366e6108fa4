"""Errands that wait, as an ordinary Mesa agent has them (`sim.model.processes.errands`)."""

from typing import TYPE_CHECKING, Any

from benchmarks.uncompiled import uncompiled
from sim.model.agents.villager import AWAY, ELDER
from sim.model.processes.arising import EACH, MOST_OVERDUE
from sim.model.processes.kinds import (
    KINDS,
    MANDATORY,
    MANDATORY_1,
    MANDATORY_2,
    NONE,
    OPTIONAL_1,
    OVERDUE,
    URGENT,
)
from sim.model.processes.ways import GAVE_UP, GROUP_LEADER, NO_NEED, OFFICE, OUTPOST, VISIT, WAITS

if TYPE_CHECKING:
    from benchmarks.plain_mesa import Group, PlainCounty, Village

draws: Any = uncompiled("sim.model.draws")
kinds: Any = uncompiled("sim.model.processes.kinds")
errands: Any = uncompiled("sim.model.processes.errands")
needs: Any = uncompiled("sim.model.processes.needs")
turning: Any = uncompiled("sim.model.processes.turning")
travel: Any = uncompiled("sim.model.processes.travel")

#: what waits, by the columns of `sim.Villager`
WAITING = {
    OPTIONAL_1: "optional_1",
    MANDATORY_1: "mandatory_1",
    MANDATORY_2: "mandatory_2",
    OVERDUE: "overdue",
}


class Errands:
    """What a villager does about errands in a month."""

    model: "PlainCounty"
    group: "Group"
    village: "Village"
    identity: int
    labour: int
    birth_month: int
    digital: bool
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
        mean = q.request_rate * (q.elderly_rate_ratio if old else 1.0) * village.persons
        self.needs = draws.poisson(model.keys_now["service.needs"], self.identity, mean)
        self.list_errands(q)
        if not self.errands:
            return
        contact = turning.contact_tendency(
            self.trust, village.offer["wait"], q.trust_response, q.queue_response
        )
        for errand in self.errands:
            errand[1] = self.way(errand[0], q, old, contact)
        self.go(q, old)
        if village.persons <= 1.0:
            self.channel = self.errands[0][1]

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

    def way(self, number: int, q: Any, old: bool, contact: float) -> int:
        """Return the way of an errand; note what a visit costs cadres."""
        keys, village, group, offer = (
            self.model.keys_now,
            self.village,
            self.group,
            self.village.offer,
        )
        lot, kind = draws.beside(self.identity, number), errands.kind_in(number)
        if kinds.is_new(kind) and draws.uniform(keys["service.leader"], lot) < group.settled:
            return GROUP_LEADER
        online = self.digital and draws.uniform(keys["service.eligible"], lot) < offer["eligible"]
        shut = (
            group.site == OUTPOST and draws.uniform(keys["service.open"], lot) >= offer["opening"]
        )
        visited = (old and offer["visit_elderly"]) or group.distance_km >= offer["visit_km"]
        ready = group.chances[old][shut][kind]
        given = (
            ready,
            OFFICE if shut else group.site,
            q.phone_attraction if kind < MANDATORY else 0.0,
            offer["proxy"] if kind != URGENT else 0.0,
            offer["online"] * online,
        )
        visit = q.visit_attraction * visited
        to = kinds.way_at(draws.uniform(keys["errands.way"], lot), *given, visit, contact)
        if to != VISIT:
            return to
        trip = turning.visit_minutes(
            q.minutes_visit, group.office_km, q.visit_speed, q.visits_per_trip
        )
        village.visits_wanted += trip
        if draws.uniform(keys["service.visit_room"], lot) < offer["visit_room"]:
            village.visit_minutes += trip
            village.visits += 1
            return to
        return kinds.way_at(draws.uniform(keys["errands.other_way"], lot), *given, 0.0, contact)

    def go(self, q: Any, old: bool) -> None:
        """Take along what else one has; note journeys and what desks are asked."""
        village, group, persons = self.village, self.group, self.village.persons
        office, outpost = (sum(to == site for _, to in self.errands) for site in (OFFICE, OUTPOST))
        taken = errands.among(office + outpost, 1.0 / persons)
        for errand in self.errands:
            lot = draws.beside(self.identity, errand[0])
            along = errand[1] == WAITS
            if along and draws.uniform(self.model.keys_now["errands.along"], lot) < taken:
                errand[1] = OFFICE if office > 0 else OUTPOST
            village.minutes += errands.minutes_of(errand[1], q.record[0], village.offer)
            new = kinds.is_new(errands.kind_in(errand[0]))
            village.requests += new and errand[1] != GROUP_LEADER
        speed = q.road_speed_elderly if old else q.road_speed
        hours, trips, vain = travel.calling(
            persons * errands.among(office, 1.0 / persons),
            persons * errands.among(outpost, 1.0 / persons),
            village.offer,
            travel.road_hours(group.office_km, speed),
            travel.road_hours(group.distance_km, speed),
            q.site_wait,
        )
        village.travel += hours
        village.trips += trips
        village.trips_in_vain += vain
        village.travel_elderly += hours if old else 0.0
        village.travel_remote += hours if group.remote else 0.0

    def see_errands(self) -> None:
        """See which errands are settled, remember it, and let the others wait or run out."""
        model, village, keys = self.model, self.village, self.model.keys_now
        memory = model.values.service.experience_memory
        for number, to in self.errands:
            lot, kind = draws.beside(self.identity, number), errands.kind_in(number)
            luck = draws.uniform(keys["service.served"], lot)
            done = to != WAITS and luck < village.chance[to]
            later = NONE if done else kinds.waits_as(kind)
            if later != NONE:
                name = WAITING[later]
                setattr(self, name, min(MOST_OVERDUE, getattr(self, name) + 1))
            village.overdue += later == OVERDUE
            ends = kind != OVERDUE and (done or later in (NONE, OVERDUE))
            own = village.persons <= 1.0
            own = own or draws.uniform(keys["service.own"], lot) < 1.0 / village.persons
            if (to != WAITS or ends) and own:
                self.experience = model.store(
                    needs.update_experience(self.experience, float(done), memory)
                )
            if ends:
                self.end(to if done else GAVE_UP, done)

    def end(self, way: int, done: bool) -> None:
        """Note an errand that was settled in time, or has run out."""
        village, old = self.village, self.model.month - self.birth_month >= ELDER
        village.channel[way] += village.weight / village.persons
        village.needs += 1
        village.met += done
        village.needs_elderly += old
        village.met_elderly += old and done
        village.needs_remote += self.group.remote
        village.met_remote += self.group.remote and done
