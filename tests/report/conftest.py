"""The made-up run, written once."""

import json

import pytest
from made_up_run import write_run


@pytest.fixture(scope="session")
def made_up(tmp_path_factory):
    """Give the results of the made-up run."""
    return write_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="session")
def compared(village_csv, tmp_path_factory):
    """Give the folder of a small comparison with villages recorded."""
    from sim.api import experiment

    folder = tmp_path_factory.mktemp("compared")
    config = f"""
title: {{en: Small, zh: 小县}}
county: {{villages: {village_csv}, groups_per_village: 4}}
start: 2019-10
reform: 2020-01
months: 8
spin_up: 3
scale: 5
"""
    (folder / "small.yaml").write_text(config, "utf-8")
    (folder / "arms.yaml").write_text(
        json.dumps(
            {
                "config": "small.yaml",
                "method": "compare",
                "baseline": "none",
                "arms": {
                    "none": {},
                    "half": {"policies": {"merger": {"source": "generated", "ratio": 0.5}}},
                    "few": {"policies": {"merger": {"source": "generated", "ratio": 0.75}}},
                },
                "replicates": 3,
                "record": {"villages": "last"},
            }
        ),
        "utf-8",
    )
    experiment(folder / "arms.yaml", out=folder / "out", workers=1)
    return folder / "out"
