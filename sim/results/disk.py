"""Steps on the disk that runs' and experiments' folders share, each safe from any kill."""

import contextlib
import errno
import os
import re
import socket
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sim.errors import InputError

#: what to do about a folder that cannot be used
ELSEWHERE = "give --out another folder"


def litter(name: str) -> bool:
    """Tell whether a file is what file managers leave in every folder that they show."""
    return name in (".DS_Store", "Thumbs.db", "desktop.ini") or name.startswith("._")


def entries(folder: Path) -> list[Path]:
    """Return what is in a folder for results, nothing if there is no such folder.

    What file managers leave there is nobody's (`litter`).

    Raises
    ------
    InputError
        If it is a file, a link to nothing, or cannot be read.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; give --out a folder")
    for path in (folder, *folder.parents):
        if path.is_symlink() and not path.exists():
            raise InputError(
                f"{path}: is a link to {path.readlink()}, which is not there; make that folder, "
                f"or {ELSEWHERE}"
            )
    try:
        found = list(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror}); {ELSEWHERE}") from error
    return [path for path in found if not litter(path.name)]


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


#: what systems say of a disk that keeps no locks (Lustre, NFS, FUSE without them)
_NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL)


def lock(file: IO[Any]) -> bool:
    """Lock a file for as long as it is open; return False on a disk that keeps no locks.

    Raises
    ------
    BlockingIOError
        If another process has it.
    """
    try:
        _lock(file)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return False
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            raise BlockingIOError(*error.args) from error
        raise
    return True


def _lock(file: IO[Any]) -> None:
    if os.name == "nt":
        import msvcrt

        os.lseek(file.fileno(), 1 << 30, os.SEEK_SET)  # beyond what others shall read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # pyright: ignore
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def this_process() -> str:
    """Say which process this is, for others that meet its files."""
    return f"process {os.getpid()} on {socket.gethostname()} since {time.strftime('%F %T')}"


def has_ended(said: str) -> bool:
    """Tell whether a process, as `this_process` says it, has ended; False if nobody can tell."""
    found = re.match(r"process (\d+) on (\S+) since", said)
    if found is None or found[2] != socket.gethostname() or os.name == "nt":
        return False
    if int(found[1]) == os.getpid():  # one of an earlier time
        return True
    try:
        os.kill(int(found[1]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def warn_without_locks(folder: Path) -> None:
    """Warn that nothing keeps a second process out of a folder."""
    warnings.warn(
        f"{folder}: this disk keeps no locks; give no second command for this folder before this "
        "one has ended",
        stacklevel=2,
    )


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
