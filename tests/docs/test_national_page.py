"""The page on every county that merged: its tables are its stored numbers."""

import numpy as np
import pytest

from docs import make_national as national
from sim.lab.file.loading import load_experiment
from sim.model.outcomes.catalogue import HEADLINE
from sim.model.world.mergers import largest_merger
from sim.model.world.registry import counties


@pytest.fixture(scope="module")
def table():
    return national.stored()


def test_the_tables_are_those_of_the_stored_numbers():
    text = national.PAGE.read_text("utf-8")
    assert national.written(text) == text


def test_the_stored_numbers_are_of_counties_that_merged(table):
    merged = {entry.code for entry in counties() if largest_merger(entry)}
    assert set(table["county"]) <= merged
    assert not table.duplicated(["county", "outcome"]).any()
    assert set(table["outcome"]) == set(HEADLINE)
    known = table.dropna()
    assert ((known["low"] <= known["effect"]) & (known["effect"] <= known["high"])).all()
    assert f"{len(merged)} counties that merged" in national.PAGE.read_text("utf-8")


def test_a_rank_correlation_by_hand():
    x, y = np.array([1.0, 2, 3, 10, 20, 30]), np.array([3.0, 2, 1, 30, 20, 10])
    group = np.array([0, 0, 0, 1, 1, 1])
    assert national.rank_correlation(x, y, group, within=True) == pytest.approx(-1.0)
    assert national.rank_correlation(x, y, group, within=False) > 0.5
    assert national.rank_correlation(x, x, group, within=False) == pytest.approx(1.0)
    assert np.isnan(national.rank_correlation(x, np.ones(6), group, within=False))


def test_an_interval_over_provinces_is_wide_where_provinces_differ():
    rng = np.random.default_rng(1)
    province = np.repeat(np.arange(8), 30).astype(str)
    of_province = np.repeat(rng.normal(size=8), 30)
    x, y = of_province + 0.01 * rng.normal(size=240), np.repeat(rng.normal(size=8), 30)
    _, low, high = national.correlated(x, y, province, within=False)
    assert low < 0 < high and high - low > 0.5


@pytest.mark.slow
def test_the_experiment_is_every_county_that_merged():
    found = {head.county for head in load_experiment(national.FILE).heads}
    assert found == {entry.code for entry in counties() if largest_merger(entry)}
