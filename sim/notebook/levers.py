"""The levers of a running county as one looks at them: values, and no way to write them."""

from typing import Any, NoReturn

import numpy as np

from sim.errors import InputError
from sim.model.levers import Levers
from sim.printable import as_html

_HINT = (
    "levers are set anew every month, policy by policy: what is written into them would be gone "
    "after the next step. Change a policy instead, from the next month on: "
    "county.set_policy('headcount', lines=2) (`hecun explain policies` lists which moves what)"
)


def _refuse(*_: Any) -> NoReturn:
    raise InputError(_HINT)


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Values) else value


class Values(np.ndarray):
    """A lever's values, one a unit; read as any array, never written."""

    def __setitem__(self, at: Any, value: Any) -> None:
        if not self.flags.writeable:
            _refuse()
        super().__setitem__(at, value)

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **named: Any) -> Any:
        """Work as on a plain array, and refuse to be what is written into (``+=``)."""
        into = (*named.get("out", ()), *(given[:1] if method == "at" else ()))
        if any(isinstance(one, Values) and not one.flags.writeable for one in into):
            _refuse()
        named |= {"out": tuple(map(_plain, named["out"]))} if "out" in named else {}
        return getattr(ufunc, method)(*map(_plain, given), **named)


class SeenLevers:
    """The levers of this month: those of `sim.model.levers.Levers`, to read.

    Parameters
    ----------
    levers : Levers
        The county's.
    units : bool array (V,)
        Which old villages are seats of units: the others' levers move nothing.

    Examples
    --------
    >>> county.levers.lines.max()  # doctest: +SKIP
    6.0
    """

    __slots__ = ("_levers", "_units")

    def __init__(self, levers: Levers, units: np.ndarray) -> None:
        object.__setattr__(self, "_levers", levers)
        object.__setattr__(self, "_units", units)

    def __getattr__(self, name: str) -> Values:
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(self._levers, name).view(Values)
        found.flags.writeable = False
        return found

    __setattr__ = _refuse

    def __dir__(self) -> list[str]:
        return sorted(vars(self._levers))

    def __reduce__(self) -> Any:
        return type(self), (self._levers, self._units)

    def _told(self) -> list[tuple[str, str]]:
        """Return every lever's name and least and largest value over units."""
        rows = []
        for name, values in vars(self._levers).items():
            if values.dtype.names is None:
                own = values[self._units] if values.shape == self._units.shape else values
                low, high = (own.min(), own.max()) if own.size else (np.nan, np.nan)
                same = f"{low:g}" if low == high else f"{low:g} to {high:g}"
                rows.append((name, str(bool(low)) if own.dtype == bool and low == high else same))
        return rows

    def __repr__(self) -> str:
        told = dict(self._told())
        first = ", ".join(f"{name} {told[name]}" for name in ("posts", "lines", "asset_rule"))
        return f"<levers of {int(self._units.sum())} units: {first}, ... (dir() lists them)>"

    def _repr_html_(self) -> str:
        return as_html(f"levers of {int(self._units.sum())} units", self._told())
