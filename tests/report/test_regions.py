import numpy as np
from made_up_run import area
from matplotlib.path import Path

from sim.report.regions import distinct, neighbours, outlines


def test_outlines_enclose_exactly_the_cells_of_a_region():
    grid = np.array(
        [
            [0, 0, 0, 0, -1],
            [0, 1, 1, 0, 2],
            [0, 1, 0, 0, 2],
            [0, 0, 0, 2, -1],  # 2 touches itself only at a corner
        ]
    )
    paths = outlines(grid)
    assert [area(path) for path in paths] == [12.0, 3.0, 3.0]
    rows, cols = np.indices(grid.shape)
    centres = np.column_stack([cols.ravel() + 0.5, rows.ravel() + 0.5])
    for region, path in enumerate(paths):
        winding = np.zeros(grid.size)
        for ring in path.to_polygons(closed_only=True):
            winding += np.sign(area(Path(ring))) * Path(ring).contains_points(centres)
        assert np.array_equal(winding, grid.ravel() == region)


def test_outlines_have_corners_only():
    (square,) = outlines(np.zeros((57, 57), dtype=int))
    assert len(square.vertices) == 5


def test_a_region_without_cells_has_an_empty_outline():
    assert len(outlines(np.array([[1, 1]]))[0].vertices) == 0


def test_neighbours_share_a_side_not_a_corner():
    touch = neighbours(np.array([[0, 1], [2, 3]]))
    assert touch.tolist() == [
        [False, True, True, False],
        [True, False, False, True],
        [True, False, False, True],
        [False, True, True, False],
    ]


def test_neighbours_differ_in_six_colours_on_a_brick_wall():
    # bricks of 2 x 4 cells, every other course shifted: each inner brick has six neighbours
    rows, cols = np.indices((40, 60))
    grid = np.unique(rows // 2 * 100 + (cols + rows // 2 % 2 * 2) // 4, return_inverse=True)[1]
    touch = neighbours(grid.reshape(40, 60))
    colour = distinct(touch, 6)
    one, other = np.nonzero(touch)
    assert one.size
    assert (colour[one] != colour[other]).all()
    assert colour.max() < 6
    assert np.bincount(colour).min() > 0


def test_more_colours_are_taken_only_where_six_do_not_do():
    everyone = ~np.eye(8, dtype=bool)
    assert sorted(distinct(everyone, 6)) == list(range(8))
