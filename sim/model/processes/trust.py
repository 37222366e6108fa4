"""Trust: a step toward what one's own circumstances call for, and toward the neighbours' trust.

People compare with what their village is used to. The shock of a merger fades with the
adjustment; a service that stays worse keeps trust lower until people are used to it
(`habituation`), a leader from elsewhere as long as he leads. Low trust costs cadres hours
(disputes) and turns people away from the office (`sim.model.processes.service`).
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import B1, F4, F8, I4, I8, Records, kernel, rule
from sim.model.processes import ties
from sim.model.processes.oversight import leading
from sim.model.rows import largest, mean_of, mean_of_means, means, resident_means, shift, total

if TYPE_CHECKING:
    from sim.model.county import CountyModel

#: what moves the trust of an old village's people: what adds to everybody's `signal`; dividends,
#: yuan per person and year; 1 where the leader comes from elsewhere; what disclosed leakage adds;
#: its mean grievance, which is in `common`
CIRCUMSTANCES = np.dtype(
    [(name, "f8") for name in ("common", "dividend", "outsider", "event", "grievance")]
)


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
def _adjust(
    p: Records,
    rate: float,
    here: Records,
    peers: F8,
    sorer: F8,
    trait: F4,
    experience: F4,
    trust: F4,
) -> None:
    """Adjust trust in a village; `peers`: groups' means, `sorer`: what their grievance adds."""
    q = p[0]
    service, paid, strange = q["service_response"], q["dividend_response"], q["outsider_leader"]
    weight, common, event = q["peer_weight"], here["common"], here["event"]
    dividend, outsider = here["dividend"], here["outsider"]
    for i in range(trust.size):
        own = common + sorer[i]
        own += signal(trait[i], experience[i], dividend, outsider, service, paid, strange)
        after = adjust(trust[i], own, peers[i], weight, rate)
        trust[i] = min(1.0, max(0.0, after + event))


@kernel
def _pass(
    p: Records,
    by_group: bool,
    village_start: I8,
    group_start: I8,
    now: Records,
    trait: F4,
    experience: F4,
    trust: F4,
    aggrieved: F8,
    mean: F8,
) -> None:
    """Adjust every villager's trust; `mean` is the groups' mean before, and after."""
    rate = 1.0 - (1.0 - p[0]["adjust_rate"]) ** (1.0 / 12.0)
    response = p[0]["grievance_response"]
    peers, sorer, g = np.empty(largest(village_start)), np.zeros(largest(village_start)), 0
    for v in range(now.size):
        first, last = village_start[v], village_start[v + 1]
        begun = g
        while g < mean.size and group_start[g] < last:
            for row in range(group_start[g], group_start[g + 1]):
                peers[row - first] = mean[g]
                if by_group:
                    sorer[row - first] = response * (aggrieved[g] - now[v]["grievance"])
            g += 1
        own = trait[first:last], experience[first:last], trust[first:last]
        _adjust(p, rate, now[v], peers, sorer, *own)
        for k in range(begun, g):
            mean[k] = mean_of(trust[group_start[k] : group_start[k + 1]])


def village_mean(county: "CountyModel") -> F8:
    """Return the mean trust of each old village's registered persons, shape (V,)."""
    return mean_of_means(
        county.village_start, county.group_start, county.world.group_village, county.group_trust
    )


def usual_experience(county: "CountyModel") -> F8:
    """Return the mean experience of each old village's residents, shape (V,)."""
    labour, experience = county.villagers.columns("labour", "experience")
    return resident_means(county.village_start, labour, experience)[0]


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
    taken += values.trust.grievance_response * county.grievance
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
    shift(county.village_start, change, -np.inf, np.inf, county.villagers["trait"])


def meet(county: "CountyModel") -> None:
    """Hear people, hold votes and settle disputes: fill `county.meeting_hours`, hours by unit (V,).

    In the month of a merger the shock is taken from the trust of the absorbed villages'
    people, less what they have had to say until then.
    """
    values, levers, borders = county.values, county.levers, county.borders
    absorbed = np.logical_or.reduce(county.just_absorbed)
    heard, votes = _meet(
        values.trust.record,
        values.service.micro_group_hours,
        values.population.trust_mean,
        not county.merged or absorbed,
        borders.unit,
        borders.groups,
        county.world.registered,
        levers.heard,
        levers.vote,
        levers.micro_groups,
        county.flows,
        village_mean(county),
        county.heard,
        county.voted,
        county.heard_in_time,
        county.meeting_hours,
    )
    if values.ties.ties == ties.ON:
        county.meeting_hours += ties.complaint_hours(county)
    county.spending["consultation"] = (
        values.budget.hearing_cost * heard + values.budget.vote_cost * votes
    )
    if absorbed:
        _shock(county)
        county.just_absorbed[:] = False


@kernel
def _meet(
    p: Records,
    micro_group_hours: float,
    usual_trust: float,
    in_time: bool,
    unit: I4,
    groups: F8,
    persons: I8,
    hearing: F8,
    voting: F8,
    micro_groups: F8,
    flows: Records,
    trust: F8,
    heard: F8,
    voted: F8,
    heard_in_time: F8,
    meeting_hours: F8,
) -> tuple[float, float]:
    """Do what `meet` says; return how many persons are heard, and votes held, this month."""
    q, newly, votes = p[0], np.empty(unit.size), np.empty(unit.size)
    for u in range(unit.size):
        meeting_hours[u] = 0.0
    for v in range(unit.size):
        u = unit[v]
        more = max(heard[v], hearing[u]) - heard[v]
        newly[v], votes[v] = more * persons[v], max(voted[v], voting[u]) - voted[v]
        hours = q["hearing_hours"] * more * persons[v] + q["vote_hours"] * votes[v]
        hours += micro_group_hours * micro_groups[u] * groups[v]
        distrust = usual_trust - trust[v]
        meeting_hours[u] += hours + dispute_hours(
            flows[v]["residents"], distrust, q["dispute_hours"], q["dispute_response"]
        )
        heard[v], voted[v] = max(heard[v], hearing[u]), max(voted[v], voting[u])
        if in_time:
            heard_in_time[v] = heard[v]
    for u in range(unit.size):
        meeting_hours[u] = np.float32(meeting_hours[u])
    return total(newly), total(votes)


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
    shift(county.village_start, np.where(county.just_absorbed, loss, 0.0), 0.0, 1.0, people)
    county.group_trust[:] = means(county.group_start, people)


def circumstances(county: "CountyModel", experience: F8) -> Records:
    """Return what moves the trust of every old village's people this month, `CIRCUMSTANCES` (V,).

    Parameters
    ----------
    county : CountyModel
        The county; people get used to the service they have.
    experience : float64 array (V,)
        `usual_experience`.
    """
    now = np.empty(experience.size, dtype=CIRCUMSTANCES)
    _circumstances(
        county.values.trust.record,
        county.borders.unit,
        county.slots,
        leading(county)[1],
        county.world.registered,
        *county.collectives.columns("dividends", "each"),
        county.pooling_dividend,
        county.grievance,
        county.levers.contact_leaders,
        county.leakage_found,
        experience,
        county.accustomed_at_start,
        county.accustomed_service,
        now,
    )
    return now


@kernel
def _circumstances(
    p: Records,
    unit: I4,
    slots: int,
    leader: I8,
    persons: I8,
    dividends: I8,
    each: I8,
    pooling: F8,
    grievance: F8,
    contact: F8,
    leakage_found: B1,
    experience: F8,
    at_start: F8,
    accustomed: F8,
    now: Records,
) -> None:
    """Do what `circumstances` says."""
    q = p[0]
    rate = 1.0 - (1.0 - q["habituation"]) ** (1.0 / 12.0)
    for v in range(unit.size):
        here, row = now[v], leader[unit[v]]
        accustomed[v] += rate * (experience[v] - accustomed[v])
        paid = each[v] * 12 / 100.0
        here["common"] = (
            q["service_response"] * (at_start[v] - accustomed[v])
            + q["fairness_response"] * fairness(paid, paid - pooling[v], q["loss_aversion"])
            + q["grievance_response"] * grievance[v]
            + q["contact_response"] * contact[unit[v]]
        )
        here["dividend"] = dividends[v] * 12 / 100.0 / max(persons[v], 1)
        here["outsider"] = 1.0 if row >= 0 and row // slots != v else 0.0
        here["event"] = q["leakage_shock"] * leakage_found[v]
        here["grievance"] = grievance[v]


def step(county: "CountyModel") -> None:
    """Adjust trust."""
    _pass(
        county.values.trust.record,
        county.values.ties.ties == ties.ON,
        county.village_start,
        county.group_start,
        circumstances(county, usual_experience(county)),
        *county.villagers.columns("trait", "experience", "trust"),
        county.aggrieved,
        county.group_trust,
    )
