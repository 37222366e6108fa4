"""The report's figures: complete, of the right class, set exactly where they are set."""

import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.about import facts
from sim.errors import InputError

CONFIGS = Path(__file__).parents[2] / "configs"
#: by how much what is drawn or rounded may miss a figure that is set
NEAR = {
    "area_before": 0.04,
    "area_after": 0.06,
    "combined_after": 0.001,
    "age_before": 1.0,
    "opinions": 100,
}


@pytest.fixture(scope="module")
def compared():
    return {county: facts.compare(county, 2, 20, CONFIGS) for county in facts.CASES}


def test_every_figure_of_the_report_is_there():
    numbers = {fact.number for fact in facts.facts()}
    assert numbers == {*range(1, 37), *range(39, 46), 47, 48, 49}
    for fact in facts.facts():
        assert fact.county == ("leshan" if fact.number < 35 else "dechang")
        assert fact.kind in ("set", "reproduced", "fitted", "context") and fact.en and fact.zh
        assert not fact.measure or fact.measure in facts.MEASURES
        assert fact.kind == "context" or fact.measure
        assert fact.kind not in ("reproduced", "fitted") or fact.target is not None
        assert fact.kind != "fitted" or fact.remark_en, "what was chosen with it in view"
        assert bool(fact.remark_en) == bool(fact.remark_zh), fact.number
    assert {fact.measure for fact in facts.facts()} - {""} == set(facts.MEASURES)


def test_what_is_ambiguous_is_never_a_target():
    """(31) outside capital and (32) 9.8 % are gross: shown, not fitted."""
    assert {fact.kind for fact in facts.facts() if fact.number in (31, 32)} == {"context"}


@pytest.mark.parametrize("county", list(facts.CASES))
def test_what_is_set_is_set(compared, county):
    found = [(f, m) for f, m in compared[county] if f.kind == "set" and f.target is not None]
    assert len(found) >= 8
    for fact, measured in found:
        assert measured.n == 2
        if math.isnan(measured.mean):  # the configuration does not have it: shown as context
            continue
        assert measured.mean == pytest.approx(fact.target, abs=NEAR.get(fact.measure, 0.5)), fact


def test_nothing_set_is_shown_as_reproduced(compared):
    """What is set does not depend on luck: what hits its figure under every seed was put in."""
    for found in compared.values():
        for fact, measured in found:
            hit = measured is not None and measured.low == measured.high == fact.target
            assert fact.kind != "reproduced" or not hit, fact.measure


def test_interval_is_students_and_one_seed_has_none():
    measured = facts.measure([1.0, 2.0, 3.0, 4.0, 5.0])
    assert measured.mean == 3.0 and measured.n == 5
    assert measured.high - 3.0 == pytest.approx(2.776 * math.sqrt(2.5 / 5), rel=1e-3)
    assert math.isnan(facts.measure([7.0]).low)


def test_unknown_county_and_place():
    with pytest.raises(InputError, match="did you mean 'leshan'"):
        facts.compare("lesan")
    with pytest.raises(InputError, match=r"dechang_2020\.yaml"):
        facts.compare("dechang", folder=Path("nowhere"))


@pytest.mark.parametrize(("lang", "word"), [("en", "reproduced by the model"), ("zh", "模型再现")])
def test_command_prints_the_table(monkeypatch, lang, word):
    from sim.cli import main

    monkeypatch.chdir(CONFIGS.parent)
    options = ["facts", "leshan", "--seeds", "1", "--scale", "200", "--lang", lang]
    done = CliRunner().invoke(main, options)
    assert done.exit_code == 0, done.output
    assert word in done.output and "230,000,000" in done.output
