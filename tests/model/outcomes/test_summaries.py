"""Summaries over the horizon: each is what its name says, on plain numbers."""

import numpy as np
import pytest

from sim.model.outcomes.summaries import SUMMARIES

SERIES = np.arange(40.0) ** 2
REFORM = 15


def of(name, values=SERIES, reform=REFORM):
    return SUMMARIES[name].of(values, reform)


def test_each_summary_is_what_it_says():
    assert of("year_before") == pytest.approx(SERIES[3:15].mean())
    assert of("month_before") == SERIES[14]
    assert of("last_year") == pytest.approx(SERIES[28:].mean())
    assert of("mean_since_reform") == pytest.approx(SERIES[15:].mean())
    assert of("change") == pytest.approx(of("last_year") - of("year_before"))
    assert of("change_on_month") == pytest.approx(of("last_year") - SERIES[14])


def test_no_month_is_on_both_sides_and_missing_months_are_left_out():
    assert of("last_year", reform=35) == pytest.approx(SERIES[35:].mean())
    assert np.isnan(of("change", reform=0)) and np.isnan(of("change_on_month", reform=0))
    assert np.isnan(of("last_year", reform=40))
    gaps = SERIES.copy()
    gaps[::2] = np.nan
    assert of("last_year", gaps) == pytest.approx(SERIES[29::2].mean())


def test_villages_are_summed_up_one_by_one():
    table = np.stack((SERIES, np.full(40, np.nan), -SERIES), axis=1)
    for name in SUMMARIES:
        found = of(name, table)
        assert found[0] == pytest.approx(of(name)) and -found[2] == pytest.approx(of(name))
        assert np.isnan(found[1])
