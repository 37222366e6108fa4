"""Trends: what moves from year to year, with a reform or without, the same in every arm.

Money is in constant yuan, so that rates are real. A parameter with a trend is its value in the
first month of the run times the growth since; before, and where ``variants: {trends: constant}``,
it stays. What government sets (pay, grants, running money) has none: policies move it. Registered
persons stay as many (a birth follows every death): residents become fewer by migration alone.
"""

from typing import TYPE_CHECKING

from sim.model.compiled import rule
from sim.model.parameters import Values

if TYPE_CHECKING:
    from sim.model.county import CountyModel

CONSTANT, OBSERVED = range(2)  # forms
MOST = 0.99  # that a share or a yearly probability can become


@rule
def grown(value: float, yearly: float, months: float) -> float:
    """Return what an amount is after some months at a yearly rate of growth."""
    return value * (1.0 + yearly) ** (months / 12.0)


def after(usual: Values, months: float) -> Values:
    """Return the parameters in force so many months after the start, of those at the start."""
    of_trends, of = usual.trends, usual.livelihood
    shares = {
        "local_days_share": of_trends.work_found,
        "elder_work": of_trends.work_found,
        "leave_rate": of_trends.leaving,
        "return_rate": -of_trends.leaving,
        "entry_leave_rate": of_trends.entry,
    }
    later = {
        name: min(MOST, grown.py_func(getattr(of, name), g, months)) for name, g in shares.items()
    }
    later["out_wage"] = grown.py_func(of.out_wage, of_trends.out_wage, months)
    later["local_wage"] = grown.py_func(of.local_wage, of_trends.local_wage, months)
    later["ageing_income"] = grown.py_func(of.ageing_income, of_trends.pension, months)
    worth = grown.py_func(usual.selection.standing_worth, of_trends.out_wage, months)
    return usual.changed({"livelihood": later, "selection": {"standing_worth": worth}})


def under_way(county: "CountyModel") -> bool:
    """Return whether trends move anything this month."""
    observed = county.usual_values.trends.trends == OBSERVED
    return observed and county.month > county.config.start


def last_years_income(county: "CountyModel") -> float:
    """Return the county's rural income per person in the year before this one, yuan/year."""
    values, january = county.usual_values, county.month - county.month % 12
    months = january - 6 - county.config.start if under_way(county) else 0
    income = values.posts.rural_income
    return grown.py_func(income, values.trends.rural_income, max(0, months))


def going_online(county: "CountyModel") -> tuple[float, float]:
    """Return the chance that who is not online is within the year, under 60 and over."""
    if not under_way(county):
        return 0.0, 0.0
    return county.values.trends.online_under_60, county.values.trends.online_60_plus


def step(county: "CountyModel") -> None:
    """Put the month's parameters in force."""
    if under_way(county):
        county.values = after(county.usual_values, county.month - county.config.start)
