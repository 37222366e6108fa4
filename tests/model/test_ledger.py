"""The ledger: flows add up to zero, stocks change by flows only, to the fen."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import policy_sets

from sim import load_results
from sim.config import load
from sim.errors import InputError
from sim.model.agents.cadre import FIRST_SECRETARY
from sim.model.calendar import format_month
from sim.model.county import CountyModel
from sim.model.ledger import BUDGET, PURPOSES, REVALUATIONS, Ledger, differences, held
from sim.model.monthly import SPENDING
from sim.results.manifest import describe
from sim.results.reading import Results
from sim.results.writing import write_tables
from sim.run import run, simulate

CONFIGS = Path(__file__).parents[2] / "configs"
SUPPORT = {"grant": 150000.0, "loan": 150000.0, "number": 30, "term": 1.0}
EVERYTHING = {
    "merger": {"source": "generated", "ratio": 0.5},
    "entrepreneurship": SUPPORT | {"outside_capital": 5e5, "funded_by": "higher"},
    "collective_support": {"share": 0.5, "amount": 333_333.33, "cooperative": True, "joint": 0.5},
    "asset_rules": {"rule": "consent", "welfare": 0.07},
}


def audited(county):
    """Check the last closed month against the one before, with the tables a user sees."""
    ledger = county.ledger
    flows = ledger.flow_matrix()
    assert (flows.sum(axis=1) == 0).all()
    before, after = (ledger.balance_sheet(county.month - k) for k in (1, 0))
    moved = after - before
    assert (moved.loc["money"] == flows.sum()).all()
    assert moved.loc["money"].sum() == moved.loc["loans"].sum() == 0
    month = ledger.closed[-1]
    lent = sum(
        fen * {"loan": 1, "repayment": -1}[PURPOSES[purpose].kind]
        for (purpose, _, _), fen in month.flows.items()
        if PURPOSES[purpose].kind in ("loan", "repayment")
    )
    lost = month.changes.get(("ventures", "loans", "written_off"), 0)
    assert moved.loc["loans", "banks"] == lent - lost == -moved.loc["loans", "ventures"]
    for sector in ("collectives", "ventures"):
        bought = sum(
            fen
            for (purpose, payer, _), fen in month.flows.items()
            if payer == sector and PURPOSES[purpose].kind == "investment"
        )
        other = sum(month.changes.get((sector, "capital", change), 0) for change in REVALUATIONS)
        assert moved.loc["capital", sector] == bought + other
    return flows


@pytest.mark.parametrize("policies", [{}, EVERYTHING], ids=["no reform", "everything"])
def test_at_scale_1_the_sectors_are_their_agents_after_84_months(make_config, policies):
    county = CountyModel(make_config(policies, scale=1, months=84))
    opened = held(county)
    for _ in range(84):
        county.step()
        flows = audited(county)
        assert set(differences(county).values()) == {0.0}
        queued = county.project_pipeline[:, :, 0].sum(axis=1)
        assert (county.collectives["money"] >= queued).all() and (queued >= 0).all()
    assert held(county) != opened
    assert {"wages_away", "consumption", "dividends", "levy", "profits"} <= set(flows.index)
    if policies:
        ever = {purpose for month in county.ledger.closed for purpose, _, _ in month.flows}
        assert {"grants", "loans", "interest", "repayments", "project_money"} <= ever
        assert any(change[2] == "written_off" for m in county.ledger.closed for change in m.changes)


@pytest.mark.slow
def test_leshan_is_conserved_to_the_fen():
    county = simulate(load(CONFIGS / "leshan_shizhong_2020.yaml", {"scale": 1}))
    assert county.recorder.done == 84
    assert set(differences(county).values()) == {0.0}
    audited(county)


def conserved(county, persons, land):
    """Check that people, land, posts and requests are those there were, or were asked for."""
    world, borders, flows = county.world, county.borders, county.flows
    assert world.registered.sum() == persons and (
        county.weight * np.diff(county.village_start)
    ).sum() == pytest.approx(persons)
    assert (world.cell_group >= 0).sum() == land
    assert borders.total(world.registered)[borders.is_unit].sum() == persons
    held = np.bincount(borders.unit[county.slot_village()[county.in_post]], minlength=12)
    guests = (county.cadres["post"] == FIRST_SECRETARY).sum()
    assert (held[~borders.is_unit] == 0).all()
    assert held.sum() - guests == county.levers.posts[borders.is_unit].sum()
    assert flows["channel"][:, 1:].sum(axis=1) == pytest.approx(flows["needs"])
    assert (flows["met"] <= flows["needs"] * (1 + 1e-12)).all()
    assert (flows["residents"] <= world.registered * (1 + 1e-12)).all()


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies=policy_sets(), scale=st.sampled_from([1, 1, 7, 40]))
def test_any_policies_flows_add_up_and_stocks_move_by_flows_only(make_config, policies, scale):
    county = CountyModel(make_config(policies, scale=scale, months=14))
    persons, land = county.world.registered.sum(), (county.world.cell_group >= 0).sum()
    for _ in range(14):
        county.step()
        audited(county)
        conserved(county, persons, land)
    assert (county.villagers["savings"] >= 0).all()
    assert (county.villagers["venture_loan"] >= 0).all()
    assert (county.collectives["money"] >= 0).all()
    gaps = differences(county)
    bound = 0.0 if scale == 1 else 0.5 * county.ledger.postings
    assert max(abs(gap) for gap in gaps.values()) <= bound
    assert gaps["collectives", "money"] == gaps["collectives", "capital"] == 0


def test_a_loan_makes_a_claim_that_is_repaid_or_written_off():
    ledger = Ledger()
    ledger.open("villagers", money=500)
    ledger.post("loans", "banks", "ventures", 100)
    ledger.post("venture_capital", "ventures", "outside", 100)
    assert ledger.stock("ventures", "loans") == -100
    assert ledger.opening("ventures", "loans") == 0
    ledger.close(1)
    ledger.post("repayments", "ventures", "banks", 30)
    ledger.write_off("banks", "ventures", 70)
    ledger.revalue("scrapped", "ventures", -100)
    ledger.close(2)
    sheet = ledger.balance_sheet()
    assert (sheet.loc["loans"] == 0).all() and (sheet.loc["capital"] == 0).all()
    assert sheet.loc["money"].to_dict()["ventures"] == -30
    assert sheet.loc["money", "banks"] == -500 - 100 + 30
    assert ledger.balance_sheet(1).loc["net worth", "ventures"] == 0
    assert ledger.paid("ventures") == 30 == ledger.paid("ventures", "repayments")
    assert set(ledger.flow_matrix(1).index) == {"loans", "venture_capital"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("divident", "county", "cadres", 1), "no purpose 'divident'; did you mean 'dividends'"),
        (("levy", "colectives", "county", 1), "no payer 'colectives'; did you mean 'collectives'"),
        (("levy", "county", "county", 1), "county cannot pay itself"),
        (("levy", "collectives", "county", -1), "expected whole fen, 0 or more"),
        (("levy", "collectives", "county", 0.5), "expected whole fen, 0 or more"),
    ],
)
def test_a_wrong_posting_is_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        Ledger().post(*arguments)
    with pytest.raises(InputError, match="no closed month"):
        Ledger().flow_matrix()


def test_every_spending_of_the_county_is_posted(make_config):
    posted = {"startup_grants", "startup_loans", "outside_capital"}  # when ventures are founded
    assert set(SPENDING) == set(BUDGET) | posted
    assert {purpose for purpose, _, _ in BUDGET.values()} <= set(PURPOSES)
    county = simulate(make_config({"entrepreneurship": SUPPORT}))
    pay = county.ledger.paid("county", "cadre_pay") / 100.0
    assert pay == pytest.approx(county.recorder.county["cadre_pay"][-1], abs=0.01)
    spent = county.recorder.county["county_spending"][-1]
    assert spent == pytest.approx(county.ledger.paid("county") / 100.0) and spent >= pay


def test_flows_are_written_with_the_results(tmp_path):
    path, out = CONFIGS / "dechang_2020.yaml", tmp_path / "out"
    assert run(path, out, {"scale": 100, "months": 30}) == 0
    results = load_results(out)
    flows, plan = results.flows, results.manifest["plan"]
    assert (plan["villages_before"], plan["villages_after"]) == (137, 65)  # judged and kept
    assert flows.attrs["units"]["fen"] == "fen" and flows["month"].nunique() == 30
    assert (flows["fen"] > 0).all() and np.issubdtype(flows["fen"].dtype, np.int64)
    assert {"levy", "cadre_pay", "wages_local"} <= set(flows["purpose"])


def test_balance_sheet_and_flow_matrix_are_read_from_results(make_config, tmp_path):
    county = simulate(make_config(EVERYTHING))
    describe(county, tmp_path, "", write_tables(county, tmp_path), 0.0)
    results, last = Results(tmp_path), county.month
    assert results.stocks["month"].nunique() == 19  # 18, and the month before
    for back in (0, 17):
        name = format_month(last - back)
        sheet, flows = results.balance_sheet(name), results.flow_matrix(name)
        pd.testing.assert_frame_equal(sheet, county.ledger.balance_sheet(last - back))
        ours = county.ledger.flow_matrix(last - back)
        pd.testing.assert_frame_equal(flows, ours.sort_index())
        before = results.balance_sheet(format_month(last - back - 1))
        assert (sheet.loc["money"] - before.loc["money"] == flows.sum()).all()
    with pytest.raises(InputError, match="no month '1999-01'"):
        results.balance_sheet("1999-01")
