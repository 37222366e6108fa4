"""The frame of figures: how many panels stand beside each other."""

import pytest

from sim.report.frame import laid_out


@pytest.mark.parametrize(
    ("panels", "wide"),
    [(1, (1, 1)), (2, (1, 2)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3)), (7, (3, 3))],
)
def test_panels_fill_rows_and_four_are_a_square(panels, wide):
    assert laid_out(panels, 2) == wide
    assert laid_out(panels, 1) == (panels, 1)
