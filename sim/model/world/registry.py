"""The official lists of villages and communities of China, 2016 to 2023: finding and reading.

The lists are the statistical division codes (统计用区划代码) of the National Bureau of
Statistics; see ``sim/data/README.md`` for their source and licence. A county's lists are read
from its own block (`sim.model.world.archive`), in milliseconds.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache
from itertools import takewhile

import numpy as np
import numpy.typing as npt

from sim.errors import nearest
from sim.model.world import archive
from sim.model.world.archive import FIRST_YEAR
from sim.model.world.entries import (
    YEARS,
    Change,
    CountyEntry,
    Line,
    RegistryError,
    entries_of,
    entry_of,
    provinces,
    units,
)
from sim.model.world.unitnames import base_name, unit_kind, within_townships
from sim.model.world.villages import VillageTable
from sim.printable import identity

__all__ = [
    "YEARS",
    "Change",
    "CountyEntry",
    "RegistryError",
    "base_name",
    "counties",
    "county_outline",
    "describe",
    "find_county",
    "find_province",
    "has_list",
    "nearest_counties",
    "provinces",
    "registry_units",
    "unit_kind",
]

#: counties that a message names
_SHOWN = 8
_ENDINGS = ("自治区", "特别行政区", "省", "市", "地区", "盟", "自治州", "自治县", "区", "县", "旗")
_NATIONAL = ("壮族", "回族", "维吾尔")
_ENGLISH = re.compile(r"\b(?:county|district|city|banner|prefecture|province|of)\b")


def find_province(text: str) -> str:
    """Return the two digits of a province, given by them, its name or pinyin.

    Raises
    ------
    RegistryError
        If there is no such province.
    """
    text = identity(text)
    for code, name in provinces().items():
        if text in (code, name) or _short(name) == text:
            return code
    said = _plain(text)
    found = {line["code"][:2] for line in archive.index() if said and said in _said(line, 2)}
    if len(found) == 1:
        return found.pop()
    known = [*provinces().values()]
    if found:
        which = " and ".join(provinces()[code] for code in sorted(found))
        raise RegistryError(f"province {text!r} may be {which}; give the Chinese name")
    hint = nearest(text, known) or f"; expected one of {', '.join(known)}"
    raise RegistryError(f"the registry has no province {text!r}{hint}")


def _short(name: str) -> str:
    """Return a region's name without what it is: 山东 of 山东省, 章丘 of 章丘区."""
    for end in _ENDINGS:
        if name.endswith(end) and len(name) > len(end) + 1:
            name = name.removesuffix(end)
            break
    for nation in _NATIONAL:
        name = name.removesuffix(nation)
    return name


def _plain(text: str) -> str:
    """Return pinyin as it is compared: letters alone, without tones; '' if it is no pinyin."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = _ENGLISH.sub("", "".join(c for c in letters if not unicodedata.combining(c)))
    letters = re.sub(r"[\s'’·.,-]", "", letters)
    return letters.replace("v", "u") if letters.isascii() and letters.isalpha() else ""


_READ = ("pinyin", "prefecture_pinyin", "province_pinyin")


@cache
def _syllables(text: str) -> frozenset[str]:
    """Return ways to write readings: with and without the syllable that says what it is."""
    found = set()
    for reading in text.replace("v", "u").split("|"):
        *stem, _ = parts = reading.split()
        found.add("".join(parts))
        if len(stem) > 1:
            found.add("".join(stem))
    return frozenset(found)


def _said(line: Line, level: int) -> frozenset[str]:
    """Return how a line's county (0), prefecture (1) or province (2) may be written in pinyin."""
    return _syllables(line[_READ[level]])


def _spoken(line: Line, said: str) -> bool:
    """Tell whether a text in pinyin names a county, alone or after its prefecture or province."""
    for own in _said(line, 0):
        if said == own:
            return True
        if said.endswith(own):
            lead = said.removesuffix(own)
            above = [_said(line, 1), _said(line, 2)]
            if any(lead in each for each in above):
                return True
            if any(lead == p + c for p in above[1] for c in above[0]):
                return True
    return False


def _written(line: Line, text: str) -> bool:
    """Tell whether a Chinese text names a county after its prefecture, province or both."""
    for name in (line["name"], *line["former"].split("|")):
        if name and text.endswith(name):
            lead = text.removesuffix(name)
            city, province = ({line[key], _short(line[key])} for key in ("prefecture", "province"))
            if lead in city | province or any(lead == p + c for p in province for c in city):
                return True
    return False


def counties(text: str = "", province: str | None = None) -> list[CountyEntry]:
    """List counties by code: all, or those that a text may mean.

    Parameters
    ----------
    text : str
        Part of a code, of a name (former ones, too), or of the prefecture's or province's; or
        their beginning in pinyin.
    province : str or None
        Province, by name, pinyin or two digits.
    """
    text, said = identity(text), _plain(text)
    first = "" if province is None else find_province(province)
    found = set()
    for line in archive.index():
        if not line["unit"].startswith(first):
            continue
        named = any(text in line[key] for key in ("name", "former", "prefecture", "province"))
        if named or line["code"].startswith(text) or (len(said) > 2 and _begins(line, said)):
            found.add(line["unit"])
    return entries_of(found)


def _begins(line: Line, said: str) -> bool:
    at = (own for level in range(3) for own in _said(line, level))
    return _spoken(line, said) or any(own.startswith(said) for own in at)


def nearest_counties(text: str, most: int = 5) -> list[CountyEntry]:
    """List the counties whose name, pinyin or code looks most like a text, the likeliest first."""
    text = identity(text)
    said = _plain(text)
    heard = said or "".join(archive.syllables().get(letter, "") for letter in text)
    matcher = SequenceMatcher(b=said or text)

    def likeness(line: Line) -> float:
        if text.isdigit():
            same = (a == b for a, b in zip(text, line["code"], strict=False))
            return sum(1 for _ in takewhile(bool, same)) / 6
        alike = float(bool(heard) and heard in _said(line, 0))  # 得昌县, 德昌县
        if said:
            matcher.set_seq1(line["pinyin"].split("|")[0].replace(" ", ""))
            return alike + (matcher.ratio() if matcher.quick_ratio() > 0.6 else 0.0)
        target = line["name"]
        shared = len(set(text) & set(target)) / max(len(text), 1)
        if not shared:
            return alike
        matcher.set_seq1(target)
        return alike + shared + matcher.ratio()

    ranked = sorted(archive.index(), key=lambda line: (-likeness(line), line["code"]))
    likely = [line["unit"] for line in ranked[: 2 * most] if likeness(line) > 0]
    return [entry_of(code) for code in list(dict.fromkeys(likely))[:most]]


def describe(entries: list[CountyEntry]) -> str:
    """Return counties for a message: code, name and prefecture, the first of many."""
    more = f" and {len(entries) - _SHOWN} more" if len(entries) > _SHOWN else ""
    return ", ".join(map(str, entries[:_SHOWN])) + more


def _named(text: str) -> set[str]:
    """Return the counties that a code or name is exact for: the last ones before former ones."""
    lines = archive.index()
    said = _plain(text)
    for fits in (
        lambda line: text in (line["unit"], line["name"]) and line["code"] == line["unit"],
        lambda line: text in (line["code"], line["name"], *line["former"].split("|")),
        lambda line: _written(line, text),
        lambda line: _spoken(line, said),
    ):
        found = {line["unit"] for line in lines if text and fits(line)}
        if found:
            return found
    return set()


@cache
def find_county(county: str) -> CountyEntry:
    """Return the county with a code, a Chinese name or a name in pinyin.

    Codes and names that it had before count, too. A name that several counties have may be
    given after the prefecture's or province's.

    Raises
    ------
    RegistryError
        If no county has it (the message names the nearest), or several have the name.
    """
    text = identity(str(county))
    found = entries_of(_named(text))
    if len(found) == 1:
        return found[0]
    if found:
        apart = len({entry.prefecture for entry in found}) > 1
        place = found[0].prefecture + found[0].name
        raise RegistryError(
            f"county {text!r} is the name of {len(found)} counties: {describe(found)}; "
            "give the 6-digit code"
            + (f", or the prefecture before the name: {place}" if apart else "")
        )
    inside = counties(text) if text else []
    close = inside or nearest_counties(text)
    hint = f"; nearest: {describe(close)}" if close else ""
    raise RegistryError(
        f"county {text!r} is not in the registry; "
        f"expected a 6-digit code, an exact Chinese name or pinyin{hint}"
    )


def has_list(county: str, year: int) -> bool:
    """Tell whether the registry has a county's list for a year."""
    return find_county(county).villages(year) is not None


def registry_units(county: str, year: int) -> VillageTable:
    """Return the villages and communities of a county, in the order of their codes.

    Parameters
    ----------
    county : str
        6-digit code, Chinese name or pinyin (`find_county`).
    year : int
        Year of the list, one of `YEARS`.

    Raises
    ------
    RegistryError
        For an unknown county or a year without a list (see `has_list`).
    """
    entry = find_county(county)
    if year not in YEARS:
        raise RegistryError(f"year {year}: the registry has the years {YEARS[0]} to {YEARS[-1]}")
    if entry.villages(year) is None:
        advice = "; use merger source 'generated' or 'file'" if year > entry.years[0] else ""
        raise RegistryError(
            f"the registry has no list of {entry.name} ({entry.code}) for {year}, only for "
            f"{', '.join(map(str, entry.years))}{advice}"
        )
    bit = 1 << (year - FIRST_YEAR)
    line = next(line for line in units()[entry.code] if int(line["years"]) & bit)
    rows = archive.rows_of(line["code"], archive.block(line, "list"))
    kept = [row for row in rows if row.years & bit and unit_kind(row.name) != "other"]
    return VillageTable.of(
        code=[row.code for row in kept],
        name=within_townships([row.name for row in kept], [row.township for row in kept]),
        township=[row.township for row in kept],
        is_village=[unit_kind(row.name) == "village" for row in kept],
    )


def county_outline(county: str) -> list[list[npt.NDArray[np.float64]]]:
    """Return a county's border: polygons, each a list of rings (n, 2), the outer one first.

    Rings are closed, longitude and latitude in degrees of Amap's datum (GCJ-02), some hundred
    metres off WGS 84, and simplified to about 250 m.

    Raises
    ------
    RegistryError
        For an unknown county, or one without an outline.
    """
    entry = find_county(county)
    line = units()[entry.code][-1]
    if not line["outline_at"]:
        raise RegistryError(f"the registry has no outline of {entry}; give a map of your own")
    return archive.rings_of(archive.block(line, "outline"))
