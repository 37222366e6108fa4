"""Compiling: once for all processes. What no kernel calls is not compiled in every one of them."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.model.compiled import config
from sim.model.rows import means

ROOT = Path(__file__).parent.parent.parent
_RUN = """
from numba.core import event

compiled, depth = [], 0

class Listener(event.Listener):
    def on_start(self, started):
        global depth
        dispatcher, depth = started.data["dispatcher"], depth + 1
        if depth == 1 and dispatcher._cache.cache_path is None:
            compiled.append(dispatcher.py_func.__qualname__)

    def on_end(self, _):
        global depth
        depth -= 1

event.register("numba:compile", Listener())
from benchmarks.counties import with_everything
from sim.model.county import CountyModel

CountyModel(with_everything(scale=400)).run_for(14)
print(compiled)
"""


def test_a_county_compiles_kernels_only_and_they_are_kept():
    done = subprocess.run(
        [sys.executable, "-c", _RUN], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_compiled_code_keeps_the_order_of_sums():
    """Neither Intel's vectors nor fast mathematics, nor loops in parallel."""
    assert config.DISABLE_INTEL_SVML  # pyright: ignore[reportAttributeAccessIssue]
    for path in (ROOT / "sim").rglob("*.py"):
        text = path.read_text("utf-8")
        assert not re.search(r"fastmath|prange|parallel=|vectorize", text), path


def test_shares_add_up_the_same_in_any_order():
    luck = np.random.default_rng(1)
    column, start = luck.random(10_000).astype(np.float32), np.array([0, 10_000])
    seen = {means(start, luck.permutation(column))[0] for _ in range(20)}
    assert len(seen) == 1 and seen.pop() == pytest.approx(column.mean(dtype=float), abs=1e-9)
    assert means(np.array([0, 0, 1]), np.ones(1, np.float32)).tolist() == [0.0, 1.0]
