"""The determinism matrix: one small county under all policies, wherever and however it is run.

``python tests/determinism/matrix.py [CELL ...] [--python OTHER/bin/python ...]`` runs every cell in
a process of its own and compares the bytes of the tables with those of the first, one line a cell.
Where a cell has other numbers, the largest relative difference is printed with its table and
column; exit code 1 then. What differs and why: ``docs/determinism.md``.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TABLES = ("design", "runs", "county", "villages", "villagers")
VILLAGES = "code,name,township,registered,area_km2\n" + "".join(
    f"{100 + i},村{i}村委会,镇{i // 4},{600 + 90 * i},{2.0 + 0.25 * (i % 5)}\n" for i in range(8)
)
CONFIG = """title: {en: Small, zh: 小县}
county: {villages: villages.csv, groups_per_village: 3}
start: 2019-01
reform: 2019-04
months: 14
spin_up: 3
scale: 40
policies:
  merger: {source: generated, ratio: 0.5}
  headcount: {posts: {by: total, number: 24}}
  combined_role: {share: 1.0}
  pay: {growth: 0.15, trust: 0.15, professional: 0.2}
  selection: {pool: 40, reserve: 10, age_aim: 45, returned: 0.3}
  settlement: {interviews: 1.0, placement: 0.5, allowance: 10000}
  training: {who: all, every: 6, cost: 1000}
  first_secretary: {number: 2}
  consultation: {heard: 0.2, vote: true, start: 2019-02}
  asset_rules: {rule: pooled, welfare: 0.2}
  collective_support: {share: 0.5}
  entrepreneurship: {number: 4, grant: 100000, loan: 100000}
  service_delivery: {outposts: 0.5, home_visits: 0.1, online: 1.0}
  paperwork: {relief: 0.5}
  oversight: {mailbox: 1.0, inspections: 2, disclosure: 1.0}
  contact: {leaders: 3, departments: 5}
  party_members: {contact: 0.5, recruits: 9}
  roles: {town: 1, central: 2, speciality: 2, mixed: 2}
  overhaul: {share: 0.3, months: 5}
  village_ventures: {share: 0.8}
  specialists: {number: 2, shared_by: 2}
"""
EXPERIMENT = """config: small.yaml
method: compare
arms:
  none: {policies: null}
  all:
replicates: 2
record: {county: monthly, villages: yearly, villagers: last}
"""
RUN = """
import sys, warnings
warnings.simplefilter("ignore")
from sim.lab.running import executors
from sim.lab.experiment import run_experiment
file, out, workers, seconds = sys.argv[1:]
if float(seconds):
    executors.Serial.task_seconds = executors.Local.task_seconds = float(seconds)
run_experiment(file, out, workers=int(workers))
"""


@dataclass(frozen=True)
class Cell:
    """One way to run it.

    Attributes
    ----------
    name : str
        What is special.
    environment : dict
        Variables that are set.
    workers : int
        Processes; 1 is this one.
    task_seconds : float
        Seconds of work in a task, 0 for the usual.
    python : str
        Interpreter.
    """

    name: str
    environment: dict[str, str] = field(default_factory=dict)
    workers: int = 1
    task_seconds: float = 0.0
    python: str = sys.executable


def threads(number: str) -> dict[str, str]:
    """Return variables that say how many threads libraries may start."""
    names = ("OMP", "OPENBLAS", "MKL", "NUMBA")
    return {f"{name}_NUM_THREADS": number for name in names}


V4 = "AVX512_ICL AVX512_SPR X86_V4"
CELLS = [
    Cell("as it is"),
    Cell("hash seed 0", {"PYTHONHASHSEED": "0"}),
    Cell("hash seed 12345", {"PYTHONHASHSEED": "12345"}),
    Cell("1 thread", threads("1")),
    Cell("4 threads", threads("4")),
    Cell("2 processes", workers=2),
    Cell("tasks of one run", task_seconds=1e-9),
    Cell("one task", task_seconds=1e9),
    Cell("NumPy without AVX-512", {"NPY_DISABLE_CPU_FEATURES": V4}),
    Cell("NumPy without AVX2", {"NPY_DISABLE_CPU_FEATURES": f"{V4} X86_V3"}),
    Cell("libm without FMA", {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F"}),
    Cell("Numba for any x86-64", {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": ""}),
    Cell("Numba without optimising", {"NUMBA_OPT": "0"}),
    Cell("not compiled", {"NUMBA_DISABLE_JIT": "1"}),
]


def prepare(place: Path) -> Path:
    """Write the county and the experiment; return the experiment's file."""
    for name, text in (("villages.csv", VILLAGES), ("small.yaml", CONFIG), ("e.yaml", EXPERIMENT)):
        (place / name).write_text(text, "utf-8")
    return place / "e.yaml"


def run(cell: Cell, file: Path, out: Path) -> dict[str, str]:
    """Run a cell; return the digests of its tables."""
    command = [cell.python, "-c", RUN, str(file), str(out), str(cell.workers)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | cell.environment
    if any(name.startswith(("NUMBA_OPT", "NUMBA_CPU")) for name in cell.environment):
        environment["NUMBA_CACHE_DIR"] = f"{out}.kernels"  # those kept elsewhere are of other code
    done = subprocess.run(
        [*command, str(cell.task_seconds)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{cell.name}: {done.stderr[-2000:]}")
    contents = {name: (out / f"{name}.parquet").read_bytes() for name in TABLES}
    return {name: hashlib.blake2b(content).hexdigest() for name, content in contents.items()}


def difference(one: Path, other: Path) -> str:
    """Say what differs most between two folders of results."""
    import numpy as np
    import pandas as pd

    worst, where = 0.0, "not in any number"
    for name in TABLES:
        a, b = (pd.read_parquet(folder / f"{name}.parquet") for folder in (one, other))
        if a.shape != b.shape:
            return f"{name}: {len(a)} rows and {len(b)}"
        for column in a.select_dtypes("number"):
            x, y = a[column].to_numpy(float), b[column].to_numpy(float)
            size = np.maximum(np.maximum(np.abs(x), np.abs(y)), 1e-300)
            gap = float(np.nan_to_num(np.abs(x - y) / size).max(initial=0.0))
            if gap > worst:
                worst, where = gap, f"{name}.{column}"
    return f"relative difference up to {worst:.2g} ({where})"


def main() -> int:
    """Run the cells; return 1 if one of them has other bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cells", nargs="*", help="names of cells; all if none are given")
    parser.add_argument("--python", action="append", default=[], help="other interpreters")
    given = parser.parse_args()
    cells = [cell for cell in CELLS if not given.cells or cell.name in {"as it is", *given.cells}]
    cells += [Cell(f"Python of {path}", python=path) for path in given.python]
    others = 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        file, first = prepare(place), {}
        for number, cell in enumerate(cells):
            out = place / f"cell{number}"
            found = run(cell, file, out)
            first = first or found
            same = found == first
            others += not same
            told = "same bytes" if same else difference(place / "cell0", out)
            sys.stdout.write(f"{cell.name:28} {told}\n")
            sys.stdout.flush()
    return int(others > 0)


if __name__ == "__main__":
    sys.exit(main())
