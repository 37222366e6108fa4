"""kill -9 at any moment: no run lost that was reported done, none twice, always readable."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from lab.conftest import COMPARE, address, digests

from sim import load_results
from sim.errors import InputError
from sim.lab.experiment import run_experiment
from sim.lab.store.folder import Store

#: runs an experiment and writes the names of the runs that it was told are done
CHILD = """
import os, sys
from sim.lab.experiment import run_experiment
path, out, workers, cluster, log = sys.argv[1:]
with open(log, "a") as told:
    def tell(progress):
        told.write("".join(name + "\\n" for name in progress.runs))
        told.flush()
    run_experiment(path, out, int(workers), cluster or None, tell=tell)
"""


class Child:
    """An experiment in a process of its own."""

    def __init__(self, path: Path, out: Path, log: Path, workers: int = 1, cluster: str = ""):
        self.log, self.out = log, out
        command = [sys.executable, "-c", CHILD, str(path), str(out), str(workers), cluster]
        self.said = log.with_suffix(".err").open("a+", encoding="utf-8")
        self.process = subprocess.Popen([*command, str(log)], stderr=self.said)

    def told(self) -> set[str]:
        """Return the runs reported done so far."""
        return set(self.log.read_text().split("\n")[:-1]) if self.log.exists() else set()

    def kill_after(self, runs: int, seconds: float) -> bool:
        """Kill it once so many more runs are reported and some time has passed."""
        before = len(self.told())
        while len(self.told()) < before + runs and self.process.poll() is None:
            time.sleep(0.005)
        time.sleep(seconds)
        alive = self.process.poll() is None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.said.close()
        return alive

    def finish(self) -> None:
        """Wait for its end."""
        self.process.wait()
        self.said.seek(0)
        with self.said:
            assert self.process.returncode == 0, self.said.read()


class Reader(threading.Thread):
    """Reads a folder again and again while others write there."""

    def __init__(self, folder: Path, months: int):
        super().__init__()
        self.folder, self.months = folder, months
        self.stop, self.read, self.wrong = threading.Event(), 0, ""

    def run(self) -> None:
        while not self.stop.is_set():
            time.sleep(0.1)
            if not (self.folder / "manifest.json").exists():
                continue
            try:
                self.check()
            except Exception as error:  # noqa: BLE001
                self.wrong = f"{type(error).__name__}: {error}"
                return

    def check(self) -> None:
        """Look at the tables: every run once, every run whole."""
        results = load_results(self.folder)
        runs, county = results.runs, results.county
        assert runs["run"].is_unique
        rows = county.groupby(["point", "replicate"]).size()
        assert (rows == self.months).all()
        assert results.design["point"].is_unique
        self.read += len(runs) > 0


def hammered(path: Path, place: Path, kills: int, runs: int, workers: int, luck: random.Random):
    """Run an experiment that is killed again and again; check it after every kill."""
    out, log = place / "killed", place / "log"
    reader = Reader(out, 6)
    reader.start()
    real = 0
    try:
        for _ in range(kills):
            child = Child(path, out, log, workers)
            real += child.kill_after(luck.randrange(runs), luck.random() * 0.05)
            if (out / "manifest.json").exists():
                there = load_results(out).runs
                assert child.told() <= set(there["run"]), "a run reported done was lost"
                assert there["run"].is_unique
        child = Child(path, out, log, workers)
        child.finish()
    finally:
        reader.stop.set()
        reader.join()
    assert not reader.wrong, reader.wrong
    names = log.read_text().split()
    assert len(names) == len(set(names)), "a run was done twice"
    return out, real, reader.read


def test_killed_twice(write, run, place):
    path = write(COMPARE.replace("replicates: 4", "replicates: 8"))
    out, real, _ = hammered(path, place, 2, 12, 1, random.Random(1))
    assert real == 2
    assert digests(out) == digests(run(path, "whole"))


@pytest.mark.slow
def test_killed_twenty_times_in_300_runs(write, run, place):
    path = write(COMPARE.replace("replicates: 4", "replicates: 50"))
    out, real, read = hammered(path, place, 20, 24, 2, random.Random(2))
    assert real == 20 and read > 20
    assert digests(out) == digests(run(path, "whole", workers=2))


def test_a_torn_shard_is_said_and_its_runs_done_again(write, run, place):
    path, said = write(), []
    with pytest.raises(KeyboardInterrupt):
        run(path, "torn", tell=_interrupt)
    shards = sorted((place / "torn" / "shards").glob("*.arrow"))
    content = bytearray(shards[0].read_bytes())
    content[len(content) // 2 :] = content[len(content) // 2 : -40]
    shards[0].write_bytes(content)
    assert digests(run(path, "torn", say=said.append)) == digests(run(path, "whole"))
    assert any("Damaged" in text and shards[0].name in text for text in said)


def test_one_changed_byte_is_noticed(write, run, place):
    import pyarrow as pa

    path, said = write(), []
    with pytest.raises(KeyboardInterrupt):
        run(path, "bit", tell=_interrupt)
    shard = sorted((place / "bit" / "shards").glob("*.arrow"))[0]
    with pa.memory_map(str(shard)) as source:
        table = pa.ipc.open_file(source).read_all()
    digest = table["county"][0].as_py()
    content = bytearray(shard.read_bytes())
    content[content.index(digest) + len(digest) // 2] ^= 1
    shard.write_bytes(content)
    assert digests(run(path, "bit", say=said.append)) == digests(run(path, "whole"))
    assert any("is not what was written" in text for text in said)


def _interrupt(progress):
    if progress.done >= 7:
        raise KeyboardInterrupt


def test_two_processes_one_folder(write, run, place):
    from sim.errors import InputError

    path = write()

    def second(progress):
        run(path, "both")

    with pytest.raises(InputError, match=rf"process {os.getpid()} on .* is writing here"):
        run(path, "both", tell=second)


def test_a_worker_killed_once_changes_nothing(write, run, place):
    killed = []

    def kill(progress):
        import multiprocessing

        if not killed:
            killed.append(multiprocessing.active_children()[0])
            os.kill(killed[0].pid, signal.SIGKILL)

    path = write()
    assert digests(run(path, "one", workers=2, tell=kill)) == digests(run(path, "whole"))
    assert killed


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_dask_workers_killed_and_joining(write, run, place, dask):
    """One of two workers is killed, a third joins and is killed too."""
    file, worker = dask
    first, _ = worker(), worker()
    path = write(COMPARE.replace("replicates: 4", "replicates: 50"))
    child = Child(path, place / "cluster", place / "log", cluster=address(file))
    while len(child.told()) < 20:
        time.sleep(0.01)
    first.kill()
    third = worker()
    while len(child.told()) < 120:
        time.sleep(0.01)
    third.kill()
    child.finish()
    names = (place / "log").read_text().split()
    assert len(names) == len(set(names)) == 300
    assert digests(place / "cluster") == digests(run(path, "whole", workers=2))
    assert json.loads((place / "cluster" / "manifest.json").read_text())["failed"] == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_scheduler_that_is_gone_is_said_and_nothing_is_lost(write, run, place, dask):
    file, worker = dask
    worker()
    path = write(COMPARE.replace("replicates: 4", "replicates: 50"))
    child = Child(path, place / "cluster", place / "log", cluster=address(file))
    while len(child.told()) < 20:
        time.sleep(0.01)
    os.kill(int(file.with_suffix(".pid").read_text()), signal.SIGKILL)
    child.process.wait(60)
    child.said.close()
    said = place.joinpath("log.err").read_text()
    assert child.process.returncode == 1 and "is gone; the runs that are done are kept" in said
    assert child.told() <= set(load_results(place / "cluster").runs["run"])
    assert digests(run(path, "cluster", workers=2)) == digests(run(path, "whole", workers=2))


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_interrupted_by_a_signal_is_resumable(write, place, sent, code):
    """SIGTERM, as a scheduler sends it, or Ctrl-C ends with its code and says how to go on."""
    many = COMPARE.replace("replicates: 4", "replicates: 2000")  # more than a slow test's wait
    path = write(many)
    out = place / "stopped"
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    heard += "; signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])"
    main = f"{heard}; from sim.cli import main; main()"  # where it was ignored or blocked, too
    command = [sys.executable, "-c", main, "experiment", str(path), "--out", str(out)]
    process = subprocess.Popen([*command, "--workers", "1"], stderr=subprocess.PIPE)
    while not list(out.glob("shards/*.arrow")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(sent)
    _, said = process.communicate()
    assert process.returncode == code, said.decode()
    assert "the same command goes on" in said.decode()
    kept = len(load_results(out).runs)
    assert 0 < kept < 12_000
    with pytest.raises(KeyboardInterrupt):
        run_experiment(path, out, 1, tell=_stop_at_once(kept))


WRAPPED = """
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
from sim.cli import main
from sim.lab.running import branching
def wrapped(*_):
    try:
        os.kill(os.getpid(), {sent})
        for _ in range(10**9): pass
    except BaseException as error:
        raise ValueError("Error calling function") from None
branching._of_one_reference = wrapped
main()
"""


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_that_a_run_takes_for_an_error_of_its_own_ends_the_experiment(
    write, place, sent, code
):
    """As where pydantic calls Python just then: the months that runs share are not tried again."""
    out = place / "stopped"
    command = ["experiment", str(write()), "--out", str(out), "--workers", "1"]
    main = [sys.executable, "-c", WRAPPED.format(sent=int(sent))]
    done = subprocess.run([*main, *command], capture_output=True, text=True, check=False)
    assert done.returncode == code and "the same command goes on" in done.stderr, done.stderr
    assert not list(out.glob("shards/*.arrow"))


def _stop_at_once(kept: int):
    def tell(progress):
        assert progress.done - len(progress.runs) == kept
        raise KeyboardInterrupt

    return tell


ADAPTIVE = COMPARE.replace(
    "replicates: 4", "replicates: {at_least: 3, until: {service_reach: 1.0e-9}, at_most: 14}"
).replace("[3, 6]", "[3]")


def _without(store_keep, replicates):
    """Keep no run of some replicates, as if they were under way when all was killed."""

    def keep(store, batches):
        batches = [
            batch.filter(pc.invert(pc.is_in(batch["replicate"], pa.array(replicates, pa.int32()))))
            for batch in batches
        ]
        store_keep(store, [batch for batch in batches if batch.num_rows])

    return keep


@pytest.mark.parametrize("gone", [[9], [10, 12]])
def test_stopped_while_replicates_were_added(write, run, place, monkeypatch, gone):
    """Replicates of which no run is there, before one of which some are: nothing is dropped."""
    path = write(ADAPTIVE)

    def stop(progress):
        if progress.done >= 3 * (13 - len(gone)):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Store, "keep", _without(Store.keep, gone))
        with pytest.raises(KeyboardInterrupt):
            run(path, "stopped", tell=stop)
    kept = load_results(place / "stopped").runs
    assert kept["replicate"].max() > max(gone) and not kept["replicate"].isin(gone).any()
    told = []
    run(path, "stopped", say=told.append)
    assert f"Kept: {len(kept)} runs" in told
    assert digests(place / "stopped") == digests(run(path, "whole"))


def test_no_cause_is_named_that_is_not_so(write, run, place):
    out = run(write(COMPARE), "out")
    path = write(COMPARE.replace("villagers: last", "villagers: off"))
    with pytest.raises(InputError, match=r"record.villagers: last -> off\ngive") as caught:
        run(path, "out")
    assert "simulation" not in str(caught.value)
    (out / "experiment.yaml").unlink()
    with pytest.raises(InputError, match=r"Changed since:\n  not known: experiment.yaml there"):
        run(path, "out")
