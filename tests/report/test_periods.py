import pytest

from sim.errors import InputError
from sim.report.periods import check_outcome


def test_an_unknown_outcome_names_the_nearest():
    with pytest.raises(InputError, match=r"'trus'.*county.parquet.*did you mean 'trust'"):
        check_outcome("trus", ["trust", "posts"], "county.parquet")
