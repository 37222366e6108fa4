"""Compiling: once for all processes. What no kernel calls is not compiled in every one of them."""

import subprocess
import sys
from pathlib import Path

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
