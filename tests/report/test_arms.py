"""Arms are called by the titles they give themselves, in the language of the reader."""

import pytest
from lab.conftest import COMPARE, digests, place, run, write  # noqa: F401  (fixtures)

from sim import load_results
from sim.errors import InputError
from sim.lab.answers.columns import cell, head, headings
from sim.lab.answers.text import cell_text
from sim.report.experiment import arm_titles, point_names, titled
from sim.report.report import write_report

MERGER = "  merger: {title: {en: Merger alone, zh: 仅合村}, "
TITLED = COMPARE.replace("  merger: {", MERGER)
TITLED = TITLED.replace("  both:\n", "  both: {title: {zh: 合村加一肩挑}}\n")


@pytest.fixture
def results(run, write):  # noqa: F811
    return load_results(run(write(TITLED)))


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
    assert "仅合村" in page and "合村加一肩挑" in page and "Merger alone" not in page
    assert "自助法下限" in page and "收入五等分" in page and "第1组（共5组）" in page


def test_columns_and_cells_of_answers_in_words():
    titles = {"merger": "仅合村", "none": "不改革"}
    assert head("sign_share", "zh") == "符号成立的比例" and head("mu_star_conf", "zh") == "μ* ±"
    assert head("S1_expected_low", "zh") == "S1（扣除随机性）下限"
    assert head("cadre_workload_high", "zh") == "村干部工作负荷上限"
    assert head("policies.combined_role.share", "zh") == "“一肩挑”的村所占比例"
    assert head("boot_low", "en") == "boot low"
    assert cell("ranking", "none > merger = both", titles, "zh") == "不改革 > 仅合村 = both"
    assert cell("group", "18-45 years", titles, "zh") == "18-45 岁"
    assert cell("part", "role", titles, "zh") == "role"  # a name that somebody chose
    assert cell("part", "whole reform", titles, "zh") == "整体改革"
    assert head("parameters.hours.admin_share", "zh") == "改革前行政事务工时占比"
    said = cell_text("box", "no better", "zh", headings("zh"))
    assert "（对比 未见情景的失效比例 与 失效比例）" in said
    assert "(unseen against fails)" in cell_text("box", "no better", "en", headings("en"))
    assert cell("by", "role", titles, "en") == "role" and cell("arm", "none", {}, "zh") == "none"


def test_titles_that_tell_no_arms_apart_are_left_out(run, write):  # noqa: F811
    twice = TITLED.replace("zh: 合村加一肩挑", "zh: 仅合村, en: none")
    results = load_results(run(write(twice)))
    assert arm_titles(results, "zh") == {} and arm_titles(results, "en") == {
        "merger": "Merger alone"
    }


def test_a_title_with_dots_is_one_too(run, write):  # noqa: F811
    dotted = TITLED.replace("title: {zh: 合村加一肩挑}", "title.zh: 合村加一肩挑")
    assert arm_titles(load_results(run(write(dotted))), "zh")["both"] == "合村加一肩挑"


def test_arms_keep_the_order_of_their_names(results):
    frame = titled(results.design.sort_values("point", ascending=False), results, "zh")
    assert list(frame.groupby("arm").groups) == ["合村加一肩挑", "仅合村", "none"]


def test_results_without_their_experiment_say_so(results):
    (results.folder / "experiment.yaml").unlink()
    with pytest.raises(InputError, match=r"experiment\.yaml"):
        results.plot.effects()


def test_an_experiment_run_again_from_its_own_text_keeps_them(results, run):  # noqa: F811
    again = load_results(run(results.folder / "experiment.yaml", "again"))
    assert digests(again.folder) == digests(results.folder)
    assert arm_titles(again, "zh") == arm_titles(results, "zh")
