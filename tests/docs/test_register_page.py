"""docs/register.md: its tables are those of the newest register, and what it says failed did."""

import re

from docs.make_register import PAGE, written
from sim.about.facts import facts
from sim.about.literature import MEASURED, numbers
from sim.about.register import newest, read
from sim.about.scores import scores

TEXT = PAGE.read_text("utf-8")


def test_the_page_has_the_scores_of_the_newest_register():
    assert written(TEXT) == TEXT, "python -m docs.make_register"


def test_what_is_said_to_have_failed_did():
    section = TEXT.partition("## What failed, and what it means")[2].partition("\n## ")[0]
    path = newest()
    assert path is not None
    failing = {(one.frozen.county, one.frozen.measure) for one in scores(read(path))
               if one.verdict == "fails"}  # fmt: skip
    told = re.findall(r"^### (Leshan|Dechang) (\d+)", section, re.M)
    assert len(told) >= 2 and section.count("\n### ") >= 3
    for county, number in told:
        of = {(f.county, f.measure) for f in facts() if f.number == int(number)}
        assert of & failing and {place for place, _ in of} == {county.lower()}, number


def test_how_many_numbers_of_the_literature_are_predicted():
    kinds = [number.kind for number in numbers() if number.kind in MEASURED]
    said = "of the seventeen numbers of the literature that the model produces, all but two"
    assert said in " ".join(TEXT.split())
    assert len(kinds) == 17 and kinds.count("predicted") == 2
