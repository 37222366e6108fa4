"""Experiments as a researcher opens them: tables, effects, figures."""

from sim.lab.store.reading import ExperimentResults
from sim.report.plot import Plots


class OpenedExperiment(ExperimentResults):
    """An experiment: its tables, effects and figures, done or as far as it is."""

    @property
    def plot(self) -> Plots:
        """Its figures, one call each: ``results.plot.effects()``."""
        return Plots(self, "experiment")
