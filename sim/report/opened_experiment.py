"""Experiments as a researcher opens them: tables, effects, figures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, nearest
from sim.lab.answers import read
from sim.lab.store.reading import ExperimentResults
from sim.printable import as_html
from sim.report.plot import Plots
from sim.results.frames import arrow_of, chosen, framed

#: what `OpenedExperiment.to_frame` gives
FRAMES = (
    "outcomes", "effects", "means", "design", "runs", "county", "villages", "villagers", "timings",
)  # fmt: skip

if TYPE_CHECKING:
    import pandas as pd


class OpenedExperiment(ExperimentResults):
    """An experiment: its tables, effects and figures, done or as far as it is."""

    @property
    def plot(self) -> Plots:
        """Its figures, one call each: ``results.plot.effects()``."""
        return Plots(self, "experiment")

    def to_frame(
        self,
        outcomes: "list[str] | str | None" = None,
        table: str = "outcomes",
        library: str = "pandas",
    ) -> Any:
        """Return a table as a frame of a library.

        Parameters
        ----------
        outcomes : list of str, optional
            Outcomes; all if not given (of effects and means the headline ones).
        table : str
            ``outcomes`` (one row a run with its levels), ``effects``, ``means``, ``design``,
            ``runs``, ``county``, ``villages``, ``villagers`` or ``timings``; or a table of the
            folder ``tables``, ``doses`` say (what policies delivered).
        library : {"pandas", "polars", "pyarrow"}
            Whose frame.

        Examples
        --------
        >>> results.to_frame(["service_reach"], library="polars")  # doctest: +SKIP
        """
        answers = {} if table in FRAMES else read(self)
        if table not in (*FRAMES, *answers):
            names = [*FRAMES, *(name for name in answers if name not in FRAMES)]
            said = f"{nearest(table, names)}; there are {', '.join(names)}"
            raise InputError(f"no table is called {table!r}{said}")
        keys = [outcomes] if isinstance(outcomes, str) else outcomes
        if table in ("outcomes", "effects", "means"):
            frame = getattr(self, table)(keys)
        else:
            frame = answers[table] if table in answers else getattr(self, table)
            frame = frame if keys is None else chosen(arrow_of(frame), keys).to_pandas()
        return frame if library == "pandas" else framed(arrow_of(frame), library)

    def _repr_html_(self) -> str:
        told = self.manifest
        rows = {
            "state": str(told["state"]),
            "design points": str(told.get("design_points", "")),
            "replicates": str(told["replicates"]),
            "seed": str(told["seed"]),
            "folder": str(self.folder),
        }
        return as_html(f"{told['experiment']} experiment", rows.items())

    def features(self, outcomes: Sequence[str] | None = None) -> "pd.DataFrame":
        """Return how much each factor has to do with each outcome (extra `analysis`).

        See Also
        --------
        sim.lab.answers.features.features : What the columns are.
        """
        from sim.lab.answers.features import features

        return features(self, outcomes)
