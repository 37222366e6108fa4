"""Experiments as a researcher opens them: tables, effects, figures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.lab.store.reading import ExperimentResults
from sim.report.plot import Plots

if TYPE_CHECKING:
    import pandas as pd


class OpenedExperiment(ExperimentResults):
    """An experiment: its tables, effects and figures, done or as far as it is."""

    @property
    def plot(self) -> Plots:
        """Its figures, one call each: ``results.plot.effects()``."""
        return Plots(self, "experiment")

    def features(self, outcomes: Sequence[str] | None = None) -> "pd.DataFrame":
        """Return how much each factor has to do with each outcome (extra `analysis`).

        See Also
        --------
        sim.lab.answers.features.features : What the columns are.
        """
        from sim.lab.answers.features import features

        return features(self, outcomes)
