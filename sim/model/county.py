"""The county: a Mesa model whose month reads as verbs."""

from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.agents.cadre import POSTS, SLOTS, Cadre
from sim.model.agents.collective import VillageCollective
from sim.model.agents.columns import Table
from sim.model.agents.framework import mesa
from sim.model.agents.mesa.agentset import install
from sim.model.agents.mesa.resumable import Resumable
from sim.model.agents.mesa.space import OnGrid
from sim.model.agents.villager import AWAY, Villager
from sim.model.borders import Borders
from sim.model.compiled import B1, I4, I8, U8
from sim.model.draws import MonthKeys, stable_hash, stream_key, stream_keys, uniforms
from sim.model.ledger import Ledger, close_month, open_books
from sim.model.levers import Levers
from sim.model.monthly import SPENDING
from sim.model.outcomes.recorder import Recorder
from sim.model.policies import Policy, Selector
from sim.model.policies.applying import put_in_force, stand_until, tally
from sim.model.policies.dose import Doses
from sim.model.policies.trigger import Firing, ended
from sim.model.processes import (
    budget,
    economy,
    family,
    hours,
    households,
    livelihood,
    offers,
    oversight,
    people,
    posts,
    service,
    strain,
    ties,
    trends,
    trust,
    workload,
)
from sim.model.rows import labour_states, means
from sim.model.space import RowPlaces
from sim.model.village_state import VillageState
from sim.model.world import population
from sim.model.world.case import Case, build_case

if TYPE_CHECKING:
    from sim.model.config.schema import Config
    from sim.model.policies.merger import Merger


class CountyModel(VillageState, RowPlaces, OnGrid, Resumable, mesa.Model):
    """A county before, during and after its reform.

    Parameters
    ----------
    config : Config
        What the county is, and which policies apply (`sim.load`).
    seed : int, optional
        Seed of the run's luck; the configuration's if not given.
    case : Case, optional
        The county's world and its registry lists, if already built for this seed.

    Attributes
    ----------
    config : Config
        What the county is, and which policies apply.
    values, usual_values : Values
        Parameters in force this month, and as configured, by process (`sim.model.parameters`).
    seed : int
        Seed of the run's luck.
    case : Case
        World, registry lists and merger plan.
    world : World
        Map and registered persons: V old villages, G villager groups.
    month : int
        Month just simulated (`sim.model.calendar`).
    built, merged : bool
        The first posts are filled (who is appointed from now on is newly so); the merger is done.
    villagers, cadres, collectives : Table
        State in columns; `agents_by_type` gives Mesa's views of the same.
    in_post : bool array (V * slots,)
        Which rows of `cadres` have a holder now.
    slots : int
        Rows of `cadres` for each old village, the last one for a first secretary.
    weight : float64 array (V,)
        Registered persons for whom each villager row of an old village stands.
    coarse : bool
        Some row stands for more than one person.
    ways : uint8 array (N, 7)
        Needs of this month by way (`sim.model.processes.needs`), of rows of several persons; one
        row at scale 1, where a person goes one way (`channel`).
    group_trust : float64 array (G,)
        Mean trust of a group's villagers, 0-1: the peers of this month.
    told : float64 array (G, 5)
        Residents of a group, those online, their own errands ended well and badly, those aggrieved.
    known_online, aggrieved : float64 array (G,)
        How many of those whom they know are online, last month; share aggrieved themselves.
    home : float32 array (families, 4)
        The first four of `told` by family; none where families or ties are not told apart.
    borders : Borders
        Units, offices and distances.
    town_km : float64 array (V,)
        Road distance of the old village's office to its township's seat, km.
    original_posts : int64 array (V,)
        Posts of the old village before the reform.
    policies, in_force : dict of str to Policy
        The policies given, by block name, in order of application; those in force this month.
    usual_levers, levers : Levers
        What the levers are without any policy; what the policies set this month.
    levers_until : int
        First month in which they may set something else.
    ledger : Ledger
        Every flow of money, and what everybody holds.
    spending : dict of str to float
        The county's spending this month by purpose (`sim.model.monthly.SPENDING`), yuan.
    trained : bool array (V * slots,)
        Which rows of `cadres` were trained this month.
    ventures_started, ventures_supported, ventures_closed : float
        Ventures started this month, with support, and closed.
    ventures_by_month : list of float
        Ventures started in every month so far.
    support_places : float
        Ventures that can still be supported: a twelfth of a year's number is added each month.
    budget_out : float
        Budget for ventures that has run out: it pays no more, a larger one would, yuan.
    startup_spent : float
        Grants and loans given to ventures so far, yuan.
    recorder : Recorder
        Outcomes recorded so far.
    doses : Doses
        What policies asked for, and what was delivered (`sim.model.policies.dose`).
    trigger_log : list of Firing
        When `when` or `until` of a policy started or ended it, and why.

    See Also
    --------
    VillageState : What a month changes of old villages and units.
    RowPlaces : Which rows of villagers belong to which group and village.
    """

    def __init__(self, config: "Config", seed: int | None = None, case: Case | None = None) -> None:
        self.seed = config.seed if seed is None else seed
        self._keys = MonthKeys(self.seed)
        super().__init__(rng=self.seed)
        self.config = config
        self.policies = config.active()
        self.usual_values = config.values()
        self.values = trends.at_start(self.usual_values, config.start)
        self.case = build_case(config, self.seed) if case is None else case
        self.world = self.case.world
        self.month = config.start - config.spin_up
        self.merged = False
        self.trigger_log: list[Firing] = []
        self.doses = Doses(config.start + config.months - 1, config.until is not None)
        self.built = False
        self._place()
        self._people()
        self._spin_up()
        self.recorder = Recorder(self)

    # --- the month ---------------------------------------------------------------------

    def step(self) -> None:
        """Simulate one month and record it; after the last month `running` is False."""
        self.month += 1
        self._run_month()
        tally(self)
        self.recorder.record()
        self.running = not ended(self.config, self.recorder)

    def _spin_up(self) -> None:
        """Bring the state to rest, and let people take it for what they are used to."""
        for _ in range(self.config.spin_up):
            self._run_month()
            for name, policy in self.in_force.items():  # as of one's own may be
                self.doses.count_moved(name, policy, self)
            self.month += 1
        trust.anchor(self)
        self.month -= 1

    def _run_month(self) -> None:
        """Run one month, in the documented order."""
        for process in MONTH:
            process(self)

    def apply_policies(self) -> None:
        """Set the month's levers: first as without any policy, then policy by policy.

        They stay in months in which no policy sets anything else than before.
        """
        self.spending = dict.fromkeys(SPENDING, 0.0)
        self.ventures_supported = 0.0
        if self.month < self.levers_until:
            return
        self.levers.take(self.usual_levers)
        self.in_force = {}
        for name, policy in self.policies.items():
            if put_in_force(self, name, policy):
                self.in_force[name] = policy
        np.minimum(self.levers.posts, POSTS * self.originals(), out=self.levers.posts)
        self.levers_until = stand_until(self)

    def merge(self, policy: "Merger") -> None:
        """Redraw the borders; absorbed villages' people feel it, posts are filled anew."""
        before = self.borders.unit.copy()
        self.borders.redraw(self.case.plan, self.month, policy.group_ratio)
        self.usual_levers.reset(self.values, self.usual_posts())
        self.levers.take(self.usual_levers)  # first of the policies: none set yet
        absorbed = self.borders.unit != before
        self.just_absorbed[:] = absorbed  # trust.meet takes the shock once policies are set
        self.posts_reopened[self.borders.unit[absorbed]] = True
        self.merged = True
        self.redraw_grid()

    def branch(self, config: "Config", case: Case) -> "CountyModel":
        """Return a copy that goes on from here under other policies.

        Parameters
        ----------
        config : Config
            As this county's but for its policies, none of which begins before the next month.
        case : Case
            The same world (the same object) and reference, with the plan of those policies.
        """
        shared: dict[int, Any] = {id(self.config): config, id(self.case): case}
        shared[id(self.policies)] = config.active()
        unchanging = self.world, self.values, self.usual_values, *self.ledger.closed
        other = deepcopy(self, shared | {id(each): each for each in unchanging})
        other.levers_until = self.month + 1
        return other

    # --- building ----------------------------------------------------------------------

    def _place(self) -> None:
        """Make the arrays of villages, units and groups."""
        count = len(self.world.villages)
        self.borders = Borders(self.world, self.values, self.case.reference.seat)
        self.usual_levers, self.levers = Levers(count), Levers(count)
        self.levers_until = self.month
        self.in_force: dict[str, Policy] = {}
        lag = self.values.economy.return_lag
        self.begin_villages(count, self.world.group_village.size, max(1, round(12 * lag)))
        of_posts, persons = self.values.posts, self.world.registered
        before = of_posts.posts_before, of_posts.posts_by_size
        self.original_posts = posts.shared_out(*before, persons)
        self.usual_levers.reset(self.values, self.usual_posts())
        self.levers.take(self.usual_levers)
        self.town_km = self.world.town_km * self.values.service.road_detour
        self.ventures_started = self.ventures_supported = self.ventures_closed = 0.0
        self.ventures_by_month: list[float] = []
        self.support_places = self.startup_spent = self.budget_out = 0.0
        self.spending = dict.fromkeys(SPENDING, 0.0)
        self._orders: dict[tuple[str, bytes], I8] = {}  # what `fixed_order` gave so far
        self.ledger, self.slots = Ledger(), SLOTS

    def _people(self) -> None:
        """Make the tables of agents and fill them."""
        world, count = self.world, len(self.world.villages)
        rows = population.rows_per_group(
            world.group_registered, world.group_village, self.config.scale
        )
        self.group_start = np.concatenate(([0], np.cumsum(rows))).astype(np.int64)
        first = np.searchsorted(world.group_village, np.arange(count + 1))
        self.village_start = self.group_start[first]
        self.weight = world.registered / np.diff(self.village_start)
        self.villagers = Table(Villager, self, int(rows.sum()))
        self.coarse = bool((self.weight > 1.0).any())
        self.ways = np.zeros((int(rows.sum()) if self.coarse else 1, 7), dtype=np.uint8)
        self.in_post = np.zeros(count * self.slots, dtype=bool)
        self.trained = np.zeros(count * self.slots, dtype=bool)
        self.cadres = Table(Cadre, self, self.in_post.size, alive=self.in_post)
        self.collectives = Table(VillageCollective, self, count, alive=self.borders.is_unit)
        install(self, [self.villagers, self.cadres, self.collectives])
        population.draw_villagers(self)
        family.form(self)
        population.draw_collectives(self)
        offers.expect(self)
        trust.anchor(self)
        households.set_incomes(self)
        open_books(self)
        self.told, self.known_online, self.aggrieved, self.home = ties.nothing_told(self)
        self.group_trust = means(self.group_start, self.villagers["trust"])
        self._count_residents()
        posts.step(self)
        self.built = True

    def _count_residents(self) -> None:
        """Count residents before the first month asks for them."""
        states = labour_states(self.village_start, self.villagers["labour"])
        self.flows["residents"] = (states.sum(axis=1) - states[:, AWAY]) * self.weight

    def key(self, stream: str, month: int | None = None) -> np.uint64:
        """Return the key of a stream of draws in a month (this one if not given)."""
        if month is not None and month != self.month:
            return stream_key(self.seed, stream, month)
        if self._keys.month != self.month:
            self._keys.begin(self.month)
        return self._keys[stream]

    def keys(self, *streams: str, month: int | None = None) -> U8:
        """Return the keys of several streams of draws in a month (this one if not given)."""
        if month is not None and month != self.month:
            return stream_keys(self.seed, streams, month)
        if self._keys.month != self.month:
            self._keys.begin(self.month)
        return np.array([self._keys[stream] for stream in streams], dtype=np.uint64)

    def fixed_order(self, stream: str, units: I8) -> I8:
        """Return units in an order drawn once per county and seed."""
        known = self._orders.get((stream, units.tobytes()))
        if known is None:
            lot = uniforms(self.key(stream, 0), self.world.identity[units])
            known = units[np.argsort(lot, kind="stable")]
            known.flags.writeable = False
            self._orders[stream, units.tobytes()] = known
        return known

    # --- what processes and policies ask -------------------------------------------------

    def originals(self) -> I8:
        """Return the old villages in each unit, 0 where no seat, shape (V,)."""
        return self.borders.originals

    def usual_posts(self) -> I8:
        """Return the posts that each unit's old villages had before the reform, shape (V,)."""
        return self.borders.total(self.original_posts)

    def slot_village(self) -> I4:
        """Return the old village of every post slot."""
        return np.repeat(np.arange(len(self.world.villages), dtype=np.int32), self.slots)

    def unit_slots(self, unit: int) -> I8:
        """Return the post slots of a unit, old village by old village."""
        borders = self.borders
        villages = borders.villages[borders.start[unit] : borders.start[unit + 1]]
        return (villages[:, None] * self.slots + np.arange(self.slots)).ravel()

    def select(self, where: Selector | None) -> B1:
        """Return which units a selector reaches, shape (V,).

        A merged village's names are its seat's; its persons and distances those of all its people,
        to the office (an outpost that a policy opens does not put its village out of reach). Which
        villages a share draws is the same lot whatever the share: a larger share keeps them all.
        """
        selected = self.borders.selected
        if where not in selected:
            selected[where] = self._select(where)
        return selected[where].copy()

    def _select(self, where: Selector | None) -> B1:
        """Work out which units a selector reaches, shape (V,)."""
        villages = self.world.villages
        chosen = self.borders.is_unit.copy()
        if where is None:
            return chosen
        if where.townships is not None:
            chosen &= villages.in_townships(where.townships)
        if where.villages is not None:
            chosen &= villages.called(where.villages)
        if where.min_residents is not None:
            chosen &= self.borders.registered >= where.min_residents
        if where.max_residents is not None:
            chosen &= self.borders.registered <= where.max_residents
        if where.min_distance_km is not None:
            chosen &= self.borders.mean_office_km() >= where.min_distance_km
        if where.share < 1.0:
            units = np.flatnonzero(chosen)
            conditions = where.model_dump_json(exclude={"share"})
            kept = self.fixed_order(f"select.{stable_hash(conditions)}", units)
            chosen[:] = False
            chosen[kept[: round(where.share * units.size)]] = True
        return chosen


#: one month: what is done, in the documented order
MONTH: tuple[Callable[[CountyModel], None], ...] = (
    trends.step,
    CountyModel.apply_policies,
    people.step,
    family.step,
    posts.step,
    trust.meet,
    hours.step,
    service.step,
    ties.step,
    workload.step,
    economy.step,
    livelihood.step,
    trust.step,
    strain.step,
    oversight.step,
    budget.step,
    close_month,
)
