"""The pages in Chinese: what a reader needs is there, commands run, nothing is out of date."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_pages import blocks, commands

from sim.cli import main

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
#: what a Chinese reader needs to start, to run an experiment, to see, to bring a county
NEEDED = ("index", "tutorial", "experiments", "seeing", "limits", "answers", "howto/own_county",
          "howto/field_study")  # fmt: skip


@pytest.mark.parametrize("page", NEEDED)
def test_each_leads_to_the_other_language(page):
    name = page.rpartition("/")[2]
    english, chinese = ((DOCS / f"{page}{end}").read_text("utf-8") for end in (".md", ".zh.md"))
    assert f"[English]({name}.md)" in chinese or f"[英文页]({name}.md)" in chinese
    assert f"({name}.zh.md)" in english


@pytest.mark.parametrize("page", NEEDED)
def test_they_lead_to_chinese_pages_where_there_are_some(page):
    text = (DOCS / f"{page}.zh.md").read_text("utf-8")
    for label, target in re.findall(r"\[([^\]]+)\]\(([^)#\s]+\.md)[^)]*\)", text):
        here = (DOCS / page).parent / target
        there_is = here.with_suffix(".zh.md").is_file() and not target.endswith(".zh.md")
        assert not there_is or label == "English" or "英文" in label, f"{label}: {target}"


def test_the_start_names_every_other_page():
    text = (DOCS / "index.zh.md").read_text("utf-8")
    assert [page for page in NEEDED[1:] if f"]({page}.zh.md)" not in text] == []


def test_limits_are_as_many_as_in_english():
    english, chinese = (
        re.findall(r"^\d+\. ", (DOCS / name).read_text("utf-8"), re.M)
        for name in ("limits.md", "limits.zh.md")
    )
    assert chinese == english == [f"{i}. " for i in range(1, len(english) + 1)]


def test_methods_are_those_of_the_english_page():
    english, chinese = (
        set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`\w+`[^|]*) \|", text, re.M))))
        for text in ((DOCS / f"experiments{end}").read_text("utf-8") for end in (".md", ".zh.md"))
    )
    methods = {"compare", "factorial", "one_at_a_time", "lhs", "sobol", "morris", "calibrate",
               "search", "discover", "study"}  # fmt: skip
    assert methods <= english and methods <= chinese


def test_the_summary_is_void_where_the_answers_are():
    english, chinese = (
        (DOCS / name).read_text("utf-8") for name in ("answers.md", "answers.zh.md")
    )
    void = re.search(r"\*\*Void until(?:.*\n>)*.*\n\n", english)
    assert ("现已作废" in chinese) == (void is not None), "answers.zh.md: write it anew"
    if void:
        named = re.search(r"were run: ([\w, >\n]+)\.", void[0])
        assert named
        head = chinese.partition("：")[2].partition("。建立")[0]
        assert re.findall(r"`(\w+)`", head) == re.findall(r"\w+", named[1])
        assert not re.search(r"\d", re.sub(r"`[^`]*`|```.*?```|\([^)]*\)", "", chinese, flags=re.S))


def write(page, folder, **names):
    """Write marked blocks of a page as files."""
    found = dict(blocks(page, "csv", "yaml"))
    for mark, name in names.items():
        (folder / name).write_text(found[mark], "utf-8")


def do(page):
    """Run what a page marks to be run, here."""
    for mark, text in blocks(page, ""):
        for arguments in commands(text) if mark == "run" else ():
            done = CliRunner().invoke(main, arguments)
            assert done.exit_code == 0, f"{arguments}\n{done.output}"


def test_an_own_county_from_the_page_runs(tmp_path, monkeypatch):
    page = DOCS / "howto" / "own_county.zh.md"
    write(page, tmp_path, villages="my_villages.csv", county="my_county.yaml")
    monkeypatch.chdir(tmp_path)
    do(page)
    assert (tmp_path / "results" / "my_county" / "plan.csv").is_file()
    assert (tmp_path / "configs" / "mine.yaml").is_file()


@pytest.mark.slow
def test_start_experiment_and_pictures_one_after_the_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for page in ("index", "experiments", "seeing"):
        do(DOCS / f"{page}.zh.md")
    made = (
        "mine/report_zh.html",
        "mine/explore_zh.html",
        "mine/plots/map_trust_zh.pdf",
        "mine_compare/report_zh.html",
        "mine_compare/plots/effects_columns1_zh.png",
    )
    for path in (*(tmp_path / "results" / name for name in made), tmp_path / "merger.gif"):
        assert path.stat().st_size > 5000, path
