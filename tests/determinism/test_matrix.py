"""Cells of the determinism matrix: the same bytes, or what the documentation states."""

import sys
from io import StringIO

import pytest
from determinism.matrix import CELLS, CONFIG, EXPERIMENT, Cell, difference, prepare, run
from ruamel.yaml import YAML

from sim.model.policies.blocks import POLICIES


def cell(name: str) -> Cell:
    return next(found for found in CELLS if found.name == name)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The first cell: its place, its experiment, and the digests of its tables."""
    place = tmp_path_factory.mktemp("matrix")
    file = prepare(place)
    return place, file, run(CELLS[0], file, place / "first")


def test_another_hash_seed_threads_and_vector_units_together(first):
    """One process has all at once: what is the same then is the same for each alone."""
    place, file, digests = first
    everything: dict[str, str] = {}
    for name in ("hash seed 12345", "4 threads", "NumPy without AVX2", "libm without FMA"):
        everything |= cell(name).environment
    assert run(Cell("all", everything, task_seconds=1e-9), file, place / "all") == digests


@pytest.mark.parametrize("name", ["2 processes", "Numba for any x86-64", "not compiled"])
def test_other_processes_and_other_machine_code(first, name):
    place, file, digests = first
    assert run(cell(name), file, place / name) == digests


def test_the_matrix_can_fail(first, tmp_path):
    """Other numbers are seen, and said where."""
    place, _, digests = first
    file = prepare(tmp_path)
    text = (tmp_path / "small.yaml").read_text("utf-8")
    (tmp_path / "small.yaml").write_text(text.replace("share: 0.5}", "share: 0.75}"), "utf-8")
    assert run(CELLS[0], file, tmp_path / "other") != digests
    told = difference(place / "first", tmp_path / "other")
    assert told.startswith("relative difference up to")


def test_the_matrix_has_every_policy():
    policies = YAML(typ="safe").load(StringIO(CONFIG))["policies"]
    assert policies.keys() == POLICIES.keys()
    assert YAML(typ="safe").load(StringIO(EXPERIMENT))["arms"]["none"] == {"policies": None}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="names of processors as Linux has them")
def test_every_cell(first):
    place, file, digests = first
    found = {cell.name: run(cell, file, place / cell.name) == digests for cell in CELLS[1:]}
    assert [name for name, same in found.items() if not same] == []
