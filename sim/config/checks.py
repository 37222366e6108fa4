"""Checks that need the county: names, lists, numbers of villages, posts, files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.config import messages
from sim.config.listed import ADVICE, without_merger
from sim.config.places import Node, Place, Problem, dotted
from sim.config.plantable import plan_table
from sim.config.size import oversized
from sim.config.waiting import Refused
from sim.errors import InputError, nearest
from sim.files import fault
from sim.model.config.schema import Config
from sim.model.policies.combined_role import CombinedRole
from sim.model.policies.headcount import Headcount
from sim.model.policies.timeline import conflicts
from sim.model.world.case import build_county, make_plan
from sim.model.world.lists import choose_lists
from sim.model.world.mapfile import read_villages
from sim.model.world.registry import find_county, registry_units
from sim.printable import shortened

if TYPE_CHECKING:
    from sim.model.world.lists import Lists
    from sim.model.world.villages import VillageTable

Keys = tuple[str, ...]
Found = Iterator[tuple[messages.Path, str]]


@dataclass(slots=True)
class _Context:
    """A configuration, and its villages before the reform (None where they are unknown)."""

    config: Config
    refused: Refused
    table: "VillageTable | None" = None
    entry: Any = None
    lists: "Lists | None" = None

    @property
    def counted(self) -> "VillageTable | None":
        """Return the villages, if nothing that says which there are was refused."""
        return None if self.refused.touch(_LIST) else self.table


def check(config: Config, tree: Node, refused: Refused) -> list[Problem]:
    """Return the problems of a valid configuration with the county it names.

    Parameters
    ----------
    config : Config
        The configuration, without its broken parts.
    tree : Node
        Where everything was written.
    refused : Refused
        Parts left out because they are wrong: checks that need them wait, and so they do for what
        an earlier check refuses.
    """
    context = _Context(config, refused)
    problems = []
    for depends, find in _CHECKS:
        if refused.touch(depends):
            continue
        for path, text in list(find(context)):
            if not path:  # a line of a table, which names its own place
                problems.append(Problem(_table_place(text), text.partition(": ")[2]))
                continue
            place = messages.place_of(tree, path)
            problems.append(Problem(place, f"{dotted(path)}: {text}"))
            refused.keys.add(path)
    return problems


def _table_place(text: str) -> Any:
    return Place(text.partition(": ")[0])


def _villages(context: _Context) -> Found:
    """Find the county in the registry, or read its own file."""
    county = context.config.county
    if county.villages is not None:
        path = Path(county.villages)
        wrong = fault(path, "a table (.csv) or map (.gpkg, .geojson, .shp) of villages")
        if wrong is not None:
            yield ("county", "villages"), f"{shortened(path.name)}: {wrong}"
            return
        try:
            context.table = read_villages(county)
        except InputError as error:
            for line in error.problems:
                yield (), line
        return

    try:
        context.entry = find_county(county.registry or "")
    except InputError as error:
        yield ("county", "registry"), str(error)
        return
    at = ("county", "year" if county.year or not county.year_after else "year_after")
    try:
        context.lists = choose_lists(
            context.entry, context.config.reform, county.year, county.year_after
        )
        table = registry_units(context.entry.code, context.lists.before)
    except InputError as error:
        yield at, str(error)
        return
    context.table = table if county.communities else table.villages_only()


def trial(config: Config, tree: Node) -> list[Problem]:
    """Build the county and its merger plan as a run would, and return what does not work."""
    at: Keys = ("county",)
    try:
        world, reform = build_county(config.county, config.seed, config.reform)
        at = ("policies", "merger")
        make_plan(world, reform, config.policies.merger, config.seed)
    except InputError as error:
        place = messages.place_of(tree, at)
        return [Problem(place, f"{dotted(at)}: {text}") for text in error.problems]
    return []


def _excluded(context: _Context) -> Found:
    """Check that townships left out exist; leave them out."""
    table, county = context.table, context.config.county
    if table is None:
        return
    for i, name in enumerate(county.exclude_townships):
        if table.unknown_townships([name]):
            yield ("county", "exclude_townships", i), _no_township(name, table)
    if not any(table.is_village):
        context.table = None
        key = "villages" if county.registry is None else "registry"
        yield ("county", key), "has no village, only communities; choose another county"
        return
    table = table.select(~table.in_townships(county.exclude_townships))
    context.table = table
    if not any(table.is_village):
        context.table = None
        yield ("county", "exclude_townships"), "no village is left; leave out fewer townships"


def _no_township(name: str, table: "VillageTable") -> str:
    known = sorted(set(table.township))
    hint = nearest(name, known) or f"; the county has {', '.join(known[:8])}, ..."
    return f"the county has no township {name!r}{hint}"


def _size(context: _Context) -> Found:
    """Check that a machine holds the county."""
    if context.table is not None:
        yield from oversized(context.config, context.table)


def _leaving(context: _Context) -> Found:
    if context.table is None:
        return
    count, leaving = _count(context.table), context.config.county.leave_village_class
    if leaving >= count:
        yield (
            ("county", "leave_village_class"),
            f"{leaving} villages cannot leave: the county has {count}",
        )


def _count(table: "VillageTable") -> int:
    return int(table.is_village.sum())


def _merger(context: _Context) -> Found:
    """Check that the plan's source is there and its target within reach."""
    merger = context.config.policies.merger
    if merger is None:
        return
    block = ("policies", "merger")
    if merger.source == "registry":
        if not context.refused.touch([("county", "registry")]):
            yield from _registry_source(context)
    elif merger.source == "file":
        path = Path(merger.file)
        wrong = fault(path, "a merger plan (.csv)")
        if wrong is not None:
            yield (*block, "file"), f"{shortened(path.name)}: {wrong}"
        elif context.counted is not None:
            yield from plan_table(path, context.counted)
    elif context.counted is not None:
        yield from _target(merger, context.counted)


def _registry_source(context: _Context) -> Found:
    at = ("policies", "merger", "source")
    if context.config.county.registry is None:
        yield at, f"'registry' needs county.registry, and the villages come from a file; {ADVICE}"
    elif context.entry is not None and context.lists is not None:
        given = context.config.county.year_after is not None
        why = without_merger(context.entry, context.lists, given)
        if why is not None:
            yield at, why


def _target(merger: Any, table: "VillageTable") -> Found:
    count = _count(table)
    block = ("policies", "merger")
    if merger.by_township is not None:
        yield from _township_targets(merger, table)
        return
    if merger.villages is None and merger.ratio is None:  # what cannot be merged, the plan tells
        return
    if merger.villages is not None and merger.villages > count:
        yield (
            (*block, "villages"),
            f"{merger.villages} is more than the county's {count} villages before the reform; "
            f"expected at most {count}",
        )
        return
    key = "villages" if merger.villages is not None else "ratio"
    target = merger.villages if merger.villages is not None else max(1, round(merger.ratio * count))
    least = _least(merger, table)
    if target < least:
        within = "within townships " if merger.respect_townships else ""
        yield (
            (*block, key),
            f"{target} villages cannot be reached: {count} villages, at most {merger.largest} in "
            f"one, merged {within}give at least {least}; raise largest or the target"
            + (", or set respect_townships: false" if merger.respect_townships else ""),
        )


def _township_targets(merger: Any, table: "VillageTable") -> Found:
    have = _by_township(table)
    for given, number in merger.by_township.items():
        at = ("policies", "merger", "by_township", given)
        town = table.township_of(given)
        if town not in have:
            yield at, _no_township(town, table)
            continue
        least = -(-have[town] // merger.largest)
        if not least <= number <= have[town]:
            yield (
                at,
                f"{number} villages cannot be reached: {town} has {have[town]} villages, and at "
                f"most {merger.largest} become one; expected {least} to {have[town]}",
            )


def _by_township(table: "VillageTable") -> dict[str, int]:
    towns: dict[str, int] = {}
    for town, is_village in zip(table.township, table.is_village, strict=True):
        towns[town] = towns.get(town, 0) + int(is_village)
    return towns


def _least(merger: Any, table: "VillageTable") -> int:
    """Return the fewest villages that mergers of at most `largest` can give."""
    if not merger.respect_townships:
        return -(-_count(table) // merger.largest)
    return sum(-(-count // merger.largest) for count in _by_township(table).values())


def _headcount(context: _Context) -> Found:
    """Check that posts suffice for the leaders every village needs."""
    for name, block in context.config.active().items():
        if isinstance(block, Headcount) and block.posts is not None:
            yield from _posts(context, name, block)


def _posts(context: _Context, name: str, headcount: Headcount) -> Found:
    posts: Any = headcount.posts
    at = ("policies", name, "posts")
    need, why = _leaders(context.config, headcount)
    if posts.by == "class":
        for i, size in enumerate(posts.classes):
            if size.posts < need:
                at = ("policies", name, "posts", "classes", i, "posts")
                yield at, f"{size.posts} is too few: {why}; expected at least {need}"
        return
    key = {"fixed": "number", "residents": "base", "total": "min"}[posts.by]
    fewest = getattr(posts, key)
    nobody = posts.by == "fixed" and fewest == 0  # a county without cadres is a fair experiment
    if fewest < need and not nobody:
        yield (*at, key), f"{fewest} is too few: {why}; expected at least {need}"
    after = None if headcount.where else _villages_after(context)
    if posts.by == "total" and after is not None and posts.number < need * after:
        yield (
            (*at, "number"),
            f"{posts.number} posts are too few for {after} villages: {why}; "
            f"expected at least {need * after}",
        )


def _leaders(config: Config, headcount: Headcount) -> tuple[int, str]:
    """Return how many posts every village needs for its leaders, and why."""
    roles = [block for block in config.active().values() if isinstance(block, CombinedRole)]
    two = "a village whose roles are not combined needs a secretary and a director"
    if not roles:
        return 2, two
    role = roles[0]
    waits = role.when or role.until or len(roles) > 1
    start = config.reform if headcount.start is None else headcount.start
    role_start = config.reform if role.start is None else role.start
    ends_first = role.end is not None and (headcount.end is None or role.end < headcount.end)
    if role.share < 1.0 or role.where is not None or role_start > start or ends_first or waits:
        return 2, f"{two} (policies.combined_role does not reach every village all the time)"
    if role.deputies:
        return 2, "a village with a deputy needs the secretary-director's post and the deputy's"
    return 1, "a village needs one post for its secretary-director"


def _villages_after(context: _Context) -> int | None:
    """Return the number of villages after the reform where it is known beforehand."""
    merger, table = context.config.policies.merger, context.counted
    if table is None:
        return None
    count = _count(table)
    if merger is None:
        return count
    if merger.source == "generated" and merger.by_township is not None:
        have = _by_township(table)
        given = {table.township_of(name): n for name, n in merger.by_township.items()}
        return count - sum(have.get(t, n) - n for t, n in given.items())
    if merger.source == "generated":
        return merger.villages or (merger.ratio and max(1, round(merger.ratio * count)))
    lists = context.lists
    known = merger.source == "registry" and not context.config.county.exclude_townships
    return context.entry.villages(lists.after) if known and lists and lists.after else None


def _selectors(context: _Context) -> Found:
    """Check that townships and villages named by a policy's ``where`` exist."""
    table = context.table
    if table is None:
        return
    for name, policy in context.config.active().items():
        where, at = policy.where, ("policies", name, "where")
        if where is None or context.refused.touch([at]):
            continue
        for names in ("townships", "villages"):
            if getattr(where, names) == ():
                yield (
                    (*at, names),
                    f"an empty list reaches no village; name {names}, or leave it out",
                )
        for i, town in enumerate(where.townships or ()):
            if table.unknown_townships([town]):
                yield (*at, "townships", i), _no_township(town, table)
        for i, village in enumerate(where.villages or ()):
            if not table.called([village]).any():
                hint = nearest(village, {*table.code, *table.name})
                yield (*at, "villages", i), f"the county has no village {village!r}{hint}"
        low, high = where.min_residents, where.max_residents
        if low is not None and high is not None and high < low:
            yield (*at, "max_residents"), f"{high:g} is below min_residents {low:g}: no village"


def _timeline(context: _Context) -> Found:
    """Check that no two policies set one lever at once without a merge rule."""
    if context.table is not None:
        for block, text in conflicts(context.config, context.table):
            yield ("policies", block), text


#: what says which villages there are
_LIST = tuple(
    ("county", key)
    for key in ("registry", "villages", "year", "year_after", "exclude_townships", "communities")
)

#: what each check reads, and the check; they run in this order
_CHECKS: tuple[tuple[tuple[Keys, ...], Callable[[_Context], Found]], ...] = (
    ((("county",),), _villages),
    ((("county",),), _excluded),
    ((("county",),), _leaving),
    ((("county",), ("scale",), ("months",)), _size),
    ((("policies", "merger"),), _merger),
    (
        (
            ("reform",),
            ("policies", "merger"),
            ("policies", "headcount"),
            ("policies", "combined_role"),
        ),
        _headcount,
    ),
    ((("county", "registry"), ("county", "villages")), _selectors),
    ((("policies",), ("start",), ("reform",), ("months",), ("county",)), _timeline),
)
