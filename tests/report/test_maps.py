import json

import numpy as np
import pandas as pd
import pytest
from made_up_run import (
    CODES,
    COUNT,
    IS_VILLAGE,
    LANGUAGES,
    OUTPOST,
    SEAT,
    area,
    layer,
    words,
    write_run,
)
from matplotlib.colors import to_rgba

from sim import load_results
from sim.errors import InputError
from sim.report.ground import GREY, ground
from sim.report.maps import merger_map, outcome_map
from sim.report.regions import neighbours


def test_after_the_merger_the_regions_are_the_units_of_the_table(made_up):
    figure = merger_map(made_up)
    regions = layer(figure.axes[1], "regions").get_paths()
    units = made_up.places.groupby("seat", sort=False)["area_km2"].sum()
    assert [area(path) for path in regions] == units.tolist()
    assert len(regions) == np.unique(SEAT).size
    old = layer(figure.axes[0], "regions").get_paths()
    assert [area(path) for path in old] == made_up.places["area_km2"].tolist()


def test_offices_and_outposts_are_where_the_table_says(made_up):
    before, after = merger_map(made_up).axes
    places = made_up.places
    spots = places[["office_col", "office_row"]].to_numpy() + 0.5
    kept = (np.arange(COUNT) == SEAT) & IS_VILLAGE & ~places["leaves_village_class"].to_numpy()
    assert kept.sum() == 6
    assert np.array_equal(layer(before, "offices").get_offsets(), spots[IS_VILLAGE])
    assert np.array_equal(layer(after, "offices").get_offsets(), spots[kept])
    assert np.array_equal(layer(after, "outposts").get_offsets(), spots[OUTPOST])


def test_neighbouring_villages_after_the_merger_have_different_colours(made_up):
    land = ground(made_up)
    faces = layer(merger_map(made_up).axes[1], "regions").get_facecolors()
    grey = np.all(np.isclose(faces, to_rgba(GREY)), axis=1)
    codes = list(pd.unique(made_up.places["seat"]))
    assert {codes[unit] for unit in np.flatnonzero(grey)} == {CODES[11], CODES[12]}
    touch = neighbours(land.regions(land.unit)) & ~grey[:, None] & ~grey[None, :]
    one, other = np.nonzero(touch)
    assert one.size
    assert (np.abs(faces[one] - faces[other]).max(axis=1) > 0.05).all()


def test_before_the_merger_villages_have_the_colour_of_their_township(made_up):
    faces = layer(merger_map(made_up).axes[0], "regions").get_facecolors()[IS_VILLAGE]
    town = made_up.places["township"].to_numpy()[IS_VILLAGE]
    colours = {name: np.unique(faces[town == name], axis=0) for name in np.unique(town)}
    assert [len(shades) for shades in colours.values()] == [1, 1]
    assert not np.array_equal(*colours.values())


def test_what_left_the_village_class_is_hatched(made_up):
    hatched = layer(merger_map(made_up).axes[1], "left")
    assert hatched.get_hatch()
    drawn = [area(path) for path in hatched.get_paths() if len(path.vertices)]
    assert drawn == [made_up.places["area_km2"][11]]


def test_a_village_that_joins_a_community_left_the_village_class(tmp_path):
    seat = SEAT.copy()
    seat[1] = 12
    land = ground(write_run(tmp_path, seat=seat))
    assert np.flatnonzero(land.left).tolist() == [1, 11]
    assert land.seat.sum() == 6


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_merger_map_says_how_many(made_up, lang):
    title = {"en": "12 → 6 villages", "zh": "12 → 6 个建制村"}
    panels = {"en": "6 villages in 2 townships", "zh": "2 个乡镇、6 个建制村"}
    outposts = {"en": "Outpost kept (n = 2)", "zh": "保留便民服务点\uff08n = 2\uff09"}
    said = words(merger_map(made_up, lang))
    for text in (title, panels, outposts):
        assert text[lang] in said


def test_without_a_merger_the_map_says_so(tmp_path):
    figure = merger_map(write_run(tmp_path, merged=False))
    assert "12 villages, no merger" in words(figure)
    assert len(layer(figure.axes[1], "regions").get_paths()) == COUNT
    assert not any(artist.get_gid() == "left" for artist in figure.axes[1].collections)
    assert "Outpost" not in words(figure)


def test_the_scale_bar_is_as_long_as_it_says(made_up):
    axes = merger_map(made_up).axes[0]
    (bar,) = axes.lines
    (label,) = [text for text in axes.texts if text.get_text().endswith(" km")]
    x = bar.get_xdata()
    assert x[1] - x[0] == float(label.get_text().removesuffix(" km"))  # cells of 1 km


def means(results, key, months):
    table = results.villages[results.villages["month"].isin(months)]
    values = table.groupby("code")[key].mean().reindex(CODES).to_numpy()
    return np.where(IS_VILLAGE, values, np.nan)


def test_an_outcome_is_drawn_before_and_after_on_one_scale(made_up):
    results = made_up
    months = results.county["month"]
    figure = outcome_map(results, "trust")
    values = [means(results, "trust", span) for span in (months[12:24], months[36:48])]
    low, high = np.nanpercentile(np.concatenate(values), [2, 98])
    bar = figure.axes[2]
    assert bar.get_ylim() == pytest.approx((low, high))
    for axes, at in zip(figure.axes, values, strict=False):
        faces = layer(axes, "regions").get_facecolors()
        assert np.allclose(faces[~IS_VILLAGE], to_rgba(GREY))
        # viridis grows lighter: brightness orders villages as their values do
        order = np.argsort(np.clip(at[IS_VILLAGE], low, high), kind="stable")
        brightness = faces[IS_VILLAGE][:, :3] @ [0.2126, 0.7152, 0.0722]
        assert (np.diff(brightness[order]) >= 0).all()
        assert np.ptp(brightness) > 0.1
    assert len(layer(figure.axes[1], "units").get_paths()) == np.unique(SEAT).size


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_outcome_map_has_unit_months_and_n(made_up, lang):
    figure = outcome_map(made_up, "cadre_workload", lang)
    unit = {"en": "Cadre workload (h/month)", "zh": "村干部工作负荷\uff08小时/月\uff09"}[lang]
    assert figure.axes[2].get_ylabel() == unit
    county = made_up.county["cadre_workload"]
    for axes, months, span in (
        (figure.axes[0], ("2019-04", "2020-03"), slice(12, 24)),
        (figure.axes[1], ("2021-04", "2022-03"), slice(36, 48)),
    ):
        title = axes.get_title()
        assert all(month in title for month in months)
        assert "n = 12" in title
        assert f"{county[span].mean():.2f}" in title


def test_villages_without_a_value_are_grey_and_not_counted(made_up):
    figure = outcome_map(made_up, "reach_remote")
    faces = layer(figure.axes[0], "regions").get_facecolors()
    assert np.allclose(faces[:3], to_rgba(GREY))
    assert not np.allclose(faces[3], to_rgba(GREY))
    assert "n = 9" in figure.axes[0].get_title()
    assert "No value" in words(figure)


def test_an_outcome_that_villages_do_not_have_is_refused(made_up):
    with pytest.raises(InputError, match=r"'backlog': not in villages\.parquet"):
        outcome_map(made_up, "backlog")


def with_a_map(folder):
    """Return the made-up run with a polygon for every place, as a map gives them."""
    gpd = pytest.importorskip("geopandas", reason="extra geo")
    shapely = pytest.importorskip("shapely")
    results = write_run(folder)
    grid, cell, (west, north) = ground(results).grid, 2.0, (100.0, 50.0)
    shapes = []
    for place in range(COUNT):
        rows, cols = np.nonzero(grid == place)
        x, y = west + cols * cell, north - (rows + 1) * cell
        shapes.append(shapely.union_all(shapely.box(x, y, x + cell, y + cell)))
    frame = gpd.GeoDataFrame({"code": CODES}, geometry=shapes, crs="+proj=laea +units=km")
    frame.to_parquet(folder / "shapes.parquet")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest |= {"origin_km": [west, north], "cell_km": cell}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return load_results(folder)


def test_with_a_map_regions_are_its_polygons(made_up, tmp_path):
    figure = merger_map(with_a_map(tmp_path))
    cells = merger_map(made_up)
    for panel, same in zip(figure.axes, cells.axes, strict=True):
        drawn, wanted = (layer(axes, "regions").get_paths() for axes in (panel, same))
        assert [abs(area(path)) for path in drawn] == [abs(area(path)) for path in wanted]
        for one, other in zip(drawn, wanted, strict=True):
            assert one.get_extents().bounds == other.get_extents().bounds
    said = words(figure)
    assert "Borders of the map given" in said
    assert "Schematic" not in said
    assert "Schematic" in words(cells)
