"""Catalogue of the parameters: ``sim/data/parameters.csv``, and the values in force in a run.

A parameter is an uncertain constant of a rule: value, unit, plausible range, source, and a
confidence: A seen in the right context or a causal design; B seen in a proxy context or
derived; C memory or judgement, so it must be swept.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from sim.errors import InputError, nearest
from sim.model.parameters.variants import numbers
from sim.model.tables import DATA, read_rows

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
    "trends",
    "ties",
    "family",
    "roles",
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One uncertain constant: a line of ``parameters.csv``.

    Attributes
    ----------
    process, name : str
        The process that owns it, and its name there.
    value, low, high : float
        Default and plausible range, in `unit`.
    unit : str
        ``"1"`` for a pure number.
    confidence : {"A", "B", "C"}
        See the module's text.
    en, zh : str
        What it is, in English and Chinese.
    source : str
        Who says so; ``"judgement"`` where nobody does.
    """

    process: str
    name: str
    value: float
    unit: str
    low: float
    high: float
    confidence: Literal["A", "B", "C"]
    en: str
    zh: str
    source: str

    def __post_init__(self) -> None:
        if self.process not in PROCESSES:
            hint = nearest(self.process, PROCESSES)
            raise ValueError(f"no process {self.process!r} has parameters{hint}")
        if not self.name.isidentifier() or self.name == "record":  # as in `Constants`
            raise ValueError(f"a parameter cannot be called {self.name!r}")
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"{self.process}.{self.name}: the value {self.value:g} lies outside its range "
                f"{self.low:g} to {self.high:g}"
            )


@cache
def parameters() -> dict[str, dict[str, Parameter]]:
    """Return every parameter by process and name."""
    found: dict[str, dict[str, Parameter]] = {process: {} for process in PROCESSES}
    for each in read_rows(DATA / "parameters.csv", Parameter, key=("process", "name")):
        found[each.process][each.name] = each
    return found


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


class Constants:
    """The parameters of one process in force: ``values.trust.merger_shock`` is a float.

    Attributes
    ----------
    record : structured array (1,)
        The same for kernels, a field each.
    """

    record: np.ndarray
    _plain: np.ndarray
    _at: dict[str, int]

    def __init__(self, process: str, values: dict[str, float]) -> None:
        values = {name: float(value) for name, value in values.items()}
        record = np.array([tuple(values.values())], dtype=[(name, "f8") for name in values])
        plain, at = record.view(np.float64), {name: at for at, name in enumerate(values)}
        vars(self).update(values, record=record, _process=process, _plain=plain, _at=at)

    def changed(self, values: dict[str, float]) -> "Constants":
        """Return these with some of them changed."""
        plain = self._plain.copy()
        for name, value in values.items():
            plain[self._at[name]] = value
        record = np.ndarray(1, self.record.dtype, plain)
        other = object.__new__(Constants)
        other.__dict__.update(self.__dict__, record=record, _plain=plain, **values)
        return other

    def __getattr__(self, name: str) -> float:
        """Refuse a name that no parameter has."""
        if name.startswith("_"):
            raise AttributeError(name)
        hint = nearest(name, vars(self))
        raise AttributeError(f"process {self._process!r} has no parameter {name!r}{hint}")

    def __getitem__(self, name: object) -> float:
        """Refuse the older form."""
        raise TypeError(
            f"write values.{self._process}.{name}; kernels take values.{self._process}.record"
        )

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: kernels would not see it."""
        raise AttributeError(f"{name}: values in force stay; make others with Values(overrides)")


class Values:
    """The values in force in one run: ``values.service.request_rate``, by process and name.

    Kernels are given ``values.service.record``.

    Parameters
    ----------
    overrides : dict of dict of float
        ``{process: {name: value}}``; what is not named keeps its default.
    variants : dict of str
        Variant -> form (`sim.model.parameters.variants`); what is not named keeps its default.
    """

    def __init__(
        self,
        overrides: dict[str, dict[str, float]] | None = None,
        variants: dict[str, str] | None = None,
    ) -> None:
        merged = defaults()
        for process, changes in (overrides or {}).items():
            for name, value in changes.items():
                lookup(process, name)
                merged[process][name] = value
        for process, forms in numbers(variants or {}).items():
            merged[process] |= forms
        for process, values in merged.items():
            setattr(self, process, Constants(process, values))

    def changed(self, changes: dict[str, dict[str, float]]) -> "Values":
        """Return these values with some of them changed, ``{process: {name: value}}``."""
        other = object.__new__(Values)
        own = vars(other)
        own.update(vars(self))
        for process, values in changes.items():
            own[process] = own[process].changed(values)
        return other

    def __getattr__(self, process: str) -> Constants:
        """Refuse a name that no process has."""
        if process.startswith("_"):
            raise AttributeError(process)
        raise AttributeError(f"no process {process!r} has parameters{nearest(process, vars(self))}")
