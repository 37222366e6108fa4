"""What the county promises: the same luck, nothing lost, the extremes exactly."""

import numpy as np
import pytest

from sim.model.agents.cadre import NONE, SECRETARY_DIRECTOR
from sim.model.county import CountyModel
from sim.model.ledger import differences as differences_of_stocks
from sim.model.outcomes.catalogue import BY_PLAN, OUTCOMES
from sim.model.parameters import Values
from sim.model.processes import ways
from sim.run import simulate


def state(county):
    """Everything that could differ, as bytes by name."""
    tables = {
        "villagers": county.villagers,
        "cadres": county.cadres,
        "accounts": county.collectives,
    }
    columns = {
        f"{name}.{column}": table[column].tobytes()
        for name, table in tables.items()
        for column in table.agent_type.columns
    }
    return columns | {key: values.tobytes() for key, values in county.recorder.county.items()}


def differences(a, b):
    """Names of what differs between two counties."""
    a, b = state(a), state(b)
    assert a.keys() == b.keys()
    return [name for name in a if a[name] != b[name]]


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config())


def test_same_seed_same_county_other_seed_another(make_config, plain):
    assert differences(plain, simulate(make_config())) == []
    assert "villagers.trust" in differences(plain, simulate(make_config(), seed=2))


def test_without_policies_borders_and_posts_stay(plain):
    recorder = plain.recorder
    assert (recorder.county["villages"] == 12).all()
    assert (recorder.unit == np.arange(12)).all()
    assert (recorder.county["posts"] == 36).all()
    assert (recorder.county["combined_share"] == 0).all()


@pytest.mark.parametrize(
    "policies",
    [
        {"combined_role": {"share": 0.0}},
        {"headcount": {"lines": 10.0}},
        {"pay": {"growth": 0.0, "trust": 0.0, "professional": 0.0}},
        {"selection": {"pool": 0, "vetting": 0, "reselect": "none"}},
        {"settlement": {"interviews": 0.0, "placement": 0.0, "allowance": 0}},
        {"training": {"share": 0.0, "cost": 500}},
        {"first_secretary": {"number": 0}},
        {"consultation": {"heard": 0.0, "vote": False}},
        {"asset_rules": {"rule": "separate"}},
        {"asset_rules": {"rule": "pooled"}},  # nobody has merged
        {"collective_support": {"villages": 0}},
        {"collective_support": {"share": 1.0, "amount": 0}},
        {"service_delivery": {"outposts": 0.0, "home_visits": 0.0, "online": 0.0}},
        {"paperwork": {"relief": 0.0, "ledgers": 0.0, "rescale": 0.0}},
        {"paperwork": {"rescale": 1.0}},  # nobody has merged
        {"oversight": {"mailbox": 0.0, "inspections": 0, "disclosure": 0.0}},
        {"contact": {"leaders": 0, "departments": 0}},
        {"entrepreneurship": {"number": 0, "grant": 100000.0}},
        {"merger": {"source": "generated", "ratio": 1.0}},
    ],
)
def test_a_policy_with_zero_dose_changes_no_bit(make_config, plain, policies):
    assert differences(plain, simulate(make_config(policies))) == []


def test_before_the_reform_nothing_is_felt(make_config, merger, plain):
    reformed = simulate(make_config({"merger": merger, "combined_role": {"share": 1.0}}))
    until = 6  # months before the reform
    for key in OUTCOMES.keys() - set(BY_PLAN):  # without a merger these people are not known here
        values, other = plain.recorder.county[key], reformed.recorder.county[key]
        assert np.array_equal(values[:until], other[:until], equal_nan=True), key
    assert (
        reformed.recorder.county["cadre_workload"][6] < plain.recorder.county["cadre_workload"][6]
    )


def test_policies_share_luck_villager_by_villager(make_config, plain):
    """The combined role changes service, not who dies, leaves or is born."""
    other = simulate(make_config({"combined_role": {"share": 1.0}}))
    for column in ("birth_month", "skill", "digital", "labour", "needs"):
        assert np.array_equal(plain.villagers[column], other.villagers[column]), column
    assert not np.array_equal(plain.cadres["post"], other.cadres["post"])


def test_merger_keeps_people_land_and_money(make_config, merger):
    county, apart = (CountyModel(make_config(p)) for p in ({"merger": merger}, {}))
    county.run_for(6)
    apart.run_for(7)
    registered, groups = county.world.registered.sum(), county.borders.groups.sum()
    held = county.ledger.stock("villagers")
    county.step()
    borders = county.borders
    assert borders.is_unit.sum() == 6 and borders.registered.sum() == registered
    assert borders.total(county.world.village_cells).sum() == (county.world.cell_group >= 0).sum()
    assert borders.groups.sum() == groups
    assert county.in_post.sum() == 36  # posts too: only a headcount policy takes them away
    gained = county.ledger.flow_matrix()["villagers"].sum()
    assert county.ledger.stock("villagers") == held + gained
    ours, theirs = (c.collectives["assets"] for c in (county, apart))
    assert np.array_equal(ours, theirs)  # every account keeps its own, to the fen


@pytest.mark.parametrize("rule", ["separate", "pooled"])
def test_every_fen_a_collective_earns_is_levied_paid_or_kept(make_config, merger, rule):
    county = CountyModel(make_config({"merger": merger, "asset_rules": {"rule": rule}}))
    for _ in range(18):
        county.step()
        accounts = county.collectives
        paid = [accounts[name] for name in ("levy", "welfare", "dividends", "kept")]
        assert all((part >= 0).all() for part in paid)
        assert accounts["income"].sum() == sum(part.sum() for part in paid)
        gaps = differences_of_stocks(county)
        assert gaps["collectives", "money"] == gaps["collectives", "capital"] == 0


def test_posts_are_what_is_allowed_and_leaders_lead(make_config, merger):
    policies = {
        "merger": merger,
        "combined_role": {"share": 1.0, "deputies": 2},
        "headcount": {"posts": {"by": "total", "number": 30}},
    }
    county = simulate(make_config(policies))
    post, unit = (
        county.cadres["post"],
        county.borders.unit[np.arange(county.in_post.size) // county.slots],
    )
    assert county.in_post.sum() == 30
    assert ((post == NONE) == ~county.in_post).all()
    heads = np.bincount(unit[post == SECRETARY_DIRECTOR], minlength=12)
    assert np.array_equal(heads, county.borders.is_unit.astype(int))
    assert (np.bincount(unit[county.in_post], minlength=12)[~county.borders.is_unit] == 0).all()


def test_no_cadres_nothing_is_served(make_config):
    county = simulate(make_config({"headcount": {"posts": {"by": "fixed", "number": 0}}}))
    recorder = county.recorder
    assert (recorder.county["service_reach"][6:] == 0).all()
    assert (recorder.county["posts"][6:] == 0).all()
    assert np.isnan(recorder.county["cadre_workload"][6:]).all()
    assert np.isfinite(recorder.county["trust"]).all()


def test_no_needs_no_reach_rather_than_full_reach(make_config):
    county = CountyModel(make_config())
    county.values = county.usual_values = Values({"service": {"request_rate": 0.0}})
    county.run_for(4)  # what waited has run out
    assert county.flows["needs"].sum() == 0
    assert np.isnan(county.recorder.county["service_reach"][3])
    assert np.isnan(county.recorder.village["service_reach"][3]).all()


def test_unlimited_hours_leave_access_as_the_bound(make_config):
    no_helpers = {"economy": {"welfare_services": 0.0}}  # they have only so many hours
    county = CountyModel(make_config(parameters=no_helpers))
    endless = {"hours": {"cadre_hours_week": 1e6, "admin_share": 0.0}}
    county.values = Values(no_helpers | endless)
    for _ in range(6):
        county.step()
        flows = county.flows
        gave_up = flows["channel"][:, ways.GAVE_UP]
        assert np.allclose(flows["met"], flows["needs"] - gave_up)
        assert 0 < gave_up.sum() < flows["needs"].sum()


def test_flows_add_up(make_config, merger):
    county = CountyModel(make_config({"merger": merger}))
    for _ in range(10):
        county.step()
        flows = county.flows
        assert np.allclose(flows["channel"].sum(axis=1), flows["needs"])
        assert (flows["met"] <= flows["needs"] + 1e-9).all()
        assert (flows["met_elderly"] <= flows["needs_elderly"] + 1e-9).all()
        assert (county.backlog >= 0).all()
        assert (county.backlog[~county.borders.is_unit] == 0).all()
        trust = county.villagers["trust"]
        assert ((trust >= 0) & (trust <= 1)).all()


def test_one_village_has_nobody_to_merge_with(make_config, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("code,name,township,registered,area_km2\n1,孤村,孤镇,800,3\n", "utf-8")
    policies = {"merger": {"source": "generated", "villages": 1}}
    county = simulate(make_config(policies, county={"villages": str(path)}))
    assert (county.recorder.unit == 0).all()
    assert county.recorder.county["villages"].tolist() == [1.0] * 18


def test_scale_changes_rows_not_people(make_config):
    for scale in (1, 7, 150, 1000):
        county = CountyModel(make_config(scale=scale))
        persons = np.repeat(county.weight, np.diff(county.village_start)).sum()
        assert persons == pytest.approx(county.world.registered.sum())
        assert (county.weight <= np.minimum(1.5 * scale, county.world.registered)).all()
    assert len(CountyModel(make_config(scale=1)).villagers) == county.world.registered.sum()


def test_the_run_ends_at_the_horizon_and_what_lies_beyond_is_said(make_config):
    county = CountyModel(make_config(months=8), seed=1)
    county.run_model()
    assert county.recorder.done == 8 and not county.running
    with pytest.warns(UserWarning, match=r"2019-09 is beyond the last month .*\(months: 8\)"):
        county.run_for(3)
    assert county.month == county.config.start + 10 and county.recorder.done == 8
