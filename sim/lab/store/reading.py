"""An experiment's results as pandas frames: finished, or as far as they are."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.errors import InputError, nearest
from sim.lab.design.contrasts import compared_at, contrasts
from sim.lab.design.drawing import draws
from sim.lab.design.points import months_between
from sim.lab.methods.statistics import (
    Floats,
    by_world,
    estimate,
    variance_reduction,
    variance_reduction_interval,
    worlds_of,
)
from sim.lab.store import shards
from sim.lab.store.ownership import DESIGN, SHARDS
from sim.lab.store.recording import TABLES, schema_of
from sim.lab.store.tables import keyed, keyed_rows, run_row, runs_schema, timings_schema
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES, Outcome, of_manifest
from sim.model.outcomes.summaries import YEAR
from sim.results import stored
from sim.results.frames import framed
from sim.results.stored import COMPLETE, MANIFEST, changed, read_manifest


class ExperimentResults:
    """The tables of an experiment, whether it is done, running or was stopped.

    Every frame is read when it is first asked for, with the units of its columns in
    ``frame.attrs["units"]``; open the folder again to see what was added since.

    Attributes
    ----------
    folder : Path
        Where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        told = self.manifest
        return f"<{told['experiment']} experiment, {told['state']}: {self.folder}>"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was run: versions, seed, digests, times, counts."""
        found = _patiently(lambda: read_manifest(self.folder, "experiment"), self.folder)
        if found is None:
            raise InputError(
                f"{self.folder}: not the folder of an experiment (`hecun experiment` writes one), "
                f"or its {MANIFEST} is damaged"
            )
        return stored.complete(found, stored.EXPERIMENT, self.folder)

    @cached_property
    def design(self) -> pd.DataFrame:
        """One row a design point: its number, and what tells it apart."""

        def read() -> pa.Table:
            return self._whole(lambda place: pq.read_table(place / DESIGN), DESIGN)

        found = framed(_patiently(read, self.folder))
        baseline = self.manifest.get("baseline")
        method = self.manifest["experiment"]
        compared = method in ("compare", "discover", "study") or (
            baseline and method in ("one_at_a_time", "morris")
        )
        arms = set(found["arm"]) if "arm" in found else set()
        if compared and baseline not in arms:
            raise InputError(
                f"{self.folder / MANIFEST}: baseline: {baseline!r} is no arm of {DESIGN}; damaged "
                "or edited: put a copy of it back"
            )
        return found

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: point, replicate, seed, status, and the mean of the last 12 months."""
        schema, own = runs_schema(self.manifest.get("drawn", {}), self.own), self.own
        return self._table("runs", schema, lambda row: run_row(row, self._drawn(row), schema, own))

    @cached_property
    def county(self) -> pd.DataFrame:
        """Outcomes of the county: one row a run and month (or year)."""
        return self._recorded("county")

    @cached_property
    def villages(self) -> pd.DataFrame:
        """Outcomes of old villages: one row a run, month (or year) and old village."""
        return self._recorded("villages")

    @cached_property
    def villagers(self) -> pd.DataFrame:
        """Villager rows: one row a run, year and villager row."""
        return self._recorded("villagers")

    @cached_property
    def timings(self) -> pd.DataFrame:
        """One row a run: seconds, when and where it was done."""
        schema = timings_schema()
        return self._table("timings", schema, lambda row: _one_row(row, schema))

    @property
    def own(self) -> dict[str, Outcome]:
        """Outcomes of one's own, by name; whoever asks makes them known (labels, units)."""
        return of_manifest(self.manifest)

    @property
    def measured(self) -> list[str]:
        """Every outcome, own ones last."""
        return [*OUTCOMES, *self.own]

    # --- what most ask for --------------------------------------------------------------

    def outcomes(self, keys: Sequence[str] | None = None) -> pd.DataFrame:
        """Return one row a run with its design levels and end values.

        Parameters
        ----------
        keys : sequence of str, optional
            Outcomes; all if not given.
        """
        known = self.measured if keys is None else self.known(keys)
        kept = ["point", "replicate", "seed", *self.manifest.get("drawn", ()), *known]
        runs: Any = self.runs[self.runs["status"] == "done"][kept]
        found = self.design.merge(runs, on="point").reset_index(drop=True)
        found.attrs["units"] = {key: OUTCOMES[key].unit for key in known}
        return found

    def levels(self) -> dict[int, dict[str, Any]]:
        """Return what tells each design point apart; None, or NaN, where it has no such level."""
        rows = self.design.set_index("point").iterrows()
        return {int(number): row.to_dict() for number, row in rows}  # pyright: ignore

    def months(self) -> dict[int, str]:
        """Return the months that each design point records, ``"2019-01 to 2020-06"``.

        Nothing where the folder does not say it.
        """
        told = self.manifest.get("months", {})
        every = [int(number) for number in self.design["point"]]
        return {number: text for text, points in told.items() for number in points or every}

    def end_months(self) -> str:
        """Return how many months end values are means of: ``12``; ``7-12`` where points differ."""
        counts = sorted({min(YEAR, months_between(text)) for text in self.months().values()})
        return "-".join(map(str, dict.fromkeys([counts[0], counts[-1]]))) if counts else str(YEAR)

    def effects(self, keys: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the paired effects of every contrast of the design.

        Parameters
        ----------
        keys : sequence of str, optional
            Outcomes; the headline ones and those of the experiment if not given.

        Returns
        -------
        DataFrame
            One row a contrast and outcome: the levels compared at (the point's, and of factors
            that it does not take those of what it is compared with); ``outcome``, ``unit``;
            ``reference``, the mean of the point it is compared with, over the pairs; ``effect``,
            ``low``, ``high``, the mean paired difference with its 95 % interval (Student's t over
            replicates); ``n``, pairs; ``vr_factor``, how many independent pairs one paired
            replicate is worth, and its 95 % interval ``vr_low``, ``vr_high``.
        """
        keys = self.shown() if keys is None else self.known(keys)
        told, labels = self.manifest, self.levels()
        wide = self.by_point(keys)
        rows = []
        points = list(labels.items())
        for number, reference in contrasts(told["experiment"], told.get("baseline"), points):
            for key in keys:
                one, other = wide(key, number), wide(key, reference)
                found = estimate(one - other)
                low, high = variance_reduction_interval(one, other)
                rows.append(
                    compared_at(labels[number], labels[reference])
                    | {
                        "outcome": key,
                        "unit": OUTCOMES[key].unit,
                        "reference": estimate(other[np.isfinite(one)]).mean,
                        "effect": found.mean,
                        "low": found.low,
                        "high": found.high,
                        "n": found.n,
                        "vr_factor": variance_reduction(one, other),
                        "vr_low": low,
                        "vr_high": high,
                        "point": number,
                        "against": reference,
                    }
                )
        return pd.DataFrame(rows)

    def means(self, keys: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the mean of every point and outcome with its 95 % interval over replicates."""
        keys = self.shown() if keys is None else self.known(keys)
        wide, levels = self.by_point(keys), self.design.set_index("point")
        rows = []
        for number in levels.index:
            for key in keys:
                found = estimate(wide(key, int(number)))
                rows.append(
                    dict(levels.loc[number])
                    | {"outcome": key, "unit": OUTCOMES[key].unit, "mean": found.mean}
                    | {"low": found.low, "high": found.high, "n": found.n, "point": number}
                )
        return pd.DataFrame(rows)

    def shown(self) -> list[str]:
        """Return the outcomes shown if none are named."""
        told, _ = self.manifest, self.own
        return list(dict.fromkeys([*HEADLINE, *told["outcomes"], *(told.get("until") or ())]))

    def known(self, keys: Sequence[str]) -> list[str]:
        """Return outcomes that the results have; `InputError` if one is none."""
        measured = self.measured
        for key in keys:
            if key not in measured:
                raise InputError(f"no outcome is called {key!r}{nearest(key, measured)}")
        return list(keys)

    def by_levels(
        self, factors: Sequence[str], keys: Sequence[str]
    ) -> Iterator[tuple[tuple[Any, ...], dict[str, Floats]]]:
        """Yield every combination of some factors' levels, and outcomes by world, (worlds,).

        The other factors are averaged; points that do not take the factors are left out. Where
        one of the runs that are averaged is missing the world is, too: the mean of those left
        would be of other levels.
        """
        wide = self.by_point(keys)
        taking = self.design.dropna(subset=list(factors))
        for levels, part in taking.groupby(list(factors), sort=False):
            points = part["point"].tolist()
            yield (
                levels if isinstance(levels, tuple) else (levels,),
                {key: np.mean([wide(key, point) for point in points], axis=0) for key in keys},
            )

    @cached_property
    def worlds(self) -> npt.NDArray[np.int64]:
        """World of each replicate, (replicates,): those that share a sample's row are one."""
        last: Any = self.runs["replicate"].max()
        drawn = self.manifest.get("drawn") or {}
        rows = [len(how["sample"]) for how in drawn.values() if "sample" in how]
        return worlds_of(0 if np.isnan(last) else int(last), rows)

    def by_point(self, keys: Sequence[str]) -> Callable[[str, int], Floats]:
        """Return a function that gives an outcome of a point by world (`worlds`)."""
        runs: Any = self.runs[self.runs["status"] == "done"]
        replicates = np.arange(1, self.worlds.size + 1)
        frames = {
            key: runs.pivot_table(key, "replicate", "point", dropna=False).reindex(replicates)
            for key in keys
        }

        def values(key: str, point: int) -> Floats:
            frame = frames[key]
            own = frame[point] if point in frame else np.full(replicates.size, np.nan)
            return by_world(np.asarray(own, dtype=np.float64), self.worlds)

        return values

    # --- reading ------------------------------------------------------------------------

    def _place(self) -> Path:
        complete = self.folder / COMPLETE
        return complete if complete.is_dir() else self.folder

    def _whole[T](self, read: Callable[[Path], T], *names: str) -> T:
        """Return what is read of tables; refuse those that are not what was written.

        Raises
        ------
        InputError
            If one is damaged, or was edited.
        """
        found, wrong, tries = None, [], 5
        while found is None and tries:
            place = self._place()
            before = _stamp(place)
            wrong = changed(place, read_manifest(place, "experiment") or {}, names)
            with stored.sound(self.folder):
                found = None if wrong else read(place)
            if (self._place(), _stamp(place)) != (place, before):
                found = None
            elif wrong:  # or it is just being replaced
                tries -= 1
                time.sleep(0.02)
        if found is None:
            raise InputError(
                f"{self.folder}: damaged, or edited since it was written: {', '.join(wrong)}; the "
                "experiment's command with --fresh does all runs of these tables again"
            )
        return found

    def _drawn(self, row: dict[str, Any]) -> dict[str, Any]:
        unset = self.manifest.get("unset", {})
        found = draws(self.manifest.get("drawn", {}), row["seed"])
        return {key: v for key, v in found.items() if row["point"] not in unset.get(key, ())}

    def _recorded(self, name: str) -> pd.DataFrame:
        how = self.manifest["record"][name]
        if how == "off":
            raise InputError(
                f"{self.folder}: {name} were not recorded; write record: {{{name}: ...}} in the "
                "experiment"
            )
        schema = schema_of(name, how, tuple(self.own.values()))
        whole = keyed(schema)
        return self._table(name, whole, lambda row: keyed_rows(row, name, schema, whole))

    def _table(
        self,
        name: str,
        schema: pa.Schema,
        made: Callable[[dict[str, Any]], pa.RecordBatch | None],
    ) -> pd.DataFrame:
        """Return a table: what is in the folder, and what shards add."""

        def read(place: Path) -> pa.Table:
            found, there = None, set()
            if (place / "runs.parquet").is_file():
                done = pq.read_table(place / "runs.parquet", columns=["run", "status"])
                found = pq.read_table(place / f"{name}.parquet")
                stored.same_columns(found.column_names, schema, self.folder, self.manifest)
                there = {r["run"] for r in done.to_pylist() if r["status"] == "done"}
            elif (read_manifest(place, "experiment") or {}).get("state") == "complete":
                raise FileNotFoundError(place / "runs.parquet")
            fresh = shards.newest(self.folder / SHARDS, there) if place == self.folder else []
            parts = [] if found is None else [_without(found.cast(schema), fresh)]
            parts += [
                pa.Table.from_batches([batch], schema)
                for batch in map(made, fresh)
                if batch is not None
            ]
            table = pa.concat_tables(parts) if parts else schema.empty_table()
            if not fresh or "point" not in schema.names:
                return table
            keys = [(key, "ascending") for key in ("replicate", "point")]
            keys += [("month", "ascending")] if "month" in schema.names else []
            return table.sort_by(keys)

        names = ("runs.parquet", f"{name}.parquet")
        return framed(_patiently(lambda: self._whole(read, *names), self.folder))


def _without(table: pa.Table, fresh: Sequence[dict[str, Any]]) -> pa.Table:
    """Return a table but for the rows of runs that failed and were tried anew."""
    if "run" not in table.column_names:
        return table
    again = pa.array([row["run"] for row in fresh], pa.string())
    return table.filter(pc.invert(pc.is_in(table["run"], again)))  # pyright: ignore


def _stamp(place: Path) -> tuple[int, int]:
    """Return what changes when the tables of a folder are replaced."""
    try:
        found = (place / "runs.parquet").stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)


def _patiently[T](read: Callable[[], T], folder: Path, times: int = 50) -> T:
    """Read again where a file was moved meanwhile."""
    for left in range(times - 1, -1, -1):
        try:
            return read()
        except (FileNotFoundError, NotADirectoryError) as error:
            if not left:
                raise stored.missing(error, folder) from error
            time.sleep(0.02)
    raise AssertionError("unreachable")


def _one_row(row: dict[str, Any], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{name: row[name] for name in schema.names}], schema)


__all__ = ["TABLES", "ExperimentResults"]
