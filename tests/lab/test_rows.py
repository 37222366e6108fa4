"""What is kept of a run: the months of its rows, its digest, when it was done."""

from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lab.conftest import COMPARE

from sim import load_results
from sim.errors import InputError
from sim.lab.printing import _precision
from sim.lab.store.reading import ExperimentResults
from sim.lab.store.recording import Span, spans
from sim.lab.store.shards import content_digest
from sim.model.outcomes.catalogue import OUTCOMES


def months(start, reform, count, how):
    found = spans(SimpleNamespace(start=start, reform=reform, months=count), how)  # pyright: ignore
    return [(span.first, span.after) for span in found]


def test_years_are_counted_from_the_reform():
    assert months(100, 106, 30, "yearly") == [(100, 106), (106, 118), (118, 130)]
    assert months(106, 106, 24, "yearly") == [(106, 118), (118, 130)]
    assert months(94, 106, 13, "yearly") == [(94, 106), (106, 107)]
    assert months(100, 106, 30, "last") == [(118, 130)] and months(100, 106, 5, "last") == [
        (100, 105)
    ]
    assert months(100, 106, 3, "monthly") == [(100, 101), (101, 102), (102, 103)]
    assert spans(SimpleNamespace(start=1, months=2), "off") == []  # pyright: ignore
    assert Span(1, 3).after - Span(1, 3).first == 2


@pytest.mark.parametrize(
    ("key", "value"),
    [("status", "failed"), ("error", "x"), ("failed_in", "2020-01"), ("ends", [1.0, 2.5])]
    + [(table, b"rows") for table in ("county", "villages", "villagers")],
)
def test_a_digest_is_of_all_that_a_run_gave(key, value):
    row = {"status": "done", "error": None, "failed_in": None, "ends": [1.0, 2.0]}
    row |= {"county": b"", "villages": None, "villagers": None, "seconds": 1.0, "doses": "[]"}
    before = content_digest(row)
    assert content_digest(row | {"seconds": 2.0}) == before
    assert content_digest(row | {key: value}) != before


def test_when_a_run_was_done(run, write):
    results = ExperimentResults(run(write()))
    finished, now = results.timings["finished"], pd.Timestamp.now("UTC")
    assert ((now - pd.Timedelta(minutes=10) < finished) & (finished <= now)).all()


def test_whether_the_half_widths_asked_for_were_reached():
    frame = pd.DataFrame({"outcome": "trust", "low": [0.1, 0.4], "high": [0.3, 0.8]})
    frame = frame.assign(effect=0.4, n=7)
    told = {"until": {"trust": 0.15}, "replicates": 7}
    results = SimpleNamespace(manifest=told, effects=lambda keys: frame)
    missed = _precision(results, "en")[1]  # pyright: ignore
    assert "0.2" in missed and "1 of 2" in missed
    told["until"] = {"trust": 0.2}
    assert _precision(results, "en")[1] != missed  # pyright: ignore


@pytest.mark.parametrize(("n", "lines"), [(59, 3), (60, 2), (61, 2)])
def test_differences_that_are_all_alike_are_no_precision_before_sixty(n, lines):
    frame = pd.DataFrame({"outcome": ["trust"], "low": 0.4, "high": 0.4, "effect": 0.4, "n": n})
    told = {"until": {"trust": 0.15}, "replicates": n}
    results = SimpleNamespace(manifest=told, effects=lambda keys: frame)
    assert len(_precision(results, "en")) == lines  # pyright: ignore


def test_villagers_are_called_what_every_reader_can_hold(run, write):
    """A text that no program takes for a number, a date or a formula, and one a person."""
    out = run(write())
    people = load_results(out).villagers
    names = people["villager"]
    assert pa.types.is_string(pq.read_schema(out / "villagers.parquet").field("villager").type)
    assert names.str.fullmatch(r"10\d_[1-9]\d*").all() and names.iloc[0] == "101_1"
    assert not people.duplicated(["point", "replicate", "villager"]).any()
    assert (names.str.partition("_")[0] == people["code"]).all()
    of_point = people[people["replicate"] == 1].groupby("point")["villager"].agg(list)
    assert all(own == of_point.iloc[0] for own in of_point)


def test_a_folder_with_other_names_of_villagers_says_so(run, write, monkeypatch):
    monkeypatch.setattr("sim.lab.store.identity.VILLAGERS", "")
    monkeypatch.setattr("sim.lab.store.resolved.VILLAGERS", "")
    monkeypatch.setattr("sim.lab.experiment.VILLAGERS", "")
    run(write())
    monkeypatch.undo()
    with pytest.raises(
        InputError, match=r"since:\n  how villagers are called \(column villager\)\n"
    ):
        run(write())
    run(write(COMPARE.replace("villagers: last", "villagers: off")), fresh=True)


@pytest.mark.parametrize("months", [1, 6, 15])
def test_end_values_are_means_of_the_last_year_or_of_what_there_is(run, write, months):
    text = COMPARE.replace("replicates: 4", f"replicates: 1\nset: {{months: {months}}}")
    if months == 1:  # without a month of the reform among them
        text = text.replace("months: 1", "months: 1, reform: 2019-01")
    results = load_results(run(write(text)))
    by_point = results.county.groupby("point")["trust"]
    expected = by_point.apply(lambda trust: trust.tail(12).mean())
    assert by_point.size().eq(months).all()
    assert results.runs["trust"].tolist() == pytest.approx(expected.tolist())


def test_every_outcome_has_its_unit_in_the_file(run, write):
    out = run(write())
    for name in ("runs", "county", "villages", "villagers"):
        schema = pq.read_schema(out / f"{name}.parquet")
        for key in set(schema.names) & set(OUTCOMES):
            unit = (schema.field(key).metadata or {}).get(b"unit", b"").decode()
            assert unit == OUTCOMES[key].unit, (name, key)
