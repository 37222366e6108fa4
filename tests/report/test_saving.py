"""A figure is the same bytes wherever in memory its parts lie."""

from io import BytesIO

import pytest
from made_up_experiment import MadeUp

from sim.report.fonts import themed
from sim.report.registry import kinds
from sim.report.saving import save


@pytest.mark.parametrize("dpi", [None, 300])
def test_where_a_panel_lies_holds_no_digit_that_hangs_on_memory(tmp_path, dpi) -> None:
    draw = kinds("experiment")["effects"].function
    with themed("en"):
        figure = draw(MadeUp(tmp_path), lang="en")
        screen = figure.dpi
        once, again = BytesIO(), BytesIO()
        save(figure, once, dpi, "svg")
        places = [edge for axes in figure.axes for edge in axes.get_position().bounds]
        save(figure, again, dpi, "svg")
    whole = pytest.approx([round(edge, 4) for edge in places], abs=1e-12)
    assert len(places) > 8 and places == whole
    assert once.getvalue() == again.getvalue() and figure.dpi == screen
