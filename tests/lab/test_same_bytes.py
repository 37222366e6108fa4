"""Serial, local, cluster, resumed, another hash seed, other tasks: the same bytes."""

import os
import subprocess
import sys

import pytest
from lab.conftest import COMPARE, address, digests

from sim import load_results
from sim.lab.experiment import run_experiment
from sim.lab.running import executors
from sim.lab.running import runner as running

ALONE = """
import sys
from sim.lab.experiment import run_experiment
run_experiment(sys.argv[1], sys.argv[2], workers=int(sys.argv[3]))
"""


def interrupt_after(runs: int):
    def tell(progress):
        if progress.done >= runs:
            raise KeyboardInterrupt

    return tell


@pytest.fixture
def serial(write, run) -> dict[str, str]:
    return digests(run(write(), "serial"))


def test_every_table_is_there(serial):
    assert list(serial) == ["design", "runs", "county", "villages", "villagers"]


def test_processes_of_this_machine(serial, write, run):
    assert digests(run(write(), "local", workers=2)) == serial


def test_resumed(serial, write, run, place):
    with pytest.raises(KeyboardInterrupt):
        run(write(), "resumed", tell=interrupt_after(7))
    kept = len(list((place / "resumed" / "shards").glob("*.arrow")))
    assert kept and not (place / "resumed" / "runs.parquet").exists()
    said: list[str] = []
    assert digests(run(write(), "resumed", say=said.append)) == serial
    assert any(text.startswith("Kept: ") for text in said)


def test_another_hash_seed_and_a_script_without_main_guard(serial, write, place):
    out = place / "hash"
    (place / "script.py").write_text(ALONE, "utf-8")
    command = [sys.executable, str(place / "script.py"), str(write()), str(out), "2"]
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert digests(out) == serial


@pytest.mark.parametrize(("seconds", "many"), [(1e-9, 2), (1e9, 3)])
def test_other_tasks_and_shards(serial, write, run, monkeypatch, seconds, many):
    monkeypatch.setattr(executors.Serial, "task_seconds", seconds)
    monkeypatch.setattr(running, "TASKS_A_WORKER", 1)
    monkeypatch.setattr("sim.lab.store.shards.MANY", many)
    assert digests(run(write(), "tasks")) == serial


def test_extended_by_replicates_and_points(write, run):
    whole = digests(run(write(COMPARE.replace("[3, 6]", "[2, 3, 6]")), "whole"))
    small = COMPARE.replace("replicates: 4", "replicates: 2").replace("[3, 6]", "[6, 3]")
    run(write(small), "grown")
    run(write(), "grown")  # the levels in another order, and more replicates
    grown = run(write(COMPARE.replace("[3, 6]", "[2, 3, 6]")), "grown")
    assert digests(grown) == whole


def test_fewer_replicates_than_are_there_stay(serial, write, run):
    run(write(), "fewer")
    said: list[str] = []
    out = run(write(COMPARE.replace("replicates: 4", "replicates: 2")), "fewer", say=said.append)
    assert said == ["Kept: 24 runs"] and digests(out) == serial
    assert set(load_results(out).effects(["trust"])["n"]) == {4}


def test_replicates_until_precise_and_interrupted_in_a_later_round(write, run, place):
    rule = "replicates: {at_least: 3, until: {service_reach: 0.001}, at_most: 40}"
    path = write(COMPARE.replace("replicates: 4", rule).replace("[3, 6]", "[3]"))
    whole = run(path, "whole")
    told: list[int] = []
    for stop in (5, 30, 50):  # the first round has 8 replicates of 3 points
        with pytest.raises(KeyboardInterrupt):
            run(path, "stopped", tell=interrupt_after(stop))
    assert digests(run(path, "stopped", tell=lambda p: told.append(p.total))) == digests(whole)
    assert told and told[-1] > 50
    looser = write(path.read_text("utf-8").replace("0.001", "0.3"))
    assert digests(run(looser, "stopped")) == digests(whole)  # what is there is kept


def test_run_again_from_its_own_text(serial, write, run, place):
    out = run(write(), "first")
    (place / "tiny.yaml").unlink()
    assert digests(run(out / "experiment.yaml", "second")) == serial
    said: list[str] = []
    run(out / "experiment.yaml", "first", say=said.append)
    assert said == [f"Already done, nothing run again: {out}"]


def test_own_process_is_left_as_it_was(write, run):
    before, main = dict(os.environ), sys.modules["__main__"]
    run(write(), "local", workers=2)
    assert dict(os.environ) == before
    assert sys.modules["__main__"] is main


@pytest.mark.filterwarnings("default")
def test_cluster(serial, write, place, dask):
    file, worker = dask
    worker()
    out = run_experiment(write(), place / "cluster", cluster=address(file))
    assert digests(out) == serial
