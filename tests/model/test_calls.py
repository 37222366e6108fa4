"""What a month costs whatever its rows: calls of Python, which are counted and not timed."""

import sys
from collections import Counter

import pytest

from benchmarks.counties import with_everything
from sim.config import load
from sim.model.compiled import config as numba
from sim.model.county import CountyModel

#: calls of functions, Python's and the libraries', in a month of a county
MOST = {"Dechang's reform": 570, "every policy": 900}
MONTHS = 24  # two years, for what is done once a year


def calls_of(work) -> Counter[str]:
    """Count calls by the name of what was called."""
    found: Counter[str] = Counter()

    def look(frame, event, called) -> None:
        if event == "call":
            found[frame.f_code.co_qualname] += 1
        elif event == "c_call":
            found[getattr(called, "__qualname__", str(called))] += 1

    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


@pytest.mark.skipif(bool(numba.DISABLE_JIT), reason="kernels run as plain Python")
@pytest.mark.parametrize("policies", MOST)
@pytest.mark.parametrize("scale", [10, 50])
def test_a_month_makes_few_calls_whatever_the_rows(policies: str, scale: int) -> None:
    if policies == "every policy":
        county = CountyModel(with_everything(scale=scale))
    else:
        county = CountyModel(load("configs/dechang_2020.yaml", {"scale": scale}))
    county.run_for(county.config.reform - county.config.start + MONTHS)  # all is loaded by then
    found = calls_of(lambda: county.run_for(MONTHS))
    a_month = found.total() / MONTHS
    assert a_month <= MOST[policies], f"{a_month:.0f} calls a month: {found.most_common(12)}"
