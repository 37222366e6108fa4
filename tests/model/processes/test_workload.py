"""The load: who waits where hours do not suffice, in both forms."""

import numpy as np
import pytest

from sim.model.county import CountyModel
from sim.model.parameters import Values
from sim.model.parameters.variants import FIRST_EDITION
from sim.model.processes import hours, workload
from sim.run import simulate

OVERTIME, QUEUE = {"load": "overtime"}, {"load": "queue"}
#: paperwork, and requests, for which hours do not suffice
HEAVY = {"hours": {"admin_share": 0.75, "admin_fixed_share": 0.9}, "service": {"request_rate": 0.3}}
LIMIT = Values().hours.overtime_week * hours.WEEKS_PER_MONTH


@pytest.fixture(scope="module")
def heavy(make_config):
    """Return counties in which hours do not suffice, by form."""
    return {
        form: simulate(make_config(variants=FIRST_EDITION | {"load": form}, parameters=HEAVY))
        for form in ("queue", "overtime")
    }


def test_callers_do_not_wait_for_paperwork_and_paperwork_does_for_them(heavy):
    waits, served = (heavy[form].backlog.sum() for form in ("queue", "overtime"))
    assert waits > 100.0 and served < 0.01 * waits
    reach = {form: county.recorder.county["service_reach"][-1] for form, county in heavy.items()}
    assert reach["overtime"] > reach["queue"] + 0.05
    queue = heavy["queue"].hours
    assert not queue["overtime"].any() and not queue["undone"].any() and not queue["borrowed"].any()


def test_overtime_is_bounded_and_what_is_beyond_it_is_undone(heavy):
    record = heavy["overtime"].hours
    worked = record["supplied"] + record["overtime"]
    assert (record["overtime"] > 0).all() and (worked <= LIMIT * record["cadres"] + 1e-9).all()
    left = record["undone"] > 0
    assert left.any() and worked[left] == pytest.approx(LIMIT * record["cadres"][left])


def test_every_hour_has_its_use(heavy):
    """What is done fits into the hours that have effect, and overtime."""
    record = heavy["overtime"].hours
    mandatory = record["administration"] / record["administration_productivity"]
    mandatory += record["coordination"] + record["meetings"] + record["projects"]
    done = mandatory + record["service_used"] + record["economy"] - record["undone"]
    effective = record["leadership"] * (record["supplied"] - record["friction"])
    assert done == pytest.approx(effective + record["overtime"])


def test_overtime_strains_and_work_undone_does_not(make_config):
    """A longer week at most is more overtime, and more burnout; what is asked stays."""
    short, long = (
        simulate(make_config(variants=OVERTIME, parameters={"hours": HEAVY["hours"] | week}))
        for week in ({"overtime_week": 48.0}, {"overtime_week": 60.0})
    )
    assert long.hours["overtime"].sum() > short.hours["overtime"].sum()
    assert long.hours["undone"].sum() < short.hours["undone"].sum()
    tired = [county.recorder.county["burnout"][-1] for county in (short, long)]
    assert tired[1] > tired[0] + 0.02


def test_workload_is_what_the_month_brings(heavy, make_config):
    record = heavy["overtime"].hours
    asked = record["administration"] / record["administration_productivity"]
    asked += record["coordination"] + record["meetings"] + record["service_arrived"]
    assert record["asked"] == pytest.approx(asked)
    calm = {"friction": 0.0}
    same = [
        CountyModel(make_config(variants=OVERTIME, parameters={"hours": of})).hours["asked"]
        for of in ({}, calm)
    ]
    more = [
        CountyModel(make_config(variants=QUEUE, parameters={"hours": of})).hours["asked"]
        for of in ({}, calm)
    ]
    assert same[0] == pytest.approx(same[1], rel=0.01) and (more[0] > more[1] + 10.0).all()


def test_what_waits_is_not_asked_again(heavy):
    queue = heavy["queue"].hours
    assert (queue["service_asked"] > queue["service_arrived"] + 1.0).all()
    again = queue["service_asked"] - queue["service_arrived"] + queue["friction"]
    month = workload.hours_asked(queue[0], hours.QUEUE) - workload.hours_asked(
        queue[0], hours.OVERTIME
    )
    assert month == pytest.approx(again[0])


def test_a_project_asks_hours_in_this_form(make_config):
    support = {"collective_support": {"villages": 4, "amount": 100000.0}}
    plain, county = (
        simulate(make_config(policies, variants=OVERTIME)).hours for policies in ({}, support)
    )
    assert np.count_nonzero(county["projects"]) == 4 and not plain["projects"].any()
    assert set(county["projects"]) == {0.0, Values().hours.project_hours}


def test_a_unit_without_cadres_does_nothing_overtime(make_config):
    county = CountyModel(make_config(variants=OVERTIME))
    county.in_post[: county.slots] = False
    county.cadres["post"][: county.slots] = 0
    hours.step(county)
    county.hours["service_used"][0] = 0.0
    workload.step(county)
    record = county.hours[0]
    assert record["overtime"] == record["economy"] == 0.0
    assert record["undone"] == pytest.approx(record["asked"] - record["service_arrived"])
