"""The model's rules and draws as plain Python functions, for the plain Mesa model.

The functions are those of `sim`, not copies: their own code, in modules in which every compiled
function is replaced by its plain one. Only the generator's 64-bit arithmetic is written again, for
Python's integers of any size (NumPy's 64-bit scalars are several times slower in plain Python).
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from random import Random
from types import FunctionType, ModuleType
from typing import Any

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def _mix(z: int) -> int:
    """SplitMix64's finaliser, as `sim.model.draws.mix`."""
    z &= _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def _word(key: int, identity: int) -> int:
    """64 random bits of a row in a stream, as `sim.model.draws.word`."""
    return _mix(_mix(identity * _GOLDEN + key) + key)


def _beside(identity: int, number: int) -> int:
    """Identity of one of several draws of a row, as `sim.model.draws.beside`."""
    return identity + (number << 40)


_DRAWS = {"mix": _mix, "word": _word, "beside": _beside, "GOLDEN": _GOLDEN, "_S11": 11}


@cache
def uncompiled(name: str) -> ModuleType:
    """Return a module of `sim` in which compiled functions are plain Python ones.

    Parameters
    ----------
    name : str
        Module, e.g. ``"sim.model.processes.needs"``.
    """
    source, plain = import_module(name), ModuleType(name)
    space: dict[str, Any] = vars(plain)
    space.update(vars(source))
    for key, value in vars(source).items():
        function = getattr(value, "py_func", None)
        if function is None:
            continue
        home = function.__module__
        if home != name:
            space[key] = getattr(uncompiled(home), key)
        else:
            space[key] = FunctionType(function.__code__, space, key, function.__defaults__)
    if name == "sim.model.draws":
        space.update(_DRAWS)
    return plain


def single(value: float) -> float:
    """Return a number as a column of 32-bit floats keeps it."""
    return ctypes.c_float(value).value


@contextmanager
def standard_library_draws() -> Iterator[None]:
    """Let plain draws come from `random`, for timing only: what most Mesa models pay for luck."""
    plain = vars(uncompiled("sim.model.draws"))
    bits = Random(1).getrandbits
    kept = plain["word"], plain["mix"]
    plain["word"] = lambda key, identity: bits(64)
    plain["mix"] = lambda z: bits(64)
    try:
        yield
    finally:
        plain["word"], plain["mix"] = kept
