"""Intervals, variance reduction, and when replicates are enough."""

import numpy as np
import pytest
from scipy import stats

from sim.lab.methods.statistics import (
    Decision,
    apart,
    by_world,
    column,
    decide,
    decimals,
    estimate,
    half_widths,
    look_ahead,
    variance_reduction,
    variance_reduction_interval,
    worlds_of,
)


def test_estimate_is_students_interval():
    values = np.array([1.0, 2.0, 4.0, np.nan, 7.0])
    found = estimate(values)
    low, high = stats.t.interval(0.95, 3, values[[0, 1, 2, 4]].mean(), stats.sem([1, 2, 4, 7]))
    assert (found.mean, found.n) == (3.5, 4)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert np.isnan(estimate(np.array([3.0])).low) and estimate(np.array([3.0])).mean == 3.0
    assert np.isnan(estimate(np.array([np.nan])).mean)


def test_half_widths_are_those_of_every_beginning():
    values = np.random.default_rng(1).normal(5, 2, (30, 3))
    values[4, 1] = np.nan
    found = half_widths(values)
    for n in (2, 7, 30):
        expected = [estimate(values[:n, k]).half for k in range(3)]
        assert found[n - 1] == pytest.approx(expected)
    assert np.isnan(found[0]).all()


def test_variance_reduction():
    rng = np.random.default_rng(2)
    shared, one, other = rng.normal(size=(3, 4000))
    paired = variance_reduction(3 * shared + one, 3 * shared + other)
    assert paired == pytest.approx(10, rel=0.15)
    assert variance_reduction(one, other) == pytest.approx(1, rel=0.1)
    for shift in (4.0, 0.1, 1e-6, 1e6):  # rounding makes the differences vary a little
        assert variance_reduction(one, one + shift) == np.inf
        assert np.isnan(variance_reduction_interval(one, one + shift)).all()
    assert np.isnan(variance_reduction(np.full(9, 0.1), np.full(9, 0.3)))
    low, high = variance_reduction_interval(3 * shared + one, 3 * shared + other)
    assert 8 < low < paired < high < 12
    assert np.isnan(variance_reduction_interval(one[:2], other[:2])).all()
    assert np.isnan(variance_reduction(one[:1], other[:1]))


def test_variance_reduction_of_four_runs_by_hand():
    """Variances 20/3 and 19/3, of the difference 1; of the first two runs 2, 8, and 2."""
    one, other = np.array([1.0, 3.0, 5.0, 7.0]), np.array([0.0, 4.0, 4.0, 6.0])
    assert variance_reduction(one, other) == pytest.approx(13)
    assert variance_reduction(one[:2], other[:2]) == pytest.approx(5)
    missing = np.array([np.nan, 9.0])
    found = variance_reduction(np.append(one, missing), np.append(other, missing[::-1]))
    assert found == pytest.approx(13)


@pytest.mark.parametrize("n", [3, 4, 9, 40])
def test_the_interval_of_variance_reduction_holds_what_pitmans_test_does_not_reject(n):
    """Sum and difference over their standard deviations do not go together at the true ratio."""
    one, own = np.random.default_rng(n).normal(size=(2, n))
    other = 0.9 * one + 0.4 * own
    ends = variance_reduction_interval(one, other)
    assert ends[0] < variance_reduction(one, other) < ends[1]
    for end in ends:
        total, paired = one + other, (one - other) * np.sqrt(2.0 * end - 1.0)
        assert stats.pearsonr(total + paired, total - paired).pvalue == pytest.approx(0.05)


def test_replicates_that_share_rows_of_a_sample_are_one_world():
    assert worlds_of(5, []).tolist() == worlds_of(5, [5, 9]).tolist() == [0, 1, 2, 3, 4]
    assert worlds_of(6, [4]).tolist() == [0, 1, 2, 3, 0, 1]
    assert worlds_of(13, [4, 6, 13]).tolist() == [0, 1] * 6 + [0]  # both begin anew after 12


def test_a_world_has_the_mean_of_its_replicates_or_none():
    values = np.array([[1.0, 2.0, 5.0, 8.0], [1.0, np.nan, 3.0, 4.0]])
    assert by_world(values, np.array([0, 1, 0, 1])).tolist()[0] == [3.0, 5.0]
    found = by_world(values, np.array([0, 1, 0, 1]))[1]
    assert found[0] == 2.0 and np.isnan(found[1])
    assert by_world(values, np.arange(4)) is values


@pytest.mark.parametrize(
    ("value", "half", "shown"),
    [
        (5.0, 0.034, 3),  # two digits of the half-width
        (5.0, 0.1, 2),
        (5.0, 3.4, 1),
        (1234.0, 56.0, 0),
        (1234.0, 560.0, 0),
        (5.0, 1e-9, 6),
        (0.5, np.nan, 3),  # three digits of the value
        (-5.0, np.nan, 2),
        (50.0, 0.0, 1),
        (50.0, 1e-12, 1),  # rounding is no interval
        (0.0, np.nan, 0),
        (np.nan, np.nan, 0),
    ],
)
def test_decimals_show_two_digits_of_what_is_not_known(value, half, shown):
    assert decimals(value, half) == shown


def test_a_run_that_failed_has_no_end_value():
    assert column([[1.0, 2.0], None, [3.0, 4.0]], 1) == pytest.approx(
        [2.0, np.nan, 4.0], nan_ok=True
    )


def sequence(sd: float, n: int = 400, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(1, sd, (n, 1))


def replay(values: np.ndarray, target: float, at_least: int = 10, at_most: int = 200):
    """Decide again and again as an experiment does."""
    rounds, n = [], 0
    while True:
        found = decide(values[:n], np.array([target]), at_least, at_most)
        if found.wanted <= n:
            return found, rounds
        n = found.wanted
        rounds.append(n)


def test_it_stops_where_the_interval_stays_narrow():
    values, target = sequence(1.0), 0.25
    found, rounds = replay(values, target)
    half = half_widths(values)[:, 0]
    assert found.enough is not None
    n = found.enough
    assert (half[n - 1 : n + look_ahead(n)] <= target).all()
    earlier = [m for m in range(10, n) if (half[m - 1 : m + look_ahead(m)] <= target).all()]
    assert not earlier, "an earlier number was enough"
    assert rounds[0] == 15 and rounds[-1] >= n + look_ahead(n)


def test_it_looks_five_replicates_ahead_or_one_in_twenty():
    assert [look_ahead(n) for n in (3, 99, 100, 101, 200, 1000)] == [5, 5, 5, 5, 10, 50]


def test_it_does_not_depend_on_the_rounds():
    values = sequence(1.0, seed=3)
    enough = replay(values, 0.25)[0].enough
    assert {decide(values[:n], np.array([0.25]), 10, 200).enough for n in (150, 180, 200)} == {
        enough
    }


def test_budget():
    found, rounds = replay(sequence(10.0), 0.1, at_most=60)
    assert found.enough is None and found.wanted == rounds[-1] == 60
    assert max(np.diff(rounds)) <= 30


@pytest.mark.parametrize(
    ("narrower", "at_most", "wanted"),
    [
        (1.05, 200, 25),  # 22.05 would do: at least 5 more
        (1.3, 200, 34),  # 20 x 1.3 ** 2 = 33.8
        (1.3, 30, 30),
        (1.5, 200, 40),  # 45, but no more than twice as many at once
    ],
)
def test_replicates_wanted_grow_with_the_square_of_what_is_missing(narrower, at_most, wanted):
    values = np.tile([[0.0], [2.0]], (10, 1))
    half = estimate(values[:, 0]).half
    found = decide(values, np.array([half / narrower]), 10, at_most)
    assert found == Decision(None, wanted)


def test_what_is_looked_ahead_counts_only_as_far_as_the_budget():
    values = np.tile([[0.0], [2.0]], (10, 1))
    enough = np.array([10.0])
    assert decide(values[:3], enough, 3, 200) == Decision(None, 8)
    assert decide(values[:8], enough, 3, 200) == Decision(3, 8)
    assert decide(values[:5], enough, 3, 5) == Decision(3, 5)
    assert decide(values[:4], enough, 3, 5) == Decision(None, 5)
    last = np.array([1.5])  # half-widths of 3, 4 and 5 are 2.87, 1.84 and 1.36
    assert decide(values[:5], last, 3, 5) == Decision(5, 5)


def test_what_is_never_there_decides_nothing():
    values = np.hstack([sequence(0.01, 50), np.full((50, 1), np.nan)])
    assert decide(values[:15], np.array([0.1, 0.1]), 10, 50).enough == 10


def test_no_width_is_not_precision():
    """Differences that are all 0 may be of a rare effect: 60 of them make that unlikely."""
    found, rounds = replay(np.zeros((400, 1)), 0.1)
    assert found.enough == 60 and rounds == [15, 30, 60, 65]
    assert replay(np.full((400, 1), 0.1 + 0.2), 0.1)[0].enough == 60
    found, rounds = replay(np.zeros((50, 1)), 0.1, at_most=50)
    assert (found.enough, rounds[-1]) == (None, 50)
    both = np.hstack([np.zeros((200, 1)), sequence(0.01, 200)])
    assert decide(both[:15], np.array([0.1, 0.1]), 10, 200) == Decision(None, 30)


def test_a_rare_effect_is_not_missed():
    inside = 0
    for seed in range(200):
        rare = (np.random.default_rng(seed).random((400, 1)) < 0.05).astype(float)
        _, rounds = replay(rare, 0.1, at_most=300)
        one = estimate(rare[: rounds[-1] if rounds else 15, 0])
        inside += one.low <= 0.05 <= one.high
    assert inside / 200 > 0.85  # 0.54 while no width stopped it


@pytest.mark.parametrize("there", [[0], [7], [0, 14]])
def test_an_outcome_that_is_hardly_ever_there_asks_for_more(there):
    values = np.full((15, 2), np.nan)
    values[:, 0] = sequence(0.01, 15)[:, 0]
    values[there, 1] = 1.0
    found = decide(values, np.array([0.1, 0.1]), 10, 200)
    assert found == Decision(None, 30)


def test_coverage_of_the_stopped_interval():
    """The mean is in the interval nearly as often as it says, stopping included."""
    inside = 0
    for seed in range(200):
        values = sequence(1.0, seed=seed)
        found, rounds = replay(values, 0.35, at_most=400)
        assert found.enough is not None
        one = estimate(values[: rounds[-1], 0])
        inside += one.low <= 1.0 <= one.high
    assert inside / 200 > 0.9


def test_luck_that_all_points_share_is_taken_off():
    rng = np.random.default_rng(1)
    own, luck = np.array([[1.0], [2.0], [4.0]]), 10.0 * rng.normal(size=(1, 5))
    found = apart(own + luck)
    assert found.std(axis=1) == pytest.approx(np.zeros(3), abs=1e-12)
    assert np.diff(found.mean(axis=1)) == pytest.approx([1.0, 2.0])
    assert found.mean() == pytest.approx((own + luck).mean())


def test_a_missing_run_does_not_move_the_others_apart():
    own, luck = np.array([[1.0], [2.0], [30.0]]), np.array([[0.0, 5.0, -5.0, 0.0]])
    values = own + luck
    whole = apart(values)
    values[2, 1] = np.nan
    found = apart(values)
    assert np.diff(found[:2], axis=0) == pytest.approx(np.diff(whole[:2], axis=0))
    assert found[:2].std(axis=1) == pytest.approx([0.0, 0.0])
    assert np.isnan(found[2]).tolist() == [False, True, False, False]
    assert np.nanstd(found[2]) == pytest.approx(0.0)
    assert np.isnan(apart(np.full((2, 2), np.nan))).all()
