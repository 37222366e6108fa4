"""Which old village belongs to which unit now, where its office is, and how far people live.

A unit is an administrative village (or community). It is named by the old village whose office
it keeps: `unit[v]` is that village's index, and without a merger `unit[v] == v`. Nothing is
renumbered by a merger, so that every villager, group and account can be compared across
policies.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import F8, Records
from sim.parameters import Values
from sim.processes.service import attractions

if TYPE_CHECKING:
    from sim.world.layout import World
    from sim.world.plan import MergerPlan

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
    registered : int64 array (V,)
        Registered persons of each unit (0 where not a seat).
    groups : float64 array (V,)
        Administrative villager groups of each old village.
    merged_in : int64 array (V,)
        Month in which the unit was merged.
    outpost : bool array (V,)
        The absorbed village's office is kept as an outpost.
    office_km, outpost_km : float64 arrays (G,)
        Road distance of each group to its office and its nearest outpost (infinite if none).
    near : float64 array (G, 2)
        Decay at the nearer of the two, for residents under 60 and over.
    site : uint8 array (G,)
        Which of the two is nearer (`sim.processes.service`).
    """

    def __init__(self, world: "World", values: Values) -> None:
        count = len(world.villages)
        self._world = world
        self._values = values
        self.unit = np.arange(count, dtype=np.int32)
        self.is_unit = np.ones(count, dtype=bool)
        self.is_village = np.array(world.villages.is_village, dtype=bool)
        self.outpost = np.zeros(count, dtype=bool)
        self.groups = np.bincount(world.group_village, minlength=count).astype(float)
        self.merged_in = np.full(count, NEVER, dtype=np.int64)
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
            Administrative groups after per group before.
        """
        self.unit[:] = plan.seat
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
        self.registered = self.total(self._world.registered)
        self._distances()

    def _distances(self) -> None:
        """Work out road distances and the attraction of the nearer site for every group."""
        world = self._world
        per_cell = world.cell_km * self._values.get("service", "road_detour")
        group_unit = self.unit[world.group_village]
        site = world.group_site.astype(float)
        offices = world.office.astype(float)
        self.office_km = np.hypot(*(site - offices[group_unit]).T) * per_cell
        self.outpost_km = np.full(group_unit.size, np.inf)
        for village in np.flatnonzero(self.outpost):
            served = np.flatnonzero(group_unit == self.unit[village])
            away = np.hypot(*(site[served] - offices[village]).T) * per_cell
            self.outpost_km[served] = np.minimum(self.outpost_km[served], away)
        self.near = np.empty((group_unit.size, 2))
        self.site = np.empty(group_unit.size, dtype=np.uint8)
        attractions(self._values.service, self.office_km, self.outpost_km, self.near, self.site)

    def total(self, by_village: Records) -> Records:
        """Return a quantity of old villages added up by unit, shape (V,), 0 where no seat."""
        out = np.zeros_like(by_village)
        np.add.at(out, self.unit, by_village)
        return out

    @property
    def distance_km(self) -> F8:
        """Road distance of each group to the nearest site, km, shape (G,)."""
        return np.minimum(self.office_km, self.outpost_km)
