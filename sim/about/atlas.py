"""Village mergers of China from the lists: every county-year, by province and year, as a table."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sim.errors import InputError
from sim.files import digest
from sim.model.world.mergers import MERGED, MERGED_OF
from sim.model.world.registry import YEARS, Change, CountyEntry, counties, find_province, provinces
from sim.terminal.console import table
from sim.words import word

#: what a fall of a county's villages is told to be
KINDS = ("merger", "communities", "border", "listing")
COLUMNS = (
    "code",
    "county",
    "pinyin",
    "prefecture",
    "province",
    "list_before",
    "list_after",
    "kind",
    "villages_before",
    "villages_after",
    "share_lost",
    "communities_before",
    "communities_after",
    "area_km2",
    "longitude",
    "latitude",
)


class CountyYear(NamedTuple):
    """A county, and what became of its villages between two lists."""

    county: CountyEntry
    change: Change

    @property
    def villages_lost(self) -> int:
        """Villages that are no more."""
        return self.change.villages_before - self.change.villages_after

    def cells(self) -> tuple[str, ...]:
        """Return the cells of `COLUMNS`; what is not known is empty."""
        county, change = self
        there = (county.area_km2, county.lon, county.lat)
        return (
            *(county.code, county.name, county.pinyin, county.prefecture, county.province),
            *map(str, (change.before, change.after, change.kind)),
            *map(str, (change.villages_before, change.villages_after, f"{change.lost:.4f}")),
            *(str(county.communities[year]) for year in (change.before, change.after)),
            *("" if value is None else f"{value:g}" for value in there),
        )


def county_years(
    province: str | None = None, kinds: Sequence[str] = ("merger",), least: float = MERGED
) -> list[CountyYear]:
    """Return county-years in which counties of `MERGED_OF` villages or more lost some.

    Parameters
    ----------
    province : str or None
        Name, pinyin or two digits; None = all.
    kinds : sequence of str
        Of `KINDS`.
    least : float
        Share of the villages lost, at least; a change of listing may have lost none.

    Returns
    -------
    list of CountyYear
        By year of the list after, then by code.
    """
    found = [
        CountyYear(county, change)
        for county in counties(province=province)
        for change in county.changes
        if change.kind in kinds
        and change.villages_before >= MERGED_OF
        and (change.lost >= least or change.kind == "listing")
    ]
    return sorted(found, key=lambda each: (each.change.after, each.county.code))


def text_of(found: Sequence[CountyYear]) -> str:
    """Return county-years as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(each.cells() for each in found)
    return out.getvalue()


def write(path: Path, found: Sequence[CountyYear]) -> str:
    """Write county-years as CSV (UTF-8 with mark, which spreadsheets want); return its digest.

    Raises
    ------
    InputError
        If the file is there already, or cannot be written.
    """
    content = text_of(found).encode("utf-8-sig")
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise InputError(f"{path}: is there already; delete it or give another name") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from error
    return digest(content)


def by_province(found: Sequence[CountyYear], lang: str) -> str:
    """Return how many county-years there are, and villages lost, by province and year of list."""
    rows = []
    names = {code: provinces()[code] for code in sorted({e.county.code[:2] for e in found})}
    total = [("", word("atlas_all", lang))] if len(names) > 1 else []
    for code, name in [*names.items(), *total]:
        own = [each for each in found if each.county.code.startswith(code)]
        cells = [[e for e in own if e.change.after == year] for year in YEARS[1:]]
        rows.append([name, *map(_cell, cells), _cell(own)])
    last = len(names)
    rows = [*sorted(rows[:last], key=lambda row: -int(row[-1].split()[0])), *rows[last:]]
    heads = [word("atlas_province", lang), *map(str, YEARS[1:]), word("atlas_sum", lang)]
    return f"{table(heads, rows)}\n\n{word('atlas_note', lang, least=MERGED, of=MERGED_OF)}"


def _cell(found: Sequence[CountyYear]) -> str:
    """Return counties and villages lost, as ``142 (-17,841)``."""
    return f"{len(found)} ({-sum(e.villages_lost for e in found):+,})" if found else ""


def report(province: str | None, every: bool, out: Path | None, lang: str) -> str:
    """Return what `hecun atlas` prints; write the county-years where a file is named.

    Raises
    ------
    InputError
        If there is no such province or no such county-year in it, or the file cannot be written.
    """
    found = county_years(province, KINDS if every else ("merger",))
    if not found:
        where = provinces()[find_province(province)] if province else "China"
        raise InputError(f"no county of {where} lost villages so; try --all, or another province")
    said = by_province(found, lang)
    if out is not None:
        said += f"\n\n{out}: {word('atlas_written', lang, n=len(found), digest=write(out, found))}"
    return said
