"""The lowest versions that pyproject.toml allows: a county runs, and the quick tests of the rooms.

By hand: ``python -m uv run --group dev pytest -m slow tests/test_lowest.py``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TESTS = ("config", "model", "results", "report", "words", "about", "lab", "test_cli.py")


@pytest.mark.slow
def test_the_lowest_versions_run_a_county_and_the_quick_tests(tmp_path):
    uv = os.environ.get("UV") or shutil.which("uv")  # `uv run` names itself
    if uv is None:
        pytest.skip("uv is not found")

    def do(*command, cwd=ROOT):
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"

    place, python = tmp_path / "lowest", str(tmp_path / "lowest" / "bin" / "python")
    do(uv, "venv", "-q", "--python", sys.executable, str(place))
    lowest = ("--no-config", "--resolution", "lowest-direct")  # without [tool.uv]'s pins
    what = ("-e", f"{ROOT}[analysis,cluster,geo]", "--group", f"{ROOT / 'pyproject.toml'}:dev")
    do(uv, "pip", "install", "-q", "--python", python, *lowest, *what)
    county = ("-m", "sim", "run", str(ROOT / "configs" / "dechang_2020.yaml"))
    do(python, *county, "--scale", "200", cwd=tmp_path)
    do(python, "-m", "pytest", "-n2", "-p", "no:cacheprovider", *(f"tests/{t}" for t in TESTS))
