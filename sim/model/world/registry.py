"""The official lists of villages and communities of Sichuan (2018, 2019, 2020).

The lists are the statistical division codes (统计用区划代码) of the National Bureau of
Statistics; see ``sim/data/README.md`` for their source and licence. They lie in one zip file
with one small table per county and year, so that a county is read in milliseconds.
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Literal

from sim.errors import InputError
from sim.model.world.villages import VillageTable
from sim.printable import identity

#: years with a list; that of 2020 is partial (four prefectures are missing)
YEARS = (2018, 2019, 2020)
_ARCHIVE = Path(__file__).parent.parent.parent / "data" / "registry.zip"

# The lists contain slips of the pen (村委会会, 社区居委, 社区居民委会 ...): allow for them.
_COMMITTEE = r"(?:[委民]*[委民]员?会?[员会]*(?:[（(]?筹[）)]?(?:委会)?)?)"
_COMMUNITY = re.compile(
    rf"(?:(?:农村)?社区(?:居|筹)?|居){_COMMITTEE}?(?:[（(]\S{{1,3}}社区[）)])?$|社区[（(]\S+[）)]$"
)
_VILLAGE = re.compile(rf"村(?:村)?{_COMMITTEE}$|村$")

UnitKind = Literal["village", "community", "other"]


class RegistryError(InputError):
    """A county or year that the registry does not have."""


@dataclass(frozen=True, slots=True)
class CountyEntry:
    """One county of the registry.

    Attributes
    ----------
    code : str
        Six digits: province, prefecture, county.
    name, prefecture : str
        Chinese names.
    villages_2018, villages_2019, villages_2020 : int or None
        Number of villages in the list of that year; None where there is no list.
    """

    code: str
    name: str
    prefecture: str
    villages_2018: int | None
    villages_2019: int | None
    villages_2020: int | None

    def villages(self, year: int) -> int | None:
        """Return the number of villages in a year's list, None without a list."""
        return {
            2018: self.villages_2018,
            2019: self.villages_2019,
            2020: self.villages_2020,
        }.get(year)


def unit_kind(name: str) -> UnitKind:
    """Tell a village from a community by the end of its official name.

    Returns
    -------
    {"village", "community", "other"}
        "other" are units without a committee: 村民小组, 生活区, 虚拟 (virtual) units, farms.
    """
    if "虚拟" in name or name.endswith("村民小组"):
        return "other"
    if _COMMUNITY.search(name):
        return "community"
    return "village" if _VILLAGE.search(name) else "other"


def base_name(name: str) -> str:
    """Return a unit's name without what its committee is called.

    >>> base_name("强鸣村委会"), base_name("强鸣村村民委员会"), base_name("强鸣社区居委会")
    ('强鸣', '强鸣', '强鸣')
    """
    kind = unit_kind(name)
    if kind == "community":
        short = _COMMUNITY.sub("", name)
    elif kind == "village":
        short = _VILLAGE.sub("", name)
    else:
        return name
    short = short.removesuffix("村")  # 流村委会, 流村村委会 and 流村社区居委会 are one place
    return short.replace("迴", "回") or name


@cache
def _entries() -> tuple[CountyEntry, ...]:
    with zipfile.ZipFile(_ARCHIVE) as archive:
        text = archive.read("counties.csv").decode()
    return tuple(
        CountyEntry(
            row["code"],
            row["name"],
            row["prefecture"],
            *(int(row[f"villages_{year}"]) if row[f"villages_{year}"] else None for year in YEARS),
        )
        for row in csv.DictReader(io.StringIO(text))
    )


def counties(text: str = "") -> list[CountyEntry]:
    """List the counties whose code, name or prefecture contains a text, by code."""
    text = identity(text)
    return [
        entry
        for entry in _entries()
        if entry.code.startswith(text) or text in entry.name or text in entry.prefecture
    ]


def nearest_counties(text: str, most: int = 5) -> list[CountyEntry]:
    """List the counties whose name or code looks most like a text, the likeliest first."""
    text = identity(text)

    def likeness(entry: CountyEntry) -> float:
        shared = len(set(text) & set(entry.name)) / max(len(text), 1)
        target = entry.code if text.isdigit() else entry.name
        return shared + SequenceMatcher(None, text, target).ratio()

    ranked = sorted(_entries(), key=lambda entry: (-likeness(entry), entry.code))
    return [entry for entry in ranked[:most] if likeness(entry) > 0]


def _describe(entries: list[CountyEntry]) -> str:
    return ", ".join(f"{entry.code} {entry.name} ({entry.prefecture})" for entry in entries)


def find_county(county: str) -> CountyEntry:
    """Return the county with a code or an exact name.

    Raises
    ------
    RegistryError
        If no county has it (the message names the nearest), or several have the name.
    """
    text = identity(str(county))
    found = [entry for entry in _entries() if text in (entry.code, entry.name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise RegistryError(
            f"county {text!r} is the name of {len(found)} counties: {_describe(found)}; "
            "give the 6-digit code"
        )
    inside = counties(text) if text else []
    close = inside[:8] or nearest_counties(text)
    hint = f"; nearest: {_describe(close)}" if close else ""
    raise RegistryError(
        f"county {text!r} is not in the registry of Sichuan; "
        f"expected a 6-digit code or an exact Chinese name{hint}"
    )


def has_list(county: str, year: int) -> bool:
    """Tell whether the registry has a county's list for a year."""
    return find_county(county).villages(year) is not None


def _rows(code: str, year: int) -> list[list[str]]:
    with zipfile.ZipFile(_ARCHIVE) as archive:
        text = archive.read(f"{code}/{year}.csv").decode()
    return list(csv.reader(io.StringIO(text)))[1:]


def registry_units(county: str, year: int) -> VillageTable:
    """Return the villages and communities of a county, in the order of their codes.

    Parameters
    ----------
    county : str
        6-digit code or exact Chinese name.
    year : int
        2018, 2019 (before the reform) or 2020 (after it).

    Raises
    ------
    RegistryError
        For an unknown county or a year without a list (see `has_list`).
    """
    entry = find_county(county)
    if year not in YEARS:
        raise RegistryError(f"year {year}: the registry has the years 2018, 2019 and 2020")
    if entry.villages(year) is None:
        with_list = [str(y) for y in YEARS if entry.villages(y) is not None]
        raise RegistryError(
            f"the registry has no list of {entry.name} ({entry.code}) for {year}, only for "
            f"{', '.join(with_list)}"
            + ("; use merger source 'generated' or 'file'" if year == 2020 else "")
        )
    units = [row for row in _rows(entry.code, year) if unit_kind(row[1]) != "other"]
    return VillageTable.of(
        code=[unit for unit, _, _ in units],
        name=[name for _, name, _ in units],
        township=[township for _, _, township in units],
        is_village=[unit_kind(name) == "village" for _, name, _ in units],
    )
