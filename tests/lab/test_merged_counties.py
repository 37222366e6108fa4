"""An experiment over the counties that merged: which they are, and with which lists and months."""

import pandas as pd
import pytest
from lab.conftest import address

from sim.about.atlas import county_years
from sim.errors import InputError
from sim.lab.file.loading import load_experiment
from sim.lab.store.reading import ExperimentResults
from sim.model.world.mergers import largest_merger, month_between
from sim.model.world.registry import find_county

CONFIG = """title: {en: T, zh: 测}
county: {registry: 德昌县}
start: 2018-04
reform: 2020-04
months: 36
spin_up: 1
scale: 1000
policies: {merger: {source: registry}}
"""
TEXT = """config: base.yaml
method: compare
counties: {merged: %s}
arms:
  none: {policies: {merger: null}}
  merger:
replicates: 2
record: {county: off}
"""


@pytest.fixture
def given(place, write):
    """Return a function that writes an experiment over counties that merged."""
    (place / "base.yaml").write_text(CONFIG, "utf-8")
    return lambda merged, more="": write((TEXT % merged) + more)


def codes(experiment):
    return list(dict.fromkeys(head.county for head in experiment.heads))


@pytest.mark.parametrize(
    ("merged", "years"),
    [("2022", {2022}), ("2022-2023", {2022, 2023}), ("[2017, 2022]", {2017, 2022})],
)
def test_they_are_those_of_the_atlas(given, merged, years):
    wanted = {e.county.code for e in county_years() if e.change.after in years}
    assert set(codes(load_experiment(given(merged)))) == wanted


def test_a_province_s(given):
    found = codes(load_experiment(given("2016-2023, province: hubei")))
    assert found == sorted({e.county.code for e in county_years("42")})


def test_each_county_has_its_own_lists_and_month_and_as_many_months_before(given):
    experiment = load_experiment(given("2022-2023"))
    assert len(experiment.heads) == 2 * len(codes(experiment)) == 16
    for head in experiment.heads:
        change = largest_merger(find_county(head.county), (2022, 2023))
        county = head.config.county
        assert (county.year, county.year_after) == (change.before, change.after)
        assert head.config.reform == month_between(change)
        assert head.config.reform - head.config.start == 24
        assert head.config.county.registry == head.county


@pytest.mark.parametrize(
    ("merged", "words"),
    [
        ("2015", "expected years of the list after the merger, 2017 to 2023"),
        ("2016", "expected years of the list after the merger"),
        ("true", "expected years of the list after the merger"),
        ("[]", "expected years of the list after the merger"),
        ("[2020, x]", "expected years of the list after the merger"),
        ("[[2020]]", "expected years of the list after the merger"),
        ("2023-2019", "expected years of the list after the merger"),
        ("yes please", "expected years of the list after the merger"),
        (
            "2023, province: 西藏",
            "merged: no county of 西藏自治区 merged in a list of 2023 to 2023",
        ),
        ("2022, without: [德昌县]", "without: 513424 is not in the counties of China that merged"),
        ("2022, province: hubei, prefecture: 荆州市", "give either province or prefecture"),
    ],
)
def test_what_is_wrong_is_said_once(given, merged, words):
    with pytest.raises(InputError) as caught:
        load_experiment(given(merged))
    assert words in str(caught.value)
    assert len(caught.value.problems) == 1


def test_months_of_policies_are_no_county_s_own(given):
    path = given("2022", "set: {policies.training: {hours: 5, start: 2019-01}}\n")
    with pytest.raises(InputError, match=r"policies.training.start is one month for all"):
        load_experiment(path)


def test_a_month_that_is_none_is_said_where_it_is(given):
    path = given("2022", "set: {reform: soon}\n")
    with pytest.raises(InputError) as caught:
        load_experiment(path)
    assert "reform" in str(caught.value) and "soon" in str(caught.value)


def test_dask_gives_the_same_numbers(given, run, dask):
    path = given("2022-2023, province: hubei")
    file, worker = dask
    worker()
    here = ExperimentResults(run(path, "here"))
    there = ExperimentResults(run(path, "there", cluster=address(file)))
    assert here.design["county"].nunique() == 4 and (here.runs["status"] == "done").all()
    pd.testing.assert_frame_equal(here.effects(), there.effects())
    merged = here.effects(["villages"])
    for code, effect in zip(merged["county"], merged["effect"], strict=True):
        change = largest_merger(find_county(code), (2022, 2023))
        assert effect == change.villages_after - change.villages_before
