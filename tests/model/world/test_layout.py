import os
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.ndimage import find_objects, label

from sim.errors import InputError
from sim.model.world.layout import build_world, village_identity
from sim.model.world.partition import apportion, apportion_within
from sim.model.world.registry import registry_units
from sim.model.world.spec import CountySpec, choose_cell_km
from sim.model.world.villages import VillageTable
from tests.strategies import village_tables, worlds

CASES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def pieces(mask):
    return label(mask)[1]


def pieces_by_region(grid):
    boxes = find_objects(grid + 1)
    return [pieces(grid[box] == region) for region, box in enumerate(boxes)]


def check_ground(world):
    """What must hold of every world, drawn or placed."""
    count, groups = len(world.villages), world.group_village.size
    cells = np.bincount(world.cell_group[world.cell_group >= 0], minlength=groups)
    assert cells.size == groups
    assert cells.min() >= 1
    assert (np.diff(world.group_village) >= 0).all()
    assert np.array_equal(np.unique(world.group_village), np.arange(count))
    assert world.village_cells.sum() == cells.sum()
    assert np.array_equal(
        world.village_cells, np.bincount(world.group_village, cells, count).astype(int)
    )
    people = np.bincount(world.group_village, world.group_registered, count).astype(int)
    assert np.array_equal(people, world.registered)
    assert (world.group_registered >= 1).all()
    village = world.cell_village
    assert pieces_by_region(world.cell_group) == [1] * groups
    assert pieces_by_region(village) == [1] * count
    assert np.array_equal(world.cell_group[tuple(world.group_site.T)], np.arange(groups))
    for v in range(count):
        assert village[tuple(world.office[v])] == v
        assert v not in world.neighbours[v]
        assert all(v in world.neighbours[n] for n in world.neighbours[v])
        assert list(world.neighbours[v]) == sorted(world.neighbours[v])
    assert np.unique(world.identity).size == count
    assert not (world.identity & np.uint64(2**24 - 1)).any()


@CASES
@given(worlds())
def test_land_and_people_are_conserved_and_contiguous(world):
    check_ground(world)
    assert pieces(world.cell_group >= 0) == 1


@settings(CASES, max_examples=20)
@given(worlds(largest=20, placed=True))
def test_known_places_are_kept(world):
    check_ground(world)


def test_known_areas_and_places_are_met_where_there_is_room():
    x, y = np.meshgrid(np.arange(5) * 2.0, np.arange(4) * 2.0)
    table = VillageTable(
        *(tuple(f"{v}" for v in range(20)) for _ in range(3)),
        is_village=np.ones(20, dtype=bool),
        x_km=x.ravel(),
        y_km=y.ravel(),
        area_km2=np.full(20, 4.0),
        registered=np.arange(1, 21) * 100,
    )
    world = build_world(table, CountySpec(1, 1, cell_km=0.25), 1)
    check_ground(world)
    assert world.village_cells.sum() == 20 * 64
    assert np.abs(world.area_km2 - 4).max() < 0.5
    assert world.registered.tolist() == list(range(100, 2001, 100))
    offices = np.corrcoef(world.office[:, 1], table.x_km)[0, 1]
    norths = np.corrcoef(-world.office[:, 0], table.y_km)[0, 1]
    assert min(offices, norths) > 0.95


@CASES
@given(village_tables(largest=60), st.integers(0, 2**63))
def test_totals_follow_the_means(table, seed):
    world = build_world(table, CountySpec(1403.0, 3.55), seed)
    assert world.registered.sum() == round(len(table) * 1403)
    land = world.village_cells.sum() * world.cell_km**2
    assert abs(land - len(table) * 3.55) <= world.cell_km**2 * len(table)


def leshan():
    table = registry_units("511102", 2018).villages_only()
    return table.without_townships(["安谷镇", "车子镇"])


def test_drawn_areas_are_met_and_parts_are_compact():
    table = leshan()
    world = build_world(table, CountySpec(1403, 3.55), 3)
    assert world.village_cells.sum() == round(196 * 3.55 / world.cell_km**2)
    village = world.cell_village
    rows, cols = np.nonzero(village >= 0)
    owner = village[rows, cols]
    size = world.village_cells
    spread = np.zeros(len(table))
    for axis in (rows, cols):
        middle = np.bincount(owner, axis) / size
        spread += np.bincount(owner, (axis - middle[owner]) ** 2) / size
    roundness = spread / (size / (2 * np.pi))  # 1 for a disk, 1.05 for a square
    assert np.median(roundness) < 1.4
    assert roundness.max() < 4
    height, width = village.shape
    assert 1.1 < width / height < 1.5
    for t in range(len(world.townships)):
        assert pieces(np.isin(village, np.flatnonzero(world.township == t))) == 1


def test_townships_nest_in_the_later_ones():
    table = leshan()
    later = tuple("一" if town < "牟" else "二" for town in table.township)
    world = build_world(table, CountySpec(1403, 3.55, future_township=later), 3)
    inside = np.array([name == "一" for name in later])
    assert pieces(np.isin(world.cell_village, np.flatnonzero(inside))) == 1
    assert pieces(np.isin(world.cell_village, np.flatnonzero(~inside))) == 1


def test_leaving_villages_have_the_totals_asked_for():
    table = leshan()
    leaving = frozenset(table.code[::18])
    spec = CountySpec(
        1403, 3.55, leaving=leaving, leaving_population_total=15952, leaving_area_total=36.12
    )
    world = build_world(table, spec, 5)
    rows = np.isin(table.code, sorted(leaving))
    assert world.registered[rows].sum() == 15952
    assert world.registered.sum() == 274_988
    assert abs(world.area_km2[rows].sum() - 36.12) < 0.5
    other = build_world(table, replace(spec, leaving=frozenset(), future_township=None), 5)
    ratio = world.registered[~rows] / other.registered[~rows]
    assert np.ptp(ratio) < 0.02  # the same draws, rescaled


def test_the_cell_size_gives_a_group_about_six_cells():
    assert choose_cell_km(3.55, 8.6) == 0.25
    assert choose_cell_km(16.7, 8.6) == 0.5
    assert choose_cell_km(100.0, 8.6) == 1.0


def test_groups_follow_persons():
    world = build_world(leshan(), CountySpec(1403, 3.55), 1)
    count = np.bincount(world.group_village)
    assert abs(count.mean() - 8.6) < 0.05
    assert np.corrcoef(count, world.registered)[0, 1] > 0.9


def same(a, b):
    left, right = pickle.loads(pickle.dumps(a)), b
    return (
        np.array_equal(left.cell_group, right.cell_group)
        and np.array_equal(left.registered, right.registered)
        and np.array_equal(left.group_registered, right.group_registered)
        and np.array_equal(left.office, right.office)
    )


def test_the_seed_decides_and_nothing_else():
    spec = CountySpec(1403, 3.55)
    assert same(build_world(leshan(), spec, 7), build_world(leshan(), spec, 7))
    assert not same(build_world(leshan(), spec, 7), build_world(leshan(), spec, 8))


def test_the_same_in_every_process():
    code = (
        "import hashlib\n"
        "from sim.model.world.layout import CountySpec, build_world\n"
        "from sim.model.world.generate import PlanRules, generate_plan\n"
        "from sim.model.world.planning import plan_from_registry\n"
        "from sim.model.world.reform import read_reform\n"
        "r = read_reform('513424', 2019, communities=True)\n"
        "s = CountySpec(900, 16.7, future_township=r.future_township, outline='513424')\n"
        "w = build_world(r.units, s, 4)\n"
        "p, q = plan_from_registry(w, r), generate_plan(w, PlanRules(ratio=0.5), 4)\n"
        "parts = (w.cell_group, w.group_registered, w.office, p.seat, q.seat)\n"
        "text = b''.join(a.tobytes() for a in parts) + repr((p, w.neighbours, w.border)).encode()\n"
        "print(hashlib.sha256(text).hexdigest())\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_a_bad_specification_is_refused_with_all_its_problems():
    table = leshan()
    means = CountySpec(-1, float("nan"), groups_per_village=0, cell_km=-1.0)
    rest = CountySpec(
        10,
        3.55,
        leaving=frozenset({"x", *table.code[:2]}),
        leaving_population_total=1,
        leaving_area_total=0,
        future_township=("a",),
    )
    for spec, words in (
        (means, ["population_mean: -1", "area_mean_km2: nan", "groups_per", "cell_km: -1.0"]),
        (rest, ["code x", "1 must lie between 3 and", "leaving_area_total: 0", "1 names for 196"]),
    ):
        with pytest.raises(InputError) as caught:
            build_world(table, spec, 1)
        for word in words:
            assert word in str(caught.value)
    with pytest.raises(InputError, match="no villages"):
        build_world(table.select(np.zeros(196, dtype=bool)), CountySpec(1, 1), 1)


def test_equal_codes_collide():
    with pytest.raises(InputError, match=r"'a' and 'a'.*occurs twice"):
        village_identity(("a", "b", "a"))


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.integers(0, 10_000), st.integers(0, 3)
)
def test_apportion_sums_exactly(weights, total, minimum):
    parts = apportion(np.array(weights), total, minimum)
    assert parts.sum() == total
    assert parts.min() >= (minimum if total >= minimum * len(weights) else 0)


def test_apportion_within_is_apportion_of_each_segment():
    rng = np.random.default_rng(1)
    segment = np.sort(rng.integers(0, 7, 60))
    weights, totals = rng.random(60), rng.integers(20, 90, 7)
    parts = apportion_within(weights, segment, totals, 1)
    for s in range(7):
        alone = apportion(weights[segment == s], int(totals[s]), 1)
        assert np.array_equal(parts[segment == s], alone)
