"""Numba, imported in one place, and the digest of the code that names runs.

Numba's on-disk cache looks only at the file that defines a kernel: a changed rule in another
file would silently keep its old machine code. The cache folder is therefore named by a digest
of the bytes of every source that a run depends on and of the compiler's version, and is set before
Numba loads. Runs are named by what these sources do: a comment, a docstring or the words of a
table rename none.
"""

import ast
import contextlib
import csv
import gc
import gzip
import json
import os
from collections.abc import Callable
from functools import cache, wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from sim.files import cache_folder, digest

_ROOT = Path(__file__).parent.parent
#: what a run's numbers depend on besides ``model``: all that it imports, and the data it reads
_BESIDE = (
    "errors.py",
    "files.py",
    "later.py",
    "printable.py",
    "data/registry/counties.tsv.gz",  # with digests of the lists
    "data/parameters.csv",
    "data/outcomes.csv",
)
#: columns of tables that results depend on: a word or a source that is mended renames no run
_COUNTED = {
    "parameters.csv": ("process", "name", "value", "low", "high"),
    "outcomes.csv": ("key", "unit", "village"),
    "counties.tsv": (
        "code",
        "unit",
        "years",
        "changes",
        "area_km2",
        "list_digest",
        "outline_digest",
    ),
}


@cache
def _contents() -> dict[str, bytes]:
    """Return every file that a run's numbers depend on, by its path, as it was at import.

    Read once: a file that is edited later belongs neither to this code's name nor to its kernels.
    """
    paths = [*(_ROOT / "model").rglob("*.py"), *(_ROOT / name for name in _BESIDE)]
    return {path.relative_to(_ROOT).as_posix(): path.read_bytes() for path in sorted(paths)}


@cache
def _bytes_digest() -> str:
    """Return a digest of the bytes of all files, which names the folder of compiled kernels."""
    return digest(str(_ROOT), *(part for item in _contents().items() for part in item))


def meaning(name: str, content: bytes) -> str:
    """Return the digest of what a file does: of a source without its comments and docstrings.

    Of a table, what its columns in `_COUNTED` hold.
    """
    kind = Path(name)
    if kind.suffix == ".gz":  # the registry's index
        name, content = kind.stem, gzip.decompress(content)
        lines = csv.DictReader(content.decode().splitlines(), delimiter="\t")
        content = repr([[line[c] for c in _COUNTED[name]] for line in lines]).encode()
    elif kind.suffix == ".py":
        content = repr(_shape(ast.parse(content))).encode()
    elif kind.suffix == ".csv":
        lines = csv.DictReader(content.decode().splitlines())
        content = repr([[line.get(c) for c in _COUNTED[kind.name]] for line in lines]).encode()
    return digest(content)


def _shape(node: Any) -> Any:
    """Return a syntax tree as nested lists, the same for all versions of Python."""
    if isinstance(node, list):
        return [_shape(each) for each in node if not _is_text(each)]
    if not isinstance(node, ast.AST):
        return node
    filled = ((name, value) for name, value in ast.iter_fields(node) if value not in (None, []))
    return [type(node).__name__, *((name, _shape(value)) for name, value in filled)]


def _is_text(node: Any) -> bool:
    """Tell whether a statement is a string alone: a docstring, of whatever it stands under."""
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


@cache
def simulation_sources() -> dict[str, str]:
    """Return the digest of what every file does that a run's numbers depend on, by its path.

    They are kept beside the compiled kernels, whose folder is another for other bytes.
    """
    kept = Path(os.environ["NUMBA_CACHE_DIR"], "sources.json")
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        found = json.loads(kept.read_text(encoding="utf-8"))
        if found["of"] == _bytes_digest() and found["digest"] == digest(repr(found["files"])):
            return found["files"]
    files = {name: meaning(name, content) for name, content in _contents().items()}
    told = {"of": _bytes_digest(), "files": files, "digest": digest(repr(files))}
    with contextlib.suppress(OSError):
        begun = kept.with_suffix(f".{os.getpid()}")
        begun.write_text(json.dumps(told), encoding="utf-8")
        begun.replace(kept)
    return files


@cache
def simulation_digest() -> str:
    """Return a digest (16 hex digits) of everything in `simulation_sources`."""
    return digest(*(f"{name} {what}" for name, what in simulation_sources().items()))


def _cache_folder() -> Path:
    """Return a writable folder for compiled kernels that no other version of the code shares."""
    tools = f"{version('numba')}-{version('llvmlite')}-{version('numpy')}"
    name = f"{_bytes_digest()}-{digest(tools)[:8]}"
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given and Path(given).name == name:  # by the process that started this one
        return Path(given)
    return cache_folder("kernels", name, first=Path(given).absolute() if given else None)


os.environ["NUMBA_CACHE_DIR"] = str(_cache_folder())
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")  # the same exp on every machine

from numba import config, njit  # noqa: E402  (the folder must be set first)
from numba.core import event  # noqa: E402

# also where Numba was imported before
config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]  # pyright: ignore[reportAttributeAccessIssue]


class _Uncollected(event.Listener):
    """Looks for no garbage while kernels are compiled, of which there is much (a sixth of it)."""

    def __init__(self) -> None:
        self._open, self._collects = 0, False

    def on_start(self, event: event.Event) -> None:
        """Stop at the first of kernels that are compiled within each other."""
        if self._open == 0:
            self._collects = gc.isenabled()
            gc.disable()
        self._open += 1

    def on_end(self, event: event.Event) -> None:
        """Go on after the last."""
        self._open -= 1
        if self._open == 0 and self._collects:
            gc.enable()


event.register("numba:compile", _Uncollected())

#: arrays by the type of their elements, as kernels name them (`Records` are structured arrays);
#: it is the compiler that checks them
F8 = F4 = I8 = I4 = I2 = U8 = U2 = U1 = B1 = Records = Any


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
