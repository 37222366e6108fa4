"""The schema: documented, with units, valid as JSON Schema, in step with the catalogue."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from sim.config import json_schema, outline
from sim.model.config.chinese import policy_name
from sim.model.parameters import parameters
from sim.model.policies import POLICIES

HERE = Path(__file__).parent
CONFIGS = HERE.parent.parent / "configs"
#: numbers without unit or bounds that are what they say: weights, and bounds and means whose
#: unit is their block's (persons, km2)
PURE = {
    *(f"policies.merger.partly.{name}" for name in ("size", "distance", "income")),  # log-odds
    "county.population.mean",
    "county.area.mean",
    "county.groups_per_village",
    "policies.merger.population.min",
    "policies.merger.population.max",
    "policies.merger.area_km2.min",
    "policies.merger.area_km2.max",
    "policies.merger.principles.size",
    "policies.merger.principles.distance",
    "policies.merger.principles.industry",
    "policies.merger.principles.nationality",
    "policies.merger.principles.listed",
    "policies.merger.principles.large_townships",
    "county.population.log_sd",
    "county.area.log_sd",
}
LEAVES = [(".".join(path), node) for path, node in outline.leaves()]


def test_every_key_is_documented() -> None:
    assert [path for path, node in LEAVES if len(node.get("description", "")) < 3] == []


def test_every_key_has_chinese_words() -> None:
    keys = [path for path, _ in outline.leaves() if path[0] != "parameters"]
    assert [".".join(path) for path in keys if not outline.chinese(path)] == []


def test_every_field_has_both_languages_beside_it() -> None:
    bare = []
    for name, node in outline.strict_schema()["$defs"].items():
        if name not in ("PolicySet", "Parameters") and not name.endswith("Parameters"):
            for key, field in node.get("properties", {}).items():
                both = field.get("description"), field.get("x-zh")
                bare += [] if all(both) else [f"{name}.{key}"]
    assert bare == []
    names = {kind: outline.chinese(("policies", kind)) for kind in POLICIES}
    assert all(names.values()) and names == {kind: policy_name(kind) for kind in POLICIES}
    assert [policy_name(kind) for kind in ("base", "headcount#pilot", "my_lab:NightSchool")] == [
        ""
    ] * 3


def test_chinese_is_the_second_string_and_names_the_block_where_classes_are_shared() -> None:
    assert outline.chinese(("county", "groups_per_village")) == "每村村民小组数"
    assert outline.chinese(("county", "area", "log_sd")) == "村面积对数标准差"
    assert outline.chinese(("policies", "merger", "population", "max")) == "新村户籍人口上限"
    assert outline.chinese(("policies", "pay", "start")) == "开始月份；不写则为改革月份"
    assert outline.chinese(("policies", "my_lab:NightSchool", "hours")) == ""


def test_every_number_has_a_unit_or_is_a_share_or_a_count() -> None:
    bare = set()
    for path, node in LEAVES:
        for option in outline.branches(node):
            share = option.get("maximum") == 1
            if option.get("type") == "number" and "x-unit" not in node and not share:
                bare.add(path)
    assert bare == PURE


def test_parameters_are_listed_with_range_and_source() -> None:
    listed = {path: node for path, node in LEAVES if path.startswith("parameters.")}
    known = {f"parameters.{p}.{n}": v for p, ns in parameters().items() for n, v in ns.items()}
    assert set(listed) == set(known)
    for path, parameter in known.items():
        node = listed[path]
        assert (node["minimum"], node["maximum"]) == (parameter.low, parameter.high)
        assert node["default"] == parameter.value
        assert node["x-unit"] == parameter.unit
        assert node["x-source"] == parameter.source


def validator() -> Draft202012Validator:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize(
    "path",
    [HERE / "valid.yaml", HERE / "child.yaml", *sorted(CONFIGS.glob("*.yaml"))],
    ids=lambda path: path.name,
)
def test_json_schema_accepts_what_is_right(path: Path) -> None:
    data = YAML(typ="safe", pure=True).load(path)
    assert [error.message for error in validator().iter_errors(data)] == []


@pytest.mark.parametrize("name", ["typo_keys", "out_of_range", "wrong_choices", "missing_keys"])
def test_json_schema_refuses_what_is_wrong(name: str) -> None:
    data = YAML(typ="safe", pure=True).load(HERE.parent / "bad" / f"{name}.yaml")
    assert not validator().is_valid(data)
