"""Ten counties of ten provinces, each from a name and the month of its reform alone."""

import json

import numpy as np
import pytest

from sim.lab.running.branching import beginning
from sim.model.config.schema import Config
from sim.model.county import CountyModel
from sim.model.world.case import build_case
from sim.model.world.outline import enclosed
from sim.model.world.plan import judge
from sim.model.world.registry import find_county

TEN = [
    ("章丘区", "2021-06", "370114", (890, 532)),
    ("hongtong", "2020-01", "141024", (434, 325)),
    ("Yongkang Shi", "2018-12", "330784", (710, 403)),
    ("fengxiang", "2018-03", "610305", (233, 160)),
    ("enshi jianshi", "2023-03", "422822", (363, 139)),
    ("天柱县", "2018-03", "522627", (315, 117)),
    ("越西县", "2020-04", "513434", (289, 168)),
    ("xinghua", "2019-03", "321281", (613, 474)),
    ("滑县", "2021-01", "410526", (1009, 727)),
    ("古浪县", "2021-01", "620622", (244, 186)),
]


def configuration(name, month, **county):
    return Config.model_validate_json(json.dumps({
        "title": {"en": "-", "zh": "-"},
        "county": {"registry": name, **county},
        "start": f"{int(month[:4]) - 1}-{month[5:]}",
        "reform": month,
        "months": 24,
        "spin_up": 3,
        "scale": 1000,
        "policies": {"merger": {"source": "registry"}},
    }))  # fmt: skip


def test_they_are_of_ten_provinces():
    assert len({code[:2] for _, _, code, _ in TEN}) == 10
    assert sum(name.isascii() for name, *_ in TEN) == 5


@pytest.mark.parametrize(("name", "month", "code", "villages"), TEN)
def test_a_county_runs_from_its_name_alone(name, month, code, villages):
    entry = find_county(name)
    assert entry.code == code
    config = configuration(name, month)
    case = build_case(config, 1)
    world, plan = case.world, case.plan
    before = int(world.villages.is_village.sum())
    assert (before, plan.villages_after(world.villages).size) == villages
    assert plan.source == "registry"
    lists = [entry.numbers[year] for year in entry.years]
    assert set(villages) <= set(lists)
    # a village has its share of the county's land, communities theirs
    share = before / (before + _communities(entry, before))
    assert world.area_km2.sum() == pytest.approx(entry.area_km2 * share, rel=0.001)
    # they lie in its outline; those that merge are next to each other
    assert enclosed(world.border) * world.cell_km**2 == pytest.approx(entry.area_km2, rel=0.001)
    assert judge(plan, world)["overall"]["not_contiguous"] == 0
    county = CountyModel(config, seed=1, case=case)
    county.run_for(14)
    assert np.unique(county.borders.unit).size == plan.seats.size


def _communities(entry, before):
    year = max(y for y in entry.years if entry.numbers[y] == before)
    return entry.communities[year]


def test_lists_may_be_chosen():
    config = configuration("德昌县", "2020-04", year=2017, year_after=2023)
    case = build_case(config, 1)
    assert case.plan.villages_after(case.world.villages).size == 65
    with pytest.raises(ValueError, match="year_after 2018 must be later than year 2019"):
        configuration("德昌县", "2020-04", year=2019, year_after=2018)


def test_runs_whose_reforms_have_other_lists_share_no_beginning():
    one, two = (configuration("德昌县", month) for month in ("2020-03", "2020-05"))
    same = {"start": one.start, "months": 60}
    assert beginning(one.model_copy(update=same)) == beginning(two.model_copy(update=same))
    early, late = (configuration("洪洞县", month) for month in ("2020-01", "2023-01"))
    same = {"start": early.start, "months": 60}
    assert beginning(early.model_copy(update=same)) != beginning(late.model_copy(update=same))
