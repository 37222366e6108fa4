"""Answers: interactions, shares of a whole, rankings and figures by hand; whole after a kill."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.lab.answers import _plain, compare, factorial
from sim.lab.answers.common import last_rows, short, wide
from sim.lab.answers.sobol import by_outcome
from sim.lab.answers.text import cell_text, cells, figures, frame_text, lines_text
from sim.model.outcomes.catalogue import OUTCOMES

CELLS = [(a, b, c) for a in (1, 2) for b in ("x", "y", "z") for c in (0.5, 1.0)]


def value(a, b, c):
    """2 for the second a, 3 for y, 5 for z, 7 more for both a = 2 and z; c adds up."""
    return 2.0 * (a == 2) + {"x": 0, "y": 3, "z": 5}[b] + 7.0 * (a == 2 and b == "z") + c


@pytest.fixture
def grid():
    """A factorial of 2 x 3 x 2 points, with two replicates one apart."""
    design = pd.DataFrame(CELLS, columns=["a", "b", "c"])
    design.insert(0, "point", range(1, len(design) + 1))
    rows = [
        (point, replicate, value(*cell) + replicate)
        for replicate in (1, 2)
        for point, cell in reversed(list(enumerate(CELLS, start=1)))
    ]
    runs = pd.DataFrame(rows, columns=["point", "replicate", "trust"])
    return SimpleNamespace(design=design, runs=runs, shown=lambda: ["trust"], worlds=np.arange(2))


def test_interactions_of_a_factorial_by_hand(grid):
    frame = factorial.tables(grid, None)["interactions"]
    first, rest = frame.iloc[0], frame.iloc[1:]
    assert first[["factor", "level", "with", "its_level"]].tolist() == ["a", "2", "b", "z"]
    assert first[["interaction", "low", "high", "n"]].tolist() == pytest.approx([7, 7, 7, 2])
    spread = np.std([value(*cell) for cell in CELLS])
    assert first["of_spread"] == pytest.approx(7 / spread)
    assert first["unit"] == OUTCOMES["trust"].unit and len(frame) == 2 + 1 + 2
    assert rest["interaction"].tolist() == pytest.approx([0.0] * 4, abs=1e-12)
    assert set(zip(rest["factor"], rest["with"], rest["its_level"], strict=True)) == {
        ("a", "b", "y"),
        ("a", "c", "1"),
        ("b", "c", "1"),
    }


def test_a_replicate_in_which_a_run_failed_has_no_interactions(grid):
    runs = grid.runs
    runs.loc[(runs["point"] == 1) & (runs["replicate"] == 2), "trust"] = np.nan
    frame = factorial.tables(grid, None)["interactions"]
    assert frame["n"].max() == 1 and frame["of_spread"].max() == pytest.approx(
        7 / np.std([value(*cell) for cell in CELLS])
    )
    runs.loc[(runs["point"] == 2) & (runs["replicate"] == 1), "trust"] = np.nan
    frame = factorial.tables(grid, None)["interactions"]  # each cell's own mean, at least
    more = [1.0, 2.0, *[1.5] * 10]  # of either replicate, or of both
    own = [value(*cell) + luck for cell, luck in zip(CELLS, more, strict=True)]
    means = frame["interaction"].abs() / frame["of_spread"]
    assert means.dropna().to_numpy() == pytest.approx(np.std(own))


def test_without_two_factors_there_is_no_interaction(grid):
    alone = SimpleNamespace(
        design=grid.design[["point", "a"]].assign(b="x"), runs=grid.runs, shown=grid.shown
    )
    assert factorial.tables(alone, None) == {}


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0.0, "0"),
        (1.0, "1.00"),
        (-12.345, "-12.3"),
        (123.4, "123"),
        (12345.6, "12,346"),
        (99999.0, "99,999"),
        (100000.0, "1e+05"),
        (0.012345, "0.0123"),
        (0.0001, "0.000100"),
        (0.00009, "9e-05"),
        (np.nan, "-"),
        (-np.inf, "-"),
    ],
)
def test_figures(number, shown):
    assert figures(number) == shown


def test_cells_of_tables():
    assert cell_text("n", 12345) == "12345" and cell_text("x", None) == ""
    assert cell_text("x", True) == "True" and cell_text("arm", "trust") == "trust"
    assert cell_text("outcome", "trust") != "trust"
    assert cell_text("parameter", "parameters.service.x") == "service.x"
    assert short("policies.a.b") == "a.b"
    frame = pd.DataFrame({"effect": [0.0, 1.0, np.nan], "sign_share": [np.nan, 0.5, np.nan]})
    frame["n"] = [30, 30, 0]
    said = [row[1] for row in cells(frame)]
    assert said[1:] == ["0.500", "-"] and said[0] not in ("-", "nan")  # every effect is 0
    assert cells(frame.drop(columns="sign_share"))[2] == ["-", "0"]


def test_long_tables_say_how_many_rows_are_left():
    frame = pd.DataFrame({"policies.x": range(5), "point": 1, "against": 2, "unit": "km"})
    text = frame_text(frame, most=3)
    assert [line.strip() for line in text.splitlines()] == ["x", "0", "1", "2", "... 2"]
    assert "..." not in frame_text(frame, most=5) and "..." in frame_text(frame, most=4)
    rows = lines_text(pd.DataFrame({"a": [1], "policies.b": [2.0]})).splitlines()
    assert [row.split() for row in rows] == [["a", "1"], ["b", "2.00"]]


def parts(worth):
    return {row["part"]: row for row in compare._shares("trust", np.array(worth), ["p", "q"])}


def test_shares_of_a_reform_of_two_parts_by_hand():
    """Nothing, p, q, both; in two worlds: 1, 2, 4, 9 and 3, 5, 7, 11."""
    found = parts([[1.0, 3.0], [2.0, 5.0], [4.0, 7.0], [9.0, 11.0]])
    p, q, whole = found["p"], found["q"], found["whole reform"]
    assert (p["alone"], p["last"], p["shapley"]) == (1.5, 4.5, 3.0)
    assert (q["alone"], q["last"], q["shapley"]) == (3.5, 6.5, 5.0)
    assert whole["shapley"] == whole["alone"] == whole["last"] == 8.0
    assert whole["low"] == whole["high"] == 8.0 and whole["n"] == 2
    assert (p["of_whole"], q["of_whole"], whole["of_whole"]) == (3 / 8, 5 / 8, 1.0)
    assert p["sign_share"] == 1.0 and p["alone_low"] < 1.5 < p["alone_high"]
    unsure = parts([[0.0, 0.0], [1.0, 1.0], [1.0, 1.0], [-1.0, 9.0]])
    assert np.isnan([unsure[name]["of_whole"] for name in ("p", "whole reform")]).all()


def test_villages_that_some_arm_absorbs_and_those_that_take_others_in():
    people = pd.DataFrame({"code": ["a", "b", "c", "d", "b"], "unit": ["a", "a", "c", "b", "b"]})
    assert compare._roles(people) == ({"b", "d"}, {"a"})


def test_inequality_counts_worlds_that_both_arms_have():
    own = np.array([[0.4, 0.6, np.nan], [0.1, 0.2, np.nan], [0.3, 0.4, np.nan]])
    other = np.array([[0.3, 0.3, 0.3], [0.1, 0.1, 0.1], [0.2, 0.2, 0.2]])
    found = compare._inequality(own, other)
    assert (found["total"], found["total_change"], found["n"]) == pytest.approx((0.5, 0.2, 2))
    assert (found["within"], found["between_change"]) == pytest.approx((0.15, 0.15))
    assert found["total_low"] < 0.2 < found["total_high"]
    people = pd.DataFrame({"replicate": [1, 1, 3, 3], "income": [1.0, 3.0, 2.0, 2.0]})
    theils = compare._theils(people.assign(code=["a", "b", "a", "b"]), np.arange(3))
    assert theils[0, 0] == theils[2, 0] > 0 == theils[0, 2] and np.isnan(theils[:, 1]).all()


def test_end_values_are_found_by_number_and_averaged_by_world(grid):
    assert wide(grid, "trust")[:2].tolist() == [[1.5, 2.5], [2.0, 3.0]]
    assert wide(grid, "trust", [12, 1])[0].tolist() == [16.0, 17.0]
    grid.worlds = np.zeros(2, dtype=int)
    assert wide(grid, "trust", [1]).tolist() == [[2.0]]
    months = pd.DataFrame({"point": [1, 1, 2], "month": [1, 2, 1]})
    assert last_rows(months).index.tolist() == [1, 2]


@pytest.fixture
def arms():
    """Three arms in 25 worlds: b is ahead of a in 20 of them; c lacks a run."""
    rng = np.random.default_rng(1)
    a = rng.normal(size=25)
    b = a + np.repeat([1.0, -1.0], [20, 5])
    worlds = {1: a, 2: b, 3: np.where(np.arange(25) == 4, np.nan, a - 3.0)}
    rows = [(p, i + 1, v) for p, values in worlds.items() for i, v in enumerate(values)]
    runs = pd.DataFrame(rows, columns=["point", "replicate", "trust"])
    runs["cadre_workload"] = runs["trust"]
    levels = {1: {"arm": "a"}, 2: {"arm": "b"}, 3: {"arm": "c"}}
    return SimpleNamespace(
        runs=runs,
        design=pd.DataFrame({"point": [1, 2, 3], "arm": ["a", "b", "c"]}),
        worlds=np.arange(25),
        levels=lambda: levels,
        shown=lambda: ["trust", "cadre_workload"],
        effects=lambda: pd.DataFrame([{"outcome": "trust", "point": 2, "against": 1}]),
    )


def test_rankings_count_worlds_in_which_every_arm_is_there(arms):
    trust, workload = compare.ranking(arms).to_dict("records")
    assert trust["ranking"] == "b > a > c" and trust["n"] == 24 and trust["best"] == "b"
    assert trust["share"] == trust["best_share"] == pytest.approx(19 / 24)
    assert trust["low"] < trust["share"] < trust["high"]
    assert workload["ranking"] == "c > a > b" and workload["best"] == "c"  # less is better


def test_effects_have_the_share_of_worlds_with_their_sign(arms):
    (row,) = compare.effects(arms).to_dict("records")
    assert row["sign_share"] == 0.8 and row["sign_low"] < 0.8 < row["sign_high"]
    assert row["boot_low"] < 0.6 < row["boot_high"] < 1.0


def test_answers_that_a_kill_left_half_written_are_written_anew(write, run):
    path = write("config: tiny.yaml\nmethod: lhs\nsamples: 2\nfactors: {scale: [500, 600]}\n")
    out = run(path)
    table = out / "tables" / "doses.parquet"
    whole = table.read_bytes()
    table.write_bytes(b"half")
    (out / "tables" / "effects.csv").write_text("of another experiment")
    (out / ".answering").mkdir()
    (out / ".answering" / "doses.csv").write_text("half")
    run(path)
    assert table.read_bytes() == whole
    assert sorted(path.name for path in table.parent.iterdir()) == ["doses.csv", "doses.parquet"]
    assert not (out / ".answering").exists()
    table.unlink()
    run(path)
    assert table.read_bytes() == whole


def test_no_cell_or_head_is_a_formula_to_a_spreadsheet():
    found = _plain(pd.DataFrame({"=a": ["=1+1", "b", None], "n": [-1, 2, 3]}))
    assert found.iloc[0, 0] != "=1+1" and found.iloc[1, 0] == "b" and found.columns[0] != "=a"
    assert found["n"].tolist() == [-1, 2, 3]


def test_counties_come_in_the_order_of_the_design():
    design = pd.DataFrame({"point": [1, 2, 3], "county": ["b", "a", "b"]})
    runs = pd.DataFrame({"point": [1, 2, 3], "replicate": 1, "trust": [1.0, 2.0, 3.0]})
    results = SimpleNamespace(
        design=design, runs=runs, shown=lambda: ["trust"], worlds=np.arange(1), folder="there"
    )
    found = by_outcome(results, lambda values: pd.DataFrame({"sum": [values.sum()]}))
    assert found.to_dict("list") == {
        "county": ["b", "a"],
        "outcome": ["trust"] * 2,
        "sum": [4.0, 2.0],
    }
    results.design = design[["point"]]
    assert by_outcome(results, lambda v: pd.DataFrame({"n": [len(v)]})).to_dict("records") == [
        {"outcome": "trust", "n": 3}
    ]
