"""What hecun does not know may be an outcome of one's own, which stands in its file."""

import pytest

from sim.about.explain import find
from sim.errors import InputError


def test_where_own_outcomes_are_is_said():
    with pytest.raises(InputError, match="own outcomes stand in their file: `hecun check --res"):
        find("far_elders")
