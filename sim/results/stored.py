"""What a folder of results must hold, and what is said of one that does not."""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

#: what figures, reports and commands ask of a manifest, and its type
RUN = {"seed": int, "reform": str, "title": dict, "timeline": list, "figures": list}
EXPERIMENT = {
    "experiment": str, "state": str, "code": str, "seed": int, "replicates": int,
    "record": dict, "outcomes": list, "folders": list, "drawn": dict,
}  # fmt: skip
_AGAIN = "give its command again with --fresh, or another --out"


def complete(manifest: dict[str, Any], needed: dict[str, type], folder: Path) -> dict[str, Any]:
    """Return a manifest that has all that is needed.

    Raises
    ------
    InputError
        If something of it is not there, or of another kind.
    """
    wrong = [key for key, kind in needed.items() if not isinstance(manifest.get(key), kind)]
    if wrong:
        raise InputError(
            f"{folder / 'manifest.json'}: of another version of hecun, or damaged ("
            f"{', '.join(wrong[:3])} {'are' if len(wrong) > 1 else 'is'} not there as expected); "
            f"{_AGAIN}"
        )
    return manifest


@contextmanager
def sound(folder: Path) -> "Iterator[None]":
    """Turn what Arrow says of a file that is none of its own into words.

    Raises
    ------
    InputError
        If a table cannot be read.
    """
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        said = str(error).partition(".")[0]
        raise InputError(f"{folder}: a table in it is damaged ({said}); {_AGAIN}") from error


def same_columns(
    found: Iterable[str], schema: "pa.Schema", folder: Path, manifest: dict[str, Any]
) -> None:
    """Refuse a table with other columns than this version of hecun writes.

    Raises
    ------
    InputError
        Naming the version that wrote it, and what to do.
    """
    there = list(found)
    absent = [name for name in schema.names if name not in there]
    strange = [name for name in there if name not in schema.names]
    if not absent and not strange:
        return
    parts = [
        f"{what} {', '.join(names[:4])}{', ...' if len(names) > 4 else ''}"
        for what, names in (("without", absent), ("with", strange))
        if names
    ]
    revision = manifest.get("git")
    made = f"hecun {manifest.get('hecun', 'of unknown version')}"
    made += f" ({revision})" if revision else ""
    raise InputError(
        f"{folder}: written by {made}, with another list of outcomes than this version's "
        f"({'; '.join(parts)}); run it again ({_AGAIN}), or read it with the version that wrote it"
    )


def there[T](read: Callable[[], T], folder: Path) -> T:
    """Return what is read of a folder, or say which file is not there."""
    try:
        return read()
    except (FileNotFoundError, NotADirectoryError) as error:
        name = Path(str(error.filename or str(error).split(": ")[-1])).name
        raise InputError(f"{folder}: {name} is not there; {_AGAIN}") from error
