import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.lab.methods.inequality import theil, variance


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 4)), min_size=1, max_size=60))
def test_the_parts_add_up(rows):
    values, group = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    for measure in (theil, variance):
        found = measure(values, group)
        if np.isfinite(found.total):
            assert found.within + found.between == pytest.approx(
                found.total, rel=1e-9, abs=1e-9 * max(1.0, float(values.max()) ** 2)
            )
            assert found.between >= -1e-9 and found.within >= -1e-9


def test_known_inequality():
    """Equal incomes have none; one who has all of n: ln n; log-normal incomes: sd**2 / 2."""
    assert theil(np.full(5, 7.0), np.arange(5)).total == pytest.approx(0.0)
    assert theil(np.array([0.0, 0.0, 0.0, 8.0]), np.zeros(4, int)).total == pytest.approx(np.log(4))
    incomes = np.exp(np.random.default_rng(1).normal(0.0, 0.5, 200_000))
    assert theil(incomes, np.zeros(200_000, int)).total == pytest.approx(0.125, rel=0.03)


def test_what_lies_between_villages_is_told_from_what_lies_within():
    between = theil(np.repeat([1.0, 3.0], 50), np.repeat([0, 1], 50))
    assert between.within == pytest.approx(0.0) and between.between == pytest.approx(between.total)
    within = theil(np.tile([1.0, 3.0], 50), np.repeat(np.arange(50), 2))
    assert within.between == pytest.approx(0.0) and within.within == pytest.approx(within.total)


def test_four_incomes_in_two_villages_by_hand():
    """1, 3 | 2, 6: the mean is 3, the villages' 2 and 4; their shares of all income 1/3 and 2/3."""
    values, group = np.array([1.0, 2.0, 3.0, 6.0]), np.array([7, 5, 7, 5])
    found = theil(values, group)
    log = np.log
    assert found.total == pytest.approx((log(1 / 3) + 2 * log(2 / 3) + 6 * log(2.0)) / 12)
    own = (0.5 * log(0.5) + 1.5 * log(1.5)) / 2  # of either: one has three times the other's
    assert found.within == pytest.approx(own)
    assert found.between == pytest.approx(log(2 / 3) / 3 + 2 * log(4 / 3) / 3)
    spread = variance(values, group)
    assert (spread.total, spread.within, spread.between) == pytest.approx((3.5, 2.5, 1.0))


def test_there_is_no_index_of_nothing_nor_of_debts():
    for values in ([], [0.0, 0.0], [5.0, -1.0]):
        found = theil(np.array(values), np.zeros(len(values), int))
        assert np.isnan([found.total, found.within, found.between]).all()
    poor = theil(np.array([0.0, 0.0, 4.0, 4.0]), np.array([0, 0, 1, 1]))
    assert (poor.within, poor.between) == pytest.approx((0.0, np.log(2)))
    assert theil(np.array([3.0]), np.array([0])).total == 0.0
