"""The two cases: what is set is set exactly."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.config import load
from sim.model.county import CountyModel
from sim.model.world.case import build_case

CONFIGS = Path(__file__).parent.parent.parent / "configs"


@pytest.fixture(scope="module")
def after_reform():
    """Both cases at a coarse scale, run to a year after the reform."""
    found = {}
    for name in ("leshan_shizhong_2020", "dechang_2020"):
        county = CountyModel(load(CONFIGS / f"{name}.yaml", {"scale": 50}))
        county.run_for(36)
        found[name] = county.recorder.county
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_leshan_has_its_published_villages_persons_and_areas(seed):
    case = build_case(load(CONFIGS / "leshan_shizhong_2020.yaml"), seed)
    world, plan = case.world, case.plan
    after = plan.villages_after(world.villages)
    persons = np.bincount(plan.seat, world.registered, plan.seat.size)[after]
    area = np.bincount(plan.seat, world.area_km2, plan.seat.size)[after]
    assert (len(world.villages), after.size) == (196, 124)
    assert world.registered.mean() == pytest.approx(1403, abs=0.01)
    assert world.area_km2.mean() == pytest.approx(3.55, rel=0.01)
    assert persons.mean() == pytest.approx(2089, rel=0.001)
    assert area.mean() == pytest.approx(5.32, rel=0.01)
    assert plan.becomes_community.sum() == 11


def test_dechang_has_its_published_units():
    case = build_case(load(CONFIGS / "dechang_2020.yaml"), 1)
    world, plan = case.world, case.plan
    assert (world.villages.is_village.sum(), (~world.villages.is_village).sum()) == (137, 5)
    assert plan.villages_after(world.villages).size == 65
    assert plan.seats.size - 65 == 7  # 4 urban and 3 rural communities in the report


def test_what_the_configurations_set_is_set(after_reform):
    leshan, dechang = after_reform["leshan_shizhong_2020"], after_reform["dechang_2020"]
    assert leshan["combined_share"][30] == pytest.approx(106 / 124)
    assert 496 <= leshan["posts"][30] <= 620
    assert (dechang["posts"][20], dechang["posts"][30]) == (411, 390)
    assert dechang["combined_share"][30] == 1.0


RUN = """
import sys
from sim.run import run
sys.exit(run(sys.argv[1], sys.argv[2], {"scale": 50, "months": 30}))
"""


def test_same_bytes_twice_and_under_other_hash_seeds(tmp_path):
    digests = []
    for number, hash_seed in enumerate(("0", "1", "1")):
        out = tmp_path / str(number)
        subprocess.run(
            [sys.executable, "-c", RUN, str(CONFIGS / "dechang_2020.yaml"), str(out)],
            env={"PYTHONHASHSEED": hash_seed, "PATH": "", "HOME": str(Path.home())},
            check=True,
            capture_output=True,
        )
        files = sorted(
            p for p in out.rglob("*") if p.suffix in (".parquet", ".csv", ".png", ".svg")
        )
        digests.append({str(p.relative_to(out)): p.read_bytes() for p in files})
        assert json.loads((out / "manifest.json").read_text("utf-8"))["months"] == 30
    assert digests[0].keys() == digests[1].keys() and len(digests[0]) >= 10
    assert [name for name in digests[0] if digests[0][name] != digests[1][name]] == []
    assert [name for name in digests[1] if digests[1][name] != digests[2][name]] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dechang_2020", "leshan_shizhong_2020"])
def test_every_registered_person_a_row(name):
    county = CountyModel(load(CONFIGS / f"{name}.yaml", {"scale": 1}))
    assert len(county.villagers) == county.world.registered.sum()
    county.run_for(84)
    assert np.isfinite(county.recorder.county["service_reach"]).all()
