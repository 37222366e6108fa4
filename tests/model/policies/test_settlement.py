"""Settlement: less grievance, at a price."""

import numpy as np
import pytest

from sim.run import simulate


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config())


CUT = {"headcount": {"posts": {"by": "fixed", "number": 2}}}


def test_settled_cadres_carry_less_grievance(make_config):
    def grievance(**block):
        county = simulate(make_config(CUT | {"settlement": block})).recorder.county
        return county["grievance"][6], county["leaving_allowance"][6]

    none, talked, all_of_it = (
        grievance(),
        grievance(interviews=1.0),
        grievance(interviews=1.0, placement=0.8, allowance=24000.0),
    )
    assert none[0] > talked[0] > all_of_it[0] > 0
    assert none[1] == talked[1] == 0 and all_of_it[1] == 12 * 24000.0


def test_an_allowance_counts_in_months_of_pay(make_config):
    def county(**block):
        return simulate(make_config(CUT | {"settlement": block}, months=7))

    values = county().values
    pay = values.posts.pay_secretary * values.posts.pay_other_ratio
    month = values.strain.allowance_full / 4.0 * pay
    effect, kin = values.strain.allowance_effect, values.strain.kin_persons
    for allowance, paid in ((month, 0.25), (3.0 * month, 0.75), (9.0 * month, 1.0)):
        ours = county(allowance=allowance)
        angry = ours.displaced * (1.0 - effect * paid)
        share = np.minimum(1.0, angry * kin / ours.world.registered)
        assert ours.displaced.sum() == 12 and 0 < share.max() < 1
        assert ours.grievance == pytest.approx(share, rel=1e-9)
        assert ours.spending["leaving_allowance"] == pytest.approx(12 * allowance)


def test_grievance_fades(make_config):
    county = simulate(make_config(CUT)).recorder.county
    assert county["grievance"][17] == pytest.approx(
        county["grievance"][6] * 0.5 ** (11 / 18), rel=1e-6
    )
    assert county["displaced"][6] == 12 and county["grievance"][5] == 0


@pytest.mark.parametrize("block", [{}, {"interviews": 0.0, "allowance": 0.0}, {"interviews": 1.0}])
def test_zero_dose_changes_no_bit(make_config, plain, block, same_numbers):
    other = simulate(make_config({"settlement": block}))
    same_numbers(plain, other)
    for column in plain.cadres.agent_type.columns:
        assert np.array_equal(plain.cadres[column], other.cadres[column]), column
