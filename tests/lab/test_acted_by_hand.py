"""Doses and idle factors of made-up runs: means over runs, what falls short where, what is said."""

import json

import numpy as np
import pytest
from lab.made_up_results import results

from sim.lab.answers.acted import COLUMNS, MOST_COLUMNS, acted_text, alike_arms, doses, idle_columns

ROLE, UNITS = "combined_role", "merger"
LUCK = np.array([[0.0, 0.5, -0.25]])


def given(made, doses_of):
    """Set the doses of runs, (point, replicate) -> rows: policy, what, months, asked, delivered."""
    made.runs["doses"] = [
        json.dumps(doses_of.get((point, replicate), []))
        for point, replicate in zip(made.runs["point"], made.runs["replicate"], strict=True)
    ]
    return made


def compared(values, doses_of=(), arms=("none", "all")):
    made = results(np.asarray(values, dtype=float), {"arm": list(arms)}, "compare", baseline="none")
    return given(made, dict(doses_of))


def role(asked, delivered, months=12):
    return [ROLE, "secretaries", months, asked, delivered]


@pytest.fixture
def known(monkeypatch):
    """A dose of the combined role: what it is of does not matter here."""
    from sim.model.policies.dose import Dose

    dose = Dose("cadres", "last", "combined posts", "一肩挑")
    for module in ("sim.lab.answers.acted", "sim.words.labels"):
        monkeypatch.setattr(f"{module}.dose_of", lambda policy, what: dose)


def test_doses_are_means_over_the_runs_of_a_point(known):
    """Three runs: 10 and 20 asked for, 4 and 20 delivered, and a run without the dose."""
    luck = np.vstack([LUCK, LUCK])
    made = compared(luck, {(2, 1): [role(10, 4, 6)], (2, 2): [role(20, 20)]})
    (row,) = doses(made).to_dict("records")
    assert (row["point"], row["arm"], row["policy"], row["what"]) == (2, "all", ROLE, "secretaries")
    assert (row["unit"], row["in_force"], row["asked"], row["delivered"]) == ("cadres", 6, 10, 8)
    assert (row["runs"], row["short_runs"]) == (3, 1)  # 4 is less than half of 10
    assert list(doses(compared(luck)).columns) == ["point", "arm", *COLUMNS]


def test_a_run_that_failed_has_no_dose(known):
    values = np.vstack([LUCK, LUCK])
    values[1, 0] = np.nan
    made = compared(values, {(2, 1): [role(10, 0)], (2, 2): [role(10, 10)], (2, 3): [role(4, 4)]})
    (row,) = doses(made).to_dict("records")
    assert (row["runs"], row["asked"], row["short_runs"]) == (2, 7, 0)


def test_what_falls_short_is_said_once_with_where(known):
    values = np.vstack([LUCK, LUCK + 1, LUCK + 2, LUCK + 3])
    short = {(p, r): [role(10, 0)] for p in (2, 3) for r in (1, 2)} | {(4, 1): [role(5, 5)]}
    made = compared(values, short, ("none", "a", "b", "c"))
    (said,) = acted_text(made, "en")
    assert "in 4 of 6 runs at 2 of 3 points (a; b)" in said and "nothing delivered" in said
    three = short | {(4, 2): [role(5, 0)]}
    (said,) = acted_text(compared(values, three, ("none", "a", "b", "c")), "en")
    assert "in 5 of 9 runs at 3 of 3 points (a; b; c)" in said
    every = three | {(1, 1): [role(5, 0)]}
    (said,) = acted_text(compared(values, every, ("none", "a", "b", "c")), "en")
    assert "in 6 of 12 runs at 4 of 4 points:" in said  # too many to name


def test_what_was_delivered_everywhere_is_said_in_one_line(known):
    values = np.vstack([LUCK, LUCK + 1])
    fine = acted_text(compared(values, {(2, 1): [role(10, 9)]}), "en")
    assert len(fine) == 1 and "short" not in fine[0]
    assert acted_text(compared(values), "en") == []  # no policy, nothing to say


@pytest.mark.parametrize(
    ("values", "alike"),
    [
        ([[1, 2, 3], [1, 2, 3]], True),
        ([[1, 2, 3], [1, 2, 3.5]], False),
        ([[1, 2, np.nan], [1, 2, 3]], True),  # of the runs that both have
        ([[1, np.nan, 3], [np.nan, 2, np.nan]], False),  # none in common
        ([[np.nan] * 3, [1, 2, 3]], False),
    ],
)
def test_an_arm_that_gave_the_same_as_the_baseline(values, alike):
    said = alike_arms(compared(values), "en")
    assert said == (["all: the same outcomes as none in every run."] if alike else [])


def test_an_arm_is_alike_only_if_it_is_so_at_every_level():
    values = np.array([[1.0, 2.0], [1.0, 2.0], [3.0, 4.0], [3.0, 4.5]])
    levels = {"arm": ["none", "all"] * 2, "x": [1, 1, 2, 2]}
    made = results(values, levels, "compare", baseline="none")
    assert alike_arms(made, "en") == []
    values[3, 1] = 4.0
    assert len(alike_arms(results(values, levels, "compare", baseline="none"), "en")) == 1
    assert alike_arms(results(values, levels, "lhs"), "en") == []


GRID = {"a": [0, 0, 1, 1], "b": ["x", "y", "x", "y"]}


@pytest.mark.parametrize(
    ("values", "idle", "untold"),
    [
        ([[1, 2], [3, 4], [1, 2], [3, 4]], ["a"], []),
        ([[1, 2], [1, 2], [3, 4], [3, 4]], ["b"], []),
        ([[1, 2], [3, 4], [1, 2], [3, 5]], [], []),
        ([[1, 2], [1, 2], [1, 2], [1, 2]], ["a", "b"], []),
    ],
)
def test_a_factor_is_idle_where_points_that_differ_in_it_alone_are_alike(values, idle, untold):
    assert idle_columns(results(np.array(values, dtype=float), GRID)) == (idle, untold)


def test_a_factor_is_not_known_where_no_two_points_differ_in_it_alone():
    values = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    levels = {"a": [0.1, 0.2, 0.3], "b": [3.0, 1.0, 2.0], "c": [7, 7, 7]}
    assert idle_columns(results(values, levels, "lhs")) == ([], ["a", "b"])
    values[1:] = values[0]
    assert idle_columns(results(values, levels, "lhs")) == (["a", "b"], [])
    said = acted_text(results(values, levels, "lhs"), "en")
    assert len(said) == 2 and said[0].startswith("a:") and said[1].startswith("b:")
    values[1] = 3.0
    (said,) = acted_text(results(values, levels, "lhs"), "en")
    assert "a, b" in said


def test_arms_are_no_factor_and_levels_that_an_arm_does_not_take_are_no_other():
    values = np.array([[1.0, 2.0], [3.0, 4.0], [3.0, 4.0]])
    levels = {"arm": ["none", "all", "all"], "x": [np.nan, 1.0, 2.0]}
    made = results(values, levels, "compare", baseline="none")
    assert idle_columns(made) == (["x"], [])


def test_doses_of_a_wide_design_repeat_none_of_its_columns_but_arm_and_county(known):
    """A screening of hundreds of factors: millions of cells otherwise."""
    wide = {"arm": ["none", "all"]} | {
        f"parameters.a.b{i}": [0.0, 1.0] for i in range(MOST_COLUMNS)
    }
    made = results(np.vstack([LUCK, LUCK]), wide, "morris", baseline="none")
    found = doses(given(made, {(2, 1): [role(10, 4)]}))
    assert list(found.columns) == ["point", "arm", *COLUMNS] and found["arm"].tolist() == ["all"]
