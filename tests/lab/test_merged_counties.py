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
            "merged: no county of 西藏自治区 merged in a list of 2023",
        ),
        ("'2021-2023', province: 西藏", "西藏自治区 merged in a list of 2021 to 2023"),
        ("[2023, 2019], province: 西藏", "西藏自治区 merged in a list of 2019, 2023"),
        ("2020-2024", "expected years of the list after the merger, 2017 to 2023"),
        ("2024", "expected years of the list after the merger, 2017 to 2023"),
        ("2015-2020", "expected years of the list after the merger, 2017 to 2023"),
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


def test_lists_and_months_that_counties_have_of_their_own_are_refused_at_their_place(
    given, place, write
):
    (place / "dated.yaml").write_text(
        CONFIG.replace("德昌县}", "德昌县, year: 2018, year_after: 2021}"), "utf-8"
    )
    policies = "set: {policies.training: {hours: 5, start: 2019-01}}\n"
    path = write((TEXT % "2022").replace("base.yaml", "dated.yaml") + policies)
    with pytest.raises(InputError) as caught:
        load_experiment(path)
    said = sorted(caught.value.problems)
    assert len(said) == 3
    assert "dated.yaml:2:25: counties: merged" in said[0] and "county.year is one list" in said[0]
    assert "dated.yaml:2:37: " in said[1] and "county.year_after" in said[1]
    assert ".yaml:9:" in said[2] and "policies.training.start is one month for all" in said[2]


@pytest.mark.parametrize("own", ["reform: 2021-04", "start: 2017-04"])
def test_arms_have_no_month_of_their_own(given, write, own):
    path = write((TEXT % "2022").replace("  merger:\n", f"  merger: {{{own}}}\n  more:\n"))
    with pytest.raises(InputError) as caught:
        load_experiment(path)
    (said,) = caught.value.problems
    assert ".yaml:6:12: " in said
    key, month = own.split(": ")
    assert f"{key} is {month} in merger, 20" in said and "in others; leave it out" in said


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
