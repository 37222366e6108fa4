"""Make a process ready for runs: compile (or load) every kernel once."""


def warm() -> None:
    """Simulate a few months of a coarse county."""
    import json

    from sim.model.config.schema import Config
    from sim.model.county import CountyModel

    data = {
        "title": {"en": "-", "zh": "-"},
        "county": {"registry": "513424"},
        "start": "2019-01",
        "reform": "2019-02",
        "months": 3,
        "spin_up": 1,
        "scale": 1000,
        "policies": {"merger": {"source": "registry"}},
    }
    CountyModel(Config.model_validate_json(json.dumps(data)), seed=0).run_for(3)
