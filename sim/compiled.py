"""Numba, imported in one place.

Numba's on-disk cache looks only at the file that defines a kernel: a changed rule in another
file would silently keep its old machine code. The cache folder is therefore named by a digest
of every source that a run depends on and of the compiler's version, and is set before Numba loads.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache, wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

#: what no run depends on: it says, draws, stores or compares what runs gave
_BESIDE = ("lab", "report", "dashboard", "__init__.py", "cli.py", "console.py", "divergence.py")
_BESIDE += ("data", "examples.py", "explain.py", "facts.py", "folder.py", "importing.py")
_BESIDE += ("literature.py", "manifest.py", "odd.py", "options.py", "results.py", "run.py")


@cache
def simulation_sources() -> dict[str, str]:
    """Return the digest of every file that a run's numbers depend on, by its path in the package.

    What only says, draws, stores or compares what runs gave is left out, so that a change
    there makes no run stale; what is not known to be so counts.
    """
    root = Path(__file__).parent
    files = [*root.rglob("*.py"), root / "data" / "registry.zip"]
    names = sorted((path.relative_to(root).as_posix(), path) for path in files)
    return {
        name: hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
        for name, path in names
        if name.partition("/")[0] not in _BESIDE or name == "data/registry.zip"
    }


@cache
def simulation_digest() -> str:
    """Return a digest (16 hex digits) of everything in `simulation_sources`."""
    text = "".join(f"{name} {digest}\n" for name, digest in simulation_sources().items())
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _cache_folder() -> Path:
    """Return a writable folder for compiled kernels that no other version of the code shares."""
    tools = f"{version('numba')}-{version('llvmlite')}-{version('numpy')}"
    name = f"{simulation_digest()}-{hashlib.blake2b(tools.encode(), digest_size=4).hexdigest()}"
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "hecun" / "kernels" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        pass
    else:
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="hecun-kernels-"))


os.environ.setdefault("NUMBA_CACHE_DIR", str(_cache_folder()))
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")  # the same exp on every machine

from numba import config, njit  # noqa: E402  (the folder must be set first)

# also where Numba was imported before
config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]  # pyright: ignore[reportAttributeAccessIssue]

#: arrays by the type of their elements, as kernels name them (`Records` are structured arrays);
#: it is the compiler that checks them
F8 = F4 = I8 = I4 = I2 = U8 = U1 = B1 = Records = Any


class _Widened(np.ndarray):
    """An array whose elements are read as Python's numbers, as wide as kernels make them."""

    def __getitem__(self, at: Any) -> Any:
        value = super().__getitem__(at)
        one = not isinstance(value, np.ndarray) and value.dtype.names is None
        return value.item() if one and value.dtype != np.uint64 else value


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that runs as the plain Python it is written in, with the same numbers."""

    @wraps(function)
    def run(*given: Any) -> Any:
        return function(*(x.view(_Widened) if type(x) is np.ndarray else x for x in given))

    vars(run)["py_func"] = function
    return run


_COMMON = {"error_model": "numpy", "no_cfunc_wrapper": True}  # nothing here is called from C
#: a rule: one equation, scalar in and scalar out; ``rule.py_func`` is the plain Python of it
rule: Any = njit(**_COMMON)
#: a kernel: a loop over rows that calls rules; cached on disk, releases the GIL
kernel: Any = njit(cache=True, nogil=True, **_COMMON)
if config.DISABLE_JIT:  # pyright: ignore[reportAttributeAccessIssue]
    np.seterr(over="ignore")  # draws are mixed modulo 2**64
    rule = kernel = _plain
