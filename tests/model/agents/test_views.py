"""A view is an agent: its attributes are one row of the columns."""

import copy
import pickle

import mesa
import numpy as np
import pytest

from sim.model.agents.columns import Column, Derived, RowAgent, Table
from sim.model.agents.mesa.agentset import install
from tests.model.agents.small import Person, Shop, TableModel


@pytest.fixture
def model():
    return TableModel()


def test_attributes_are_the_columns(model):
    person = model.people.agent(3)
    model.people["trust"][3] = 0.125
    assert person.trust == 0.125 and type(person.trust) is float
    person.band = 7
    assert model.people["band"][3] == 7 and type(person.band) is int
    assert type(person.digital) is bool
    person.learn(0.25)
    person.doubled = 1.5
    assert model.people["trust"][3] == 0.75
    assert (person.village, person.poor) == (0, model.people["savings"][3] < 100)
    assert type(person.village) is int and type(person.poor) is bool


def test_views_on_one_row_are_equal(model):
    one, other = model.people.agent(3), list(model.agents)[3]
    assert one is not other and one == other and hash(one) == hash(other)
    assert one != model.people.agent(4) and one != model.shops.agent(3)
    assert one != TableModel().people.agent(3) and one != 3
    assert len({one, other, model.people.agent(4)}) == 2
    assert repr(one) == "Person(row=3)"


def test_identifiers_are_unique_and_mesa_attributes_work(model):
    numbers = [agent.unique_id for agent in model.agents]
    assert numbers == list(range(1, 34)) == model.agents.get("unique_id")
    person = model.people.agent(3)
    assert person.model is model and person.random is model.random and person.rng is model.rng
    assert person.pos is None and isinstance(person, mesa.Agent)


@pytest.mark.parametrize(
    ("use", "error", "words"),
    [
        (lambda p: p.savngs, AttributeError, "Person has no .* 'savngs'; did you mean 'savings'"),
        (lambda p: setattr(p, "bnd", 1), AttributeError, "'bnd'; did you mean 'band'"),
        (lambda p: setattr(p, "village", 1), AttributeError, "Person.village is computed"),
        (lambda p: setattr(p, "row", 1), AttributeError, "Person.row is not a column"),
        (lambda p: setattr(p, "unique_id", 1), AttributeError, "unique_id"),
        (lambda p: setattr(p, "label", 1), AttributeError, "label"),
        (lambda p: setattr(p, "band", -1), ValueError, r"uint8 \(code\) and cannot take -1"),
        (lambda p: setattr(p, "band", float("nan")), ValueError, "cannot take nan"),
        (lambda p: setattr(p, "digital", 2), ValueError, r"bool \(yes/no\) and cannot take 2"),
        (lambda p: p.table["trst"], AttributeError, "did you mean 'trust'"),
        (lambda p: p.table["label"], AttributeError, "Person.label is not a column"),
        (lambda p: p.table.agent(23), IndexError, "Person has rows 0 to 22, not 23"),
        (lambda p: Person(p.model), TypeError, r"views on the rows .* Table\(Person, model, n\)"),
        (lambda p: Person.create_agents(p.model, 2), TypeError, "not created one by one"),
    ],
)
def test_errors_say_what_is_wrong(model, use, error, words):
    with pytest.raises(error, match=words):
        use(model.people.agent(3))
    assert model.people["band"].max() < 4


def test_the_cell_comes_from_the_model():
    class Roofless(mesa.Model):
        pass

    model = Roofless(rng=1)
    with pytest.raises(AttributeError, match=r"Roofless offers no method cell_of\(agent\)"):
        _ = Table(Person, model, 1).agent(0).cell


def test_an_error_inside_a_property_is_shown_as_it_is(model):
    class Broken(RowAgent):
        @property
        def age(self):
            return self.nonsense

    with pytest.raises(AttributeError, match="Broken has no column or attribute 'nonsense'"):
        _ = Table(Broken, model, 1).agent(0).age


def test_columns_are_inherited_and_described():
    class Shepherd(Person):
        sheep = Column("i4", unit="head", doc="sheep owned", default=5)
        poor = Column("?", unit="yes/no", doc="now a column")

    assert list(Shepherd.columns) == ["trust", "band", "savings", "digital", "poor", "sheep"]
    assert list(Shepherd.derived) == ["village"]
    assert (Shepherd.sheep.unit, Shepherd.sheep.__doc__) == ("head", "sheep owned")
    table = Table(Shepherd, TableModel(), 3)
    assert table["sheep"].tolist() == [5, 5, 5] and table["trust"].tolist() == [0.5] * 3
    assert "sheep" not in Person.columns


def test_names_that_agents_need_are_refused():
    with pytest.raises(TypeError, match=r"Bad declares the columns \['model', 'step'\]"):

        class Bad(RowAgent):
            model = Column("f4", unit="1", doc="clashes")
            step = Derived(lambda table: table["row"], unit="1", doc="clashes")


def test_a_table_says_what_it_is(model):
    assert len(model.people) == 23 and model.people.nbytes == 23 * (8 + 1 + 4 + 1)
    assert repr(model.people) == "Table(Person, 23 rows, 322 bytes)"
    model.people["trust"] = np.linspace(0, 1, 23)
    model.people["band"] = 2
    assert model.people["trust"][-1] == 1 and set(model.people["band"]) == {2}
    assert model.people["unique_id"].tolist() == list(range(1, 24))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda m: Table(mesa.Agent, m, 1), TypeError, "RowAgent subclass"),
        (lambda m: Table(Shop, object(), 1), ValueError, r"call super\(\).__init__\(\) first"),
        (lambda m: Table(Shop, m, -1), ValueError, "n >= 0 rows, not -1"),
        (lambda m: Table(Shop, m, 2, alive=np.ones(3, bool)), ValueError, r"shape \(2,\)"),
        (lambda m: install(m, [Table(Person, m, 1)]), ValueError, "already has agents of type P"),
        (lambda m: install(m, [TableModel().people]), ValueError, "made for another model"),
    ],
)
def test_tables_are_checked(model, make, error, words):
    with pytest.raises(error, match=words):
        make(model)


def test_a_computed_field_must_have_one_value_per_row(model):
    class Wrong(RowAgent):
        total = Derived(lambda table: table["row"].sum(), unit="1", doc="not per row")

    with pytest.raises(ValueError, match=r"Wrong.total must compute one value .* shape \(\)"):
        _ = Table(Wrong, model, 2)["total"]


@pytest.mark.parametrize("copied", [lambda v: pickle.loads(pickle.dumps(v)), copy.deepcopy])
def test_a_copied_view_looks_at_its_own_copy_of_the_model(model, copied):
    person = model.people.agent(3)
    twin = copied(person)
    assert twin.model is not model and twin.row == 3 and twin in twin.model.agents
    twin.trust = 9.0
    assert twin.model.people["trust"][3] == 9.0 and person.trust != 9.0
    assert copy.copy(person) == person
