"""The least a villager-month can cost on this machine, measured.

    floor = bytes that must move / bandwidth + draws that are made x time of a vectorised draw

Bytes: every column the month's rules need of everybody is read once, and every column that changes
for everybody is written once (`READ`, `WRITTEN`). Draws: one number for each decision that the
rules take (`draws_made`), each at the time a loop over nothing but such draws takes. No model can
be faster without making fewer decisions; the floor leaves out all arithmetic of the rules, all
sums, and whatever is done by village, post and month.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.model.agents.villager import ADULT, AWAY, ELDER, Villager
from sim.model.compiled import F8, U8, kernel
from sim.model.county import CountyModel
from sim.model.draws import exponential, normal, uniform
from sim.model.processes.offers import offers_of
from sim.model.processes.ways import GROUP_LEADER

READ = ("birth_month", "skill", "labour", "savings", "trait", "trust", "experience")
READ += ("venture_capital",)
WRITTEN = ("income", "savings", "trust", "needs", "channel")
_ROWS = 2048


@kernel
def _uniforms(key: np.uint64, base: np.uint64, out: F8) -> None:
    """Draw uniform numbers."""
    for i in range(out.size):
        out[i] = uniform(key, base + np.uint64(i))


@kernel
def _exponentials(key: np.uint64, base: np.uint64, out: F8) -> None:
    """Draw exponential numbers."""
    for i in range(out.size):
        out[i] = exponential(key, base + np.uint64(i))


@kernel
def _normals(key: np.uint64, base: np.uint64, out: F8) -> None:
    """Draw normal numbers."""
    for i in range(out.size):
        out[i] = normal(key, base + np.uint64(i))


@kernel
def _move(source: U8, target: U8) -> int:
    """Read one array and write another."""
    total = np.uint64(0)
    for i in range(target.size):
        target[i] = source[i]
    for i in range(target.size, source.size):
        total += source[i]
    return total


def best(work: Callable[[], Any], repeats: int = 15) -> float:
    """Return the shortest processor time of a call, s."""
    times = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def draw_times() -> dict[str, float]:
    """Return the time of one draw in a loop over nothing else, ns."""
    key, base, out = np.uint64(0x9E3779B97F4A7C15), np.uint64(12345), np.empty(_ROWS)
    found = {}
    for name, draw in (
        ("uniform", _uniforms),
        ("exponential", _exponentials),
        ("normal", _normals),
    ):

        def many(draw: Callable[..., None] = draw) -> None:
            for _ in range(200):
                draw(key, base, out)

        many()
        found[name] = best(many) / 200 / _ROWS * 1e9
    return found


def bandwidth(rows: int) -> float:
    """Return the bandwidth at which the bytes of so many villagers move, bytes/ns."""
    read, written = bytes_moved()
    source = np.ones(max(1, rows * read // 8), dtype=np.uint64)
    target = np.ones(max(1, rows * written // 8), dtype=np.uint64)
    _move(source, target)
    repeats = max(1, 50_000_000 // source.nbytes)

    def many() -> None:
        for _ in range(repeats):
            _move(source, target)

    return (source.nbytes + target.nbytes) * repeats / best(many, 7) / 1e9


def bytes_moved() -> tuple[int, int]:
    """Return the bytes of a villager that must be read, and written, in a month."""
    size = {name: column.dtype.itemsize for name, column in Villager.columns.items()}
    return sum(size[name] for name in READ), sum(size[name] for name in WRITTEN)


def draws_made(county: CountyModel) -> dict[str, float]:
    """Return the draws per villager-month of the month just run, by kind.

    Deaths and the month of decision: one uniform each; needs: one a resident; with a need: who
    settles it, and whether it is met; where the group does not, two clocks, a uniform of those
    with digital access and a clock of those who can ask online (visits: not counted). Deciding,
    over a year: three clocks (the capital of a venture is drawn by the few who may start one: not
    counted).
    """
    people = county.villagers
    n = len(people)
    here = people["labour"] != AWAY
    asked = people["needs"] > 0
    turned = asked & (people["channel"] != GROUP_LEADER)
    online = (turned & people["digital"]) * offers_of(county)["eligible"][county.row_village()]
    age = county.month - people["birth_month"]
    working = (age >= ADULT) & (age < ELDER)
    return {
        "uniform": 2.0 + here.mean() + 2.0 * asked.mean() + (turned & people["digital"]).sum() / n,
        "exponential": 2.0 * turned.mean() + online.mean() + 3.0 * working.mean() / 12.0,
    }


def floor(county: CountyModel) -> dict[str, float]:
    """Return the floor of a county, its parts and what they were measured from."""
    rows = len(county.villagers)
    speed, times, made = bandwidth(rows), draw_times(), draws_made(county)
    moved = sum(bytes_moved())
    drawing = sum(made[kind] * times[kind] for kind in made)
    return {
        "bytes moved": float(moved),
        "bandwidth, GB/s": speed,
        "moving, ns": moved / speed,
        **{f"{kind} draws": count for kind, count in made.items()},
        **{f"{kind} draw, ns": cost for kind, cost in times.items()},
        "drawing, ns": drawing,
        "floor, ns": moved / speed + drawing,
    }
