"""Files of the user's that a folder of results keeps: with them it needs nothing outside itself.

Villages, plans and maps go to ``inputs/``, named by what they are called and what is in them;
sources of policies of one's own stand beside the configuration, where they are looked for.
"""

import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.files import digest, file_digest, inside
from sim.model.policies.own import Own
from sim.model.world.mapfile import files_of
from sim.results.disk import ELSEWHERE, sync

INPUTS = "inputs"
#: bytes of a file from which it is said that it is kept
LARGE = 20_000_000
_MOST_STEM, _MARK = 60, 12


def input_digest(path: str) -> str:
    """Return the digest of a file that a configuration names, those beside a Shapefile too."""
    return digest(b"".join(file.read_bytes() for file in files_of(Path(path))), size=64)


def kept_name(path: str) -> str:
    """Return a file's name in a folder of results: the same for one content, wherever it lies."""
    file, mark = Path(path), input_digest(path)[:_MARK]
    stem = re.sub(rf"-[0-9a-f]{{{_MARK}}}$", "", file.stem)  # of a file that was kept before
    stem = re.sub(r"[^\w.-]+", "_", stem).lstrip(".")
    return f"{INPUTS}/{stem[:_MOST_STEM]}-{mark}{file.suffix.lower()}"


def called(name: str) -> str | None:
    """Return what a kept file was called, None if a name is not one of `kept_name`."""
    found = re.fullmatch(rf"{INPUTS}/(.*)-[0-9a-f]{{{_MARK}}}(\.\w+)?", name)
    return None if found is None else found[1] + (found[2] or "")


def renamed(data: Any, names: Mapping[str, str]) -> Any:
    """Return plain data in which files have other names."""
    if isinstance(data, dict):
        return {key: renamed(value, names) for key, value in data.items()}
    if isinstance(data, list):
        return [renamed(value, names) for value in data]
    return names.get(data, data) if isinstance(data, str) else data


def kept_files(names: Mapping[str, str], own: Iterable[Own]) -> dict[str, Path]:
    """Return every file that a folder is to keep: its name there -> where it is.

    Parameters
    ----------
    names : mapping of str to str
        Path of a file that a configuration names -> its `kept_name`.
    own : iterable of Own
        Policies of one's own.
    """
    found: dict[str, Path] = {}
    for path, name in names.items():
        for file in files_of(Path(path)):
            found[Path(name).with_suffix(file.suffix.lower()).as_posix()] = file
    for one in own:
        found |= one.sources
    return dict(sorted(found.items()))


def large(files: Mapping[str, Path], say: Callable[[str], None]) -> None:
    """Say which of the files that are kept are large."""
    for name, file in files.items():
        size = file.stat().st_size
        if size >= LARGE:
            say(f"Kept with the results: {name} ({size / 1e6:,.0f} MB)")


def refuse_taken(files: Mapping[str, Path], folder: Path, ours: Iterable[str]) -> None:
    """Refuse to keep files where others of their names are.

    Parameters
    ----------
    files : mapping of str to Path
        What `kept_files` gives.
    folder : Path
        Folder of results.
    ours : iterable of str
        Names of files there that hecun wrote and may replace.

    Raises
    ------
    InputError
        If a file that hecun did not write is in the way, or a link leads elsewhere.
    """
    for name in files:
        target = folder / name
        if not inside(folder, name):
            raise InputError(f"{target}: leads out of {folder}; remove the link, or {ELSEWHERE}")
        if name not in ours and target.exists() and not _same(target, files[name]):
            raise InputError(
                f"{target}: would be overwritten, and hecun did not write it; move the file "
                f"elsewhere, or {ELSEWHERE}"
            )


def _same(target: Path, source: Path) -> bool:
    return target.is_file() and file_digest(target) == file_digest(source)


def copy(files: Mapping[str, Path], folder: Path, work: Path) -> list[str]:
    """Copy files into a folder of results, each whole or not at all.

    Parameters
    ----------
    files, folder
        As for `refuse_taken`.
    work : Path
        A folder of the same disk for what is not whole yet; removed.

    Returns
    -------
    list of str
        The files that were not there, or were others.
    """
    written = []
    for name, source in files.items():
        target = folder / name
        if _same(target, source):
            continue
        work.mkdir(exist_ok=True)
        begun = work / "file"
        shutil.copyfile(source, begun)
        sync(begun)
        target.parent.mkdir(parents=True, exist_ok=True)
        begun.replace(target)
        written.append(name)
    if written:
        work.rmdir()
    return written
