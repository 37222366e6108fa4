"""Ties: what residents hear from those they know, and whose example takes them online.

A resident knows neighbours (of the villagers' group), kin (of the old village) and people of other
villages: of the township's, and after a merger slowly of the merged village's instead. Within a
circle everybody is met alike; who has no neighbours knows kin instead. Who is told of an errand
learns from it as from a part of one of his own; what went wrong is told more often. Who is not
online goes online sooner the more do whom he knows. People away hear nothing. All of it under
`variants: {ties: on}`; off, people know what they met themselves.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import AWAY
from sim.model.compiled import B1, F4, F8, I4, I8, U1, Records, kernel, rule
from sim.model.parameters.variants import VARIANTS
from sim.model.processes import trends

if TYPE_CHECKING:
    from sim.model.county import CountyModel

ON = VARIANTS["ties"].forms.index("on")
#: what is counted of a circle: residents, those online, their own errands that ended well and badly
PERSONS, ONLINE, WELL, BADLY = range(4)


@rule
def mixed(months: float, half_life: float) -> float:
    """Return the share of ties to other villages that are within a merged village by now.

    Parameters
    ----------
    months : float
        Months since the merger.
    half_life : float
        Years in which half of them are.
    """
    return 1.0 - 0.5 ** (months / 12.0 / half_life)


@rule
def hear(experience: float, well: float, badly: float, weight: float) -> float:
    """Return experience after errands that others told of: each as one's own (`needs.update`).

    Parameters
    ----------
    experience : float
        Running share of needs met.
    well, badly : float
        Errands told of that were settled, and that were not, in errands of one's own.
    weight : float
        Weight of a new experience.
    """
    told = well + badly
    if told <= 0.0:
        return experience
    return experience + (1.0 - (1.0 - weight) ** told) * (well / told - experience)


@rule
def follows(alone: float, by_ties: float, near: float) -> float:
    """Return the chance to go online within a year.

    Parameters
    ----------
    alone : float
        Chance where nobody one knows is online.
    by_ties : float
        What it is more where everybody is.
    near : float
        Share of those one knows who are online.
    """
    return min(alone + by_ties * near, 1.0)


@rule
def known(circles: tuple, what: int, ties: tuple, oneself: tuple) -> float:
    """Return what those whom one knows have of something, a resident, times their number.

    Parameters
    ----------
    circles : tuple of float64 array (4,)
        `PERSONS` to `BADLY` of neighbours, kin, and others in the township and in the unit.
    what : int
        `ONLINE`, `WELL` or `BADLY`.
    ties, oneself : tuple of float
        Residents one knows in each, and how many of it are oneself, who has none of it.
    """
    found = 0.0
    for k in range(4):
        found += ties[k] * circles[k][what] / max(circles[k][PERSONS] - oneself[k], 1.0)
    return found


@kernel
def _count(group_start: I8, labour: U1, digital: B1, told: F8) -> None:
    """Count residents of groups, and those online; `told` holds what became of errands."""
    for g in range(told.shape[0]):
        persons, online = 0, 0
        for row in range(group_start[g], group_start[g + 1]):
            here = labour[row] != AWAY
            persons, online = persons + here, online + (here and digital[row])
        told[g, PERSONS], told[g, ONLINE] = persons, online


@kernel
def _hear(
    month: int,
    p: Records,
    weight: float,
    group_start: I8,
    group_village: I8,
    persons: F8,
    unit: I4,
    merged_in: I8,
    town: I8,
    labour: U1,
    told: F8,
    online_near: F8,
    experience: F4,
) -> None:
    """Let everybody hear of others' errands; note the share online of those each group knows."""
    q, count = p[0], unit.size
    village, merged, township = np.zeros((count, 4)), np.zeros((count, 4)), np.zeros((count, 4))
    for g in range(group_village.size):
        for what in range(4):
            village[group_village[g], what] += told[g, what] * persons[group_village[g]]
    for v in range(count):
        merged[unit[v]] += village[v]
        township[town[v]] += village[v]
    for g in range(group_village.size):
        v = group_village[g]
        u = unit[v]
        within = 0.0
        if merged[u, PERSONS] > village[v, PERSONS]:
            within = q["ties_elsewhere"] * mixed(month - merged_in[u], q["integration_half_life"])
        circles = told[g], village[v], township[town[v]] - village[v], merged[u] - village[v]
        near = q["neighbours"] if told[g, PERSONS] > 1.0 else 0.0
        ties = near, q["neighbours"] + q["kin"] - near, q["ties_elsewhere"] - within, within
        of_all, nobody = q["neighbours"] + q["kin"] + q["ties_elsewhere"], (0.0, 0.0, 0.0, 0.0)
        oneself = 1.0, persons[v], 0.0, 0.0  # who is not online yet: nobody follows himself
        online_near[g] = known(circles, ONLINE, ties, oneself) / max(of_all, 1e-9)
        well = q["hearsay"] * known(circles, WELL, ties, nobody)
        badly = q["hearsay"] * q["bad_news"] * known(circles, BADLY, ties, nobody)
        for row in range(group_start[g], group_start[g + 1]):
            if labour[row] != AWAY:
                experience[row] = hear(experience[row], well, badly, weight)


def going_online(county: "CountyModel") -> tuple:
    """Return the chances to go online within a year, alone and by ties, under 60 and over."""
    under, over = trends.going_online(county)
    of_ties, none = county.values.ties, (0.0, 0.0)
    if of_ties.ties != ON or under <= 0.0:
        return (under, over), none
    slower = over / under
    return tuple((all_, all_ * slower) for all_ in (of_ties.online_alone, of_ties.online_by_ties))


def step(county: "CountyModel") -> None:
    """Let people hear of the month's errands, and see who is online."""
    values, people = county.values, county.villagers
    if values.ties.ties != ON:
        return
    labour, digital, experience = people.columns("labour", "digital", "experience")
    _count(county.group_start, labour, digital, county.told)
    _hear(
        county.month, values.ties.record, values.service.experience_memory, county.group_start,
        county.world.group_village, county.weight, county.borders.unit, county.borders.merged_in,
        county.world.township, labour, county.told, county.online_near, experience,
    )  # fmt: skip
