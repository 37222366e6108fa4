"""What `hecun reproduce` keeps of an experiment, for designs of every kind."""

import json

import pytest
from click.testing import CliRunner
from lab.test_answers import FACTORIAL, PARTS, SEARCH, SOBOL, folder, run  # noqa: F401  # fixtures

from sim import examples
from sim.cli import main
from sim.errors import InputError
from sim.lab import reproduce
from sim.lab.store.reading import ExperimentResults


@pytest.mark.parametrize(
    ("name", "text"),
    [("parts", PARTS), ("factorial", FACTORIAL), ("search", SEARCH), ("sobol", SOBOL)],
)
def test_the_same_experiment_agrees_with_itself_and_nothing_else(run, name, text):  # noqa: F811
    once = reproduce.found(ExperimentResults(run(f"r_{name}", text)))
    again = reproduce.found(ExperimentResults(run(f"r_{name}", text, out=f"again_{name}")))
    assert json.loads(json.dumps(once)) == again  # survives being stored
    assert reproduce.judge(again, once) == (True, "same bytes")
    other = run(f"s_{name}", f"seed: 99\n{text}")
    agrees, said = reproduce.judge(reproduce.found(ExperimentResults(other)), once)
    assert not agrees and "->" in said


def test_examples_are_copied_once(tmp_path):
    written = examples.copy(tmp_path)
    assert tmp_path / "configs" / "dechang_2020.yaml" in written
    (tmp_path / "configs" / "base.yaml").write_text("mine")
    with pytest.raises(InputError, match="is there already") as caught:
        examples.copy(tmp_path)
    assert len(caught.value.problems) == len(written)
    assert (tmp_path / "configs" / "base.yaml").read_text() == "mine"


def test_names_on_the_command_line_are_those_of_the_level():
    done = CliRunner().invoke(main, ["reproduce", "--baseline", "dechang_2019", "leshan_2019"])
    assert done.exit_code == 2
    assert "dechang_2019" in done.stderr and "did you mean" in done.stderr
    assert "leshan_2019" in done.stderr and "2 problems" in done.stderr


def test_levels_name_files_that_ship():
    for level, names in reproduce.LEVELS.items():
        room = "configs" if level == "baseline" else "experiments"
        assert all((examples.home() / room / f"{name}.yaml").is_file() for name in names)
    with pytest.raises(InputError, match="nothing is stored of none"):
        reproduce.stored("none")
