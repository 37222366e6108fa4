"""The county's cells as Mesa's grid, made when somebody asks for it."""

import copyreg
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, ClassVar

import numpy as np
from mesa.discrete_space import Cell, CellCollection, OrthogonalMooreGrid, PropertyLayer
from numpy.typing import NDArray

from sim.model.agents.mesa.agentset import ColumnarAgentSet

_Coordinate = tuple[int, ...]


class _Occupants(list):
    """The agents placed in a cell (the list), followed, when iterated, by its residents."""

    __slots__ = ("cell",)

    cell: "CountyCell"

    def __iter__(self) -> Iterator[Any]:
        """Yield placed agents, then the row agents the model locates in the cell."""
        yield from super().__iter__()
        find = getattr(self.cell.grid.model, "agents_at", None)
        if find is not None:
            yield from find(self.cell.coordinate)


class CountyCell(Cell):
    """A cell of the county: property layers as attributes, and the agents who are there.

    ``agents`` are those somebody placed (`mesa.discrete_space.CellAgent`) and the residents
    the model's ``agents_at(coordinate)`` gives. ``capacity`` counts placed agents only. The
    ``empty`` layer knows residents only where it was given to `county_grid`.
    """

    __slots__ = ()

    grid: ClassVar["CountyGrid"]  # Mesa makes one class of cells for each grid

    def __init__(self, coordinate: _Coordinate, **kwargs: Any) -> None:
        super().__init__(coordinate, **kwargs)
        self._agents = _Occupants()
        self._agents.cell = self

    @property
    def agents(self) -> list[Any]:
        """The agents in the cell, placed ones first."""
        return list(self._agents)

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in the cell."""
        return next(iter(self._agents), None) is None

    def get_neighborhood(  # type: ignore[override]
        self, radius: int = 1, include_center: bool = False
    ) -> CellCollection:
        """Return the cells within a radius (cells, steps of 8 neighbours).

        Mesa caches this for all grids together, which keeps finished models in memory.
        """
        find: Any = Cell._neighborhood.__wrapped__
        return CellCollection(find(self, radius, include_center), random=self.random)

    def _clear_cache(self) -> None:
        """Do nothing: nothing is cached."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy the cell as a place in its grid."""
        return _cell_of, (self.grid, self.coordinate)


def _cell_of(grid: "CountyGrid", coordinate: _Coordinate) -> Cell:
    return grid[coordinate]


class CountyGrid(OrthogonalMooreGrid[CountyCell]):
    """Mesa's grid with 8 neighbours, whose cells know the model's row agents.

    A pickle or copy holds the layers and the placed agents, and builds the cells anew;
    connections between cells changed by hand are not kept.

    Parameters
    ----------
    model : mesa.Model
        The model, which may offer ``agents_at(coordinate)``, the row agents in a cell.
    shape : tuple of int
        Number of cells along each axis.
    """

    def __init__(self, model: Any, shape: tuple[int, ...]) -> None:
        random = model.random if model is not None else Random(0)
        super().__init__(shape, random=random, cell_klass=CountyCell)
        copyreg.dispatch_table.pop(self.cell_klass, None)  # Mesa's pickles lose the layers
        self.cell_klass.grid = self  # type: ignore[attr-defined]
        self.model = model

    @property
    def agents(self) -> ColumnarAgentSet:  # type: ignore[override]
        """All agents on the grid, cell by cell."""
        return ColumnarAgentSet(self.all_cells.agents, self.random)

    def add_layer(self, name: str, values: NDArray[Any]) -> None:
        """Add a property layer with a copy of some values, or overwrite the layer ``empty``.

        Parameters
        ----------
        name : str
            Name, also of the cells' attribute.
        values : ndarray, shape as the grid
            Values; the layer has their type.

        Raises
        ------
        ValueError
            If the shape is not the grid's, or the name is taken.
        """
        if values.shape != tuple(self.dimensions):
            raise ValueError(
                f"layer {name!r} has shape {values.shape}, but the grid has {self.dimensions}"
            )
        if name in self._mesa_property_layers and name == "empty":
            self._mesa_property_layers[name].data = values
        elif hasattr(self.cell_klass, name) or hasattr(type(self), name):
            raise ValueError(f"layer {name!r} needs another name: cells or the grid have that")
        else:
            self.add_property_layer(PropertyLayer.from_data(name, values))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy the grid as its shape, then model, layers and placed agents."""
        state = {
            "model": self.model,
            "random": self.random,
            "layers": {name: layer.data for name, layer in self._mesa_property_layers.items()},
            "placed": {
                cell.coordinate: list.copy(cell._agents) for cell in self if len(cell._agents)
            },
        }
        return CountyGrid, (None, self.dimensions), state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over a state given by `__reduce__`."""
        self.model = state["model"]
        self.random = self.all_cells.random = state["random"]
        for cell in self:
            cell.random = self.random
        for name, values in state["layers"].items():
            self.add_layer(name, values)
        for coordinate, agents in state["placed"].items():
            self[coordinate]._agents.extend(agents)


def county_grid(
    model: Any, shape: tuple[int, ...], layers: Mapping[str, NDArray[Any]]
) -> CountyGrid:
    """Return Mesa's grid of the county's cells.

    Parameters
    ----------
    model : mesa.Model
        The model; cells list the row agents of its ``agents_at(coordinate)``, if it has that.
    shape : tuple of int
        Number of cells along each axis.
    layers : mapping of str to ndarray, shape as the grid
        Property layers, copied. Write to ``grid.<name>.data[:]`` later and cells see it. A
        bool layer ``"empty"`` says which cells have no residents; Mesa assumes all.

    Raises
    ------
    ValueError
        If a layer has another shape or a name that cells or the grid already have.
    """
    grid = CountyGrid(model, tuple(int(cells) for cells in shape))
    for name, values in layers.items():
        grid.add_layer(name, np.asarray(values))
    return grid
