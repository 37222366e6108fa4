"""Names in two official lists of a merger: which survived, which are new.

Names are the only evidence of who absorbed whom. A village whose name stands in the later
list is an *anchor*. Townships are matched by the names they share, then by their own name.
Everything else is inference, and is said in ``notes``.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher

from sim.errors import InputError
from sim.model.world.unitnames import base_name, township_base
from sim.model.world.villages import VillageTable


@dataclass(frozen=True)
class RegistryMatch:
    """How the units before (V rows) relate to the list after (A rows).

    Attributes
    ----------
    anchor : tuple of int, length V
        Row after of the village that kept the name, -1 = the name is gone.
    community : tuple of int, length V
        Row after of the community of the same name: what a community before is called after,
        or what a village became or joined; -1 = none.
    township : tuple of str, length V
        Township after of each unit.
    new_villages, new_communities : tuple of int
        Rows after whose names are new.
    surplus : dict
        Township after → how many old villages may leave the village class before there are
        fewer than new names to carry.
    notes : tuple of str
        What had to be guessed.
    """

    anchor: tuple[int, ...]
    community: tuple[int, ...]
    township: tuple[str, ...]
    new_villages: tuple[int, ...]
    new_communities: tuple[int, ...]
    surplus: dict[str, int]
    notes: tuple[str, ...]


class _Lineage:
    """How strongly an old township is linked to a new one."""

    def __init__(self, before: VillageTable, after: VillageTable) -> None:
        self.old = [base_name(name) for name in before.name]
        self.new = [base_name(name) for name in after.name]
        self.before, self.after = before, after
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for kind in (True, False):
            old_rows = _rows_by_base(self.old, before, kind)
            new_rows = _rows_by_base(self.new, after, kind)
            for base, rows in old_rows.items():
                if len(rows) == 1 and len(new_rows.get(base, ())) == 1:
                    votes[before.township[rows[0]]][after.township[new_rows[base][0]]] += 1
        self.votes = votes
        self.later = tuple(dict.fromkeys(after.township))

    def strength(self, old: str, new: str) -> float:
        """Return shared names, and half a vote for the same township name."""
        return self.votes[old][new] + 0.5 * (township_base(old) == township_base(new))

    def heir(self, old: str) -> str | None:
        """Return the new township most linked to an old one; None without any link."""
        best = max(self.later, key=lambda new: (self.strength(old, new), -self.later.index(new)))
        if self.strength(old, best) > 0:
            return best
        likeness = {
            new: SequenceMatcher(None, township_base(old), township_base(new)).ratio()
            for new in self.later
        }
        best = max(self.later, key=lambda new: (likeness[new], -self.later.index(new)))
        return best if likeness[best] >= 0.5 else None


def _rows_by_base(bases: list[str], table: VillageTable, village: bool) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, base in enumerate(bases):
        if table.is_village[row] == village:
            rows[base].append(row)
    return rows


def _pair(
    lineage: _Lineage, old_rows: dict[str, list[int]], new_rows: dict[str, list[int]]
) -> dict[int, int]:
    """Match rows of the same base name one to one, strongest township link first.

    A name that occurs several times needs a link of its townships; a name that is unique
    before and after is matched wherever it is.
    """
    found: dict[int, int] = {}
    for base, olds in old_rows.items():
        news = new_rows.get(base, [])
        unique = len(olds) == 1 and len(news) == 1
        links = sorted(
            (-lineage.strength(lineage.before.township[o], lineage.after.township[n]), o, n)
            for o in olds
            for n in news
        )
        taken: set[int] = set()
        for link, o, n in links:
            if o not in found and n not in taken and (link < 0 or unique):
                found[o] = n
                taken.add(n)
    return found


def match_registry(before: VillageTable, after: VillageTable) -> RegistryMatch:
    """Match the units of two lists by name and township lineage.

    Parameters
    ----------
    before, after : VillageTable
        Units before and after; `after` with its communities (else no conversion is seen).

    Raises
    ------
    InputError
        If there are more villages after than before: the source only merges.
    """
    villages_before, villages_after = int(before.is_village.sum()), int(after.is_village.sum())
    if villages_after == 0 or villages_after > villages_before:
        raise InputError(
            f"the list after the reform has {villages_after} villages and the one before "
            f"{villages_before}; a merger needs at least one and at most as many. Check the county "
            "and the townships left out, or use merger source 'generated'"
        )
    lineage = _Lineage(before, after)
    old_villages = _rows_by_base(lineage.old, before, True)
    new_communities = _rows_by_base(lineage.new, after, False)
    anchors = _pair(lineage, old_villages, _rows_by_base(lineage.new, after, True))
    community = _pair(lineage, _rows_by_base(lineage.old, before, False), new_communities)
    gone = {
        base: [row for row in rows if row not in anchors] for base, rows in old_villages.items()
    }
    community |= _pair(lineage, gone, new_communities)
    notes = [
        f"{before.name[o]} ({before.township[o]}) is taken to be {after.name[n]} in "
        f"{after.township[n]}, where most of its township did not go"
        for o, n in sorted(anchors.items())
        if lineage.heir(before.township[o]) != after.township[n]
    ]
    township, surplus, moved = _place(lineage, anchors, community)
    notes += moved
    return RegistryMatch(
        anchor=tuple(anchors.get(v, -1) for v in range(len(before))),
        community=tuple(community.get(v, -1) for v in range(len(before))),
        township=township,
        new_villages=tuple(
            row
            for row in range(len(after))
            if after.is_village[row] and row not in set(anchors.values())
        ),
        new_communities=tuple(
            row
            for row in range(len(after))
            if not after.is_village[row] and row not in set(community.values())
        ),
        surplus=surplus,
        notes=tuple(notes),
    )


def _place(
    lineage: _Lineage, anchors: dict[int, int], community: dict[int, int]
) -> tuple[tuple[str, ...], dict[str, int], list[str]]:
    """Return each unit's township after, so that every new name has an old village to carry it."""
    before, after = lineage.before, lineage.after
    townships: list[str] = []
    heirs = {old: lineage.heir(old) for old in dict.fromkeys(before.township)}
    last = next((heir for heir in heirs.values() if heir), lineage.later[0])
    for old, heir in heirs.items():  # a township without any link goes with the one before it
        last = heirs[old] = heir or last
    for row, old in enumerate(before.township):
        match = anchors.get(row, community.get(row, -1))
        townships.append(after.township[match] if match >= 0 else str(heirs[old]))
    surplus = dict.fromkeys(lineage.later, 0)
    kept = set(anchors.values())
    for row in range(len(after)):
        surplus[after.township[row]] -= bool(after.is_village[row]) and row not in kept
    free = [
        row
        for row in range(len(before))
        if before.is_village[row] and row not in anchors and row not in community
    ]
    for row in free:
        surplus[townships[row]] += 1
    notes = []
    while (short := min(surplus, key=lambda new: surplus[new])) and surplus[short] < 0:
        donors = [row for row in free if surplus[townships[row]] > 0]
        if not donors:
            donors = [row for row in community if before.is_village[row]]
            if not donors:  # the counts were checked: villages after never exceed those before
                raise InputError(f"no village is left to carry the new names of {short}")
            row = max(donors)
            del community[row]
            free.append(row)
            surplus[townships[row]] += 1
        else:
            row = max(
                donors,
                key=lambda row: (
                    lineage.strength(before.township[row], short),
                    surplus[townships[row]],
                    row,
                ),
            )
        notes.append(
            f"{before.name[row]} ({before.township[row]}) is placed in {short}, which has more new "
            "names than old villages of its own"
        )
        surplus[townships[row]] -= 1
        surplus[short] += 1
        townships[row] = short
    return tuple(townships), surplus, notes


def conversions(
    before: VillageTable, after: VillageTable, match: RegistryMatch, number: int | None
) -> tuple[int, ...]:
    """Choose the old villages that leave the village class.

    First those that a community is named after; then those whose township keeps no village;
    then, until there are `number`: villages in townships whose list names new communities,
    whose first character no new village name has taken up, in townships that are or become
    街道, in townships with a large share of communities (the towns); in the order of codes.

    Parameters
    ----------
    number : int or None
        How many leave; None = only the first two kinds, which the lists show.

    Returns
    -------
    tuple of int
        Rows of `before`, ascending.

    Raises
    ------
    InputError
        If so many cannot leave while every village of the list after the reform has a seat.
    """
    named = [v for v in range(len(before)) if before.is_village[v] and match.community[v] >= 0]
    free = [
        v
        for v in range(len(before))
        if before.is_village[v] and match.anchor[v] < 0 and match.community[v] < 0
    ]
    kept = {after.township[row] for row in range(len(after)) if after.is_village[row]}
    stranded = [v for v in free if match.township[v] not in kept]
    if number is None:
        return tuple(sorted(named + stranded))
    most = int(before.is_village.sum()) - int(after.is_village.sum())
    if not 0 <= number <= most:
        raise InputError(
            f"{number} villages cannot leave the village class: {int(before.is_village.sum())} "
            f"before and {int(after.is_village.sum())} after leave room for 0 to {most}"
        )
    chosen = (named + stranded)[:number]
    room = dict(match.surplus)
    for v in chosen:
        room[match.township[v]] -= match.community[v] < 0
    unnamed = Counter(after.township[row] for row in match.new_communities)
    share = _community_share(after)
    rest = [v for v in free if v not in set(chosen)]
    heard: dict[str, str] = defaultdict(str)
    for row in match.new_villages:
        heard[after.township[row]] += base_name(after.name[row])
    while len(chosen) < number:
        options = [v for v in rest if room[match.township[v]] > 0]
        if not options:  # every free village carries a new name
            raise InputError(
                f"only {len(chosen)} villages can leave the village class, not {number}"
            )
        best = max(
            options,
            key=lambda v: (
                unnamed[match.township[v]] > 0,
                base_name(before.name[v])[0] not in heard[match.township[v]],
                "街道" in match.township[v],
                share[match.township[v]],
                before.township[v] == match.township[v],
                -v,
            ),
        )
        chosen.append(best)
        rest.remove(best)
        room[match.township[best]] -= 1
        unnamed[match.township[best]] -= 1
    return tuple(sorted(chosen))


def _community_share(after: VillageTable) -> dict[str, float]:
    total = Counter(after.township)
    towns = Counter(
        town for town, village in zip(after.township, after.is_village, strict=True) if not village
    )
    return {town: towns[town] / total[town] for town in total}
