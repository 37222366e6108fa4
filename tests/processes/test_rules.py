"""Rules on plain numbers: what each equation says, and its limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.processes import economy, hours, livelihood, people, service, trust

SHARE = st.floats(0, 1)
KM = st.floats(0, 60)


def test_decay_halves_at_the_distance_that_was_observed():
    """Müller et al. 1998: attendance halves at 3.5 km; both forms are fitted to that."""
    assert service.decay(3.5, 2.97, 0.198, 0.0) == pytest.approx(0.5, abs=0.005)
    assert service.decay(3.5, 2.97, 0.198, 1.0) == pytest.approx(0.5, abs=0.005)


@given(near=KM, further=st.floats(0.01, 20), form=st.sampled_from([0.0, 1.0]))
def test_decay_falls_with_distance_and_is_a_share(near, further, form):
    first = service.decay(near, 3.0, 0.2, form)
    second = service.decay(near + further, 3.0, 0.2, form)
    assert 0.0 <= second <= first <= 1.0
    assert service.decay(0.0, 3.0, 0.2, form) == 1.0


def test_without_anything_else_attendance_is_the_decay():
    """The race of clocks: share choosing the office against giving up is the decay itself."""
    rng = np.random.default_rng(1)
    clocks = rng.exponential(size=(20_000, 3))
    chosen = [service.choose_channel(tuple(c), service.OFFICE, 0.7, 0.0, 1.0) for c in clocks]
    assert np.mean(np.array(chosen) == service.OFFICE) == pytest.approx(0.7, abs=0.012)
    assert service.ONLINE not in chosen


def test_the_race_is_a_logit_and_flips_no_more_than_it_must():
    rng = np.random.default_rng(2)
    clocks = rng.exponential(size=(20_000, 3))

    def channels(online):
        return np.array(
            [service.choose_channel(tuple(c), service.OFFICE, 0.6, online, 1.0) for c in clocks]
        )

    without, with_online = channels(0.0), channels(0.5)
    share = 0.5 / (0.6 + 0.4 + 0.5)
    assert np.mean(with_online == service.ONLINE) == pytest.approx(share, abs=0.012)
    flipped = without != with_online
    assert (with_online[flipped] == service.ONLINE).all()  # nobody flips between the others


@given(capacity=st.floats(0, 1e4), backlog=st.floats(0, 1e4), asked=st.floats(0, 1e4))
def test_queue_serves_what_it_can_and_loses_only_the_impatient(capacity, backlog, asked):
    share = service.served_share(capacity, backlog, asked)
    left = service.next_backlog(capacity, backlog, asked, 0.0)
    assert 0.0 <= share <= 1.0
    done = min(capacity, backlog) + share * asked
    assert done <= capacity * (1 + 1e-9) + 1e-9
    assert left + done == pytest.approx(backlog + asked, rel=1e-9, abs=1e-6)
    assert service.next_backlog(capacity, backlog, asked, 0.5) <= left + 1e-9


def test_group_leaders_know_only_so_many():
    assert service.settled_by_group_leader(0.1, 110, 80) == pytest.approx(0.1)
    assert service.settled_by_group_leader(0.1, 110, 220) == pytest.approx(0.05)


def test_returns_of_the_reference_village_are_those_of_the_programme():
    assert economy.asset_income(1e6, 1, 1, 1, 0.06, 0.15, 0.05) == pytest.approx(60_000 / 12)
    assert economy.asset_income(1e6, 0, 1, 1, 0.06, 0.15, 0.05) == 0.0
    assert economy.asset_income(1e6, 0, 1, 1, 0.06, 0.0, 0.05) == pytest.approx(5_000)


def test_death_comes_at_the_order_of_the_life_table():
    def yearly(age):
        monthly = people.death_probability(age * 12, 3.0e-5, 0.089, 0.0008)
        return 1 - (1 - monthly) ** 12

    assert yearly(30) < 0.002 and 0.008 < yearly(70) < 0.025 and 0.05 < yearly(85) < 0.12


@given(trait=SHARE, experience=SHARE, start=SHARE, peers=SHARE)
def test_trust_stays_a_share_and_moves_toward_its_target(trait, experience, start, peers):
    own = trust.signal(trait, experience, 20.0, 1.0, 0.3, 0.02, -0.04)
    after = trust.adjust(start, own, peers, 0.2, 0.0135)
    target = 0.8 * own + 0.2 * peers
    assert 0.0 <= after <= 1.0
    assert abs(after - target) <= max(abs(start - target), abs(target - np.clip(target, 0, 1)) + 1)
    assert (after - start) * (target - start) >= 0.0


def test_a_start_is_likelier_with_money_skill_and_examples():
    def weight(share=0.1, skill=0.5, examples=0.9):
        return livelihood.start_weight(0.0025, share, skill, examples, 0.1, 0.9, 0.8, 1.5, 0.5)

    assert weight() == pytest.approx(0.0025 / 0.9975)
    assert weight(share=1.0) / weight() == pytest.approx(10**0.8)
    assert weight(skill=0.9) > weight() and weight(examples=3.0) > weight()
    assert livelihood.capital_at_hand(0, 0, 1e5, 0.0) == 0.01
    assert livelihood.capital_at_hand(9e9, 0, 1e5, 0.3) == 1.0
    assert livelihood.capital_at_hand(2e4, 3e4, 1e5, 0.3) == pytest.approx(0.65)


def test_ventures_close_most_in_their_third_year():
    first, third = (livelihood.exit_probability(y, 0.1, 1.8) for y in (0.5, 2.5))
    assert third == pytest.approx(1 - math.exp(-0.18)) and first == pytest.approx(
        1 - math.exp(-0.1)
    )


def test_rules_are_plain_python_too():
    """The plain Python of a rule gives the same number as the compiled one."""
    for rule, arguments in (
        (service.decay, (2.0, 3.0, 0.2, 0.0)),
        (hours.decisions_supplied, (2, 1, 0, 60, 0.5, 0.5, 0.6)),
        (trust.signal, (0.5, 0.6, 20.0, 0.0, 0.3, 0.02, -0.04)),
        (people.death_probability, (840.0, 3e-5, 0.089, 0.0008)),
    ):
        assert rule(*arguments) == rule.py_func(*arguments)
