"""Pooling: what members of a unit's collectives agree to manage together, once a year.

Where the rule is consent, they agree the more, the more they trust and the fewer and the more
equal the sub-accounts are (`consent`); what is pooled once stays pooled. By the same rule, as of
two equal sub-accounts, they join a cooperative where one is opened, and leave it.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.calendar import month_of_year
from sim.model.compiled import F8, kernel, rule
from sim.model.levers import CONSENT, POOLED
from sim.model.processes.oversight import trust_by_unit

if TYPE_CHECKING:
    from sim.model.county import CountyModel

ASSEMBLY = 1  # month of the year in which members decide


@rule
def consent(
    trust: float,
    usual_trust: float,
    accounts: float,
    inequality: float,
    base: float,
    trust_response: float,
    accounts_response: float,
    inequality_response: float,
) -> float:
    """Return the share of assets that members agree to manage together (logit).

    Parameters
    ----------
    trust, usual_trust : float
        Members' mean trust, and what it is where `base` holds, 0-1.
    accounts : float
        Sub-accounts that would join; `base` holds for two.
    inequality : float
        Share of assets that would change hands if all members had the same (Hoover 1936).
    base, trust_response, accounts_response, inequality_response : float
        Logit, and logit per unit.
    """
    x = (
        base
        + trust_response * (trust - usual_trust)
        - accounts_response * (accounts - 2.0)
        - inequality_response * inequality
    )
    return 1.0 / (1.0 + math.exp(-x))


def inequality(county: "CountyModel") -> F8:
    """Return each unit's inequality between sub-accounts, 0-1, shape (V,).

    The share of assets that would change hands if all members had the same (Hoover index).
    """
    total, unit = county.borders.total, county.borders.unit
    assets = county.collectives["assets"].astype(float)
    persons = county.world.registered.astype(float)
    share = assets / np.maximum(total(assets), 1.0)[unit]
    return total(np.abs(share - persons / np.maximum(total(persons), 1.0)[unit])) / 2.0


@kernel
def _agreed(
    trust: F8,
    usual: float,
    accounts: F8,
    gaps: F8,
    base: float,
    by_trust: float,
    by_accounts: float,
    by_gaps: float,
) -> F8:
    """Return `consent` of every unit."""
    out = np.empty(trust.size)
    for u in range(out.size):
        out[u] = consent(
            trust[u], usual, accounts[u], gaps[u], base, by_trust, by_accounts, by_gaps
        )
    return out


def assemble(county: "CountyModel") -> None:
    """Let members decide, once a year, what to pool and whether to join the cooperative."""
    of_economy, levers, accounts = county.values.economy, county.levers, county.collectives
    trust, gaps, originals = trust_by_unit(county), inequality(county), county.originals()
    usual, speed = county.values.population.trust_mean, of_economy.consent_speed
    form = (
        of_economy.consent_base,
        of_economy.consent_trust,
        of_economy.consent_accounts,
        of_economy.consent_inequality,
    )
    asked = (levers.asset_rule == CONSENT) & (originals > 1)
    agreed = _agreed(trust, usual, originals.astype(float), gaps, *form)
    pooled = accounts["pooled"][asked]
    accounts["pooled"][asked] = pooled + speed * np.maximum(0.0, agreed[asked] - pooled)
    form = (of_economy.cooperative_base, of_economy.cooperative_trust, 0.0, 0.0)
    wanted = levers.cooperative * _agreed(trust, usual, np.full(trust.size, 2.0), gaps, *form)
    accounts["members"] += speed * (wanted - accounts["members"])


def decide(county: "CountyModel") -> None:
    """Pool all where the rule says so; in the month of the assembly let members decide."""
    everything = (county.levers.asset_rule == POOLED) & (county.originals() > 1)
    county.collectives["pooled"][everything] = 1.0
    if month_of_year(county.month) == ASSEMBLY:
        assemble(county)
