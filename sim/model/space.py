"""The merged-village grid as Mesa's space: cells, property layers, and who stands where."""

import math
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.agents.villager import Villager
from sim.model.compiled import B1, I4, I8, U8

if TYPE_CHECKING:
    from sim.model.agents.columns import RowAgent, Table
    from sim.model.borders import Borders
    from sim.model.world.layout import World


_BLOCK = 1 << 17  # rows


def _part(start: I8, rows: slice) -> I4:
    """Return which part of a range, given by where parts start, every row is in."""
    first, last, _ = rows.indices(int(start[-1]))
    bounds = np.clip(start, first, last)
    return np.repeat(np.arange(start.size - 1, dtype=np.int32), np.diff(bounds))


class OnGrid:
    """Mixin of the county model: villagers live at their group's hamlet, the others' office."""

    world: "World"
    borders: "Borders"
    group_start: Any
    village_start: Any
    slots: int
    villagers: "Table"
    cadres: "Table"
    collectives: "Table"
    in_post: Any

    @cached_property
    def grid(self) -> Any:
        """Mesa's grid (rows from the north, columns from the west), made when first asked for.

        Layers: ``original_village``, ``merged_village``, ``township``, ``villager_group``; -1
        outside the county.
        """
        from sim.model.agents.grid import county_grid

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

    def cell_of(self, agent: "RowAgent") -> Any:
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

    def blocks(self) -> Iterator[slice]:
        """Yield the villager rows in blocks of whole villages: what is drawn takes no room."""
        first, start = 0, self.village_start.tolist()
        for last, following in zip(start[1:], [*start[2:], math.inf], strict=True):
            if following - first > _BLOCK and last > first:
                yield slice(first, last)
                first = last

    def row_group(self, rows: slice = slice(None)) -> I4:
        """Return the group of every villager row, or of some."""
        return _part(self.group_start, rows)

    def row_village(self, rows: slice = slice(None)) -> I4:
        """Return the old village of every villager row, or of some."""
        return _part(self.village_start, rows)

    def group_of(self, row: int) -> int:
        """Return the group of one villager row."""
        return int(np.searchsorted(self.group_start, row, side="right")) - 1

    def village_of(self, row: int) -> int:
        """Return the old village of one villager row."""
        return int(np.searchsorted(self.village_start, row, side="right")) - 1

    def row_identity(self, rows: slice) -> U8:
        """Return the identity of villager rows: their village's, and their place in the village.

        Stable under every policy. Another population is another population: where villages' persons
        or `scale` differ, later rows of a village are other people.
        """
        village = self.row_village(rows)
        ordinal = np.arange(rows.start, rows.stop) - self.village_start[village]
        return self.world.identity[village] + ordinal.astype(np.uint64)
