"""Promises on luck, tried on a configuration: kept by the model, and named where broken."""

import numpy as np
import pytest
from click.testing import CliRunner

from sim.about.divergence import check_draws, first_divergence, one_more
from sim.cli import main
from sim.model.county import CountyModel

OWN = """
import itertools
from typing import ClassVar
from sim.model.policies import Policy

LUCK = itertools.count()

class Moody(Policy):
    levers: ClassVar[tuple[str, ...]] = ("lines",)

    def apply(self, county, month):
        county.levers.lines[:] = 5.0 + next(LUCK) % 7
"""
CONFIG = """
title: {en: Small, zh: 小县}
county: {villages: VILLAGES, groups_per_village: 4}
start: 2019-01
reform: 2019-07
months: 12
spin_up: 3
scale: 20
policies:
  moody:Moody: {}
"""


def test_the_promises_hold(make_config, merger):
    config = make_config({"merger": merger, "training": {}, "consultation": {"start": "2019-04"}})
    said = dict(check_draws(config, 1))
    assert list(said.values()) == [None] * 4, said
    assert any("before 2019-04" in text for text in said)


def test_a_first_divergence_is_named_where_it_happens(make_config):
    one, other = CountyModel(make_config()), CountyModel(make_config())
    other.villagers["trust"][7] += 0.25
    found = first_divergence(one, other, 3)
    assert found is not None and (found.process, found.what, found.row) == (
        "build",
        "villagers.trust",
        7,
    )
    one, other = CountyModel(make_config()), CountyModel(make_config())
    other.grievance[3] = 0.5  # felt when trust is adjusted
    found = first_divergence(one, other, 3)
    assert found is not None and found.process == "trust" and found.what == "villagers.trust"
    assert found.village == "103" and found.month == one.config.start
    assert "process trust: villagers.trust of row" in str(found)


def test_only_villages_apart_are_compared(make_config):
    one, other = CountyModel(make_config()), CountyModel(make_config())
    other.villagers["trust"][one.village_start[4]] += 0.25
    apart = np.arange(12) != 4
    assert first_divergence(one, other, 0, apart) is None
    assert first_divergence(one, other, 0) is not None


def test_one_more_adds_a_row(make_config):
    config = make_config()
    one = CountyModel(config)
    more = CountyModel(config, case=one_more(one.case, 4, config.scale))
    assert len(more.villagers) == len(one.villagers) + 1


@pytest.mark.parametrize(("own", "code"), [(True, 1), (False, 0)])
def test_command_names_a_policy_that_draws_luck_of_its_own(tmp_path, village_csv, own, code):
    (tmp_path / "moody.py").write_text(OWN, encoding="utf-8")
    text = CONFIG.replace("VILLAGES", str(village_csv))
    path = tmp_path / "small.yaml"
    path.write_text(text if own else text.partition("policies:")[0], encoding="utf-8")
    done = CliRunner().invoke(main, ["check", "--draws", str(path)])
    assert done.exit_code == code, done.output
    if own:
        assert "the same twice, 12 months: BROKEN: 2019-07, process " in done.output
        assert "Error: 1 promise broken" in done.output
    else:
        assert "BROKEN" not in done.output
