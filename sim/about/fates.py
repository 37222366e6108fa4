"""What the lists of 2016 to 2023 tell of each county: merged, not merged, or not known."""

from typing import Literal, NamedTuple

from sim.about.atlas import county_years
from sim.model.world.mergers import MERGED_OF
from sim.model.world.registry import YEARS, CountyEntry, counties

Known = Literal["merged", "unmerged", "few", "relisted", "missing"]


class Fate(NamedTuple):
    """What became of a county's villages by mergers, over all its lists.

    Attributes
    ----------
    county : CountyEntry
        The county.
    known : str
        ``merged``; ``unmerged``; ``few``: never `MERGED_OF` villages, of which no merger is told;
        ``relisted``: the lists changed their way, so that a merger may be hidden; ``missing``:
        some of the eight lists are, and the others show no merger.
    villages_before : int
        Villages before the first merger; 0 if there is none.
    villages_lost : int
        Villages lost in all its mergers.
    """

    county: CountyEntry
    known: Known
    villages_before: int = 0
    villages_lost: int = 0

    @property
    def lost(self) -> float:
        """Share of the villages before the first merger that mergers ended."""
        return self.villages_lost / max(self.villages_before, 1)


def fates(province: str | None = None) -> list[Fate]:
    """Return what became of every county that the lists still have, or whose border is known.

    Parameters
    ----------
    province : str or None
        Name, pinyin or two digits; None = all.

    Returns
    -------
    list of Fate
        By code. A county that was joined or divided, and has no border, is not among them unless
        it merged.
    """
    merged: dict[str, Fate] = {}
    for each in county_years(province):  # by year of the list after
        code = each.county.code
        first = merged.get(code) or Fate(each.county, "merged", each.change.villages_before)
        merged[code] = first._replace(villages_lost=first.villages_lost + each.villages_lost)
    found = []
    for county in counties(province=province):
        if county.code in merged:
            found.append(merged[county.code])
        elif county.area_km2 is not None or county.years[-1] == YEARS[-1]:
            found.append(Fate(county, _unmerged(county)))
    return found


def _unmerged(county: CountyEntry) -> Known:
    """Tell how far it is known that a county did not merge."""
    if any(change.kind == "listing" for change in county.changes):
        return "relisted"
    if max(county.numbers.values()) < MERGED_OF:
        return "few"
    return "missing" if len(county.years) < len(YEARS) else "unmerged"
