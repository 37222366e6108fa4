"""Kernels over many rows: who is to be worked on, and what rows add up to by village.

Most villagers ask for nothing and decide nothing in a month. A process therefore first flags,
for all rows of a village and without branches (so that the compiler works on several rows at
once), whom it concerns; `compact` lists them, and the rules run on the few. Shares are added up
as whole multiples of 2^-32 (`fixed`): exact, quicker than floats, and the same in any order.
"""

import math

import numpy as np

from sim.model.agents.villager import AWAY, ENTREPRENEUR
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, kernel, rule

ONE = 4294967296.0  # 2^32, what 1 is as a whole number


@rule
def fixed(value: float) -> int:
    """Return a number as a whole multiple of 2^-32 (cut off), so that sums are exact."""
    return math.floor(value * ONE)


@rule
def total(values: F8) -> float:
    """Return the sum of values, added in blocks and by eights as NumPy adds them."""
    count = values.size
    if count > 128:
        half = count // 16 * 8
        return total(values[:half]) + total(values[half:])
    out, eights = 0.0, count // 8 * 8
    if count >= 8:
        a, b, c, d, e, f, g, h = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for i in range(0, eights, 8):
            a, b, c, d = a + values[i], b + values[i + 1], c + values[i + 2], d + values[i + 3]
            e, f, g, h = e + values[i + 4], f + values[i + 5], g + values[i + 6], h + values[i + 7]
        out = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(eights, count):
        out += values[i]
    return out


@rule
def added(values: F8, where: B1) -> float:
    """Return the sum of the values that are flagged (`total`)."""
    kept, count = np.empty(where.size), 0
    for i in range(where.size):
        if where[i]:
            kept[count] = values[i]
            count += 1
    return total(kept[:count])


@kernel
def compact(flags: B1, count: int, rows: I4, found: int) -> int:
    """List the flags that are set among the first `count`, in `rows` from `found` on.

    Returns where the list ends.
    """
    whole = count // 8 * 8
    eights = flags.view(np.uint64)
    for eight in range(whole // 8):
        if eights[eight] != 0:
            for i in range(8 * eight, 8 * eight + 8):
                rows[found] = i
                found += flags[i]
    for i in range(whole, count):
        rows[found] = i
        found += flags[i]
    return found


@kernel
def largest(start: I8) -> int:
    """Return room for the flags of the largest village (`compact`), a multiple of 8 rows."""
    most = 0
    for v in range(start.size - 1):
        most = max(most, start[v + 1] - start[v])
    return most // 8 * 8 + 8


@kernel
def _total(values: F4) -> int:
    """Return the sum of `fixed` values."""
    total = 0
    for i in range(values.size):
        total += fixed(values[i])
    return total


@kernel
def mean_of(values: F4) -> float:
    """Return the mean of values; 0 where there are none."""
    return _total(values) / ONE / max(1, values.size)


@kernel
def means(start: I8, column: F4) -> F8:
    """Return the mean of a column by village (or group), shape (V,); 0 where there is nobody."""
    out = np.empty(start.size - 1)
    for v in range(out.size):
        out[v] = mean_of(column[start[v] : start[v + 1]])
    return out


@kernel
def mean_of_means(village_start: I8, group_start: I8, group_village: I8, means: F8) -> F8:
    """Return the mean of a column by village, shape (V,), from its means by group (G,)."""
    out = np.zeros(village_start.size - 1)
    for g in range(means.size):
        out[group_village[g]] += (group_start[g + 1] - group_start[g]) * means[g]
    for v in range(out.size):
        out[v] /= village_start[v + 1] - village_start[v]
    return out


@kernel
def shift(start: I8, change: F8, low: float, high: float, column: F4) -> None:
    """Change a column by so much in every village, within bounds."""
    for v in range(start.size - 1):
        for row in range(start[v], start[v + 1]):
            column[row] = min(high, max(low, column[row] + change[v]))


@kernel
def _residents_total(labour: U1, values: F4) -> tuple:
    """Return residents, the sum of their values, and that of all rows (`fixed`)."""
    residents, theirs, everybody = 0, 0, 0
    for i in range(labour.size):
        here = labour[i] != AWAY
        value = fixed(values[i])
        residents += here
        theirs += value if here else 0
        everybody += value
    return residents, theirs, everybody


@kernel
def resident_mean(labour: U1, values: F4) -> float:
    """Return the mean of a column over the residents of one village; over all if there is none."""
    residents, theirs, everybody = _residents_total(labour, values)
    return theirs / ONE / residents if residents > 0 else everybody / ONE / max(1, labour.size)


@kernel
def resident_means(start: I8, labour: U1, column: F4) -> tuple[F8, F8]:
    """Return the mean of a column by village over residents, and over all.

    The former is the latter where nobody is there.
    """
    at_home, overall = np.empty(start.size - 1), np.empty(start.size - 1)
    for v in range(overall.size):
        first, last = start[v], start[v + 1]
        residents, theirs, everybody = _residents_total(labour[first:last], column[first:last])
        overall[v] = everybody / ONE / max(1, last - first)
        at_home[v] = theirs / ONE / residents if residents > 0 else overall[v]
    return at_home, overall


@kernel
def _count(labour: U1, state: int) -> int:
    """Return how many rows are in a labour state."""
    found = 0
    for i in range(labour.size):
        found += labour[i] == state
    return found


@kernel
def labour_states(start: I8, labour: U1) -> I8:
    """Return the rows in each of the four labour states by village, shape (V, 4)."""
    out = np.zeros((start.size - 1, 4), dtype=np.int64)
    for v in range(out.shape[0]):
        part = labour[start[v] : start[v + 1]]
        for state in range(1, 4):
            out[v, state] = _count(part, state)
        out[v, 0] = part.size - out[v, 1] - out[v, 2] - out[v, 3]
    return out


@kernel
def _younger(labour: U1, began: I2, month: int) -> int:
    """Return how many ventures started after a month."""
    found = 0
    for i in range(labour.size):
        found += (labour[i] == ENTREPRENEUR) & (began[i] > month)
    return found


@kernel
def young_ventures(start: I8, labour: U1, began: I2, month: int) -> I8:
    """Return the ventures by village that started after a month and are still run, shape (V,)."""
    out = np.empty(start.size - 1, dtype=np.int64)
    for v in range(out.size):
        first, last = start[v], start[v + 1]
        out[v] = _younger(labour[first:last], began[first:last], month)
    return out
