"""Effects by county on a map: classes, legend, counties without a border or without a value."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from sim.errors import InputError
from sim.report.county_map import _class, _classes, draw_effects


def table(values, codes=("510104", "513424", "511102"), **more):
    effect = np.array(values, float)
    return pd.DataFrame({"county": codes, "effect": effect, "low": effect - 1, "high": effect + 1,
                         "n": 3} | more)  # fmt: skip


def said(figure):
    return "".join("".join(text.get_text().split()) for text in figure.findobj(Text))


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


@pytest.mark.parametrize(
    "values",
    [np.linspace(-0.03, 0.04, 50), np.linspace(2e4, 9e4, 50), np.zeros(5), [1.5], [-3.0, -3.0],
     [0.0, 1e-12], [np.nan, 1.0, 2.0]],
)  # fmt: skip
def test_every_value_has_a_class_and_every_class_a_colour(values):
    edges, colours = _classes(np.array(values, float))
    assert len(colours) == len(edges) + 1 >= 2 and (np.diff(edges) > 0).all()
    assert {_class(v, edges) for v in values if v == v} <= set(range(len(colours)))


def test_a_fall_and_a_rise_have_colours_of_their_own():
    edges, colours = _classes(np.linspace(-1, 1, 101))
    low, high = colours[_class(-0.9, edges)], colours[_class(0.9, edges)]
    assert low[2] > low[0] and high[0] > high[2]  # blue, red


def test_a_province_s_counties_are_counted_in_the_legend():
    figure = draw_effects(table([-0.2, 0.0, 0.3]), "service_reach", "en", "none")
    counted = [int(text.split("= ")[1].rstrip(")")) for text in legend(figure)[:-1]]
    assert sum(counted) == 3
    assert "n=3replicates" in said(figure) and "in0of3" in said(figure).lower()
    layers = [c for c in figure.axes[0].collections if c.get_gid() == "counties"]
    assert sum(len(layer.get_paths()) for layer in layers) == 183  # all of Sichuan
    assert not [c for c in figure.axes[0].collections if c.get_gid() == "elsewhere"]


def test_a_county_without_a_border_is_named():
    figure = draw_effects(
        table([-0.2, 0.0, 0.3], ("320602", "320106", "320585")), "service_reach", "zh", "不合村"
    )
    assert "崇川区" in said(figure) and "无边界" in said(figure)
    counted = [int(text.split("= ")[1].rstrip("）")) for text in legend(figure)[:-1]]
    assert sum(counted) == 2


def test_arms_have_panels_of_their_own():
    both = pd.concat([table([1, 2, 3], arm="a"), table([4, 5, 6], arm="b")])
    figure = draw_effects(both, "posts", "en", "none")
    assert [axes.get_title() for axes in figure.axes] == ["a", "b"]


def test_no_border_no_map():
    with pytest.raises(InputError, match="no county of these results has a border"):
        draw_effects(table([0.1], ("320602",)), "service_reach", "en", "none")
