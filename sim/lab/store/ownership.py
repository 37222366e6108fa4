"""What in a folder is an experiment's, whether it is whole, and who may write there."""

import os
import socket
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.lab.store import shards
from sim.results.folder import MANIFEST, unsealed

SHARDS, COMPLETE, LOCK, ANSWERS = "shards", ".complete", ".lock", "tables"
FILES = ("experiment.yaml", "design.parquet", "runs.parquet", "timings.parquet")
DESIGN = FILES[1]
OURS = (*FILES, "county.parquet", "villages.parquet", "villagers.parquet", MANIFEST)
_HIDDEN = (".begun-", *(f".{name}." for name in OURS))
OTHER = "give --out another folder"


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of an experiment's folder; None if it is not one."""
    for place in (folder / COMPLETE, folder):
        found = unsealed(place / MANIFEST)
        if found is not None and "experiment" in found:
            return found
    return None


def changed(place: Path, manifest: dict[str, Any], names: Iterable[str] | None = None) -> list[str]:
    """Return the tables of a folder that are not what its manifest says: damaged or edited.

    Parameters
    ----------
    place : Path
        The folder.
    manifest : dict
        Its manifest.
    names : iterable of str, optional
        Files to look at; all if not given.
    """
    return [
        name
        for name, digest in manifest.get("digests", {}).items()
        if (names is None or name in names)
        and (not (place / name).is_file() or shards.digest(place / name) != digest)
    ]


def refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds something other than an experiment."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; give --out a folder")
    try:
        names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror}); {OTHER}") from error
    if read_manifest(folder) is not None:
        return
    ours = {LOCK, COMPLETE, SHARDS, *FILES[:2], *([MANIFEST] if SHARDS in names else [])}
    others = {name for name in names - ours if not name.startswith(_HIDDEN)}
    if others & {"runs.parquet"} and "experiment.yaml" in names:
        raise InputError(
            f"{folder / MANIFEST}: missing or damaged, and nothing else says whether the tables "
            f"beside it are whole; put a copy of it back, or {OTHER}"
        )
    if others:
        raise InputError(
            f"{folder}: is not empty and not an experiment's results; nothing in it is touched, "
            f"not even with --fresh; {OTHER}"
        )


def take(lock: Any, folder: Path) -> bool:
    """Lock the folder for as long as this process lives; False if the lock is not there now."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # pyright: ignore
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        who = lock.read().strip() or "another process"
        lock.close()
        raise InputError(f"{folder}: {who} is writing here; wait for it, or {OTHER}") from error
    try:
        there = os.path.samestat(os.fstat(lock.fileno()), (folder / LOCK).stat())
    except FileNotFoundError:
        there = False
    if not there:
        lock.close()
        return False
    lock.truncate(0)
    lock.write(f"process {os.getpid()} on {socket.gethostname()} since {time.strftime('%F %T')}")
    lock.flush()
    return True
