"""Folder of a run's results: what hecun wrote there may be replaced, nothing else ever.

A run is written into a hidden folder inside its folder and moved into place, file by file, when
it is complete. ``manifest.json`` leaves first and comes last: a folder that has one is complete.
The manifest lists the digest of every file written, so that what somebody added or edited is
known and kept. A process that dies while it moves leaves the rest in the hidden folder; the next
one moves it (`recover`).
"""

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import InputError
from sim.files import file_digest, inside
from sim.results.disk import (
    ELSEWHERE,
    entries,
    has_ended,
    lock,
    making,
    remove_empty,
    sync,
    this_process,
    warn_without_locks,
    write_whole,
)
from sim.results.stored import MANIFEST, changed, read_manifest, sealed

_PARTIAL, _ALIVE = ".partial-", "alive"


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
    digests = {name: file_digest(folder / name) for name in _names(folder) if name != MANIFEST}
    manifest["files"] = dict(sorted((manifest.get("files", {}) | digests).items()))
    for name in digests:  # on the disk before they are moved
        sync(folder / name)
    write_whole(path, sealed(manifest))


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
    recover(folder)
    if all(entry.name.startswith(_PARTIAL) for entry in entries(folder)):
        return False
    manifest = read_manifest(folder, "run")
    if manifest is None and all((folder / name).exists() for name in (MANIFEST, "config.yaml")):
        raise InputError(
            f"{folder / MANIFEST}: damaged, or not of this version, and nothing else says whether "
            f"the files beside it are whole; put a copy of it back, or {ELSEWHERE}"
        )
    if manifest is None:
        raise InputError(
            f"{folder}: is not empty and not a run's results of this version; nothing in it is "
            f"touched, not even with --fresh; {ELSEWHERE}"
        )
    if not fresh and manifest["run"] == run:
        return True
    if not fresh:
        raise InputError(
            f"{folder}: holds the results of another configuration, seed or version of the code; "
            f"give --fresh to replace them, or {ELSEWHERE}"
        )
    edited = [name for name in changed(folder, manifest) if (folder / name).is_file()]
    if edited:
        raise InputError(
            f"{folder}: {', '.join(edited)} changed since hecun wrote it; --fresh would lose the "
            f"change: move the file elsewhere, or {ELSEWHERE}"
        )
    return False


@contextmanager
def partial(folder: Path) -> Iterator[Path]:
    """Make a hidden folder to write results into, and remove it whatever happens.

    Raises
    ------
    InputError
        If it cannot be made.
    """
    with making(folder) as made:
        work = folder / Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder)).name
        alive = (work / _ALIVE).open("w", encoding="utf-8")
        alive.write(this_process())
        alive.flush()
        if not lock(alive):
            warn_without_locks(folder)
    try:
        (work / "new").mkdir()
        yield work / "new"
    finally:
        if (work / "old" / MANIFEST).exists() and not (folder / MANIFEST).exists():
            alive.close()  # moving stopped, and moving back as well: left to the next process
        else:
            _remove(work)
            alive.close()
        remove_empty(made)


def recover(folder: Path) -> None:
    """Finish what processes that died while they moved results had begun; drop the rest."""
    for work in folder.glob(f"{_PARTIAL}*"):
        with contextlib.suppress(OSError), (work / _ALIVE).open("a+", encoding="utf-8") as alive:
            if not lock(alive):  # who has locked it is at work
                alive.seek(0)
                if not has_ended(alive.read()):
                    continue
            if not (folder / MANIFEST).exists() and read_manifest(work / "new", "run") is not None:
                _finish(work, folder)
            _remove(work)


def _finish(work: Path, folder: Path) -> None:
    """Move what is left of complete results into place."""
    new, names = work / "new", _names(work / "new")
    stated = (read_manifest(new, "run") or {})["files"]
    before = read_manifest(work / "old", "run") or {"files": {}}
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
    old = read_manifest(folder, "run") or {"files": {}}
    names = sorted(_names(new), key=lambda name: (name == MANIFEST, name))
    own = {*old["files"], *([MANIFEST] if "run" in old else [])}
    led_away = [name for name in names if not inside(folder, name)]
    if led_away:
        raise InputError(
            f"{folder}: {', '.join(led_away)} would be written elsewhere, through a link in it; "
            f"remove the link, or {ELSEWHERE}"
        )
    taken = [name for name in names if (folder / name).exists() and name not in own]
    if taken:
        raise InputError(
            f"{folder}: {', '.join(taken)} would be overwritten, and hecun did not write it; "
            f"move the file elsewhere, or {ELSEWHERE}"
        )
    gone = [name for name in own if (folder / name).is_file() and (whole or name in names)]
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


def _names(folder: Path) -> list[str]:
    """Return the files below a folder, relative to it, with forward slashes."""
    return [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()]
