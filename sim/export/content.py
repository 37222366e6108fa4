"""What is exported of results: their tables as frames, and what they are results of."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import InputError, nearest
from sim.lab import answers
from sim.report.opened import OpenedRun, load_results
from sim.report.opened_experiment import OpenedExperiment
from sim.results.reading import TABLES

#: tables of an experiment that are recorded only where they are asked for
_RECORDED = ("county", "villages", "villagers")


def opened(folder: str | Path) -> OpenedRun | OpenedExperiment:
    """Open results; an experiment as far as it is.

    Raises
    ------
    InputError
        If the folder is not one of results.
    """
    return load_results(folder)


def readers(results: OpenedRun | OpenedExperiment) -> dict[str, Callable[[], pd.DataFrame]]:
    """Return every table of results by name, and what reads it."""
    if isinstance(results, OpenedRun):
        found: dict[str, Callable[[], pd.DataFrame]] = {
            name: _reader(results, name) for name in TABLES
        }
        return found | {"summary": lambda: results.summary}
    recorded = [name for name in _RECORDED if results.manifest["record"][name] != "off"]
    found = {name: _reader(results, name) for name in ("design", "timings")}
    found |= {name: partial(levelled, results, name) for name in ("runs", *recorded)}
    return found | {f"answer_{name}": _held(table) for name, table in answers.read(results).items()}


def levelled(results: OpenedExperiment, name: str) -> pd.DataFrame:
    """Return a recorded table with the levels of each row's design point beside its number."""
    frame, design = getattr(results, name), results.design
    levels = [key for key in design if key not in frame]
    found = frame.merge(design[["point", *levels]], on="point", how="left", validate="m:1")
    found.attrs = frame.attrs
    first = list(frame.columns).index("point") + 1
    return found[[*frame.columns[:first], *levels, *frame.columns[first:]]]


def _reader(results: Any, name: str) -> Callable[[], pd.DataFrame]:
    return lambda: getattr(results, name)


def _held(table: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    return lambda: table


def tables(
    results: OpenedRun | OpenedExperiment, names: Sequence[str] = ()
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield tables of results, all or those named, each read when it is asked for.

    Raises
    ------
    InputError
        If one is not there.
    """
    known = readers(results)
    for name in names:
        if name not in known:
            raise InputError(
                f"{results.folder}: no table is called {name!r}{nearest(name, known)}; there are "
                f"{', '.join(known)}"
            )
    for name in dict.fromkeys(names or known):
        yield name, known[name]()


def told(results: OpenedRun | OpenedExperiment) -> dict[str, Any]:
    """Return what results are of, for the record that goes with an export."""
    manifest = results.manifest
    of_run = isinstance(results, OpenedRun)
    return {
        "of": "run" if of_run else f"{manifest['experiment']} experiment",
        "name": manifest["run"] if of_run else manifest.get("key"),
        "state": "complete" if of_run else manifest["state"],
        "hecun": manifest.get("hecun"),
        "code": manifest.get("code"),
        "seed": manifest["seed"],
    }
