"""Made-up results of an experiment: 4 points (2 x 2 levels), 5 replicates, 12 old villages.

Every number is invented. The frames have the columns of `sim.lab.store.reading.ExperimentResults`.
"""

import numpy as np
import pandas as pd

from sim.lab.store.reading import ExperimentResults
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES

X, Y = "policies.merger.outposts", "policies.combined_role.share"
POINTS = [(0.0, 0.0), (0.5, 0.0), (0.0, 1.0), (0.5, 1.0)]
REPLICATES = 5
PARAMETERS = ["service.visit_sigma_km", "service.road_detour", "trust.adjust_rate"]
CODES = [f"51{i:04d}" for i in range(12)]


class MadeUp:
    """Results that were never simulated."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "experiment.yaml").write_text("config: {reform: 2020-04}\n", "utf-8")
        self.manifest = {
            "experiment": "factorial",
            "baseline": None,
            "question": {"en": "Made up?", "zh": "虚构？"},
        }
        self.design = pd.DataFrame(
            {"point": [0, 1, 2, 3], X: [p[0] for p in POINTS], Y: [p[1] for p in POINTS]}
        )
        rng = np.random.default_rng(3)
        self.luck = rng.normal(size=REPLICATES)
        self.worlds = np.arange(REPLICATES)
        self.measured = list(OUTCOMES)
        self.runs = self.outcomes(list(OUTCOMES)).assign(status="done", seed=1, doses="[]")

    by_levels, by_point = ExperimentResults.by_levels, ExperimentResults.by_point

    def shown(self):
        return list(HEADLINE)

    levels, months = ExperimentResults.levels, ExperimentResults.months
    end_months = ExperimentResults.end_months

    def value(self, key, point, replicate):
        size = 10.0 ** (list(OUTCOMES).index(key) % 5)
        x, y = POINTS[point]
        return size * (1 + 0.2 * x - 0.1 * y + 0.05 * x * y + 0.01 * self.luck[replicate - 1])

    def outcomes(self, keys=None):
        keys = list(HEADLINE) if keys is None else list(keys)
        rows = [
            {"point": p, X: POINTS[p][0], Y: POINTS[p][1], "replicate": r}
            | {key: self.value(key, p, r) for key in keys}
            for r in range(1, REPLICATES + 1)
            for p in range(4)
        ]
        return pd.DataFrame(rows)

    def effects(self, keys=None):
        keys = list(HEADLINE) if keys is None else list(keys)
        rows = []
        for p in (1, 2, 3):
            for key in keys:
                effect = self.value(key, p, 1) - self.value(key, 0, 1)
                rows.append(
                    {X: POINTS[p][0], Y: POINTS[p][1], "outcome": key, "unit": OUTCOMES[key].unit}
                    | {"reference": 1.0, "effect": effect, "low": effect - 1, "high": effect + 2}
                    | {"n": REPLICATES, "vr_factor": 2.0, "point": p, "against": 0}
                )
        return pd.DataFrame(rows)

    def means(self, keys=None):
        keys = list(HEADLINE) if keys is None else list(keys)
        rows = []
        for p in range(4):
            for key in keys:
                mean = self.value(key, p, 1)
                rows.append(
                    {X: POINTS[p][0], Y: POINTS[p][1], "outcome": key, "unit": OUTCOMES[key].unit}
                    | {"mean": mean, "low": mean - 1, "high": mean + 1, "n": REPLICATES, "point": p}
                )
        return pd.DataFrame(rows)

    @property
    def county(self):
        months = pd.date_range("2019-04-01", periods=24, freq="MS")
        parts = [
            pd.DataFrame({"point": p, "replicate": r, "month": months}).assign(
                **{key: self.value(key, p, r) for key in HEADLINE}
            )
            for p in range(4)
            for r in range(1, REPLICATES + 1)
        ]
        return pd.concat(parts, ignore_index=True)

    @property
    def villages(self):
        """Village i gains (i - 5) at the last point; 0 and 1 are merged, 1 absorbed."""
        parts = []
        for p in (0, 1, 2, 3):
            for r in range(1, REPLICATES + 1):
                effect = (np.arange(12) - 5.0) * (p == 3) + 0.01 * self.luck[r - 1] * (p == 3)
                parts.append(
                    pd.DataFrame(
                        {
                            "point": p,
                            "replicate": r,
                            "month": pd.Timestamp("2022-04-01"),
                            "code": CODES,
                            "unit": [CODES[0], CODES[0], *CODES[2:]] if p == 3 else CODES,
                            "absorbed": [p == 3 and i == 1 for i in range(12)],
                            "trust": 10.0 + effect,
                            "service_reach": 0.5 + 0.01 * effect,
                        }
                    )
                )
        return pd.concat(parts, ignore_index=True)


def answer(made):
    """Write, for made-up results, what the methods that have figures answer."""
    folder = made.folder / "tables"
    folder.mkdir()
    first, second = PARAMETERS[:2]
    index = {f"{k}{end}": 0.5 + d for k in ("S1_expected", "ST_expected") for end, d in
             (("", 0.0), ("_low", -0.1), ("_high", 0.2))}  # fmt: skip
    index |= {"S1": 0.3, "S1_conf": 0.1, "ST": 0.4, "ST_conf": 0.1}
    draws = np.linspace(1, 2, 50)
    swing = {"at_from": -0.2, "at_to": 0.3, "at_from_low": -0.3, "at_from_high": -0.1}
    swing |= {"at_to_low": 0.2, "at_to_high": 0.4, "from": 1.0, "to": 2.0, "n": 8}
    scores = {"score": 0.4, "low": 0.3, "high": 0.5, "idle": 0.1, "explained": 0.8, "n": 40}
    tables = {
        "swings": [{"outcome": k, "parameter": p} | swing for k in HEADLINE for p in PARAMETERS],
        "features": [{"outcome": k, "parameter": p} | scores for k in HEADLINE for p in PARAMETERS],
        "indices": [{"outcome": k, "parameter": p} | index for k in HEADLINE for p in PARAMETERS],
        "posterior": [dict.fromkeys(PARAMETERS, value) for value in draws],
        "parameters": [{"parameter": p, "from": 0.0, "to": 4.0} for p in PARAMETERS],
        "front": [{"point": 0}],
        "box": [
            {"parameter": first, "low": 1.0, "high": 3.0, "least": 1.0, "most": 4.0},
            {"parameter": second, "low": -np.inf, "high": 4.0, "least": 0.0, "most": 8.0},
        ],
        "failure": [{"density": 0.8, "coverage": 0.5, "n": 60, "fails": 0.3}],
        "shapley": [
            {"outcome": k, "part": part, "shapley": 0.4, "low": 0.3, "high": 0.5, "n": 8}
            for k in HEADLINE
            for part in ("merger", "headcount", "whole reform")
        ],
        "effects": [
            {"outcome": k, "parameter": p, "mu_star": 0.4 + i, "mu_star_conf": 0.1, "sigma": 0.2}
            | {"mu_star_luck_95": 0.05}
            for k in HEADLINE
            for i, p in enumerate(PARAMETERS)
        ],
        "targets": [
            {"target": k, "value": 1.0, "sd": 0.1, "prior_05": 0.2, "prior_95": 2.0, "agrees": True}
            | {"quantile_05": 0.9, "predicted": 1.0, "quantile_95": 1.1}
            | {"use": "held out" if k == HEADLINE[0] else "fitted"}
            for k in HEADLINE
        ],
    }
    study = {"design": "lot", "outcome": "trust", "unit": "1", "n": 100, "truth": -0.03}
    study |= {"none": 0, "power_is": "power"}
    tables["studies"] = [
        study | {"villages": v, "power": p, "power_low": p - 0.1, "power_high": p + 0.1}
        for v, p in ((10.0, 0.2), (40.0, 0.7))
    ]
    ends = {"added_low": -0.01, "added_high": 0.02, "bias_low": -0.01, "bias_high": 0.02}
    tables["sources"] = [
        study | ends | {"source": source, "added": 0.01, "bias": 0.01 * (at + 1)}
        for at, source in enumerate(("ideal", "selection"))
    ]
    for name, rows in tables.items():
        pd.DataFrame(rows).to_parquet(folder / f"{name}.parquet")
    with (made.folder / "experiment.yaml").open("a", encoding="utf-8") as file:
        file.write("objectives: {service_reach: more, cadre_workload: less}\n")
