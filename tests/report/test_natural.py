import json

import numpy as np
import pytest
from made_up_run import HIGH, LANGUAGES, WIDE, area, layer, words, write_run
from matplotlib.path import Path

from sim import load_results
from sim.report.ground import ground
from sim.report.maps import merger_map, outcome_map
from sim.report.natural import NaturalBorders
from sim.results.writing import write_table


def square(left, top, right, bottom):
    return np.array(
        [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]], dtype=float
    )


def crossing(path, other):
    """Return how much of a path's area a rectangle holds, counted on points."""
    x, y = np.meshgrid(np.arange(-3, 20, 0.1) + 0.05, np.arange(-3, 20, 0.1) + 0.05)
    at = np.stack((x.ravel(), y.ravel()), axis=1)
    return (path.contains_points(at) & other.contains_points(at)).sum() * 0.01


def test_neighbours_share_one_smooth_border():
    rows, cols = np.indices((16, 16))
    grid = (cols + rows // 3 % 2 > 7).astype(int)  # a border of steps
    borders = NaturalBorders(grid, (square(0, 0, 16, 16),))
    one, other = borders.outlines(np.arange(2))
    assert crossing(one, borders.county) + crossing(other, borders.county) == pytest.approx(
        256, abs=0.5
    )
    assert crossing(one, borders.county) == pytest.approx((grid == 0).sum(), rel=0.05)
    middle = one.vertices[(one.vertices[:, 0] > 4) & (one.vertices[:, 0] < 12)]
    inner = middle[(middle[:, 1] > 2) & (middle[:, 1] < 14)]
    # the steps are gone: the border turns by less than a right angle everywhere
    assert np.abs(inner - np.round(inner)).max() > 0.1
    there = {tuple(np.round(p, 9)) for p in inner}
    assert there <= {tuple(np.round(p, 9)) for p in other.vertices}


def test_together_villages_have_the_border_they_have_alone():
    grid = np.kron(np.arange(6).reshape(2, 3), np.ones((5, 4), dtype=int))
    grid[4:6, 3:6] = 4
    borders = NaturalBorders(grid, (square(0, 0, 12, 10),))
    each = borders.outlines(np.arange(6))
    pairs = borders.outlines(np.array([0, 0, 1, 1, 2, 2]))
    alone = {tuple(p) for path in each for p in np.round(path.vertices, 9)}
    assert all(tuple(p) in alone for path in pairs for p in np.round(path.vertices, 9))


def test_land_of_no_village_is_nobodys():
    grid = np.zeros((12, 12), dtype=int)
    grid[4:8, 4:8] = -1
    borders = NaturalBorders(grid, (square(0, 0, 12, 12),))
    (path,) = borders.outlines(np.array([0]))
    outer, hole = sorted(path.to_polygons(closed_only=True), key=len, reverse=True)
    assert area(Path(outer)) * area(Path(hole)) < 0
    assert abs(area(Path(hole))) == pytest.approx(16, abs=4)
    assert borders.other_land
    assert not NaturalBorders(np.zeros((12, 12), dtype=int), borders.rings).other_land


def bordered(folder, datum="gcj02", approval=None, county_km2=None):
    """Return the made-up run in an outline a cell larger on every side but the west."""
    write_run(folder)
    ring = square(0, 0, 3 * WIDE + 1, 4 * HIGH + 1)
    columns = {"ring": np.zeros(5, dtype=np.int32), "x": ring[:, 0], "y": ring[:, 1]}
    write_table(folder / "border.parquet", columns, {"x": "cells", "y": "cells"})
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["map"] = {"datum": datum, "approval": approval, "county_km2": county_km2}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return load_results(folder)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_maps_show_the_outline_and_say_what_is_true(tmp_path, lang):
    results = bordered(tmp_path)
    for figure in (merger_map(results, lang), outcome_map(results, "trust", lang)):
        for axes in figure.axes[:2]:
            (border,) = [p for p in axes.patches if p.get_gid() == "border"]
            assert abs(area(border.get_path())) == (3 * WIDE + 1) * (4 * HIGH + 1)
            assert layer(axes, "regions").get_clip_path() is not None
        said = words(figure)
        true, drawn = {"en": ("True: ", "Drawn by the model"), "zh": ("实际资料", "由模型绘制")}[
            lang
        ]
        assert true in said
        assert drawn in said
        assert "示意图" in said
        assert "GCJ-02" in said
        assert {"en": "County border", "zh": "县界"}[lang] in said
        assert "审图号" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_maps_datum_and_approval_number_are_said(tmp_path, lang):
    said = words(merger_map(bordered(tmp_path, "cgcs2000", "川S(2024)00001号"), lang))
    assert "CGCS2000" in said
    assert "GCJ-02" not in said
    assert "川S(2024)00001号" in said
    assert "审图号" in said
    assert {"en": "not itself approved", "zh": "未经地图审核"}[lang] in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_outline_of_more_land_than_the_county_s_is_no_true_area(tmp_path, lang):
    side = bordered(tmp_path).manifest["cell_km"]
    drawn = (3 * WIDE + 1) * (4 * HIGH + 1) * side**2
    for known, true in ((drawn, True), (drawn / 1.01, True), (drawn / 3, False)):
        said = words(merger_map(bordered(tmp_path, county_km2=known), lang))
        assert ({"en": "and area", "zh": "、面积、"}[lang] in said) == true
        both = f"{drawn:,.0f}" in said and f"{known:,.0f}" in said
        assert both == (not true)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_made_up_map_has_neither_datum_nor_number(tmp_path, lang):
    bordered(tmp_path, "cgcs2000", "川S(2024)00001号")
    (tmp_path / "border.parquet").unlink()
    said = words(merger_map(load_results(tmp_path), lang))
    assert "CGCS2000" not in said
    assert "审图号" not in said


def test_without_an_outline_cells_are_drawn_as_they_are(made_up):
    land = ground(made_up)
    assert land.natural is None
    assert land.kind == "schematic"
    assert isinstance(land.outlines(land.each)[0], Path)
    assert np.array_equal(
        land.outlines(land.each)[0].vertices % 1, land.outlines(land.each)[0].vertices * 0
    )
