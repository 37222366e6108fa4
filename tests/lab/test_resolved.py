"""What has changed since an experiment was run, in words; numbers of points by their method."""

import pytest

from sim.errors import InputError
from sim.lab import experiment as running
from sim.lab.design import points as designs
from sim.lab.file.factors import parse
from sim.lab.file.loading import load_experiment
from sim.lab.file.samples import sampled
from sim.lab.file.schema import Calibrate, Search
from sim.lab.store import resolved


@pytest.fixture(autouse=True)
def sources(monkeypatch):
    """The code of the simulation, as a few files."""
    now = dict.fromkeys("abcdefg", "1")
    monkeypatch.setattr(resolved, "simulation_sources", lambda: now)
    return now


def differences(before, now, named=None, **manifest):
    manifest = {"sources": dict.fromkeys("abcdefg", "1")} | manifest
    return resolved.differences(before, now, manifest, named or {})


def test_values_that_are_others_are_said_key_by_key():
    before = {"a": {"b": 1, "c": [1, 2]}, "d": None, "e": {}, "gone": "x"}
    now = {"a": {"b": 2, "c": [1, 2]}, "d": "y", "e": {}, "new": True}
    assert differences(before, now) == [
        "a.b: 1 -> 2",
        "d: nothing -> y",
        "gone: x -> nothing",
        "new: nothing -> True",
    ]
    assert differences(before, before) == []


def test_long_values_are_cut():
    sixty, more = "x" * 60, "y" * 61
    assert differences({"a": sixty}, {"a": more}) == [f"a: {sixty} -> {'y' * 57}..."]


def test_the_configuration_of_arms_is_that_of_each():
    arms = {"arms": {"one": {"config": {"scale": 5}}}}
    assert differences(arms | {"config": 1}, arms | {"config": 2}) == []
    assert differences({"config": 1}, {"config": 2}) == ["config: 1 -> 2"]


def test_files_are_told_by_their_content():
    named = {"plan.csv": "2", "map.shp": "7"}
    said = differences({}, {}, named, files={"plan.csv": "1", "map.shp": "7", "other.csv": "3"})
    assert said == ["plan.csv: its content"]  # of files no longer named the text says it


def test_code_is_told_by_its_files(sources):
    sources.update(a="2", z="1")
    assert differences({}, {}) == ["code of the simulation: a, z"]
    sources.update(dict.fromkeys("bcdf", "3"))
    assert differences({}, {}) == ["code of the simulation: a, b, c, d, f and 1 more"]
    del sources["z"]
    assert differences({}, {}) == ["code of the simulation: a, b, c, d, f"]


def test_titles_of_arms_are_kept(write):
    text = """config: tiny.yaml
method: compare
arms:
  one: {title.en: One}
  two: {title: {en: Two, zh: 二}, scale: 600}
  three:
"""
    data = resolved.plain(load_experiment(write(text)))
    titles = {arm: given.get("title") for arm, given in data["arms"].items()}
    assert titles == {"one": {"en": "One"}, "two": {"en": "Two", "zh": "二"}, "three": None}
    assert None not in data.values()  # what was not given is not written
    assert data["config"]["scale"] == 500 and data["arms"]["two"]["config"]["scale"] == 600


def test_parts_are_kept_with_the_whole_reform_as_their_configuration(write):
    text = """config: tiny.yaml
method: compare
parts: {merger: [merger], role: [combined_role]}
"""
    data = resolved.plain(load_experiment(write(text)))
    assert {"merger", "combined_role"} <= set(data["config"]["policies"])
    assert data["parts"] == {"merger": ["merger"], "role": ["combined_role"]}
    assert "arms" not in data and list(data)[-1] == "seed"


def test_runs_are_points_times_replicates(write, monkeypatch):
    made = load_experiment(write())  # 6 points of 4 replicates
    monkeypatch.setattr(running, "MOST_RUNS", 24)
    running._refuse_too_many_runs(made)
    monkeypatch.setattr(running, "MOST_RUNS", 23)
    with pytest.raises(InputError, match="6 design points of 4 replicates are 24 runs"):
        running._refuse_too_many_runs(made)


def test_a_sample_written_out_or_that_of_a_folder(tmp_path):
    written = parse({"sample": {"parameters.trust.x": [1, 2]}})
    found, wrong = sampled(tmp_path, "parameters", written, "compare")
    assert wrong is None and found["parameters.trust.x"].values == (1.0, 2.0)
    found, wrong = sampled(tmp_path, "parameters", parse({"from": "nowhere"}), "compare")
    assert found == {} and "no posterior sample there" in str(wrong)
    assert "drawn by replicate" in str(sampled(tmp_path, "parameters", written, "lhs")[1])
    assert "is of parameters" in str(sampled(tmp_path, "scale", written, "compare")[1])


FACTORS = {"method": "", "config": "x.yaml", "factors": {"scale": {"from": 1, "to": 9}}}
TARGET = {"outcome": "trust", "value": 1.0, "sd": 0.5, "source": "made up"}


def test_sets_of_parameters_in_all_waves_and_generations():
    calibrate = FACTORS | {"method": "calibrate", "targets": {"a": TARGET}}
    assert Calibrate.model_validate(calibrate | {"samples": 21, "waves": 3}).cells == 21 + 2 * 10
    search = FACTORS | {"method": "search", "objectives": {"trust": "more"}}
    assert Search.model_validate(search | {"population": 6, "generations": 7}).cells == 42


@pytest.mark.parametrize(
    ("method", "more", "points"),
    [
        ("lhs", "samples: 7", 7),
        ("sobol", "samples: 8", 8 * (2 + 2)),
        ("sobol", "samples: 8\nsecond_order: true", 8 * (4 + 2)),
        ("morris", "trajectories: 5", 5 * 3),
        ("search", "population: 6\ngenerations: 7\nobjectives: {trust: more}", 42),
        ("factorial", "", 2 * 3),
    ],
)
def test_points_are_counted_without_being_built(write, method, more, points):
    levels = "{policies.headcount.lines: [3, 6], scale: {from: 500, to: 700, steps: 3}}"
    text = f"config: tiny.yaml\nmethod: {method}\nfactors: {levels}\n{more}\n"
    experiment = load_experiment(write(text))
    assert designs.count(experiment) == points
    one = text.replace("policies.headcount.lines: [3, 6], ", "").replace("second_order: true", "")
    if method == "sobol":
        assert designs.count(load_experiment(write(one))) == 8 * 3


def test_too_many_points_are_refused_with_a_way_out(write, monkeypatch):
    text = "config: tiny.yaml\nmethod: lhs\nsamples: 12\nfactors: {scale: [500, 600]}\n"
    monkeypatch.setattr(designs, "MOST_POINTS", 12)
    assert len(designs.build(load_experiment(write(text))).points) == 12
    monkeypatch.setattr(designs, "MOST_POINTS", 11)
    with pytest.raises(InputError, match=r"the design has 12 points, more than 11"):
        designs.build(load_experiment(write(text)))


# --- what is kept of an experiment's text, and what names it ---------------------------------


def test_levels_that_name_files_are_kept_by_what_they_were_called(write, place):
    (place / "other.csv").write_text((place / "villages.csv").read_text("utf-8") + "\n", "utf-8")
    text = """config: tiny.yaml
method: factorial
factors:
  county.villages: [villages.csv, other.csv]
  scale: [500, 600]
"""
    made = load_experiment(write(text))
    named = resolved.inputs(made)
    kept = sorted(named.values())
    assert [name.partition("-")[0] for name in kept] == ["inputs/other", "inputs/villages"]
    assert {path.rpartition("/")[2] for path in named} == {"other.csv", "villages.csv"}
    data = resolved.plain(made)
    levels = data["factors"]["county.villages"]["levels"]
    assert sorted(levels.values()) == kept and data["factors"]["scale"] == [500, 600]
    assert [name.rpartition("/")[2] for name in levels] == ["villages.csv", "other.csv"]
    assert data["config"]["county"]["villages"] == kept[1]
    digests = resolved.files(made)
    assert sorted(digests) == kept and len(set(digests.values())) == 2
    where = resolved.kept_files(made)
    assert [path.name for path in where.values()] == ["other.csv", "villages.csv"]


def test_a_sample_is_written_out_and_a_seed_comes_last(write, place):
    text = """config: tiny.yaml
method: compare
seed: 9
arms: {a: {}, b: {scale: 600}}
factors: {parameters: {sample: {parameters.service.visit_sigma_km: [2.5, 3]}}}
"""
    made = load_experiment(write(text))
    data = resolved.plain(made)
    rows = {"parameters.service.visit_sigma_km": [2.5, 3.0]}
    assert data["factors"]["parameters"] == {"sample": rows}
    assert [*data][0] == "method" and [*data][-1] == "seed" and data["seed"] == 9  # noqa: RUF015
    assert data["config"]["scale"] == 500 and "parts" not in data and "set" not in data
    (place / "inputs").mkdir()
    for name, path in resolved.kept_files(made).items():
        (place / name).write_bytes(path.read_bytes())
    again = load_experiment(write(resolved.to_yaml(data), "again"))
    assert resolved.plain(again) == data


def test_counties_are_written_out(write):
    text = "config: tiny.yaml\nmethod: factorial\nset: {policies.merger: null}\n"
    text += "counties: [德昌县, '511102']\nfactors: {scale: [500]}\n"
    data = resolved.plain(load_experiment(write(text)))
    assert data["counties"] == ["513424", "511102"] and "arms" not in data
    arms = text.replace("factorial", "compare\narms: {a: {}, b: {scale: 600}}")
    data = resolved.plain(load_experiment(write(arms)))
    assert list(data["arms"]) == ["a", "b"] and data["counties"] == ["513424", "511102"]
    assert data["config"] == data["arms"]["a"]["config"] != data["arms"]["b"]["config"]


def test_the_name_of_an_experiment_is_of_its_text_files_and_code(monkeypatch):
    data = {"method": "lhs", "record": {"villagers": "off"}}
    named = {"a": "1", "b": "2"}
    first = resolved.key(data, named)
    assert resolved.key(dict(data), {"b": "2", "a": "1"}) == first
    assert resolved.key(data | {"seed": 2}, named) != first
    assert resolved.key(data, named | {"a": "2"}) != first
    people = data | {"record": {"villagers": "last"}}
    monkeypatch.setattr(resolved, "VILLAGERS", "other")
    assert resolved.key(data, named) == first
    told = resolved.key(people, named)
    monkeypatch.setattr(resolved, "VILLAGERS", "another")
    assert resolved.key(people, named) != told
    monkeypatch.setattr(resolved, "simulation_digest", lambda: "other code")
    assert resolved.key(data, named) != first


def test_a_file_of_another_content_is_told_by_what_it_was_called():
    old, new = "inputs/plan-0123456789ab.csv", "inputs/plan-ba9876543210.csv"
    assert differences({"a": old}, {"a": new}) == ["plan.csv: its content"]
    other = "inputs/map-ba9876543210.csv"
    assert differences({"a": old}, {"a": other}) == [f"a: {old} -> {other}"]
