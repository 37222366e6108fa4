"""Numbers of tables for the terminal, by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.lab import printing
from sim.lab.printing import number
from sim.model.outcomes.catalogue import OUTCOMES
from sim.words import unit_label


@pytest.mark.parametrize(
    ("value", "places", "sign", "shown"),
    [
        (1234.567, 1, False, "1,234.6"),
        (1234.567, 0, True, "+1,235"),
        (-0.5, 2, True, "-0.50"),
        (np.nan, 2, True, "-"),
        (np.inf, 0, False, "inf"),
        (-np.inf, 0, False, "-"),
    ],
)
def test_numbers(value, places, sign, shown):
    assert number(value, places, sign) == shown


def test_levels_of_factors():
    assert printing._level(None, "x") == printing._level(np.nan, "x") == "-"
    assert printing._level(0.50, "x") == "0.5" and printing._level(1e6, "x") == "1e+06"
    assert printing._level(3, "x") == "3" and printing._level("low", "x") == "low"
    assert printing._level("513424", "county") == "513424 德昌县"


@pytest.mark.parametrize(
    ("factor", "low", "high", "shown"),
    [(9.96, 2.04, 30.4, "10.0 [2.0, 30]"), (10.4, 9.5, 99.6, "10 [9.5, 100]"),
     (np.inf, np.nan, np.nan, "inf"), (np.nan, np.nan, np.nan, "-")],
)  # fmt: skip
def test_what_a_paired_replicate_is_worth(factor, low, high, shown):
    assert printing._worth({"vr_factor": factor, "vr_low": low, "vr_high": high}) == shown


def test_a_level_against_the_first():
    """Means 2 and 4 of three worlds; the difference is 2 in each but for 0.1."""
    first, values = np.array([1.0, 2.0, 3.0]), np.array([3.1, 4.0, 4.9])
    row = printing._level_row("policies.headcount.lines", 6, "trust", values, first, "en")
    unit = unit_label(OUTCOMES["trust"].unit, "en")
    assert row[0] == "headcount.lines" and row[1] == "6" and row[3] == unit
    assert row[4:] == ["4.0 ± 2.2", "3", "+2.00 ± 0.25", "3"]
    alone = printing._level_row("scale", 5, "trust", first, first, "en")
    assert alone[0] == "scale" and alone[4:] == ["2.0 ± 2.5", "3", "-", "3"]


def made_up(values):
    """Results of points with replicates, (points, replicates)."""
    rows = [
        {"point": p + 1, "replicate": r + 1, "trust": value}
        for p, row in enumerate(values)
        for r, value in enumerate(row)
    ]
    return SimpleNamespace(
        runs=pd.DataFrame(rows),
        design=pd.DataFrame({"point": range(1, len(values) + 1)}),
        worlds=np.arange(len(values[0])),
        shown=lambda: ["trust"],
        folder="there",
    )


def cells(text):
    return text.splitlines()[-1].split()


def test_the_spread_of_points_and_of_seeds():
    """Means 2, 4 and 9 of pairs 2, 2 and 4 apart; one point lacks a run."""
    values = [[1.0, 3.0], [3.0, 5.0], [7.0, 11.0], [100.0, np.nan]]
    found = cells(printing._spread(made_up(values), "en"))
    assert found[-6:] == ["5.0", "3.6", "2.0", "2.0", "9.0", "3"]
    one = cells(printing._spread(made_up([[1.0, 3.0]]), "en"))
    assert one[-6:] == ["2.00", "-", "1.41", "2.00", "2.00", "1"]
    single = cells(printing._spread(made_up([[1.0], [3.0]]), "en"))
    assert single[-6:] == ["2.0", "1.4", "-", "1.0", "3.0", "2"]
    none = cells(printing._spread(made_up([[np.nan, 1.0]]), "en"))
    assert none[-6:] == ["-", "-", "-", "-", "-", "0"]


def test_factors_with_one_level_have_no_effects():
    values = {1: np.array([1.0, 2.0, 3.0]), 2: np.array([3.0, 4.0, 5.0])}
    results = made_up([[1.0]])
    results.design = pd.DataFrame({"point": [1, 2], "a": [5, 5], "b": ["x", "y"]})
    results.by_levels = lambda names, keys: [
        ((level,), {"trust": values[point]})
        for level, point in (((5, 1),) if names == ["a"] else (("x", 1), ("y", 2)))
    ]
    rows = [line.split() for line in printing._levels(results, "en").splitlines()]
    assert [row[:2] for row in rows[1:]] == [["b", "x"], ["b", "y"]]
    assert rows[1][-2:] == ["-", "3"] and rows[2][-4:] == ["+2.00", "±", "0.00", "3"]


def test_long_tables_are_cut_and_say_what_is_left(monkeypatch):
    monkeypatch.setattr(printing, "MOST_ROWS", 2)
    rows = [["a"], ["b"], ["c"], ["d"], ["e"]]
    text = printing._cut(["head"], rows, made_up([[1.0]]), "effects", "en")
    assert [line.strip() for line in text.splitlines()[:3]] == ["head", "a", "b"]
    assert "3" in text.splitlines()[3] and "effects" in text and "there" in text
    assert "effects" not in printing._cut(["head"], rows[:2], made_up([[1.0]]), "effects", "en")
