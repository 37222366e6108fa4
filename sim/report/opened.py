"""Results as a researcher opens them: tables, summary, figures."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError
from sim.report.plot import Plots
from sim.report.summary import summary_frame
from sim.results.reading import Results, load_run
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


def load_results(folder: str | Path) -> "OpenedRun | OpenedExperiment":
    """Open a folder that `hecun run` or `hecun experiment` wrote.

    That of an experiment may be opened at any moment, also while it runs.

    Raises
    ------
    InputError
        If the folder is not one of complete results.
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
