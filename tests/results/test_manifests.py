"""Manifests of both kinds of folder: known by their digest, and each for what it is."""

import hashlib
from pathlib import Path

import pytest

from sim.files import digest, file_digest
from sim.results.stored import COMPLETE, MANIFEST, changed, read_manifest, sealed

RUN = {"run": "a", "files": {"county.csv": digest("1")}}
EXPERIMENT = {"experiment": "compare", "digests": {"county.csv": digest("1")}}


def test_digests_are_those_of_results_stored_before(tmp_path: Path) -> None:
    """Names of runs and digests of tables in older folders stay valid."""
    (tmp_path / "a").write_bytes(b"one\0two")
    expected = hashlib.blake2b(b"one\0two", digest_size=8).hexdigest()
    assert expected == digest("one", b"two") == digest(b"one\0two") == file_digest(tmp_path / "a")
    assert digest("one", size=64) == hashlib.blake2b(b"one").hexdigest()


@pytest.mark.parametrize(("kind", "manifest"), [("run", RUN), ("experiment", EXPERIMENT)])
def test_a_manifest_is_read_as_what_it_is(kind: str, manifest: dict, tmp_path: Path) -> None:
    (tmp_path / "county.csv").write_text("1", "utf-8")
    (tmp_path / MANIFEST).write_text(sealed(manifest), "utf-8")
    found = read_manifest(tmp_path, kind)
    assert found is not None and manifest.items() <= found.items()
    assert read_manifest(tmp_path, "experiment" if kind == "run" else "run") is None
    assert changed(tmp_path, found) == []
    (tmp_path / "county.csv").write_text("2", "utf-8")
    assert changed(tmp_path, found) == ["county.csv"]
    assert changed(tmp_path, found, ["other.csv"]) == []
    text = sealed(manifest).replace("county", "county_")
    (tmp_path / MANIFEST).write_text(text, "utf-8")
    assert read_manifest(tmp_path, kind) is None


def test_a_run_without_digests_is_not_complete(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(sealed({"run": "a"}), "utf-8")
    assert read_manifest(tmp_path, "run") is None
    (tmp_path / MANIFEST).write_text(sealed({"experiment": "compare"}), "utf-8")
    assert read_manifest(tmp_path, "experiment") is not None  # of an older version


def test_complete_tables_count_before_they_are_moved(tmp_path: Path) -> None:
    (tmp_path / COMPLETE).mkdir()
    for place, method in ((tmp_path, "compare"), (tmp_path / COMPLETE, "factorial")):
        (place / MANIFEST).write_text(sealed({"experiment": method}), "utf-8")
    found = read_manifest(tmp_path, "experiment")
    assert found is not None and found["experiment"] == "factorial"
