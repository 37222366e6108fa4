"""A folder of results: what hecun wrote there may be replaced, nothing else ever.

A run is written into a hidden folder inside its folder and moved into place, file by file, when
it is complete. ``manifest.json`` leaves first and comes last: a folder that has one is complete.
The manifest lists the digest of every file written, so that what somebody added or edited is
known and kept. A process that dies while it moves leaves the rest in the hidden folder; the next
one moves it (`recover`).
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sim.errors import InputError
from sim.files import fault, inside

MANIFEST = "manifest.json"
_PARTIAL, _ALIVE = ".partial-", "alive"


def sealed(manifest: dict[str, Any]) -> str:
    """Return the text of a manifest with its own digest."""
    plain = json.loads(json.dumps(manifest))
    plain["digest"] = _digest_of(plain)
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def unsealed(path: Path) -> dict[str, Any] | None:
    """Return a manifest, None if there is none or it is not what was written."""
    if fault(path, "a manifest") is not None:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("digest", _digest_of(found)) != _digest_of(found):
        return None
    return found


def _digest_of(manifest: dict[str, Any]) -> str:
    own = {key: value for key, value in manifest.items() if key != "digest"}
    text = json.dumps(own, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder of results, or None if it is not one of hecun's."""
    found = unsealed(folder / MANIFEST)
    if found is None or not isinstance(found.get("files"), dict) or "run" not in found:
        return None
    return found if all(inside(folder, name) for name in found["files"]) else None


def seal(folder: Path, drawn: Iterable[str]) -> None:
    """Add the digest of every file of a folder, and what was drawn, to its manifest.

    Parameters
    ----------
    folder : Path
        A folder with a manifest.
    drawn : iterable of str
        Languages whose figures it has (``en``), and whose as vectors too (``en.svg``).
    """
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["figures"] = sorted({*manifest["figures"], *drawn})
    found = {name: _digest(folder / name) for name in _names(folder) if name != MANIFEST}
    manifest["files"] = dict(sorted((manifest.get("files", {}) | found).items()))
    path.write_text(sealed(manifest), encoding="utf-8")
    for name in [*found, MANIFEST]:  # on the disk before they are moved
        with (folder / name).open("rb") as file:
            os.fsync(file.fileno())


def holds(folder: Path, run: str, fresh: bool) -> bool:
    """Return whether a folder holds a run already (never if `fresh`).

    Parameters
    ----------
    folder : Path
        Where results shall go.
    run : str
        Digest of the run.
    fresh : bool
        Whether results may be replaced.

    Raises
    ------
    InputError
        If the folder may not be written: it is a file, holds something else, or results that
        `fresh` does not allow to replace or that somebody changed.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; give --out a folder")
    recover(folder)
    try:
        entries = list(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror}); {_OTHER}") from error
    if all(entry.name.startswith(_PARTIAL) for entry in entries):
        return False
    manifest = read_manifest(folder)
    if manifest is None and all((folder / name).exists() for name in (MANIFEST, "config.yaml")):
        raise InputError(
            f"{folder / MANIFEST}: damaged, or not of this version, and nothing else says whether "
            f"the files beside it are whole; put a copy of it back, or {_OTHER}"
        )
    if manifest is None:
        raise InputError(
            f"{folder}: is not empty and not a run's results of this version; nothing in it is "
            f"touched, not even with --fresh; {_OTHER}"
        )
    if not fresh and manifest["run"] == run:
        return True
    if not fresh:
        raise InputError(
            f"{folder}: holds the results of another configuration, seed or version of the code; "
            f"give --fresh to replace them, or {_OTHER}"
        )
    changed = [
        name
        for name, digest in manifest["files"].items()
        if (folder / name).is_file() and _digest(folder / name) != digest
    ]
    if changed:
        raise InputError(
            f"{folder}: {', '.join(changed)} changed since hecun wrote it; --fresh would lose the "
            f"change: move the file elsewhere, or {_OTHER}"
        )
    return False


_OTHER = "give --out another folder"


@contextmanager
def partial(folder: Path) -> Iterator[Path]:
    """Make a hidden folder to write results into, and remove it whatever happens.

    Raises
    ------
    InputError
        If it cannot be made.
    """
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder))
        alive = (work / _ALIVE).open("w", encoding="utf-8")
        _lock(alive)
    except OSError as error:
        _drop_empty(new)
        raise InputError(f"{folder}: cannot be written ({error.strerror}); {_OTHER}") from error
    try:
        (work / "new").mkdir()
        yield work / "new"
    finally:
        if (work / "old" / MANIFEST).exists() and not (folder / MANIFEST).exists():
            alive.close()  # moving stopped, and moving back as well: left to the next process
        else:
            _remove(work)
            alive.close()
        _drop_empty(new)


def recover(folder: Path) -> None:
    """Finish what processes that died while they moved results had begun; drop the rest."""
    for work in folder.glob(f"{_PARTIAL}*"):
        with contextlib.suppress(OSError), (work / _ALIVE).open("a", encoding="utf-8") as alive:
            _lock(alive)  # or it is at work
            if not (folder / MANIFEST).exists() and read_manifest(work / "new") is not None:
                _finish(work, folder)
            _remove(work)


def _finish(work: Path, folder: Path) -> None:
    """Move what is left of complete results into place."""
    new, names = work / "new", _names(work / "new")
    stated = (read_manifest(new) or {})["files"]
    before = read_manifest(work / "old") or {"files": {}}
    if any((folder / name).exists() and name not in before["files"] for name in names):
        return  # somebody's file is in the way
    for name in before["files"].keys() - stated.keys():
        (folder / name).unlink(missing_ok=True)
    for name in sorted(names, key=lambda name: (name == MANIFEST, name)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).replace(folder / name)


def _remove(work: Path) -> None:
    """Remove a hidden folder: what it says first, the sign of life last."""
    (work / "new" / MANIFEST).unlink(missing_ok=True)
    for part in ("new", "old"):
        shutil.rmtree(work / part, ignore_errors=True)
    shutil.rmtree(work, ignore_errors=True)


def _lock(file: IO[str]) -> None:
    """Lock a file for as long as it is open; raise `OSError` if another process has it."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # pyright: ignore
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def put(new: Path, folder: Path, whole: bool) -> None:
    """Move complete results from where `partial` made them into their folder.

    Parameters
    ----------
    new : Path
        What `partial` gave.
    folder : Path
        Where they go.
    whole : bool
        Whether they replace all files of older results, or only those of the same names.

    Raises
    ------
    InputError
        If a file that hecun did not write is in the way. Whatever is raised, the folder is as
        it was before.
    """
    old = read_manifest(folder) or {"files": {}}
    names = sorted(_names(new), key=lambda name: (name == MANIFEST, name))
    ours = {*old["files"], *([MANIFEST] if "run" in old else [])}
    led_away = [name for name in names if not inside(folder, name)]
    if led_away:
        raise InputError(
            f"{folder}: {', '.join(led_away)} would be written elsewhere, through a link in it; "
            f"remove the link, or {_OTHER}"
        )
    taken = [name for name in names if (folder / name).exists() and name not in ours]
    if taken:
        raise InputError(
            f"{folder}: {', '.join(taken)} would be overwritten, and hecun did not write it; "
            f"move the file elsewhere, or {_OTHER}"
        )
    gone = [name for name in ours if (folder / name).is_file() and (whole or name in names)]
    gone.sort(key=lambda name: (name != MANIFEST, name))
    aside = new.with_name("old")
    moves = [(folder / name, aside / name) for name in gone]
    moves += [(new / name, folder / name) for name in names]
    _move(moves)


def _move(moves: list[tuple[Path, Path]]) -> None:
    """Move files, all or none."""
    begun = []
    try:
        for source, target in moves:
            target.parent.mkdir(parents=True, exist_ok=True)
            begun.append((source, target))
            source.replace(target)
    except BaseException:
        for source, target in reversed(begun):
            if target.exists() and not source.exists():
                target.replace(source)
        raise


def _drop_empty(folders: Iterable[Path]) -> None:
    """Remove folders, inner ones first, that were made and stayed empty."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


def _names(folder: Path) -> list[str]:
    """Return the files below a folder, relative to it, with forward slashes."""
    return [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()]


def _digest(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
