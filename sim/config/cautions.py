"""Cautions: what is right in a configuration, and yet too coarse to rely on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model.config.schema import Config

#: rows of villagers that a quota should be worth: below, luck decides whether any wins
FEWEST_ROWS = 5


def small_quotas(config: "Config") -> list[tuple[str, float, float]]:
    """Return quotas in persons that are worth few rows: key, persons in all, and rows."""
    found = []
    for name, policy in config.active().items():
        first, after = policy.span(config)
        for key, persons in policy.persons(after - first).items():
            rows = persons / config.scale
            if persons > 0.0 and rows < FEWEST_ROWS and config.scale > 1:
                found.append((f"policies.{name}.{key}", persons, rows))
    return found


def cautions(config: "Config") -> list[str]:
    """Return a sentence on everything of a configuration that is too coarse to rely on."""
    return [
        f"{key}: {persons:,.0f} persons in all are {rows:.2g} rows of {config.scale} persons: in "
        "one run none of them may win, or whole rows, and fewer on average where few apply; use a "
        "smaller scale, or many replicates"
        for key, persons, rows in small_quotas(config)
    ]
