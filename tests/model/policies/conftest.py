"""What tests of single policies share: the same numbers, and effects at two scales."""

import numpy as np
import pytest

from sim.run import simulate


@pytest.fixture(scope="session")
def same_numbers():
    """A function that takes two counties, every number of which must be the same to the bit."""

    def same(one, other):
        for key, values in one.recorder.county.items():
            assert np.array_equal(values, other.recorder.county[key], equal_nan=True), key

    return same


@pytest.fixture(scope="session")
def by_scale(make_config):
    """A function that gives an effect at one row a person and at one for fifty.

    It takes what an effect is (a function of outcomes without the policy and with it), the policy,
    and what is beside it; it gives the mean over four seeds and its standard error, by scale.
    """

    def effects(effect, policy, beside=None, **changes):
        found, without = [], beside or {}
        for scale in (1, 50):
            seen = []
            for seed in range(1, 5):
                pair = [
                    simulate(make_config(policies, scale=scale, seed=seed, **changes))
                    for policies in (without, without | policy)
                ]
                seen.append(effect(*(county.recorder.county for county in pair)))
            found.append((np.mean(seen, 0), np.std(seen, 0, ddof=1) / 2.0))
        return found

    return effects
