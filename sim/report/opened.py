"""Results as a researcher opens them: tables, summary, figures."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError
from sim.report.plot import Plots
from sim.report.summary import summary_frame
from sim.results.reading import Results, load_run
from sim.results.stored import MANIFEST, unsealed

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


def load_results(folder: str | Path) -> "OpenedRun | OpenedExperiment":
    """Open a folder that `hecun run` or `hecun experiment` wrote.

    That of an experiment may be opened at any moment, also while it runs.

    Raises
    ------
    InputError
        If the folder is not one of complete results.
    """
    folder = Path(folder)
    if (folder / ".complete").is_dir() or _method(folder) or (folder / "runs.parquet").is_file():
        from sim.report.opened_experiment import OpenedExperiment  # it loads the model: a second

        return OpenedExperiment(folder)
    return OpenedRun(load_run(folder).folder)


def _method(folder: Path) -> str | None:
    """Return the method of an experiment's folder, None if it is not one."""
    found = unsealed(folder / MANIFEST)
    if found is None and (folder / MANIFEST).exists():
        raise InputError(
            f"{folder / MANIFEST}: damaged, or not of hecun; the command that wrote the folder "
            "says, given again, what can be kept"
        )
    return found.get("experiment") if found is not None else None
