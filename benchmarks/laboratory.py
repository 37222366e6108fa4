"""What the laboratory costs and saves: overhead, speed-up, memory, resume, branching, pairing.

Run one measure or all of them (about ten minutes on two quiet cores)::

    python benchmarks/laboratory.py [overhead] [cores] [many] [branching] [pairing]

Everything is measured as ratios or differences within one call; a busy machine shows in the
adjacent bare measure.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
VILLAGES = "code,name,township,registered,area_km2\n" + "".join(
    f"10{i},村{i}村,镇{i // 3},{600 + 90 * i},{2 + i / 4}\n" for i in range(6)
)
CONFIG = """title: {{en: Tiny, zh: 小县}}
county: {{villages: villages.csv, groups_per_village: 2}}
start: 2019-01
reform: 2019-02
months: {months}
spin_up: {spin_up}
scale: {scale}
policies: {{merger: {{source: generated, ratio: 0.5}}}}
"""
SWEEP = """config: tiny.yaml
method: lhs
samples: {samples}
factors: {{parameters.service.visit_sigma_km: prior, parameters.trust: prior}}
replicates: {replicates}
"""


def place(months: int = 2, spin_up: int = 0, scale: int = 1000) -> Path:
    """Return a folder with a county of six villages."""
    folder = Path(tempfile.mkdtemp(prefix="hecun-lab-"))
    (folder / "villages.csv").write_text(VILLAGES, "utf-8")
    text = CONFIG.format(months=months, spin_up=spin_up, scale=scale)
    (folder / "tiny.yaml").write_text(text, "utf-8")
    return folder


def sweep(folder: Path, samples: int, replicates: int = 1) -> Path:
    """Return an experiment of so many runs that share nothing."""
    path = folder / "sweep.yaml"
    path.write_text(SWEEP.format(samples=samples, replicates=replicates), "utf-8")
    return path


def timed(work: Callable[[], Any]) -> float:
    """Return the seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def bare(path: Path, share: tuple[int, int] = (0, 1)) -> None:
    """Simulate the runs of an experiment and keep nothing."""
    from sim.lab.design import points as designs
    from sim.lab.file.loading import load_experiment, settle
    from sim.model.county import CountyModel

    experiment = load_experiment(path)
    for point in designs.build(experiment).points[share[0] :: share[1]]:
        config = settle(designs.tree_of(point, experiment), experiment.folders).config
        for replicate in range(experiment.spec.replicates):
            CountyModel(config, experiment.seed + replicate).run_for(config.months)


def _bare_after(path: Path, share: tuple[int, int], ready: Any, seconds: Any) -> None:
    """Simulate a share of the runs once everybody is ready; tell how long it took."""
    import_module("sim.lab.running.preload")
    ready.wait()
    seconds.put(timed(lambda: bare(path, share)))


def overhead() -> None:
    """Measure what a run costs beside the model's own time, in one process.

    Processor time, so that other programs matter little; waiting for the disk is told apart.
    """
    from sim.lab.experiment import run_experiment

    folder, runs = place(months=12, spin_up=2), 100
    path = sweep(folder, runs)
    bare(path)
    pairs = []
    for i in range(3):
        began = time.process_time()
        bare(path)
        middle, wall = time.process_time(), time.perf_counter()
        run_experiment(path, folder / f"out{i}", workers=1)
        after = time.process_time()
        waited = time.perf_counter() - wall - (after - middle)
        pairs.append(((after - middle - (middle - began)), middle - began, waited))
    beside, model, waited = (1e3 * value / runs for value in min(pairs))
    print(
        f"overhead: {beside:.1f} ms of processor time a run beside the model's own {model:.1f} ms; "
        f"waiting for the disk and other programs {waited:.1f} ms"
    )


def cores() -> None:
    """Measure two workers against one, and a bare pair of processes against one."""
    from sim.lab.experiment import run_experiment

    folder = place(months=60, spin_up=12, scale=10)
    path = sweep(folder, 120)
    run_experiment(sweep(folder, 4), folder / "warm", workers=2)
    path = sweep(folder, 120)
    context = get_context("spawn")

    def pair(count: int) -> float:
        ready, told = context.Barrier(count), context.Queue()
        given = [(path, (i, count), ready, told) for i in range(count)]
        started = [context.Process(target=_bare_after, args=one) for one in given]
        for process in started:
            process.start()
        longest = max(told.get() for _ in started)
        for process in started:
            process.join()
        return longest

    one = timed(lambda: run_experiment(path, folder / "one", workers=1))
    two = timed(lambda: run_experiment(path, folder / "two", workers=2))
    alone, both = pair(1), pair(2)
    print(
        f"cores: 120 runs, one worker {one:.1f} s, two {two:.1f} s: {one / two:.2f} x; "
        f"bare processes {alone:.1f} s and {both:.1f} s: {alone / both:.2f} x"
    )


class Memory(threading.Thread):
    """Watches the proportional memory of this process and all below it (Linux)."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stop, self.most, self.files = threading.Event(), 0.0, 0
        self.each: list[float] = []
        self.folder: Path | None = None

    def run(self) -> None:
        """Look twice a second."""
        while not self.stop.wait(0.5):
            now = [_proportional(process) for process in _below(os.getpid())]
            if sum(now) > self.most:
                self.most, self.each = sum(now), sorted(now, reverse=True)
            if self.folder is not None and self.folder.exists():
                self.files = max(self.files, sum(p.is_file() for p in self.folder.rglob("*")))


def _below(process: int) -> list[int]:
    found = [process]
    for thread in Path(f"/proc/{process}/task").glob("*"):
        try:
            children = (thread / "children").read_text().split()
        except OSError:
            continue
        for child in children:
            found += _below(int(child))
    return found


def _proportional(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next(float(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1e3


def many() -> None:
    """Measure 10,000 small runs: memory, files, time, and doing nothing once they are done."""
    from sim.lab.experiment import run_experiment
    from sim.lab.store.reading import ExperimentResults

    folder = place()
    path = sweep(folder, 5_000, 2)
    out = folder / "out"
    watch = Memory()
    watch.folder = out
    watch.start()
    seconds = timed(lambda: run_experiment(path, out, say=print))
    watch.stop.set()
    files = sorted(p.name for p in out.iterdir())
    size = sum(p.stat().st_size for p in out.iterdir()) / 1e6
    code = f"from sim.cli import main; main(['experiment', {str(path)!r}, '--out', {str(out)!r}])"
    again = timed(lambda: subprocess.run([sys.executable, "-c", code], check=True))
    call = f"run_experiment({str(path)!r}, {str(out)!r})"
    code = f"from sim.lab.experiment import run_experiment; {call}"
    resume = timed(lambda: subprocess.run([sys.executable, "-c", code], check=True))
    runs = ExperimentResults(out).runs
    print(
        f"many: {len(runs):,} runs in {seconds:.0f} s; at most {watch.most:.0f} MB, all processes "
        f"({' + '.join(f'{size:.0f}' for size in watch.each)}); "
        f"at most {watch.files} files while running, {len(files)} after ({size:.0f} MB); "
        f"nothing left to do: {resume:.1f} s, {again:.1f} s with the table printed"
    )


def branching() -> None:
    """Measure what sharing the months before policies saves, for the arms of a comparison."""
    from sim.config import load
    from sim.lab.running.branching import Branch, simulate_all
    from sim.model.county import CountyModel

    base = load(ROOT / "configs" / "dechang_2020.yaml", {"scale": 20})
    policies = base.policies
    without = [{}, {"pay": None}, {"service_delivery": None}, {"consultation": None}]
    configs = [base.model_copy(update={"policies": policies.model_copy(update=w)}) for w in without]

    def alone() -> None:
        for config in configs:
            CountyModel(config, 1).run_for(config.months)

    def together() -> None:
        list(simulate_all([Branch(config) for config in configs], 1))

    alone()
    times = [(timed(alone), timed(together)) for _ in range(5)]
    one, other = min(t[0] for t in times), min(t[1] for t in times)
    spin, months = base.spin_up, base.months
    shared = base.reform - base.start - 6 + spin  # consultation begins six months before the reform
    ideal = 1 - 3 * shared / (4 * (months + spin))
    print(
        f"branching: 4 arms {one:.2f} s alone, {other:.2f} s together: {other / one:.2f} of the "
        f"time (by months {ideal:.2f})"
    )


def pairing() -> None:
    """Measure how much better paired seeds are than independent ones, for three policies."""
    import sim

    config = sim.load(ROOT / "configs" / "dechang_2020.yaml", {"scale": 20})
    policies = config.policies
    arms = {"as reported": config}
    for block in ("combined_role", "pay", "service_delivery"):
        changed = policies.model_copy(update={block: None})
        arms[f"without {block}"] = config.model_copy(update={"policies": changed})
    outcomes = ["service_reach", "collective_income", "cadre_workload", "trust"]
    effects = sim.compare(arms, replicates=30, outcomes=outcomes, workers=2)
    print("pairing: how many independent pairs one paired replicate is worth")
    print(effects.pivot(index="arm", columns="outcome", values="vr_factor").round(1).to_string())


MEASURES = {f.__name__: f for f in (overhead, cores, many, branching, pairing)}

if __name__ == "__main__":
    for name in sys.argv[1:] or MEASURES:
        MEASURES[name]()
