"""Counties by province or prefecture, or by their merger."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, nearest
from sim.model.calendar import format_month, parse_month
from sim.model.world.mergers import largest_merger, month_between
from sim.model.world.registry import (
    CountyEntry,
    RegistryError,
    counties,
    find_county,
    find_province,
    provinces,
)
from sim.printable import identity

if TYPE_CHECKING:
    from sim.config.places import Node
    from sim.lab.file.schema import Counties

#: keys of the first month and of the reform's
MONTHS = ("start", "reform")


def codes(given: "Counties") -> list[str]:
    """Return the codes of a region's counties, or of those of it that merged.

    Raises
    ------
    InputError
        If there is no such region, no county of it merged, or a county left out is not in it.
    """
    place, inside = _inside(given.province, given.prefecture)
    if given.merged is not None:
        inside = [entry for entry in inside if largest_merger(entry, given.merged)]
        years = f"{given.merged[0]} to {given.merged[-1]}"
        if not inside:
            raise InputError(f"merged: no county of {place} merged in a list of {years}")
        place = f"the counties of {place} that merged in a list of {years}"
    found = [entry.code for entry in inside]
    gone = listed(given.without)
    strange = [code for code in gone if code not in found]
    if strange:
        raise InputError(f"without: {', '.join(strange)} is not in {place}")
    return [code for code in found if code not in gone]


def _inside(province: str | None, prefecture: str | None) -> tuple[str, list[CountyEntry]]:
    """Return what a region is called, and its counties."""
    if prefecture is not None:
        prefecture = identity(prefecture)
        found = [entry for entry in counties() if entry.prefecture == prefecture]
        if not found:
            raise InputError(_no_prefecture(prefecture))
        return prefecture, found
    if province is None:
        return "China", counties()
    digits = find_province(province)
    return provinces()[digits], [e for e in counties() if e.code.startswith(digits)]


def of_merger(code: str, years: Sequence[int], tree: "Node") -> dict[str, Any]:
    """Return what the largest merger of a county sets: its two lists, reform and first month.

    Parameters
    ----------
    code : str
        The county.
    years : sequence of int
        Years of the list after the merger.
    tree : Node
        A configuration, as written: there are as many months before the reform as in it.

    Raises
    ------
    InputError
        If its policies name months, which would be the same in every county.
    """
    blocks = tree.get("policies")
    named = blocks.value.items() if blocks is not None and isinstance(blocks.value, dict) else ()
    dated = [
        f"policies.{name}.{key}"
        for name, block in named
        for key in ("start", "end")
        if (node := block.get(key)) is not None and node.value is not None
    ]
    if dated:
        raise InputError(
            f"counties: merged gives each county its own month of reform, and {', '.join(dated)} "
            "is one month for all; leave it out"
        )
    change = largest_merger(find_county(code), years)
    assert change is not None  # `codes` gives none that did not merge
    found: dict[str, Any] = {"county.year": change.before, "county.year_after": change.after}
    first, reform = (None if (n := tree.get(key)) is None else n.value for key in MONTHS)
    try:
        before = parse_month(str(reform)) - parse_month(str(first))
    except ValueError:
        return found  # what is wrong with the months is said where they are read
    at = month_between(change)
    return found | dict(zip(MONTHS, (format_month(at - before), format_month(at)), strict=True))


def _no_prefecture(text: str) -> str:
    """Say that there is no such prefecture, with those that may be meant."""
    known = sorted({entry.prefecture for entry in counties()})
    likely = [name for name in known if text and text in name]
    hint = f"; did you mean {likely[0]!r}?" if likely else nearest(text, known)
    return (
        f"no prefecture is called {text!r}"
        f"{hint or '; expected its Chinese name, as 凉山彝族自治州 (`hecun counties`)'}"
    )


def listed(names: Sequence[str]) -> list[str]:
    """Return the codes of counties given by code or name."""
    found, problems = [], []
    for name in names:
        try:
            found.append(find_county(name).code)
        except RegistryError as error:
            problems += error.problems
    twice = sorted({code for code in found if found.count(code) > 1})
    problems += [f"the county {code} is given twice" for code in twice]
    if problems:
        raise InputError(problems)
    return found
