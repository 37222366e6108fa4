"""Triggers: what they may say, when they fire, and that they disturb nothing else."""

import math
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.model.calendar import parse_month
from sim.model.county import CountyModel
from sim.model.policies.trigger import Condition, began, parse
from sim.results.manifest import run_digest
from sim.run import simulate


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("backlog > 40 for 3", ("backlog", ">", 40.0, 3)),
        (" trust<=.5", ("trust", "<=", 0.5, 1)),
        ("villager_income >= 1.5e3 for 12 ", ("villager_income", ">=", 1500.0, 12)),
        ("leadership < -1", ("leadership", "<", -1.0, 1)),
    ],
)
def test_conditions_are_read_and_written(text, condition):
    assert parse(text) == condition
    assert parse(str(parse(text))) == parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("backlog over 40", "write an outcome, one of < <= > >="),
        ("backlog > 40 for three", "as in 'backlog > 40 for 3'"),
        ("backlog = 40", "not a condition"),
        ("backlog > nan", "not a condition"),
        ({"outcome": "backlog"}, "not a condition"),
        ("backlogs > 40", "did you mean 'backlog'?"),
        ("backlog > 40 for 0", "expected 1 to 1200 months"),
    ],
)
def test_what_is_not_a_condition_is_refused(make_config, text, words):
    with pytest.raises(ValidationError, match=words) as caught:
        make_config({"combined_role": {"when": text}})
    assert caught.value.errors()[0]["loc"] == ("policies", "combined_role", "when")


def recorder(values: list[float]) -> SimpleNamespace:
    return SimpleNamespace(months=np.arange(len(values)), county={"backlog": np.array(values)})


def naive(when, until, values, start, month):
    """Walk month by month, as a clerk would."""
    on, since = (None, 0) if when else (start, 0)
    for now in range(start, month + 1):
        condition, first = (when, since) if on is None else (until, on)
        if condition is None:
            if on is None:
                return None
            continue
        window = range(now - condition.months, now)
        if window.start >= first and all(
            values[m] > condition.number if condition.sign == ">" else values[m] < condition.number
            for m in window
        ):
            on, since = (now, since) if on is None else (None, now)
    return on


MAYBE = st.none() | st.builds(
    Condition, st.just("backlog"), st.sampled_from("<>"), st.sampled_from([0.5, 1.5]),
    st.integers(1, 3),
)  # fmt: skip


@given(
    values=st.lists(st.sampled_from([0.0, 1.0, 2.0, math.nan]), min_size=1, max_size=14),
    when=MAYBE,
    until=MAYBE,
    data=st.data(),
)
def test_spells_are_those_of_a_clerk(values, when, until, data):
    start = data.draw(st.integers(0, len(values)))
    month = data.draw(st.integers(start, len(values)))
    found = began(when, until, recorder(values), start, month)
    assert found == naive(when, until, values, start, month)


def test_a_policy_starts_the_month_after_and_ramps_from_there(make_config):
    """Workload is high from the first month: the third recorded month decides the fourth."""
    role = {"start": "2019-01", "when": "cadre_workload > 1 for 3", "ramp_months": 3}
    county = simulate(make_config({"combined_role": role}))
    shares = county.recorder.county["combined_share"]
    assert shares[:8].tolist() == [0.0, 0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    (firing,) = county.trigger_log
    assert firing[:4] == (parse_month("2019-04"), "combined_role", "starts", role["when"])
    assert firing.value == county.recorder.county["cadre_workload"][2]


def test_not_before_start_nor_from_end(make_config):
    late = {"start": "2019-09", "when": "cadre_workload > 1 for 3", "end": "2020-01"}
    county = simulate(make_config({"combined_role": late}))
    shares = county.recorder.county["combined_share"]
    assert shares.tolist() == [0.0] * 8 + [1.0] * 4 + [0.0] * 6
    assert [f.event for f in county.trigger_log] == ["starts"]  # `end` is no trigger


def test_a_policy_ends_after_it_starts(make_config):
    for end in ("2019-08", "2019-09"):
        with pytest.raises(ValidationError, match="end must be later than start"):
            make_config({"combined_role": {"start": "2019-09", "end": end}})


def test_until_ends_once_and_when_starts_again(make_config):
    once = {"start": "2019-02", "until": "combined_share > 0.5 for 2"}
    county = simulate(make_config({"combined_role": once}))
    assert county.recorder.county["combined_share"].tolist() == [0.0, 1.0, 1.0] + [0.0] * 15
    assert [(f.event, f.month) for f in county.trigger_log] == [("ends", parse_month("2019-04"))]
    county = simulate(make_config({"combined_role": once | {"when": "combined_share < 0.5 for 2"}}))
    assert county.recorder.county["combined_share"].tolist() == [0, 0, 1, 1] * 4 + [0, 0]
    assert [f.event for f in county.trigger_log] == ["starts", "ends"] * 4


def test_a_trigger_that_waits_changes_nothing(make_config):
    plain = simulate(make_config())
    waits = simulate(make_config({"combined_role": {"when": "backlog > 1e12"}}))
    assert waits.trigger_log == []
    for key, values in plain.recorder.county.items():
        assert values.tobytes() == waits.recorder.county[key].tobytes(), key


def test_a_pickled_county_fires_as_the_original(make_config):
    config = make_config({"combined_role": {"when": "cadre_workload > 1 for 9"}})
    county = CountyModel(config)
    for _ in range(8):
        county.step()
    copy = pickle.loads(pickle.dumps(county))
    for model in (county, copy):
        for _ in range(10):
            model.step()
    assert copy.trigger_log == county.trigger_log and len(county.trigger_log) == 1


def test_a_merger_may_wait_but_not_end(make_config, merger):
    county = simulate(make_config({"merger": merger | {"when": "cadre_workload > 1 for 8"}}))
    villages = county.recorder.county["villages"]
    assert villages.tolist() == [12.0] * 8 + [6.0] * 10
    with pytest.raises(ValidationError, match="one month"):
        make_config({"merger": merger | {"until": "backlog > 1"}})


def test_a_trigger_enters_the_digest(make_config):
    texts = ("backlog > 40", "backlog > 40 for 1", "backlog > 40 for 2")
    one, same, other = (run_digest(make_config({"combined_role": {"when": t}})) for t in texts)
    assert one == same != other
