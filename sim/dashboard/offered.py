"""Counties that the page offers: those a text finds, or those of the province of the one shown."""

from functools import lru_cache

from sim.model.world.entries import CountyEntry
from sim.model.world.registry import counties, find_county, nearest_counties
from sim.words import word

#: counties that are offered at most, besides the one shown
MOST = 200
_SICHUAN = "51"


def offered(text: str, county: str) -> dict[str, str]:
    """Return the counties to choose from: code to what the list calls them.

    Parameters
    ----------
    text : str
        Part of a code, name, prefecture or province, or the beginning of their pinyin; '': the
        counties of the province of the one shown, of Sichuan where there is none. Where nothing
        fits, those that look most like it are offered, if any does. Of many, the first `MOST`.
    county : str
        Code or name of the one shown, which is always among them; '' = none.
    """
    shown = find_county(county) if county else None
    found = _found(text.strip(), _province(shown)) or nearest_counties(text)
    found = found[:MOST]
    if shown is not None and shown not in found:
        found = [shown, *found]
    return {entry.code: _named(entry) for entry in found}


def offered_said(text: str, county: str, lang: str) -> str:
    """Say that nothing has a text, or that more counties have it than are offered; else ''."""
    found = _found(text.strip(), _province(find_county(county) if county else None))
    if not found:
        return word("page_near" if nearest_counties(text) else "page_nothing", lang)
    if len(found) > MOST:
        return word("page_first", lang, most=MOST, count=f"{len(found):,}")
    return ""


def _province(shown: CountyEntry | None) -> str:
    return shown.code[:2] if shown else _SICHUAN


@lru_cache(8)
def _found(text: str, province: str) -> list[CountyEntry]:
    return counties(text) if text else counties(province=province)


def _named(entry: CountyEntry) -> str:
    return f"{entry.code} {entry.name} ({entry.pinyin}), {entry.prefecture}"
