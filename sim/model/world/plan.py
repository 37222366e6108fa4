"""A merger plan: which old village goes to which new one; checked and judged."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from sim.errors import InputError
from sim.model.world.certainty import LEVELS
from sim.model.world.layout import World
from sim.model.world.registry import base_name
from sim.model.world.unchanging import Unchanging
from sim.model.world.unitnames import township_base
from sim.model.world.villages import VillageTable

OfficeRule = Literal["largest", "central", "namesake"]
#: columns of a plan as a table; old_code and new_village are required
PLAN_COLUMNS = (
    "old_code",
    "old_name",
    "new_village",
    "new_township",
    "seat",
    "outpost",
    "kind",
    "certainty",
)


@dataclass(frozen=True, eq=False)
class MergerPlan(Unchanging):
    """Old village → new village, for the V old villages of a world.

    Attributes
    ----------
    seat : int32 array (V,)
        Old village whose office the new village keeps; ``seat[seat] == seat``.
    new_name, new_township : tuple of str, length V
        Name and township of the new village, at its seat; '' elsewhere.
    becomes_community : bool array (V,)
        Seats that leave the village class as urban communities.
    outpost : bool array (V,)
        Absorbed offices that stay open.
    source : str
        Where the plan comes from.
    certainty : tuple of str, length V
        How surely the lists tell each old village's new unit: ``certain``, ``likely`` or
        ``unknown`` (`sim.model.world.certainty`); '' each where the plan is from no lists.
    notes : tuple of str
        What is uncertain about it.
    """

    seat: npt.NDArray[np.int32]
    new_name: tuple[str, ...]
    new_township: tuple[str, ...]
    becomes_community: npt.NDArray[np.bool_]
    outpost: npt.NDArray[np.bool_]
    source: str
    certainty: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def seats(self) -> npt.NDArray[np.int32]:
        """The seats, ascending: one new village or community each."""
        return np.unique(self.seat)

    def how_certain(self) -> dict[str, int]:
        """Return how many old villages have each certainty; {} where the plan is from no lists."""
        counts = {level: self.certainty.count(level) for level in LEVELS}
        return counts if any(counts.values()) else {}

    def villages_after(self, villages: VillageTable) -> npt.NDArray[np.int32]:
        """Return the seats that are in the village class after the merger."""
        seats = self.seats
        return seats[villages.is_village[seats] & ~self.becomes_community[seats]]


def no_merger(villages: VillageTable) -> MergerPlan:
    """Return the plan that leaves everything as it is."""
    return named_plan(np.arange(len(villages), dtype=np.int32), villages, "none")


def named_plan(
    seat: npt.NDArray[np.int32],
    villages: VillageTable,
    source: str,
    *,
    names: dict[int, str] | None = None,
    townships: dict[int, str] | None = None,
    becomes_community: npt.NDArray[np.bool_] | None = None,
    outpost: npt.NDArray[np.bool_] | None = None,
    notes: tuple[str, ...] = (),
    certainty: tuple[str, ...] = (),
) -> MergerPlan:
    """Return a valid plan from its seats; new villages are called as their seats by default."""
    called: dict[int, str] = names or {}
    placed: dict[int, str] = townships or {}
    count = len(villages)
    new_name, new_township = [""] * count, [""] * count
    used: set[tuple[str, str]] = set()
    for s in map(int, np.unique(seat)):
        town = placed.get(s, villages.township[s])
        name = called.get(s, villages.name[s])
        if (name, town) in used:
            name = f"{name} ({villages.code[s]})"
        used.add((name, town))
        new_name[s], new_township[s] = name, town
    nowhere = np.zeros(count, dtype=np.bool_)
    plan = MergerPlan(
        seat.astype(np.int32),
        tuple(new_name),
        tuple(new_township),
        nowhere if becomes_community is None else becomes_community,
        nowhere if outpost is None else outpost,
        source,
        certainty or ("",) * count,
        notes,
    )
    validate(plan, villages)
    return plan


def validate(plan: MergerPlan, villages: VillageTable) -> None:
    """Raise `InputError`, with all problems, if a plan does not fit the villages."""
    count = len(villages)
    lengths = {
        "seat": plan.seat.size,
        "new_name": len(plan.new_name),
        "new_township": len(plan.new_township),
        "becomes_community": plan.becomes_community.size,
        "outpost": plan.outpost.size,
        "certainty": len(plan.certainty),
    }
    problems = [
        f"merger plan: {name} has {size} entries for {count} villages"
        for name, size in lengths.items()
        if size != count
    ]
    if problems:
        raise InputError(problems)
    if count and not (plan.seat.min() >= 0 and plan.seat.max() < count):
        raise InputError(f"merger plan: seat must lie between 0 and {count - 1}")
    is_seat = plan.seat == np.arange(count)
    for v in np.flatnonzero(plan.seat[plan.seat] != plan.seat):
        problems.append(
            f"merger plan: {villages.name[v]} ({villages.code[v]}) goes to "
            f"{villages.name[plan.seat[v]]}, which is itself absorbed; a seat must keep its office"
        )
    for v in np.flatnonzero(plan.becomes_community & ~is_seat):
        problems.append(
            f"merger plan: {villages.name[v]} ({villages.code[v]}) becomes a community but is "
            "absorbed; mark its seat instead"
        )
    for v in np.flatnonzero(plan.outpost & is_seat):
        problems.append(
            f"merger plan: {villages.name[v]} ({villages.code[v]}) keeps its office, so it cannot "
            "be an outpost as well"
        )
    names: dict[tuple[str, str], int] = {}
    for v in np.flatnonzero(is_seat).tolist():
        key = (plan.new_name[v], plan.new_township[v])
        if not key[0]:
            problems.append(f"merger plan: the new village of {villages.name[v]} has no name")
        elif key in names:
            problems.append(
                f"merger plan: two new villages of {key[1]} are called {key[0]!r} (seats "
                f"{villages.code[names[key]]} and {villages.code[v]})"
            )
        names[key] = v
    if problems:
        raise InputError(problems)


def choose_office(world: World, members: npt.NDArray[np.intp], rule: OfficeRule) -> int:
    """Return which of a new village's old offices is kept.

    "largest": of the old village with most registered persons; "central": the one with the
    least person-weighted distance from the groups; "namesake": the one called as its township,
    else the largest. Ties: the first. A community among the members keeps its office.
    """
    towns = members[~world.villages.is_village[members]]
    members = towns if towns.size else members
    if rule == "namesake":
        named = [v for v in members if _namesake(world.villages, int(v))]
        members = np.array(named) if named else members
    if rule != "central":
        return int(members[np.argmax(world.registered[members])])
    inside = np.isin(world.group_village, members)
    sites, people = world.group_site[inside], world.group_registered[inside]
    away = np.hypot(*(world.office[members][:, None, :] - sites[None, :, :]).transpose(2, 0, 1))
    return int(members[np.argmin(np.round((away * people).sum(axis=1), 6))])


def _namesake(villages: VillageTable, v: int) -> bool:
    return base_name(villages.name[v]) == township_base(villages.township[v])


def with_outposts(plan: MergerPlan, world: World, share: float) -> MergerPlan:
    """Return the plan with a share of the absorbed offices kept open, the remotest first."""
    if not 0 <= share <= 1:
        raise InputError(f"share of outposts {share} must lie between 0 and 1")
    absorbed = np.flatnonzero(plan.seat != np.arange(plan.seat.size))
    step = world.office[absorbed] - world.office[plan.seat[absorbed]]
    away = np.hypot(step[:, 0], step[:, 1])
    remotest = absorbed[np.argsort(-away, kind="stable")[: round(share * absorbed.size)]]
    outpost = np.zeros(plan.seat.size, dtype=np.bool_)
    outpost[remotest] = True
    return replace(plan, outpost=outpost)


def judge(plan: MergerPlan, world: World) -> dict[str, Any]:
    """Measure a plan on the ground.

    Returns
    -------
    dict
        "villages": columns by name, one entry per seat (seat, name, township, is_village,
        originals, groups, registered, area_km2, mean_distance_km (person-weighted, straight
        line, from the groups to the kept office), max_distance_km, contiguous).
        "overall": counts before and after, cluster sizes, split townships, pieces, and
        (min, mean, max) over the villages after of persons, area and distance.
    """
    validate(plan, world.villages)
    seats = plan.seats
    column = np.searchsorted(seats, plan.seat)
    group_new = column[world.group_village]
    step = world.group_site - world.office[seats[group_new]]
    away = np.hypot(step[:, 0], step[:, 1]) * world.cell_km
    people = np.bincount(column, world.registered, seats.size).astype(np.int64)
    weighted = np.bincount(group_new, away * world.group_registered, seats.size)
    furthest = np.zeros(seats.size)
    np.maximum.at(furthest, group_new, away)
    pieces = _pieces(plan, world)
    village = world.villages.is_village[seats] & ~plan.becomes_community[seats]
    table = {
        "seat": seats,
        "name": np.array([plan.new_name[s] for s in seats], dtype=object),
        "township": np.array([plan.new_township[s] for s in seats], dtype=object),
        "is_village": village,
        "originals": np.bincount(column, minlength=seats.size),
        "groups": np.bincount(group_new, minlength=seats.size),
        "registered": people,
        "area_km2": np.bincount(column, world.area_km2, seats.size),
        "mean_distance_km": np.divide(weighted, people, out=np.zeros(seats.size), where=people > 0),
        "max_distance_km": furthest,
        "contiguous": pieces[seats] == 1,
    }
    return {"villages": table, "overall": _overall(plan, world, table)}


def _overall(plan: MergerPlan, world: World, table: dict[str, Any]) -> dict[str, Any]:
    village = table["is_village"]
    later: dict[str, set[str]] = defaultdict(set)
    earlier: dict[int, set[str]] = defaultdict(set)
    for v, s in enumerate(plan.seat.tolist()):
        later[world.villages.township[v]].add(plan.new_township[s])
        earlier[s].add(world.villages.township[v])
    sizes = Counter(table["originals"][village].tolist())
    overall: dict[str, Any] = {
        "villages_before": int(world.villages.is_village.sum()),
        "villages_after": int(village.sum()),
        "communities_after": int((~village).sum()),
        "became_community": int(plan.becomes_community.sum()),
        "absorbed": int((plan.seat != np.arange(plan.seat.size)).sum()),
        "outposts": int(plan.outpost.sum()),
        "cluster_sizes": dict(sorted(sizes.items())),
        "townships_before": len(world.townships),
        "townships_after": len({plan.new_township[s] for s in plan.seat.tolist()}),
        "split_townships": tuple(sorted(t for t, new in later.items() if len(new) > 1)),
        "across_townships": sum(len(old) > 1 for old in earlier.values()),
        "not_contiguous": int((~table["contiguous"]).sum()),
        "certainty": plan.how_certain(),
    }
    for name in ("registered", "area_km2", "mean_distance_km", "max_distance_km"):
        values = table[name][village]
        overall[name] = (
            (float(values.min()), float(values.mean()), float(values.max()))
            if values.size
            else None
        )
    return overall


def _pieces(plan: MergerPlan, world: World) -> npt.NDArray[np.int64]:
    """Return, at each seat, in how many separate pieces the new village lies (V,)."""
    pieces = np.zeros(plan.seat.size, dtype=np.int64)
    seen = np.zeros(plan.seat.size, dtype=np.bool_)
    for start, s in enumerate(plan.seat.tolist()):
        if seen[start]:
            continue
        pieces[s] += 1
        todo = [start]
        seen[start] = True
        while todo:
            for other in world.neighbours[todo.pop()]:
                if not seen[other] and plan.seat[other] == s:
                    seen[other] = True
                    todo.append(other)
    return pieces
