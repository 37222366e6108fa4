"""A pytest plug-in that runs compiled kernels as the plain Python they are written in.

A mutant is then there at once, without the quarter of a minute that compiling takes:
``NUMBA_DISABLE_JIT=1 pytest -p mutation.plain``.
"""

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
