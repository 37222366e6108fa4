"""Ages of cadres: a corps at rest, whose newcomers replace those who retire and resign."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.model.compiled import F8, I8, rule
from sim.model.parameters import Values


class Ages(NamedTuple):
    """Cumulative distributions over months of age from `first`: of newcomers, of those in post."""

    first: int
    entry: F8
    stock: F8


@lru_cache(maxsize=64)
def ages_at_rest(mean: float, sd: float, turnover: float, youngest: float, oldest: float) -> Ages:
    """Return the ages of newcomers that keep a corps at a mean age, and the corps' ages.

    Newcomers' ages are normal, cut at the youngest and the oldest; a share `turnover` leaves each
    year, everybody at the oldest age. The newcomers' mean is found by bisection.

    Parameters
    ----------
    mean : float
        Mean age of those in post, years.
    sd : float
        Spread of the newcomers' age, years.
    turnover : float
        Share of cadres who resign in a year.
    youngest, oldest : float
        Years.
    """
    first = round(youngest * 12.0)
    age = np.arange(first, round(oldest * 12.0)) / 12.0
    stays = (1.0 - turnover) ** (1.0 / 12.0)
    low, high = youngest - 5.0 * sd, oldest + 5.0 * sd
    entry = stock = np.ones(age.size)
    for _ in range(50):
        middle = (low + high) / 2.0
        entry = np.exp(-((age - middle) ** 2) / (2.0 * sd**2))
        flow = 0.0
        stock = np.empty(age.size)
        for i, new in enumerate((entry / math.fsum(entry.tolist())).tolist()):
            flow = flow * stays + new
            stock[i] = flow
        low, high = (middle, high) if np.average(age, weights=stock) < mean else (low, middle)
    return Ages(first, np.cumsum(entry) / entry.sum(), np.cumsum(stock) / stock.sum())


def usual_turnover(values: Values) -> float:
    """Return the share of cadres who resign in a year at the usual burnout."""
    burnt = 1.0 + values.strain.turnover_response * values.strain.usual_burnout
    return 1.0 - (1.0 - values.posts.turnover) ** burnt


def newcomers_ages(values: Values, newly_appointed: bool) -> tuple[int, F8]:
    """Return the youngest age in months, and the cumulative distribution over months from it.

    Of newcomers, or of a corps at rest.
    """
    ages = ages_at_rest(
        values.posts.age_mean,
        values.posts.recruit_age_sd,
        usual_turnover(values),
        values.posts.youngest,
        values.posts.retirement_age,
    )
    return ages.first, ages.entry if newly_appointed else ages.stock


@rule
def drawn_age(u: F8, youngest: int, ages: F8) -> I8:
    """Return the age in months for a uniform draw, or several (see `newcomers_ages`)."""
    return youngest + np.searchsorted(ages, u)
