"""Mergers that the lists tell: which falls count, and how many of their villages counties kept."""

from collections.abc import Collection, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from sim.model.draws import stream_key, uniform
from sim.model.world.lists import MONTHS
from sim.model.world.registry import Change, CountyEntry, counties

#: a county of so many villages that lost so much of them is listed as merged
MERGED_OF, MERGED = 50, 0.15


def mergers(entry: CountyEntry, years: Collection[int] | None = None) -> list[Change]:
    """Return a county's falls that count as mergers, in order; those in a list of some years."""
    return [
        change
        for change in entry.changes
        if change.kind == "merger"
        and change.villages_before >= MERGED_OF
        and change.lost >= MERGED
        and (years is None or change.after in years)
    ]


def largest_merger(entry: CountyEntry, years: Collection[int] | None = None) -> Change | None:
    """Return the merger that took most of a county's villages, None if there is none."""
    return max(mergers(entry, years), key=lambda change: change.lost, default=None)


def years_said(years: Sequence[int]) -> str:
    """Name years, ascending: ``2020``, ``2019 to 2021``, or ``2017, 2020`` that do not run on."""
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} to {years[-1]}"
    return ", ".join(map(str, years))


def month_between(change: Change) -> int:
    """Return the month half way between the two lists of a merger, which tell no more of it."""
    return (MONTHS[change.before] + MONTHS[change.after] + 1) // 2


@cache
def kept_shares() -> npt.NDArray[np.float64]:
    """Return the share of villages kept in every merger of the lists, ascending."""
    found = [change.villages_after / change.villages_before
             for entry in counties() for change in mergers(entry)]  # fmt: skip
    return np.sort(np.array(found))


def kept_at(quantile: float) -> float:
    """Return the share of villages kept at a quantile, 0 to 1, of the mergers of the lists."""
    return float(np.quantile(kept_shares(), quantile))


def drawn_quantile(seed: int) -> float:
    """Return the quantile that a seed draws: one draw, whatever the policies and the county."""
    return float(uniform(stream_key(seed, "world.kept"), np.uint64(0)))


def said_of(quantile: float, count: int, reached: int) -> str:
    """Say which share of so many villages was asked for, and how many there are to be."""
    share = kept_at(quantile)
    target = max(round(count * share), 1)
    said = (
        f"{share:.1%} of the villages are to stay: quantile {quantile:.3f} of what counties kept "
        f"in the {kept_shares().size} mergers of the lists"
    )
    if reached > target:
        said += f"; that would be {target}, and the fewest under the bounds is {reached}"
    if reached < target:
        said += f"; that would be {target}, and some would stay below the bounds: fewer are left"
    return f"{said}; {reached} of {count} villages"
