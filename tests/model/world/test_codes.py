"""Codes and names that went through a spreadsheet or a Chinese keyboard are the same everywhere."""

import csv

import numpy as np
import pytest

from sim.config import load
from sim.config.loading import parse_override
from sim.lab.file.base import Counties
from sim.lab.file.counties import codes, listed
from sim.model.world.csvfile import VillageFileError, VillageFileWarning
from sim.model.world.registry import counties, find_county
from sim.model.world.villages import read_villages_csv
from sim.printable import absent, identity, key

HEAD = "code,name,township,registered,area_km2\n"
ROWS = "101,甲村,东镇,900,3.5\n102,乙村,东镇,1100,4\n"
CONFIG = """title: {en: T, zh: 小}
county: {villages: villages.csv}
start: 2019-01
reform: 2019-02
months: 3
policies: {merger: {source: file, file: plan.csv}}
"""
#: 101 as other programs and keyboards leave it
WRITTEN = [
    "101",
    "１０１",
    "101.0",
    "101.00",
    " 101",
    "101　",
    "\xa0101",
    '"=""101"""',
    "0101",
    "1 01",
]


def write(folder, text, name="villages.csv"):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("code", WRITTEN)
def test_a_code_is_one_in_every_file(code, tmp_path):
    write(tmp_path, HEAD + ROWS.replace("101", code, 1))
    plan = "old_code,new_village,seat\n102,丙村,101\n101,丙村,101\n"
    write(tmp_path, plan, "plan.csv")
    path = write(tmp_path, CONFIG, "c.yaml")
    assert load(path, {"policies.headcount": {"lines": 3, "where": {"villages": ["１０１"]}}})
    table = read_villages_csv(tmp_path / "villages.csv")
    assert table.called(["101.0"]).tolist() == [True, False]
    write(tmp_path, HEAD + ROWS)
    write(tmp_path, plan.replace("101", code), "plan.csv")
    where = {"villages": next(csv.reader([code]))}
    assert load(path, {"policies.headcount": {"lines": 3, "where": where}})


@pytest.mark.parametrize("code", WRITTEN)
def test_a_code_written_in_two_ways_is_given_twice(code, tmp_path):
    with pytest.raises(VillageFileError, match=r"row 4, column code: .* is already in row 2"):
        read_villages_csv(write(tmp_path, HEAD + ROWS + f"{code},丙村,东镇,5,2\n"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("101,", "1.01E+11,"), "row 2, column code: '1.01E+11' is what a spreadsheet left of a"),
        (("101,", "NA,"), "row 2, column code: 'NA' stands for nothing"),
        (("甲村", "#N/A"), "row 2, column name: '#N/A' stands for nothing"),
        (("甲村,东镇", "甲村,null"), "row 2, column township: 'null' stands for nothing"),
        (("乙村,东镇", "乙村,东鎭(北)"), ""),
        (("1100,4\n", "1100,4\n合计,,,2000,7.5\n"), "row 4: '合计' looks like a sum"),
        (("1100,4\n", "1100,4\n,,东镇小计：,2000,7.5\n"), "row 4: '东镇小计：' looks like a sum"),
        (("1100,4\n", "1100,4\n,TOTAL,,2000,7.5\n"), "row 4: 'TOTAL' looks like a sum"),
        (("code,", "东县村庄一览表,,,,\ncode,"), "row 1: no header, but row 2 looks like it"),
    ],
)
def test_what_a_spreadsheet_leaves_is_said_once_with_its_row(change, said, tmp_path):
    path = write(tmp_path, (HEAD + ROWS).replace(*change))
    if not said:
        assert read_villages_csv(path).township == ("东镇", "东鎭(北)")
        return
    with pytest.raises(VillageFileError) as caught:
        read_villages_csv(path)
    (problem,) = caught.value.problems
    assert problem.startswith(f"{path}:{said}")


@pytest.mark.parametrize("other", ["东镇（Ｎ）", "东镇(N)", "东镇（n）", "东 镇（N）"])
def test_a_township_written_in_two_ways_is_refused(other, tmp_path):
    text = HEAD + ROWS.replace("甲村,东镇", "甲村,东镇（N）").replace("乙村,东镇", f"乙村,{other}")
    path = write(tmp_path, text)
    if identity(other) == "东镇（N）":
        assert len(set(read_villages_csv(path).township)) == 1
        return
    with pytest.raises(
        VillageFileError, match=r"row 3, column township: .* is written '东镇（N）' in"
    ):
        read_villages_csv(path)


def test_a_township_is_found_however_it_is_written(tmp_path):
    write(tmp_path, HEAD + ROWS.replace("甲村,东镇", "甲村,西镇（1）"))
    text = CONFIG.replace("source: file, file: plan.csv", "source: generated, by_township: {}")
    path = write(tmp_path, text, "c.yaml")
    targets = {"policies.merger.by_township": {"西镇(１)": 1, "东 镇": 1}}
    assert load(path, targets)
    assert load(
        path, targets | {"policies.headcount": {"lines": 3, "where": {"townships": ["东镇　"]}}}
    )
    where = {"county.exclude_townships": ["西镇(1)"], "policies.merger": None}
    assert load(path, where)
    twice = {"policies.merger.by_township": {"西镇(1)": 1, "西镇（1）": 2}}
    with pytest.raises(ValueError, match="by_township names one township as"):
        load(path, twice)


@pytest.mark.parametrize(
    ("factor", "row"), [(100, 3), (1500, 3), (1, None)], ids=["hectares", "mu", "km2"]
)
def test_areas_in_hectares_or_mu_are_suspected(factor, row, tmp_path):
    rows = "".join(f"{i},村{i},东镇,900,{(2 + i % 2) * factor}\n" for i in range(1, 8))
    path = write(tmp_path, HEAD + rows)
    if row is None:
        assert np.median(read_villages_csv(path).area_km2) == 3
        return
    with pytest.warns(
        VillageFileWarning, match=rf"row 2, column area_km2: {3 * factor} km2 is much"
    ):
        read_villages_csv(path)


def test_one_area_in_mu_is_suspected_with_its_row(tmp_path):
    path = write(tmp_path, HEAD + ROWS + "103,丙村,东镇,800,3000\n")
    with pytest.warns(VillageFileWarning, match=r"row 4, column area_km2: 3000 km2 is much"):
        read_villages_csv(path)


@pytest.mark.parametrize(
    "text", ["513424", "５１３４２４", "513424.0", " 513424", "德昌县", "德昌县　"]
)
def test_a_county_is_found_however_its_code_is_written(text):
    assert find_county(text).code == "513424"
    assert [entry.code for entry in counties(text)] == ["513424"]
    assert listed([text]) == ["513424"]


def test_a_region_and_an_override_are_read_as_meant():
    spaced, plain = (codes(Counties(prefecture=f"凉山彝族自治州{end}")) for end in ("　", ""))
    assert spaced == plain
    assert parse_override("county.registry=513424") == ("county.registry", "513424")
    assert parse_override("county.villages=0101") == ("county.villages", "0101")
    assert parse_override("title.en=2020") == ("title.en", "2020")
    assert parse_override("months=12") == ("months", 12)


@pytest.mark.parametrize(
    "text", ["甲村", "none", "A-1", "村1.0号", "1.5", "东镇（北）", "1,2", "Б\u0435рег"]
)
def test_what_is_meant_so_stays(text):
    assert identity(text) == text
    assert not absent(text)
    assert key(text) == text.casefold().replace("（", "(").replace("）", ")")
