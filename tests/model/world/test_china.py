"""The registry of all China: its counts, counties under several names, what happened to them."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sim.about.counties import find, report
from sim.errors import InputError
from sim.model.calendar import parse_month
from sim.model.world import archive
from sim.model.world.archive import ListRow, block, index, pack_rings, pack_rows, rings_of, rows_of
from sim.model.world.lists import choose_lists
from sim.model.world.registry import (
    YEARS,
    counties,
    county_outline,
    find_county,
    find_province,
    registry_units,
)
from sim.model.world.unitnames import within_townships

ROOT = Path(__file__).parent.parent.parent.parent
#: committees that the lists spell out: of all (those withheld are missing from 2017 on), Sichuan's
PUBLISHED_2016 = 537_085
SICHUAN = (46_628, 46_456, 45_901, 45_052, 27_024, 25_969, 25_972, 25_969)


def lost(kind, province, year, share=0.15):
    """Counties of a province of 50 villages or more that lost a share by a list."""
    return [
        entry
        for entry in counties(province=province)
        for change in entry.changes
        if change.kind == kind and change.after == year and change.lost >= share
        and change.villages_before >= 50
    ]  # fmt: skip


def test_the_published_counts_of_villages():
    china = [sum(e.spelled.get(year, 0) for e in counties()) for year in YEARS]
    assert china[0] == PUBLISHED_2016
    assert china == sorted(china, reverse=True)
    sichuan = counties(province="四川省")
    assert tuple(sum(e.spelled.get(year, 0) for e in sichuan) for year in YEARS) == SICHUAN


def test_what_is_known_of_how_many():
    lines = index()
    assert sum(len(rows_of(line["code"], block(line, "list"))) for line in lines) == 1_109_662
    assert len({line["code"] for line in lines}) == 3_155
    known = counties()
    assert len(known) == 3_039
    assert sum(e.area_km2 is not None for e in known) == 2_845
    ended = [e for e in known if e.area_km2 and e.years[-1] < YEARS[-1]]
    assert len(ended) == 49  # their later lists are withheld
    assert not {e.code[:2] for e in ended} & {"51"}


def test_mergers_are_told_from_other_falls():
    assert len(lost("merger", "四川", 2020)) == 142
    assert len(lost("merger", "山西", 2020)) == 61
    assert len(lost("merger", "浙江", 2019)) == 22
    jilin = counties(province="吉林")
    # 9,302 and 5,528 with the ten of a district whose list of 2019 is withheld
    assert [sum(e.spelled.get(y, 0) for e in jilin) for y in (2018, 2019)] == [9302, 5518]
    assert [sum(e.numbers.get(y, 0) for e in jilin) for y in (2018, 2019)] == [9307, 9249]
    assert not any(lost("merger", "吉林", year) for year in YEARS)
    assert sum(c.kind == "listing" and c.after == 2019 for e in jilin for c in e.changes) > 20


def test_the_page_counts_mergers_by_province():
    page = (Path(__file__).parent.parent.parent.parent / "docs/howto/counties.md").read_text(
        "utf-8"
    )
    mergers = [
        (entry.code[:2], change)
        for entry in counties()
        for change in entry.changes
        if change.kind == "merger" and change.lost >= 0.15 and change.villages_before >= 50
    ]
    count = Counter(province for province, _ in mergers)
    codes = {"Sichuan": "51", "Shanxi": "14", "Shandong": "37", "Zhejiang": "33", "Shaanxi": "61",
             "Hubei": "42", "Guizhou": "52"}  # fmt: skip
    text = " ".join(page.split()).split(" are left: ")[1].split(".")[0]
    told = dict(re.findall(r"(\w+) (\d+)", text))
    assert told == {name: str(count[code]) for name, code in codes.items()}
    assert f" {len(mergers)} falls by merger" in " ".join(page.split())


def test_a_county_is_one_under_all_its_codes_and_names():
    for text in ("370114", "370181", "章丘区", "章丘市", "zhangqiu", "Zhāngqiū Qū", "zhangqiushi"):
        assert find_county(text).code == "370114"
    entry = find_county("370114")
    assert entry.former == (("370181", "章丘市"),) and entry.years == YEARS
    assert entry.pinyin == "Zhangqiu Qu"
    # each list under the code it had
    assert registry_units("章丘区", 2016).code[0].startswith("370181")
    assert registry_units("章丘市", 2020).code[0].startswith("370114")
    assert find_county("射洪县") == find_county("510981") and find_county("新津县").code == "510118"
    # a code that was given to another county
    assert find_county("232701").name == "漠河市"
    jiagedaqi = find_county("加格达奇区")
    assert jiagedaqi.former == (("232701", "加格达奇区"),)
    assert registry_units("加格达奇区", 2017).code[0].startswith("232701")
    assert find_county("桥东区").prefecture == "张家口市"  # that of 邢台 is called 襄都区 now
    assert find_county("邢台市桥东区").name == "襄都区"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("乐山市中区", "511102"),
        ("四川省内江市市中区", "511002"),
        ("Leshan Shizhong District", "511102"),
        ("leshan shizhongqu", "511102"),
        ("shaanxi lantian", "610122"),
        ("lvchun", "532531"),
        ("lüchun xian", "532531"),
        ("ebian", "511132"),
        ("Yuqing", "520329"),
        ("zhangzi", "140428"),
        ("laoting", "130225"),
        ("leting xian", "130225"),
    ],
)
def test_names_with_their_prefecture_and_in_pinyin(text, code):
    assert find_county(text).code == code


def test_provinces_by_name_pinyin_and_digits():
    assert {find_province(text) for text in ("陕西", "陕西省", "shaanxi", "61")} == {"61"}
    assert find_province("neimenggu") == find_province("内蒙古") == "15"
    with pytest.raises(InputError, match="may be 山西省 and 陕西省"):
        find_province("shanxi")
    with pytest.raises(InputError, match="no province '山惠省'; did you mean"):
        find_province("山惠省")


@pytest.mark.parametrize(
    ("county", "reform", "given", "lists"),
    [
        ("章丘区", "2021-06", {}, (2020, 2021)),
        ("德昌县", "2020-04", {}, (2019, 2020)),
        ("德昌县", "2019-02", {}, (2019, 2020)),
        ("德昌县", "2020-04", {"before": 2018}, (2018, 2020)),
        ("德昌县", "2020-04", {"after": 2022}, (2019, 2022)),
        ("越西县", "2020-04", {}, (2020, 2021)),  # its list of 2020 came before its reform
        ("永康市", "2018-12", {}, (2018, 2019)),
        ("永康市", "2018-03", {}, (2018, 2019)),  # nothing in the list of that year
        ("三穗县", None, {}, (2017, 2018)),
        ("商河县", "2021-06", {}, (2020, None)),
        ("洪洞县", "2024-01", {}, (2023, None)),
        ("洪洞县", "2010-01", {}, (2016, 2017)),
    ],
)
def test_lists_are_found_by_the_month_of_the_reform(county, reform, given, lists):
    month = None if reform is None else parse_month(reform)
    assert choose_lists(find_county(county), month, **given) == lists


@pytest.mark.parametrize(
    ("county", "given", "words"),
    [
        ("商河县", {"after": 2022}, "no list of 商河县 .370126. for 2022, only for 2016"),
        ("320613", {}, "no list of 崇川区 .320613. of 2019 or before; its first is that of 2021"),
        ("德昌县", {"before": 2020, "after": 2018}, "must be later than 2020"),
    ],
)
def test_lists_that_are_not_there(county, given, words):
    with pytest.raises(InputError, match=words):
        choose_lists(find_county(county), parse_month("2020-04"), **given)


def test_names_that_a_list_writes_with_county_and_township():
    whole = ["滦南县倴城镇靳营村民委员会", "滦南县倴城镇东八户村民委员会", "倴城镇村委会"]
    assert within_townships(whole, ["倴城镇"] * 3) == [
        "靳营村民委员会", "东八户村民委员会", "倴城镇村委会",
    ]  # fmt: skip
    once = ["大河乡大河村委会", "甲村委会", "乙村委会"]
    assert within_townships(once, ["大河乡"] * 3) == once  # one name is no way of writing a list
    assert registry_units("130224", 2020).name[20] == "东八户村民委员会"


def test_a_block_is_what_was_packed():
    rows = [
        ListRow("110101001001", "甲村委会", "东镇", 7),
        ListRow("110101001001", "甲村民委员会", "东镇街道", 248),
        ListRow("110101999999", "𡌶村", "西镇", 255),
    ]
    assert rows_of("110101", archive.lzma.decompress(
        pack_rows(rows), format=archive.lzma.FORMAT_RAW, filters=archive.FILTERS
    )) == rows  # fmt: skip
    ring = np.array([[120.0, 30.0], [120.1, 30.0], [120.1, 30.1234], [120.0, 30.0]])
    packed = pack_rings([[ring, ring / 1.001], [ring]])
    raw = archive.lzma.decompress(packed, format=archive.lzma.FORMAT_RAW, filters=archive.FILTERS)
    one, two = rings_of(raw)
    assert len(one) == 2 and np.abs(two[0] - ring).max() <= archive.DEGREES / 2


def test_a_damaged_block_is_told(tmp_path, monkeypatch):
    line = next(line for line in index() if line["code"] == "513424")
    data = bytearray((archive.FOLDER / "lists.bin").read_bytes())
    data[int(line["list_at"]) + 100] ^= 1
    (tmp_path / "lists.bin").write_bytes(data)
    monkeypatch.setattr(archive, "FOLDER", tmp_path)
    with pytest.raises(InputError, match="the block of 513424 is damaged"):
        block(line, "list")


@pytest.mark.parametrize("code", ["513424", "511102", "zhangqiu", "310151"])
def test_outlines_have_the_areas_that_are_told(code):
    shapely = pytest.importorskip("shapely")
    entry = find_county(code)
    outline = county_outline(code)
    shape = shapely.MultiPolygon([(outer, holes) for outer, *holes in outline])
    assert shape.contains(shapely.Point(entry.lon, entry.lat)) or len(outline) > 1
    km2 = shape.area * 111.32 * np.cos(np.radians(entry.lat)) * 110.9
    assert km2 == pytest.approx(entry.area_km2, rel=0.02)


def test_a_county_without_an_outline_is_told():
    assert find_county("659011").area_km2 is None
    with pytest.raises(InputError, match="no outline of 659011 新星市"):
        county_outline("659011")


def test_the_command_says_what_it_does_not_find():
    with pytest.raises(InputError, match=r"none of .* lost 15% of at least 50 villages"):
        find("德昌", None, "2022")
    with pytest.raises(InputError, match="expected a year or years"):
        find("", None, "lately")
    for years in ("2030", "2016-2024", "2015-2020", "2016", "2023-2019"):
        with pytest.raises(InputError, match="lists after a merger are those of 2017 to 2023"):
            find("", None, years)
    with pytest.raises(InputError, match="in a list of 2022; leave"):
        find("", "西藏", "2022")
    with pytest.raises(InputError, match="in a list of 2021 to 2023; leave"):
        find("", "西藏", "2021-2023")
    with pytest.raises(InputError, match="no county of the registry in 山东"):
        find("德昌", "山东")
    assert {e.code for e in find("", "山东", "2021")} == {
        e.code for e in lost("merger", "山东", 2021)
    }


def test_the_command_in_both_languages():
    english, chinese = (report("章丘", None, None, lang) for lang in ("en", "zh"))
    assert "2020-2021: -40% merger" in english and "before: 章丘市 370181" in english
    assert "合村" in chinese and "曾用：章丘市 370181" in chinese
    assert "no list after 2020" in report("商河", None, None, "en")
    assert "all villages" in report("", "吉林", None, "en")


def test_no_list_has_a_code_twice():
    for code in ("370114", "232701", "150725", "330921"):
        for year in find_county(code).years:
            units = registry_units(code, year)
            assert not [c for c, n in Counter(units.code).items() if n > 1]
            assert list(units.code) == sorted(units.code)
