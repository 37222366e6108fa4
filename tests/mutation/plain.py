"""A pytest plug-in that runs compiled kernels as the plain Python they are written in.

A mutant is then there at once, without the quarter of a minute that compiling takes; counties of
tests have a tenth of the rows, and a test that takes longer than `SECONDS` fails. What passes so
without a mutant is what `mutation.run` tries.
"""

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"

import pytest

#: seconds of a processor that a test may take
SECONDS = 3.0

from sim.model.config.schema import Config  # noqa: E402  (after the variable is set)

_validated = Config.model_validate_json


def coarse(text: str, **more: Any) -> Config:
    """Return a configuration with a tenth of the rows, where it had many."""
    data = json.loads(text)
    if isinstance(data.get("scale"), int) and 1 < data["scale"] <= 10:
        data["scale"] *= 10
    return _validated(json.dumps(data), **more)


Config.model_validate_json = coarse  # type: ignore[method-assign]


def _too_long(*_: Any) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[Any]:
    """Stop a test, its fixtures included, that takes too long."""
    signal.signal(signal.SIGVTALRM, _too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
