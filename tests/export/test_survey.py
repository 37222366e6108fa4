"""A study's data as researchers get them, read back by readers that are not ours."""

import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.export.survey import survey
from sim.lab.answers import read as answers
from sim.lab.experiment import run_experiment
from sim.lab.methods.estimators import did
from sim.lab.one_run.replay import designed
from sim.lab.store.reading import ExperimentResults
from sim.lab.study.drawing import study
from sim.lab.study.worlds import Worlds

EXPERIMENT = """
config:
  title: {{en: Small, zh: 小县}}
  county: {{villages: {villages}, groups_per_village: 4}}
  start: 2019-01
  reform: 2020-01
  months: 36
  spin_up: 0
  scale: 50
method: {method}
arms:
  none: {{}}
  merger: {{policies: {{merger: {{source: generated, ratio: 0.5}}}}}}
replicates: 2
record: {{county: "off", villages: yearly, villagers: yearly}}
"""
DESIGN = """studies: 10
population: {who: random}
sample: {villages: [4, 6], villagers: 5, attrition: {other: 0.2}}
measures: {outcome: trust, waves: [-1, 1], error: 0.05}
designs:
  households: {}
  books: {sample: {villagers: null}, measures: {outcome: service_reach, rounding: 0.02}}
  fresh: {sample: {panel: false}}
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory, village_csv):
    """A folder with a study, its results, and those of a comparison of the same arms."""
    folder = tmp_path_factory.mktemp("survey")
    for name, method, more in (("study", "study", DESIGN), ("plain", "compare", "")):
        text = EXPERIMENT.format(villages=village_csv.as_posix(), method=method) + more
        (folder / f"{name}.yaml").write_text(text, "utf-8")
        run_experiment(folder / f"{name}.yaml", folder / name, 1)
    return folder


@pytest.fixture(scope="module")
def written(files):
    return survey(files / "study", out=files / "data", number=2)


def test_all_formats_hold_the_study_that_was_drawn(files, written):
    results = ExperimentResults(files / "study")
    worlds = Worlds(results, designed(results)[0])
    drawn = study(worlds, worlds.experiment.spec.designed["households"], 2, 1, 6)
    told = json.loads((written / "export.json").read_text("utf-8"))
    assert told["truth"] == drawn.truth and told["world"] == 2 and told["size"] == 6
    said = np.sort(drawn.frame["y"].to_numpy())
    readers = {"csv": pd.read_csv, "parquet": pd.read_parquet, "dta": pd.read_stata}
    for ending, read in readers.items():
        frame = read(written / f"survey.{ending}")
        assert np.sort(frame["trust"]) == pytest.approx(said)
        assert frame["respondent"].nunique() == drawn.frame["respondent"].nunique()
        assert len(read(written / f"villages.{ending}")) == 6 * 3
    assert (written / "survey.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", ["households", "books", "fresh"])
def test_the_estimate_of_what_is_written_is_the_studys(files, name):
    """From the CSV alone: error, rounding and attrition are in it."""
    every = answers(ExperimentResults(files / "study"))["every_study"]
    row = every[(every["design"] == name) & (every["size"] == 6)].dropna(subset="low").iloc[-1]
    number = int(row["study"])
    out = survey(files / "study", name=name, number=number, out=files / f"again_{name}")
    table, outcome = ("villages", "service_reach") if name == "books" else ("survey", "trust")
    given = pd.read_csv(out / f"{table}.csv", encoding="utf-8-sig")
    assert len(given) == row["answers"]
    who = given["village" if name == "books" else "respondent"]
    numbers = {
        key: np.unique(column, return_inverse=True)[1]
        for key, column in (
            ("cluster", given["cluster"]), ("village", given["village"]), ("respondent", who)
        )
    }  # fmt: skip
    treated = given["treated"].astype(str).str.lower().isin(["1", "true"])
    found = did(given.assign(**numbers, treated=treated, y=given[outcome]))
    assert found.estimate == pytest.approx(row["estimate"], abs=1e-9)
    assert found.low == pytest.approx(row["low"], abs=1e-9)
    if name == "books":
        assert set(given["time"]) == {-1, 1} and "trust" not in given
        assert (given[outcome] * 50).round(6).mod(1).eq(0).all(), "rounded as it was told"


def test_stata_files_have_labels_in_both_languages(written):
    pyreadstat = pytest.importorskip("pyreadstat")
    frame, about = pyreadstat.read_dta(written / "survey.dta")
    labels = about.column_names_to_labels
    assert "|" in labels["trust"] and "信任" in labels["trust"]
    assert all(labels[name] and any(c >= "\u4e00" for c in labels[name]) for name in frame)
    values = about.variable_value_labels
    assert values["labour"][2] == "away | 外出" and values["treated"][1] == "yes | 是"
    assert set(frame["labour"]) <= {0, 1, 2, 3} and set(frame["wave"]) == {1, 2}
    _, villages = pyreadstat.read_dta(written / "villages.dta")
    assert villages.column_names_to_labels["service_reach"]


def test_parquet_and_the_codebook_say_what_columns_are(written):
    schema = pq.read_schema(written / "survey.parquet")
    assert schema.field("trust").metadata[b"zh"].decode() and schema.field("age").metadata[b"en"]
    book = pd.read_csv(written / "codebook.csv")
    assert {"survey", "villages"} == set(book["table"])
    assert "2 = away" in book.set_index(["table", "column"]).loc[("survey", "labour"), "note"]
    unsaid = book[(book["en"] == book["column"]) & (book["column"] == book["zh"])]
    assert not len(unsaid), f"columns without words: {list(unsaid['column'])}"


def test_the_panel_is_observed_where_each_village_was(files, written):
    frame = pd.read_parquet(written / "villages.parquet")
    assert not frame.loc[frame["time"] < 0, "treated_by_then"].any()
    after = frame[frame["time"] == 1]
    shared = after.groupby("unit")["village"].transform("size") > 1
    assert not (shared & ~after["treated"]).any(), "an untreated village shares no unit"
    assert after["treated"].any() and (~after["treated"]).any()


def test_a_design_of_another_file_and_books_alone(files):
    plain, file = files / "plain", files / "study.yaml"
    out = survey(plain, design=file, name="books", size=4, out=files / "books")
    assert not (out / "survey.csv").exists()
    assert pd.read_csv(out / "villages.csv")["village"].nunique() == 4
    again = CliRunner().invoke(main, ["survey", str(files / "study"), "--out", str(out)])
    assert again.exit_code == 2 and "give --fresh to replace it" in again.output
    args = ["survey", str(files / "study"), "--out", str(out), "--fresh", "--study", "3"]
    assert CliRunner().invoke(main, args).exit_code == 0


WRONG = {
    ("plain",): "results of method compare have no design; give --design FILE",
    ("study", "--name", "housholds"): "no design is called 'housholds'; did you mean 'households'?",
    ("plain", "--design", "plain.yaml"): "method compare; expected method: study",
    ("nowhere",): "no such file: there is no folder nowhere",
}


@pytest.mark.parametrize("args", WRONG)
def test_what_does_not_fit_is_said(files, args, monkeypatch):
    monkeypatch.chdir(files)
    found = CliRunner().invoke(main, ["survey", *args, "--out", "never"])
    assert found.exit_code == 2, found.output
    assert WRONG[args] in found.output and not (files / "never").exists()
