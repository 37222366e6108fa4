"""The stop rule: a run ends once an outcome has been so since the reform."""

import numpy as np
import pytest
from pydantic import ValidationError

from sim.config import load
from sim.errors import InputError
from sim.lab.file.schema import Record
from sim.lab.running.branching import Branch, simulate_all
from sim.lab.store.recording import Recording, spans
from sim.run import simulate

ALWAYS = "service_reach > 0"


def months(county):
    return county.recorder.done


def test_a_run_ends_when_it_is_so_and_not_before_the_reform(make_config):
    whole = simulate(make_config())
    first = make_config().reform - make_config().start + 1
    assert months(simulate(make_config(until=ALWAYS))) == first
    assert months(simulate(make_config(until=f"{ALWAYS} for 3"))) == first + 2
    never = simulate(make_config(until="service_reach > 2"))
    assert months(never) == months(whole) == make_config().months
    short = simulate(make_config(until=f"{ALWAYS} for 3"))
    for key, values in short.recorder.county.items():
        np.testing.assert_array_equal(values[: first + 2], whole.recorder.county[key][: first + 2])
        assert np.isnan(values[first + 2 :]).all()
    assert not short.running


def test_it_may_be_on_an_outcome_of_ones_own(make_config):
    block = {"all": {"of": "villagers", "share": "age >= 0", "en": "All"}}
    ends = months(simulate(make_config(until="all >= 1 for 2", outcomes=block)))
    assert ends == make_config().reform - make_config().start + 2
    with pytest.raises(ValidationError, match="no outcome is called 'all'"):
        make_config(until="all >= 1")


def test_what_is_recorded_is_of_the_months_there_were(make_config):
    record = Record(county="monthly", villages="last", villagers="last")
    config = make_config({"combined_role": {}}, until=f"{ALWAYS} for 3")
    recording = Recording(record, config)
    county = simulate(config, after_month=recording.after_month)
    done = months(county)
    found = recording.batches(county)
    assert found["county"].num_rows == done
    assert found["villages"].num_rows == 12 and found["villagers"].num_rows == len(county.villagers)
    ends = dict(zip(county.recorder.county, recording.ends(county), strict=True))
    reach = county.recorder.county["service_reach"][max(0, done - 12) : done]
    assert ends["service_reach"] == pytest.approx(reach.mean())
    assert spans(config, "last", done)[0].after == config.start + done
    assert county.doses.given(config.active())[0].delivered > 0


def test_runs_that_branch_end_alike(make_config):
    policies = {"combined_role": {"start": "2019-09"}}
    configs = [make_config(p, until=f"{ALWAYS} for 2") for p in ({}, policies)]
    alone = [simulate(config, 1).recorder.county["trust"] for config in configs]
    branches = [Branch(config) for config in configs]
    found = {id(branch.config): county for branch, county in simulate_all(branches, 1)}
    for config, expected in zip(configs, alone, strict=True):
        county = found[id(config)]
        np.testing.assert_array_equal(county.recorder.county["trust"], expected)


def test_a_condition_that_is_none_is_said(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        "title: {en: A, zh: 甲}\ncounty: {registry: '513424'}\nuntil: service_rech > 1\n", "utf-8"
    )
    with pytest.raises(InputError) as error:
        load(path)
    assert "a.yaml:3:8: until: no outcome is called 'service_rech'" in str(error.value)
