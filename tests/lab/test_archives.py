"""What `hecun pack` puts into an archive, and what a folder that keeps files does not follow."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.report.report import write_report
from sim.results.pack import pack

OWN = {"README.md", "environment.txt", "SHA256SUMS", "CITATION.cff"}


def test_what_an_archive_holds(write, run, place: Path) -> None:
    """All that the page names, in a folder of any name; sums that hold."""
    out = run(write(), "结果 (1)")
    write_report(out)
    archive, left = pack(out)
    assert left == [] and archive == place / "结果 (1).zip"
    with zipfile.ZipFile(archive) as file:
        held = {name.partition("/")[2]: file.read(name) for name in file.namelist()}
        assert len({name.partition("/")[0] for name in file.namelist()}) == 1
    tables = {path.name for path in out.glob("*.parquet")}
    answers = {f"tables/{path.name}" for path in (out / "tables").iterdir()}
    assert OWN | tables | answers | {"manifest.json", "experiment.yaml", "report.html"} <= set(held)
    assert any(name.startswith("inputs/villages-") for name in held)
    assert any(name.startswith("report_figures/") for name in held)
    page = held["README.md"].decode()
    assert "hecun replay" in page and "重" in page
    sums = dict(line.split(maxsplit=1)[::-1] for line in held["SHA256SUMS"].decode().splitlines())
    found = {name: hashlib.sha256(data).hexdigest() for name, data in held.items()}
    assert sums == {name: value for name, value in found.items() if name != "SHA256SUMS"}


def test_inputs_that_lead_elsewhere_are_refused(write, run, place: Path) -> None:
    (place / "elsewhere").mkdir()
    (place / "out").mkdir()
    (place / "out" / "inputs").symlink_to(place / "elsewhere")
    with pytest.raises(InputError):
        run(write())
    assert not list((place / "elsewhere").iterdir())


POLICY = """from sim import Policy
class Idle(Policy):
    levers = ()
    def apply(self, county, month):
        pass
"""


def test_the_page_names_a_policy_of_ones_own(write, run, place: Path) -> None:
    (place / "idle_of_archives.py").write_text(POLICY, "utf-8")
    text = "config: tiny.yaml\nmethod: compare\nreplicates: 1\n"
    arms = 'arms: {none: , own: {policies: {"idle_of_archives:Idle": {}}}}\n'
    archive, _ = pack(run(write(text + arms)))
    with zipfile.ZipFile(archive) as file:
        page = next(name for name in file.namelist() if name.endswith("/README.md"))
        assert "idle_of_archives" in file.read(page).decode()


def test_versions_that_cannot_be_locked_are_refused(write, run, place: Path, monkeypatch) -> None:
    """The versions that ran are given to uv; where it does not find them nothing is written."""
    from types import SimpleNamespace

    from sim.results import pack as module

    asked = {}

    def uv(command, **how):
        asked.update(command=command, wanted=how["input"])
        fine = "numpy" in how["input"] and asked.get("fails") is None
        return SimpleNamespace(returncode=not fine, stderr="no version\n", stdout="lock = 1\n")

    out = run(write())
    monkeypatch.setattr(module.subprocess, "run", uv)
    archive, _ = pack(out, lock=True)
    with zipfile.ZipFile(archive) as file:
        (name,) = (name for name in file.namelist() if name.endswith("/pylock.toml"))
        assert file.read(name) == b"lock = 1\n"
    assert "--exclude-newer" in asked["command"] and "numpy==" in asked["wanted"]
    asked["fails"] = True
    with pytest.raises(InputError, match="uv did not lock the versions that ran: no version"):
        pack(out, place / "other.zip", lock=True)
    assert not (place / "other.zip").exists()
