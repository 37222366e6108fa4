"""State of the county: every attribute is documented, with the type and shape it has."""

import inspect
import re

import mesa
import numpy as np
import pytest

from sim.model.county import CountyModel

_ENTRY = re.compile(r"^(\w[\w, ]*) : (.+)\n((?: {4}.+\n?)+)", re.M)
_ARRAY = re.compile(r"(\w+) arrays? \(([^)]+)\)")


def documented():
    """Return (type, meaning) of every attribute in the docstrings of the county's own classes."""
    found = {}
    for cls in CountyModel.__mro__:
        if not cls.__module__.startswith("sim."):
            continue
        text = inspect.cleandoc(cls.__doc__ or "")
        parts = dict(re.findall(r"(\w[\w ]*)\n-{3,}\n(.*?)(?=\n\n\w[\w ]*\n-{3,}|\Z)", text, re.S))
        for names, kind, meaning in _ENTRY.findall(parts.get("Attributes", "") + "\n"):
            for name in names.split(", "):
                assert name not in found, f"{name} is documented twice"
                found[name] = kind, meaning.strip()
    return found


@pytest.fixture(scope="module")
def county(make_config, merger):
    """A county some months after its merger: what months replace is as they leave it."""
    county = CountyModel(make_config({"merger": merger}))
    county.run_for(9)
    assert county.merged
    return county


def test_every_attribute_is_documented_and_none_that_is_not_there(county):
    of_mesa = vars(mesa.Model(rng=1))
    own = {name for name in vars(county) if name not in of_mesa and not name.startswith("_")}
    assert own == documented().keys()


def test_types_and_shapes_are_as_documented(county):
    world, lag = county.world, county.project_pipeline.shape[1]
    sizes = {"V": len(world.villages), "G": world.group_village.size, "slots": county.slots}
    sizes |= {"months": lag, "N": len(county.villagers), "families": len(county.at_home)}
    arrays = 0
    for name, (kind, meaning) in documented().items():
        value = getattr(county, name)
        assert meaning.endswith("."), name
        said = _ARRAY.match(kind)
        assert isinstance(value, np.ndarray) == bool(said), name
        if said is None:
            assert type(value).__name__ in re.findall(r"\w+", kind), f"{name} is {kind}?"
            continue
        arrays += 1
        dtype = "structured" if value.dtype.names else value.dtype.name
        assert said[1] == dtype, f"{name} is of {dtype}, not {said[1]}"
        shape = tuple(eval(side, {}, sizes) for side in said[2].rstrip(",").split(","))
        assert value.shape == shape, f"{name} has shape {value.shape}, not ({said[2]})"
    assert arrays > 30
