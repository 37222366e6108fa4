"""Latin hypercube: which factors the outcomes have to do with."""

from typing import TYPE_CHECKING

from sim.lab.answers.features import available, coded, features
from sim.lab.methods.feature_scores import LEAST_POINTS

if TYPE_CHECKING:
    import pandas as pd

    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults


def tables(results: "ExperimentResults", _: "Experiment") -> "dict[str, pd.DataFrame]":
    """Return the feature scores; nothing of few points, or where scikit-learn is not installed."""
    enough = len(results.design) >= LEAST_POINTS and coded(results)[0]
    return {"features": features(results)} if enough and available() else {}
