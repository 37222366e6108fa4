"""An experiment's whole way, on four runs: begun, done, found done, mended, extended."""

import json

import pytest

from sim import load_results
from sim.errors import InputError
from sim.lab import experiment as running
from sim.lab.experiment import run_experiment
from sim.lab.file.loading import load_experiment

TEXT = """config: tiny.yaml
method: factorial
factors: {scale: [500, 600]}
replicates: 2
"""


class Told:
    """What is said, how far it is, and how many runs are left when it is asked."""

    def __init__(self):
        self.said, self.left, self.done = [], [], []

    def how(self):
        return {
            "say": self.said.append,
            "ready": lambda session, left: self.left.append(left),
            "tell": lambda progress: self.done.append((progress.done, progress.total)),
        }


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def test_the_whole_way(write, run, place):
    told = Told()
    out = run(write(TEXT), **told.how())
    assert out == place / "out" and told.left == [4] and told.done[-1] == (4, 4)
    assert told.said == ["Workers: 1 (this process)"]
    found = manifest(out)
    assert (found["state"], found["failed"]) == ("complete", 0)
    assert (found["replicates"], found["runs"]) == (2, 4)
    assert found["seconds"] > 0 and found["finished"] >= found["started"] and found["answers"]
    order = load_results(out).runs[["replicate", "point"]].to_numpy().tolist()
    assert order == [[1, 1], [1, 2], [2, 1], [2, 2]]
    told = Told()
    run(write(TEXT), **told.how())
    assert told.said == [f"Already done, nothing run again: {out}"]
    assert told.left == told.done == [] and manifest(out) == found
    (kept,) = (out / "inputs").iterdir()
    right = kept.read_bytes()
    kept.unlink()
    (out / "tables" / "doses.csv").write_text("edited")
    told = Told()
    run(write(TEXT), **told.how())
    assert told.said[0] == f"Written again, it was not as it had been kept: inputs/{kept.name}"
    assert "tables/doses.csv" in told.said[2] and kept.read_bytes() == right
    told = Told()
    run(write(TEXT.replace("replicates: 2", "replicates: 3")), **told.how())
    assert told.said[0] == "Kept: 4 runs" and told.left == [2]
    more = manifest(out)
    assert (more["replicates"], more["runs"]) == (3, 6)
    assert more["seconds"] > found["seconds"]  # of both times
    (out / "runs.parquet").unlink()
    with pytest.raises(InputError, match=r"runs\.parquet; give --fresh"):
        run(write(TEXT.replace("replicates: 2", "replicates: 3")))


def test_keys_from_outside_and_an_experiment_that_is_loaded(write, place):
    path = write(TEXT.replace("[500, 600]", "[500]").replace("replicates: 2", "replicates: 1"))
    out = run_experiment(path, place / "a", 1, overrides={"months": 4})
    assert manifest(out)["months"] == {"2019-01 to 2019-04": []}
    again = run_experiment(load_experiment(path, {"months": 4}), place / "b", 1)
    assert manifest(again)["key"] == manifest(out)["key"]


def test_what_is_wrong_is_said_before_anything_is_made(write, place, monkeypatch):
    path = write(TEXT)
    monkeypatch.setattr(running, "MOST_RUNS", 3)
    with pytest.raises(InputError, match="4 runs; expected at most 3"):
        run_experiment(path, place / "out", 1)
    until = TEXT.replace("[500, 600]", "[500]")
    until = until.replace("replicates: 2", "replicates: {until: {trust: 1}}")
    with pytest.raises(InputError, match=r":4:1[0-9]: replicates.until compares points"):
        run_experiment(write(until), place / "out", 1)
    monkeypatch.undo()
    wrong = TEXT.replace("[500, 600]", "[500, 0.5]")
    with pytest.raises(InputError, match="scale"):
        run_experiment(write(wrong), place / "out", 1)
    assert not (place / "out").exists()
