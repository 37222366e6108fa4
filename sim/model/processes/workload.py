"""Workload: what a month asks of cadres, once callers were served, and what does not fit.

Hours that nobody called for go to the economy in part. With overtime (`load`), paperwork for which
there were no hours is worked beyond those supplied, to a limit, and the rest is left undone.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import B1, F4, I4, Records, kernel, rule
from sim.model.processes.hours import (
    OVERTIME,
    WEEKS_PER_MONTH,
    administration_spent,
    coordination_spent,
)

if TYPE_CHECKING:
    from sim.model.county import CountyModel


@rule
def hours_asked(hours: Records, load: float) -> float:
    """Return the hours asked of a unit's cadres in a month.

    With overtime these are what the month brings; with a queue also friction and what waits.
    """
    if load == OVERTIME:
        own = hours["coordination"] + hours["meetings"] + hours["projects"]
        return administration_spent(hours) + own + hours["service_arrived"]
    own = coordination_spent(hours) + hours["meetings"]
    return administration_spent(hours) + own + hours["service_asked"]


@rule
def left_to_do(hours: Records) -> float:
    """Return the hours of paperwork that do not fit: callers and the economy had theirs first."""
    effective = hours["leadership"] * (hours["supplied"] - hours["friction"])
    mandatory = hours["coordination"] + hours["meetings"] + hours["projects"]
    mandatory += administration_spent(hours)
    return max(0.0, mandatory + hours["service_used"] + hours["economy"] - effective)


@rule
def overtime(left: float, supplied: float, most: float) -> float:
    """Return the hours worked beyond those supplied: what is left to do, to `most` in all."""
    return min(left, max(0.0, most - supplied))


@kernel
def _share(p: Records, slots: int, unit: I4, in_post: B1, hours: Records, workload: F4) -> None:
    """Share the hours asked of each unit among its cadres; say what is overtime, what undone."""
    q = p[0]
    for u in range(hours.size):
        one = hours[u]
        one["asked"] = hours_asked(one, q["load"])
        if q["load"] == OVERTIME:
            left = left_to_do(one)
            most = one["cadres"] * q["overtime_week"] * WEEKS_PER_MONTH
            one["overtime"] = overtime(left, one["supplied"], most)
            one["undone"] = left - one["overtime"]
    for row in range(in_post.size):
        if in_post[row]:
            one = hours[unit[row // slots]]
            workload[row] = one["asked"] / one["cadres"]


def step(county: "CountyModel") -> None:
    """Give unused hours back; share the hours asked of each unit among its cadres."""
    hours, of_hours = county.hours, county.values.hours
    free = hours["service_offered"] / np.maximum(hours["service_productivity"], 0.5)
    unused = np.maximum(0.0, free - hours["borrowed"] - hours["service_used"])
    hours["economy"] = hours["economy_offered"] + of_hours.unused_returned * unused
    _share(
        of_hours.record,
        county.slots,
        county.borders.unit,
        county.in_post,
        hours,
        county.cadres["workload"],
    )
