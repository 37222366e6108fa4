"""The two dearest passes in NumPy: the same decisions as the county's, row by row."""

import numpy as np
import pytest

from benchmarks import vectorised
from benchmarks.everything import all_policies
from benchmarks.vectorised import PASSES, Rows, caught, copied
from sim.model.county import CountyModel
from sim.model.parameters.variants import FIRST_EDITION

FILLED = {
    "needs": ("needs", "channel", "ways", "flows"),
    "choices": ("labour", "returned", "capital", "back"),
}


@pytest.fixture(params=[1, 7, 40], ids="scale {}".format)
def county(request, make_config, tmp_path):
    """A county with every policy, a year after its reform."""
    scale, villages = request.param, 12
    path = tmp_path / "villages.csv"
    lines = [
        f"{100 + v},村{v}村委会,镇{v // 3},{(150 + 20 * v) * scale},{2 + v % 4}"
        for v in range(villages)
    ]
    path.write_text("code,name,township,registered,area_km2\n" + "\n".join(lines) + "\n", "utf-8")
    config = make_config(
        all_policies(villages),
        county={"villages": str(path), "groups_per_village": 3},
        months=40,
        scale=scale,
        variants=FIRST_EDITION,
        parameters={"service": {"request_rate": 0.3}, "livelihood": {"startup_rate_local": 0.0035}},
    )
    county = CountyModel(config)
    county.run_for(14)
    return county


@pytest.mark.parametrize("name", PASSES)
def test_numpy_decides_as_the_county_does(county, name):
    decided = 0
    for _ in range(13):
        kernel, given = caught(county, name)
        compiled, numpy = (dict(zip(given, copied(given.values()), strict=True)) for _ in range(2))
        kernel(*compiled.values())
        rows = Rows(county.village_start, county.group_start, county.world.identity)
        PASSES[name][2](rows, numpy)
        for column in FILLED[name]:
            ours, theirs = compiled[column], numpy[column]
            if ours.dtype.names:
                for field in ("residents", "needs", "minutes", "visits_wanted", "channel"):
                    np.testing.assert_allclose(theirs[field], ours[field], rtol=1e-9, err_msg=field)
            else:
                np.testing.assert_array_equal(theirs, ours, err_msg=column)
        changed = FILLED[name][0]
        decided += int((compiled[changed] != given[changed]).sum())
    assert decided > 20


def test_draws_are_the_models_own():
    from sim.model import draws

    key, who = np.uint64(12345), np.arange(1000, dtype=np.uint64)
    np.testing.assert_array_equal(vectorised.uniform(key, who), draws.uniforms(key, who))
    np.testing.assert_allclose(
        vectorised.normal(key, who), draws.normals(key, who), rtol=1e-9, atol=1e-12
    )
