"""Expressions over columns: what they give, what they refuse, and that nothing is executed."""

import ast

import numpy as np
import pytest

from sim.model.outcomes.expression import FLAG, NUMBER, Column, check, evaluate, tree_of

COLUMNS = {
    "age": Column("years"),
    "km": Column("km"),
    "away": Column("yes/no"),
    "labour": Column("code", {"local": 1, "away one": 2}),
    "born": Column("month number"),
}
ROWS = {
    "age": np.array([10.0, 60.0, 70.0, np.nan]),
    "km": np.array([0.0, 4.0, 2.0, 1.0]),
    "away": np.array([True, False, False, True]),
    "labour": np.array([1.0, 2.0, 2.0, 1.0]),
    "born": np.array([24240.0, 24241.0, 24242.0, 24243.0]),
}
NAN = float("nan")


@pytest.mark.parametrize(
    ("text", "kind", "gives"),
    [
        ("age >= 60 and km > 3", FLAG, [0, 1, 0, 0]),
        ("not away or km > 3", FLAG, [0, 1, 1, 0]),
        ("60 <= age <= 65", FLAG, [0, 1, 0, 0]),
        ("labour == 'away one'", FLAG, [0, 1, 1, 0]),
        ("'local' != labour", FLAG, [0, 1, 1, 0]),
        ("labour in ('local',)", FLAG, [1, 0, 0, 1]),
        ("age not in (10, 70)", FLAG, [0, 1, 0, 1]),
        ("born >= '2020-02'", FLAG, [0, 1, 1, 1]),
        ("away == True", FLAG, [1, 0, 0, 1]),
        ("-km + 2 * (age - 10) / 4", NUMBER, [0.0, 21.0, 28.0, NAN]),
        ("age / km", NUMBER, [np.inf, 15.0, 35.0, NAN]),
        ("max(km, 1.5) - min(km, abs(-1))", NUMBER, [1.5, 3.0, 1.0, 0.5]),
    ],
)
def test_it_gives_what_python_would(text, kind, gives):
    assert check(text, COLUMNS, "people have") == kind
    np.testing.assert_array_equal(evaluate(text, COLUMNS, ROWS.__getitem__)[0], gives)


def test_it_is_pythons_own_arithmetic():
    text = "(age - km) * 2 / (1 + km) - abs(km - 3)"
    found, _ = evaluate(text, COLUMNS, ROWS.__getitem__)
    for i in range(3):
        given = {name: float(values[i]) for name, values in ROWS.items()}
        assert found[i] == eval(text, {"abs": abs}, given)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("km / 0 > 3", "character 6: km / 0 divides by 0"),
        ("km / (2 - 2) > 3", "divides by 0"),
        ("agee > 3", "character 1: people have no column 'agee'; did you mean 'age'?"),
        ("km > 3 and away one", "no expression"),
        ("km > 3 and local", "write labour == 'local'"),
        ("labour == 'awa one'", "labour has no code 'awa one'; did you mean 'away one'?"),
        ("labour == 2", "cannot be compared"),
        ("labour > 'local'", "codes have no order"),
        ("labour + 1 > 2", "arithmetic needs a number"),
        ("age and km", "character 1: age is a number; and, or needs yes or no"),
        ("away + 1 > 0", "away is yes or no"),
        ("age == '60'", "no code of age"),
        ("born > '2020-13'", "expected a month"),
        ("km = 3", "one = is no comparison; write =="),
        ("km ≥ 3", "character 4: '≥' is no operator; write '>='"),
        ("km > 3，km", "'，' is no operator"),
        ("km > 1e999", "too large a number"),
        ("km > " + "9" * 400, "too large a number"),
        ("km in km", "in needs a list"),
        ("km in ()", "in needs a list"),
        ("km is 3", "is needs another sign"),
        ("max(km)", "max takes 2 values"),
        ("labour", "gives a code"),
        ("'x'", "gives a text"),
        ("", "no expression"),
        ("(" * 300, "no expression"),
        ("km >" + " " * 600 + "3", "letters; expected at most"),
        ("+".join(["km"] * 150), "parts; expected at most"),
        ("km\n> 3; import os", "no expression"),
    ],
)
def test_what_it_refuses_is_said(text, said):
    with pytest.raises(ValueError, match=r".+") as error:
        check(text, COLUMNS, "people have")
    assert said in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "km.__class__",
        "(lambda: 1)()",
        "[x for x in (1, 2)]",
        "open('x')",
        "eval('1')",
        "km ** 99999",
        "km % 2",
        "km // 2",
        "km[0]",
        "f'{km}'",
        "(km := 3)",
        "km if away else age",
        "{1: 2}",
        "~away",
        "km @ km",
        "max(km, *(1, 2))",
        "max(km, b=1)",
        "1j",
        "b'x'",
        "None",
        "...",
        "km << 2",
    ],
)
def test_nothing_else_of_python_is_read(text):
    with pytest.raises(ValueError, match=r"character|expression"):
        check(text, COLUMNS, "people have")


def test_every_kind_of_node_that_python_has_is_refused_or_known():
    """A newer grammar brings new nodes: they fall to the refusal, never through."""
    known = {"Constant", "Name", "BoolOp", "UnaryOp", "BinOp", "Compare", "Call"}
    kinds = {cls.__name__ for cls in ast.expr.__subclasses__()}
    assert known < kinds

    class Other(ast.expr):
        col_offset = 0

    from sim.model.outcomes.expression import _Checker

    with pytest.raises(ValueError, match=r".") as error:
        _Checker(COLUMNS, "people have").kind(tree_of("km[0]"))
    assert "not allowed" in str(error.value)
