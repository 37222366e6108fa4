"""Forms of mechanisms as rival models: known truths, forms that do nothing, few worlds."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim import load_results
from sim.lab.answers import rivals
from sim.lab.answers.text import answers_text
from sim.lab.file.schema import Target
from sim.lab.methods.forecast import crps, crps_weighed, interval_score
from sim.lab.methods.intervals import LEAST

#: of two mechanisms: what one form adds to every target, and forms that add nothing
DRAWN = {
    "variants.load": {"draw": ["queue", "overtime"]},
    "variants.decay": {"draw": ["none", "exponential", "gaussian"]},
    "parameters.service.request_rate": [0.0, 1.0],
}
ADDS, ERROR, MORE = 4.0, 0.7, np.array([0.5, 1.0, 1.0])


def made(worlds=400, seed=1, adds=ADDS, drawn=None):
    """Return results and what each world gave for three targets, more by `adds` under overtime."""
    results = SimpleNamespace(manifest={"drawn": DRAWN if drawn is None else drawn, "seed": seed})
    there = np.ones(worlds, dtype=bool)
    forms = rivals.forms_of(results, there)  # pyright: ignore
    given = np.random.default_rng(seed).normal(size=(worlds, 3))
    for form in ("overtime",) if forms else ():
        given += adds * np.outer(forms["variants.load"][form], MORE)
    return results, there, given


def asked(values, held=(False, True, True), error=ERROR):
    names = ("fitted", "kept", "other")
    told = {"outcome": "trust", "sd": error, "source": "made up"}
    targets = {
        name: Target(value=float(value), held_out=out, **told)
        for name, value, out in zip(names, values, held, strict=True)
    }
    return SimpleNamespace(targets=targets)


def found(of, spec):
    results, there, given = of
    told = rivals.tables(results, spec, there, given)
    return told["forms"].set_index(["parameter", "form"]), told["form_scores"]


@pytest.mark.parametrize(
    ("right", "wrong", "at"), [("queue", "overtime", 0), ("overtime", "queue", ADDS)]
)
def test_the_right_form_has_the_weight_and_the_better_scores(right, wrong, at):
    forms, scores = found(made(800), asked(at * MORE))
    load = forms.loc["variants.load"]
    assert load.loc[right, "weight"] > 0.7 > 0.3 > load.loc[wrong, "weight"]
    assert load["apart"].all() and load.loc[right, "low"] > load.loc[right, "drawn"]
    told = scores[scores["parameter"] == "variants.load"].set_index(["form", "target", "score"])
    for target in ("kept", "other"):
        for score in rivals.SCORES:
            own, other = told.loc[(right, target, score)], told.loc[(wrong, target, score)]
            assert own["own"] < other["own"] and own["apart"] and other["apart"]
            assert own["high"] < 0.0 < other["low"]
            assert own["others"] == other["own"]  # of two forms one is the others


def test_forms_that_do_nothing_are_not_told_apart():
    """By luck one difference in twenty is: of weights so many, of scores fewer."""
    weights, scores = [], []
    for seed in range(100):
        results, there, given = made(seed=1000 * seed, adds=0.0)
        forms = rivals.forms_of(results, there)  # pyright: ignore
        spec = asked([0.2, -0.3, 0.4], held=(False, False, False))
        weights += [row["apart"] for row in rivals._weights(spec, forms, given)]  # pyright: ignore
        if seed < 10:
            scores += [row["apart"] for row in rivals._scores(spec, forms, given)]  # pyright: ignore
    assert np.mean(weights) < 0.1 and np.mean(scores) < 0.1


def test_known_truths_are_found():
    """Of worlds taken for the truth in turn the right form has more weight than was drawn."""
    results, there, given = made(worlds=301)
    load = rivals.forms_of(results, there)["variants.load"]  # pyright: ignore
    rng = np.random.default_rng(5)
    right, better = [], []
    for own in range(40):
        others = np.arange(301) != own
        spec = asked(given[own] + ERROR * rng.normal(size=3), held=(False, False, True))
        overtime = load["overtime"][own]
        forms, scores = found((results, others, given[others]), spec)
        of = ("variants.load", "overtime" if overtime else "queue")
        right.append(forms.loc[of, "weight"] > forms.loc[of, "drawn"])
        rows = scores[(scores["parameter"] == of[0]) & (scores["form"] == of[1])]
        better.append((rows["difference"] < 0.0).mean())
    assert np.mean(right) >= 0.9 and np.mean(better) > 0.85


def test_weights_and_scores_by_hand():
    of = results, there, given = made(worlds=60)
    spec = asked([0.0, 1.0, 2.0], held=(False, False, True))
    forms, scores = found(of, spec)
    overtime = rivals.forms_of(results, there)["variants.load"]["overtime"]
    error = spec.targets["kept"].error()
    likely = [np.exp(-0.5 * ((v - given[:, k]) / error) ** 2) for k, v in ((0, 0.0), (1, 1.0))]
    weight = likely[0] * likely[1]
    assert forms.loc[("variants.load", "overtime"), "weight"] == pytest.approx(
        weight[overtime].sum() / weight.sum()
    )
    assert forms.groupby("parameter")["weight"].sum().tolist() == pytest.approx([1.0, 1.0])
    assert forms.groupby("parameter")["n"].sum().tolist() == [60, 60]
    rows = scores[(scores["form"] == "overtime") & (scores["score"] == "CRPS")].set_index("target")
    alone = likely[0][overtime]  # a target is held out of what weighs worlds for it
    assert rows.loc["kept", "effective"] == pytest.approx(alone.sum() ** 2 / (alone**2).sum())
    both = weight[overtime]
    assert rows.loc["other", "effective"] == pytest.approx(both.sum() ** 2 / (both**2).sum())


def test_a_report_that_says_little_tells_nothing_apart():
    """Forms differ, and the report could be either's: no more worlds can change that."""
    vague = asked([2.0, 2.0, 2.0], error=8.0)
    forms, scores = found(made(worlds=3000), vague)
    assert not scores["apart"].any()
    assert forms["weight"].sub(forms["drawn"]).abs().max() < 0.05


def test_few_worlds_tell_nothing_apart():
    sharp = asked([0.0, 0.0, 0.0], held=(False, False, True), error=0.05)
    forms, scores = found(made(), sharp)
    assert forms.groupby("parameter")["effective"].sum().max() < 2 * LEAST
    assert forms[["low", "high"]].isna().all(axis=None) and not forms["apart"].any()
    assert not scores[scores["effective"] < LEAST]["apart"].any()


def test_one_form_alone_and_a_form_without_worlds():
    alone = {"variants.load": {"draw": ["queue"]}, "parameters.a.b": [0.0, 1.0]}
    results, there, given = made(drawn={})
    results.manifest["drawn"] = alone
    assert rivals.tables(results, asked([0, 0, 0]), there, given) == {}  # pyright: ignore
    results.manifest["drawn"] = {"policies.merger.choose": {"draw": ["largest", "poorest"]}}
    assert rivals.tables(results, asked([0, 0, 0]), there, given) == {}  # pyright: ignore
    few = made(worlds=24, seed=3, drawn=DRAWN)
    results, there, given = few
    there = rivals.forms_of(results, there)["variants.load"]["queue"]
    forms, scores = found((results, there, given[there]), asked([0, 0, 0]))
    row = forms.loc[("variants.load", "overtime")]
    assert (row["n"], row["drawn"], row["weight"], row["apart"]) == (0, 0.0, 0.0, False)
    told = scores[(scores["form"] == "overtime")]
    assert told["own"].isna().all() and not told["apart"].any()


def test_scores_of_weighed_draws_are_those_of_draws_as_often():
    rng = np.random.default_rng(0)
    sample, often = np.sort(rng.normal(size=50)), rng.integers(0, 4, (3, 50)).astype(float)
    truth = np.array([-2.0, 0.1, 3.0])
    for k in range(3):
        repeated = np.repeat(sample, often[k].astype(int))
        assert crps_weighed(sample, often, truth)[k] == pytest.approx(
            crps(repeated, truth[k : k + 1])[0]
        )
    hundred = np.arange(1.0, 101.0)
    given = interval_score(hundred, np.ones((3, 100)), np.array([50.0, 0.0, 200.0]))
    assert given.tolist() == pytest.approx([90.0, 90.0 + 20 * 5, 90.0 + 20 * 105])
    nothing = hundred, np.zeros((1, 100)), np.ones(1)
    assert np.isnan([crps_weighed(*nothing), interval_score(*nothing)]).all()


FILE = """config: tiny.yaml
method: compare
arms: {none: {policies: {merger: null}}, merger: {}}
factors: {variants: prior, parameters.service.visit_sigma_km: prior}
replicates: 42
"""
TARGETS = """truths: 5
targets: {trust: {outcome: trust, value: 0.5, sd: 0.05, source: made up}}
"""


def test_written_with_the_results_and_told_in_both_languages(write, run):
    results = load_results(run(write(FILE + TARGETS)))
    tables = {p.stem: pd.read_parquet(p) for p in results.folder.glob("tables/*.parquet")}
    forms, worlds = tables["forms"], tables["worlds"]
    runs = results.runs[results.runs["point"] == 1]
    for row in forms.to_dict("records"):
        own = runs[row["parameter"]].to_numpy() == row["form"]
        assert row["n"] == own.sum()
        assert row["weight"] == pytest.approx(worlds["weight"][own].sum())
    assert set(tables["form_scores"]["target"]) == {"trust"}
    assert "forms of contested mechanisms as rival models" in answers_text(results, "en")
    assert "有争议机制的各种形式" in answers_text(results, "zh")


def test_without_targets_there_are_none(write, run):
    folder = run(write(FILE.replace("42", "4")))
    assert not list(folder.glob("tables/form*"))
