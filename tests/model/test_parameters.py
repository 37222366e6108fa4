"""Parameters: complete, plausible, read by a rule; the table of them, and values in force."""

import csv
import pickle
import re
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.model.parameters import PROCESSES, Parameter, Values, defaults, lookup, parameters
from sim.model.parameters.variants import ACTS_IN, FIRST_EDITION
from sim.model.tables import DATA, read_rows
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
    read = rf'\["{parameter.name}"\]|\b(of_)?{process}\.{parameter.name}\b'
    weights = parameter.name.startswith("weight_") and "weight_{name}" in SOURCES
    assert weights or re.search(read, SOURCES), "no rule reads it"


def test_table_is_written_as_it_is_read():
    """A line by process and name, in the order of the month, numbers at their shortest."""
    raw = (DATA / "parameters.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw and raw.endswith(b"\n")
    lines = list(csv.DictReader(raw.decode("utf-8").splitlines()))
    assert [(line["process"], line["name"]) for line in lines] == [(x, p.name) for x, p in ALL]
    assert list(dict.fromkeys(line["process"] for line in lines)) == list(PROCESSES)
    for line in lines:
        for column in ("value", "low", "high"):
            assert line[column] == repr(float(line[column])).removesuffix(".0"), line["name"]


HEAD = "process,name,value,unit,low,high,confidence,en,zh,source\n"
GOOD = "trust,merger_shock,-0.06,0-1,-0.15,0,C,trust lost,信任冲击,Hansen 2015\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("process,name\n", "{path}:1: expected the columns " + HEAD.strip()),
        (HEAD + GOOD + "\n", "{path}:3: 0 cells, expected 10"),
        (
            HEAD + GOOD.replace("lost", "lost, at once"),
            "{path}:2: 11 cells, expected 10: a text with a comma stands between quotes",
        ),
        (HEAD + GOOD.replace("-0.06", "-0,06"), "{path}:2: 11 cells, expected 10"),
        (HEAD + GOOD.replace("-0.06", "O.06"), "{path}:2: value: expected a number, got 'O.06'"),
        (HEAD + GOOD.replace("-0.06", ""), "{path}:2: value: expected a number, got ''"),
        (HEAD + GOOD.replace(",0,", ",inf,"), "{path}:2: high: expected a number, got 'inf'"),
        (
            HEAD + GOOD.replace("-0.06", "0.06"),
            "{path}:2: trust.merger_shock: the value 0.06 lies outside its range -0.15 to 0",
        ),
        (HEAD + GOOD.replace(",C,", ",c,"), "{path}:2: confidence: 'c' is none of A, B, C"),
        (
            HEAD + GOOD.replace("trust,", "turst,", 1),
            "{path}:2: no process 'turst' has parameters; did you mean 'trust'?",
        ),
        (
            HEAD + GOOD.replace("merger_shock", "merger shock"),
            "{path}:2: a parameter cannot be called 'merger shock'",
        ),
        (HEAD + GOOD + GOOD, "{path}:3: trust.merger_shock is there already"),
    ],
)
def test_mistake_in_the_table_is_named_with_its_line(tmp_path, text, said):
    path = tmp_path / "parameters.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        read_rows(path, Parameter, key=("process", "name"))
    assert len(error.value.problems) == 1
    assert str(error.value).startswith(said.format(path=path))


def test_every_mistake_in_the_table_is_named(tmp_path):
    path = tmp_path / "parameters.csv"
    path.write_text(HEAD + GOOD.replace("-0.06", "x") + GOOD + GOOD.replace(",0,", ",y,"), "utf-8")
    with pytest.raises(InputError) as error:
        read_rows(path, Parameter, key=("process", "name"))
    assert [said.split(": ")[0] for said in error.value.problems] == [f"{path}:2", f"{path}:4"]


def test_values_are_floats_by_name_and_a_record_for_kernels():
    values = Values({"service": {"request_rate": 1}})
    for process, known in defaults().items():
        constants = getattr(values, process)
        assert constants.record.dtype.names[: len(known)] == tuple(known)
        for name, default in known.items():
            value = getattr(constants, name)
            assert type(value) is float and value == constants.record[name][0]
            assert value == (1.0 if name == "request_rate" else default)
    again = pickle.loads(pickle.dumps(values))
    assert again.service.request_rate == 1.0 and again.trust.record == values.trust.record


def test_wrong_name_of_a_value_is_refused_with_the_nearest():
    values = Values()
    with pytest.raises(
        AttributeError, match="'trust' has no parameter 'merger_shok'; did you mean"
    ):
        _ = values.trust.merger_shok
    with pytest.raises(AttributeError, match="no process 'trst' has parameters; did you mean 't"):
        _ = values.trst.merger_shock
    with pytest.raises(AttributeError, match="merger_shock: values in force stay"):
        values.trust.merger_shock = 0.0


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
    "merger": {"source": "generated", "ratio": 0.4, "outposts": 0.3, "group_ratio": 0.3},
    "combined_role": {"share": 0.5, "deputies": 2, "heads_collective": True},
    "headcount": {"posts": {"by": "fixed", "number": 5}, "lines": 4},
    "pay": {"secretary": 1500, "of_income": 2.5, "growth": 0.3, "trust": 0.1, "professional": 0.5},
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
        "proxies": 0.5,
        "buses": 0.5,
    },
    "paperwork": {"relief": 0.2, "ledgers": 0.2, "rescale": 0.3},
    "oversight": {"mailbox": 0.5, "inspections": 1, "disclosure": 0.2},
    "contact": {"leaders": 3, "departments": 3},
    "party_members": {"contact": 0.5, "recruits": 10},
    "roles": {"town": 1, "central": 2, "speciality": 2, "mixed": 2},
    "overhaul": {"share": 0.2, "office_kept": 0.9, "inspections": 2},
    "village_ventures": {"share": 0.5},
    "specialists": {"number": 1, "shared_by": 2},
}
#: hours bind, cadres are old enough to retire, ventures close, money is diverted and found
FELT = {
    "service": {"request_rate": 0.2},
    "posts": {"age_mean": 50.0, "integrity_mean": 0.5},
    "livelihood": {"exit_hazard": 0.2},
    "oversight": {"tempted_base": 0.33},
}
#: months: a leader diverts, and a venture closes, or not, once a year, and there are few of them
LONG = {"oversight": 120, "livelihood": 60}


@pytest.fixture(scope="module")
def state(make_config):
    """Return a function that runs a county under every policy and gives all that came of it."""

    def run(parameters, months, **more):
        county = simulate(make_config(EVERY_POLICY, months=months, parameters=parameters, **more))
        tables = county.villagers, county.cadres, county.collectives
        columns = [t[name].tobytes() for t in tables for name in t.agent_type.columns]
        return columns + [values.tobytes() for values in county.recorder.county.values()]

    return run


@pytest.mark.slow
@pytest.mark.parametrize(("process", "parameter"), UNCERTAIN, ids=lambda x: getattr(x, "name", x))
def test_parameter_can_matter(state, process, parameter):
    """From one end of its range to the other, something changes, in the one edition or the other.

    Where paperwork waits for callers there is hardly ever a queue.
    """

    def at(value, edition):
        own = FELT.get(process, {}) | {parameter.name: value}
        form = dict(ACTS_IN.get(f"{process}.{parameter.name}", []))
        variants = edition | form
        return state(FELT | {process: own}, months=LONG.get(process, 36), variants=variants)

    same = (at(parameter.low, e) == at(parameter.high, e) for e in ({}, FIRST_EDITION))
    assert not all(same), "nothing changes between the ends of its range"


def test_the_older_form_of_reading_a_value_says_the_right_one():
    with pytest.raises(TypeError, match=r"write values\.trust\.merger_shock; kernels take"):
        Values().trust["merger_shock"]
