"""Progress in a log: how many runs, how long still, and not too often."""

import pytest

from sim.lab.running import progress
from sim.lab.running.progress import Teller, duration
from sim.lab.running.runner import Progress


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (89, "89 s"),
        (90, "2 min"),
        (89 * 60, "89 min"),
        (90 * 60, "1.5 h"),
        (9.9 * 3600, "9.9 h"),
        (10.4 * 3600, "10 h"),
        (47 * 3600, "47 h"),
        (48 * 3600, "2.0 days"),
        (100 * 86400, "100.0 days"),
    ],
)
def test_times_in_words(seconds, said):
    assert duration(seconds) == said


@pytest.fixture
def clock(monkeypatch):
    """A clock to be set."""
    clock = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    return clock


def test_a_log_has_a_line_every_half_minute_and_one_at_the_end(clock, capsys):
    """20 runs were there before; 4 in 40 s: 36 more take six minutes."""
    teller = Teller(None)
    teller(Progress(21, 0, 60, ("a",), 2))
    clock[0] += 29.0
    teller(Progress(22, 0, 60, ("b",), 2))
    assert capsys.readouterr().err == ""
    clock[0] += 11.0
    teller(Progress(24, 1, 60, ("c", "d"), 2))
    assert capsys.readouterr().err == "24 of 60 runs, 1 failed; 6 min left\n"
    clock[0] += 20.0
    teller(Progress(59, 1, 60, ("e",), 2))
    assert capsys.readouterr().err == ""
    teller(Progress(60, 0, 60, ("f",), 2))
    assert capsys.readouterr().err == "60 of 60 runs; 0 s left\n"


def test_nothing_done_yet_is_no_division_by_nothing(clock, capsys):
    teller = Teller(None)
    clock[0] += 31.0
    teller(Progress(1500, 0, 1502, (), 1))
    assert capsys.readouterr().err == "1,500 of 1,502 runs; 62 s left\n"


def test_a_bar_starts_where_earlier_runs_ended():
    said = []

    class Bar:
        def add_task(self, name, **more):
            said.append((name, more))
            return 7

        def update(self, task, **more):
            said.append((task, more))

    teller = Teller(Bar())
    teller(Progress(22, 0, 60, ("a", "b"), 3))
    teller(Progress(23, 1, 60, ("c",), 3))
    assert said == [
        ("runs", {"completed": 20, "total": 60}),
        (7, {"description": "runs (3 workers)", "completed": 22, "total": 60}),
        (7, {"description": "runs (3 workers, 1 failed)", "completed": 23, "total": 60}),
    ]
