"""Feature scores recover which factors matter, and say when trees explain nothing."""

import numpy as np
import pytest
from scipy.stats import qmc

from sim.lab.methods.feature_scores import feature_scores

pytest.importorskip("sklearn")
POINTS = qmc.LatinHypercube(4, rng=1).random(120)


def test_a_known_truth_is_recovered():
    """Main effect, curve and interaction matter; the last factor does nothing."""
    a, b, c, _ = POINTS.T
    found = feature_scores(POINTS, 4 * a + 2 * (b - 0.5) ** 2 + 3 * (a > 0.5) * c, subsets=6)
    assert found is not None
    assert found.score.argmax() == 0 and found.score.argmin() == 3
    assert found.score.sum() == pytest.approx(1.0)
    assert found.score[3] <= 1.5 * found.idle < found.score[2] < found.score[0]
    assert found.explained > 0.8
    assert (found.low <= found.score).all() and (found.score <= found.high).all()


def test_the_same_seed_gives_the_same_scores_and_units_do_not_matter():
    values = POINTS[:, 0] + POINTS[:, 1]
    one, other = (feature_scores(POINTS, v, subsets=2) for v in (values, values * 1e6 + 3e6))
    assert one is not None and other is not None
    np.testing.assert_allclose(one.score, other.score, atol=1e-3)


def test_noise_explains_nothing():
    found = feature_scores(POINTS, np.random.default_rng(3).normal(size=120), subsets=4)
    assert found is not None and found.explained < 0.1
    assert found.score.max() < 2 * found.idle


def test_of_an_outcome_that_is_the_same_everywhere_there_are_none():
    assert feature_scores(POINTS, np.full(120, 3.0)) is None
    assert feature_scores(POINTS[:5], POINTS[:5, 0]) is None
    assert feature_scores(POINTS, np.full(120, np.nan)) is None
