"""One failed run is recorded and the rest go on; the same error on all of the first runs stops."""

import pdb
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import load_results
from sim.cli import main
from sim.errors import InputError
from sim.lab.one_run.replay import replay
from sim.lab.running.runner import SameErrorError
from sim.lab.store.folder import Store

POLICY = '''
from typing import TYPE_CHECKING, ClassVar

from sim.model.policies import Policy


class Fragile(Policy):
    """Fails in some seeds."""

    levers: ClassVar[tuple[str, ...]] = ("lines",)
    fails_from_seed: int = 0
    kills: bool = False

    def apply(self, county, month):
        if county.seed >= self.fails_from_seed:
            if self.kills:
                import os, signal
                os.kill(os.getpid(), signal.SIGKILL)
            raise ValueError(f"cannot do it with seed {county.seed}")
'''
EXPERIMENT = """config: tiny.yaml
method: compare
arms:
  plain:
  fragile: {{policies: {{"fragile_policy:Fragile": \
{{fails_from_seed: {seed}, kills: {kills}, merge: replace}}}}}}
replicates: {replicates}
"""


@pytest.fixture
def fragile(place: Path, write, request):
    """Return a function that writes an experiment one arm of which fails from a seed on.

    A process imports a module of one's own once: each test has a module of its own.
    """
    module = f"fragile_{request.node.name.partition('[')[0]}"
    (place / f"{module}.py").write_text(POLICY, "utf-8")

    def made(seed: int, replicates: int = 4, kills: str = "false") -> Path:
        text = EXPERIMENT.format(seed=seed, replicates=replicates, kills=kills)
        return write(text.replace("fragile_policy", module))

    return made


def test_one_failed_run_is_recorded_and_the_others_go_on(fragile, run, capfd):
    out = run(fragile(4))
    results = load_results(out)
    failed = results.runs[results.runs["status"] == "failed"]
    assert len(results.runs) == 8 and len(failed) == 1
    row = failed.iloc[0]
    assert (row["point"], row["replicate"], row["failed_in"]) == (2, 4, "2019-04")
    assert "cannot do it with seed 4" in row["error"]
    assert "Traceback" in row["error"] and "fragile_" in row["error"]
    assert set(results.effects()["n"]) == {3}
    assert (results.county.groupby(["point", "replicate"]).size() == 6).all()
    with pytest.raises(RuntimeError, match="failed in 2019-04"):
        replay(out, row["run"])
    assert "replicate 4, seed 4" in capfd.readouterr().err
    assert replay(out, "2/3") == "the same numbers as recorded, bit for bit"
    assert next(out.glob("fragile_*.py")).read_text("utf-8") == POLICY  # can be run again there


def test_the_debugger_and_the_exit_code(fragile, place, monkeypatch):
    """`--pdb` stands where the run failed; an experiment with a failed run ends with 1."""
    out = place / "out"
    words = ["experiment", str(fragile(2, replicates=2)), "--out", str(out), "--workers", "1"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1 and "cannot do it with seed 2" in done.stderr, done.output
    seen = []
    monkeypatch.setattr(pdb, "post_mortem", lambda *_: seen.append(sys.exc_info()[1]))
    done = CliRunner().invoke(main, ["replay", str(out), "2/2"])
    assert done.exit_code == 1 and not seen
    done = CliRunner().invoke(main, ["replay", str(out), "2/2", "--pdb"])
    assert done.exit_code == 1 and len(seen) == 1


def test_failed_runs_are_tried_again(fragile, run, place):
    path, said, told = fragile(4), [], []
    run(path)
    run(path, say=said.append, tell=told.append)
    assert [len(progress.runs) for progress in told] == [1]
    assert load_results(place / "out").manifest["failed"] == 1


def test_the_same_error_on_all_of_the_first_runs_stops(fragile, run, place):
    path = fragile(1, replicates=40)
    both = path.read_text("utf-8").replace("arms:\n  plain:", "arms:").splitlines()
    arm = next(line for line in both if "fragile:" in line)
    path.write_text(
        "\n".join([*both[:3], arm.replace("fragile:", "other:", 1), *both[3:]]), "utf-8"
    )
    with pytest.raises(SameErrorError, match="cannot do it with seed"):
        run(path)
    assert len(load_results(place / "out").runs) < 80


def test_a_run_that_kills_its_process_is_given_up(fragile, run):
    said = []
    results = load_results(run(fragile(4, kills="true"), workers=2, say=said.append))
    assert sum("Workers that died or left so far: 1; what they had" in text for text in said) == 1
    runs = results.runs
    failed = runs[runs["status"] == "failed"]
    assert failed[["point", "replicate"]].to_numpy().tolist() == [[2, 4]]
    assert "died every time it was tried" in failed["error"].iloc[0]


def test_no_such_run(fragile, run):
    out = run(fragile(9, replicates=1))
    with pytest.raises(
        InputError, match=r"no run is called 'zzz'; runs there are called [0-9a-f]+"
    ):
        replay(out, "zzz")


def test_an_empty_folder_of_the_users_stays_if_nothing_was_begun(tmp_path):
    mine, made = tmp_path / "mine", tmp_path / "made"
    mine.mkdir()
    for folder in (mine, made):
        with Store(folder):
            pass
    assert mine.is_dir() and list(mine.iterdir()) == []
    assert not made.exists()
