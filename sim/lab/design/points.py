"""Designs: which points of the factor space an experiment visits."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np

from sim.config.loading import merge, nested, planted, settle
from sim.config.places import Node, Place, undotted
from sim.errors import InputError
from sim.lab.design.drawing import Drawn, draws
from sim.lab.design.samplers import SAMPLERS
from sim.lab.file.factors import Draw, Levels, Prior, Range, Sample
from sim.lab.file.loading import Experiment, Head
from sim.lab.file.schema import (
    GRIDS,
    Calibrate,
    Discover,
    Lhs,
    Morris,
    OneAtATime,
    Search,
    Sobol,
    UntilPrecise,
)
from sim.lab.file.taking import applying, not_taken
from sim.model.calendar import format_month, parse_month

#: points that are refused rather than built
MOST_POINTS = 200_000


@dataclass(frozen=True, slots=True)
class Point:
    """One design point.

    Attributes
    ----------
    number : int
        Its number, from 1.
    head : Head
        The configuration it varies.
    values : dict
        Key of the configuration -> value; None removes the key.
    labels : dict
        Column of the design -> how the level is called.
    """

    number: int
    head: Head
    values: dict[str, Any]
    labels: dict[str, Any]

    def __str__(self) -> str:
        return ", ".join(f"{key} = {value}" for key, value in self.labels.items())


@dataclass(frozen=True, slots=True)
class Design:
    """The points of an experiment.

    Attributes
    ----------
    points : list of Point
        By number.
    columns : list of str
        Columns that tell points apart.
    drawn : dict
        What is drawn anew for every replicate, the same at every point: key -> range,
        ``{"draw": values}`` or ``{"sample": values}``.
    """

    points: list[Point]
    columns: list[str]
    drawn: dict[str, Drawn] = field(default_factory=dict)

    def draws(self, seed: int) -> dict[str, Any]:
        """Return the parameters and forms drawn for the replicate with a seed."""
        return draws(self.drawn, seed)

    def given(self, point: Point, seed: int) -> dict[str, Any]:
        """Return all that a run of a point changes: its own values, and those drawn."""
        return point.values | self.drawn_at(point, seed)

    def drawn_at(self, point: Point, seed: int) -> dict[str, Any]:
        """Return the parameters drawn for the replicate with a seed that a point takes."""
        return applying(point.head, self.draws(seed), point.values)

    def unset(self) -> dict[str, list[int]]:
        """Return the parameters drawn that are not set at every point, with the points without."""
        found: dict[str, list[int]] = {}
        for point in self.points if self.drawn else ():
            for key in self.drawn.keys() - applying(point.head, self.drawn, point.values).keys():
                found.setdefault(key, []).append(point.number)
        return dict(sorted(found.items()))


def months_of(point: Point) -> str:
    """Return the months a point records, ``"2019-01 to 2020-06"``."""
    config = point.head.config
    start = point.values.get("start", config.start)
    first = parse_month(start) if isinstance(start, str) else int(start)
    months = int(point.values.get("months", config.months))
    return f"{format_month(first)} to {format_month(first + months - 1)}"


def months_between(text: str) -> int:
    """Return how many months ``"2019-01 to 2020-06"`` are."""
    first, last = map(parse_month, text.split(" to "))
    return last - first + 1


def count(experiment: Experiment) -> int:
    """Return the number of points of an experiment's design, without building it."""
    spec, dims = experiment.spec, len(experiment.factors)
    if isinstance(spec, Lhs):
        cells = spec.samples
    elif isinstance(spec, Sobol):
        cells = spec.samples * ((2 * dims if spec.second_order and dims > 1 else dims) + 2)
    elif isinstance(spec, Morris):
        cells = spec.trajectories * (dims + 1)
    elif isinstance(spec, Calibrate | Search):
        cells = spec.cells
    elif isinstance(spec, OneAtATime):
        return sum(1 + 2 * len(_ends_of(experiment, head)) for head in experiment.heads)
    else:
        return sum(_combinations(experiment, head) for head in experiment.heads)
    return cells * len(experiment.heads)


def _levels_of(experiment: Experiment, head: Head) -> dict[str, Levels]:
    """Return the factors with levels that a configuration takes."""
    without = not_taken(head, experiment.heads, list(experiment.factors))
    factors = experiment.factors.items()
    return {k: f for k, f in factors if isinstance(f, Levels) and k not in without}


def _combinations(experiment: Experiment, head: Head) -> int:
    return math.prod(len(f.values) for f in _levels_of(experiment, head).values())


def build(experiment: Experiment) -> Design:
    """Build the design of an experiment.

    Raises
    ------
    InputError
        If it has more than `MOST_POINTS` points, or a library it needs is not installed.
    """
    points = count(experiment)
    if points > MOST_POINTS:
        place = experiment.file.get("factors") or experiment.file
        raise InputError(
            f"{place.place}: the design has {points:,} points, more than {MOST_POINTS:,}; take "
            "fewer levels or factors, or method: lhs with as many samples as you can run"
        )
    spec = experiment.spec
    if spec.method in GRIDS:
        return _grid(experiment)
    if isinstance(spec, OneAtATime):
        return _one_at_a_time(experiment)
    shares = SAMPLERS[spec.method](experiment)
    return Design(points_at(experiment, shares, 1), experiment.names())


def points_at(experiment: Experiment, shares: np.ndarray, first: int) -> list[Point]:
    """Return points of the unit cube in every arm and county, numbered from `first`."""
    cells = [_cell(experiment, row) for row in shares]
    numbered = enumerate(product(experiment.heads, cells), start=first)
    return [_point(number, head, values, labels) for number, (head, (values, labels)) in numbered]


def _point(number: int, head: Head, values: dict[str, Any], labels: dict[str, Any]) -> Point:
    """Return a point with those of some values that its configuration takes."""
    names = {"arm": head.arm, "county": head.county}
    names = {name: value for name, value in names.items() if value is not None}
    taken = applying(head, values)
    return Point(number, head, taken, names | {key: labels[key] for key in taken})


def _grid(experiment: Experiment) -> Design:
    """Return every combination of levels that makes a difference; priors are drawn by replicate."""
    ranges: dict[str, Drawn] = {}
    for key, factor in experiment.factors.items():
        if isinstance(factor, Prior):
            known = experiment.range_of(key)
            ranges[key] = (known.low, known.high)
        elif isinstance(factor, Sample):
            ranges[key] = {"sample": list(factor.values)}
        elif isinstance(factor, Draw):
            of = factor.of
            ranges[key] = (of.low, of.high) if isinstance(of, Range) else {"draw": list(of)}
    points: dict[tuple[int, str], Point] = {}
    for at, head in enumerate(experiment.heads):
        gridded = _levels_of(experiment, head)
        for chosen in product(*(range(len(factor.values)) for factor in gridded.values())):
            pairs = list(zip(gridded.items(), chosen, strict=True))
            values = {key: factor.values[i] for (key, factor), i in pairs}
            labels = {key: factor.labels[i] for (key, factor), i in pairs}
            point = _point(len(points) + 1, head, values, labels)
            points.setdefault((at, repr(point.labels)), point)
    columns = [name for name in experiment.names() if name not in ranges]
    return Design(list(points.values()), columns, ranges)


def _one_at_a_time(experiment: Experiment) -> Design:
    """Return every configuration as it is, and with each factor at its low and high end."""
    points: list[Point] = []
    for head in experiment.heads:
        points.append(_point(len(points) + 1, head, {}, {}))
        for key, ends in _ends_of(experiment, head).items():
            for value, label in zip(ends.values, ends.labels, strict=True):
                points.append(_point(len(points) + 1, head, {key: value}, {key: label}))
    return Design(points, experiment.names())


def _ends_of(experiment: Experiment, head: Head) -> dict[str, Levels]:
    """Return the low and high end of the factors that a configuration takes."""
    without = not_taken(head, experiment.heads, list(experiment.factors))
    return {key: ends_of(experiment, key) for key in experiment.factors if key not in without}


def ends_of(experiment: Experiment, key: str) -> Levels:
    """Return the low and the high end of a factor."""
    factor = experiment.factors[key]
    if isinstance(factor, Prior):
        known = experiment.range_of(key)
        factor = Range(known.low, known.high)
    if isinstance(factor, Range):
        return Levels((factor.low, factor.high), (factor.low, factor.high))
    assert isinstance(factor, Levels)
    return factor


def value_at(experiment: Experiment, key: str, share: float) -> float:
    """Return the value of a factor with a range at a share, 0 to 1, of it."""
    return float(_cell_value(experiment, key, share)[0])


def shares_of_design(experiment: Experiment) -> np.ndarray:
    """Return the points of the unit cube of a method that draws them at once, (n, D)."""
    return SAMPLERS[experiment.spec.method](experiment)


def _cell(experiment: Experiment, shares: np.ndarray) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return values and labels of one point of the unit cube."""
    values, labels = {}, {}
    for key, share in zip(experiment.factors, shares.tolist(), strict=True):
        values[key], labels[key] = _cell_value(experiment, key, share)
    return values, labels


def _cell_value(experiment: Experiment, key: str, share: float) -> tuple[Any, Any]:
    """Return value and label of a factor at a share, 0 to 1, of its range or levels."""
    factor = experiment.factors[key]
    if isinstance(factor, Levels):
        at = factor.at(share)
        return factor.values[at], factor.labels[at]
    if isinstance(factor, Prior):
        known = experiment.range_of(key)
        value = min(max(known.low + share * (known.high - known.low), known.low), known.high)
    else:
        assert isinstance(factor, Range)
        value = factor.value(share)
    return value, value


def changes(values: dict[str, Any], place: Place | Callable[[str], Place]) -> Iterator[Node]:
    """Yield the changes that values make to a configuration, as nodes at a place."""
    for key, value in values.items():
        at = place if isinstance(place, Place) else place(key)
        yield nested(undotted(key), planted(value, at))


def tree_of(point: Point, experiment: Experiment) -> Node:
    """Return the configuration of a point as written, with places."""
    tree = point.head.tree
    for change in changes(point.values, experiment.place):
        tree = merge(tree, change)
    return tree


def check_points(experiment: Experiment, design: Design, most: int = 2_000) -> None:
    """Resolve the configuration of design points, as a run will.

    All of them up to `most`; of a larger design every level of every factor, and points
    evenly spaced over the whole. Of samples the rows with the least or largest value of a parameter
    are tried, in every arm.

    Raises
    ------
    InputError
        With everything wrong, each said once with the first point where it is.
    """
    _refuse_short_sample(experiment, design)
    chosen = representative(design, most)
    chosen = [*chosen, *_sampled(design, {id(p.head): p for p in reversed(chosen)}.values())]
    met: dict[str, list[Point]] = {}
    every = len(chosen)
    for point in chosen:
        try:
            settle(tree_of(point, experiment), experiment.folders)
        except InputError as error:
            for problem in error.problems:
                met.setdefault(_with_steps(problem, experiment), []).append(point)
    problems = [
        problem + (f" (where {points[0]})" if points[0].labels and len(points) < every else "")
        for problem, points in met.items()
    ]
    if problems:
        raise InputError(problems)


def _refuse_short_sample(experiment: Experiment, design: Design) -> None:
    """Refuse replicates that would meet a sample's rows again where each must be a world."""
    wanted = experiment.spec.replicates
    until = isinstance(wanted, UntilPrecise)
    most = wanted.at_most if isinstance(wanted, UntilPrecise) else wanted
    rows = min(map(len, _given(design, "sample").values()), default=most)
    if rows < most and (until or isinstance(experiment.spec, Discover)):
        node = experiment.file.get("replicates") or experiment.file
        name = "replicates.at_most" if until else "replicates"
        raise InputError(
            f"{node.place}: {name}: {most} replicates of a sample of {rows} rows: the rows come "
            f"round again, which makes no new worlds; take {rows} at most, or a longer sample "
            "(draws: of the calibration)"
        )


def _with_steps(problem: str, experiment: Experiment) -> str:
    """Return a problem; of a range where whole numbers are expected, how to write it."""
    for key, factor in experiment.factors.items():
        said = f"{experiment.place(key)}: {key}: expected a whole number"
        if isinstance(factor, Range) and problem.startswith(said):
            steps = math.floor(factor.high) - math.ceil(factor.low) + 1
            return (
                f"{experiment.place(key)}: factors.{key}: takes whole numbers, and a range gives "
                "all between; give it steps: "
                f"{{from: {math.ceil(factor.low)}, to: {math.floor(factor.high)}, steps: {steps}}}"
            )
    return problem


def _sampled(design: Design, points: Iterable[Point]) -> Iterator[Point]:
    """Yield points with every value that is drawn of several, and with some rows of a sample.

    Those in which some parameter is least or largest.
    """
    samples, draws = _given(design, "sample"), _given(design, "draw")
    ends = {values.index(end(values)) for values in samples.values() for end in (min, max)}
    tried = [(samples, row) for row in sorted(ends)]
    tried += [(draws, row) for row in range(max(map(len, draws.values()), default=0))]
    for point in points:
        for columns, row in tried:
            drawn = {key: values[row % len(values)] for key, values in columns.items()}
            values = point.values | applying(point.head, drawn, point.values)
            yield replace(point, values=values, labels={})


def _given(design: Design, how: str) -> dict[str, list[Any]]:
    """Return the values of what is drawn in a way."""
    drawn = design.drawn.items()
    return {key: of[how] for key, of in drawn if isinstance(of, dict) and how in of}


def representative(design: Design, most: int) -> list[Point]:
    """Return all points up to `most`; of more those with a level of their own, and some others."""
    points = design.points
    if len(points) <= most:
        return points
    kept: dict[int, Point] = {}
    seen: set[tuple[str, str]] = set()
    for point in points:
        marks = {(key, repr(label)) for key, label in point.labels.items()} - seen
        if marks and len(kept) < most:
            kept[point.number] = point
            seen |= marks
    kept |= {point.number: point for point in points[:: max(1, len(points) // 500)]}
    return [kept[number] for number in sorted(kept)]
