"""One at a time: points, what is compared, swings by hand, arms; and --set on the file itself."""

import numpy as np
import pytest

from sim.errors import InputError
from sim.lab.answers import read
from sim.lab.design.contrasts import contrasts
from sim.lab.design.points import build, count
from sim.lab.file.loading import load_experiment
from sim.lab.store.reading import ExperimentResults
from sim.report.opened import load_results

ONE = """config: tiny.yaml
method: one_at_a_time
factors:
  policies.headcount.lines: {from: 2, to: 8}
  parameters.service.road_detour: prior
  variants.desk: [service_hours, presence]
replicates: 3
"""
ARMS = ONE + "arms: {none: {policies: {headcount: null}}, both: {}}\n"


def test_each_factor_is_at_its_ends_once(write):
    experiment = load_experiment(write(ONE))
    design = build(experiment)
    assert count(experiment) == len(design.points) == 7
    values = [point.values for point in design.points]
    assert values[:3] == [{}, {"policies.headcount.lines": 2}, {"policies.headcount.lines": 8}]
    known = experiment.range_of("parameters.service.road_detour")
    ends = [v["parameters.service.road_detour"] for v in values if "parameters" in str(v)]
    assert ends == [known.low, known.high]
    points = [(p.number, p.labels) for p in design.points]
    assert contrasts("one_at_a_time", None, points) == [(n, 1) for n in range(2, 8)]


def test_an_arm_without_the_policy_has_no_such_points_and_is_compared(write):
    design = build(load_experiment(write(ARMS)))
    points = [(p.number, p.labels) for p in design.points]
    assert len(points) == 5 + 7
    pairs = contrasts("one_at_a_time", "none", points)
    assert (6, 1) in pairs and (7, 6) in pairs and (2, 1) in pairs and (7, 1) not in pairs


def test_swings_are_paired_differences(run, write):
    results = load_results(run(write(ARMS), workers=1))
    tables = read(results)
    swings, effects = tables["swings"], tables["effect_swings"]
    row = swings.query("arm == 'both' and parameter == 'policies.headcount.lines'")
    row = row[row["outcome"] == "cadre_workload"].iloc[0]
    runs = results.runs.pivot_table("cadre_workload", "replicate", "point")
    middle, low, high = runs[6], runs[7], runs[8]
    assert row["reference"] == pytest.approx(middle.mean()) and row["default"] == "4.0"
    assert row["at_from"] == pytest.approx((low - middle).mean())
    assert row["at_to"] == pytest.approx((high - middle).mean())
    half = 4.302652729911275 * (high - low).std(ddof=1) / np.sqrt(3)
    assert row["swing_high"] - row["swing"] == pytest.approx(half)
    assert row["swing"] > 0  # more lines, more to do
    own = effects[effects["parameter"] == "policies.headcount.lines"]
    own = own[own["outcome"] == "cadre_workload"].iloc[0]
    assert own["reference"] == pytest.approx((runs[6] - runs[1]).mean())
    assert own["swing"] == pytest.approx(row["swing"])  # the baseline does not take the factor
    first = swings[swings["arm"] == "none"].groupby("outcome", sort=False)["swing"].first().abs()
    most = swings[swings["arm"] == "none"]["swing"].abs().groupby(swings["outcome"]).max()
    assert (first == most[first.index]).all()
    for arm in ("both", "none"):
        assert results.plot.tornado(arm=arm).axes
    with pytest.raises(InputError, match="no arm is called"):
        results.plot.tornado(arm="bth")
    assert results.plot.parallel().axes and results.plot.pairs().axes


@pytest.mark.parametrize("given", ["[1, 2, 3]", "[4]"])
def test_a_list_has_two_ends(write, given):
    text = ONE.replace("{from: 2, to: 8}", given)
    with pytest.raises(InputError, match="takes a low and a high one"):
        load_experiment(write(text))


def test_set_changes_the_experiment_itself(write):
    path, lines = write(ONE), "factors.policies.headcount.lines"
    changed = load_experiment(path, {lines: [3, 4], "replicates": 5, "months": 5})
    assert changed.spec.replicates == 5 and changed.heads[0].config.months == 5
    assert changed.factors["policies.headcount.lines"].values == (3, 4)
    assert len(load_experiment(path, {lines: None}).factors) == 2
    with pytest.raises(InputError, match="is a factor, which every design point sets"):
        load_experiment(path, {"policies.headcount.lines": 3})


def test_sampled_experiments_are_scored(run, write):
    pytest.importorskip("sklearn")
    text = """config: tiny.yaml
method: lhs
factors: {parameters.service.road_detour: prior, policies.headcount.lines: {from: 2, to: 8}}
samples: 16
"""
    results = load_results(run(write(text), workers=1))
    scores = read(ExperimentResults(results.folder))["features"]
    workload = scores[scores["outcome"] == "cadre_workload"]
    assert workload["parameter"].iloc[0] == "policies.headcount.lines"
    assert workload["score"].sum() == pytest.approx(1.0)
    assert len(results.features(["trust"])) == 2
    assert results.plot.features().axes and results.plot.parallel().axes
