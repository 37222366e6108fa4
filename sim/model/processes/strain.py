"""Strain: cadres' burnout, and the resignations it brings.

Burnout follows weekly hours asked and the imbalance of effort and reward (Siegrist 1996), each
person at an own level; a corps under less strain recovers.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import B1, F4, I4, U2, U8, Records, kernel, rule
from sim.model.draws import normal, uniform
from sim.model.processes.hours import OVERTIME, WEEKS_PER_MONTH
from sim.model.processes.selection import holder_identity

if TYPE_CHECKING:
    from sim.model.county import CountyModel


@rule
def strain_hours(asked: float, supplied: float, free_weight: float) -> float:
    """Return the weekly hours that strain a cadre: those asked, and some of those given freely.

    Hours of one's own choosing strain less (job control, Karasek 1979).

    Parameters
    ----------
    asked, supplied : float
        Hours a month.
    free_weight : float
        Weight of the hours supplied beyond those asked.
    """
    return (asked + free_weight * max(0.0, supplied - asked)) / WEEKS_PER_MONTH


@rule
def imbalance(hours_week: float, usual_week: float, pay: float, worth: float, wage: float) -> float:
    """Return effort over reward: hours against the usual, pay and standing against the wage.

    Parameters
    ----------
    hours_week, usual_week : float
        Hours asked, and hours of a full post, h/week.
    pay, worth, wage : float
        Pay, worth of the post's standing, and wage outside, yuan/month.
    """
    return (hours_week / usual_week) / ((pay + worth) / wage)


@rule
def burnout_target(
    hours_week: float,
    effort_reward: float,
    susceptible: float,
    threshold: float,
    width: float,
    response: float,
) -> float:
    """Return the burnout (0-1) toward which a load drives: logistic in hours above a threshold.

    Parameters
    ----------
    hours_week, threshold, width : float
        Hours asked, the threshold, and the hours of one logit, h/week.
    effort_reward, response : float
        `imbalance`, and logits per unit of it above 1.
    susceptible : float
        A person's own level, logits.
    """
    x = (hours_week - threshold) / width + response * (effort_reward - 1.0) + susceptible
    return 1.0 / (1.0 + math.exp(-x))


@rule
def resignation(turnover: float, response: float, burnout: float) -> float:
    """Return the chance to resign within a month: the hazard rises with burnout."""
    hazard = -math.log(1.0 - turnover) / 12.0 * (1.0 + response * burnout)
    return 1.0 - math.exp(-hazard)


@kernel
def _pass(
    susceptible: np.uint64,
    resign: np.uint64,
    load: float,
    p: Records,
    turnover: float,
    worth: float,
    wage: float,
    slots: int,
    identity: U8,
    in_post: B1,
    occupant: U2,
    unit: I4,
    of_unit: Records,
    workload: F4,
    hours: F4,
    pay: F4,
    burnout: F4,
    leaving: B1,
) -> None:
    """Move every cadre's burnout, and say who gives notice; overtime strains, not work undone.

    Where paperwork waits for callers (`load`), callers who were not served were no work either.
    """
    q = p[0]
    for row in range(in_post.size):
        if not in_post[row]:
            continue
        who = holder_identity(identity[row // slots], row % slots, occupant[row])
        one = of_unit[unit[row // slots]]
        not_done = one["undone"]
        if load == OVERTIME:
            not_done += max(0.0, one["service_arrived"] - one["service_used"])
        asked = np.float64(workload[row]) - not_done / one["cadres"]
        worked = np.float64(hours[row]) + one["overtime"] / one["cadres"]
        week = strain_hours(asked, worked, q["free_hours_strain"])
        ratio = imbalance(week, q["burnout_threshold"], pay[row], worth, wage)
        target = burnout_target(
            week,
            ratio,
            q["susceptibility_sd"] * normal(susceptible, who),
            q["burnout_threshold"],
            q["burnout_width"],
            q["imbalance_response"],
        )
        rate = q["burnout_rate"] if target > burnout[row] else q["recovery_rate"]
        burnout[row] += rate * (target - burnout[row])
        chance = resignation(turnover, q["turnover_response"], burnout[row])
        leaving[row] = uniform(resign, who) < chance


def step(county: "CountyModel") -> None:
    """Move burnout and note who resigns: they leave at the start of the next month."""
    table, values = county.cadres, county.values
    _pass(
        county.key("strain.susceptible", 0),
        county.key("strain.resign"),
        values.hours.load,
        values.strain.record,
        values.posts.turnover,
        values.selection.standing_worth,
        values.livelihood.out_wage,
        county.slots,
        county.world.identity,
        county.in_post,
        table["occupant"],
        county.borders.unit,
        county.hours,
        *table.columns("workload", "hours", "pay", "burnout", "leaving"),
    )
