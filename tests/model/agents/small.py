"""The same small population twice: as ordinary Mesa agents and as rows of tables."""

import mesa
import numpy as np
from mesa.agentset import GroupBy

from sim.model.agents.columns import Column, Derived, RowAgent, Table
from sim.model.agents.mesa.agentset import ColumnarAgentSet, columnar, install
from sim.model.agents.mesa.resumable import Resumable


class Habits:
    """What both kinds of agents can do."""

    @property
    def label(self):
        return f"{'abc'[self.band % 3]}{self.trust > 0.5}"

    @property
    def doubled(self):
        return self.trust * 2

    @doubled.setter
    def doubled(self, value):
        self.trust = value / 2

    def learn(self, amount, times=1):
        self.trust = self.trust + amount * times
        return self.band

    def leave(self):
        self.remove()


class Person(Habits, RowAgent):
    trust = Column("f8", unit="0-1", doc="trust", default=0.5)
    band = Column("u1", unit="code", doc="age band")
    savings = Column("f4", unit="yuan", doc="savings")
    digital = Column("?", unit="yes/no", doc="has digital access")
    village = Derived(lambda table: table["row"] // 4, unit="index", doc="village")
    poor = Derived(
        lambda table: table["savings"] < 100,
        unit="yes/no",
        doc="has less than 100 yuan",
        row=lambda table, row: table["savings"][row] < 100,
    )


class Shop(Habits, RowAgent):
    trust = Column("f8", unit="0-1", doc="trust")
    band = Column("u1", unit="code", doc="size band")


class PlainPerson(Habits, mesa.Agent):
    pass


class PlainShop(Habits, mesa.Agent):
    pass


class Dog(Habits, mesa.Agent):
    def __init__(self, model, band):
        super().__init__(model)
        self.band, self.trust = band, 0.25 * band


def state(people, shops):
    """Arrays of both populations; few different values, so that there are ties."""
    draw = np.random.default_rng(3)
    return {
        "trust": draw.integers(0, 5, people) / 4,
        "band": draw.integers(0, 4, people).astype("u1"),
        "savings": draw.integers(0, 300, people).astype("f4"),
        "digital": draw.random(people) < 0.5,
    }, {"trust": draw.integers(0, 5, shops) / 4, "band": draw.integers(0, 4, shops).astype("u1")}


class PlainModel(mesa.Model):
    def __init__(self, people=23, shops=7, dogs=3):
        super().__init__(rng=1)
        for kind, columns, n in zip(
            (PlainPerson, PlainShop), state(people, shops), (people, shops), strict=True
        ):
            for row in range(n):
                agent = kind(self)
                for name, values in columns.items():
                    setattr(agent, name, values[row].item())
                if kind is PlainPerson:
                    agent.village, agent.poor = row // 4, agent.savings < 100
        for number in range(dogs):
            Dog(self, number)

    person, shop = PlainPerson, PlainShop

    def step(self):
        self.agents.do("learn", 0.5)


class TableModel(Resumable, mesa.Model):
    def __init__(self, people=23, shops=7, dogs=3):
        super().__init__(rng=1)
        self.people = Table(Person, self, people)
        self.open = np.ones(shops, dtype=bool)
        self.shops = Table(Shop, self, shops, alive=self.open)
        for table, columns in zip((self.people, self.shops), state(people, shops), strict=True):
            for name, values in columns.items():
                table[name] = values
        install(self, [self.people, self.shops])
        for number in range(dogs):
            Dog(self, number)
        self.keep_at, self.kept = None, None

    person, shop = Person, Shop

    def step(self):
        self.agents.do("learn", 0.5)
        if self.steps == self.keep_at:
            self.kept = self.copied(self)

    def cell_of(self, agent):
        return self.grid[agent.row % 4, agent.row % 3]

    def agents_at(self, coordinate):
        for row in range(len(self.people)):
            if (row % 4, row % 3) == coordinate:
                yield self.people.agent(row)


class BellModel(TableModel):
    """A model that notes the order of its events."""

    def __init__(self):
        super().__init__()
        self.rung = []

    def first(self):
        self.rung.append("first")

    def second(self):
        self.rung.append("second")


@columnar
def trusting(agents):
    return agents["trust"] > 0.5


def trusting_one(agent):
    return agent.trust > 0.5


def plain(result):
    """Agents as identifiers, sets as lists, to compare results of both populations."""
    if isinstance(result, mesa.Agent):
        return result.unique_id
    if isinstance(result, GroupBy):
        return [(key, plain(group)) for key, group in result]
    if isinstance(result, dict):
        return [(key, plain(value)) for key, value in result.items()]
    if isinstance(result, ColumnarAgentSet | mesa.agentset.AbstractAgentSet | list | tuple):
        return [plain(one) for one in result]
    return result
