"""What an experiment file may say: every rule of the schema at its edge."""

import json

import pytest
from pydantic import ValidationError

from sim.lab.file.schema import File, json_schema

ARMS = {"a": {}, "b": None}
RANGES = {"scale": {"from": 1, "to": 9}}
TARGET = {"outcome": "trust", "value": 1.0, "sd": 0.5, "source": "made up"}
USUAL = {
    "compare": {"arms": ARMS},
    "factorial": {"factors": {"scale": [1, 2]}},
    "one_at_a_time": {"factors": RANGES},
    "lhs": {"factors": RANGES},
    "sobol": {"factors": RANGES},
    "morris": {"factors": RANGES},
    "calibrate": {"factors": RANGES, "targets": {"one": TARGET}},
    "search": {"factors": RANGES, "objectives": {"trust": "more"}},
    "discover": {"arms": ARMS, "outcome": "trust"},
    "study": {"arms": ARMS, "measures": {"outcome": "trust"}},
}


def read(method, **changes):
    given = {"config": "c.yaml", "method": method} | USUAL[method] | changes
    return File.model_validate_json(json.dumps(given)).root


def target(**changes):
    return {"one": TARGET | changes}


RIGHT = [
    ("compare", {"arms": {}, "parts": {"one": ["merger"]}}),
    ("compare", {"baseline": "b"}),
    ("compare", {"replicates": {"at_least": 5, "at_most": 5, "until": {"trust": 0.1}}}),
    ("compare", {"counties": {"province": "四川省"}}),
    ("compare", {"counties": {"prefecture": "凉山彝族自治州", "without": ["a"]}}),
    ("sobol", {"samples": 1}),
    ("sobol", {"samples": 64}),
    ("morris", {"levels": 6}),
    ("calibrate", {"samples": 20, "waves": 1}),
    ("calibrate", {"samples": 14, "waves": 2}),  # 14 and half of them: 21
    ("calibrate", {"targets": target(held_out=True) | {"two": TARGET}}),
    ("calibrate", {"arms": ARMS, "targets": target(arm="a", against="b", relative=True)}),
    ("search", {"limits": {"posts": {"at_most": 3}, "trust": {"at_least": 0}}}),
    ("discover", {"baseline": "b", "arm": "a"}),
]
WRONG = [
    ("compare", {"arms": {"a": {}}}, "arms: give at least two"),
    ("compare", {"arms": {}}, "arms: give at least two"),
    ("compare", {"baseline": "c"}, "baseline: no arm is called 'c'"),
    ("compare", {"parts": {"one": ["merger"]}}, "drop arms and baseline"),
    ("compare", {"arms": {}, "baseline": "a", "parts": {"one": ["merger"]}}, "drop arms and base"),
    ("compare", {"replicates": {"at_least": 6, "at_most": 5, "until": {"trust": 1}}},
     "at_most 5 is below at_least 6"),
    ("compare", {"replicates": {"until": {}}}, "name at least one outcome"),
    ("compare", {"counties": {"without": ["a"]}}, "give either province or prefecture"),
    ("compare", {"counties": {"province": "a", "prefecture": "b"}}, "either province or pref"),
    ("compare", {"outcomes": ["trust", "posts", "trust"]}, "trust is given twice; keep one"),
    ("compare", {"outcomes": ["trst"]}, "no outcome is called 'trst'; did you mean 'trust'"),
    ("sobol", {"samples": 24}, "24 is not a power of two; write 16 or 32"),
    ("sobol", {"samples": 31}, "31 is not a power of two; write 16 or 32"),
    ("morris", {"levels": 5}, "levels: 5 is odd"),
    ("calibrate", {"samples": 19, "waves": 1}, "samples: 19 in all waves; expected 20 or more"),
    ("calibrate", {"samples": 13, "waves": 2}, "samples: 19 in all waves"),
    ("calibrate", {"targets": target(held_out=True)}, "all are held out"),
    ("calibrate", {"targets": target(relative=True)}, "relative needs against"),
    ("calibrate", {"targets": target(arm="x")}, "targets.one.arm: no arm is called 'x'"),
    ("calibrate", {"targets": target(against="x")}, "targets.one.against: no arm is called 'x'"),
    ("search", {"limits": {"posts": {}}}, "give either at_most or at_least"),
    ("search", {"limits": {"posts": {"at_most": 1, "at_least": 0}}}, "give either at_most or"),
    ("discover", {"arms": {"a": {}}}, "arms: give at least two"),
    ("discover", {"arm": "c"}, "arm: no arm is called 'c'"),
    ("discover", {"baseline": "c"}, "baseline: no arm is called 'c'"),
    ("discover", {"outcome": "online_share"}, "neither more nor less of online_share is better"),
]  # fmt: skip


@pytest.mark.parametrize("method", USUAL)
def test_a_method_with_what_it_must_have(method):
    assert read(method).method == method


@pytest.mark.parametrize(("method", "changes"), RIGHT)
def test_what_is_allowed(method, changes):
    read(method, **changes)


@pytest.mark.parametrize(("method", "changes", "said"), WRONG)
def test_what_is_refused_and_why(method, changes, said):
    with pytest.raises(ValidationError, match=said):
        read(method, **changes)


def test_editors_are_given_a_schema():
    found = json_schema()
    assert found["title"] == "hecun experiment" and "2020-12" in found["$schema"]
    assert set(found["discriminator"]["mapping"]) == set(USUAL)
