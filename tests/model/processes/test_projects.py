"""Projects of collectives: paid once, and earning when they are finished."""

import pytest

from sim.model.parameters.variants import FIRST_EDITION
from sim.run import simulate


def test_project_money_earns_when_the_project_is_finished(make_config):
    support = {"collective_support": {"villages": 12, "amount": 600_000.0, "start": "2019-01"}}
    plain, helped = (
        simulate(
            make_config(
                p,
                months=36,
                parameters={"economy": {"return_lag": 1.0}},
                variants=FIRST_EDITION,  # else it asks hours, and gives work, while it is under way
            )
        )
        for p in ({}, support)
    )
    assert helped.recorder.county["project_money"][0] == 12 * 600_000.0
    assert helped.recorder.county["project_money"][1:].sum() == 0.0  # once each
    extra = helped.recorder.county["collective_assets"] - plain.recorder.county["collective_assets"]
    assert (extra[:11] == 0).all() and extra[12] == pytest.approx(600_000.0, rel=0.01)
    income = (
        helped.recorder.village["collective_income"] - plain.recorder.village["collective_income"]
    )
    assert (income[:11] == 0).all() and (income[13:] > 0).all()
    money = helped.collectives["project_money"]
    assert money.sum() == 12 * 60_000_000
