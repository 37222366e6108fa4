from sim.words.numbers import decimals, number, quantity


def test_numbers_have_about_four_digits():
    written = [number(value) for value in (123456.7, 123.45, 12.345, 0.12345, 0.012345, 7.0)]
    assert written == ["123,457", "123.5", "12.35", "0.123", "0.0123", "7"]
    assert number(float("nan")) == "–"
    assert number(-0.0001, 2, sign=True) == "+0.00"
    assert decimals(float("nan"), 0.5) == 3


def test_ratios_are_written_without_a_unit():
    assert quantity(0.5, "1", "en") == "0.500"
    assert quantity(1234.5, "yuan", "zh") == "1,234 元"
