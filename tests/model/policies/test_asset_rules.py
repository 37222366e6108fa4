"""Asset rules: accounts apart, pooled as members agree, or pooled at once."""

import numpy as np
import pytest

from sim.run import simulate
from tests.promises.test_county import differences


def run(make_config, merger, months=60, **block):
    policies = {"merger": merger}
    if block:
        policies["asset_rules"] = block
    return simulate(make_config(policies, months=months))


@pytest.fixture(scope="module")
def rules(make_config, merger):
    names = ("separate", "consent", "pooled")
    return {rule: run(make_config, merger, rule=rule) for rule in names}


def test_pooling_is_none_slow_or_at_once(rules):
    share = {rule: county.recorder.county["pooled_share"] for rule, county in rules.items()}
    assert (share["separate"][6:] == 0).all()
    assert (share["pooled"][6:] == 1).all()
    moves = np.diff(share["consent"][6:])
    assert (moves >= 0).all() and 0.02 < share["consent"][-1] < 0.7
    months = np.flatnonzero(moves > 0) + 7
    assert set(months % 12) == {0}  # assemblies are in January; the first recorded month is one


def test_pooling_pays_by_scale(rules):
    last = {r: c.recorder.county["return_on_assets"][-12:].mean() for r, c in rules.items()}
    assert last["separate"] < last["consent"] < last["pooled"]


def test_pooling_evens_dividends_out(rules):
    def spread(county):
        own = county.recorder.village["dividends_per_person"][-1]
        seat = own[county.borders.unit]
        return np.abs(own - seat).mean()

    assert spread(rules["pooled"]) < 0.01 * spread(rules["separate"])
    assert spread(rules["consent"]) < spread(rules["separate"])


def test_it_is_phased_in_by_a_share_of_the_villages(make_config, merger):
    county = run(make_config, merger, months=18, rule="pooled", ramp_months=11)
    share = county.recorder.county["pooled_share"][6:]
    assert share[0] < share[5] < share[-1] == 1.0


def test_what_is_pooled_stays_pooled(make_config, merger):
    county = run(make_config, merger, months=18, rule="pooled", end="2019-09")
    assert county.recorder.county["pooled_share"][-1] == 1.0


def test_welfare_is_moved_toward_what_is_wanted(make_config, merger):
    plain = run(make_config, merger, months=12)
    more = run(make_config, merger, months=12, welfare=0.2)
    assert more.recorder.county["welfare"][7] == pytest.approx(
        2.0 * plain.recorder.county["welfare"][7], rel=1e-3
    )
    none = run(make_config, merger, months=12, welfare=0.0)
    assert (none.recorder.county["welfare"][6:] == 0).all()


def test_without_a_merger_or_with_accounts_apart_no_bit_changes(make_config, merger):
    plain = simulate(make_config())
    for rule in ("separate", "consent", "pooled"):
        assert differences(plain, simulate(make_config({"asset_rules": {"rule": rule}}))) == []
    merged = simulate(make_config({"merger": merger}))
    apart = {"merger": merger, "asset_rules": {"rule": "separate"}}
    assert differences(merged, simulate(make_config(apart))) == []
