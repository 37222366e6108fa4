"""Worlds of an experiment, weighed by targets: files, tables, and what goes with an effect."""

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from sim import load_results
from sim.errors import InputError
from sim.lab.answers import assumptions, weighed
from sim.lab.file.loading import load_experiment

FILE = """config: tiny.yaml
method: compare
parts: {merger: [merger], role: [combined_role]}
factors: {variants.decay: prior, parameters.service.visit_sigma_km: prior}
replicates: 42
truths: 20
targets:
  trust: {outcome: trust, value: 0.5, sd: 0.05, discrepancy: 0.02, source: made up,
    informs: [parameters.service.visit_sigma_km]}
  fewer: {outcome: service_reach, arm: merger, against: none, relative: true, value: 0.0, sd: 0.1,
    source: made up, held_out: true}
"""


@pytest.fixture
def answered(write, run):
    path = write(FILE)
    results = load_results(run(path))
    tables = {p.stem: pd.read_parquet(p) for p in results.folder.glob("tables/*.parquet")}
    return results, tables


def test_tables_of_weighed_worlds(answered):
    results, tables = answered
    worlds = tables["worlds"]
    assert worlds["replicate"].tolist() == list(range(1, 43))
    assert worlds["weight"].sum() == pytest.approx(1.0)
    runs = results.runs[results.runs["point"] == 1].set_index("replicate")
    assert np.allclose(worlds["trust"], runs["trust"])  # of the first arm, none
    off = (worlds["trust"] - 0.5) / np.hypot(0.05, 0.02)
    by_hand = np.exp(-0.5 * off**2)
    assert np.allclose(worlds["weight"], by_hand / by_hand.sum())
    (told,) = tables["calibration"].to_dict("records")
    assert told["worlds"] == 42 and told["truths"] == 20 and 1 <= told["effective"] <= 42
    assert 0 < told["misfit_p"] <= 1
    targets = tables["targets"].set_index("target")
    assert targets["use"].tolist() == ["fitted", "held out"]
    told = tables["parameters"].set_index("parameter")
    assert told.loc["parameters.service.visit_sigma_km", "informed_by"] == "trust"
    assert set(told.index) >= {"variants.decay=none", "variants.decay=gaussian"}
    assert tables["discrepancies"]["times"].tolist() == list(weighed.TIMES)
    assert tables["discrepancies"]["effective"].is_monotonic_increasing


def test_effects_as_drawn_and_as_weighed(answered):
    results, tables = answered
    every = list(assumptions.effects_by_world(results, ["merger", "role"]))
    found = tables["weighed"].set_index(["outcome", "part"])
    assert len(found) == len(every)
    weight = tables["worlds"]["weight"].to_numpy()
    for outcome, part, values in every:
        row = found.loc[outcome, part]
        assert row["mean"] == pytest.approx(values.mean()) and row["n"] == 42
        assert row["w_mean"] == pytest.approx(weight @ values)
        if row["mean"]:
            assert row["sign_share"] == pytest.approx(
                (np.sign(values) == np.sign(values.mean())).mean()
            )
    only = list(assumptions.effects_by_world(results, ["merger"]))  # the whole of itself
    assert {part for _, part, _ in only} == {"merger"}
    assert len(only) == len({outcome for outcome, _, _ in only})
    shares = {part: values for outcome, part, values in every if outcome == "service_reach"}
    assert np.allclose(shares["merger"] + shares["role"], shares["whole reform"])
    forms = tables["by_form"]
    part = forms[(forms["outcome"] == "service_reach") & (forms["part"] == "merger")]
    assert part["n"].sum() == 42 and set(part["form"]) == {"none", "exponential", "gaussian"}


def test_what_goes_with_an_effect_is_told_and_what_does_not_is_not(monkeypatch):
    rng = np.random.default_rng(1)
    x = rng.random((200, 3))
    monkeypatch.setattr(assumptions, "parameters", lambda _: (["a", "b", "c"], x))
    effect = x[:, 1] - np.median(x[:, 1])
    rows = list(assumptions._going_with(None, [("trust", "merger", effect)]))  # pyright: ignore
    assert [row["parameter"] for row in rows] == ["b"] and rows[0]["correlation"] == pytest.approx(
        1.0
    )
    assert (rows[0]["above_low"], rows[0]["above_high"]) == (0.0, 1.0)
    idle = [("trust", "merger", rng.normal(size=200)), ("trust", "role", np.zeros(200))]
    assert not list(assumptions._going_with(None, idle))  # pyright: ignore


def picked(monkeypatch, x, *effects):
    names = [f"p{d}" for d in range(x.shape[1])]
    monkeypatch.setattr(assumptions, "parameters", lambda _: (names, x))
    told = [("trust", f"part {i}", effect) for i, effect in enumerate(effects)]
    return list(assumptions._going_with(None, told))  # pyright: ignore


def test_what_parts_the_sign_and_not_the_size_is_told(monkeypatch):
    """The sign hangs on where in its range a parameter lies, on nothing of its order."""
    rng = np.random.default_rng(2)
    x = rng.random((400, 4))
    inner = np.abs(x[:, 2] - 0.5) < 0.25
    symmetric = np.where(inner, -1.0, 1.0) * rng.random(400)
    (row,) = picked(monkeypatch, x, symmetric)
    assert (row["parameter"], row["picked"]) == ("p2", "sign")
    assert abs(row["correlation"]) < row["chance"]
    assert row["above_middle"] < 0.1 and row["above_outer"] > 0.9
    between = x[:, 2] > np.quantile(x[:, 2], 0.25), x[:, 2] <= np.quantile(x[:, 2], 0.75)
    assert row["above_middle"] == (symmetric[between[0] & between[1]] > 0).mean()
    high = x[:, 2] > np.median(x[:, 2])
    assert row["above_high"] == (symmetric[high] > 0).mean()


def test_a_sign_that_halves_part_and_ranks_do_not_is_told(monkeypatch):
    """Mostly a little above 0 and seldom far below, against half far above and half just below."""
    rng = np.random.default_rng(3)
    x = rng.random((1000, 3))
    high = x[:, 0] > np.median(x[:, 0])
    below = rng.random(1000) < np.where(high, 0.1, 0.5)
    effect = np.where(high, np.where(below, -10.0, 1.0), np.where(below, -1.0, 10.0))
    effect[high & (rng.random(1000) < 0.13)] = 20.0  # so that ranks are alike on the mean
    (row,) = picked(monkeypatch, x, effect + rng.normal(0, 0.01, 1000))
    assert (row["parameter"], row["picked"]) == ("p0", "sign")
    assert row["above_high"] - row["above_low"] > 0.3 > row["sign_chance"] > 0.05


def test_both_reasons_and_forms(monkeypatch):
    rng = np.random.default_rng(4)
    x = rng.random((300, 3))
    x[:, 1] = rng.random(300) < 0.2  # a form that few worlds have
    of_form = np.where(x[:, 1] == 1, -1, 1) * rng.random(300)
    rows = picked(monkeypatch, x, x[:, 0] - 0.5, of_form, x[:, 2] + 1)
    assert [(r["part"], r["parameter"], r["picked"]) for r in rows] == [
        ("part 0", "p0", "both"), ("part 1", "p1", "both"), ("part 2", "p2", "correlation"),
    ]  # fmt: skip
    assert (rows[1]["above_low"], rows[1]["above_high"]) == (1.0, 0.0)
    assert np.isnan(rows[1]["above_middle"]) and np.isnan(rows[1]["above_outer"])


def test_of_many_idle_assumptions_luck_picks_one_in_twenty_times_at_most(monkeypatch):
    found = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        x = rng.random((120, 60))
        x[:, :20] = x[:, :20] < 0.3
        rows = picked(monkeypatch, x, rng.normal(0.5, 1.0, 120))
        found += any(row["picked"] != "correlation" for row in rows)
    assert found <= 10  # of 100 at 5 %: more than 10 happen once in ninety times


def test_worlds_of_several_forms_are_of_none(monkeypatch):
    """A sample's rows come round again: a world is the mean over replicates of other forms."""

    class Results:
        manifest: ClassVar = {"drawn": {"variants.load": {"draw": ["queue", "overtime"]}}}
        worlds = np.arange(80) % 40

    monkeypatch.setattr(assumptions, "cells_of", lambda _: [None])
    monkeypatch.setattr(assumptions, "effects_by_world", lambda *_: [("trust", "a", np.ones(40))])
    monkeypatch.setattr(assumptions, "_going_with", lambda *_: [])
    assert set(assumptions.tables(Results(), [])) == {"assumptions"}  # pyright: ignore


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("arm: merger", "arm: mergers"), "no arm is called 'mergers'"),
        (("discrepancy: 0.02", "discrepancy: -1"), "discrepancy"),
        (("value: 0.5,", "value: 0.5, held_out: true,"), "all are held out"),
        (("value: 0.5,", "at: 1900-01, value: 0.5,"), "is in no run"),
        (
            ("informs: [parameters.service.visit_sigma_km]", "informs: [parameters.no]"),
            "parameters.no is no factor",
        ),
        (("variants.decay: prior", "policies.merger.largest: [3, 5]"), "has levels beside targets"),
        (
            (
                "parameters.service.visit_sigma_km: prior",
                "parameters: {sample: {parameters.service.visit_sigma_km: [2.0, 3.0]}}",
            ),
            "a sample is weighed already",
        ),
        (("method: compare", "method: compare\ncounties: ['513424']"), "worlds of one county"),
    ],
)
def test_what_does_not_fit_is_said(write, change, said):
    with pytest.raises(InputError, match=said):
        load_experiment(write(FILE.replace(*change)))
