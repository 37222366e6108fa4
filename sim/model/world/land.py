"""Land of a village where its own is not known: the county's own, shared by its villages."""

from typing import TYPE_CHECKING

from sim.model.world.entries import CountyEntry
from sim.model.world.lists import lists_of
from sim.model.world.registry import find_county

if TYPE_CHECKING:
    from sim.model.config.county import County

#: km2 where nothing is known of the county
UNKNOWN = 5.0
#: standard deviation of the logarithm between villages
LOG_SD = 0.4


def land_of(county: "County", month: int | None = None) -> tuple[float, float]:
    """Return mean and spread of villages' areas: as given, or by the county's outline.

    Parameters
    ----------
    county : County
        The county's block.
    month : int or None
        Month of the reform, by which the list before it is found.

    Returns
    -------
    tuple of float
        Mean in km2, and standard deviation of the logarithm.
    """
    if county.area is not None:
        return county.area.mean, county.area.log_sd
    lists = lists_of(county, month)
    if lists is None:
        return UNKNOWN, LOG_SD
    return share_of(find_county(str(county.registry)), lists.before) or UNKNOWN, LOG_SD


def share_of(entry: CountyEntry, year: int) -> float | None:
    """Return km2 of the county per village or community of a list; None without an outline."""
    units = entry.numbers[year] + entry.communities[year]
    if entry.area_km2 is None or not units:
        return None
    return min(max(entry.area_km2 / units, 0.001), 20_000.0)  # what a configuration may give
