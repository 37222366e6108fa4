"""What people hear from those they know, among Mesa agents (`sim.model.processes.ties`)."""

from typing import TYPE_CHECKING, Any

from benchmarks.uncompiled import uncompiled
from sim.model.agents.villager import AWAY
from sim.model.processes.ties import (
    AGGRIEVED,
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

ties: Any = uncompiled("sim.model.processes.ties")


def told(village: "Village") -> list[float]:
    """Return what is counted of an old village."""
    found = [0.0] * COUNTED
    for group in village.groups:
        found = [a + b * village.weight for a, b in zip(found, group.told, strict=True)]
    return found


def talk(county: "PlainCounty") -> None:
    """Let people hear of the month's errands, and see who is online."""
    q = county.values.ties
    if q.ties != ON:
        return
    for village in county.villages:
        for group in village.groups:
            residents = [person for person in group.members if person.labour != AWAY]
            group.told[PERSONS] = float(len(residents))
            group.told[ONLINE] = float(sum(bool(person.digital) for person in residents))
            group.told[AGGRIEVED] = float(county.aggrieved[group.index]) * len(residents)
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
            share = ties.known(circles, ONLINE, known, oneself)
            group.online_near = share / max(of_all, 1e-9)
            sore = ties.known(circles, AGGRIEVED, known, (0.0,) * 4) / max(of_all, 1e-9)
            well = q.hearsay * ties.known(circles, WELL, known, (0.0,) * 4)
            badly = q.hearsay * q.bad_news * ties.known(circles, BADLY, known, (0.0,) * 4)
            for person in group.members:
                if person.labour != AWAY:
                    person.hear(well, badly)
            complain(county, group, sore)
            group.told[WELL] = group.told[BADLY] = 0.0
        shared = 0.0
        for group in village.groups:
            shared += group.persons * float(county.aggrieved[group.index])
        county.grievance[v] = shared / len(village.members)


def complain(county: "PlainCounty", group: "Group", sore: float) -> None:
    """Let a group's residents resent what happened to them, and complain."""
    q, village = county.values.ties, group.village
    g, v = group.index, village.index
    paid = int(county.collectives["each"][v]) * 12 / 100.0
    lost = ties.halvings(paid, paid - float(county.pooling_dividend[v]))
    own = group.told[BADLY] / max(group.told[PERSONS], 1.0)
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
