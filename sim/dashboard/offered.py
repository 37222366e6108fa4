"""Counties that the page offers: those a text finds, or the neighbours of the one shown."""

from sim.model.world.entries import CountyEntry
from sim.model.world.registry import counties, find_county, nearest_counties

#: counties of a list
MOST = 200
_SICHUAN = "51"


def offered(text: str, county: str) -> dict[str, str]:
    """Return the counties to choose from: code to what the list calls them.

    Parameters
    ----------
    text : str
        Part of a code, name, prefecture or province, or the beginning of their pinyin; '': the
        counties of the province of the one shown. Where nothing fits, the nearest are offered.
    county : str
        Code or name of the one shown, which is always among them; '' = none.
    """
    shown = find_county(county) if county else None
    if text.strip():
        found = counties(text) or nearest_counties(text)
    else:
        found = counties(province=shown.code[:2] if shown else _SICHUAN)
    found = found[:MOST]
    if shown is not None and shown not in found:
        found = [shown, *found]
    return {entry.code: _named(entry) for entry in found}


def _named(entry: CountyEntry) -> str:
    return f"{entry.code} {entry.name} ({entry.pinyin}), {entry.prefecture}"
