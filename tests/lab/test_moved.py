"""Results are whole: packed and moved, the sources gone, they give everything again."""

import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lab.conftest import CONFIG, VILLAGES, digests

from sim.errors import InputError
from sim.lab.experiment import run_experiment
from sim.lab.file.loading import load_experiment
from sim.lab.one_run.replay import replay
from sim.lab.store import resolved
from sim.results.kept import called, kept_name
from sim.results.pack import pack
from sim.results.stored import read_manifest
from sim.run import run

POLICY = """
from typing import ClassVar
from sim import Policy
import {helper}

class Lines(Policy):
    levers: ClassVar[tuple[str, ...]] = ("lines",)

    def apply(self, county, month):
        county.levers.lines[:] *= {helper}.SHARE
"""
#: every kind of file that an experiment may name
EVERYTHING = """question: {{en: Moved?, zh: 搬走了？}}
config: deep/tiny.yaml
method: compare
arms:
  none: {{policies: {{combined_role: null}}}}
  own: {{title: {{en: Own, zh: 自编}}, policies: {{"{module}:Lines": {{merge: replace}}}}}}
  map: {{config: map.yaml}}
factors:
  policies.merger.file: [plans/a/plan.csv, plans/b/plan.csv]
  parameters: {{from: sample}}
replicates: 2
record: {{county: monthly, villages: last, villagers: last}}
"""


def geojson() -> str:
    """Return a map of six square villages."""
    features = []
    for i in range(6):
        x, y = 102 + 0.02 * (i % 3), 30 + 0.02 * (i // 3)
        ring = [(x, y), (x + 0.02, y), (x + 0.02, y + 0.02), (x, y + 0.02), (x, y)]
        named = {"code": f"10{i + 1}", "name": f"村{i}", "township": "河东镇", "registered": 700}
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": named, "geometry": shape})
    return json.dumps({"type": "FeatureCollection", "features": features})


#: numbers of processes up to it may be a count by chance
MANY = 10_000


@pytest.fixture
def sources(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder with an experiment, e.yaml, that names files of every kind."""
    place = tmp_path / "sources"
    for folder in ("deep", "plans/a", "plans/b", "sample/tables"):
        (place / folder).mkdir(parents=True)
    module = f"moved_{request.node.name.partition('[')[0]}"
    (place / "villages.csv").write_text(VILLAGES, "utf-8")
    (place / "map.geojson").write_text(geojson(), "utf-8")
    plan = "old_code,new_village\n101,甲\n102,甲\n103,乙\n104,乙\n105,丙\n106,"
    (place / "plans/a/plan.csv").write_text(f"{plan}丙\n", "utf-8")
    (place / "plans/b/plan.csv").write_text(f"{plan}丁\n", "utf-8")
    text = CONFIG.replace("villages.csv", "../villages.csv")
    text = text.replace("generated, ratio: 0.5", "file, file: ../plans/a/plan.csv")
    (place / "deep/tiny.yaml").write_text(text, "utf-8")
    map_text = "extends: deep/tiny.yaml\ncounty: {villages: map.geojson}\n"
    (place / "map.yaml").write_text(map_text, "utf-8")
    (place / f"{module}.py").write_text(POLICY.format(helper=f"{module}_helper"), "utf-8")
    (place / f"{module}_helper.py").write_text("SHARE = 0.5\n", "utf-8")
    table = pa.table({"parameters.trust.merger_shock": [-0.1, -0.05, -0.02]})
    pq.write_table(table, place / "sample/tables/posterior.parquet")
    (place / "e.yaml").write_text(EVERYTHING.format(module=module), "utf-8")
    return place


def unpacked(archive: Path, to: Path) -> Path:
    """Return the folder of results that an archive holds, unpacked in a folder."""
    with zipfile.ZipFile(archive) as file:
        file.extractall(to)
    (folder,) = to.iterdir()
    return folder


def hecun(*words: Any, cwd: Path, code: int = 0) -> str:
    """Run the command in a process of its own, with an empty home; return what it says."""
    home = cwd / "home"
    home.mkdir(exist_ok=True)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")  # of machine code
    environment = os.environ | {"HOME": str(home), "XDG_CACHE_HOME": cache}
    command = [sys.executable, "-c", "from sim.cli import main; main()", *map(str, words)]
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_moved_experiment_gives_everything_again(sources: Path, tmp_path: Path) -> None:
    out = run_experiment(sources / "e.yaml", tmp_path / "out", 1)
    before = digests(out)
    archive, left = pack(out, tmp_path / "x.zip")
    assert not left
    shutil.rmtree(sources)
    shutil.rmtree(out)
    away = tmp_path / "elsewhere"
    away.mkdir()
    folder = unpacked(archive, away)
    names = sorted(called(name) or name for name in read_manifest(folder, "experiment")["inputs"])
    (module,) = (path.name for path in folder.glob("*_again.py"))
    own = [module, module.replace(".py", "_helper.py")]
    assert names == ["map.geojson", *own, "plan.csv", "plan.csv", "villages.csv"]
    name = folder.name
    assert "the same numbers as recorded" in hecun("replay", name, "6/2", cwd=away)
    said = hecun("experiment", f"{name}/experiment.yaml", cwd=away)
    assert f"Already done, nothing run again: {name}" in said
    for words in (
        ("experiment", f"{name}/experiment.yaml"),
        ("check", name),
        ("replay", name, "6/2"),
    ):
        said = hecun(*words, cwd=away)
        assert "runs the code kept with these results: " in said and str(folder) in said
        assert "your code" not in said
    said = hecun("check", name, cwd=away)
    assert f"{name}/experiment.yaml: right - compare" in said
    hecun("twin", name, 3, "none", "own", cwd=away)
    hecun("report", name, cwd=away)
    again = run_experiment(folder / "experiment.yaml", away / "again", 1)
    assert digests(again) == before == digests(folder)
    assert pack(again, away / "again.zip")[0].is_file()


def test_packed_bytes_are_the_same_and_say_nothing_of_the_machine(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, user = "host-of-mine-7", tmp_path / "home-of-mine-8"
    for module, call in ((socket, "gethostname"), (platform, "node")):
        monkeypatch.setattr(module, call, lambda: host)
    monkeypatch.setenv("HOME", str(user))
    monkeypatch.chdir(tmp_path)
    fails = POLICY.format(helper="math").split("        county.levers")[0]
    (sources / "moved_failing.py").write_text(f"{fails}        open(__file__ + 'x')\n", "utf-8")
    text = (sources / "e.yaml").read_text("utf-8")
    text = text.replace(
        "factors:", '  bad: {policies: {"moved_failing:Lines": {merge: replace}}}\nfactors:'
    )
    (sources / "e.yaml").write_text(text, "utf-8")
    out = run_experiment(sources / "e.yaml", "out", 1)
    run(sources / "map.yaml", "run")
    error = pq.read_table(out / "runs.parquet")["error"].drop_null()[0].as_py()
    assert 'File "moved_failing.py", line' in error and 'File "sim/' in error
    found = []
    for folder in (out, Path("run")):
        first, left = pack(folder)
        assert not left
        moved = unpacked(first, tmp_path / f"away-{folder.name}")
        assert pack(moved, "again.zip", fresh=True)[0].read_bytes() == first.read_bytes()
        found += [moved, *(path for path in moved.rglob("*") if path.is_file())]
    assert len(found) > 40
    for path in found:
        content = b"" if path.is_dir() else path.read_bytes()
        if path.suffix == ".parquet":
            content += repr(pq.read_table(path).to_pydict()).encode()
        for private in (host, str(user), str(tmp_path), str(Path.home())):
            assert private.encode() not in content, (path, private)
        if path.suffix in (".json", ".yaml", ".md") and os.getpid() > MANY:
            assert not re.search(rf"\b{os.getpid()}\b".encode(), content), path


def test_what_is_packed_is_finished_and_as_it_was_written(sources: Path, tmp_path: Path) -> None:
    out = run_experiment(sources / "e.yaml", tmp_path / "out", 1)
    (out / "mine.txt").write_text("mine", "utf-8")
    archive, left = pack(out)
    assert archive == tmp_path / "out.zip" and left == ["mine.txt"]
    with pytest.raises(InputError, match="is there already; give --fresh to replace it"):
        pack(out)
    with pytest.raises(InputError, match="not a folder of results"):
        pack(tmp_path)
    (kept,) = (out / "inputs").glob("villages-*")
    villages = kept.read_text("utf-8")
    for path in (kept, out / "runs.parquet", out / "experiment.yaml"):
        content = path.read_bytes()
        path.write_bytes(content + b" ")
        with pytest.raises(InputError, match=f"damaged, or edited .*{path.name}"):
            pack(out, fresh=True)
        path.write_bytes(content)
    (out / ".complete").mkdir()
    with pytest.raises(InputError, match="not finished"):
        pack(out, tmp_path / "y.zip")
    assert not list(tmp_path.glob("*y.zip*"))
    (out / ".complete").rmdir()
    assert villages == kept.read_text("utf-8")
    assert pack(out, fresh=True)[0].is_file()


def test_a_kept_file_that_changed_is_said(sources: Path, tmp_path: Path, capsys: Any) -> None:
    out = run_experiment(sources / "e.yaml", tmp_path / "out", 1)
    (kept,) = (out / "inputs").glob("villages-*")
    kept.write_text(kept.read_text("utf-8").replace("640", "700"), "utf-8")
    assert replay(out, "1/1").startswith("other numbers than recorded")
    assert f"{kept.relative_to(out)} is not what was kept" in capsys.readouterr().err
    with pytest.raises(InputError, match=r"villages\.csv: its content"):
        run_experiment(out / "experiment.yaml", workers=1)
    said: list[str] = []
    run_experiment(sources / "e.yaml", out, 1, say=said.append)
    assert said[0] == f"Written again, it was not as it had been kept: inputs/{kept.name}"
    assert replay(out, "1/1").startswith("the same numbers")


def test_a_file_in_the_way_stays(sources: Path, tmp_path: Path) -> None:
    text = (sources / "e.yaml").read_text("utf-8")
    own = next(line for line in text.splitlines() if "Lines" in line)
    (sources / "e.yaml").write_text(text.replace(own + "\n", ""), "utf-8")
    out = run_experiment(sources / "e.yaml", tmp_path / "out", 1)
    mine = out / "moved_test_a_file_in_the_way_stays.py"
    mine.write_text("mine", "utf-8")
    (sources / "e.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError, match="would be overwritten, and hecun did not write it"):
        run_experiment(sources / "e.yaml", out, 1)
    assert mine.read_text("utf-8") == "mine"
    mine.unlink()
    run_experiment(sources / "e.yaml", out, 1)
    assert mine.is_file()
    (sources / "e.yaml").write_text(text.replace(own + "\n", ""), "utf-8")
    run_experiment(sources / "e.yaml", out, 1, fresh=True)
    assert not mine.exists()  # no longer named: hecun's copy goes


def test_names_of_kept_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    first, second = tmp_path / "plan.csv", tmp_path / "a" / "plan.csv"
    first.write_text("1", "utf-8")
    second.write_text("2", "utf-8")
    assert kept_name(str(first)) != kept_name(str(second))
    copy = tmp_path / Path(kept_name(str(first))).name
    shutil.copy(first, copy)
    assert kept_name(str(copy)) == kept_name(str(first)) == f"inputs/{copy.name}"
    assert called(kept_name(str(first))) == "plan.csv"
    odd = tmp_path / ("村 庄:" + "长" * 70 + ".CSV")
    odd.write_text("1", "utf-8")
    name = kept_name(str(odd))
    shutil.copy(odd, tmp_path / Path(name).name)
    assert kept_name(str(tmp_path / Path(name).name)) == name
    assert name.startswith("inputs/村_庄_长") and name.endswith(".csv") and len(name) < 90


METHODS = {
    "compare": "arms: {a: {policies: null}, b: }",
    "parts": "method: compare\nparts: {m: [merger], r: [combined_role]}",
    "factorial": "factors: {policies.headcount.lines: {from: 3, to: 6, steps: 2}}",
    "lhs": "factors: {parameters.trust.merger_shock: prior}\nsamples: 4",
    "sobol": "factors: {parameters.trust: prior}\nsamples: 4",
    "morris": "factors: {parameters.trust: prior}\ntrajectories: 2",
    "search": "factors: {policies.merger.ratio: {from: 0.3, to: 0.9}}\nobjectives: {trust: more}",
    "discover": "arms: {a: , b: {policies: {merger: null}}}\n"
    "factors: {parameters.trust.merger_shock: prior}\noutcome: trust\narm: b\nbelow: 0.4",
    "calibrate": "factors: {parameters.trust.merger_shock: prior}\n"
    "targets: {t: {outcome: trust, value: 0.5, sd: 0.1, source: x}}\nsamples: 30",
}


@pytest.mark.parametrize("method", METHODS)
def test_the_text_kept_is_the_experiment(place: Path, method: str) -> None:
    """Of every method: read again from anywhere it has the same name, nothing runs again."""
    head = "set: {scale: 400}\nseed: 5\nconfig: tiny.yaml\n"
    head += "" if method == "parts" else f"method: {method}\n"
    (place / "e.yaml").write_text(head + METHODS[method] + "\nreplicates: 2\n", "utf-8")
    first = load_experiment(place / "e.yaml")
    data, away = resolved.plain(first), place / "away"
    for name, source in resolved.kept_files(first).items():
        (away / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, away / name)
    (away / "experiment.yaml").write_text(resolved.to_yaml(data), "utf-8")
    again = load_experiment(away / "experiment.yaml")
    assert resolved.to_yaml(resolved.plain(again)) == resolved.to_yaml(data)
    assert resolved.files(again) == resolved.files(first)
