"""Tables in a Mesa model: ordinary agents, the data collector, copies, the clock."""

import copy
import gc
import itertools
import pickle
import weakref

import mesa
import pytest
from mesa.experimental.mesa_signals import ModelSignals
from mesa.time import Event

from sim.model.agents.columns import Column, RowAgent, Table
from sim.model.agents.mesa.agentset import install
from tests.model.agents.small import (
    BellModel,
    Dog,
    Person,
    PlainModel,
    Shop,
    TableModel,
    plain,
    trusting,
)

COPIES = {"pickle": lambda m: pickle.loads(pickle.dumps(m)), "deepcopy": copy.deepcopy}


@pytest.fixture(params=COPIES)
def copied(request):
    return COPIES[request.param]


class Cat(RowAgent):
    lives = Column("u1", unit="lives", doc="lives left", default=9)


def test_ordinary_agents_come_and_go():
    model = TableModel(dogs=0)
    assert [len(model.agents), list(model.agents_by_type)] == [30, [Person, Shop]]
    dog = Dog(model, 3)
    assert dog.unique_id == 31 and dog in model.agents and list(model.agents)[-1] is dog
    assert model.agents_by_type[Dog].to_list() == [dog]
    chosen = model.agents.select(lambda a: a.band == 3)
    assert dog in chosen
    dog.remove()
    assert dog not in model.agents and len(model.agents_by_type[Dog]) == 0
    reference = weakref.ref(dog)
    del dog
    gc.collect()
    assert reference() is None and chosen.get("band") == [3] * len(chosen)
    assert len(list(chosen)) == len(chosen)


def test_agents_registered_before_the_tables_stay():
    class Mixed(mesa.Model):
        pass

    model = Mixed(rng=1)
    dog = Dog(model, 1)
    install(model, [Table(Cat, model, 2)])
    install(model, [Table(Shop, model, 2)])
    assert plain(model.agents) == [2, 3, 4, 5, 1] and list(model.agents)[-1] is dog
    assert model.agents.get("lives", "default") == [9, 9, None, None, None]


def test_all_removable_agents_can_be_removed():
    class Shops(mesa.Model):
        pass

    model = Shops(rng=1)
    table = Table(Shop, model, 3, alive=TableModel(shops=3).open)
    install(model, [table])
    Dog(model, 1)
    model.remove_all_agents()
    assert len(model.agents) == 0 and not table.alive.any()


def test_signals_tell_of_removals():
    model, heard = TableModel(), []

    def hear(message):
        heard.append(message)

    model.observe("agents", ModelSignals.AGENT_REMOVED, hear)
    model.shops.agent(1).remove()
    assert len(heard) == 1


def test_the_data_collector_gives_the_same_tables():
    frames = []
    for model in (PlainModel(), TableModel()):
        collector = mesa.DataCollector(
            model_reporters={"n": lambda m: len(m.agents), "time": "time"},
            agent_reporters={"trust": "trust", "double": lambda a: a.doubled},
            agenttype_reporters={model.shop: {"band": "band", "label": "label"}},
        )
        for _ in range(3):
            collector.collect(model)
            next(iter(model.agents_by_type[model.shop])).remove()
            model.step()
        frames.append(
            [
                collector.get_model_vars_dataframe(),
                collector.get_agent_vars_dataframe(),
                collector.get_agenttype_vars_dataframe(model.shop),
            ]
        )
    for left, right in zip(*frames, strict=True):
        assert left.equals(right) and len(left) > 2


def test_a_mistyped_reporter_is_named():
    model = TableModel()
    collector = mesa.DataCollector(agenttype_reporters={Shop: {"b": "bnad"}})
    with pytest.raises(AttributeError, match=r"of type Shop has no attribute 'bnad'"):
        collector.collect(model)


def test_a_copy_is_a_model_of_its_own(copied):
    model = TableModel()
    model.grown = model.agents.sort("trust").select(trusting)
    model.friend = model.people.agent(2)
    model.shops.agent(0).remove()
    model.step()
    twin = copied(model)
    assert plain(twin.agents) == plain(model.agents)
    assert plain(twin.grown) == plain(model.grown) and twin.friend.model is twin
    assert twin.shops.alive is twin.open
    before = model.agents.get("trust")
    twin.step()
    twin.run_for(2)
    twin.run_until(5)
    assert (twin.steps, twin.time, model.steps) == (5, 5, 1)
    assert model.agents.get("trust") == before
    assert twin.agents.get("trust") == [trust + 2.0 for trust in before]
    twin.friend.band = 9
    twin.agents_by_type[Shop].set("band", 8)
    assert twin.people["band"][2] == 9 and set(twin.shops["band"][1:]) == {8}
    assert twin.shops["band"][0] != 8 and model.people["band"][2] != 9
    new = Dog(twin, 1)
    assert new in twin.agents and len(twin.agents) == len(model.agents) + 1
    model.run_until(5)
    assert model.agents.get("trust") == twin.agents.get("trust")[:-1]
    assert model.random.random() == twin.random.random()


@pytest.mark.parametrize("dogs", [0, 2])
def test_a_set_can_be_copied_alone(copied, dogs):
    agents = TableModel(dogs=dogs).agents.sort("band").select(at_most=30)
    twin = copied(agents)
    assert plain(twin) == plain(agents) and twin.get("trust") == agents.get("trust")
    twin.set("trust", 7.0)
    assert twin[0].trust == 7.0 and 7.0 not in agents.get("trust")


def test_a_set_forgets_ordinary_agents_lost_before_it_was_copied(copied):
    model = TableModel(people=2, shops=0)
    agents = model.agents.select()
    model.agents_by_type[Dog].to_list()[1].remove()
    gc.collect()
    assert plain(copied(agents)) == plain(agents) and len(agents) == 4


def test_a_copy_made_inside_a_step_goes_on_stepping(copied):
    """Mesa 3.5.1 alone gives a copy whose clock runs and whose steps never come."""
    model = TableModel()
    TableModel.copied = staticmethod(copied)
    model.keep_at = 2
    model.run_for(4)
    twin = model.kept
    assert (twin.steps, twin.time) == (2, 2)
    twin.run_for(2)
    assert (twin.steps, twin.time) == (4, 4)
    assert twin.agents.get("trust") == model.agents.get("trust")
    again = copied(twin)
    again.run_for(3)
    assert (again.steps, twin.steps) == (7, 4)


def test_events_of_a_moment_keep_their_order_in_another_process(monkeypatch):
    model = BellModel()
    model.run_for(1)
    model.schedule_event(model.first, at=3.5)
    saved = pickle.dumps(model)
    monkeypatch.setattr(Event, "_ids", itertools.count())  # as a new process would start
    resumed = pickle.loads(saved)
    resumed.schedule_event(resumed.second, at=3.5)
    resumed.run_for(3)
    assert resumed.rung == ["first", "second"]


def test_listeners_stay_with_the_original(copied):
    model, heard = TableModel(), []

    def hear(message):
        heard.append(message)

    model.observe("agents", ModelSignals.AGENT_REMOVED, hear)
    twin = copied(model)
    twin.shops.agent(1).remove()
    assert heard == []
    model.shops.agent(1).remove()
    assert len(heard) == 1
