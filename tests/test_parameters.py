"""Parameters: complete, plausible, read by a rule."""

import re
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.parameters import Values, lookup, parameters

SOURCES = "\n".join(
    p.read_text("utf-8") for p in Path("sim").rglob("*.py") if "parameters" not in str(p)
)
ALL = [(process, p) for process, ps in parameters().items() for p in ps.values()]


@pytest.mark.parametrize(("process", "parameter"), ALL, ids=lambda x: getattr(x, "name", x))
def test_parameter_is_complete_and_read(process, parameter):
    assert parameter.low <= parameter.value <= parameter.high
    assert parameter.unit and len(parameter.source) >= 9 and parameter.confidence in "ABC"
    assert parameter.en and re.search(r"[\u4e00-\u9fff]", parameter.zh)
    read = rf'\["{parameter.name}"\]|get\(\s*"{process}",\s*"{parameter.name}"'
    weights = parameter.name.startswith("weight_") and "weight_{name}" in SOURCES
    conditional = f'"{parameter.name}" if' in SOURCES or f'else "{parameter.name}"' in SOURCES
    assert weights or conditional or re.search(read, SOURCES), "no rule reads it"


def test_values_override_and_refuse():
    values = Values({"service": {"request_rate": 0.2}})
    assert values.get("service", "request_rate") == 0.2
    assert values.get("service", "abandonment") == lookup("service", "abandonment").value
    with pytest.raises(InputError, match="did you mean 'request_rate'"):
        Values({"service": {"reqest_rate": 0.2}})
    with pytest.raises(InputError, match="did you mean 'service'"):
        Values({"servise": {"request_rate": 0.2}})
