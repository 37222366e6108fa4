"""A policy of one's own: the documented example, what can be wrong with one, and its traces."""

import json
import multiprocessing
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.config import load
from sim.errors import InputError
from sim.model.calendar import parse_month
from sim.model.county import CountyModel
from sim.model.policies.applying import PolicyError
from sim.results.manifest import run_digest
from sim.run import simulate

DOCS = Path(__file__).parents[3] / "docs" / "own_policy"
SCHOOL = "night_school:NightSchool"
HEAD = """
from typing import ClassVar

from sim import Policy, unit
"""


@pytest.fixture
def written(tmp_path, village_csv, monkeypatch):
    """Return a function that writes a module and a configuration that names a class of it."""
    monkeypatch.setattr(sys, "path", [*sys.path])

    def write(module: str, source: str, block: str, **fields) -> Path:
        file = tmp_path.joinpath(*module.split(".")).with_suffix(".py")
        file.parent.mkdir(exist_ok=True)
        file.write_text(HEAD + source, "utf-8")
        data = {
            "title": {"en": "Small", "zh": "小县"},
            "county": {"villages": str(village_csv), "groups_per_village": 4},
            "start": "2019-01",
            "reform": "2019-07",
            "months": 9,
            "spin_up": 3,
            "policies": {block: fields},
        }
        path = tmp_path / "a.yaml"
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")
        return path

    return write


def test_the_documented_example_moves_its_lever():
    triggers = {f"policies.{SCHOOL}.when": "cadre_workload > 1 for 9"}
    triggers |= {f"policies.{SCHOOL}.until": "cadre_workload > 1 for 6"}
    assert list(load(DOCS / "night_school.yaml").active())[-1] == SCHOOL
    county = simulate(load(DOCS / "night_school.yaml", triggers))
    fired = [(f.policy, f.event) for f in county.trigger_log]
    assert fired == [(SCHOOL, "starts"), (SCHOOL, "ends")]
    plain = simulate(load(DOCS / "night_school.yaml", {f"policies.{SCHOOL}": None}))
    before = county.trigger_log[0].month - parse_month("2019-01")
    ours, theirs = (c.recorder.county["cadre_workload"] for c in (county, plain))
    assert (ours[:before] == theirs[:before]).all()
    assert (ours[before : before + 6] < theirs[before : before + 6]).all()


def test_overrides_reach_its_fields():
    path = DOCS / "night_school.yaml"
    config = load(path, {f"policies.{SCHOOL}.villages": 2})
    assert config.active()[SCHOOL].villages == 2
    with pytest.raises(InputError, match=r"--set policies\.night_school:NightSchool\.spared=3: "):
        load(path, {f"policies.{SCHOOL}.spared": 3})


def test_the_document_shows_the_files():
    text = (DOCS.parent / "own_policy.md").read_text("utf-8")
    for name in ("night_school.py", "night_school.yaml"):
        assert (DOCS / name).read_text("utf-8").strip() in text, name


@pytest.mark.parametrize(
    ("block", "fields", "words"),
    [
        ("lab1:Shool", {}, "lab1 has no class 'Shool'; did you mean 'School'?"),
        ("lab1:Other", {}, "lab1 has no class 'Other'; its policies: School, Idle"),
        ("lab1:number", {}, "number is not a policy; derive the class from sim.Policy"),
        ("lab1:Path", {}, "Path is not a policy"),
        ("lab1:Idle", {}, "Idle does nothing; define its method apply(self, county, month)"),
        ("lab1:School:x", {}, "is named module:Class, as my_lab.policies:School"),
        ("labb1:School", {}, "no module 'labb1' beside the configuration ("),
        ("labb1:School", {}, "did you mean 'lab1'?"),
        ("lab1.sub:School", {}, "no module 'lab1.sub'"),
        (
            "lab1:School",
            {"pupil": 3, "pupils": 3},
            "School.pupil: unknown key; did you mean 'pupils'?",
        ),
        ("lab1:School", {"pupils": -3}, "expected a whole number of at least 0 (persons)"),
        ("lab1:School", {"pupils": "9"}, "write 9, without quotes"),
        ("lab1:School", {}, "School.pupils: missing; expected a whole number of at least 0"),
        ("lab1:School", {"pupils": 3, "rule": {"by": "z"}}, "expected 'x' or 'y'"),
        ("lab1:School#b c", {"pupils": 3}, "the label after '#'"),
    ],
)
def test_what_is_wrong_with_a_block(written, block, fields, words):
    source = """
from pathlib import Path
from typing import Annotated, Literal
from pydantic import Field
from sim import Strict

number = 3

class X(Strict):
    by: Literal["x"]

class Y(Strict):
    by: Literal["y"]

class School(Policy):
    pupils: Annotated[int, Field(ge=0)] = unit("persons")
    rule: Annotated[X | Y, Field(discriminator="by")] | None = None
    def apply(self, county, month):
        pass

class Idle(Policy):
    pass
"""
    path = written("lab1", source, block, **fields)
    with pytest.raises(InputError) as caught:
        load(path)
    (problem,) = caught.value.problems
    assert problem.startswith(f"{path}:") and f"policies.{block}" in problem
    assert words in problem


@pytest.mark.parametrize(
    ("module", "source", "words"),
    [
        ("broken1", "1 / 0", "broken1.py, line 6: ZeroDivisionError: division by zero"),
        ("broken2", "import no_such_thing_here", "ModuleNotFoundError: No module named 'no_such"),
        ("broken3", "raise SystemExit(3)", "broken3.py, line 6: SystemExit: 3"),
        ("broken4", "class A(Policy:", "SyntaxError"),
    ],
)
def test_a_module_that_fails_is_named(written, module, source, words):
    path = written(module, "\n" + source, f"{module}:A")
    with pytest.raises(InputError) as caught:
        load(path)
    assert f"importing {module} failed in " in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        ("moved1", "from sim.policies import Policy", "No module named 'sim.policies'"),
        ("moved2", "from sim.config.fields import Share", "No module named 'sim.config.fields'"),
        ("moved3", "import sim.county", "No module named 'sim.county'"),
        ("moved4", "from sim import Polcy", "cannot import name 'Polcy' from 'sim'"),
    ],
)
def test_names_of_sim_that_are_not_there_lead_to_the_public_ones(written, module, source, said):
    with pytest.raises(InputError) as caught:
        load(written(module, source, f"{module}:A"))
    assert f"{module}.py, line 5: " in str(caught.value) and said in str(caught.value)
    assert "; what a policy needs is in sim itself: from sim import Policy" in str(caught.value)


def test_what_else_is_not_there_is_no_name_of_sim(written):
    with pytest.raises(InputError) as caught:
        load(written("simple1", "import simulator_of_mine", "simple1:A"))
    assert "from sim import" not in str(caught.value)


def test_what_it_does_wrong_in_a_month_is_named(written):
    source = """
class Fails(Policy):
    def apply(self, county, month):
        county.levers.no_such_lever[:] = 1
"""
    config = load(written("lab2", source, "lab2:Fails", start="2019-03"))
    with pytest.raises(PolicyError, match=r"policies\.lab2:Fails failed in 2019-03: Attrib") as e:
        simulate(config)
    assert isinstance(e.value.__cause__, AttributeError)


def test_it_may_not_move_levers_it_does_not_name(written):
    source = """
class Sly(Policy):
    levers: ClassVar[tuple[str, ...]] = ("lines",)
    def apply(self, county, month):
        county.levers.lines *= 0.5
        county.levers.posts += 1
"""
    config = load(written("lab3", source, "lab3:Sly", start="2019-03"))
    with pytest.raises(PolicyError, match=r"moved the lever 'posts'.*\('lines', 'posts'\) in Sly"):
        simulate(config)


PACKAGED = """
class School(Policy):
    levers: ClassVar[tuple[str, ...]] = ("lines",)
    lines_left: float = 5.0
    def apply(self, county, month):
        county.levers.lines[self.reached(county)] = self.lines_left
"""


def lines_of(config) -> list[float]:
    """Run in another process."""
    return simulate(config).levers.lines.tolist()


def lines_at_the_end(county) -> list[float]:
    """Go on in another process."""
    county.run_model()
    return county.levers.lines.tolist()


def test_it_crosses_to_spawned_processes(written):
    path = written("my_lab.policies", PACKAGED, "my_lab.policies:School#one", lines_left=4)
    config = load(path)
    assert pickle.loads(pickle.dumps(config)) == config
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(lines_of, (config,)) == lines_of(config) == [4.0] * 12
        for months in (0, 7):  # before and after the policy begins
            county = CountyModel(config)
            for _ in range(months):
                county.step()
            assert pool.apply(lines_at_the_end, (county,)) == [4.0] * 12


def test_its_source_enters_the_digest_and_the_results(written, tmp_path):
    path = written("my_school", PACKAGED, "my_school:School")
    code = (
        "import sys; from sim.config import load; from sim.results.manifest import run_digest\n"
        "print(run_digest(load(sys.argv[1])))"
    )

    def digest(file) -> str:
        command = [sys.executable, "-c", code, str(file)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    first = digest(path)
    run = "import sys; from sim.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", run, "run", str(path), "--out", str(tmp_path / "out")]
    subprocess.run(command, capture_output=True, check=True)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["run"] == first.strip()
    assert digest(tmp_path / "out" / "config.yaml") == first
    (tmp_path / "my_school.py").write_text(HEAD + PACKAGED + "# changed\n", "utf-8")
    assert digest(path) != first


def test_a_changed_source_is_not_mixed_with_what_was_imported(written, tmp_path):
    path = written("lab5", PACKAGED, "lab5:School")
    config = load(path)
    assert run_digest(config) == run_digest(load(path))
    file = tmp_path / "lab5.py"
    file.write_text(file.read_text("utf-8") + "# new\n", "utf-8")
    with pytest.raises(InputError, match="has changed since it was imported; start Python anew"):
        load(path)


def test_two_modules_of_one_name_are_refused(written, tmp_path):
    path = written("lab6", PACKAGED, "lab6:School")
    load(path)
    (tmp_path / "other").mkdir()
    copy = Path(shutil.copy(path, tmp_path / "other" / "b.yaml"))
    shutil.copy(tmp_path / "lab6.py", tmp_path / "other" / "lab6.py")
    load(copy)  # the same source
    (tmp_path / "other" / "lab6.py").write_text(HEAD + PACKAGED + "\n# other\n", "utf-8")
    with pytest.raises(InputError, match="two modules are called 'lab6'"):
        load(copy)


def test_the_module_may_lie_beside_a_file_that_is_extended(written, tmp_path):
    base = written("lab7", PACKAGED, "lab7:School", lines_left=4)
    (tmp_path / "other").mkdir()
    child = tmp_path / "other" / "c.yaml"
    text = f"extends: {base}\npolicies: {{'lab7:School': {{lines_left: 3}}}}\n"
    child.write_text(text, "utf-8")
    assert load(child).active()["lab7:School"].lines_left == 3


def test_it_is_announced_before_it_runs_and_only_when_named(written, tmp_path):
    path = written("lab8", "print('I RUN')\n" + PACKAGED, "lab8:School")
    code = "import sys; from sim.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "check", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = f"runs your code: lab8:School, found beside the configuration, in {tmp_path}"
    assert done.stderr.splitlines() == [said]
    assert done.stdout.startswith("I RUN\n") and "right - Small" in done.stdout
    off = CliRunner().invoke(main, ["check", str(path), "--set", "policies.lab8:School=null"])
    assert "no policy" in off.stdout and "lab8" not in sys.modules
