"""Burn in once, branch many: bit for bit the run from its start."""

import numpy as np
import pytest

from sim.lab.running import branching
from sim.lab.running.branching import Branch, beginning, first_month, simulate_all
from sim.model.county import CountyModel
from sim.model.policies import Policy
from sim.model.policies.blocks import POLICIES

POLICY_SETS = {
    "none": {},
    "merger": {"merger": {"source": "generated", "ratio": 0.5}},
    "other plan": {"merger": {"source": "generated", "ratio": 0.75}},
    "later": {"merger": {"source": "generated", "ratio": 0.5, "start": "2019-11"}},
    "early": {
        "merger": {"source": "generated", "ratio": 0.5},
        "consultation": {"heard": 0.1, "start": "2019-03", "ramp_months": 3},
    },
    "trigger": {
        "merger": {"source": "generated", "ratio": 0.5},
        "headcount": {"lines": 3, "start": "2019-01", "when": "service_reach < 1 for 2"},
    },
    "pay": {"pay": {"growth": 0.3}, "combined_role": {"share": 1.0}},
}


@pytest.fixture
def branches(make_config):
    return {name: Branch(make_config(given)) for name, given in POLICY_SETS.items()}


def state(county: CountyModel) -> dict[str, np.ndarray]:
    tables = {
        f"{table.agent_type.__name__}.{name}": np.array(table[name])
        for table in (county.villagers, county.cadres, county.collectives)
        for name in table._arrays
    }
    return tables | dict(county.recorder.county) | dict(county.recorder.village)


def same(one: CountyModel, other: CountyModel) -> None:
    first, second = state(one), state(other)
    for name, values in first.items():
        assert np.array_equal(values, second[name], equal_nan=values.dtype.kind == "f"), name
    assert one.trigger_log == other.trigger_log


def test_branches_are_the_runs_from_their_start(branches, make_config, monkeypatch):
    steps = []
    original = CountyModel._run_month
    monkeypatch.setattr(CountyModel, "_run_month", lambda c: (steps.append(1), original(c)))
    found = {id(branch): county for branch, county in simulate_all(list(branches.values()), 3)}
    shared = len(steps)
    for name, branch in branches.items():
        county = found[id(branch)]
        assert isinstance(county, CountyModel), name
        alone = CountyModel(branch.config, 3)
        alone.run_for(branch.config.months)
        same(county, alone)
        assert county.config is branch.config
    assert shared < 0.8 * (len(steps) - shared)


@pytest.mark.parametrize("names", [("later",), ("none", "later"), ("none", "later", "trigger")])
def test_only_months_that_are_read_are_recorded(branches, names):
    """Runs that share months record what any of them is read in; values are those of all months."""
    chosen, kept = [branches[name] for name in names], np.arange(branches["later"].config.months)
    for later, branch in enumerate(chosen):
        branch.read = None if branch is branches["trigger"] else kept >= kept.size - 3 - later
    for branch, county in simulate_all(chosen, 3):
        alone = CountyModel(branch.config, 3)
        alone.run_for(kept.size)
        read = kept >= 0 if branch.read is None else branch.read
        recorder = county.recorder
        assert recorder.recorded[read].all() and recorder.done == kept.size
        assert branch.read is None or len(names) > 2 or recorder.recorded.sum() <= 4
        for name, values in recorder.county.items():
            told = np.where(recorder.recorded, alone.recorder.county[name], np.nan)
            assert np.array_equal(values, told, equal_nan=True), name
        assert np.array_equal(recorder.unit[read], alone.recorder.unit[read])
        assert not np.isin(
            recorder.unit[~recorder.recorded], range(len(county.world.villages))
        ).any()


def test_every_policy_of_its_own(make_config):
    """Each kind of policy, as the configurations of the two cases use it."""
    from pathlib import Path

    from sim.config import load

    root = Path(__file__).parent.parent.parent / "configs"
    given: dict[str, dict] = {}
    for name in ("leshan_shizhong_2020", "dechang_2020"):
        for block, policy in load(root / f"{name}.yaml").active().items():
            if block in POLICIES and block != "merger":
                data = policy.model_dump(mode="json", exclude_none=True)
                given[block] = {k: v for k, v in data.items() if k not in ("start", "end")}
    given.pop("headcount", None)
    branches = [Branch(make_config({name: block})) for name, block in given.items()]
    assert len(branches) > 8
    for branch, county in simulate_all(branches, 5):
        alone = CountyModel(branch.config, 5)
        alone.run_for(branch.config.months)
        assert isinstance(county, CountyModel)
        same(county, alone)


def test_a_policy_that_decides_itself_when_it_applies_shares_nothing(make_config):
    class Always(Policy):
        def dose(self, county, month):
            return 1.0

        def apply(self, county, month):
            county.levers.lines[:] = 5

    config = make_config()
    assert first_month(config) == config.start + config.months
    policies = type(config.policies).model_construct(**{"x:Always": Always()})
    object.__setattr__(policies, "__pydantic_extra__", {"x:Always": Always()})
    changed = config.model_copy(update={"policies": policies})
    assert first_month(changed) == config.start - config.spin_up


def test_what_makes_a_beginning(make_config):
    config = make_config()
    assert beginning(config) == beginning(make_config(POLICY_SETS["merger"]))
    assert beginning(config) == beginning(make_config(reform="2019-09"))
    for other in ({"scale": 10}, {"spin_up": 3}, {"parameters": {"service": {"remote_km": 2.0}}}):
        assert beginning(config) != beginning(make_config(**other))


@pytest.mark.parametrize(("ratio", "shared"), [(0.5, True), (0.75, False)])
def test_other_plans_share_no_month(make_config, monkeypatch, ratio, shared):
    steps = []
    original = CountyModel._run_month
    monkeypatch.setattr(CountyModel, "_run_month", lambda c: (steps.append(1), original(c)))
    merger = {"source": "generated", "ratio": 0.5}
    configs = [
        make_config({"merger": merger}),
        make_config({"merger": merger | {"ratio": ratio, "start": "2019-08"}}),
    ]
    list(simulate_all([Branch(config) for config in configs], 3))
    alone = sum(config.months + config.spin_up for config in configs)
    assert (len(steps) < alone) == shared


def test_an_error_in_the_shared_months_is_that_of_each_run(branches, monkeypatch):
    def broken(county):
        raise ValueError("broken month")

    monkeypatch.setattr(branching.CountyModel, "step", broken)
    found = list(simulate_all(list(branches.values()), 3))
    assert len(found) == len(branches)
    for _, failure in found:
        assert isinstance(failure, branching.RunError)
        assert "broken month" in str(failure.__cause__)
