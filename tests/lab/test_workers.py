"""Worker processes: they start the same from any folder, and a start that fails is told as one."""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lab.conftest import digests

from sim import load_results
from sim.errors import InputError
from sim.lab.file.schema import Record
from sim.lab.running import executors
from sim.lab.running.tasks import OtherCodeError, Task, run_task


@pytest.mark.parametrize("shadow", ["sim/__init__.py", "random.py"])
def test_what_lies_in_the_folder_one_stands_in_is_not_imported(place, write, run, shadow):
    path = write()
    alone = run(path, out="alone")
    (place / shadow).parent.mkdir(exist_ok=True)
    (place / shadow).write_text("raise SystemExit('not this one')", "utf-8")
    (place / "there").mkdir()
    script = place / "there" / "hecun.py"
    script.write_text("from sim.cli import main\nmain()\n", "utf-8")
    command = [sys.executable, str(script), "experiment", str(path), "--workers", "2"]
    done = subprocess.run(command, cwd=place, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert digests(place / "results" / "e") == digests(alone)


def test_workers_that_do_not_come_up_are_named_so(write, run, place, monkeypatch):
    monkeypatch.setattr(executors, "ready", os.abort)
    with pytest.raises(executors.StartError, match="end before they take up work"):
        run(write(), workers=2)
    assert len(load_results(place / "out").runs) == 0


def test_a_process_that_may_start_none_says_so(write, run, monkeypatch):
    monkeypatch.setattr(multiprocessing.current_process(), "_config", {"daemon": True})
    with pytest.raises(InputError, match="give workers=1"):
        run(write(), workers=2)
    assert Path(run(write(), workers=None)).is_dir()  # as many as it may have: itself


def test_workers_of_a_cluster_that_leave_are_counted(monkeypatch):
    cluster = object.__new__(executors.Cluster)
    known = [{"a", "b"}, {"b", "c"}, {"c", "d"}, set()]

    class Client:
        def scheduler_info(self):
            return {"workers": {name: {"nthreads": 2} for name in known.pop(0)}}

    cluster._client, cluster._names = Client(), set()
    counts = []
    while known:
        cluster._asked = float("-inf")
        counts.append((cluster.workers, cluster.departed))
    assert counts == [(4, 0), (4, 1), (4, 2), (0, 4)]


def test_a_worker_of_other_code_refuses():
    task = Task("another", {}, (), Record(), ())
    with pytest.raises(OtherCodeError, match="has another version of hecun"):
        run_task(task)
