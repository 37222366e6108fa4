"""The made-up run, written once."""

import pytest
from made_up_run import write_run


@pytest.fixture(scope="session")
def made_up(tmp_path_factory):
    """Give the results of the made-up run."""
    return write_run(tmp_path_factory.mktemp("run"))
