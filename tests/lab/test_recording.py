"""What is recorded of a run by hand: end values, rows of county, villages and villagers."""

import json
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from sim.lab.file.schema import Record
from sim.lab.store.recording import (
    VILLAGER_COLUMNS,
    Recording,
    Span,
    identities,
    months_read,
    schema_of,
    spans,
)
from sim.model.config.outcomes import OwnOutcomes
from sim.model.outcomes.catalogue import OUTCOMES

START = 2019 * 12  # January
KEYS = list(OUTCOMES)
POLICY = SimpleNamespace(when=None, until=None)
OF_VILLAGES = [key for key, outcome in OUTCOMES.items() if outcome.village]


def config(months=14, reform=4):
    return SimpleNamespace(
        start=START,
        reform=START + reform,
        months=months,
        until=None,
        outcomes=OwnOutcomes({}),
        active=lambda: {"a": POLICY},
    )


class People(dict):
    """Columns of villagers, as long as there are villagers."""

    def __len__(self):
        return len(self["age"])


class Villages:
    """Two old villages."""

    code = ("101", "102")

    def __len__(self):
        return 2


def county(months=14):
    """Two old villages, of which the second is absorbed from the sixth month on; three people.

    An outcome of number k is k + the month's number; that of a village 100 more in the second.
    """
    at = np.arange(float(months))
    whole = {key: k + at for k, key in enumerate(KEYS)}
    villages = {
        key: (k + at[:, None] + np.array([0.0, 100.0])).astype("f4")
        for k, key in enumerate(OF_VILLAGES)
    }
    units = [np.array([0, 1]) if month < 5 else np.array([0, 0]) for month in range(months)]
    people = People({name: np.arange(3) for name in VILLAGER_COLUMNS if name != "distance_km"})
    people["age"] = np.array([20.0, 30.5, 40.0])
    return SimpleNamespace(
        month=START,
        recorder=SimpleNamespace(
            county=whole,
            village=villages,
            unit=units,
            recorded=np.ones(months, dtype=bool),
            done=months,
        ),
        world=SimpleNamespace(
            villages=Villages(),
            registered=np.array([640, 725]),
        ),
        villagers=people,
        borders=SimpleNamespace(unit=np.array([0, 0]), distance_km=np.array([1.5, 2.5])),
        row_village=lambda: np.array([0, 1, 1]),
        row_group=lambda: np.array([0, 1, 0]),
        village_start=np.array([0, 1]),
        doses=SimpleNamespace(given=lambda active: []),
    )


@pytest.fixture
def made():
    return county()


def record(**how):
    return Record.model_validate({"county": "off"} | how)


@pytest.mark.parametrize(("months", "mean"), [(14, 7.5), (12, 5.5), (3, 1.0), (1, 0.0)])
def test_end_values_are_means_of_the_last_year(months, mean):
    """Of months 2 to 13 of 14: 7.5 more than the outcome's own number."""
    recording = Recording(record(), config(months))
    found = recording.ends(county(months))
    assert found == pytest.approx([k + mean for k in range(len(KEYS))])


def test_rows_of_a_county(made):
    monthly = Recording(record(county="monthly"), config()).batches(made)["county"]
    assert monthly.schema == schema_of("county", "monthly") and "months" not in monthly.schema.names
    assert monthly.num_rows == 14 and monthly[KEYS[3]].to_pylist() == [3.0 + m for m in range(14)]
    assert str(monthly["month"][13].as_py().date()) == "2020-02-01"
    years = Recording(record(county="yearly"), config()).batches(made)["county"]
    assert years["months"].to_pylist() == [4, 10]  # before the reform, and after
    assert years[KEYS[0]].to_pylist() == [1.5, 8.5]


def test_rows_of_old_villages_say_where_they_belong_at_the_end_of_a_span(made):
    found = Recording(record(villages="yearly"), config()).batches(made)
    assert list(found) == ["villages"]
    rows = found["villages"]
    assert rows["code"].to_pylist() == ["101", "102"] * 2
    assert rows["unit"].to_pylist() == ["101", "102", "101", "101"]
    assert rows["absorbed"].to_pylist() == [False, False, False, True]
    assert rows["registered"].to_pylist() == [640, 725] * 2
    assert rows["months"].to_pylist() == [4, 4, 10, 10]
    assert rows[OF_VILLAGES[1]].to_pylist() == [2.5, 102.5, 9.5, 109.5]
    last = Recording(record(villages="last"), config()).batches(made)["villages"]
    assert last.num_rows == 2 and last[OF_VILLAGES[0]].to_pylist() == [7.5, 107.5]


def test_villagers_are_taken_where_a_span_ends(made):
    recording = Recording(record(villagers="yearly"), config())
    for month in range(14):
        made.month = START + month
        made.villagers["income"] = np.full(3, float(month))
        recording.after_month(made)
    rows = recording.batches(made)["villagers"]
    assert rows.schema == schema_of("villagers", "yearly")
    assert rows["income"].to_pylist() == [3.0] * 3 + [13.0] * 3
    assert rows["villager"].to_pylist() == ["101_1", "102_1", "102_2"] * 2
    assert rows["code"].to_pylist() == ["101", "102", "102"] * 2
    assert set(rows["unit"].to_pylist()) == {"101"}
    assert rows["distance_km"].to_pylist() == [1.5, 2.5, 1.5] * 2
    assert rows["age"].to_pylist() == [20.0, 30.5, 40.0] * 2
    assert rows["months"].to_pylist() == [4] * 3 + [10] * 3


def test_too_few_rows_are_noticed(made):
    recording = Recording(record(villagers="last"), config())
    made.month = START + 13
    recording.after_month(made)
    assert recording.batches(made)["villagers"].num_rows == 3
    recording.after_month(made)
    with pytest.raises(RuntimeError, match="villagers: 6 rows, expected 3"):
        recording.batches(made)
    assert Recording(record(), config()).batches(made) == {}


def test_a_villager_is_called_by_village_and_place(made):
    assert identities(made).tolist() == ["101_1", "102_1", "102_2"]


def test_columns_of_tables_and_their_units():
    people = schema_of("villagers", "last")
    assert people.names[:5] == ["month", "months", "code", "unit", "villager"]
    assert set(people.names[5:]) == set(VILLAGER_COLUMNS)
    assert people.field("venture_capital").type == pa.int32()
    assert people.field("income").metadata == {b"unit": b"yuan/month"}
    villages = schema_of("villages", "monthly")
    assert villages.names == ["month", "code", "unit", "absorbed", "registered", *OF_VILLAGES]
    assert schema_of("county", "yearly").names == ["month", "months", *KEYS]


def test_the_last_span_is_a_year_or_the_whole_run():
    assert spans(config(14), "last") == [Span(START + 2, START + 14)]
    assert spans(config(12), "last") == [Span(START, START + 12)]
    assert spans(config(5), "last") == [Span(START, START + 5)]


@pytest.mark.parametrize(
    ("how", "active", "first"),
    [
        ({}, {"a": POLICY}, 8),  # the last year alone
        ({"villages": "last", "villagers": "yearly"}, {"a": POLICY}, 8),
        ({"villages": "yearly"}, {"a": POLICY}, 0),
        ({"county": "monthly"}, {"a": POLICY}, 0),
        ({}, {"a": SimpleNamespace(when="trust < 1", until=None)}, 0),
        ({}, {"a": SimpleNamespace(when=None, until="trust < 1")}, 0),
        ({}, {"mine:Own": POLICY}, 0),
    ],
)
def test_months_that_nobody_reads(how, active, first):
    given = config(20)
    given.active = lambda: active
    assert months_read(record(**how), given).tolist() == [month >= first for month in range(20)]


def test_a_month_that_is_read_must_have_been_recorded(made):
    made.recorder.recorded[1] = False
    assert Recording(record(), config()).batches(made) == {}
    assert Recording(record(), config()).ends(made)[0] == 7.5
    with pytest.raises(RuntimeError, match="not recorded: 1"):
        Recording(record(villages="yearly"), config()).batches(made)
    made.recorder.recorded[2] = False
    with pytest.raises(RuntimeError, match="not recorded: 1"):
        Recording(record(), config()).ends(made)


def test_doses_are_kept_as_text(made):
    given = []
    made.doses.given = lambda active: given.append(active) or []
    assert json.loads(Recording(record(), config()).doses(made)) == []
    assert given == [{"a": POLICY}]
