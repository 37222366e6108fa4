"""Folders for what can be made again: there without a home, and never somebody else's."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sim.files import cache_folder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="homes and modes of POSIX")


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """No home, and a temporary folder of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(Path, "home", _unknown)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    return tmp_path


def _unknown():
    raise RuntimeError("Could not determine home directory.")


def test_without_a_home_it_is_in_the_temporary_folder_the_same_every_time(temporary):
    found = cache_folder("kernels", "a")
    assert (
        found
        == temporary / f"hecun-{os.getuid()}" / "kernels" / "a"
        == cache_folder("kernels", "a")
    )
    assert (temporary / f"hecun-{os.getuid()}").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("taken", ["loose", "link", "file"])
def test_what_somebody_else_may_write_is_not_used(temporary, taken):
    place = temporary / f"hecun-{os.getuid()}"
    if taken == "loose":
        place.mkdir()
        place.chmod(0o777)
    elif taken == "link":
        (temporary / "theirs").mkdir(mode=0o700)
        place.symlink_to(temporary / "theirs")
    else:
        place.write_text("theirs", "utf-8")
    found = cache_folder("kernels")
    assert found.is_dir() and place not in found.parents
    assert found.parent.stat().st_mode & 0o777 == 0o700


def test_a_home_of_another_owner_is_not_used(temporary, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: temporary)
    assert cache_folder("a") == temporary / ".cache" / "hecun" / "a"
    real = os.fstat
    monkeypatch.setattr(os, "fstat", lambda handle: _owned(real(handle), 4711))
    found = cache_folder("a")
    assert ".cache" not in found.parts and found.parent.name != f"hecun-{os.getuid()}"


def _owned(found, user):
    values = list(found)
    values[4] = user
    return os.stat_result(values)


def test_a_relative_cache_and_a_home_that_is_not_there_make_nothing(temporary, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setattr(Path, "home", lambda: temporary / "nonexistent")
    monkeypatch.chdir(temporary)
    assert cache_folder("a").parent.parent == temporary
    assert [path.name for path in temporary.iterdir()] == [f"hecun-{os.getuid()}"]


def test_figures_are_imported_without_a_home(tmp_path):
    code = "import os, sim.report.commands, matplotlib; print(matplotlib.get_configdir())"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    environment |= {"HOME": str(tmp_path / "none"), "TMPDIR": str(tmp_path)}
    environment.pop("MPLCONFIGDIR", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(tmp_path / f"hecun-{os.getuid()}" / "matplotlib")
    assert not (tmp_path / "none").exists() and done.stderr == ""
