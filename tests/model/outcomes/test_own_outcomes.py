"""Outcomes of one's own: what they are worth, at every scale, and what may be said of them."""

import copy
import json
import pickle
import sys

import numpy as np
import pytest
from pydantic import ValidationError

from sim.config import load
from sim.errors import InputError
from sim.model.config.outcomes import TAKEN, OwnOutcome, OwnOutcomes
from sim.model.config.schema import Config
from sim.model.outcomes.asked import Asked, value
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.outcomes.columns import DATES, LAND, TABLES, State, known, read
from sim.model.outcomes.measure import Places
from sim.run import simulate
from sim.words import unit_label, word
from sim.words.columns import WORDS

FAR = {"of": "villagers", "where": "age >= 60 and office_km > 1", "share": True, "en": "Far elders"}


@pytest.fixture(scope="module")
def state(make_config):
    county = simulate(make_config({"combined_role": {}}, scale=5))
    recorder = county.recorder
    return State(county, Places.of(county), recorder._of_villages, recorder._of_county)


def worth(state, **asked):
    return value(Asked(**asked), state)


def test_they_are_what_the_columns_say(state):
    county = state.county
    people, weight = county.villagers, county.weight[county.row_village()]
    old, far = people["age"] >= 60, county.borders.office_km[county.row_group()] > 1
    away = people["labour"] == 2
    share = weight[old & far].sum() / weight.sum()
    assert worth(state, of="villagers", how="share", where=FAR["where"]) == pytest.approx(share)
    among = weight[old & far].sum() / weight[old].sum()
    found = worth(state, of="villagers", how="share", what="office_km > 1", where="age >= 60")
    assert found == pytest.approx(among)
    count = weight[away].sum()
    found = worth(state, of="villagers", how="count", where="labour == 'away'")
    assert found == pytest.approx(count)
    mean = (weight * people["income"])[~away].sum() / weight[~away].sum()
    found = worth(state, of="villagers", how="mean", what="income", where="labour != 'away'")
    assert found == pytest.approx(mean)
    total = (county.collectives["money"] / 100).sum()
    assert worth(state, of="collectives", how="sum", what="money") == pytest.approx(total)


def test_they_agree_with_the_catalogue_where_it_measures_the_same(state):
    one = state.whole[0]
    same = {
        "cadre_age": {"of": "cadres", "how": "mean", "what": "age"},
        "posts": {"of": "cadres", "how": "count"},
        "away_share": {"of": "villagers", "how": "share", "where": "labour == 'away'"},
        "trust": {"of": "villagers", "how": "mean", "what": "trust"},
        "collective_income": {"of": "villages", "how": "mean", "what": "collective_income"},
        "collective_median": {"of": "collectives", "how": "mean", "what": "income * 12"},
    }
    for key, asked in same.items():
        expected = one["collective_income"] if key == "collective_median" else one[key]
        assert worth(state, **asked) == pytest.approx(expected, rel=1e-5), key
    ratio = worth(state, of="county", how="value", what="reach_elderly / service_reach")
    assert ratio == one["reach_elderly"] / one["service_reach"]
    everybody = state.county.world.registered.sum()
    assert worth(state, of="villagers", how="count") == pytest.approx(everybody)


def test_a_quantile_is_weighted(state):
    found = worth(state, of="villages", how="quantile", what="registered", at=0.5)
    assert found == sorted(state.places.persons)[5]
    ends = [worth(state, of="villages", how="quantile", what="registered", at=q) for q in (0, 1)]
    assert ends == [state.places.persons.min(), state.places.persons.max()]
    heavy = worth(
        state, of="villages", how="quantile", what="registered", weight="registered", at=0.5
    )
    order = np.sort(state.places.persons)
    assert heavy == order[np.searchsorted(order.cumsum(), order.sum() / 2)] > found


def test_of_nobody_it_is_missing_and_a_count_is_none(state):
    nobody = {"of": "villagers", "where": "age > 200"}
    for how in ("mean", "quantile", "share"):
        what = "age > 3" if how == "share" else "age"
        assert np.isnan(worth(state, how=how, what=what, **nobody))
    assert worth(state, how="count", **nobody) == worth(state, how="sum", what="age", **nobody) == 0
    assert worth(state, how="share", **nobody) == 0.0  # of everybody, who are somebody
    assert np.isnan(worth(state, of="county", how="value", what="trust / pooled_share"))


def test_a_row_without_a_value_is_left_out_not_counted_as_no(state):
    changed = State(state.county, state.places, state.villages.copy(), state.whole)
    changed.villages["service_reach"][:6] = [np.nan, np.nan, 0.2, 0.3, 0.9, 0.9]
    changed.villages["service_reach"][6:] = 0.9
    share = {"of": "villages", "how": "share"}
    assert worth(changed, what="service_reach < 0.5", **share) == 2 / 10
    assert worth(changed, where="service_reach < 0.5", **share) == 2 / 10
    mean = worth(changed, of="villages", how="mean", what="service_reach")
    assert mean == pytest.approx((0.2 + 0.3 + 8 * 0.9) / 10)
    nought = worth(changed, of="villages", how="mean", what="1 / (service_reach - 0.9)")
    assert np.isfinite(nought)  # division by 0 is no value


def test_a_row_of_which_a_condition_says_nothing_is_not_in_it(state):
    changed = State(state.county, state.places, state.villages.copy(), state.whole)
    changed.villages["service_reach"][:] = [np.nan, np.nan, 0.2, 0.3, *[0.9] * 8]
    of = {"of": "villages", "how": "count"}
    for where, there in (
        ("service_reach <= 1", 10),
        ("not (service_reach <= 0.5)", 8),
        ("service_reach != 0.9", 2),
        ("service_reach not in (0.2, 0.3)", 8),
        ("service_reach > 5 or absorbed or not absorbed", 10),
        ("1 / (service_reach - 0.9) < 5", 2),
        ("not (1 / (service_reach - 0.9) < 5)", 0),
        ("min(1 / (service_reach - 0.9), 5) > -9", 2),
    ):
        assert worth(changed, where=where, **of) == there, where
    left = {"of": "villages", "where": "not (service_reach <= 0.5)"}
    assert worth(changed, how="share", **left) == 8 / 10
    assert worth(changed, how="share", what="service_reach > 0", **left) == 1.0
    assert worth(changed, how="sum", what="service_reach", **left) == pytest.approx(7.2)
    assert worth(changed, how="mean", what="min(1 / (service_reach - 0.9), 5)", of="villages") < 0


def test_communities_do_not_count_as_in_the_catalogue(state):
    places = Places(
        state.places.counted.copy(), state.places.absorbed, state.places.absorbing,
        state.places.groups, state.places.persons,
    )  # fmt: skip
    places.counted[:3] = False
    fewer = State(state.county, places, state.villages, state.whole)
    persons = places.persons[3:].sum()
    assert worth(fewer, of="villagers", how="count") == pytest.approx(persons)
    assert worth(fewer, of="villages", how="count") == 9


def test_a_coarser_scale_counts_the_same_people(make_config):
    block = {
        "persons": {"of": "villagers", "count": True, "unit": "persons", "en": "Persons"},
        "far": FAR,
        "funds": {"of": "villagers", "sum": "savings", "unit": "yuan", "en": "Savings"},
    }
    ends = {}
    for scale in (1, 10):
        series = simulate(make_config(scale=scale, outcomes=block)).recorder.county
        ends[scale] = {key: series[key][-1] for key in block}
    assert ends[10]["persons"] == pytest.approx(ends[1]["persons"], rel=1e-12)
    assert ends[10]["far"] == pytest.approx(ends[1]["far"], abs=0.03)
    assert ends[10]["funds"] == pytest.approx(ends[1]["funds"], rel=0.15)


def test_they_move_no_other_number_and_follow_a_branch(make_config):
    plain, own = make_config(), make_config(outcomes={"far": FAR})
    one, other = simulate(plain), simulate(own)
    for key in OUTCOMES:
        np.testing.assert_array_equal(one.recorder.county[key], other.recorder.county[key])
    assert list(other.recorder.county) == [*OUTCOMES, "far"]
    assert np.isfinite(other.recorder.county["far"]).all() and other.recorder.own_seconds > 0
    assert one.recorder.own_seconds == 0.0
    again = pickle.loads(pickle.dumps(own))
    np.testing.assert_array_equal(
        simulate(again).recorder.county["far"], other.recorder.county["far"]
    )
    assert copy.deepcopy(own) == own


def test_a_trigger_may_be_on_one(make_config):
    block = {"far": FAR | {"where": "age >= 0"}}
    policies = {"paperwork": {"when": "far > 0.5"}}
    county = simulate(make_config(policies, outcomes=block))
    assert [f.policy for f in county.trigger_log] == ["paperwork"]
    with pytest.raises(ValidationError, match="no outcome is called 'far'"):
        make_config(policies)


def described(**fields):
    found = OwnOutcome.model_validate_json(json.dumps({"en": "One"} | fields))
    return found.described("one")


def test_what_follows_from_the_columns_need_not_be_said():
    assert described(of="villagers", mean="income").unit == "yuan/month"
    assert described(of="villagers", mean="digital").unit == "1"
    assert described(of="villagers", share="age > 3", unit="ratio").unit == "1"
    assert described(of="collectives", quantile={"of": "assets", "at": 0.9}).unit == "yuan"
    assert described(of="county", value="trust").unit == "0-1"
    assert described(of="villagers", count=True, unit="persons").zh == "One"
    told = described(of="villagers", mean="income", where="age > 60", weight="age").definition
    assert told == "mean income of villagers where age > 60 weight age"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"of": "villagers", "mean": "income", "unit": "yuan/year"}, "is in yuan/month"),
        ({"of": "villagers", "mean": "income * 12"}, "unit: missing"),
        ({"of": "villagers", "count": True}, "unit: missing"),
        ({"of": "villagers", "share": "age > 1", "unit": "%"}, "is in ratio"),
        ({"of": "villagers"}, "give one of share"),
        ({"of": "villagers", "mean": "age", "sum": "age"}, "there are mean, sum"),
        ({"of": "villagers", "share": True}, "give where"),
        ({"of": "county", "mean": "trust"}, "value is of the county"),
        ({"of": "villagers", "value": "age"}, "value is of the county"),
        ({"of": "county", "value": "trust", "where": "trust > 0"}, "one row"),
        ({"mean": "age"}, "whose rows"),
        ({"of": "villagers", "mean": "age", "en": None}, "give it a name"),
        ({"of": "villagers", "where": "age", "count": True, "unit": "x"}, "expected a condition"),
        ({"of": "villagers", "mean": "age", "weight": "digital"}, "expected a number"),
        ({"of": "villagers", "mean": "needs"}, "no column 'needs'"),
    ],
)
def test_what_does_not_fit_is_said(fields, said):
    with pytest.raises(ValidationError) as error:
        described(**fields)
    assert said in str(error.value)


@pytest.mark.parametrize("name", ["trust", "a b", "1st", "a.b", "", *TAKEN[:3], "x" * 61])
def test_names_that_tables_cannot_have(name):
    with pytest.raises(ValidationError):
        OwnOutcomes.model_validate({name: FAR})


def test_a_name_may_be_chinese():
    assert "老人" in OwnOutcomes.model_validate({"老人": FAR}).described()


# --- functions -----------------------------------------------------------------------


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Return a function that writes a module and a configuration that names a function of it."""
    monkeypatch.setattr(sys, "path", [*sys.path])

    def write(name, source, function, village_csv):
        (tmp_path / f"{name}.py").write_text(source, "utf-8")
        data = {
            "title": {"en": "Small", "zh": "小县"},
            "county": {"villages": str(village_csv), "groups_per_village": 4},
            "start": "2019-01", "reform": "2019-07", "months": 8, "spin_up": 2,
            "outcomes": {"mine": {"function": function, "unit": "persons", "en": "Mine"}},
        }  # fmt: skip
        path = tmp_path / "a.yaml"
        path.write_text(json.dumps(data), "utf-8")
        return path

    return write


def test_a_function_measures(module, village_csv):
    source = "def rows(county):\n    return len(county.villagers) + county.month * 0\n"
    config = load(module("own_rows", source, "own_rows:rows", village_csv))
    county = simulate(config)
    assert (county.recorder.county["mine"] == len(county.villagers)).all()
    assert pickle.loads(pickle.dumps(config)) == config
    assert list(config.own_sources()) == ["own_rows:rows"]


@pytest.mark.parametrize(
    ("source", "function", "said"),
    [
        ("def f(county): return 1", "own_a:g", "own_a has no function 'g'"),
        ("f = 3", "own_b:f", "f is no function"),
        ("def f(county, month): return 1", "own_c:f", "is given the county alone"),
        ("def f(county): return 1", "own_d", "a function is named module:function"),
        ("import nothing_there", "own_e:f", "No module named 'nothing_there'"),
        ("def f(county): return 1", "os:f", "module of Python itself"),
    ],
)
def test_a_function_that_is_none_is_said(module, village_csv, source, function, said):
    path = module(function.partition(":")[0], source, function, village_csv)
    with pytest.raises(InputError) as error:
        load(path)
    assert said in str(error.value) and str(error.value).startswith(str(path))


@pytest.mark.parametrize(("name", "gives"), [("own_g", "'many'"), ("own_h", "None")])
def test_a_function_that_gives_no_number_is_named(module, village_csv, name, gives):
    path = module(name, f"def f(county): return {gives}", f"{name}:f", village_csv)
    with pytest.raises(TypeError, match=rf"outcomes.mine: {name}:f gave"):
        simulate(load(path))


def test_what_a_function_gives_that_is_not_finite_is_missing(module, village_csv):
    path = module("own_inf", "def f(county): return float('inf')", "own_inf:f", village_csv)
    assert np.isnan(simulate(load(path)).recorder.county["mine"]).all()


# --- the list ------------------------------------------------------------------------


def _words(of, name):
    if name in DATES:
        return f"field_dates.{name}"
    return f"field_{'land' if name in LAND and of != 'villagers' else of}.{name}"


def test_the_list_of_columns_is_that_of_the_code_in_both_languages():
    found = {
        _words(of, name): one.en
        for of in TABLES
        for name, one in known(of).items()
        if not (name in OUTCOMES and of in ("villages", "county"))
    }
    listed = {key for key in WORDS if key.startswith("field_")}
    assert listed == found.keys()
    for key, en in found.items():
        assert word(key, "en") == en
        assert word(key, "zh") != en, key
    units = {one.column.unit for of in TABLES for one in known(of).values()}
    for unit in units:
        assert unit_label(unit, "zh") or unit


def test_every_column_is_read(state):
    for of in TABLES:
        for name, one in known(of).items():
            values = read(of, name, state)
            assert values.dtype == (np.bool_ if one.column.kind == "yes or no" else np.float64)
            if one.column.words:
                assert values.max() < len(one.column.words)
            if one.column.unit == "0-1" and name != "trait":
                told = values[~np.isnan(values)]  # none where its part of the model is off
                assert ((told >= 0.0) & (told <= 1.0)).all(), name


def test_the_configuration_without_any_says_so(make_config):
    assert make_config().outcomes == OwnOutcomes({}) and Config.model_fields["outcomes"]
