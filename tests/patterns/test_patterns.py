"""The patterns of model.md section 1, by paired runs; what does not hold is in docs/patterns.md."""

import numpy as np
import pytest
from catalogue import PATTERNS
from paired import COUNTIES, HEADS, ROOT, SEED_SETS, Line, Pattern, holm, merged, rows, run_together

from sim.about.facts import Measured, measure

#: (pattern, county) -> verdict, where it is not that the pattern holds; why: docs/patterns.md
OTHERWISE: dict[tuple[str, str], str] = {
    ("P1b", "leshan"): "contradicts",
    ("P1b", "dechang"): "contradicts",
    ("P2a", "dechang"): "contradicts",
    ("P3a", "leshan"): "contradicts",
    ("P3a", "dechang"): "open",
    ("P3c", "leshan"): "open",
    ("P7b", "leshan"): "open",
    ("P7b", "dechang"): "open",
    ("P8a", "dechang"): "open",
    ("P10b", "leshan"): "open",
    ("P10b", "dechang"): "open",
    ("P12b", "leshan"): "open",
    ("P12b", "dechang"): "open",
}
FAST = [pattern for pattern in PATTERNS if pattern.fast]
SLOW = [(pattern, county) for pattern in PATTERNS for county in COUNTIES]


@pytest.mark.parametrize("pattern", FAST, ids=lambda p: p.key)
def test_pattern_in_dechang(pattern):
    found = pattern.measured("dechang", "a")
    assert pattern.verdict(found) == OTHERWISE.get((pattern.key, "dechang"), "agrees"), found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pattern", "county"), SLOW, ids=lambda x: x.key if isinstance(x, Pattern) else x
)
def test_pattern_in_both_counties_and_all_seed_sets(pattern, county):
    run_together([pattern], (county,), "abc")
    known = OTHERWISE.get((pattern.key, county), "agrees")
    found = pattern.measured(county, "abc")
    assert pattern.verdict(found) == known, found
    for seeds in SEED_SETS:  # a set alone may be undecided, but must not say the opposite
        alone = pattern.verdict(pattern.measured(county, seeds))
        assert {alone, known} != {"agrees", "contradicts"}, seeds


def test_every_pattern_is_in_the_document_with_its_verdict():
    lines = (ROOT / "docs" / "patterns.md").read_text("utf-8").splitlines()
    told = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    told = [row for row in told if len(row) == len(HEADS)]
    said = {(row[0], row[2]): row[7] for row in told}
    for pattern in PATTERNS:
        for county in COUNTIES:
            key = (pattern.key, county)
            assert said[key] == OTHERWISE.get(key, "agrees"), key
    assert said[HEADS[0], HEADS[2]] == HEADS[7]
    for row in told[2:]:
        assert row[8] in (row[7], "open"), row


def test_holm_is_stepwise():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.9]) == [1.0, 1.0]


def test_a_verdict_is_one_where_luck_makes_it_in_five_of_a_hundred():
    rng = np.random.default_rng(1)
    pattern = Pattern("x", "", "", (), lambda: 0.0, low=-0.2, high=0.4)
    for _ in range(200):
        found = measure(rng.normal(rng.normal(), 1.0, 14).tolist())
        assert (pattern.chance(found) <= 0.05) == (pattern.verdict(found) != "open")
    assert Pattern("x", "", "", (), lambda: 0.0).chance(found) == 0.0


def test_a_row_that_many_others_make_doubtful_is_open_beside_its_verdict():
    rises = Pattern("x", "it rises", "1", (), lambda: 0.0, low=0.0)
    sure, doubtful = Measured(2.0, 1.9, 2.1, 14), Measured(1.0, 0.1, 1.9, 14)
    lines = [Line(rises, "leshan", found, ("open",)) for found in (sure, doubtful, doubtful)]
    table = list(rows(lines))
    assert "| agrees | agrees | open |" in table[1]
    assert "| agrees | open | open |" in table[2]


def test_lines_run_again_go_into_the_table_that_is_stored():
    page = (ROOT / "docs" / "patterns.md").read_text("utf-8")
    table = page.partition("<!-- table -->\n")[2].partition("<!-- end -->")[0]
    assert "".join(merged(table, [], PATTERNS)) == table
    one = PATTERNS[0]
    again = Line(one, "dechang", Measured(0.5, 0.4, 0.6, 14), ("open",), "open (0.1)", ("x: y",))
    old, new = table.splitlines(), "".join(merged(table, [again], PATTERNS)).splitlines()
    changed = [text for text, before in zip(new, old, strict=True) if text != before]
    assert len(changed) == 1 and f"| {one.key} |" in changed[0] and "| x: y |" in changed[0]


def test_verdicts():
    rises = Pattern("x", "", "", (), lambda: 0.0, low=0.0)
    assert rises.verdict(Measured(2.0, 1.0, 3.0, 5)) == "agrees"
    assert rises.verdict(Measured(0.0, -1.0, 1.0, 5)) == "open"
    assert rises.verdict(Measured(-2.0, -3.0, -1.0, 5)) == "contradicts"
    small = Pattern("y", "", "", (), lambda: 0.0, low=-1.0, high=1.0)
    assert small.verdict(Measured(0.0, -0.5, 0.5, 5)) == "agrees"
    assert small.verdict(Measured(1.0, 0.5, 1.5, 5)) == "open"
    assert small.verdict(Measured(2.0, 1.5, 2.5, 5)) == "contradicts"
