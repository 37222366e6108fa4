"""Columns of the terminal: a Chinese letter takes two; lines break where Chinese is set so."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.terminal.console import table
from sim.terminal.wide import padded, width, wrapped


@pytest.mark.parametrize(
    ("text", "columns"), [("村", 2), ("a村", 3), ("é", 1), ("e\u0301", 1), ("，", 2), ("", 0)]
)
def test_width(text, columns):
    assert width(text) == columns and width(padded(text, 9)) == 9


def test_no_line_begins_with_a_mark():
    text = "开始月份；不写则为改革月份（2020年4月），见 docs/policies.md。"
    for columns in range(20, 60):
        lines = wrapped(text, columns)
        assert not any(line.startswith(("；", "，", "。", "）")) for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.text(st.sampled_from("村合 a,bc。，（）'≥0\u3000-"), max_size=60), st.integers(2, 40))
def test_nothing_is_lost_and_nothing_is_wider(text, columns):
    lines = wrapped(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(map(width, lines)) <= columns


@pytest.mark.parametrize("columns", [30, 50, 80, 200])
def test_a_table_fits_and_its_first_cells_stay_whole(monkeypatch, columns):
    rows = [["policies.merger.ratio", "合并后村数与合并前之比；不写则抽取", "比例", "x" * 18]] * 3
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    text = table(["键", "含义", "单位", "可取"], rows)
    assert max(map(width, text.splitlines())) <= columns
    assert text.count("policies.merger.ratio") == 3
