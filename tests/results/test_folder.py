"""A folder of results: only what hecun wrote is ever replaced, all of it or none."""

import json
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.results.folder import holds, partial, put, seal


def content(folder: Path) -> dict[str, str]:
    """Every file below a folder but the manifest, by name."""
    return {
        p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8")
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != "manifest.json"
    }


def write(folder: Path, run: str, files: dict[str, str], whole: bool = True) -> None:
    """Write results as a run does."""
    with partial(folder) as new:
        for name, text in files.items():
            (new / name).parent.mkdir(exist_ok=True)
            (new / name).write_text(text, encoding="utf-8")
        text = json.dumps({"run": run, "figures": []})
        (new / "manifest.json").write_text(text, encoding="utf-8")
        seal(new, ["en"])
        put(new, folder, whole)


FIRST = {"plan.csv": "1", "figures/map.png": "one"}


@pytest.fixture
def done(tmp_path: Path) -> Path:
    write(tmp_path / "a" / "run", "first", FIRST)
    return tmp_path / "a" / "run"


def test_a_finished_run_is_held_and_another_needs_fresh(done: Path) -> None:
    assert content(done) == FIRST
    assert holds(done, "first", fresh=False)
    assert not holds(done, "first", fresh=True)
    with pytest.raises(InputError, match=r"holds the results of another.*--fresh"):
        holds(done, "second", fresh=False)


def test_fresh_replaces_what_hecun_wrote_and_keeps_the_rest(done: Path) -> None:
    (done / "notes.md").write_text("mine", encoding="utf-8")
    (done / "figures" / "own.png").write_text("mine", encoding="utf-8")
    assert not holds(done, "second", fresh=True)
    write(done, "second", {"plan.csv": "2"})
    assert content(done) == {"plan.csv": "2", "notes.md": "mine", "figures/own.png": "mine"}
    assert holds(done, "second", fresh=False)


def test_what_somebody_edited_is_not_lost(done: Path) -> None:
    (done / "plan.csv").write_text("edited", encoding="utf-8")
    with pytest.raises(InputError, match=r"plan\.csv changed since"):
        holds(done, "second", fresh=True)


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize("manifest", [None, "not json", "[]", '{"name": "an app"}'])
def test_a_folder_that_is_not_a_runs_is_never_written(
    tmp_path: Path, manifest: str | None, fresh: bool
) -> None:
    (tmp_path / "thesis.docx").write_text("years", encoding="utf-8")
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(InputError, match="not a run's"):
        holds(tmp_path, "first", fresh)


def test_a_file_in_the_way_is_kept_and_the_old_results_stay(done: Path) -> None:
    (done / "new.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"new\.csv would be overwritten"):
        write(done, "second", {"plan.csv": "2", "new.csv": "theirs"})
    assert content(done) == {**FIRST, "new.csv": "mine"}
    assert holds(done, "first", fresh=False)


@pytest.mark.parametrize("moves", range(5))
def test_interrupted_while_moving_leaves_the_old_results(
    done: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    real, count = Path.replace, 0

    def replace(source: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count == moves + 1:
            raise KeyboardInterrupt
        return real(source, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        write(done, "second", {"plan.csv": "2", "other.csv": "3"})
    assert content(done) == FIRST
    assert holds(done, "first", fresh=False)


def test_figures_are_added_beside_the_others(done: Path) -> None:
    write(done, "first", {"figures/map_zh.png": "zh"}, whole=False)
    assert content(done) == {**FIRST, "figures/map_zh.png": "zh"}


def test_an_interrupted_first_run_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), partial(tmp_path / "a" / "b") as new:
        (new / "half.csv").write_text("1", encoding="utf-8")
        raise KeyboardInterrupt
    assert not any(tmp_path.iterdir())


def test_a_killed_run_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / ".partial-x").mkdir()
    assert not holds(tmp_path, "first", fresh=False)
    write(tmp_path, "first", FIRST)
    assert holds(tmp_path, "first", fresh=False)


def test_a_file_or_an_impossible_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        holds(tmp_path / "file", "first", fresh=True)
    with pytest.raises(InputError, match="cannot be written"), partial(tmp_path / "file" / "x"):
        pass
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
