"""How many villages counties that merged kept, and a planner that draws from it."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from sim.about.atlas import county_years
from sim.config import resolve
from sim.config.listed import plan_said
from sim.errors import InputError
from sim.lab.design.points import build
from sim.lab.file.loading import load_experiment
from sim.model.policies.merger import Merger
from sim.model.world.case import build_case, build_county, make_plan
from sim.model.world.certainty import certainty
from sim.model.world.mergers import drawn_quantile, kept_at, kept_shares, month_between
from sim.model.world.planfile import read_plan, write_plan
from sim.model.world.reform import compare_lists
from sim.model.world.registry import find_county
from sim.model.world.villages import VillageTable

ROOT = Path(__file__).parent.parent.parent.parent
CONFIG = """
title: {en: T, zh: 测}
county: {registry: "513401"}
start: 2019-04
reform: 2020-04
months: 24
scale: 200
policies: {merger: {source: generated%s}}
"""


def configured(tmp_path, more="", **changes):
    path = tmp_path / "a.yaml"
    path.write_text(CONFIG % more, "utf-8")
    return resolve(path, changes).config


def share(case):
    return case.plan.villages_after(case.world.villages).size / len(case.world.villages)


def test_what_counties_kept_is_the_atlas():
    lost = sorted(1.0 - each.change.lost for each in county_years())
    assert np.allclose(kept_shares(), lost)
    assert (kept_at(0.0), kept_at(1.0)) == (kept_shares()[0], kept_shares()[-1])


def test_the_lever_says_the_numbers_of_the_lists():
    said = str(Merger.model_json_schema()["properties"]["quantile"])
    ends = [f"({100 * kept_at(q):.0f} %)" for q in (0.0, 0.5, 1.0)]
    assert f"{kept_shares().size} mergers" in said
    assert re.findall(r"\(\d+ %\)", said) == ends


def test_without_a_target_the_seed_draws_it(tmp_path):
    config = configured(tmp_path)
    cases = [build_case(config, seed) for seed in (1, 2, 3)]
    for seed, case in zip((1, 2, 3), cases, strict=True):
        wanted = kept_at(drawn_quantile(seed))
        assert share(case) == pytest.approx(wanted, abs=0.5 / len(case.world.villages) + 1e-9)
        (note,) = case.plan.notes
        assert f"{wanted:.1%} of the villages" in note
        after = case.plan.villages_after(case.world.villages).size
        assert note.endswith(f"; {after} of {len(case.world.villages)} villages")
    assert len({share(case) for case in cases}) == 3


def test_draws_are_even_over_the_quantiles():
    drawn = np.array([drawn_quantile(seed) for seed in range(1000)])
    assert np.abs(np.histogram(drawn, 10, (0, 1))[0] - 100).max() < 40


def test_the_same_seed_draws_the_same_whatever_else_the_reform_is(tmp_path):
    plain, other = configured(tmp_path), configured(tmp_path, ", outposts: 0.5, funding_kept: 1.0")
    assert share(build_case(plain, 5)) == share(build_case(other, 5))


def test_a_quantile_given_is_the_same_for_all_seeds(tmp_path):
    config = configured(tmp_path, ", quantile: 0.5")
    assert share(build_case(config, 1)) == share(build_case(config, 2))
    assert share(build_case(config, 1)) == pytest.approx(kept_at(0.5), abs=0.003)
    assert not config.policies.merger.draws() and "drawn" not in plan_said(config)


def test_where_the_bounds_do_not_allow_it_the_nearest_is_done_and_said(tmp_path):
    config = configured(tmp_path, ", quantile: 0.0, largest: 2")
    case = build_case(config, 1)
    assert share(case) > 0.5
    assert "the fewest under the bounds is" in case.plan.notes[0]


def test_the_page_names_the_floor_that_largest_sets(tmp_path):
    page = " ".join((ROOT / "docs/howto/counties.md").read_text("utf-8").split())
    largest = Merger.model_fields["largest"].default
    below = int((kept_shares() < 1 / largest).sum())
    assert f"(`largest: {largest}`), so a quarter stay" in page and largest == 4
    assert f"the {below} mergers that kept less" in page
    assert share(build_case(configured(tmp_path, ", quantile: 0.0"), 1)) >= 1 / largest


@pytest.mark.parametrize("bound", ["population: {min: 2000}", "area_km2: {min: 30}"])
def test_a_drawn_share_is_lowered_until_no_village_is_below_the_bounds(tmp_path, bound):
    config = configured(tmp_path, f", largest: 8, {bound}")
    free = configured(tmp_path, ", largest: 8")
    lowered = 0
    for seed in range(1, 9):
        case = build_case(config, seed)
        *stay, note = case.plan.notes
        village = case.world.villages.is_village
        what = case.world.registered if "population" in bound else case.world.area_km2
        after = np.bincount(case.plan.seat[village], what[village])
        few = (after > 0) & (after < (2000 if "population" in bound else 30))
        assert bool(stay) == few.any()  # no neighbour that has room for it
        assert few.sum() <= 4
        for v in np.flatnonzero(few):
            assert stay[0].startswith(f"{few.sum()} villages stay below the bounds")
            members = np.flatnonzero(case.plan.seat == v)
            near = {n for m in members for n in case.world.neighbours[m] if village[n]}
            town = case.world.township
            units = {case.plan.seat[n] for n in near if town[n] == town[v]} - {v}
            size = np.bincount(case.plan.seat[village])
            assert all(size[unit] + members.size > 8 for unit in units)
        reached = np.count_nonzero(after)
        assert note.endswith(f"; {reached} of {village.sum()} villages")
        without = build_case(free, seed).plan
        target = round(village.sum() * kept_at(drawn_quantile(seed)))
        assert reached <= np.unique(without.seat[village]).size
        assert ("fewer are left" in note) == (reached < target)
        lowered += reached < target
    assert 0 < lowered <= 8
    impossible = build_case(configured(tmp_path, ", population: {min: 90000}"), 1).plan
    assert "villages stay below the bounds, with no neighbour" in impossible.notes[0]


def test_check_says_what_was_drawn(tmp_path):
    config = configured(tmp_path)
    said = plan_said(config)
    assert f"drawn with seed {config.seed}: {build_case(config, config.seed).plan.notes[0]}" in said


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (", quantile: 0.5, ratio: 0.6", "takes one of"),
        (", quantile: 1.5", "1.5"),
        (", quantile: -0.1", "-0.1"),
    ],
)
def test_what_cannot_be(tmp_path, more, words):
    with pytest.raises(InputError) as caught:
        configured(tmp_path, more)
    assert words in str(caught.value)


def test_a_quantile_belongs_to_a_planner(tmp_path):
    with pytest.raises(InputError, match="belong to source 'generated'"):
        configured(tmp_path, "", **{"policies.merger.source": "registry",
                                    "policies.merger.quantile": 0.2})  # fmt: skip


def test_a_factor_sweeps_it(tmp_path):
    configured(tmp_path)
    (tmp_path / "e.yaml").write_text(
        "config: a.yaml\nmethod: lhs\nsamples: 8\nreplicates: 2\n"
        "factors: {policies.merger.quantile: {from: 0, to: 1}}\n",
        "utf-8",
    )
    values = [p.values["policies.merger.quantile"] for p in
              build(load_experiment(tmp_path / "e.yaml")).points]  # fmt: skip
    assert len(set(values)) == 8 and 0 <= min(values) < 0.2 < 0.8 < max(values) <= 1


def test_the_month_of_a_merger_lies_between_its_lists():
    change = next(c for c in find_county("513424").changes if c.kind == "merger")
    assert (change.before, change.after) == (2019, 2020)
    assert month_between(change) == 2020 * 12 + 1  # February 2020: October 2019 to June 2020


# --- how surely the lists tell it -----------------------------------------------------------------


def test_every_old_village_says_how_surely_its_unit_is_told(tmp_path):
    config = configured(tmp_path)
    county = config.county.model_copy(update={"registry": "513424"})
    world, reform = build_county(county, 1, config.reform)
    plan = make_plan(world, reform, Merger(source="registry"), 1)
    assert len(plan.certainty) == len(world.villages) == 137
    for v, told in enumerate(plan.certainty):
        kept = reform.match.anchor[v] >= 0 or reform.match.community[v] >= 0
        assert (told == "certain") == kept
        if reform.match.anchor[v] >= 0:  # a name that is kept is that of the unit it is in
            assert plan.new_name[plan.seat[v]] == reform.after.name[reform.match.anchor[v]]
    assert sum(plan.how_certain().values()) == 137
    generated = make_plan(world, reform, Merger(source="generated", ratio=0.5), 1)
    assert set(generated.certainty) == {""} and generated.how_certain() == {}


def test_a_new_name_of_two_old_ones_makes_both_likely():
    """永光 is made of 永兴 and 光明; the two others are gone without a trace."""
    old = ("永兴村委会", "光明村委会", "安乐村委会", "石桥村委会", "龙泉村委会")
    new = ("永光村委会", "安乐村委会")
    before = VillageTable.of([f"1{i}" for i in range(5)], old, ["河东镇"] * 5)
    after = VillageTable.of(["20", "21"], new, ["河东镇"] * 2)
    reform = compare_lists(before, after)
    seat = np.array([0, 0, 2, 0, 2], dtype=np.int32)
    told = certainty(reform, seat, {0: new[0], 2: new[1]})
    assert told == ("likely", "likely", "certain", "unknown", "unknown")
    apart = np.array([0, 2, 2, 0, 2], dtype=np.int32)  # a plan that does not follow the name
    assert certainty(reform, apart, {0: new[0], 2: new[1]}).count("likely") == 0


def test_the_plan_s_table_says_it(tmp_path):
    config = configured(tmp_path)
    county = config.county.model_copy(update={"registry": "513424"})
    world, reform = build_county(county, 1, config.reform)
    plan = make_plan(world, reform, Merger(source="registry"), 1)
    write_plan(plan, world.villages, tmp_path / "plan.csv")
    with (tmp_path / "plan.csv").open(encoding="utf-8-sig") as file:
        assert tuple(row["certainty"] for row in csv.DictReader(file)) == plan.certainty
    assert np.array_equal(read_plan(tmp_path / "plan.csv", world).seat, plan.seat)
