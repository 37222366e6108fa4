import pytest

from sim.model.world.csvfile import VillageFileError
from sim.model.world.villages import read_villages_csv

GOOD = "code,name,township,registered,area_km2\n1,甲村,东镇,900,3.5\n2,乙村,东镇,1100,4\n"


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "villages.csv"
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_reads_the_usual_encodings(tmp_path, encoding):
    table = read_villages_csv(write(tmp_path, GOOD, encoding))
    assert table.name == ("甲村", "乙村")
    assert table.registered.tolist() == [900, 1100]
    assert table.area_km2.tolist() == [3.5, 4.0]
    assert table.x_km is None
    assert table.is_village.all()


def test_kind_nationality_industry_and_quoted_cells(tmp_path):
    text = (
        "code,name,township,kind,industry,nationality,note\r\n"
        '1,"甲,村",东镇,village,0,汉,x\r\n\r\n2,乙,东镇,社区,2.5,彝,\r\n'
    )
    table = read_villages_csv(write(tmp_path, text))
    assert table.name[0] == "甲,村"
    assert table.is_village.tolist() == [True, False]
    assert table.industry.tolist() == [0.0, 2.5]
    assert table.nationality == ("汉", "彝")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["the file is empty", "code, name, township"]),
        ("code,name,township\n", ["no rows below the header"]),
        ("code,nam,township\n1,甲,东\n", ["column name: missing", "is it the column 'nam'"]),
        ("code,name\n1,甲\n", ["column township: missing", "code, name, township"]),
        (
            "code,name,township,regestered\n1,甲,东,5\n",
            ["column regestered: unknown", "did you mean 'registered'"],
        ),
        ("code,name,township,code\n1,甲,东,1\n", ["column code: occurs 2 times"]),
        ("code,name,township\n1,甲,东\n1,乙,东\n", ["row 3, column code: '1' is already in row 2"]),
        ("code,name,township\n1,,东\n", ["row 2, column name: empty"]),
        (GOOD.replace("900", "many"), ["row 2, column registered: 'many' is not a number"]),
        (GOOD.replace("900", "-3"), ["column registered: -3 is out of range", "above 0"]),
        (GOOD.replace("900", "0"), ["column registered: 0 is out of range"]),
        (GOOD.replace("900", "9.5"), ["9.5 is out of range", "whole number"]),
        (GOOD.replace("3.5", "nan"), ["column area_km2: nan is out of range"]),
        (GOOD.replace("3.5", "inf"), ["column area_km2: inf is out of range"]),
        (GOOD.replace("3.5", ""), ["row 2, column area_km2: empty, but other rows have it"]),
        ("code,name,township,x_km\n1,甲,东,2\n", ["column y_km: missing although x_km"]),
        ("code,name,township,kind\n1,甲,东,city\n", ["'city' is unknown", "village or community"]),
        ("code,name,township\n1,甲,东,8\n", ["4 cells", "3 columns", "in quotes"]),
        (b"PK\x03\x04\x00\x00", ["binary data", "CSV UTF-8"]),
        (b"code,name,township\n1,\xff\xff,a\n", ["neither UTF-8 nor GB18030"]),
        ('code,name,township\n1,"甲,东\n', ["not a CSV file"]),
    ],
)
def test_problems_say_where_and_how_to_mend(tmp_path, text, words):
    path = write(tmp_path, text)
    with pytest.raises(VillageFileError) as caught:
        read_villages_csv(path)
    for word in (str(path), *words):
        assert word in str(caught.value)


def test_all_problems_are_reported_together(tmp_path):
    text = "code,name,township,registered\n1,,东,x\n1,乙,,-5\n3,丙,西,\n"
    with pytest.raises(VillageFileError) as caught:
        read_villages_csv(write(tmp_path, text))
    assert len(caught.value.problems) == 6
    assert all(":row " in problem for problem in caught.value.problems)


def test_a_folder_and_a_missing_file(tmp_path):
    with pytest.raises(VillageFileError, match="is a folder"):
        read_villages_csv(tmp_path)
    with pytest.raises(VillageFileError, match="no such file"):
        read_villages_csv(tmp_path / "none.csv")
