"""A county of the registry, under whatever codes and names its lists had it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sim.errors import InputError
from sim.model.world import archive
from sim.model.world.archive import FIRST_YEAR
from sim.model.world.unitnames import NATIONALITIES

#: years with a list
YEARS = tuple(range(FIRST_YEAR, FIRST_YEAR + 8))
#: a name's own part, its nationalities, and what it is
_PARTS = re.compile(rf"^(.+?)((?:(?:{NATIONALITIES}|各)族)*)((?:自治)?[县区市旗]|林区|特区|新区)$")
#: a line of the index: column name to text
Line = dict[str, str]


class RegistryError(InputError):
    """A county or year that the registry does not have."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a county's villages from one list to its next.

    Attributes
    ----------
    before, after : int
        Years of the two lists.
    kind : {"merger", "communities", "border", "listing"}
        Fewer villages; most of those gone are communities now; are in another county now; are
        listed in another way, as a whole or as units without a committee.
    villages_before, villages_after : int
        Villages in the two lists.
    """

    before: int
    after: int
    kind: str
    villages_before: int
    villages_after: int

    @property
    def lost(self) -> float:
        """Share of the villages that are no more; below 0 if there are more."""
        return 1.0 - self.villages_after / max(self.villages_before, 1)


@dataclass(frozen=True, slots=True)
class CountyEntry:
    """One county of the registry, under whatever codes and names its lists had it.

    Attributes
    ----------
    code : str
        Six digits: province, prefecture, county; the last that it had.
    name, prefecture, province : str
        Chinese names, the last.
    former : tuple of (str, str)
        Codes and names that it had before, the last first.
    readings : tuple of str
        How the name, and former ones, are read: syllables in pinyin without tones; ü is v.
    numbers, communities, spelled : dict of int to int
        Villages, communities, and villages whose committee the list spells out, by year of list.
    changes : tuple of Change
        What happened between lists, where a twentieth of the villages or more is concerned.
    area_km2, lon, lat : float or None
        Area and middle of its border; None where there is none.
    """

    code: str
    name: str
    prefecture: str
    province: str
    former: tuple[tuple[str, str], ...]
    readings: tuple[str, ...]
    numbers: dict[int, int]
    communities: dict[int, int]
    spelled: dict[int, int]
    changes: tuple[Change, ...]
    area_km2: float | None
    lon: float | None
    lat: float | None

    def villages(self, year: int) -> int | None:
        """Return the number of villages in a year's list, None without a list."""
        return self.numbers.get(year)

    @property
    def pinyin(self) -> str:
        """The name in pinyin, as ``Zhangqiu Qu``."""
        syllables, cut = self.readings[0].split(), _PARTS.search(self.name)
        if len(syllables) != len(self.name) or cut is None:
            return "".join(syllables).capitalize()
        words = [syllables[cut.start(i) : cut.end(i)] for i in (1, 2, 3)]
        return " ".join("".join(part).capitalize() for part in words if part)

    @property
    def years(self) -> tuple[int, ...]:
        """Years with a list."""
        return tuple(self.numbers)

    def __str__(self) -> str:
        lists = f", lists from {self.years[0]}" if self.years[0] > YEARS[0] else ""
        lists += f", lists to {self.years[-1]}" if self.years[-1] < YEARS[-1] else ""
        return f"{self.code} {self.name} ({self.prefecture}{lists})"


@cache
def units() -> dict[str, list[Line]]:
    """Return the index by county, under its last code: its lines, the earliest first."""
    found: dict[str, list[Line]] = {}
    for line in archive.index():
        found.setdefault(line["unit"], []).append(line)
    # a code may have been another county's before: the lines of one are in order of their years
    return {u: sorted(lines, key=lambda line: int(line["years"])) for u, lines in found.items()}


def _sums(lines: list[Line], column: str) -> dict[int, int]:
    pairs = (pair for line in lines for pair in zip(YEARS, line[column].split(","), strict=True))
    return dict(sorted((year, int(n)) for year, n in pairs if n))


def _change(text: str) -> Change:
    years, kind, *villages = text.split(":")
    before, after = map(int, years.split("-"))
    return Change(before, after, kind, *map(int, villages))


@cache
def entry_of(code: str) -> CountyEntry:
    """Return the county whose last code this is."""
    lines = units()[code]
    last = lines[-1]
    former = [(line["code"], line["name"]) for line in lines[:-1]]
    for line in lines:
        former += [(line["code"], name) for name in line["former"].split("|") if name]
    readings = dict.fromkeys(r for line in lines[::-1] for r in line["pinyin"].split("|"))
    area, lon, lat = (float(last[key]) if last[key] else None for key in ("area_km2", "lon", "lat"))
    return CountyEntry(
        code=code,
        name=last["name"],
        prefecture=last["prefecture"],
        province=last["province"],
        former=tuple(former[::-1]),
        readings=tuple(readings),
        numbers=_sums(lines, "villages"),
        communities=_sums(lines, "communities"),
        spelled=_sums(lines, "spelled"),
        changes=tuple(_change(text) for text in last["changes"].split(";") if text),
        area_km2=area,
        lon=lon,
        lat=lat,
    )


def entries_of(codes: Iterable[str]) -> list[CountyEntry]:
    """Return the counties of some last codes, each once, ordered by code."""
    return [entry_of(code) for code in sorted(set(codes))]


@cache
def provinces() -> dict[str, str]:
    """Return the provinces with a list: first two digits of codes, and name."""
    return {line["code"][:2]: line["province"] for line in archive.index()}
