"""Borders: which old village belongs to which unit, where its office is, how far people live.

A unit is an administrative village (or community). It is named by the old village whose office
it keeps: `unit[v]` is that village's index, and without a merger `unit[v] == v`. Nothing is
renumbered by a merger, so that every villager, group and account can be compared across
policies.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.compiled import B1, F8, I4, I8, Records
from sim.model.parameters import Values
from sim.model.processes.errands import chances_to_go
from sim.model.processes.kinds import KINDS
from sim.model.processes.needs import attractions

if TYPE_CHECKING:
    from sim.model.world.layout import World
    from sim.model.world.plan import MergerPlan

NEVER = -1_000_000  # month of a merger that has not happened


class Borders:
    """Units, their offices and outposts, and distances; V old villages, G groups.

    Attributes
    ----------
    unit : int32 array (V,)
        Unit of each old village, named by its seat.
    is_unit : bool array (V,)
        The old village is the seat of a unit.
    is_village : bool array (V,)
        It is the seat of a unit of the village class (not a community).
    villages, start : int64 arrays (V,), (V + 1,)
        Old villages ordered by unit: those of unit u are ``villages[start[u]:start[u + 1]]``.
    originals : int64 array (V,)
        Old villages of each unit (0 where not a seat).
    registered : int64 array (V,)
        Registered persons of each unit (0 where not a seat).
    remotest : int64 array
        Absorbed villages, those whose office was farthest from the seat's first.
    groups : float64 array (V,)
        Administrative villager groups of each old village.
    merged_in : int64 array (V,)
        Month in which the unit was merged.
    outpost : bool array (V,)
        The absorbed village's office is kept as an outpost (by the plan, or by a later policy).
    office_km, outpost_km : float64 arrays (G,)
        Road distance of each group to its office and its nearest outpost (infinite if none).
    near, near_office : float64 arrays (G, 2)
        Decay at the nearer of the two, and at the office, for residents under 60 and over.
    site : uint8 array (G,)
        Which of the two is nearer (`sim.model.processes.service`).
    mean_km : float64 array (V,)
        Mean road distance of each old village's persons to the nearer of the two.
    selected : dict
        Units that selectors reach (`CountyModel.select`), as far as they were asked for.
    remote : bool array (G,)
        Far from its office once the reference plan is in force, without outposts: the same
        groups before and after, and under every policy.
    """

    def __init__(self, world: "World", values: Values, reference: I4) -> None:
        count = len(world.villages)
        self._world = world
        self._values = values
        self.unit = np.arange(count, dtype=np.int32)
        self.is_unit = np.ones(count, dtype=bool)
        self.is_village = np.array(world.villages.is_village, dtype=bool)
        self.outpost = np.zeros(count, dtype=bool)
        self.groups = np.bincount(world.group_village, minlength=count).astype(float)
        self.merged_in = np.full(count, NEVER, dtype=np.int64)
        self._planned_outpost = self.outpost
        self._road_left = np.ones(count)
        self.remote = self._office_km(reference) > values.service.remote_km
        self._derive()

    def redraw(self, plan: "MergerPlan", month: int, group_ratio: float) -> None:
        """Put a merger plan into force.

        Parameters
        ----------
        plan : MergerPlan
            Old village -> seat, kept outposts, and which units leave the village class.
        month : int
            Month of the merger.
        group_ratio : float
            Administrative groups after per group before, in every village, merged or not: groups
            were merged province-wide.
        """
        self.unit[:] = plan.seat
        self._planned_outpost = plan.outpost
        self.outpost[:] = plan.outpost
        self.is_village[:] &= ~plan.becomes_community
        self.groups *= group_ratio
        sizes = np.bincount(self.unit, minlength=self.unit.size)
        self.merged_in[sizes > 1] = month
        self._derive()

    def _derive(self) -> None:
        """Work out everything that follows from `unit` and `outpost`."""
        count = self.unit.size
        self.is_unit[:] = self.unit == np.arange(count)
        self.is_village &= self.is_unit
        self.villages = np.argsort(self.unit, kind="stable").astype(np.int64)
        self.start = np.searchsorted(self.unit[self.villages], np.arange(count + 1)).astype(
            np.int64
        )
        self.originals = np.diff(self.start)
        self.registered = self.total(self._world.registered)
        self.remotest = self._by_remoteness()
        self.selected: dict[Any, B1] = {}
        self._distances()

    def open_outposts(self, opened: B1) -> None:
        """Open outposts besides those of the plan; `opened`: absorbed villages, shape (V,)."""
        outpost = self._planned_outpost | (opened & ~self.is_unit)
        if outpost.tobytes() != self.outpost.tobytes():
            self.outpost[:] = outpost
            self._distances()

    def run_buses(self, road_left: F8) -> None:
        """Let buses run: `road_left` is what the road costs over what it does without, (V,)."""
        if not np.array_equal(road_left, self._road_left):
            self._road_left = road_left.copy()
            self._distances()

    def largest_first(self, units: I8) -> I8:
        """Return units by their registered persons, the largest first."""
        return units[np.argsort(-self.registered[units], kind="stable")]

    def _by_remoteness(self) -> I8:
        """Return the absorbed villages, those whose office was farthest from the seat's first."""
        absorbed = np.flatnonzero(~self.is_unit)
        offices = self._world.office.astype(float)
        away = np.hypot(*(offices[absorbed] - offices[self.unit[absorbed]]).T)
        return absorbed[np.argsort(-away, kind="stable")]

    def _homes(self) -> F8:
        """Return where each group's people live, in cells (G, 2).

        Settlements crowd around the old village's office: hamlets lie nearer to it, by the
        share `settlement_concentration`, than if people were spread evenly over the land.
        """
        world = self._world
        middle = world.office.astype(float)[world.group_village]
        nearer = self._values.service.settlement_concentration
        return middle + (1.0 - nearer) * (world.group_site.astype(float) - middle)

    def _office_km(self, unit: I4) -> F8:
        """Return the road distance of each group to the office of its unit, km (G,)."""
        offices = self._world.office.astype(float)[unit[self._world.group_village]]
        return np.hypot(*(self._homes() - offices).T) * self._km_per_cell()

    def _km_per_cell(self) -> float:
        """Return the road that one cell's side makes, km."""
        return self._world.cell_km * self._values.service.road_detour

    def _distances(self) -> None:
        """Work out road distances and the attraction of the sites for every group."""
        group_unit = self.unit[self._world.group_village]
        homes, offices = self._homes(), self._world.office.astype(float)
        self.office_km = self._office_km(self.unit)
        self.outpost_km = np.full(group_unit.size, np.inf)
        for village in np.flatnonzero(self.outpost):
            served = np.flatnonzero(group_unit == self.unit[village])
            away = np.hypot(*(homes[served] - offices[village]).T) * self._km_per_cell()
            self.outpost_km[served] = np.minimum(self.outpost_km[served], away)
        left = self._road_left[group_unit]  # what a road costs decides who goes, not its length
        self.near = np.empty((group_unit.size, 2))
        self.near_office = np.empty((group_unit.size, 2))
        self.site = np.empty(group_unit.size, dtype=np.uint8)
        attractions(
            self._values.service.record,
            self.office_km * left,
            self.outpost_km * left,
            self.near,
            self.near_office,
            self.site,
        )
        self.chances = np.empty((group_unit.size, 2, 2, KINDS))
        chances_to_go(
            self._values.service.record,
            self.office_km * left,
            self.outpost_km * left,
            self.near,
            self.near_office,
            self.chances,
        )
        self.mean_km = self._mean_km()

    def _mean_km(self) -> F8:
        """Return the mean road distance to the nearest site by old village, over persons, km."""
        village, persons = self._world.group_village, self._world.group_registered.astype(float)
        count = self.unit.size
        weighted = np.bincount(village, persons * self.distance_km, count)
        return weighted / np.maximum(np.bincount(village, persons, count), 1.0)

    def total(self, by_village: Records) -> Records:
        """Return a quantity of old villages added up by unit, shape (V,), 0 where no seat.

        Whole numbers are exact up to 2^53.
        """
        added = np.bincount(self.unit, by_village, self.unit.size)
        return added.astype(by_village.dtype, copy=False)

    def mean_office_km(self) -> F8:
        """Return the mean road distance to the office by unit, over registered persons, km (V,)."""
        persons = self._world.group_registered.astype(float)
        unit, count = self.unit[self._world.group_village], self.unit.size
        weighted = np.bincount(unit, persons * self.office_km, count)
        return weighted / np.maximum(np.bincount(unit, persons, count), 1.0)

    @property
    def distance_km(self) -> F8:
        """Road distance of each group to the nearest site, km, shape (G,)."""
        return np.minimum(self.office_km, self.outpost_km)
