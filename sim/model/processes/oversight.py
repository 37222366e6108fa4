"""Oversight: the diversion of what collectives retain, how it is found, and what follows.

A leader diverts money where few others would see it. The other leader, a head of the
collective who is somebody else, a first secretary (by integrity), complaints, inspections and
posted accounts are all pairs of eyes: discretion is the chance that none of them sees. Eyes stand
in for one another, so that what the combined role adds to leakage depends on how many are left; no
such product of policies is written here (pattern P5). The same rates that deter are those at which
diversions are found.

Money is counted in fen. What was diverted has left the collective; what is found and recovered
returns.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.cadre import DIRECTOR, LEADERS, POSTS, among
from sim.model.compiled import B1, F8, I2, I8, Records, kernel, rule
from sim.model.draws import uniforms

if TYPE_CHECKING:
    from sim.model.agents.columns import Table
    from sim.model.county import CountyModel


@rule
def discovery_rate(
    distrust: float,
    mailbox: float,
    inspections: float,
    disclosure: float,
    relief: float,
    complaints_usual: float,
    complaints_mailbox: float,
    distrust_response: float,
    distrust_reference: float,
    inspection_sight: float,
    disclosure_sight: float,
    relief_blind: float,
) -> float:
    """Return the rate at which a diversion is found, 1/year.

    Parameters
    ----------
    distrust : float
        One less the villagers' mean trust in cadres, 0-1: who distrusts complains.
    mailbox, disclosure : float
        Share of villagers with a mailbox; share of the accounts that are posted.
    inspections : float
        Inspections a year.
    relief : float
        Share of reports and routine checks cut: the county learns less of everything.
    """
    willing = math.exp(distrust_response * (distrust - distrust_reference))
    complaints = willing * (complaints_usual + complaints_mailbox * mailbox)
    rate = complaints + inspection_sight * inspections + disclosure_sight * disclosure
    return rate * (1.0 - relief_blind * relief)


@rule
def discretion(
    leaders: float,
    heads: float,
    rate: float,
    sent: float,
    leader_check: float,
    collective_check: float,
) -> float:
    """Return the share of decisions about money that nobody else would see.

    Parameters
    ----------
    leaders : float
        Village leaders in post: the second one sees the share `leader_check`.
    heads : float
        1 where the secretary heads the collective too, else 0: another head sees the share
        `collective_check`.
    rate : float
        Rate of discovery by everybody else, 1/year: nothing comes to light in a year with
        probability exp(-rate).
    sent : float
        Share that a first secretary sent from above sees, 0 where there is none.
    """
    unseen = math.exp(-rate) * (1.0 - collective_check * (1.0 - heads)) * (1.0 - sent)
    return unseen * (1.0 - leader_check) if leaders > 1.0 else unseen


@rule
def diversion(
    unseen: float,
    usual: float,
    residents: float,
    integrity: float,
    base: float,
    discretion_response: float,
    size_response: float,
    size_reference: float,
    integrity_response: float,
) -> float:
    """Return the probability that a leader diverts money in a year (logit).

    Parameters
    ----------
    unseen, usual : float
        Discretion, and what it is where `base` holds.
    residents, size_reference : float
        Residents of the village, and of the village where `base` holds.
    integrity : float
        The leader's, 0-1; 0.5 where `base` holds.
    """
    if base <= 0.0:
        return 0.0
    x = (
        math.log(base / (1.0 - base))
        + discretion_response * (unseen - usual)
        + size_response * math.log2(max(residents, 1.0) / size_reference)
        - integrity_response * (integrity - 0.5)
    )
    return 1.0 / (1.0 + math.exp(-x))


@kernel
def _pass(
    month: int,
    p: Records,
    unit_start: I8,
    unit_villages: I8,
    leaders: I8,
    integrity: F8,
    residents: F8,
    trust: F8,
    heads: B1,
    mailbox: F8,
    inspections: F8,
    disclosure: F8,
    sent: F8,
    relief: F8,
    luck: F8,
    retained: I8,
    money: I8,
    leakage: I8,
    recovered: I8,
    leaked: I8,
    exposed: I8,
    exposed_in: I2,
    found: B1,
) -> None:
    """Let leaders divert, find what is found; `luck` of a unit: of the year, of the month."""
    q = p[0]
    checks = q["leader_check"], q["collective_check"]
    usual = discretion(2.0, 0.0, q["complaints_usual"], 0.0, *checks)
    for u in range(unit_start.size - 1):
        found[u] = False
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        rate = discovery_rate(
            1.0 - trust[u], mailbox[u], inspections[u], disclosure[u], relief[u],
            q["complaints_usual"], q["complaints_mailbox"], q["distrust_response"],
            q["distrust_reference"], q["inspection_sight"], q["disclosure_sight"],
            q["relief_blind"],
        )  # fmt: skip
        unseen = discretion(
            leaders[u], 1.0 if heads[u] else 0.0, rate, q["sent_check"] * sent[u], *checks
        )
        tempted = diversion(
            unseen, usual, residents[u], integrity[u], q["tempted_base"],
            q["discretion_response"], q["size_response"], q["size_reference"],
            q["integrity_response"],
        )  # fmt: skip
        watched = month - exposed_in[u] < q["watched_months"]
        diverts = leaders[u] > 0 and not watched and luck[u, 0] < tempted
        hidden = 0
        for k in range(first, last):
            v = unit_villages[k]
            recovered[v] = 0
            leakage[v] = math.floor(q["taken_share"] * max(0, retained[v])) if diverts else 0
            leaked[v] += leakage[v]
            money[v] -= leakage[v]
            hidden += leaked[v] - exposed[v]
        found[u] = hidden > 0 and luck[u, 1] < 1.0 - math.exp(-rate / 12.0)
        if not found[u]:
            continue
        exposed_in[u] = month
        for k in range(first, last):
            v = unit_villages[k]
            recovered[v] = math.floor(q["recovered_share"] * (leaked[v] - exposed[v]))
            exposed[v] = leaked[v]
            money[v] += recovered[v]


def retained(accounts: "Table") -> I8:
    """Return what each sub-account keeps of this month's income, fen, shape (V,)."""
    return accounts["kept"]


def leading(county: "CountyModel") -> tuple[I8, F8, I8]:
    """Return each unit's number of leaders, its first leader's integrity and cadre row (or -1).

    The first leader is the secretary, with or without the director's post; 0.5 and -1 where
    there is none.
    """
    table, count = county.cadres, county.weight.size
    rows = np.flatnonzero(among(table["post"], *LEADERS))
    unit = county.borders.unit[rows // county.slots]
    leaders = np.bincount(unit, minlength=count)
    leads = table["post"][rows] != DIRECTOR
    row = np.full(count, -1)
    row[unit[leads]] = rows[leads]
    integrity = np.where(row >= 0, table["integrity"][row].astype(float), 0.5)
    return leaders, integrity, row


def trust_by_unit(county: "CountyModel") -> F8:
    """Return the mean trust of each unit's registered persons, shape (V,); 0.5 where no seat."""
    world, total = county.world, county.borders.registered
    groups = county.borders.unit[world.group_village]
    weighted = np.bincount(groups, world.group_registered * county.group_trust, total.size)
    return np.divide(weighted, total, out=np.full(total.size, 0.5), where=total > 0)


def watching(county: "CountyModel") -> F8:
    """Return the integrity of each unit's first secretary sent from above, 0 where none, (V,)."""
    rows = np.arange(len(county.world.villages)) * county.slots + POSTS
    return np.where(county.in_post[rows], county.cadres["integrity"][rows].astype(float), 0.0)


def _dismiss(county: "CountyModel", found: B1, leader: I8) -> None:
    """Dismiss leaders found out, by lot; they leave, and are followed, next month."""
    units = np.flatnonzero(found & (leader >= 0))
    lot = uniforms(county.key("oversight.dismissed"), county.world.identity[units])
    dismissed = units[lot < county.levers.discipline[units]]
    county.cadres["leaving"][leader[dismissed]] = True


def step(county: "CountyModel") -> None:
    """Divert, find, recover and dismiss; say in `county.leakage_found` where something was."""
    accounts, levers, world = county.collectives, county.levers, county.world
    january = county.month - county.month % 12
    luck = np.stack(
        (
            uniforms(county.key("oversight.tempted", january), world.identity),
            uniforms(county.key("oversight.found"), world.identity),
        ),
        axis=1,
    )
    leaders, integrity, leader = leading(county)
    found = np.zeros(leaders.size, dtype=bool)
    _pass(
        county.month,
        county.values.oversight.record,
        county.borders.start,
        county.borders.villages,
        leaders,
        integrity,
        county.borders.total(county.flows["residents"]),
        trust_by_unit(county),
        levers.heads_collective,
        levers.mailbox,
        levers.inspections,
        levers.disclosure,
        watching(county),
        levers.relief,
        luck,
        retained(accounts),
        accounts["money"],
        accounts["leakage"],
        accounts["recovered"],
        accounts["leaked"],
        accounts["exposed"],
        accounts["exposed_in"],
        found,
    )
    county.ledger.post("leakage", "collectives", "cadres", int(accounts["leakage"].sum()))
    county.ledger.post("recovery", "cadres", "collectives", int(accounts["recovered"].sum()))
    county.leakage_found[:] = found[county.borders.unit]
    _dismiss(county, found, leader)
