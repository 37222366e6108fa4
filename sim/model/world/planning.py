"""Making a merger plan from the official list after the reform.

The plan reproduces the list's number of villages, in every township and in all, and its names.
Who joined whom is inferred, in this order:

1. a village whose name survived is a seat; a new name gets a seat among the villages of its
   township whose names are gone: one that shares characters with it (强鸣 from 强华, 鸣凤),
   then the most populous;
2. conversions to communities leave the village class (`sim.model.world.names.conversions`);
3. every other village joins a neighbouring cluster of its township after: the smallest, but
   one whose new name shares a character with the village first; ties by distance of offices.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from sim.errors import InputError
from sim.model.world.certainty import certainty
from sim.model.world.layout import World
from sim.model.world.names import RegistryMatch
from sim.model.world.plan import MergerPlan, named_plan
from sim.model.world.reform import Reform
from sim.model.world.registry import base_name
from sim.model.world.villages import VillageTable

# characters that new names share by chance
_COMMON = frozenset("新大小东西南北中上下一二三四五六七八九十村")


def shared_characters(old: str, new: str) -> int:
    """Return how many telling characters of an old base name stand in a new one.

    The first counts twice: joint names are mostly made of first characters.
    """
    shared = (set(old) & set(new)) - _COMMON
    return len(shared) + (old[:1] in shared)


class _Clusters:
    """Old villages being gathered around seats."""

    def __init__(self, world: World, match: RegistryMatch) -> None:
        count = len(world.villages)
        self.world = world
        self.match = match
        self.base = [base_name(name) for name in world.villages.name]
        self.seat = np.full(count, -1, dtype=np.int32)
        self.size = [0] * count
        self.township: dict[int, str] = {}
        self.name: dict[int, str] = {}
        self.wanted: dict[int, str] = {}
        self.community = np.zeros(count, dtype=np.bool_)

    def found(self, v: int, name: str, township: str, community: bool = False) -> None:
        """Make an old village a seat."""
        self.seat[v] = v
        self.size[v] = 1
        self.name[v], self.township[v] = name, township
        self.community[v] = community and bool(self.world.villages.is_village[v])

    def join(self, v: int, seat: int) -> None:
        """Let an old village be absorbed."""
        self.seat[v] = seat
        self.size[seat] += 1

    def distance(self, v: int, seat: int) -> float:
        """Return the distance of two offices, in cells."""
        a, b = self.world.office[v], self.world.office[seat]
        return float(np.hypot(a[0] - b[0], a[1] - b[1]))

    def village_seats(self) -> list[int]:
        """Return the seats in the village class."""
        villages = self.world.villages.is_village
        return [s for s in self.name if villages[s] and not self.community[s]]


def plan_from_registry(world: World, reform: Reform) -> MergerPlan:
    """Infer a plan from the official list after the reform.

    Parameters
    ----------
    world : World
        The county before, built from ``reform.units`` (V units).
    reform : Reform
        What the two lists say (`sim.model.world.reform`).

    Returns
    -------
    MergerPlan
        With as many villages, in every township, as the list after the reform.

    Raises
    ------
    InputError
        If there is no list after the reform, or the world is another county's.
    """
    if reform.after is None or reform.match is None:
        raise InputError(
            "merger source 'registry' needs an official list after the reform, and "
            f"{reform.missing}; use source 'generated' or 'file'"
        )
    if world.villages.code != reform.units.code:
        raise InputError("the world was built from other villages than this reform's units")
    clusters = _Clusters(world, reform.match)
    after, match = reform.after, reform.match
    for v, row in enumerate(match.anchor):
        if row >= 0:
            clusters.found(v, after.name[row], after.township[row])
    fresh = _found_communities(clusters, after, reform.converted)
    _found_new_names(clusters, after, set(reform.converted))
    _absorb_communities(clusters)
    strays = _absorb(clusters)
    _even_out(clusters)
    return named_plan(
        clusters.seat,
        world.villages,
        "registry",
        names=clusters.name,
        townships=clusters.township,
        becomes_community=clusters.community,
        notes=(*match.notes, *fresh, *strays),
        certainty=certainty(reform, clusters.seat, clusters.name),
    )


def _found_communities(
    clusters: _Clusters, after: VillageTable, leaving: tuple[int, ...]
) -> list[str]:
    """Seat the communities: those of the same name, renamed ones, and converted villages."""
    match, before = clusters.match, clusters.world.villages
    spare: dict[str, list[int]] = {}
    for row in match.new_communities:
        spare.setdefault(after.township[row], []).append(row)
    carrier: dict[int, int] = {}
    for v in np.flatnonzero(~before.is_village).tolist():
        if (row := match.community[v]) >= 0:
            clusters.found(v, after.name[row], after.township[row])
            carrier[row] = v
    named = [v for v in leaving if match.community[v] >= 0]
    for v in named:
        row = match.community[v]
        if row in carrier:
            clusters.join(v, carrier[row])
        else:
            clusters.found(v, after.name[row], after.township[row], community=True)
            carrier[row] = v
    notes = []
    renamed = [v for v in np.flatnonzero(~before.is_village).tolist() if match.community[v] < 0]
    for v in renamed:
        if rows := spare.get(match.township[v]):
            base = clusters.base[v]
            alike = [shared_characters(base, base_name(after.name[r])) for r in rows]
            row = rows.pop(alike.index(max(alike)))
            clusters.found(v, after.name[row], after.township[row])
            notes.append(f"community {before.name[v]} is taken to be called {after.name[row]} now")
    for v in (v for v in leaving if match.community[v] < 0):
        town = match.township[v]
        rows = spare.get(town)
        name = after.name[rows.pop(0)] if rows else f"{clusters.base[v]}社区居委会"
        clusters.found(v, name, town, community=True)
        notes.append(f"{before.name[v]} ({before.township[v]}) is assumed to become {name}")
    return notes


def _found_new_names(clusters: _Clusters, after: VillageTable, leaving: set[int]) -> None:
    """Give every new village name a seat among the villages of its township without one."""
    match, world = clusters.match, clusters.world
    free: dict[str, list[int]] = {}
    for v in range(len(world.villages)):
        if world.villages.is_village[v] and clusters.seat[v] < 0 and v not in leaving:
            free.setdefault(match.township[v], []).append(v)
    rows: dict[str, list[int]] = {}
    for row in match.new_villages:
        rows.setdefault(after.township[row], []).append(row)
    for town, names in rows.items():
        options = free.get(town, [])
        if len(options) < len(names):
            raise InputError(
                f"{town} has {len(names)} new village names for {len(options)} old villages; "
                "convert fewer villages to communities"
            )
        pairs = sorted(
            (
                -shared_characters(clusters.base[v], base_name(after.name[row])),
                -int(world.registered[v]),
                v,
                row,
            )
            for v in options
            for row in names
        )
        done: set[int] = set()
        for _, _, v, row in pairs:
            if row not in done and clusters.seat[v] < 0:
                clusters.found(v, after.name[row], town)
                clusters.wanted[v] = base_name(after.name[row])
                done.add(row)


def _absorb_communities(clusters: _Clusters) -> None:
    """Join communities whose name is gone to the nearest community of their township."""
    villages = clusters.world.villages.is_village
    for v in np.flatnonzero(~villages & (clusters.seat < 0)).tolist():
        town = clusters.match.township[v]
        hosts = [
            s
            for s in clusters.name
            if clusters.township[s] == town and (not villages[s] or clusters.community[s])
        ]
        if hosts:
            touching = {int(clusters.seat[n]) for n in clusters.world.neighbours[v]}
            near = touching.intersection(hosts) or hosts
            clusters.join(v, min(near, key=lambda s: (clusters.distance(v, s), s)))
        else:
            clusters.found(v, clusters.world.villages.name[v], town)


def _absorb(clusters: _Clusters) -> list[str]:
    """Let every village without a seat join a cluster; return what had to be forced."""
    world, match = clusters.world, clusters.match
    seats = set(clusters.village_seats())
    waiting = {v for v in range(len(world.villages)) if clusters.seat[v] < 0}
    notes = []

    @cache
    def lasting(v: int, s: int) -> tuple[int, float]:
        """Return what of a preference stays as clusters grow: likeness of names, and distance."""
        told = shared_characters(clusters.base[v], clusters.wanted.get(s, ""))
        return told, clusters.distance(v, s)

    def preference(v: int, s: int) -> tuple[float, float, int, int]:
        told, away = lasting(v, s)
        return clusters.size[s] - 2.0 * told, away, v, s

    while waiting:
        pairs = [
            (v, int(clusters.seat[other]))
            for v in sorted(waiting)
            for other in world.neighbours[v]
            if clusters.seat[other] in seats
        ]
        home = [(v, s) for v, s in pairs if clusters.township[s] == match.township[v]]
        if home:
            v, s = min(home, key=lambda pair: preference(*pair))
        else:
            v = min(waiting)
            same = [s for s in sorted(seats) if clusters.township[s] == match.township[v]]
            options = same or [s for w, s in pairs if w == v] or sorted(seats)
            s = min(options, key=lambda s: (clusters.distance(v, s), s))
            where = "no neighbour in" if same else "no village left in"
            notes.append(
                f"{world.villages.name[v]} ({world.villages.township[v]}) has {where} "
                f"{match.township[v]}: it joins {clusters.name[s]}, the nearest"
            )
        clusters.join(v, s)
        waiting.remove(v)
    return notes


def _even_out(clusters: _Clusters) -> None:
    """Pass villages from large clusters to neighbouring small ones of the township.

    A village moves if the clusters' sizes differ by two or more and neither is torn apart.
    """
    world, seat = clusters.world, clusters.seat
    seats = set(clusters.village_seats())
    moved = True
    while moved:
        moved = False
        for v in np.flatnonzero(seat != np.arange(seat.size)).tolist():
            home = int(seat[v])
            if home not in seats or shared_characters(
                clusters.base[v], clusters.wanted.get(home, "")
            ):
                continue
            hosts = {
                int(seat[n])
                for n in world.neighbours[v]
                if int(seat[n]) in seats
                and clusters.township[int(seat[n])] == clusters.township[home]
                and clusters.size[int(seat[n])] <= clusters.size[home] - 2
            }
            if hosts and _holds_without(world, seat, v):
                host = min(hosts, key=lambda s: (clusters.size[s], clusters.distance(v, s), s))
                clusters.size[home] -= 1
                clusters.join(v, host)
                moved = True


def _holds_without(world: World, seat: npt.NDArray[np.int32], v: int) -> bool:
    """Tell whether the rest of a village's cluster stays in one piece without it."""
    rest = {int(w) for w in np.flatnonzero(seat == seat[v]) if w != v}
    todo = [int(seat[v])]
    rest.discard(todo[0])
    while todo:
        near = rest.intersection(world.neighbours[todo.pop()])
        rest -= near
        todo += sorted(near)
    return not rest
