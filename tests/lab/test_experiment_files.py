"""Experiment files: right ones, and what is said of wrong ones."""

import shutil
from pathlib import Path

import pytest
from lab.conftest import COMPARE

from sim.errors import InputError
from sim.lab.design import points as designs
from sim.lab.file.loading import load_experiment
from sim.lab.store import resolved

BAD = Path(__file__).parent / "bad"
#: file -> everything that is said of it, in order: line:column: text
SAID = {
    "several": [
        "2:1: metod: unknown key; did you mean 'method'?",
        "5:35: policies.combined_rol: unknown key; did you mean 'combined_role'?",
        "7:29: factors.policies.headcount.lines: the level 3 is given twice; keep one",
        "8:3: factors.parameters.service.visit_sigma: process 'service' has no parameter "
        "'visit_sigma'; did you mean 'visit_sigma_km'?",
        "9:3: factors.seed: cannot be a factor: replicates have seeds of their own: use replicates",
        "10:3: factors.scale: 'to' is missing in a range; it has from, to and, if wanted, steps "
        "and log: true",
        "11:11: factors.months: expected a list of levels",
        "12:14: replicates.at_lest: unknown key; did you mean 'at_least'?",
        "12:26: replicates.until: no outcome is called 'service_reac'; did you mean "
        "'service_reach'?",
        "13:20: record.villages: the text 'yearl' is not allowed; expected 'monthly' or 'yearly' "
        "or 'last' or 'off'; did you mean 'yearly'?",
        "14:12: outcomes[0]: no outcome is called 'trst'; did you mean 'trust'?",
    ],
    "method": ["2:9: method: 'factrial' is unknown; expected 'compare' or 'factorial'"],
    "config": [
        "1:9: config: {place}/tini.yaml: no such file in {place}; did you mean 'tiny.yaml'?"
    ],
    "configuration": ["1:1: this is a configuration, not an experiment; run it with `hecun run`"],
    "one_arm": ["3:1: arms: give at least two, each a name and what it changes"],
    "baseline": ["4:11: baseline: no arm is called 'on'; did you mean 'one'?"],
    "arms": [
        "5:20: policies.combined_rol: unknown key; did you mean 'combined_role'?",
        "6:41: policies.combined_role.share: 150 is out of range; expected a number from 0 to 1",
    ],
    "levels": [
        "4:3: policies.combined_role.shar: unknown key; did you mean 'share'?",
        "5:3: policies.merger.ratio: 1.5 is out of range; expected a number above 0 and at most 1"
        "; 1.5 per cent is 0.015 (where policies.combined_role.shar = 0, policies.merger.ratio"
        " = 1.5)",
    ],
    "together": [
        "4:3: policies.merger.ratio: 3 villages cannot be reached: 6 villages, at most 1 in one, "
        "merged within townships give at least 6; raise largest or the target, or set "
        "respect_townships: false (where policies.merger.ratio = 0.5, policies.merger.largest = 1)",
        "4:3: policies.merger.ratio: 5 villages cannot be reached",
    ],
    "nested": [
        "5:33: factors.policies.combined_role.share: lies in the factor policies.combined_role",
        "6:10: factors.scale: method factorial needs steps",
    ],
    "few": ["5:10: samples: 18 in all waves; expected 20 or more"],
    "sobol": ["3:10: samples: 6 is not a power of two; write 4 or 8"],
    "prefecture": ["3:11: counties: no prefecture is called '凉山州'; did you mean"],
    "counties": [
        "3:11: counties: county '德昌' is not in the registry; expected",
        "3:11: counties: the county 513401 is given twice",
    ],
    "huge": ["4:3: the design has 600,000 points, more than 200,000; take fewer levels or factors"],
    "set": [
        "2:9: factors: method factorial needs at least one",
        "3:7: scal: unknown key; did you mean 'scale'?",
        "4:13: replicates: 0 is out of range; expected",
    ],
}


@pytest.fixture
def bad(place: Path) -> Path:
    """A folder of wrong files beside the tiny county."""
    return Path(shutil.copytree(BAD, place / "bad"))


def test_every_wrong_file_is_tested():
    assert {path.stem for path in BAD.iterdir()} == set(SAID)


@pytest.mark.parametrize("name", SAID)
def test_everything_wrong_is_said_at_once(bad, name):
    path = bad / f"{name}.yaml"
    with pytest.raises(InputError) as caught:
        experiment = load_experiment(path)
        designs.check_points(experiment, designs.build(experiment))
    said = [problem.replace(f"{bad}/../", f"{bad.parent}/") for problem in caught.value.problems]
    expected = [text.format(place=bad.parent) for text in SAID[name]]
    assert len(said) == len(expected), "\n".join(said)
    for problem, text in zip(said, expected, strict=True):
        assert problem.removeprefix(f"{path}:").startswith(text)


def test_arms_change_the_configuration_or_name_another(place, write):
    (place / "other.yaml").write_text("extends: tiny.yaml\nmonths: 4\n", "utf-8")
    text = COMPARE.replace("  both:\n", "  both:\n  other: {config: other.yaml, scale: 600}\n")
    heads = {head.arm: head.config for head in load_experiment(write(text)).heads}
    assert list(heads["none"].active()) == ["headcount"]
    assert list(heads["merger"].active()) == ["merger", "headcount"]
    assert list(heads["both"].active()) == ["merger", "combined_role", "headcount"]
    assert (heads["other"].months, heads["other"].scale) == (4, 600)


def test_set_and_overrides_reach_every_arm(write):
    path = write(COMPARE + "set: {policies.headcount: {lines: 5}, scale: 700}\n")
    experiment = load_experiment(path, {"scale": 800})
    assert {head.config.scale for head in experiment.heads} == {800}
    assert all(head.config.policies.headcount.lines == 5 for head in experiment.heads)


def test_a_changed_experiment_is_still_that_of_its_file(write):
    path = write(COMPARE)
    for change in ({"replicates": 3}, {"factors.parameters.service.road_cost": [0.3, 2.0]}):
        assert load_experiment(path, change).file.place.file == str(path)


def test_files_are_found_from_where_they_are_named(place, write):
    plan = "old_code,new_village\n" + "".join(f"10{i},新村\n" for i in range(1, 7))
    (place / "sub").mkdir()
    (place / "sub" / "plan.csv").write_text(plan, "utf-8")
    text = """config: ../tiny.yaml
method: compare
arms:
  plan: {policies.merger: {source: file, file: plan.csv, ratio: null}}
  none: {policies.merger: null}
"""
    (place / "sub" / "e.yaml").write_text(text, "utf-8")
    experiment = load_experiment(place / "sub" / "e.yaml")
    assert experiment.heads[0].config.policies.merger.file == str(place / "sub" / "plan.csv")
    text = """config: ../tiny.yaml
method: factorial
factors: {policies.merger: [{source: file, file: plan.csv}, {source: generated, ratio: 0.9}]}
"""
    (place / "sub" / "e.yaml").write_text(text, "utf-8")
    found = load_experiment(place / "sub" / "e.yaml")
    assert found.factors["policies.merger"].values[0]["file"] == str(place / "sub" / "plan.csv")
    name = resolved.inputs(found)[str(place / "sub" / "plan.csv")]
    assert name.startswith("inputs/plan-") and resolved.files(found)[name]


def test_a_region_is_its_counties(write):
    text = """config: tiny.yaml
method: compare
counties: {prefecture: 凉山彝族自治州, without: [西昌市]}
arms:
  none: {policies: {merger: null, combined_role: null}}
  both:
"""
    experiment = load_experiment(write(text))
    counties = list(dict.fromkeys(head.county for head in experiment.heads))
    assert len(counties) == 16 and "513424" in counties and "513401" not in counties
    assert len(experiment.heads) == 32
    assert all(head.config.county.villages is None for head in experiment.heads)
    assert designs.build(experiment).columns == ["arm", "county"]


#: an experiment, and the one thing said of it
ONE = [
    ("metod: compare\narms: {a: , b: }", "2:1: metod: unknown key; did you mean 'method'?"),
    ("method: compare\narm: {a: , b: }", "3:1: arm: unknown key; did you mean 'arms'?"),
    ("method: compare\narms: [a, b]", "3:7: arms: expected a block of names"),
    (
        "method: factorial\nfactor: {scale: [1, 2]}",
        "3:1: factor: unknown key; did you mean 'factors'?",
    ),
    (
        "method: compare\narms: {a: , b: }\ncounties: [德昌县, 会理县]\nset: {scale: 0}",
        "5:14: scale: 0 is out of range",
    ),
    (
        "method: compare\narms: {a, b}\ncounties: [德昌县]\nseed: x\nset: {county.villages: }",
        "5:7: seed: expected a whole number",
    ),
    ("method: compare\narms: {a: , b: }\nset: 5", "4:6: set: expected a block of names"),
    (
        "method: compare\narms: {a: , b: }\nreplicates: {until: {service_reach: 0}}",
        "4:37: replicates.until.service_reach: 0 is out of range; expected a number above 0",
    ),
]


@pytest.mark.parametrize(("text", "expected"), ONE)
def test_one_mistake_gives_one_error(text, expected, place, write):
    path = write(f"config: tiny.yaml\n{text}\n")
    with pytest.raises(InputError) as caught:
        experiment = load_experiment(path)
        designs.check_points(experiment, designs.build(experiment))
    (said,) = caught.value.problems
    assert said.removeprefix(f"{path}:").startswith(expected)
