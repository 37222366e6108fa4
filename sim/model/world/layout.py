"""The county's ground: land, people and villager groups of every village on a grid.

Where a map is given, its villages' polygons cover the cells. Where none is, the county is drawn:
its outline, or a convex one where the registry has none, is divided into townships (those after the
reform first, where they are known, then those before it), villages and villager groups. Everything
depends on the seed and the villages' codes only, never on a policy.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.errors import InputError
from sim.model.draws import normals, stable_hash, stream_key, uniforms
from sim.model.world.drawn import area_cells, drawn_grid, first_seen, mended, neighbours_of, scaled
from sim.model.world.outlined import linked, outlined_grid
from sim.model.world.partition import (
    Floats,
    Ints,
    apportion,
    apportion_within,
    bisect,
    grow,
    nearest_to,
)
from sim.model.world.shapes import rasterise
from sim.model.world.spec import CountySpec, check_spec, choose_cell_km
from sim.model.world.unchanging import Unchanging, closed
from sim.model.world.villages import VillageTable

_GROUP_LOG_SD = 0.3


@dataclass(frozen=True, eq=False)
class World(Unchanging):
    """The nested grid: V villages, G villager groups, cells of side `cell_km`.

    Attributes
    ----------
    villages : VillageTable
        As given, V rows.
    townships : tuple of str
        Names of the townships before the reform.
    township : int32 array (V,)
        Township of a village.
    cell_km : float
        Side of a cell, km.
    cell_group : int32 array (rows, cols)
        Group of a cell, -1 outside the county; row 0 is the north.
    group_village : int32 array (G,)
        Village of a group, ascending.
    group_site : int32 array (G, 2)
        Row and column of the hamlet.
    group_registered : int64 array (G,)
        Registered persons of a group.
    office : int32 array (V, 2)
        Row and column of the village office.
    village_cells : int64 array (V,)
        Number of cells.
    registered : int64 array (V,)
        Registered persons.
    neighbours : tuple of tuple of int, length V
        Villages that share a side with a village, ascending; in a county with an outline also the
        nearest across water or land of no village, where nothing else connects them.
    identity : uint64 array (V,)
        Hash of the code (40 bits) << 24: identity + ordinal names each villager.
    origin_km : (float, float) or None
        x of the grid's western and y of its northern side on the plane of the villages' shapes, or
        from the middle of the county's outline; None where there is neither.
    border : tuple of float arrays (n, 2), or None
        Rings of the county's outline: x in columns and y in rows of cells.
    """

    villages: VillageTable
    townships: tuple[str, ...]
    township: npt.NDArray[np.int32]
    cell_km: float
    cell_group: npt.NDArray[np.int32]
    group_village: npt.NDArray[np.int32]
    group_site: npt.NDArray[np.int32]
    group_registered: npt.NDArray[np.int64]
    office: npt.NDArray[np.int32]
    village_cells: npt.NDArray[np.int64]
    registered: npt.NDArray[np.int64]
    neighbours: tuple[tuple[int, ...], ...]
    identity: npt.NDArray[np.uint64]
    origin_km: tuple[float, float] | None = None
    border: tuple[Floats, ...] | None = None

    @property
    def area_km2(self) -> Floats:
        """Area of each village, km2 (V,): measured from its shape where there is a map."""
        if self.villages.shapes is not None:
            return self.villages.shapes.area_km2
        return self.village_cells.astype(np.float64) * self.cell_km**2

    @property
    def cell_village(self) -> npt.NDArray[np.int32]:
        """Village of each cell, -1 outside (rows, cols)."""
        group = self.cell_group
        return np.where(group >= 0, self.group_village[group], np.int32(-1))

    @cached_property
    def town_km(self) -> Floats:
        """Straight distance of each village's office to its township's seat, km (V,).

        The seat of a township is taken to be the office nearest to the middle of its people.
        """
        office, persons = self.office.astype(float), self.registered.astype(float)
        out = np.zeros(len(self.villages))
        for township in range(len(self.townships)):
            members = np.flatnonzero(self.township == township)
            middle = np.average(office[members], axis=0, weights=np.maximum(persons[members], 1.0))
            seat = members[np.argmin(np.hypot(*(office[members] - middle).T))]
            out[members] = np.hypot(*(office[members] - office[seat]).T)
        return closed(out * self.cell_km)

    @property
    def group_first(self) -> Ints:
        """Groups of village v are group_first[v] .. group_first[v + 1] - 1; (V + 1,)."""
        return np.searchsorted(self.group_village, np.arange(len(self.villages) + 1))


def village_identity(codes: tuple[str, ...]) -> npt.NDArray[np.uint64]:
    """Return a number for each village code: 40 bits of hash, 24 bits left free.

    Raises
    ------
    InputError
        If two codes have the same hash (about 2 in 10 million for 600 villages).
    """
    hashes = np.array([stable_hash(code) >> 24 for code in codes], dtype=np.uint64)
    order = np.argsort(hashes, kind="stable")
    same = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
    if same.size:
        first, second = codes[order[same[0]]], codes[order[same[0] + 1]]
        raise InputError(
            f"villages {first!r} and {second!r} are the same to the random draws"
            + (": the code occurs twice" if first == second else "; change one code")
        )
    return hashes << np.uint64(24)


def _population(villages: VillageTable, spec: CountySpec, draws: Floats) -> Ints:
    """Return the registered persons of each village (V,)."""
    if villages.registered is not None:
        return villages.registered.astype(np.int64)
    total = max(round(len(villages) * spec.population_mean), len(villages))
    part = spec.leaving_population_total
    leaving = np.isin(villages.code, sorted(spec.leaving))
    return scaled(draws, leaving, total, None if part is None else round(part))


def _divide_villages(
    grid: npt.NDArray[np.int32],
    group_count: Ints,
    group_identity: npt.NDArray[np.uint64],
    seed: int,
) -> npt.NDArray[np.int32]:
    """Return the group of each cell: villages divided into contiguous groups."""
    inside = np.flatnonzero(grid.ravel() >= 0)
    rows, cols = np.divmod(inside, grid.shape[1])
    village = grid.ravel()[inside].astype(np.int64)
    group_village = np.repeat(np.arange(group_count.size), group_count)
    size = np.exp(_GROUP_LOG_SD * normals(stream_key(seed, "world.group_area"), group_identity))
    totals = np.bincount(village, minlength=group_count.size)
    quota = apportion_within(size, group_village, totals, 1)
    first = np.concatenate(([0], np.cumsum(group_count)))
    turn = uniforms(stream_key(seed, "world.group_cuts"), group_identity)
    strength = np.zeros(quota.size, dtype=np.int64)
    leaf = bisect(rows, cols, village, quota=quota, strength=strength, first=first, turn=turn)
    out = np.full(grid.size, -1, dtype=np.int32)
    out[inside] = leaf
    return mended(out.reshape(grid.shape), group_village, within=True)


def build_world(villages: VillageTable, spec: CountySpec, seed: int) -> World:
    """Lay a county out on a grid.

    Parameters
    ----------
    villages : VillageTable
        Villages before the reform (V rows); numbers given there win over draws, and known
        places (x_km, y_km) over the drawn map.
    spec : CountySpec
        Means and spreads of what has to be drawn.
    seed : int
        Seed of the replicate.

    Returns
    -------
    World
        Every cell belongs to one group; groups and villages are contiguous (those of a map as
        far as it has them so).

    Raises
    ------
    InputError
        If the specification cannot be met (all problems together).
    """
    check_spec(spec, villages)
    count = len(villages)
    identity = village_identity(villages.code)
    draws = {
        name: np.exp(sd * normals(stream_key(seed, f"world.{name}"), identity))
        for name, sd in (("area", spec.area_log_sd), ("population", spec.population_log_sd))
    }
    area_mean = spec.area_mean_km2 if villages.area_km2 is None else villages.area_km2.mean()
    cell_km = spec.cell_km or choose_cell_km(float(area_mean), spec.groups_per_village)
    registered = _population(villages, spec, draws["population"])
    origin, border, apart = None, None, None
    if villages.shapes is not None:
        grid, origin = rasterise(villages.shapes, cell_km)
    else:
        cells = area_cells(villages, spec, cell_km, draws["area"])
        land = outlined_grid(villages, spec, cells, cell_km, seed)
        if land is not None:
            grid, origin, border = land.grid, land.origin_km, land.border
            apart = first_seen(villages.township)
        elif villages.x_km is not None and villages.y_km is not None:
            grid, _ = grow(villages.x_km, villages.y_km, cells, cell_km)
        else:
            grid = drawn_grid(villages, spec, cells, seed, identity)
    village_cells = np.bincount(grid[grid >= 0], minlength=count)
    group_count = _group_counts(spec, registered, village_cells)
    group_village = np.repeat(np.arange(count), group_count)
    ordinal = np.arange(group_village.size) - (np.cumsum(group_count) - group_count)[group_village]
    group_identity = identity[group_village] + ordinal.astype(np.uint64)
    cell_group = _divide_villages(grid, group_count, group_identity, seed)
    weight = np.exp(
        _GROUP_LOG_SD * normals(stream_key(seed, "world.group_persons"), group_identity)
    )
    group_registered = apportion_within(weight, group_village, registered, 1)
    group_site, office = _sites(cell_group, group_village, group_registered, count)
    if origin is not None and villages.x_km is not None and villages.y_km is not None:
        office = _known_offices(villages.x_km, villages.y_km, origin, cell_km, cell_group.shape)
    return World(
        villages=villages,
        townships=tuple(dict.fromkeys(villages.township)),
        township=first_seen(villages.township).astype(np.int32),
        cell_km=cell_km,
        cell_group=cell_group,
        group_village=group_village.astype(np.int32),
        group_site=group_site,
        group_registered=group_registered,
        office=office,
        village_cells=village_cells,
        registered=registered,
        neighbours=neighbours_of(grid, count) if apart is None else linked(grid, apart),
        identity=identity,
        origin_km=origin,
        border=border,
    )


def _known_offices(
    x: Floats, y: Floats, origin: tuple[float, float], cell_km: float, shape: tuple[int, ...]
) -> npt.NDArray[np.int32]:
    """Return the cells of offices whose places are known (V, 2)."""
    rows = np.clip((origin[1] - y) / cell_km, 0, shape[0] - 1)
    cols = np.clip((x - origin[0]) / cell_km, 0, shape[1] - 1)
    return np.stack((rows, cols), 1).astype(np.int32)


def _group_counts(spec: CountySpec, registered: Ints, village_cells: Ints) -> Ints:
    """Return the groups of each village: in proportion to its persons, never more than cells."""
    total = max(round(registered.size * spec.groups_per_village), registered.size)
    wanted = apportion(registered.astype(np.float64), total, 1)
    return np.maximum(np.minimum(np.minimum(wanted, village_cells), registered), 1)


def _sites(
    cell_group: npt.NDArray[np.int32], group_village: Ints, persons: Ints, count: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return the hamlets (G, 2) and the village offices (V, 2), rows and columns."""
    inside = np.flatnonzero(cell_group.ravel() >= 0)
    rows, cols = np.divmod(inside, cell_group.shape[1])
    group = cell_group.ravel()[inside].astype(np.int64)
    size = np.bincount(group)
    middle = np.bincount(group, rows) / size, np.bincount(group, cols) / size
    at = nearest_to(rows, cols, group, *middle)
    site_row, site_col = rows[at], cols[at]
    weight = np.maximum(persons, 1e-9)
    people = np.bincount(group_village, weight, count)
    middle = (
        np.bincount(group_village, weight * site_row, count) / people,
        np.bincount(group_village, weight * site_col, count) / people,
    )
    office = nearest_to(site_row, site_col, group_village, *middle)
    sites = np.stack((site_row, site_col), 1).astype(np.int32)
    return sites, sites[office]
