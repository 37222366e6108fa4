"""What people hear from those they know, among Mesa agents (`sim.model.processes.ties`)."""

from typing import TYPE_CHECKING, Any

from benchmarks.uncompiled import uncompiled
from sim.model.agents.villager import AWAY
from sim.model.processes.ties import (
    AGGRIEVED,
    AT_HOME,
    BADLY,
    CADRES,
    COUNTED,
    COUNTY,
    ON,
    ONLINE,
    PERSONS,
    WELL,
)

if TYPE_CHECKING:
    from benchmarks.plain_mesa import Group, PlainCounty, Village
    from benchmarks.plain_villager import Villager

ties: Any = uncompiled("sim.model.processes.ties")


def told(village: "Village") -> list[float]:
    """Return what is counted of an old village."""
    found = [0.0] * COUNTED
    for group in village.groups:
        found = [a + b * village.weight for a, b in zip(found, group.told, strict=True)]
    return found


def online_near(person: "Villager", digital: bool) -> float:
    """Return which share of those one knows is online, who was (`digital`) as the month began."""
    county, others = person.model, (0.0, 0.0)
    if len(county.home):
        home, here = county.home[person.family], person.labour != AWAY
        others = float(home[ONLINE] - here * digital), float(home[PERSONS] - here)
    q = county.values.ties
    known = person.group.known_online, q.neighbours + q.kin + q.ties_elsewhere
    return ties.near(known, others, q.household)


def count_homes(county: "PlainCounty") -> None:
    """Count what was met in every family where they are told apart."""
    county.home = [[0] * AT_HOME for _ in range(len(county.home))]
    for person in county.people if county.home else ():
        for what, counted in enumerate(counts(person)):
            county.home[person.family][what] += counted


def counts(person: "Villager") -> tuple[int, int, int, int]:
    """Return what is counted of somebody."""
    here = int(person.labour != AWAY)
    return here, here * bool(person.digital), person.errands_well, person.errands_badly


def count(county: "PlainCounty") -> None:
    """Count what was met in every group."""
    count_homes(county)
    for village in county.villages:
        for group in village.groups:
            group.told = [0.0] * COUNTED
            for person in group.members:
                for what, counted in enumerate(counts(person)):
                    group.told[what] += counted
            group.told[AGGRIEVED] = float(county.aggrieved[group.index]) * group.told[PERSONS]


def talk(county: "PlainCounty") -> None:
    """Let people hear of the month's errands, and see who is online."""
    q = county.values.ties
    if q.ties != ON:
        return
    count(county)
    taught = ties.at_home(q.household, q.hearsay)
    taught_badly = ties.at_home(q.household, q.hearsay * q.bad_news)
    county.complained[:] = 0.0
    unit, town = county.borders.unit.tolist(), county.world.township.tolist()
    by_village = [told(village) for village in county.villages]
    merged, township = ([[0.0] * COUNTED for _ in by_village] for _ in range(2))
    for v, counted in enumerate(by_village):
        merged[unit[v]] = [a + b for a, b in zip(merged[unit[v]], counted, strict=True)]
        township[town[v]] = [a + b for a, b in zip(township[town[v]], counted, strict=True)]
    for v, village in enumerate(county.villages):
        here, within = by_village[v], 0.0
        if merged[unit[v]][PERSONS] > here[PERSONS]:
            months = county.month - int(county.borders.merged_in[unit[v]])
            within = q.ties_elsewhere * ties.mixed(months, q.integration_half_life)
        ours, town_s = merged[unit[v]], township[town[v]]
        others = tuple(
            [a - b for a, b in zip(of_all, here, strict=True)] for of_all in (town_s, ours)
        )
        for group in village.groups:
            circles = group.told, here, *others
            near = q.neighbours * (group.told[PERSONS] * village.weight > 1.0)
            known = near, q.neighbours + q.kin - near, q.ties_elsewhere - within, within
            of_all = q.neighbours + q.kin + q.ties_elsewhere
            oneself = 1.0, village.weight, 0.0, 0.0
            group.known_online = ties.known(circles, ONLINE, known, oneself)
            sore = ties.known(circles, AGGRIEVED, known, (0.0,) * 4) / max(of_all, 1e-9)
            well = q.hearsay * ties.known(circles, WELL, known, (0.0,) * 4)
            badly = q.hearsay * q.bad_news * ties.known(circles, BADLY, known, (0.0,) * 4)
            met = group.told[BADLY]
            for person in group.members:
                if person.labour != AWAY:
                    well_home, badly_home = told_at_home(person)
                    met += q.home_grievance * badly_home
                    person.hear(well + taught * well_home, badly + taught_badly * badly_home)
            complain(county, group, sore, met)
        shared = 0.0
        for group in village.groups:
            shared += group.persons * float(county.aggrieved[group.index])
        county.grievance[v] = shared / len(village.members)


def told_at_home(person: "Villager") -> tuple[float, float]:
    """Return the errands of others at home: settled, and not."""
    if not person.model.home:
        return 0.0, 0.0
    home = person.model.home[person.family]
    return home[WELL] - person.errands_well, home[BADLY] - person.errands_badly


def complain(county: "PlainCounty", group: "Group", sore: float, met: float) -> None:
    """Let a group's residents resent what happened to them, and complain."""
    q, village = county.values.ties, group.village
    g, v = group.index, village.index
    paid = int(county.collectives["each"][v]) * 12 / 100.0
    lost = ties.halvings(paid, paid - float(county.pooling_dividend[v]))
    own = met / max(group.told[PERSONS], 1.0)
    aggrieved = ties.resent(
        float(county.aggrieved[g]), own, lost, sore, q.door_grievance, q.pooling_grievance,
        q.grievance_spread,
    )  # fmt: skip
    said = ties.complaints(aggrieved, sore, q.complaint_rate, q.complaint_encouraged)
    reached = said * (q.complaint_to_cadres + q.complaint_to_county)
    county.aggrieved[g] = aggrieved - min(q.complaint_settled * reached, aggrieved)
    said *= group.told[PERSONS] * village.weight
    county.complained[v, CADRES] += said * q.complaint_to_cadres
    county.complained[v, COUNTY] += said * q.complaint_to_county
