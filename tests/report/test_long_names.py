"""Names longer than a figure has room for: shortened there, the whole in a note, none overlaps."""

import pandas as pd
import pytest

from sim.report.effects import effect_forest
from sim.report.frame import shortened, wrapped
from sim.terminal.wide import width as width_of

LONG = {
    "word": "L" * 200,
    "english": "a long name in plain words " * 6 + "end",
    "chinese": "合村并组与一肩挑同时推行并保留全部便民服务点的综合改革方案" * 4,
}


def forest(names):
    rows = [{"arm": name, "outcome": "trust", "effect": 0.1, "low": 0.0, "high": 0.2, "n": 5}
            for name in names]  # fmt: skip
    return effect_forest(pd.DataFrame(rows), against=LONG["word"])


@pytest.mark.parametrize("name", LONG)
def test_a_long_name_is_shortened_and_said_whole(name):
    figure = forest([LONG[name].strip(), "b", "c"])
    notes = "".join(text.get_text() for text in figure.texts)
    assert "".join(LONG[name].split()) in "".join(notes.split())
    figure.draw_without_rendering()
    boxes = [tick.get_window_extent() for tick in figure.axes[0].get_yticklabels()]
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])
    assert min(box.x0 for box in boxes) > 0


def test_long_names_that_differ_at_their_ends_stay_apart():
    assert shortened("L" * 200 + "1") != shortened("L" * 200 + "2")
    assert width_of(shortened(LONG["chinese"])) <= 52


def test_short_names_are_left_alone():
    assert shortened("合村") == "合村"
    assert not any("=" in text.get_text().split("95 %")[0] for text in forest(["a", "b"]).texts)


@pytest.mark.parametrize("width", [2, 7, 30])
def test_a_word_without_a_place_to_break_is_broken(width):
    lines = wrapped("x" * 100, width).split("\n")
    assert max(map(len, lines)) <= width
    assert "".join(lines) == "x" * 100
