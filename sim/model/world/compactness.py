"""Compactness of villages: how near their shape is to a disk."""

import numpy as np

from sim.model.world.layout import World
from sim.model.world.partition import Floats

#: cells of a village from which on the values are worth printing
FEWEST_CELLS = 16


def polsby_popper(world: World) -> Floats:
    """Return each village's area over that of a disk with its perimeter (V,): 1 for a disk.

    A square has 0.79, a strip four times as long as wide 0.50. The perimeter is estimated from the
    cells by Crofton's formula in four directions, which is up to 6 % short for figures of hundreds
    of cells and more for small ones: values are up to an eighth too high there, a third at 16 cells
    (a square of 4 by 4: 1.02), and mean nothing below (a single cell: 1.75).

    Parameters
    ----------
    world : World
        The county.
    """
    grid, count = np.pad(world.cell_village, 1, constant_values=-1), len(world.villages)
    perimeter = np.zeros(count)
    for one, other, apart in (
        (grid[:, :-1], grid[:, 1:], 1.0),
        (grid[:-1], grid[1:], 1.0),
        (grid[:-1, :-1], grid[1:, 1:], np.sqrt(0.5)),
        (grid[:-1, 1:], grid[1:, :-1], np.sqrt(0.5)),
    ):
        met = one != other
        for side in (one[met], other[met]):
            perimeter += np.bincount(side[side >= 0], minlength=count) * apart
    return 4 * np.pi * world.village_cells / (perimeter * np.pi / 8) ** 2
