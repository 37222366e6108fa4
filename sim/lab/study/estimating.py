"""The estimator of a design: from a study's data to an effect and its interval."""

from collections.abc import Callable, Sequence

import pandas as pd

from sim.errors import InputError
from sim.lab.file.study_blocks import Below, Design
from sim.lab.methods import estimators
from sim.lab.methods.clusters import Found
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
        return lambda frame: estimators.formula(frame, str(by.formula), by.term)
    if by.name == "own":
        name = str(by.function)
        found = own.find(name, folders, what=own.FUNCTION).cls
        return lambda frame: estimators.own(frame, found, name)
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


def need_regressions() -> None:
    """Raise `InputError` if pyfixest is not installed."""
    try:
        import pyfixest  # noqa: F401
    except ModuleNotFoundError as error:
        raise InputError(
            "estimator regression needs pyfixest: install the extra `study` "
            "(python -m uv run --extra study hecun ..., or pip install 'hecun[study]')"
        ) from error
