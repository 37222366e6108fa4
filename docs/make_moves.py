"""Write sim/data/moves.csv: what single parameters move, from one end of their range to the other.

From the checkout; twenty minutes on one core:

    python docs/make_moves.py
"""

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

import sim
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.parameters import parameters

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "sim" / "data" / "moves.csv"
#: one county with its whole reform, small enough for six hundred runs a seed
CONFIG = ROOT / "configs" / "dechang_2020.yaml"
SET = {"scale": 200, "spin_up": 12, "start": "2019-09", "months": 25}
SEEDS, LATE, MOST = range(1, 4), 12, 8
#: how many standard errors (over the seeds) a difference is above nought
SURE = 4.0
HEAD = ("outcome", "parameter", "difference", "standard_error", "of")


def ends(process: str, name: str, value: float, seeds: Iterable[int] = SEEDS) -> np.ndarray:
    """Return the last year's outcomes with a parameter at a value, a row a seed."""
    config = sim.load(CONFIG, {**SET, f"parameters.{process}.{name}": value})
    rows = []
    for seed in seeds:
        county = sim.simulate(config, seed)
        late = [np.asarray(county.recorder.county[key][-LATE:]) for key in OUTCOMES]
        rows.append([part[np.isfinite(part)].mean() if np.isfinite(part).any() else np.nan
                     for part in late])  # fmt: skip
    return np.array(rows)


def moved(process: str, name: str, seeds: Iterable[int] = SEEDS) -> np.ndarray:
    """Return the differences, high end less low end, a row a seed and a column an outcome."""
    p = parameters()[process][name]
    return ends(process, name, p.high, seeds) - ends(process, name, p.low, seeds)


def rows(found: dict[str, np.ndarray]) -> list[tuple[str, str, str, str, str]]:
    """Return the table: of every outcome what moves it most, and how many do by `SURE`."""
    out = []
    for at, outcome in enumerate(OUTCOMES):
        sure = []
        for parameter, differences in found.items():
            column = differences[:, at]
            mean = column.mean()
            error = column.std(ddof=1) / np.sqrt(column.size)
            if np.isfinite(mean) and abs(mean) > max(SURE * error, 1e-9):
                sure.append((abs(mean), parameter, f"{mean:.4g}", f"{error:.2g}"))
        sure.sort(key=lambda row: (-row[0], row[1]))
        out += [(outcome, *row[1:], str(len(sure))) for row in sure[:MOST]]
    return out


def main() -> None:
    """Run every parameter at both ends and write the table."""
    found = {}
    for process, catalogue in parameters().items():
        for name in catalogue:
            found[f"{process}.{name}"] = moved(process, name)
            print(f"{process}.{name}", file=sys.stderr, flush=True)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(rows(found))


if __name__ == "__main__":
    main()
