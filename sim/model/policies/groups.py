"""Groups and ranks of villages that several policies go by."""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import F8, I8

if TYPE_CHECKING:
    from sim.model.county import CountyModel


def of_townships(county: "CountyModel", units: I8, size: int) -> list[I8]:
    """Return units in groups of about so many, each of one township, in the order of the list."""
    units = units[county.world.township[units].argsort(kind="stable")]
    town, found = county.world.township[units], []
    ends = np.concatenate(([0], (town[1:] != town[:-1]).nonzero()[0] + 1, [units.size]))
    wanted = np.maximum(np.rint((ends[1:] - ends[:-1]) / size), 1.0).astype(np.int64)
    for (first, last), groups in zip(pairwise(ends.tolist()), wanted.tolist(), strict=True):
        least, wider = (last - first) // groups, (last - first) % groups  # the first have one more
        cuts = [first + k * least + (k if k < wider else wider) for k in range(groups + 1)]
        found += [units[a:b] for a, b in pairwise(cuts) if a < b]
    return found


def rent_per_person(county: "CountyModel") -> F8:
    """Return the lasting income of collectives per registered person, fen/year, by unit (V,)."""
    borders = county.borders
    return borders.total(county.collectives["rent"]) / np.maximum(borders.registered, 1)
