"""What runs in lockstep could save: many worlds of one county in one set of arrays.

    python benchmarks/lockstep.py [--scales 10,50] [--worlds 8] [--write]

Lockstep pays a month's Python once for all worlds, and calls each kernel once. So a month is split,
step by step, into what is spent in kernels and what outside them, which is the most that lockstep
can share; and the five dearest kernels over villagers are tried on the arrays of so many worlds put
end to end
against as many calls, by turns, on the same state (every world with the same keys and parameters:
only the time is looked at).
"""

import argparse
import inspect
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.vectorised import copied  # noqa: E402
from sim.config import load  # noqa: E402
from sim.model.county import MONTH, CountyModel  # noqa: E402

MONTHS = 24
#: lists of rows, or of what belongs to rows -> where each old village's begin
LISTED = {"asking": "asking_start"} | dict.fromkeys(("at", "kinds", "amounts"), "start")
Given = dict[str, Any]


def kernels() -> Iterator[tuple[Any, str, Any]]:
    """Give every kernel that Python calls: module, name in it, and the kernel."""
    for module in [m for name, m in sys.modules.items() if name.startswith("sim.model.")]:
        for name, value in list(vars(module).items()):
            if hasattr(value, "py_func") and hasattr(value, "overloads"):
                yield module, name, value


@contextmanager
def watched(watch: Callable[[Any], Callable[..., Any]]) -> Iterator[None]:
    """Put something in the place of every kernel."""
    with ExitStack() as stack:
        for module, name, kernel in list(kernels()):
            seen = watch(kernel)
            vars(seen)["py_func"] = kernel.py_func  # some are called as plain Python
            stack.enter_context(mock.patch.object(module, name, seen))
        yield


def steps(county: CountyModel) -> dict[str, float]:
    """Run a year or two; return the seconds a month of every step."""
    spent: dict[str, float] = defaultdict(float)
    record: Callable[[CountyModel], None] = lambda one: one.recorder.record()  # noqa: E731
    for _ in range(MONTHS):
        county.month += 1
        for process in (*MONTH, record):
            began = time.process_time_ns()
            process(county)
            name = f"{process.__module__.rpartition('.')[2]}.{process.__name__}"
            name = "recorder.record" if process is record else name
            spent[name] += (time.process_time_ns() - began) * 1e-9 / MONTHS
    return spent


def parts(make: Callable[[], CountyModel]) -> dict[str, tuple[float, float]]:
    """Return the seconds a month of every step, and those spent in kernels, the best of three."""
    whole: dict[str, float] = {}
    inside: dict[str, float] = {}
    for _ in range(3):
        for name, seconds in steps(make()).items():
            whole[name] = min(seconds, whole.get(name, 1e9))
        county, spent, now = make(), defaultdict(float), [""]

        def watch(kernel: Any, spent: Any = spent, now: Any = now) -> Callable[..., Any]:
            def call(*given: Any) -> Any:
                began = time.process_time_ns()
                try:
                    return kernel(*given)
                finally:
                    spent[now[0]] += (time.process_time_ns() - began) * 1e-9 / MONTHS

            return call

        with watched(watch):
            for _ in range(MONTHS):
                county.month += 1
                for process in (*MONTH, None):
                    name = "recorder.record"
                    if process is not None:
                        name = f"{process.__module__.rpartition('.')[2]}.{process.__name__}"
                    now[0] = name
                    county.recorder.record() if process is None else process(county)
        for name in whole:
            inside[name] = min(spent.get(name, 0.0), inside.get(name, 1e9))
    return {name: (seconds, inside[name]) for name, seconds in whole.items()}


def caught(county: CountyModel) -> list[tuple[float, Any, Given]]:
    """Run a month; return its kernels, the dearest first, with what each was given."""
    found: list[tuple[float, Any, Given]] = []

    def watch(kernel: Any) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            names = inspect.signature(kernel.py_func).parameters
            kept = dict(zip(names, copied(given), strict=True))
            began = time.process_time()
            out = kernel(*given)
            found.append((time.process_time() - began, kernel, kept))
            return out

        return call

    with watched(watch):
        county.step()
    return sorted(found, key=lambda one: -one[0])


def end_to_end(county: CountyModel, given: Given, worlds: int) -> list[Any]:
    """Return the arrays of so many worlds, one after the other."""
    rows, count = len(county.villagers), len(county.world.villages)
    groups = county.world.group_village.size
    sizes = {rows, count, groups, count * county.slots}
    out = []
    for name, value in given.items():
        if name in LISTED:  # of so many rows; after them there is room
            own = value[: given[LISTED[name]][-1]]
            of_county = name == "at" or (name == "asking" and len(value) > rows)
            each = [own + w * rows if of_county else own for w in range(worlds)]
            many = np.zeros((worlds * len(value), *value.shape[1:]), dtype=value.dtype)
            many[: worlds * len(own)] = np.concatenate(each)
            out.append(many)
        elif name == "most":
            out.append(value * worlds)
        elif not isinstance(value, np.ndarray):
            out.append(value)
        elif name.endswith("start") and value.size in (count + 1, groups + 1):
            last = value[-1]
            shifted = [value[:-1] + world * last for world in range(worlds)]
            out.append(np.concatenate([*shifted, [worlds * last]]).astype(value.dtype))
        elif name in ("group_village", "unit_villages"):
            out.append(
                np.concatenate([value + w * count for w in range(worlds)]).astype(value.dtype)
            )
        elif value.shape and value.shape[0] in sizes:
            out.append(np.concatenate([value] * worlds))
        elif value.size < count:
            out.append(value)
        else:
            raise ValueError(f"{name}: an array of {value.shape} that is nobody's")
    return out


def together(county: CountyModel, kernel: Any, given: Given, worlds: int) -> tuple[float, float]:
    """Return the seconds of a kernel called for one world after the other, and once for all."""
    times = [[], []]
    for _ in range(15):
        each = [copied(given.values()) for _ in range(worlds)]
        began = time.process_time()
        for values in each:
            kernel(*values)
        times[0].append(time.process_time() - began)
        values = copied(end_to_end(county, given, worlds))
        began = time.process_time()
        kernel(*values)
        times[1].append(time.process_time() - began)
    return min(times[0]), min(times[1])


def measure(scales: list[int], worlds: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the table."""
    found = []
    for scale in scales:
        config = load(ROOT / "configs" / "dechang_2020.yaml", {"scale": scale})

        def make(config: Any = config) -> CountyModel:
            county = CountyModel(config)
            county.run_for(config.reform - config.start + 12)
            return county

        whole = parts(make)
        total = sum(one for one, _ in whole.values())
        inside = sum(other for _, other in whole.values())
        most = total / (inside + (total - inside) / worlds)
        found.append(
            (f"{scale}", "a month", f"{1e3 * total:.2f}", f"{1e3 * inside:.2f}", f"{most:.2f}")
        )
        county = make()
        dearest = [one for one in caught(county) if {"village_start", "group_start"} & {*one[2]}]
        for _, kernel, given in dearest[:5]:
            name = f"{kernel.py_func.__module__.rpartition('.')[2]}.{kernel.py_func.__name__}"
            one, other = together(county, kernel, given, worlds)
            cells = (f"{1e3 * one / worlds:.3f}", f"{1e3 * other / worlds:.3f}")
            found.append((f"{scale}", name, *cells, f"{one / other:.2f}"))
        for line in found[-6:]:
            print(" | ".join(line), flush=True)
    heads = (
        "scale",
        "what",
        "ms of a world",
        f"in kernels; or with {worlds} worlds in one call, ms",
    )
    return (*heads, "at most times as fast"), found


def main() -> None:
    """Measure, print, and write if asked."""
    from benchmarks import run

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scales", default="10,50")
    parser.add_argument("--worlds", type=int, default=8)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    text = run.table(*measure([int(k) for k in given.scales.split(",")], given.worlds))
    print(f"\n{text}")
    if given.write:
        run.write("lockstep", text)


if __name__ == "__main__":
    main()
