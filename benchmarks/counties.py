"""Counties to measure."""

import json
from typing import Any

from benchmarks.everything import all_policies
from sim.config import load
from sim.model.config.schema import Config

LESHAN = "configs/leshan_shizhong_no_reform.yaml"


def with_everything(path: str = LESHAN, persons: float | None = None, **changes: Any) -> Config:
    """Return a county with every policy from its second month on, merger as in the registry.

    Parameters
    ----------
    path : str
        A configuration without policies whose county has a list of 2020.
    persons : float, optional
        Registered persons per village instead of the configuration's.
    **changes
        Other values of the configuration.
    """
    data = load(path).model_dump(mode="json", exclude_defaults=True)
    data["policies"] = all_policies(196)
    data["policies"]["merger"] = {"source": "registry", "outposts": 0.3, "group_ratio": 0.6}
    if persons is not None:
        data["county"]["population"]["mean"] = persons
        for key in ("published_after", "leave_village_class"):
            data["county"].pop(key, None)
    data |= {"start": "2020-03", "spin_up": 1} | changes
    return Config.model_validate_json(json.dumps(data))
