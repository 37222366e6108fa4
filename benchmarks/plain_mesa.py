"""The county as a good Mesa user would write it: objects, methods, `AgentSet.do`, plain Python.

It is the oracle of `sim.model.county.CountyModel` and the yardstick of its speed. Every pass over
villagers, cadres, units and accounts that the county compiles is written here again for one agent
at a time (`benchmarks.plain_villager`, `benchmarks.plain_units`), with the same rules, uncompiled,
and the same draws; the state after every month is the same to the last bit. Shared with the county
are: how a county is built and drawn, the policies, and what `sim.model.processes` does in plain
Python for a few villages or posts at a time (appointments, pay, training, shocks, meetings).
"""

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from mesa.agentset import _HardKeyAgentSet

from benchmarks import plain_errands, plain_family, plain_ties, plain_units
from benchmarks.plain_villager import Villager, households, livelihood, people, trust
from benchmarks.uncompiled import single, uncompiled
from sim.model.agents.mesa.agentset import install
from sim.model.agents.villager import AWAY, DEPENDANT, ENTREPRENEUR, LOCAL
from sim.model.config.schema import Config
from sim.model.county import CountyModel
from sim.model.ledger import close_month
from sim.model.levers import STARTUP
from sim.model.processes import (
    alliances,
    budget,
    economy,
    offers,
    posts,
    ties,
    travel,
    trends,
    ventures,
)
from sim.model.processes import trust as trust_process
from sim.model.processes.service import DEFERRABLE
from sim.model.processes.ways import (
    GAVE_UP,
    GROUP_LEADER,
    OFFICE,
    ONLINE,
    OUTPOST,
    PHONE,
    PROXY,
    VISIT,
    WAYS,
)

needs: Any = uncompiled("sim.model.processes.needs")
rows: Any = uncompiled("sim.model.rows")
PEOPLE = "death", "skill", "digital", "trait", "digital_60", "online", "family"
STREAMS = (
    *(f"people.{name}" for name in PEOPLE),
    *(f"service.channel.{name}" for name in ("none", "site", "online", "visit")),
    *(f"service.{name}" for name in ("needs", "leader", "eligible", "open", "visit_room", "split")),
    *(f"errands.{name}" for name in ("kind", "way", "left", "served", "handed")),
    "service.served",
    "service.own",
    *(f"livelihood.{name}" for name in ("exit", "capital", "stay", "move", "start")),
)
#: of a village's residents, and of those with needs
COUNTED = ("residents", "residents_elderly", "residents_remote", "residents_alone")
SERVED = ("met", "needs_elderly", "met_elderly", "needs_remote", "met_remote")
SERVED += ("needs_alone", "met_alone")
GONE = ("trips", "trips_in_vain", "travel", "travel_elderly", "travel_remote", "travel_alone")
#: of errands, and of those that ended
WANTED = ("visits_wanted", "visit_minutes", "visits", "requests")
WANTED += ("minutes", "minutes_new", "minutes_outpost")
ENDED = ("needs", "overdue", *SERVED)
SERVED += GONE


class Group(SimpleNamespace):
    """A villager group: its members, their number, and their mean trust."""


class Village(SimpleNamespace):
    """An old village: its groups and members, and what they did this month."""

    def count(self, state: int) -> int:
        """Return how many members are in a labour state."""
        return sum(person.labour == state for person in self.members)


class Columns:
    """What measures outcomes asks for columns of villagers; these are lists taken from agents."""

    def __init__(self, county: "PlainCounty") -> None:
        self._county = county

    def __len__(self) -> int:
        return len(self._county.agents_by_type[Villager])

    def __getitem__(self, name: str) -> np.ndarray:
        values = self._county.agents_by_type[Villager].get(name)
        return np.array(values, dtype=self._county.dtypes[name])

    def columns(self, *names: str) -> tuple[np.ndarray, ...]:
        """Return several columns."""
        return tuple(self[name] for name in names)

    def __setitem__(self, name: str, values: np.ndarray) -> None:
        for person, value in zip(self._county.people, values.tolist(), strict=True):
            setattr(person, name, value)


class PlainCounty(CountyModel):
    """A county whose villagers are ordinary Mesa agents.

    Parameters
    ----------
    config : Config
        What the county is.
    rounds : bool
        Keep shares and incomes as the county's 32-bit columns do, so that every bit is the same;
        without, they are Python's floats (a little faster: for timing).
    """

    def __init__(self, config: Config, rounds: bool = True) -> None:
        self.store: Callable[[float], float] = single if rounds else float
        super().__init__(config)

    # --- building ----------------------------------------------------------------------

    def _people(self) -> None:
        """Draw the county as usual, then make every row an agent."""
        super()._people()
        table = self.villagers
        columns = table.agent_type.columns
        self.dtypes = {name: column.dtype for name, column in columns.items()}
        self.settles, self.applicants = True, []
        self._villages()
        lists = {name: table[name].tolist() for name in columns}
        self._agents_by_type: dict[Any, Any] = {}  # as before the tables were installed
        self._all_agents = _HardKeyAgentSet([], random=self.random)
        install(self, [self.cadres, self.collectives])
        for v, village in enumerate(self.villages):
            identity = int(self.world.identity[v])
            for group in village.groups:
                for row in range(*group.span):
                    state = {name: values[row] for name, values in lists.items()}
                    person = Villager(self, group, identity + row - village.first, state)
                    group.members.append(person)
                    village.members.append(person)
        self.villagers = Columns(self)  # type: ignore[assignment]

    def _villages(self) -> None:
        """Make villages and groups."""
        self.villages = [
            Village(
                index=v, groups=[], members=[], first=int(self.village_start[v]), anchored=0.0,
                weight=float(self.weight[v]), filled=float(self.work_found[v]), each=0,
                persons=needs.persons_drawn(float(self.weight[v])),
            )
            for v in range(len(self.world.villages))
        ]  # fmt: skip
        for g, v in enumerate(self.world.group_village.tolist()):
            span = self.group_start[g : g + 2].tolist()
            village = self.villages[v]
            group = Group(
                village=village, index=g, span=span, persons=float(span[1] - span[0]), members=[],
                trust=float(self.group_trust[g]), remote=bool(self.borders.remote[g]),
                told=[0.0] * ties.COUNTED, known_online=0.0,
            )  # fmt: skip
            village.groups.append(group)

    @property
    def people(self) -> Any:
        """All villagers, a Mesa AgentSet."""
        return self.agents_by_type[Villager]

    # --- the month ---------------------------------------------------------------------

    def _spin_up(self) -> None:
        """Bring the state to rest, and let people take it for what they are used to."""
        for _ in range(self.config.spin_up):
            self._run_month()
            self.month += 1
        change = trust_process.anchoring(self, self._usual_experience())
        for village in self.villages:
            for person in village.members:
                person.trait = self.store(person.trait + float(change[village.index]))
        self.month -= 1

    def _run_month(self) -> None:
        """Run one month, in the documented order."""
        self.keys_now = {stream: int(self.key(stream)) for stream in STREAMS}
        self.keys_now["livelihood.decides_in"] = int(self.key("livelihood.decides_in", 0))
        trends.step(self)
        self.apply_policies()
        self._live_and_die()
        plain_family.look(self)
        posts.step(self)
        self._meet()
        plain_units.work_hours(self)
        self._serve()
        plain_ties.talk(self)
        plain_units.share_workload(self)
        self._collectives()
        self._livelihood()
        self._trust()
        plain_units.wear_out(self)
        self._watch()
        budget.step(self)
        close_month(self)

    def _live_and_die(self) -> None:
        q = self.values.people
        self.mortality = [
            people.death_probability(
                age * 12.0, q.gompertz_level, q.gompertz_slope, q.child_mortality
            )
            for age in range(people.OLDEST)
        ]
        self._usual_experience()
        usual = self.values.population
        young, old = usual.digital_under_60, usual.digital_60_plus
        self.digital_kept = 1.0 - q.digital_loss * max(0.0, 1.0 - old / max(young, 1e-9))
        self.online, self.by_ties = ties.going_online(self)
        for village in self.villages:
            village.deaths, village.anchored = 0, float(self.trait_offset[village.index])
        plain_ties.count_homes(self)
        self.people.do("live")
        self.deaths[:] = [village.deaths for village in self.villages]

    def _usual_experience(self) -> np.ndarray:
        """Note every village's mean experience of residents."""
        for village in self.villages:
            residents = [person for person in village.members if person.labour != AWAY]
            counted = residents or village.members
            total = sum(rows.fixed(person.experience) for person in counted)
            village.usual = total / rows.ONE / len(counted)
        return np.array([village.usual for village in self.villages])

    def _meet(self) -> None:
        """Hear people and hold votes; take the merger's shock from those just absorbed."""
        joining, q = self.just_absorbed.copy(), self.values.trust
        self.just_absorbed[:] = False
        trust_process.meet(self)
        if not joining.any():
            return
        for village in self.villages:
            v = village.index
            heard, voted = float(self.heard[v]), float(self.voted[v])
            say = trust.voice(heard, voted, q.consultation_circle, q.vote_voice)
            loss = q.merger_shock * (1.0 - q.consultation_offset * say)
            for person in village.members if joining[v] else ():
                person.trust = self.store(min(1.0, max(0.0, person.trust + loss)))
        self._group_means()

    def _group_means(self) -> None:
        """Note every group's mean trust."""
        for village in self.villages:
            for group in village.groups:
                total = sum(rows.fixed(person.trust) for person in group.members)
                group.trust = total / rows.ONE / max(1, len(group.members))
                self.group_trust[group.index] = group.trust

    def _serve(self) -> None:
        """Let people ask, share out hours, and let them see what came of it."""
        borders, world, q = self.borders, self.world, self.values.service
        borders.open_outposts(offers.extra_outposts(self))
        borders.run_buses(travel.road_left(self.levers.buses, q.bus_cost))
        plain_units.staff(self)
        offer, settled = offers.offers_of(self), offers.settled_share(self)
        distance = np.where(offer["opening"][world.group_village] > 0, borders.distance_km, np.inf)
        distance = np.minimum(distance, borders.office_km)
        waits = q.errands == DEFERRABLE
        for village in self.villages:
            village.offer = dict(zip(offers.OFFERS.names, offer[village.index].item(), strict=True))
            village.asked = [0] * (GAVE_UP + 1)
            vars(village).update(dict.fromkeys(COUNTED + SERVED, 0))
            vars(village).update(dict.fromkeys(WANTED + ENDED, 0))
            village.channel, village.ways = [0.0] * WAYS, [[0.0] * WAYS for _ in range(3)]
            for group in village.groups:
                group.settled, group.distance_km = settled[group.index], distance[group.index]
                group.site, group.near = int(borders.site[group.index]), borders.near[group.index]
                group.near_office = borders.near_office[group.index]
                group.office_km = float(borders.office_km[group.index])
                group.near, group.near_office = group.near.tolist(), group.near_office.tolist()
                group.chances = borders.chances[group.index].tolist()
        self.people.do("run_errands" if waits else "ask")
        (self._count_errands if waits else self._count_asked)(q)
        if waits:
            plain_family.hand_over(self)
        plain_units.queue(self, offers.helping(self))
        self.outpost_bill = q.outpost_cost * borders.outpost * offer["opening"]
        for village in self.villages:
            desk, visit = self.share_served[village.index].tolist()
            village.chance = [0.0] * WAYS
            village.chance[GROUP_LEADER], village.chance[VISIT] = 1.0, visit
            village.chance[OFFICE] = desk * village.offer["attended"]
            village.chance[OUTPOST] = desk * village.offer["outpost_attended"]
            village.chance[ONLINE] = desk
            village.chance[PHONE], village.chance[PROXY] = desk, village.chance[OFFICE]
            village.chance = [self.store(chance) for chance in village.chance]
        self.people.do("see_errands" if waits else "be_served")
        for village in self.villages:
            record, weight = self.flows[village.index], village.weight / village.persons
            for name in SERVED if not waits else ENDED:
                record[name] = getattr(village, name) * weight
            if waits and self.coarse:
                asked = zip(village.tried, village.chance, strict=True)
                record["channel"] = [ways * (chance * weight) for ways, chance in asked]
                record["channel"][GAVE_UP] = max(village.needs - village.met, 0.0) * weight
            elif waits:
                record["channel"] = village.channel

    def _count_asked(self, q: Any) -> None:
        """Note what every village's people asked for."""
        self.flows[:] = 0.0
        minutes = [0.0] * (GAVE_UP + 1)
        minutes[ONLINE] = q.minutes_online
        for village in self.villages:
            record, weight = self.flows[village.index], village.weight / village.persons
            minutes[OFFICE] = village.offer["minutes_office"] * village.offer["attended"]
            minutes[OUTPOST] = q.minutes_outpost * village.offer["outpost_attended"]
            for name in COUNTED:
                record[name] = getattr(village, name) * village.weight
            record["visits_wanted"] = village.visits_wanted * weight
            record["visit_minutes"] = village.visit_minutes * weight
            record["visits"] = village.asked[VISIT] * weight
            for way, asked in enumerate(village.asked):
                record["channel"][way] = asked * weight
                record["needs"] += asked * weight
                record["minutes"] += asked * minutes[way] * weight
                if way == OUTPOST:
                    record["minutes_outpost"] = asked * minutes[way] * weight
            record["minutes_new"] = record["minutes"]
        self.flows["requests"] = self.flows["channel"][:, OFFICE : VISIT + 1].sum(axis=1)

    def _count_errands(self, q: Any) -> None:
        """Note what every village's people are about."""
        for village in self.villages:
            if self.coarse:
                village.visits = sum(ways[VISIT] for ways in village.ways)
                village.tried = [new + old for new, old in zip(*village.ways[:2], strict=True)]
                for to in range(WAYS):
                    minutes = plain_errands.desks.minutes_of(to, q.record[0], village.offer)
                    new, waits, late = (ways[to] for ways in village.ways)
                    village.minutes_new += new * minutes
                    village.minutes += (new + waits + late) * minutes
                    reached = plain_errands.desks.reaching(to, village.offer)
                    village.requests += (new + waits) * reached
                    if to == OUTPOST:
                        village.minutes_outpost = (new + waits + late) * minutes
            record, weight = self.flows[village.index], village.weight / village.persons
            for name in COUNTED:
                record[name] = getattr(village, name) * village.weight
            for name in WANTED + GONE:
                record[name] = getattr(village, name) * weight

    def _collectives(self) -> None:
        """Run projects, assemblies and collectives."""
        economy.prepare(self)
        queued = self.project_pipeline[:, :, 0].sum(axis=1)
        luck = alliances.put_together(self, economy.shocks(self))
        leaders = economy.leader_ability(self)
        economy.settle(self, plain_units.run_collectives(self, luck, leaders, queued))

    def _livelihood(self) -> None:
        """Let people choose, fund ventures, and settle everybody's money."""
        q, support = self.values.livelihood, ventures.offer(self)
        startup = self.levers.startup[0]
        self.startup = SimpleNamespace(**dict(zip(STARTUP.names, startup.item(), strict=True)))
        ventures_here = np.array([v.count(ENTREPRENEUR) * v.weight for v in self.villages])
        seen = ventures.examples(self, ventures_here)
        for village in self.villages:
            v = village.index
            away = village.count(AWAY)
            working = len(village.members) - village.count(DEPENDANT)
            stay = q.local_wage * max(village.filled, 0.01)
            village.gain, village.gone = float(np.log(q.out_wage / stay)), away / max(working, 1)
            village.offer_startup, village.examples = float(support[v]), float(seen[v])
            village.returns = 0
        self.applicants: list[Villager] = []
        self.people.do("decide")
        self.returned_rows[:] = [village.returns for village in self.villages]
        self._fund()
        self._settle()

    def _fund(self) -> None:
        """Draw lots for support, and give new ventures their capital (`processes.ventures`)."""
        s, key, month = self.startup, int(self.key("livelihood.support")), self.month
        places = self.support_places + s.number / 12.0
        row = max(0.0, float(self.weight.max()) - 1.0)
        self.support_places = min(places, max(s.number, 1.0) + row)
        if s.number == 0.0:
            self.support_places = 0.0
        for person in self.applicants:
            needed = -person.venture_capital
            own = min(person.savings, needed)
            grant = min(round(s.grant * 100), needed - own)
            person.plan = own, grant, min(round(s.loan * 100), needed - own - grant), needed
            person.wins = False
        can = [
            (livelihood.uniform(key, person.identity), number, person)
            for number, person in enumerate(self.applicants)
            if self.levers.startup_where[person.village.index]
            and s.budget > self.budget_out
            and (month - person.birth_month) / 12.0 <= s.max_age
            and person.skill >= s.min_skill
            and (person.returned or person.labour == AWAY or s.returned_only == 0.0)
        ]
        weights = costs = 0.0
        limit = s.budget - self.startup_spent
        one = livelihood.uniform(int(self.key("livelihood.support_row", 0)), 0)
        for _, _, person in sorted(can, key=lambda one: one[:2]):
            weight, cost = person.village.weight, (person.plan[1] + person.plan[2]) / 100.0
            counts = min(weight, 1.0 + one * max(weight - 1.0, 0.0))
            weights, costs = weights + weight, costs + weight * cost
            has_place = weights - weight + counts <= self.support_places
            paid = costs - weight * cost + counts * cost <= limit
            person.wins = has_place and paid
            if has_place and not paid:
                self.budget_out = s.budget
        self._start_ventures(s)

    def _start_ventures(self, s: SimpleNamespace) -> None:
        """Start the ventures of those who win support, or do without."""
        book = {name: [] for name in ("own", "grants", "loans", "kin", "outside")}
        supported, started, spent = [], [], []
        for person in self.applicants:
            own, grant, loan, needed = person.plan
            weight = person.village.weight
            person.venture_capital = 0
            if not (person.wins or person.labour == ENTREPRENEUR):
                spent.append(0.0)
                for amounts in book.values():
                    amounts.append(0.0)
                continue
            grant, loan = grant * person.wins, loan * person.wins
            kin = math.floor(self.values.livelihood.informal_credit * (needed - own - grant - loan))
            outside = round(s.outside * 100) * person.wins
            if person.wins:
                supported.append(weight)
                if person.labour == AWAY:
                    person.returned = True
                    self.returned_rows[person.village.index] += 1
            started.append(weight)
            spent.append(weight * (grant + loan))
            person.savings -= own
            person.labour, person.venture_start = ENTREPRENEUR, self.month
            person.venture_capital = own + grant + loan + kin
            person.venture_loan, person.venture_outside = loan, outside
            person.venture_due = math.ceil(loan / (12.0 * max(s.term, 1 / 12)))
            person.venture_interest = self.store(s.interest if loan > 0 else 0.0)
            for name, amount in zip(book, (own, grant, loan, kin, outside), strict=True):
                book[name].append(weight * amount)
        self.support_places -= float(np.array(supported).sum())
        self.startup_spent += float(np.array(spent).sum()) / 100.0
        self.ventures_started = float(np.array(started).sum())
        self.ventures_supported = float(np.array(supported).sum())
        self.ventures_by_month.append(self.ventures_started)
        ventures._book(self, {name: round(float(np.sum(part))) for name, part in book.items()})

    def _settle(self) -> None:
        """Run the month of every household and venture, and post it."""
        q = self.values.livelihood
        self.spent = 1.0 - (1.0 - q.savings_spent) ** (1.0 / 12.0)
        for village in self.villages:
            village.sums = dict.fromkeys(households.SUMS.names, 0)
            village.each = int(self.collectives.agent(village.index).each)
            village.each += int(self.helper_pay[village.index])
            self._remit(village, q)
            jobs, stayers = 0.0, 0
            for person in village.members:
                stayers += person.labour == LOCAL
                if person.labour == ENTREPRENEUR:
                    size = person.venture_capital + q.outside_additional * person.venture_outside
                    jobs += households.venture_jobs(
                        size / 100.0, q.startup_capital, q.capital_reference,
                        q.startup_capital_log_sd, q.jobs_per_venture,
                    )  # fmt: skip
            spare = 1.0 - q.local_days_share
            village.filled = q.local_days_share + spare * min(1.0, jobs / max(1, stayers))
            self.venture_jobs[village.index], self.work_found[village.index] = jobs, village.filled
        self.people.do("earn")
        sums = np.zeros(len(self.villages), dtype=households.SUMS)
        for village in self.villages:
            for name, amount in village.sums.items():
                sums[name][village.index] = amount
        households.post(self, sums)

    def _remit(self, village: Village, q: Any) -> None:
        """Share what people away send home among the village's residents."""
        sent = sum(
            households.sent_home(person.skill, q.out_wage, q.remitted_share)
            for person in village.members
            if person.labour == AWAY
        )
        residents = len(village.members) - village.count(AWAY)
        village.received = sent // residents if residents > 0 else 0
        village.left = sent - village.received * residents
        village.remits = residents > 0  # nobody is there: nothing is sent
        self.remitted[village.index] = village.received
        if plain_family.together(self):
            plain_family.share(village, q, residents)

    def _trust(self) -> None:
        """Adjust trust."""
        circumstances = trust_process.circumstances(self, self._usual_experience()).tolist()
        self.trust_rate = 1.0 - (1.0 - self.values.trust.adjust_rate) ** (1.0 / 12.0)
        response = self.values.trust.grievance_response * (self.values.ties.ties == ties.ON)
        for village in self.villages:
            here = circumstances[village.index]
            village.circumstance, village.dividend, village.outsider, village.event = here[:4]
            for group in village.groups:
                group.trust = float(self.group_trust[group.index])
                group.sorer = response * (float(self.aggrieved[group.index]) - here[4])
        self.people.do("adjust_trust")
        self._group_means()

    def _watch(self) -> None:
        """Divert, find, recover and dismiss."""
        found = np.array(plain_units.watch(self))
        accounts, ledger = self.collectives, self.ledger
        ledger.post("leakage", "collectives", "cadres", int(accounts["leakage"].sum()))
        ledger.post("recovery", "cadres", "collectives", int(accounts["recovered"].sum()))
        self.leakage_found[:] = found[self.borders.unit]
