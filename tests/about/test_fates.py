"""What is known of each county's mergers, and short names of regions."""

from collections import Counter

import pytest

from sim.about.atlas import county_years
from sim.about.fates import fates
from sim.about.placenames import region_name, short
from sim.model.world.registry import YEARS, counties, find_county


@pytest.fixture(scope="module")
def found():
    return {fate.county.code: fate for fate in fates()}


def test_the_merged_are_the_atlas(found):
    merged = [fate for fate in found.values() if fate.known == "merged"]
    assert {fate.county.code for fate in merged} == {each.county.code for each in county_years()}
    assert sum(fate.villages_lost for fate in merged) == 56_616
    assert found["513424"].lost == pytest.approx(72 / 137)
    twice = Counter(each.county.code for each in county_years()).most_common(1)[0][0]
    steps = [each for each in county_years() if each.county.code == twice]
    assert len(steps) > 1
    assert found[twice].villages_before == steps[0].change.villages_before
    assert found[twice].villages_lost == sum(each.villages_lost for each in steps)


def test_not_known_is_told_from_not_merged(found):
    for fate in found.values():
        listing = any(change.kind == "listing" for change in fate.county.changes)
        whole = len(fate.county.years) == len(YEARS)
        if fate.known == "unmerged":
            assert whole and not listing and max(fate.county.numbers.values()) >= 50
        elif fate.known == "missing":
            assert not whole and not listing
        elif fate.known == "relisted":
            assert listing
    kinds = Counter(fate.known for fate in found.values())
    assert set(kinds) == {"merged", "unmerged", "few", "relisted", "missing"}
    assert kinds["merged"] == 402
    withheld = [c for c in counties(province="山东") if c.years[-1] == 2020 and c.area_km2]
    assert len(withheld) >= 7
    assert all(found[c.code].known in ("missing", "merged") for c in withheld)


def test_fates_of_a_province_are_those_of_china(found):
    assert fates("sichuan") == [fate for code, fate in found.items() if code.startswith("51")]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("四川省", "四川"),
        ("北京市", "北京"),
        ("新疆维吾尔自治区", "新疆"),
        ("内蒙古自治区", "内蒙古"),
        ("黔西南布依族苗族自治州", "黔西南"),
        ("大兴安岭地区", "大兴安岭"),
        ("兴安盟", "兴安"),
    ],
)
def test_short_names(name, plain):
    assert short(name) == plain


def test_names_of_regions_in_both_languages():
    dechang, yaan = find_county("513424"), find_county("511802")
    assert region_name(dechang, "prefecture", "zh") == "凉山"
    assert region_name(dechang, "prefecture", "en") == "Liangshan"
    assert region_name(yaan, "prefecture", "en") == "Ya'an"
    assert region_name(find_county("610116"), "province", "en") == "Shaanxi"
    assert region_name(find_county("429004"), "prefecture", "zh") == ""  # under the province
