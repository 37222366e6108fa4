"""Maps of villages: what is read, what is mended, what is refused and in which words."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from sim.config import load
from sim.errors import InputError
from sim.model.config.county import County
from sim.model.world.case import build_county
from sim.model.world.mapfile import MapWarning, read_villages

gpd = pytest.importorskip("geopandas", reason="extra geo")
import shapely  # noqa: E402
from shapely.geometry import LineString, Point, Polygon, box  # noqa: E402

CONFIGS = Path(__file__).parents[3] / "configs"
COLUMNS = {"code": "代码", "name": "村名", "township": "乡镇", "registered": "人口"}
KM = 1000.0
WEST, SOUTH = 400_000.0, 3_200_000.0  # EPSG:32648


def squares():
    """Six villages of 2 x 2 km in two rows."""
    shapes = [box(x, y, x + 2, y + 2) for y in (0, 2) for x in (0, 2, 4)]
    return [shapely.transform(s, lambda at: at * KM + np.array([WEST, SOUTH])) for s in shapes]


def frame(shapes=None, crs=32648, **columns):
    shapes = squares() if shapes is None else shapes
    data = {
        "代码": [f"5{i}" for i in range(len(shapes))],
        "村名": [f"村{i}" for i in range(len(shapes))],
        "乡镇": ["东镇"] * len(shapes),
        "人口": [900 + 10 * i for i in range(len(shapes))],
    } | columns
    return gpd.GeoDataFrame(data, geometry=shapes, crs=crs)


def read(path, **options):
    names = options.pop("columns", COLUMNS)
    county = {"villages": str(path), "columns": names, "map": options}
    return read_villages(County.model_validate(county))


def saved(tmp_path, made, name="map.gpkg", **options):
    path = tmp_path / name
    made.to_file(path, **options)
    return path


def refusal(path, **options):
    with pytest.raises(InputError) as caught:
        read(path, **options)
    assert all(str(path) in problem for problem in caught.value.problems)
    return caught.value.problems


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("map.gpkg", {}),
        ("map.shp", {"encoding": "UTF-8"}),
        ("map.shp", {"encoding": "GBK"}),
        ("map.geojson", {}),
    ],
)
@pytest.mark.parametrize("crs", [32648, 4490, 4326, 4547])
def test_every_format_and_reference_system_gives_the_same_villages(tmp_path, name, options, crs):
    made = frame().to_crs(4326 if name.endswith("json") else crs)
    table = read(saved(tmp_path, made, name, **options))
    assert table.code == ("50", "51", "52", "53", "54", "55")
    assert table.name[3] == "村3"
    assert table.township == ("东镇",) * 6
    assert table.registered.tolist() == [900, 910, 920, 930, 940, 950]
    assert table.area_km2 == pytest.approx(4.0, rel=2e-3)  # UTM is off by up to 0.1 %
    apart = shapely.distance(*[table.shapes.polygons[i].centroid for i in (0, 2)])
    assert apart == pytest.approx(4.0, rel=1e-3)


def test_a_shapefile_without_cpg_is_read_in_gb18030(tmp_path):
    path = saved(tmp_path, frame(), "map.shp", encoding="GBK")
    path.with_suffix(".cpg").unlink()
    assert read(path).name[0] == "村0"


def test_a_wrong_cpg_does_not_matter(tmp_path):
    path = saved(tmp_path, frame(), "map.shp", encoding="GBK")
    path.with_suffix(".cpg").write_text("UTF-8")
    assert read(path).name[0] == "村0"


def test_a_geojson_in_gb18030_is_read(tmp_path):
    path = saved(tmp_path, frame().to_crs(4326), "map.geojson")
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    assert read(path).name[5] == "村5"


def test_offices_are_where_the_map_says(tmp_path):
    made = frame()
    middle = made.geometry.centroid
    made["E"], made["N"] = middle.x + 700, middle.y - 700
    table = read(saved(tmp_path, made), columns=COLUMNS | {"x": "E", "y": "N"})
    county = County(villages=str(tmp_path / "map.gpkg"), cell_km=0.1)
    county = county.model_copy(
        update={"columns": county.columns.model_copy(update=COLUMNS | {"x": "E", "y": "N"})}
    )
    world = build_county(county, 1)[0]
    x = world.origin_km[0] + (world.office[:, 1] + 0.5) * world.cell_km
    y = world.origin_km[1] - (world.office[:, 0] + 0.5) * world.cell_km
    assert np.abs(x - table.x_km).max() <= 0.051
    assert np.abs(y - table.y_km).max() <= 0.051
    made["E"] += 5000
    problems = refusal(saved(tmp_path, made, "off.gpkg"), columns=COLUMNS | {"x": "E", "y": "N"})
    assert "row 1, column E: the office lies outside its village" in problems[0]


def test_the_world_covers_the_shapes_and_keeps_their_areas(tmp_path):
    shapes = squares()
    shapes[0] = box(WEST, SOUTH, WEST + 2000, SOUTH + 2000).union(
        box(WEST + 4000, SOUTH + 4000, WEST + 4400, SOUTH + 4400)  # an exclave
    )
    path = saved(tmp_path, frame(shapes))
    county = County.model_validate({"villages": str(path), "columns": COLUMNS, "cell_km": 0.2})
    world = build_county(county, 1)[0]
    cells = world.village_cells * 0.2**2
    assert cells == pytest.approx(world.area_km2, abs=0.3)
    assert world.area_km2[0] == pytest.approx(4.16, rel=2e-3)
    assert world.neighbours[5] == (0, 2, 4)  # the exclave lies on its northern border
    assert world.registered.tolist() == [900, 910, 920, 930, 940, 950]


def test_a_village_smaller_than_a_cell_has_a_cell(tmp_path):
    shapes = squares()
    tiny = box(WEST + 1900, SOUTH + 100, WEST + 1960, SOUTH + 160)
    shapes = [shapes[0] - tiny, *shapes[1:], tiny]
    path = saved(tmp_path, frame(shapes))
    county = County.model_validate({"villages": str(path), "columns": COLUMNS, "cell_km": 1.0})
    world = build_county(county, 1)[0]
    assert world.village_cells.min() == 1
    assert world.area_km2[6] == pytest.approx(0.0036, rel=1e-2)


def test_a_slip_of_the_pen_is_mended_and_said(tmp_path):
    shapes = squares()
    x, y = WEST, SOUTH
    spike = [(x, y), (x + 2000, y), (x + 2000, y + 2000), (x + 1000, y + 2000)]
    spike += [(x + 1000, y + 2100), (x + 1000, y + 2000), (x, y + 2000)]  # out and back
    shapes[0] = Polygon(spike)
    with pytest.warns(MapWarning, match=r"row 1 \(村0\): an invalid polygon was mended"):
        table = read(saved(tmp_path, frame(shapes)))
    assert table.area_km2[0] == pytest.approx(4.0, rel=2e-3)


def test_slivers_and_slight_overlaps_are_said(tmp_path):
    shapes = squares()
    shapes[4] = box(WEST + 2003, SOUTH + 2003, WEST + 4000, SOUTH + 4000)
    shapes[1] = box(WEST + 1998, SOUTH, WEST + 4000, SOUTH + 2000)
    shapes.append(box(WEST + 2000, SOUTH + 4000, WEST + 4000, SOUTH + 6000))
    with pytest.warns(MapWarning) as caught:
        read(saved(tmp_path, frame(shapes)))
    said = "\n".join(str(w.message) for w in caught)
    assert "overlap slightly" in said


def _gap(shapes):
    """A ring of eight squares around nothing."""
    return [
        box(WEST + x * KM, SOUTH + y * KM, WEST + (x + 1) * KM, SOUTH + (y + 1) * KM)
        for x in range(3)
        for y in range(3)
        if (x, y) != (1, 1)
    ]


BOWTIE = Polygon(
    [(WEST, SOUTH), (WEST + 2000, SOUTH + 2000), (WEST + 2000, SOUTH), (WEST, SOUTH + 2000)]
)
BAD_SHAPES = {
    "bowtie": (lambda s: [BOWTIE, *s[1:]], ["row 1", "村0", "an invalid polygon", "mend it"]),
    "none": (lambda s: [None, *s[1:]], ["row 1, column geometry: 村0: no geometry"]),
    "empty": (lambda s: [*s[:5], Polygon()], ["row 6", "村5: no geometry"]),
    "point": (lambda s: [Point(WEST, SOUTH), *s[1:]], ["a Point; expected a Polygon"]),
    "line": (
        lambda s: [LineString([(WEST, SOUTH), (WEST + 9, SOUTH)]), *s[1:]],
        ["a LineString; expected a Polygon"],
    ),
    "overlap": (
        lambda s: [s[0], shapely.transform(s[1], lambda at: at - np.array([500, 0])), *s[2:]],
        ["row 2", "村1: overlaps row 1 (村0) by 1 km2 (25% of the smaller one)"],
    ),
    "twice": (lambda s: [*s, s[2]], ["row 7", "overlaps row 3 (村2)", "100%"]),
    "gap": (_gap, ["row 1", "1 km2 between it and row 2 (村1)", "county.map.gaps: leave"]),
    "far": (
        lambda s: [*s[:5], shapely.transform(s[5], lambda at: at + np.array([90_000, 0]))],
        ["row 6", "lies 88 km from the other villages", "outside the county"],
    ),
    "speck": (
        lambda s: [*s, box(WEST - 9, SOUTH - 9, WEST - 4, SOUTH - 4)],
        ["row 7", "2.5e-05 km2 is no village"],
    ),
}


@pytest.mark.parametrize("kind", BAD_SHAPES)
def test_bad_shapes_are_refused_by_row(tmp_path, kind):
    change, words = BAD_SHAPES[kind]
    problems = refusal(saved(tmp_path, frame(change(squares()))))
    for word in words:
        assert word in problems[0]


def test_a_lake_may_stay_a_gap(tmp_path):
    path = saved(tmp_path, frame(_gap(None)))
    county = {"villages": str(path), "columns": COLUMNS, "map": {"gaps": "leave"}, "cell_km": 0.25}
    world = build_county(County.model_validate(county), 1)[0]
    assert (world.cell_group[4:8, 4:8] == -1).all()
    assert world.village_cells.tolist() == [16] * 8


BAD_COLUMNS = {
    "duplicate": ({"代码": ["50", "51", "52", "50", "54", "55"]}, ["row 4, column 代码", "row 1"]),
    "no code": ({"代码": ["50", None, "52", "53", "54", "55"]}, ["row 2, column 代码: empty"]),
    "negative": ({"人口": [1, 2, 3, -4, 5, 6]}, ["row 4, column 人口: -4 is out of range"]),
    "nobody": ({"人口": [1, 2, None, 4, 5, 6]}, ["row 3, column 人口: empty"]),
}


@pytest.mark.parametrize("kind", BAD_COLUMNS)
def test_bad_cells_are_refused_by_row(tmp_path, kind):
    columns, words = BAD_COLUMNS[kind]
    problems = refusal(saved(tmp_path, frame(**columns)))
    for word in words:
        assert word in problems[0]


def test_a_column_that_is_not_there_is_named(tmp_path):
    path = saved(tmp_path, frame())
    problems = refusal(path, columns=COLUMNS | {"registered": "人口数", "township": "XZ"})
    assert "column XZ: missing; name the map's column for township" in problems[0]
    assert "column 人口数: missing; is it the column '人口'" in problems[1]
    assert "areas are measured" in refusal(path, columns=COLUMNS | {"area_km2": "人口"})[0]


def test_a_map_without_reference_system_is_refused(tmp_path):
    path = saved(tmp_path, frame(), "map.shp", encoding="UTF-8")
    path.with_suffix(".prj").unlink()
    assert "no coordinate reference system (CRS); write county.map.crs" in refusal(path)[0]
    assert read(path, crs="EPSG:32648").area_km2 == pytest.approx(4.0, rel=2e-3)
    assert "'EPSG:99' is unknown" in refusal(path, crs="EPSG:99")[0]


def test_degrees_out_of_range_are_refused(tmp_path):
    metres = frame(crs=4326)
    problems = refusal(saved(tmp_path, metres, "metres.geojson"))
    assert "row 1" in problems[0]
    assert "are no degrees" in problems[0]
    swapped = frame().to_crs(4490)
    swapped = swapped.set_geometry(shapely.transform(swapped.geometry, lambda at: at[:, ::-1]))
    swapped = swapped.set_crs(4490)
    assert "longitude comes first" in refusal(saved(tmp_path, swapped, "swapped.gpkg"))[0]
    degrees = frame().to_crs(4326).set_crs(32648, allow_override=True)
    assert "look like degrees" in refusal(saved(tmp_path, degrees, "degrees.gpkg"))[0]


def test_a_layer_must_be_named_where_there_are_several(tmp_path):
    path = saved(tmp_path, frame(), layer="villages")
    frame().to_file(path, layer="towns")
    assert "layers villages, towns; write county.map.layer" in refusal(path)[0]
    assert len(read(path, layer="villages")) == 6
    assert "did you mean 'villages'?" in refusal(path, layer="vilages")[0]


def test_what_is_no_map_is_refused(tmp_path):
    for name, content in (
        ("map.gpkg", b"no map"),
        ("map.geojson", b'{"type": "Feature'),
        ("empty.geojson", b'{"type": "FeatureCollection", "features": []}'),
        ("bytes.geojson", b'{"a": "\xff\xff\xff"}'),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        problems = refusal(path)
        assert any(word in problems[0] for word in ("not a map", "no features", "neither UTF-8"))


def test_a_csv_may_have_its_own_column_names_too(tmp_path):
    path = tmp_path / "villages.csv"
    path.write_text("代码,村名,乡镇,人口\n2,乙,东镇,800\n1,甲,东镇,x\n", "utf-8")
    assert "row 3, column 人口: 'x' is not a number" in refusal(path)[0]
    path.write_text("代码,村名,乡镇,人口\n2,乙,东镇,800\n1,甲,东镇,700\n", "utf-8")
    assert read(path).registered.tolist() == [700, 800]
    assert "county.columns.name names it" in refusal(path, columns=COLUMNS | {"name": "村"})[0]


def test_columns_need_a_file():
    with pytest.raises(ValueError, match="columns tells how to read the file"):
        County.model_validate({"registry": "513424", "columns": {"code": "A"}})


def test_the_example_is_what_its_script_draws():
    source = CONFIGS / "maps" / "make_made_up.py"
    spec = importlib.util.spec_from_file_location("make_made_up", source)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    drawn, kept = json.loads(made.text()), (CONFIGS / "maps" / "made_up.geojson").read_text("utf-8")
    kept = json.loads(kept)
    assert [f["properties"] for f in drawn["features"]] == [
        f["properties"] for f in kept["features"]
    ]
    for one, other in zip(drawn["features"], kept["features"], strict=True):
        a, b = (np.array(f["geometry"]["coordinates"][0]) for f in (one, other))
        assert np.abs(a - b).max() < 3e-5
    table = read_villages(load(CONFIGS / "made_up_map.yaml").county)
    assert len(table) == 21
    assert len(set(table.township)) == 3
