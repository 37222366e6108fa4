"""Counties by province or prefecture, or by their merger."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, nearest
from sim.model.calendar import format_month, parse_month
from sim.model.world.mergers import largest_merger, month_between, years_said
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
#: keys of the two lists
LISTS = (("county", "year"), ("county", "year_after"))


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
        years = years_said(given.merged)
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
        If it names lists, or its policies months, which would be the same in every county.
    """
    blocks = tree.get("policies")
    named = blocks.value if blocks is not None and isinstance(blocks.value, dict) else ()
    months = [("policies", name, key) for name in named for key in ("start", "end")]
    kinds = {"month of reform": (months, "month"), "two lists": (LISTS, "list")}
    problems = [
        f"{node.key or node.place}: counties: merged gives each county its own {own}, and "
        f"{'.'.join(path)} is one {one} for all; leave it out"
        for own, (paths, one) in kinds.items()
        for path in paths
        if (node := tree.get(*path)) is not None and node.value is not None
    ]
    if problems:
        raise InputError(problems)
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


def unpaired(trees: "Mapping[str | None, Node | None]") -> list[str]:
    """Return what is wrong with arms that have months of their own beside `merged`.

    Every arm of a county has the county's month of reform, and begins as long before it.

    Parameters
    ----------
    trees : mapping
        Arm -> its configuration, as written.
    """
    whole = {arm: tree for arm, tree in trees.items() if tree is not None}
    problems = []
    for key in MONTHS:
        values = {arm: tree.get(key) for arm, tree in whole.items()}
        said = {arm: None if node is None else str(node.value) for arm, node in values.items()}
        usual = max(said.values(), key=list(said.values()).count, default=None)
        problems += [
            f"{node.key or node.place}: counties: merged gives each county its own month of "
            f"reform, the same for all arms, and {key} is {said[arm]} in {arm}, {usual} in others; "
            "leave it out of arms"
            for arm, node in values.items()
            if node is not None and said[arm] != usual
        ]
    return problems


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
