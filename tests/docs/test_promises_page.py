"""docs/promises.md: its words stand in their pages, its tests are there, its numbers are known."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from docs.make_scales import MARGINS
from sim.config import cautions, loading, reading, size
from sim.lab import experiment, planning
from sim.lab.design import points
from sim.lab.file import factors
from sim.lab.running import runner
from sim.model.world import csvfile, mapsource

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
#: pages of which every promise is listed
PAGES = ["determinism.md", "safety.md", "experiments.md", "scale.md"]
PAGES += [f"howto/{path.name}" for path in sorted((DOCS / "howto").glob("*.md"))]


def plain(text: str) -> str:
    """Return a text without marks of Markdown, and with single spaces."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"[*`]|\\(?=[*<])", "", text).split())


def listed() -> list[tuple[str, str, list[str]]]:
    """Return page, promise and tests of every row."""
    rows = re.findall(
        r"^\| \[[^\]]+\]\(([^)]+)\) \| (.+) \| (.+) \|$",
        (DOCS / "promises.md").read_text("utf-8"),
        re.M,
    )
    return [(page, promise, tests.split("<br>")) for page, promise, tests in rows]


ROWS = listed()


@cache
def known_tests(file: str) -> dict[str, bool]:
    """Return the tests of a file, without importing it, and whether each is slow."""
    found = {}
    for node in ast.walk(ast.parse((ROOT / "tests" / file).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            marks = [ast.unparse(mark) for mark in node.decorator_list]
            found[node.name] = "pytest.mark.slow" in marks
    return found


def test_every_page_is_there_and_no_promise_twice():
    assert set(PAGES) == {page for page, _, _ in ROWS}
    assert len({(page, promise) for page, promise, _ in ROWS}) == len(ROWS)
    lines = (DOCS / "promises.md").read_text("utf-8").splitlines()
    assert sum(line.startswith("| ") for line in lines) == len(ROWS) + 1  # none in another form


@pytest.mark.parametrize("page", PAGES)
def test_the_words_stand_in_their_page(page):
    text = plain((DOCS / page).read_text("utf-8"))
    for of, promise, _ in ROWS:
        at = 0
        for part in plain(promise).split(" … ") if of == page else []:
            at = text.find(part, at)
            assert at >= 0, f"{page} does not say: {part}"


def test_the_tests_are_there_and_slow_where_it_says_so():
    for _, promise, tests in ROWS:
        for test in tests:
            match = re.fullmatch(r"`(\S+\.py)::(test_\w+)`( \*slow\*)?", test)
            assert match, f"{promise}: {test}"
            known = known_tests(match[1])
            assert match[2] in known, f"{promise}: {test} is not there"
            assert known[match[2]] == bool(match[3]), f"{test}: slow is said where it is not so"


#: page -> a sentence of numbers, filled in from the code
NUMBERS = {
    "safety.md": [
        f"files of more than {reading.MOST_BYTES // 10**6} MB, {reading.MOST_NODES:,} values, "
        f"{reading.MOST_DEPTH} levels or {loading._MOST_FILES} extends (YAML), "
        f"{csvfile.MOST_BYTES // 10**6} MB or {csvfile.MOST_ROWS:,} rows (CSV), "
        f"{mapsource.MOST_BYTES // 10**6} MB (GeoJSON); {size.MOST_VILLAGES:,} villages, "
        f"{size.MOST_ROWS // 10**6} million villager rows, {size.MOST_CELLS // 10**6} million "
        f"cells, {size.MOST_RECORDED // 10**6} million village-months; {factors.MOST_LEVELS:,} "
        f"levels of a factor, {points.MOST_POINTS:,} design points, "
        f"{experiment.MOST_RUNS // 10**6} million runs.",
        f"Above {planning.MOST_RUNS:,} runs, "
        f"{ {4: 'four'}[round(planning.MOST_SECONDS / 3600)] } hours or "
        f"{planning.MOST_BYTES / 1e9:.0f} GB an experiment asks first",
    ],
    "determinism.md": [
        f"at most every { {30.0: 'half'}[runner.EVERY] } minute; after "
        f"{ {4: 'four'}[runner.DEATHS + 1] } deaths the run is recorded as failed"
    ],
    "experiments.md": [
        f"one of more than {points.MOST_POINTS:,} is refused",
        f"A design of more than {points.check_points.__defaults__[0]:,} points is tried",
        f"If the first { {10: 'ten'}[runner.FIRST_RUNS] } runs (all, where there are fewer) fail",
    ],
    "scale.md": [
        f"within {MARGINS['service_reach']} of service reach, "
        f"{MARGINS['travel_burden']} hours a year of travel burden, "
        f"{MARGINS['collective_income']:.0f} yuan a year of collective income and "
        f"{MARGINS['cadre_workload']} hours of workload",
        f"worth fewer than { {5: 'five'}[cautions.FEWEST_ROWS] } rows",
    ],
}


@pytest.mark.parametrize("page", NUMBERS)
def test_numbers_of_the_pages_are_those_of_the_code(page):
    text = plain((DOCS / page).read_text("utf-8"))
    for sentence in NUMBERS[page]:
        assert sentence in text
