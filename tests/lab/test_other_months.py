"""Points that end in different months: each is read at its own end, and that is said."""

import numpy as np
import pytest

from sim import load_results
from sim.errors import InputError
from sim.lab.answers import read
from sim.lab.design.points import months_between
from sim.lab.file.loading import load_experiment
from sim.lab.one_run.twins import twin
from sim.lab.planning import check
from sim.lab.printing import results_text
from sim.report.experiment import reform_month, village_effects

TWO = """config: tiny.yaml
method: compare
arms:
  none: {policies: {merger: null, combined_role: null}}
  whole: {}
replicates: 2
set: {months: 16, scale: 100}
record: {villagers: last, villages: monthly}
"""
FACTORS = ["months: [10, 16]", "start: ['2018-12', '2019-02']"]


def everyone(results):
    winners = read(results)["winners"]
    return winners[(winners["by"] == "everyone") & (winners["state"] == "trust")]


@pytest.mark.parametrize("factor", FACTORS)
def test_a_factor_of_months_has_its_own_last_span(write, run, factor):
    results = load_results(run(write(f"{TWO}factors: {{{factor}}}\n")))
    rows, people = everyone(results), results.villagers
    own = people.groupby("point").size() / 2
    assert len(rows) == 2 and (rows["people"] > 0.9 * own.min()).all()
    for row, (one, other) in zip(rows.to_dict("records"), ((3, 1), (4, 2)), strict=True):
        pair = people[people["point"] == one].merge(
            people[people["point"] == other], on=["replicate", "villager"]
        )
        pair = pair[pair["age_x"] == pair["age_y"]]
        change = (pair["trust_x"] - pair["trust_y"]).groupby(pair["replicate"]).mean().mean()
        assert row["effect"] == pytest.approx(change, rel=1e-5)
    assert "not of the same months" not in results_text(results)


def test_arms_that_end_apart_are_read_at_their_ends_and_it_is_said(write, run):
    text = TWO.replace("whole: {}", "whole: {months: 13}")
    results = load_results(run(write(text)))
    (row,) = everyone(results).to_dict("records")
    assert row["people"] > 0.9 * len(results.villagers) / 4  # three months older, the same people
    frame, point, against = village_effects(results, "service_reach")
    table = results.villages

    def own(number):
        rows = table[table["point"] == number]
        months = sorted(rows["month"].unique())[-12:]
        return (
            rows[rows["month"].isin(months)].groupby(["code", "replicate"])["service_reach"].mean()
        )

    expected = (own(point) - own(against)).groupby("code").mean()
    got = frame.set_index("code")["effect"]
    assert got.to_numpy() == pytest.approx(expected[got.index].to_numpy(), rel=1e-5)
    assert set(frame["kind"]) <= {"absorbed", "absorbing", "unmerged"}
    said = "not of the same months: whole 2019-01 to 2020-01, none 2019-01 to 2020-04"
    assert said in results_text(results) and "月份不同" in results_text(results, "zh")
    assert "months        whole 2019-01 to 2020-01, none" in check(write(text), None, 1)[1]


def test_end_values_name_the_months_they_are_means_of(write, run):
    results = load_results(run(write(f"{TWO}factors: {{months: [10, 16]}}\n")))
    assert results.end_months() == "10-12"
    assert "mean of the last 10-12 months" in results_text(results)
    assert set(results.months().values()) == {"2019-01 to 2019-10", "2019-01 to 2020-04"}
    assert months_between("2019-01 to 2020-04") == 16
    short = load_results(run(write(TWO.replace("months: 16", "months: 5")), "short"))
    assert "mean of the last 5 months" in results_text(short)


def test_no_month_of_the_reform_is_drawn_where_points_differ_in_it(write, run):
    text = TWO.replace("villages: monthly", "villages: off")
    assert reform_month(load_results(run(write(text)))) == np.datetime64("2019-04")
    text += "factors: {reform: ['2019-04', '2019-06']}\n"
    assert reform_month(load_results(run(write(text), "reforms"))) is None


def test_twins_are_people_of_both_points(write, run):
    text = TWO.replace("whole: {}", "whole: {months: 8}\n  later: {start: '2019-02'}")
    out = run(write(text.replace("16", "12")))
    assert "2019-09" not in twin(out, 3, "none", "whole")
    with pytest.raises(InputError, match="take two points with the same people"):
        twin(out, 3, "none", "later")


AT = """config: tiny.yaml
method: calibrate
factors: {{parameters.trust.merger_shock: prior}}
record: {{county: {record}}}
targets: {{t: {{outcome: trust, at: {at}, value: 1, sd: 1, source: made up}}}}
"""


@pytest.mark.parametrize("at", ["2019-01", "2019-03", "2019-06"])
def test_a_target_of_a_month_that_every_run_records(write, at):
    made = load_experiment(write(AT.format(at=at, record="monthly")))
    assert made.spec.targets["t"].at == at  # pyright: ignore


@pytest.mark.parametrize(
    ("at", "record", "said"),
    [
        ("2030-01", "monthly", "t.at: 2030-01 is in no run; recorded are 2019-01 to 2019-06"),
        ("2018-12", "monthly", "is in no run"),
        ("2019-07", "monthly", "is in no run"),
        ("2019-02", "yearly", "t.at: needs record: {county: monthly}"),
    ],
)
def test_a_target_of_a_month_that_no_run_records_is_refused(write, at, record, said):
    with pytest.raises(InputError) as caught:
        load_experiment(write(AT.format(at=at, record=record)))
    assert said in str(caught.value) and ":5:" in str(caught.value)
