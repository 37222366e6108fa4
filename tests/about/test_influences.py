"""What explains an outcome: its expression, the parameters that move it, and the levers."""

import ast
from pathlib import Path

import numpy as np
import pytest

from docs.make_moves import SEEDS, SURE, moved, rows
from sim.about.explain import card, entries, explain
from sim.about.influences import levers, measured, moves
from sim.model.levers import Levers
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.parameters import parameters

ROOT = Path(__file__).parent.parent.parent


def test_every_outcome_has_its_expression_and_a_page():
    for key in OUTCOMES:
        expression, page = measured(key)
        ast.parse(expression)
        assert (ROOT / page).is_file()
        (entry,) = (e for e in entries() if e.key == key and e.group == "outcomes")
        assert expression in card(entry, "en") and page in card(entry, "zh")
    page = (ROOT / measured("service_reach")[1]).read_text("utf-8")
    assert "`service_reach`" in page and "`travel_burden`" in page


def test_a_stored_difference_is_what_the_model_gives():
    """The table is of this model: the first of service reach, run again, is the stored one."""
    stored = moves("service_reach")
    first = stored[0]
    process, _, name = first.parameter.partition(".")
    at = list(OUTCOMES).index("service_reach")
    again = moved(process, name, SEEDS)[:, at]
    assert float(f"{again.mean():.4g}") == pytest.approx(first.difference, rel=1e-3)
    known = {f"{process}.{name}" for process, own in parameters().items() for name in own}
    assert {one.parameter for key in OUTCOMES for one in moves(key)} <= known
    for key in OUTCOMES:
        sizes = [abs(one.difference) for one in moves(key)]
        assert sizes == sorted(sizes, reverse=True)


def test_what_goes_into_the_table():
    found = {name: np.zeros((3, len(OUTCOMES))) for name in ("a.b", "c.d", "e.f")}
    found["a.b"][:, 0] = (1.0, 1.1, 0.9)
    found["c.d"][:, 0] = (-2.0, -2.1, -1.9)
    found["e.f"][:, 0] = (5.0, -5.0, 1.0)  # luck
    table = rows(found)
    assert [row[:2] for row in table] == [
        (next(iter(OUTCOMES)), "c.d"),
        (next(iter(OUTCOMES)), "a.b"),
    ]
    assert all(row[4] == "2" for row in table) and SURE > 1


def test_every_lever_is_told_with_the_policies_that_move_it():
    told = {name for one in levers() for name in one.names.split(", ")}
    assert told == set(vars(Levers(1)))
    text = explain("levers")
    assert all(name in text for name in told) and "own_policy.md" in text
    by = {one.names: one.policies for one in levers()}
    assert by["lines"] == ("headcount",) and "service_delivery" in by["outposts, outpost_opening"]
    assert "杠杆" in explain("levers", "zh")


def test_a_ratio_is_called_so_wherever_a_unit_is_said():
    assert "unit         ratio" in explain("service_reach")
    line = next(row for row in explain("outcomes").splitlines() if row.startswith("service_reach"))
    assert line.split()[1] == "ratio"
    line = next(row for row in explain("economy").splitlines() if "management_elasticity" in row)
    assert line.split()[2] == "ratio"
