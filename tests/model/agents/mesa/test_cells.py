"""Cells of Mesa's grid that know the model's row agents."""

import copy
import functools
import gc
import pickle
import weakref

import numpy as np
import pytest
from mesa.discrete_space import CellAgent, OrthogonalMooreGrid

from sim.model.agents.mesa.agentset import ColumnarAgentSet
from sim.model.agents.mesa.grid import county_grid
from tests.model.agents.small import Person, TableModel

SHAPE = (4, 3)


class Pedlar(CellAgent):
    band, trust = 0, 0.0


class TownModel(TableModel):
    """The small model on a grid."""

    @functools.cached_property
    def grid(self):
        return county_grid(
            self,
            SHAPE,
            {
                "village": np.arange(12, dtype=np.int32).reshape(SHAPE),
                "empty": np.zeros(SHAPE, dtype=bool),
            },
        )


@pytest.fixture
def model():
    return TownModel()


def residents(model, coordinate):
    return [p for p in model.agents_by_type[Person] if p.cell.coordinate == coordinate]


def test_cells_list_their_residents_and_placed_agents(model):
    cell = model.grid[1, 1]
    assert cell.agents == residents(model, (1, 1)) != []
    pedlar = Pedlar(model)
    pedlar.cell = cell
    assert cell.agents == [pedlar, *residents(model, (1, 1))] and pedlar in model.agents
    pedlar.remove()
    assert cell.agents == residents(model, (1, 1)) and not cell.is_empty
    assert all(person in person.cell.agents for person in model.agents_by_type[Person])


def test_neighbours_are_mesas(model):
    mesas = OrthogonalMooreGrid(SHAPE, random=model.random)
    for radius, centre in ((1, False), (1, True), (2, False), (2, True)):
        for cell in model.grid:
            ours = cell.get_neighborhood(radius, centre)
            theirs = mesas[cell.coordinate].get_neighborhood(radius, centre)
            assert [c.coordinate for c in ours] == [c.coordinate for c in theirs]
    around = model.grid[0, 0].neighborhood
    wanted = [p for cell in around for p in residents(model, cell.coordinate)]
    assert list(around.agents) == wanted != []
    assert around.select_random_agent() in wanted


def test_the_grid_lists_everybody_as_a_columnar_set(model):
    Pedlar(model).cell = model.grid[0, 0]
    agents = model.grid.agents
    assert isinstance(agents, ColumnarAgentSet) and len(agents) == 24
    assert sorted(agents.select(agent_type=Person).get("row")) == list(range(23))


def test_layers_are_live(model):
    grid = model.grid
    assert grid[2, 1].village == 7
    grid.village.data[2, 1] = 40
    assert grid[2, 1].village == 40 and grid.village.data.dtype == np.int32
    grid[2, 1].village = 41
    assert grid.village.data[2, 1] == 41
    assert grid.select_cells({"village": lambda values: values > 40}) == [(2, 1)]


def test_the_empty_layer_follows_who_is_there(model):
    grid = model.grid
    assert not grid.empty.data.any() and not grid[1, 1].is_empty
    pedlar = Pedlar(model)
    pedlar.cell = grid[1, 1]
    pedlar.cell = grid[1, 2]
    assert not grid[1, 1].empty
    alone = county_grid(model, (9, 9), {})
    assert alone.empty.data.all() and alone[8, 8].is_empty
    pedlar = Pedlar(model)
    pedlar.cell = alone[8, 8]
    assert not alone[8, 8].empty
    pedlar.cell = None
    assert alone[8, 8].empty


@pytest.mark.parametrize("start", ["model", "agent", "cell"])
@pytest.mark.parametrize("copied", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy])
def test_a_copy_has_its_own_cells(model, copied, start):
    pedlar = Pedlar(model)
    pedlar.cell = model.grid[1, 1]
    model.grid.village.data[1, 1] = 50
    if start == "model":
        twin = copied(model)
    elif start == "agent":
        twin = copied(pedlar).model
    else:
        twin = copied(model.grid[1, 1]).grid.model
    grid = twin.grid
    other = twin.agents_by_type[Pedlar].to_list()[0]
    assert grid is not model.grid and grid.model is twin and grid.random is twin.random
    assert grid[1, 1].village == 50 and grid[1, 1].random is twin.random
    assert other.cell is grid[1, 1] and grid[1, 1].agents[0] is other is not pedlar
    other.cell = grid[0, 1]
    grid.village.data[1, 1] = 60
    assert not grid[0, 1].empty and pedlar.cell is model.grid[1, 1]
    assert (grid[1, 1].village, model.grid[1, 1].village) == (60, 50)
    assert grid[1, 1].neighborhood.cells[0] is grid[0, 0]


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ({"village": np.zeros((3, 4))}, r"layer 'village' has shape \(3, 4\), but the grid has"),
        ({"agents": np.zeros(SHAPE)}, "layer 'agents' needs another name"),
        ({"width": np.zeros(SHAPE)}, "layer 'width' needs another name"),
    ],
)
def test_layers_are_checked(model, layers, words):
    with pytest.raises(ValueError, match=words):
        county_grid(model, SHAPE, layers)


def test_a_finished_model_is_forgotten(model):
    old = TownModel()
    assert len(old.grid[1, 1].neighborhood.cells) == 8
    reference = weakref.ref(old)
    del old
    gc.collect()
    assert reference() is None
