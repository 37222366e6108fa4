"""What an experiment says of itself at the terminal, and what is asked before it begins."""

from pathlib import Path
from types import SimpleNamespace

import click
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from lab.made_up_results import results

from sim.cli import main
from sim.errors import InputError
from sim.lab import commands, planning, printing
from sim.lab.printing import results_text
from sim.model.outcomes.catalogue import OUTCOMES
from sim.words import unit_label

VALUES = np.array([[1.0, 2.0, 4.0], [2.0, 4.5, 6.0]])


@pytest.fixture(autouse=True)
def answers(monkeypatch):
    """No folder has answers; what acted is told by other tests."""
    monkeypatch.setattr(printing, "answers_text", lambda *_: "")
    monkeypatch.setattr(printing, "acted_text", lambda *_: [])


def made(values=VALUES, method="compare", **told):
    levels = {"arm": ["none", "all"], "policies.headcount.lines": [3.0, 3.0]}
    if method != "compare":
        levels = {"policies.headcount.lines": [3.0, 6.0]}
    usual = {"baseline": "none" if method == "compare" else None, "replicates": values.shape[1]}
    return results(values, levels, method, **(usual | told))


def rows(text, name="Trust"):
    return [line.split() for line in text.splitlines() if name in line]


def test_the_head_of_what_is_printed():
    text = results_text(made(question={"en": "Why?", "zh": "为何？"}))
    first, counts, seeds, *_ = text.splitlines()
    assert first == "Why?" and "2 points x 3 replicates, 0 runs failed" in counts
    assert "last 12 months" in counts and "seeds 7 to 9" in seeds
    assert results_text(made(question={"en": "a", "zh": "为何？"}), "zh").startswith("为何？\n")
    missing = VALUES.copy()
    missing[1, 2] = np.nan
    assert "1 runs failed" in results_text(made(missing)).splitlines()[0]


def test_effects_are_printed_with_as_many_digits_as_are_known():
    """Differences 1, 2.5 and 2: mean 1.83, of a half-width of 1.9; the reference is 2.33."""
    text = results_text(made(outcomes=["trust"]))
    assert "paired effects against the arm none" in text
    (row,) = rows(text)
    after = row.index(unit_label(OUTCOMES["trust"].unit, "en")) + 1
    assert row[:3] == ["all", "3", "Trust"]
    assert row[after : after + 5] == ["2.33", "+1.8", "±", "1.9", "3"]
    head = next(line.split() for line in text.splitlines() if line.startswith("arm"))
    assert head[:3] == ["arm", "headcount.lines", "outcome"]


def test_other_methods_are_printed_as_what_they_are():
    text = results_text(made(method="factorial", outcomes=["trust"]))
    assert "against the first level" in text
    assert [row[:3] for row in rows(text)] == [
        ["headcount.lines", "3", "Trust"],
        ["headcount.lines", "6", "Trust"],
    ]
    text = results_text(made(method="lhs", outcomes=["trust"]))
    assert "spread over design points" in text and len(rows(text)) == 1
    assert "paired effects" not in text and "first level" not in text


def test_what_acted_and_the_answers_come_last(monkeypatch):
    assert "Did it act?" not in results_text(made())
    monkeypatch.setattr(printing, "acted_text", lambda *_: ["it did"])
    monkeypatch.setattr(printing, "answers_text", lambda *_: "the answers")
    assert results_text(made()).endswith("\n\nDid it act?\nit did\n\nthe answers")


def test_replicates_that_share_a_row_are_said():
    drawn = {"a": {"sample": [1.0, 2.0]}}
    assert "3 replicates share" not in results_text(made())
    four = np.tile(VALUES[:, :1], 4)
    assert "4 replicates share 2 rows" in results_text(made(four, drawn=drawn))


@pytest.mark.parametrize(("target", "said"), [(1.9, "reached in every contrast"), (1.8, "1 of 1")])
def test_whether_it_is_precise(target, said):
    """Half the width of the differences 1, 2.5 and 2 is 4.303 x 0.764 / sqrt(3) = 1.897."""
    text = results_text(made(until={"trust": target}))
    assert said in text and f"wanted ± {target}" in text
    assert ("after 3 replicates" in text) == (target == 1.8)
    assert "wanted" not in results_text(made())


def test_a_pair_alone_has_no_width_and_is_not_reached():
    one = results_text(made(VALUES[:, :1], until={"trust": 5.0}))
    assert "not reached in 1 of 1" in one
    nothing = VALUES.copy()
    nothing[1] = np.nan
    assert "not reached" not in results_text(made(nothing, until={"trust": 5.0}))


# --- what is asked --------------------------------------------------------------------------------


@pytest.fixture
def plans(monkeypatch):
    """Plans that are made, and how large each is."""
    asked = []
    plan = SimpleNamespace(much=None, too_much=lambda: plan.much)

    def make(experiment, design, workers):
        asked.append((experiment, design, workers))
        return plan

    monkeypatch.setattr(planning, "make_plan", make)
    monkeypatch.setattr(planning, "plan_text", lambda *_: "the plan")
    return plan, asked


SESSION = SimpleNamespace(experiment="e", design="d")


def test_few_runs_are_not_measured_and_small_ones_not_asked_for(plans, capsys):
    plan, asked = plans
    ready = commands._asking(3)
    plan.much = "5 days"
    ready(SESSION, 200)
    assert asked == []
    plan.much = None
    ready(SESSION, 201)
    assert asked == [("e", "d", 3)] and capsys.readouterr().err == ""
    assert commands._nothing(SESSION, 10**9) is None


def test_a_large_experiment_is_asked_for_at_a_terminal_and_refused_elsewhere(
    plans, capsys, monkeypatch
):
    plan, _ = plans
    plan.much = "5 days"
    with pytest.raises(InputError, match="5 days: give --yes"):
        commands._asking(1)(SESSION, 300)
    assert capsys.readouterr().err == "the plan\n"
    monkeypatch.setattr(commands.sys.stdin, "isatty", lambda: True, raising=False)
    asked = []
    monkeypatch.setattr(click, "confirm", lambda text, **how: asked.append((text, how)))
    commands._asking(1)(SESSION, 300)
    assert asked == [("5 days: start?", {"abort": True, "err": True})]


@pytest.mark.parametrize("count", [1, 5, 6, 8])
def test_failed_runs_are_named_and_one_can_be_seen_again(monkeypatch, capsys, count):
    from sim.lab.store import reading

    frame = pd.DataFrame({"run": ["fine", *(f"r{i}" for i in range(count))]})
    frame["status"] = ["done"] + ["failed"] * count
    frame["error"] = [None] + ["Traceback\n  file\nValueError: no\n\n"] * count
    found = SimpleNamespace(runs=frame)
    monkeypatch.setattr(reading, "ExperimentResults", lambda folder: found)
    commands._name_failed(Path("there"))
    *named, last = capsys.readouterr().err.splitlines()
    assert named == [f"failed: r{i}: ValueError: no" for i in range(min(count, 5))]
    more = {1: "", 5: "", 6: " (and 1 more)", 8: " (and 3 more)"}[count]
    assert last == f"see one again: hecun replay there r0{more}"


@pytest.mark.parametrize(
    ("workers", "allowed"), [(0, False), (1, True), (1024, True), (1025, False)]
)
def test_processes_that_may_be_asked_for(workers, allowed):
    done = CliRunner().invoke(main, ["plan", "none.yaml", "--workers", str(workers)])
    assert done.exit_code == 2 and ("1<=x<=1024" in done.stderr) != allowed
