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

from sim.model.agents.cadre import DIRECTOR, POSTS, SECRETARY, SECRETARY_DIRECTOR
from sim.model.compiled import B1, F4, F8, I2, I4, I8, U1, U8, Records, kernel, rule
from sim.model.draws import uniform

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
def _lead(post: U1, slots: int, unit: I4, leaders: I8, first: I8) -> None:
    """Count the leaders of every unit, and say in which row the first of them is (-1: none)."""
    for u in range(unit.size):
        leaders[u], first[u] = 0, -1
    for row in range(post.size):
        if post[row] == SECRETARY or post[row] == SECRETARY_DIRECTOR or post[row] == DIRECTOR:
            u = unit[row // slots]
            leaders[u] += 1
            if post[row] != DIRECTOR:
                first[u] = row


def leading(county: "CountyModel") -> tuple[I8, I8]:
    """Return each unit's number of leaders, and the row of its first one (or -1), shape (V,).

    The first leader is the secretary, with or without the director's post.
    """
    leaders, first = np.empty((2, county.weight.size), dtype=np.int64)
    _lead(county.cadres["post"], county.slots, county.borders.unit, leaders, first)
    return leaders, first


@kernel
def _unit_trust(
    unit: I4, group_village: I4, persons: I8, registered: I8, group_trust: F8, trust: F8
) -> None:
    """Note the mean trust of every unit's registered persons; 0.5 where no seat."""
    for u in range(trust.size):
        trust[u] = 0.0
    for g in range(group_village.size):
        trust[unit[group_village[g]]] += persons[g] * group_trust[g]
    for u in range(trust.size):
        trust[u] = trust[u] / registered[u] if registered[u] > 0 else 0.5


def trust_by_unit(county: "CountyModel") -> F8:
    """Return the mean trust of each unit's registered persons, shape (V,); 0.5 where no seat."""
    world, borders, trust = county.world, county.borders, np.empty(county.weight.size)
    _unit_trust(
        borders.unit,
        world.group_village,
        world.group_registered,
        borders.registered,
        county.group_trust,
        trust,
    )
    return trust


@kernel
def _divert(
    v: int, share: float, retained: I8, money: I8, leakage: I8, leaked: I8, exposed: I8
) -> int:
    """Take a share of what a sub-account retains; return what is hidden by now, fen."""
    leakage[v] = math.floor(share * max(0, retained[v]))
    leaked[v] += leakage[v]
    money[v] -= leakage[v]
    return leaked[v] - exposed[v]


@kernel
def _recover(v: int, share: float, money: I8, recovered: I8, leaked: I8, exposed: I8) -> int:
    """Find what was diverted from a sub-account, and return the share that is paid back, fen."""
    recovered[v] = math.floor(share * (leaked[v] - exposed[v]))
    exposed[v] = leaked[v]
    money[v] += recovered[v]
    return recovered[v]


@kernel
def _pass(
    month: int,
    tempted_key: np.uint64,
    found_key: np.uint64,
    dismissed_key: np.uint64,
    p: Records,
    unit_start: I8,
    unit_villages: I8,
    identity: U8,
    leaders: I8,
    leader: I8,
    integrity: F4,
    leaving: B1,
    flows: Records,
    trust: F8,
    heads: B1,
    mailbox: F8,
    inspections: F8,
    disclosure: F8,
    discipline: F8,
    relief: F8,
    sent: F8,
    retained: I8,
    money: I8,
    leakage: I8,
    recovered: I8,
    leaked: I8,
    exposed: I8,
    exposed_in: I2,
    found: B1,
) -> tuple[int, int]:
    """Let leaders divert, find what is found; return what leaked and what came back, fen."""
    q, leaks, back = p[0], 0, 0
    second, head = q["leader_check"], q["collective_check"]
    usual = discretion(2.0, 0.0, q["complaints_usual"], 0.0, second, head)
    for u in range(unit_start.size - 1):
        first, last = unit_start[u], unit_start[u + 1]
        if first == last:
            continue
        residents = 0.0
        for k in range(first, last):
            residents += flows[unit_villages[k]]["residents"]
        rate = discovery_rate(
            1.0 - trust[u], mailbox[u], inspections[u], disclosure[u], relief[u],
            q["complaints_usual"], q["complaints_mailbox"], q["distrust_response"],
            q["distrust_reference"], q["inspection_sight"], q["disclosure_sight"],
            q["relief_blind"],
        )  # fmt: skip
        unseen = discretion(
            leaders[u], 1.0 if heads[u] else 0.0, rate, q["sent_check"] * sent[u], second, head
        )
        tempted = diversion(
            unseen, usual, residents, integrity[leader[u]] if leader[u] >= 0 else 0.5,
            q["tempted_base"], q["discretion_response"], q["size_response"], q["size_reference"],
            q["integrity_response"],
        )  # fmt: skip
        watched = month - exposed_in[u] < q["watched_months"]
        diverts = leaders[u] > 0 and not watched and uniform(tempted_key, identity[u]) < tempted
        share, hidden = q["taken_share"] if diverts else 0.0, 0
        for k in range(first, last):
            v = unit_villages[k]
            hidden += _divert(v, share, retained, money, leakage, leaked, exposed)
            recovered[v] = 0
            leaks += leakage[v]
        comes_out = 1.0 - math.exp(-rate / 12.0)
        seen = hidden > 0 and uniform(found_key, identity[u]) < comes_out
        for k in range(first, last):
            v = unit_villages[k]
            found[v] = seen
            if seen:
                back += _recover(v, q["recovered_share"], money, recovered, leaked, exposed)
        if seen:
            exposed_in[u] = month
            if leader[u] >= 0 and uniform(dismissed_key, identity[u]) < discipline[u]:
                leaving[leader[u]] = True
    return leaks, back


def retained(accounts: "Table") -> I8:
    """Return what each sub-account keeps of this month's income, fen, shape (V,)."""
    return accounts["kept"]


def watching(county: "CountyModel") -> F8:
    """Return the integrity of each unit's first secretary sent from above, 0 where none, (V,)."""
    sent = slice(POSTS, None, county.slots)
    return np.where(county.in_post[sent], county.cadres["integrity"][sent].astype(float), 0.0)


def step(county: "CountyModel") -> None:
    """Divert, find, recover and dismiss; say in `county.leakage_found` where something was.

    Leaders found out are dismissed by lot; they leave, and are followed, next month.
    """
    levers, accounts, borders = county.levers, county.collectives, county.borders
    leaks, back = _pass(
        county.month,
        county.key("oversight.tempted", county.month - county.month % 12),
        county.key("oversight.found"),
        county.key("oversight.dismissed"),
        county.values.oversight.record,
        borders.start,
        borders.villages,
        county.world.identity,
        *leading(county),
        *county.cadres.columns("integrity", "leaving"),
        county.flows,
        trust_by_unit(county),
        levers.heads_collective,
        levers.mailbox,
        levers.inspections,
        levers.disclosure,
        levers.discipline,
        levers.relief,
        watching(county),
        retained(accounts),
        *accounts.columns("money", "leakage", "recovered", "leaked", "exposed", "exposed_in"),
        county.leakage_found,
    )
    county.ledger.post("leakage", "collectives", "cadres", leaks)
    county.ledger.post("recovery", "cadres", "collectives", back)
