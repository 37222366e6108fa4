"""Rules on plain numbers: what each equation says, and its limits."""

import math

import pytest

from sim.model.processes import economy, hours, livelihood


def test_returns_of_the_reference_village_are_those_of_the_programme():
    assert economy.asset_income(1e6, 1, 1, 0.5, 1, 0.06, 0.15, 0.05, 0.87) == pytest.approx(
        60_000 / 12
    )
    assert economy.asset_income(1e6, 0, 1, 0.5, 1, 0.06, 0.15, 0.05, 0.87) == 0.0
    assert economy.asset_income(1e6, 0, 1, 0.5, 1, 0.06, 0.0, 0.05, 0.87) == pytest.approx(5_000)


def test_a_start_is_likelier_with_money_skill_and_examples():
    def weight(share=0.1, skill=0.5, examples=0.9, gain=0.3):
        usual, responses = (0.1, 0.3, 0.9), (0.8, 0.5, 1.5, 0.5)
        return livelihood.start_weight(0.0025, share, gain, skill, examples, *usual, *responses)

    assert weight() == pytest.approx(0.0025 / 0.9975)
    assert weight(share=1.0) / weight() == pytest.approx(10**0.8)
    assert weight(skill=0.9) > weight() and weight(examples=3.0) > weight()
    assert weight(gain=0.5) / weight() == pytest.approx(math.exp(0.1))
    assert livelihood.profit_gain(120000, 0.1, 0.0, 1000) == pytest.approx(math.log(2))
    assert livelihood.profit_gain(120000, 0.1, 6000, 1000) == pytest.approx(math.log(1.5))
    assert livelihood.profit_gain(0, 0.1, 9e9, 1000) == pytest.approx(math.log(0.1))
    assert livelihood.capital_at_hand(0, 0, 1e5, 0.0) == 0.01
    assert livelihood.capital_at_hand(9e9, 0, 1e5, 0.3) == 1.0
    assert livelihood.capital_at_hand(2e4, 3e4, 1e5, 0.3) == pytest.approx(0.65)


def test_ventures_close_most_in_their_third_year():
    first, third = (livelihood.exit_probability(y, 0.1, 1.8) for y in (0.5, 2.5))
    assert third == pytest.approx(1 - math.exp(-0.18)) and first == pytest.approx(
        1 - math.exp(-0.1)
    )


def test_rules_are_plain_python_too():
    """The plain Python of a rule gives the same number as the compiled one."""
    for rule, arguments in ((hours.decisions_supplied, (2, 1, 0, 60, 0.5, 0.5, 0.6)),):
        assert rule(*arguments) == rule.py_func(*arguments)
