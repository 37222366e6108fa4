"""Estimators of a treatment's effect from a sample, as researchers use them.

Each takes a frame, one row an answer: ``cluster`` (what was treated or not), ``village``,
``respondent``, ``time`` (years from the reform), ``treated``, ``first`` (the first time treated,
NaN never), ``d`` (treated by then), ``y``, and the traits ``registered``, ``distance_km``,
``income``. Numbers of clusters, villages and respondents count from 0.
"""

import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.errors import InputError, nearest
from sim.lab.methods.clusters import Found, Ints, contrast, interval, no_estimate, regression
from sim.lab.methods.intervals import Floats

Flags = npt.NDArray[np.bool_]


class Panel:
    """A sample by respondent and time.

    Attributes
    ----------
    y : array (R, T)
        Answers; NaN where there is none.
    times : array (T,)
        Years from the reform, ascending.
    treated : bool array (R,)
        Treated at some time.
    first : array (R,)
        First time treated; infinite never.
    post : bool array (T,)
        Times from the earliest of these on.
    cluster, village : int array (R,)
        Where each belongs.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        who, row = np.unique(frame["respondent"].to_numpy(), return_index=True)
        at = np.searchsorted(who, frame["respondent"].to_numpy())
        self.times, when = np.unique(frame["time"].to_numpy(), return_inverse=True)
        self.y = np.full((who.size, self.times.size), np.nan)
        self.y[at, when] = frame["y"].to_numpy(dtype=np.float64)
        self.row = row
        self.treated = frame["treated"].to_numpy(dtype=bool)[row]
        first = frame["first"].to_numpy(dtype=np.float64)[row]
        self.first = np.where(np.isnan(first), np.inf, first)
        begins = self.first.min(initial=np.inf)
        #: times (T,) from the first on at which anybody is treated; nobody is: from the reform on
        self.post: Flags = self.times >= (begins if np.isfinite(begins) else 0)
        self.cluster: Ints = frame["cluster"].to_numpy()[row]
        self.village: Ints = frame["village"].to_numpy()[row]

    def mean(self, which: Flags) -> Floats:
        """Return each respondent's mean over some times, (R,); NaN without an answer then."""
        values = self.y[:, which]
        there = np.isfinite(values)
        count = there.sum(axis=1)
        total = np.where(there, values, 0.0).sum(axis=1)
        return np.divide(total, count, out=np.full(count.size, np.nan), where=count > 0)


def _of_groups(panel: Panel, values: Floats, weights: Floats | None = None) -> Found:
    """Return the difference of treated and untreated in some values, missing ones left out."""
    there = np.isfinite(values)
    weights = np.ones(values.size) if weights is None else weights
    there &= weights > 0.0
    if not (there & panel.treated).any() or not (there & ~panel.treated).any():
        return no_estimate()
    return contrast(values[there], weights[there], panel.treated[there], panel.cluster[there])


def difference(frame: pd.DataFrame) -> Found:
    """Return the difference in means of treated and untreated from the first treatment on.

    This and all but `staggered` and regressions take those treated for one cohort.
    """
    panel = Panel(frame)
    return _of_groups(panel, panel.mean(panel.post))


def _change(frame: pd.DataFrame) -> tuple[Panel, Floats]:
    """Return how each respondent's answers changed; villages' means where others were asked."""
    panel = Panel(frame)
    change = panel.mean(panel.post) - panel.mean(~panel.post)
    if not np.isfinite(change).any() and len(frame):  # nobody was asked twice
        means = frame.groupby(["village", "time"], as_index=False).agg(
            {"y": "mean", "treated": "first", "first": "first", "cluster": "first"}
        )
        panel = Panel(means.assign(respondent=means["village"]))
        change = panel.mean(panel.post) - panel.mean(~panel.post)
    return panel, change


def did(frame: pd.DataFrame) -> Found:
    """Return the difference in differences: changes of treated less changes of untreated."""
    panel, change = _change(frame)
    return _of_groups(panel, change)


def event_study(frame: pd.DataFrame) -> Found:
    """Return the mean of the differences after the reform, each against the last time before.

    ``leads``: 1 where some earlier difference is told apart from 0, each at 95 %; NaN of none.
    """
    panel = Panel(frame)
    before = np.flatnonzero(~panel.post)
    if not before.size:
        return no_estimate()
    last = panel.y[:, before[-1]]
    leads = [_of_groups(panel, panel.y[:, at] - last) for at in before[:-1]]
    found = _of_groups(panel, panel.mean(panel.post) - last)
    told = [lead.low * lead.high > 0.0 for lead in leads if np.isfinite(lead.low)]
    seen = float(any(told)) if told else np.nan
    return Found(found.estimate, found.low, found.high, seen)


def staggered(frame: pd.DataFrame) -> Found:
    """Return the mean effect on the treated of a reform that comes in steps.

    Group-time effects against those not treated yet, from the time before each cohort's own,
    weighted by the cohort's respondents (Callaway & Sant'Anna 2021, "Difference-in-differences with
    multiple time periods", Journal of Econometrics 225: 200-230, without covariates). The variance
    is that of the sums of influences by cluster, n / (n - c) times their squares for n treated
    clusters of c cohorts, and so for the never treated; the degrees of freedom are Welch's. None
    where every cohort is one cluster.
    """
    panel = Panel(frame)
    times, parts = panel.times, []
    for cohort in np.unique(panel.first[np.isfinite(panel.first)]):
        before = np.flatnonzero(times < cohort)
        for at in np.flatnonzero(times >= cohort) if before.size else ():
            change = panel.y[:, at] - panel.y[:, before[-1]]
            there = np.isfinite(change)
            own, others = there & (panel.first == cohort), there & (panel.first > times[at])
            if own.any() and others.any():
                parts.append((change, own, others))
    if not parts:
        return no_estimate()
    total = sum(int(own.sum()) for _, own, _ in parts)
    effect, influence = 0.0, np.zeros(panel.first.size)
    for change, own, others in parts:
        share = own.sum() / total
        mean, other = change[own].mean(), change[others].mean()
        effect += share * float(mean - other)
        influence[own] += share * (change[own] - mean) / own.sum()
        influence[others] -= share * (change[others] - other) / others.sum()
    took = np.any([own | others for _, own, others in parts], axis=0)
    first = np.full(int(panel.cluster.max()) + 1, np.nan)
    first[panel.cluster[took]] = panel.first[took]
    squares = np.bincount(panel.cluster, influence) ** 2
    variance, spread = 0.0, 0.0
    for group in (np.isfinite(first), np.isinf(first)):  # cohorts, the never treated
        count = int(group.sum())
        freedom = count - np.unique(first[group]).size
        if count and not freedom:
            return Found(effect, np.nan, np.nan)
        if count:
            one = float(squares[group].sum()) * count / freedom
            variance, spread = variance + one, spread + one**2 / freedom
    return interval(effect, variance, variance**2 / spread if spread else np.inf)


def matching(frame: pd.DataFrame, on: Sequence[str]) -> Found:
    """Return the difference in differences of treated and their nearest untreated villages.

    Each treated village is matched to the untreated one nearest in the traits (in standard
    deviations), which may serve several times; the interval takes the matches as given.
    """
    panel, change = _change(frame)
    there = np.isfinite(change)
    villages = np.unique(panel.village[there])
    first = {v: np.flatnonzero(panel.village == v)[0] for v in villages.tolist()}
    of = frame.drop_duplicates("village").set_index("village")
    traits = of.loc[villages, list(on)].to_numpy(dtype=np.float64)
    spread = traits.std(axis=0)
    traits = traits / np.where(spread > 0.0, spread, 1.0)
    treated = np.array([panel.treated[first[v]] for v in villages.tolist()], dtype=bool)
    if not treated.any() or treated.all():
        return no_estimate()
    away = ((traits[treated][:, None] - traits[~treated][None]) ** 2).sum(axis=2)
    times = np.bincount(away.argmin(axis=1), minlength=int((~treated).sum()))
    weight = np.ones(villages.size)
    weight[~treated] = times
    asked = np.bincount(np.searchsorted(villages, panel.village[there]), minlength=villages.size)
    each = np.zeros(change.size)
    at = np.searchsorted(villages, panel.village[there])
    each[there] = weight[at] / asked[at]
    return _of_groups(panel, change, each)


def discontinuity(frame: pd.DataFrame, cutoff: float, bandwidth: float) -> Found:
    """Return the jump in changes (or answers) at a rule by size.

    A line on each side within the bandwidth, triangular weights, errors in clusters.

    Parameters
    ----------
    frame : DataFrame
        The sample; ``size`` is what the rule looks at: persons, below the cutoff treated.
    cutoff, bandwidth : float
        Persons.
    """
    panel, change = _change(frame)
    if panel.post.all():
        change = panel.mean(panel.post)
    size = frame["size"].to_numpy(dtype=np.float64)[panel.row] - cutoff
    weights = np.maximum(0.0, 1.0 - np.abs(size) / bandwidth)
    there = np.isfinite(change) & (weights > 0.0)
    below = panel.treated[there].astype(np.float64)
    run = size[there]
    x = np.column_stack((np.ones(run.size), below, run, run * below))
    return regression(x, change[there], weights[there], panel.cluster[there], 1)


def formula(frame: pd.DataFrame, text: str, term: str) -> Found:
    """Return a coefficient of a regression with fixed effects and clustered errors (pyfixest).

    None where a sample does not tell it apart from the fixed effects.

    Raises
    ------
    InputError
        If the formula cannot be used, or has no such term.
    """
    import pyfixest

    used = frame[np.isfinite(frame["y"])]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of terms dropped, of what pandas deprecates
            feols: Any = pyfixest.feols
            fit = feols(
                text, used, vcov={"CRV1": "cluster"}, lean=True, copy_data=False, store_data=False
            )
        table: Any = fit.tidy()
    except Exception as error:
        if "collinear" in str(error):
            return no_estimate()
        said = " ".join(str(error).split())
        raise InputError(
            f"estimator regression: {text!r}: {said}; columns are {', '.join(map(str, frame))}"
        ) from error
    if term not in table.index:
        if re.search(rf"\b{re.escape(term)}\b", text):
            return no_estimate()
        terms = list(map(str, table.index))
        raise InputError(
            f"estimator regression: {text!r} has no term {term!r}{nearest(term, terms)}; its terms "
            f"are {', '.join(terms)}"
        )
    row = table.loc[term]
    low, high = (float(row[name]) for name in ("2.5%", "97.5%"))
    estimate = float(row["Estimate"])
    if high - low <= 1e-12 * max(1.0, abs(estimate)):  # nothing varies
        low = high = np.nan
    return Found(estimate, low, high)


def own(frame: pd.DataFrame, function: Callable[[pd.DataFrame], Any], name: str) -> Found:
    """Return what a function of one's own gives: estimate, low and high.

    Raises
    ------
    InputError
        If it fails, gives something else, or an estimate outside its interval.
    """
    try:
        given = function(frame.copy())
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise InputError(f"the estimator {name} failed: {said}") from error
    try:
        estimate, low, high = (float(value) for value in given)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"the estimator {name} gave {given!r}; expected three numbers: estimate, low, high"
        ) from error
    if not (low <= estimate <= high or np.isnan([estimate, low, high]).any()):
        raise InputError(
            f"the estimator {name} gave {estimate:g}, {low:g}, {high:g}: not estimate, low and high"
            " with low <= estimate <= high"
        )
    return Found(estimate, low, high)
