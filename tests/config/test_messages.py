"""Every bad fixture and the words its message must have."""

from pathlib import Path

import pytest

from sim.config import load
from sim.errors import InputError

BAD = Path(__file__).parent.parent / "bad"

#: file -> for every problem, in order: place after the file's name, and words it must hold
EXPECTED = {
    "typo_keys": [
        (":4:3: county.comunities", "did you mean 'communities'?"),
        (":5:1: month", "did you mean 'months'?"),
        (":7:3: policies.combined_rol", "did you mean 'combined_role'?"),
        (":8:30: policies.merger.outpost", "did you mean 'outposts'?"),
        (":10:13: parameters.service.visit_sigma", "did you mean 'visit_sigma_km'?"),
    ],
    "misplaced_keys": [
        (":3:1: largest", "belongs in policies.merger"),
        (":5:30: policies.merger.reform", "belongs at the top level"),
        (":6:15: policies.headcount.number", "belongs in policies.headcount.posts"),
        (":7:3: policies.ratio", "belongs in policies.merger"),
    ],
    "wrong_types": [
        (":1:13: title.en", 'put it in quotes: "7"'),
        (":2:20: county.registry", 'put it in quotes: "513424"'),
        (":2:41: county.communities", "write true"),
        (":3:9: months", "write 84, without quotes"),
        (":4:8: scale", "expected a whole number from 1 to 1000"),
        (":5:7: seed", "got true"),
        (":6:40: parameters.service.visit_sigma_km", "without its unit: 3"),
        (":8:40: policies.merger.outposts", "'50%'; write 0.5"),
        (":9:18: policies.combined_role", "got a list of 1"),
    ],
    "out_of_range": [
        (":3:9: months", "0 is out of range; expected a whole number from 1 to 1200"),
        (":4:8: scale", "registered persons per row"),
        (":5:40: parameters.service.visit_sigma_km", "plausible range 2 to 4.5 km by road (Müller"),
        (":7:26: policies.combined_role.share", "50 per cent is 0.5"),
        (":8:40: policies.entrepreneurship.grant", "not a finite number"),
        (":8:52: policies.entrepreneurship.loan", "not a finite number"),
    ],
    "wrong_choices": [
        (":4:20: policies.merger.source", "did you mean 'registry'?"),
        (":5:24: policies.combined_role.who", "expected 'drawn' or 'largest' or 'smallest'"),
        (":6:27: policies.headcount.posts.by", "did you mean 'total'?"),
    ],
    "no_rule": [(":4:15: policies.headcount.posts.by", "expected 'fixed' or 'residents'")],
    "missing_keys": [
        (":1:1: title", "missing; expected a block with en, zh"),
        (":3:3: policies.entrepreneurship.number", "whole number of at least 0 (ventures per"),
        (":4:3: policies.merger.source", "'registry' or 'file' or 'generated'"),
    ],
    "wrong_months": [
        (":3:8: start", "expected a month as YYYY-MM, for example 2020-04, got '2018-4'"),
        (":4:9: reform", "'2020/04'"),
        (":6:26: policies.combined_role.start", "'2020-04-01'"),
        (":6:43: policies.combined_role.end", "202004"),
    ],
    "reform_outside": [(":4:9: reform", "2030-01 lies outside the recorded months 2018-04 to")],
    "end_before_start": [(":4:3: policies.combined_role", "end must be later than start")],
    "end_before_reform": [(":4:36: policies.combined_role.end", "never be in force")],
    "merger_conflict": [(":4:3: policies.merger", "belong to source 'generated'")],
    "unknown_county": [
        (":2:20: county.registry", "513424 德昌县"),
        (":4:26: policies.combined_role.share", "expected a number from 0 to 1"),
    ],
    "no_2020_list": [(":4:20: policies.merger.source", "use source: generated with ratio")],
    "unknown_townships": [
        (":2:50: county.exclude_townships[0]", "did you mean '德州镇'?"),
        (":2:55: county.exclude_townships[1]", "the county has 乐跃镇"),
        (":4:44: policies.combined_role.where.townships[1]", "did you mean '永郎镇'?"),
        (":4:61: policies.combined_role.where.villages[0]", "no village '不存在村'"),
    ],
    "target_above": [(":4:41: policies.merger.villages", "expected at most 137")],
    "target_unreachable": [(":4:38: policies.merger.ratio", "raise largest or the target")],
    "township_targets": [
        (":6:24: policies.merger.by_township.德州镇", "expected 4 to 13"),
        (":6:33: policies.merger.by_township.永浪镇", "did you mean '永郎镇'?"),
    ],
    "not_contiguous": [
        (":4:3: policies.merger", "contiguous: false belongs to source 'generated'")
    ],
    "class_posts": [(":7:25: policies.headcount.posts.classes[0].posts", "expected at least 2")],
    "too_few_posts": [(":5:42: policies.headcount.posts.number", "expected at least 2")],
    "total_too_small": [(":5:42: policies.headcount.posts.number", "too few for 65 villages")],
    "missing_files": [
        (":2:20: county.villages", "did you mean 'negative.csv'?"),
        (":4:32: policies.merger.file", "there is no folder"),
    ],
    "duplicate": [(":4:1: months", "given twice (first in line 3)")],
    "tab": [(":3:1", "a tab stands here")],
    "not_closed": [(":2:7", "a map opened with { is not closed")],
    "full_width": [(":1:6", "full-width colon")],
    "tag": [(":3:11", "!!python/object:os.system is not allowed")],
    "bomb": [(":1:", "more than 50000 values")],
    "list": [(":1:1", "expected keys at the top level")],
    "empty": [(":1:1", "the file is empty")],
    "missing_base": [(":1:10: extends", "did you mean 'typo_keys.yaml'?")],
    "csv_registry_source": [(":4:20: policies.merger.source", "needs county.registry")],
}

#: file -> the table's name, and for every problem: place and words
TABLES = {
    "csv_missing_column": ("missing_column", [(":row 1, column township", "'twonship'")]),
    "csv_duplicate_codes": ("duplicate_codes", [(":row 3, column code", "already in row 2")]),
    "csv_negative": (
        "negative",
        [
            (":row 2, column registered", "whole number above 0"),
            (":row 3, column area_km2", "empty"),
            (":row 4, column registered", "'many' is not a number"),
        ],
    ),
    "csv_empty": ("empty", [("", "the file is empty")]),
    "csv_no_rows": ("no_rows", [("", "expected one row per village")]),
    "csv_plan": (
        "plan_wrong",
        [
            (":row 1, column old_code", "(102, 103)"),
            (":row 3, column old_code", "did you mean '103'?"),
        ],
    ),
}


def problems(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(path)
    return list(caught.value.problems)


@pytest.mark.parametrize("name", EXPECTED)
def test_bad_configuration(name: str) -> None:
    path = BAD / f"{name}.yaml"
    found = problems(path)
    assert len(found) == len(EXPECTED[name]), found
    for line, (place, words) in zip(found, EXPECTED[name], strict=True):
        assert line.startswith(f"{path}{place}"), line
        assert words in line


@pytest.mark.parametrize("name", TABLES)
def test_bad_table(name: str) -> None:
    table, expected = TABLES[name]
    found = sorted(problems(BAD / f"{name}.yaml"))
    assert len(found) == len(expected), found
    for line, (place, words) in zip(found, expected, strict=True):
        assert line.startswith(f"{BAD / 'tables' / table}.csv{place}"), line
        assert words in line


def test_every_bad_fixture_is_tested() -> None:
    tested = {*EXPECTED, *TABLES, "cycle_a", "cycle_b", "two_problems_two_files"}
    assert {path.stem for path in BAD.glob("*.yaml")} == tested


def test_problems_of_both_files_of_a_chain() -> None:
    found = problems(BAD / "two_problems_two_files.yaml")
    assert [Path(line.split(":")[0]).name for line in found] == ["typo_keys.yaml"] * 5 + [
        "two_problems_two_files.yaml"
    ]


def test_a_cycle_of_extends_is_named() -> None:
    (found,) = problems(BAD / "cycle_a.yaml")
    assert "cycle_b.yaml:1:10: extends" in found
    assert "cycle_a.yaml -> cycle_b.yaml -> cycle_a.yaml" in found
