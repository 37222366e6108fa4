"""Results as a researcher opens them: tables, summary, figures."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, nearest
from sim.printable import as_html
from sim.report.plot import Plots
from sim.report.summary import summary_frame
from sim.results.frames import arrow_of, chosen, framed
from sim.results.reading import TABLES, Results, load_run
from sim.results.stored import COMPLETE, MANIFEST, unsealed

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.opened_experiment import OpenedExperiment


class OpenedRun(Results):
    """A run: its tables, its summary and its figures."""

    @cached_property
    def summary(self) -> "pd.DataFrame":
        """Every outcome before and after the reform (`sim.report.summary.summary_frame`)."""
        return summary_frame(self)

    @property
    def plot(self) -> Plots:
        """The run's figures, one call each: ``results.plot.map("trust")``."""
        return Plots(self, "run")

    def to_frame(
        self,
        outcomes: "list[str] | str | None" = None,
        table: str = "county",
        library: str = "pandas",
    ) -> Any:
        """Return a table as a frame of a library.

        Parameters
        ----------
        outcomes : list of str, optional
            Columns besides those that say what a row is of; all if not given.
        table : str
            One of `sim.results.reading.TABLES`, or ``summary``.
        library : {"pandas", "polars", "pyarrow"}
            Whose frame.

        Examples
        --------
        >>> results.to_frame(["trust"], library="polars")  # doctest: +SKIP
        """
        if table == "summary":
            return framed(chosen(arrow_of(self.summary), outcomes), library)
        if table not in TABLES:
            raise InputError(f"no table is called {table!r}{nearest(table, TABLES)}")
        return framed(chosen(self.arrow(table), outcomes), library)

    def _told(self) -> dict[str, str]:
        told = self.manifest
        return {
            "months": str(told.get("months", "")),
            "reform": str(told["reform"]),
            "seed": str(told["seed"]),
            "policies": ", ".join(told.get("policies", ())) or "none",
            "folder": str(self.folder),
        }

    def __repr__(self) -> str:
        told = ", ".join(f"{key} {value}" for key, value in self._told().items())
        return f"<run of {self.manifest['title']['en']}: {told}>"

    def _repr_html_(self) -> str:
        title = self.manifest["title"]
        return as_html(f"{title['en']} · {title['zh']}", self._told().items())


def load_results(folder: str | Path) -> "OpenedRun | OpenedExperiment":
    """Open a folder that `hecun run` or `hecun experiment` wrote.

    That of an experiment may be opened at any moment, also while it runs.

    Raises
    ------
    InputError
        If the folder is not one of complete results.

    Examples
    --------
    >>> results = hecun.load_results("results/dechang_2020")  # doctest: +SKIP
    >>> results.county, results.summary, results.plot.map("trust")  # doctest: +SKIP
    """
    folder = Path(folder)
    complete = (folder / COMPLETE).is_dir() or (folder / "runs.parquet").is_file()
    if complete or _of_experiment(folder):
        from sim.report.opened_experiment import OpenedExperiment  # it loads the model: a second

        return OpenedExperiment(folder)
    return OpenedRun(load_run(folder).folder)


def _of_experiment(folder: Path) -> bool:
    """Tell whether a folder's manifest is that of an experiment."""
    found = unsealed(folder / MANIFEST)
    if found is None and (folder / MANIFEST).exists():
        raise InputError(
            f"{folder / MANIFEST}: damaged, or not of hecun; the command that wrote the folder "
            "says, given again, what can be kept"
        )
    return found is not None and "experiment" in found
