"""Levers and parameters are set only where something takes them, and tables say so."""

import numpy as np
import pandas as pd
import pytest

from sim import load_results
from sim.errors import InputError
from sim.lab.answers import read
from sim.lab.design import points as designs
from sim.lab.design.contrasts import cells, contrasts
from sim.lab.file.loading import load_experiment
from sim.lab.planning import check
from sim.lab.printing import results_text
from sim.model.outcomes.catalogue import HEADLINE
from sim.report.experiment import point_names
from sim.report.experiment_page import experiment_page

SHARE = "policies.combined_role.share"
COMBINED = f"""config: tiny.yaml
method: compare
arms:
  none: {{policies: {{merger: null, combined_role: null}}}}
  merger: {{policies.combined_role: null}}
  both:
factors: {{{SHARE}: [0.5, 1]}}
replicates: 3
record: {{villagers: last}}
"""


def build(path):
    experiment = load_experiment(path)
    design = designs.build(experiment)
    designs.check_points(experiment, design)
    assert designs.count(experiment) == len(design.points)
    return experiment, design


def labels(design):
    return [tuple(point.labels.values()) for point in design.points]


def test_a_lever_is_set_only_in_arms_that_have_its_policy(write, run):
    experiment, design = build(write(COMBINED))
    assert labels(design) == [("none",), ("merger",), ("both", 0.5), ("both", 1)]
    configs = [designs.settle(designs.tree_of(p, experiment), []).config for p in design.points]
    roles = [config.policies.combined_role for config in configs]
    assert [role and role.share for role in roles] == [None, None, 0.5, 1.0]
    results = load_results(run(write(COMBINED)))
    assert results.design[SHARE].tolist() == pytest.approx([np.nan, np.nan, 0.5, 1], nan_ok=True)
    alone = COMBINED.replace(f"factors: {{{SHARE}: [0.5, 1]}}\n", "")
    plain = load_results(run(write(alone, "alone"), "alone"))
    ends = results.outcomes(["cadre_workload"]).groupby("point")["cadre_workload"].mean()
    expected = plain.outcomes(["cadre_workload"]).groupby("point")["cadre_workload"].mean()
    assert ends[[1, 2, 4]].tolist() == expected[[1, 2, 3]].tolist()  # both: share 1, as written


def test_tables_of_arms_with_fewer_points_say_what_ran(write, run):
    results = load_results(run(write(COMBINED)))
    rows = results.effects(["trust"])
    assert rows[["arm", "point", "against"]].to_numpy().tolist() == [
        ["merger", 2, 1],
        ["both", 3, 1],
        ["both", 4, 1],
    ]
    found = read(results)
    trust = found["ranking"][found["ranking"]["outcome"] == "service_reach"]
    assert trust[SHARE].tolist() == [0.5, 1]  # every arm in both rows
    assert (trust["ranking"].str.count("none|merger|both") == 3).all()
    people = found["winners"].query("by == 'everyone' and state == 'trust'")
    assert people["arm"].tolist() == ["merger", "both", "both"]
    assert found["inequality"]["arm"].tolist() == ["none", "merger", "both", "both"]
    assert list(point_names(results, "en").values())[:2] == ["none", "merger"]
    text = results_text(results)
    assert "merger  - " in text and "nan" not in text and "None" not in text
    page = str(experiment_page(results, "en"))
    assert "combined_role.share = 0.5, 1" in page and "'nan'" not in page
    assert f"'{SHARE}', ' 0.5, 1', 'both'" in page


def test_an_arm_is_compared_with_every_level_of_what_it_is_compared_with(write, run):
    path = write(COMBINED.replace("arms:", "baseline: both\narms:"))
    results = load_results(run(path))
    rows = results.effects(["trust"])
    assert rows[["arm", SHARE, "point", "against"]].to_numpy().tolist() == [
        ["none", 0.5, 1, 3],
        ["none", 1.0, 1, 4],
        ["merger", 0.5, 2, 3],
        ["merger", 1.0, 2, 4],
    ]
    runs = results.outcomes(["trust"]).pivot_table("trust", "replicate", "point")
    assert rows["effect"].tolist() == pytest.approx(
        [(runs[a] - runs[b]).mean() for a, b in rows[["point", "against"]].to_numpy()]
    )
    assert len(read(results)["inequality"]) == 6


def test_points_and_what_they_are_compared_with():
    """Arms that take other factors meet at the levels that both have."""
    points = [
        (1, {"arm": "a", "x": 1, "y": None, "z": "p"}),
        (2, {"arm": "a", "x": 2, "y": None, "z": "p"}),
        (3, {"arm": "a", "x": 1, "y": None, "z": "q"}),
        (4, {"arm": "a", "x": 2, "y": None, "z": "q"}),
        (5, {"arm": "b", "x": np.nan, "y": 0.5, "z": "p"}),
        (6, {"arm": "b", "x": np.nan, "y": 0.5, "z": "q"}),
    ]
    assert contrasts("compare", "a", points) == [(5, 1), (5, 2), (6, 3), (6, 4)]
    assert contrasts("compare", "b", points) == [(1, 5), (2, 5), (3, 6), (4, 6)]
    assert [cell.levels for cell in cells(points)][:2] == [
        {"x": 1, "y": 0.5, "z": "p"},
        {"x": 1, "y": 0.5, "z": "q"},
    ]
    assert contrasts("factorial", None, points) == [(n, 1) for n in range(2, 7)]
    assert contrasts("lhs", None, points) == []


@pytest.mark.parametrize(
    "method", ["compare", "factorial", "discover", "lhs", "sobol", "morris", "search", "calibrate"]
)
def test_a_lever_that_no_configuration_takes_is_refused_at_its_line(write, method):
    more = {
        "compare": "arms: {a: {}, b: {}}\n",
        "discover": "arms: {a: {}, b: {}}\noutcome: trust\n",
        "search": "objectives: {trust: more}\n",
        "calibrate": "targets: {t: {outcome: trust, value: 1, sd: 1, source: x}}\n",
    }
    levels = "[0, 0.1]" if method in ("compare", "factorial", "discover") else "{from: 0, to: 0.1}"
    text = f"config: tiny.yaml\nmethod: {method}\n{more.get(method, '')}factors:\n"
    text += f"  parameters.trust.merger_shock: {'prior'}\n  policies.pay.growth: {levels}\n"
    path = write(text)
    line = text.count("\n")
    with pytest.raises(InputError, match="no configuration here has the policy pay") as caught:
        load_experiment(path)
    assert str(caught.value).startswith(f"{path}:{line}:3: factors.policies.pay.growth: ")


def test_a_sample_with_a_lever_that_no_configuration_takes_is_refused(write):
    text = "config: tiny.yaml\nmethod: factorial\nfactors:\n  parameters: {sample: {%s: [1, 2]}}\n"
    with pytest.raises(InputError, match=r":4:3: .*the sample has policies.pay.growth"):
        load_experiment(write(text % "policies.pay.growth"))


def test_parameters_of_a_mechanism_that_is_off_are_not_set(write, run):
    key = "parameters.trust.peer_weight"
    text = f"""config: tiny.yaml
method: compare
arms: {{all: {{}}, no_peers: {{switched_off: [peers]}}}}
factors: {{{key}: [0.1, 0.3], parameters.trust: prior}}
replicates: 2
"""
    grid = text.replace(", parameters.trust: prior", "")
    assert labels(build(write(grid))[1]) == [("all", 0.1), ("all", 0.3), ("no_peers",)]
    drawn = text.replace(f"{key}: [0.1, 0.3], ", "")
    _, design = build(write(drawn))
    assert design.unset() == {key: [2]} and "parameters.trust.habituation" in design.drawn
    results = load_results(run(write(drawn)))
    assert results.runs["status"].eq("done").all()
    assert results.runs.groupby("point")[key].count().tolist() == [2, 0]
    off = text.replace("all: {}, ", "all: {switched_off: [peers]}, ")
    with pytest.raises(InputError, match="peer_weight: belongs to peers, which switched_off names"):
        load_experiment(write(off.replace(", parameters.trust: prior", "")))
    whole = load_experiment(write(off.replace(f"{key}: [0.1, 0.3], ", "")))
    assert key not in whole.factors and "parameters.trust.habituation" in whole.factors


def test_a_mechanism_switched_off_by_a_factor_takes_no_parameter(write):
    text = """config: tiny.yaml
method: factorial
factors:
  switched_off: {levels: {all: [], no peers: [peers]}}
  parameters.trust.peer_weight: [0.1, 0.3]
  scale: [500, 600]
"""
    experiment = load_experiment(write(text))
    design = designs.build(experiment)
    designs.check_points(experiment, design)
    assert [p.labels.get("parameters.trust.peer_weight") for p in design.points] == [
        *[0.1, 0.1, 0.3, 0.3],
        *[None, None],
    ]


def test_a_whole_policy_as_a_factor(write):
    levels = "policies.pay: {levels: {none: null, raised: {secretary: 3300}}}"
    text = COMBINED.replace(f"{SHARE}: [0.5, 1]", levels)
    _, design = build(write(text))
    assert len(design.points) == 6  # no arm has it: the factor brings it to all
    text = text.replace("  both:\n", "  both: {policies.pay: {growth: 0.1}}\n")
    assert labels(build(write(text))[1]) == [
        *[("none",), ("merger",)],
        *[("both", "none"), ("both", "raised")],
    ]


def test_parts_that_are_off_take_no_lever(write, run):
    text = f"""config: tiny.yaml
method: compare
parts: {{merger: [merger], role: [combined_role]}}
factors: {{{SHARE}: [0.5, 1]}}
replicates: 2
"""
    results = load_results(run(write(text)))
    arms = ["none", "merger", "role", "role", "merger + role", "merger + role"]
    assert results.design["arm"].tolist() == arms
    shares = read(results)["shapley"]
    assert shares.groupby(SHARE).size().to_dict() == dict.fromkeys((0.5, 1.0), 3 * len(HEADLINE))
    whole = results.effects(["trust"]).set_index(["arm", SHARE])["effect"]
    told = shares[shares["outcome"] == "cadre_workload"].set_index([SHARE, "part"])["shapley"]
    whole = results.effects(["cadre_workload"]).set_index(["arm", SHARE])["effect"]
    for share in (0.5, 1.0):
        assert told[share, "whole reform"] == pytest.approx(whole["merger + role", share])


def test_discover_answers_at_each_level(write, run):
    text = COMBINED.replace("method: compare", "method: discover\noutcome: cadre_workload")
    text = text.replace("[0.5, 1]}", "[0.5, 1], parameters.service.request_rate: prior}")
    results = load_results(run(write(text.replace("replicates: 3", "replicates: 8"))))
    found = read(results)
    assert found["failure"][SHARE].tolist() == [0.5, 1.0]
    assert found["regret"]["arm"].tolist() == ["none", "merger", "both"] * 2
    runs = results.outcomes(["cadre_workload"]).pivot_table("cadre_workload", "replicate", "point")
    for share, point in ((0.5, 3), (1.0, 4)):
        fails = (runs[1] - runs[point] < 0).mean()  # less workload is better
        assert found["failure"].set_index(SHARE)["fails"][share] == pytest.approx(fails)


def test_a_lever_in_set_does_not_bring_a_policy_to_some_arms(write, place):
    text = COMBINED.replace(f"factors: {{{SHARE}: [0.5, 1]}}\n", "")
    (place / "plain.yaml").write_text(
        (place / "tiny.yaml").read_text("utf-8").replace("  combined_role: {share: 1.0}\n", ""),
        "utf-8",
    )
    text = text.replace(
        "  merger: {policies.combined_role: null}\n", "  merger: {config: plain.yaml}\n"
    )
    for given, overrides in ((f"set: {{{SHARE}: 0.5}}\n", None), ("", {SHARE: 0.5})):
        heads = load_experiment(write(text + given), overrides).heads
        roles = [head.config.policies.combined_role for head in heads]
        assert [role and role.share for role in roles] == [None, None, 0.5]
    brought = load_experiment(write(text), {"policies.pay.growth": 0.1}).heads
    assert all(head.config.policies.pay.growth == 0.1 for head in brought)  # no arm had it
    added = text.replace("  both:\n", "  both: {policies: {pay: {secretary: 3300}}}\n")
    brought = load_experiment(write(added), {"policies.pay.growth": 0.1}).heads
    pays = [head.config.policies.pay for head in brought]
    assert [pay and pay.growth for pay in pays] == [None, None, 0.1]


def test_the_plan_names_the_policies_that_run(write, monkeypatch):
    plan, text = check(write(COMBINED), None, 1)
    assert plan.points == 4 and "design points 4" in text
    none, merger = text.partition("\nnone")[2], text.partition("\nmerger\n")[2]
    assert "combined_role" not in none.partition("both")[0]
    assert "combined_role" not in merger.partition("both")[0] and "combined_role" in text
    started = COMBINED.replace(f"{SHARE}: [0.5, 1]", "policies.merger.start: [2019-04, 2019-06]")
    _, text = check(write(started), None, 1)
    assert "none: no policy" not in text  # headcount stays
    assert "merger = " not in text and "policies.merger.start = 2019-06" in text
    assert text.count("2019-06 to 2019-07") == 2


def test_points_that_are_alike_are_simulated_once(write, run):
    """A calibration's points of an arm without the lever are one run under several numbers."""
    text = f"""config: tiny.yaml
method: calibrate
arms: {{all: {{}}, none: {{policies.combined_role: null}}}}
factors: {{{SHARE}: {{from: 0, to: 1}}}}
targets: {{t: {{outcome: cadre_workload, against: none, value: -1, sd: 1, source: made up}}}}
samples: 20
waves: 1
replicates: 2
truths: 0
"""
    seen = []
    results = load_results(run(write(text), tell=seen.append))
    assert len(results.runs) == 80 and seen[-1].done == seen[-1].total == 42
    assert results.design.groupby("arm")[SHARE].count().to_dict() == {"all": 20, "none": 0}
    first = text.replace(
        "{all: {}, none: {policies.combined_role: null}}",
        "{none: {policies.combined_role: null}, all: {}}",
    )
    first = first.replace("against: none", "arm: all, against: none")
    again = load_results(run(write(first, "first"), "first"))
    one, other = (read(found)["posterior"] for found in (results, again))
    pd.testing.assert_frame_equal(one, other)
