"""Factors: what a share of a range or of levels is, and what is said of wrong ones."""

import math
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.lab.design import points as designs
from sim.lab.file.factors import Draw, Joint, Levels, Prior, Range, every_variant, parse, stands_for
from sim.lab.file.loading import load_experiment, settle
from sim.model.parameters.variants import VARIANTS


@pytest.mark.parametrize(
    ("share", "plain", "log"), [(0.0, 2.0, 2.0), (0.25, 9.5, 4.0), (0.5, 17.0, 8.0), (1, 32, 32)]
)
def test_a_share_of_a_range(share, plain, log):
    assert Range(2.0, 32.0).value(share) == plain
    assert Range(2.0, 32.0, log=True).value(share) == pytest.approx(log)


def test_steps_of_a_range():
    assert parse({"from": 0, "to": 3, "steps": 4}).levels().values == (0, 1, 2, 3)
    half = parse({"from": 0.1, "to": 0.3, "steps": 3}).levels()
    assert half.values == half.labels == (0.1, 0.2, 0.3)
    log = parse({"from": 1, "to": 1000, "steps": 4, "log": True}).levels().values
    assert log == (1, 10, 100, 1000) and {type(value) for value in log} == {int}
    assert parse({"from": 0.3, "to": 3.3, "steps": 2}).levels().values == (0.3, 3.3)
    below = parse({"from": -1.5, "to": -0.5, "steps": 3}).levels().values
    assert below == (-1.5, -1.0, -0.5)


def test_a_share_of_levels():
    levels = Levels(("a", "b", "c", "d"), ("a", "b", "c", "d"))
    assert [levels.at(share) for share in (0.0, 0.24, 0.25, 0.74, 0.75, 1.0)] == [0, 0, 1, 2, 3, 3]


def test_what_levels_are_called():
    assert parse([True, False, None]).labels == ("true", "false", "none")
    assert parse([1, "low"]).labels == ("1", "low")
    assert parse([{"a": 1}, 5, {"a": 2}]).labels == ("level 1", "5", "level 3")
    assert parse([0.5, 1]).labels == (0.5, 1)
    named = parse({"levels": {"low": 1, "high": None}})
    assert (named.values, named.labels) == ((1, None), ("low", "high"))


def test_priors_and_samples():
    assert parse("prior") == Prior()
    assert parse({"from": "results/c"}) == Joint("results/c", {})
    assert parse({"sample": {"a": [1, 2], "b": [3, 4]}}) == Joint(
        None, {"a": (1.0, 2.0), "b": (3.0, 4.0)}
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (5, "expected a list of levels"),
        ({"a": 1}, "expected a list of levels"),
        ({"levels": [1, 2]}, "expected a list of levels"),
        ([], "the list of levels is empty"),
        ([1, 2, 1], "the level 1 is given twice"),
        ([1, "1"], "two levels are called 1"),
        (list(range(1001)), "1,001 levels; expected at most 1,000"),
        ({"from": 1}, "'to' is missing in a range"),
        ({"to": 1}, "'from' is missing in a range"),
        ({"from": 1, "to": 2, "step": 3}, "'step' is unknown in a range"),
        ({"from": "a", "to": 2}, "from: expected the results folder|'a'"),
        ({"from": 1, "to": True}, "to: expected a number, got True"),
        ({"from": 2, "to": 2}, "from 2 is not below to 2"),
        ({"from": 1, "to": math.nan}, "from 1 is not below to nan"),
        ({"from": 1, "to": math.inf}, "from 1 to inf is no range"),
        ({"from": 1, "to": 2, "log": "yes"}, "log: expected true or false, got 'yes'"),
        ({"from": 0, "to": 2, "log": True}, "a logarithmic range starts above 0, not at 0"),
        ({"from": 1, "to": 2, "steps": 1}, "steps: expected a whole number of at least 2, got 1"),
        ({"from": 1, "to": 2, "steps": True}, "steps: expected a whole number"),
        ({"from": 1, "to": 2, "steps": 2.5}, "steps: expected a whole number"),
        ({"from": 1, "to": 2, "steps": 1001}, "steps: 1,001 is too many; expected at most 1,000"),
        ({"from": ["a"]}, "from: expected the results folder"),
        ({"sample": [1]}, "sample: expected a list of values for each parameter"),
        ({"sample": {"a": [1, 2], "b": [1]}}, "sample: expected lists of one length"),
        ({"sample": {"a": [], "b": []}}, "sample: expected lists of one length"),
        ({"sample": {"a": 3}}, "sample: expected lists of one length"),
    ],
)
def test_what_is_said_of_no_factor(given, said):
    with pytest.raises(ValueError, match=said):
        parse(given)


def test_the_largest_factors_there_may_be():
    assert len(parse(list(range(1000))).values) == 1000
    assert len(parse({"from": 0, "to": 999, "steps": 1000}).levels().values) == 1000
    assert parse({"from": -1, "to": 0, "steps": 2, "log": False}).log is False


def test_what_is_drawn_by_replicate():
    assert parse({"draw": ["a", "b"]}) == Draw(("a", "b"))
    assert parse({"draw": [1, 2.5]}) == Draw((1, 2.5))
    assert parse({"draw": {"from": 0, "to": 2}}) == Draw(Range(0, 2))
    with pytest.raises(ValueError, match="the list of levels is empty"):
        parse({"draw": []})
    wrong = (["a", 1], [True, False], [[1]], 3, "prior", {"from": 0, "to": 1, "steps": 3}, {})
    for given in wrong:
        with pytest.raises(ValueError, match="draw: expected a list of numbers or of words"):
            parse({"draw": given})


def test_forms_that_a_prior_stands_for():
    every = [f"variants.{name}" for name in VARIANTS]
    assert stands_for("variants", ("variants",)) == every
    assert stands_for("variants.decay", ("variants", "decay")) == ["variants.decay"]
    with pytest.raises(InputError, match="prior is the range of a parameter"):
        stands_for("variants.no", ("variants", "no"))


def test_parameters_that_a_prior_stands_for():
    everything = stands_for("parameters", ("parameters",))
    trust = stands_for("parameters.trust", ("parameters", "trust"))
    assert 3 < len(trust) < len(everything) and set(trust) < set(everything)
    assert all(key.startswith("parameters.trust.") for key in trust)
    one = trust[0]
    assert stands_for(one, tuple(one.split("."))) == [one]
    for wrong, said in (
        ("scale", "prior is the range of a parameter"),
        ("parameters.trus", "no parameter is called 'parameters.trus'"),
        ("parameters.a.b.c", "no parameter is called"),
        ("parameters.trust.nothing", "no parameter"),
    ):
        with pytest.raises(InputError, match=said):
            stands_for(wrong, tuple(wrong.split(".")))


def test_all_forms_of_contested_mechanisms():
    found = parse("all")
    assert found.labels[0] == "as given" and found.values[0] == {}
    alone = dict(zip(found.labels, found.values, strict=True))
    for name, variant in VARIANTS.items():
        others = [form for form in variant.forms if form != variant.default]
        assert all(alone[f"{name} {form}"] == {name: form} for form in others)
        assert f"{name} {variant.default}" not in alone
    first = {n: v.first_edition for n, v in VARIANTS.items() if v.first_edition != v.default}
    assert alone.get("first edition", {}) == (first if len(first) > 1 else {})


def test_all_is_of_variants_alone(tmp_path):
    path = tmp_path / "e.yaml"
    text = "config: {config}\nmethod: factorial\nfactors: {{{key}: all}}\n"
    config = Path(__file__).parents[2] / "configs" / "made_up_map.yaml"
    path.write_text(text.format(config=config, key="parameters.service.request_rate"), "utf-8")
    with pytest.raises(InputError, match="all is for variants alone"):
        load_experiment(path)
    path.write_text(text.format(config=config, key="variants"), "utf-8")
    experiment = load_experiment(path)
    points = designs.build(experiment).points
    assert len(points) == len(every_variant().values)
    trees = (designs.tree_of(point, experiment) for point in points)
    configs = [settle(tree, experiment.folders).config for tree in trees]
    assert len({repr(config.variants) for config in configs}) == len(points)
