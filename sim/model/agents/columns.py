"""State in columns, agents as views on rows.

A class of agents declares its state once, as `Column` attributes with a type, a unit and a
meaning. A `Table` holds one NumPy array per column; a `RowAgent` is a light Mesa agent that
looks at one row of it, made when somebody asks for it and holding nothing itself. Loops over
many rows (the processes) work on the arrays; views are for reading, drawing and tests.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import nearest
from sim.model.agents.fields import Column, Derived
from sim.model.agents.framework import mesa

_NUMBERS = ("row", "unique_id")  # what every table can compute besides its columns


class RowAgent[M: mesa.Model](mesa.Agent[M]):
    """A Mesa agent that is a view on one row of a `Table`.

    Subclasses declare columns, and may define methods and properties. Two views on the same
    row are equal and hash alike, but need not be the same object: compare with ``==``. Views
    hold no state, so they can be thrown away, and Mesa's weak sets of views are soon empty;
    sets of views are `sim.model.agents.mesa.agentset.ColumnarAgentSet`.

    Attributes
    ----------
    columns : mapping of str to Column
        The class's columns by name, inherited ones first.
    derived : mapping of str to Derived
        The class's computed fields by name.
    table : Table
        Where the state is.
    row : int
        Row number in the table.
    """

    __slots__ = ("row", "table")

    columns: ClassVar[Mapping[str, Column]] = MappingProxyType({})
    derived: ClassVar[Mapping[str, Derived]] = MappingProxyType({})
    row: int
    table: "Table"
    pos: None = None  # type: ignore[assignment]  # Mesa's legacy spaces; see `cell`

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Collect the columns, and refuse names that Mesa or the view itself needs."""
        super().__init_subclass__(**kwargs)
        fields = {
            name: field
            for parent in reversed(cls.__mro__)
            for name, field in vars(parent).items()
            if isinstance(field, Column | Derived)
        }
        taken = sorted(name for name in fields if hasattr(RowAgent, name) and name != "cell")
        if taken:
            raise TypeError(
                f"{cls.__name__} declares the columns {taken}, which every agent already has "
                "as an attribute or method; choose other names"
            )
        current = {name: field for name, field in fields.items() if getattr(cls, name) is field}
        cls.columns = MappingProxyType(
            {name: field for name, field in current.items() if isinstance(field, Column)}
        )
        cls.derived = MappingProxyType(
            {name: field for name, field in current.items() if isinstance(field, Derived)}
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        name = type(self).__name__
        raise TypeError(
            f"{name} agents are views on the rows of a table and are not created one by one; "
            f"take one from model.agents_by_type[{name}], or make a Table({name}, model, n)"
        )

    @property
    def model(self) -> M:  # pyright: ignore[reportIncompatibleVariableOverride]  # Mesa has a field
        """The model the agent belongs to."""
        return self.table.model

    @property
    def unique_id(self) -> int:
        """Mesa's identifier, unique within the model: the table's first one plus the row."""
        return self.table.first_id + self.row

    @property
    def cell(self) -> Any:
        """The grid cell the agent stands on, from the model's ``cell_of(agent)``."""
        find = getattr(self.model, "cell_of", None)
        if find is None:
            raise AttributeError(
                f"{self!r} has no cell: {type(self.model).__name__} offers no method "
                "cell_of(agent) that gives the grid cell of an agent"
            )
        return find(self)

    def __getattr__(self, name: str) -> Any:
        """Say which attribute is missing, and what it may have been meant to be."""
        if hasattr(type(self), name):  # a property that failed: let its own error speak
            return object.__getattribute__(self, name)
        raise unknown(type(self), name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Write through to the column; refuse anything that is not in the table."""
        if isinstance(getattr(type(self), name, None), Column | Derived | property):
            object.__setattr__(self, name, value)
        else:
            raise unknown(type(self), name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowAgent) and other.table is self.table and other.row == self.row

    def __hash__(self) -> int:
        return hash((id(self.table), self.row))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy the view as table and row."""
        return _view, (self.table, self.row)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(row={self.row})"

    def remove(self) -> None:
        """Take the agent out of the model: its row's ``alive`` flag is cleared.

        Raises
        ------
        TypeError
            If the table has no ``alive`` flags.
        """
        self.table.flags("removed")  # Mesa's remove() would hide the error
        super().remove()


_new = object.__new__
_set_table = vars(RowAgent)["table"].__set__
_set_row = vars(RowAgent)["row"].__set__


def _view(table: "Table", row: int) -> Any:
    """Return a view on a row, without the checks of `RowAgent.__setattr__`."""
    agent = _new(table.agent_type)
    _set_table(agent, table)
    _set_row(agent, row)
    return agent


def unknown(agent_type: type[RowAgent], name: str) -> AttributeError:
    """Return the error for a name that is no attribute of a class of row agents."""
    if hasattr(agent_type, name):
        return AttributeError(
            f"{agent_type.__name__}.{name} is not a column: it cannot be set or read as an array"
        )
    fields = [*agent_type.columns, *agent_type.derived]
    public = [word for word in dir(agent_type) if not word.startswith("_")]
    return AttributeError(
        f"{agent_type.__name__} has no column or attribute {name!r}"
        f"{nearest(name, {*fields, *public}) or f'; its columns are {sorted(fields)}'}"
    )


class Table[A: RowAgent]:
    """The state of all agents of one class: one NumPy array per column.

    Parameters
    ----------
    agent_type : type of RowAgent
        The class whose columns the table holds.
    model : mesa.Model
        The model, after its ``super().__init__()``. The table takes n consecutive identifiers.
    n : int
        Number of rows; fixed.
    alive : ndarray of bool, shape (n,), optional
        Which rows exist now; shared, not copied, so the model may change it at any time.
        Without it all rows always exist.

    Attributes
    ----------
    first_id : int
        ``unique_id`` of row 0.
    """

    def __init__(
        self, agent_type: type[A], model: Any, n: int, alive: NDArray[np.bool_] | None = None
    ) -> None:
        if not (isinstance(agent_type, type) and issubclass(agent_type, RowAgent)):
            raise TypeError(f"a table holds agents of a RowAgent subclass, not {agent_type!r}")
        if not hasattr(model, "agent_id_counter"):
            raise ValueError(
                f"{type(model).__name__} is not ready for tables: call super().__init__() first"
            )
        if n < 0:
            raise ValueError(f"a table of {agent_type.__name__} needs n >= 0 rows, not {n}")
        if alive is not None and (alive.shape != (n,) or alive.dtype != np.bool_):
            raise ValueError(
                f"alive flags of {n} {agent_type.__name__} rows must be a bool array of shape "
                f"({n},), not {alive.dtype} of shape {alive.shape}"
            )
        self.agent_type = agent_type
        self.model = model
        self.alive = alive
        self.first_id: int = model.agent_id_counter
        model.agent_id_counter += n
        self._n = n
        self._arrays = {
            name: np.full(n, column.default, column.dtype)
            for name, column in agent_type.columns.items()
        }

    def __len__(self) -> int:
        """Return the number of rows, whether their agents exist now or not."""
        return self._n

    def __repr__(self) -> str:
        return f"Table({self.agent_type.__name__}, {self._n} rows, {self.nbytes} bytes)"

    @property
    def nbytes(self) -> int:
        """Memory of all columns, in bytes."""
        return sum(array.nbytes for array in self._arrays.values())

    def computes(self, name: str) -> bool:
        """Return whether `array` has this name: a column, a computed field, row, unique_id."""
        return name in self._arrays or name in self.agent_type.derived or name in _NUMBERS

    def array(self, name: str) -> NDArray[Any]:
        """Return a column's live array, or a computed field.

        Parameters
        ----------
        name : str
            A `Column` (the array itself: writing changes the agents), a `Derived` field,
            ``"row"`` or ``"unique_id"`` (fresh arrays).

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        AttributeError
            If there is no such column; the nearest name is given.
        ValueError
            If a computed field does not have one value per row.
        """
        if name in self._arrays:
            return self._arrays[name]
        if name in _NUMBERS:
            start = self.first_id if name == "unique_id" else 0
            return np.arange(start, start + self._n)
        derived = self.agent_type.derived.get(name)
        if derived is None:
            raise unknown(self.agent_type, name)
        values = np.asarray(derived.compute(self))
        if values.shape != (self._n,):
            raise ValueError(
                f"{self.agent_type.__name__}.{name} must compute one value for each of the "
                f"{self._n} rows, not an array of shape {values.shape}"
            )
        return values

    __getitem__ = array

    def columns(self, *names: str) -> list[NDArray[Any]]:
        """Return the live arrays of several columns, in the order named."""
        return [self._arrays[name] for name in names]

    def __setitem__(self, name: str, values: Any) -> None:
        """Overwrite a whole column in place, with one value or one per row."""
        self.write(name, slice(None), values)

    def write(self, name: str, rows: Any, values: Any) -> None:
        """Store values in some rows of a column; see `Column.write`."""
        if name in self.agent_type.derived:
            raise self.agent_type.derived[name].refusal(self.agent_type)
        if name not in self._arrays:
            raise unknown(self.agent_type, name)
        self.agent_type.columns[name].write(self, rows, values)

    def agent(self, row: int) -> A:
        """Return the view on a row (0 <= row < n), whether its agent exists now or not.

        Raises
        ------
        IndexError
            If there is no such row.
        """
        if not 0 <= row < self._n:
            raise IndexError(f"{self.agent_type.__name__} has rows 0 to {self._n - 1}, not {row}")
        return _view(self, row)

    def exists(self, row: int) -> bool:
        """Return whether the row's agent exists now."""
        return self.alive is None or bool(self.alive[row])

    def flags(self, verb: str) -> NDArray[np.bool_]:
        """Return the ``alive`` flags, or raise TypeError if rows cannot come and go."""
        if self.alive is None:
            raise TypeError(
                f"{self.agent_type.__name__} agents cannot be {verb}: their table has no alive "
                f"flags; make it with Table({self.agent_type.__name__}, model, n, alive=flags)"
            )
        return self.alive
