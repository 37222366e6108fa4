"""Worlds put end to end, by which lockstep is judged: each fares as it does alone."""

import numpy as np
import pytest

from benchmarks.lockstep import caught, copied, end_to_end
from sim.config import load
from sim.model.county import CountyModel

WORLDS = 3


@pytest.mark.parametrize("errands", ["deferrable", "given_up"])
def test_every_world_of_a_kernel_fares_as_alone(errands):
    changes = {"scale": 200, "variants": {"errands": errands}}
    county = CountyModel(load("configs/dechang_2020.yaml", changes))
    county.run_for(2)
    asked = [one for one in caught(county) if {"village_start", "flows"} <= one[2].keys()]
    names = {kernel.py_func.__name__ for _, kernel, _ in asked}
    assert names >= ({"ask", "arise", "settle"} if errands == "deferrable" else {"needs_pass"})
    for _, kernel, given in asked:
        alone, together = copied(given.values()), end_to_end(county, given, WORLDS)
        kernel(*alone)
        kernel(*together)
        of_one, of_all = (dict(zip(given, each, strict=True)) for each in (alone, together))
        for world in np.split(of_all["flows"], WORLDS):
            assert world.tobytes() == of_one["flows"].tobytes()
