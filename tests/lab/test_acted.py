"""Did it act? What an experiment says of doses, of arms like the baseline, of idle factors."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.lab.answers.acted import acted_text, alike_arms, doses, idle_columns
from sim.lab.printing import results_text
from sim.model.policies import kind_of

ARMS = """config: tiny.yaml
method: compare
arms:
  none: {policies: {merger: null, combined_role: null, headcount: null}}
  settle:
    policies: {merger: null, combined_role: null, headcount: null, settlement: {interviews: 1}}
  few: {policies: {merger: null, headcount: null, combined_role: {share: 0.05}}}
  all: {}
factors:
  parameters.strain.kin_persons: [30, 100]
replicates: 2
record: {county: off, villages: off, villagers: off}
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    from tests.lab.conftest import tiny_county

    place = tmp_path_factory.mktemp("acted")
    tiny_county(place)
    (place / "e.yaml").write_text(ARMS, "utf-8")
    return sim.experiment(place / "e.yaml", out=place / "out", workers=1)


def test_doses_are_of_the_policies_that_ran(results):
    table = doses(results)
    by_arm = table.groupby("arm")["policy"].agg(lambda names: set(map(kind_of, names))).to_dict()
    assert by_arm == {
        "settle": {"settlement"},
        "few": {"combined_role"},
        "all": {"merger", "combined_role", "headcount"},
    }
    assert (table["runs"] == 2).all()
    absorbed = table[(table["arm"] == "all") & (table["what"] == "absorbed")]
    assert (absorbed["asked"] == 3).all() and (absorbed["delivered"] == 3).all()


def test_what_did_not_act_is_said_once_with_how_often(results):
    said = "\n".join(acted_text(results, "en"))
    where = "at 2 of 2 points (settle, 30; settle, 100)"
    assert f"settlement, in 4 of 4 runs {where}: nothing to do (displaced" in said
    assert (
        "combined role, in 4 of 4 runs at 2 of 4 points (few, 30; few, 100): nothing delivered"
        in said
    )
    assert "settle: the same outcomes as none in every run." in said
    assert "few: the same outcomes as none" in said and "all: the same" not in said
    assert said in results_text(results)
    chinese = acted_text(results, "zh")
    assert any(line.startswith("离任干部安置（2 个设计点中的 2 个 (settle, 30") for line in chinese)


def test_arms_and_factors_that_moved_nothing(results):
    assert len(alike_arms(results, "en")) == 2
    moved = results.runs.merge(results.design, on="point")
    moved = moved[moved["arm"] == "all"].groupby("parameters.strain.kin_persons")["trust"].mean()
    idle = moved.min() == moved.max()
    assert ("parameters.strain.kin_persons" in idle_columns(results)[0]) == idle


def test_tables_are_written_and_read_back(results):
    stored = pd.read_csv(results.folder / "tables" / "doses.csv")
    assert (stored["short_runs"] > 0).any() and (stored["runs"] == 2).all()
    assert len(stored) == len(doses(results))


def test_a_factor_that_nothing_takes_up_is_said(place):
    text = ARMS.replace("strain.kin_persons: [30, 100]", "strain.placement_effect: [0.3, 0.8]")
    (place / "e.yaml").write_text(text, "utf-8")
    found = sim.experiment(place / "e.yaml", out=place / "out", workers=1)
    assert idle_columns(found) == (["parameters.strain.placement_effect"], [])  # nobody is placed
    assert "every level gave the same outcomes in every run" in "\n".join(acted_text(found, "en"))


LHS = """config: tiny.yaml
method: lhs
samples: 3
set: {policies.headcount: null, policies.combined_role: null, policies.merger: null}
factors:
  parameters.strain.placement_effect: {from: 0.3, to: 0.8}
"""


def of_lhs(place, more):
    (place / "e.yaml").write_text(LHS + more, "utf-8")
    found = sim.experiment(place / "e.yaml", out=place / f"out{len(more)}", workers=1)
    return idle_columns(found), "\n".join(acted_text(found, "en"))


def test_of_a_latin_hypercube_it_is_said_what_it_cannot_tell(place):
    placed = "parameters.strain.placement_effect"
    (idle, untold), said = of_lhs(place, "")
    assert (idle, untold) == ([placed], []) and "every level gave the same outcomes" in said
    trust = "parameters.population.trust_mean"
    (idle, untold), said = of_lhs(place, f"  {trust}: {{from: 0.5, to: 0.6}}\n")
    assert (idle, untold) == ([], [placed, trust])
    assert "no two points of this design differ in it alone" in said


def test_an_outcome_that_never_changed_is_said(results):
    from sim.lab.answers.acted import unchanged_text

    said = "\n".join(unchanged_text(results, "en"))
    assert "Never changed, 0 in every run: " in said and "Service reach;" not in said
    assert "Training" in said or "more" in said
    assert said in results_text(results)
    assert "始终未变（每次运行均为 0）：" in "\n".join(unchanged_text(results, "zh"))


def test_outcomes_that_were_asked_for_are_named_and_others_counted(results, monkeypatch):
    from sim.lab.answers.acted import MOST_NAMED, unchanged_text

    runs = results.runs
    level = runs.assign(trust=0.5, cadre_age=np.nan, training_cost=0.0)
    monkeypatch.setattr(type(results), "runs", property(lambda self: level))
    monkeypatch.setattr(
        type(results), "shown", lambda self: ["trust", "training_cost", "cadre_age"]
    )
    said = unchanged_text(results, "en")
    assert "Never changed, 0 in every run: Training." in said
    assert any(text.endswith("every replicate: Trust in cadres.") for text in said)
    assert any(text.startswith("No value in any run") and "age" in text for text in said)
    assert max(text.count(";") for text in said) <= MOST_NAMED
    once = level[level["replicate"] < 2].groupby("replicate").head(1)
    monkeypatch.setattr(type(results), "runs", property(lambda self: once))
    assert unchanged_text(results, "en") == []  # nothing is compared
