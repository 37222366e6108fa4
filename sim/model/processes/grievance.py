"""Grievance: cadres who lose their posts carry one, and their kin in the old village share it.

Kin are spread over the old village, or live in the cadre's group where cadres are villagers
(`processes.standing`). With ties (`processes.ties`) a grievance is of groups, in which others than
kin come to share it.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import rule

if TYPE_CHECKING:
    from sim.model.county import CountyModel


@rule
def unsettled(
    interviewed: float,
    placed: float,
    allowance_months: float,
    interview_effect: float,
    placement_effect: float,
    allowance_effect: float,
    allowance_full: float,
) -> float:
    """Return the share of a displaced cadre's grievance that settlement leaves.

    Parameters
    ----------
    interviewed, placed : float
        Shares of the displaced who are talked with, and given another place.
    allowance_months : float
        Leaving allowance in months of the post's pay; its effect is full at `allowance_full`.
    interview_effect, placement_effect, allowance_effect, allowance_full : float
        Share of grievance each takes away; months.
    """
    paid = min(1.0, allowance_months / allowance_full)
    return (
        (1.0 - interview_effect * interviewed)
        * (1.0 - placement_effect * placed)
        * (1.0 - allowance_effect * paid)
    )


@rule
def spread(grievance: float, displaced: float, kin: float, registered: float) -> float:
    """Return the grievance of an old village (0-1) once `displaced` cadres' kin share theirs."""
    touched = min(1.0, displaced * kin / max(registered, 1.0))
    return grievance + (1.0 - grievance) * touched


def homes(county: "CountyModel", village: int) -> list[tuple[int, float, float]]:
    """Return the groups where kin of a village's displaced live: group, how many, among whom.

    Where it is known of which group they are; the kin of others live all over the village.
    """
    groups = (county.world.group_village == village).nonzero()[0]
    own, persons = county.displaced_in[groups], county.world.registered[village]
    rest = float(county.displaced[village] - own.sum())
    around = np.diff(county.group_start)[groups] * county.weight[village]
    known = zip(groups.tolist(), own.tolist(), around.tolist(), strict=True)
    found = [(group, float(cadres), among) for group, cadres, among in known if cadres]
    if rest > 0.0:
        found += [(group, rest, float(persons)) for group in groups.tolist()]
    return found


def step(county: "CountyModel") -> None:
    """Let grievance fade, add that of this month's displaced, and pay what settles it."""
    values, levers, unit = county.values, county.levers, county.borders.unit
    fading = 0.5 ** (1.0 / values.strain.grievance_half_life)
    county.grievance *= fading
    county.aggrieved *= fading
    if not np.logical_or.reduce(county.displaced):
        return
    pay = values.posts.pay_secretary * values.posts.pay_other_ratio
    allowance = levers.settle_allowance[unit]
    for v in county.displaced.nonzero()[0]:
        left = unsettled.py_func(  # a few: compiling it takes longer
            float(levers.settle_interviews[unit[v]]),
            float(levers.settle_placement[unit[v]]),
            allowance[v] / pay,
            values.strain.interview_effect,
            values.strain.placement_effect,
            values.strain.allowance_effect,
            values.strain.allowance_full,
        )
        lost, persons = float(county.displaced[v]) * left, float(county.world.registered[v])
        kin = values.strain.kin_persons
        county.grievance[v] = spread.py_func(county.grievance[v], lost, kin, persons)
        for group, cadres, around in homes(county, int(v)):
            of_kin = cadres * left, kin, around
            county.aggrieved[group] = spread.py_func(county.aggrieved[group], *of_kin)
    county.spending["leaving_allowance"] = float((county.displaced * allowance).sum())
