"""What an outcome of one's own is worth in a month: a share, mean, sum, count or quantile of rows.

Rows of several persons count as so many. What is divided by nobody is missing (NaN), as outcomes of
the catalogue are; a count, or a sum, of nobody is 0.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sim.model.compiled import B1, F8
from sim.model.outcomes.columns import State, columns, read, rows
from sim.model.outcomes.expression import evaluate

How = Literal["share", "mean", "sum", "count", "quantile", "value"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the rows of a table.

    Attributes
    ----------
    of : str
        ``villagers``, ``cadres``, ``collectives``, ``villages`` or ``county``.
    how : str
        ``share``, ``mean``, ``sum``, ``count``, ``quantile`` or, of the county, ``value``.
    what : str or None
        The expression it is of; None of a count, and of the share of all who meet `where`.
    where : str or None
        Which rows; all if None.
    weight : str or None
        What each row weighs besides the persons it stands for.
    at : float
        Share of a quantile.
    """

    of: str
    how: How
    what: str | None = None
    where: str | None = None
    weight: str | None = None
    at: float = 0.5


def value(asked: Asked, state: State) -> float:
    """Return what is asked, at the end of a month; NaN where it is of nobody."""
    read_columns: dict[str, Any] = {}

    def reading(name: str) -> Any:
        if name not in read_columns:
            read_columns[name] = read(asked.of, name, state)
        return read_columns[name]

    def given(text: str, kind: type = float) -> tuple[Any, B1]:
        """Return what an expression gives of every row, and in which rows it can be told."""
        found, fine = evaluate(text, columns(asked.of), reading)
        told = np.broadcast_to(np.asarray(fine, dtype=bool), there.shape)
        return np.broadcast_to(np.asarray(found, dtype=kind), there.shape), told

    there, weight = rows(asked.of, state)
    chosen = there
    if asked.where is not None:
        where, told = given(asked.where, bool)
        there = there & told
        chosen = there & where
    if asked.weight is not None:
        extra, told = given(asked.weight)
        chosen, there = chosen & told, there & told
        weight = weight * np.where(told, np.maximum(extra, 0.0), 0.0)
    if asked.how == "count":
        return float(np.add.reduce(weight[chosen]))
    if asked.how == "share" and asked.what is None:
        return _over(weight[chosen], weight[there])
    values, told = given(str(asked.what), bool if asked.how == "share" else float)
    chosen = chosen & told
    if asked.how == "share":
        return _over(weight[chosen & values], weight[chosen])
    return _of(asked, values[chosen], weight[chosen])


def _of(asked: Asked, values: F8, weight: F8) -> float:
    """Return a mean, sum, quantile or the one value of the rows that are chosen."""
    if asked.how == "sum":
        return float(np.add.reduce(values * weight))
    if asked.how == "quantile":
        return _quantile(values, weight, asked.at)
    return _over(values * weight, weight)


def _over(part: F8, whole: F8) -> float:
    """Return the sum of a part over that of the whole; missing where the whole is nothing."""
    under = float(np.add.reduce(whole))
    return float(np.add.reduce(part)) / under if under > 0.0 else float("nan")


def _quantile(values: F8, weight: F8, at: float) -> float:
    """Return the least value that at least a share of the weight does not exceed."""
    if not float(np.add.reduce(weight)) > 0.0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    # rounding of the sum must not push a quantile to the next value
    place = int(np.searchsorted(reached, at * reached[-1] * (1.0 - 1e-12)))
    return float(values[order][min(place, values.size - 1)])
