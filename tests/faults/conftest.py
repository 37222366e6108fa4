"""A library that makes file operations fail, compiled where there is a compiler."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lab.conftest import place, run, write

__all__ = ["place", "run", "write"]
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the compiled ``shim.c``."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs Linux and a C compiler")
    made = tmp_path_factory.mktemp("shim") / "shim.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(HERE / "shim.c"), "-ldl"]
    subprocess.run(command, check=True)
    return made


@pytest.fixture
def faults(shim: Path, tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """Return a function that injects faults into a scenario and returns what came of each."""

    def inject(scenario: str, modes: str, first: int, step: int) -> list[dict[str, Any]]:
        command = [sys.executable, str(HERE / "driver.py"), str(tmp_path), scenario, modes]
        paths = os.pathsep.join([str(HERE.parent.parent), str(HERE.parent)])
        done = subprocess.run(
            [*command, str(first), str(step)],
            env=os.environ | {"LD_PRELOAD": str(shim), "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()][1:]

    return inject
