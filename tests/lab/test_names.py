"""Names of arms, levels, parts and targets that another program reads as something else."""

import warnings

import pytest

from sim.errors import InputError
from sim.lab.design import points as designs
from sim.lab.file.loading import load_experiment
from sim.lab.file.names import NameWarning

ARMS = (
    "config: tiny.yaml\nmethod: compare\narms: {{base: , {}: {{policies.combined_role: null}}}}\n"
)
LEVELS = (
    "config: tiny.yaml\nmethod: factorial\nfactors: {{scale: {{levels: {{one: 400, {}: 500}}}}}}\n"
)
PARTS = "config: tiny.yaml\nmethod: compare\nparts: {{one: [merger], {}: [combined_role]}}\n"
TARGETS = """config: tiny.yaml
method: calibrate
factors: {{parameters.service: prior}}
targets:
  one: {{outcome: service_reach, value: 0.5, sd: 0.1, source: me}}
  {}: {{outcome: trust, value: 0.5, sd: 0.1, source: me}}
"""
FILES = {"arms": ARMS, "levels": LEVELS, "parts": PARTS, "targets": TARGETS}
REFUSED = {
    '""': "a name is empty",
    '" "': "a name is empty",
    '" a"': "begins or ends with a space",
    "NA": "is read as a missing value",
    "'null'": "is read as a missing value",
    "nan": "is read as a missing value",
    "None": "is read as a missing value",
    "'#N/A'": "is read as a missing value",
    "x" * 301: "a name of 301 letters",
}
DOUBTED = {"TRUE": "true or false", "1e5": "a number", "'007'": "a number", "2020-01": "a date"}


def load(write, text):
    experiment = load_experiment(write(text))
    return designs.build(experiment)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_other_programs_cannot_hold_is_refused(file, name, write):
    with pytest.raises(InputError) as caught:
        load(write, FILES[file].format(name))
    (said,) = caught.value.problems
    assert REFUSED[name] in said


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("other", ["ONE", "ｏｎｅ", "on e", "Base"])
def test_names_that_are_hardly_told_apart_are_refused(file, other, write):
    text = FILES[file].format(other)
    clash = other != "on e" and (other == "Base") == (file == "arms")
    if not clash:
        assert load_experiment(write(text))
        return
    with pytest.raises(InputError, match="are hardly told apart; change one"):
        load_experiment(write(text))


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", DOUBTED)
def test_a_name_that_other_programs_take_for_something_else_is_warned_of(file, name, write):
    with pytest.warns(NameWarning, match=f"read the name .* as {DOUBTED[name]}"):
        load_experiment(write(FILES[file].format(name)))


@pytest.mark.parametrize(
    "name", ["none", "1", "yes", "$x_1$", "a/b", "CON", "=1+1", "方案，一", "-"]
)
def test_any_other_name_is_fine(name, write):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load(write, ARMS.format(f'"{name}"'))


@pytest.mark.parametrize("name", ["none", "one + two"])
def test_a_part_may_not_be_called_as_an_arm_of_several(name, write):
    with pytest.raises(InputError, match="cannot name a part"):
        load_experiment(write(PARTS.format(f'"{name}"')))


@pytest.mark.parametrize("levels", ["[null, none]", "[true, 'true']"])
def test_two_levels_may_not_be_called_the_same(levels, write):
    text = f"config: tiny.yaml\nmethod: factorial\nfactors: {{policies.merger: {levels}}}\n"
    with pytest.raises(InputError, match="two levels are called"):
        load_experiment(write(text))
