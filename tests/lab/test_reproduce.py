"""What `hecun reproduce` keeps of an experiment, for designs of every kind."""

import json

import pytest
from click.testing import CliRunner
from lab.test_answers import FACTORIAL, PARTS, SEARCH, SOBOL, folder, run  # noqa: F401  # fixtures

from sim import examples
from sim.cli import main
from sim.errors import InputError
from sim.lab import reproduce
from sim.lab.store.reading import ExperimentResults


@pytest.mark.parametrize(
    ("name", "text"),
    [("parts", PARTS), ("factorial", FACTORIAL), ("search", SEARCH), ("sobol", SOBOL)],
)
def test_the_same_experiment_agrees_with_itself_and_nothing_else(run, name, text):  # noqa: F811
    once = reproduce.found(ExperimentResults(run(f"r_{name}", text)))
    again = reproduce.found(ExperimentResults(run(f"r_{name}", text, out=f"again_{name}")))
    assert json.loads(json.dumps(once)) == again  # survives being stored
    assert reproduce.judge(again, once) == (True, "same bytes")
    other = run(f"s_{name}", f"seed: 99\n{text}")
    agrees, said = reproduce.judge(reproduce.found(ExperimentResults(other)), once)
    assert not agrees and "->" in said


def test_examples_are_copied_once(tmp_path):
    written = examples.copy(tmp_path)
    assert tmp_path / "configs" / "dechang_2020.yaml" in written
    (tmp_path / "configs" / "base.yaml").write_text("mine")
    with pytest.raises(InputError, match="is there already") as caught:
        examples.copy(tmp_path)
    assert len(caught.value.problems) == len(written)
    assert (tmp_path / "configs" / "base.yaml").read_text() == "mine"


def test_names_on_the_command_line_are_those_of_the_level():
    done = CliRunner().invoke(main, ["reproduce", "--baseline", "dechang_2019", "leshan_2019"])
    assert done.exit_code == 2
    assert "dechang_2019" in done.stderr and "did you mean" in done.stderr
    assert "leshan_2019" in done.stderr and "2 problems" in done.stderr


def test_levels_name_files_that_ship():
    for level, names in reproduce.LEVELS.items():
        room = "configs" if level == "baseline" else "experiments"
        assert all((examples.home() / room / f"{name}.yaml").is_file() for name in names)
    with pytest.raises(InputError, match="nothing is stored of none"):
        reproduce.stored("none")


THEN = {"runs": 6, "means": {"": {"a": 1.0, "b": None}, "x": {"a": 0.0, "b": 5.0}}}


def changed(point, **means):
    return THEN | {"means": THEN["means"] | {point: THEN["means"].get(point, {}) | means}}


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (THEN, (True, "same numbers")),
        (changed("", a=1.0 + 9e-7), (True, "same numbers")),
        (changed("x", a=9e-10), (True, "same numbers")),
        (changed("", a=1.000002), (False, "a 1.0 -> 1.000002")),
        (changed("x", a=2e-9, b=6.0), (False, "x: a 0.0 -> 2e-09; x: b 5.0 -> 6.0")),
        (changed("", b=2.0), (False, "b None -> 2.0")),
        (changed("x", b=None), (False, "x: b 5.0 -> None")),
        (THEN | {"means": {"": THEN["means"][""]}}, (False, "x: a 0.0 -> None; x: b 5.0 -> None")),
        (THEN | {"runs": 7}, (False, "runs 6 -> 7")),
    ],
)
def test_numbers_agree_to_a_millionth(now, verdict):
    assert reproduce.judge(now, THEN) == verdict


def test_a_verdict_names_a_few_of_what_moved_and_files_of_other_bytes():
    many = {"runs": 6, "means": {"": dict.fromkeys("abcdef", 1.0)}}
    other = {"runs": 5, "means": {"": dict.fromkeys("abcdef", 2.0)}}
    said = reproduce.judge(other, many)[1]
    assert said == "runs 6 -> 5; a 1.0 -> 2.0; b 1.0 -> 2.0; c 1.0 -> 2.0 ..."
    four = {"runs": 6, "means": {"": dict.fromkeys("abcd", 1.0)}}
    assert reproduce.judge(four | {"means": {"": dict.fromkeys("abcd", 2.0)}}, four)[1].count(
        ";"
    ) == 3 and not reproduce.judge(other, four)[1].endswith("2.0; d 1.0 -> 2.0")
    old, new = THEN | {"tables": {"a": "1", "b": "2"}}, THEN | {"tables": {"b": "3", "c": "4"}}
    assert reproduce.judge(new, old) == (
        True,
        "same headline numbers, not the same bytes: a, b, c",
    )
    assert reproduce.judge(old, old) == (True, "same bytes")
    assert reproduce.judge(old, None) == (False, "nothing is stored of it")


def test_what_is_stored_of_a_level_is_kept_in_its_order(tmp_path, monkeypatch):
    monkeypatch.setattr(reproduce.examples, "home", lambda: tmp_path)
    one, two = ({"runs": n, "means": {"": {"a": float(n)}}} for n in (1, 2))
    names = reproduce.LEVELS["quick"]
    reproduce.write("quick", {names[2]: one, names[1]: one})
    line = reproduce.write("quick", {names[0]: two, names[1]: two, "other": one})
    kept = reproduce.stored("quick")["experiments"]
    assert list(kept) == list(names[:3])
    assert [kept[name]["runs"] for name in names[:3]] == [2, 2, 1]
    assert line == reproduce.mark("quick", kept) and line.startswith("Quick numbers: `")
    assert reproduce.mark("quick", kept | {names[0]: one}) != line
    assert [reproduce._short(x) for x in (1 / 3, float("nan"))] == [0.333333333, None]
