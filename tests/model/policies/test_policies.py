"""Policies: doses, whom they reach, and that each can move what it should."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.model.county import CountyModel
from sim.model.policies import Selector
from sim.model.policies.headcount import ByClass, ByResidents, Fixed, Total
from sim.model.world.case import plan_rules
from sim.run import simulate


def test_dose_ramps_from_start_and_stops_at_end(make_config):
    config = make_config(
        {"combined_role": {"start": "2019-09", "end": "2020-02", "ramp_months": 3}}
    )
    county = CountyModel(config)
    policy = config.active()["combined_role"]
    start = policy.start
    doses = [policy.dose(county, start + k) for k in range(-1, 7)]
    assert doses == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 0.0, 0.0]


def test_combined_role_reaches_its_share_and_ends(make_config):
    policies = {"combined_role": {"share": 0.5, "start": "2019-08", "end": "2019-12"}}
    shares = simulate(make_config(policies)).recorder.county["combined_share"]
    assert shares.tolist() == [0.0] * 7 + [0.5] * 4 + [0.0] * 7


@pytest.mark.parametrize("who", ["drawn", "largest", "smallest"])
def test_combined_role_picks_whom_it_says(make_config, who):
    county = simulate(make_config({"combined_role": {"share": 0.25, "who": who}}))
    chosen = county.borders.registered[county.levers.combined]
    rest = county.borders.registered[~county.levers.combined]
    assert chosen.size == 3
    if who == "largest":
        assert chosen.min() > rest.max()
    if who == "smallest":
        assert chosen.max() < rest.min()


def test_selector_limits_a_policy(make_config):
    where = {"townships": ["镇1"], "min_residents": 1000}
    county = simulate(make_config({"combined_role": {"where": where}}))
    expected = [i for i in range(4, 8) if 600 + 90 * i >= 1000]
    assert np.flatnonzero(county.levers.combined).tolist() == expected
    half = simulate(make_config({"combined_role": {"where": {"share": 0.5}}}))
    assert half.levers.combined.sum() == 6


def test_a_larger_share_keeps_the_villages_of_a_smaller_one(make_config):
    county = CountyModel(make_config())
    chosen = [county.select(Selector(share=share)) for share in (0.25, 0.26, 0.5, 0.75, 1.0)]
    assert [int(units.sum()) for units in chosen] == [3, 3, 6, 9, 12]
    assert all((more >= less).all() for less, more in pairwise(chosen))


def test_distance_is_the_merged_villages_and_outposts_do_not_change_it(make_config, merger):
    delivery = {"service_delivery": {"outposts": 1.0}}
    county = simulate(make_config({"merger": merger} | delivery))
    world, unit = county.world, county.borders.unit
    for u in np.flatnonzero(county.borders.is_unit):
        groups = unit[world.group_village] == u
        mean = np.average(county.borders.office_km[groups], weights=world.group_registered[groups])
        assert county.borders.mean_office_km()[u] == pytest.approx(mean)
    far = float(np.median(county.borders.mean_office_km()[county.borders.is_unit]))
    where = {"min_distance_km": far}
    county = simulate(
        make_config({"merger": merger, "service_delivery": {"outposts": 1.0, "where": where}})
    )
    reached = county.select(Selector(**where))
    assert 0 < reached.sum() < 6 and (county.levers.outposts > 0).sum() == reached.sum()
    assert (county.borders.outpost == (reached[unit] & ~county.borders.is_unit)).all()


@given(
    residents=st.lists(st.integers(1, 6000), min_size=1, max_size=40),
    number=st.integers(1, 400),
    low=st.integers(0, 4),
    high=st.integers(4, 12),
)
def test_total_shares_out_every_post_within_bounds(residents, number, low, high):
    rule = Total(by="total", number=number, min=low, max=high)
    posts = rule.allowed(np.array(residents), np.zeros(len(residents)))
    assert (posts >= low).all() and (posts <= high).all()
    expected = min(max(number, low * len(residents)), high * len(residents))
    assert posts.sum() == expected
    order = np.argsort(residents, kind="stable")
    assert (np.diff(posts[order]) >= 0).all() or len(set(residents)) < len(residents)


@pytest.mark.parametrize(("number", "low", "high"), [(9, 0, 12), (11, 2, 4), (6, 1, 12), (3, 1, 9)])
def test_total_gives_every_post_to_the_largest_claim(number, low, high):
    persons, posts = [5300, 900, 2400], [low] * 3
    for _ in range(min(number, 3 * high) - 3 * low):  # Sainte-Lague: persons over 2 posts + 1
        claims = [
            who / (2 * has + 1) if has < high else -1
            for who, has in zip(persons, posts, strict=True)
        ]
        posts[claims.index(max(claims))] += 1
    rule = Total(by="total", number=number, min=low, max=high)
    assert rule.allowed(np.array(persons), np.zeros(3)).tolist() == posts


def test_total_follows_land_by_its_weight():
    persons, land = np.array([3000, 1000, 1000]), np.array([5.0, 5.0, 40.0])
    told = {"by": "total", "number": 15, "min": 0}
    shared = [
        Total.model_validate(told | {"area": area}).allowed(persons, land).tolist()
        for area in (0.0, 0.5, 1.0)
    ]
    # persons of land: 500, 500, 4000
    assert shared == [[9, 3, 3], [5, 2, 8], [2, 1, 12]]
    nobody = Total.model_validate(told | {"area": 1.0})
    assert nobody.allowed(np.zeros(0, dtype=int), np.zeros(0)).size == 0


def test_posts_by_rule():
    residents, area = np.array([500, 1500, 2600, 9000]), np.array([2.0, 9.0, 1.0, 9.0])
    rule = ByResidents(by="residents", base=4, per_1000=1.0, max=7)
    assert rule.allowed(residents, area).tolist() == [4, 5, 6, 7]
    assert rule.allowed(np.array([999, 1000, 1999, 2000]), area).tolist() == [4, 5, 5, 6]
    assert Fixed(by="fixed", number=5).allowed(residents, area).tolist() == [5] * 4
    with pytest.raises(ValidationError, match="max must not be below base"):
        ByResidents(by="residents", base=4, max=3)
    sizes = ({"posts": 3}, {"posts": 4, "area_km2": 8.0}, {"posts": 6, "residents": 2600.0})
    both = {"posts": 7, "area_km2": 8.0, "residents": 2600.0}
    rule = ByClass.model_validate({"by": "class", "classes": (*sizes, both)})
    assert rule.allowed(residents, area).tolist() == [3, 4, 6, 7]
    with pytest.raises(ValidationError, match="for the villages that no other takes"):
        ByClass.model_validate({"by": "class", "classes": sizes[1:]})


def test_posts_by_class_are_those_of_the_merged_village(make_config, merger):
    classes = [{"posts": 3}, {"posts": 5, "area_km2": 5.0, "residents": 2000}]
    block = {"headcount": {"posts": {"by": "class", "classes": classes}}}
    county = simulate(make_config({"merger": merger} | block))
    borders = county.borders
    large = (borders.registered >= 2000) & (borders.total(county.world.area_km2) >= 5.0)
    posts = county.levers.posts[borders.is_unit]
    assert (posts == np.where(large, 5, 3)[borders.is_unit]).all() and 3 in posts and 5 in posts


def test_lines_lighten_administration(make_config):
    plain = simulate(make_config()).recorder.county["cadre_workload"]
    fewer = simulate(make_config({"headcount": {"lines": 3.5}})).recorder.county["cadre_workload"]
    assert np.array_equal(plain[:6], fewer[:6])
    saved = (plain - fewer)[6:]
    expected = np.full(12, 6.5 * 4.0 / 3)  # 3 cadres a village, a little less able than usual
    assert saved == pytest.approx(expected, rel=0.1)


def test_merger_lengthens_roads_and_outposts_shorten_them(make_config, merger):
    def after(**changes):
        longer = {"service": {"visit_sigma_km": 2.0}}  # on this small map every road is short
        given_up = {"errands": "given_up", "desk": "service_hours"}
        config = make_config({"merger": merger | changes}, parameters=longer, variants=given_up)
        return simulate(config).recorder.county

    plain, kept = after(), after(outposts=1.0)
    before = plain["distance_km"][5]
    assert kept["distance_km"][6] <= before < plain["distance_km"][6]  # some now live nearer
    assert kept["outpost_share"][6:].mean() > 0.05 and plain["outpost_share"][6:].max() == 0
    assert kept["reach_absorbed"][6:].mean() > plain["reach_absorbed"][6:].mean()


@pytest.mark.parametrize(
    ("merger", "words"),
    [
        ({"source": "file"}, "needs file"),
        ({"source": "generated", "ratio": 0.5, "villages": 3}, "one of villages"),
        ({"source": "registry", "ratio": 0.5}, "belong to source 'generated'"),
        ({"source": "generated", "ratio": 0.5, "file": "plan.csv"}, "belongs to source 'file'"),
        ({"source": "registry", "file": "plan.csv"}, "belongs to source 'file'"),
        ({"source": "registry", "largest": 6}, "largest: 6 belongs to source 'generated'"),
        ({"source": "registry", "respect_townships": False}, "respect_townships: false belongs"),
        ({"source": "file", "file": "p.csv", "population": {"min": 900}}, "population belongs to"),
        ({"source": "registry", "principles": {"size": 2.0}}, "principles belongs to source"),
        ({"source": "generated", "ratio": 0.5, "ramp_months": 3}, "one month"),
    ],
)
def test_merger_block_says_what_is_missing(make_config, merger, words):
    with pytest.raises(ValidationError, match=words):
        make_config({"merger": merger})


def test_bounds_of_a_merger_may_have_one_end(make_config, merger):
    for bounds in ({"min": 900}, {"max": 5000}, {"min": 900, "max": 900}):
        make_config({"merger": merger | {"population": bounds}})
    with pytest.raises(ValidationError, match="max must not be below min"):
        make_config({"merger": merger | {"population": {"min": 900, "max": 899}}})


def test_a_merger_reaches_the_targets_of_its_townships(make_config):
    merger = {"source": "generated", "by_township": {"镇0": 2, "镇2": 3}}
    county = simulate(make_config({"merger": merger}))
    seats = np.flatnonzero(county.borders.is_unit)
    assert np.bincount(county.world.township[seats]).tolist() == [2, 4, 3]
    with pytest.raises(ValidationError, match="one of villages"):
        make_config({"merger": merger | {"ratio": 0.5}})
    with pytest.raises(ValidationError, match="needs respect_townships"):
        make_config({"merger": merger | {"respect_townships": False}})


def test_villages_that_do_not_touch_merge_only_where_allowed(make_config):
    """Every pair of a township's four is open to the planner, not neighbours alone."""
    towns = {"by_township": {"镇0": 1, "镇1": 1, "镇2": 1}}
    loose = make_config({"merger": {"source": "generated", "contiguous": False} | towns})
    assert plan_rules(loose.policies.merger, 1).contiguous is False
    assert simulate(loose).borders.is_unit.sum() == 3
