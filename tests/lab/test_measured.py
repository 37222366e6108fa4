"""Measures read off runs that are kept: of an arm, in a month, as a difference."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from sim.lab.design.measures import Measure
from sim.lab.file.schema import Record
from sim.lab.store.measured import measure_all
from sim.lab.store.recording import schema_of
from sim.model.outcomes.catalogue import OUTCOMES

MONTHS = [np.datetime64("2019-03"), np.datetime64("2019-04"), np.datetime64("2019-05")]


def run(trust, backlog, as_table):
    """A run whose trust at the end is given, and a tenth, two and three of it in its months."""
    ends = [0.0] * len(OUTCOMES)
    ends[list(OUTCOMES).index("trust")] = trust
    ends[list(OUTCOMES).index("backlog")] = backlog
    rows = [
        {"month": month.astype("M8[ms]").astype(int).item()}
        | dict.fromkeys(OUTCOMES, 0.0)
        | {"trust": trust * (i + 1) / 10}
        for i, month in enumerate(MONTHS)
    ]
    county = pa.RecordBatch.from_pylist(rows, schema_of("county", "monthly"))
    return {
        "status": "done",
        "ends": ends,
        "county": county if as_table else county.serialize().to_pybytes(),
    }


@pytest.fixture(params=[True, False], ids=["table", "shard"])
def kept(request):
    """Two cells of two arms with two replicates; the last run failed."""
    known = {
        "c0 r0 none": run(0.5, 10.0, request.param),
        "c0 r0 all": run(0.75, 20.0, request.param),
        "c0 r1 none": run(0.4, 11.0, request.param),
        "c0 r1 all": run(0.3, 21.0, request.param),
        "c1 r0 none": run(0.2, 12.0, request.param),
        "c1 r0 all": run(0.6, 22.0, request.param),
        "c1 r1 none": run(0.1, 13.0, request.param),
        "c1 r1 all": {"status": "failed", "ends": None, "county": None},
    }
    return SimpleNamespace(rows=lambda names: [known[name] for name in names])


def measured(kept, *measures):
    heads = [SimpleNamespace(head=SimpleNamespace(arm=arm)) for arm in ("none", "all")]
    names = [[[f"c{c} r{r} {arm}" for arm in ("none", "all")] for r in (0, 1)] for c in (0, 1)]
    return measure_all(kept, Record(), measures, [heads, heads], names, {})  # pyright: ignore


def test_measures_of_cells_and_replicates(kept):
    found = measured(
        kept,
        Measure("trust"),
        Measure("backlog", arm="all"),
        Measure("trust", arm="all", against="none"),
        Measure("trust", arm="all", against="none", relative=True),
    )
    assert found.shape == (2, 2, 4)
    assert found[0] == pytest.approx(np.array([[0.5, 20, 0.25, 0.5], [0.4, 21, -0.1, -0.25]]))
    assert found[1, 0] == pytest.approx([0.2, 22, 0.4, 2.0])
    assert found[1, 1, 0] == 0.1 and np.isnan(found[1, 1, 1:]).all()  # the run that failed


def test_measures_in_a_month(kept):
    found = measured(
        kept,
        Measure("trust", at="2019-03"),
        Measure("trust", at="2019-05", arm="all"),
        Measure("trust", at="2019-06"),  # in no run
    )
    assert found[0, :, :2] == pytest.approx(np.array([[0.05, 0.225], [0.04, 0.09]]))
    assert np.isnan(found[..., 2]).all() and np.isnan(found[1, 1, 1])
