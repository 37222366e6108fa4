"""Bad input is refused in words, or it was not bad: nothing else, ever (docs/safety.md).

A few hundred cases by default; all of them with

    python -m uv run --group dev pytest -m slow tests/fuzz -n0 -s

``FUZZ_KEEP=1 python -m tests.fuzz.child KIND:NUMBER:NUMBER+1`` tries one again and keeps its files.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.judge import judge
from tests.fuzz.makers import KINDS, ROOT

pytest.importorskip("geopandas", reason="extra geo")
pytest.importorskip("jsonschema")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes")

#: cases of each kind in the default suite, out of those of `KINDS`
FEW = {"config": 90, "experiment": 50, "villages": 30, "plan": 20, "geojson": 30, "odd_file": 10}
SILENCE, CHUNK = 400.0, 100
Found = dict[str, object]


def _lines(process: "subprocess.Popen[bytes]") -> Iterator[Found]:
    """Yield what a child says until it ends, or falls silent."""
    assert process.stdout is not None
    while select.select([process.stdout], [], [], SILENCE)[0]:
        line = process.stdout.readline()
        if not line:
            return
        yield json.loads(line)
    process.kill()


def tried(kind: str, first: int, last: int) -> list[Found]:
    """Return what came of cases; one at which the child died is wrong, and the rest goes on."""
    found: list[Found] = []
    while first < last:
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "tests.fuzz.child",
            f"{kind}:{first}:{last}",
        ]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )
        begun: Found | None = None
        for said in _lines(process):
            begun = said if "outcome" not in said else None
            found += [] if begun else [said]
            first = int(str(said["case"])) + 1
        _, error = process.communicate()
        if begun is not None:
            found.append(
                begun | {"outcome": "wrong", "why": f"died {process.returncode}\n{error!r}"}
            )
        elif process.returncode:
            raise AssertionError(error.decode())
    return found


def judged(found: list[Found]) -> Counter[str]:
    wrong = [case for case in found if case["outcome"] == "wrong"]
    assert not wrong, "\n\n".join(f"{c['kind']} {c['case']}: {c['why']}" for c in wrong[:10])
    return Counter(str(case["outcome"]) for case in found)


def test_a_few_hundred_cases() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.fuzz.child"]
    command += [f"{kind}:0:{count}" for kind, count in FEW.items()]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (said[-1:], done.stderr.decode())
    count = judged([line for line in said if "outcome" in line])
    assert count.total() == sum(FEW.values())
    assert count["refused"] > 150 and count["accepted"] > 15


def test_the_page_on_safety_says_how_many_there_are() -> None:
    text = (ROOT / "docs" / "safety.md").read_text("utf-8")
    assert f"**{sum(count for _, count in KINDS.values()):,} cases**" in text
    assert f"# {sum(FEW.values())} cases" in text
    assert all(f"| {count:,} |" in text for _, count in KINDS.values())


@pytest.mark.slow
def test_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    began = time.perf_counter()
    chunks = [
        (kind, first, min(first + CHUNK * 4, count))
        for kind, (_, count) in KINDS.items()
        for first in range(0, count, CHUNK * 4)
    ]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = [case for part in pool.map(lambda chunk: tried(*chunk), chunks) for case in part]
    count = judged(found)
    assert count.total() == sum(count for _, count in KINDS.values()) >= 5_000
    slowest = max(found, key=lambda case: float(str(case["seconds"])))
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{count.total():,} cases: {count['refused']:,} refused, {count['accepted']:,} right, "
            f"0 wrong; slowest {slowest['kind']} {slowest['case']} {slowest['seconds']:.1f} s; "
            f"{time.perf_counter() - began:.0f} s in all"
        )


@pytest.mark.parametrize("kind", ["experiment", "villages", "plan", "geojson"])
@settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)  # fmt: skip
@given(random=st.randoms(use_true_random=False))
def test_what_hypothesis_finds(kind: str, random: Random) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = KINDS[kind][0](random, Path(place))
        assert judge(path, Path(place), kind) in ("accepted", "refused")
