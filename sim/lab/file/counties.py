"""Counties by province or prefecture."""

from collections.abc import Sequence

from sim.errors import InputError, nearest
from sim.model.world.registry import RegistryError, counties, find_county, find_province, provinces
from sim.printable import identity


def codes(province: str | None, prefecture: str | None, without: Sequence[str]) -> list[str]:
    """Return the codes of a region's counties.

    Raises
    ------
    InputError
        If there is no such region, or a county left out is not in it.
    """
    inside = counties()
    place = ""
    if prefecture is not None:
        place = prefecture = identity(prefecture)
        inside = [entry for entry in inside if entry.prefecture == prefecture]
        if not inside:
            raise InputError(_no_prefecture(prefecture))
    elif province is not None:
        digits = find_province(province)
        place = provinces()[digits]
        inside = [entry for entry in inside if entry.code.startswith(digits)]
    found = [entry.code for entry in inside]
    gone = listed(without)
    strange = [code for code in gone if code not in found]
    if strange:
        raise InputError(f"without: {', '.join(strange)} is not in {place}")
    return [code for code in found if code not in gone]


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
