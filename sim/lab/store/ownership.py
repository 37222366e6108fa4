"""Ownership of an experiment's folder: its files, and the lock of the process that writes."""

import os
from pathlib import Path
from typing import IO

from sim.errors import InputError
from sim.results.disk import (
    ELSEWHERE,
    entries,
    has_ended,
    lock,
    this_process,
    warn_without_locks,
)
from sim.results.kept import INPUTS
from sim.results.stored import COMPLETE, MANIFEST, read_manifest

SHARDS, LOCK, ANSWERS = "shards", ".lock", "tables"
EXPERIMENT, DESIGN, RUNS = "experiment.yaml", "design.parquet", "runs.parquet"
#: tables of runs, that of the runs first: without it the others are not read
RUN_TABLES = (RUNS, "timings.parquet", "county.parquet", "villages.parquet", "villagers.parquet")
FILES = (EXPERIMENT, DESIGN, *RUN_TABLES, MANIFEST)
_HIDDEN = (".begun-", *(f".{name}." for name in FILES))


def refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds something other than an experiment."""
    names = {path.name for path in entries(folder)}
    if read_manifest(folder, "experiment") is not None:
        return
    own = {LOCK, COMPLETE, SHARDS, EXPERIMENT, DESIGN}
    if SHARDS in names:  # a lost manifest; kept sources are replaced by the same ones alone
        own |= {MANIFEST, INPUTS, *(name for name in names if name.endswith(".py"))}
    others = {name for name in names - own if not name.startswith(_HIDDEN)}
    if RUNS in others and EXPERIMENT in names:
        raise InputError(
            f"{folder / MANIFEST}: missing or damaged, and nothing else says whether the tables "
            f"beside it are whole; put a copy of it back, or {ELSEWHERE}"
        )
    if others:
        raise InputError(
            f"{folder}: is not empty and not an experiment's results; nothing in it is touched, "
            f"not even with --fresh; {ELSEWHERE}"
        )


def take_lock(file: IO[str], folder: Path) -> bool:
    """Lock the folder by its open lock for as long as this process lives; False if that is gone."""
    file.seek(0)
    who = file.read().strip()
    try:
        locked = lock(file)
    except OSError as error:
        file.close()
        if not isinstance(error, BlockingIOError):
            raise
        who = who or "another process"
        raise InputError(f"{folder}: {who} is writing here; wait for it, or {ELSEWHERE}") from error
    if not locked:
        _trust(who, file, folder)
    try:
        same = os.path.samestat(os.fstat(file.fileno()), (folder / LOCK).stat())
    except FileNotFoundError:
        same = False
    if not same:
        file.close()
        return False
    file.truncate(0)
    file.write(this_process())
    file.flush()
    return True


def _trust(who: str, file: IO[str], folder: Path) -> None:
    """Go on where the disk keeps no locks, unless a process may still write there."""
    if who and not has_ended(who):
        file.close()
        raise InputError(
            f"{folder}: {who} writes here, or did not end in order; this disk keeps no locks that "
            f"would tell. Delete {folder / LOCK} once it has ended, or {ELSEWHERE}"
        )
    warn_without_locks(folder)
