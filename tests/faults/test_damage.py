"""Damaged files: whichever byte it is, it is noticed, said, and never taken for an answer."""

import json
import random
import shutil
import warnings
from pathlib import Path

import pandas as pd
import pytest
from lab.conftest import COMPARE, digests, tiny_county

from sim import load_results
from sim.errors import InputError
from sim.lab.experiment import run_experiment

FRAMES = ("design", "runs", "county", "villages", "villagers")


def _stop(progress):
    if progress.done >= 12:
        raise KeyboardInterrupt


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A complete experiment, and the same interrupted when half was done."""
    place = tmp_path_factory.mktemp("made")
    tiny_county(place)
    file = place / "e.yaml"
    file.write_text(COMPARE.replace("replicates: 4", "replicates: 3"), "utf-8")
    run_experiment(file, place / "whole", 1)
    with pytest.raises(KeyboardInterrupt):
        run_experiment(file, place / "half", 1, tell=_stop)
    return file, place / "whole", place / "half"


@pytest.fixture
def copy(made, tmp_path):
    """Return a function that copies one of the two folders."""

    def copy(state: str) -> Path:
        out = tmp_path / "out"
        shutil.rmtree(out, ignore_errors=True)
        return Path(shutil.copytree(made[1 if state == "whole" else 2], out))

    return copy


def frames(folder: Path) -> dict[str, pd.DataFrame]:
    results = load_results(folder)
    assert results.manifest
    return {name: getattr(results, name) for name in FRAMES}


def harm(path: Path, how: str, where: float) -> None:
    """Change a file: a bit, a run of zeros, or its length."""
    content = bytearray(path.read_bytes())
    at = int(where * (len(content) - 1))
    if how == "bit":
        content[at] ^= 1 << (at % 8)
    elif how == "zeros":
        content[at : at + 64] = b"\xff" * len(content[at : at + 64])
    elif how == "cut":
        del content[at:]
    else:
        content[at:at] = b"\0" * 16
    path.write_bytes(content)


HOW = ("bit", "zeros", "cut", "longer")


def reading_damage(made, copy, state: str, each: int) -> tuple[int, int]:
    """Damage every file again and again; return how often, and how often it was noticed."""
    luck = random.Random(1)
    folder = copy(state)
    right = frames(folder)
    files = [p for p in sorted(folder.rglob("*")) if p.suffix in (".parquet", ".arrow", ".json")]
    files = [p for p in files if p.parent.name != "tables"]
    tried = noticed = 0
    for path in files:
        if path.name == "timings.parquet":
            continue
        kept = path.read_bytes()
        for i in range(each):
            harm(path, HOW[i % 4], (i + luck.random()) / each)
            tried += 1
            try:
                with warnings.catch_warnings(record=True) as said:
                    warnings.simplefilter("always")
                    found = frames(folder)
            except InputError as error:
                assert path.name in str(error)
                noticed += 1
            else:
                if said:
                    assert path.name in str(said[0].message)
                    whole = right["runs"].merge(found["runs"])  # rows that are there are right
                    assert len(whole) == len(found["runs"]) < len(right["runs"])
                    noticed += 1
                else:
                    for name in FRAMES:
                        pd.testing.assert_frame_equal(found[name], right[name])
            path.write_bytes(kept)
    return tried, noticed


@pytest.mark.parametrize("state", ["whole", "half"])
def test_no_damage_is_read_as_an_answer(made, copy, state):
    tried, noticed = reading_damage(made, copy, state, 12)
    assert noticed >= 0.9 * tried > 40  # the rest: white space of the manifest


@pytest.mark.slow
@pytest.mark.parametrize("state", ["whole", "half"])
def test_no_damage_of_a_thousand_is_read_as_an_answer(made, copy, state):
    tried, noticed = reading_damage(made, copy, state, 400)
    assert noticed >= 0.9 * tried > 1000


@pytest.mark.parametrize("how", HOW)
def test_a_damaged_shard_is_said_and_its_runs_done_again(made, copy, how):
    folder, said, again = copy("half"), [], []
    shards = sorted((folder / "shards").glob("*.arrow"))
    harm(shards[1], how, 0.3)
    run_experiment(made[0], folder, 1, say=said.append, tell=lambda p: again.extend(p.runs))
    assert digests(folder) == digests(made[1])
    assert [text for text in said if "Damaged" in text and shards[1].name in text]
    assert len(again) < 18


@pytest.mark.parametrize("name", ["runs.parquet", "villages.parquet", "design.parquet"])
def test_a_damaged_table_is_said_and_done_again_with_fresh(made, copy, name):
    folder = copy("whole")
    harm(folder / name, "bit", 0.5)
    if name != "design.parquet":  # that is only written again
        with pytest.raises(InputError, match=rf"damaged, or edited.*{name}; give --fresh"):
            run_experiment(made[0], folder, 1)
    run_experiment(made[0], folder, 1, fresh=name != "design.parquet")
    assert digests(folder) == digests(made[1])


def test_a_table_that_is_gone_is_said(made, copy):
    folder = copy("whole")
    (folder / "county.parquet").unlink()
    with pytest.raises(InputError, match=r"county\.parquet; give --fresh"):
        run_experiment(made[0], folder, 1)


@pytest.mark.parametrize("state", ["whole", "half"])
@pytest.mark.parametrize("how", ["gone", "bit", "cut"])
def test_a_lost_manifest_loses_no_run(made, copy, state, how):
    folder, again = copy(state), []
    path = folder / "manifest.json"
    if how == "gone":
        path.unlink()
    else:
        harm(path, how, path.read_text("utf-8").index('"seed": 1') / path.stat().st_size)
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    if state == "whole":  # nothing says whether the tables are whole: they stay
        with pytest.raises(InputError, match=r"manifest\.json: missing or damaged"):
            run_experiment(made[0], folder, 1, fresh=True)
        assert all(p.read_bytes() == content for p, content in before.items())
    else:  # shards say so themselves
        run_experiment(made[0], folder, 1, tell=lambda p: again.extend(p.runs))
        assert len(again) == 6
        assert digests(folder) == digests(made[1])


def test_times_of_files_mean_nothing(made, copy, monkeypatch):
    """Clocks jump: files from the future and the past, and a clock that goes back and forth."""
    import os
    import time

    real, jumps = time.time, iter(range(10**6))
    monkeypatch.setattr(time, "time", lambda: real() + (-1) ** next(jumps) * 1e7)
    folder, again = copy("half"), []
    for number, path in enumerate(folder.rglob("*")):
        os.utime(path, (0, 0) if number % 2 else (4e9, 4e9))
    run_experiment(made[0], folder, 1, tell=lambda p: again.extend(p.runs))
    assert (len(again), digests(folder)) == (6, digests(made[1]))


def test_answers_are_those_of_the_runs_that_are_there(made, copy):
    """A kill between the tables of the runs and what is answered from them."""
    folder = copy("whole")
    answers = sorted((folder / "tables").glob("*.parquet"))
    (folder / ".answering").mkdir()
    answers[0].unlink()
    run_experiment(made[0], folder, 1)
    assert sorted((folder / "tables").glob("*.parquet")) == answers
    assert not (folder / ".answering").exists()


def test_the_manifest_says_what_it_is(made):
    told = json.loads((made[1] / "manifest.json").read_text("utf-8"))
    assert set(told["digests"]) == {*(f"{name}.parquet" for name in FRAMES), "timings.parquet"}
    assert len(told["digest"]) == 16
