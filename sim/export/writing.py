"""An export: a folder of files of one format, with its codebook and its digests."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from sim import __version__
from sim.errors import InputError, nearest
from sim.export import FORMATS
from sim.export.columns import Column, described
from sim.export.content import opened, tables, told
from sim.export.formats import Workbook, ready, write_csv, write_stata
from sim.files import digest, inside
from sim.results.disk import entries, making, sync, unfinished

CODEBOOK, RECORD = "codebook.csv", "export.json"


def export(
    folder: str | Path,
    to: str = "csv",
    out: str | Path | None = None,
    names: Sequence[str] = (),
    fresh: bool = False,
    bom: bool = True,
) -> Path:
    """Write results for another program.

    Parameters
    ----------
    folder : path
        What `hecun run` or `hecun experiment` wrote, finished or not.
    to : {"csv", "stata", "xlsx"}
        The format.
    out : path, optional
        A folder; beside the results, with their name and the format's, if not given.
    names : sequence of str
        Tables; all if none.
    fresh : bool
        Replace an export that is there.
    bom : bool
        Begin CSV files with the mark by which Excel knows UTF-8.

    Returns
    -------
    Path
        The folder: a file a table (or ``results.xlsx``), ``codebook.csv`` with every column in
        both languages, and ``export.json`` with the digest of every file and table.

    Raises
    ------
    InputError
        If the results, a table or the format is not there, or something is where it shall be.
    """
    if to not in FORMATS:
        said = f"{nearest(to, FORMATS)}; there are {', '.join(FORMATS)}"
        raise InputError(f"no format is called {to!r}{said}")
    ready(to)
    source = Path(folder)
    results = opened(source)
    target = target_of(source, out, to)
    with placed(target, fresh) as work:
        columns, sums = _write(results, to, work, names, bom)
        codebook(work / CODEBOOK, columns)
        record(work, {**told(results), "to": to, "written_by": __version__, "tables": sums})
    return target


def target_of(source: Path, out: str | Path | None, ending: str) -> Path:
    """Return the folder that an export goes into: beside the results if none is given.

    Raises
    ------
    InputError
        If it holds the results.
    """
    place = source.resolve()
    target = place.with_name(f"{place.name}_{ending}") if out is None else Path(out)
    if place.is_relative_to(target.resolve()):
        raise InputError(f"{target}: holds the results themselves; give --out another folder")
    return target


@contextmanager
def placed(target: Path, fresh: bool) -> Iterator[Path]:
    """Give a folder to write an export into; put it in its place once all is there.

    Raises
    ------
    InputError
        If something is there already (`_free`).
    """
    _free(target, fresh)
    work = unfinished(target)
    with making(target.parent):
        shutil.rmtree(work, ignore_errors=True)  # of a process that was killed
        work.mkdir()
    try:
        yield work
        _free(target, fresh)
        if target.exists():
            shutil.rmtree(target)
        work.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write(
    results: Any, to: str, work: Path, names: Sequence[str], bom: bool
) -> tuple[list[Column], dict[str, Any]]:
    """Write the tables; return all columns, and the rows and digest of every table."""
    every: list[Column] = []
    sums: dict[str, Any] = {}
    about = told(results)
    book = Workbook() if to == "xlsx" else None
    for name, frame in tables(results, names):
        plain, columns = described(name, frame)
        every += columns
        sums[name] = {"rows": len(plain), "digest": content(plain)}
        if book is not None:
            book.add(name, plain, columns)
        elif to == "stata":
            title = f"hecun {about['of']} {about['name']}: {name}, {sums[name]['digest']}"
            write_stata(work / f"{name}.dta", plain, columns, title)
        else:
            write_csv(work / f"{name}.csv", plain, columns, bom)
    if book is not None:
        frame, columns = described("codebook", _frame(every))
        book.add("codebook", frame, columns)
        book.save(work / "results.xlsx")
    return every, sums


def content(frame: pd.DataFrame) -> str:
    """Return a digest of what a table says: the same whatever format it goes into."""
    return digest(frame.to_csv(index=False, lineterminator="\n"))


def _frame(columns: Sequence[Column]) -> pd.DataFrame:
    return pd.DataFrame([asdict(column) for column in columns], columns=list(Column.__slots__))


def codebook(path: Path, columns: Sequence[Column]) -> None:
    """Write the codebook."""
    frame, own = described("codebook", _frame(columns))
    write_csv(path, frame, own, bom=True)


def record(work: Path, about: dict[str, Any]) -> None:
    """Write what was exported, with the SHA-256 of every file."""
    about["files"] = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(work.iterdir())
    }
    text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
    (work / RECORD).write_text(text, encoding="utf-8", newline="\n")
    for path in work.iterdir():
        sync(path)


def _free(target: Path, fresh: bool) -> None:
    """Refuse a place that is taken; with `fresh` only by what is no untouched export.

    Raises
    ------
    InputError
        Naming what is there.
    """
    there = entries(target)
    if not there:
        return
    if not fresh:
        raise InputError(
            f"{target}: is there already; give --fresh to replace it, or another --out"
        )
    try:
        known = dict(json.loads((target / RECORD).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            f"{target}: is not an export of hecun; nothing in it is touched, not even with "
            "--fresh; give --out another folder"
        ) from None
    strange = [path.name for path in there if path.name != RECORD and not _own(path, known)]
    if strange:
        raise InputError(
            f"{target}: {', '.join(sorted(strange))} is not as hecun wrote it; --fresh would lose "
            "it: move it elsewhere, or give --out another folder"
        )


def _own(path: Path, known: dict[str, str]) -> bool:
    """Tell whether a file is one of an export, as it was written."""
    if not path.is_file() or not inside(path.parent, path.name):
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == known.get(path.name)


__all__ = ["CODEBOOK", "RECORD", "export"]
