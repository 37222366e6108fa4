"""Contrasts: which points of a design are compared with which."""

from collections.abc import Sequence
from typing import Any

from sim.lab.file.schema import GRIDS

#: point and the point it is compared with
Contrast = tuple[int, int]


def contrasts(
    method: str, baseline: str | None, points: Sequence[tuple[int, dict[str, Any]]]
) -> list[Contrast]:
    """Return the paired contrasts of a design: each a point and the one it is compared with.

    In a comparison every arm against the baseline, in the same county and at the same
    levels of the factors; in a factorial every point against the first of its county. Other
    designs have none.

    Parameters
    ----------
    method : str
        The experiment's.
    baseline : str or None
        Name of the arm others are compared with (method compare).
    points : sequence of (int, dict)
        Number and levels of every point, in order.
    """
    if method not in GRIDS:
        return []
    cells: dict[tuple[str, ...], int] = {}
    found = []
    for number, labels in points:
        if method == "factorial":
            cells.setdefault(_cell(method, labels), number)
        elif labels["arm"] == baseline:
            cells[_cell(method, labels)] = number
    for number, labels in points:
        reference = cells[_cell(method, labels)]
        if number != reference:
            found.append((number, reference))
    return found


def _cell(method: str, labels: dict[str, Any]) -> tuple[str, ...]:
    if method == "factorial":
        return (str(labels.get("county")),)
    return tuple(f"{key}={label}" for key, label in labels.items() if key != "arm")
