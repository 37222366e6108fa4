"""The documents' own examples run."""

import subprocess
import sys
from pathlib import Path

import pytest

from sim.config import load

ROOT = Path(__file__).parent.parent.parent


def test_mesa_api_walk(tmp_path):
    script = ROOT / "docs" / "mesa_api.py"
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "the pickled county goes on alike: True" in done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_configurations_are_right(path):
    assert load(path).title.zh
