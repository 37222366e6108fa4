"""Results that are not what they should be: said in words, by every command that reads them."""

import json
import os
import shutil
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from sim import load_results
from sim.cli import main
from sim.errors import InputError
from sim.lab import answers
from sim.lab.store.reading import ExperimentResults

READERS = [("plot", "{}", "effects"), ("replay", "{}", "1/1"), ("twin", "{}", "0", "none", "both")]
READERS += [("report", "{}"), ("plot", "{}", "series"), ("animate", "{}")]


def hecun(*words: object):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    from lab.conftest import COMPARE, tiny_county

    from sim.lab.experiment import run_experiment

    place = tmp_path_factory.mktemp("stored")
    tiny_county(place)
    (place / "e.yaml").write_text(COMPARE.replace("replicates: 4", "replicates: 2"), "utf-8")
    return run_experiment(place / "e.yaml", place / "out", 1)


@pytest.fixture
def results(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "out"))


def retold(folder: Path, **changes: object) -> None:
    """Change a manifest as an older version would have written it: without digests."""
    path = folder / "manifest.json"
    told = json.loads(path.read_text("utf-8")) | changes
    gone = [key for key, value in changes.items() if value is None]
    path.write_text(
        json.dumps({k: v for k, v in told.items() if k not in ("digest", "digests", *gone)})
    )


def test_results_of_an_older_list_of_outcomes_name_their_version_and_what_to_do(results):
    for name in ("runs", "county"):
        table = pq.read_table(results / f"{name}.parquet")
        changed = table.drop_columns(["trust"]).append_column("faith", table["trust"])
        pq.write_table(changed, results / f"{name}.parquet")
    retold(results, hecun="0.0.9", git="abc123")
    for read in (lambda: load_results(results).runs, lambda: load_results(results).county):
        with pytest.raises(InputError) as told:
            read()
        text = str(told.value)
        assert f"{results}: written by hecun 0.0.9 (abc123), with another list of outcomes" in text
        assert "without trust; with faith" in text and "--fresh" in text
    for command in READERS[:3]:
        done = hecun(*(word.format(results) for word in command))
        assert done.exit_code == 2 and "another list of outcomes" in done.stderr, command


@pytest.mark.parametrize("what", ["nothing", "file", "empty", "junk"])
def test_what_is_no_folder_of_results(what, tmp_path):
    there = tmp_path / "there"
    if what == "file":
        there.write_text("x")
    elif what != "nothing":
        there.mkdir()
        if what == "junk":
            (there / "notes.txt").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    for command in READERS:
        done = hecun(*(word.format(there) for word in command))
        assert done.exit_code == 2 and str(there) in done.stderr, (command, done.output)
        assert "Traceback" not in done.output
    assert sorted(tmp_path.rglob("*")) == before


BROKEN = [
    b"{",
    b"[]",
    b"{}",
    b"\0",
    b"\xff\xfe",
    b'{"experiment": "compare"}',
    b'{"experiment": 5}',
    b"[" * 9999,
]


def test_an_edited_answer_is_named_refused_and_written_again(results, made):
    """What is in ``tables`` is known by digest, like every other file of a folder."""
    right = hecun("check", results)
    assert right.exit_code == 0 and f"{results}: " in right.stdout
    assert f"{results / 'experiment.yaml'}: right - compare" in right.stdout
    path = results / "tables" / "effects.csv"
    was = path.read_bytes()
    path.write_bytes(was.replace(b"merger", b"murder"))
    (results / "tables" / "doses.parquet").write_bytes(b"PAR1")
    done = hecun("check", results)
    names = [line.partition(": ")[0] for line in done.stderr.splitlines() if ": damaged" in line]
    assert done.exit_code == 2 and names == [str(results / "tables/doses.parquet"), str(path)]
    done = hecun("pack", results)
    assert done.exit_code == 2 and "tables/doses.parquet, tables/effects.csv" in done.stderr
    with pytest.raises(InputError, match=r"edited since it was written: tables/doses\.parquet"):
        answers.read(ExperimentResults(results))
    assert hecun("report", results).exit_code == 0
    assert "tables/doses.parquet" in (results / "report.html").read_text("utf-8")
    done = hecun("experiment", made.parent / "e.yaml", "--out", results)
    assert done.exit_code == 0 and "Written again" in done.stderr and path.read_bytes() == was
    assert hecun("check", results).exit_code == 0


def test_a_folder_of_something_else_is_not_checked(tmp_path):
    done = hecun("check", tmp_path)
    assert done.exit_code == 2 and f"{tmp_path}: is a folder, and not one of results" in done.stderr


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_manifest(text, results):
    (results / "manifest.json").write_bytes(text)
    before = sorted(results.rglob("*"))
    for command in READERS:
        done = hecun(*(word.format(results) for word in command))
        assert done.exit_code == 2 and str(results) in done.stderr, (command, done.output)
    assert sorted(results.rglob("*")) == before


def test_a_pipe_for_a_manifest_is_not_waited_for(results):
    (results / "manifest.json").unlink()
    os.mkfifo(results / "manifest.json")
    with pytest.raises(InputError):
        _ = ExperimentResults(results).manifest
    assert hecun("experiment", "none.yaml", "--out", results).exit_code == 2


@pytest.mark.parametrize("name", ["runs", "design", "county"])
@pytest.mark.parametrize("how", ["cut", "gone", "empty"])
def test_a_broken_table_without_digests(name, how, results):
    path = results / f"{name}.parquet"
    content = path.read_bytes()
    retold(results)
    path.unlink()
    if how != "gone":
        path.write_bytes(content[: len(content) // 2] if how == "cut" else b"")
    with pytest.raises(InputError) as told:
        _ = getattr(load_results(results), name)
        _ = load_results(results).effects()
    assert str(results) in str(told.value) and "--fresh" in str(told.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plot", "{}", "effects", "--outcome", "trst"), "did you mean 'trust'?"),
        (("plot", "{}", "dose", "--factor", "nothing"), "no factor is called 'nothing'; there are"),
        (("plot", "{}", "dose", "--factor", "arm", "--by", "arm"), "is named twice"),
        (("plot", "{}", "winners", "--point", "99"), "point 99"),
        (("plot", "{}", "efects"), "did you mean 'effects'?"),
        (("replay", "{}", "99/1"), "no run is called '99/1'"),
        (("twin", "{}", "9" * 30, "none", "both"), "no villager has the identity"),
        (("twin", "{}", "1", "none", "bth"), "did you mean 'both'?"),
        (("plt", "{}"), "Did you mean 'plot'?"),
        (("plot", "{}", "effects", "--outcom", "trust"), "'--outcome'?"),
        (("run", "e.yaml"), "this is an experiment, not a configuration"),
    ],
)
def test_a_slip_on_the_command_line(words, said, made, tmp_path, monkeypatch):
    monkeypatch.chdir(made.parent)
    extra = ("--out", tmp_path) if words[0] == "plot" else ()
    done = hecun(*(word.format(made) for word in words), *extra)
    assert done.exit_code == 2 and said in done.stderr, done.output


def test_a_missing_extra_is_named(made, monkeypatch, tmp_path):
    import importlib.util

    find = importlib.util.find_spec
    absent = ("SALib", "solara", "sklearn", "pymoo")
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda n, *a: None if n in absent else find(n, *a)
    )
    path = made.parent / "sobol.yaml"
    text = "config: tiny.yaml\nmethod: sobol\nsamples: 4\nfactors: {parameters.trust: prior}\n"
    path.write_text(text, "utf-8")
    done = hecun("experiment", path, "--out", tmp_path / "x")
    assert done.exit_code == 2 and "hecun[analysis]" in done.stderr
    done = hecun("dashboard", made.parent / "tiny.yaml")
    assert done.exit_code == 2 and "hecun[dashboard]" in done.stderr


def test_too_many_runs_are_refused_before_anything_is_written(made, tmp_path):
    base = "config: tiny.yaml\nmethod: factorial\n"
    files = {
        "points": f"{base}factors:\n  spin_up: {{from: 0, to: 499, steps: 500}}\n"
        "  scale: {from: 1, to: 1000, steps: 1000}\n  months: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]\n",
        "replicates": f"{base}factors: {{scale: [500, 600, 700, 800, 900]}}\nreplicates: 1000000\n",
        "steps": f"{base}factors: {{scale: {{from: 1, to: 1000, steps: 1000000000}}}}\n",
        "levels": f"{base}factors: {{scale: {list(range(2000))}}}\n",
    }
    said = {"points": "5,000,000 points", "replicates": "5,000,000 runs", "steps": "too many"}
    for name, text in files.items():
        path = made.parent / f"{name}.yaml"
        path.write_text(text, "utf-8")
        done = hecun("experiment", path, "--out", tmp_path / "results" / name, "--yes")
        assert done.exit_code == 2 and said.get(name, "2,000 levels") in done.stderr
        assert str(path) in done.stderr and not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes")
def test_a_folder_named_in_another_encoding(results, tmp_path, monkeypatch):
    """Refused in words where its name is given; in it all is as anywhere."""
    odd = results.rename(tmp_path / os.fsdecode("合村".encode("gbk")))
    before = sorted(odd.rglob("*"))
    experiment = results.parent / "e.yaml"
    experiment.write_text("config: c.yaml\nmethod: factorial\nfactors: {scale: [500, 600]}\n")
    experiment.with_name("c.yaml").write_text(
        'title: {en: a, zh: b}\ncounty: {registry: "513424"}\nmonths: 3\nspin_up: 0\nscale: 999\n'
        "start: 2019-01\nreform: 2019-02\n"
    )
    writers = [("experiment", str(experiment), "--out", "{}/new"), ("pack", "{}")]
    writers += [("run", str(experiment.with_name("c.yaml")), "--out", "{}/new")]
    for command in READERS[:4] + writers:
        done = hecun(*(word.format(odd) for word in command))
        assert done.exit_code == 2 and "no letters in this system's encoding" in done.stderr, (
            command
        )
    assert sorted(odd.rglob("*")) == before
    monkeypatch.chdir(odd)
    assert hecun("run", experiment.with_name("c.yaml"), "--out", "new").exit_code == 0
    assert hecun("report", "new").exit_code == 0
