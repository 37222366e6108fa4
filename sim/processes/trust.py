"""Trust: partial adjustment toward one's own experience and the neighbours' trust."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import B1, F4, F8, I4, I8, Records, kernel, rule

if TYPE_CHECKING:
    from sim.county import CountyModel


@rule
def signal(
    trait: float,
    experience: float,
    dividend: float,
    outsider: float,
    service_response: float,
    dividend_response: float,
    outsider_response: float,
) -> float:
    """Return the trust that one's own circumstances call for.

    Parameters
    ----------
    trait : float
        Trust one would have without service, dividends and with a leader of one's own.
    experience : float
        Running share of own needs met.
    dividend : float
        Dividends, yuan per person and year.
    outsider : float
        1 where the leader comes from another old village, else 0.
    service_response, dividend_response, outsider_response : float
        Responses, 0-1 per unit.
    """
    return (
        trait
        + service_response * experience
        + dividend_response * math.log2(1.0 + dividend / 10.0)
        + outsider_response * outsider
    )


@rule
def adjust(trust: float, own: float, peers: float, peer_weight: float, rate: float) -> float:
    """Return next month's trust: a step of `rate` toward own signal and the group's mean."""
    target = (1.0 - peer_weight) * own + peer_weight * peers
    return min(1.0, max(0.0, trust + rate * (target - trust)))


@kernel
def _pass(
    p: Records,
    group_start: I8,
    group_village: I4,
    dividend: F8,
    outsider: F8,
    trait: F4,
    experience: F4,
    trust: F4,
    mean: F8,
) -> None:
    """Adjust every villager's trust; `mean` is the groups' mean before, and after."""
    q = p[0]
    rate = 1.0 - (1.0 - q["adjust_rate"]) ** (1.0 / 12.0)
    for g in range(group_village.size):
        v, first, last = group_village[g], group_start[g], group_start[g + 1]
        total = 0.0
        for row in range(first, last):
            own = signal(
                trait[row],
                experience[row],
                dividend[v],
                outsider[v],
                q["service_response"],
                q["dividend_response"],
                q["outsider_leader"],
            )
            trust[row] = adjust(trust[row], own, mean[g], q["peer_weight"], rate)
            total += trust[row]
        mean[g] = total / max(1, last - first)


def anchor(county: "CountyModel") -> None:
    """Set traits so that the villages as they are leave trust where it is.

    People compare with their own past: what the spin-up brought (mean experience and dividends
    of the old village) is taken off the trust that was drawn. Called before the spin-up, with what
    distance lets people expect, and again after it.
    """
    people = county.villagers
    rows = np.diff(county.village_start)
    experience = people["experience"].astype(float)
    usual = np.add.reduceat(experience, county.village_start[:-1]) / rows
    dividend = county.collectives["dividends"] * 12 / 100.0 / np.maximum(county.world.registered, 1)
    q = county.values
    taken = q.get("trust", "service_response") * usual
    taken += q.get("trust", "dividend_response") * np.log2(1.0 + dividend / 10.0)
    people["trait"][:] += np.repeat(county.anchored - taken, rows)
    county.anchored[:] = taken


def shock(county: "CountyModel", absorbed: B1) -> None:
    """Take the merger's shock from the trust of villagers of absorbed villages."""
    people = county.villagers["trust"]
    loss = county.values.get("trust", "merger_shock")
    rows = np.repeat(absorbed, np.diff(county.village_start))
    people[rows] = np.clip(people[rows] + loss, 0.0, 1.0)


def step(county: "CountyModel") -> None:
    """Adjust trust."""
    people = county.villagers
    yearly = county.collectives["dividends"] * 12 / 100.0
    _pass(
        county.values.trust,
        county.group_start,
        county.world.group_village,
        yearly / np.maximum(county.world.registered, 1),
        county.outsider_led(),
        people["trait"],
        people["experience"],
        people["trust"],
        county.group_trust,
    )
