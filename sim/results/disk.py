"""Steps on the disk that runs' and experiments' folders share, each safe from any kill."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sim.errors import InputError

#: what to do about a folder that cannot be used
ELSEWHERE = "give --out another folder"


def entries(folder: Path) -> list[Path]:
    """Return what is in a folder for results, nothing if there is no such folder.

    Raises
    ------
    InputError
        If it is a file, or cannot be read.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; give --out a folder")
    try:
        return list(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror}); {ELSEWHERE}") from error


@contextmanager
def making(folder: Path) -> Iterator[list[Path]]:
    """Make a folder, to open files in it; give the folders that were not there, inner ones first.

    Raises
    ------
    InputError
        If the system refuses; no new folder is left.
    """
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield new
    except OSError as error:
        remove_empty(new)
        raise InputError(f"{folder}: cannot be written ({error.strerror}); {ELSEWHERE}") from error


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove those of some folders, inner ones first, that are empty."""
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


def lock(file: IO[Any]) -> None:
    """Lock a file for as long as it is open; raise `OSError` if another process has it."""
    if os.name == "nt":
        import msvcrt

        os.lseek(file.fileno(), 1 << 30, os.SEEK_SET)  # beyond what others shall read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # pyright: ignore
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def unfinished(path: Path) -> Path:
    """Return the name under which this process writes a file before it is whole."""
    return path.with_name(f".{path.name}.{os.getpid()}")


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    begun = unfinished(path)
    begun.write_text(text, encoding="utf-8", newline="\n")
    sync(begun)
    begun.replace(path)


def sync(path: Path) -> None:
    """Have a file on the disk when this returns."""
    with path.open("r+b") as file:  # Windows flushes only what may be written
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last (where the system can)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
