"""Cautions: what is right in a configuration, and yet too coarse to rely on."""

import math
from typing import TYPE_CHECKING

from sim.model.processes.needs import persons_drawn

if TYPE_CHECKING:
    from sim.model.config.schema import Config

#: rows of villagers that a quota should be worth: below, luck decides whether any wins
FEWEST_ROWS = 5
#: needs of a row and month that are counted (`sim.model.draws.poisson_at`; a column of one byte)
MOST_NEEDS = 255


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


def cut_needs(config: "Config") -> float | None:
    """Return the mean needs of a month of a row of the elderly, if some rows' would be cut.

    A row counts at most `MOST_NEEDS` a month; three standard deviations over the mean must fit.
    """
    service = config.values().service
    rate = service.request_rate * max(1.0, service.elderly_rate_ratio)
    mean = rate * persons_drawn(float(config.scale))
    return mean if mean + 3.0 * math.sqrt(mean) > MOST_NEEDS else None


def of_run(config: "Config") -> list[tuple[str, str]]:
    """Return cautions as keys of words (`sim.words.run`), each with what it is of."""
    found = [("small_quota", f"{key}: {persons:,.0f}") for key, persons, _ in small_quotas(config)]
    mean = cut_needs(config)
    return found + ([] if mean is None else [("cut_needs", f"{mean:,.0f}")])


def cautions(config: "Config") -> list[str]:
    """Return a sentence on everything of a configuration that is too coarse to rely on."""
    said = [
        f"{key}: {persons:,.0f} persons in all are {rows:.2g} rows of {config.scale} persons: in "
        "one run none of them may win, or whole rows, and fewer on average where few apply; use a "
        "smaller scale, or many replicates"
        for key, persons, rows in small_quotas(config)
    ]
    mean = cut_needs(config)
    if mean is not None:
        said.append(
            f"parameters.service.request_rate: about {mean:,.0f} needs a month of a row of "
            f"{config.scale} persons, of which {MOST_NEEDS} at most are counted: fewer than at a "
            "smaller scale, which is to be used"
        )
    return said
