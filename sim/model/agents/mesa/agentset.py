"""Sets of agents that live in tables, with the operations of Mesa's AgentSet.

Operations on a named column (``get``, ``set``, ``agg``, ``groupby``, ``sort``) and on a function
marked with `columnar` work on arrays; operations on other functions make one view per agent,
which is slow for many agents and meant for looking at a few.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, Self

import numpy as np
from mesa.agentset import GroupBy
from numpy.typing import NDArray

from sim.model.agents.columns import Table
from sim.model.agents.framework import mesa
from sim.model.agents.mesa.arrays import BUILTINS, split_array, split_list, takes_array, widen
from sim.model.agents.mesa.members import Members, Positions


def columnar[F: Callable[..., Any]](function: F) -> F:
    """Mark a function of an agent as one that takes a whole set and returns an array.

    A marked predicate given to ``select``, or a marked key given to ``groupby``, is called
    once with a set of agents ``s`` of one class, reads columns as ``s["trust"]`` and returns an
    array with one value per agent, instead of being called once per agent.
    """
    function.columnar = True  # type: ignore[attr-defined]
    return function


class ColumnarAgentSet[A: mesa.Agent](Members[A]):
    """A set of row agents, and of ordinary agents beside them, with Mesa's operations.

    See `Members` for who is in it. ``ColumnarAgentSet(agents)`` takes the place of Mesa's
    ``AgentSet(agents)``, whose weak references would lose row agents at once.
    """

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
        if self._positions is None and len(self._tables) == 1 and not self._ordinary:
            table = self._tables[0]
            if table.alive is None and table.computes(name):
                return table.array(name)
        sole = self._sole(self._current(), name)
        return np.asarray(self.get(name)) if sole is None else sole[0].array(name)[sole[1]]

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

    def _values(self, positions: Positions, name: str, default: tuple[Any, ...]) -> list[Any]:
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
        self, table: Table | None, rows: Positions, name: str, default: tuple[Any, ...]
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

    def set(self, attr_name: str, value: Any) -> Self:  # type: ignore[override]
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
        if callable(func):
            return self._aggregate(attribute, func)
        return [self._aggregate(attribute, function) for function in func]

    def _aggregate(self, attribute: str, function: Callable) -> Any:
        """Return one aggregate of an attribute."""
        builtin = next((fast for slow, fast in BUILTINS if slow is function), None)
        if isinstance(attribute, str) and (builtin or takes_array(function)):
            values = widen(self.array(attribute))
            if builtin is None:
                return function(values)
            if len(values) > 0 and values.dtype.kind in "biuf":
                return builtin(values)
        return function(self.get(attribute))

    # -- choosing, grouping, ordering -----------------------------------------------------

    def select(  # type: ignore[override]
        self,
        filter_func: Callable[[A], bool] | NDArray[np.bool_] | None = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,
        agent_type: type[A] | None = None,
    ) -> Self:
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

    def _of_type(self, positions: Positions, agent_type: type) -> Positions:
        """Return the positions of agents of a class."""
        keep = np.zeros(len(positions), np.bool_)
        others = self._others()
        for table, rows, where in self._blocks(positions):
            if table is None:
                keep[where] = [isinstance(others[row], agent_type) for row in rows.tolist()]
            else:
                keep[where] = issubclass(table.agent_type, agent_type)
        return positions[keep]

    def _filter(self, passes: Callable[[A], bool], positions: Positions, most: int) -> Positions:
        """Return the first positions whose agents pass, calling no further than needed."""
        kept: list[int] = []
        for place, agent in enumerate(self._agents_at(positions)):
            if len(kept) >= most:
                break
            if passes(agent):
                kept.append(place)
        return positions[kept]

    def _each(self, function: Callable[..., Any], positions: Positions) -> NDArray[Any]:
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
        split = split_array(keys) if isinstance(keys, np.ndarray) else split_list(keys)
        groups: dict[Any, Any] = {key: self._like(positions[places]) for key, places in split}
        if result_type == "list":
            return GroupBy({key: group.to_list() for key, group in groups.items()})
        return ColumnarGroupBy(groups)

    def shuffle(self, inplace: bool = False) -> Self:
        """Return the members in random order, the one Mesa would give with the same generator."""
        if inplace:
            self._own("shuffle(inplace=True)")
        return self._reordered(self._shuffled(), inplace)

    def _shuffled(self) -> Positions:
        """Return the current positions in random order."""
        order = self._current().tolist()
        self.random.shuffle(order)
        return np.array(order, np.int64)

    def _reordered(self, positions: Positions, inplace: bool) -> Self:
        """Return a set with these positions, or make them this set's own."""
        if not inplace:
            return self._like(positions)
        self._positions, self._mask = positions, None
        return self

    def sort(
        self, key: Callable[[A], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> Self:
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

    def do(self, method: str | Callable, *args: Any, **kwargs: Any) -> Self:
        """Call a method, or a function of an agent, for every member that is still there."""
        self._call(self._current(), method, args, kwargs)
        return self

    def shuffle_do(self, method: str | Callable, *args: Any, **kwargs: Any) -> Self:
        """Call a method, or a function of an agent, for every member in random order."""
        self._call(self._shuffled(), method, args, kwargs)
        return self

    def map(self, method: str | Callable, *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method, or a function of an agent, for every member and return the results."""
        return self._call(self._current(), method, args, kwargs)

    def _call(
        self, positions: Positions, method: str | Callable, args: Any, kwargs: Any
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


def install(model: mesa.Model, tables: Iterable[Table]) -> None:
    """Make a model's agents the rows of tables, besides any ordinary agents it has or gets.

    Afterwards ``model.agents`` and ``model.agents_by_type`` show the rows that exist now, and
    ordinary Mesa agents register and deregister as before.

    Parameters
    ----------
    model : mesa.Model
        The model.
    tables : iterable of Table
        Its tables, in the order their agents should come. May be called again for more.

    Raises
    ------
    ValueError
        If a table is of another model, or the model already has agents of its class.
    """
    present = model._all_agents
    ours = isinstance(present, ColumnarAgentSet)
    known: tuple[Table, ...] = present._tables if ours else ()
    for table in tables:
        name = table.agent_type.__name__
        if table.model is not model:
            raise ValueError(f"the table of {name} was made for another model: {table.model!r}")
        if table.agent_type in model._agents_by_type:
            raise ValueError(
                f"{type(model).__name__} already has agents of type {name}; install one table "
                "for each class of agents"
            )
        owned: Any = ColumnarAgentSet._live((table,), None, model.random)
        model._agents_by_type[table.agent_type] = owned
        known = (*known, table)
    ordinary: Any = present._ordinary if ours else present
    everybody: Any = ColumnarAgentSet._live(known, ordinary, model.random)
    model._all_agents = everybody
