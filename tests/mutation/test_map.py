"""The map from modules to their tests names what is there; what came of a mutant is told truly."""

import signal

import pytest
from mutation import run

TEXT = """\
@cached
def share(part,
          whole=1):
    if (part
            > whole):
        return (
            part
            / whole)
    try:
        pass
    except ValueError: pass
"""


def test_every_name_is_a_module_or_a_package_of_the_code():
    places = [run.ROOT / "sim" / name for name in run.TESTS.keys() | run.ALL.keys()]
    assert [p for p in places if not (p.with_suffix(".py").is_file() or p.is_dir())] == []


def test_every_module_of_a_room_has_tests_that_are_there():
    for room in run.ALL:
        for path in (run.ROOT / "sim" / room).rglob("*.py"):
            found = run.tests_of(path.relative_to(run.ROOT / "sim").with_suffix("").as_posix())
            assert found and [test for test in found if not (run.ROOT / test).is_file()] == [], path


def test_a_module_is_tried_against_the_tests_nearest_to_it():
    assert run.tests_of("lab/store/shards")[0] == "tests/faults/test_damage.py"
    assert run.tests_of("lab/methods/shapley")[:2] == [
        "tests/lab/methods/test_shapley.py",
        "tests/lab/test_answers.py",
    ]
    assert run.tests_of("model/processes/strain")[0] == "tests/model/processes/test_strain.py"


@pytest.mark.parametrize(
    ("line", "lines"),
    [(3, {2, 3}), (5, {4, 5}), (7, {6, 7, 8}), (9, {9}), (11, {11})],
)
def test_a_mutant_is_in_a_statement_or_in_its_head(line, lines):
    assert set(run.statement(TEXT, line)) == lines
    assert run.is_called(TEXT, line) == (line > 3)


@pytest.mark.parametrize(
    ("code", "said", "came"),
    [
        (0, "", "survived"),
        (1, "FAILED tests/test_a.py::test_b", "killed"),
        (4, "sim/lab/one.py:3: in <module>\n    raise ValueError", "killed"),
        (4, 'E     File "/copy/sim/lab/one.py", line 7\nE   SyntaxError', "killed"),
        (4, 'E     File "/copy/sim/lab/other.py", line 7\nE   SyntaxError', "broke"),
        (4, "ERROR: not found: tests/test_a.py::test_b", "broke"),
        (3, "INTERNALERROR> OSError", "broke"),
        (5, "no tests ran", "broke"),
        (-signal.SIGXCPU, "", "hung"),
        (-signal.SIGKILL, "", "broke"),
    ],
)
def test_only_a_test_that_fails_kills(code, said, came):
    assert run.verdict(code, said, "lab/one") == came
