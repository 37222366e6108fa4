"""Intervals contain what they say, as docs/statistics.md has it; the table is the code's."""

import re

import numpy as np
import pytest

from docs.coverage import BEGIN, CASES, END, PAGE, row, table, with_table

LINES = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip().splitlines()
IDS = [f"{case.name}-{case.what}".replace(" ", "_") for case in CASES]


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def shares(line):
    """Return the measured coverage by size."""
    found = (part.split(": ") for part in cells(line)[4].split("; "))
    return {int(size): np.nan if said == "none" else float(said) for size, said in found}


def test_the_page_has_a_line_for_every_interval_in_order():
    assert with_table(PAGE.read_text("utf-8"), "\n".join(LINES)) == PAGE.read_text("utf-8")
    assert LINES[:2] == table([]).splitlines() and len(LINES) == 2 + len(CASES)
    for case, line in zip(CASES, LINES[2:], strict=True):
        told = [case.name, case.where, case.what, f"{case.nominal:.2f}"]
        assert cells(line)[:4] == told and tuple(shares(line)) == case.sizes
        assert cells(line)[5:] == [case.of, f"**{case.wrong}**" if case.wrong else ""]


@pytest.mark.parametrize("line", LINES[2:], ids=IDS)
def test_what_is_measured_is_what_it_says_or_is_called_wrong(line):
    found = [share for share in shares(line).values() if not np.isnan(share)]
    nominal = float(cells(line)[3])
    assert found
    if "too narrow" in cells(line)[6]:
        assert min(found) < nominal - 0.03, "it is not: say so no longer"
    else:
        assert min(found) >= nominal - 0.03


def test_a_quick_line_is_what_the_code_makes():
    at = next(i for i, case in enumerate(CASES) if case.of == "worlds" and case.trials == 2000)
    assert row(CASES[at]) == LINES[2 + at]


@pytest.mark.slow
@pytest.mark.parametrize(("case", "line"), list(zip(CASES, LINES[2:], strict=True)), ids=IDS)
def test_every_line_is_what_the_code_makes(case, line):
    now = row(case)
    assert re.sub(r"\d\.\d\d", "", now) == re.sub(r"\d\.\d\d", "", line)
    for size, share in shares(now).items():  # other machines round a few trials otherwise
        assert share == pytest.approx(shares(line)[size], abs=0.02, nan_ok=True)
