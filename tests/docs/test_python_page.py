"""The page on Python and the docstrings of public names: their examples run."""

import doctest
import inspect
import re
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import pytest

import hecun

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "howto" / "python.md"


def test_the_examples_of_the_page_run_one_after_the_other(monkeypatch):
    monkeypatch.chdir(ROOT)
    matplotlib.use("Agg")
    blocks = re.findall(
        r"^<!-- run -->\n```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S
    )
    assert len(blocks) == PAGE.read_text("utf-8").count("```python") == 5
    names = {"__name__": "python_page"}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    plt.close("all")
    assert not names["county"].running and len(names["rows"]) == 8


@pytest.mark.parametrize("name", ["CountyModel", "simulate", "compare"])
def test_examples_of_docstrings(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    found = inspect.unwrap(getattr(hecun, name))
    finder = doctest.DocTestFinder(recurse=False)
    (test,) = finder.find(found, name, globs={})
    assert test.examples
    result = doctest.DocTestRunner(verbose=False).run(test)
    assert result.failed == 0


@pytest.mark.parametrize(
    "name", ["CountyModel", "compare", "experiment", "load", "load_results", "simulate"]
)
def test_docstrings_have_examples(name):
    assert ">>> " in (inspect.getdoc(getattr(hecun, name)) or "")
