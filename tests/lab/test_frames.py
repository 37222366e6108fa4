"""Frames of an experiment by hand: pairs, means, levels averaged, months, worlds."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.lab.methods.statistics import estimate, variance_reduction
from sim.lab.store.reading import ExperimentResults
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES

#: point -> trust by replicate; the fourth run of point 2 failed
TRUST = {1: [1.0, 2.0, 4.0, 8.0], 2: [2.0, 4.0, 3.0, np.nan], 3: [5.0, 5.0, 6.0, 9.0]}


@pytest.fixture
def results():
    """A comparison of two arms, one of them at two levels, four replicates."""
    found = ExperimentResults(Path("there"))
    rows = [(p, r + 1, v) for p, values in TRUST.items() for r, v in enumerate(values)]
    runs = pd.DataFrame(rows[::-1], columns=["point", "replicate", "trust"])
    runs["status"] = np.where(runs["trust"].isna(), "failed", "done")
    runs["seed"] = runs["replicate"] + 6
    manifest = {"experiment": "compare", "state": "complete", "baseline": "none"}
    manifest |= {"outcomes": ["trust"], "until": {"workload": 1}, "drawn": {}}
    design = {"point": [1, 2, 3], "arm": ["none", "all", "all"], "x": [np.nan, 1.0, 2.0]}
    found.__dict__.update(runs=runs, manifest=manifest, design=pd.DataFrame(design))
    return found


def test_effects_are_of_the_pairs_that_are_there(results):
    first, second = results.effects(["trust"]).to_dict("records")
    change = np.array([1.0, 2.0, -1.0])
    one = estimate(change)
    assert (first["effect"], first["low"], first["high"], first["n"]) == pytest.approx(
        (one.mean, one.low, one.high, 3)
    )
    assert first["reference"] == pytest.approx(7 / 3)  # without the replicate that failed
    pairs = np.array(TRUST[2][:3]), np.array(TRUST[1][:3])
    assert first["vr_factor"] == pytest.approx(variance_reduction(*pairs))
    assert first["vr_low"] < first["vr_factor"] < first["vr_high"]
    assert (first["arm"], first["x"], first["point"], first["against"]) == ("all", 1.0, 2, 1)
    assert (second["x"], second["effect"], second["n"]) == (2.0, 2.5, 4)
    assert second["reference"] == 3.75 and second["unit"] == OUTCOMES["trust"].unit


def test_means_and_outcomes_of_points(results):
    means = results.means(["trust"])
    assert means["mean"].tolist() == [3.75, 3.0, 6.25] and means["n"].tolist() == [4, 3, 4]
    assert means["point"].tolist() == [1, 2, 3] and (means["low"] < means["mean"]).all()
    ends = results.outcomes(["trust"])
    assert len(ends) == 11 and set(ends.columns) == {
        "point",
        "arm",
        "x",
        "replicate",
        "seed",
        "trust",
    }
    assert ends.attrs["units"] == {"trust": OUTCOMES["trust"].unit}
    with pytest.raises(InputError, match="no outcome is called 'trst'; did you mean 'trust'"):
        results.means(["trst"])
    assert results.shown() == [*HEADLINE, *(k for k in ("trust", "workload") if k not in HEADLINE)]


def test_levels_are_averaged_where_every_run_is_there(results):
    found = {levels: values["trust"] for levels, values in results.by_levels(["arm"], ["trust"])}
    assert found["none",].tolist() == TRUST[1]
    assert found["all",].tolist() == pytest.approx([3.5, 4.5, 4.5, np.nan], nan_ok=True)
    by_both = [levels for levels, _ in results.by_levels(["arm", "x"], ["trust"])]
    assert by_both == [("all", 1.0), ("all", 2.0)]  # the first arm does not take x


def test_replicates_that_share_a_row_are_one_world(results):
    results.manifest["drawn"] = {"a": {"sample": [1.0, 2.0]}, "b": [0.0, 1.0]}
    assert results.worlds.tolist() == [0, 1, 0, 1]
    first, second = results.effects(["trust"]).to_dict("records")
    assert (first["n"], second["n"]) == (1, 2)  # a world in which a run failed is none
    assert second["effect"] == pytest.approx(((4 + 2) / 2 + (3 + 1) / 2) / 2)


def test_parameters_are_drawn_where_a_point_takes_them(results):
    results.manifest["drawn"] = {"a": {"sample": [1.0, 2.0, 3.0]}, "b": {"sample": [5.0]}}
    results.manifest["unset"] = {"b": [2]}
    assert results._drawn({"seed": 4, "point": 1}) == {"a": 2.0, "b": 5.0}
    assert results._drawn({"seed": 4, "point": 2}) == {"a": 2.0}


def test_months_of_points_and_of_end_values(results):
    assert results.months() == {} and results.end_months() == "12"
    results.manifest["months"] = {"2019-01 to 2019-07": []}
    assert results.months() == dict.fromkeys([1, 2, 3], "2019-01 to 2019-07")
    assert results.end_months() == "7"
    results.manifest["months"] = {"2019-01 to 2019-07": [1], "2019-01 to 2020-12": [2, 3]}
    assert results.months()[3] == "2019-01 to 2020-12" and results.end_months() == "7-12"
    assert repr(results) == "<compare experiment, complete: there>"
