"""The atlas of mergers: county-years by province, and as a file."""

import csv
import io

import pytest

from sim.about.atlas import COLUMNS, KINDS, by_province, county_years, report, text_of, write
from sim.errors import InputError
from sim.files import file_digest
from sim.model.world.registry import find_county


def test_county_years_are_the_lists():
    found = county_years()
    assert len(found) == 422 and len({each.county.code for each in found}) == 402
    assert found == sorted(found, key=lambda each: (each.change.after, each.county.code))
    for each in found:
        change = each.change
        assert each.county.villages(change.before) == change.villages_before >= 50
        assert each.county.villages(change.after) == change.villages_after
        assert each.villages_lost >= 0.15 * change.villages_before
    # 33 in all: the lists after of the other seven are withheld
    assert sum(e.change.after == 2021 for e in county_years("山东")) == 26
    assert len(county_years("四川")) == 160


def test_other_falls_stand_apart():
    every = county_years(kinds=KINDS)
    assert {each.county.code for each in county_years()} < {each.county.code for each in every}
    jilin = county_years("jilin", KINDS)
    assert {each.change.kind for each in jilin} == {"listing"} and len(jilin) > 20


def test_a_file_holds_every_county_year_and_is_never_written_over(tmp_path):
    path = tmp_path / "atlas.csv"
    found = county_years("四川")
    told = write(path, found)
    assert told == file_digest(path)
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert len(rows) == 160 and tuple(rows[0]) == COLUMNS
    (dechang,) = (row for row in rows if row["code"] == "513424")
    assert dechang == {
        "code": "513424", "county": "德昌县", "pinyin": "Dechang Xian",
        "prefecture": "凉山彝族自治州", "province": "四川省", "list_before": "2019",
        "list_after": "2020", "kind": "merger", "villages_before": "137", "villages_after": "65",
        "share_lost": "0.5255", "communities_before": "5", "communities_after": "8",
        "area_km2": "2286.7", "longitude": f"{find_county('513424').lon:g}",
        "latitude": f"{find_county('513424').lat:g}",
    }  # fmt: skip
    with pytest.raises(InputError, match="is there already"):
        write(path, found)
    with pytest.raises(InputError, match="cannot be written"):
        write(tmp_path / "none" / "atlas.csv", found)
    assert text_of([]) == ",".join(COLUMNS) + "\n"


def test_the_table_in_both_languages():
    found = county_years()
    english, chinese = by_province(found, "en"), by_province(found, "zh")
    assert english.splitlines()[1].split()[0] == "四川省"  # the most first
    assert "142 (-17,892)" in english and "422 (-56,616)" in english
    assert "全国" in chinese and "村数不少于50个" in chinese
    alone = by_province(county_years("山东"), "en").splitlines()
    assert alone[1].startswith("山东省") and not alone[2]  # no sum of one


def test_a_province_without_mergers_is_told(tmp_path):
    with pytest.raises(InputError, match="no county of 西藏自治区 lost villages so; try --all"):
        report("xizang", False, None, "en")
    with pytest.raises(InputError, match="no province '火星'"):
        report("火星", True, tmp_path / "a.csv", "en")
    assert not (tmp_path / "a.csv").exists()
