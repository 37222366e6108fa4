"""Modules of the laboratory: data that nothing changes, types that nothing imports, numbers."""

import ast
import dataclasses
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import sim.lab

ROOM = Path(sim.lab.__file__).parent
#: all but what compiles a county when it is imported
NAMES = sorted(
    ".".join(("sim.lab", *path.relative_to(ROOM).with_suffix("").parts))
    for path in ROOM.rglob("*.py")
    if path.stem not in ("__init__", "preload")
)
#: data that are filled in while an experiment runs
CHANGING = {"Branch", "Emulator", "Session", "Verdict"}
#: module -> numbers that its answers depend on beside the runs; another moves published tables
NUMBERS = {
    "answers.calibrate": {"TOLD": 0.5, "UNTOLD": 0.9},
    "design.batches": {"DECIMALS": 6},
    "methods.emulator": {"LENGTHS": (0.1, 100.0)},
    "methods.intervals": {"LEAST": 20},
    "methods.posterior": {"TRIED": 2**11, "ROUNDS": 4, "DEFENSIVE": 1 / 4, "RULED_OUT": 3.0},
    "methods.prim": {"PEEL": 1 / 20, "LEAST": 1 / 20, "CHANCE": 1 / 20, "FOLDS": 10},
    "methods.statistics": {"LOOK_AHEAD": 5, "ALIKE": 60, "ROUNDING": 1e-12},
    "methods.winners": {
        "AGE_BANDS": (0, 18, 45, 60, 200),
        "DISTANCE_BANDS": (0.0, 1.0, 2.0, 3.0, 5.0, float("inf")),
    },
}
#: function of a method -> shares, resamples and their seed where none are given
USUAL = {
    "intervals.bootstrap_interval": {"level": 0.95, "draws": 2_000, "seed": 1},
    "intervals.binomial_interval": {"level": 0.95},
    "intervals.quantile": {"level": 0.95},
    "morris_effects.morris_effects": {"draws": 500, "seed": 1},
    "pareto.front_share": {"draws": 200, "seed": 1},
    "posterior.infer": {"power": 1.0},
    "prim.stability": {"draws": 50, "seed": 1},
    "prim.tried": {"folds": 10, "seed": 1},
    "seed_share.seed_share": {"draws": 2_000, "seed": 1},
    "sobol_indices.sobol_indices": {"second_order": False, "draws": 500, "seed": 1},
    "trees.regret_tree": {"depth": 3, "least": 1 / 20},
    "winners.effects_by_group": {"worlds": None, "tie": 1e-6},
}


@pytest.mark.parametrize("name", NAMES)
def test_data_cannot_be_changed_or_given_another_field(name):
    module = import_module(name)
    for kind in vars(module).values():
        if dataclasses.is_dataclass(kind) and kind.__module__ == name:
            assert "__slots__" in vars(kind), kind
            frozen = kind.__dataclass_params__.frozen  # pyright: ignore
            assert frozen == (kind.__name__ not in CHANGING), kind


@pytest.mark.parametrize("name", NAMES)
def test_what_only_types_name_is_not_imported(name):
    module = import_module(name)
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            imports = [part for part in node.body if isinstance(part, ast.Import | ast.ImportFrom)]
            names = [alias.asname or alias.name for part in imports for alias in part.names]
            assert not set(names) & set(vars(module))


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_that_answers_depend_on(name):
    module = import_module(f"sim.lab.{name}")
    assert {key: getattr(module, key) for key in NUMBERS[name]} == NUMBERS[name]


@pytest.mark.parametrize("name", USUAL)
def test_shares_and_resamples_that_are_usual(name):
    module, _, function = name.partition(".")
    found = inspect.signature(getattr(import_module(f"sim.lab.methods.{module}"), function))
    given = {key: part.default for key, part in found.parameters.items()}
    assert {key: given[key] for key in USUAL[name]} == USUAL[name]
