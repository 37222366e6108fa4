import string

import pytest

from sim.errors import InputError
from sim.model.outcomes.catalogue import OUTCOMES
from sim.report.labels import (
    UNITS,
    WORDS,
    check_outcome,
    decimals,
    number,
    outcome_label,
    quantity,
    unit_label,
)


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_things(key):
    english, chinese = WORDS[key]
    assert fields(english) == fields(chinese)


def test_every_unit_of_the_catalogue_has_a_label():
    assert {outcome.unit for outcome in OUTCOMES.values()} <= set(UNITS)


def test_units_and_outcomes_in_both_languages():
    assert unit_label("h/month", "zh") == "小时/月"
    assert unit_label("furlong", "zh") == "furlong"
    assert outcome_label("trust", "en") == OUTCOMES["trust"].en
    assert outcome_label("trust", "zh") == OUTCOMES["trust"].zh
    assert outcome_label("gone", "zh") == "gone"


def test_numbers_have_about_four_digits():
    written = [number(value) for value in (123456.7, 123.45, 12.345, 0.12345, 0.012345, 7.0)]
    assert written == ["123,457", "123.5", "12.35", "0.123", "0.0123", "7"]
    assert number(float("nan")) == "–"
    assert number(-0.0001, 2, sign=True) == "+0.00"
    assert decimals(float("nan"), 0.5) == 3


def test_ratios_are_written_without_a_unit():
    assert quantity(0.5, "1", "en") == "0.500"
    assert quantity(1234.5, "yuan", "zh") == "1,234 元"


def test_an_unknown_outcome_names_the_nearest():
    with pytest.raises(InputError, match=r"'trus'.*county.parquet.*did you mean 'trust'"):
        check_outcome("trus", ["trust", "posts"], "county.parquet")
