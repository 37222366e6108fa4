"""Selection: the talent pool, vetting, weights, who stands again."""

import numpy as np
import pytest
from pydantic import ValidationError

from sim.model.county import CountyModel
from sim.run import simulate


@pytest.fixture(scope="module")
def plain(make_config):
    return simulate(make_config())


POOL = {"pool": 150.0, "returned": 0.5, "reselect": "all"}


def test_a_talent_pool_brings_younger_and_returned_cadres(make_config, plain):
    other = simulate(make_config({"selection": POOL})).recorder.county
    base = plain.recorder.county
    assert np.array_equal(other["cadre_age"][:6], base["cadre_age"][:6])
    assert other["cadre_age"][6] < base["cadre_age"][6] - 1.0
    assert other["cadre_returned_share"][6] > base["cadre_returned_share"][6] + 0.1
    assert other["displaced"][6] > 0 and other["grievance"][6] > 0
    assert (other["posts"] == 36).all()


def test_vetting_raises_integrity(make_config):
    none, strict = (
        simulate(make_config({"selection": POOL | {"vetting": n}})).recorder.county for n in (0, 10)
    )
    assert strict["cadre_integrity"][-1] > none["cadre_integrity"][-1]


def test_local_newcomers_are_vetted_and_the_next_one_comes(make_config):
    """Without a pool: everybody new, few of them dishonest, no post empty, luck as by occupant."""
    many = {"headcount": {"posts": {"by": "fixed", "number": 30}}}
    strict = {"selection": {"vetting": 10, "reselect": "none"}}
    parameters = {"selection": {"vetting_power": 0.4}, "posts": {"integrity_mean": 0.5}}
    plain, other = (
        simulate(make_config(many | more, parameters=parameters)) for more in ({}, strict)
    )
    assert (other.recorder.county["posts"] == plain.recorder.county["posts"]).all()
    new = other.in_post & (other.cadres["appointed"] >= other.config.reform)
    assert new.sum() > 200
    assert other.cadres["occupant"][new].max() > 2
    first = new & (other.cadres["occupant"] == 1) & (plain.cadres["occupant"] == 1)
    assert first.any()
    assert np.array_equal(other.cadres["integrity"][first], plain.cadres["integrity"][first])
    integrity = [county.cadres["integrity"][county.in_post].mean() for county in (plain, other)]
    assert integrity[1] > integrity[0] + 0.05


def test_who_stands_again(make_config, merger):
    def displaced(**changes):
        county = simulate(make_config({"merger": merger, "selection": POOL | changes}))
        assert (county.recorder.county["posts"] == 36).all()
        return county.recorder.county["displaced"][6]

    assert displaced(reselect="none") == 0 < displaced(reselect="merged")
    assert displaced(reselect="all") >= displaced(reselect="merged")


def test_without_a_merger_only_all_stand_again_and_once(make_config):
    talent = POOL | {"pool": 2000, "ability": 4.0}
    for who in ("none", "merged", "all"):
        county = simulate(make_config({"selection": talent | {"reselect": who}}))
        displaced = county.recorder.county["displaced"]
        assert (displaced[6] > 0) == (who == "all")
        assert np.delete(displaced, 6).max() == 0


def test_weights_decide(make_config):
    old, young = (
        simulate(make_config({"selection": POOL | {"youth": w}})).recorder.county["cadre_age"][6]
        for w in (0.0, 3.0)
    )
    assert young < old


def test_weights_and_vetting_grow_with_the_dose(make_config):
    block = {"vetting": 4, "ability": 3.0, "age_aim": 45.0, "ramp_months": 3}
    county = CountyModel(make_config({"selection": block}))
    usual = county.values.selection.weight_ability
    for month in range(1, 12):
        county.step()
        dose = min(1.0, max(0.0, (month - 6) / 4))
        lever = county.levers.selection
        assert lever["vetting"] == pytest.approx(4.0 * dose)
        assert lever["age_aim"] == pytest.approx(45.0 * dose)
        assert lever["ability"] == pytest.approx(usual + dose * (3.0 - usual))


def test_the_reserve_is_part_of_the_pool(make_config):
    with pytest.raises(ValidationError, match="part of pool"):
        make_config({"selection": {"pool": 5.0, "reserve": 6.0}})


@pytest.mark.parametrize("block", [{"reselect": "none"}, {"pool": 0.0, "youth": 0.2}])
def test_zero_dose_changes_no_bit(make_config, plain, block, same_numbers):
    other = simulate(make_config({"selection": block}))
    same_numbers(plain, other)
    for column in plain.cadres.agent_type.columns:
        assert np.array_equal(plain.cadres[column], other.cadres[column]), column


def candidates(make_config, wage, **block):
    """Return the dose of a pool of 150 where everybody outside earns `wage`."""
    parameters = {"livelihood": {"out_wage": wage}, "selection": {"standing_worth": 0.01}}
    outside = {"parameters": parameters, "parameters_outside_range": True}
    county = simulate(make_config({"selection": {"pool": 150.0} | block}, **outside))
    given = county.doses.given(county.config.active())
    return next(one for one in given if one.what == "candidates")


def test_the_dose_is_who_stood_and_would_take_the_pay(make_config):
    everybody = candidates(make_config, 1.0, reselect="all")
    assert everybody.asked >= 150.0  # all posts in the first month, a few later
    assert everybody.delivered == pytest.approx(everybody.asked, abs=12)  # rounded by lot
    vetted = candidates(make_config, 1.0, reselect="all", vetting=10)
    assert 0 < vetted.delivered < 0.9 * vetted.asked
    nobody = candidates(make_config, 1e6, reselect="all")
    assert (nobody.delivered, nobody.verdict) == (0.0, "nothing")
    in_time = candidates(make_config, 1.0, reselect="none", start="2020-06")
    assert (in_time.asked, in_time.delivered, in_time.verdict) == (0.0, 0.0, "idle")
