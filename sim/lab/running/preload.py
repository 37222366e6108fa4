"""Readiness of a process for runs: importing this compiles (or loads) every kernel once.

The process that workers are copies of imports it first.
"""

import json
from contextlib import suppress

from sim.model.config.schema import Config
from sim.model.county import CountyModel

_DATA = {
    "title": {"en": "-", "zh": "-"},
    "county": {"registry": "513424"},
    "start": "2019-01",
    "reform": "2019-02",
    "months": 3,
    "spin_up": 1,
    "scale": 1000,
    "policies": {"merger": {"source": "registry"}},
}

with suppress(Exception):  # a run meets the same error where it is told
    CountyModel(Config.model_validate_json(json.dumps(_DATA)), seed=0).run_for(3)
