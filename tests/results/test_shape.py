"""Forged and damaged manifests: one error that names file and key, whatever stands in them."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lab.conftest import COMPARE, tiny_county

from sim import load_results
from sim.cli import main
from sim.errors import InputError
from sim.lab.experiment import run_experiment
from sim.lab.one_run.replay import replay
from sim.lab.printing import results_text
from sim.lab.store.reading import ExperimentResults
from sim.report.summary import summary_text
from sim.results.folder import holds
from sim.results.pack import pack
from sim.results.reading import load_run
from sim.results.shape import Experiment, Run, misfit
from sim.results.stored import MANIFEST, whole
from sim.run import run

GONE = object()
ODD = [GONE, None, "x", "", [], ["x"], {"x": 1}, {}, -1, 1.5, True, 10**400, "\ud800"]
#: entries that a manifest has for people alone: nothing reads them
FOR_PEOPLE = {
    *("run", "registered", "old_units", "policies", "own_policies", "notes", "digest"),
    *("seed_rule", "runs", "rows"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    tiny_county(place)
    asked = "question: {en: why, zh: 何}\n"
    text = asked + COMPARE.replace("replicates: 4", "replicates: 2")
    (place / "e.yaml").write_text(text, "utf-8")
    run_experiment(place / "e.yaml", place / "experiment", 1)
    run(place / "tiny.yaml", place / "run")
    return place


@pytest.fixture(params=["run", "experiment"])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def folder(made: Path, kind: Any, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / kind, tmp_path / kind))


def told(folder: Path) -> dict[str, Any]:
    return json.loads((folder / MANIFEST).read_text("utf-8"))


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything in a manifest; of long lists and mappings of a few."""
    parts = list(value.items() if isinstance(value, dict) else enumerate(value))
    for key, part in parts if not above else parts[:3]:
        yield (*above, key)
        if isinstance(part, dict | list):
            yield from places(part, (*above, key))


def changed(manifest: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Return a manifest with something else at a path."""
    found = json.loads(json.dumps(manifest))
    at = found
    for part in path[:-1]:
        at = at[part]
    if value is GONE:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return found


def forge(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest without the digest of itself, as one that edits it would."""
    text = json.dumps({key: value for key, value in manifest.items() if key != "digest"})
    (folder / MANIFEST).write_text(text, "utf-8")


def readers(folder: Path, kind: str) -> dict[str, Callable[[], Any]]:
    """Return what commands do with results, but for drawing and running."""
    found = {
        "check": lambda: whole(folder),
        "open": lambda: load_results(folder).manifest,
        "pack": lambda: pack(folder, folder.parent / "x.zip", fresh=True),
    }
    if kind == "run":
        return found | {
            "run": lambda: holds(folder, "x", fresh=True),
            "summary": lambda: summary_text(load_run(folder), "en"),
        }
    return found | {
        "text": lambda: results_text(ExperimentResults(folder)),
        "frames": lambda: ExperimentResults(folder).effects(),
        "table": lambda: ExperimentResults(folder).villagers,
    }


def test_what_hecun_writes_fits_and_nothing_is_read_unseen(made: Path, kind: Any) -> None:
    manifest = told(made / kind)
    assert misfit(manifest, kind) is None
    known = (Run if kind == "run" else Experiment).__annotations__
    assert manifest.keys() - known.keys() <= FOR_PEOPLE


@pytest.mark.parametrize("value", ODD[1:], ids=lambda value: repr(value)[:9])
def test_an_odd_value_is_named_by_its_key(made: Path, kind: Any, value: Any) -> None:
    """Whatever is of another type than hecun writes is refused; the key and the value are said."""
    manifest = told(made / kind)
    may = {str: (str,), int: (int,), float: (float, int), list: (list,), dict: (dict,)}
    for path in places(manifest):
        said = misfit(changed(manifest, path, value), kind)
        assert said is None or said.startswith(str(path[0])) or "Invalid JSON" in said, path
        assert said is None or len(said) < 300
        old = manifest[path[0]]
        if len(path) == 1 and path[0] not in FOR_PEOPLE - {"run"} and old is not None:
            other = value is not None and type(value) not in may[type(old)]
            assert said or not other, path


@pytest.mark.parametrize("value", [GONE, "x"], ids=["gone", "x"])
def test_nothing_but_an_error_that_names_the_file(folder: Path, kind: Any, value: Any) -> None:
    """Where the shape lets a value pass every reader works, or says which file is wrong."""
    manifest = told(folder)
    for key in manifest.keys() - {"digest"}:
        forged = changed(manifest, (key,), value)
        if misfit(forged, kind) is not None and key != "libraries":
            continue  # refused where it is read: one key is enough
        forge(folder, forged)
        for name, read in readers(folder, kind).items():
            try:
                read()
            except InputError as error:
                assert str(folder) in str(error), (key, name)


@pytest.mark.slow
def test_nothing_but_an_error_whatever_is_changed(folder: Path, kind: Any) -> None:
    """The same at every place of a manifest, and for runs again."""
    manifest = told(folder)
    for path in places(manifest):
        for value in ODD:
            forged = changed(manifest, path, value)
            if path == ("digest",) or misfit(forged, kind) is not None:
                continue
            forge(folder, forged)
            more = {"replay": lambda: replay(folder, "1/1")} if kind == "experiment" else {}
            for read in (readers(folder, kind) | more).values():
                try:
                    read()
                except InputError as error:
                    assert str(folder) in str(error), path


COMMANDS = {
    "run": [("report", "{}"), ("pack", "{}"), ("check", "{}"), ("plot", "{}", "series")],
    "experiment": [
        ("report", "{}"), ("pack", "{}"), ("check", "{}"), ("plot", "{}", "effects"),
        ("replay", "{}", "1/1"), ("twin", "{}", "0", "none", "both"),
    ],
}  # fmt: skip
FORGED = {
    "run": {"libraries": None, "title": "x", "seed": "x", "files": ["x"], "reform": "soon"},
    "experiment": {"libraries": None, "question": "x", "seed": [], "digests": 3, "drawn": ["x"]},
}


def test_commands_say_which_key_and_end_with_2(folder: Path, made: Path, kind: Any) -> None:
    file = made / ("tiny.yaml" if kind == "run" else "e.yaml")
    manifest = told(folder)
    for key, value in FORGED[kind].items():
        forge(folder, manifest | {key: value})
        for command in [*COMMANDS[kind], (kind, str(file), "--out", "{}")]:
            done = CliRunner().invoke(main, [word.format(folder) for word in command])
            assert done.exit_code == 2, (command, done.output)
            assert f"{folder / MANIFEST}: {key}" in done.stderr, (command, done.stderr)
