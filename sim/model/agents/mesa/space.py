"""The merged-village grid as Mesa's space: cells, property layers, and who stands where."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.agents.columns import RowAgent, Table
from sim.model.agents.mesa.grid import county_grid
from sim.model.agents.villager import Villager
from sim.model.compiled import B1, I4, I8

if TYPE_CHECKING:
    from sim.model.borders import Borders
    from sim.model.world.layout import World


class OnGrid:
    """Mixin of the county model: villagers live at their group's hamlet, the others' office."""

    world: "World"
    borders: "Borders"
    group_start: I8
    slots: int
    villagers: Table
    cadres: Table
    collectives: Table
    in_post: B1

    @cached_property
    def grid(self) -> Any:
        """Mesa's grid (rows from the north, columns from the west), made when first asked for.

        Layers: ``original_village``, ``merged_village``, ``township``, ``villager_group``; -1
        outside the county.
        """
        layers = {
            "original_village": self.world.cell_village,
            "merged_village": self.on_cells(self.borders.unit),
            "township": self.on_cells(self.world.township),
            "villager_group": self.world.cell_group,
            "empty": self._without_residents(),
        }
        return county_grid(self, self.world.cell_group.shape, layers)

    def on_cells(self, by_village: I4) -> I4:
        """Return a number of old villages on the grid, -1 outside the county (rows, cols)."""
        village = self.world.cell_village
        return np.where(village >= 0, by_village[village], -1).astype(np.int32)

    def _without_residents(self) -> B1:
        """Return the cells where neither a hamlet nor an office is (rows, cols)."""
        empty = np.ones(self.world.cell_group.shape, dtype=bool)
        for sites in (self.world.group_site, self.world.office):
            empty[sites[:, 0], sites[:, 1]] = False
        return empty

    def redraw_grid(self) -> None:
        """Bring the layer of merged villages up to date, if anybody has asked for the grid."""
        if "grid" in self.__dict__:
            self.grid.merged_village.data[:] = self.on_cells(self.borders.unit)

    def cell_of(self, agent: RowAgent) -> Any:
        """Return the cell an agent stands on: a villager's hamlet, the others' office."""
        if isinstance(agent, Villager):
            site = self.world.group_site[agent.group]
        else:
            site = self.world.office[agent.village]
        return self.grid[int(site[0]), int(site[1])]

    def agents_at(self, coordinate: tuple[int, ...]) -> list["RowAgent"]:
        """Return the agents who stand on a cell."""
        world, unit = self.world, self.borders.unit
        groups = np.flatnonzero((world.group_site == coordinate).all(axis=1))
        rows = [np.arange(self.group_start[g], self.group_start[g + 1]) for g in groups]
        found = [self.villagers.agent(int(row)) for part in rows for row in part]
        here = (world.office == coordinate).all(axis=1) & self.borders.is_unit
        posts = np.flatnonzero(self.in_post)
        posts = posts[here[unit[posts // self.slots]]]
        found += [self.cadres.agent(int(row)) for row in posts]
        return found + [self.collectives.agent(int(v)) for v in np.flatnonzero(here)]
