"""The patterns of model.md section 1, by paired runs; what does not hold is in docs/patterns.md."""

import pytest
from catalogue import PATTERNS
from paired import COUNTIES, ROOT, SEED_SETS, Pattern, run_together

from sim.about.facts import Measured

#: (pattern, county) -> verdict, where it is not that the pattern holds; why: docs/patterns.md
OTHERWISE: dict[tuple[str, str], str] = {
    ("P1b", "leshan"): "contradicts",
    ("P1b", "dechang"): "contradicts",
    ("P2a", "leshan"): "open",
    ("P2a", "dechang"): "contradicts",
    ("P3a", "leshan"): "contradicts",
    ("P3a", "dechang"): "contradicts",
    ("P7b", "leshan"): "open",
    ("P7b", "dechang"): "open",
    ("P8a", "dechang"): "open",
    ("P10b", "leshan"): "open",
    ("P10b", "dechang"): "open",
    ("P11", "dechang"): "contradicts",
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
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    said = {(row[0], row[2]): row[7] for row in rows if len(row) == 9}
    for pattern in PATTERNS:
        for county in COUNTIES:
            key = (pattern.key, county)
            assert said[key] == OTHERWISE.get(key, "agrees"), key


def test_verdicts():
    rises = Pattern("x", "", "", (), lambda: 0.0, low=0.0)
    assert rises.verdict(Measured(2.0, 1.0, 3.0, 5)) == "agrees"
    assert rises.verdict(Measured(0.0, -1.0, 1.0, 5)) == "open"
    assert rises.verdict(Measured(-2.0, -3.0, -1.0, 5)) == "contradicts"
    small = Pattern("y", "", "", (), lambda: 0.0, low=-1.0, high=1.0)
    assert small.verdict(Measured(0.0, -0.5, 0.5, 5)) == "agrees"
    assert small.verdict(Measured(1.0, 0.5, 1.5, 5)) == "open"
    assert small.verdict(Measured(2.0, 1.5, 2.5, 5)) == "contradicts"
