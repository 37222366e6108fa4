"""Villagers, cadres and collectives: state in columns, Mesa agents as views on rows."""

from importlib import import_module
from typing import Any

_PUBLIC = {
    "Villager": "sim.agents.villager",
    "Cadre": "sim.agents.cadre",
    "VillageCollective": "sim.agents.collective",
    "Column": "sim.agents.columns",
    "Derived": "sim.agents.columns",
    "RowAgent": "sim.agents.columns",
    "Table": "sim.agents.columns",
    "ColumnarAgentSet": "sim.agents.agentset",
    "columnar": "sim.agents.agentset",
    "install": "sim.agents.agentset",
    "Resumable": "sim.agents.resumable",
    "county_grid": "sim.agents.grid",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sim.agents' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(_PUBLIC)
