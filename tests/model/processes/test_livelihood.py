"""Livelihood: wages move migration, money is spent or saved, loans are paid or written off."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.agents.villager import AWAY, ENTREPRENEUR
from sim.model.county import CountyModel
from sim.model.ledger import differences
from sim.model.parameters import Values
from sim.model.processes import households, livelihood
from sim.run import simulate


def test_the_pull_is_none_where_base_rates_hold_and_follows_the_wage_gap():
    def pull(gain=0.78, gone=0.4, skill=0.5):
        return livelihood.pull(gain, 0.78, gone, 0.4, skill, 1.0, 1.0, 0.8)

    assert pull() == 0.0
    assert pull(gain=1.0) == pytest.approx(0.22)
    assert pull(gone=0.5) == pytest.approx(0.1) and pull(skill=1.0) == pytest.approx(0.4)


@settings(deadline=None)
@given(out=st.floats(-2, 2), age=st.floats(300, 719), more=st.floats(0.01, 1))
def test_what_draws_people_away_keeps_those_away_from_returning(out, age, more):
    def weight(away, pull, months=age):
        return livelihood.move_weight(away, months, pull, 0.04, 0.015, 0.09, 0.01)

    assert weight(True, out + more) < weight(True, out)
    assert weight(False, out + more) > weight(False, out)
    assert weight(True, out, age + 12) > weight(True, out)
    assert weight(False, 0.0, 200.0) == pytest.approx(0.09 / 0.91)


@settings(deadline=None)
@given(lot=st.floats(0, 1, exclude_max=True), share=st.floats(0, 1))
def test_decisions_fall_in_a_month_of_the_year(lot, share):
    assert 1 <= livelihood.decides_in(lot, share) <= 12


def test_most_decide_around_the_spring_festival():
    lots = (np.arange(1000) + 0.5) / 1000
    months = np.array([livelihood.decides_in(lot, 0.6) for lot in lots])
    assert (months == 2).mean() == pytest.approx(0.6 + 0.4 / 12, abs=0.002)
    assert np.bincount(months, minlength=13)[1:].min() > 30


@pytest.mark.parametrize("parameter", ["out_wage", "local_wage", "local_days_share"])
def test_wages_and_work_move_migration(make_config, parameter):
    """A3: more away, higher; more at home, lower."""
    ranges = {"out_wage": (4000, 4600), "local_wage": (3000, 3700), "local_days_share": (0.35, 0.8)}
    low, high = (
        simulate(make_config(months=48, parameters={"livelihood": {parameter: float(value)}}))
        .recorder.county["away_share"][-1]
        for value in ranges[parameter]
    )  # fmt: skip
    assert (high > low) == (parameter == "out_wage")


def test_jobs_in_ventures_keep_people_at_home(make_config):
    few, many = (
        simulate(make_config(months=48, parameters={"livelihood": {"jobs_per_venture": value}}))
        for value in (1.5, 3.8)
    )
    assert many.work_found.mean() > few.work_found.mean()
    assert many.recorder.county["away_share"][-1] < few.recorder.county["away_share"][-1]


def test_expected_profit_draws_people_into_ventures(make_config):
    """A higher return brings more starts, unless people do not care; so does a cheaper loan."""

    def started(response, **policy):
        block = {"entrepreneurship": policy} if policy else {}
        found = []
        for value in (0.05, 0.25):
            livelihood = {"venture_return": value, "profit_response": response}
            config = make_config(block, months=30, scale=1, parameters={"livelihood": livelihood})
            found.append(simulate(config).recorder.county["ventures_started"].sum())
        return found

    low, high = started(2.0)
    assert high > 1.3 * low
    low, high = started(0.0)
    assert high == pytest.approx(low, rel=0.1)  # only through what owners save
    loans = [started(2.0, number=60, loan=3e5, interest=rate)[0] for rate in (0.2, 0.0)]
    assert loans[1] > loans[0]


def test_ventures_are_at_rest_and_have_the_jobs_of_the_literature(make_config):
    county = simulate(make_config(months=60, scale=1))
    ventures, jobs = (county.recorder.county[key] for key in ("ventures", "venture_jobs"))
    assert ventures[48:].mean() / ventures[:12].mean() == pytest.approx(1.0, abs=0.15)
    assert 1.5 < (jobs / ventures).mean() < 3.8
    survival = county.recorder.county["venture_survival"][36:].mean()
    assert 0.6 < survival < 0.95
    started, closed = (county.recorder.county[f"ventures_{k}"] for k in ("started", "closed"))
    assert ventures[-1] - ventures[0] == pytest.approx(started[1:].sum() - closed[1:].sum())


@settings(deadline=None)
@given(
    capital=st.integers(0, 2 * 10**9),
    loan=st.integers(0, 2 * 10**9),
    due=st.integers(0, 10**8),
    rate=st.floats(0, 1),
    can=st.integers(0, 10**9),
)
def test_a_venture_pays_no_more_than_it_can(capital, loan, due, rate, can):
    rent, interest, instalment = households.dues(capital, loan, due, rate, 0.0, can)
    assert rent == 0 and 0 <= interest <= loan * rate / 12
    assert 0 <= instalment <= min(due, loan)
    assert interest + instalment <= can
    free = households.dues(capital, loan, due, rate, 0.01, 10**15)
    assert free[1] == int(loan * rate / 12) and free[2] == min(due, loan)


def test_loans_bear_interest_and_are_repaid_after_the_policy_ended(make_config):
    """B3: the loan keeps its interest, and its principal comes back."""
    block = {"number": 40, "loan": 20_000.0, "interest": 0.08, "term": 1.0, "end": "2019-10"}
    county = CountyModel(make_config({"entrepreneurship": block}, scale=1, months=30))
    owed, interest, repaid = [], 0, 0
    for _ in range(30):
        county.step()
        owed.append(-county.ledger.stock("ventures", "loans"))
        if county.month % 12 == 11 and county.month // 12 == 2019:
            interest = county.ledger.paid("ventures", "interest")
        repaid += county.ledger.paid("ventures", "repayments")
    assert max(owed) > 0 and interest > 0 and repaid > 0
    assert owed[-1] < 0.2 * max(owed)  # what is left, owners could not pay
    assert set(differences(county).values()) == {0.0}


def test_a_death_ends_the_venture_and_the_bank_loses_the_loan(make_config):
    county = CountyModel(make_config({"entrepreneurship": {"number": 60, "loan": 3e5}}, scale=1))
    county.run_for(14)
    people = county.villagers
    row = int(np.flatnonzero(people["venture_loan"] > 0)[0])
    loan, savings = int(people["venture_loan"][row]), int(people["savings"][row])
    people["birth_month"][row] = county.month - 129 * 12  # as good as dead
    county.values = Values({"people": {"gompertz_level": 1.0}})
    county.step()
    assert people["labour"][row] != ENTREPRENEUR and people["venture_capital"][row] == 0
    lost = county.ledger.closed[-1].changes["banks", "loans", "written_off"]
    assert lost <= -loan and people["savings"][row] > 0.9 * savings  # heirs keep the savings
    assert set(differences(county).values()) == {0.0}


def test_ventures_that_close_are_counted(make_config):
    county = CountyModel(make_config(months=24, spin_up=0))
    counted, closed = [], []
    for _ in range(24):
        before = county.villagers["venture_capital"] > 0
        county.step()
        ended = before & (county.villagers["venture_capital"] == 0)
        closed.append(5.0 * ended.sum())  # a row is 5 persons
        counted.append(county.recorder.county["ventures_closed"][county.recorder.done - 1])
    assert counted == closed and sum(closed) > 0


def test_savings_are_some_months_of_own_income_from_the_start(make_config):
    """B7: nothing is taken before the first month."""
    county = CountyModel(make_config(spin_up=0, scale=1))
    people = county.villagers
    away = people["labour"] == AWAY
    months = people["savings"][away] / 100.0 / people["income"][away]
    assert months.mean() == pytest.approx(8.0, rel=0.1)
    assert (people["savings"] >= 0).all()


def test_what_migrants_send_home_is_what_residents_receive(make_config):
    """To the fen, village by village; a village without residents is sent nothing."""
    less, some = (
        CountyModel(make_config(spin_up=0, parameters={"livelihood": {"remitted_share": share}}))
        for share in (0.10, 0.35)
    )
    for county in (less, some):
        county.villagers["labour"][: county.village_start[1]] = AWAY
        county.villagers["venture_capital"][:] = 0
        households.set_incomes(county)
    away = less.villagers["labour"] == AWAY
    gained = np.rint(100.0 * (some.villagers["income"].astype(float) - less.villagers["income"]))
    assert (gained[: less.village_start[1]] == 0).all()
    rest = slice(less.village_start[1], None)
    assert (gained[rest][away[rest]] < 0).all() and (gained[rest][~away[rest]] > 0).all()
    total = np.add.reduceat(gained, less.village_start[:-1])
    assert np.abs(total).max() < 10.0  # fen: incomes are shown in float32
    wage = (
        100.0 * less.values.livelihood.out_wage * (0.5 + less.villagers["skill"][rest][away[rest]])
    )
    assert gained[rest][away[rest]] == pytest.approx(-0.25 * wage, abs=3.0)


def test_residents_have_the_income_of_rural_sichuan(make_config):
    """15,929 yuan a year (14,600-19,052); elders live on more than a pension."""
    county = simulate(make_config(scale=1))
    income, people = county.recorder.county["resident_income"], county.villagers
    assert 14_600 < income.mean() < 19_052
    age = (county.month - people["birth_month"]) / 12.0
    young, old = ((age >= 60) & (age < 75)), age >= 75
    assert people["income"][young].mean() > people["income"][old].mean() + 400.0
    assert people["income"][old].min() > 180.0


def test_households_neither_pile_up_nor_run_down_money(make_config):
    county = CountyModel(make_config(months=84, variants={"trends": "constant"}))
    county.step()
    before = county.ledger.stock("villagers")
    county.run_for(83)
    assert county.ledger.stock("villagers") / before == pytest.approx(1.0, abs=0.15)


def test_who_comes_back_is_counted_and_known(make_config):
    county = CountyModel(make_config(scale=1))
    for _ in range(12):
        away = county.villagers["labour"] == AWAY
        county.step()
        people = county.villagers
        back = away & (people["labour"] != AWAY) & people["returned"]
        assert county.recorder.county["returns"][county.recorder.done - 1] == back.sum()
