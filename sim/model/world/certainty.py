"""How surely the lists tell each old village's new unit: certain, likely or unknown.

``certain``: its name stands in the list after. ``likely``: the new unit's name of two characters
is made of its name and one other's, each the only one of the township that has the character
(docs/lessons_of_lists.md scores the rule). ``unknown``: neighbours and distance decide.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.model.world.reform import Reform
from sim.model.world.registry import base_name

CERTAIN, LIKELY, UNKNOWN = LEVELS = ("certain", "likely", "unknown")


class Joint(NamedTuple):
    """Two old villages (rows of the units) whose names make that of a new one (row after)."""

    one: int
    other: int
    row: int


def joint_names(reform: Reform) -> list[Joint]:
    """Return the pairs of old villages that a new name of two characters is made of.

    Each character stands in the name of exactly one old village of the township whose own name is
    gone, and the two are different villages of one township before.
    """
    units, match, after = reform.units, reform.match, reform.after
    if match is None or after is None:
        return []
    gone: dict[str, list[int]] = {}
    leaving = set(reform.converted)
    for v, row in enumerate(match.anchor):
        if row < 0 and v not in leaving:
            gone.setdefault(match.township[v], []).append(v)
    pairs = []
    for row in match.new_villages:
        name = base_name(after.name[row])
        options = gone.get(after.township[row], [])
        parts = [[v for v in options if part in base_name(units.name[v])] for part in name]
        if len(name) == 2 and all(len(found) == 1 for found in parts):
            a, b = parts[0][0], parts[1][0]
            if a != b and units.township[a] == units.township[b]:
                pairs.append(Joint(a, b, row))
    return pairs


def certainty(
    reform: Reform, seat: npt.NDArray[np.int32], named: dict[int, str]
) -> tuple[str, ...]:
    """Return, for each of the V old villages, how surely its unit in a plan is told.

    Parameters
    ----------
    reform : Reform
        What the two lists say.
    seat : int array (V,)
        The plan: old village whose office the new unit keeps.
    named : dict of int to str
        Name of the new unit, by its seat.
    """
    match, after = reform.match, reform.after
    found = [UNKNOWN] * seat.size
    if match is None or after is None:
        return tuple(found)
    for pair in joint_names(reform):
        home = int(seat[pair.one])
        if seat[pair.other] == home and named[home] == after.name[pair.row]:
            found[pair.one] = found[pair.other] = LIKELY
    for v, rows in enumerate(zip(match.anchor, match.community, strict=True)):
        if max(rows) >= 0:
            found[v] = CERTAIN
    return tuple(found)
