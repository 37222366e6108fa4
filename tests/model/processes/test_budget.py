"""Budget: what villages and measures cost, who pays, and that every yuan of it is posted."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.model.monthly import FLOWS, HOURS
from sim.model.parameters import Values
from sim.model.processes import budget
from sim.run import simulate


def spent(county, key):
    return float(np.nansum(county.recorder.county[key]))


def test_a_merger_saves_the_fixed_part_and_no_more():
    apart = 2 * budget.village_cost(475.0, 1.0, 80_000.0, 0.6, 950.0)
    merged = budget.village_cost(950.0, 1.0, 80_000.0, 0.6, 950.0)
    assert merged == pytest.approx(80_000 / 12)
    assert apart - merged == pytest.approx(0.6 * 80_000 / 12)
    assert 2 * budget.village_cost(475.0, 1.0, 80_000.0, 0.0, 950.0) == pytest.approx(merged)
    assert budget.village_cost(950.0, 2.0, 80_000.0, 0.6, 950.0) == pytest.approx(apart)


def test_what_absorbed_villages_were_paid_can_be_kept(make_config, merger):
    def given(**levers):
        county = simulate(make_config({"merger": merger | levers}))
        return county.recorder.county["administration_cost"]

    saves, keeps, half = given(), given(funding_kept=1.0), given(funding_kept=0.5)
    assert (saves[:6] == keeps[:6]).all()
    assert keeps[-1] > half[-1] > saves[-1] and keeps[-1] == pytest.approx(keeps[0], rel=0.1)


def test_the_levy_pays_first_and_the_county_the_rest(make_config):
    assert budget.county_part(100.0, 30.0) == 70.0 and budget.county_part(100.0, 130.0) == 0.0
    county = simulate(make_config())
    flows = county.ledger.flow_matrix()
    levy = county.collectives["levy"].sum() / 100.0
    assert flows.loc["levy", "county"] == 0 and flows.loc["levy", "collectives"] == -levy * 100
    residents = county.flows["residents"]
    cost = sum(budget.village_cost(n, 1.0, 80_000.0, 0.6, 950.0) for n in residents)
    given = county.recorder.county["administration_cost"][-1]
    assert cost - levy <= given + 1e-6 and given < cost
    assert flows.loc["administration", "county"] == pytest.approx(-given * 100, abs=1)


MEASURES = {
    "service_delivery_cost": {
        "service_delivery": {"online": 1.0, "one_stop": 1.0, "micro_groups": 1.0}
    },
    "oversight_cost": {"oversight": {"inspections": 2.0, "mailbox": 1.0, "disclosure": 1.0}},
    "consultation_cost": {
        "consultation": {"heard": 0.5, "vote": True, "start": "2019-04", "end": "2019-06"}
    },
}
#: yuan: 500,000 + 12 x 20,000 + 48 x 1,000 a year; 12 x 9,000 a year; once
COSTS = {"service_delivery_cost": 788_000.0, "oversight_cost": 108_000.0}


@pytest.mark.parametrize("key", MEASURES)
def test_a_measure_costs_the_county_money(make_config, key):
    plain, costs = simulate(make_config()), simulate(make_config(MEASURES[key]))
    assert spent(plain, key) == 0.0
    if key in COSTS:
        assert costs.recorder.county[key][-1] == pytest.approx(COSTS[key] / 12.0)
    else:
        heard = 0.5 * costs.world.registered.sum()
        assert spent(costs, key) == pytest.approx(10.0 * heard + 12 * 2000.0)
    more = spent(costs, "county_spending") - spent(plain, "county_spending")
    assert more == pytest.approx(spent(costs, key), rel=0.1)


def test_home_visits_cost_the_road(make_config, merger):
    visits = {"merger": merger, "service_delivery": {"home_visits": 0.3, "visit_km": 2.0}}
    county = simulate(make_config(visits))
    road = budget.visit_km(county)
    assert county.recorder.county["service_delivery_cost"][-1] == pytest.approx(road.sum())
    q, flows = county.values.service, county.flows
    on_road = (flows["visit_minutes"] - flows["visits"] * q.minutes_visit).sum() / 60.0
    assert 0 < road.sum() <= on_road * q.visit_speed + 1e-6


def test_the_road_is_that_of_the_visits_made():
    """10 visits of 30 min on the spot and 5 h of road at 20 km/h; of 10 h asked 5 are done."""
    flows, hours = np.zeros(3, dtype=FLOWS), np.zeros(3, dtype=HOURS)
    flows["visit_minutes"] = [600.0, 0.0, 30.0]
    flows["visits"] = [10.0, 0.0, 0.5]
    hours["visit_hours"], hours["service_productivity"] = [4.0, 0.0, 0.5], [1.25, 1.0, 1.0]
    values = Values({"service": {"minutes_visit": 30.0, "visit_speed": 20.0}})
    borders = SimpleNamespace(unit=np.arange(3, dtype=np.int32))
    county = SimpleNamespace(values=values, flows=flows, hours=hours, borders=borders)
    assert budget.visit_km(county).tolist() == pytest.approx([50.0, 0.0, 5.0])


def test_first_secretaries_are_paid_from_above(make_config):
    county = simulate(make_config({"first_secretary": {"number": 2}}))
    flows = county.ledger.closed[-1].flows
    assert flows["cadre_pay", "higher", "cadres"] == 2 * 6000 * 100
    own = county.recorder.county["cadre_pay"][-1]
    assert flows["cadre_pay", "county", "cadres"] == pytest.approx(own * 100, abs=1)
