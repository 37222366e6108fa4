"""Arms are called by the titles they give themselves, in the language of the reader."""

import pytest
from lab.conftest import COMPARE, digests, place, run, write  # noqa: F401  (fixtures)

from sim.lab.reading import ExperimentResults
from sim.report.experiment import arm_titles, point_names
from sim.report.page import write_report

MERGER = "  merger: {title: {en: Merger alone, zh: 仅合村}, "
TITLED = COMPARE.replace("  merger: {", MERGER)
TITLED = TITLED.replace("  both:\n", "  both: {title: {zh: 合村加一肩挑}}\n")


@pytest.fixture
def results(run, write):  # noqa: F811
    return ExperimentResults(run(write(TITLED)))


def words(figure):
    return {text.get_text() for text in figure.findobj(lambda x: hasattr(x, "get_text"))}


def test_figures_and_the_report_say_titles_and_tables_names(results):
    assert arm_titles(results, "en") == {"merger": "Merger alone"}
    assert arm_titles(results, "zh") == {"merger": "仅合村", "both": "合村加一肩挑"}
    assert point_names(results, "en")[3].startswith("Merger alone, ")
    assert point_names(results, "zh")[5].startswith("合村加一肩挑, ")
    shown = " ".join(words(results.plot.effects(lang="en")))
    assert "Merger alone" in shown and "both" in shown and "none" in shown
    assert set(results.effects()["arm"]) == {"merger", "both"}
    page = write_report(results.folder, "zh").read_text("utf-8")
    assert "仅合村" in page and "合村加一肩挑" in page


def test_an_experiment_run_again_from_its_own_text_keeps_them(results, run):  # noqa: F811
    again = ExperimentResults(run(results.folder / "experiment.yaml", "again"))
    assert digests(again.folder) == digests(results.folder)
    assert arm_titles(again, "zh") == arm_titles(results, "zh")
