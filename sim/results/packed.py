"""Opens what `hecun pack` wrote: every file against its digest, then a folder of results."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.errors import InputError
from sim.results.pack import SUMS

_CHUNK = 1 << 20


@contextmanager
def opened(results: Path) -> Iterator[tuple[Path, int]]:
    """Give the folder of packed results, or the folder itself, and how many digests held.

    Parameters
    ----------
    results : Path
        An archive that `hecun pack` wrote, that archive unpacked, or a folder of results.

    Raises
    ------
    InputError
        If it is no archive of hecun's, or files in it are not those that were packed.
    """
    if not results.is_file():
        yield results, _held(results, results) if (results / SUMS).is_file() else 0
        return
    with TemporaryDirectory(prefix="hecun-") as place:
        folder = _unpacked(results, Path(place))
        yield folder, _held(folder, results)


def _unpacked(path: Path, place: Path) -> Path:
    """Unpack an archive; nothing in it is compressed, so that it is as large as it looks."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            tops = {entry.filename.partition("/")[0] for entry in entries}
            odd = [e.filename for e in entries if e.compress_type != zipfile.ZIP_STORED]
            if len(tops) != 1 or odd or not any(e.filename.endswith(f"/{SUMS}") for e in entries):
                raise InputError(f"{path}: not an archive that `hecun pack` wrote")
            archive.extractall(place)
    except (zipfile.BadZipFile, OSError, RuntimeError) as error:
        raise InputError(f"{path}: cannot be read as an archive ({error})") from error
    return place / tops.pop()


def _held(folder: Path, named: Path) -> int:
    """Check every file that the sums name; return how many there are."""
    text = (folder / SUMS).read_text("utf-8")
    sums = dict(line.split("  ", 1)[::-1] for line in text.splitlines() if "  " in line)
    wrong = [name for name, was in sums.items() if _sha256(folder / name) != was]
    if wrong or not sums:
        raise InputError(
            [f"{named}: {name}: not what was packed, or gone" for name in wrong]
            or f"{named}: {SUMS} names no file"
        )
    return len(sums)


def _sha256(path: Path) -> str | None:
    if not path.is_file():
        return None
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            found.update(part)
    return found.hexdigest()
