"""What people hear from those they know, among Mesa agents (`sim.model.processes.ties`)."""

from typing import TYPE_CHECKING, Any

from benchmarks.uncompiled import uncompiled
from sim.model.agents.villager import AWAY
from sim.model.processes.ties import BADLY, ON, ONLINE, PERSONS, WELL

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainCounty, Village

ties: Any = uncompiled("sim.model.processes.ties")


def told(village: "Village") -> list[float]:
    """Return what is counted of an old village."""
    found = [0.0] * 4
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
    unit, town = county.borders.unit.tolist(), county.world.township.tolist()
    by_village = [told(village) for village in county.villages]
    merged, township = ([[0.0] * 4 for _ in by_village] for _ in range(2))
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
            circles, near = (group.told, here, *others), q.neighbours * (group.told[PERSONS] > 1.0)
            known = near, q.neighbours + q.kin - near, q.ties_elsewhere - within, within
            share = ties.known(circles, ONLINE, known, (1.0, village.weight, 0.0, 0.0))
            group.online_near = share / max(q.neighbours + q.kin + q.ties_elsewhere, 1e-9)
            well = q.hearsay * ties.known(circles, WELL, known, (0.0,) * 4)
            badly = q.hearsay * q.bad_news * ties.known(circles, BADLY, known, (0.0,) * 4)
            for person in group.members:
                if person.labour != AWAY:
                    person.hear(well, badly)
            group.told[WELL] = group.told[BADLY] = 0.0
