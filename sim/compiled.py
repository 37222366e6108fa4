"""Numba, imported in one place.

Numba's on-disk cache looks only at the file that defines a kernel: a changed rule in another
file would silently keep its old machine code. The cache folder is therefore named by a digest
of every source the simulation is made of and of the compiler's version, and is set before Numba
loads. Sources that cannot change a result (figures, the command line) are not among them.
"""

import hashlib
import os
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

#: what a simulation is made of: folders of this package, and modules; a test keeps it complete
ROOMS = ("agents", "config", "outcomes", "parameters", "policies", "processes", "world")
MODULES = (
    "borders",
    "calendar",
    "compiled",
    "county",
    "draws",
    "errors",
    "ledger",
    "levers",
    "rows",
    "space",
)


def simulation_sources() -> list[Path]:
    """Return the Python sources that a simulation's results depend on, sorted."""
    root = Path(__file__).parent
    rooms = [path for room in ROOMS for path in (root / room).rglob("*.py")]
    return sorted([*rooms, *(root / f"{module}.py" for module in MODULES)])


@cache
def source_digest() -> str:
    """Return a digest (16 hex digits) of the simulation's Python sources."""
    digest = hashlib.blake2b(digest_size=8)
    for path in simulation_sources():
        digest.update(f"{path.parent.name}/{path.name}".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _cache_folder() -> Path:
    """Return a writable folder for compiled kernels that no other version of the code shares."""
    tools = f"{version('numba')}-{version('llvmlite')}-{version('numpy')}"
    name = f"{source_digest()}-{hashlib.blake2b(tools.encode(), digest_size=4).hexdigest()}"
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

from numba import njit  # noqa: E402  (the folder must be set first)

#: arrays by the type of their elements, as kernels name them (`Records` are structured arrays);
#: it is the compiler that checks them
F8 = F4 = I8 = I4 = I2 = U8 = U1 = B1 = Records = Any


#: a rule: one equation, scalar in and scalar out; ``rule.py_func`` is the plain Python of it
rule = njit(error_model="numpy")
#: a kernel: a loop over rows that calls rules; cached on disk, releases the GIL
kernel = njit(cache=True, nogil=True, error_model="numpy")
