"""What the page steps and shows, without a browser."""

import numpy as np
import pytest

from sim.config import load
from sim.dashboard.comparison import Comparison, rolling
from sim.dashboard.levers import overrides, starts
from sim.dashboard.village import village_html
from sim.model.outcomes.catalogue import HEADLINE
from sim.report.shapes import outlines_of
from sim.words import LANGUAGES
from sim.words.villages import said_name

SMALL = """
title: {{en: Small, zh: 小县}}
county: {{villages: {csv}, groups_per_village: 4}}
start: 2019-10
reform: 2020-01
months: 8
spin_up: 3
scale: 5
policies:
  merger: {{source: generated, ratio: 0.5}}
  combined_role: {{share: 1.0}}
"""


@pytest.fixture(scope="module")
def source(village_csv, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "small.yaml"
    path.write_text(SMALL.format(csv=village_csv), "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def stepped(source):
    model = Comparison(source)
    while model.running:
        model.step()
    return model


def test_the_twin_is_the_county_until_the_reform_and_not_after(stepped):
    assert not stepped.problem
    assert stepped.done == 8
    series = [stepped.series(key) for key in HEADLINE]
    for with_, without in series:
        assert np.array_equal(with_[:3], without[:3], equal_nan=True)
    assert any((a[3:] != b[3:]).any() for a, b in series)
    assert stepped.reform.merged
    assert not stepped.twin.merged


def test_before_and_now_are_the_recorded_means(stepped):
    recorded = stepped.reform.recorder.village["trust"].astype(float)
    assert stepped.before("trust") == pytest.approx(recorded[:3].mean(axis=0))
    assert stepped.now("trust") == pytest.approx(recorded[3:].mean(axis=0))
    twin = stepped.twin.recorder.village["trust"].astype(float)
    assert stepped.now("trust", twin=True) == pytest.approx(twin[3:].mean(axis=0))


def test_levers_left_alone_change_nothing(source):
    model = Comparison(source)
    again = Comparison(source, **model.starts)
    assert again.config == model.config
    config = load(source)
    start = starts(config, 6, 12)
    assert overrides(config, start, start) == {}
    assert start["ratio"] == 0.5
    assert start["combined"] == 1.0


@pytest.mark.parametrize(
    ("lever", "value", "key", "wanted"),
    [
        ("ratio", 0.75, "merger.ratio", 0.75),
        ("outposts", 0.5, "merger.outposts", 0.5),
        ("combined", 0.3, "combined_role.share", 0.3),
        ("posts", 7, "headcount.posts.number", 7),
        ("visits", 0.2, "service_delivery.home_visits", 0.2),
        ("online", 0.4, "service_delivery.online", 0.4),
        ("ventures", 12, "entrepreneurship.number", 12),
        ("merger", False, "merger", None),
    ],
)
def test_a_moved_lever_changes_the_policy(source, lever, value, key, wanted):
    model = Comparison(source, **(Comparison(source).starts | {lever: value}))
    assert not model.problem
    found = model.config.policies
    for part in key.split("."):
        found = getattr(found, part)
    assert found == wanted


def test_what_cannot_be_is_said(source, tmp_path):
    model = Comparison(source, ratio=0.1)
    assert "cannot be reached" in model.problem
    assert not model.running
    assert "cannot be read" in Comparison(str(tmp_path / "none.yaml")).problem or (
        Comparison(str(tmp_path / "none.yaml")).problem
    )


def test_another_county_without_a_list_of_2020_gets_a_planned_merger(source):
    model = Comparison("configs/leshan_shizhong_2020.yaml", county="140322", scale=100)
    assert not model.problem
    assert model.config.policies.merger.source == "generated"
    assert model.config.county.leave_village_class == 0
    kinds = {name.partition("#")[0] for name in model.config.active()}
    assert "headcount" in kinds and "first_secretary" not in kinds  # these name Leshan's towns


def test_outlines_are_closed_paths_one_a_village(stepped):
    world = stepped.reform.world
    paths = outlines_of(world, np.arange(12))
    assert len(paths) == 12
    assert all(path.startswith("M") and path.endswith("Z") for path in paths)
    units = np.unique(stepped.reform.borders.unit, return_inverse=True)[1]
    assert len(outlines_of(world, units)) == 6


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_village_in_words_is_escaped(stepped, lang):
    villages = stepped.reform.world.villages
    village = int(np.flatnonzero(stepped.reform.borders.unit != np.arange(12))[0])
    html = village_html(stepped, village, "trust", lang)
    assert said_name(villages.name[village]) in html
    assert f"{stepped.reform.world.registered[village]:,}" in html
    was = villages.name
    object.__setattr__(villages, "name", tuple("<script>x</script>" for _ in was))
    try:
        hostile = village_html(stepped, village, "trust", lang)
    finally:
        object.__setattr__(villages, "name", was)
    assert "<script>" not in hostile
    assert "&lt;script&gt;" in hostile


def test_every_month_since_the_reform_is_the_mean_of_up_to_twelve(stepped):
    recorded = stepped.reform.recorder.village["trust"][3:8].astype(float)
    since = stepped.since("trust")
    assert since.shape == (5, 12)
    assert since[0] == pytest.approx(recorded[0])
    assert since[4] == pytest.approx(recorded.mean(axis=0))
    long = np.arange(20.0)[:, None]
    assert rolling(long)[19, 0] == np.arange(8, 20).mean()
    assert np.isnan(rolling(np.full((2, 1), np.nan))).all()
