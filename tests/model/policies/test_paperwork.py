"""Paperwork: cutting it saves hours; scaling tasks takes back what a merger saves."""

import numpy as np
import pytest

from sim.model.processes import hours
from sim.run import simulate


def workload(county):
    return np.nanmean(county.recorder.county["cadre_workload"][6:])


def test_relief_and_rescaling_act_on_whole_sets():
    shared = {"per_unit": 185.0, "per_resident": 0.1, "per_line": 4.0, "per_joined": 60, "half": 9}

    def asked(originals, relief, rescale):
        return hours.administration(1800, originals, 0, 1e6, relief, rescale, *shared.values())

    assert asked(1, 0.5, 0.0) == pytest.approx(0.5 * 185 + 180)
    assert asked(4, 0.0, 0.0) == pytest.approx(185 + 180)
    assert asked(4, 0.0, 1.0) == pytest.approx(4 * 185 + 180)
    assert asked(4, 0.5, 0.5) == pytest.approx(185 + 180)


def test_relief_lightens_the_load_without_touching_people(make_config):
    plain = simulate(make_config())
    cut = simulate(make_config({"paperwork": {"relief": 0.52}}))
    fewer = simulate(make_config({"paperwork": {"relief": 0.52, "ledgers": 0.5}}))
    assert workload(fewer) < workload(cut) < workload(plain) - 10
    before = [c.recorder.county["cadre_workload"][:6] for c in (plain, cut)]
    assert np.array_equal(*before)
    assert np.array_equal(plain.villagers["birth_month"], cut.villagers["birth_month"])


def test_scaled_tasks_take_back_what_the_merger_saves(make_config, merger):
    plain = simulate(make_config({"merger": merger}))
    back = simulate(make_config({"merger": merger, "paperwork": {"rescale": 1.0}}))
    alone = simulate(make_config({"paperwork": {"rescale": 1.0}}))
    assert workload(back) > workload(plain) + 10
    assert workload(alone) == workload(simulate(make_config()))  # nothing merged, nothing scaled


def test_zero_dose_changes_no_bit(make_config, merger, same_numbers):
    for policies in ({}, {"merger": merger}):
        block = {"paperwork": {"relief": 0.0, "ledgers": 0.0, "rescale": 0.0}}
        a, b = simulate(make_config(policies)), simulate(make_config(policies | block))
        same_numbers(a, b)
