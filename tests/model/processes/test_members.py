"""Party members: with whom they keep contact, what that settles, and the form of organisations."""

import numpy as np
import pytest

from sim.model.county import CountyModel
from sim.model.processes import members, offers


def test_contact_in_numbers():
    assert members.kept_in_contact(1000.0, 0.04, 0.0, 0.5, 12.0) == pytest.approx(0.24)
    assert members.kept_in_contact(1000.0, 0.04, 10.0, 0.5, 12.0) == pytest.approx(0.30)
    assert members.kept_in_contact(1000.0, 0.04, 0.0, 0.0, 12.0) == 0.0
    assert members.kept_in_contact(1000.0, 0.5, 0.0, 1.0, 12.0) == 1.0  # nobody is met twice
    assert members.kept_in_contact(0.0, 0.04, 3.0, 1.0, 12.0) == 1.0
    assert members.kept_in_contact(0.0, 0.04, 0.0, 1.0, 12.0) == 0.0


@pytest.mark.parametrize(
    ("persons", "is_a"),
    [
        (0.0, members.BRANCH),
        (49.9, members.BRANCH),
        (50.0, members.GENERAL_BRANCH),
        (99.9, members.GENERAL_BRANCH),
        (100.0, members.COMMITTEE),
    ],
)
def test_the_form_follows_the_members(persons, is_a):
    assert members.form(persons) == is_a


def test_members_settle_beside_the_groups_leader(make_config):
    county = CountyModel(make_config())
    before = offers.settled_share(county)
    county.levers.member_contact[3] = 0.5
    more = offers.settled_share(county) - before
    of = county.values.service
    here = county.world.group_village == 3
    expected = of.member_share * 0.5 * of.party_members * of.member_persons
    assert more[here] == pytest.approx(expected) and (more[~here] == 0.0).all()


def test_forms_count_recruits_wherever_they_work(make_config):
    county = CountyModel(make_config(parameters={"service": {"party_members": 0.05}}))
    persons = county.borders.registered
    assert (members.forms(county) == (persons * 0.05 >= 50.0)).all()
    assert {members.BRANCH, members.GENERAL_BRANCH} == set(members.forms(county).tolist())
    county.levers.recruits[:] = 30.0
    county.levers.recruits_away[:] = 50.0
    wanted = np.where(persons * 0.05 + 80.0 >= 100.0, members.COMMITTEE, members.GENERAL_BRANCH)
    assert (members.forms(county) == wanted).all()
