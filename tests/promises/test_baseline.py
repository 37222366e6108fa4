"""The model's headline numbers stay what they are, or `CHANGELOG.md` says that they moved."""

import re
from pathlib import Path

import pytest

from sim.lab import reproduce

ROOT = Path(__file__).parent.parent.parent
_TO_DO = (
    "if it is meant: `hecun reproduce --baseline --write`, and put the line it prints into "
    "CHANGELOG.md with what moved and why (CONTRIBUTING.md, When numbers move)"
)


@pytest.mark.parametrize("name", reproduce.LEVELS["baseline"])
def test_headline_numbers_have_not_moved(name):
    now = dict(reproduce.run("baseline", ROOT, [name], 1, print))[name]
    agrees, said = reproduce.judge(now, reproduce.stored("baseline")["experiments"].get(name))
    assert agrees, f"the model's numbers moved: {said}; {_TO_DO}"


def test_the_changelog_names_the_stored_numbers():
    lines = re.findall(r"Baseline numbers: `\w+`", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    wanted = reproduce.mark("baseline", reproduce.stored("baseline")["experiments"])
    assert lines and lines[0] == wanted, f"CHANGELOG.md lacks the line {wanted!r}; {_TO_DO}"


def test_what_moved_is_said():
    then = {"runs": 1, "means": {"none": {"trust": 0.5, "posts": None}}, "tables": {"a": "1"}}
    now = {"runs": 1, "means": {"none": {"trust": 0.5 + 1e-9, "posts": None}}}
    assert reproduce.judge(then, then) == (True, "same bytes")
    agrees, said = reproduce.judge(now | {"tables": {"a": "2"}}, then)
    assert agrees and said == "same headline numbers, not the same bytes: a"
    moved = now | {"means": {"none": {"trust": 0.6, "posts": None}}}
    assert reproduce.judge(moved, then) == (False, "none: trust 0.5 -> 0.6")
    assert reproduce.judge(now | {"runs": 2}, then)[0] is False
    assert reproduce.judge(now, None) == (False, "nothing is stored of it")


def test_a_name_that_is_not_reproduced_is_refused():
    from sim.errors import InputError

    with pytest.raises(InputError, match="did you mean 'each_policy'"):
        list(reproduce.run("quick", ROOT, ["each_polcy"], 1, print))
