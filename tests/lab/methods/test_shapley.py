import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.lab.methods.shapley import coalitions, interactions, shapley_values

PLAYERS = st.integers(1, 5)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data(), PLAYERS)
def test_the_shares_add_up_to_the_whole_effect(data, players):
    """Whole numbers times n! divide exactly: efficiency holds to the last bit."""
    worth = data.draw(arrays(np.float64, (2**players, 3), elements=st.integers(-1000, 1000)))
    worth *= 720
    assert (shapley_values(worth, players).sum(0) == worth[-1] - worth[0]).all()


def test_known_games():
    """A glove game (one left, two right gloves): 2/3, 1/6, 1/6."""
    worth = np.array([float(0 in c and (1 in c or 2 in c)) for c in coalitions(3)])
    assert shapley_values(worth, 3) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_effects_that_add_up_have_no_interaction_and_those_that_do_not_have_theirs():
    own = np.array([3.0, -1.0, 0.5])
    worth = np.array([own[list(c)].sum() for c in coalitions(3)])
    assert shapley_values(worth, 3) == pytest.approx(own)
    assert all(abs(v) < 1e-12 for v in interactions(worth, 3).values())
    worth = worth + np.array([2.0 * (0 in c and 2 in c) for c in coalitions(3)])
    assert shapley_values(worth, 3) == pytest.approx(own + np.array([1.0, 0.0, 1.0]))
    found = interactions(worth, 3)
    assert found[0, 2] == pytest.approx(2.0) and found[0, 1] == pytest.approx(0.0)


def test_a_policy_that_does_nothing_gets_nothing_and_equals_get_the_same():
    rng = np.random.default_rng(3)
    base = {c: rng.normal() for c in coalitions(2)}
    worth = np.array([base[tuple(i for i in c if i < 2)] for c in coalitions(3)])
    assert shapley_values(worth, 3)[2] == pytest.approx(0.0)
    same = np.array([float(len(c)) ** 2 for c in coalitions(4)])
    assert shapley_values(same, 4) == pytest.approx(np.full(4, 4.0))


def test_too_many_policies_are_refused():
    with pytest.raises(ValueError, match="between 1 and 6"):
        coalitions(7)
