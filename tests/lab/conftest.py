"""A county so small that a run takes milliseconds, and experiments on it."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.lab.experiment import run_experiment

VILLAGES = """code,name,township,registered,area_km2
101,安乐村,河东镇,640,2.0
102,永兴村,河东镇,725,2.3
103,光明村,河东镇,810,2.6
104,新民村,河东镇,895,2.9
105,石桥村,河西镇,980,3.2
106,龙泉村,河西镇,1065,2.0
"""
CONFIG = """title: {en: Tiny, zh: 小县}
county: {villages: villages.csv, groups_per_village: 2}
start: 2019-01
reform: 2019-04
months: 6
spin_up: 1
scale: 500
policies:
  merger: {source: generated, ratio: 0.5}
  combined_role: {share: 1.0}
  headcount: {lines: 4}
"""
COMPARE = """config: tiny.yaml
method: compare
arms:
  none: {policies: {merger: null, combined_role: null}}
  merger: {policies.combined_role: null}
  both:
factors:
  policies.headcount.lines: [3, 6]
replicates: 4
record: {county: monthly, villages: yearly, villagers: last}
"""
#: tables that must be the same bytes wherever and however they were made
SAME = ("design", "runs", "county", "villages", "villagers")


def tiny_county(folder: Path) -> None:
    """Write the villages and the configuration of the tiny county."""
    (folder / "villages.csv").write_text(VILLAGES, "utf-8")
    (folder / "tiny.yaml").write_text(CONFIG, "utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the tiny county and its configuration."""
    tiny_county(tmp_path)
    return tmp_path


@pytest.fixture
def write(place: Path) -> Callable[..., Path]:
    """Return a function that writes an experiment file beside the tiny county."""

    def write(text: str = COMPARE, name: str = "e") -> Path:
        path = place / f"{name}.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def run(place: Path) -> Callable[..., Path]:
    """Return a function that runs an experiment in this process."""

    def run(path: Path, out: str = "out", workers: int = 1, **more: Any) -> Path:
        return run_experiment(path, place / out, workers, **more)

    return run


def digests(folder: Path) -> dict[str, str]:
    """Return the digests of the tables that must be the same everywhere."""
    files = [folder / f"{name}.parquet" for name in SAME]
    return {f.stem: hashlib.blake2b(f.read_bytes()).hexdigest() for f in files if f.is_file()}


@pytest.fixture
def dask(tmp_path):
    """A scheduler and a function that starts workers, as a user would by hand."""
    file = tmp_path / "scheduler.json"
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    started: list[subprocess.Popen[bytes]] = []

    def start(module: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *options]
        command += ["--scheduler-file", str(file)]
        quiet = subprocess.DEVNULL
        started.append(subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet))
        return started[-1]

    def worker() -> subprocess.Popen[bytes]:
        return start("dask_worker", "--nthreads", "1", "--no-dashboard", "--no-nanny")

    scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    file.with_suffix(".pid").write_text(str(scheduler.pid), "utf-8")
    yield file, worker
    for process in started:
        process.kill()
        process.wait()


def address(file: Path) -> str:
    """Return the address of a scheduler once it answers."""
    for _ in range(200):
        if file.is_file() and file.stat().st_size:
            return json.loads(file.read_text("utf-8"))["address"]
        time.sleep(0.1)
    raise TimeoutError("the scheduler did not start")
