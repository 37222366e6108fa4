"""Members of a set of agents that live in tables.

Members are kept as one integer each, a *position*: a place in the tables put end to end,
followed by the ordinary agents.
"""

import weakref
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any, Self

import numpy as np
from mesa.agentset import AbstractAgentSet, _HardKeyAgentSet
from numpy.typing import NDArray

from sim.model.agents.columns import RowAgent, Table
from sim.model.agents.framework import mesa

Positions = NDArray[np.int64]


def _lost() -> None:
    """Stand for a weak reference whose agent is gone."""


class Members[A: mesa.Agent](AbstractAgentSet[A]):
    """An ordered set of row agents of one or more tables, and of ordinary agents beside them.

    The sets a model owns (``model.agents``, ``model.agents_by_type``) are *live*: they hold
    whatever exists now, tables in the order they were installed, rows in order, then ordinary
    agents in the order they were registered. All others have members of their own, from which
    agents vanish when they leave the model (ordinary agents, as in Mesa, when nothing else
    refers to them).

    Parameters
    ----------
    agents : iterable of mesa.Agent
        Members, in order; repeated ones count once.
    random : random.Random, optional
        Generator for ``shuffle`` and ``shuffle_do``, by default that of the first agent's model.
    """

    def __init__(self, agents: Iterable[A] = (), random: Random | None = None) -> None:
        members = list(dict.fromkeys(agents))
        if random is None:
            random = members[0].model.random if members else Random(0)
        self.random: Random = random
        self._ordinary: Any  # Mesa's own set in model.agents, otherwise weak references
        self._positions: Positions | None  # None in a live set
        self._mask: NDArray[np.bool_] | None  # members by position, made when first needed
        self._fill(members)

    # -- who is in the set ------------------------------------------------------------

    def _fill(self, members: Sequence[A]) -> None:
        """Make the set hold these agents, in this order."""
        tables: dict[int, Table] = {}
        for agent in members:
            if isinstance(agent, RowAgent):
                tables.setdefault(id(agent.table), agent.table)
        self._set_tables(tuple(tables.values()))
        start = dict(zip(tables, self._starts.tolist(), strict=False))
        others = [agent for agent in members if not isinstance(agent, RowAgent)]
        self._ordinary = [weakref.ref(agent) for agent in others]
        number = iter(range(self._starts[-1], self._starts[-1] + len(others)))
        self._positions = np.array(
            [
                start[id(agent.table)] + agent.row if isinstance(agent, RowAgent) else next(number)
                for agent in members
            ],
            dtype=np.int64,
        )
        self._mask = None

    def _set_tables(self, tables: tuple[Table, ...]) -> None:
        """Name the tables; ``_starts[i]`` is the position of row 0 of table i."""
        self._tables = tables
        self._starts = np.cumsum([0, *map(len, tables)], dtype=np.int64)

    @classmethod
    def _live(
        cls, tables: tuple[Table, ...], ordinary: _HardKeyAgentSet | None, random: Random
    ) -> Self:
        """Return the live set of some tables and, beside them, a Mesa set of ordinary agents."""
        live = cls.__new__(cls)
        live.random = random
        live._set_tables(tables)
        live._ordinary = ordinary if ordinary is not None else []
        live._positions = None
        live._mask = None
        return live

    def _like(self, positions: Positions) -> Self:
        """Return the set with the agents at some of this set's positions."""
        part = type(self).__new__(type(self))
        part.random, part._tables, part._starts = self.random, self._tables, self._starts
        if isinstance(self._ordinary, _HardKeyAgentSet):
            part._ordinary = [weakref.ref(agent) for agent in self._ordinary]
        else:
            part._ordinary = self._ordinary
        part._positions = positions
        part._mask = None
        return part

    def _own(self, operation: str) -> None:
        """Raise TypeError if the set is live and its members are therefore not its own."""
        if self._positions is None:
            raise TypeError(
                f"{operation} would change which agents the model has, or their order, in "
                "the model's own set; use it on a copy: model.agents.copy()"
            )

    def _others(self) -> list[A | None]:
        """Return the ordinary agents in the order of their positions, None for lost ones."""
        if isinstance(self._ordinary, _HardKeyAgentSet):
            return list(self._ordinary)
        return [reference() for reference in self._ordinary]

    def _exists(self) -> NDArray[np.bool_] | None:
        """Return for each position whether its agent exists now; None if all do."""
        others = self._others()
        lost = [agent is None for agent in others]
        if all(table.alive is None for table in self._tables) and not any(lost):
            return None
        flags = [
            np.ones(len(table), np.bool_) if table.alive is None else table.alive
            for table in self._tables
        ]
        return np.concatenate([*flags, ~np.array(lost, np.bool_)])

    def _current(self) -> Positions:
        """Return the positions of the members that exist now, in order."""
        exists = self._exists()
        if self._positions is None:
            if exists is None:
                return np.arange(self._starts[-1] + len(self._ordinary))
            return np.flatnonzero(exists)
        return self._positions if exists is None else self._positions[exists[self._positions]]

    def _blocks(
        self, positions: Positions
    ) -> Iterator[tuple[Table | None, Positions, Positions | slice]]:
        """Split positions by table: (table or None for ordinary agents, rows, where)."""
        if len(self._tables) == 1 and not self._ordinary:
            yield self._tables[0], positions, slice(None)
            return
        source = np.searchsorted(self._starts, positions, side="right") - 1
        for number, table in enumerate([*self._tables, None]):
            where = np.flatnonzero(source == number)
            if where.size:
                yield table, positions[where] - self._starts[number], where

    def _sole(self, positions: Positions, name: str) -> tuple[Table, Positions] | None:
        """Return (table, rows) if all positions are in one table that computes a name."""
        blocks = list(self._blocks(positions))
        if len(blocks) == 1 and blocks[0][0] is not None and blocks[0][0].computes(name):
            return blocks[0][0], blocks[0][1]
        return None

    def _agents_at(self, positions: Positions) -> Iterator[A]:
        """Yield the agents at some positions, leaving out those that left meanwhile."""
        snapshot = self._others() if self._positions is None else None
        source = np.searchsorted(self._starts, positions, side="right") - 1
        rows = positions - self._starts[source]
        for number, row in zip(source.tolist(), rows.tolist(), strict=True):
            if number < len(self._tables):
                table = self._tables[number]
                if table.exists(row):
                    yield table.agent(row)
            elif snapshot is None:
                agent = self._ordinary[row]()
                if agent is not None:
                    yield agent
                del agent  # Mesa's sets, too, hold no ordinary agent while the caller works
            elif snapshot[row] in self._ordinary:
                yield snapshot[row]

    def _position(self, agent: object) -> int | None:
        """Return the position an agent has, member or not; None if it can have none."""
        if not isinstance(agent, RowAgent):
            places = (place for place, one in enumerate(self._others()) if one is agent)
            place = next(places, None) if isinstance(agent, mesa.Agent) else None
            return None if place is None else int(self._starts[-1]) + place
        for start, table in zip(self._starts.tolist(), self._tables, strict=False):
            if table is agent.table:
                return start + agent.row
        return None

    # -- a collection -------------------------------------------------------------------

    def __len__(self) -> int:
        exists = self._exists()
        if self._positions is None:
            total = int(self._starts[-1]) + len(self._ordinary)
            return total if exists is None else int(np.count_nonzero(exists))
        chosen = self._positions
        return len(chosen) if exists is None else int(np.count_nonzero(exists[chosen]))

    def __iter__(self) -> Iterator[A]:
        return self._agents_at(self._current())

    def __contains__(self, agent: object) -> bool:
        if isinstance(agent, RowAgent) and not agent.table.exists(agent.row):
            return False
        if self._positions is None and not isinstance(agent, RowAgent):
            return agent in self._ordinary
        position = self._position(agent)
        if position is None or self._positions is None:
            return position is not None
        if self._mask is None:
            self._mask = np.zeros(self._starts[-1] + len(self._ordinary), np.bool_)
            self._mask[self._positions] = True
        return bool(self._mask[position])

    def __getitem__(self, item: int | slice | str) -> Any:
        """Return the agent at a place in the order, a list for a slice, or a column by name."""
        if isinstance(item, str):
            return self.array(item)  # type: ignore[attr-defined]  # of the subclass
        positions = self._current()
        if isinstance(item, slice):
            return list(self._agents_at(positions[item]))
        if not -len(positions) <= item < len(positions):
            raise IndexError(f"agent {item} of a set of {len(positions)} agents")
        return next(self._agents_at(positions[item : item + 1 or None]))

    def __repr__(self) -> str:
        kinds = [
            f"{len(rows)} {'other' if table is None else table.agent_type.__name__}"
            for table, rows, _ in self._blocks(self._current())
        ]
        return f"{type(self).__name__}({', '.join(kinds)})"

    def to_list(self) -> list[A]:
        """Return the agents as a list of views."""
        return list(self)

    def copy(self) -> Self:
        """Return a set with the same members and order, of its own."""
        return self._like(self._current())

    __copy__ = copy

    def _from_iterable(self, agents: Iterable[A]) -> Self:  # type: ignore[override]
        """Return the result of a set operation such as ``a | b``."""
        return type(self)(agents, self.random)

    def _update(self, agents: Iterable[A]) -> Self:
        """Replace the members."""
        self._own("replacing the members")
        self._fill(list(dict.fromkeys(agents)))
        return self

    def add(self, agent: A) -> None:
        """Add an agent at the end. In a live set a row agent's ``alive`` flag is set.

        Raises
        ------
        TypeError
            If the agent is of a kind that a live set does not hold, or cannot come back.
        """
        if agent in self:
            return
        if self._positions is not None:
            self._fill([*self, agent])
        elif isinstance(agent, RowAgent) and self._position(agent) is not None:
            agent.table.flags("added")[agent.row] = True
        elif isinstance(self._ordinary, _HardKeyAgentSet) and not isinstance(agent, RowAgent):
            self._ordinary.add(agent)
        else:
            raise TypeError(f"{agent!r} does not belong in the model's own {self!r}")

    def discard(self, agent: A) -> None:
        """Remove an agent if it is in the set; see `remove`."""
        if agent in self:
            self.remove(agent)

    def remove(self, agent: A) -> None:
        """Remove an agent. In a live set a row agent's ``alive`` flag is cleared.

        Raises
        ------
        KeyError
            If the agent is not in the set. (``model.agents``, which Mesa tells last, accepts a
            row agent that its own type's set has already removed.)
        TypeError
            If the set is live and the agent's table has no ``alive`` flags.
        """
        live = self._positions is None
        told_last = live and isinstance(self._ordinary, _HardKeyAgentSet)
        position = self._position(agent)
        if position is None or not (agent in self or told_last):
            raise KeyError(agent)
        if self._positions is not None:
            self._positions = self._positions[self._positions != position]
            self._mask = None
        elif isinstance(agent, RowAgent):
            agent.table.flags("removed")[agent.row] = False
        else:
            self._ordinary.remove(agent)

    def __getstate__(self) -> dict[str, Any]:
        """Return the state for a pickle or deep copy, with strong references."""
        state = self.__dict__ | {"_mask": None}
        if not isinstance(self._ordinary, _HardKeyAgentSet):
            state["_ordinary"] = self._others()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over a state given by `__getstate__`."""
        vars(self).update(state)
        if not isinstance(self._ordinary, _HardKeyAgentSet):
            self._ordinary = [_lost if a is None else weakref.ref(a) for a in self._ordinary]
