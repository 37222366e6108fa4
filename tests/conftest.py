"""One small county that every room's tests share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# the first call of a rule compiles it, and how long that takes is the machine's affair
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def village_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve villages in three townships, with their own persons and areas."""
    path = tmp_path_factory.mktemp("county") / "villages.csv"
    rows = [
        f"{100 + i},村{i}村委会,镇{i // 4},{600 + 90 * i},{2.0 + 0.25 * (i % 5)}" for i in range(12)
    ]
    path.write_text("code,name,township,registered,area_km2\n" + "\n".join(rows) + "\n", "utf-8")
    return path


@pytest.fixture(scope="session")
def make_config(village_csv: Path) -> Callable[..., Any]:
    """Return a function that makes a configuration of the small county."""
    from sim.model.config.schema import Config

    def make(policies: dict[str, Any] | None = None, **changes: Any) -> Config:
        import json

        data = {
            "title": {"en": "Small", "zh": "小县"},
            "county": {"villages": str(village_csv), "groups_per_village": 4},
            "start": "2019-01",
            "reform": "2019-07",
            "months": 18,
            "spin_up": 6,
            "scale": 5,
            "policies": policies or {},
        } | changes
        return Config.model_validate_json(json.dumps(data))

    return make


MERGER = {"source": "generated", "ratio": 0.5}


@pytest.fixture(scope="session")
def merger() -> dict[str, Any]:
    """A merger of the small county, twelve villages into six."""
    return dict(MERGER)
