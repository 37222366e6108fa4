"""Compiling beside: a second process, where no kernel is compiled yet, begins at a month's end.

The first run of an installation compiles every kernel, one process of the month after the other,
which takes far longer than the run. Kernels are kept on the disk: each of the two loads what the
other has compiled by then.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sim.lab.running.workers import ENVIRONMENT, cores

if TYPE_CHECKING:
    from sim.model.county import CountyModel

_DATA = {
    "title": {"en": "-", "zh": "-"},
    "county": {"registry": "513424"},
    "start": "2019-01",
    "reform": "2019-02",
    "months": 3,
    "scale": 1000,
    "policies": {"merger": {"source": "registry"}},
}
_CODE = "from sim.lab.running.beside import backwards; backwards()"


def tiny(spin_up: int) -> "CountyModel":
    """Return a county that uses every kernel and takes no time to speak of."""
    from sim.model.config.schema import Config
    from sim.model.county import CountyModel

    data = json.dumps(_DATA | {"spin_up": spin_up})
    return CountyModel(Config.model_validate_json(data), seed=0)


def backwards() -> None:
    """Compile the kernels of a month, those of its last process first."""
    from sim.model.county import MONTH

    county = tiny(0)
    county.month += 1
    for process in reversed(MONTH):
        with suppress(Exception):  # out of turn some cannot be done
            process(county)


@contextmanager
def compiling() -> Iterator[None]:
    """Let a second process compile meanwhile, if nothing is compiled and it has a processor."""
    quiet = subprocess.DEVNULL
    with ExitStack() as stack:
        if _uncompiled() and cores() > 1:
            with suppress(OSError):  # the first does it alone
                process = subprocess.Popen(
                    [sys.executable, "-c", _CODE],
                    stdin=quiet, stdout=quiet, stderr=quiet, env=os.environ | ENVIRONMENT,
                )  # fmt: skip
                stack.enter_context(process)
                stack.callback(process.kill)
        yield


def _uncompiled() -> bool:
    """Return whether kernels are compiled here, and none is kept yet."""
    import sim.model.compiled  # noqa: F401, I001  (it says where they are kept)
    from numba import config

    kept = Path(os.environ["NUMBA_CACHE_DIR"])
    disabled = config.DISABLE_JIT  # pyright: ignore[reportAttributeAccessIssue]
    return not disabled and not any(kept.rglob("*.nbi"))
