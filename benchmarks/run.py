"""Measure speed, memory and start-up, and write the page of results: one command.

    python -m uv run --group dev python benchmarks/run.py [--only twin] [--province] [--write]

Times are processor times of one process, best or mean of repeated months, so that neighbours on the
machine matter little; ratios come from one process. `--province` adds the whole province (minutes);
`--write` puts the tables into docs/performance.md, between the marks.
"""

import argparse
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
PAGE = ROOT / "docs" / "performance.md"
VILLAGES, PERSONS = 196, 1403.0  # of Leshan Shizhong
Rows = list[tuple[str, ...]]


def months(county: Any, count: int) -> float:
    """Return the processor time of a month, s: the mean of some."""
    began = time.process_time()
    for _ in range(count):
        county.step()
    return (time.process_time() - began) / count


def machine() -> tuple[tuple[str, ...], Rows]:
    """Return what was measured on."""
    from importlib.metadata import version

    with Path("/proc/cpuinfo").open() as file:
        name = next((x.split(":")[1].strip() for x in file if x.startswith("model name")), "?")
    tools = ", ".join(f"{x} {version(x)}" for x in ("mesa", "numba", "numpy"))
    load = f"{os.getloadavg()[0]:.1f}"
    python = platform.python_version()
    return ("machine", "processors", "load when begun", "versions"), [
        (name, str(os.cpu_count()), load, f"Python {python}, {tools}")
    ]


def twin() -> tuple[tuple[str, ...], Rows]:
    """Return the county against the plain Mesa county and the floor, all policies on."""
    from benchmarks.counties import with_everything
    from benchmarks.floor import floor
    from benchmarks.plain_mesa import PlainCounty
    from benchmarks.uncompiled import standard_library_draws
    from sim.model.county import CountyModel

    found: Rows = []
    for scale, plain_months in ((10, 6), (1, 2)):
        config = with_everything(scale=scale)
        county = CountyModel(config)
        rows = len(county.villagers)
        months(county, 3)  # the merger's month is not a usual one
        ours = min(months(county, 12) for _ in range(3)) / rows * 1e9
        least = floor(county)["floor, ns"]
        plain = PlainCounty(config, rounds=False)
        months(plain, 2)
        theirs = months(plain, plain_months) / rows * 1e9
        with standard_library_draws():
            random = months(plain, plain_months) / rows * 1e9
        again = min(months(county, 12) for _ in range(3)) / rows * 1e9
        ours = min(ours, again)
        found.append(
            (
                f"{rows:,}", f"{ours:.1f}", f"{theirs:,.0f}", f"**{theirs / ours:.0f}**",
                f"{random / ours:.0f}", f"{least:.1f}", f"**{ours / least:.1f}**",
            )
        )  # fmt: skip
    heads = (
        "villagers", "county, ns per villager-month", "plain Mesa, ns", "ratio",
        "ratio if plain Mesa draws with `random`", "floor, ns", "county / floor",
    )  # fmt: skip
    return heads, found


def parts() -> tuple[tuple[str, ...], Rows]:
    """Return where a month's time goes at 275,000 villagers."""
    from benchmarks.counties import with_everything
    from benchmarks.floor import floor
    from sim.model.county import MONTH, CountyModel

    county = CountyModel(with_everything(scale=1))
    months(county, 14)
    rows, count = len(county.villagers), 24
    spent: dict[str, float] = {}
    for _ in range(count):
        county.month += 1
        for process in (*MONTH, lambda one: one.recorder.record()):
            began = time.process_time()
            process(county)
            name = f"{process.__module__.rpartition('.')[2]}.{process.__name__}"
            name = "recorder.record" if "lambda" in name else name
            spent[name] = spent.get(name, 0.0) + time.process_time() - began
    found = [
        (name, f"{value / count * 1e3:.2f}", f"{value / count / rows * 1e9:.2f}")
        for name, value in sorted(spent.items(), key=lambda item: -item[1])
    ]
    found += [(f"floor: {name}", "", f"{value:.2f}") for name, value in floor(county).items()]
    return ("step", "ms a month", "ns per villager-month"), found


def one_size(rows: int) -> dict[str, float]:
    """Return times and memory of a county of so many villagers, in this process."""
    from benchmarks.counties import with_everything
    from sim.lab.planning import memory_used
    from sim.model.county import CountyModel
    from sim.model.world.case import build_case

    small = with_everything(scale=400)
    months(CountyModel(small), 2)  # compiled
    before = memory_used() / 2**20
    mean = rows / VILLAGES
    changes: dict[str, Any] = {"scale": 1}
    config = with_everything(**changes, persons=mean)
    began = time.process_time()
    case = build_case(config, 1)
    built = time.process_time()
    county = CountyModel(config, case=case)
    filled = time.process_time()
    months(county, 3)
    month = min(months(county, 4) for _ in range(3))
    peak = memory_used() / 2**20
    n = len(county.villagers)
    return {
        "rows": n,
        "world": built - began,
        "people": filled - built,
        "month": month,
        "state": county.villagers.nbytes / n,
        "peak": peak,
        "grown": (peak - before) * 2**20 / n,
    }


def scaling() -> tuple[tuple[str, ...], Rows]:
    """Return times and memory from 10,000 to 10 million villagers, and the fitted exponent."""
    import numpy as np

    code = "import sys, json; sys.path.insert(0, {root!r}); from benchmarks.run import one_size; "
    code += "print(json.dumps(one_size({rows})))"
    sizes = (10_000, 100_000, 275_000, 1_000_000, 10_000_000)
    found, measured = [], []
    for rows in sizes:
        text = _python(code.format(root=str(ROOT), rows=rows))
        one = json.loads(text.splitlines()[-1])
        measured.append(one)
        found.append(
            (
                f"{one['rows']:,}", f"{one['month'] * 1e3:.2f}",
                f"{one['month'] / one['rows'] * 1e9:.1f}", f"{one['world']:.2f}",
                f"{one['people'] / one['rows'] * 1e9:.0f}", f"{one['state']:.0f}",
                f"{one['grown']:.0f}", f"{one['peak']:.0f}",
            )
        )  # fmt: skip
    large = [one for one in measured if one["rows"] >= 90_000]
    slope = np.polyfit(
        np.log([one["rows"] for one in large]), np.log([one["month"] for one in large]), 1
    )[0]
    found.append((f"exponent from 10⁵ to 10⁷: **{slope:.2f}**", *[""] * 7))
    heads = (
        "villagers", "ms a month", "ns per villager-month", "world and plan, s",
        "drawing people, ns each", "state, bytes each", "peak beyond an empty process, bytes each",
        "peak of the process, MB",
    )  # fmt: skip
    return heads, found


def _python(code: str, **environment: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout


def _seconds(command: list[str], repeats: int = 5, **environment: str) -> tuple[float, float]:
    """Return the shortest wall and processor times of a command and its children, s."""
    wall, processor = [], []
    for _ in range(repeats):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            command, cwd=ROOT, capture_output=True, check=True, env={**os.environ, **environment}
        )
        wall.append(time.perf_counter() - began)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return min(wall), min(processor)


def starting() -> tuple[tuple[str, ...], Rows]:
    """Return start-up times: the command line, imports, a whole run, compiling."""
    hecun = str(Path(sys.executable).parent / "hecun")
    python = [sys.executable, "-c"]
    first = (
        "from benchmarks.counties import with_everything; from sim import CountyModel; "
        "CountyModel(with_everything(scale=400)).step()"
    )
    with tempfile.TemporaryDirectory() as folder:
        run = [hecun, "run", "configs/dechang_2020.yaml", "--out", f"{folder}/run", "--fresh"]
        _seconds(run, 1)  # byte code and kernels
        timed = [
            ("`hecun --help`", _seconds([hecun, "--help"]), "0.3 s"),
            ("`import sim`", _seconds([*python, "import sim"]), "0.5 s"),
            ("`import sim.model.county`", _seconds([*python, "import sim.model.county"]), ""),
            ("warm `hecun run configs/dechang_2020.yaml`, figures too", _seconds(run, 3), "3 s"),
            ("first month of a process, kernels cached", _seconds([*python, first], 2), ""),
            (
                "first month of a process, kernels compiled",
                _seconds([*python, first], 1, NUMBA_CACHE_DIR=f"{folder}/kernels"),
                "",
            ),
        ]
        large = [hecun, "run", "configs/leshan_shizhong_2020.yaml", "--scale", "1"]
        peak = _python(
            "import subprocess, resource; "
            f"subprocess.run({[*large, '--out', f'{folder}/large']!r}, capture_output=True); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
        )
    rows = [(what, f"{w:.2f} s", f"{p:.2f} s", target) for what, (w, p), target in timed]
    rows.append(
        ("`hecun run` of Leshan at 1:1, largest process", f"{peak.strip()} MB", "", "400 MB")
    )
    return ("what", "wall, at the load above", "processor, all processes", "target, wall"), rows


def drift() -> tuple[tuple[str, ...], Rows]:
    """Return how headline outcomes of the Leshan case depart from 1:1 with `scale`."""
    import numpy as np

    from sim.config import load
    from sim.model.county import CountyModel
    from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES

    keys = [*HEADLINE, "trust", "away_share", "ventures", "villager_income", "leader_load"]
    seeds, means = range(1, 6), {}
    for scale in (1, 2, 5, 10, 20, 50, 100):
        config = load("configs/leshan_shizhong_2020.yaml", {"scale": scale})
        runs = []
        for seed in seeds:
            county = CountyModel(config, seed=seed)
            county.run_for(config.months)
            runs.append([float(np.nanmean(county.recorder.county[key][-12:])) for key in keys])
        means[scale] = np.array(runs)
    found = []
    for column, key in enumerate(keys):
        base = means[1][:, column]
        cells = [f"{OUTCOMES[key].en}", f"{base.mean():,.4g} ± {base.std(ddof=1):.2g}"]
        for scale in list(means)[1:]:
            change = means[scale][:, column] - base
            error = change.std(ddof=1) / np.sqrt(len(change))
            scale_by = 100.0 / abs(base.mean())
            cells.append(f"{change.mean() * scale_by:+.1f} ± {error * scale_by:.1f} %")
        found.append(tuple(cells))
    heads = ("outcome, last 12 months", "at 1:1 (± between seeds)")
    return (*heads, *(f"scale {scale}" for scale in list(means)[1:])), found


def province() -> tuple[tuple[str, ...], Rows]:
    """Return how the whole province went."""
    from benchmarks.province import run

    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder))
    return ("the province", ""), [
        (key, f"{value:,}" if isinstance(value, int) else str(value))
        for key, value in found.items()
    ]


SECTIONS: dict[str, Callable[[], tuple[tuple[str, ...], Rows]]] = {
    "machine": machine,
    "twin": twin,
    "parts": parts,
    "scaling": scaling,
    "starting": starting,
    "drift": drift,
    "province": province,
}


def table(heads: tuple[str, ...], rows: Rows) -> str:
    """Return a Markdown table."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write(name: str, text: str) -> None:
    """Put a table between its marks in the page."""
    page = PAGE.read_text("utf-8")
    block = re.compile(rf"<!-- {name} -->\n.*?<!-- end -->", re.S)
    PAGE.write_text(block.sub(lambda _: f"<!-- {name} -->\n{text}<!-- end -->", page), "utf-8")


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help=f"some of: {', '.join(SECTIONS)}")
    parser.add_argument("--province", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    wanted = given.only.split(",") if given.only else [n for n in SECTIONS if n != "province"]
    wanted += ["province"] * (given.province and "province" not in wanted)
    for name in wanted:
        text = table(*SECTIONS[name]())
        print(f"\n{name}\n\n{text}", flush=True)
        if given.write:
            write(name, text)


if __name__ == "__main__":
    main()
