"""Trust: a step toward what one's own circumstances call for, and toward the neighbours' trust.

People compare with what their village is used to. The shock of a merger fades with the
adjustment; a service that stays worse keeps trust lower until people are used to it
(`habituation`), a leader from elsewhere as long as he leads. Low trust costs cadres hours
(disputes) and turns people away from the office (`sim.model.processes.service`).
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import F4, F8, I4, I8, Records, kernel, rule
from sim.model.rows import ONE, fixed, means, resident_means

if TYPE_CHECKING:
    from sim.model.county import CountyModel


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
def fairness(paid: float, alone: float, loss_aversion: float) -> float:
    """Return how fair members find what pooling pays them, in doublings of dividends.

    The yardstick is one's own past (what the old collective would pay alone); what is lost
    counts more than what is gained (Tversky & Kahneman 1992).

    Parameters
    ----------
    paid, alone : float
        Dividends with pooling, and of the old collective alone, yuan per person and year.
    loss_aversion : float
        Weight of a loss over that of a gain.
    """
    gain = math.log2((10.0 + paid) / (10.0 + alone))
    return gain if gain >= 0.0 else loss_aversion * gain


@rule
def adjust(trust: float, own: float, peers: float, peer_weight: float, rate: float) -> float:
    """Return next month's trust: a step toward own signal, and a smaller one to the group's mean.

    What a whole group has lost or gained fades at `rate` alone; peers only bring its members
    together.
    """
    step = rate * (own - trust) + rate * peer_weight * (peers - trust)
    return min(1.0, max(0.0, trust + step))


@rule
def voice(heard: float, vote: float, circle: float, vote_voice: float) -> float:
    """Return the share of people who have had a say.

    Parameters
    ----------
    heard : float
        Share of people who were heard themselves.
    vote : float
        1 where a vote was held, else 0.
    circle : float
        Persons who share the say of one who was heard.
    vote_voice : float
        Share of a say that a vote gives to everybody else.
    """
    silent = (1.0 - heard) ** circle
    return 1.0 - silent * (1.0 - vote_voice * vote)


@rule
def dispute_hours(residents: float, distrust: float, hours: float, response: float) -> float:
    """Return the hours a month that disputes ask of a village's cadres.

    Parameters
    ----------
    residents : float
        Residents.
    distrust : float
        Trust drawn as the county's mean, less the village's.
    hours : float
        Hours per 1,000 residents at that mean.
    response : float
        Rise of the logarithm per unit of distrust.
    """
    return hours * residents / 1000.0 * math.exp(response * distrust)


@kernel
def _adjust_group(
    p: Records,
    rate: float,
    common: float,
    dividend: float,
    outsider: float,
    event: float,
    peers: float,
    trait: F4,
    experience: F4,
    trust: F4,
) -> float:
    """Adjust the trust of one group's members; return its mean after."""
    q = p[0]
    service, paid, strange = q["service_response"], q["dividend_response"], q["outsider_leader"]
    weight = q["peer_weight"]
    total = 0
    for i in range(trust.size):
        own = common + signal(trait[i], experience[i], dividend, outsider, service, paid, strange)
        after = adjust(trust[i], own, peers, weight, rate)
        trust[i] = min(1.0, max(0.0, after + event))
        total += fixed(trust[i])
    return total / ONE / max(1, trust.size)


@kernel
def _pass(
    p: Records,
    group_start: I8,
    group_village: I4,
    dividend: F8,
    outsider: F8,
    circumstance: F8,
    event: F8,
    trait: F4,
    experience: F4,
    trust: F4,
    mean: F8,
) -> None:
    """Adjust every villager's trust; `mean` is the groups' mean before, and after."""
    rate = 1.0 - (1.0 - p[0]["adjust_rate"]) ** (1.0 / 12.0)
    for g in range(group_village.size):
        v, first, last = group_village[g], group_start[g], group_start[g + 1]
        mean[g] = _adjust_group(
            p, rate, circumstance[v], dividend[v], outsider[v], event[v], mean[g],
            trait[first:last], experience[first:last], trust[first:last],
        )  # fmt: skip


@kernel
def _shift(start: I8, change: F8, low: float, high: float, column: F4) -> None:
    """Change a column by so much in every village, within bounds."""
    for v in range(start.size - 1):
        for row in range(start[v], start[v + 1]):
            column[row] = min(high, max(low, column[row] + change[v]))


@kernel
def _village_mean(village_start: I8, group_start: I8, group_village: I8, group_trust: F8) -> F8:
    """Return what `village_mean` does."""
    out = np.zeros(village_start.size - 1)
    for g in range(group_trust.size):
        out[group_village[g]] += (group_start[g + 1] - group_start[g]) * group_trust[g]
    for v in range(out.size):
        out[v] /= village_start[v + 1] - village_start[v]
    return out


def village_mean(county: "CountyModel") -> F8:
    """Return the mean trust of each old village's registered persons, shape (V,)."""
    return _village_mean(
        county.village_start, county.group_start, county.world.group_village, county.group_trust
    )


def usual_experience(county: "CountyModel") -> F8:
    """Return the mean experience of each old village's residents, shape (V,)."""
    people = county.villagers
    return resident_means(county.village_start, people["labour"], people["experience"])[0]


def anchoring(county: "CountyModel", experience: F8) -> F8:
    """Take the villages as they are for what people are used to; return what traits change by.

    Parameters
    ----------
    county : CountyModel
        The county.
    experience : float64 array (V,)
        `usual_experience`.
    """
    dividend = county.collectives["dividends"] * 12 / 100.0 / np.maximum(county.world.registered, 1)
    values = county.values
    county.accustomed_service[:] = county.accustomed_at_start[:] = experience
    taken = values.trust.service_response * county.accustomed_service
    taken += values.trust.dividend_response * np.log2(1.0 + dividend / 10.0)
    change = county.trait_offset - taken
    county.trait_offset[:] = taken
    return change


def anchor(county: "CountyModel") -> None:
    """Set traits so that the villages as they are leave trust where it is.

    People compare with their own past: what the spin-up brought (mean experience of residents
    and dividends of the old village) is taken off the trust that was drawn. Called before the
    spin-up, with what distance lets people expect, and again after it.
    """
    change = anchoring(county, usual_experience(county))
    _shift(county.village_start, change, -np.inf, np.inf, county.villagers["trait"])


def meet(county: "CountyModel") -> None:
    """Hear people, hold votes and settle disputes: fill `county.meeting_hours`, hours by unit (V,).

    In the month of a merger the shock is taken from the trust of the absorbed villages'
    people, less what they have had to say until then.
    """
    values, levers, unit = county.values, county.levers, county.borders.unit
    heard = np.maximum(county.heard, levers.heard[unit])
    vote = np.maximum(county.voted, levers.vote[unit])
    persons = county.world.registered.astype(float)
    hours = values.trust.hearing_hours * (heard - county.heard) * persons
    hours += values.trust.vote_hours * (vote - county.voted)
    county.spending["consultation"] = float(
        values.budget.hearing_cost * ((heard - county.heard) * persons).sum()
        + values.budget.vote_cost * (vote - county.voted).sum()
    )
    county.heard[:], county.voted[:] = heard, vote
    if not county.merged or county.just_absorbed.any():
        county.heard_in_time = heard
    hours += values.service.micro_group_hours * levers.micro_groups[unit] * (county.borders.groups)
    distrust = values.population.trust_mean - village_mean(county)
    hours += _disputes(county.values.trust.record, county.flows["residents"], distrust)
    county.meeting_hours[:] = county.borders.total(hours).astype(np.float32)
    if county.just_absorbed.any():
        _shock(county)
        county.just_absorbed[:] = False


def _shock(county: "CountyModel") -> None:
    """Take the merger's shock, softened by consultation, from people who are just absorbed."""
    values = county.values
    circle, by_vote = values.trust.consultation_circle, values.trust.vote_voice
    say = np.array(
        [
            voice.py_func(heard, vote, circle, by_vote)  # once: compiling it takes longer
            for heard, vote in zip(county.heard, county.voted, strict=True)
        ]
    )
    loss = values.trust.merger_shock * (1.0 - values.trust.consultation_offset * say)
    people = county.villagers["trust"]
    _shift(county.village_start, np.where(county.just_absorbed, loss, 0.0), 0.0, 1.0, people)
    county.group_trust[:] = means(county.group_start, people)


def _fairness(county: "CountyModel") -> F8:
    """Return how fair members of each old collective find what it pays, shape (V,)."""
    paid = county.collectives["each"] * 12 / 100.0
    aversion = county.values.trust.loss_aversion
    return _fair(paid, paid - county.pooling_dividend, aversion)


@kernel
def _fair(paid: F8, alone: F8, aversion: float) -> F8:
    """Return `fairness` of every village."""
    out = np.empty(paid.size)
    for v in range(paid.size):
        out[v] = fairness(paid[v], alone[v], aversion)
    return out


@kernel
def _disputes(p: Records, residents: F8, distrust: F8) -> F8:
    """Return `dispute_hours` of every village."""
    q, out = p[0], np.empty(residents.size)
    for v in range(residents.size):
        out[v] = dispute_hours(residents[v], distrust[v], q["dispute_hours"], q["dispute_response"])
    return out


def circumstances(county: "CountyModel", experience: F8) -> tuple[F8, F8, F8, F8]:
    """Return what moves the trust of every old village's people this month, each of shape (V,).

    Parameters
    ----------
    county : CountyModel
        The county; people get used to the service they have.
    experience : float64 array (V,)
        `usual_experience`.

    Returns
    -------
    tuple of arrays
        What adds to everybody's `signal`; dividends, yuan per person and year; 1 where the leader
        comes from elsewhere; and what disclosed leakage adds to trust at once.
    """
    values, unit = county.values, county.borders.unit
    yearly = county.collectives["dividends"] * 12 / 100.0
    yearly /= np.maximum(county.world.registered, 1)
    county.accustomed_service += (1.0 - (1.0 - values.trust.habituation) ** (1.0 / 12.0)) * (
        experience - county.accustomed_service
    )
    common = (
        values.trust.service_response * (county.accustomed_at_start - county.accustomed_service)
        + values.trust.fairness_response * _fairness(county)
        + values.trust.grievance_response * county.grievance
        + values.trust.contact_response * county.levers.contact_leaders[unit]
    )
    return (
        common,
        yearly,
        county.outsider_led(),
        values.trust.leakage_shock * county.leakage_found,
    )


def step(county: "CountyModel") -> None:
    """Adjust trust."""
    people = county.villagers
    common, dividend, outsider, event = circumstances(county, usual_experience(county))
    _pass(
        county.values.trust.record,
        county.group_start,
        county.world.group_village,
        dividend,
        outsider,
        common,
        event,
        people["trait"],
        people["experience"],
        people["trust"],
        county.group_trust,
    )
