"""The county and its plain Mesa twin: the same to the last bit, agent by agent, month by month."""

import numpy as np
import pytest

from benchmarks.everything import all_policies
from benchmarks.plain_mesa import PlainCounty
from benchmarks.uncompiled import single, uncompiled
from sim.model import draws
from sim.model.agents import Cadre, VillageCollective, Villager
from sim.model.county import CountyModel
from sim.model.parameters.variants import VARIANTS

ARRAYS = ("flows", "hours", "share_served", "waiting_months", "backlog", "meeting_hours")
ARRAYS += ("group_trust", "venture_jobs", "work_found", "deaths", "returned_rows", "venture_rent")
ARRAYS += ("accustomed_service", "grievance", "leakage_found")
#: of every contested mechanism a form that is not the default
OTHER = {
    name: next(form for form in variant.forms if form != variant.default)
    for name, variant in VARIANTS.items()
}
#: those who live together, know each other, and become cadres
SOCIAL = {"ties": "on", "families": "on", "cadres": "villagers"}


def state(county):
    """Everything that villagers, cadres, accounts and villages are, as bytes by name."""
    kinds = {"villagers": Villager, "cadres": Cadre, "collectives": VillageCollective}
    found = {
        f"{name}.{column}": getattr(county, name)[column].tobytes()
        for name, kind in kinds.items()
        for column in kind.columns
    }
    return found | {f"county.{name}": getattr(county, name).tobytes() for name in ARRAYS}


def differences(one, other):
    ours, theirs = state(one), state(other)
    return [name for name in ours if ours[name] != theirs[name]]


@pytest.mark.parametrize("scale", [1, 7])
@pytest.mark.parametrize(
    ("every", "variants"),
    [(True, {}), (False, {}), (True, OTHER), (True, {"ties": "on"}), (True, SOCIAL)],
    ids=["all policies", "no policy", "other forms", "ties", "all that is social"],
)
def test_compiled_and_plain_county_are_the_same_to_the_last_bit(
    make_config, tmp_path, scale, every, variants
):
    villages = 9
    lines = [
        f"{100 + v},村{v}村委会,镇{v // 3},{(100 + 9 * v) * scale},{2 + v % 4}"
        for v in range(villages)
    ]
    path = tmp_path / "villages.csv"
    path.write_text("code,name,township,registered,area_km2\n" + "\n".join(lines) + "\n", "utf-8")
    config = make_config(
        all_policies(villages) if every else {},
        county={"villages": str(path), "groups_per_village": 3},
        months=24,
        spin_up=2,
        scale=scale,
        variants=variants,
        parameters={"service": {"request_rate": 0.3}, "livelihood": {"startup_rate_local": 0.0035}},
    )
    compiled, plain = CountyModel(config), PlainCounty(config)
    assert differences(compiled, plain) == []
    for _ in range(24):
        compiled.step()
        plain.step()
        assert differences(compiled, plain) == [], compiled.month
    assert compiled.ledger.closed == plain.ledger.closed
    for key, values in compiled.recorder.county.items():
        assert np.array_equal(values, plain.recorder.county[key], equal_nan=True), key
    happened = compiled.recorder.county
    assert happened["ventures_started"].sum() > 0 and happened["returns"].sum() > 0
    if every:
        assert (happened["visit_share"] > 0).any() and happened["startup_grants"].sum() > 0
        assert happened["displaced"].sum() > 0 and happened["villages"][-1] < villages


def test_plain_draws_are_the_compiled_ones():
    plain = uncompiled("sim.model.draws")
    lot = np.random.default_rng(1).integers(0, 2**64, (200, 2), dtype=np.uint64)
    for key, who in lot:
        for name in ("word", "uniform", "exponential", "normal"):
            assert getattr(plain, name)(int(key), int(who)) == getattr(draws, name)(key, who), name
        assert plain.poisson(int(key), int(who), 0.7) == draws.poisson(key, who, 0.7)


def test_uncompiled_rules_call_no_compiled_ones():
    plain = uncompiled("sim.model.processes.turning")
    assert not hasattr(plain.uniform, "py_func") and not hasattr(plain.choose_channel, "py_func")
    assert plain.uniform.__globals__["word"].__module__ == "benchmarks.uncompiled"
    assert single(0.1) == float(np.float32(0.1))
