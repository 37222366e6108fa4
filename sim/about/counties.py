"""Counties that can be run by name: their villages by year, and what is known of them."""

from collections.abc import Sequence

from sim.errors import InputError
from sim.model.world.mergers import MERGED, MERGED_OF, largest_merger, years_said
from sim.model.world.registry import (
    YEARS,
    Change,
    CountyEntry,
    counties,
    describe,
    nearest_counties,
)
from sim.terminal.console import table
from sim.words import word

_COLUMNS = ("code", "name", "pinyin", "prefecture")


def find(text: str, province: str | None = None, merged: str | None = None) -> list[CountyEntry]:
    """Return the counties that a text, a province and years of merger leave.

    Parameters
    ----------
    text : str
        Part of a code, name or prefecture, or the beginning of their pinyin; "" = all.
    province : str or None
        Province, by name, pinyin or two digits.
    merged : str or None
        Years of the list after a merger, ``2020`` or ``2019-2021``; "" = any; None = all
        counties, merged or not.

    Raises
    ------
    InputError
        If none is left; the message says by which of them, and what would be near.
    """
    found = counties(text, province)
    if not found:
        near = describe(nearest_counties(text))
        hint = f"; nearest: {near}" if near else "; names are Chinese (乐山), codes have six digits"
        where = f" in {province}" if province else ""
        raise InputError(
            f"no county of the registry{where} has {text!r} in its code, name, pinyin or "
            f"prefecture{hint}"
        )
    if merged is None:
        return found
    years = _years(merged)
    kept = [entry for entry in found if largest_merger(entry, years) is not None]
    if not kept:
        raise InputError(
            f"none of {len(found)} counties lost {MERGED:.0%} of at least {MERGED_OF} villages by "
            f"a merger in a list of {years_said(years)}; leave --merged out to "
            "see their villages by year"
        )
    return kept


def _years(text: str) -> range:
    if not text:
        return range(YEARS[0], YEARS[-1] + 1)
    first, _, last = text.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()):
        raise InputError(f"--merged {text!r}: expected a year or years, as 2020 or 2019-2021")
    ends = int(first), int(last or first)
    if not set(ends) <= set(YEARS) or ends[0] > ends[1] or ends[1] == YEARS[0]:
        raise InputError(
            f"--merged {text!r}: the lists after a merger are those of {YEARS[1]} to {YEARS[-1]}; "
            f"expected one of them or years that run on, {YEARS[0]}-{YEARS[-1]} for all"
        )
    return range(ends[0], ends[1] + 1)


def report(text: str, province: str | None, merged: str | None, lang: str) -> str:
    """Return the table that `hecun counties` prints, with sums where it has several lines."""
    found = find(text, province, merged)
    years = None if merged is None else _years(merged)
    rows = [_row(entry, years, lang) for entry in found]
    if len(found) > 1:
        rows.append(_sums(found, "numbers", lang))
        rows.append(_sums(found, "spelled", lang))
    heads = [word(f"counties_{key}", lang) for key in _COLUMNS] + [str(year) for year in YEARS]
    heads += [word(f"counties_{key}", lang) for key in ("fall", "known")]
    return f"{table(heads, rows)}\n\n{word('counties_note', lang)}"


def _row(entry: CountyEntry, years: Sequence[int] | None, lang: str) -> list[str]:
    counts = ["-" if (n := entry.villages(year)) is None else str(n) for year in YEARS]
    falls = [change for change in entry.changes if change.lost > 0 or change.kind == "listing"]
    most = largest_merger(entry, years) if years else max(falls, key=lambda c: c.lost, default=None)
    fall = "" if most is None else _fall(most, lang)
    return [entry.code, entry.name, entry.pinyin, entry.prefecture, *counts, fall,
            _known(entry, lang)]  # fmt: skip


def _fall(change: Change, lang: str) -> str:
    kind = word(f"counties_{change.kind}", lang)
    return f"{change.before}-{change.after}: {-change.lost:+.0%} {kind}"


def _known(entry: CountyEntry, lang: str) -> str:
    """Say what a county has: its lists, if some are missing; its border; what it was before."""
    said = []
    first, last = entry.years[0], entry.years[-1]
    if last < YEARS[-1]:
        said.append(word("counties_ends", lang, year=last))
    if first > YEARS[0]:
        said.append(word("counties_begins", lang, year=first))
    said.append(word("counties_outline" if entry.area_km2 else "counties_no_outline", lang))
    former = [name if code == entry.code else f"{name} {code}" for code, name in entry.former]
    if former:
        said.append(word("counties_former", lang, names=", ".join(former)))
    return word("counties_comma", lang).join(said)


def _sums(found: Sequence[CountyEntry], column: str, lang: str) -> list[str]:
    sums = [sum(getattr(entry, column).get(year, 0) for entry in found) for year in YEARS]
    cells = ["", word(f"counties_sum_{column}", lang)]
    return [*cells, "", "", *map(str, sums), "", ""]
