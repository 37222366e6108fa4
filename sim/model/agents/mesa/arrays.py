"""Aggregates and groups of arrays, with the results Mesa gives for lists of Python values."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: built-ins and what does the same to an array of numbers
BUILTINS: tuple[tuple[Callable, Callable[[NDArray[Any]], Any]], ...] = (
    (min, lambda values: values.min().item()),
    (max, lambda values: values.max().item()),
    (sum, lambda values: values.sum().item()),
    (len, len),
)


def takes_array(function: Callable) -> bool:
    """Return whether an aggregate is NumPy's or marked `columnar`."""
    module = getattr(function, "__module__", None) or ""
    return (
        isinstance(function, np.ufunc)
        or module.split(".")[0] == "numpy"
        or getattr(function, "columnar", False)
    )


def widen(values: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view or copy with the type NumPy gives to Python numbers."""
    if values.dtype.kind in "iu" and values.dtype.itemsize < 8:
        values = values.astype(np.int64)
    elif values.dtype.kind == "f":
        values = values.astype(np.float64, copy=False)
    values = values.view()
    values.flags.writeable = False
    return values


def split_list(keys: list[Any]) -> list[tuple[Any, list[int]]]:
    """Return (key, places) for each different key, in the order of first places."""
    groups: defaultdict[Any, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        groups[key].append(place)
    return list(groups.items())


def split_array(keys: NDArray[Any]) -> list[tuple[Any, NDArray[np.intp]]]:
    """Return (key, places) for each different key, in the order of first places."""
    if len(keys) == 0:
        return []
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    places = np.split(order, np.flatnonzero(ranked[1:] != ranked[:-1]) + 1)
    places.sort(key=lambda group: group[0])
    return [(keys[group[0]].item(), group) for group in places]
