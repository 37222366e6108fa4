"""Policies changed while a county runs: from the next month on, and the configuration says it."""

import numpy as np
import pytest

import hecun
from sim.errors import InputError

OWN = "my_pay:Raise"


def end(config):
    county = hecun.CountyModel(config)
    county.run_model()
    return county.recorder.county.arrays


def same(county):
    """Whether a county's configuration run from its start gives what it gave."""
    return np.array_equal(county.recorder.county.arrays, end(county.config), equal_nan=True)


@pytest.mark.parametrize(
    ("policies", "steps", "changes", "blocks"),
    [
        # begins anew, before the first month, in the middle, in the month of the reform
        ({}, 0, [("headcount", {"lines": 2})], {"headcount"}),
        ({}, 9, [("headcount", {"lines": 2})], {"headcount"}),
        ({"headcount": {"lines": 6.0}}, 6, [("headcount", {"lines": 2})], {"headcount"}),
        # in force: an end, and a block that begins
        (
            {"headcount": {"lines": 6.0}},
            10,
            [("headcount", {"lines": 2})],
            {"headcount", "headcount#since_2019-11"},
        ),
        # twice in one month is once; and once more later
        (
            {"headcount": {"lines": 6.0}},
            10,
            [("headcount", {"lines": 2}), ("headcount", {"lines": 3})],
            {"headcount", "headcount#since_2019-11"},
        ),
        # with a label, and ramped
        (
            {"pay#pilot": {"growth": 0.1, "where": {"share": 0.5}}},
            9,
            [("pay#pilot", {"growth": 0.3, "ramp_months": 3})],
            {"pay#pilot", "pay#pilot_since_2019-10"},
        ),
        # ended: one that has begun, one that has not
        ({"headcount": {"lines": 2.0}}, 9, [("headcount", None)], {"headcount"}),
        ({"headcount": {"lines": 2.0}}, 3, [("headcount", None)], set()),
    ],
)
def test_the_configuration_gives_the_county_again(make_config, policies, steps, changes, blocks):
    county = hecun.CountyModel(make_config(policies))
    for _ in range(steps):
        county.step()
    before = county.recorder.county.arrays[:, :steps].copy()
    for name, fields in changes:
        county.set_policy(name, fields)
    untouched = end(make_config(policies))
    county.run_model()
    assert set(county.config.active()) == blocks
    after = county.recorder.county.arrays
    assert np.array_equal(after[:, :steps], before, equal_nan=True)
    assert not np.array_equal(after, untouched, equal_nan=True)  # it acts
    assert same(county)


def test_levers_follow_and_again(make_config):
    county = hecun.CountyModel(make_config({"headcount": {"lines": 6.0}}))
    seen = []
    for lines in (5.0, 4.0, 3.0):
        county.run_for(5)
        county.set_policy("headcount", lines=lines)
        county.step()
        seen.append(float(county.levers.lines.min()))
    assert seen == [5.0, 4.0, 3.0] and same(county)
    assert [p.lines for p in county.config.active().values()] == [5.0, 4.0, 3.0]


def test_a_changed_block_keeps_its_other_fields(make_config):
    county = hecun.CountyModel(make_config({"headcount": {"lines": 6.0, "where": {"share": 0.5}}}))
    county.run_for(9)
    county.set_policy("headcount", {"lines": 2.0})
    *_, block = county.config.active().values()
    assert block.lines == 2.0 and block.where.share == 0.5
    county.step()
    assert 0 < (np.asarray(county.levers.lines) == 2.0).sum() < len(county.levers.lines)


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("headcont", {"lines": 2}, "did you mean 'headcount'"),
        ("headcount", {"line": 2}, "did you mean"),
        ("headcount", {"lines": -1}, "lines"),
        ("merger", {"ratio": 0.5}, "plan is in the world"),
        ("pay", None, "pay is not in force"),
    ],
)
def test_what_cannot_be_changed_leaves_the_county_as_it_was(make_config, name, fields, said):
    county = hecun.CountyModel(make_config({"headcount": {"lines": 6.0}}))
    county.run_for(8)
    config = county.config
    with pytest.raises(InputError, match=said):
        county.set_policy(name, fields)
    assert county.config is config
    county.run_model()
    with pytest.raises(InputError, match="no policy can change any more"):
        county.set_policy("headcount", lines=2)


def test_levers_are_read_and_a_write_says_what_to_do(make_config):
    county = hecun.CountyModel(make_config())
    county.step()
    lines = county.levers.lines

    def assign():
        county.levers.lines = 2

    def replace():
        county.levers = county.levers

    def item():
        county.levers.lines[:] = 2

    def add():
        county.levers.lines += 2

    def ufunc():
        np.add.at(county.levers.lines, [0], 1)

    for write in (assign, item, add, ufunc):
        with pytest.raises(InputError, match="set_policy"):
            write()
    with pytest.raises(InputError, match="set_policy"):
        replace()
    with pytest.raises(ValueError, match=r"read-only|set_policy"):
        np.copyto(lines, 2.0)
    assert type(lines + 1) is np.ndarray and (lines + 1 == 1 + np.asarray(lines)).all()
    mine = lines.copy()
    mine[:] = 7
    mine += 1  # a copy is one's own
    assert (mine == 8).all() and (county.levers.lines != 8).all()
    assert {"lines", "posts"} <= set(dir(county.levers))
    assert "lines" in repr(county.levers) and "<table>" in county.levers._repr_html_()
    with pytest.raises(AttributeError):
        _ = county.levers.linez


def test_a_branch_by_keys_leaves_the_county_alone(make_config):
    county = hecun.CountyModel(make_config())
    county.run_for(8)
    start = {"policies.headcount": {"lines": 2.0, "start": "2019-10"}}
    branch = county.branch(start)
    branch.run_model()
    county.run_model()
    assert same(branch) and same(county) and "headcount" not in county.config.active()
    assert branch.effects(county).set_index("outcome").loc["cadre_workload", "effect"] != 0
    assert isinstance(branch, hecun.CountyModel)
    assert len(branch.datacollector.model_vars["trust"]) == 18


def test_a_branch_by_a_merger_that_has_not_begun(make_config, merger):
    """Also where the county had no plan by which to tell people apart."""
    plain = make_config({"merger": merger})
    county = hecun.CountyModel(plain)
    county.run_for(3)
    later = county.branch({"policies.merger.start": "2019-09"})
    later.run_model()
    assert same(later)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"policies.headcount.lines": 2.0}, "policies.headcount"),
        ({"scale": 10}, "scale"),
        ({"policies.pay": {"growth": 0.2, "start": "2019-08"}}, "policies.pay"),
        ({"policies.pay": {"growth": 0.2}}, "policies.pay"),  # since the reform
        ({"policies.merger": {"source": "generated", "ratio": 0.5, "start": "2019-11"}}, "merger"),
    ],
)
def test_a_branch_that_rewrites_the_past_is_refused(make_config, changes, said):
    county = hecun.CountyModel(make_config({"headcount": {"lines": 6.0}}))
    county.run_for(9)
    with pytest.raises(InputError, match=said):
        county.branch(changes)


def test_a_policy_of_ones_own(make_config, tmp_path, monkeypatch):
    (tmp_path / "my_pay.py").write_text(
        "from sim import Policy\n\n\nclass Raise(Policy):\n    levers = ('lines',)\n"
        "    by: float = 1.0\n\n    def apply(self, county, month):\n"
        "        county.levers.lines[:] = self.by\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    county = hecun.CountyModel(make_config())
    county.run_for(8)
    county.set_policy(OWN, by=3.0)
    county.step()
    assert (np.asarray(county.levers.lines) == 3.0).all()
    county.run_for(2)
    county.set_policy(OWN, by=2.0)
    county.run_model()
    assert (np.asarray(county.levers.lines) == 2.0).all() and same(county)


def test_the_past_is_not_rewritten(make_config):
    for policies, said in (
        ({}, "would change what has happened already; let it begin in 2019-11 or later"),
        ({"headcount": {"lines": 6.0}}, "sets lines from 2019-08 to 2019-10"),
        ({"headcount": {"lines": 6.0, "start": "2020-01"}}, "would change what has happened"),
    ):
        county = hecun.CountyModel(make_config(policies))
        county.run_for(10)
        before = county.config
        with pytest.raises(InputError, match=said):
            county.set_policy("headcount", lines=2, start="2019-08")
        assert county.config is before
        county.set_policy("headcount", lines=2, start="2019-12")
        county.run_model()
        assert same(county)


@pytest.mark.parametrize("name", ["config", "policies", "seed", "case", "world", "values"])
def test_what_a_county_was_built_with_is_not_replaced_in_silence(make_config, name):
    county = hecun.CountyModel(make_config({"headcount": {"lines": 6.0}}))
    county.run_for(2)
    was = getattr(county, name)
    with pytest.raises(InputError, match=rf"{name} cannot be replaced: set_policy"):
        setattr(county, name, None)
    assert getattr(county, name) is was
    county.seed = county.seed  # the same: as a subclass may write it
    assert county.branch(case=county.case).config.policies == county.config.policies
    county.set_policy("headcount", lines=2.0)
    other = county.branch()
    other.set_policy("headcount", lines=3.0)
    county.step()
    other.step()
    assert (county.levers.lines.max(), other.levers.lines.max()) == (2.0, 3.0)


def test_a_branch_that_changes_what_is_in_force_says_how(make_config):
    county = hecun.CountyModel(make_config({"headcount": {"lines": 6.0}}))
    county.run_for(9)
    with pytest.raises(InputError, match=r"county\.branch\(\); other\.set_policy"):
        county.branch({"policies.headcount.lines": 2.0})
