"""Manifests and tables of stored results: sealed by digests, and refused in words if not whole."""

import json
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.files import digest, file_digest, inside, refuse_undecoded, results_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from sim.results.shape import Kind

MANIFEST = "manifest.json"
#: files of results that give the results again -> what the folder is of
_WHOLE: "dict[str, Kind]" = {"config.yaml": "run", "experiment.yaml": "experiment"}
#: folder of an experiment's new tables, which count from the moment it is there
COMPLETE = ".complete"
#: keys of a manifest without which figures, reports and commands cannot do
RUN = ("seed", "reform", "title", "timeline", "triggers", "figures", "cell_km")
EXPERIMENT = (
    "experiment", "state", "code", "seed", "replicates", "record", "outcomes", "drawn",
)  # fmt: skip
_AGAIN = "give its command again with --fresh, or another --out"


def sealed(manifest: dict[str, Any]) -> str:
    """Return the text of a manifest with its own digest."""
    plain = json.loads(json.dumps(manifest))
    plain["digest"] = _own_digest(plain)
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def unsealed(path: Path) -> dict[str, Any] | None:
    """Return a manifest, None if there is none or it is not what was written."""
    try:
        manifest = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
        if not isinstance(manifest, dict):
            return None
        own = _own_digest(manifest)
    except (OSError, ValueError, RecursionError):
        return None
    return manifest if manifest.get("digest", own) == own else None


def _own_digest(manifest: dict[str, Any]) -> str:
    rest = {key: value for key, value in manifest.items() if key != "digest"}
    return digest(json.dumps(rest, sort_keys=True))


def fitting(manifest: dict[str, Any], kind: "Kind", path: Path) -> dict[str, Any]:
    """Return a manifest in which every key holds what hecun writes there (`sim.results.shape`).

    Raises
    ------
    InputError
        Naming the first key that does not.
    """
    from sim.model.outcomes.catalogue import of_manifest
    from sim.results.shape import misfit

    found = misfit(manifest, kind)
    if found is not None:
        raise InputError(
            f"{path}: {found}; damaged, edited, or of another version of hecun: put a copy of it "
            "back, or give its command another --out"
        )
    of_manifest(manifest)
    return manifest


def read_manifest(folder: Path, kind: "Kind") -> dict[str, Any] | None:
    """Return the manifest of a folder of results, None if it is not one of a kind.

    Parameters
    ----------
    folder : Path
        Where it is.
    kind : str
        ``"run"`` or ``"experiment"``.

    Raises
    ------
    InputError
        If it is one, and something in it is not as hecun writes it.
    """
    refuse_undecoded(folder)
    for place in (folder / COMPLETE, folder):
        manifest = unsealed(place / MANIFEST)
        if manifest is None or kind not in manifest:
            continue
        fitting(manifest, kind, place / MANIFEST)
        if _digests(manifest) is not None and all(inside(folder, name) for name in known(manifest)):
            return manifest
    return None


def _digests(manifest: dict[str, Any]) -> Any:
    """Return the digests of a folder's files; those of an older experiment are not known."""
    return manifest.get("files") if "run" in manifest else manifest.get("digests", {})


def folder_for(path: str | Path, out: str | Path | None) -> Path:
    """Return the folder of results of a file: what ``--out`` says, else its own if it is of one.

    Raises
    ------
    InputError
        As `results_folder`.
    """
    path = Path(path)
    kind = _WHOLE.get(path.name)
    if out is None and kind is not None and read_manifest(path.parent, kind) is not None:
        return path.parent
    return results_folder(path, out)


def changed_inputs(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Return the files that give results again, kept in their folder, that are not as they were."""
    return changed(folder, {"digests": manifest.get("inputs", {}) | _text(manifest)})


def _text(manifest: dict[str, Any]) -> dict[str, str]:
    """Return the digest of an experiment's file."""
    return {"experiment.yaml": manifest["text"]} if "text" in manifest else {}


def known(manifest: dict[str, Any]) -> dict[str, str]:
    """Return the digests of all files of a folder that its manifest knows."""
    told = (_digests(manifest), manifest.get("inputs"), manifest.get("answers"), _text(manifest))
    return {name: was for part in told for name, was in (part or {}).items()}


def whole(folder: Path) -> tuple[Path, int]:
    """Check that results are what was written.

    Returns
    -------
    path : Path
        The file in the folder that gives them again.
    files : int
        How many files the manifest knows.

    Raises
    ------
    InputError
        Naming every file that is damaged, edited or gone; if the folder is not one of results.
    """
    manifest = read_manifest(folder, "run") or read_manifest(folder, "experiment")
    if manifest is None:
        raise InputError(
            f"{folder}: is a folder, and not one of results with a sound {MANIFEST}; expected a "
            "configuration or experiment file (.yaml), or what `hecun run` or `hecun experiment` "
            "wrote"
        )
    digests = known(manifest)
    wrong = changed(folder, {"digests": digests})
    if wrong:
        raise InputError(
            [f"{folder / name}: damaged, edited or gone since it was written" for name in wrong]
        )
    return folder / ("config.yaml" if "run" in manifest else "experiment.yaml"), len(digests)


def changed(
    folder: Path, manifest: dict[str, Any], among: Iterable[str] | None = None
) -> list[str]:
    """Return the files of a folder that are not what its manifest says: damaged, edited or gone.

    Parameters
    ----------
    folder : Path
        Where they are.
    manifest : dict
        Its manifest.
    among : iterable of str, optional
        Files to look at; all if not given.
    """
    return [
        name
        for name, was in _digests(manifest).items()
        if (among is None or name in among)
        and (not (folder / name).is_file() or file_digest(folder / name) != was)
    ]


def complete(manifest: dict[str, Any], needed: Iterable[str], folder: Path) -> dict[str, Any]:
    """Return a manifest that has all that is needed.

    Raises
    ------
    InputError
        If something of it is not there.
    """
    absent = [key for key in needed if key not in manifest]
    if absent:
        raise InputError(
            f"{folder / MANIFEST}: of another version of hecun, or damaged ({', '.join(absent[:3])}"
            f" {'are' if len(absent) > 1 else 'is'} not there); {_AGAIN}"
        )
    return manifest


@contextmanager
def sound(folder: Path) -> "Iterator[None]":
    """Say in words that a table read inside is not one, or damaged.

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
    columns: Iterable[str], schema: "pa.Schema", folder: Path, manifest: dict[str, Any]
) -> None:
    """Refuse a table with other columns than this version of hecun writes.

    Raises
    ------
    InputError
        Naming the version that wrote it, and what to do.
    """
    names = list(columns)
    absent = [name for name in schema.names if name not in names]
    strange = [name for name in names if name not in schema.names]
    if not absent and not strange:
        return
    parts = [
        f"{what} {', '.join(which[:4])}{', ...' if len(which) > 4 else ''}"
        for what, which in (("without", absent), ("with", strange))
        if which
    ]
    revision = manifest.get("git")
    made = f"hecun {manifest.get('hecun', 'of unknown version')}"
    made += f" ({revision})" if revision else ""
    raise InputError(
        f"{folder}: written by {made}, with another list of outcomes than this version's "
        f"({'; '.join(parts)}); run it again ({_AGAIN}), or read it with the version that wrote it"
    )


def missing(error: OSError, folder: Path) -> InputError:
    """Return the error that says which file of a folder is not there."""
    name = Path(str(error.filename or str(error).split(": ")[-1])).name
    return InputError(f"{folder}: {name} is not there; {_AGAIN}")
