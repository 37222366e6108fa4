"""Which two lists describe a county before and after its reform."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.model.calendar import parse_month
from sim.model.world.registry import YEARS, CountyEntry, RegistryError, find_county

if TYPE_CHECKING:
    from sim.model.config.county import County

#: the month of each list (that of 2022 is not told: taken as October)
MONTHS = {
    year: parse_month(f"{year}-{month}")
    for year, month in zip(YEARS, ("07", "10", "10", "10", "06", "10", "10", "06"), strict=True)
}
# Sichuan's reform of 2019 and 2020 lies between two lists, whatever month is taken for it; the
# list of 2020 came before some counties' part of it
_SICHUAN, _ITS_END, _ITS_LISTS, _LATER = "51", parse_month("2020-12"), (2019, 2020), (2020, 2021)


class Lists(NamedTuple):
    """Years of the lists before and after a reform; None = there is none after it."""

    before: int
    after: int | None


def choose_lists(
    entry: CountyEntry,
    reform: int | None = None,
    before: int | None = None,
    after: int | None = None,
) -> Lists:
    """Return the lists before and after a reform.

    They are the last list before the month of the reform and the next. Where these two show no
    merger, but those one list earlier or later do, these are: a list may come before a reform
    is written into it, and a reform takes months. Without a month: where most villages merged.

    Parameters
    ----------
    entry : CountyEntry
        The county.
    reform : int or None
        Month of the reform.
    before, after : int or None
        Years that the user gave; the other one is found.

    Raises
    ------
    RegistryError
        If there is no list before, or none of a year given, or the two are not in order.
    """
    for year in (before, after):
        if year is not None and entry.villages(year) is None:
            raise RegistryError(
                f"the registry has no list of {entry.name} ({entry.code}) for {year}, only for "
                f"{', '.join(map(str, entry.years))}"
                + ("; use merger source 'generated' or 'file'" if year > entry.years[0] else "")
            )
    first, second = _step(entry, reform)
    if before is None:
        first = first if after is None else min(first, after - 1)
        earlier = [year for year in entry.years if year <= first]
        if not earlier:
            raise RegistryError(
                f"the registry has no list of {entry.name} ({entry.code}) of {first} or before; "
                f"its first is that of {entry.years[0]}: give a later reform, or county.year"
            )
        before = earlier[-1]
    if after is None:
        later = [year for year in entry.years if year > before and year >= second]
        return Lists(before, later[0] if later else None)
    if after <= before:
        raise RegistryError(f"the list after the reform, {after}, must be later than {before}")
    return Lists(before, after)


def _step(entry: CountyEntry, reform: int | None) -> tuple[int, int]:
    """Return the years between which the reform lies."""
    merged = {(c.before, c.after): c.lost for c in entry.changes if c.kind == "merger"}
    if entry.code[:2] == _SICHUAN and (reform is None or reform <= _ITS_END):
        return _LATER if _LATER in merged and _ITS_LISTS not in merged else _ITS_LISTS
    if reform is None:
        *_, last = (0, *entry.years)
        earlier = [year for year in entry.years if year < last] or [last]
        return max(merged, key=lambda step: merged[step], default=(earlier[-1], last))
    steps = [*pairwise(YEARS), (YEARS[-1], YEARS[-1] + 1)]
    at = max((i for i, (year, _) in enumerate(steps) if MONTHS[year] < reform), default=0)
    listed = all(entry.villages(year) is not None for year in steps[at])
    if steps[at] in merged or not listed or reform <= MONTHS[YEARS[0]]:
        return steps[at]
    near = [step for step in steps[max(at - 1, 0) : at + 2] if step in merged]
    return max(near, key=lambda step: merged[step], default=steps[at])


def lists_of(county: "County", month: int | None) -> Lists | None:
    """Return the lists of a county's block and its reform; None where a file has the villages."""
    if county.registry is None:
        return None
    return choose_lists(find_county(county.registry), month, county.year, county.year_after)


def list_before(county: dict[str, Any], month: str) -> tuple[str, int]:
    """Return the code of a county and the year of its list before a reform, from a stored block.

    Raises
    ------
    ValueError, KeyError
        If the block names no county of the registry (a file of villages), or another's lists.
    """
    entry = find_county(str(county["registry"]))
    given = county.get("year"), county.get("year_after")
    return entry.code, choose_lists(entry, parse_month(month), *given).before
