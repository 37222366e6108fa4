"""The answers' verdicts follow from the tables by the rule that the page states."""

import numpy as np
import pandas as pd
import pytest

from docs.answers import gives_back, reform, weights, worlds
from docs.answers.stored import bearable, of_worlds


@pytest.fixture
def assumed(monkeypatch):
    """One assumption that decides a sign, one that goes with the effect and decides nothing."""
    rows = [
        ("trust", "merger", "parameters.a.b", 0.1, 0.9, 0.5, 0.5),
        ("trust", "merger", "variants.load=overtime", 0.4, 0.5, np.nan, np.nan),
        ("strain", "merger", "parameters.a.c", 0.5, 0.5, 0.2, 0.8),
    ]
    columns = ["outcome", "part", "parameter", *worlds.HALVES[0], *worlds.HALVES[1]]
    forms = [("trust", "merger", "variants.load", 0.1), ("trust", "merger", "variants.load", 0.45)]
    forms += [("trust", "role", "variants.load", 0.3), ("trust", "role", "variants.load", 0.7)]
    found = {"assumptions": pd.DataFrame(rows, columns=columns)}
    found["by_form"] = pd.DataFrame(forms, columns=["outcome", "part", "parameter", "above"])
    monkeypatch.setattr(worlds, "tables", lambda _: found)


def row(above, below=None, outcome="trust"):
    below = 1.0 - above if below is None else below
    return {"n": 320, "outcome": outcome, "part": "merger", "above": above, "below": below}


@pytest.mark.usefixtures("assumed")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (row(0.95), "robust, just: raises it"),
        (row(0.0), "robust: lowers it"),
        (row(0.03, 0.96), "robust, just: lowers it"),  # no effect in some
        (row(0.94), "hangs on a.b"),
        (row(0.94, 0.0), "hangs on a.b"),  # of no effect in the others: no sign
        (row(0.6), "hangs on a.b"),
        (row(0.6, outcome="posts"), "open"),
        (row(0.0, 0.0), "no effect"),
    ],
)
def test_verdicts(given, said):
    assert worlds.verdict("leshan", given) == said


@pytest.mark.usefixtures("assumed")
def test_forms_under_which_most_are_above_and_below_decide():
    given = row(0.6) | {"part": "role"}
    assert worlds.verdict("leshan", given) == "hangs on form of load"


def test_worlds_are_summed_up_by_their_middle_and_how_many_are_above_nought():
    skewed = np.array([-1.0, -1.0, -1.0, 0.0, 50.0, np.nan])
    told = worlds.summary(np.repeat(skewed, 20))
    assert told["median"] == -1.0 and told["n"] == 100 and told["effective"] == pytest.approx(100)
    assert (told["above"], told["below"]) == pytest.approx((0.2, 0.6))
    assert worlds.in_worlds(told) == "-1 (-1 to 50)"
    assert worlds.above(told) == "20% [13%, 29%]"
    weighed = worlds.summary(np.repeat(skewed, 20), np.repeat([0.0, 0, 0, 0, 1, 1], 20))
    assert weighed["above"] == 1.0 and weighed["effective"] == pytest.approx(20)
    assert (
        worlds.above({"above": 303 / 320, "below": 17 / 320, "effective": 320})
        == "94.7% [92%, 97%]"
    )
    few = worlds.summary(np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 0.0]))
    assert worlds.in_worlds(few) == worlds.above(few) == "–"  # one world tells nothing
    assert worlds.above(worlds.summary(np.zeros(30))) == "no effect"


def test_weights_are_shared_by_the_same_worlds_only(monkeypatch):
    class Results:
        def __init__(self, seed):
            self.manifest = {"seed": seed, "drawn": {"a": [0, 1]}, "as_set": []}
            self.worlds = np.arange(3)

    leshan, dechang = Results(1), Results(2)
    weight = pd.DataFrame({"replicate": [1, 3], "weight": [0.2, 0.8]})
    monkeypatch.setattr(reform, "results_of", {"leshan": leshan}.get)
    monkeypatch.setattr(reform, "tables", lambda _: {"worlds": weight})
    with pytest.raises(ValueError, match="not the same draws"):
        reform.weights(dechang)  # another seed
    dechang = Results(1)
    assert reform.weights(dechang).tolist() == [0.2, 0.0, 0.8]  # what gave no target tells nothing
    dechang.manifest["drawn"] = {"a": [0, 1], "policies.pay.growth": [0, 0.3]}
    assert reform.weights(dechang).tolist() == [
        0.2,
        0.0,
        0.8,
    ]  # a lever of its own is integrated out
    dechang.manifest["drawn"] = {"a": [0, 2]}
    with pytest.raises(ValueError, match="not the same draws"):
        reform.weights(dechang)
    dechang.manifest["drawn"] = {"a": [0, 1], "age": [43, 50]}
    with pytest.raises(ValueError, match="not the same draws"):
        reform.weights(dechang)
    leshan.manifest["as_set"] = [["age", 43.9, []]]  # reported there, and drawn here
    assert reform.weights(dechang).tolist() == [0.2, 0.0, 0.8]


def test_what_intervals_contain_is_told_of_those_that_targets_tell_apart():
    columns = {f"covered_{level}": [level / 100, 0.5] for level in (50, 80, 90, 95)}
    frame = {"informed_by": ["cadre_age", ""], "rank_p": [0.5, 0.01], "truths": 300}
    said = weights.truths({"parameters": pd.DataFrame(columns | frame)})
    assert "| all that is drawn | 2 | 50.0% | 65.0% | 70.0% | 72.5% | 50% | 1 |" in said
    assert "| what a target may tell | 1 | 50.0% | 80.0% | 90.0% | 95.0% | 90% | 0 |" in said


def test_forms_are_told_apart_where_their_scores_are(monkeypatch):
    told = {"parameter": "variants.load", "form": ["queue", "overtime"], "n": [160, 159]}
    told |= {"drawn": [0.5, 0.5], "weight": [0.9, 0.1], "low": [0.7, 0.0], "high": [1.0, 0.3]}
    scores = {"parameter": "variants.load", "form": ["queue", "overtime"], "target": "income"}
    scores |= {"score": "CRPS", "own": [0.2, 1.0], "others": [1.0, 0.2], "difference": [-0.8, 0.8]}
    scores |= {"low": [-1.0, np.nan], "high": [-0.6, np.nan], "apart": [True, False]}
    found = {"forms": pd.DataFrame(told | {"apart": [True, False]})}
    found["form_scores"] = pd.DataFrame(scores)
    monkeypatch.setattr(weights, "tables", lambda _: found)
    said = "\n".join(weights.forms())
    assert "| form of load | queue | 160 | 50% | 90% [70%, 100%] | yes |" in said
    assert "| form of load | overtime | 159 | 50% | 10% [0%, 30%] | no |" in said
    assert "Of 2 scores of a form on a target 1 have an interval" in said
    assert (
        "| form of load | queue | income | CRPS | 0.200 | 1.00 | -0.800 [-1.00, -0.600] |" in said
    )
    assert said.count("| CRPS |") == 1
    monkeypatch.setattr(weights, "tables", lambda _: {})
    assert list(weights.forms()) == []


def test_numbers_have_the_digits_that_their_interval_bears():
    assert bearable((-0.0702, -0.187, 0.00377), -0.187, 0.00377) == ["-0.07", "-0.19", "0.00"]
    assert bearable((-532.0, -7449.0, 7763.0), -7449.0, 7763.0) == ["-1,000", "-7,000", "8,000"]
    assert bearable((1.0, 1.0, 1.0), 1.0, 1.0) == ["1.00"] * 3
    assert bearable((-6e-5, -0.001, 0.03), -0.001, 0.03) == ["0.000", "-0.001", "0.030"]


def test_spreads_and_shares_of_worlds():
    assert gives_back.spread(np.array([0.0, 1.0, np.nan])) == "0.50 (0.05 to 0.95)"
    assert of_worlds(3, 3) == "100% [29%, 100%]"
