"""The whole province (四川省), every county of the registry at 1:1, two processes.

    python -m uv run --group dev python benchmarks/province.py [--scale 10] [--out FOLDER]

Every county keeps its own clock and its own luck; nothing passes between counties. The merger is
the registry's where a list of 2020 is known; elsewhere it is generated with the province's ratio.
True populations are not in the registry: villages are drawn around the default mean, so that this
is a province of the right order (about 55 million registered persons), not Sichuan's census.
Results stream into two files: `county.parquet` (a row a county and month) and `villages.parquet` (a
row an old village and month, the headline outcomes).
"""

import argparse
import json
import os
import sys
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

PROVINCE = "51"
RATIO = 0.6  # Sichuan: 45,052 -> 27,024 villages
FLUSH = 20  # counties of one row group


class Done(NamedTuple):
    """What one county's run brought."""

    code: str
    rows: int
    registered: int
    villages: int
    merger: str
    seconds: float  # of a processor, all in all and for the world and the plan
    building: float
    peak_mb: float
    county: dict[str, Any]
    panel: dict[str, Any]


def configuration(code: str, scale: int, merger: str, villages: int, months: int) -> Any:
    """Return a county's configuration with every policy in force from April 2020."""
    from benchmarks.everything import all_policies
    from sim.model.config.schema import Config

    policies = all_policies(villages)
    policies["merger"] = {"source": merger, "outposts": 0.3, "group_ratio": 0.6}
    if merger == "generated":
        policies["merger"] |= {"ratio": RATIO, "largest": 4}
    data = {
        "title": {"en": code, "zh": code},
        "county": {"registry": code},
        "start": "2018-04",
        "reform": "2020-04",
        "months": months,
        "spin_up": 24,
        "scale": scale,
        "policies": policies,
    }
    return Config.model_validate_json(json.dumps(data))


def run_county(code: str, villages: int, merger: str, scale: int, months: int) -> Done | None:
    """Run one county to its end; return None if no village of it is left to merge."""
    import gc

    from sim.errors import InputError
    from sim.lab.planning import memory_used
    from sim.model.county import CountyModel
    from sim.model.outcomes.catalogue import HEADLINE
    from sim.model.world.case import build_case

    gc.collect()  # the last county's model is held by cycles
    began = time.process_time()
    config = configuration(code, scale, merger, villages, months)
    try:
        case = build_case(config, 1)
    except InputError:  # the list of 2020 has no villages left
        return None
    building = time.process_time() - began
    county = CountyModel(config, seed=1, case=case)
    for _ in range(months):
        county.step()
    recorder, count = county.recorder, len(county.world.villages)
    table = {"county": [code] * months, "month": recorder.months, **recorder.county}
    panel: dict[str, Any] = {
        "code": list(county.world.villages.code) * months,
        "month": recorder.months.repeat(count),
    }
    panel |= {key: recorder.village[key].ravel() for key in HEADLINE}
    peak = memory_used() / 2**20
    return Done(
        code, len(county.villagers), int(county.world.registered.sum()), count, merger,
        time.process_time() - began, building, peak, table, panel,
    )  # fmt: skip


class Writer:
    """Writes tables of many counties into one Parquet file, some counties at a time."""

    def __init__(self, path: Path) -> None:
        self._path, self._writer, self._waiting = path, None, []

    def add(self, columns: dict[str, Any]) -> None:
        """Add one county's table."""
        import pyarrow as pa

        self._waiting.append(pa.table(columns))
        if len(self._waiting) >= FLUSH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)
        self._waiting = []

    def close(self) -> None:
        """Write the rest and close the file."""
        self.flush()
        if self._writer is not None:
            self._writer.close()


def _source(entry: Any) -> str:
    """Return where a county's merger plan comes from: its lists, if they show one."""
    from sim.config.listed import without_merger
    from sim.model.calendar import parse_month
    from sim.model.world.lists import choose_lists

    lists = choose_lists(entry, parse_month("2020-04"))
    return "generated" if without_merger(entry, lists, given=False) else "registry"


def run(out: Path, scale: int = 1, months: int = 84, workers: int = 2) -> dict[str, Any]:
    """Run every county of the province that has villages, the largest first.

    Returns
    -------
    dict
        Counties, villages, rows, months, wall seconds, peak memory and what was assumed.
    """
    from sim.lab.planning import memory_used
    from sim.model.world.registry import counties

    tasks = sorted(
        (-entry.numbers[2019], entry.code, _source(entry))
        for entry in counties(PROVINCE)
        if entry.villages(2019)
    )
    out.mkdir(parents=True, exist_ok=True)
    writers = Writer(out / "county.parquet"), Writer(out / "villages.parquet")
    began, done = time.perf_counter(), []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = {
            pool.submit(run_county, code, -size, merger, scale, months)
            for size, code, merger in tasks
        }
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for one in filter(None, (future.result() for future in finished)):
                writers[0].add(one.county)
                writers[1].add(one.panel)
                done.append(one._replace(county={}, panel={}))
    for writer in writers:
        writer.close()
    rows = sum(one.rows for one in done)
    wall = time.perf_counter() - began
    peak = max(one.peak_mb for one in done)
    parent = memory_used() / 2**20
    return {
        "counties": len(done),
        "counties without a village left in 2020": len(tasks) - len(done),
        "mergers from the registry": sum(one.merger == "registry" for one in done),
        "villages": sum(one.villages for one in done),
        "registered persons (drawn around the default mean)": sum(one.registered for one in done),
        "villager rows": rows,
        "months": f"{months} after 24 of spin-up",
        "wall seconds, with the neighbours' load": round(wall, 1),
        "building worlds and plans, seconds of one process": round(
            sum(d.building for d in done), 1
        ),
        "ns per villager-month": round(
            sum(one.seconds for one in done) / rows / (months + 24) * 1e9, 1
        ),
        "largest process, MB": round(peak),
        "all processes at most, MB": round(parent + workers * peak),
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Run the province and say how it went."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--scale", type=int, default=1, help="registered persons a villager row")
    parser.add_argument("--months", type=int, default=84)
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "province")
    given = parser.parse_args()
    for key, value in run(given.out, given.scale, given.months).items():
        print(f"{key:55s} {value:>14,}" if isinstance(value, int) else f"{key:55s} {value!s:>14}")


if __name__ == "__main__":
    main()
