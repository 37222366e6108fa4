"""Every operation of Mesa's sets of agents gives the same on rows of tables."""

import copy
import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.agents.mesa.agentset import ColumnarAgentSet, columnar
from tests.model.agents.small import (
    Dog,
    Person,
    PlainModel,
    PlainPerson,
    TableModel,
    plain,
    trusting,
    trusting_one,
)

TARGETS = {
    "type": lambda m: m.agents_by_type[m.person],
    "all": lambda m: m.agents,
    "part": lambda m: m.agents_by_type[m.person].select(lambda a: a.band != 1),
    "mixed": lambda m: m.agents.shuffle().select(lambda a: a.band != 1),
    "none": lambda m: m.agents_by_type[m.person].select(lambda a: False),
}

OPERATIONS = {
    "len": len,
    "iterate": list,
    "to_list": lambda s: s.to_list(),
    "copy": copy.copy,
    "contains": lambda s: [agent in s for agent in list(s)],
    "get": lambda s: s.get("trust"),
    "get types": lambda s: [type(v) for name in ("trust", "band") for v in s.get(name)],
    "get several": lambda s: s.get(["band", "trust", "unique_id"]),
    "get none": lambda s: s.get([]),
    "get property": lambda s: s.get("label"),
    "get default": lambda s: s.get("wings", handle_missing="default", default_value=-1),
    "get several default": lambda s: s.get(["band", "wings"], "default"),
    "agg property": lambda s: s.agg("doubled", [sum, len]),
    "agg numpy": lambda s: s.agg("band", [np.sum, np.size]),
    "agg of numbers": lambda s: len(s) and s.agg("trust", [min, max, np.mean, np.std]),
    "agg lambda": lambda s: s.agg("trust", lambda v: v[:2] if v else None),
    "agg statistics": lambda s: len(s) and s.agg("band", statistics.median),
    "agg small type": lambda s: len(s) > 1 and s.agg("band", np.diff).tolist(),
    "agg rows": lambda s: s.agg(["band", "trust"], lambda rows: rows),
    "set": lambda s: s.set("band", 2).get("band"),
    "set property": lambda s: s.set("doubled", 0.5).get("trust"),
    "select": lambda s: s.select(trusting_one),
    "select first": lambda s: s.select(at_most=3),
    "select one": lambda s: s.select(at_most=1),
    "select share": lambda s: s.select(at_most=0.3),
    "select share passing": lambda s: s.select(trusting_one, at_most=0.3),
    "select fraction": lambda s: s.select(at_most=2.5),
    "select type": lambda s: s.select(agent_type=Dog),
    "select all": lambda s: s.select(),
    "select again": lambda s: s.select(trusting_one).select(lambda a: a.band > 1),
    "group": lambda s: s.groupby("band"),
    "group by property": lambda s: s.groupby("label"),
    "group by function": lambda s: s.groupby(lambda a: a.band % 2),
    "group to lists": lambda s: s.groupby("band", result_type="list"),
    "group count": lambda s: s.groupby("band").count(),
    "group map": lambda s: s.groupby("band").map(len),
    "group map name": lambda s: s.groupby("trust").map("get", "band"),
    "group agg": lambda s: s.groupby("band").agg("trust", max),
    "group do": lambda s: s.groupby("band").do(lambda g: g.set("trust", len(g))) and s.get("trust"),
    "sort": lambda s: s.sort("trust"),
    "sort up": lambda s: s.sort("trust", ascending=True),
    "sort by property": lambda s: s.sort("label"),
    "sort by function": lambda s: s.sort(lambda a: -a.trust, ascending=True),
    "sort in place": lambda s: s.select(trusting_one).sort("band", inplace=True),
    "shuffle": lambda s: s.shuffle(),
    "shuffle in place": lambda s: s.select(trusting_one).shuffle(inplace=True),
    "select in place": lambda s: s.select(at_most=9).select(trusting_one, inplace=True),
    "map": lambda s: s.map("learn", 0.25, times=2),
    "map function": lambda s: s.map(lambda a, b: a.trust + b, 1),
    "do": lambda s: s.do("learn", 0.25).get("trust"),
    "do function": lambda s: s.do(lambda a: a.learn(0.5)).get("trust"),
    "shuffle_do": lambda s: s.shuffle_do("learn", 1.0).get("trust"),
    "shuffle order": lambda s: (seen := [], s.shuffle_do(lambda a: seen.append(a.unique_id)))[0],
    "union": lambda s: sorted(plain(s | s.select(at_most=2))),
    "difference": lambda s: sorted(plain(s.select() - s.select(at_most=2))),
    "discard": lambda s: (c := s.select(), [c.discard(a) for a in list(c)[::2]], c)[2],
    "remove": lambda s: (c := s.select(), [c.remove(a) for a in list(c)[::2]], c)[2],
    "add back": lambda s: (c := s.select(at_most=3), [c.add(a) for a in list(s)[1:6]], c)[2],
    "equal": lambda s: s.select() == s.select(),
}


def same(left, right):
    left, right = plain(left), plain(right)
    if isinstance(left, list) and left and isinstance(left[0], float):
        return left == pytest.approx(right)
    return left == right


@pytest.mark.filterwarnings("ignore:No Agents specified")  # Mesa's, where a set is empty
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_as_mesa(operation, target):
    models = PlainModel(), TableModel()
    results = [OPERATIONS[operation](TARGETS[target](model)) for model in models]
    assert same(*results), [plain(result) for result in results]
    after = [model.agents.get(["trust", "band"]) for model in models]
    assert after[0] == after[1]
    assert models[0].random.random() == models[1].random.random()  # as many draws


@settings(deadline=None, max_examples=60)
@given(
    at_most=st.one_of(st.integers(0, 40), st.floats(0, 40), st.just(math.inf)),
    names=st.lists(st.sampled_from(["trust", "band", "label", "unique_id"]), max_size=3),
    rising=st.booleans(),
    gone=st.sets(st.integers(0, 6)),
)
def test_chains_as_mesa(at_most, names, rising, gone):
    results = []
    for model in (PlainModel(), TableModel()):
        chosen = model.agents
        for name in names:
            chosen = chosen.shuffle().sort(name, ascending=rising)
        shops = list(model.agents_by_type[model.shop])
        for number in gone:
            shops[number].remove()
        del shops  # Mesa's sets forget agents that nobody holds
        chosen = chosen.select(trusting_one, at_most=at_most)
        results.append([plain(chosen), plain(chosen.groupby("label")), len(model.agents)])
    assert results[0] == results[1]


@pytest.mark.parametrize("target", TARGETS)
def test_results_are_columnar_and_keep_their_agents(target):
    agents = TARGETS[target](TableModel())
    results = [agents.copy(), agents.select(at_most=5), agents.shuffle(), agents.sort("band")]
    results += agents.groupby("band").groups.values()
    for result in results:
        assert isinstance(result, ColumnarAgentSet)
        assert len(list(result)) == len(result)


@pytest.mark.parametrize("target", TARGETS)
def test_columnar_functions_and_flags_choose_as_functions_of_one_agent(target):
    agents = TARGETS[target](TableModel())
    wanted = plain(agents.select(trusting_one))
    assert plain(agents.select(trusting)) == wanted
    assert plain(agents.select(np.array(agents.get("trust")) > 0.5)) == wanted
    assert plain(agents.select(trusting, at_most=2)) == wanted[:2]
    assert plain(agents.groupby(trusting)) == plain(agents.groupby(trusting_one))


def test_column_operations_make_no_views(monkeypatch):
    model = TableModel(dogs=0)

    def refuse(table, row):
        raise RuntimeError(f"a view on row {row} was made")

    monkeypatch.setattr("sim.model.agents.columns._view", refuse)
    for agents in (model.agents, model.agents_by_type[Person]):
        agents.agg("trust", [min, max, sum, np.mean])
        agents.set("band", 1)
        agents.get(["trust", "band", "unique_id"])
        agents.select(trusting).sort("trust").shuffle().groupby("band").agg("trust", sum)
    model.agents_by_type[Person].get(["village", "poor"])
    with pytest.raises(RuntimeError, match="a view on row 0"):
        list(model.agents)


def test_array_is_the_column_itself_or_a_copy_of_the_chosen_rows():
    model = TableModel()
    people = model.agents_by_type[Person]
    assert people.array("trust") is model.people["trust"]
    chosen = people.select(trusting)
    assert np.array_equal(chosen["trust"], model.people["trust"][model.people["trust"] > 0.5])
    assert model.agents.array("band").tolist() == model.agents.get("band")


@columnar
def spoil(values):
    values[:] = 0


def test_aggregates_cannot_change_the_column():
    with pytest.raises(ValueError, match="read-only"):
        TableModel().agents_by_type[Person].agg("trust", spoil)


def test_places_and_slices():
    model = TableModel()
    for agents in (model.agents, model.agents.sort("band"), model.agents_by_type[Person]):
        everybody = list(agents)
        assert [agents[0], agents[-1], agents[5]] == [everybody[0], everybody[-1], everybody[5]]
        assert agents[2:9:3] == everybody[2:9:3]
        assert agents[::-1] == everybody[::-1]
        with pytest.raises(IndexError, match=f"of a set of {len(everybody)} agents"):
            agents[len(everybody)]


def test_one_value_per_agent_can_be_set():
    model = TableModel()
    order = model.agents.sort("unique_id")
    order.set("trust", np.arange(len(order), dtype=float))
    assert model.agents.sort("unique_id").get("trust") == list(range(len(order)))
    with pytest.raises(ValueError, match=r"'trust' of 33 agents .* shape \(2,\)"):
        order.set("trust", np.zeros(2))


def test_sets_are_made_of_any_agents_in_order_and_once():
    model = TableModel()
    everybody = list(model.agents)
    some = [everybody[i] for i in (30, 2, 25, 2, 31, 0)]
    made = ColumnarAgentSet(some)
    assert list(made) == [some[i] for i in (0, 1, 2, 4, 5)]
    assert made.random is model.random
    assert made.get("band") == [agent.band for agent in made]
    assert len(ColumnarAgentSet([])) == 0


def test_agents_that_left_vanish_from_every_set():
    model = TableModel()
    shop, person = model.shops.agent(2), model.people.agent(0)
    sets = [model.agents, model.agents_by_type[type(shop)], model.agents.shuffle()]
    lengths = [len(agents) for agents in sets]
    shop.remove()
    shop.remove()  # as in Mesa, twice does no harm
    assert not model.open[2]
    assert [len(agents) for agents in sets] == [n - 1 for n in lengths]
    assert all(shop not in agents and shop not in list(agents) for agents in sets)
    assert person in model.agents
    model.agents_by_type[type(shop)].add(shop)
    assert shop in model.agents and model.open[2]
    with pytest.raises(TypeError, match=r"Person agents cannot be removed.*alive=flags"):
        person.remove()
    with pytest.raises(TypeError, match=r"Person agents cannot be removed"):
        model.agents_by_type[Person].discard(person)
    with pytest.raises(KeyError):
        model.agents_by_type[Person].remove(shop)
    with pytest.raises(TypeError, match="does not belong in the model's own"):
        model.agents_by_type[Person].add(shop)


def test_agents_that_leave_during_do_are_not_called():
    calls = []
    for model in (PlainModel(), TableModel()):
        seen = []

        def visit(shop, model=model, seen=seen):
            seen.append(shop.unique_id)
            for other in list(model.agents_by_type[model.shop]):
                if other.unique_id == shop.unique_id + 1:
                    other.remove()

        model.agents_by_type[model.shop].do(visit)
        calls.append(seen)
    assert calls[0] == calls[1] and len(calls[0]) == 4


@pytest.mark.parametrize(
    ("use", "error", "words"),
    [
        (lambda s: s.get("trst"), AttributeError, r"Person has no .*'trst'; did you mean 'trust'"),
        (lambda s: s.agg("bnad", max), AttributeError, r"'bnad'; did you mean 'band'"),
        (lambda s: s.set("xyz", 1), AttributeError, r"'xyz'; its columns are \['band'"),
        (lambda s: s.set("village", 1), AttributeError, r"village is computed from other columns"),
        (lambda s: s.set("row", 1), AttributeError, r"Person.row is not a column: it cannot be"),
        (lambda s: s.set("band", 300), ValueError, r"Person.band .* uint8 \(code\) .* 300"),
        (lambda s: s.set("band", 1.5), ValueError, r"cannot take 1.5"),
        (lambda s: s.set("trust", "high"), ValueError, r"Person.trust .* cannot take 'high'"),
        (lambda s: s.get("band", "ignore"), ValueError, r"'error' or 'default'"),
        (lambda s: s.select(np.ones(3, bool)), ValueError, r"one flag for each of 23 agents"),
        (lambda s: s.select(inplace=True), TypeError, r"model.agents.copy\(\)"),
        (lambda s: s.shuffle(inplace=True), TypeError, r"the model's own set"),
        (lambda s: s.sort("band", inplace=True), TypeError, r"the model's own set"),
        (lambda s: s.do("dance"), AttributeError, r"no column or attribute 'dance'"),
    ],
)
def test_errors_say_what_is_wrong(use, error, words):
    with pytest.raises(error, match=words):
        use(TableModel().agents_by_type[Person])


def test_a_columnar_function_must_give_one_value_per_agent():
    agents = TableModel().agents

    def wrong(agents):
        return np.ones(2, dtype=bool)

    wrong.columnar = True
    with pytest.raises(ValueError, match="columnar function wrong must return one value for each"):
        agents.select(wrong)


def test_the_description_counts_each_kind():
    model = TableModel()
    assert repr(model.agents) == "ColumnarAgentSet(23 Person, 7 Shop, 3 other)"
    assert PlainPerson not in model.agent_types and model.agent_types[:2] == [
        Person,
        type(model.shops.agent(0)),
    ]
