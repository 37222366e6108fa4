"""Results as one archive for others: whole, checked, the same bytes for the same results."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim import examples
from sim.errors import InputError
from sim.files import inside
from sim.model.compiled import simulation_digest
from sim.results.crate import CRATE, crate
from sim.results.disk import making, remove_empty, sync
from sim.results.stored import COMPLETE, MANIFEST, changed, complete, known, read_manifest
from sim.words import LANGUAGES, word

#: what hecun writes into a folder of results later, and its manifest does not list
_LATER = (
    "tables/*.parquet", "tables/*.csv", "report.html", "report_zh.html", "report_figures/*",
    "report_zh_figures/*", "plots/*",
)  # fmt: skip
#: files that are of this machine alone, or that every archive has of its own
_NOT = (".*", "shards")
README, CITATION, ENVIRONMENT, SUMS = "README.md", "CITATION.cff", "environment.txt", "SHA256SUMS"
LOCK = "pylock.toml"
#: documents of the model and of its use as evidence: of this version of the code alone
MODEL = {f"docs/{name}.md": f"{name}.md" for name in ("ODD", "TRACE", "RAT-RS")}
_OWN = (README, CITATION, "codemeta.json", ENVIRONMENT, LOCK, CRATE, SUMS, *MODEL.values())
_CHUNK = 1 << 20
#: keys of a manifest that an archive says
_TOLD = ("hecun", "python", "machine", "libraries", "title", "code", "finished")
_TOLD_OF_MANY = (
    "hecun", "state", "python", "machine", "libraries", "key", "design_points", "replicates",
    "failed", "text", "digests", "code", "finished",
)  # fmt: skip


def pack(
    folder: str | Path, out: str | Path | None = None, fresh: bool = False, lock: bool = False
) -> tuple[Path, list[str]]:
    """Write results into an archive.

    Parameters
    ----------
    folder : path
        What `hecun run` or `hecun experiment` wrote.
    out : path, optional
        The archive; beside the folder, with its name and ``.zip``, if not given.
    fresh : bool
        Replace an archive that is there.
    lock : bool
        Ask the registry (by uv) for the files of the versions that ran: ``pylock.toml``.

    Returns
    -------
    path : Path
        The archive.
    left : list of str
        What lies in the folder and is not hecun's: it is not in the archive.

    Raises
    ------
    InputError
        If the folder is not one of finished results, or they are not what was written; if the
        archive is there; if the versions cannot be locked.
    """
    folder = Path(folder)
    path = _archive(folder, out)
    if path.exists() and not fresh:
        raise InputError(f"{path}: is there already; give --fresh to replace it")
    manifest = _finished(folder)
    names = _names(folder, manifest)
    own = _own_files(manifest) | ({LOCK: locked(manifest)} if lock else {})
    part = path.with_name(f".{path.name}.part")
    with making(path.parent) as made:
        part.unlink(missing_ok=True)  # of a process that was killed
    try:
        _write(folder, manifest, names, own, part)
        sync(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
        remove_empty(made)
    return path, list(_left(folder, names, path))


def _archive(folder: Path, out: str | Path | None) -> Path:
    """Return the name of the archive."""
    if out is None:
        whole = folder.resolve()
        return (
            folder.with_name(f"{folder.name}.zip")
            if folder.name
            else whole.with_name(f"{whole.name}.zip")
        )
    path = Path(out)
    if path.is_dir() or path.suffix.lower() != ".zip":
        raise InputError(f"{out}: expected the name of an archive, for example results.zip")
    return path


def _finished(folder: Path) -> dict[str, Any]:
    """Return the manifest of finished results that are what was written."""
    manifest = read_manifest(folder, "run") or read_manifest(folder, "experiment")
    if manifest is None:
        raise InputError(
            f"{folder}: not a folder of results (`hecun run` and `hecun experiment` write one), or "
            f"its {MANIFEST} is damaged"
        )
    if "inputs" not in manifest:
        raise InputError(
            f"{folder}: written by an earlier version, which did not keep the files it needs; give "
            "its command again, then pack it"
        )
    begun = (folder / COMPLETE).exists() or (folder / ".answering").exists()
    if "experiment" in manifest and (begun or manifest.get("state") == "running"):
        raise InputError(f"{folder}: not finished; give its command again, then pack it")
    complete(manifest, _TOLD if "run" in manifest else _TOLD_OF_MANY, folder)
    wrong = changed(folder, {"digests": known(manifest)})
    if wrong:
        raise InputError(
            f"{folder}: damaged, or edited since it was written: {', '.join(wrong)}; put a copy "
            "back, or give its command again"
        )
    return manifest


def _names(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Return the files that are packed, by their names in the folder."""
    listed = {MANIFEST, *known(manifest)}
    later = {p.relative_to(folder).as_posix() for glob in _LATER for p in folder.glob(glob)}
    fit = (name for name in later if (folder / name).is_file() and inside(folder, name))
    return sorted({*listed, *(name for name in fit if not Path(name).name.startswith("."))})


def _left(folder: Path, names: list[str], archive: Path) -> Iterator[str]:
    """Yield what lies in a folder and is not packed, folders as a whole."""
    packed = {name.partition("/")[0] for name in names}
    for path in sorted(folder.iterdir()):
        known = path.name in (*packed, *_OWN) or any(path.match(name) for name in _NOT)
        if not known and path.resolve() != archive.resolve():
            yield path.name


def _own_files(manifest: dict[str, Any]) -> dict[str, str]:
    """Return the texts that the archive adds."""
    libraries = "".join(f"{name}=={at}\n" for name, at in manifest["libraries"].items())
    head = f"# Python {manifest['python']}, {manifest.get('system', '')} {manifest['machine']}\n"
    same = manifest["code"] == simulation_digest()
    documents = {CITATION: CITATION, "codemeta.json": "codemeta.json"} | (MODEL if same else {})
    texts = {name: (examples.home() / path).read_text("utf-8") for path, name in documents.items()}
    return {
        README: _readme(manifest),
        **texts,
        ENVIRONMENT: f"{head}# hecun {_version(manifest)}\n{libraries}",
    }


def locked(manifest: dict[str, Any]) -> str:
    """Return a lock file (PEP 751) of the versions that ran, with files and digests, made by uv.

    What they need themselves is as it was on the day the results were finished.

    Raises
    ------
    InputError
        If uv is not there, or does not find the versions.
    """
    wanted = "".join(f"{name}=={at}\n" for name, at in manifest["libraries"].items())
    uv = [shutil.which("uv")] if shutil.which("uv") else [sys.executable, "-m", "uv"]
    options = ["--python-version", manifest["python"], "--exclude-newer", manifest["finished"]]
    command = [*uv, "pip", "compile", "-", *options, "--format", LOCK, "--no-header", "--quiet"]
    try:
        done = subprocess.run(
            command, input=wanted, capture_output=True, text=True, timeout=300, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise InputError(f"--lock: uv cannot be started ({error}); install it (uv)") from error
    if done.returncode:
        said = "; ".join(done.stderr.strip().splitlines()[:3])
        raise InputError(f"--lock: uv did not lock the versions that ran: {said}")
    return done.stdout


def _version(manifest: dict[str, Any]) -> str:
    """Return the version that made results."""
    revision = manifest.get("git")
    return manifest["hecun"] + (f" ({revision})" if revision else "")


def _readme(manifest: dict[str, Any]) -> str:
    """Return the page of an archive, in both languages."""
    of_run = "run" in manifest
    commands = "hecun verify .\nhecun run config.yaml --out again"
    if not of_run:
        commands = (
            "hecun verify .\nhecun replay . 1/1\nhecun experiment experiment.yaml --out again"
        )
    code = sorted(name for name in manifest["inputs"] if name.endswith(".py"))
    parts = []
    for lang in LANGUAGES:
        said = word("pack_run", lang, title=manifest["title"][lang]) if of_run else ""
        if not of_run:
            asked = (manifest.get("question") or {}).get(lang) or ""
            about = {"method": manifest["experiment"], "points": manifest["design_points"]}
            about |= {"replicates": manifest["replicates"], "failed": manifest["failed"]}
            said = word("pack_experiment", lang, question=asked, **about).strip()
        version = _version(manifest)
        parts += [f"# {word('pack_title', lang)}", said, word("pack_whole", lang, version=version)]
        parts += [word("pack_again", lang, version=manifest["hecun"]), f"```\n{commands}\n```"]
        parts += [word("pack_code", lang, files=", ".join(code))] if code else []
        parts.append(word("pack_same", lang))
    return "\n\n".join(parts) + "\n"


def _write(
    folder: Path, manifest: dict[str, Any], names: list[str], own: dict[str, str], part: Path
) -> None:
    """Write the archive; refuse files that are not, or no longer, what the manifest says."""
    key = str(manifest["run"] if "run" in manifest else manifest["key"])
    top = f"hecun-{manifest.get('experiment', 'run')}-{key[:8]}"
    found: dict[str, tuple[int, str]] = {}
    with zipfile.ZipFile(part, "w") as archive:

        def add(name: str, text: str) -> None:
            data = text.encode()
            archive.writestr(_entry(f"{top}/{name}", len(data)), data)
            found[name] = len(data), hashlib.sha256(data).hexdigest()

        for name in names:
            sha256 = _add_file(archive, f"{top}/{name}", folder / name)
            found[name] = (folder / name).stat().st_size, sha256
        for name, text in own.items():
            add(name, text)
        add(CRATE, crate(manifest, dict(sorted(found.items()))))
        add(SUMS, "".join(f"{sha256}  {name}\n" for name, (_, sha256) in sorted(found.items())))
    if _finished(folder) != manifest:
        raise InputError(f"{folder}: changed while it was packed; pack it again")


def _entry(name: str, size: int) -> zipfile.ZipInfo:
    """Return an entry of an archive that says nothing of when and where it was made.

    It is not compressed: the bytes would be those of one version of zlib, and tables are
    compressed already.
    """
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.external_attr, entry.file_size = 3, 0o100644 << 16, size
    return entry


def _add_file(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Add a file to an archive; return its SHA-256."""
    found = hashlib.sha256()
    with path.open("rb") as file, archive.open(_entry(name, path.stat().st_size), "w") as to:
        while part := file.read(_CHUNK):
            found.update(part)
            to.write(part)
    return found.hexdigest()
