"""The folder of an experiment: locked, readable at every moment, whole after any kill.

While it runs, finished runs are in ``shards/`` (`shards`); when it is done, or its design changes,
all runs are written to tables. The new tables are made in a hidden folder, which becomes
``.complete`` in one rename: from then on they are what counts, and are moved into place by this
process or the next. ``manifest.json`` says what the folder is; nothing of the user's is touched.
"""

import contextlib
import json
import os
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.lab import shards
from sim.lab.schema import Record
from sim.lab.tables import Base, write_design, write_tables

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.lab.design import Design

MANIFEST, SHARDS, COMPLETE, LOCK = "manifest.json", "shards", ".complete", ".lock"
FILES = ("experiment.yaml", "design.parquet", "runs.parquet", "timings.parquet")
OURS = (*FILES, "county.parquet", "villages.parquet", "villagers.parquet", MANIFEST)
_OTHER = "give --out another folder"


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of an experiment's folder; None if it is not one."""
    for place in (folder / COMPLETE, folder):
        try:
            found = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(found, dict) and "experiment" in found:
            return found
    return None


class Store:
    """An experiment's folder, open for writing by this process alone.

    Use it in a ``with`` block.

    Parameters
    ----------
    folder : Path
        Where it is, or shall be.

    Attributes
    ----------
    status : dict of str to str
        ``"done"`` or ``"failed"`` of every run that is kept.
    failed : int
        How many of them failed.
    damaged : list of str
        What was wrong with shards that were dropped.

    Raises
    ------
    InputError
        If the folder is not one of an experiment, or another process writes there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, Any] = {}
        self.damaged: list[str] = []
        self.status: dict[str, str] = {}
        self.failed = 0
        self._where: dict[str, tuple[int, int]] | None = None  # run -> batch, row
        self._batches: list[pa.RecordBatch] = []
        self._base: Base | None = None
        self._lock: Any = None
        self._number = 1

    # --- opening ------------------------------------------------------------------------

    def __enter__(self) -> "Store":
        new = [path for path in (self.folder, *self.folder.parents) if not path.exists()]
        _refuse_foreign(self.folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self.folder / LOCK).open("a+", encoding="utf-8")
        except OSError as error:
            for made in new:
                with contextlib.suppress(OSError):
                    made.rmdir()
            raise InputError(
                f"{self.folder}: cannot be written ({error.strerror}); {_OTHER}"
            ) from error
        _take(self._lock, self.folder)
        self._roll_forward()
        self._tidy()
        self.manifest = read_manifest(self.folder) or {}
        return self

    def __exit__(self, *_: object) -> None:
        self._close_sources()
        if not self.manifest:  # nothing was begun: leave no trace
            with contextlib.suppress(OSError):
                (self.folder / LOCK).unlink()
                self.folder.rmdir()
        self._lock.close()

    def _close_sources(self) -> None:
        self._batches, self._base, self._where = [], None, None

    def load(self, record: Record) -> None:
        """Find the runs that are there; damaged shards are dropped."""
        self._close_sources()
        self.status, self.failed = {}, 0
        if (self.folder / "runs.parquet").is_file():
            self._base = Base(self.folder, record)
            for run, how in self._base.status.items():
                self._note(run, how)
        place = self.folder / SHARDS
        for path in shards.listed(place):
            wrong = shards.damage(path)
            if wrong is not None:
                self.damaged.append(f"{path}: {wrong}")
                path.unlink()
                continue
            for batch in shards.read(path):
                self._note_all(batch)
        self._number = shards.number_after(place)

    def _note(self, run: str, how: str) -> None:
        before = self.status.get(run)
        if before != "done":
            self.status[run] = how
            self.failed += (how == "failed") - (before == "failed")

    def _note_all(self, batch: "pa.RecordBatch") -> None:
        for run, how in zip(batch["run"].to_pylist(), batch["status"].to_pylist(), strict=True):
            self._note(run, how)

    def _find(self) -> dict[str, tuple[int, int]]:
        """Return where in the shards every run is."""
        if self._where is None:
            self._where, self._batches = {}, []
            done: set[str] = set()
            for path in shards.listed(self.folder / SHARDS):
                for batch in shards.read(path):
                    names, status = batch["run"].to_pylist(), batch["status"].to_pylist()
                    for i, (run, how) in enumerate(zip(names, status, strict=True)):
                        if how == "done" or run not in done:
                            self._where[run] = (len(self._batches), i)
                            done |= {run} if how == "done" else set()
                    self._batches.append(batch)
        return self._where

    def _roll_forward(self) -> None:
        """Move tables that are complete into place."""
        complete = self.folder / COMPLETE
        if not complete.is_dir():
            return
        names = [name for name in OURS if (complete / name).is_file()]
        for name in OURS:
            if name not in names:
                (self.folder / name).unlink(missing_ok=True)
        for name in names:  # a link, so that readers find the file in both places
            begun = self.folder / f".{name}.{os.getpid()}"
            begun.unlink(missing_ok=True)
            try:
                os.link(complete / name, begun)
            except OSError:
                shutil.copyfile(complete / name, begun)
            begun.replace(self.folder / name)
        shards.sync_folder(self.folder)
        shutil.rmtree(self.folder / SHARDS, ignore_errors=True)
        shutil.rmtree(complete, ignore_errors=True)

    def _tidy(self) -> None:
        """Remove what killed processes had begun."""
        for path in shards.leftovers(self.folder / SHARDS):
            path.unlink(missing_ok=True)
        for path in self.folder.glob(".begun-*"):
            shutil.rmtree(path, ignore_errors=True)
        for name in OURS:
            for path in self.folder.glob(f".{name}.*"):
                path.unlink(missing_ok=True)

    # --- writing ------------------------------------------------------------------------

    def begin(self, manifest: dict[str, Any], experiment: str, design: "Design") -> None:
        """Say what the folder is, before the first run."""
        (self.folder / SHARDS).mkdir(exist_ok=True)
        if not (self.folder / "design.parquet").is_file():
            write_design(self.folder / "design.parquet", design)
        _write_text(self.folder / "experiment.yaml", experiment)
        self.set_manifest(manifest)

    def set_manifest(self, manifest: dict[str, Any]) -> None:
        """Replace the manifest."""
        self.manifest = manifest
        _write_text(self.folder / MANIFEST, _json(manifest))

    def keep(self, batches: "Sequence[pa.RecordBatch]") -> None:
        """Keep finished runs; when this returns no kill can lose them."""
        shards.write(self.folder / SHARDS, self._number, self._number, batches)
        self._number += 1
        self._where, self._batches = None, []
        for batch in batches:
            self._note_all(batch)
        if self._number % shards.MANY == 0:
            shards.join_many(self.folder / SHARDS)

    def rows(self, runs: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield what runs gave, in the order asked."""
        where = self._find()
        for run in runs:
            if run in where:
                batch, i = where[run]
                yield self._batches[batch].slice(i, 1).to_pylist()[0]
            else:
                assert self._base is not None
                yield self._base.row(run)

    def ends(self, runs: Sequence[str]) -> list[list[float] | None]:
        """Return the end values of runs; None for one that failed."""
        where, found = self._find(), []
        for run in runs:
            if run in where:
                batch, i = where[run]
                found.append(self._batches[batch]["ends"][i].as_py())
            else:
                assert self._base is not None
                found.append(self._base.row(run)["ends"])
        return found

    def finish(
        self,
        runs: Sequence[tuple[str, int, int]],
        design: "Design",
        record: Record,
        drawn: dict[int, dict[str, float]],
        manifest: dict[str, Any],
        experiment: str,
    ) -> None:
        """Write all runs to tables, in order, and put them into place.

        Parameters
        ----------
        runs : sequence of (str, int, int)
            Run, point and replicate, by replicate and point.
        design : Design
            The points.
        record : Record
            What was recorded.
        drawn : dict
            Parameters drawn, by seed.
        manifest, experiment : dict, str
            What the folder then is.
        """
        begun = self.folder / f".begun-{os.getpid()}"
        shutil.rmtree(begun, ignore_errors=True)
        begun.mkdir()
        found = self.rows([run for run, _, _ in runs])
        placed = (
            row | {"point": point, "replicate": replicate}
            for row, (_, point, replicate) in zip(found, runs, strict=True)
        )
        counts = write_tables(begun, record, drawn, placed)
        write_design(begun / "design.parquet", design)
        _write_text(begun / "experiment.yaml", experiment)
        self.manifest = manifest | {"rows": counts}
        _write_text(begun / MANIFEST, _json(self.manifest))
        self._close_sources()
        shards.sync_folder(begun)
        begun.rename(self.folder / COMPLETE)
        shards.sync_folder(self.folder)
        self._roll_forward()

    def clear(self) -> None:
        """Remove all that an earlier experiment wrote here, and nothing else."""
        self._close_sources()
        self.status, self.failed = {}, 0
        (self.folder / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(self.folder / SHARDS, ignore_errors=True)
        for name in OURS:
            (self.folder / name).unlink(missing_ok=True)


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds something other than an experiment."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; give --out a folder")
    try:
        names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror}); {_OTHER}") from error
    ours = {LOCK, COMPLETE, SHARDS, *FILES[:2]}
    hidden = {name for name in names if name.startswith((".begun-", *(f".{n}." for n in OURS)))}
    if names - ours - hidden and read_manifest(folder) is None:
        raise InputError(
            f"{folder}: is not empty and not an experiment's results; nothing in it is touched, "
            f"not even with --fresh; {_OTHER}"
        )


def _take(lock: Any, folder: Path) -> None:
    """Lock the folder for as long as this process lives."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # pyright: ignore
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        who = lock.read().strip() or "another process"
        lock.close()
        raise InputError(f"{folder}: {who} is writing here; wait for it, or {_OTHER}") from error
    lock.truncate(0)
    lock.write(f"process {os.getpid()} on {socket.gethostname()} since {time.strftime('%F %T')}")
    lock.flush()


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    begun = path.with_name(f".{path.name}.{os.getpid()}")
    with begun.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(path)
