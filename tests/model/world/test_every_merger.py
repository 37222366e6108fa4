"""Every merger of the lists is a reform: its month finds its lists, the plan has their counts."""

import pytest

from sim.about.atlas import county_years
from sim.model.calendar import format_month
from sim.model.world.case import build_case
from sim.model.world.lists import MONTHS, choose_lists
from tests.model.world.test_ten_counties import configuration

pytestmark = pytest.mark.slow


def test_every_merger_of_the_lists_is_a_reform():
    for county, change in county_years():
        month = (MONTHS[change.before] + MONTHS[change.after] + 1) // 2
        shown = (change.before, change.after)
        given = {}
        if county.code.startswith("51"):  # where the reform of 2019 and 2020 is meant
            given = {"year": change.before, "year_after": change.after}
        else:
            assert choose_lists(county, month) == shown
        case = build_case(configuration(county.code, format_month(month), **given), 1)
        villages = case.world.villages
        counts = int(villages.is_village.sum()), case.plan.villages_after(villages).size
        assert counts == (change.villages_before, change.villages_after), str(county)
