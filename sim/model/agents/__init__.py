"""Villagers, cadres and collectives: state in columns, Mesa agents as views on rows."""

from importlib import import_module
from typing import Any

_PUBLIC = {
    "Villager": "sim.model.agents.villager",
    "Cadre": "sim.model.agents.cadre",
    "VillageCollective": "sim.model.agents.collective",
    "Column": "sim.model.agents.columns",
    "Derived": "sim.model.agents.columns",
    "RowAgent": "sim.model.agents.columns",
    "Table": "sim.model.agents.columns",
    "ColumnarAgentSet": "sim.model.agents.agentset",
    "columnar": "sim.model.agents.agentset",
    "install": "sim.model.agents.agentset",
    "Resumable": "sim.model.agents.resumable",
    "county_grid": "sim.model.agents.grid",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sim.model.agents' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(_PUBLIC)
