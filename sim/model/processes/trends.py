"""Trends: what moves from year to year, with a reform or without, the same in every arm.

Money is in constant yuan, so that rates are real. What people earn, and who is online, is what its
parameter says in `BASE`, and has grown from less before; the rates of leaving and coming back are
their parameters in the first month of the run. The spin-up, and ``variants: {trends: constant}``,
have no trends: there all stays as in the first month, and as the parameters say. What government
sets (pay, grants, running money) has none: policies move it. Registered persons stay as many (a
birth follows every death): residents become fewer by migration alone.
"""

from typing import TYPE_CHECKING

from sim.model.calendar import parse_month
from sim.model.compiled import rule
from sim.model.parameters import Values

if TYPE_CHECKING:
    from sim.model.county import CountyModel

CONSTANT, OBSERVED = range(2)  # forms
BASE = parse_month("2020-07")  # middle of the year of which most sources speak
MOST = 0.99  # that a share or a yearly probability can become


@rule
def grown(value: float, yearly: float, months: float) -> float:
    """Return what an amount is after some months (before: negative) at a yearly rate of growth."""
    return value * (1.0 + yearly) ** (months / 12.0)


@rule
def online_after(share: float, hazard: float, months: float) -> float:
    """Return the share online after some months (before: negative) at a yearly chance to go."""
    return max(0.0, 1.0 - (1.0 - share) * (1.0 - hazard) ** (months / 12.0))


def of_month(usual: Values, month: int, start: int) -> Values:
    """Return the parameters in force in a month of a run that starts in `start`."""
    of_trends, of, people = usual.trends, usual.livelihood, usual.population
    grow, online = grown.py_func, online_after.py_func
    since, run = month - BASE, month - start
    rates = {
        "local_days_share": (of_trends.work_found, since),
        "elder_work": (of_trends.work_found, since),
        "leave_rate": (of_trends.leaving, run),
        "return_rate": (-of_trends.leaving, run),
        "entry_leave_rate": (of_trends.entry, run),
    }
    known = vars(of)
    later = {name: min(MOST, grow(known[name], *rate)) for name, rate in rates.items()}
    later["out_wage"] = grow(of.out_wage, of_trends.out_wage, since)
    later["local_wage"] = grow(of.local_wage, of_trends.local_wage, since)
    later["ageing_income"] = grow(of.ageing_income, of_trends.pension, since)
    worth = grow(usual.selection.standing_worth, of_trends.out_wage, since)
    shares = {
        "digital_under_60": online(people.digital_under_60, of_trends.online_under_60, since),
        "digital_60_plus": online(people.digital_60_plus, of_trends.online_60_plus, since),
    }
    changes = {"livelihood": later, "selection": {"standing_worth": worth}, "population": shares}
    return usual.changed(changes)


def at_start(usual: Values, start: int) -> Values:
    """Return the parameters in force until the first month of a run, `start`, is over."""
    return of_month(usual, start, start) if usual.trends.trends == OBSERVED else usual


def under_way(county: "CountyModel") -> bool:
    """Return whether trends move anything this month."""
    observed = county.usual_values.trends.trends == OBSERVED
    return observed and county.month > county.config.start


def last_years_income(county: "CountyModel") -> float:
    """Return the county's rural income per person in the year before this one, yuan/year."""
    values, january = county.usual_values, county.month - county.month % 12
    months = january - 6 - BASE if values.trends.trends == OBSERVED else 0
    return grown.py_func(values.posts.rural_income, values.trends.rural_income, months)


def going_online(county: "CountyModel") -> tuple[float, float]:
    """Return the chance that who is not online is within the year, under 60 and over."""
    if not under_way(county):
        return 0.0, 0.0
    return county.values.trends.online_under_60, county.values.trends.online_60_plus


def step(county: "CountyModel") -> None:
    """Put the month's parameters in force."""
    if under_way(county):
        county.values = of_month(county.usual_values, county.month, county.config.start)
