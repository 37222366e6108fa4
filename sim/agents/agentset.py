"""Sets of agents that live in tables, with the operations of Mesa's AgentSet.

Operations on a named column (``get``, ``set``, ``agg``, ``groupby``, ``sort``) and on a function
marked with `columnar` work on arrays; operations on other functions make one view per agent,
which is slow for many agents and meant for looking at a few.
"""

import weakref
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import Any, Literal, NoReturn

import mesa
import numpy as np
from mesa.agentset import AbstractAgentSet, GroupBy, _HardKeyAgentSet
from numpy.typing import NDArray

from sim.agents.columns import RowAgent, Table

_Positions = NDArray[np.int64]
_BUILTINS: dict[Any, Callable[[NDArray[Any]], Any]] = {
    min: lambda values: values.min().item(),
    max: lambda values: values.max().item(),
    sum: lambda values: values.sum().item(),
    len: len,
}


COLUMNAR
class ColumnarAgentSet[A: mesa.Agent](AbstractAgentSet[A]):
    """An ordered set of row agents of one or more tables, and of ordinary agents beside them.

    Members are kept as one integer each: a place in the tables put end to end, followed by the
    ordinary agents. The sets a model owns (``model.agents``, ``model.agents_by_type``) are
    *live*: they hold whatever exists now, tables in the order they were installed, rows in
    order, then ordinary agents in the order they were registered. All others have members of
    their own, from which agents vanish when they leave the model (ordinary agents, as in Mesa,
    when nothing else refers to them).

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
    ) -> "ColumnarAgentSet[Any]":
        """Return the live set of some tables and, beside them, a Mesa set of ordinary agents."""
        live = cls.__new__(cls)
        live.random = random
        live._set_tables(tables)
        live._ordinary = ordinary if ordinary is not None else []
        live._positions = None
        live._mask = None
        return live

    def _like(self, positions: _Positions) -> "ColumnarAgentSet[A]":
        """Return the set with the agents at some of this set's positions."""
        part = type(self).__new__(type(self))
        part.random, part._tables, part._starts = self.random, self._tables, self._starts
        live = isinstance(self._ordinary, _HardKeyAgentSet)
        part._ordinary = [weakref.ref(agent) for agent in self._ordinary] if live else self._ordinary
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
        if all(table.alive is None for table in self._tables) and None not in others:
            return None
        flags = [
            np.ones(len(table), np.bool_) if table.alive is None else table.alive
            for table in self._tables
        ]
        return np.concatenate([*flags, np.array([a is not None for a in others], np.bool_)])

    def _current(self) -> _Positions:
        """Return the positions of the members that exist now, in order."""
        exists = self._exists()
        if self._positions is None:
            if exists is None:
                return np.arange(self._starts[-1] + len(self._ordinary))
            return np.flatnonzero(exists)
        return self._positions if exists is None else self._positions[exists[self._positions]]

    def _blocks(
        self, positions: _Positions
    ) -> Iterator[tuple[Table | None, _Positions, _Positions | slice]]:
        """Split positions by table: (table or None for ordinary agents, rows, where)."""
        if len(self._tables) == 1 and not self._ordinary:
            yield self._tables[0], positions, slice(None)
            return
        source = np.searchsorted(self._starts, positions, side="right") - 1
        for number, table in enumerate([*self._tables, None]):
            where = np.flatnonzero(source == number)
            if where.size:
                yield table, positions[where] - self._starts[number], where

    def _sole(self, positions: _Positions, name: str) -> tuple[Table, _Positions] | None:
        """Return (table, rows) if all positions are in one table that computes a name."""
        blocks = list(self._blocks(positions))
        if len(blocks) == 1 and blocks[0][0] is not None and blocks[0][0].computes(name):
            return blocks[0][0], blocks[0][1]
        return None

    def _agents_at(self, positions: _Positions) -> Iterator[A]:
        """Yield the agents at some positions, leaving out those that left meanwhile."""
        total = int(self._starts[-1])
        live = isinstance(self._ordinary, _HardKeyAgentSet)
        snapshot = list(self._ordinary) if live else self._ordinary
        source = np.searchsorted(self._starts, positions, side="right") - 1
        rows = positions - self._starts[source]
        for number, row in zip(source.tolist(), rows.tolist(), strict=True):
            if number < len(self._tables):
                table = self._tables[number]
                if table.exists(row):
                    yield table.agent(row)
                continue
            agent: Any = snapshot[row] if live else snapshot[row]()
            if agent is not None and (not live or agent in self._ordinary):
                yield agent
            del agent  # hold no ordinary agent while the caller works

    def _position(self, agent: object) -> int | None:
        """Return the position an agent has, member or not; None if it can have none."""
        if not isinstance(agent, RowAgent):
            others = self._others()
            if agent is None or not isinstance(agent, mesa.Agent) or agent not in others:
                return None
            return int(self._starts[-1]) + others.index(agent)  # type: ignore[arg-type]
        for start, table in zip(self._starts.tolist(), self._tables, strict=False):
            if table is agent.table:
                return start + agent.row
        return None

    # -- a collection -------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._current())

    def __iter__(self) -> Iterator[A]:
        return self._agents_at(self._current())

    def __contains__(self, agent: object) -> bool:
        if isinstance(agent, RowAgent) and not agent.table.exists(agent.row):
            return False
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
            return self.array(item)
        positions = self._current()
        if isinstance(item, slice):
            return list(self._agents_at(positions[item]))
        if not -len(positions) <= item < len(positions):
            raise IndexError(f"agent {item} of a set of {len(positions)} agents")
        return next(self._agents_at(positions[item : item + 1 or None]))

    def __repr__(self) -> str:
        kinds = [f"{len(rows)} {table.agent_type.__name__}" if table else f"{len(rows)} other"
                 for table, rows, _ in self._blocks(self._current())]
        return f"{type(self).__name__}({', '.join(kinds)})"

    def to_list(self) -> list[A]:
        """Return the agents as a list of views."""
        return list(self)

    def copy(self) -> "ColumnarAgentSet[A]":
        """Return a set with the same members and order, of its own."""
        return self._like(self._current())

    __copy__ = copy

    def _from_iterable(self, agents: Iterable[A]) -> "ColumnarAgentSet[A]":  # type: ignore[override]
        """Return the result of a set operation such as ``a | b``."""
        return type(self)(agents, self.random)

    def _update(self, agents: Iterable[A]) -> "ColumnarAgentSet[A]":
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
        position = self._position(agent)
        live = self._positions is None
        mesas_own = live and isinstance(self._ordinary, _HardKeyAgentSet)
        if position is None or (agent not in self and not mesas_own):
            raise KeyError(agent)
        if not live:
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
        self.__dict__.update(state)
        if not isinstance(self._ordinary, _HardKeyAgentSet):
            self._ordinary = [_lost if a is None else weakref.ref(a) for a in self._ordinary]

    # -- columns ------------------------------------------------------------------------

    def array(self, name: str) -> NDArray[Any]:
        """Return an attribute of all members as an array, in the order of the set.

        For a live set of a table without ``alive`` flags it is the column itself, not a copy.

        Parameters
        ----------
        name : str
            A column, a computed field or any attribute.

        Returns
        -------
        ndarray, shape (len(self),)
        """
        positions = self._current()
        sole = self._sole(positions, name)
        if sole is None:
            return np.asarray(self.get(name))
        table, rows = sole
        everyone = self._positions is None and table.alive is None
        return table.array(name) if everyone else table.array(name)[rows]

    def get(
        self,
        attr_names: str | Sequence[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """Return attributes of all members as Python values; see `mesa.agentset.AgentSet.get`."""
        if handle_missing not in ("error", "default"):
            raise ValueError(
                f"Unknown handle_missing option: {handle_missing}, "
                "should be one of 'error' or 'default'"
            )
        default = () if handle_missing == "error" else (default_value,)
        positions = self._current()
        if isinstance(attr_names, str):
            return self._values(positions, attr_names, default)
        columns = [self._values(positions, name, default) for name in attr_names]
        return [list(row) for row in zip(*columns, strict=True)] or [[] for _ in positions]

    def _values(self, positions: _Positions, name: str, default: tuple[Any, ...]) -> list[Any]:
        """Return one attribute at some positions; ``default`` is empty or (value,)."""
        blocks = list(self._blocks(positions))
        if len(blocks) == 1:
            return self._block_values(*blocks[0][:2], name, default)
        result: list[Any] = [None] * len(positions)
        for table, rows, where in blocks:
            values = self._block_values(table, rows, name, default)
            for place, value in zip(where.tolist(), values, strict=True):  # type: ignore[union-attr]
                result[place] = value
        return result

    def _block_values(
        self, table: Table | None, rows: _Positions, name: str, default: tuple[Any, ...]
    ) -> list[Any]:
        """Return one attribute of rows of one table, or of ordinary agents."""
        if table is None:
            others = self._others()
            return [getattr(others[row], name, *default) for row in rows.tolist()]
        if table.computes(name):
            return table.array(name)[rows].tolist()
        if default and not hasattr(table.agent_type, name):
            return list(default) * len(rows)
        return [getattr(table.agent(row), name, *default) for row in rows.tolist()]

    def set(self, attr_name: str, value: Any) -> "ColumnarAgentSet[A]":  # type: ignore[override]
        """Set an attribute of all members.

        Parameters
        ----------
        attr_name : str
            A column, or an attribute that the members' class lets be set.
        value : scalar, or ndarray of shape (len(self),)
            One value for all, or an array with one per member.
        """
        positions = self._current()
        each = isinstance(value, np.ndarray) and value.ndim > 0
        if each and value.shape != positions.shape:
            raise ValueError(
                f"{attr_name!r} of {len(positions)} agents cannot be set to an array of shape "
                f"{value.shape}: one value per agent is needed"
            )
        for table, rows, where in self._blocks(positions):
            if table is None or isinstance(getattr(table.agent_type, attr_name, None), property):
                given = value[where].tolist() if each else [value] * len(rows)
                start = self._starts[-1 if table is None else self._tables.index(table)]
                for agent, one in zip(self._agents_at(rows + start), given, strict=True):
                    setattr(agent, attr_name, one)
            else:
                table.write(attr_name, rows, value[where] if each else value)
        return self

    def agg(self, attribute: str, func: Callable | Iterable[Callable]) -> Any:
        """Aggregate an attribute over all members with one function or several.

        The built-ins ``min``, ``max``, ``sum`` and ``len``, NumPy's functions and functions
        marked `columnar` get an array, others a list as in Mesa. NumPy and `columnar`
        functions get 64-bit numbers, as they would from a list. ``sum`` of floats is NumPy's
        pairwise sum, equal to Python's but for rounding.
        """
        several = not callable(func)
        functions = list(func) if several else [func]
        wide: NDArray[Any] | None = None
        plain: list[Any] | None = None
        results = []
        for function in functions:
            if isinstance(attribute, str) and _takes_array(function):
                wide = _widen(self.array(attribute)) if wide is None else wide
                vectorised = len(wide) > 0 and wide.dtype.kind in "iuf"
                results.append(_BUILTINS.get(function, function)(wide) if vectorised
                               else function(wide))
            else:
                plain = self.get(attribute) if plain is None else plain
                results.append(function(plain))
        return results if several else results[0]

    # -- choosing, grouping, ordering -----------------------------------------------------

    def select(  # type: ignore[override]
        self,
        filter_func: Callable[[A], bool] | NDArray[np.bool_] | None = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,
        agent_type: type[A] | None = None,
    ) -> "ColumnarAgentSet[A]":
        """Return the members that pass a filter.

        Parameters
        ----------
        filter_func : callable or ndarray of bool, optional
            A function of an agent; one of a set marked `columnar`; or one flag per member.
        at_most : int or float
            Largest number of members to take; as a float up to 1.0, a share of the set.
        inplace : bool
            Change this set (not allowed for the model's own sets) instead of making a new one.
        agent_type : type, optional
            Take only agents of this class.
        """
        if inplace:
            self._own("select(inplace=True)")
        positions = self._current()
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(positions) * at_most)
        most = len(positions) if at_most >= len(positions) else max(int(np.ceil(at_most)), 0)
        if isinstance(filter_func, np.ndarray):
            if filter_func.shape != positions.shape or filter_func.dtype != np.bool_:
                raise ValueError(
                    f"select needs a bool array with one flag for each of {len(positions)} "
                    f"agents, not {filter_func.dtype} of shape {filter_func.shape}"
                )
            positions = positions[filter_func]
        if agent_type is not None:
            positions = self._of_type(positions, agent_type)
        if callable(filter_func):
            if getattr(filter_func, "columnar", False):
                positions = positions[self._each(filter_func, positions).astype(np.bool_)]
            else:
                positions = self._filter(filter_func, positions, most)
        positions = positions[:most]
        if not inplace:
            return self._like(positions)
        self._positions, self._mask = positions, None
        return self

    def _of_type(self, positions: _Positions, agent_type: type) -> _Positions:
        """Return the positions of agents of a class."""
        keep = np.zeros(len(positions), np.bool_)
        others = self._others()
        for table, rows, where in self._blocks(positions):
            if table is None:
                keep[where] = [isinstance(others[row], agent_type) for row in rows.tolist()]
            else:
                keep[where] = issubclass(table.agent_type, agent_type)
        return positions[keep]

    def _filter(self, passes: Callable[[A], bool], positions: _Positions, most: int) -> _Positions:
        """Return the first positions whose agents pass, calling no further than needed."""
        kept: list[int] = []
        for place, agent in enumerate(self._agents_at(positions)):
            if len(kept) >= most:
                break
            if passes(agent):
                kept.append(place)
        return positions[kept]

    def _each(self, function: Callable[..., Any], positions: _Positions) -> NDArray[Any]:
        """Return the values of a columnar function, called once for each class of agents."""
        parts = []
        for _, rows, where in self._blocks(positions):
            values = np.asarray(function(self._like(positions[where])))
            if values.shape != rows.shape:
                name = getattr(function, "__name__", repr(function))
                raise ValueError(
                    f"the columnar function {name} must return one value for each of "
                    f"{len(rows)} agents, not an array of shape {values.shape}"
                )
            parts.append((where, values))
        if not parts:
            return np.empty(0)
        result = np.empty(len(positions), np.result_type(*[values for _, values in parts]))
        for where, values in parts:
            result[where] = values
        return result

    def groupby(
        self,
        by: Callable[[A], Any] | str,
        result_type: Literal["agentset", "list"] = "agentset",
    ) -> GroupBy:
        """Group the members by an attribute, a function of an agent or a `columnar` one.

        Returns
        -------
        mesa.agentset.GroupBy
            Groups in the order of their first members; each a set, or a list of views.
        """
        positions = self._current()
        if isinstance(by, str):
            sole = self._sole(positions, by)
            keys = self._values(positions, by, ()) if sole is None else sole[0].array(by)[sole[1]]
        elif getattr(by, "columnar", False):
            keys = self._each(by, positions)
        else:
            keys = [by(agent) for agent in self._agents_at(positions)]
        split = _split_array(keys) if isinstance(keys, np.ndarray) else _split_list(keys)
        groups = {key: self._like(positions[places]) for key, places in split}
        if result_type == "list":
            return GroupBy({key: group.to_list() for key, group in groups.items()})
        return ColumnarGroupBy(groups)

    def shuffle(self, inplace: bool = False) -> "ColumnarAgentSet[A]":
        """Return the members in random order, the one Mesa would give with the same generator."""
        if inplace:
            self._own("shuffle(inplace=True)")
        return self._reordered(self._shuffled(), inplace)

    def _shuffled(self) -> _Positions:
        """Return the current positions in random order."""
        order = self._current().tolist()
        self.random.shuffle(order)
        return np.array(order, np.int64)

    def _reordered(self, positions: _Positions, inplace: bool) -> "ColumnarAgentSet[A]":
        """Return a set with these positions, or make them this set's own."""
        if not inplace:
            return self._like(positions)
        self._positions, self._mask = positions, None
        return self

    def sort(
        self, key: Callable[[A], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> "ColumnarAgentSet[A]":
        """Return the members ordered by an attribute or a function, largest first by default."""
        if inplace:
            self._own("sort(inplace=True)")
        positions = self._current()
        sole = self._sole(positions, key) if isinstance(key, str) else None
        if sole is not None:
            values = sole[0].array(str(key))[sole[1]]
            if ascending:
                order = np.argsort(values, kind="stable")
            else:  # equal ones keep their order
                order = len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1]
            return self._reordered(positions[order], inplace)
        if isinstance(key, str):
            keys = self._values(positions, key, ())
        else:
            keys = [key(agent) for agent in self._agents_at(positions)]
        order = sorted(range(len(keys)), key=keys.__getitem__, reverse=not ascending)
        return self._reordered(positions[order], inplace)

    # -- one agent at a time ----------------------------------------------------------------

    def do(self, method: str | Callable, *args: Any, **kwargs: Any) -> "ColumnarAgentSet[A]":
        """Call a method, or a function of an agent, for every member that is still there."""
        self._call(self._current(), method, args, kwargs)
        return self

    def shuffle_do(
        self, method: str | Callable, *args: Any, **kwargs: Any
    ) -> "ColumnarAgentSet[A]":
        """Call a method, or a function of an agent, for every member in random order."""
        self._call(self._shuffled(), method, args, kwargs)
        return self

    def map(self, method: str | Callable, *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method, or a function of an agent, for every member and return the results."""
        return self._call(self._current(), method, args, kwargs)

    def _call(
        self, positions: _Positions, method: str | Callable, args: Any, kwargs: Any
    ) -> list[Any]:
        agents = self._agents_at(positions)
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in agents]
        return [method(agent, *args, **kwargs) for agent in agents]


class ColumnarGroupBy(GroupBy):
    """Mesa's groups, aggregated by column."""

    def agg(self, attr_name: str, func: Callable) -> dict[Any, Any]:
        """Return the aggregate of an attribute in each group; see `ColumnarAgentSet.agg`."""
        return {key: group.agg(attr_name, func) for key, group in self.groups.items()}  # type: ignore[union-attr]
