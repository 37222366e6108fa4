"""Processes that die, have no memory, meet another one, or are refused by the system."""

import errno
import json
import os
import subprocess
import sys
from concurrent.futures import Future

import pytest
from click.testing import CliRunner
from lab.conftest import COMPARE, digests

from sim import load_results
from sim.cli import main
from sim.lab.running import executors
from sim.lab.running.tasks import OtherCodeError
from sim.results.folder import partial, put, recover, seal


def test_a_task_without_memory_is_given_again(write, run, monkeypatch):
    """Memory that is there a moment later; a pool that can be replaced is."""
    whole = digests(run(write(), "whole"))
    tasks = []

    class Poor(executors.Serial):
        def submit(self, task):
            tasks.append(task)
            if len(tasks) % 3:
                return super().submit(task)
            future = Future()
            future.set_exception(MemoryError())
            return future

        def lost(self, error):
            return executors.Local.lost(self, error)  # pyright: ignore[reportArgumentType]

    class Processes:
        def shutdown(self, **_):
            pass

    Poor._pool, Poor._begin = Processes(), lambda self: None  # type: ignore[attr-defined]
    monkeypatch.setattr("sim.lab.experiment.Serial", Poor)
    assert digests(run(write(), "poor")) == whole
    assert len(tasks) > 3


GREEDY = """
import resource
from sim.model.policies import Policy

class Greedy(Policy):
    levers = ("lines",)

    def apply(self, county, month):
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (6_000_000_000, hard))
        bytearray(20_000_000_000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory as Linux has them")
def test_a_run_that_has_no_memory_fails_alone(write, run, place):
    (place / "greedy.py").write_text(GREEDY, "utf-8")
    arms = "method: compare\narms: {plain: , greedy: {policies: {greedy}}}\n"
    arms = arms.replace("{greedy}", '{"greedy:Greedy": {merge: replace}}')
    runs = load_results(run(write(f"config: tiny.yaml\n{arms}replicates: 3\n"), workers=2)).runs
    assert runs["status"].tolist() == ["done", "failed"] * 3
    assert runs["error"][1::2].str.contains("MemoryError").all()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 200 kB, and how to make it larger."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def mount(*options):
        command = ["mount", *options, "tmpfs", str(disk)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    try:
        there = sys.platform == "linux" and mount("-t", "tmpfs", "-o", "size=200k")
    except OSError:
        there = False
    if not there:
        pytest.skip("may not mount a file system")
    yield disk, lambda: mount("-o", "remount,size=100m")
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_really_full(write, run, small_disk):
    disk, enlarge = small_disk
    path = write(COMPARE.replace("replicates: 4", "replicates: 24"))
    whole = digests(run(path, "whole"))
    command = ["experiment", str(path), "--out", str(disk / "out"), "--workers", "1"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 1 and "Error: the disk is full" in done.stderr
    assert enlarge()
    kept = sum(1 for _ in (disk / "out" / "shards").iterdir())
    assert kept and CliRunner().invoke(main, command).exit_code == 0
    assert digests(disk / "out") == whole


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EROFS, "Read-only file system", "results/x"), "Read-only file system"),
        (OSError(errno.EDQUOT, "Quota exceeded"), "the disk is full"),
        (MemoryError(), "too little memory"),
        (OtherCodeError("another version"), "another version"),
    ],
)
def test_what_the_system_refuses_is_said_in_one_line(write, place, monkeypatch, error, words):
    def refused(*_, **__):
        raise error

    monkeypatch.setattr("sim.lab.store.folder.Store.keep", refused)
    out = place / "out"
    done = CliRunner().invoke(
        main, ["experiment", str(write()), "--out", str(out), "--workers", "1"]
    )
    assert done.exit_code == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ") and words in last
    assert "Traceback" not in done.stderr


SECOND = "from sim.cli import main; main()"


def test_a_second_process_is_told_and_nothing_is_lost(write, run, place):
    path, said = write(), []

    def second(progress):
        if not said:
            command = [sys.executable, "-c", SECOND, "experiment", str(path), "--out"]
            done = subprocess.run(
                [*command, str(place / "both")], capture_output=True, text=True, check=False
            )
            said.append((done.returncode, done.stderr))

    whole = digests(run(path, "whole"))
    assert digests(run(path, "both", tell=second)) == whole
    code, text = said[0]
    assert code == 2
    assert f"process {os.getpid()} on" in text and "wait for it, or give --out" in text


def written(folder, run="first", text="1"):
    """Write results as a run does, up to the moment before they are moved."""
    (folder / "plan.csv").write_text(text, "utf-8")
    (folder / "manifest.json").write_text(json.dumps({"run": run, "figures": []}), "utf-8")
    seal(folder, ["en"])


def test_what_a_living_run_writes_is_left_to_it(tmp_path):
    out = tmp_path / "out"
    with partial(out) as new:
        written(new)
        recover(out)
        assert (new / "manifest.json").exists() and not (out / "manifest.json").exists()
        put(new, out, whole=True)
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "plan.csv"]


def test_somebodys_file_in_the_way_of_a_dead_run_stays(tmp_path):
    work = tmp_path / ".partial-dead"
    (work / "new").mkdir(parents=True)
    written(work / "new")
    (tmp_path / "plan.csv").write_text("mine", "utf-8")
    recover(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.csv"]
    assert (tmp_path / "plan.csv").read_text("utf-8") == "mine"
