"""One more villager changes nobody whom he does not meet."""

import json

import numpy as np
import pytest

from sim.model.config.schema import Config
from sim.model.county import CountyModel

WITH = 5  # the village that has one more


def county(folder, more, policies):
    """Twelve villages at scale 1; one has so many more registered persons."""
    path = folder / f"villages{more}.csv"
    rows = [
        f"{100 + i},村{i}村委会,镇{i // 4},{300 + 40 * i + more * (i == WITH)},{2 + 0.25 * (i % 5)}"
        for i in range(12)
    ]
    path.write_text("code,name,township,registered,area_km2\n" + "\n".join(rows) + "\n", "utf-8")
    data = {
        "title": {"en": "Small", "zh": "小县"},
        "county": {"villages": str(path), "groups_per_village": 4},
        "start": "2019-01",
        "reform": "2019-07",
        "months": 18,
        "spin_up": 6,
        "scale": 1,
        "policies": policies,
    }
    model = CountyModel(Config.model_validate_json(json.dumps(data)), 1)
    model.run_for(18)
    return model


@pytest.mark.parametrize(
    "policies",
    [
        {},
        {
            "merger": {"source": "generated", "ratio": 0.5},
            "combined_role": {"share": 1.0},
            "headcount": {"posts": {"by": "fixed", "number": 4}},
            "paperwork": {"relief": 0.3},
            "training": {},
            "oversight": {"mailbox": 1.0, "inspections": 1},
            "asset_rules": {"rule": "consent"},
        },
    ],
)
def test_one_more_villager_changes_nobody_elsewhere(tmp_path, policies):
    fewer, more = county(tmp_path, 0, policies), county(tmp_path, 1, policies)
    assert len(more.villagers) == len(fewer.villagers) + 1
    assert np.array_equal(fewer.borders.unit, more.borders.unit)
    met = fewer.borders.unit == fewer.borders.unit[WITH]
    places = {
        "villagers": (fewer.row_village(), more.row_village()),
        "cadres": (fewer.slot_village(), more.slot_village()),
        "collectives": (np.arange(12), np.arange(12)),
    }
    for name, (a, b) in places.items():
        one, other = getattr(fewer, name), getattr(more, name)
        for column in one.agent_type.columns:
            same = np.array_equal(one[column][~met[a]], other[column][~met[b]])
            assert same, f"{name}.{column}"
    assert not np.array_equal(  # where he lives he is felt: the test can fail
        fewer.villagers["trust"][places["villagers"][0] == WITH],
        more.villagers["trust"][places["villagers"][1] == WITH][:-1],
    )
