"""What a parameter is, and where all of them are listed.

A parameter is an uncertain constant of a rule: value, unit, plausible range, source, and a
confidence: A seen in the right context or a causal design; B seen in a proxy context or
derived; C memory or judgement, so it must be swept.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Literal

import numpy as np

from sim.errors import InputError, nearest

#: the processes that own parameters, in the order of the month
PROCESSES = (
    "population",
    "people",
    "posts",
    "selection",
    "hours",
    "service",
    "economy",
    "livelihood",
    "trust",
    "strain",
    "oversight",
    "budget",
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One uncertain constant.

    Attributes
    ----------
    name : str
        Name within its process.
    value, low, high : float
        Default and plausible range, in `unit`.
    unit : str
        ``"1"`` for a pure number.
    source : str
        Who says so; ``"judgement"`` where nobody does.
    confidence : {"A", "B", "C"}
        See the module's text.
    en, zh : str
        What it is, in English and Chinese.
    """

    name: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    confidence: Literal["A", "B", "C"]
    en: str
    zh: str


@cache
def parameters() -> dict[str, dict[str, Parameter]]:
    """Return every parameter by process and name."""
    return {
        process: {p.name: p for p in import_module(f"sim.model.parameters.{process}").PARAMETERS}
        for process in PROCESSES
    }


def defaults() -> dict[str, dict[str, float]]:
    """Return the default value of every parameter by process and name."""
    return {process: {p.name: p.value for p in ps.values()} for process, ps in parameters().items()}


def lookup(process: str, name: str) -> Parameter:
    """Return one parameter.

    Raises
    ------
    InputError
        If there is none of that name; the message names the nearest.
    """
    catalogue = parameters()
    if process not in catalogue:
        raise InputError(f"no process {process!r} has parameters{nearest(process, catalogue)}")
    if name not in catalogue[process]:
        hint = nearest(name, catalogue[process])
        raise InputError(f"process {process!r} has no parameter {name!r}{hint}")
    return catalogue[process][name]


class Values:
    """The values in force in one run: ``values.service`` is a structured array of one element.

    Kernels read ``values.service[0].visit_sigma_km``; Python reads ``values["service"]``.

    Parameters
    ----------
    overrides : dict of dict of float
        ``{process: {name: value}}``; what is not named keeps its default.
    """

    def __init__(self, overrides: dict[str, dict[str, float]] | None = None) -> None:
        self._records: dict[str, np.ndarray] = {}
        self._values: dict[str, dict[str, float]] = {}
        merged = defaults()
        for process, changes in (overrides or {}).items():
            for name, value in changes.items():
                lookup(process, name)
                merged[process][name] = value
        for process, values in merged.items():
            record = np.zeros(1, dtype=[(name, "f8") for name in values])
            for name, value in values.items():
                record[name] = value
            self._records[process] = record
            self._values[process] = {name: float(value) for name, value in values.items()}

    def __getattr__(self, process: str) -> np.ndarray:
        """Return the structured array, shape (1,), of one process."""
        if process.startswith("_") or process not in self._records:
            raise AttributeError(process)
        return self._records[process]

    def get(self, process: str, name: str) -> float:
        """Return one value."""
        return self._values[process][name]
