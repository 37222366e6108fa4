"""Fields that a class of row agents declares: columns and what is computed from them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import DTypeLike, NDArray

if TYPE_CHECKING:
    from sim.model.agents.columns import RowAgent, Table


class Column:
    """A field of every agent of a class, stored as one array in the class's `Table`.

    Read on an agent it gives a Python scalar; written on an agent it changes the array.

    Parameters
    ----------
    dtype : dtype-like
        NumPy type of the array, for example ``"f8"`` or ``"u1"``.
    unit : str
        Unit of the values, for example ``"yuan/month"``, ``"0-1"`` or ``"code"``.
    doc : str
        Meaning of the values, one sentence.
    default : scalar, optional
        Value of every row of a new table.
    """

    name: str

    def __init__(self, dtype: DTypeLike, *, unit: str, doc: str, default: Any = 0) -> None:
        self.dtype = np.dtype(dtype)
        self.unit = unit
        self.default = default
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: "RowAgent | None", owner: type | None = None) -> Any:
        if agent is None:
            return self
        return agent.table._arrays[self.name][agent.row].item()

    def __set__(self, agent: "RowAgent", value: Any) -> None:
        self.write(agent.table, agent.row, value)

    def write(self, table: "Table", rows: Any, value: Any) -> None:
        """Store values in some rows of a table.

        Parameters
        ----------
        table : Table
            The table of the column.
        rows : int, slice or ndarray of int
            Row numbers.
        value : scalar or array-like
            One value for all rows, or one per row.

        Raises
        ------
        ValueError
            If the column's type cannot hold the value exactly (fractions, negative or large
            numbers in an integer column; text in a number column).
        """
        array = table._arrays[self.name]
        try:
            if array.dtype.kind in "iub":
                with np.errstate(invalid="ignore"):
                    exact = np.asarray(value).astype(array.dtype)
                if np.any(exact != value):
                    raise ValueError("the type cannot hold it exactly")
            array[rows] = value
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(
                f"{table.agent_type.__name__}.{self.name} is a column of type {array.dtype} "
                f"({self.unit}) and cannot take {value!r}: {error}"
            ) from error


class Derived:
    """A read-only field computed from the table whenever it is asked for.

    Parameters
    ----------
    compute : callable
        ``compute(table)`` gives an array of shape (n,), one value per row.
    unit, doc : str
        As for `Column`.
    row : callable, optional
        ``row(table, row)`` gives the value of one row. Without it, an agent computes the whole
        array to show its own value; give it where agents are read one by one.
    """

    name: str

    def __init__(
        self,
        compute: Callable[["Table"], NDArray[Any]],
        *,
        unit: str,
        doc: str,
        row: Callable[["Table", int], Any] | None = None,
    ) -> None:
        self.compute = compute
        self.row = row
        self.unit = unit
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: "RowAgent | None", owner: type | None = None) -> Any:
        if agent is None:
            return self
        if self.row is None:
            return agent.table.array(self.name)[agent.row].item()
        value = self.row(agent.table, agent.row)
        return value.item() if isinstance(value, np.generic) else value

    def __set__(self, agent: "RowAgent", value: Any) -> NoReturn:
        raise self.refusal(type(agent))

    def refusal(self, agent_type: type) -> AttributeError:
        """Return the error for an attempt to write the field."""
        return AttributeError(
            f"{agent_type.__name__}.{self.name} is computed from other columns and cannot be "
            "set; set those columns instead"
        )
