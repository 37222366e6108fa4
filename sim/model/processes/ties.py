"""Ties: what residents hear from those they know, and whose example takes them online.

A resident knows neighbours (of the villagers' group), kin (of the old village) and people of other
villages: of the township's, and after a merger slowly of the merged village's instead. Within a
circle everybody is met alike; who has no neighbours knows kin instead. Where families are told
apart (`processes.family`), the others at home count again, each for `household` of those.
Who is told of an errand learns from it as from a part of one of his own; what went wrong is told
more often. Who is not online goes online sooner the more do whom he knows. Who met a closed door,
was told of one at home, lost by pooling or is kin of a displaced cadre is aggrieved; those one
knows share it, and some complain: to cadres, whom it costs hours, or to the county, which looks
into it. People away hear nothing. All of it under `variants: {ties: on}`; off, people know what
they met themselves, and nobody complains.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import AWAY
from sim.model.compiled import B1, F4, F8, I4, I8, U1, U2, Records, kernel, rule
from sim.model.parameters.variants import VARIANTS
from sim.model.processes import trends
from sim.model.rows import mean_of_means, total

if TYPE_CHECKING:
    from sim.model.county import CountyModel

ON = VARIANTS["ties"].forms.index("on")
#: what is counted of a circle: residents, those online, their own errands that ended well and
#: badly, those aggrieved
PERSONS, ONLINE, WELL, BADLY, AGGRIEVED = range(5)
COUNTED = 5
AT_HOME = 4  # of them, counted of families
#: who hears a complaint
CADRES, COUNTY = range(2)


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
def heed(told: float, weight: float) -> float:
    """Return the weight of errands that others told of: each as one's own (`needs.update`).

    Parameters
    ----------
    told : float
        Errands told of, in errands of one's own.
    weight : float
        Weight of a new experience.
    """
    return 1.0 - (1.0 - weight) ** told


@rule
def hear(experience: float, well: float, badly: float, weight: float) -> float:
    """Return experience after errands that others told of.

    Parameters
    ----------
    experience : float
        Running share of needs met.
    well, badly : float
        Errands told of that were settled, and that were not, in errands of one's own.
    weight : float
        Weight of them all (`heed`).
    """
    told = well + badly
    return experience + weight * (well / told - experience) if told > 0.0 else experience


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
def near(known: tuple, home: tuple, household: float) -> float:
    """Return the share of those one knows who are online (or have anything else), from 0 to 1.

    Parameters
    ----------
    known, home : tuple of float
        How many of those one knows outside are, and how many one knows; of the others at home.
    household : float
        How many of those outside one of the household counts for.
    """
    return (known[0] + household * home[0]) / max(known[1] + household * home[1], 1e-9)


@rule
def at_home(household: float, hearsay: float) -> float:
    """Return what an errand of another at home teaches, over one of one's own: at most as much.

    Parameters
    ----------
    household : float
        How many of those outside one of the household counts for.
    hearsay : float
        What such an errand of one outside teaches, over one of one's own (more if it ended badly).
    """
    return min(1.0, household * hearsay)


@rule
def halvings(paid: float, alone: float) -> float:
    """Return by how many halvings dividends fell short of one's own collective's, 0 or more.

    Parameters
    ----------
    paid, alone : float
        Dividends with pooling, and of the old collective alone, yuan per person and year.
    """
    return max(0.0, math.log2((10.0 + alone) / (10.0 + paid)))


@rule
def resent(
    aggrieved: float,
    badly: float,
    lost: float,
    near: float,
    by_errand: float,
    by_pooling: float,
    by_ties: float,
) -> float:
    """Return the share of a group's residents who are aggrieved after this month.

    Parameters
    ----------
    aggrieved : float
        Share before.
    badly : float
        Errands of a resident that ended badly this month.
    lost : float
        Dividends lost by pooling (`halvings`).
    near : float
        Share of those one knows who are aggrieved.
    by_errand, by_pooling, by_ties : float
        Chance to become so by such an errand, in a year of one halving, in a month among none else.
    """
    content = (1.0 - by_errand) ** badly
    content *= (1.0 - min(by_pooling * lost, 1.0)) ** (1.0 / 12.0) * (1.0 - by_ties * near)
    return 1.0 - (1.0 - aggrieved) * content


@rule
def complaints(aggrieved: float, near: float, rate: float, encouraged: float) -> float:
    """Return the complaints of a resident in a month, whoever hears them.

    Parameters
    ----------
    aggrieved, near : float
        Share aggrieved of the group, and of those one knows.
    rate : float
        Complaints a year of an aggrieved resident who knows no other.
    encouraged : float
        Share by which they are more where everybody one knows is aggrieved.
    """
    return aggrieved * rate / 12.0 * (1.0 + encouraged * near)


@rule
def known(circles: tuple, what: int, ties: tuple, oneself: tuple) -> float:
    """Return what those whom one knows have of something, a resident, times their number.

    Parameters
    ----------
    circles : tuple of float64 array (5,)
        `PERSONS` to `AGGRIEVED` of neighbours, kin, and others in the township and in the unit.
    what : int
        `ONLINE`, `WELL`, `BADLY` or `AGGRIEVED`.
    ties, oneself : tuple of float
        Residents one knows in each, and how many of it are oneself, who has none of it (nobody
        where everybody has a part of it).
    """
    found = 0.0
    for k in range(4):
        found += ties[k] * circles[k][what] / max(circles[k][PERSONS] - oneself[k], 1.0)
    return found


@kernel
def _count_homes(
    labour: U1, digital: B1, errands_well: U2, errands_badly: U2, family: I4, home: F4
) -> None:
    """Count residents of families, who of them is online, and what became of their errands."""
    home[:] = 0.0
    for row in range(family.size):
        here, of = np.float32(labour[row] != AWAY), home[family[row]]
        of[PERSONS], of[ONLINE] = of[PERSONS] + here, of[ONLINE] + here * digital[row]
        of[WELL], of[BADLY] = of[WELL] + errands_well[row], of[BADLY] + errands_badly[row]


@kernel
def _count(
    group_start: I8,
    labour: U1,
    digital: B1,
    errands_well: U2,
    errands_badly: U2,
    aggrieved: F8,
    told: F8,
) -> None:
    """Count residents of groups, who is online, what became of errands, who is aggrieved."""
    told[:] = 0.0
    for g in range(told.shape[0]):
        for row in range(group_start[g], group_start[g + 1]):
            here = 1.0 if labour[row] != AWAY else 0.0
            told[g, PERSONS], told[g, ONLINE] = (
                told[g, PERSONS] + here,
                told[g, ONLINE] + here * digital[row],
            )
            told[g, WELL] += errands_well[row]
            told[g, BADLY] += errands_badly[row]
        told[g, AGGRIEVED] = aggrieved[g] * told[g, PERSONS]


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
    errands_well: U2,
    errands_badly: U2,
    family: I4,
    each: I8,
    pooling: F8,
    told: F8,
    home: F4,
    known_online: F8,
    aggrieved: F8,
    complained: F8,
    experience: F4,
) -> None:
    """Let everybody hear of errands and grievances of others; note who is online, who complains."""
    q, count = p[0], unit.size
    taught = at_home(q["household"], q["hearsay"])
    taught_badly = at_home(q["household"], q["hearsay"] * q["bad_news"])
    village, merged = np.zeros((count, COUNTED)), np.zeros((count, COUNTED))
    township = np.zeros((count, COUNTED))
    for g in range(group_village.size):
        for what in range(COUNTED):
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
        near = q["neighbours"] if told[g, PERSONS] * persons[v] > 1.0 else 0.0
        ties = near, q["neighbours"] + q["kin"] - near, q["ties_elsewhere"] - within, within
        of_all, nobody = q["neighbours"] + q["kin"] + q["ties_elsewhere"], (0.0, 0.0, 0.0, 0.0)
        oneself = 1.0, persons[v], 0.0, 0.0  # who is not online yet: nobody follows himself
        known_online[g] = known(circles, ONLINE, ties, oneself)
        well = q["hearsay"] * known(circles, WELL, ties, nobody)
        badly = q["hearsay"] * q["bad_news"] * known(circles, BADLY, ties, nobody)
        own, heeded = told[g, BADLY], heed(well + badly, weight)
        for row in range(group_start[g], group_start[g + 1]):
            if labour[row] == AWAY:
                continue
            if home.size > 0:
                of = home[family[row]]
                good, bad = of[WELL] - errands_well[row], of[BADLY] - errands_badly[row]
                if good + bad > 0.0:
                    own += q["home_grievance"] * bad
                    good, bad = well + taught * good, badly + taught_badly * bad
                    experience[row] = hear(experience[row], good, bad, heed(good + bad, weight))
                    continue
            experience[row] = hear(experience[row], well, badly, heeded)
        sore = known(circles, AGGRIEVED, ties, nobody) / max(of_all, 1e-9)
        paid, own = each[v] * 12 / 100.0, own / max(told[g, PERSONS], 1.0)
        aggrieved[g] = resent(
            aggrieved[g], own, halvings(paid, paid - pooling[v]), sore, q["door_grievance"],
            q["pooling_grievance"], q["grievance_spread"],
        )  # fmt: skip
        said = complaints(aggrieved[g], sore, q["complaint_rate"], q["complaint_encouraged"])
        reached = said * (q["complaint_to_cadres"] + q["complaint_to_county"])
        aggrieved[g] -= min(q["complaint_settled"] * reached, aggrieved[g])
        said *= told[g, PERSONS] * persons[v]
        complained[v, CADRES] += said * q["complaint_to_cadres"]
        complained[v, COUNTY] += said * q["complaint_to_county"]


def nothing_told(county: "CountyModel") -> tuple[F8, F8, F8, F4]:
    """Return `told`, `known_online`, `aggrieved` and `home` before the first month."""
    groups = county.group_start.size - 1
    families = len(county.at_home) if county.values.ties.ties == ON else 0
    home = np.zeros((families, AT_HOME), dtype=np.float32)
    return np.zeros((groups, COUNTED)), np.zeros(groups), np.zeros(groups), home


def look_around(county: "CountyModel") -> tuple[float, float]:
    """Return how many people one knows outside one's household, and what one of it counts for.

    Who is at home is counted anew, where both ties and families are told apart.
    """
    if county.home.size:
        columns = "labour", "digital", "errands_well", "errands_badly", "family"
        _count_homes(*county.villagers.columns(*columns), county.home)
    q = county.values.ties
    return q.neighbours + q.kin + q.ties_elsewhere, q.household


def going_online(county: "CountyModel") -> tuple:
    """Return the chances to go online within a year, alone and by ties, under 60 and over."""
    under, over = trends.going_online(county)
    of_ties, none = county.values.ties, (0.0, 0.0)
    if of_ties.ties != ON or under <= 0.0:
        return (under, over), none
    slower = over / under
    return tuple((all_, all_ * slower) for all_ in (of_ties.online_alone, of_ties.online_by_ties))


def step(county: "CountyModel") -> None:
    """Let people hear of the month's errands, resent and complain, and see who is online."""
    values, people = county.values, county.villagers
    if values.ties.ties != ON:
        return
    labour, digital, experience, *errands, family = people.columns(
        "labour", "digital", "experience", "errands_well", "errands_badly", "family"
    )
    look_around(county)
    _count(county.group_start, labour, digital, *errands, county.aggrieved, county.told)
    county.complained[:] = 0.0
    _hear(
        county.month, values.ties.record, values.service.experience_memory, county.group_start,
        county.world.group_village, county.weight, county.borders.unit, county.borders.merged_in,
        county.world.township, labour, *errands, family, county.collectives["each"],
        county.pooling_dividend, county.told, county.home, county.known_online, county.aggrieved,
        county.complained, experience,
    )  # fmt: skip
    county.grievance[:] = mean_of_means(
        county.village_start, county.group_start, county.world.group_village, county.aggrieved
    )


def looked_into(county: "CountyModel") -> float:
    """Return what looking into this month's complaints to the county costs it, yuan."""
    return county.values.ties.complaint_cost * total(county.complained[:, COUNTY].copy())


def complaint_hours(county: "CountyModel") -> F8:
    """Return the hours that last month's complaints ask of each unit's cadres, shape (V,)."""
    of_ties, unit = county.values.ties, county.borders.unit
    hours = county.complained @ np.array([of_ties.complaint_hours, of_ties.inspection_hours])
    return np.bincount(unit, hours, unit.size)
