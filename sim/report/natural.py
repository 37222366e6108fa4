"""Borders of villages drawn inside a county's outline: smooth, shared by neighbours, cut at it.

Villages lie on cells. Every corner of cells where two villages meet is moved to a place of its
own, the mean of its neighbours along the border a few times over; whatever borders are drawn
(villages, units, townships) run through the same places. Villages at the county's border reach a
little beyond it, and what is drawn is clipped by the outline.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.path import Path as Outline
from scipy.ndimage import distance_transform_edt

from sim.model.world.outline import covered
from sim.report.regions import Ints, outlines, relabel

_BEYOND = 3  # cells that villages reach beyond the county's border, to be cut off
_TIMES = 4
# ends of borders: the corners east and west of one across, south and north of one down
_EAST, _WEST = np.s_[:, 1:], np.s_[:, :-1]
_SOUTH, _NORTH = np.s_[1:], np.s_[:-1]


@dataclass(frozen=True, eq=False)
class NaturalBorders:
    """Villages on cells inside a county's outline.

    Attributes
    ----------
    grid : int array (rows, cols)
        Village of a cell, 0..V-1, or -1: no village, or outside the county.
    rings : tuple of float arrays (n, 2)
        The outline's closed rings: x in columns and y in rows of cells; holes run the other way.
    """

    grid: Ints
    rings: tuple[npt.NDArray[np.float64], ...]

    @cached_property
    def county(self) -> Outline:
        """The county's outline."""
        return Outline.make_compound_path(*(Outline(ring, closed=True) for ring in self.rings))

    @cached_property
    def other_land(self) -> bool:
        """Whether more land of the county is no village's than cells on its border miss."""
        inside = covered(self.rings, *self.grid.shape)
        return bool(((self.grid < 0) & inside).sum() > 0.01 * inside.sum())

    @cached_property
    def reaching(self) -> Ints:
        """The villages' cells with those beyond the border; land of no village has number V."""
        grid = np.pad(self.grid, _BEYOND, constant_values=-1)
        inside = covered([ring + _BEYOND for ring in self.rings], *grid.shape)
        grid = np.where((grid < 0) & inside, self.grid.max() + 1, grid)
        nearest: Any = distance_transform_edt(grid < 0, return_indices=True)
        away, at = nearest
        return np.where(away < _BEYOND, grid[tuple(at)], -1)

    @cached_property
    def places(self) -> npt.NDArray[np.float64]:
        """Where every corner of cells is drawn: x and y in cells (rows + 1, cols + 1, 2)."""
        grid = np.pad(self.reaching, 1, constant_values=-1)
        across = grid[:-1, 1:-1] != grid[1:, 1:-1]  # a border from a corner to the next one east
        down = grid[1:-1, :-1] != grid[1:-1, 1:]
        rows, cols = self.reaching.shape
        at = np.stack(np.meshgrid(np.arange(cols + 1.0), np.arange(rows + 1.0)), axis=-1)
        count = np.zeros((rows + 1, cols + 1, 1))
        steps = [(_EAST, _WEST, across), (_WEST, _EAST, across)]
        steps += [(_SOUTH, _NORTH, down), (_NORTH, _SOUTH, down)]
        for to, _, border in steps:
            count[to] += border[..., None]
        for _ in range(_TIMES):
            total = np.zeros_like(at)
            for to, other, border in steps:
                total[to] += at[other] * border[..., None]
            at = np.where(count > 1, (at + total / np.maximum(count, 1)) / 2, at)
        return at - _BEYOND

    def outlines(self, label: Ints) -> tuple[Outline, ...]:
        """Return the outline of every number, 0..R-1, of what villages belong to.

        Parameters
        ----------
        label : int array (V,)
            Number of each village, -1 for none.
        """
        numbers = np.append(label, -1)
        return outlines(relabel(self.reaching, numbers), self.places)
