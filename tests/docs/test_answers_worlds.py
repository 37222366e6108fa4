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


def row(sign, weighed, mean=0.1, outcome="trust"):
    return {
        "n": 320,
        "outcome": outcome,
        "part": "merger",
        "mean": mean,
        "sign_share": sign,
        "w_sign_share": weighed,
    }


@pytest.mark.usefixtures("assumed")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (row(0.95, 0.99), "robust, just: raises it"),
        (row(1.0, 1.0, -0.1), "robust: lowers it"),
        (row(0.94, 0.99), "hangs on a.b"),
        (row(0.6, 0.6), "hangs on a.b"),
        (row(0.6, 0.6, outcome="posts"), "open"),
        (row(0.6, 0.6, outcome="strain"), "hangs on a.c"),
        (row(np.nan, np.nan), "no effect"),
    ],
)
def test_verdicts(given, said):
    assert worlds.verdict("leshan", given) == said


@pytest.mark.usefixtures("assumed")
def test_forms_under_which_most_are_above_and_below_decide():
    given = row(0.6, 0.6) | {"part": "role"}
    assert worlds.verdict("leshan", given) == "hangs on form of load"


def test_signs_have_the_interval_of_as_many_worlds_as_tell():
    given = row(0.5, 0.5) | {"n": 100, "effective": 10.4}
    assert worlds.sign(given) == "50% [40%, 60%]"
    assert worlds.sign(given, "w_") == "50% [19%, 81%]"
    assert worlds.sign(row(np.nan, np.nan) | {"n": 3}) == "no effect"


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
