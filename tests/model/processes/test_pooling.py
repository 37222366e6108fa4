"""What members agree to pool: by trust, number and inequality, once a year; who gains by it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.county import CountyModel
from sim.model.processes import pooling
from sim.run import simulate

SHARE = st.floats(0, 1)


@settings(deadline=None)
@given(trust=SHARE, accounts=st.integers(2, 6), gap=SHARE)
def test_consent_rises_with_trust_and_falls_with_number_and_inequality(trust, accounts, gap):
    def share(t, a, g):
        return pooling.consent(t, 0.55, a, g, -1.0, 4.0, 0.5, 3.0)

    own = share(trust, accounts, gap)
    assert 0 < own < 1
    assert share(trust + 0.1, accounts, gap) > own
    assert share(trust, accounts + 1, gap) < own and share(trust, accounts, gap + 0.1) < own


def test_pooling_shares_dividends_among_all_members(make_config, merger):
    policies = {"merger": merger, "asset_rules": {"rule": "pooled"}}
    county = simulate(make_config(policies))
    accounts, unit = county.collectives, county.borders.unit
    assert np.array_equal(accounts["each"], accounts["each"][unit])
    persons = county.world.registered
    assert np.array_equal(accounts["dividends"], accounts["each"] * persons)
    gained = county.pooling_dividend * persons
    per_unit = county.borders.total(gained)
    assert (np.abs(per_unit) <= 0.12 * 3 * county.borders.total(persons)).all()  # fen left over
    assert gained.max() > 100 and gained.min() < -100
    own = np.where(persons > 0, accounts["income"] * 0.4 / persons, 0.0)
    rank = own - own[unit]
    loser = county.pooling_dividend < -1.0
    assert (rank[loser & (unit != np.arange(12))] > 0).all()


def test_members_decide_once_a_year_in_january(make_config, merger):
    policies = {
        "merger": merger,
        "asset_rules": {"rule": "consent"},
        "collective_support": {"share": 1.0, "cooperative": True},
    }
    county = CountyModel(make_config(policies, months=30))
    decided: dict[str, list[int]] = {"pooled": [], "members": []}
    for month in range(30):
        before = {name: county.collectives[name].copy() for name in decided}
        county.step()
        for name, months in decided.items():
            if not np.array_equal(before[name], county.collectives[name]):
                months.append(month)
    assert decided == {"pooled": [12, 24], "members": [12, 24]}  # from January 2019; reform in July


def test_nothing_changed_hands_where_accounts_are_apart(make_config, merger):
    county = simulate(make_config({"merger": merger}))
    assert (county.pooling_dividend == 0).all()
    assert county.recorder.county["pooled_share"][-1] == 0.0
    assert np.isnan(county.recorder.county["pooled_share"][0])
