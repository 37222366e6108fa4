"""Reform of one county as the registry knows it, before any world is drawn.

>>> from sim.model.world.reform import read_reform
>>> reform = read_reform("513424", 2019)
>>> len(reform.units), int(reform.after.is_village.sum())
(137, 65)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.errors import InputError
from sim.model.world.lists import Lists, choose_lists
from sim.model.world.names import RegistryMatch, conversions, match_registry
from sim.model.world.registry import find_county, registry_units
from sim.model.world.spec import OtherUnit
from sim.model.world.villages import VillageTable


@dataclass(frozen=True, eq=False)
class Reform:
    """Units before the reform, and what the list after it says of them.

    Attributes
    ----------
    units : VillageTable
        Units before (V rows): what `build_world` is to be given.
    after : VillageTable or None
        The list after the reform with its communities; None = there is none.
    match : RegistryMatch or None
        Names and townships of `units` found in `after`.
    converted : tuple of int
        Rows of `units` that leave the village class.
    lists : Lists or None
        Years of the two lists; None where the villages come from elsewhere.
    missing : str
        Why there is no list after the reform, where there is none.
    others : tuple of OtherUnit
        Units of the list before that are none of `units`: communities, townships left out.
    """

    units: VillageTable
    after: VillageTable | None = None
    match: RegistryMatch | None = None
    converted: tuple[int, ...] = ()
    lists: Lists | None = None
    missing: str = "there is none for this county"
    others: tuple[OtherUnit, ...] = ()

    @property
    def future_township(self) -> tuple[str, ...] | None:
        """Township of each unit after the reform, for `CountySpec`; None = unknown."""
        return None if self.match is None else self.match.township

    @property
    def leaving(self) -> frozenset[str]:
        """Codes of the villages that leave the village class, for `CountySpec`."""
        return frozenset(self.units.code[v] for v in self.converted)


def compare_lists(
    before: VillageTable,
    after: VillageTable,
    converted: int | None = None,
    communities: bool = False,
) -> Reform:
    """Compare two lists, each with its communities.

    Parameters
    ----------
    before, after : VillageTable
        Villages and communities before and after.
    converted : int or None
        How many villages leave the village class; None = those the lists show.
    communities : bool
        Whether the communities are units too. If not, they serve only to tell which
        communities of the later list are new.

    Raises
    ------
    InputError
        If the lists cannot belong together, or so many cannot leave.
    """
    match = match_registry(before, after)
    rows = conversions(before, after, match, converted)
    if communities:
        return Reform(before, after, match, rows)
    keep = np.flatnonzero(before.is_village)
    place = {int(row): v for v, row in enumerate(keep)}
    renamed = _renamed(before, after, match)
    inside = RegistryMatch(
        anchor=tuple(match.anchor[row] for row in keep),
        community=tuple(match.community[row] for row in keep),
        township=tuple(match.township[row] for row in keep),
        new_villages=match.new_villages,
        new_communities=tuple(row for row in match.new_communities if row not in renamed),
        surplus=match.surplus,
        notes=match.notes,
    )
    return Reform(
        before.villages_only(),
        after,
        inside,
        tuple(place[row] for row in rows),
        others=others_of(before, before.is_village, match.township),
    )


def others_of(
    table: VillageTable,
    inside: npt.NDArray[np.bool_],
    future: Sequence[str] | None = None,
) -> tuple[OtherUnit, ...]:
    """Return the units of a list that are not in the model; their townships stay if unknown."""
    later = table.township if future is None else future
    return tuple(
        OtherUnit(table.code[v], table.name[v], table.township[v], later[v])
        for v in np.flatnonzero(~inside).tolist()
    )


def _renamed(before: VillageTable, after: VillageTable, match: RegistryMatch) -> set[int]:
    """Return the new community names that communities before the reform can account for."""
    lost = [
        match.township[row]
        for row in range(len(before))
        if not before.is_village[row] and match.community[row] < 0
    ]
    taken: set[int] = set()
    for row in match.new_communities:
        if after.township[row] in lost:
            lost.remove(after.township[row])
            taken.add(row)
    return taken


def read_reform(
    county: str,
    year: int | None = None,
    exclude_townships: Sequence[str] = (),
    communities: bool = False,
    converted: int | None = None,
    year_after: int | None = None,
    month: int | None = None,
) -> Reform:
    """Read a county's lists before and after the reform.

    Parameters
    ----------
    county : str
        6-digit code, Chinese name or pinyin.
    year, year_after : int or None
        Lists before and after the reform; None = found (`sim.model.world.lists.choose_lists`).
    exclude_townships : sequence of str
        Townships left out, in the list before and, where they still exist, after.
    communities : bool
        Whether communities are units of their own.
    converted : int or None
        How many villages leave the village class; None = those the lists show.
    month : int or None
        Month of the reform, by which lists are found.

    Returns
    -------
    Reform
        With ``after`` None for a county without a list after the reform, or where the lists found
        show more villages after than before: ``missing`` says which.

    Raises
    ------
    RegistryError
        For an unknown county or year.
    InputError
        For an unknown township; if so many villages cannot leave, or any although there is no
        list after.
    """
    entry = find_county(county)
    lists = choose_lists(entry, month, year, year_after)
    listed = registry_units(entry.code, lists.before)
    left_out = others_of(listed, ~listed.in_townships(exclude_townships))
    before = listed.without_townships(exclude_townships)
    if not before.is_village.any():
        raise InputError(
            f"county {county!r} has no villages in the list of {lists.before}: nothing merges"
        )
    missing, after = f"its last list is that of {entry.years[-1]}", None
    if lists.after is not None:
        after = registry_units(entry.code, lists.after)
        after = after.select(~after.in_townships(exclude_townships))
        count, later = int(before.is_village.sum()), int(after.is_village.sum())
        if year_after is None and not 0 < later <= count:
            missing = f"it has {count} villages in {lists.before} and {later} in {lists.after}"
            after = None
    if after is None:
        if converted:
            raise InputError(
                f"county {county!r} has no list after the reform to choose {converted} "
                f"converted villages from ({missing})"
            )
        units = before if communities else before.villages_only()
        others = () if communities else others_of(before, before.is_village)
        return Reform(units, lists=lists, missing=missing, others=(*others, *left_out))
    reform = compare_lists(before, after, converted, communities)
    return replace(reform, lists=lists, others=(*reform.others, *left_out))
