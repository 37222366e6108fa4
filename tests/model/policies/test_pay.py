"""Pay: levels, formula, contracts."""

import numpy as np
import pytest
from pydantic import ValidationError

from sim.model.processes import trends
from sim.run import simulate


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config())


def after(make_config, **block):
    return simulate(make_config({"pay": block})).recorder.county


def test_base_pay_moves_pay_and_hours(make_config, plain):
    more = after(make_config, secretary=4000.0, other=0.9)
    assert more["cadre_pay"][-1] == 12 * 4000 * (1 + 2 * 0.9)
    assert more["workload_ratio"][6] < plain.recorder.county["workload_ratio"][6]


def test_pay_follows_rural_income_from_a_least_on(make_config):
    """Twice last year's rural income and 3,000 a month at least (Sichuan 2020)."""

    def paid(months=36, form="observed", **block):
        trend = {"rural_income": 0.06}
        config = make_config({"pay": block}, parameters={"trends": trend}, months=months)
        config = config.model_copy(
            update={"variants": config.variants.model_copy(update={"trends": form})}
        )
        county = simulate(config)
        return county.levers.pay_secretary[county.borders.is_unit], county

    still, _ = paid(form="constant", secretary=3000.0, of_income=2.0)
    assert (still == 3000.0).all()  # 2 x 15,929 / 12 is less
    half, _ = paid(form="constant", of_income=2.2)
    assert half == pytest.approx(2.2 * 15_929 / 12)
    moved, county = paid(secretary=3000.0, of_income=2.5, other=0.7)
    years = (county.month - county.month % 12 - 6 - trends.BASE) / 12
    assert years == 0 and county.month // 12 == 2021
    moved, county = paid(secretary=3000.0, of_income=2.5, other=0.7, months=60)
    years = 2
    assert moved == pytest.approx(2.5 * 15_929 / 12 * 1.06**years)
    assert (paid(secretary=3000.0)[0] == 3000.0).all()


def test_pay_for_growth_moves_hours_to_the_economy_and_trust_moves_them_back(make_config, plain):
    share = plain.recorder.county["service_hours_share"][-1]
    growth = after(make_config, growth=0.3)["service_hours_share"][-1]
    both = after(make_config, growth=0.3, trust=0.3)["service_hours_share"][-1]
    assert growth < share - 0.1
    assert both == pytest.approx(share, abs=0.01)


def test_a_formula_is_no_pay_cut(make_config):
    """What is linked to growth pays by results, and leaves mean pay about where it was."""
    own = {  # the villages' own luck averages out, and nobody works more for the economy
        "economy": {"shock_county": 0.0, "shock_industry": 0.0},
        "hours": {"reward_response": 0.0},
    }
    runs = [
        make_config({"pay": {"growth": share}}, seed=seed, parameters=own, spin_up=36)
        for seed in range(4)
        for share in (0.3, 0.0)
    ]
    paid = [simulate(run).recorder.county["cadre_pay"][6:].mean() for run in runs]
    assert sum(paid[::2]) / sum(paid[1::2]) == pytest.approx(1.0, abs=0.02)


def test_contracts_cost_commuting_cadres_hours_by_the_road(make_config, plain):
    county = simulate(make_config({"pay": {"professional": 1.0}}))
    rows = np.flatnonzero(county.in_post)
    commutes = county.cadres["commutes"][rows]
    assert 0.3 < commutes.mean() < 0.9
    km = county.town_km[county.borders.unit[rows // county.slots]]
    hours = county.cadres["hours"][rows]
    assert hours[~commutes].mean() > plain.cadres["hours"][plain.in_post].mean() * 1.1
    far = commutes & (km > km[commutes].mean())
    assert hours[far].mean() < hours[commutes & ~far].mean()


def test_linked_shares_are_at_most_all(make_config):
    with pytest.raises(ValidationError, match="together at most 1"):
        make_config({"pay": {"growth": 0.6, "trust": 0.6}})


@pytest.mark.parametrize(
    "block", [{}, {"secretary": 2900.0}, {"growth": 0.0, "trust": 0.0}, {"professional": 0.0}]
)
def test_zero_dose_changes_no_bit(make_config, plain, block, same_numbers):
    other = simulate(make_config({"pay": block}))
    same_numbers(plain, other)
    for column in plain.cadres.agent_type.columns:
        assert np.array_equal(plain.cadres[column], other.cadres[column]), column
