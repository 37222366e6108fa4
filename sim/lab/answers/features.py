"""Feature scores of a sampled experiment: which factors its outcomes have to do with."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.lab.answers.common import wide
from sim.lab.methods.feature_scores import LEAST_POINTS, feature_scores
from sim.lab.methods.intervals import Floats
from sim.lab.methods.statistics import estimate

if TYPE_CHECKING:
    from sim.lab.store.reading import ExperimentResults


def features(results: "ExperimentResults", outcomes: Sequence[str] | None = None) -> pd.DataFrame:
    """Return how much each factor has to do with each outcome, over the points of a design.

    Parameters
    ----------
    results : ExperimentResults
        Any experiment of `LEAST_POINTS` design points or more; most is told by a sample.
    outcomes : sequence of str, optional
        Outcomes; the headline ones and those of the experiment if not given.

    Returns
    -------
    DataFrame
        A row an outcome and factor, the highest first: ``score``, ``low``, ``high``, ``idle``,
        ``explained`` (`sim.lab.methods.feature_scores.Scores`), ``n`` points.

    Raises
    ------
    InputError
        If scikit-learn is not installed, or there are too few points.
    """
    if not available():
        raise InputError(
            "feature scores need scikit-learn: install the extra `analysis` "
            "(python -m uv run --extra analysis hecun ..., or pip install 'hecun[analysis]')"
        )
    names, points = coded(results)
    if len(points) < LEAST_POINTS or not names:
        raise InputError(
            f"{results.folder}: {len(points)} design points; feature scores need at least "
            f"{LEAST_POINTS} and a factor that differs between them"
        )
    rows: list[dict[str, Any]] = []
    for key in results.shown() if outcomes is None else results.known(outcomes):
        means = np.array([estimate(values).mean for values in wide(results, key)])
        found = feature_scores(points, means)
        if found is None:
            continue
        told = {"idle": found.idle, "explained": found.explained}
        told["n"] = int(np.isfinite(means).sum())
        for i in np.argsort(-found.score, kind="stable"):
            share = {"score": found.score[i], "low": found.low[i], "high": found.high[i]}
            rows.append({"outcome": key, "parameter": names[i]} | share | told)
    columns = ["outcome", "parameter", "score", "low", "high", "idle", "explained", "n"]
    return pd.DataFrame(rows, columns=pd.Index(columns))


def available() -> bool:
    """Tell whether the library is installed."""
    return find_spec("sklearn") is not None


def coded(results: "ExperimentResults") -> tuple[list[str], Floats]:
    """Return the columns of a design that differ between points, as numbers (points, D).

    Levels without an order are numbered as they come; where a point has no level of a factor it
    gets the mean of the others.
    """
    design: Any = results.design
    names, columns = [], []
    for name in design.columns:
        given = design[name]
        if name == "point" or given.nunique(dropna=True) < 2:
            continue
        numeric = given.dtype.kind in "iuf"
        values = given.to_numpy(float) if numeric else pd.factorize(given)[0].astype(float)
        values = np.where(given.isna().to_numpy(), np.nan, values)
        names.append(str(name))
        columns.append(np.where(np.isfinite(values), values, np.nanmean(values)))
    return names, np.column_stack(columns) if columns else np.zeros((len(design), 0))
