"""Hecun (合村): an open policy laboratory for village mergers.

``import sim`` is light: the public names below are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import compare, experiment
    from sim.config import load
    from sim.model.agents import Cadre, VillageCollective, Villager
    from sim.model.agents.mesa.agentset import columnar
    from sim.model.agents.villager import AWAY, DEPENDANT, ENTREPRENEUR, LOCAL
    from sim.model.config.fields import Month, NonNegative, Positive, Share, Strict, unit
    from sim.model.levers import CONSENT, POOLED, SEPARATE, Levers
    from sim.model.policies import Policy, Selector
    from sim.model.policies.dose import Dose
    from sim.notebook.model import CountyModel
    from sim.report.opened import load_results
    from sim.run import simulate

__version__ = "0.1.0"

_PUBLIC = {
    # to run, compare and read
    "compare": "sim.api",
    "experiment": "sim.api",
    "load": "sim.config",
    "load_results": "sim.report.opened",
    "simulate": "sim.run",
    # the county, as any Mesa model
    "Cadre": "sim.model.agents",
    "CountyModel": "sim.notebook.model",
    "VillageCollective": "sim.model.agents",
    "Villager": "sim.model.agents",
    "columnar": "sim.model.agents.mesa.agentset",
    # what a policy of one's own is written with (docs/own_policy.md)
    "Dose": "sim.model.policies.dose",
    "Levers": "sim.model.levers",
    "Month": "sim.model.config.fields",
    "NonNegative": "sim.model.config.fields",
    "Policy": "sim.model.policies",
    "Positive": "sim.model.config.fields",
    "Selector": "sim.model.policies",
    "Share": "sim.model.config.fields",
    "Strict": "sim.model.config.fields",
    "unit": "sim.model.config.fields",
    # codes: a villager's labour, the lever `asset_rule`
    "AWAY": "sim.model.agents.villager",
    "DEPENDANT": "sim.model.agents.villager",
    "ENTREPRENEUR": "sim.model.agents.villager",
    "LOCAL": "sim.model.agents.villager",
    "CONSENT": "sim.model.levers",
    "POOLED": "sim.model.levers",
    "SEPARATE": "sim.model.levers",
}

__all__ = [
    "AWAY",
    "CONSENT",
    "DEPENDANT",
    "ENTREPRENEUR",
    "LOCAL",
    "POOLED",
    "SEPARATE",
    "Cadre",
    "CountyModel",
    "Dose",
    "Levers",
    "Month",
    "NonNegative",
    "Policy",
    "Positive",
    "Selector",
    "Share",
    "Strict",
    "VillageCollective",
    "Villager",
    "__version__",
    "columnar",
    "compare",
    "experiment",
    "load",
    "load_results",
    "simulate",
    "unit",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
