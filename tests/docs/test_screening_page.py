"""The page of the screening: what it names is what its table holds."""

from pathlib import Path

import pandas as pd

from docs.answers.stored import figures, label
from docs.make_screening import (
    BEFORE,
    COUNTIES,
    KEPT,
    MATTERS,
    NAMED,
    agreement,
    matter,
    of_county,
    short,
)
from sim.lab.file.loading import load_experiment

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = (DOCS / "screening.md").read_text("utf-8")
TABLE = pd.read_csv(DOCS / "screening.csv")


def test_the_page_names_what_moves_each_effect_most():
    for (_, _, outcome), part in TABLE.groupby(["county", "arm", "outcome"], sort=False):
        assert len(part) == KEPT and part["mu_star"].is_monotonic_decreasing
        rows = part.head(NAMED).to_dict("records")
        told = ", ".join(f"{short(row['parameter'])} {figures(row['mu_star'])}" for row in rows)
        assert f"{label(outcome)} | {told} |" in PAGE


def test_every_effect_of_both_counties_is_there():
    for county in COUNTIES:
        path = DOCS.parent / "experiments" / f"screening_{county}.yaml"
        arms = {head.arm for head in load_experiment(path).heads} - {"none"}
        assert set(TABLE[TABLE["county"] == county]["arm"]) == arms


def test_what_matters_is_told_from_what_does_not():
    rows = [
        ("merger", "trust", f"parameters.a.{name}", one)
        for name, one in zip("xyz", (1.0, 0.1, 0.0), strict=True)
    ]
    found = pd.DataFrame(rows, columns=["arm", "outcome", "parameter", "mu_star"])
    found = found.assign(of_largest=found["mu_star"])
    assert MATTERS == 0.1 and "2 of 3 assumptions" in matter({"dechang": found})
    assert "a.x (1), a.y (1)" in matter({"dechang": found}) and "1 to none" in matter({"d": found})
    assert "| 2 | 1 |" in of_county("Dechang", found)


def test_how_far_two_screenings_agree_is_what_their_tables_hold():
    assert agreement(TABLE, pd.read_csv(BEFORE)) in PAGE


def test_agreement_by_hand():
    def of(*named):
        rows = [("c", arm, "trust", f"parameters.a.{n}") for arm, ns in named for n in ns]
        return pd.DataFrame(rows, columns=["county", "arm", "outcome", "parameter"])

    one = of(("merger", "uvwxyz"), ("role", "uvwxyz"))
    other = of(("merger", "zyxabc"), ("role", "abcdef"))
    told = agreement(one, other)
    assert "| all | 1.5 | 0 of 2 |" in told
    assert "by both: a.x, a.y, a.z; by one of them only: a.a, a.b" in told
    assert "| all | 6.0 | 2 of 2 |" in agreement(one, one)
