"""Sweeps: runs a second and core, against other sources, the floor and plain Mesa.

    python benchmarks/sweeps.py [--against COMMIT] [--scales 10,50] [--rounds 3] [--write]

A sweep is what people run most: a real county (Dechang, 84 months after 24 of spin-up, the whole
reform), a Latin hypercube over six parameters, two seeds each, through `run_experiment` on one
worker, with all that it does: reading, building, simulating, storing. `--against` does the same
with the sources of another commit, by turns in the same call, each in a process of its own.
Processor time, the best of some rounds. `--write` puts the table into docs/performance.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parent.parent
SCALES = (5, 10, 20, 50, 100)
SWEEP = """config: {config}
method: lhs
samples: {samples}
set: {{scale: {scale}}}
factors:
  parameters.service.request_rate: prior
  parameters.service.visit_sigma_km: prior
  parameters.hours.cadre_hours_week: prior
  parameters.livelihood.wage_response: prior
  parameters.economy.asset_return: prior
  parameters.trust.service_response: prior
replicates: 2
"""


def used() -> float:
    """Return the processor time of this process and of those it started, s."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def sweep(root: Path, scale: int, samples: int) -> tuple[int, float]:
    """Return the runs of a sweep of the sources that are imported, and their processor time, s."""
    from sim.lab.experiment import run_experiment

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sweep.yaml"
        config = root / "configs" / "dechang_2020.yaml"
        path.write_text(SWEEP.format(config=config, scale=scale, samples=samples), "utf-8")
        began = used()
        run_experiment(path, Path(folder) / "out", workers=1)
        return 2 * samples, used() - began


def serve(root: Path) -> None:
    """Answer requests of `Sources`, one a line."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what experiments print
    for line in sys.stdin:
        answers.write(json.dumps(sweep(root, **json.loads(line))) + "\n")
        answers.flush()


class Sources:
    """A process that runs sweeps with the sources of a checkout."""

    def __init__(self, root: Path) -> None:
        given = os.environ | {"PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve", str(root)],
            cwd=root,
            env=given,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None,
            text=True,
        )

    def a_run(self, scale: int, samples: int) -> float:
        """Return the processor time of a run, s."""
        asked, told = self.process.stdin, self.process.stdout
        _write(asked, {"scale": scale, "samples": samples})
        runs, seconds = json.loads(told.readline() if told else "")
        return seconds / runs

    def __enter__(self) -> "Sources":
        self.a_run(1000, 1)  # what is imported and compiled once
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


def _write(to: IO[str] | None, what: dict[str, Any]) -> None:
    if to is not None:
        to.write(json.dumps(what) + "\n")
        to.flush()


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """Give the files of a commit, in a folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["git", "archive", commit], cwd=ROOT, capture_output=True, check=True
        ).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)
        yield Path(folder)


def rows_alone(scale: int) -> tuple[int, int, float, float]:
    """Return rows, months, and the floor and plain Mesa's time of a run's months, s."""
    from benchmarks.floor import floor
    from benchmarks.plain_mesa import PlainCounty
    from sim.config import load
    from sim.model.county import CountyModel

    config = load(ROOT / "configs" / "dechang_2020.yaml", {"scale": scale})
    county = CountyModel(config)
    county.run_for(config.reform - config.start + 14)
    rows, months = len(county.villagers), config.months + config.spin_up
    plain = PlainCounty(config.model_copy(update={"spin_up": 1}), rounds=False)
    plain.run_for(2)
    began = time.process_time()
    plain.run_for(3)
    theirs = (time.process_time() - began) / 3 * months
    return rows, months, floor(county)["floor, ns"] * 1e-9 * rows * months, theirs


def table(scales: list[int], against: str | None, rounds: int) -> tuple[tuple[str, ...], list]:
    """Return the table, and print it line by line."""
    heads = ["scale", "rows", "ms a run", "runs a second and core"]
    heads += [f"at {against}, ms", "times as many"] if against else []
    heads += ["floor of the rows, ms", "plain Mesa, months only, s", "times plain Mesa"]
    found = []
    with ExitStack() as stack:
        ours = stack.enter_context(Sources(ROOT))
        theirs = None
        if against:
            theirs = stack.enter_context(Sources(stack.enter_context(checkout(against))))
        for scale in scales:
            samples = 4 if scale < 50 else 8
            times: list[list[float]] = [[], []]
            for _ in range(rounds):
                for kept, sources in zip(times, (ours, theirs), strict=True):
                    if sources is not None:
                        kept.append(sources.a_run(scale, samples))
            one, other = min(times[0]), min(times[1], default=0.0)
            rows, _, least, plain = rows_alone(scale)
            line = [f"{scale}", f"{rows:,}", f"{1e3 * one:.0f}", f"{1 / one:.1f}"]
            line += [f"{1e3 * other:.0f}", f"**{other / one:.1f}**"] if against else []
            line += [f"{1e3 * least:.0f}", f"{plain:.1f}", f"{plain / one:.0f}"]
            print(" | ".join(line), flush=True)
            found.append(tuple(line))
    return tuple(heads), found


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", help="a commit")
    parser.add_argument("--scales", default=",".join(map(str, SCALES)))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve)
        return
    sys.path.insert(0, str(ROOT))
    from benchmarks import run

    heads, rows = table([int(k) for k in given.scales.split(",")], given.against, given.rounds)
    text = run.table(heads, rows)
    print(f"\n{text}")
    if given.write:
        run.write("sweeps", text)


if __name__ == "__main__":
    main()
