"""Contact (1+N): leaders and departments are dealt out to villages, and help there."""

import numpy as np

from sim.model.policies.contact import _dealt
from sim.run import simulate


def test_leaders_are_dealt_out_in_turn():
    assert _dealt(5, 3).tolist() == [2, 2, 1]
    assert _dealt(2, 3).tolist() == [1, 1, 0]
    assert _dealt(0, 3).tolist() == [0, 0, 0]
    assert _dealt(4, 0).tolist() == []


def test_departments_take_over_lines_and_leaders_bring_trust(make_config):
    plain = simulate(make_config({}))
    paired = simulate(make_config({"contact": {"leaders": 3, "departments": 6}}))
    largest = np.argsort(-plain.borders.registered, kind="stable")
    load = plain.recorder.village["cadre_workload"] - paired.recorder.village["cadre_workload"]
    assert (load[8:][:, largest[:6]] > 0.5).all() and (load[:6] == 0).all()
    gained = paired.recorder.village["trust"][-1] - plain.recorder.village["trust"][-1]
    assert (gained[largest[:3]] > 0).all()
    assert gained[largest[:3]].min() > np.abs(gained[largest[6:]]).max()


def test_zero_dose_changes_no_bit(make_config, same_numbers):
    a, b = simulate(make_config()), simulate(make_config({"contact": {}}))
    same_numbers(a, b)
