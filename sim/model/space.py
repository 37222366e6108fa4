"""Places of villagers' rows: they lie group by group, and groups village by village."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import I4, I8, U8

if TYPE_CHECKING:
    from sim.model.world.layout import World


_BLOCK = 1 << 17  # rows


def _part(start: I8, rows: slice) -> I4:
    """Return which part of a range, given by where parts start, every row is in."""
    first, last, _ = rows.indices(int(start[-1]))
    bounds = np.clip(start, first, last)
    return np.repeat(np.arange(start.size - 1, dtype=np.int32), np.diff(bounds))


class RowPlaces:
    """Mixin of the county model: which group and old village every row of villagers is in.

    Attributes
    ----------
    group_start : int64 array (G + 1,)
        Villagers of group g are the rows ``group_start[g]:group_start[g + 1]``.
    village_start : int64 array (V + 1,)
        Those of old village v are the rows ``village_start[v]:village_start[v + 1]``.
    """

    world: "World"
    group_start: I8
    village_start: I8

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
