"""A pytest plug-in that runs compiled kernels as the plain Python they are written in.

A mutant is then there at once, without the quarter of a minute that compiling takes; counties of
tests have a tenth of the rows. What passes so without a mutant is what `mutation.run` tries.
"""

import json
import os
from collections.abc import Callable
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"

import numba
import numpy as np

np.seterr(over="ignore")  # keys of draws are mixed modulo 2**64


def njit(function: Callable[..., Any] | None = None, **_: Any) -> Any:
    """Return a function as it is, with the attribute that compiled ones have."""
    if function is None:
        return njit
    function.py_func = function  # type: ignore[attr-defined]
    return function


numba.njit = njit

from sim.config.schema import Config  # noqa: E402  (its kernels are plain now)

_validated = Config.model_validate_json


def coarse(text: str, **more: Any) -> Config:
    """Return a configuration with a tenth of the rows, where it had many."""
    data = json.loads(text)
    if isinstance(data.get("scale"), int) and 1 < data["scale"] <= 10:
        data["scale"] *= 10
    return _validated(json.dumps(data), **more)


Config.model_validate_json = coarse  # type: ignore[method-assign]
