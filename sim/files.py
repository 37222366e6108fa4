"""Files that users name: what is wrong is said in words, none is waited for; digests; caches."""

import atexit
import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from sim.errors import InputError, nearest
from sim.printable import shortened, undecoded

#: letters of a file's name that are looked at
_MOST_NAME = 255
#: bits that the mode of a folder for caches must not have: in one's home, among other users' files
_HOME, _SHARED = 0o002, 0o077


def absolute(folder: Path, name: str) -> str:
    """Return a name as an absolute path, relative ones counted from a folder; `fault` judges it."""
    try:
        return str((folder / name).resolve())
    except (OSError, ValueError, RuntimeError):  # too long, a NUL byte, a circle of links
        return os.path.abspath(folder / name)  # noqa: PTH100  (asks nothing of the disk)


def fault(path: Path, expected: str) -> str | None:
    """Return what is wrong with a path that should be a file, None if nothing is.

    Pipes and devices are refused: reading one may wait for ever.

    Parameters
    ----------
    path : Path
        As the user gave it.
    expected : str
        What is expected there, as ``a CSV file``.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return _missing(path)
    except OSError as error:
        return f"cannot be read ({error.strerror}); expected {expected}"
    except ValueError:
        return f"a NUL byte is in this name; expected the name of {expected}"
    if stat.S_ISDIR(mode):
        return f"is a folder; expected {expected}"
    if not stat.S_ISREG(mode):
        return f"is a pipe or a device; save its content as a file: expected {expected}"
    return None


def _missing(path: Path) -> str:
    """Say that a file is missing, with the nearest name in its folder."""
    try:
        names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else None
    except OSError:
        names = []
    if names is None:
        return f"no such file: there is no folder {shortened(str(path.parent))}"
    if path.is_symlink():
        return "a link to a file that is not there"
    folder = shortened(absolute(path.parent, ""))
    return f"no such file in {folder}{nearest(path.name[:_MOST_NAME], names)}"


def results_folder(path: str | Path, out: str | Path | None) -> Path:
    """Return the folder of results: what ``--out`` says, else ``results/`` and a file's name.

    Raises
    ------
    InputError
        If the file's name would lead out of ``results`` (``...yaml``); as `refuse_undecoded`.
    """
    if out is not None:
        refuse_undecoded(Path(out))
        return Path(out)
    name = Path(path).stem
    if not name.strip(". "):
        raise InputError(f"{path}: this name cannot name a folder of results; give --out a folder")
    return Path("results") / name


def refuse_undecoded(folder: Path) -> None:
    """Refuse a folder of results whose name is no text: Arrow opens no file there.

    Raises
    ------
    InputError
        If it holds bytes that are no letters in this system's encoding.
    """
    if undecoded(str(folder)):
        raise InputError(
            f"{folder}: bytes that are no letters in this system's encoding; rename the folder, "
            "or go into it and name results from there"
        )


def inside(folder: Path, name: str) -> bool:
    """Tell whether a name from a manifest stays in its folder, links followed."""
    try:
        return (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def digest(*parts: str | bytes | memoryview, size: int = 8) -> str:
    """Return the BLAKE2b digest of parts, a zero byte between them, as two hex digits a byte."""
    found = hashlib.blake2b(digest_size=size)
    for number, part in enumerate(parts):
        found.update(b"\0" * bool(number))
        found.update(part.encode() if isinstance(part, str) else part)
    return found.hexdigest()


def file_digest(path: Path) -> str:
    """Return the digest of what is in a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=8)).hexdigest()


def home() -> Path | None:
    """Return the user's home; None where there is none (containers)."""
    try:
        found = Path.home()
    except RuntimeError:
        return None
    return found if found.is_absolute() and found.is_dir() else None


def cache_folder(*parts: str, first: Path | None = None) -> Path:
    """Return a folder of this user alone for what can be made again, the same every time.

    In the user's cache; where that cannot be written, in the temporary folder; where somebody
    else has taken the name there, a new one that goes with this process.

    Parameters
    ----------
    *parts : str
        Its name below ``hecun``.
    first : Path, optional
        A folder to try before.
    """
    named = Path(os.environ.get("XDG_CACHE_HOME") or "")
    own = home()
    caches = [named] if named.is_absolute() else [own / ".cache"] if own else []
    bases = [first] if first else []
    bases += [base / "hecun" for base in caches]
    for base in bases:
        if _own(base, _HOME):
            folder = base.joinpath(*parts)
            if _own(folder, _HOME):
                return folder
    user = os.getuid() if hasattr(os, "getuid") else "cache"
    base = Path(tempfile.gettempdir(), f"hecun-{user}")
    if not _own(base, _SHARED):
        base = Path(tempfile.mkdtemp(prefix="hecun-"))
        atexit.register(shutil.rmtree, base, ignore_errors=True)
    folder = base.joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _own(folder: Path, others: int) -> bool:
    """Make a folder if need be; tell whether it is this user's, and no others may write there.

    Whose it is, is compared with whose a new file in it is.

    Parameters
    ----------
    folder : Path
        A folder.
    others : int
        Bits of its mode that must not be set; with `_HOME` it may be a link.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat() if others == _HOME else folder.lstat()
        with tempfile.TemporaryFile(dir=folder) as file:
            same = os.fstat(file.fileno()).st_uid == found.st_uid
    except OSError:
        return False
    loose = os.name == "posix" and found.st_mode & others
    return stat.S_ISDIR(found.st_mode) and same and not loose
