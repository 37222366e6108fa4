"""Numbers of runs: what a measure is of them, and what a search makes of it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.lab.answers.calibrate import _targets
from sim.lab.answers.common import measured
from sim.lab.answers.discover import NO_BETTER, NO_BOUND, STANDS, judged, worlds
from sim.lab.design.batches import judged as scored
from sim.lab.design.contrasts import Cell
from sim.lab.design.measures import Measure
from sim.lab.file.schema import Calibrate, Search
from sim.lab.methods.prim import find_box
from sim.lab.planning import Plan
from sim.lab.running.growing import Growth

TRUST = {1: [0.5, 0.25], 2: [0.6, 0.5], 3: [0.4, 0.2], 4: [0.1, np.nan]}


@pytest.fixture
def results():
    """Two cells of two arms, points 1 to 4, with two replicates each."""
    design = pd.DataFrame({"point": [1, 2, 3, 4], "arm": ["none", "all", "none", "all"]})
    rows = [(p, r + 1, TRUST[p][r]) for r in range(2) for p in (3, 1, 4, 2)]
    runs = pd.DataFrame(rows, columns=["point", "replicate", "trust"])
    early = runs.assign(month=pd.Timestamp("2020-05-01"), trust=runs["trust"] + 1.0)
    late = runs.assign(month=pd.Timestamp("2020-06-01"))
    before = runs.assign(month=pd.Timestamp("2020-04-01"), trust=9.0)
    county = pd.concat([late, early, before])
    return SimpleNamespace(design=design, runs=runs, county=county, worlds=np.arange(2))


def test_measures_of_arms_and_of_their_difference(results):
    measures = [
        Measure("trust"),
        Measure("trust", arm="all"),
        Measure("trust", at="2020-05", arm="all"),
        Measure("trust", arm="all", against="none"),
        Measure("trust", arm="all", against="none", relative=True),
    ]
    found = measured(results, measures, "none")
    assert found.shape == (2, 2, 5)
    assert found[0].tolist() == pytest.approx(
        np.array([[0.5, 0.6, 1.6, 0.1, 0.2], [0.25, 0.5, 1.5, 0.25, 1.0]])
    )
    assert found[1, 0].tolist() == pytest.approx([0.4, 0.1, 1.1, -0.3, -0.75])
    assert np.isnan(found[1, 1, 1:]).all() and found[1, 1, 0] == 0.2


def test_worlds_are_rows_of_arms_in_which_more_is_better(results):
    results.runs["cadre_workload"] = results.runs["trust"]
    cell = Cell({}, {"none": 1, "all": 2})
    assert worlds(results, "trust", cell)[0].tolist() == [0.5, 0.6]
    assert worlds(results, "cadre_workload", cell)[0].tolist() == [-0.5, -0.6]


def test_a_target_beside_what_was_expected_and_is_predicted():
    target = {"outcome": "trust", "value": 1.0, "sd": 0.5, "source": "made up"}
    spec = Calibrate.model_validate(
        {
            "method": "calibrate",
            "config": "x.yaml",
            "factors": {"scale": {"from": 1, "to": 9}},
            "targets": {"a": target, "b": target | {"value": 3.0, "held_out": True}},
            "samples": 8,
            "waves": 4,
        }
    )
    emulator = SimpleNamespace(
        y=np.array([1.0, 2.0, 3.0, 4.0]),
        left_out=lambda: (np.array([1.5, 2.0, 3.0, 3.5]), None),
        predict=lambda drawn: (np.full(len(drawn), 1.75), np.zeros(len(drawn))),
    )
    outputs = np.linspace(0.0, 1.0, 11)[:, None, None] * np.ones((1, 2, 2))
    aim = SimpleNamespace(luck=np.array([0.04, 0.0]))
    a, b = _targets(spec, [emulator] * 2, aim, np.zeros((40, 1)), outputs)
    assert a["emulated"] == b["emulated"] == pytest.approx(0.9)
    assert a["floor"] == pytest.approx(0.4) and b["floor"] == 0.0
    assert (a["use"], b["use"]) == ("fitted", "held out")
    assert [a[f"prior_{q}"] for q in ("05", "50", "95")] == pytest.approx([0.0, 0.35, 0.7])
    assert a["predicted"] == pytest.approx(1.75, abs=0.02) and b["predicted"] == 1.75
    assert a["quantile_95"] - a["quantile_05"] == pytest.approx(2 * 1.645 * 0.2, rel=0.1)
    luck = 1.75 + 0.2 * np.random.default_rng(1).normal(size=(50, 40))  # of seed 1, 50 a set
    ends = [a[f"quantile_{q}"] for q in ("05", "95")]
    assert ends == pytest.approx(np.quantile(luck, [0.05, 0.95]).tolist())
    assert b["quantile_95"] == b["quantile_05"] == 1.75
    assert a["agrees"] and not b["agrees"]  # 3 - 1.75 is more than 1.645 x 0.5


@pytest.mark.parametrize(
    ("value", "agrees"), [(2.57, True), (2.58, False), (0.93, True), (0.92, False)]
)
def test_a_target_agrees_within_its_own_interval_around_what_is_predicted(value, agrees):
    """1.75 is predicted, surely; 1.645 x 0.5 either way are 0.9275 to 2.5725."""
    target = SimpleNamespace(value=value, sd=0.5, held_out=False, source="made up")
    spec = SimpleNamespace(targets={"a": target}, samples=1)
    emulator = SimpleNamespace(
        y=np.array([1.0, 1.0]),
        left_out=lambda: (np.array([1.0, 1.5]), None),
        predict=lambda drawn: (np.full(len(drawn), 1.75), np.full(len(drawn), -1e-9)),
    )
    aim = SimpleNamespace(luck=np.zeros(1))
    (row,) = _targets(spec, [emulator], aim, np.zeros((9, 1)), np.zeros((1, 1, 1)))  # pyright: ignore
    assert row["agrees"] == agrees and np.isnan(row["emulated"])


def test_a_cell_is_a_set_of_parameters_in_every_arm():
    """Points are numbered arm by arm: that is how a cell's are found again."""
    growth = SimpleNamespace(experiment=SimpleNamespace(heads=["none", "all"]))
    points = ["none 1", "none 2", "none 3", "all 1", "all 2", "all 3"]
    cells = Growth._cells(growth, points)  # pyright: ignore[reportArgumentType]
    assert cells == [["none 1", "all 1"], ["none 2", "all 2"], ["none 3", "all 3"]]


def test_a_search_wants_less_of_what_is_better_low_and_keeps_limits():
    spec = Search.model_validate(
        {
            "method": "search",
            "config": "x.yaml",
            "factors": {"scale": {"from": 1, "to": 9}},
            "objectives": {"trust": "more", "backlog": "less"},
            "limits": {"cadre_workload": {"at_most": 100}, "posts": {"at_least": 4}},
        }
    )
    means = np.array([[0.5, 20.0, 90.0, 3.0], [0.25, 30.0, 110.0, 6.0], [0.5, 20.0, 90.0, np.nan]])
    objectives, limits = scored(spec, means)
    assert objectives.tolist() == [[-0.5, 20.0], [-0.25, 30.0], [1e30, 1e30]]
    assert limits.tolist() == [[-10.0, 1.0], [10.0, -2.0], [1e30, 1e30]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"points": 10_001}, "100,010 runs"),
        ({"run_seconds": 3.0}, "about 4.2 h"),
        ({"run_seconds": 2.8}, None),
        ({"run_seconds": 5.0, "workers": 2}, None),
        ({"run_bytes": 4.2e6}, "about 21 GB on the disk"),
    ],
)
def test_what_is_asked_about_before_it_begins(changes, said):
    usual = {"points": 500, "replicates": 10, "most": 10, "workers": 1, "run_seconds": 0.1}
    usual |= {"run_bytes": 100.0, "worker_bytes": 1e8, "pilot": 3}
    assert Plan(**(usual | changes)).too_much() == said


def test_a_box_stands_only_if_worlds_left_out_fail_in_it_more_often_than_all():
    x = np.random.default_rng(3).random((200, 3))
    planted = (x[:, 0] > 0.6) & (x[:, 1] < 0.7)
    assert judged(find_box(x, planted), x, planted)["box"] == STANDS
    luck = np.random.default_rng(4).random(200) < 0.5
    told = judged(find_box(x, planted), x, luck)  # a bound, and nothing behind it
    assert told["box"] == NO_BETTER and not told["unseen_low"] > luck.mean()
    nothing = find_box(x, np.ones(200, dtype=bool))
    assert judged(nothing, x, luck)["box"] == NO_BOUND
