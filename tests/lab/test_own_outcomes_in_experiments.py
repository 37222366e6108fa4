"""Outcomes of one's own in experiments: recorded, compared, searched for, calibrated to, kept."""

import json
import shutil

import numpy as np
import pytest

from sim.errors import InputError
from sim.lab.answers import read
from sim.lab.experiment import run_experiment
from sim.lab.file.loading import load_experiment
from sim.lab.planning import check
from sim.lab.store.reading import ExperimentResults
from sim.report.opened import load_results
from sim.run import run as run_once

BLOCK = """outcomes:
  old: {of: villagers, where: age >= 60, share: true, en: The old, zh: 老人, better: less}
  funds: {of: collectives, mean: money, en: Funds}
"""
COMPARE = f"""config: tiny.yaml
method: compare
arms: {{none: {{policies: {{merger: null}}}}, both: {{}}}}
replicates: {{at_least: 3, until: {{old: 1.0}}, at_most: 8}}
{BLOCK}  posts: true
"""


def test_they_are_recorded_compared_waited_for_and_kept(run, write, place):
    results = load_results(run(write(COMPARE), workers=1))
    assert results.shown()[-3:] == ["old", "funds", "posts"]
    effects = results.effects(["old", "funds"])
    assert list(effects["unit"]) == ["1", "yuan"] and (effects["n"] >= 3).all()
    frame = results.county
    assert {"old", "funds"} <= set(frame.columns) and frame.attrs["units"]["funds"] == "yuan"
    last = frame[(frame["point"] == 1) & (frame["replicate"] == 1)]["old"].mean()
    one = results.runs.query("point == 1 and replicate == 1")["old"].iloc[0]
    assert one == pytest.approx(last)
    assert "Funds" in " ".join(
        text.get_text()
        for text in results.plot.effects(["funds"]).findobj()
        if hasattr(text, "get_text")
    )
    moved = place / "moved"
    shutil.move(results.folder, moved)
    again = run_experiment(moved / "experiment.yaml", workers=1)
    assert (
        again == moved and ExperimentResults(moved).manifest["own_outcomes"]["old"]["zh"] == "老人"
    )


def test_a_changed_definition_is_another_run_and_a_label_is_not(write):
    path = write(COMPARE)

    def names(text):
        path.write_text(text, "utf-8")
        from sim.lab.design.points import build
        from sim.lab.store.identity import Contents

        experiment = load_experiment(path)
        design = build(experiment)
        contents = Contents(design, experiment.spec.record)
        return [contents.run(point, 1) for point in design.points]

    before = names(COMPARE)
    assert names(COMPARE.replace("en: The old", "en: Elders")) == before
    assert not set(names(COMPARE.replace("age >= 60", "age >= 61"))) & set(before)


def test_what_is_wrong_is_said_before_the_first_run(write):
    path = write(COMPARE.replace("age >= 60", "agee >= 60").replace("posts: true", "postss: true"))
    with pytest.raises(InputError) as error:
        load_experiment(path)
    text = str(error.value)
    assert "postss" in text
    path.write_text(COMPARE.replace("age >= 60", "agee >= 60"), "utf-8")
    with pytest.raises(InputError) as error:
        load_experiment(path)
    assert "no column 'agee'; did you mean 'age'?" in str(error.value)
    assert str(error.value).startswith(f"{path}:6:")


def test_two_definitions_of_one_name_are_refused(write):
    other = "{of: villagers, where: age >= 70, share: true, en: Other}"
    path = write(COMPARE.replace("both: {}", f"both: {{outcomes: {{old: {other}}}}}"))
    with pytest.raises(InputError, match="give one another name"):
        load_experiment(path)


def test_no_outcome_of_another_experiment_is_known(write):
    load_experiment(write(COMPARE))
    with pytest.raises(InputError, match="no outcome is called 'old'"):
        load_experiment(write("config: tiny.yaml\nmethod: lhs\nfactors: {scale: [100, 200]}\n"
                              "outcomes: [old]\n"))  # fmt: skip


def test_it_may_be_an_objective_and_a_target(run, write):
    search = f"""config: tiny.yaml
method: search
factors: {{policies.headcount.lines: {{from: 2, to: 8}}}}
objectives: {{old: less, funds: more}}
population: 4
generations: 2
replicates: 1
{BLOCK}"""
    front = read(ExperimentResults(run(write(search), workers=1)))["front"]
    assert {"old", "funds"} <= set(front.columns)
    target = "{outcome: funds, value: 1000, sd: 100, source: made up}"
    calibrate = f"""config: tiny.yaml
method: calibrate
factors: {{parameters.service.road_detour: prior}}
targets: {{one: {target}}}
samples: 20
waves: 1
replicates: 2
truths: 0
{BLOCK}"""
    found = read(ExperimentResults(run(write(calibrate), out="calibrated")))["targets"]
    assert np.isfinite(found["predicted"]).all() if "predicted" in found else len(found)


def test_the_plan_says_what_they_cost(write):
    plan, text = check(write(COMPARE), {}, 1)
    assert plan.own_seconds > 0 and "own outcomes  funds, old: about" in text


def test_a_run_records_them_and_says_what_they_took(place):
    config = place / "own.yaml"
    config.write_text(f"extends: tiny.yaml\n{BLOCK}", "utf-8")
    run_once(config, place / "out")
    manifest = json.loads((place / "out" / "manifest.json").read_text("utf-8"))
    assert set(manifest["own_outcomes"]) == {"old", "funds"}
    assert manifest["own_outcomes_seconds"] >= 0.0
    results = load_results(place / "out")
    assert np.isfinite(results.county["old"]).all()
    assert results.county.attrs["units"]["funds"] == "yuan"
