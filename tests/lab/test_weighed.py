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
