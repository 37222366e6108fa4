"""Contrasts: which points of a design are compared with which."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from sim.lab.file.schema import GRIDS

#: point and the point it is compared with
Contrast = tuple[int, int]
Points = Sequence[tuple[int, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A setting under which arms are compared.

    Attributes
    ----------
    levels : dict
        County, and level of every factor; None where no arm takes it.
    points : dict of str to int
        Arm -> its point. An arm that takes fewer factors has one point in several cells.
    """

    levels: dict[str, Any]
    points: dict[str, int]


def missing(label: Any) -> bool:
    """Tell whether a point has no level of a factor: None, or NaN as tables give it."""
    return label is None or (isinstance(label, float) and math.isnan(label))


def cells(points: Points) -> list[Cell]:
    """Return the settings under which the arms of a design are compared, in its order."""
    names = [name for name in (points[0][1] if points else ()) if name != "arm"]
    names += [n for _, labels in points for n in labels if n not in (*names, "arm")]
    names = list(dict.fromkeys(names))
    levels = {name: _levels(points, name) for name in names}
    places = _Places(points, names)
    found: dict[tuple[int, ...], Cell] = {}
    for combination in product(*levels.values()):
        at = places.of(dict(zip(names, combination, strict=True)))
        own: dict[str, Any] = dict.fromkeys(names)
        for number in at.values():
            own |= places.labels[number]
        if at:
            found.setdefault(tuple(at.values()), Cell(own, at))
    return list(found.values())


def _levels(points: Points, name: str) -> list[Any]:
    """Return the levels of a factor by what they are called; one None if no point has any."""
    given = (labels.get(name) for _, labels in points)
    return list({str(label): label for label in given if not missing(label)}.values()) or [None]


class _Places:
    """Finds the point of every arm at given levels, whichever of them the arm takes."""

    def __init__(self, points: Points, names: Sequence[str]) -> None:
        self.labels: dict[int, dict[str, Any]] = {}
        self.arms = list(dict.fromkeys(str(labels["arm"]) for _, labels in points))
        #: names that a point has levels of -> arm and levels -> number
        self.of_names: dict[tuple[str, ...], dict[tuple[str, ...], int]] = {}
        for number, labels in points:
            own = {name: labels[name] for name in names if not missing(labels.get(name))}
            at = self.of_names.setdefault(tuple(own), {})
            at[str(labels["arm"]), *map(str, own.values())] = number
            self.labels[number] = own

    def of(self, levels: dict[str, Any]) -> dict[str, int]:
        """Return the point of every arm that has one there."""
        found = {}
        for arm in self.arms:
            for names, at in self.of_names.items():
                key = (arm, *(str(levels[name]) for name in names))
                if key in at:
                    found[arm] = at[key]
        return found


def contrasts(method: str, baseline: str | None, points: Points) -> list[Contrast]:
    """Return the paired contrasts of a design: each a point and the one it is compared with.

    In a comparison every arm against the baseline, in the same county and at the same levels of
    those factors that both take: where one takes fewer, its point is compared with several. In
    a factorial every point against the first of its county. One at a time: every arm as it is
    against the baseline, and each with a factor at an end against itself as it is. Other designs
    have none.

    Parameters
    ----------
    method : str
        The experiment's.
    baseline : str or None
        Name of the arm others are compared with (method compare).
    points : sequence of (int, mapping)
        Number and levels of every point, in order.
    """
    if method not in (*GRIDS, "one_at_a_time"):
        return []
    if method == "one_at_a_time":
        pairs = _from_the_middle(baseline, points)
    elif method == "factorial":
        first: dict[str, int] = {}
        for number, labels in points:
            first.setdefault(str(labels.get("county")), number)
        pairs = [(number, first[str(labels.get("county"))]) for number, labels in points]
    else:
        found = cells(points)
        pairs = [(n, cell.points[str(baseline)]) for cell in found for n in cell.points.values()]
    return sorted({(number, reference) for number, reference in pairs if number != reference})


def _from_the_middle(baseline: str | None, points: Points) -> list[Contrast]:
    """Return the pairs of a design of one factor at a time."""
    place = {number: _place(labels) for number, labels in points}
    middle = {at: number for (number, labels), at in zip(points, place.values(), strict=True)
              if changed_in(labels) is None}  # fmt: skip
    pairs = [(number, middle[at]) for number, at in place.items()]
    arms = [(n, middle.get((baseline, county))) for (_, county), n in middle.items()]
    return pairs + [(n, other) for n, other in arms if other is not None]


def _place(labels: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the arm and the county of a point."""
    found = (labels.get(name) for name in ("arm", "county"))
    arm, county = (None if missing(label) else str(label) for label in found)
    return arm, county


def changed_in(labels: Mapping[str, Any]) -> str | None:
    """Return the factor that a point of one factor at a time changes; None of one as it is."""
    factors = (name for name in labels if name not in ("arm", "county"))
    return next((name for name in factors if not missing(labels[name])), None)


def compared_at(own: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the levels of a contrast: a point's, and of what it does not take the other's."""
    return {name: other[name] if missing(label) else label for name, label in own.items()}


def months_apart(
    method: str, baseline: str | None, points: Points, months: Mapping[int, str]
) -> list[tuple[str, str, str, str]]:
    """Return what is compared though not of the same months: two points in words, and their months.

    A factor of a factorial may be the months: that is what it is asked for.
    """
    if method == "factorial":
        return []
    names = dict(points)
    found = {}
    for number, reference in contrasts(method, baseline, points):
        its, others = months.get(number), months.get(reference)
        if its is not None and others is not None and its != others:
            one, other = (_name(names[which]) for which in (number, reference))
            found[one, its, other, others] = None
    return list(found)


def _name(labels: Mapping[str, Any]) -> str:
    return ", ".join(str(label) for label in labels.values() if not missing(label))
