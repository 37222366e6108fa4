"""What runs share of a county: built once, closed to writing, read again when a file changes."""

import copy
import pickle

import numpy as np
import pytest

from sim.model.config.county import County
from sim.model.world.case import build_case, build_county


def test_nobody_writes_to_what_runs_share(make_config):
    case = build_case(make_config({"merger": {"source": "generated", "ratio": 0.5}}), 1)
    loaded = pickle.loads(pickle.dumps(case))
    for record in (case.world, case.world.villages, case.plan, loaded.world, loaded.plan):
        arrays = [value for value in vars(record).values() if isinstance(value, np.ndarray)]
        assert arrays
        for array in arrays:
            with pytest.raises(ValueError, match="read-only"):
                array[:1] = array[:1]
    assert copy.deepcopy(case).world is case.world


def test_runs_of_a_county_and_seed_share_its_world_and_plan(make_config):
    plain, merged, other = (
        make_config({"merger": {"source": "generated", "ratio": ratio}} if ratio else {})
        for ratio in (None, 0.5, 0.75)
    )
    cases = [build_case(config, 1) for config in (plain, merged, other, merged)]
    assert all(case.world is cases[0].world for case in cases)
    assert cases[1].plan is cases[3].plan
    assert not np.array_equal(cases[1].plan.seat, cases[2].plan.seat)
    assert build_case(plain, 2).world is not cases[0].world


def test_a_table_that_has_changed_is_read_again(tmp_path):
    path = tmp_path / "villages.csv"
    rows = "code,name,township,registered\n1,甲村,东镇,{}\n2,乙村,东镇,600\n"
    path.write_text(rows.format(500), "utf-8")
    county = County.model_validate({"villages": str(path)})
    world = build_county(county, 1)[0]
    assert build_county(county.model_copy(), 1)[0] is world
    path.write_text(rows.format(1500), "utf-8")
    assert build_county(county, 1)[0].registered.tolist() == [1500, 600]
