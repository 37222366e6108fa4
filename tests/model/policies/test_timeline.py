"""Several blocks of a kind, their order, merge rules, what is refused, and the Gantt chart."""

import json
from pathlib import Path

import numpy as np
import pytest

from sim import load_results
from sim.about.explain import explain
from sim.config import load, outline
from sim.config.loading import resolve
from sim.errors import InputError
from sim.model.calendar import format_month
from sim.model.policies.timeline import rows
from sim.report.timeline import policy_gantt
from sim.run import simulate

FIXED = {"posts": {"by": "fixed", "number": 4}}
MORE = {"posts": {"by": "fixed", "number": 6}}


@pytest.fixture
def found(tmp_path, village_csv):
    """Return a function that loads policies of the small county from a file."""

    def write(policies, **changes):
        data = {
            "title": {"en": "Small", "zh": "小县"},
            "county": {"villages": str(village_csv), "groups_per_village": 4},
            "start": "2019-01",
            "reform": "2019-07",
            "months": 18,
            "policies": policies,
        }
        path = tmp_path / "a.yaml"
        path.write_text(json.dumps(data | changes, ensure_ascii=False, indent=1), "utf-8")
        return load(path)

    return write


def test_blocks_of_one_kind_apply_in_order(make_config):
    config = make_config(
        {
            "headcount#b": {"lines": 5, "where": {"townships": ["镇1"]}},
            "entrepreneurship": {"number": 3},
            "headcount#a": {"lines": 3, "where": {"villages": ["104"]}},
            "headcount": {"lines": 8},
        }
    )
    names = ["headcount", "headcount#b", "headcount#a", "entrepreneurship"]
    assert list(config.active()) == names
    lines = simulate(config).levers.lines
    assert lines.tolist() == [8.0] * 4 + [3.0] + [5.0] * 3 + [8.0] * 4


def test_a_roll_out_by_township(make_config):
    waves = {
        f"combined_role#wave-{i}": {"start": f"2019-0{7 + i}", "where": {"townships": [f"镇{i}"]}}
        for i in range(3)
    }
    shares = simulate(make_config(waves)).recorder.county["combined_share"]
    assert shares[5:10] == pytest.approx([0, 1 / 3, 2 / 3, 1, 1])


@pytest.mark.parametrize(
    ("rule", "expected"), [("replace", [6, 2]), ("max", [6, 4]), ("min", [4, 2])]
)
def test_merge_rules(make_config, rule, expected):
    """In one township more, in another fewer posts than the county's four; the third untouched."""
    few = {"posts": {"by": "fixed", "number": 2}}
    config = make_config(
        {
            "headcount": FIXED | {"lines": 5},
            "headcount#more": MORE | {"where": {"townships": ["镇0"]}, "merge": rule},
            "headcount#few": few | {"where": {"townships": ["镇1"]}, "merge": rule},
        }
    )
    levers = simulate(config).levers
    assert levers.posts.tolist() == [expected[0]] * 4 + [expected[1]] * 4 + [4] * 4
    assert (levers.lines == 5).all()  # a lever the later blocks do not set


@pytest.mark.parametrize(
    "second",
    [
        MORE | {"where": {"townships": ["镇1"]}},
        MORE | {"where": {"villages": ["104", "村5村委会"]}},
        MORE | {"where": {"max_residents": 899}},
        MORE | {"start": "2020-01"},
        MORE | {"where": {"townships": ["镇0"]}, "merge": "max"},
        {"lines": 3},
    ],
)
def test_what_does_not_clash(found, second):
    where = {"townships": ["镇0"]}
    if "max_residents" in second.get("where", {}):
        where = {"min_residents": 900}
    found({"headcount": FIXED | {"where": where, "end": "2020-01"}, "headcount#b": second})


@pytest.mark.parametrize(
    ("policies", "words"),
    [
        (
            {"headcount": FIXED, "headcount#b": MORE | {"start": "2020-01"}},
            "policies.headcount#b: sets posts from 2020-01 to 2020-06, as policies.headcount does, "
            "possibly in the same villages; give this block other months (start, end), other "
            "villages (where.townships) or a merge rule: `merge: replace` (this one wins where it "
            "reaches), `merge: max` or `merge: min`",
        ),
        (
            {
                "headcount": FIXED | {"where": {"villages": ["100"]}},
                "headcount#b": MORE | {"where": {"villages": ["村0村委会"]}},
            },
            "headcount#b: sets posts",
        ),
        (
            {
                "combined_role": {"where": {"share": 0.5}},
                "combined_role#b": {"when": "backlog > 40", "where": {"share": 0.5}},
            },
            "combined_role#b: sets combined, deputies",
        ),
        (
            {
                "entrepreneurship": {"number": 3, "where": {"townships": ["镇0"]}},
                "entrepreneurship#b": {"number": 4, "where": {"townships": ["镇1"]}},
            },
            "the same for the whole county; give this block other months (start, end) or a merge "
            "rule: `merge: replace` (this one wins where it reaches)",
        ),
        (
            {"entrepreneurship": {"number": 3, "merge": "max"}},
            "startup is one for the whole county: use merge: replace",
        ),
        (
            {"selection": {"pool": 9, "merge": "min"}},
            "merge: min needs levers with a number for every village; selection is several numbers "
            "at once: use merge: replace",
        ),
    ],
)
def test_what_clashes(found, policies, words):
    with pytest.raises(InputError) as caught:
        found(policies)
    (problem,) = caught.value.problems
    assert words in problem
    file, line, column = problem.split(":")[:3]
    text = Path(file).read_text("utf-8").splitlines()[int(line) - 1]
    assert int(column) == text.index(f'"{list(policies)[-1]}"') + 1


def test_two_selections_in_different_townships_do_not_clash(found):
    """A lever of several numbers is a village's own: each block sets it where it reaches."""
    blocks = {
        f"selection#{i}": {"pool": 40.0, "vetting": i, "where": {"townships": [f"镇{i}"]}}
        for i in (1, 2)
    }
    lever = simulate(found(blocks)).levers.selection
    assert lever["vetting"].tolist() == [0.0] * 4 + [1.0] * 4 + [2.0] * 4
    assert (lever["pool"][4:] > 0).all() and (lever["pool"][:4] == 0).all()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("headcount#", "the label after '#' is letters, digits"),
        ("headcount#a b", "got 'a b'"),
        ("merger#two", "a county has one merger; write it without a label"),
        ("headcoun#a", "unknown key; did you mean 'headcount'?"),
        ("headcount#a", "policies.headcount#a.lines: expected a number from 0 to 40"),
    ],
)
def test_names_of_blocks(found, name, words):
    with pytest.raises(InputError) as caught:
        found({name: {"lines": "many"}})
    assert len(caught.value.problems) == 1
    assert words in caught.value.problems[0]


def test_every_block_of_a_kind_is_checked(found):
    with pytest.raises(InputError, match=r"headcount#b\.posts\.number: 1 is too few"):
        found({"headcount#b": {"posts": {"by": "fixed", "number": 1}}})


def test_labelled_blocks_are_written_and_overridden(tmp_path, found):
    found({"headcount#b": FIXED | {"until": "backlog > 40 for 2"}})
    resolved = resolve(tmp_path / "a.yaml", {"policies.headcount#b.posts.number": 5})
    assert resolved.config.active()["headcount#b"].posts.number == 5
    (tmp_path / "b.yaml").write_text(resolved.to_yaml(), "utf-8")
    assert load(tmp_path / "b.yaml") == resolved.config


def test_explain_and_schema_know_the_keys():
    text = explain("headcount.when")
    assert "a condition on an outcome, for example backlog > 40 for 3" in text
    assert "触发条件" in text
    assert "'replace' or 'max' or 'min'" in explain("headcount.merge")
    assert "连续3个月" in explain("headcount.until", "zh")
    policies = outline.json_schema()["$defs"]["PolicySet"]
    assert "^headcount#[\\w-]+$" in policies["patternProperties"]
    assert policies["additionalProperties"] is False


def test_rows_are_what_the_levers_did(make_config):
    role = {"start": "2019-02", "when": "combined_share < 0.5 for 2"}
    role |= {"until": "combined_share > 0.5 for 2"}
    county = simulate(make_config({"combined_role": role, "headcount": {"end": "2020-01"}}))
    first, second = rows(county.config, county.trigger_log)
    on = np.zeros(18, dtype=bool)
    months = [format_month(int(m)) for m in county.recorder.months]
    for start, end in first["spells"]:
        on |= np.array([start <= month < end for month in months])
    assert (on == (county.recorder.county["combined_share"] > 0)).all()
    assert second["spells"] == [["2019-07", "2020-01"]]
    assert rows(county.config)[0]["spells"] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_gantt_draws_what_happened(make_config, merger, tmp_path, lang):
    from sim.results.manifest import describe, run_digest
    from sim.results.writing import write_tables

    role = {"when": "cadre_workload > 1 for 9", "until": "combined_share > 0 for 3"}
    policies = {"merger": merger, "combined_role": role, "headcount#x": {"ramp_months": 4}}
    county = simulate(make_config(policies))
    describe(county, tmp_path, run_digest(county.config), write_tables(county, tmp_path), 1.0)
    run, plan = policy_gantt(load_results(tmp_path), lang), policy_gantt(county.config, lang)
    (axes,), (planned,) = run.axes, plan.axes
    doses = load_results(tmp_path).manifest["doses"]
    given = {(policy, what): delivered for policy, what, _, _, delivered in doses}
    marks = {line.get_gid(): float(line.get_xdata()[0]) for line in axes.lines}
    assert set(marks) == {"event", "reform", "starts", "ends"}
    assert marks["event"] == marks["reform"] < marks["starts"] < marks["ends"]
    assert {line.get_gid() for line in planned.lines} == {"event", "reform"}
    bars = [bar.get_gid() for bar in axes.collections]
    assert sorted(bars) == ["in_force", "in_force", "may"]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    if lang == "en":
        assert labels == ["merger", "combined role", "headcount (x)"]
        said = {text.get_text() for text in axes.texts if text.get_gid() != "dose"}
        assert said == {
            "when Cadre workload > 1 for 9 months; until Combined role > 0 for 3 months"
        }
        told = [text.get_text() for text in axes.texts if text.get_gid() == "dose"]
        assert told == [
            f"old villages absorbed: {given['merger', 'absorbed']:g}",
            f"villages led by one person: {given['combined_role', 'combined']:g}",
            f"villages where it moved a lever: {given['headcount#x', 'moved']:g}",
        ]
    triggers = load_results(tmp_path).manifest["triggers"]
    assert [t["event"] for t in triggers] == ["starts", "ends"]
    assert triggers[0]["month"] == "2019-10"
