"""The literature's numbers: each is where the table says it is, and the targets are measured."""

import sys
from pathlib import Path

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


def test_targets_are_measured():
    keys = {number.key for number in literature.numbers() if number.kind == "target"}
    assert keys == literature.MEASURES.keys()
    found = literature.compare(seeds=1, scale=100, folder=ROOT / "configs")
    assert {number.key for number, _ in found} == keys
    for number, by_county in found:
        for county, measured in by_county.items():
            assert measured.n == 1 and measured.mean > 0, (number.name, county)


@pytest.mark.parametrize(("lang", "word"), [("en", "Cadres in distress"), ("zh", "村干部心理困扰")])
def test_command(monkeypatch, lang, word):
    monkeypatch.chdir(ROOT)
    options = ["facts", "literature", "--seeds", "1", "--scale", "200", "--lang", lang]
    done = CliRunner().invoke(main, options)
    assert done.exit_code == 0 and word in done.output, done.output
