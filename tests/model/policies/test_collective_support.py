"""Project money, cooperatives and joint ventures."""

import numpy as np
import pytest
from pydantic import ValidationError

from sim.model.parameters.variants import FIRST_EDITION
from sim.run import simulate
from tests.promises.test_county import differences


def run(make_config, months=60, parameters=None, more=None, **block):
    lag = {"economy": {"return_lag": 1.0} | (parameters or {})}
    policies = {"collective_support": block} if block else {}
    return simulate(make_config(policies, months=months, parameters=lag, **(more or {})))


@pytest.mark.parametrize("choose", ["drawn", "largest", "poorest"])
def test_it_reaches_as_many_as_it_says_and_whom_it_says(make_config, choose):
    county = run(make_config, months=8, villages=3, choose=choose)
    got = county.collectives["project_money"] > 0
    assert got.sum() == 3
    registered = county.world.registered
    worth = {
        "largest": -registered.astype(float),
        "poorest": county.collectives["rent"] / registered,
        "drawn": None,
    }[choose]
    assert worth is None or worth[got].max() < worth[~got].min()


def test_a_merged_village_gets_it_once_shared_by_persons(make_config, merger):
    policies = {"merger": merger, "collective_support": {"share": 1.0, "amount": 500_000.0}}
    county = simulate(make_config(policies))
    money, unit = county.collectives["project_money"], county.borders.unit
    units = county.borders.is_unit
    assert (county.borders.total(money)[units] == 50_000_000).all()
    part = money / 5e7
    persons = county.world.registered / county.borders.registered[unit]
    assert part == pytest.approx(persons, abs=1e-6)


def test_it_ramps_up_village_by_village(make_config):
    county = run(make_config, months=18, share=1.0, ramp_months=11, amount=1000.0)
    paid = county.recorder.county["project_money"]
    assert (paid[6:18] == 1000.0).all() and paid.sum() == 12_000.0


def test_it_raises_income_and_a_joint_venture_more_by_scale_alone(make_config):
    plain, helped = run(make_config), run(make_config, share=1.0)
    joint = run(make_config, share=1.0, joint=1.0)
    flat = [
        run(make_config, parameters={"scale_elasticity": 0.0}, share=1.0, joint=j) for j in (0, 1)
    ]
    income = [c.recorder.county["collective_income"][-1] for c in (plain, helped, joint)]
    assert income[0] < income[1] < income[2]
    ends = [c.recorder.county["collective_income"][-1] for c in flat]
    assert ends[0] == ends[1]  # off where scale does not pay


def test_a_cooperative_is_joined_as_trust_allows_and_earns(make_config):
    alone = run(make_config, villages=12, amount=0.0)
    coop = run(make_config, villages=12, amount=0.0, cooperative=True)
    members = coop.collectives["members"]
    assert (members > 0.1).all() and (members < 0.9).all()
    assert (alone.collectives["members"] == 0).all()
    free = {"cooperative_rent": 0.0}
    unpaid = run(make_config, parameters=free, villages=12, amount=0.0, cooperative=True)
    last = [c.recorder.county["collective_income"][-1] for c in (alone, coop, unpaid)]
    assert last[2] > max(last[:2]) and last[1] == pytest.approx(last[0], rel=0.03)
    idle = {"cooperative_input": 0.0}
    off = [
        run(make_config, parameters=idle, villages=12, amount=0.0, cooperative=opened)
        for opened in (False, True)
    ]
    ends = [c.recorder.county["collective_income"][-1] for c in off]
    assert ends[0] == ends[1]


def test_what_members_put_in_is_paid_for_and_counts_as_assets(make_config):
    coop = run(make_config, villages=12, amount=0.0, cooperative=True)
    accounts = coop.collectives
    worth = accounts["members"][coop.borders.unit] * coop.world.registered * 100.0 * 100.0
    assert accounts["put_in"] == pytest.approx(worth, rel=1e-6)
    assert accounts["input_rent"] == pytest.approx(worth * 0.05 / 12.0, abs=1.0)
    flows, rent = coop.ledger.flow_matrix(), accounts["input_rent"].sum()
    assert flows.loc["input_rent", "collectives"] == -rent
    assert flows.loc[["input_rent", "given_up"], "villagers"].sum() == 0
    rate = coop.recorder.county["return_on_assets"][-1]
    earning = (accounts["assets"] + accounts["put_in"]).sum()
    assert rate == pytest.approx(12.0 * accounts["returns"].sum() / earning)


def test_partners_capital_wears_out_and_is_theirs(make_config):
    county = run(make_config, villages=12, joint=0.5)
    arrived = sum(
        month.changes.get(("outside", "capital", "joint_capital"), 0)
        for month in county.ledger.closed
    )
    assert arrived == 12 * 50_000_000
    held = county.collectives["partner"].sum()
    assert held == county.ledger.stock("outside", "capital") < arrived


def test_zero_dose_changes_no_bit(make_config):
    plain = simulate(make_config())
    for block in ({"villages": 0}, {"share": 0.0, "cooperative": True, "joint": 1.0}):
        zero = simulate(make_config({"collective_support": block}))
        assert differences(plain, zero) == []


def test_it_wants_a_number_or_a_share(make_config):
    for block in ({}, {"villages": 3, "share": 0.5}):
        with pytest.raises(ValidationError, match="either villages"):
            make_config({"collective_support": block})


def test_before_it_starts_nothing_differs(make_config):
    plain, helped = run(make_config), run(make_config, share=1.0)
    assert (
        plain.recorder.county["cadre_workload"][17] < helped.recorder.county["cadre_workload"][17]
    )
    still = {"variants": FIRST_EDITION}  # else a project under way asks hours, and gives work
    plain, helped = run(make_config, more=still), run(make_config, more=still, share=1.0)
    for key in ("collective_income", "dividends_per_person"):
        ours, theirs = (c.recorder.county[key][:18] for c in (helped, plain))
        assert np.array_equal(ours, theirs)  # six months, and twelve until the project is finished
