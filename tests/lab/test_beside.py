"""A second process compiles where nothing is compiled, from the month's end, and no longer."""

import os
from pathlib import Path
from unittest.mock import Mock

import pytest

from sim.lab.running import beside


class Recorder:
    """Stands for a process that is started."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.killed = 0

    def __call__(self, command, **options):
        self.commands.append(command)
        assert options["env"]["NUMBA_CACHE_DIR"] == os.environ["NUMBA_CACHE_DIR"]
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        assert self.killed == len(self.commands)

    def kill(self):
        self.killed += 1


@pytest.fixture
def started(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(beside, "cores", lambda: 2)
    recorder = Recorder()
    monkeypatch.setattr("subprocess.Popen", recorder)
    return recorder


def test_it_begins_where_nothing_is_compiled_and_ends_with_the_first(started):
    with beside.compiling():
        assert len(started.commands) == 1 and started.killed == 0
    assert started.killed == 1
    with pytest.raises(ValueError, match="of the run"), beside.compiling():
        raise ValueError("of the run")
    assert started.killed == 2


@pytest.mark.parametrize("why", ["compiled", "one core", "not to be compiled", "no process"])
def test_else_it_does_not(started, monkeypatch, tmp_path, why):
    if why == "compiled":
        Path(tmp_path, "model").mkdir()
        Path(tmp_path, "model", "draws.uniforms-29.py313.nbi").touch()
    elif why == "one core":
        monkeypatch.setattr(beside, "cores", lambda: 1)
    elif why == "not to be compiled":
        monkeypatch.setattr("numba.config.DISABLE_JIT", 1)
    else:
        monkeypatch.setattr("subprocess.Popen", Mock(side_effect=BlockingIOError("no more")))
    done = []
    with beside.compiling():
        done.append(why)
    assert done and not started.commands


def test_a_month_is_begun_at_its_end_and_what_cannot_be_done_is_left(monkeypatch):
    done = []

    def first(county):
        done.append(("first", county.month))

    def second(county):
        done.append(("second", county.month))
        raise RuntimeError("out of turn")

    monkeypatch.setattr("sim.model.county.MONTH", (first, second))
    beside.backwards()
    month = done[0][1]
    assert done == [("second", month), ("first", month)]


def test_the_county_is_small_and_has_a_reform():
    county = beside.tiny(0)
    assert len(county.villagers) < 400 and county.config.policies
    county.run_for(3)
    assert not county.running
