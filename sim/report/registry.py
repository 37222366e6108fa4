"""Registry of figures: one entry a kind, from which all that shows or names figures follows.

``results.plot``, ``hecun plot`` and its help, the figures of ``hecun run`` and of reports, the
reference and the gallery: none of them names a kind of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import TYPE_CHECKING

from sim import plugins
from sim.errors import InputError, nearest
from sim.report.kind import Kind, Of
from sim.report.kinds import KINDS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["KINDS", "Kind", "Of", "Plugged", "kind_of", "kinds", "takers"]


@dataclass(frozen=True)
class Plugged(Kind):
    """A kind of figure of an installed plug-in; its function takes results and ``lang``."""

    plugin: plugins.Plugin | None = None

    @property
    def function(self) -> "Callable[..., Figure]":
        """The function that draws it, imported when it is first asked for."""
        return plugins.function(self.plugin) if self.plugin else super().function


def _plugged(name: str, of: Of) -> Plugged | None:
    """Return the figure of a plug-in; what it takes besides ``lang`` is in its signature."""
    plugin = plugins.find("figures", name)
    if plugin is None:
        return None
    takes = tuple(signature(plugins.function(plugin)).parameters)[1:]
    options = tuple(key for key in takes if key != "lang")
    return Plugged(name, of, name, name, plugin.where, takes=options, plugin=plugin)


def kinds(of: Of) -> dict[str, Kind]:
    """Return the kinds of figures of a run or of an experiment, by name."""
    return {kind.name: kind for kind in KINDS if kind.of == of}


def kind_of(name: str, of: Of) -> Kind:
    """Return the kind of figure that is called so.

    Raises
    ------
    InputError
        If there is none.
    """
    known = kinds(of)
    found = known[name] if name in known else _plugged(name, of)
    if found is None:
        names = list(dict.fromkeys([*known, *(p.name for p in plugins.offered("figures"))]))
        raise InputError(
            f"{name!r} is no figure of these results{nearest(name, names)}; there are "
            f"{', '.join(names)}"
        )
    return found


def takers(option: str) -> str:
    """Return the names of the kinds that take an option, as text."""
    return ", ".join(dict.fromkeys(kind.name for kind in KINDS if option in kind.takes))
