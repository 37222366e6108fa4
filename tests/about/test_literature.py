"""The literature's numbers: each is where the table says it is, and the targets are measured."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from sim.about import literature
from sim.cli import main
from sim.model.parameters import lookup
from sim.model.policies import POLICIES

ROOT = Path(__file__).parents[2]


def test_every_number_is_well_formed():
    names = [number.name for number in literature.numbers()]
    assert len(names) == len(set(names)) > 55
    for number in literature.numbers():
        assert number.kind in literature.KINDS and number.confidence in "ABC", number.name
        assert min(number.low, number.high) <= number.value <= max(number.low, number.high)
        assert number.en and number.zh and number.source
        assert bool(number.remark_en) == bool(number.remark_zh), number.name
        assert bool(number.key) == (number.kind != "absent")
        assert number.kind != "absent" or number.remark_en, "why it is left out"


def test_inputs_are_parameters_of_that_value_and_range():
    for number in literature.numbers():
        if number.kind != "input":
            continue
        p = lookup(*number.key.split("."))
        assert (p.value, p.low, p.high) == (number.value, number.low, number.high), number.name


def test_derived_levers_and_patterns_exist():
    sys.path.insert(0, str(ROOT / "tests" / "patterns"))
    from catalogue import PATTERNS

    patterns = {pattern.key for pattern in PATTERNS}
    for number in literature.numbers():
        room, _, name = number.key.partition(".")
        if number.kind == "derived":
            lookup(room, name)
        if number.kind == "lever" and room == "policies":
            policy, _, field = name.partition(".")
            assert field in POLICIES[policy].model_fields
        if number.kind == "pattern":
            assert number.key in patterns


def test_what_the_model_produces_is_measured():
    keys = {number.key for number in literature.numbers() if number.kind in literature.MEASURED}
    assert keys == literature.MEASURES.keys()
    found = literature.compare(seeds=1, scale=100, folder=ROOT / "configs")
    assert {number.key for number, _ in found} == keys
    for number, by_county in found:
        for county, measured in by_county.items():
            positive = measured.mean > 0 or number.name == "residents_change"
            assert measured.n == 1 and positive and abs(measured.mean) > 0, (number.name, county)


def test_residents_become_fewer_as_more_are_away():
    """From 90 of 100 in the year before last to 81 in the last: a tenth fewer."""

    away = {"away_share": np.repeat([0.1, 0.19], 12)}
    county = SimpleNamespace(recorder=SimpleNamespace(done=24, county=away))
    assert literature.MEASURES["residents_change"](county) == pytest.approx(-0.1)


def test_what_gives_a_parameter_its_value_is_not_predicted():
    """A number that is said to be set, or chosen with in view, names the parameter."""
    for number in literature.numbers():
        if number.kind == "fitted":
            assert number.remark_en, number.name
    own = {number.source for number in literature.numbers() if number.kind == "input"}
    for number in literature.numbers():
        assert number.kind != "predicted" or number.source not in own, number.name


@pytest.mark.parametrize(("lang", "word"), [("en", "Cadres in distress"), ("zh", "村干部心理困扰")])
def test_command(monkeypatch, lang, word):
    monkeypatch.chdir(ROOT)
    options = ["facts", "literature", "--seeds", "1", "--scale", "200", "--lang", lang]
    done = CliRunner().invoke(main, options)
    assert done.exit_code == 0 and word in done.output, done.output
