"""A county's tables in a temporary folder, opened as results are."""

import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError
from sim.report.opened import OpenedRun
from sim.results.manifest import describe, run_digest
from sim.results.writing import write_tables

if TYPE_CHECKING:
    from sim.model.county import CountyModel


def stored(county: "CountyModel") -> OpenedRun:
    """Write a county's tables into a temporary folder and open it.

    Raises
    ------
    InputError
        If no month was simulated.
    """
    if county.recorder.done == 0:
        raise InputError("no month is simulated yet; county.run_model() simulates all")
    folder = tempfile.TemporaryDirectory(prefix="hecun-run-")
    path = Path(folder.name)
    describe(county, path, run_digest(county.config), write_tables(county, path), 0.0)
    opened = OpenedRun(path)
    weakref.finalize(opened, folder.cleanup)
    return opened
