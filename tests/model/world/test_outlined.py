import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.ndimage import label

from sim.about.ground import ground_cautions, ground_said
from sim.config.cautions import of_county, of_ground
from sim.model.config.schema import Config
from sim.model.county import CountyModel
from sim.model.world.case import build_county
from sim.model.world.compactness import polsby_popper
from sim.model.world.division import divide
from sim.model.world.layout import World, build_world
from sim.model.world.outline import cover, covered, enclosed
from sim.model.world.outlined import linked
from sim.model.world.partition import apportion
from sim.model.world.plan import judge
from sim.model.world.planning import plan_from_registry
from sim.model.world.registry import county_outline, find_county
from sim.model.world.spec import CountySpec
from sim.results.manifest import map_of
from tests.strategies import village_tables

DECHANG, LESHAN, PUTUO = "513424", "511102", "330903"


def configuration(county, reform="2020-04", **more):
    return Config.model_validate_json(json.dumps({
        "title": {"en": "-", "zh": "-"}, "county": {"registry": county, **more},
        "start": "2016-12", "reform": reform, "months": 60, "scale": 1000, "spin_up": 0,
    }))  # fmt: skip


def ground(county, seed=1, communities=True, **more):
    config = configuration(county, communities=communities, **more)
    return build_county(config.county, seed, config.reform)


def pieces(mask):
    return label(mask)[1]


@pytest.mark.parametrize("county", [DECHANG, LESHAN, "652824", "610305"])
def test_areas_are_the_countys_and_everybody_is_in_one_piece(county):
    world, reform = ground(county)
    assert len(county_outline(county)) == 1
    known = find_county(county).area_km2
    assert world.area_km2.sum() == pytest.approx(known, rel=1e-3)
    grid = world.cell_village
    assert [pieces(grid == v) for v in range(len(world.villages))] == [1] * len(world.villages)
    assert pieces(grid >= 0) == 1
    later = np.array(reform.future_township or world.villages.township)
    for town in np.unique(later):
        assert pieces(np.isin(grid, np.flatnonzero(later == town))) == 1
    for town in range(len(world.townships)):
        members = np.flatnonzero(world.township == town)
        if np.unique(later[members]).size == 1:  # those the reform tore may lie apart
            assert pieces(np.isin(grid, members)) == 1


def test_areas_are_those_drawn():
    table, spec = ground(LESHAN)[0].villages, CountySpec(1403, 3.55, outline=LESHAN)
    inside, made_up = (build_world(table, given, 4) for given in (spec, CountySpec(1403, 3.55)))
    # the made-up figure gives every village its draw, to the cell
    share = inside.village_cells / made_up.village_cells
    assert np.median(np.abs(share - np.median(share))) < 0.01
    assert np.corrcoef(inside.village_cells, made_up.village_cells)[0, 1] > 0.99


def test_the_land_lies_in_the_outline():
    world, _ = ground(DECHANG)
    assert world.border is not None
    land = world.cell_village >= 0
    assert enclosed(world.border) == pytest.approx(land.sum(), rel=1e-3)
    inside = covered(world.border, *land.shape)
    assert (inside & land).sum() > 0.99 * land.sum()
    degrees = np.concatenate([ring for rings in county_outline(DECHANG) for ring in rings])
    east, north = np.ptp(degrees, axis=0)
    width, height = np.ptp(np.concatenate(world.border), axis=0) * world.cell_km
    middle = np.radians(degrees[:, 1].mean())
    assert width / height == pytest.approx(east * np.cos(middle) / north, rel=0.01)
    assert height == pytest.approx(np.radians(north) * 6371, rel=0.01)


def test_who_is_not_in_the_model_has_land_too():
    (whole, _), (villages, reform) = ground(LESHAN), ground(LESHAN, communities=False)
    units = len(whole.villages)
    assert len(reform.others) == units - len(villages.villages) > 0
    share = villages.area_km2.sum() / whole.area_km2.sum()
    assert share == pytest.approx(len(villages.villages) / units, rel=0.01)
    assert np.array_equal(villages.border[0], whole.border[0])
    out = ["安谷镇", "车子镇"]
    without, reform = ground(LESHAN, communities=False, exclude_townships=out)
    left = [other for other in reform.others if other.township in out]
    assert any(other.name.startswith("安谷") or other.township == "安谷镇" for other in left)
    assert len(without.villages) + len(reform.others) == units
    assert without.area_km2.sum() / whole.area_km2.sum() == pytest.approx(
        len(without.villages) / units, rel=0.01
    )


@pytest.mark.parametrize(("mean", "share", "said"), [(8.0, 0.5, False), (32.2, 2.0, True)])
def test_a_given_area_holds_and_the_outline_follows(mean, share, said):
    config = configuration(DECHANG, communities=True, area={"mean": mean})
    county = CountyModel(config, seed=1)
    known = find_county(DECHANG).area_km2
    assert county.world.area_km2.sum() == pytest.approx(known * share, rel=0.01)
    drawn = enclosed(county.world.border) * county.world.cell_km**2
    assert drawn == pytest.approx(max(known, known * share), rel=0.01)
    assert said == any(caution.kind == "more_than_county" for caution in of_county(county))


def test_cells_too_coarse_for_borders_give_the_made_up_figure_and_are_said():
    world, _ = ground(LESHAN, cell_km=5.0)
    assert world.border is None
    assert world.village_cells.min() >= 1
    (caution,) = of_ground(configuration(LESHAN, communities=True, cell_km=5.0), world)
    assert caution.kind == "coarse_cells"
    assert f"{world.area_km2.sum():,.0f} km²" in caution.of
    for cell_km, fits in ((caution.number, True), (round(1.05 * caution.number, 2), False)):
        world, _ = ground(LESHAN, cell_km=cell_km)
        assert (world.border is not None) == fits
        assert world.area_km2.sum() == pytest.approx(find_county(LESHAN).area_km2, rel=0.01)
        assert len(list(of_ground(configuration(LESHAN, cell_km=cell_km), world))) == (not fits)


def test_check_says_an_outline_that_is_scaled_with_both_areas():
    wide = configuration(DECHANG, communities=True, area={"mean": 100})
    own = configuration(DECHANG, communities=True)
    assert "(true)" in ground_said(own)
    assert {one.kind for one in ground_cautions(own)} == {"coarse"}  # of 1,000 persons a row
    said, (caution, coarse) = ground_said(wide), ground_cautions(wide)
    assert coarse.kind == "coarse"
    known, drawn = find_county(DECHANG).area_km2, 100 * len(ground(DECHANG)[0].villages)
    assert "(true)" not in said
    assert f"scaled to {drawn:,.0f} km2 (county: {known:,.0f} km2)" in said
    assert caution.kind == "more_than_county"
    assert f"({drawn:,.0f} km²)" in caution.of
    assert caution.number == known


def test_compactness_is_printed_where_villages_have_cells_enough():
    assert "compactness" in ground_said(configuration(DECHANG, communities=True))
    assert "compactness" not in ground_said(configuration(DECHANG, communities=True, cell_km=2.0))


def test_a_manifest_has_datum_and_number_of_what_is_drawn_alone():
    coarse = CountyModel(configuration(DECHANG, cell_km=5.0, map={"approval": " 图1 "}), seed=1)
    assert set(map_of(coarse.config.county, coarse.world).values()) == {None}
    fine = CountyModel(configuration(DECHANG, map={"approval": " 图1 "}), seed=1)
    known = find_county(DECHANG).area_km2
    assert map_of(fine.config.county, fine.world) == {
        "datum": "gcj02",
        "approval": "图1",
        "county_km2": known,
    }
    with pytest.raises(ValueError, match="at least 1"):
        configuration(DECHANG, map={"approval": "   "})


def test_compactness():
    world, _ = ground(LESHAN)
    low, middle, high = np.quantile(polsby_popper(world), [0.1, 0.5, 0.9])
    assert 0.4 < low < middle < high < 1.0
    assert 0.6 < middle < 0.8


def test_compactness_of_known_figures():
    rows, cols = np.indices((140, 260))
    grid = np.full(rows.shape, -1)
    grid[np.hypot(rows - 60, cols - 60) < 50] = 0  # a disk
    grid[10:90, 120:200] = 1  # a square
    grid[120:135, 10:250] = 2  # a strip of 1 to 16
    figure = World.__new__(World)
    object.__setattr__(figure, "cell_group", grid)
    object.__setattr__(figure, "group_village", np.arange(3, dtype=np.int32))
    object.__setattr__(figure, "village_cells", np.bincount(grid[grid >= 0]))
    object.__setattr__(figure, "villages", "abc")
    disk, square, strip = polsby_popper(figure)
    assert disk == pytest.approx(1.0, abs=0.06)
    assert square == pytest.approx(np.pi / 4, rel=0.13)
    assert strip == pytest.approx(np.pi * 4 * 16 / 34**2, rel=0.13)
    few = np.full((8, 8), -1)  # what the docstring says of small ones
    few[1:5, 1:5], few[6, 6] = 0, 1
    object.__setattr__(figure, "cell_group", few)
    object.__setattr__(figure, "group_village", np.arange(2, dtype=np.int32))
    object.__setattr__(figure, "village_cells", np.bincount(few[few >= 0]))
    object.__setattr__(figure, "villages", "ab")
    assert polsby_popper(figure) == pytest.approx([1.02, 1.75], abs=0.01)


def test_islands_have_villages_of_their_own():
    world, _ = ground(PUTUO, reform="2017-01")
    grid = world.cell_village
    assert world.area_km2.sum() == pytest.approx(find_county(PUTUO).area_km2, rel=1e-3)
    land, count = label(grid >= 0)
    size = np.bincount(land.ravel())[1:]
    assert count > 20
    mean = world.village_cells.mean()
    for v in range(len(world.villages)):
        parts = np.sort(np.bincount(label(grid == v)[0].ravel())[1:])
        assert (parts[:-1] < 0.5 * mean).all()  # what is apart are islets
    large = np.flatnonzero(size >= 0.5 * mean)
    home = [np.unique(grid[land == island + 1]) for island in large]
    assert np.concatenate(home).size == np.unique(np.concatenate(home)).size
    reached, todo = {0}, [0]
    while todo:  # boats go everywhere
        new = set(world.neighbours[todo.pop()]) - reached
        reached |= new
        todo += new
    assert len(reached) == len(world.villages)


def test_water_parts_villages_only_where_nothing_else_connects_them():
    grid = np.array([[0, 0, -1, 1, 1], [2, 2, -1, 3, 3], [-1, -1, -1, -1, 4]], dtype=np.int32)
    one = linked(grid, np.zeros(5, dtype=np.int64))
    assert one == ((1, 2), (0, 3), (0,), (1, 4), (3,))
    two = linked(grid, np.array([0, 1, 0, 1, 1]))
    assert two == one
    other = linked(grid, np.array([0, 1, 1, 0, 1]))  # 0 and 3, 2 with 1 and 4: over the water
    assert 3 in other[0]
    assert set(other[2]) & {1, 4}


BLOBS = st.tuples(st.integers(0, 2**32), st.integers(1, 25), st.integers(0, 3))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(BLOBS)
def test_any_land_is_divided_into_whole_nested_parts(blob):
    seed, leaves, ragged = blob
    rng = np.random.default_rng(seed)
    inside = np.zeros((40, 40), dtype=bool)
    at = np.array([20, 20])
    for _ in range(300):
        at = np.clip(at + rng.integers(-1, 2, 2), 1, 38)
        inside[at[0] - 1 : at[0] + 2, at[1] - 1 : at[1] + 2] = True
        if rng.random() < 0.05 * ragged:
            at = rng.permutation(np.argwhere(inside))[0]
    quota = apportion(rng.uniform(0.3, 3.0, leaves), int(inside.sum()), 1)
    strength = rng.integers(1, 3, leaves)
    leaf = divide(inside, quota=quota, strength=strength, turn=rng.random(leaves), seed=seed)
    assert np.array_equal(leaf >= 0, inside)
    size = np.bincount(leaf[inside], minlength=leaves)
    assert size.min() >= 1
    if quota.min() > 4:
        assert [pieces(leaf == v) for v in range(leaves)] == [1] * leaves
        assert np.abs(size - quota).sum() <= 0.1 * inside.sum()
    again = divide(inside, quota=quota, strength=strength, turn=np.zeros(leaves), seed=seed)
    assert np.array_equal(again >= 0, inside)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(village_tables(largest=60), st.integers(0, 2**63), st.sampled_from([DECHANG, "310151"]))
def test_any_villages_find_room_in_an_outline(table, seed, county):
    world = build_world(table, CountySpec(900, 20.0, outline=county), seed)
    assert world.area_km2.sum() == pytest.approx(len(table) * 20.0, rel=0.01)
    assert np.array_equal(np.unique(world.cell_village), np.arange(-1, len(table)))
    known = find_county(county).area_km2
    drawn = enclosed(world.border) * world.cell_km**2
    assert drawn == pytest.approx(max(known, len(table) * 20.0), rel=0.02)


def test_a_cover_has_as_many_cells_as_asked_for_and_no_specks():
    square = np.array([[100.0, 30.0], [100.1, 30.0], [100.1, 30.1], [100.0, 30.1], [100.0, 30.0]])
    lake = np.array([[100.02, 30.02], [100.02, 30.06], [100.06, 30.06], [100.06, 30.02],
                     [100.02, 30.02]])  # fmt: skip
    found = cover([[square, lake]], 500, 0.5, 5)
    assert found.inside.sum() == 500
    assert not found.inside[tuple(np.array(found.inside.shape) // 2 + 1)]
    assert enclosed(found.border) == pytest.approx(500, rel=1e-4)
    # two rooms and a corridor narrower than a cell: the small room would be cut off
    x = [0, 20, 20, 21, 21, 20, 20, 0, 0]
    y = [0, 0, 9.95, 9.95, 10.05, 10.05, 20, 20, 0]
    room = np.stack([np.array(x) / 1000 + 100, np.array(y) / 1000], axis=1)
    end = np.array([[21, 9.0], [22.5, 9], [22.5, 11], [21, 11]]) / 1000 + [100, 0]
    rooms = np.concatenate([room[:4], end, room[4:]])
    assert pieces(cover([[rooms]], 405, 0.11, 20).inside) == 1
    assert pieces(cover([[rooms]], 405, 0.11, 0).inside) >= 1


def test_seeds_draw_other_borders_in_the_same_outline():
    one, same, other = (ground(DECHANG, seed=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(one.cell_group, same.cell_group)
    assert not np.array_equal(one.cell_village, other.cell_village)
    assert all(map(np.array_equal, one.border, other.border))


def test_villages_that_merge_are_next_to_each_other():
    world, reform = ground(DECHANG)
    plan = plan_from_registry(world, reform)
    assert judge(plan, world)["overall"]["not_contiguous"] <= 1
