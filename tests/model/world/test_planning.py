from collections import Counter

import numpy as np
import pytest

from sim.errors import InputError
from sim.model.world.layout import build_world
from sim.model.world.names import match_registry
from sim.model.world.plan import judge
from sim.model.world.planning import plan_from_registry, shared_characters
from sim.model.world.reform import compare_lists, read_reform
from sim.model.world.registry import base_name, registry_units
from sim.model.world.spec import CountySpec
from sim.model.world.unitnames import township_base
from sim.model.world.villages import VillageTable

# over the province: plain, hills, mountains, minority areas, large and small
COUNTIES = (
    "510121",
    "510185",
    "510322",
    "510525",
    "510681",
    "510722",
    "510824",
    "511123",
    "513223",
    "513324",
)


def leshan(seed):
    reform = read_reform("511102", 2018, ("安谷镇", "车子镇"), converted=11)
    spec = CountySpec(
        1403,
        3.55,
        leaving=reform.leaving,
        leaving_population_total=274_988 - 259_036,
        leaving_area_total=695.8 - 659.68,
        future_township=reform.future_township,
    )
    world = build_world(reform.units, spec, seed)
    return reform, world, plan_from_registry(world, reform)


def by_township(plan, world):
    return Counter(plan.new_township[s] for s in plan.villages_after(world.villages))


def listed(after):
    return Counter(after.select(after.is_village).township)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_leshan_196_to_124_with_the_published_means(seed):
    reform, world, plan = leshan(seed)
    overall = judge(plan, world)["overall"]
    assert (overall["villages_before"], overall["villages_after"]) == (196, 124)
    assert overall["became_community"] == len(reform.leaving) == 11
    assert world.registered.mean() == 1403
    assert world.area_km2.mean() == pytest.approx(3.55, rel=0.001)
    assert overall["registered"][1] == pytest.approx(2089, rel=0.01)
    assert overall["area_km2"][1] == pytest.approx(5.32, rel=0.01)
    assert overall["not_contiguous"] == 0
    assert by_township(plan, world) == listed(reform.after)


def test_leshan_converts_the_villages_that_communities_are_named_after():
    reform, world, plan = leshan(1)
    left = {base_name(world.villages.name[v]) for v in np.flatnonzero(plan.becomes_community)}
    assert {"檀木嘴", "裕农", "沟儿口", "高坝"} <= left
    shown = read_reform("511102", 2018, ("安谷镇", "车子镇"))
    assert {base_name(shown.units.name[v]) for v in shown.converted} == {
        "檀木嘴",
        "裕农",
        "沟儿口",
        "高坝",
    }
    leaving = np.isin(world.villages.code, sorted(reform.leaving))
    assert np.array_equal(leaving, plan.becomes_community)


def test_leshan_names_follow_their_parts():
    _, world, plan = leshan(1)
    seat = {plan.new_name[s]: base_name(world.villages.name[s]) for s in plan.seats}
    assert seat["强鸣村委会"] in {"强华", "鸣凤"}
    assert seat["双鹤村委会"] in {"双狮", "鹤桥"}
    assert seat["红岩村委会"] == "红岩坝"
    assert seat["白鹤村委会"] == "白鹤"


def test_dechang_137_to_65():
    reform = read_reform("513424", 2019, communities=True)
    spec = CountySpec(1000, 16.7, future_township=reform.future_township)
    world = build_world(reform.units, spec, 1)
    plan = plan_from_registry(world, reform)
    overall = judge(plan, world)["overall"]
    assert (overall["villages_before"], overall["villages_after"]) == (137, 65)
    assert (overall["townships_before"], overall["townships_after"]) == (19, 12)
    assert overall["communities_after"] == 6
    assert by_township(plan, world) == listed(reform.after)
    names = {(base_name(n), k): v for v, (n, k) in enumerate(_named(world.villages))}
    assert plan.becomes_community[names["王所", True]]
    assert plan.seat[names["凤凰", True]] == names["凤凰", False]
    assert len(reform.converted) == 2
    assert max(overall["cluster_sizes"]) <= 6


def _named(table):
    return zip(table.name, table.is_village.tolist(), strict=True)


def test_dechang_without_its_communities():
    reform = read_reform("513424", 2019)
    world = build_world(
        reform.units, CountySpec(1000, 16.7, future_township=reform.future_township), 1
    )
    overall = judge(plan_from_registry(world, reform), world)["overall"]
    assert (overall["villages_before"], overall["villages_after"]) == (137, 65)
    assert overall["became_community"] == 2


@pytest.mark.parametrize("county", COUNTIES)
@pytest.mark.parametrize("communities", [False, True])
def test_the_list_is_reproduced_in_every_township(county, communities):
    reform = read_reform(county, 2019, communities=communities)
    spec = CountySpec(1200, 6.0, future_township=reform.future_township)
    world = build_world(reform.units, spec, 3)
    plan = plan_from_registry(world, reform)
    assert by_township(plan, world) == listed(reform.after)
    kept = {plan.new_name[s] for s in plan.villages_after(world.villages)}
    whole = reform.after.select(reform.after.is_village)
    assert {base_name(n) for n in whole.name} == {base_name(n.split(" (")[0]) for n in kept}
    table = judge(plan, world)["villages"]
    assert table["registered"].sum() == world.registered.sum()
    assert (~table["contiguous"]).mean() < 0.05  # a name may tie units that do not touch


def test_most_seats_are_anchored_by_name():
    before, after = registry_units("513424", 2019), registry_units("513424", 2020)
    match = match_registry(before, after)
    kept = [row for row in match.anchor if row >= 0]
    assert len(kept) == len(set(kept)) == 65 - len(match.new_villages)
    assert len(kept) > 0.7 * 65
    for v, row in enumerate(match.anchor):
        if row >= 0:
            assert base_name(before.name[v]) == base_name(after.name[row])
            assert match.township[v] == after.township[row]


def units(*rows):
    return VillageTable.of(
        code=[f"{i:03d}" for i in range(len(rows))],
        name=[name for name, _ in rows],
        township=[town for _, town in rows],
        is_village=["社区" not in name for name, _ in rows],
    )


def test_a_repeated_name_follows_its_township():
    before = units(("红旗村", "东镇"), ("甲村", "东镇"), ("红旗村", "西乡"), ("乙村", "西乡"))
    after = units(("乙村", "西镇"), ("红旗村", "西镇"), ("甲村", "东镇"))
    match = match_registry(before, after)
    assert match.anchor == (-1, 2, 1, 0)
    assert match.township == ("东镇", "东镇", "西镇", "西镇")


def test_townships_without_shared_villages_are_matched_by_name():
    before = units(("甲村", "南山傈僳族乡"), ("乙村", "北镇"))
    after = units(("丙村", "南山镇"), ("乙村", "北街道"))
    assert match_registry(before, after).township == ("南山镇", "北街道")
    assert township_base("南山傈僳族乡") == township_base("南山街道办事处") == "南山"


def test_every_new_name_finds_an_old_village():
    before = units(("甲村", "东镇"), ("乙村", "东镇"), ("丙村", "东镇"), ("丁村", "西镇"))
    after = units(("甲村", "东镇"), ("戊村", "西镇"), ("己村", "西镇"))
    match = match_registry(before, after)
    assert Counter(match.township) == {"东镇": 2, "西镇": 2}
    assert any("more new names" in note for note in match.notes)


def test_impossible_lists_and_numbers_are_refused():
    few, many = units(("甲村", "东镇")), units(("甲村", "东镇"), ("乙村", "东镇"))
    with pytest.raises(InputError, match="2 villages and the one before 1"):
        match_registry(few, many)
    with pytest.raises(InputError, match="leave room for 0 to 1"):
        compare_lists(many, few, 2)
    with pytest.raises(InputError, match="no list after the reform"):
        read_reform("370126", 2020, converted=3)
    reform = read_reform("370126", 2020, ["许商街道", "殷巷镇"])
    assert reform.after is None and reform.lists == (2020, None)
    world = build_world(reform.units, CountySpec(1000, 3.0), 1)
    with pytest.raises(InputError, match="use source 'generated' or 'file'"):
        plan_from_registry(world, reform)


def test_shared_characters():
    assert shared_characters("强华", "强鸣") == 2
    assert shared_characters("白鹤", "双鹤") == 1
    assert shared_characters("新农", "新安") == 0
