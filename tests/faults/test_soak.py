"""A long series of runs: flat memory, flat numbers of files, threads and open handles."""

import gc
import os
import threading
from pathlib import Path

import pytest
from lab.conftest import COMPARE, tiny_county

from sim.lab.experiment import run_experiment

linux = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")


def resident() -> float:
    """Return the memory of this process that is in use now, MiB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def soak(place: Path, runs: int, looks: int) -> list[dict[str, float]]:
    """Carry out runs in this process; return what was in use at moments while they went on."""
    tiny_county(place)
    (place / "e.yaml").write_text(
        COMPARE.replace("replicates: 4", f"replicates: {runs // 6}"), "utf-8"
    )
    seen: list[dict[str, float]] = []

    def look(progress):
        if progress.done < len(seen) * progress.total / looks:
            return
        gc.collect()
        seen.append(
            {
                "runs": progress.done,
                "memory": resident(),
                "handles": sum(1 for _ in Path("/proc/self/fd").iterdir()),
                "threads": threading.active_count(),
                "files": sum(path.is_file() for path in (place / "out").rglob("*")),
            }
        )

    run_experiment(place / "e.yaml", place / "out", 1, tell=look)
    return seen


def flat(seen: list[dict[str, float]], slack: float) -> None:
    """Check that nothing grows after the first third, but memory by less than some MiB."""
    early, late = seen[len(seen) // 3], seen[-1]
    assert late["memory"] - early["memory"] < slack, seen
    assert late["handles"] <= early["handles"] + 1, seen
    assert late["threads"] <= early["threads"], seen
    assert max(look["files"] for look in seen) < 2 * 64 + 10, seen


@linux
def test_two_hundred_runs(tmp_path):
    flat(soak(tmp_path, 240, 12), 16)


@linux
@pytest.mark.slow
def test_three_thousand_runs(tmp_path, capsys):
    seen = soak(tmp_path, 3_000, 24)
    with capsys.disabled():
        for look in seen:
            print(" ".join(f"{name} {value:,.0f}" for name, value in look.items()))  # noqa: T201
    flat(seen, 4)
