"""Results for other programs: read back by readers of CSV, Stata and Excel that are not ours."""

import hashlib
import json
import shutil
import subprocess
import warnings

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.csv
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.errors import InputError
from sim.export import writing
from sim.export.columns import LABEL, NAME, described, stata_names
from sim.export.formats import Workbook, write_csv, write_stata
from sim.export.writing import export
from sim.lab.experiment import run_experiment
from sim.report.opened import load_results
from sim.results.manifest import describe, run_digest
from sim.results.writing import write_tables

EXPERIMENT = """
config:
  title: {{en: Small, zh: 小县}}
  county: {{villages: {villages}, groups_per_village: 4}}
  start: 1958-11
  reform: 1959-11
  months: 30
  spin_up: 0
  scale: 100
method: compare
arms:
  none: {{}}
  less: {{policies.headcount.lines: 3.0}}
replicates: 2
record: {{county: yearly, villages: last, villagers: {villagers}}}
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory, village_csv):
    """An experiment of years before 1960, villages with Chinese names."""
    return ran(tmp_path_factory.mktemp("many"), village_csv, "last")


def ran(folder, villages, villagers):
    file = folder / "e.yaml"
    file.write_text(EXPERIMENT.format(villages=villages.as_posix(), villagers=villagers), "utf-8")
    run_experiment(file, folder / "results", 1)
    return folder / "results"


@pytest.fixture(scope="module")
def one(tmp_path_factory, make_config, merger):
    """One run."""
    from sim.notebook.model import CountyModel

    folder = tmp_path_factory.mktemp("one") / "run"
    folder.mkdir()
    config = make_config({"merger": merger}, scale=50)
    county = CountyModel(config)
    county.run_model()
    describe(county, folder, run_digest(config), write_tables(county, folder), 0.0)
    return folder


#: every odd value that a table may hold, and none
ODD = pd.DataFrame(
    {
        "month": pd.to_datetime(["1899-12-01", "1958-11-01", None], format="%Y-%m-%d"),
        "when": pd.to_datetime(["2020-01-01T10:30:00", None, None], utc=True),
        "名称": ["甲村", None, '带"引号"，逗号\n和换行'],
        "policies.headcount#pilot.lines": [1.5, np.nan, np.inf],
        "a_very_long_name.of_a_parameter_that_nobody_would_write": [1, 2, 3],
        "seed": np.array([2**62, 1, 2], dtype=np.int64),
        "yes": [True, False, True],
        "perhaps": pd.Series([True, None, False], dtype=object),
        "list": pd.Series([[1, "二"], [], None], dtype=object),
        "map": pd.Series([{"a": 1}, None, {}], dtype=object),
        "formula": ["=1+1", "-2", "@x"],
        "kind": pd.Categorical(["b", "a", None]),
        "long": ["长" * 3000, "", "x"],
        "none": [None, None, None],
        "small": np.array([1, 2, 3], dtype=np.uint8),
        "unsigned": np.array([2**64 - 1, 0, 1], dtype=np.uint64),
        "if": [1, 2, 3],
    }
)  # fmt: skip


def files(folder):
    return {path.name for path in folder.iterdir()}


def stata(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return pd.read_stata(path)


def test_csv_of_an_experiment_is_read_by_a_strict_reader(many, tmp_path):
    folder = export(many, "csv", tmp_path / "out")
    results = load_results(many)
    assert {"design.csv", "runs.csv", "county.csv", "villages.csv", "villagers.csv"} <= files(
        folder
    )
    for name in ("runs", "county", "villages", "villagers"):
        assert (folder / f"{name}.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
        back = pyarrow.csv.read_csv(folder / f"{name}.csv")
        own = getattr(results, name)
        levels = [key for key in results.design if key not in own]
        assert back.num_rows == len(own) > 0
        at = own.columns.get_loc("point") + 1
        assert back.column_names == [*own.columns[:at], *levels, *own.columns[at:]]
        arms = results.design.set_index("point")["arm"]
        assert back["arm"].to_pylist() == arms.loc[own["point"]].tolist()
        for key in ("trust", "service_reach"):
            if key in own:
                given = back[key].to_numpy()
                assert np.array_equal(given, own[key].to_numpy(float), equal_nan=True)
    months = pyarrow.csv.read_csv(folder / "county.csv")["month"]
    assert str(months.type) == "date32[day]"
    assert str(months[0].as_py()) == "1958-11-01"
    plain = export(many, "csv", tmp_path / "plain", ["runs"], bom=False)
    assert (plain / "runs.csv").read_bytes()[:3] != b"\xef\xbb\xbf"
    assert files(plain) == {"runs.csv", "codebook.csv", "export.json"}


def test_stata_of_an_experiment_has_labels_in_both_languages(many, tmp_path):
    folder = export(many, "stata", tmp_path / "out")
    own = load_results(many).county
    back = stata(folder / "county.dta")
    assert np.array_equal(back["trust"], own["trust"], equal_nan=True)
    assert back["month"].tolist() == own["month"].tolist()  # before 1960: below Stata's nought
    with pd.io.stata.StataReader(folder / "county.dta") as reader:
        labels = reader.variable_labels()
        assert labels["trust"].startswith("Trust") and "信任" in labels["trust"]
        assert "hecun compare experiment" in reader.data_label
    assert all(len(label) <= LABEL for label in labels.values())
    assert all(len(name) <= NAME and name.isidentifier() for name in labels)
    with pd.io.stata.StataReader(folder / "villagers.dta") as reader:
        reader.read()
        assert reader.value_labels()["returned"] == {0: "no | 否", 1: "yes | 是"}


def test_stata_files_are_read_by_the_reader_of_readstat(many, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")  # the library behind R's haven
    folder = export(many, "stata", tmp_path / "out")
    frame, about = pyreadstat.read_dta(folder / "villages.dta")
    own = load_results(many).villages
    assert len(frame) == len(own) and frame["code"].tolist() == own["code"].astype(str).tolist()
    assert "信任" in about.column_names_to_labels["trust"]
    assert about.file_encoding in (None, "UTF-8")


def test_excel_of_an_experiment_has_dates_and_a_codebook(many, tmp_path):
    folder = export(many, "xlsx", tmp_path / "out")
    book = openpyxl.load_workbook(folder / "results.xlsx", read_only=True)
    assert {"runs", "county", "villages", "codebook"} <= set(book.sheetnames)
    rows = list(book["county"].iter_rows(values_only=True))
    own = load_results(many).county
    assert len(rows) == len(own) + 1
    assert [key for key in rows[0] if key not in ("arm",)] == list(own.columns)
    month = rows[0].index("month")
    assert [row[month] for row in rows[1:]] == own["month"].tolist()


def test_a_run_with_its_places_in_chinese(one, tmp_path):
    folder = export(one, "csv", tmp_path / "out")
    assert {f"{t}.csv" for t in ("county", "villages", "places", "flows", "summary")} <= files(
        folder
    )
    places = pyarrow.csv.read_csv(folder / "places.csv")
    assert places["name"][0].as_py() == "村0村委会"
    assert str(places["is_village"].type) == "bool"
    back = stata(export(one, "stata", tmp_path / "dta") / "places.dta")
    assert back["name"][0] == "村0村委会" and back["is_village"].tolist()[:1] == ["yes | 是"]


def test_the_codebook_has_every_column_and_the_record_every_file(one, tmp_path):
    folder = export(one, "stata", tmp_path / "out")
    codebook = pd.read_csv(folder / "codebook.csv", dtype=str, keep_default_na=False)
    for name in ("county", "places", "stocks"):
        told = codebook[codebook["table"] == name]
        assert told["name"].tolist() == list(stata(folder / f"{name}.dta").columns)
        assert (told["rows"] == str(len(stata(folder / f"{name}.dta")))).all()
    trust = codebook.query("table == 'county' and column == 'trust'").iloc[0]
    assert trust["zh"] and trust["en"] and trust["type"] == "number"
    same = codebook["en"] == codebook["zh"]
    assert not codebook.loc[same, "column"].tolist()  # both languages say something
    record = json.loads((folder / "export.json").read_text("utf-8"))
    for name, said in record["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == said
    assert set(record["files"]) | {"export.json"} == files(folder)
    assert record["name"] == json.loads((one / "manifest.json").read_text("utf-8"))["run"]


@pytest.mark.parametrize("to", ["csv", "stata"])
def test_the_same_results_give_the_same_bytes(one, tmp_path, to):
    first, second = (export(one, to, tmp_path / name) for name in "ab")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_odd_values_survive_csv(tmp_path):
    plain, columns = described("odd", ODD)
    write_csv(tmp_path / "odd.csv", plain, columns, bom=True)
    back = pd.read_csv(tmp_path / "odd.csv", keep_default_na=False, dtype=str)
    assert back["month"].tolist() == ["1899-12-01", "1958-11-01", ""]
    assert back["when"].tolist() == ["2020-01-01T10:30:00Z", "", ""]
    assert back["名称"].tolist() == ["甲村", "", '带"引号"，逗号\n和换行']
    assert back["policies.headcount#pilot.lines"].tolist() == ["1.5", "", ""]
    assert back["seed"].tolist() == [str(2**62), "1", "2"]
    assert back["yes"].tolist() == ["TRUE", "FALSE", "TRUE"]
    assert back["perhaps"].tolist() == ["TRUE", "", "FALSE"]
    assert back["list"].tolist() == ['[1, "二"]', "[]", ""]
    assert back["formula"].tolist() == ["'=1+1", "'-2", "'@x"]
    assert back["kind"].tolist() == ["b", "a", ""]
    assert back["unsigned"].tolist() == [str(2**64 - 1), "0", "1"]
    notes = {column.column: column.note for column in columns}
    assert "1 infinite" in notes["policies.headcount#pilot.lines"] and "2**53" in notes["seed"]


def test_odd_values_survive_stata(tmp_path):
    plain, columns = described("odd", ODD)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_stata(tmp_path / "odd.dta", plain, columns, "长" * 100)
    back = stata(tmp_path / "odd.dta")
    names = {column.column: column.name for column in columns}
    assert back["month"].tolist()[:2] == ODD["month"].tolist()[:2] and pd.isna(back["month"][2])
    assert back[names["名称"]].tolist() == ["甲村", "", '带"引号"，逗号\n和换行']
    assert np.array_equal(back[names["policies.headcount#pilot.lines"]], [1.5, np.nan, np.nan],
                          equal_nan=True)  # fmt: skip
    assert back["yes"].tolist() == ["yes | 是", "no | 否", "yes | 是"]
    assert np.array_equal(back["perhaps"], [1.0, np.nan, 0.0], equal_nan=True)
    assert back["long_"][0] == "长" * 3000 and back["none"].tolist() == [""] * 3
    assert back["seed"][0] == str(2**62) and back["small"].tolist() == [1, 2, 3]
    assert all(len(name) <= NAME for name in back.columns)


def test_odd_values_survive_excel(tmp_path):
    plain, columns = described("odd", ODD)
    book = Workbook()
    book.add("odd", plain, columns)
    book.save(tmp_path / "odd.xlsx")
    head, *rows = openpyxl.load_workbook(tmp_path / "odd.xlsx")["odd"].iter_rows(values_only=True)
    first = dict(zip(head, rows[0], strict=True))
    assert first["month"] == "1899-12-01"  # before Excel's calendar: text
    assert dict(zip(head, rows[1], strict=True))["month"] == ODD["month"][1]
    assert first["formula"] == "'=1+1" and first["yes"] is True and first["名称"] == "甲村"


@pytest.mark.parametrize("write", ["csv", "stata", "xlsx"])
def test_a_table_without_rows_keeps_its_columns(tmp_path, write):
    plain, columns = described("odd", ODD.iloc[:0])
    path = tmp_path / "odd"
    if write == "csv":
        write_csv(path, plain, columns, bom=True)
        names, count = list(pd.read_csv(path).columns), len(pd.read_csv(path))
    elif write == "stata":
        write_stata(path, plain, columns, "")
        names, count = list(stata(path).columns), len(stata(path))
        assert names == [column.name for column in columns]
        names = list(ODD.columns)
    else:
        book = Workbook()
        book.add("odd", plain, columns)
        book.save(path.with_suffix(".xlsx"))
        rows = list(openpyxl.load_workbook(path.with_suffix(".xlsx"))["odd"].values)
        names, count = list(rows[0]), len(rows) - 1
    assert names == list(ODD.columns) and count == 0


def test_a_sheet_too_long_is_said(monkeypatch):
    plain, columns = described("odd", ODD)
    monkeypatch.setattr("sim.export.formats._MOST_ROWS", 2)
    with pytest.raises(InputError, match="odd: 3 rows; a sheet holds 2: use --to csv"):
        Workbook().add("odd", plain, columns)


def test_names_that_stata_takes():
    names = ["x" * 40, "y" * 5 + "x" * 40, "A", "a", "_", "", "policies.pay.growth", "1", "str7"]
    found = stata_names(names)
    assert len({name.lower() for name in found}) == len(names)
    assert all(0 < len(name) <= NAME and name.isidentifier() and name.isascii() for name in found)
    assert found[6] == "pay_growth"


def test_an_experiment_that_stopped_half_way(many, tmp_path):
    half = tmp_path / "half"
    shutil.copytree(many, half)
    manifest = json.loads((half / "manifest.json").read_text("utf-8"))
    from sim.results.stored import sealed

    (half / "manifest.json").write_text(sealed(manifest | {"state": "running"}), "utf-8")
    folder = export(half, "csv", tmp_path / "out")
    assert json.loads((folder / "export.json").read_text("utf-8"))["state"] == "running"
    assert len(pd.read_csv(folder / "runs.csv")) == 4


def test_no_villagers_recorded(tmp_path, village_csv):
    folder = export(ran(tmp_path, village_csv, "off"), "csv", tmp_path / "out")
    assert "villagers.csv" not in files(folder) and "county.csv" in files(folder)
    with pytest.raises(InputError, match="no table is called 'villagers'"):
        export(tmp_path / "results", "csv", tmp_path / "other", ["villagers"])
    assert not (tmp_path / "other").exists()


def test_what_is_there_is_never_lost(one, tmp_path):
    target = tmp_path / "out"
    export(one, "csv", target)
    before = (target / "county.csv").read_bytes()
    with pytest.raises(InputError, match="is there already; give --fresh"):
        export(one, "csv", target)
    export(one, "stata", target, fresh=True)
    assert not list(target.glob("county.csv")) and (target / "county.dta").exists()
    (target / "mine.do").write_text("use county")
    with pytest.raises(InputError, match=r"mine\.do is not as hecun wrote it"):
        export(one, "csv", target, fresh=True)
    (target / "mine.do").unlink()
    with (target / "codebook.csv").open("a") as file:
        file.write("edited\n")
    with pytest.raises(InputError, match=r"codebook\.csv is not as"):
        export(one, "csv", target, fresh=True)
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("years")
    with pytest.raises(InputError, match="is not an export of hecun"):
        export(one, "csv", other, fresh=True)
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(InputError, match="is a file"):
        export(one, "csv", file, fresh=True)
    with pytest.raises(InputError, match="holds the results themselves"):
        export(one, "csv", one, fresh=True)
    assert files(tmp_path) == {"out", "other", "file"} and before  # nothing half made is left


def test_a_failure_half_way_leaves_nothing(one, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "codebook", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(one, "csv", tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_the_command(one, tmp_path, monkeypatch):
    copied = tmp_path / "run"
    shutil.copytree(one, copied)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["export", "run", "--to", "stata", "--table", "county"])
    assert done.exit_code == 0 and done.output.strip().endswith("run_stata")
    assert files(tmp_path / "run_stata") == {"county.dta", "codebook.csv", "export.json"}
    again = CliRunner().invoke(main, ["export", "run", "--to", "stata"])
    assert again.exit_code == 2 and "--fresh" in again.output
    nothing = CliRunner().invoke(main, ["export", "nowhere"])
    assert nothing.exit_code == 2 and "no such folder" in nothing.output


def test_excel_without_its_library(one, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(InputError, match=r"pip install 'hecun\[xlsx\]'"):
        export(one, "xlsx", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_r_reads_the_csv(many, tmp_path):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed here")
    folder = export(many, "csv", tmp_path / "out")
    code = (
        f"x <- read.csv('{folder}/county.csv', fileEncoding='UTF-8-BOM'); "
        "stopifnot(names(x)[1] == 'point', is.numeric(x$trust)); cat(nrow(x))"
    )
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == len(load_results(many).county)
