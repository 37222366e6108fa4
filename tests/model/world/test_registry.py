import subprocess
import sys

import pytest

from sim.model.world.registry import (
    RegistryError,
    base_name,
    counties,
    find_county,
    nearest_counties,
    registry_units,
    unit_kind,
)


@pytest.mark.parametrize(
    ("name", "kind", "base"),
    [
        ("强鸣村委会", "village", "强鸣"),
        ("强鸣村村民委员会", "village", "强鸣"),
        ("流村委会", "village", "流"),
        ("流村村委会", "village", "流"),
        ("迴龙村委会", "village", "回龙"),
        ("安居村委会", "village", "安居"),
        ("东山村委员会", "village", "东山"),
        ("安居居委会", "community", "安居"),
        ("裕农社区居委会", "community", "裕农"),
        ("永郎居民委员会", "community", "永郎"),
        ("杏花村社区居委员会", "community", "杏花"),
        ("色柯镇幸福社区（一社区）", "community", "色柯镇幸福"),
        ("街村村民小组", "other", "街村村民小组"),
        ("农业园区生活区", "other", "农业园区生活区"),
        ("辖曼牧场虚拟生活区", "other", "辖曼牧场虚拟生活区"),
        ("巴彦花嘎查", "village", "巴彦花"),
        ("巴彦花嘎查委员会", "village", "巴彦花"),
        ("巴彦花嘎查村民委员会", "village", "巴彦花"),
        ("红旗牧委会", "village", "红旗"),
        ("新建村", "village", "新建"),
        ("红星村委会（红谷滩新区）", "village", "红星"),
        ("二龙山林场虚拟村委会", "other", "二龙山林场虚拟村委会"),
    ],
)
def test_kind_and_base_name(name, kind, base):
    assert unit_kind(name) == kind
    assert base_name(name) == base


def test_leshan_and_dechang_have_the_published_numbers():
    before = registry_units("511102", 2018).villages_only()
    assert len(before.without_townships(["安谷镇", "车子镇"])) == 196
    after = registry_units("511102", 2020).villages_only().without_townships(["安谷镇"])
    assert len(after) == 124
    for year in (2018, 2019):
        table = registry_units("德昌县", year)
        assert (int(table.is_village.sum()), len(table)) == (137, 142)
        assert len(set(table.township)) == 19
    table = registry_units("513424", 2020)
    assert (int(table.is_village.sum()), len(table), len(set(table.township))) == (65, 73, 12)


def test_counties_are_found_by_code_name_and_prefecture():
    assert [entry.code for entry in counties("德昌")] == ["513424"]
    assert {entry.prefecture for entry in counties("乐山")} == {"乐山市"}
    assert {entry.code[:4] for entry in counties("5111")} == {"5111"}
    leshan = find_county("511102")
    assert [leshan.villages(year) for year in (2018, 2019, 2020)] == [221, 190, 135]
    assert "德昌县" in {entry.name for entry in nearest_counties("得昌县")[:3]}


@pytest.mark.parametrize(
    ("county", "year", "words"),
    [
        ("市中区", 2018, ["4 counties", "511002", "511102", "6-digit code", "济南市市中区"]),
        ("shizhongqu", 2018, ["4 counties", "370402 市中区 (枣庄市)"]),
        ("崇川区", 2018, ["2 counties", "320602 崇川区 (南通市, lists to 2020)", "320613"]),
        ("德昌", 2018, ["'德昌' is not in the registry", "513424 德昌县"]),
        ("得昌县", 2018, ["nearest: 513424 德昌县"]),
        ("zhangqiiu", 2018, ["nearest: 370114 章丘区"]),
        ("513499", 2018, ["nearest: 513401 西昌市"]),
        ("370126", 2021, ["no list of 商河县", "only for 2016, 2017", "'generated'"]),
        ("511102", 2015, ["2016 to 2023"]),
        ("", 2018, ["expected a 6-digit code"]),
        ("370114; rm", 2018, ["is not in the registry"]),
    ],
)
def test_errors_name_what_would_work(county, year, words):
    with pytest.raises(RegistryError) as caught:
        registry_units(county, year)
    for word in words:
        assert word in str(caught.value)


def test_unknown_township_is_named_with_the_nearest():
    with pytest.raises(ValueError, match=r"安古镇.*did you mean '安谷镇'"):
        registry_units("511102", 2018).without_townships(["安古镇"])


def test_looking_a_county_up_is_light():
    code = (
        "import sys, sim.model.world.registry as r; r.registry_units('511102', 2018);"
        "sys.exit(any(m in sys.modules for m in ('pandas', 'pyarrow', 'scipy', 'matplotlib')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_county_whose_nationality_is_its_name_is_not_called_county_alone():
    """Of 东乡族自治县 nothing is left without the nationality: it is read dongxiang xian."""
    assert find_county("甘肃东乡族自治县").code == find_county("gansu dongxiang").code == "622926"
    assert find_county("ewenke qi").code == "150724"
    with pytest.raises(RegistryError, match="2 counties: 220403 西安区"):
        find_county("xi'an")
