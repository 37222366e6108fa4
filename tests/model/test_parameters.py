"""Parameters: complete, plausible, read by a rule."""

import re
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.model.parameters import Values, lookup, parameters
from sim.run import simulate

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
    assert values.service.request_rate == 0.2
    assert values.service.abandonment == lookup("service", "abandonment").value
    with pytest.raises(InputError, match="did you mean 'request_rate'"):
        Values({"service": {"reqest_rate": 0.2}})
    with pytest.raises(InputError, match="did you mean 'service'"):
        Values({"servise": {"request_rate": 0.2}})


UNCERTAIN = [(process, p) for process, p in ALL if p.low < p.high]  # others only switch off
#: every policy at a dose that is felt
EVERY_POLICY = {
    "merger": {"source": "generated", "ratio": 0.4, "outposts": 0.3, "group_ratio": 0.6},
    "combined_role": {"share": 0.5, "deputies": 2, "heads_collective": True},
    "headcount": {"posts": {"by": "fixed", "number": 5}, "lines": 4},
    "pay": {"secretary": 3300, "growth": 0.3, "trust": 0.1, "professional": 0.5},
    "selection": {"pool": 60, "reserve": 20, "vetting": 3, "returned": 0.3},
    "settlement": {"interviews": 0.5, "placement": 0.3, "allowance": 20000},
    "training": {"who": "all", "every": 6, "cost": 500},
    "first_secretary": {"number": 5, "term": 12},
    "consultation": {"heard": 0.2, "vote": True, "start": "2019-04"},
    "asset_rules": {"rule": "consent", "welfare": 0.2},
    "collective_support": {"villages": 3, "cooperative": True, "joint": 0.5, "amount": 200000},
    "entrepreneurship": {
        "number": 30,
        "grant": 1e5,
        "loan": 1e5,
        "outside_capital": 1e5,
        "demonstration_sites": 2,
    },
    "service_delivery": {
        "outposts": 0.5,
        "outpost_opening": 0.6,
        "home_visits": 0.1,
        "online": 0.5,
        "one_stop": 0.5,
        "micro_groups": 0.5,
    },
    "paperwork": {"relief": 0.2, "ledgers": 0.2, "rescale": 0.3},
    "oversight": {"mailbox": 0.5, "inspections": 1, "disclosure": 0.2},
    "contact": {"leaders": 3, "departments": 3},
}
#: hours bind, cadres are old enough to retire, ventures close, money is diverted and found
FELT = {
    "service": {"request_rate": 0.2},
    "posts": {"age_mean": 50.0, "integrity_mean": 0.5},
    "livelihood": {"exit_hazard": 0.2},
    "oversight": {"tempted_base": 0.33},
}
#: what has a say only beside another value of its own process
BESIDE = {"visit_beta": {"exponential_decay": 1.0}}
#: months: a leader diverts, and a venture closes, or not, once a year, and there are few of them
LONG = {"oversight": 120, "livelihood": 60}


@pytest.fixture(scope="module")
def state(make_config):
    """Return a function that runs a county under every policy and gives all that came of it."""

    def run(parameters, months):
        county = simulate(make_config(EVERY_POLICY, months=months, parameters=parameters))
        tables = county.villagers, county.cadres, county.collectives
        columns = [t[name].tobytes() for t in tables for name in t.agent_type.columns]
        return columns + [values.tobytes() for values in county.recorder.county.values()]

    return run


@pytest.mark.slow
@pytest.mark.parametrize(("process", "parameter"), UNCERTAIN, ids=lambda x: getattr(x, "name", x))
def test_parameter_can_matter(state, process, parameter):
    """From one end of its range to the other, something in the county changes."""

    def at(value):
        own = FELT.get(process, {}) | BESIDE.get(parameter.name, {}) | {parameter.name: value}
        return state(FELT | {process: own}, months=LONG.get(process, 36))

    same = at(parameter.low) == at(parameter.high)
    assert not same, "nothing changes between the ends of its range"
