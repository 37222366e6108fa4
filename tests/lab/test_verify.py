"""Verify: what is the same is said to be, what is not is named, and the share that was tried."""

import json
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.errors import InputError
from sim.lab import verify as module
from sim.lab.verify import verify
from sim.results.crate import CRATE, PROFILES
from sim.results.pack import pack

TWO = """config: tiny.yaml
question: {en: Which?}
method: compare
arms: {none: {policies: {merger: null, combined_role: null, headcount: null}}, all: }
replicates: 3
record: {county: off, villages: off, villagers: last}
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    import sim
    from tests.lab.conftest import tiny_county

    place = tmp_path_factory.mktemp("verified")
    tiny_county(place)
    (place / "e.yaml").write_text(TWO, "utf-8")
    return sim.experiment(place / "e.yaml", out=place / "out", workers=1).folder


def test_everything_of_a_pack_is_done_again(out: Path, tmp_path: Path) -> None:
    archive, _ = pack(out, tmp_path / "our results.zip")
    done = CliRunner().invoke(main, ["verify", str(archive), "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert "6 of 6 (100%) done again: 6 the same to the last bit" in done.output
    assert "as they were packed" in done.output and "NOT" not in done.output


def test_the_share_is_said_where_time_is_up(out: Path) -> None:
    found = verify(out, minutes=0.0, workers=1)
    assert found.differ == 0
    assert "2 of 6 (33%) done again: 2 the same" in "\n".join(found.lines)
    assert "time was up" in found.lines[-1]


def test_another_number_is_found(out: Path, monkeypatch) -> None:
    """A model that gives other numbers fails, run by run; so do answers worked out otherwise."""
    monkeypatch.setattr(module, "task_of", _with_other_seeds(module.task_of))
    monkeypatch.setattr(module, "answer", _shifted(module.answer))
    found = verify(out, workers=1)
    text = "\n".join(found.lines)
    assert "0 the same to the last bit; NOT THE SAME: " in text and "1/1" in text
    assert "tables/effects.csv" in text and found.differ > 6


def test_runs_that_failed_are_not_called_the_same(out: Path) -> None:
    """Of six runs: the same, failed again, done after all, failed now, other numbers."""
    was = [("done", "a"), ("failed", None), ("failed", None), ("done", "a"), ("done", "a")]
    is_now = [("done", "a"), ("failed", None), ("done", "a"), ("failed", None), ("done", "b")]
    stored = {
        f"r{i}": {"point": 1, "replicate": i, "status": status, "digest": digest}
        for i, (status, digest) in enumerate([*was, ("done", "a")])
    }
    verdict = module.Verdict([])
    now = {f"r{i}": one for i, one in enumerate(is_now)}
    assert module._runs(stored, now, verdict) == 3
    assert verdict.lines == [
        "runs    5 of 6 (83%) done again: 1 the same to the last bit; 1 failed, as they did "
        "before; FAILED BEFORE, NOW DONE: 1/2; NOW FAILED: 1/3; NOT THE SAME: 1/4"
    ]


def test_a_failed_run_fails_again(out: Path, tmp_path: Path, monkeypatch) -> None:
    """A run whose policy of one's own fails is told apart from those that are the same."""
    import sim
    from tests.lab.conftest import tiny_county

    tiny_county(tmp_path)
    (tmp_path / "failing.py").write_text(
        "def odd(county):\n    if county.levers.lines.min() < 2:\n"
        "        raise ValueError('no lines')\n    return 1.0\n",
        "utf-8",
    )
    text = TWO.replace("headcount: null}}, all: }", "headcount: {lines: 1.0}}}, all: }")
    own = "outcomes: {odd: {function: 'failing:odd', unit: x, en: Odd}}\n"
    (tmp_path / "e.yaml").write_text(text + own, "utf-8")
    results = sim.experiment(tmp_path / "e.yaml", out=tmp_path / "out", workers=1)
    found = verify(results.folder, workers=1)
    line = next(line for line in found.lines if line.startswith("runs"))
    assert "3 the same to the last bit; 3 failed, as they did before" in line, found.lines
    assert found.differ == 0


def _with_other_seeds(task_of):
    import dataclasses

    def changed(*given):
        task = task_of(*given)
        jobs = tuple(dataclasses.replace(job, seed=job.seed + 1) for job in task.jobs)
        return dataclasses.replace(task, jobs=jobs)

    return changed


def _shifted(answer):
    def changed(*given):
        tables = answer(*given)
        effects = tables["effects"]
        return tables | {"effects": effects.assign(effect=effects["effect"] + 1e-9)}

    return changed


def test_an_edited_archive_is_refused(out: Path, tmp_path: Path) -> None:
    archive, _ = pack(out, tmp_path / "whole.zip")
    edited, foreign = tmp_path / "edited.zip", tmp_path / "foreign.zip"
    with zipfile.ZipFile(archive) as was, zipfile.ZipFile(edited, "w") as now:
        for entry in was.infolist():
            data = was.read(entry)
            now.writestr(entry, data + b"9" if "effects.csv" in entry.filename else data)
    with zipfile.ZipFile(foreign, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a/SHA256SUMS", "")
    (tmp_path / "text.zip").write_text("no archive", "utf-8")
    for path, said in ((edited, "tables/effects.csv: not what was packed"),
                       (foreign, "not an archive that `hecun pack` wrote"),
                       (tmp_path / "text.zip", "cannot be read as an archive")):  # fmt: skip
        with pytest.raises(InputError, match=said):
            verify(path)
    done = CliRunner().invoke(main, ["verify", str(tmp_path / "none")])
    assert done.exit_code == 2


def test_the_crate_says_what_the_profiles_ask_for(out: Path, tmp_path: Path) -> None:
    """Required properties of Workflow Run Crate 0.5 and of those that it rests on."""
    archive, _ = pack(out, tmp_path / "crate.zip")
    with zipfile.ZipFile(archive) as file:
        held = {name.partition("/")[2]: file.read(name) for name in file.namelist()}
    graph = json.loads(held[CRATE])["@graph"]
    by_id = {entity["@id"]: entity for entity in graph}
    assert len(by_id) == len(graph)
    root, about = by_id["./"], by_id[CRATE]
    assert about["@type"] == "CreativeWork" and about["about"] == {"@id": "./"}
    assert {"@id": "https://w3id.org/ro/crate/1.1"} in about["conformsTo"]
    assert {each["@id"] for each in root["conformsTo"]} == set(PROFILES) <= by_id.keys()
    assert (
        root["name"] == "Which?"
        and root["datePublished"]
        and root["license"]
        and root["description"]
    )
    main_file = by_id[root["mainEntity"]["@id"]]
    assert set(main_file["@type"]) == {"File", "SoftwareSourceCode", "ComputationalWorkflow"}
    language = by_id[main_file["programmingLanguage"]["@id"]]
    assert "ComputerLanguage" in language["@type"]
    action = by_id[root["mentions"]["@id"]]
    assert action["@type"] == "CreateAction" and action["instrument"] == root["mainEntity"]
    parts = {part["@id"] for part in root["hasPart"]}
    assert parts == held.keys() - {CRATE, "SHA256SUMS"}
    assert {one["@id"] for one in action["result"]} <= parts and action["result"]
    for name in parts:
        assert by_id[name]["contentSize"] == str(len(held[name]))
    for parameter in (main_file["input"], main_file["output"]):
        entity = by_id[parameter["@id"]]
        assert entity["@type"] == "FormalParameter" and entity["additionalType"] and entity["name"]
        assert any(e.get("exampleOfWork") == parameter for e in graph)
    assert {"ODD.md", "TRACE.md", "RAT-RS.md", "codemeta.json"} <= parts


def test_a_run_is_done_again(tmp_path: Path, monkeypatch) -> None:
    from sim.run import run
    from tests.lab.conftest import tiny_county

    tiny_county(tmp_path)
    monkeypatch.setattr("sim.run._progress", _no_progress)
    assert run(tmp_path / "tiny.yaml", out=tmp_path / "one") == 0
    archive, _ = pack(tmp_path / "one")
    found = verify(archive)
    assert found.differ == 0 and "tables of the run, done again, are the same" in found.lines[-1]
    monkeypatch.setattr(module, "write_tables", lambda *_: {})
    other = verify(tmp_path / "one")
    assert other.differ > 3 and "NOT THE SAME" in other.lines[-1]


@contextmanager
def _no_progress(*_):
    yield lambda county: None
