"""Configurations: what they may say, and reading them from YAML."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.config.loading import Resolved, load, resolve
    from sim.config.outline import json_schema
    from sim.model.config.schema import Config

_PUBLIC = {
    "Config": "sim.model.config.schema",
    "Resolved": "sim.config.loading",
    "load": "sim.config.loading",
    "resolve": "sim.config.loading",
    "json_schema": "sim.config.outline",
}

__all__ = ["Config", "Resolved", "json_schema", "load", "resolve"]


def __getattr__(name: str) -> Any:
    """Import a public name on first use: policies need `fields` before `schema` can exist."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sim.config' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)
