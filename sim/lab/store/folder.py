"""Folder of an experiment: locked, readable at every moment, whole after any kill.

While it runs, finished runs are in ``shards/`` (`shards`); when it is done, or its design changes,
all runs are written to tables. The new tables are made in a hidden folder, which becomes
``.complete`` in one rename: from then on they are what counts, and are moved into place by this
process or the next. ``manifest.json`` says what the folder is; nothing of the user's is touched.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.files import file_digest
from sim.lab.file.schema import Record
from sim.lab.store import shards
from sim.lab.store.ownership import (
    ANSWERS,
    DESIGN,
    EXPERIMENT,
    FILES,
    LOCK,
    RUN_TABLES,
    RUNS,
    SHARDS,
    refuse_foreign,
    take_lock,
)
from sim.lab.store.tables import RunsInTables, write_design, write_tables
from sim.model.outcomes.catalogue import of_manifest
from sim.results.disk import ELSEWHERE, making, remove_empty, sync_folder, unfinished, write_whole
from sim.results.kept import copy, refuse_taken
from sim.results.stored import COMPLETE, MANIFEST, changed, read_manifest, sealed

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.lab.design.points import Design


class Store:
    """An experiment's folder, open for writing by this process alone.

    Use it in a ``with`` block.

    Parameters
    ----------
    folder : Path
        Where it is, or shall be.
    inputs : dict of str to Path, optional
        Files of the user's that it keeps: name there -> where each is (`sim.results.kept`).

    Attributes
    ----------
    status : dict of str to str
        ``"done"`` or ``"failed"`` of every run that is kept.
    seeds : set of int
        Seeds of which some run is kept.
    failed : int
        How many of them failed.
    damaged : list of str
        What was wrong with shards that were dropped.
    broken : list of str
        Tables that are not what was written.

    Raises
    ------
    InputError
        If the folder is not one of an experiment, or another process writes there.
    """

    def __init__(self, folder: Path, inputs: dict[str, Path] | None = None) -> None:
        self.folder, self.inputs = folder, inputs or {}
        self.manifest: dict[str, Any] = {}
        self.damaged: list[str] = []
        self.broken: list[str] = []
        self.status: dict[str, str] = {}
        self.seeds: set[int] = set()
        self.failed = 0
        self._where: dict[str, tuple[int, int]] | None = None  # run -> batch, row
        self._batches: list[pa.RecordBatch] = []
        self._tables: RunsInTables | None = None
        self._lock: Any = None
        self._number = 1
        self._made: list[Path] = []
        self._kept: dict[str, str] = {}  # files of the user's that are there

    # --- opening ------------------------------------------------------------------------

    def __enter__(self) -> "Store":
        refuse_foreign(self.folder)
        with making(self.folder) as made:
            self._made += made
            self._lock = (self.folder / LOCK).open("a+", encoding="utf-8")
        if not take_lock(self._lock, self.folder):
            return self.__enter__()  # the one before removed the folder meanwhile
        try:
            self._roll_forward()
            self._tidy()
        except OSError:
            self._lock.close()
            raise
        self.manifest = read_manifest(self.folder, "experiment") or {}
        self._kept = dict(self.manifest.get("inputs", {}))
        return self

    def __exit__(self, *_: object) -> None:
        self._close_sources()
        with contextlib.suppress(OSError):
            self._tidy()
            if not self.manifest:  # nothing was begun: leave no trace
                (self.folder / LOCK).unlink()
            remove_empty(self._made)  # not one that the user made
            self._lock.truncate(0)  # ended in order
        self._lock.close()

    def _close_sources(self) -> None:
        self._batches, self._tables, self._where = [], None, None

    def has_shards(self) -> bool:
        """Tell whether runs are there that no table holds yet."""
        return bool(shards.listed(self.folder / SHARDS))

    def load(self, record: Record, fresh: bool = False) -> None:
        """Find the runs that are there, but for those of damaged shards.

        Parameters
        ----------
        record : Record
            What was recorded.
        fresh : bool
            Let runs of damaged tables go as well, if there are any.

        Raises
        ------
        InputError
            If tables are damaged, or were edited, and `fresh` does not allow to let them go.
        """
        self._close_sources()
        self.status, self.seeds, self.failed = {}, set(), 0
        self.broken = [name for name in changed(self.folder, self.manifest) if name != DESIGN]
        if self.broken and not fresh:
            raise InputError(
                f"{self.folder}: damaged, or edited since it was written: "
                f"{', '.join(self.broken)}; give --fresh to do all runs of these tables again, "
                f"or {ELSEWHERE}"
            )
        if not self.broken and (self.folder / RUNS).is_file():
            self._tables = RunsInTables(self.folder, record, of_manifest(self.manifest))
            self.seeds |= self._tables.seeds
            for run, how in self._tables.status.items():
                self._note(run, how)
        place = self.folder / SHARDS
        for path in shards.listed(place):
            try:
                for batch in shards.read(path):
                    self._note_all(batch)
            except shards.DamagedError as error:
                self.damaged.append(str(error))
                path.unlink()
        self._number = shards.number_after(place)

    def _note(self, run: str, how: str) -> None:
        before = self.status.get(run)
        if before != "done":
            self.status[run] = how
            self.failed += (how == "failed") - (before == "failed")

    def _note_all(self, batch: "pa.RecordBatch") -> None:
        self.seeds.update(batch["seed"].to_pylist())
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
        names = [name for name in FILES if (complete / name).is_file()]
        self._forget_answers()
        for name in FILES:
            if name not in names:
                (self.folder / name).unlink(missing_ok=True)
        for name in names:  # a link, so that readers find the file in both places
            begun = unfinished(self.folder / name)
            begun.unlink(missing_ok=True)
            try:
                os.link(complete / name, begun)
            except OSError:
                shutil.copyfile(complete / name, begun)
            begun.replace(self.folder / name)
        sync_folder(self.folder)
        for path in (self.folder / SHARDS, complete):  # it counts whole or not at all
            if path.is_dir():
                gone = self.folder / f".begun-{path.name.strip('.')}-{os.getpid()}"
                shutil.rmtree(gone, ignore_errors=True)
                path.rename(gone)
                shutil.rmtree(gone, ignore_errors=True)

    def _forget_answers(self) -> None:
        """Remove what was answered from runs that are about to be other ones."""
        place = self.folder / ANSWERS
        for path in (*place.glob("*.parquet"), *place.glob("*.csv")):
            path.unlink()

    def _tidy(self) -> None:
        """Remove what killed processes had begun."""
        for path in shards.leftovers(self.folder / SHARDS):
            path.unlink(missing_ok=True)
        for path in self.folder.glob(".begun-*"):
            shutil.rmtree(path, ignore_errors=True)
        for name in FILES:
            for path in self.folder.glob(f".{name}.*"):
                path.unlink(missing_ok=True)

    # --- writing ------------------------------------------------------------------------

    def begin(self, manifest: dict[str, Any], experiment: str, design: "Design") -> None:
        """Say what the folder is, before the first run."""
        (self.folder / SHARDS).mkdir(exist_ok=True)
        refuse_taken(self.inputs, self.folder, self._kept)
        if self.broken:
            self._drop_tables()
        digests = dict(self.manifest.get("digests", {}))
        begun = unfinished(self.folder / DESIGN)
        write_design(begun, design)
        design_digest = file_digest(begun)
        if digests.pop(DESIGN, None) != design_digest and self.manifest:
            self.set_manifest(self.manifest | {"digests": digests})  # it is about to be another
        digests[DESIGN] = design_digest
        begun.replace(self.folder / DESIGN)
        self.set_manifest(manifest | {"digests": digests})
        self.keep_inputs()
        write_whole(self.folder / EXPERIMENT, experiment)
        self._drop_inputs()
        sync_folder(self.folder)

    def keep_inputs(self) -> list[str]:
        """Copy files of the user's into the folder; return those that were not there as they are.

        Raises
        ------
        InputError
            If a file that hecun did not write is in the way.
        """
        refuse_taken(self.inputs, self.folder, self._kept)
        return copy(self.inputs, self.folder, self.folder / f".begun-{os.getpid()}")

    def _drop_inputs(self) -> None:
        """Remove files that an earlier experiment kept and this one does not name."""
        for name, was in self._kept.items():
            path = self.folder / name
            if name not in self.inputs and path.is_file() and file_digest(path) == was:
                path.unlink()
                remove_empty([path.parent] if path.parent != self.folder else [])
        self._kept = dict(self.manifest["inputs"])

    def set_manifest(self, manifest: dict[str, Any]) -> None:
        """Replace the manifest."""
        self.manifest = manifest
        write_whole(self.folder / MANIFEST, sealed(manifest))

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
                assert self._tables is not None
                yield self._tables.row(run)

    def ends(self, runs: Sequence[str]) -> list[list[float] | None]:
        """Return the end values of runs; None for one that failed."""
        where, ends = self._find(), []
        for run in runs:
            if run in where:
                batch, i = where[run]
                ends.append(self._batches[batch]["ends"][i].as_py())
            else:
                assert self._tables is not None
                ends.append(self._tables.row(run)["ends"])
        return ends

    def doses(self, runs: Sequence[str]) -> list[str | None]:
        """Return the doses of runs as JSON; None for one that failed."""
        where, doses = self._find(), []
        for run in runs:
            if run in where:
                batch, i = where[run]
                doses.append(self._batches[batch]["doses"][i].as_py())
            else:
                assert self._tables is not None
                doses.append(self._tables.doses(run))
        return doses

    def finish(
        self,
        runs: Sequence[tuple[str, int, int]],
        design: "Design",
        record: Record,
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
        manifest, experiment : dict, str
            What the folder then is.
        """
        self.keep_inputs()
        begun = self.folder / f".begun-{os.getpid()}"
        shutil.rmtree(begun, ignore_errors=True)
        begun.mkdir()
        kept = self.rows([run for run, _, _ in runs])
        rows = (
            row | {"point": point, "replicate": replicate}
            for row, (_, point, replicate) in zip(kept, runs, strict=True)
        )
        counts = write_tables(begun, record, design, rows, of_manifest(manifest))
        write_design(begun / DESIGN, design)
        write_whole(begun / EXPERIMENT, experiment)
        digests = {path.name: file_digest(path) for path in sorted(begun.glob("*.parquet"))}
        self.manifest = manifest | {"rows": counts, "digests": digests}
        write_whole(begun / MANIFEST, sealed(self.manifest))
        self._close_sources()
        sync_folder(begun)
        begun.rename(self.folder / COMPLETE)
        sync_folder(self.folder)
        self._roll_forward()

    def clear(self) -> None:
        """Remove all that an earlier experiment wrote here, and nothing else."""
        self._close_sources()
        self.status, self.failed = {}, 0
        self._drop_tables()
        shutil.rmtree(self.folder / SHARDS, ignore_errors=True)
        for name in (EXPERIMENT, DESIGN):  # the manifest stays: by it the folder is ours
            (self.folder / name).unlink(missing_ok=True)

    def _drop_tables(self) -> None:
        """Remove tables of runs, and say so first."""
        self.set_manifest(self.manifest | {"state": "running", "digests": {}, "answers": {}})
        self._forget_answers()
        for name in RUN_TABLES:
            (self.folder / name).unlink(missing_ok=True)
        self.broken = []
