"""Quotas in persons meet rows of several: the expected number is the same whatever the rows."""

import math

import numpy as np
import pytest

import sim
from sim.config.cautions import MOST_NEEDS, cut_needs, of_config, places_left
from sim.model.county import CountyModel
from sim.model.policies.dose import Given
from sim.model.processes.ventures import room_up_to
from sim.run import simulate


@pytest.mark.parametrize("size", [1, 2, 7, 10, 50, 100])
@pytest.mark.parametrize("places", [0.0, 0.4, 1.0, 8.08, 33.0, 99.9, 250.0])
def test_as_many_persons_win_on_average_as_if_each_stood_for_oneself(size, places):
    """Over the persons of a row who may stand for it, floor(places) win: Hermite's identity."""
    rows = np.full(400, float(size))
    won = [
        size * (room_up_to(rows, np.full(rows.size, 1.0 + which)) <= places).sum()
        for which in range(size)
    ]
    assert np.mean(won) == pytest.approx(math.floor(places))


def test_rows_of_unequal_size_win_as_many_too():
    """With rows of 8 to 12 persons the mean is within half a person of the places."""
    rows = np.tile([8.0, 9.0, 10.0, 11.0, 12.0], 30)
    shares = (np.arange(1000) + 0.5) / 1000
    for places in (5.0, 30.0, 97.0):
        won = [
            rows[room_up_to(rows, 1.0 + u * (rows - 1.0)) <= places].sum() for u in shares.tolist()
        ]
        assert np.mean(won) == pytest.approx(places, abs=1.0)


def test_a_person_a_row_takes_no_more_than_the_places_and_the_budget(make_config):
    block = {"grant": 10_000.0, "number": 24, "budget": 35_000.0}
    county = simulate(make_config({"entrepreneurship": block}, scale=1, months=30))
    assert 3.0 <= county.recorder.county["startup_grants"].sum() / 10_000.0 <= 3.5


def test_what_one_row_takes_beyond_the_places_is_taken_off_the_next(make_config):
    block = {"entrepreneurship": {"grant": 1000.0, "number": 12}}
    for seed in range(1, 9):
        county = simulate(make_config(block, scale=50, months=42, seed=seed))
        given = [one for one in county.doses.given(county.config.active()) if one.what != "moved"]
        assert given[0].delivered <= given[0].asked + county.weight.max()
        assert county.support_places >= -county.weight.max()


@pytest.mark.parametrize(
    ("scale", "block", "said"),
    [
        (1, {"number": 1}, 0),
        (10, {"number": 4}, 1),  # 4 a year for a year are 0.4 rows
        (10, {"number": 60}, 0),
        (10, {"number": 0}, 0),
        (10, {"number": 60, "grant": 1000.0, "budget": 20_000.0}, 1),
        (10, {"number": 4, "grant": 1000.0, "budget": 20_000.0}, 2),
    ],
)
def test_a_quota_of_less_than_a_few_rows_is_warned_of(make_config, scale, block, said):
    config = make_config({"entrepreneurship": block}, scale=scale)
    found = of_config(config)
    assert len(found) == said and {one.kind for one in found} <= {"small_quota"}


@pytest.mark.parametrize(
    ("scale", "what", "delivered", "percent"),
    [
        (10, "ventures", 89.9, [89.9]),
        (10, "ventures", 90.0, []),
        (10, "ventures", 0.0, [0.0]),
        (1, "ventures", 40.0, []),  # a row is a person
        (10, "sites", 1.0, []),  # villages
    ],
)
def test_places_that_were_left_are_warned_of(make_config, scale, what, delivered, percent):
    block = {"number": 50, "demonstration_sites": 100}
    policies = {"entrepreneurship": block, "training": {"cost": 1.0}}
    config = make_config(policies, scale=scale)
    given = [
        Given("entrepreneurship", what, 24, 100.0, delivered),
        Given("entrepreneurship", "moved", 24, math.nan, 1.0),
        Given("training", "trained", 24, 100.0, 1.0),  # no quota in persons
    ]
    found = list(places_left(config, given))
    assert [one.number for one in found] == pytest.approx(percent)
    assert all(one[:2] == ("places_left", "policies.entrepreneurship") for one in found)


@pytest.mark.slow
def test_support_for_ventures_is_the_same_at_every_scale_in_leshan():
    """At scale 100 no venture was ever supported while a row had to fit the places whole."""
    root = sim.__path__[0]
    won = {}
    for scale in (10, 50, 100):
        config = sim.load(f"{root}/../configs/leshan_shizhong_2020.yaml", {"scale": scale})
        runs = [simulate(config, seed=seed) for seed in range(1, 17)]
        found = [run.doses.given(config.active()) for run in runs]
        won[scale] = [g.delivered for given in found for g in given if g.what == "ventures"]
    fine = np.mean(won[10])
    assert fine == pytest.approx(92.0, abs=5.0)
    for scale in (50, 100):
        error = np.std(won[scale], ddof=1) / math.sqrt(len(won[scale]))
        assert abs(np.mean(won[scale]) - fine) < 3.0 * error
        assert error < 12.0


@pytest.mark.parametrize(
    ("scale", "rate", "ratio", "mean"),
    [
        (200, 0.3, 2.5, None),  # the ends of the plausible ranges: 150
        (200, 2.0, 1.5, 600.0),
        (1000, 2.0, 1.5, 600.0),  # 200 persons draw for all
        (50, 2.0, 1.5, None),
        (100, 2.0, 1.1, 220.0),
    ],
)
def test_needs_that_a_row_cannot_count_are_said(make_config, scale, rate, ratio, mean):
    service = {"request_rate": rate, "elderly_rate_ratio": ratio}
    changes = {"parameters": {"service": service}, "parameters_outside_range": True}
    config = make_config(scale=scale, **changes)
    assert cut_needs(config) == (mean if mean is None else pytest.approx(mean))
    told = [("cut_needs", "parameters.service.request_rate", cut_needs(config))]
    assert of_config(config) == (told if mean else [])


def test_a_row_counts_no_more_needs_than_the_caution_says(make_config):
    """Some of 600 on average are cut, all at the same count."""
    service = {"request_rate": 2.0}
    changes = {"parameters": {"service": service}, "parameters_outside_range": True}
    county = CountyModel(make_config(scale=200, **changes))
    county.step()
    assert county.villagers["needs"].max() == MOST_NEEDS
