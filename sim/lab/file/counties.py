"""Counties by province or prefecture."""

from collections.abc import Sequence

from sim.errors import InputError, nearest
from sim.model.world.registry import RegistryError, counties, find_county
from sim.printable import identity

#: the province of the registry
PROVINCE = "四川省"


def codes(province: str | None, prefecture: str | None, without: Sequence[str]) -> list[str]:
    """Return the codes of a region's counties.

    Raises
    ------
    InputError
        If there is no such region, or a county left out is not in it.
    """
    prefecture = None if prefecture is None else identity(prefecture)
    if province is not None and identity(province) not in (PROVINCE, PROVINCE.removesuffix("省")):
        raise InputError(f"the registry has the province {PROVINCE} alone, not {province!r}")
    known = sorted({entry.prefecture for entry in counties()})
    if prefecture is not None and prefecture not in known:
        inside = [name for name in known if prefecture and prefecture in name]
        hint = f"; did you mean {inside[0]!r}?" if inside else nearest(prefecture, known)
        raise InputError(f"no prefecture is called {prefecture!r}{hint or f'; {known}'}")
    found = [e.code for e in counties() if prefecture is None or e.prefecture == prefecture]
    gone = listed(without)
    strange = [code for code in gone if code not in found]
    if strange:
        raise InputError(f"without: {', '.join(strange)} is not in {prefecture or PROVINCE}")
    return [code for code in found if code not in gone]


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
