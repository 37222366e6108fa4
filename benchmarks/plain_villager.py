"""The villager as an ordinary Mesa agent: what one person does in a month, in plain Python.

Every method is one pass of `sim.model.processes` over villagers, written again for one agent at a
time; it calls the same rules, uncompiled, and draws the same luck.
"""

from math import floor
from typing import TYPE_CHECKING, Any

import mesa

from benchmarks import plain_family, plain_ties
from benchmarks.plain_errands import Errands
from benchmarks.uncompiled import uncompiled
from sim.model.agents.villager import ADULT, AWAY, DEPENDANT, ELDER, ENTREPRENEUR, LOCAL
from sim.model.processes.family import ADULTS, OTHERS

if TYPE_CHECKING:
    from benchmarks.plain_mesa import Group, PlainCounty

draws: Any = uncompiled("sim.model.draws")
people: Any = uncompiled("sim.model.processes.people")
needs: Any = uncompiled("sim.model.processes.needs")
ties: Any = uncompiled("sim.model.processes.ties")
turning: Any = uncompiled("sim.model.processes.turning")
ways: Any = uncompiled("sim.model.processes.ways")
service: Any = uncompiled("sim.model.processes.service")
travel: Any = uncompiled("sim.model.processes.travel")
livelihood: Any = uncompiled("sim.model.processes.livelihood")
households: Any = uncompiled("sim.model.processes.households")
trust: Any = uncompiled("sim.model.processes.trust")
fen = households.fen


class Villager(Errands, mesa.Agent):
    """One registered resident; the attributes are the columns of `sim.Villager`."""

    model: "PlainCounty"

    def __init__(
        self, model: "PlainCounty", group: "Group", identity: int, state: dict[str, Any]
    ) -> None:
        super().__init__(model)
        self.group, self.village, self.identity = group, group.village, identity
        vars(self).update(state)

    @property
    def net(self) -> bool:
        """Whether the person can turn online, or somebody at home does."""
        return self.online_at_home if plain_family.together(self.model) else self.digital

    # --- people ------------------------------------------------------------------------

    def live(self) -> None:
        """Die, perhaps, and be followed by a newborn."""
        model, keys, who = self.model, self.model.keys_now, self.identity
        self.errands_well = self.errands_badly = 0
        before = bool(self.digital)
        if model.month - self.birth_month == ELDER and self.digital:
            self.digital = draws.uniform(keys["people.digital_60"], who) < model.digital_kept
        age = model.month - self.birth_month
        if age % 12 == 0 and max(model.online + model.by_ties) > 0.0:
            old = age >= ELDER
            share = plain_ties.online_near(self, before)
            chance = ties.follows(model.online[old], model.by_ties[old], share)
            lot = draws.uniform(keys["people.online"], who)
            self.digital = bool(self.digital) or lot < chance
        year = min(people.OLDEST - 1, max(0, age // 12))
        if draws.uniform(keys["people.death"], who) >= model.mortality[year]:
            return
        q, village = model.values.population, self.village
        village.deaths += 1
        self.birth_month = model.month
        self.skill = model.store(people.drawn_skill(draws.normal(keys["people.skill"], who)))
        self.digital = draws.uniform(keys["people.digital"], who) < q.digital_under_60
        self.labour, self.income = DEPENDANT, 0.0
        z = draws.normal(keys["people.trait"], who)
        self.trait = model.store(q.trust_mean + q.trust_sd * z - village.anchored)
        self.trust = model.store(self.group.trust)
        self.experience = model.store(village.usual)
        if plain_family.together(model):
            plain_family.be_born(self, draws.uniform(keys["people.family"], who))

    # --- service -----------------------------------------------------------------------

    def ask(self) -> None:
        """Have needs, and turn somewhere with them."""
        model, keys, who = self.model, self.model.keys_now, self.identity
        self.needs, self.channel = 0, needs.NO_NEED
        if self.labour == AWAY:
            return
        q, village, group = model.values.service, self.village, self.group
        old = model.month - self.birth_month >= ELDER
        village.residents += 1
        village.residents_elderly += old
        village.residents_remote += group.remote
        village.residents_alone += self.alone
        mean = q.request_rate * q.elderly_rate_ratio if old else q.request_rate
        self.needs = draws.poisson(keys["service.needs"], who, mean * village.persons)
        if self.needs == 0:
            return
        if draws.uniform(keys["service.own"], who) < needs.one_asks(self.needs, village.persons):
            leader = draws.uniform(keys["service.leader"], who) < group.settled
            self.channel = needs.GROUP_LEADER if leader else self.turn(q, old)
        if village.persons > 1.0:
            self.part_ways(q, old)
        else:
            village.asked[self.channel] += self.needs

    def offered(self, q: Any, old: bool) -> tuple[float, float, float]:
        """Return the attraction of a visit, the minutes of one, and the factor on turning there."""
        offer, group = self.village.offer, self.group
        offered = (old and offer["visit_elderly"]) or group.distance_km >= offer["visit_km"]
        minutes = turning.visit_minutes(
            q.minutes_visit, group.office_km, q.visit_speed, q.visits_per_trip
        )
        contact = turning.contact_tendency(
            self.trust, offer["wait"], q.trust_response, q.queue_response
        )
        return q.visit_attraction if offered else 0.0, minutes, contact

    def part_ways(self, q: Any, old: bool) -> None:
        """Split the needs of the persons a row stands for among the ways."""
        offer, group, village = self.village.offer, self.group, self.village
        visit, trip, contact = self.offered(q, old)
        *shares, wants = ways.row_shares(
            group.settled, group.site, offer["opening"], group.near[old],
            group.near_office[old], offer["eligible"] if self.net else 0.0, offer["online"],
            visit, contact, offer["visit_room"],
        )  # fmt: skip
        key = self.model.keys_now["service.split"]
        split = ways.split_ways(key, self.identity, self.needs, group.settled, *shares)
        self.ways = [0, *split]
        village.asked = [one + more for one, more in zip(village.asked, self.ways, strict=True)]
        village.visits_wanted += self.needs * wants * trip
        village.visit_minutes += self.ways[needs.VISIT] * trip

    def turn(self, q: Any, old: bool) -> int:
        """Return the channel chosen for needs that the group does not settle."""
        keys, who, offer, group = self.model.keys_now, self.identity, self.village.offer, self.group
        visit, trip, contact = self.offered(q, old)
        online = 0.0
        if self.net and draws.uniform(keys["service.eligible"], who) < offer["eligible"]:
            online = offer["online"]
        site, pull = group.site, group.near[old]
        if site == needs.OUTPOST and draws.uniform(keys["service.open"], who) >= offer["opening"]:
            site, pull = needs.OFFICE, group.near_office[old]
        clocks = tuple(
            draws.exponential(keys[f"service.channel.{option}"], who) if pulls else turning.NEVER
            for option, pulls in (("none", 1), ("site", 1), ("online", online), ("visit", visit))
        )
        way = turning.choose_channel(clocks, site, pull, online, visit, contact)
        alone = self.needs if self.village.persons <= 1.0 else 0
        if way == needs.VISIT:
            self.village.visits_wanted += alone * trip
            if draws.uniform(keys["service.visit_room"], who) >= offer["visit_room"]:
                return turning.choose_channel(clocks, site, pull, online, 0.0, contact)
            self.village.visit_minutes += alone * trip
        return way

    def be_served(self) -> None:
        """See whether one's needs are met, and remember it."""
        if self.needs == 0:
            return
        model, village = self.model, self.village
        luck = draws.uniform(model.keys_now["service.served"], self.identity)
        met = 1 if luck < village.chance[self.channel] else 0
        if self.channel != needs.NO_NEED:
            self.remember(met)
        settled = float(met * self.needs)
        if village.persons > 1.0:
            settled = 0.0
            for asked, chance in zip(self.ways, village.chance, strict=False):
                settled += asked * chance
        village.met += settled
        old = model.month - self.birth_month >= ELDER
        road = self.travel(old)
        village.travel += road
        if old:
            village.needs_elderly += self.needs
            village.met_elderly += settled
            village.travel_elderly += road
        if self.group.remote:
            village.needs_remote += self.needs
            village.met_remote += settled
            village.travel_remote += road
        if self.alone:
            village.needs_alone += self.needs
            village.met_alone += settled
            village.travel_alone += road

    def travel(self, old: bool) -> float:
        """Return the hours spent on the road and waiting."""
        q, village, group = self.model.values.service, self.village, self.group
        office, outpost = (
            (self.ways[way] if village.persons > 1.0 else self.needs * (self.channel == way))
            for way in (needs.OFFICE, needs.OUTPOST)
        )
        speed = q.road_speed_elderly if old else q.road_speed
        to_office = travel.road_hours(group.office_km, speed)
        to_site = travel.road_hours(group.distance_km, speed)
        road, trips, vain = travel.calling(
            office, outpost, village.offer, to_office, to_site, q.site_wait
        )
        village.trips += trips
        village.trips_in_vain += vain
        return road

    # --- livelihood --------------------------------------------------------------------

    def decide(self) -> None:
        """Once a year: stay, leave or return, start a venture or close one."""
        model, keys, who, q = (
            self.model,
            self.model.keys_now,
            self.identity,
            self.model.values.livelihood,
        )
        lot = draws.uniform(keys["livelihood.decides_in"], who)
        if livelihood.decides_in(lot, q.festival_share) != model.month % 12 + 1:
            return
        age = model.month - self.birth_month
        if age < ADULT:
            self.labour, self.returned = DEPENDANT, False
            return
        if self.labour == ENTREPRENEUR:
            years = (model.month - self.venture_start) / 12.0
            closes = livelihood.exit_probability(years, q.exit_hazard, q.exit_peak)
            if draws.uniform(keys["livelihood.exit"], who) < closes:
                self.labour = LOCAL
        if age >= ELDER:
            if plain_family.together(model):
                model.homes[self.family][OTHERS] += self.labour == AWAY
            self.labour = DEPENDANT
        if age >= ELDER or self.venture_capital > 0:
            return
        self.choose(age, q)

    def choose(self, age: int, q: Any) -> None:
        """Choose by a race of exponential clocks: who would start a venture applies."""
        keys, who, village = self.model.keys_now, self.identity, self.village
        away = self.labour == AWAY
        out = livelihood.pull(
            village.gain, q.gain_reference, village.gone, q.network_reference, self.skill,
            q.wage_response, q.network_response, q.leave_skill_response,
        )  # fmt: skip
        if plain_family.together(self.model):
            out -= plain_family.tied(self, away)
        move = livelihood.move_weight(
            away, age, out, q.age_response, q.return_rate, q.entry_leave_rate, q.leave_rate
        )
        leaves = draws.exponential(keys["livelihood.move"], who) / move
        others = min(draws.exponential(keys["livelihood.stay"], who), leaves)
        moves = leaves <= others
        clock = draws.exponential(keys["livelihood.start"], who)
        z = draws.normal(keys["livelihood.capital"], who)
        needed = livelihood.needed_capital(z, q.startup_capital, q.startup_capital_log_sd)
        alone = self.weigh(0.0, 0.0, needed, away, q)
        helped = alone
        s = self.model.startup
        if village.offer_startup > 0.0 and livelihood.eligible(
            away or self.returned, self.skill, age / 12.0, s.returned_only, s.min_skill, s.max_age
        ):
            lent = min(s.loan, max(0.0, needed - self.savings / 100.0 - s.grant))
            helped = self.weigh(village.offer_startup, lent * s.interest, needed, away, q)
        if clock / helped < others:
            self.venture_capital = -int(needed * 100.0)
            self.model.applicants.append(self)
        if clock / alone < others:
            self.labour = ENTREPRENEUR
        elif moves or not away:
            self.labour = AWAY if moves and not away else LOCAL
        if plain_family.together(self.model):
            home = self.model.homes[self.family]
            home[ADULTS] += away - (self.labour == AWAY)
        if away and self.labour != AWAY:
            self.returned = True
            village.returns += 1

    def weigh(self, support: float, interest: float, needed: float, away: bool, q: Any) -> float:
        """Return the weight of a venture with so much support, at so much interest a year."""
        share = livelihood.capital_at_hand(self.savings / 100.0, support, needed, q.informal_credit)
        net, wage = q.venture_return - q.venture_rent, q.local_wage * (0.5 + self.skill)
        gain = livelihood.profit_gain(share * needed, net, interest, wage)
        return livelihood.start_weight(
            q.startup_rate if away else q.startup_rate_local, share, gain, self.skill,
            self.village.examples, q.capital_reference, q.profit_reference, q.example_reference,
            q.capital_response, q.profit_response, q.skill_response, q.example_response,
        )  # fmt: skip

    # --- money -------------------------------------------------------------------------

    def earn(self) -> None:
        """Earn, run one's venture, save and spend."""
        model, village, labour = self.model, self.village, self.labour
        q = model.values.livelihood
        sums, usual = village.sums, q.local_days_share
        wage = pension = profit = instalment = 0
        age = model.month - self.birth_month
        if labour == AWAY:
            wage = fen(q.out_wage * households.wage_factor(self.skill))
            if village.remits:
                sent = households.sent_home(self.skill, q.out_wage, q.remitted_share)
                wage -= sent
                sums["remittances"] += sent
            sums["wages_away"] += wage
        elif labour != DEPENDANT:
            wage = fen(households.local_income(self.skill, q.local_wage, usual))
            sums["wages_local"] += wage
        elif age >= ELDER:
            pension = fen(q.ageing_income)
            sums["pensions"] += pension
            if age < 12.0 * q.elder_work_until:
                wage = fen(households.local_income(self.skill, q.local_wage, q.elder_work))
                sums["wages_local"] += wage
        if labour != AWAY and plain_family.together(model):
            pension += self.received
        elif labour != AWAY:
            pension += village.received + (village.left > 0)
            village.left -= 1
        if labour == LOCAL:
            more = fen(households.local_income(self.skill, q.local_wage, village.filled - usual))
            sums["wages_ventures"] += more
            wage += more
        if labour == ENTREPRENEUR:
            profit, instalment = self.run_venture(q)
        elif model.settles and self.venture_capital > 0:
            sums["closed"] += 1
            sums["scrapped"] += self.venture_capital + self.venture_outside
            sums["written_off"] += self.venture_loan
            self.venture_capital = self.venture_outside = 0
            self.venture_loan = self.venture_due = 0
        earned = wage + pension + profit + village.each
        self.income = model.store(earned / 100.0)
        if model.settles:
            held = self.savings + earned - instalment
            eats = households.consumed(max(0, earned), self.savings, q.saving_share, model.spent)
            eaten = min(floor(eats), held)
            self.savings = held - eaten
            sums["consumption"] += eaten

    def run_venture(self, q: Any) -> tuple[int, int]:
        """Return the month's profit of one's venture, and the instalment of its loan, fen."""
        sums = self.village.sums
        gross = floor(self.venture_capital * q.venture_return / 12.0)
        rent, interest, repaid = households.dues(
            self.venture_capital, self.venture_loan, self.venture_due, self.venture_interest,
            q.venture_rent, gross + self.savings,
        )  # fmt: skip
        profit = gross - rent - interest
        if self.model.settles:
            self.venture_loan -= repaid
            sums["rent"] += rent
            sums["interest"] += interest
            sums["repaid"] += repaid
            sums["profits"] += max(0, profit - repaid)
            sums["covered"] += max(0, repaid - profit)
        return profit, repaid

    # --- trust -------------------------------------------------------------------------

    def adjust_trust(self) -> None:
        """Move one's trust toward what circumstances call for, and toward the neighbours'."""
        model, village, q = self.model, self.village, self.model.values.trust
        own = village.circumstance + self.group.sorer
        own += trust.signal(
            self.trait, self.experience, village.dividend, village.outsider,
            q.service_response, q.dividend_response, q.outsider_leader,
        )  # fmt: skip
        after = trust.adjust(self.trust, own, self.group.trust, q.peer_weight, model.trust_rate)
        self.trust = model.store(min(1.0, max(0.0, after + village.event)))
