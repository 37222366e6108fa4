"""The projection of the atlas's maps keeps areas; thinning keeps corners."""

import numpy as np
import pytest

from sim.model.world.registry import county_outline, find_county
from sim.report.conic import Conic, outline_of, thinned

CHINA = Conic((104.3, 35.9), (24.0, 47.7))


def _area(ring):
    x, y = ring[:, 0], ring[:, 1]
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1]) / 2


@pytest.mark.parametrize("code", ["513424", "511102", "370114", "150821", "653128"])
def test_areas_are_those_of_the_registry(code):
    county = find_county(code)
    flat = [[CHINA(ring) for ring in rings] for rings in county_outline(code)]
    total = sum(
        abs(_area(rings[0])) - sum(abs(_area(hole)) for hole in rings[1:]) for rings in flat
    )
    assert total == pytest.approx(county.area_km2, rel=0.03)


def test_north_is_up_and_the_origin_is_the_middle():
    at = CHINA(np.array([CHINA.middle, (104.3, 36.9), (105.3, 35.9)]))
    assert at[0] == pytest.approx([0, 0], abs=1e-9)
    assert at[1, 0] == pytest.approx(0, abs=1e-9) and 105 < at[1, 1] < 116
    assert 85 < at[2, 0] < 95


def test_parallels_follow_the_points():
    assert Conic.over(np.array([[100.0, 20.0], [110.0, 50.0]])) == Conic(
        (105.0, 35.0), (25.0, 45.0)
    )


def test_thinning_leaves_corners_out_of_nothing():
    square = np.array([[0, 0], [5, 0], [10, 0.2], [10, 10], [9.8, 10.1], [0, 10], [0, 0]], float)
    assert thinned(square, 1.0).tolist() == [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
    assert not len(thinned(square, 100.0))


def test_islets_go_and_a_county_never_does():
    big = [np.array([[104, 35], [105, 35], [105, 36], [104, 36], [104, 35]], float)]
    islet = [np.array([[106, 35], [106.001, 35], [106.001, 35.001], [106, 35]], float)]
    both = outline_of([big, islet], CHINA, 5.0)
    assert both.vertices[:, 0].max() < CHINA(np.array([[105.5, 35.0]]))[0, 0]
    assert len(outline_of([islet], CHINA, 5.0).vertices)
