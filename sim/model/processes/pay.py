"""Pay: what those in post are paid, by formula where there is one; their training, who commutes."""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.cadre import DIRECTOR, FIRST_SECRETARY, SECRETARY, SECRETARY_DIRECTOR
from sim.model.compiled import B1, F4, F8, I4, I8, U1, U2, U8, Records, kernel, rule
from sim.model.draws import uniform
from sim.model.processes.selection import base_pay, holder_identity
from sim.model.processes.trust import village_mean

if TYPE_CHECKING:
    from sim.model.county import CountyModel


@rule
def formula_factor(
    link_growth: float,
    link_trust: float,
    growth: float,
    trust: float,
    target_growth: float,
    spread_growth: float,
    target_trust: float,
    cap: float,
) -> float:
    """Return pay by formula over base pay: the linked shares are paid by results.

    A share is paid in full at its target, and more or less in proportion to the distance from it,
    within `cap` and its mirror image: where the target is the usual result, pay stays on average.

    Parameters
    ----------
    link_growth, link_trust : float
        Shares of pay linked to the collective's growth and to villagers' trust.
    growth, trust : float
        Growth of collective income over a year; mean trust, 0-1.
    target_growth, target_trust : float
        Results at which the linked share is paid in full.
    spread_growth : float
        Growth above the target that doubles the share linked to it, before the cap.
    cap : float
        Most of a linked share that is paid, 1 to 2; 2 - cap is the least.
    """
    low = 2.0 - cap
    by_growth = min(max(1.0 + (growth - target_growth) / spread_growth, low), cap)
    by_trust = min(max(trust / target_trust, low), cap)
    return 1.0 - link_growth - link_trust + link_growth * by_growth + link_trust * by_trust


@rule
def secretary_pay(income: float, multiple: float, least: float) -> float:
    """Return a secretary's pay that follows rural incomes, yuan/month.

    Sichuan Civil Affairs, letter 335 of 2020: twice last year's and 3,000 at least.

    Parameters
    ----------
    income : float
        Last year's rural income per person, yuan/year.
    multiple : float
        Pay over this income.
    least : float
        Least pay, yuan/month.
    """
    return max(least, multiple * income / 12.0)


@rule
def trained(known: F4, effect: float, most: float) -> F4:
    """Return what training adds to abilities after one more training, in single precision."""
    single = np.float32
    return known + single(effect) * max(single(0.0), single(1.0) - known / single(most))


@kernel
def _pay_factors(
    p: Records,
    target_trust: float,
    start: I8,
    villages: I8,
    registered: I8,
    registered_by_unit: I8,
    trust: F8,
    link_growth: F8,
    link_trust: F8,
    income: I8,
    usual: F8,
) -> F8:
    """Return pay by formula over base pay by unit (V,), and move the `usual` income of accounts.

    `trust` is villagers' mean by old village; `income` and `usual` are fen/month.
    """
    q, out = p[0], np.ones(registered.size)
    for u in range(out.size):
        earned, expected, trusting = 0.0, 0.0, 0.0
        for k in range(start[u], start[u + 1]):
            v = villages[k]
            earned += income[v]
            expected += usual[v]
            trusting += trust[v] * registered[v]
            rate = 1.0 / q["formula_months"] if usual[v] > 0.0 else 1.0
            usual[v] += rate * (income[v] - usual[v])
        out[u] = formula_factor(
            link_growth[u], link_trust[u], earned / max(expected, 1.0) - 1.0,
            trusting / max(registered_by_unit[u], 1), q["formula_growth"], q["formula_spread"],
            target_trust, q["formula_cap"],
        )  # fmt: skip
    return out


@kernel
def _pass(
    p: Records,
    town: np.uint64,
    training: np.uint64,
    slots: int,
    unit: I4,
    identity: U8,
    in_post: B1,
    professional: F8,
    trained_share: F8,
    train_all: B1,
    secretary: F8,
    other: F8,
    dual: F8,
    first_secretary: F8,
    factor: F8,
    post: U1,
    occupant: U2,
    commutes: B1,
    known: F4,
    pay: F4,
    turn: B1,
) -> tuple[float, float]:
    """Say who commutes, train those whose `turn` it is, and pay all.

    Professional cadres may live in the township seat and commute. Pay is the usual or by formula.
    Returns the pay of cadres and that of first secretaries, yuan.
    """
    q, cadres, guests = p[0], 0.0, 0.0
    for row in range(in_post.size):
        turn[row] = False
        if not in_post[row]:
            continue
        v, slot, held = row // slots, row % slots, post[row]
        u, who = unit[v], holder_identity(identity[v], slot, occupant[row])
        away = uniform(town, who) < q["professional_in_town"] * professional[u]
        commutes[row] = away and held != FIRST_SECRETARY
        leads = held in (SECRETARY, DIRECTOR, SECRETARY_DIRECTOR)
        turn[row] = (leads or train_all[u]) and uniform(training, who) < trained_share[u]
        if turn[row]:
            now = np.float32(known[row])
            known[row] = trained(now, q["training_effect"], q["training_most"])
        if held == FIRST_SECRETARY:
            pay[row] = first_secretary[u]
            guests += pay[row]
        else:
            pay[row] = base_pay(held, secretary[u], other[u], dual[u]) * factor[u]
            cadres += pay[row]
    return cadres, guests


def step(county: "CountyModel") -> None:
    """Let those in post move to town, be trained and be paid, by the formula where there is one."""
    levers, values, borders = county.levers, county.values, county.borders
    columns = county.cadres.columns("post", "occupant", "commutes", "training", "pay")
    columns[3] *= 0.5 ** (1.0 / values.posts.training_half_life)
    factor = _pay_factors(
        values.posts.record,
        values.population.trust_mean,
        borders.start,
        borders.villages,
        county.world.registered,
        borders.registered,
        village_mean(county),
        levers.pay_growth,
        levers.pay_trust,
        county.collectives["income"],
        county.usual_collective_income,
    )
    spending = county.spending
    spending["cadre_pay"], spending["first_secretary_pay"] = _pass(
        values.posts.record,
        county.key("posts.town", 0),
        county.key("posts.training"),
        county.slots,
        borders.unit,
        county.world.identity,
        county.in_post,
        levers.pay_professional,
        levers.training,
        levers.training_all,
        levers.pay_secretary,
        levers.pay_other,
        levers.pay_dual,
        levers.first_secretary_pay,
        factor,
        *columns,
        county.trained,
    )
    trained_in = borders.unit[county.trained.nonzero()[0] // county.slots]
    spending["training"] = float(np.add.reduce(levers.training_cost[trained_in]))
