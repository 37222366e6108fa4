"""The estimator of a design: from a study's data to an effect and its interval."""

import logging
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.lab.file.study_blocks import Below, Design
from sim.lab.methods import estimators
from sim.lab.methods.clusters import Found, no_estimate
from sim.model.policies import own

Estimate = Callable[[pd.DataFrame], Found]


def estimator_of(design: Design, folders: Sequence[str]) -> Estimate:
    """Return what estimates the effect from a study's data.

    Parameters
    ----------
    design : Design
        The design.
    folders : sequence of str
        Where functions of one's own are looked for.

    Raises
    ------
    InputError
        If pyfixest, which regressions need, or a function of one's own is not there.
    """
    by, who = design.by, design.population.who
    if by.name == "regression":
        need_regressions()
        text = str(by.formula)
        return _spared(lambda frame: estimators.formula(frame, text, by.term))
    if by.name == "own":
        name = str(by.function)
        found = own.find(name, folders, what=own.FUNCTION).cls
        return _spared(lambda frame: estimators.own(frame, found, name))
    if by.name == "matching":
        return lambda frame: estimators.matching(frame, by.on)
    if by.name == "discontinuity":
        assert isinstance(who, Below)
        cutoff = who.registered
        bandwidth = by.bandwidth or cutoff / 2
        return lambda frame: estimators.discontinuity(frame, cutoff, bandwidth)
    plain: dict[str, Estimate] = {
        "difference": estimators.difference,
        "did": estimators.did,
        "event_study": estimators.event_study,
        "staggered": estimators.staggered,
    }
    return plain[by.name]


def _spared(estimate: Estimate) -> Estimate:
    """Return an estimator whose failure costs a study its estimate; the first one is said."""
    said = False

    def spared(frame: pd.DataFrame) -> Found:
        nonlocal said
        try:
            return estimate(frame)
        except InputError as error:
            if not said:
                log = logging.getLogger("hecun")
                log.warning("%s; studies in which it fails have no estimate", error)
            said = True
            return no_estimate()

    return spared


def tried_out(design: Design, folders: Sequence[str]) -> None:
    """Find what an estimator needs; try a regression on data made up.

    Raises
    ------
    InputError
        If something is not there, or a formula cannot be used.
    """
    by = design.by
    estimator_of(design, folders)
    if by.name == "regression":
        estimators.formula(_made_up(), str(by.formula), by.term)


def _made_up() -> pd.DataFrame:
    """Return data of the form of a study's: 8 clusters of 2 villages, 2 respondents each, 4 times.

    Half are treated from time 0 on; numbers are drawn, so that no column follows from others.
    """
    luck = np.random.default_rng(1)
    respondent, time = (part.ravel() for part in np.meshgrid(np.arange(32), np.arange(-2, 2)))
    village = respondent // 2
    traits = luck.uniform(1.0, 2.0, (16, 4))
    treated = village >= 8
    found = pd.DataFrame({"county": village % 4, "cluster": village // 2, "village": village})
    found = found.assign(respondent=respondent, time=time, treated=treated)
    found = found.assign(first=np.where(treated, 0.0, np.nan), d=(treated & (time >= 0)) * 1.0)
    found = found.assign(y=luck.normal(size=time.size))
    names = ("registered", "distance_km", "income", "size")
    return found.assign(**{name: traits[village, at] for at, name in enumerate(names)})


def need_regressions() -> None:
    """Raise `InputError` if pyfixest is not installed."""
    try:
        import pyfixest  # noqa: F401
    except ModuleNotFoundError as error:
        raise InputError(
            "estimator regression needs pyfixest: install the extra `study` "
            "(python -m uv run --extra study hecun ..., or pip install 'hecun[study]')"
        ) from error
