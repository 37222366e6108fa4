"""Factorial: what two factors do together beyond each alone."""

from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.lab.methods.intervals import Floats
from sim.lab.methods.statistics import estimate
from sim.model.outcomes.catalogue import OUTCOMES

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults

#: design points up to which pairs of levels are told apart
MOST_POINTS = 5_000


def tables(results: "ExperimentResults", _: "Experiment") -> dict[str, pd.DataFrame]:
    """Return the interactions of every two factors, the largest first.

    Of levels a of one factor and b of another: ``y(a, b) - y(a, b1) - y(a1, b) + y(a1, b1)``, the
    mean over the other factors, paired by replicate; a1 and b1 are the first levels. ``of_spread``
    is its size over the standard deviation of the points' means. Those whose interval excludes 0
    come first.
    """
    design: Any = results.design
    factors = {
        str(name): list(dict.fromkeys(design[name])) for name in design.columns if name != "point"
    }
    factors = {name: levels for name, levels in factors.items() if len(levels) > 1}
    if len(factors) < 2 or len(design) > MOST_POINTS:
        return {}
    rows = []
    for key in results.shown():
        grid = values_on_grid(results, key, factors)
        spread = float(np.nanstd(_mean(grid)))
        for one, other in combinations(range(len(factors)), 2):
            rows += [
                {"outcome": key, "unit": OUTCOMES[key].unit} | row
                for row in interactions(grid, list(factors.items()), one, other, spread)
            ]
    frame = pd.DataFrame(rows)
    frame["_sure"] = (frame["low"] > 0) | (frame["high"] < 0)
    frame = frame.sort_values(["_sure", "of_spread"], ascending=False, kind="stable")
    return {"interactions": frame.drop(columns="_sure").reset_index(drop=True)}


def values_on_grid(results: "ExperimentResults", key: str, factors: dict[str, list[Any]]) -> Floats:
    """Return an outcome on the grid of the factors, (replicates, levels of each ...)."""
    design, runs = results.design, results.runs
    last: Any = runs["replicate"].max()
    at: Any = design.set_index("point")
    place = {
        point: tuple(levels.index(at.loc[point, name]) for name, levels in factors.items())
        for point in at.index
    }
    grid = np.full((int(last), *map(len, factors.values())), np.nan)
    for point, replicate, value in zip(runs["point"], runs["replicate"], runs[key], strict=True):
        grid[replicate - 1, *place[point]] = value
    return grid


def interactions(
    grid: Floats, factors: list[tuple[str, list[Any]]], one: int, other: int, spread: float
) -> list[dict[str, Any]]:
    """Return the interaction of every level of two factors with their first levels."""
    rest = tuple(i + 1 for i in range(len(factors)) if i not in (one, other))
    mean = grid.mean(axis=rest)  # replicates, levels of one, levels of the other
    rows = []
    for a, b in product(range(1, mean.shape[1]), range(1, mean.shape[2])):
        found = estimate(mean[:, a, b] - mean[:, a, 0] - mean[:, 0, b] + mean[:, 0, 0])
        rows.append(
            {"factor": factors[one][0], "level": _text(factors[one][1][a])}
            | {"with": factors[other][0], "its_level": _text(factors[other][1][b])}
            | {"interaction": found.mean, "low": found.low, "high": found.high, "n": found.n}
            | {"of_spread": abs(found.mean) / spread if spread else np.nan}
        )
    return rows


def _mean(grid: Floats) -> Floats:
    """Return the mean over the replicates that every cell has; of each cell's own if none is."""
    whole = np.isfinite(grid).all(axis=tuple(range(1, grid.ndim)))
    if whole.any():
        return grid[whole].mean(axis=0)
    there = np.isfinite(grid)
    count = there.sum(axis=0)
    total = np.where(there, grid, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)


def _text(level: Any) -> str:
    return f"{level:g}" if isinstance(level, float) else str(level)
