"""Plans: runs, time, memory and disk by hand, and what is said of them."""

import subprocess
import sys

import pytest

from sim.errors import InputError
from sim.lab import planning
from sim.lab.design import points as designs
from sim.lab.file.loading import load_experiment
from sim.lab.planning import Plan, check, checked, make_plan, plan_text

USUAL = {"points": 6, "replicates": 4, "most": 10, "workers": 1, "run_seconds": 0.25}
USUAL |= {"run_bytes": 2500.0, "worker_bytes": 2e8, "pilot": 12}


def test_runs_time_and_memory_by_hand():
    one, three = Plan(**USUAL), Plan(**(USUAL | {"workers": 3}))
    assert (one.runs(4), one.runs(10)) == (24, 60)
    assert one.seconds(4) == 6.0 and three.seconds(4) == pytest.approx(24 * 0.25 / (3 * 0.9))
    assert one.memory == 2e8 and three.memory == 8e8  # the process that asks is one more


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a child begins at nought")
def test_memory_is_that_of_this_process_not_of_who_started_it():
    child = "from sim.lab.planning import memory_used; print(memory_used())"
    parent = (
        "import subprocess, sys; held = bytearray(b'x') * (900 << 20); "
        f"subprocess.run([sys.executable, '-c', {child!r}], check=True); {child}"
    )
    done = subprocess.run(
        [sys.executable, "-c", parent], capture_output=True, text=True, check=True
    )
    of_child, of_parent = map(float, done.stdout.split())
    assert 10e6 < of_child < 600e6 < 900e6 < of_parent


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"points": 100_000, "replicates": 1, "run_seconds": 0.1}, None),
        ({"points": 100_001, "replicates": 1, "run_seconds": 0.1}, "100,001 runs"),
        ({"points": 36_000, "replicates": 1, "run_seconds": 0.4}, None),  # four hours
        ({"points": 40_000, "replicates": 1, "run_bytes": 0.5e6}, None),  # twenty GB
        ({"points": 40_000, "replicates": 1, "run_bytes": 0.6e6}, "about 24 GB on the disk"),
    ],
)
def test_the_most_that_begins_unasked(changes, said):
    assert Plan(**(USUAL | changes)).too_much() == said


@pytest.fixture
def six(write):
    experiment = load_experiment(write())
    return experiment, designs.build(experiment)


def line(text, name):
    return next(row for row in text.splitlines() if row.startswith(name)).split(maxsplit=1)[1]


def test_a_plan_in_words(six):
    text = plan_text(Plan(**(USUAL | {"workers": 2})), *six)
    assert line(text, "replicates ") == "4 at first, 10 at most"
    assert line(text, "runs ") == "24 at first, 60 at most"
    assert line(text, "time ") == (
        "about 3 s on 2 workers, at most 8 s (250 ms a run, measured on 12)"
    )
    assert line(text, "memory ") == "about 600 MB"
    assert line(text, "disk ") == "about 150 kB (2.5 kB a run)"
    assert line(text, "luck ") == "replicate r has seed 1 + r - 1 at every design point"
    alone = plan_text(Plan(**(USUAL | {"most": 4})), *six)
    assert line(alone, "replicates ") == "4" and line(alone, "runs ") == "24"
    assert line(alone, "time ") == "about 6 s on 1 worker (250 ms a run, measured on 12)"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (2.5e6, "2.5 MB"),
        (3e9, "3 GB"),
        (4e13, "4e+04 GB"),
    ],
)
def test_sizes_in_words(count, said):
    assert planning._size(count) == said


def test_the_pilot_measures_runs_of_every_bundle_and_keeps_nothing(six, place, monkeypatch):
    monkeypatch.setattr(planning, "PILOT_SECONDS", 1e9)  # however slow the machine
    plan = make_plan(*six, workers=100)
    assert (plan.points, plan.replicates, plan.most) == (6, 4, 4)
    assert (plan.workers, plan.pilot) == (24, 12)  # no more workers than runs
    assert 0 < plan.run_seconds < 20 and 500 < plan.run_bytes < 100_000
    assert sorted(path.name for path in place.iterdir()) == ["e.yaml", "tiny.yaml", "villages.csv"]
    assert make_plan(*six, workers=3).workers == 3
    if sys.platform != "win32":  # a process with numba, pandas and Arrow
        assert 1e8 < plan.worker_bytes < 1e11


def test_seconds_and_bytes_of_a_run_are_those_of_the_pilot_over_its_runs(six, monkeypatch):
    """Six runs in three tasks of 4 s each take 2 s a run; tables of 600 bytes are 100 a run."""
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr(planning.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(planning, "_tasks", lambda *_: ["one", "two", "three"])
    monkeypatch.setattr(planning, "run_task", lambda task: task)
    monkeypatch.setattr(planning.pa.ipc, "open_stream", lambda task: [task])
    rows = [{"status": "done", "error": None}] * 2
    monkeypatch.setattr(planning.shards, "rows", lambda batch: rows)

    def write(folder, record, design, given, own):
        assert len(given) == 6
        for name, size in (("runs", 200), ("county", 400)):
            (folder / name).write_bytes(b"0" * size)

    monkeypatch.setattr(planning.tables, "write_tables", write)
    monkeypatch.setattr(planning, "PILOT_SECONDS", 1e9)
    assert planning._pilot(*six) == (0.0, 2.0, rows * 3, 100.0)
    monkeypatch.setattr(planning, "PILOT_RUNS", 4)
    monkeypatch.setattr(planning.tables, "write_tables", lambda folder, *how: None)
    assert planning._pilot(*six) == (0.0, 2.0, rows * 2, 0.0)
    rows[1] = {"status": "failed", "error": "too little"}
    with pytest.raises(InputError, match="a run of the pilot failed:\ntoo little"):
        planning._pilot(*six)


def test_the_command_starts_and_so_do_its_processes(six, monkeypatch):
    """2 s to import what runs need: once for the command, once more where it starts others."""
    monkeypatch.setattr(planning, "_fresh", lambda: 2.0)
    monkeypatch.setattr(planning, "_pilot", lambda *_: (3.0, 1.0, [], 1.0))
    assert make_plan(*six, workers=1).start_seconds == 5.0
    assert make_plan(*six, workers=2).start_seconds == 7.0


def test_what_is_loaded_once_counts_once(six, monkeypatch):
    """The first task takes 4 s and, done again, 1 s as the others: 3 s are of the start alone."""
    took = iter([4.0, 1.0, 1.0, 1.0])
    rows = [{"status": "done", "error": None, "doses": "[]"}]
    monkeypatch.setattr(planning, "_timed", lambda task: (next(took), rows))
    monkeypatch.setattr(planning, "_tasks", lambda *_: ["one", "two", "three"])
    monkeypatch.setattr(planning.tables, "write_tables", lambda *_: None)
    start, seconds, found, _ = planning._pilot(*six)
    assert (seconds, len(found), start) == (1.0, 3, 3.0)
    plan = Plan(**USUAL, start_seconds=3.0)
    assert plan.seconds(4) == 3.0 + 6.0
    took = iter([planning.WARM_SECONDS + 1.0, 2.0, 1.0])  # not done again: it would take long
    assert planning._pilot(*six)[1] == (planning.WARM_SECONDS + 4.0) / 3


def test_a_short_pilot_sees_both_ends_of_a_design():
    assert planning._spread_out(list("abcde"))[:3] == ["a", "e", "d"]
    for length in range(9):
        assert sorted(planning._spread_out(list(range(length)))) == list(range(length))


def test_what_the_pilot_s_policies_did_not_deliver_is_said(write):
    text = """config: tiny.yaml
method: compare
arms: {none: , few: {policies: {service_delivery: {outposts: 0.01}}}}
"""
    _, said = check(write(text), None, 1)
    assert "pilot         service delivery: nothing delivered (outposts open: 0 of" in said


def test_a_pilot_ends_after_so_many_runs_or_seconds(six, monkeypatch):
    monkeypatch.setattr(planning, "PILOT_RUNS", 2)
    assert make_plan(*six, workers=1).pilot < 6
    monkeypatch.setattr(planning, "PILOT_SECONDS", 0.0)
    assert make_plan(*six, workers=1).pilot < 3


def test_policies_are_listed_once_for_points_that_have_the_same(write):
    text = """config: tiny.yaml
method: factorial
factors:
  policies.headcount.lines: [3, 6]
  policies.merger: [{source: generated, ratio: 0.5}, null]
  policies.combined_role: [null]
"""
    plan, said = check(write(text), None, 1)
    assert plan.points == 4 and "policies.headcount.lines = 3, policies.merger" in said
    assert said.count("(and 1 more)") == 2  # with either number of lines
    assert said.count("headcount") - said.count("policies.headcount") == 2
    none = text.replace("[3, 6]", "[3]").replace("policies.headcount.lines", "scale")
    none = none.replace("[3]", "[500]").replace("[{source: generated, ratio: 0.5}, null]", "[null]")
    experiment, design = checked(write(none), {"policies.headcount": None})
    assert planning._timelines(experiment, design) == ["policies: no policy"]


def test_no_more_than_so_many_configurations_are_listed(six, monkeypatch):
    monkeypatch.setattr(planning, "MOST_TIMELINES", 2)
    lines = planning._timelines(*six)
    names = [row.splitlines()[0] for row in lines]
    assert names == ["none", "merger", "... and 1 more configurations"]
