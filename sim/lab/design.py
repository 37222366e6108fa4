"""Designs: which points of the factor space an experiment visits."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from sim.config.loading import merge, nested, planted
from sim.config.places import Node, Place, undotted
from sim.draws import stable_hash
from sim.errors import InputError
from sim.lab.factors import Levels, Prior
from sim.lab.loading import Experiment, Head
from sim.lab.schema import Lhs, Morris, Sobol

if TYPE_CHECKING:
    import numpy as np

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
    drawn : dict of (float, float)
        Parameters drawn anew for every replicate, the same at every point: key -> range.
    """

    points: list[Point]
    columns: list[str]
    drawn: dict[str, tuple[float, float]] = field(default_factory=dict)

    def draws(self, seed: int) -> dict[str, float]:
        """Return the parameters drawn for the replicate with a seed."""
        return draws(self.drawn, seed)


def draws(ranges: dict[str, tuple[float, float]], seed: int) -> dict[str, float]:
    """Return a draw from each range: a function of the seed and the key alone."""
    return {
        key: low + (high - low) * _share(f"lab.prior {seed} {key}")
        for key, (low, high) in ranges.items()
    }


def _share(text: str) -> float:
    return ((stable_hash(text) >> 11) + 0.5) / (1 << 53)


def count(experiment: Experiment) -> int:
    """Return the number of points of an experiment's design, without building it."""
    spec, dims = experiment.spec, len(experiment.factors)
    if isinstance(spec, Lhs):
        cells = spec.samples
    elif isinstance(spec, Sobol):
        cells = spec.samples * ((2 * dims if spec.second_order and dims > 1 else dims) + 2)
    elif isinstance(spec, Morris):
        cells = spec.trajectories * (dims + 1)
    else:
        levels = [f for f in experiment.factors.values() if isinstance(f, Levels)]
        cells = math.prod(len(factor.values) for factor in levels)
    return cells * len(experiment.heads)


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
    if spec.method in ("compare", "factorial"):
        return _grid(experiment)
    cells = [_cell(experiment, row) for row in _SAMPLERS[spec.method](experiment)]
    numbered = enumerate(product(experiment.heads, cells), start=1)
    made = [_point(number, head, values, labels) for number, (head, (values, labels)) in numbered]
    return Design(made, experiment.names())


def _point(number: int, head: Head, values: dict[str, Any], labels: dict[str, Any]) -> Point:
    own = {"arm": head.arm, "county": head.county}
    return Point(number, head, values, {k: v for k, v in own.items() if v is not None} | labels)


def _grid(experiment: Experiment) -> Design:
    """Return every combination of levels; priors are drawn by replicate."""
    gridded = {k: f for k, f in experiment.factors.items() if isinstance(f, Levels)}
    priors = [key for key, factor in experiment.factors.items() if isinstance(factor, Prior)]
    ranges = {key: experiment.range_of(key) for key in priors}
    choices = [range(len(factor.values)) for factor in gridded.values()]
    points = []
    for head, chosen in product(experiment.heads, product(*choices)):
        pairs = list(zip(gridded.items(), chosen, strict=True))
        values = {key: factor.values[i] for (key, factor), i in pairs}
        labels = {key: factor.labels[i] for (key, factor), i in pairs}
        points.append(_point(len(points) + 1, head, values, labels))
    columns = [name for name in experiment.names() if name not in ranges]
    return Design(points, columns, {key: (p.low, p.high) for key, p in ranges.items()})


def _cell(experiment: Experiment, shares: "np.ndarray") -> tuple[dict[str, Any], dict[str, Any]]:
    """Return values and labels of one point of the unit cube."""
    values, labels = {}, {}
    for (key, factor), share in zip(experiment.factors.items(), shares.tolist(), strict=True):
        if isinstance(factor, Levels):
            at = factor.at(share)
            values[key], labels[key] = factor.values[at], factor.labels[at]
        elif isinstance(factor, Prior):
            known = experiment.range_of(key)
            values[key] = labels[key] = known.low + share * (known.high - known.low)
        else:
            values[key] = labels[key] = factor.value(share)
    return values, labels


def _lhs(experiment: Experiment) -> "np.ndarray":
    """Latin hypercube (McKay, Beckman & Conover 1979), drawn with the experiment's seed."""
    from scipy.stats import qmc

    assert isinstance(experiment.spec, Lhs)
    sampler = qmc.LatinHypercube(len(experiment.factors), rng=experiment.seed)
    return sampler.random(experiment.spec.samples)


def _problem(experiment: Experiment) -> dict[str, Any]:
    keys = list(experiment.factors)
    return {"num_vars": len(keys), "names": keys, "bounds": [[0.0, 1.0]] * len(keys)}


def _salib(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(f"SALib.sample.{name}")
    except ImportError as error:
        raise InputError(
            f"method {name} needs SALib: install the extra `analysis` "
            "(python -m uv run --extra analysis hecun ..., or pip install 'hecun[analysis]')"
        ) from error


def _sobol(experiment: Experiment) -> "np.ndarray":
    """Saltelli's design (2010) from a scrambled Sobol sequence."""
    assert isinstance(experiment.spec, Sobol)
    spec, problem = experiment.spec, _problem(experiment)
    second = spec.second_order and problem["num_vars"] > 1
    return _salib("sobol").sample(
        problem, spec.samples, calc_second_order=second, seed=experiment.seed
    )


def _morris(experiment: Experiment) -> "np.ndarray":
    """Morris' trajectories (1991)."""
    assert isinstance(experiment.spec, Morris)
    spec = experiment.spec
    return _salib("morris").sample(
        _problem(experiment), spec.trajectories, num_levels=spec.levels, seed=experiment.seed
    )


_SAMPLERS: "dict[str, Callable[[Experiment], np.ndarray]]" = {
    "lhs": _lhs,
    "sobol": _sobol,
    "morris": _morris,
}


def changes(values: dict[str, Any], place: "Place | Callable[[str], Place]") -> Iterator[Node]:
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
    evenly spaced over the whole.

    Raises
    ------
    InputError
        With everything wrong, each said once with the first point where it is.
    """
    from sim.config.loading import settle

    chosen = representative(design, most)
    met: dict[str, list[Point]] = {}
    for point in chosen:
        try:
            settle(tree_of(point, experiment), experiment.folders)
        except InputError as error:
            for problem in error.problems:
                met.setdefault(problem, []).append(point)
    problems = [
        problem + ("" if len(points) == len(chosen) else f" (where {points[0]})")
        for problem, points in met.items()
    ]
    if problems:
        raise InputError(problems)


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
