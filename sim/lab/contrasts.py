"""Which points of a design are compared with which."""

from dataclasses import dataclass

from sim.lab.design import Design, Point
from sim.lab.loading import Experiment
from sim.lab.schema import Compare


@dataclass(frozen=True, slots=True)
class Contrast:
    """A point and the one it is compared with on the same luck."""

    point: Point
    reference: Point


def contrasts(experiment: Experiment, design: Design) -> list[Contrast]:
    """Return the paired contrasts of a design.

    In a comparison every arm against the baseline, in the same county and at the same
    levels of the factors; in a factorial every point against the first of its county. Other
    designs have none.
    """
    spec = experiment.spec
    if isinstance(spec, Compare):
        baseline = spec.baseline if spec.baseline is not None else next(iter(spec.arms))
        cells = {_cell(point): point for point in design.points if point.head.arm == baseline}
        others = [point for point in design.points if point.head.arm != baseline]
        return [Contrast(point, cells[_cell(point)]) for point in others]
    if spec.method != "factorial":
        return []
    first: dict[str | None, Point] = {}
    for point in design.points:
        first.setdefault(point.head.county, point)
    return [
        Contrast(point, first[point.head.county])
        for point in design.points
        if point is not first[point.head.county]
    ]


def _cell(point: Point) -> tuple[str, ...]:
    return tuple(f"{key}={label}" for key, label in point.labels.items() if key != "arm")
