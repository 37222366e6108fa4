"""One villager under two policies: what flipped, and what turned it."""

import re

import numpy as np
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.errors import InputError
from sim.lab.experiment import run_experiment
from sim.lab.one_run import flips as twin
from sim.lab.one_run.twins import counties, row_of
from sim.lab.store.reading import ExperimentResults
from sim.model.processes import errands_of_rows, livelihood

VILLAGES = """code,name,township,registered,area_km2
101,安乐村,河东镇,640,12.0
102,永兴村,河东镇,725,12.3
103,光明村,河东镇,810,12.6
104,新民村,河东镇,895,12.9
"""
CONFIG = """title: {en: Small, zh: 小县}
county: {villages: small.csv, groups_per_village: 2}
start: 2019-01
reform: 2019-02
months: 6
spin_up: 1
scale: 10
policies:
  merger: {source: generated, ratio: 0.5}
  service_delivery: {online: 1.0}
"""
TEXT = """config: small.yaml
method: compare
arms:
  none: {policies: {merger: null, service_delivery: null}}
  merger: {policies: {service_delivery: null}}
  online: {policies: {merger: null}}
  same: {policies: {merger: null, service_delivery: null}}
  support:
    policies: {merger: null, service_delivery: null}
    policies.entrepreneurship: {start: 2019-01, number: 5000, grant: 300000, loan: 300000}
replicates: 1
record: {villagers: last}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("twins")
    (place / "small.csv").write_text(VILLAGES, "utf-8")
    (place / "small.yaml").write_text(CONFIG, "utf-8")
    (place / "e.yaml").write_text(TEXT, "utf-8")
    return run_experiment(place / "e.yaml", place / "out", 1)


def all_flips(folder, a, b):
    """Return the service decisions that differ, of everybody, by the terms that turned them."""
    one, other = counties(folder, a, b, 1)
    one.run_for(3)
    other.run_for(3)
    with twin._watched(errands_of_rows, "ask") as calls:
        one.step()
        other.step()
    a, b = one.villagers["channel"], other.villagers["channel"]
    rows = np.flatnonzero(a != b)[:12]
    kernel = errands_of_rows.ask
    terms = [twin._reasons(kernel, *calls, twin.OPEN_TERMS, "channel", int(row)) for row in rows]
    return calls, one, other, rows, terms


def test_decisions_taken_again_with_the_same_inputs_are_the_same(folder):
    calls, one, _, _, _ = all_flips(folder, "none", "merger")
    again = twin._exchanged(calls[0], calls[0], ())
    for row in (0, 5, 17):
        assert (
            twin._again(errands_of_rows.ask, again, "channel", row) == one.villagers["channel"][row]
        )


def test_a_merger_turns_decisions_by_the_road_and_a_platform_by_what_is_online(folder):
    _, _, _, rows, by_merger = all_flips(folder, "none", "merger")
    assert len(rows) and sum("road" in terms for terms in by_merger) > len(rows) / 2
    _, _, _, rows, by_platform = all_flips(folder, "none", "online")
    assert len(rows) and sum("online" in terms for terms in by_platform) > len(rows) / 2
    assert not any("road" in terms for terms in by_platform)


def test_support_turns_livelihoods_in_the_month_in_which_they_turn(folder):
    one, other = counties(folder, "none", "support", 1)
    turned, month = np.array([], dtype=int), 0
    while not turned.size:
        one.step()
        other.step()
        turned, month = (
            np.flatnonzero(one.villagers["labour"] != other.villagers["labour"]),
            one.month,
        )
    row = int(turned[0])
    found = list(twin.flips(*counties(folder, "none", "support", 1), row, 6))
    first = next(flip for flip in found if flip.decision == "livelihood")
    assert first.month == month and {"support", "lots for support"} & set(first.terms)
    states = [int(county.villagers["labour"][row]) for county in (one, other)]
    assert [first.one, first.other] == states


def test_the_same_policy_turns_nothing(folder):
    one, other = counties(folder, "none", "same", 1)
    assert list(twin.flips(one, other, 3, 6)) == []


def test_stepping_beside_each_other_changes_no_number(folder):
    one, other = counties(folder, "none", "merger", 1)
    list(twin.flips(one, other, 3, 6))
    alone, _ = counties(folder, "none", "merger", 1)
    alone.run_for(6)
    for column in ("trust", "income", "channel", "labour"):
        assert (one.villagers[column] == alone.villagers[column]).all()
    assert (
        livelihood._choices.py_func and errands_of_rows.ask.py_func
    )  # nothing is watched any more


def test_needs_that_are_given_up_are_followed_too(folder, tmp_path):
    text = TEXT.replace("replicates: 1", "set: {variants.errands: given_up}\nreplicates: 1")
    place = folder.parent
    (place / "given_up.yaml").write_text(text, "utf-8")
    found = run_experiment(place / "given_up.yaml", tmp_path / "out", 1)
    flips = [
        flip
        for row in range(0, 60, 4)
        for flip in twin.flips(*counties(found, "none", "merger", 1), row, 3)
        if flip.decision == "service"
    ]
    assert flips and any("road" in flip.terms for flip in flips)


def test_the_command(folder):
    people = ExperimentResults(folder).villagers
    row = int(np.flatnonzero(people["income"].to_numpy() > 2000.0)[0])
    identity = people["villager"].iloc[row]
    said = CliRunner().invoke(main, ["twin", str(folder), identity, "none", "merger"])
    assert said.exit_code == 0 and f"villager row {row}" in said.stdout
    assert "service experience" in said.stdout
    assert re.search(r"\d,\d{3}\b", said.stdout) and "e+0" not in said.stdout
    chinese = ["twin", str(folder), "3", "none", "merger", "--lang", "zh"]
    assert "期末" in CliRunner().invoke(main, chinese).stdout
    wrong = CliRunner().invoke(main, ["twin", str(folder), "3", "none", "mergr"])
    assert wrong.exit_code == 2 and "no arm or point is called 'mergr'" in wrong.stderr
    one, _ = counties(folder, "none", "merger", 1)
    with pytest.raises(InputError, match="no villager has the identity"):
        row_of(one, str(10**15))
