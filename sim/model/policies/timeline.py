"""Timeline of policies: when they are in force, and whether two set one lever in one village."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.calendar import format_month
from sim.model.compiled import B1
from sim.model.levers import Levers
from sim.model.policies.base import Selector
from sim.model.policies.trigger import Firing

if TYPE_CHECKING:
    from sim.model.config.schema import Config
    from sim.model.world.villages import VillageTable

Months = tuple[int, int]


def rows(config: "Config", log: Sequence[Firing] | None = None) -> list[dict[str, Any]]:
    """Return the policies as plain data for the manifest and the figure, in order of application.

    Parameters
    ----------
    config : Config
        The configuration.
    log : sequence of Firing, optional
        What triggers did in a run; without it a policy that waits for one has no spell yet.

    Returns
    -------
    list of dict
        ``policy``, ``ramp_months``, ``when``, ``until``, ``may`` (months in which it may be in
        force, ``["2020-04", "2025-04"]``, the last exclusive), ``spells`` (those in which it is).
    """
    found = []
    for name, policy in config.active().items():
        start, end = policy.span(config)
        firings = [firing for firing in log or () if firing.policy == name]
        edges = [] if policy.when else [start]
        edges += [firing.month for firing in firings]
        edges += [end] * (len(edges) % 2)
        shown = [format_month(month) for month in edges]
        found.append(
            {
                "policy": name,
                "ramp_months": policy.ramp_months,
                "when": str(policy.when) if policy.when else None,
                "until": str(policy.until) if policy.until else None,
                "may": [format_month(start), format_month(end)],
                "spells": [shown[i : i + 2] for i in range(0, len(shown), 2)],
            }
        )
    return found


def conflicts(config: "Config", villages: "VillageTable") -> Iterator[tuple[str, str]]:
    """Find policies that set one lever in the same months and possibly the same villages.

    Parameters
    ----------
    config : Config
        The configuration.
    villages : VillageTable
        The county's villages before the reform.

    Yields
    ------
    block : str
        The later of the two, on which a merge rule would be declared.
    text : str
        What clashes, where, and how to mend it.
    """
    active = config.active()
    levers = Levers(2)
    moved = {name for policy in active.values() for name in policy.levers}
    wide = {name for name in moved if not _by_village(levers, name)}
    mixed = {name for name in moved - wide if getattr(levers, name).dtype.names}
    for name, policy in active.items():
        if policy.merge in ("max", "min"):
            for lever in sorted((wide | mixed).intersection(policy.moves())):
                what = "one for the whole county" if lever in wide else "several numbers at once"
                yield (
                    name,
                    f"merge: {policy.merge} needs levers with a number for every village; "
                    f"{lever} is {what}: use merge: replace",
                )
    for (earlier, first), (later, second) in combinations(active.items(), 2):
        shared = [lever for lever in first.moves() if lever in second.moves()]
        if not shared or second.merge is not None:
            continue
        months = _overlap(first.span(config), second.span(config))
        apart = wide.isdisjoint(shared) and _apart(first.where, second.where, villages)
        if months and not apart:
            yield later, _clash(earlier, shared, months, wide, mixed)


def _by_village(levers: Levers, name: str) -> bool:
    """Tell whether a lever has a value for every village rather than one for the whole county."""
    value = getattr(levers, name, None)
    return isinstance(value, np.ndarray) and len(value) == 2


def _overlap(one: Months, other: Months) -> Months | None:
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None


def _apart(one: Selector | None, other: Selector | None, villages: "VillageTable") -> bool:
    """Tell whether two selectors can never reach the same village."""
    if one is None or other is None:
        return False
    for a, b in ((one, other), (other, one)):
        low, high = a.min_residents, b.max_residents
        if low is not None and high is not None and high < low:
            return True
    return not (_named(one, villages) & _named(other, villages)).any()


def _named(where: Selector, villages: "VillageTable") -> B1:
    """Return the villages that a selector's townships and names leave, shape (villages,)."""
    chosen = np.ones(len(villages), dtype=bool)
    if where.townships is not None:
        chosen &= villages.in_townships(where.townships)
    if where.villages is not None:
        chosen &= villages.called(where.villages)
    return chosen


def _clash(earlier: str, shared: list[str], months: Months, wide: set[str], mixed: set[str]) -> str:
    whole = wide.intersection(shared)
    rules = "`merge: replace` (this one wins where it reaches)"
    rules += "" if whole or mixed.intersection(shared) else ", `merge: max` or `merge: min`"
    places = "" if whole else ", other villages (where.townships)"
    said = "the same for the whole county" if whole else "possibly in the same villages"
    return (
        f"sets {', '.join(shared)} from {format_month(months[0])} to "
        f"{format_month(months[1] - 1)}, as policies.{earlier} does, {said}; "
        f"give this block other months (start, end){places} or a merge rule: {rules}"
    )
