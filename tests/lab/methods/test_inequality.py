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
