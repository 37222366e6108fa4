"""Worlds put end to end, by which lockstep is judged: each fares as it does alone."""

import numpy as np
import pytest

from benchmarks.lockstep import LISTED, caught, copied, end_to_end
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
    rows = len(county.villagers)
    for _, kernel, given in asked:
        if kernel.py_func.__name__ == "needs_pass":  # it fills what nothing was in
            given["asking_start"][:] = 0
        alone, together = copied(given.values()), end_to_end(county, given, WORLDS)
        kernel(*alone)
        kernel(*together)
        of_one, of_all = (dict(zip(given, each, strict=True)) for each in (alone, together))
        own = [n for n, x in given.items() if np.shape(x)[:1] == (rows,) and n not in LISTED]
        assert {"needs", "channel"} & {*own} or kernel.py_func.__name__ == "counts"
        for name in ("flows", *own):
            for world in np.split(of_all[name], WORLDS):
                assert world.tobytes() == of_one[name].tobytes(), (kernel.py_func.__name__, name)
