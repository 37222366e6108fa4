"""Hecun (合村): an open policy laboratory for village mergers.

``import sim`` is light: the public names below are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import compare, experiment
    from sim.config import load
    from sim.model.agents import Cadre, VillageCollective, Villager
    from sim.model.county import CountyModel
    from sim.report.opened import load_results
    from sim.run import simulate

__version__ = "0.1.0"

_PUBLIC = {
    "Cadre": "sim.model.agents",
    "CountyModel": "sim.model.county",
    "VillageCollective": "sim.model.agents",
    "Villager": "sim.model.agents",
    "compare": "sim.api",
    "experiment": "sim.api",
    "load": "sim.config",
    "simulate": "sim.run",
    "load_results": "sim.report.opened",
}

__all__ = [
    "Cadre",
    "CountyModel",
    "VillageCollective",
    "Villager",
    "__version__",
    "compare",
    "experiment",
    "load",
    "load_results",
    "simulate",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
