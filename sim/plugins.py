"""Plug-ins: what installed distributions offer to hecun under entry points.

A distribution names them in its ``pyproject.toml``; listing them imports nothing, and the code of
one runs only where a configuration, an experiment or a command names it.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, nearest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

#: what can be plugged in -> the group of its entry points
GROUPS = {
    "policies": "hecun.policies",
    "outcomes": "hecun.outcomes",
    "estimators": "hecun.estimators",
    "figures": "hecun.figures",
}


@dataclass(frozen=True, slots=True)
class Plugin:
    """Something that an installed distribution offers.

    Attributes
    ----------
    kind : str
        One of `GROUPS`.
    name : str
        What configurations and commands call it.
    where : str
        ``module:name`` of its code.
    distribution : str
        Name and version of the distribution, ``""`` if it says none.
    """

    kind: str
    name: str
    where: str
    distribution: str

    def __str__(self) -> str:
        return f"{self.name} ({self.where}, of {self.distribution or 'an unnamed distribution'})"


def offered(kind: str) -> list[Plugin]:
    """Return the plug-ins of a kind that are installed, by name; nothing is imported."""
    from importlib.metadata import entry_points  # `hecun --help` does without

    found = {_plugin(kind, point) for point in entry_points(group=GROUPS[kind])}
    return sorted(found, key=lambda one: (one.name, one.where, one.distribution))


def _plugin(kind: str, point: "EntryPoint") -> Plugin:
    of = point.dist
    said = "" if of is None else f"{of.name} {of.version}"
    return Plugin(kind, point.name, f"{point.module}:{point.attr}", said)


def find(kind: str, name: str) -> Plugin | None:
    """Return the plug-in of a kind that is called so, None if there is none.

    Raises
    ------
    InputError
        If two distributions offer one under the same name.
    """
    found = [one for one in offered(kind) if one.name == name]
    if len({one.where for one in found}) > 1:
        raise InputError(
            f"{name}: offered by two installed distributions, {' and '.join(map(str, found))}; "
            "uninstall one of them, or name its code, module:name"
        )
    return found[0] if found else None


def needed(kind: str, name: str) -> Plugin:
    """Return the plug-in of a kind that is called so.

    Raises
    ------
    InputError
        If there is none.
    """
    found = find(kind, name)
    if found is None:
        names = [one.name for one in offered(kind)]
        said = nearest(name, names) or f"; installed are {', '.join(names) or 'none'}"
        raise InputError(f"{name!r}: no installed plug-in among {kind} is called so{said}")
    return found


def function(plugin: Plugin) -> Callable[..., Any]:
    """Import a plug-in's function.

    Raises
    ------
    InputError
        If that fails, or it is none.
    """
    module, _, name = plugin.where.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:
        said = f"{type(error).__name__}: {error}".replace("\n", " ")
        raise InputError(f"the plug-in {plugin} could not be imported: {said}") from error
    if not callable(found):
        raise InputError(f"the plug-in {plugin} is no function")
    return found
