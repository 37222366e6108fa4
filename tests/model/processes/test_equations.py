"""Worked examples of every rule: what each equation of the model gives, in numbers.

A number that stands for a rate, a share or an exponent is never one that would hide a slip (0, 1
or 2 on both sides), and every branch has its example.
"""

import importlib
import inspect
import math
import pkgutil

import numpy as np
import pytest

import sim.model.processes
from sim.model.agents import cadre, villager
from sim.model.monthly import HOURS
from sim.model.processes import (
    ages,
    alliances,
    budget,
    desks,
    economy,
    errands,
    errands_of_rows,
    family,
    grievance,
    handing,
    hours,
    households,
    kinds,
    livelihood,
    members,
    needs,
    newcomers,
    offers,
    oversight,
    pay,
    people,
    pooling,
    remittances,
    selection,
    service,
    specialists,
    standing,
    strain,
    ties,
    travel,
    trends,
    trust,
    turning,
    ways,
    workload,
)
from sim.model.processes.offers import OFFERS

LN2 = math.log(2.0)
KEYS = np.zeros(len(turning.STREAMS), dtype=np.uint64)
ONE = KEYS, 1
#: an old village: all who can are reached online, its outpost is shut, no visit has room
OFFER = np.zeros(1, dtype=OFFERS)[0]
OFFER["eligible"], OFFER["online"] = 1.0, 1e9
#: weights of ways, to wait first: 2 in all
#: residents, those online, errands well and badly: of neighbours, kin, the township, the unit
CIRCLES = (
    np.array([10.0, 5.0, 1.0, 0.0]), np.array([40.0, 10.0, 8.0, 2.0]), np.zeros(4),
    np.array([20.0, 10.0, 1.0, 1.0]),
)  # fmt: skip
WAYS_OF = 0.4, 0.4, 0.2, 0.1, 0.2, 0.3, 0.4
WEIGHED = {"opening": 0.25, "proxy": 0.2, "online": 0.3, "eligible": 0.75, "visit_room": 0.9}
WEIGHED |= {"attended": 0.6, "outpost_attended": 0.4}
ASKS = {"phone_attraction": 0.1, "visit_attraction": 0.6}
HELD, SPLIT = (1, 2, 0, 0, 0, 0, 0), np.zeros((kinds.KINDS, ways.WAITS + 1))
SPLIT[0, ways.OFFICE] = 0.25
SPLIT[1, ways.OFFICE] = SPLIT[1, ways.PHONE] = 0.5
DESK = {
    "minutes_outpost": 35.0,
    "minutes_online": 11.0,
    "minutes_phone": 7.0,
    "minutes_proxy": 21.0,
}
OFFER["minutes_office"] = 12.0
OFFER["office_calls"], OFFER["attended"] = 1.5, 0.5
OFFER["outpost_calls"], OFFER["outpost_attended"] = 2.0, 1.0


def logistic(x):
    return 1.0 / (1.0 + math.exp(-x))


def logit(p):
    return math.log(p / (1.0 - p))


def spent(**hours):
    """Return a unit's record of hours."""
    record = np.zeros(1, dtype=HOURS)
    for name, value in hours.items():
        record[name] = value
    return record[0]


#: hours of a unit's cadres
SPENT = spent(
    administration=30.0,
    administration_productivity=0.75,
    coordination=7.0,
    friction=2.5,
    meetings=6.0,
    projects=4.0,
    service_asked=100.0,
    service_arrived=60.0,
)
#: a month in which they had too much to do
WORKED = {
    "administration": 30.0,
    "administration_productivity": 0.75,
    "coordination": 7.0,
    "meetings": 6.0,
    "projects": 4.0,
    "leadership": 0.5,
    "supplied": 150.0,
    "friction": 2.5,
    "service_used": 50.0,
    "economy": 20.0,
}
EXAMPLES = [
    # rule, arguments, what it gives
    (alliances.shared_luck, (0.6, 1.2, 0.25), 0.75),
    (members.kept_in_contact, (500.0, 0.04, 5.0, 0.5, 12.0), 0.3),  # 25 members, 150 residents
    (members.kept_in_contact, (0.0, 0.04, 0.0, 1.0, 12.0), 0.0),
    (members.kept_in_contact, (100.0, 0.5, 0.0, 1.0, 12.0), 1.0),
    (members.form, (49.0,), members.BRANCH),
    (members.form, (50.0,), members.GENERAL_BRANCH),
    (members.form, (100.0,), members.COMMITTEE),
    (specialists.capacity, (2.0, 3.0, 120.0, 0.1), 192.0),
    (specialists.capacity, (2.0, 12.0, 120.0, 0.1), 0.0),  # all of it on the road
    (specialists.taken_over, (60.0, 240.0, 0.8), 0.25),
    (specialists.taken_over, (600.0, 240.0, 0.8), 0.8),
    (specialists.taken_over, (60.0, 0.0, 0.8), 0.0),
    (ages.drawn_age, (0.4, 264, np.array([0.1, 0.3, 0.6, 1.0])), 266),
    (budget.village_cost, (3000.0, 3.0, 84000.0, 0.6, 1500.0), 7000.0 * (1.8 + 0.8)),
    (budget.county_part, (900.0, 250.0), 650.0),
    (budget.county_part, (900.0, 950.0), 0.0),
    (budget.road_km, (300.0, 600.0, 5.0, 20.0), 100.0 * 0.5),
    (budget.road_km, (0.0, 0.0, 0.0, 20.0), 0.0),
    (economy.asset_income, (2e5, 16.0, 81.0, 0.7, 1.3, 0.06, 0.5, 0.25, 0.9),
     1000.0 * 4.0 * 3.0 * math.exp(0.18) * 1.3),
    (economy.work_there_is, (9.0, 1.0, 80.0, 0.5, 50.0), 80.0 * 3.0 + 50.0),
    (economy.work_there_is, (0.0, 0.0, 80.0, 0.5, 50.0), 0.0),
    (economy.useful_management, (1.0, 0.3), 1.0),
    (economy.useful_management, (2.0 * LN2, 1.0), 0.75 / (1.0 - math.exp(-1.0))),
    (economy.useful_management, (0.0, 0.3), 0.0),
    (economy.useful_management, (0.2, 0.0), 1.0),
    (grievance.unsettled, (0.5, 0.4, 3.0, 0.3, 0.6, 0.2, 12.0), 0.85 * 0.76 * 0.95),
    (grievance.unsettled, (0.0, 0.0, 30.0, 0.3, 0.6, 0.2, 12.0), 0.8),
    (grievance.spread, (0.2, 3.0, 40.0, 600.0), 0.2 + 0.8 * 0.2),
    (grievance.spread, (0.2, 30.0, 40.0, 600.0), 1.0),
    (grievance.spread, (0.2, 0.003, 40.0, 0.5), 0.2 + 0.8 * 0.12),
    (hours.administration, (1500.0, 4.0, 6.0, 10.0, 0.25, 0.5, 80.0, 0.02, 7.0, 30.0, 5.0),
     80.0 * 2.0 * 0.75 + 30.0 + 42.0 + 30.0 * 3.0 / 4.0),
    (hours.coordination, (7.0, 1.5), 1.5 * 21.0),
    (hours.administration_spent, (SPENT,), 40.0),
    (hours.administration_spent, (spent(administration=30.0),), 60.0),
    (hours.coordination_spent, (SPENT,), 9.5),
    (workload.hours_asked, (SPENT, hours.QUEUE), 155.5),
    (workload.hours_asked, (SPENT, hours.OVERTIME), 117.0),
    (workload.left_to_do, (spent(**WORKED),), 57.0 + 50.0 + 20.0 - 0.5 * 147.5),
    (workload.left_to_do, (spent(**WORKED | {"supplied": 400.0}),), 0.0),
    (hours.borrowed, (150.0, 30.0, 120.0, 60.0), 60.0),
    (hours.borrowed, (150.0, 15.0, 200.0, 60.0), 0.0),
    (workload.overtime, (30.0, 500.0, 550.0), 30.0),
    (workload.overtime, (90.0, 500.0, 550.0), 50.0),
    (workload.overtime, (90.0, 600.0, 550.0), 0.0),
    (hours.decisions_asked, (300.0, 8.0, 3.0, 5.0, 0.01, 0.5, 2.0), 5.0 + 3.0 + 4.0 + 6.0),
    (hours.decisions_supplied, (2.0, 3.0, 1.0, 40.0, 0.2, 0.5, 0.3), 40.0 * 3.6),
    (hours.decisions_supplied, (0.5, 0.0, 0.0, 40.0, 0.2, 0.5, 0.3), 20.0),
    (hours.hours_supplied, (40.0, 3200.0, 800.0, 0.5, 15.0, 0.2, 0.5, 0.3),
     40.0 * 52.0 / 12.0 * 2.0 * 0.7 * 0.85),
    (hours.hours_supplied, (40.0, 800.0, 800.0, 0.5, -15.0, 0.2, 0.0, 0.3), 40.0 * 52.0 / 12.0),
    (hours.hours_supplied, (40.0, 800.0, 800.0, 0.5, 60.0, 0.2, 0.0, 0.3), 0.0),
    (hours.commuting, (6.0, 22.0, 24.0), 11.0),
    (hours.knowledge, (0.3, 12.0, 6.0), 0.3 + 0.7 * 0.75),
    (hours.service_share, (0.8, 0.5, 0.3, 0.1, 0.7, 2.0, 3.0), logistic(logit(0.7) + 0.6 + 0.6)),
    (hours.productivity, (0.7,), 1.2),
    (remittances.wage_factor, (0.8,), 1.3),
    (households.local_income, (0.8, 2000.0, 0.25), 650.0),
    (households.venture_jobs, (3e5, 2e5, 0.5, 1.5, 4.0), 12.0 / math.exp(1.125)),
    (households.consumed, (3000.0, 50000.0, 0.4, 0.002), 1800.0 + 100.0),
    (remittances.fen, (12.347,), 1235),
    (remittances.fen, (12.344,), 1234),
    (remittances.sent_home, (0.7, 4000.5, 0.3), 144018),
    (households.dues, (1_200_007, 600_007, 9_000, 0.05, 0.02, 99_999), (2_000, 2_500, 9_000)),
    (households.dues, (1_200_000, 600_000, 9_000, 0.05, 0.02, 2_600), (2_000, 600, 0)),
    (households.dues, (1_200_000, 600_000, 9_000, 0.05, 0.02, 8_000), (2_000, 2_500, 3_500)),
    (households.dues, (1_200_000, 6_000, 9_000, 0.05, 0.02, 99_999), (2_000, 25, 6_000)),
    (households.dues, (1_200_000, 6_000, 9_000, 0.05, 0.02, 1_000), (2_000, 0, 0)),
    (kinds.kind_of, (0.14, 0.6, 0.15), kinds.URGENT),
    (kinds.kind_of, (0.16, 0.6, 0.15), kinds.MANDATORY),
    (kinds.kind_of, (0.76, 0.6, 0.15), kinds.OPTIONAL),
    (kinds.is_new, (kinds.MANDATORY,), True),
    (kinds.is_new, (kinds.OPTIONAL_1,), False),
    (kinds.goes_alone, (kinds.OPTIONAL, 1.5, 0.37, 2.0, 0.7, 1.2), 0.37),
    (kinds.goes_alone, (kinds.OPTIONAL_1, 1.5, 0.37, 2.0, 0.7, 1.2), 0.37),
    (kinds.goes_alone, (kinds.MANDATORY, 1.5, 0.37, 2.0, 0.7, 1.2), logistic(math.log(2.0) - 1.8)),
    (kinds.goes_alone, (kinds.MANDATORY_2, 1.5, 0.3, 2.0, 0.7, 1.2), logistic(math.log(2) - 0.4)),
    (kinds.goes_alone, (kinds.OVERDUE, 1.5, 0.3, 2.0, 0.7, 1.2), logistic(math.log(2) + 0.3)),
    (kinds.goes_alone, (kinds.URGENT, 1.5, 0.3, 2.0, 0.7, 1.2), logistic(math.log(2) + 0.3)),
    # the outpost is open on a quarter of the days: 0.2 go there, 0.3 to the office, 0.5 wait
    (kinds.weights, (kinds.OPTIONAL, 0.8, 0.4, ways.OUTPOST, True, True, 0.5, WEIGHED, ASKS), (
        0.5, 0.15, 0.1, 0.05, 0.1, 0.5 * 0.3 * 0.75, 0.5 * 0.6 * 0.9,
    )),
    (kinds.weights, (kinds.MANDATORY, 0.8, 0.8, ways.OFFICE, False, False, 1.5, WEIGHED, ASKS), (
        1.0 - 0.8, 1.2, 0.0, 0.0, 0.3, 0.0, 0.0,
    )),
    (kinds.weights, (kinds.URGENT, 0.8, 0.8, ways.OFFICE, False, False, 1.5, WEIGHED, ASKS), (
        1.0 - 0.8, 1.2, 0.0, 1.5 * 0.1, 0.0, 0.0, 0.0,
    )),
    # where nobody is in at the outpost, all go to the office
    (kinds.weights, (kinds.OPTIONAL, 0.8, 0.4, ways.OUTPOST, True, True, 0.5,
                     WEIGHED | {"outpost_attended": 0.25}, ASKS), (
        0.6, 0.2, 0.0, 0.05, 0.1, 0.5 * 0.3 * 0.75, 0.5 * 0.6 * 0.9,
    )),
    (kinds.state_of, (kinds.URGENT,), 0),
    (kinds.state_of, (kinds.OPTIONAL_1,), 1),
    (kinds.state_of, (kinds.MANDATORY_2,), 1),
    (kinds.state_of, (kinds.OVERDUE,), 2),
    (desks.reaching, (ways.OFFICE, OFFER), 0.5),
    (desks.reaching, (ways.PROXY, OFFER), 0.5),
    (desks.reaching, (ways.OUTPOST, OFFER), 1.0),
    (desks.reaching, (ways.PHONE, OFFER), 1.0),
    (desks.reaching, (ways.WAITS, OFFER), 0.0),
    (desks.reaching, (ways.GROUP_LEADER, OFFER), 0.0),
    (service.beyond_duty, (30.0, 8.0, 6.0), 0.8),
    (service.beyond_duty, (30.0, 3.0, 6.0), 0.9),
    (service.beyond_duty, (0.0, 0.0, 6.0), 1.0),
    (service.arrived, (0.75, 40.0, 28.0), 37.0),
    (kinds.sum_of, (WAYS_OF,), 2.0),
    (kinds.way_at, (0.19, WAYS_OF), ways.WAITS),
    (kinds.way_at, (0.21, WAYS_OF), ways.OFFICE),
    (kinds.way_at, (0.39, WAYS_OF), ways.OFFICE),
    (kinds.way_at, (0.41, WAYS_OF), ways.OUTPOST),
    (kinds.way_at, (0.52, WAYS_OF), ways.PHONE),
    (kinds.way_at, (0.57, WAYS_OF), ways.PROXY),
    (kinds.way_at, (0.79, WAYS_OF), ways.ONLINE),
    (kinds.way_at, (0.81, WAYS_OF), ways.VISIT),
    (kinds.way_at, (0.9999, (*WAYS_OF[:6], 0.0)), ways.ONLINE),
    (kinds.runs_out, (kinds.OPTIONAL,), False),
    (kinds.runs_out, (kinds.OPTIONAL_1,), True),
    (kinds.runs_out, (kinds.MANDATORY_1,), False),
    (kinds.runs_out, (kinds.MANDATORY_2,), True),
    (kinds.runs_out, (kinds.URGENT,), True),
    (kinds.runs_out, (kinds.OVERDUE,), False),
    (kinds.waits_as, (kinds.URGENT,), kinds.NONE),
    (kinds.waits_as, (kinds.OPTIONAL,), kinds.OPTIONAL_1),
    (kinds.waits_as, (kinds.OPTIONAL_1,), kinds.NONE),
    (kinds.waits_as, (kinds.MANDATORY,), kinds.MANDATORY_1),
    (kinds.waits_as, (kinds.MANDATORY_2,), kinds.OVERDUE),
    (kinds.waits_as, (kinds.OVERDUE,), kinds.OVERDUE),
    (errands.kind_in, (3 * 256 + 255,), 3),
    (errands.kind_in, (6 * 256 + 300,), kinds.OVERDUE),
    (desks.minutes_of, (needs.OFFICE, DESK, OFFER), 12.0 * 0.5),
    (desks.minutes_of, (needs.OUTPOST, DESK, OFFER), 35.0 * 1.0),
    (desks.minutes_of, (needs.ONLINE, DESK, OFFER), 11.0),
    (desks.minutes_of, (ways.PHONE, DESK, OFFER), 7.0),
    (desks.minutes_of, (ways.PROXY, DESK, OFFER), 21.0 * 0.5),
    (desks.minutes_of, (needs.VISIT, DESK, OFFER), 0.0),
    (desks.wish, (0.5, WAYS_OF, ASKS), 0.5 * 0.6 / 2.0),
    # of 10 persons' 4 errands 1.2 are journeys: each is somebody's own with 0.03
    (errands_of_rows.one_goes, (1.2, 4, 10.0), 1.0 - 0.97**4),
    (errands_of_rows.one_goes, (0.0, 0, 10.0), 0.0),
    (errands_of_rows.one_goes, (3.5, 1, 7.0), 0.5),
    (errands_of_rows.one_goes, (2.0, 2, 1.0), 1.0),
    (errands_of_rows.one_goes, (2.00001, 2, 0.999), 1.0),
    # an urgent errand, of which a quarter goes to the office, and two optional ones
    (errands_of_rows.own_way, (0.2, HELD, SPLIT), ways.OFFICE),
    (errands_of_rows.own_way, (0.3, HELD, SPLIT), ways.GAVE_UP),
    (errands_of_rows.own_way, (1.4, HELD, SPLIT), ways.OFFICE),
    (errands_of_rows.own_way, (1.9, HELD, SPLIT), ways.PHONE),
    (errands_of_rows.own_way, (2.5, HELD, SPLIT), ways.WAITS),
    (errands_of_rows.own_way, (3.0, HELD, SPLIT), ways.WAITS),
    (errands_of_rows.taken, (0.8, 1, 1.0), (0.0, 0.0)),
    (errands_of_rows.taken, (0.0, 4, 1.0), (0.0, 0.0)),
    (errands_of_rows.taken, (1.2, 4, 10.0), (1.0 - 0.97**3, 0.97**2 / 10.0)),
    (errands_of_rows.taken, (0.8, 2, 2.0), (0.2, 0.5)),
    (errands_of_rows.left_over, (0.41, 1, 0.4), 1),
    (errands_of_rows.left_over, (0.39, 1, 0.4), 0),
    # of two errands 0.8 are done: 0.4 each
    (errands_of_rows.left_over, (0.15, 2, 0.8), 0),
    (errands_of_rows.left_over, (0.17, 2, 0.8), 1),
    (errands_of_rows.left_over, (0.63, 2, 0.8), 1),
    (errands_of_rows.left_over, (0.65, 2, 0.8), 2),
    (errands_of_rows.left_over, (0.5, 2, 2.0000001), 0),
    (errands_of_rows.left_over, (0.19, 3, 1.2), 1),
    (errands_of_rows.left_over, (0.21, 3, 1.2), 2),
    (errands_of_rows.left_over, (0.4, 300, 100.5), 199),
    (errands_of_rows.left_over, (0.6, 300, 100.5), 200),
    (livelihood.odds, (0.2,), 0.25),
    (livelihood.decides_in, (0.29, 0.3), 2),
    (livelihood.decides_in, (0.3, 0.3), 1),
    (livelihood.decides_in, (0.3 + 0.7 * 4.5 / 12.0, 0.3), 5),
    (livelihood.decides_in, (0.9999, 0.3), 12),
    (livelihood.pull, (0.9, 0.4, 0.5, 0.2, 0.8, 1.5, 2.0, 0.7), 0.75 + 0.6 + 0.21),
    (livelihood.move_weight, (True, 600, 0.4, 0.05, 0.2, 0.5, 0.1), 0.25 * math.exp(0.1)),
    (livelihood.move_weight, (False, 299, 0.4, 0.05, 0.2, 0.5, 0.1), math.exp(0.4)),
    (livelihood.move_weight, (False, 300, 0.4, 0.05, 0.2, 0.5, 0.1), math.exp(0.4 + 0.75) / 9.0),
    (livelihood.needed_capital, (-1.5, 2e5, 1.2), 2e5 * math.exp(-1.8)),
    (livelihood.needed_capital, (9.0, 2e5, 1.2), livelihood.MOST_CAPITAL),
    (livelihood.capital_at_hand, (2e4, 3e4, 2e5, 0.4), 0.25 + 0.4 * 0.75),
    (livelihood.capital_at_hand, (2e5, 3e4, 2e5, 0.4), 1.0),
    (livelihood.capital_at_hand, (0.0, 0.0, 2e5, 0.0), 0.01),
    (livelihood.loan_given, (9000.0, 2000.0, 3000.0, 5000.0), 4000.0),
    (livelihood.loan_given, (9000.0, 2000.0, 1000.0, 5000.0), 5000.0),
    (livelihood.loan_given, (9000.0, 7000.0, 3000.0, 5000.0), 0.0),
    (livelihood.profit_gain, (240_000.0, 0.2, 12_000.0, 1500.0), LN2 + math.log(1.5)),
    (livelihood.profit_gain, (0.0, 0.2, 1e6, 1500.0), math.log(0.1)),
    (livelihood.start_weight, (0.2, 0.4, 0.9, 0.7, 3.0, 0.1, 0.3, 1.0, 0.5, 1.5, 2.0, 0.8),
     0.25 * 2.0 * math.exp(0.9 + 0.4) * 2.0**0.8),
    (livelihood.exit_probability, (2.0, 0.1, 1.8), 1.0 - math.exp(-0.1)),
    (livelihood.exit_probability, (2.01, 0.1, 1.8), 1.0 - math.exp(-0.18)),
    (livelihood.exit_probability, (3.0, 0.1, 1.8), 1.0 - math.exp(-0.18)),
    (livelihood.exit_probability, (3.01, 0.1, 1.8), 1.0 - math.exp(-0.1)),
    (livelihood.eligible, (False, 0.5, 40.0, 0.0, 0.5, 40.0), True),
    (livelihood.eligible, (False, 0.5, 40.0, 1.0, 0.5, 40.0), False),
    (livelihood.eligible, (True, 0.5, 40.0, 1.0, 0.5, 40.0), True),
    (livelihood.eligible, (True, 0.49, 40.0, 1.0, 0.5, 40.0), False),
    (livelihood.eligible, (True, 0.5, 40.1, 1.0, 0.5, 40.0), False),
    (needs.decay, (3.0, 5.0, 0.2, needs.EXPONENTIAL), math.exp(-0.6)),
    (needs.decay, (3.0, 5.0, 0.2, needs.GAUSSIAN), math.exp(-0.18)),
    (needs.decay, (3.0, 5.0, 0.2, needs.NO_DECAY), 1.0),
    (needs.persons_drawn, (7.5,), 7.5),
    (needs.persons_drawn, (1e9,), needs.MOST_DRAWN),
    (needs.one_asks, (2, 5.0), 1.0 - 0.64),
    (needs.one_asks, (3, 1.0), 1.0),
    (needs.is_among, (0.35, 2, 5.0), True),
    (needs.is_among, (0.38, 2, 5.0), False),
    (needs.is_among, (0.5, 2, 5.0), False),
    (turning.contact_tendency, (0.7, 0.3, 1.5, 0.5), math.exp(0.3 - 0.15)),
    (turning.visit_minutes, (30.0, 4.0, 20.0, 3.0), 38.0),
    (turning.choose_channel, ((2.0, 9.0, 9.0, 9.0), 0, 0.2, 0.5, 0.5, 1.5), ways.GAVE_UP),
    (turning.choose_channel, ((2.0, 0.3, 9.0, 9.0), 4, 0.2, 0.5, 0.5, 1.5), 4),
    (turning.choose_channel, ((2.0, 1.0, 1.8, 9.0), 4, 0.2, 0.5, 0.5, 1.5), needs.ONLINE),
    (turning.choose_channel, ((2.0, 1.0, 1.8, 1.7), 4, 0.2, 0.5, 0.5, 1.5), needs.VISIT),
    (turning.choose_channel, ((2.0, 1.0, 1.8, 0.1), 4, 1.0, 0.0, 0.0, 1.5), 4),
    # who has 1e9 of one option to 1 of the others takes it
    (turning.turn, (*ONE, OFFER, False, needs.OFFICE, 0.0, 1.0, 0.0, 1.0), (ways.GAVE_UP, False)),
    (turning.turn, (*ONE, OFFER, False, needs.OFFICE, 1.0, 0.0, 0.0, 1e9), (needs.OFFICE, False)),
    (turning.turn, (*ONE, OFFER, False, needs.OUTPOST, 0.0, 1.0, 0.0, 1e9), (needs.OFFICE, False)),
    (turning.turn, (*ONE, OFFER, True, needs.OFFICE, 0.5, 0.5, 0.0, 1.0), (needs.ONLINE, False)),
    (turning.turn, (*ONE, OFFER, False, needs.OFFICE, 0.0, 0.0, 1e9, 1.0), (ways.GAVE_UP, True)),
    (ways.turn, (0.5, 0.6, 0.0, 0.0, 2.0, 0.4), (0.375, 0.0, 0.0, 0.0)),
    (ways.turn, (0.46, 0.6, 0.5, 1.0, 2.0, 0.4),
     (0.38 * 1.2 / 2.6, 0.38 * 1.0 / 2.6, 0.08, 0.2)),
    (ways.row_shares, (0.2, needs.OUTPOST, 0.25, 0.6, 0.3, 0.5, 0.5, 0.0, 1.0, 0.7),
     (0.15, 0.1, 0.1 + 0.1 / 3.0, 0.0, 0.0)),
    (ways.row_shares, (0.2, needs.OFFICE, 0.25, 0.6, 0.6, 0.0, 0.5, 1.0, 1.0, 0.5),
     (0.36, 0.0, 0.0, 0.2, 0.4)),
    (ways.take, (np.uint64(7), np.uint64(11), needs.ONLINE, 0, 0.2, 0.8), 0),
    (ways.take, (np.uint64(7), np.uint64(11), needs.ONLINE, 6, 0.0, 0.8), 0),
    (ways.take, (np.uint64(7), np.uint64(11), needs.ONLINE, 6, 0.8, 0.8), 6),
    (ways.split_ways, (np.uint64(7), np.uint64(11), 20, 0.0, 0.0, 0.0, 0.0, 0.0),
     (0, 0, 0, 0, 0, 20)),
    (ways.split_ways, (np.uint64(7), np.uint64(11), 20, 0.0, 0.0, 0.0, 1.0, 0.0),
     (0, 0, 0, 20, 0, 0)),
    (newcomers.limited, (0.4,), 0.4),
    (newcomers.limited, (1.3,), 1.0),
    (newcomers.limited, (-0.2,), 0.0),
    (newcomers.kind_of, (0.55, 0.6, 0.2, 0.1), cadre.RETURNED),
    (newcomers.kind_of, (0.65, 0.6, 0.2, 0.1), cadre.GRADUATE),
    (newcomers.kind_of, (0.85, 0.6, 0.2, 0.1), cadre.VETERAN),
    (newcomers.kind_of, (0.95, 0.6, 0.2, 0.1), cadre.ENTREPRENEUR),
    (newcomers.pool_persons, (2.4, 0.7), 3),
    (newcomers.pool_persons, (2.4, 0.5), 2),
    (offers.attended, (30.0, 60.0), 1.0 - math.exp(-0.5)),
    (offers.attended, (30.0, 0.0), 1.0),
    (offers.found_in, (0.4, 3.0), 1.0 - 0.216),
    (offers.settled_by_group_leader, (0.3, 40.0, 100.0), 0.12),
    (offers.settled_by_group_leader, (0.3, 400.0, 100.0), 0.3),
    (offers.settled_by_group_leader, (0.3, 0.5, 0.25), 0.15),
    (offers.present, (130.0, 0.25, 0.4, 6.0), 39.0 / 130.0),
    (offers.present, (500.0, 0.0, 0.4, 6.0), 1.0),
    (offers.rota, (4.0, 0.75, 130.0, 8.0), 3.0),
    (offers.rota, (9.0, 1.0, 700.0, 8.0), 8.0),
    (offers.rota, (4.0, 0.75, 26.0, 8.0), 1.2),
    (offers.called_on, (0.4, 2.0, 0.7, 0.3), 0.46),
    (offers.called_on, (0.4, 8.0, 0.7, 0.3), 0.46),
    (offers.called_on, (0.4, 0.5, 0.7, 0.3), 0.34),
    (offers.somebody_in, (0.25, 0.4), 0.7),
    (offers.duty, (50.0, 3.0, 12.0), 36.0),
    (offers.duty, (30.0, 3.0, 12.0), 30.0),
    (oversight.discovery_rate,
     (0.6, 0.5, 4.0, 0.3, 0.25, 0.02, 0.06, 2.0, 0.4, 0.05, 0.7, 0.8),
     (math.exp(0.4) * 0.05 + 0.2 + 0.21) * 0.8),
    (oversight.discretion, (1.0, 0.25, 0.7, 0.3, 0.4, 0.6), math.exp(-0.7) * 0.55 * 0.7),
    (oversight.discretion, (2.0, 0.25, 0.7, 0.3, 0.4, 0.6), math.exp(-0.7) * 0.55 * 0.7 * 0.6),
    (oversight.diversion, (0.8, 0.5, 8000.0, 0.7, 0.0, 3.0, 0.4, 1000.0, 2.0), 0.0),
    (oversight.diversion, (0.8, 0.5, 8000.0, 0.7, 0.1, 3.0, 0.4, 1000.0, 2.0),
     logistic(logit(0.1) + 0.9 + 1.2 - 0.4)),
    (pay.formula_factor, (0.2, 0.1, 0.07, 0.6, 0.02, 0.2, 0.5, 1.5), 0.7 + 0.25 + 0.12),
    (pay.formula_factor, (0.2, 0.1, 9.0, 0.1, 0.02, 0.2, 0.5, 1.5), 0.7 + 0.3 + 0.05),
    (pay.formula_factor, (0.2, 0.1, -9.0, 5.0, 0.02, 0.2, 0.5, 1.5), 0.7 + 0.1 + 0.15),
    (pay.trained, (np.float32(0.125), 0.25, 0.5), 0.125 + 0.25 * 0.75),
    (pay.trained, (np.float32(0.75), 0.25, 0.5), 0.75),
    (people.death_probability, (840.0, 3e-5, 0.1, 0.004),
     1.0 - math.exp(-(0.004 + 3e-5 * math.exp(7.0)) / 12.0)),
    (pay.secretary_pay, (18_000.0, 2.0, 2_900.0), 3_000.0),
    (pay.secretary_pay, (15_000.0, 2.0, 2_900.0), 2_900.0),
    (trends.online_after, (0.72, 0.12, 30.0), 1.0 - 0.28 * 0.88**2.5),
    (trends.online_after, (0.2, 0.05, -120.0), 0.0),
    (trends.grown, (300.0, 0.21, 6.0), 330.0),
    (ties.mixed, (96.0, 8.0), 0.5),
    (ties.mixed, (0.0, 8.0), 0.0),
    (ties.heed, (0.0, 0.25), 0.0),
    (ties.heed, (1.0, 0.25), 0.25),
    (ties.heed, (2.0, 0.25), 0.4375),
    (ties.hear, (0.8, 0.0, 0.0, 0.25), 0.8),
    (ties.hear, (0.8, 1.0, 0.0, 0.25), 0.85),
    (ties.hear, (0.8, 0.5, 1.5, 0.4375), 0.8 + 0.4375 * (0.25 - 0.8)),
    (ties.near, ((6.0, 12.0), (2.0, 4.0), 3.0), 0.5),
    (ties.near, ((6.0, 12.0), (0.0, 2.0), 0.0), 0.5),
    (ties.near, ((0.0, 0.0), (0.0, 0.0), 3.0), 0.0),
    (ties.at_home, (3.0, 0.2), 0.6),
    (ties.at_home, (6.0, 0.4), 1.0),
    (ties.follows, (0.02, 0.2, 0.6), 0.14),
    (ties.follows, (0.5, 0.9, 1.0), 1.0),
    (family.families_of, (20, 3.6, 9, 0.5), 6),
    (family.families_of, (20, 3.6, 9, 0.4), 5),
    (family.families_of, (20, 3.6, 2, 0.5), 2),
    (family.families_of, (4, 3.6, 0, 0.9), 1),
    (family.singles_of, (10, 0.25, 0.5), 2),  # 3 by the share: nearer to 2 than to 4
    (family.singles_of, (10, 0.25, 0.2), 2),
    (family.singles_of, (11, 0.25, 0.8), 3),
    (family.singles_of, (10, 0.35, 0.1), 4),
    (family.singles_of, (1, 0.25, 0.1), 1),
    (family.singles_of, (0, 0.25, 0.9), 0),
    (family.left_alone, (1, 2, True), True),
    (family.left_alone, (1, 2, False), False),
    (family.left_alone, (2, 2, True), False),
    (family.left_alone, (0, 1, False), True),
    (family.left_alone, (0, 0, False), False),
    (family.tie_home, (True, 0.4, 0.25), 0.3),
    (family.tie_home, (False, 0.4, 0.25), -0.1),
    (handing.others_go, (0.3, 0.25), 0.6),
    (handing.others_go, (0.75, 0.25), 0.0),
    (handing.others_go, (0.0, 1.0), 1.0),
    (handing.handed_over, (3.0, 0.5, 0.6), 0.9),
    (remittances.next_part, (7, 3), 3),
    (remittances.next_part, (4, 2), 2),
    (remittances.next_part, (0, 2), 0),
    (standing.fits, (cadre.RETURNED, villager.AWAY, False), True),
    (standing.fits, (cadre.RETURNED, villager.LOCAL, True), True),
    (standing.fits, (cadre.RETURNED, villager.LOCAL, False), False),
    (standing.fits, (cadre.ENTREPRENEUR, villager.ENTREPRENEUR, False), True),
    (standing.fits, (cadre.ENTREPRENEUR, villager.LOCAL, True), False),
    (standing.fits, (cadre.LOCAL, villager.AWAY, True), False),
    (standing.fits, (cadre.LOCAL, villager.LOCAL, False), True),
    (standing.fits, (cadre.VETERAN, villager.AWAY, False), True),
    (standing.with_skill, (0.4, 0.7, 0.5), 0.5),
    (standing.with_skill, (0.9, 1.0, 0.5), 1.0),
    (standing.with_skill, (0.1, 0.0, 0.5), 0.0),
    (ties.halvings, (10.0, 30.0), 1.0),
    (ties.halvings, (30.0, 10.0), 0.0),
    (ties.resent, (0.2, 0.0, 0.0, 0.0, 0.03, 0.1, 0.015), 0.2),
    (ties.resent, (0.2, 2.0, 0.0, 0.0, 0.5, 0.1, 0.015), 1.0 - 0.8 * 0.25),
    (ties.resent, (0.0, 0.0, 20.0, 1.0, 0.5, 0.1, 0.015), 1.0),
    (ties.resent, (0.5, 0.0, 0.0, 0.4, 0.5, 0.1, 0.25), 1.0 - 0.5 * 0.9),
    (ties.complaints, (0.24, 0.5, 2.0, 1.0), 0.06),
    (ties.known, (CIRCLES, ties.WELL, (5.0, 4.0, 2.0, 1.0), (0.0,) * 4), 5 * 0.1 + 4 * 0.2 + 0.05),
    (ties.known, (CIRCLES, ties.ONLINE, (4.0, 4.0, 2.0, 1.0), (2.0, 0.0, 0.0, 0.0)), 2.5 + 1 + 0.5),
    (people.drawn_skill, (1.5,), 0.77),
    (people.drawn_skill, (4.0,), 1.0),
    (people.drawn_skill, (-4.0,), 0.0),
    (pooling.consent, (0.6, 0.5, 3.0, 0.4, -0.7, 4.0, 0.3, 0.5), logistic(-0.7 + 0.4 - 0.3 - 0.2)),
    (selection.score, (0.6, 52.0, 0.5, True, 1.5, 0.4, 0.7, 0.3, 45.0), 0.9 - 0.28 + 0.35 + 0.3),
    (selection.score, (0.6, 40.0, 0.5, False, 1.5, 0.4, 0.7, 0.3, 45.0), 0.9 + 0.35),
    (selection.removed_share, (0.4, 3.0, 0.5), 1.0 - 0.82**3),
    (selection.removed_share, (0.1, 3.0, 2.0), 1.0),
    (selection.least_pay, (4000.0, 0.7, 0.5, 900.0), 4000.0 * math.exp(0.1) - 900.0),
    (selection.post_at, (0, False, 1), cadre.SECRETARY),
    (selection.post_at, (1, False, 1), cadre.DIRECTOR),
    (selection.post_at, (2, False, 1), cadre.DEPUTY),
    (selection.post_at, (3, False, 1), cadre.MEMBER),
    (selection.post_at, (0, True, 1), cadre.SECRETARY_DIRECTOR),
    (selection.post_at, (1, True, 1), cadre.DEPUTY),
    (selection.base_pay, (cadre.SECRETARY, 2900.0, 0.7, 800.0), 2900.0),
    (selection.base_pay, (cadre.FIRST_SECRETARY, 2900.0, 0.7, 800.0), 2900.0),
    (selection.base_pay, (cadre.SECRETARY_DIRECTOR, 2900.0, 0.7, 800.0), 3700.0),
    (selection.base_pay, (cadre.MEMBER, 2900.0, 0.7, 800.0), 2030.0),
    (selection.slot_identity, (np.uint64(1 << 30), 7), (1 << 30) + 7),
    (selection.holder_identity, (np.uint64(1 << 30), 7, 3), (1 << 30) + 7 + 3 * 256),
    (service.served_share, (30.0, 40.0, 20.0), 0.5),
    (service.served_share, (90.0, 40.0, 20.0), 1.0),
    (service.served_share, (30.0, 0.0, 0.0), 1.0),
    (service.next_backlog, (0.25, 40.0, 20.0, 0.1), 56.0 * 0.75),
    (service.update_experience, (0.4, 1.0, 0.25), 0.55),
    (strain.strain_hours, (130.0, 169.0, 0.4), (130.0 + 15.6) * 12.0 / 52.0),
    (strain.strain_hours, (169.0, 130.0, 0.4), 39.0),
    (strain.imbalance, (50.0, 40.0, 1500.0, 500.0, 4000.0), 2.5),
    (strain.burnout_target, (55.0, 1.5, -0.3, 45.0, 5.0, 0.8), logistic(2.0 + 0.4 - 0.3)),
    (strain.resignation, (0.3, 2.0, 0.4), 1.0 - 0.7 ** (1.8 / 12.0)),
    (travel.journeys, (0.4, 2.0), 1.6),
    (travel.journeys, (0.4, 1.0), 1.0),
    (travel.journeys, (1.0, 2.0), 1.0),
    (travel.journeys, (0.0, 2.5), 2.5),
    (travel.road_hours, (3.0, 12.0), 0.5),
    # three call 1.5 times at the office and a half of them find somebody, two twice at the outpost
    (travel.calling, (3.0, 2.0, OFFER, 0.4, 0.1, 0.25), (2.2 + 3.5 * 0.25, 8.5, 5.0)),
    (travel.road_left, (0.5, 0.6), 0.8),
    (trust.signal, (0.5, 0.6, 70.0, 1.0, 0.2, 0.05, -0.08), 0.5 + 0.12 + 0.15 - 0.08),
    (trust.fairness, (70.0, 10.0, 2.25), 2.0),
    (trust.fairness, (10.0, 70.0, 2.25), -4.5),
    (trust.adjust, (0.5, 0.8, 0.4, 0.5, 0.2), 0.5 + 0.06 - 0.01),
    (trust.adjust, (0.9, 2.0, 2.0, 0.5, 0.2), 1.0),
    (trust.adjust, (0.1, -2.0, -2.0, 0.5, 0.2), 0.0),
    (trust.voice, (0.2, 0.5, 3.0, 0.6), 1.0 - 0.512 * 0.7),
    (trust.dispute_hours, (3000.0, 0.2, 4.0, 1.5), 12.0 * math.exp(0.3)),
]  # fmt: skip


#: rules that fill an array (of several kinds: the first): what is there before, and after
FILLED = [
    (errands_of_rows.split, (2.0, WAYS_OF, 0), {}, {
        ways.WAITS: 0.8, ways.OFFICE: 0.8, ways.OUTPOST: 0.4, ways.PHONE: 0.2, ways.PROXY: 0.4,
        ways.ONLINE: 0.6, ways.VISIT: 0.8,
    }),
    (errands_of_rows.take_along, (0.25, 3.0, 1.0, 0), {ways.WAITS: 0.8, ways.OUTPOST: 0.4}, {
        ways.WAITS: 0.6, ways.OFFICE: 0.15, ways.OUTPOST: 0.45,
    }),
    (errands_of_rows.take_along, (0.0, 0.0, 0.0, 0), {ways.WAITS: 0.8}, {ways.WAITS: 0.8}),
    (desks.fill_chances, (0.75, 0.625, OFFER), {}, {
        ways.GROUP_LEADER: 1.0, ways.OFFICE: 0.375, ways.OUTPOST: 0.75, ways.PROXY: 0.375,
        ways.ONLINE: 0.75, ways.PHONE: 0.75, ways.VISIT: 0.625,
    }),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "arguments", "before", "after"), FILLED)
def test_a_rule_fills_what_its_equation_says(rule, arguments, before, after):
    of_kinds = np.zeros((2, ways.WAITS + 1))
    out = of_kinds[0]
    for way, value in before.items():
        out[way] = value
    rule.py_func(*arguments, out if rule is desks.fill_chances else of_kinds)
    assert {int(way): out[way] for way in np.flatnonzero(out)} == pytest.approx(after)


@pytest.mark.parametrize(("rule", "arguments", "gives"), EXAMPLES)
def test_a_rule_gives_what_its_equation_says(rule, arguments, gives):
    assert rule.py_func(*arguments) == pytest.approx(gives, rel=1e-12)


def test_every_rule_has_an_example():
    told = {rule.py_func for rule, *_ in EXAMPLES + FILLED}
    for found in pkgutil.iter_modules(sim.model.processes.__path__):
        module = importlib.import_module(f"sim.model.processes.{found.name}")
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            if f"@rule\ndef {name}(" in source:
                assert value.py_func in told, f"{found.name}.{name}"
