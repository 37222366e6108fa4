"""Tables for the terminal: whole in every width, in Chinese too."""

import sys

import pytest

from sim.terminal.console import table


@pytest.mark.parametrize("width", [40, 60, 200])
def test_a_cell_is_never_cut(monkeypatch, width):
    cells = ["37", "撤并村达百分之七十以上的乡镇", "FAILS: too high by 16,064,848", "outstanding"]
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    text = table(["no.", "figure", "verdict", "kind"], [cells])
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    shown = "".join(text.split())
    for letter in "".join(cells).replace(" ", ""):
        assert shown.count(letter) >= "".join(cells).count(letter), letter
