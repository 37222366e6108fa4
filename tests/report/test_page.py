"""The report: one page that holds everything, escapes everything and asks nobody."""

import json
import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from made_up_experiment import MadeUp
from scipy import stats

from sim import load_results
from sim.errors import InputError
from sim.model.outcomes.catalogue import HEADLINE
from sim.report import report
from sim.report.experiment_page import _extremes, experiment_page
from sim.report.page import render
from sim.report.report import write_report
from sim.report.run_page import run_page
from sim.report.sentences import verdict

HOSTILE = "<script>alert('x')</script><img src=https://evil.example/x> & \"quoted\""


class Reader(HTMLParser):
    """Collects tags, what they refer to, and text."""

    VOID = ("meta", "img", "br", "link")

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.links, self.heads, self.said = [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "srcset")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.said.append(data)
        if self.open and self.open[-1] == "h2":
            self.heads.append(data)


@pytest.fixture
def quick(monkeypatch):
    """Draw no figure: their pictures have tests of their own."""

    def draw(picture, folder):
        picture.data, picture.width = "data:image/png;base64,", "7in"

    monkeypatch.setattr(report, "_draw", draw)


HEADS = {
    "en": [
        *("Before and after, in this one run", "Figures", "Tables"),
        *("What it does not show", "Design", "What drove it"),
    ],
    "zh": ["这一次运行的前后变化", "图", "表", "不能说明什么", "设计", "影响因素"],
}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_run_has_its_sections_in_order(made_up, lang, quick):
    text = render(run_page(made_up, lang), lang)
    reader = Reader(text)
    assert reader.heads[:6] == HEADS[lang]  # without "Did it act?": nothing acted in it
    folded = re.findall(r"<details><summary><h2>([^<]*)", text)
    assert folded == reader.heads[4:]  # what was set, parameters, the manifest: behind the rest
    contents = re.findall(r'<li><a href="#(s\d+)">([^<]*)</a>', text)
    assert [name for _, name in contents] == reader.heads
    assert all(f'<section id="{place}">' in text for place, _ in contents)
    assert text.count("<th ") == text.count('<th scope="col"')
    body = " ".join(reader.said)
    assert made_up.manifest["title"][lang] in body
    assert {"en": "Service reach: ", "zh": "服务可及率："}[lang] in body
    assert "C" in reader.said


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_experiment_answers_first(tmp_path, lang, quick):
    made = MadeUp(tmp_path)
    text = render(experiment_page(made, lang), lang)
    reader = Reader(text)
    assert reader.heads[:2] == [{"en": "Answers", "zh": "结论"}[lang], HEADS[lang][1]]
    assert {"en": "Made up?", "zh": "虚构？"}[lang] in reader.said
    assert {"en": "Winners and losers", "zh": "受益与受损"}[lang] in reader.heads
    answers = text.split("<h2>")[1]
    assert answers.count("<li>") == 2 * len(HEADLINE)  # two factors


def test_villages_that_are_picked_have_intervals_for_all_at_once(tmp_path):
    """Of 196 villages without any effect hardly one table in twenty has an interval without 0."""
    rng, wrong, alone = np.random.default_rng(1), 0, 0
    for _ in range(100):
        values = rng.normal(size=(196, 5))
        half = stats.t.ppf(0.975, 4) * stats.sem(values, axis=1)
        frame = pd.DataFrame({"effect": values.mean(axis=1), "n": 5, "kind": "unmerged"})
        frame = frame.assign(low=frame["effect"] - half, high=frame["effect"] + half, code="1")
        rows = _extremes(frame, "trust", {}, "en").rows
        ends = [[float(end) for end in row[-1].split(" … ")] for row in rows]
        wrong += any(low > 0 or high < 0 for low, high in ends)
        picked = frame["effect"].abs() > frame["effect"].abs().nlargest(10).iloc[-1]
        alone += ((frame["low"] > 0) | (frame["high"] < 0))[picked].any()
    assert wrong <= 10 and alone > 70
    title = _extremes(frame, "trust", {}, "en").title
    assert "somewhat overstated; the 95 % intervals hold for all 196 old villages at once" in title


def test_villages_that_are_listed_are_told_apart_from_zero():
    effect = np.array([0.3, 0.2, 0.001, -0.001, -0.4])
    frame = pd.DataFrame({"effect": effect, "n": 40, "kind": "unmerged", "code": list("abcde")})
    frame = frame.assign(low=effect - 0.02, high=effect + 0.02)
    assert [row[0] for row in _extremes(frame, "trust", {}, "en").rows] == ["a", "b", "e"]
    none = frame.assign(low=effect - 1.0, high=effect + 1.0)
    assert _extremes(none, "trust", {}, "en").rows == []


def test_a_verdict_needs_an_interval_without_zero_and_a_direction():
    row = {"effect": 2.0, "low": 1.0, "high": 3.0}
    assert verdict(row, "service_reach") == "better"
    assert verdict(row, "cadre_workload") == "worse"
    assert verdict(row, "posts") == "changed"
    assert verdict(row | {"low": -1.0}, "service_reach") == "unclear"
    assert verdict(row | {"low": float("nan")}, "service_reach") == "unclear"


def test_whatever_the_input_says_is_escaped(made_up, tmp_path, quick):
    shutil.copytree(made_up.folder, tmp_path / "run")
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text("utf-8"))
    manifest["title"] = {"en": HOSTILE, "zh": HOSTILE}
    manifest["hecun"] = manifest["host"] = HOSTILE
    (tmp_path / "run" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (tmp_path / "run" / "config.yaml").write_text(
        json.dumps({"policies": {HOSTILE: {HOSTILE: HOSTILE}}}), "utf-8"
    )
    text = render(run_page(load_results(tmp_path / "run"), "en"), "en")
    reader = Reader(text)
    assert "script" not in reader.tags
    assert not any("evil" in link for link in reader.links)
    assert HOSTILE in "".join(reader.said)
    assert "&lt;script&gt;" in text


def test_a_whole_report_holds_its_figures_and_names_no_other_host(made_up, tmp_path):
    path = write_report(made_up.folder, "zh", tmp_path / "page.html")
    text = path.read_text("utf-8")
    reader = Reader(text)
    assert len([link for link in reader.links if link.startswith("data:image/")]) >= 5
    assert all(link.startswith(("data:", "#s")) for link in reader.links)
    numbers = [int(n) for n in re.findall(r"<figcaption>(\d+)\.", text)]
    assert numbers == list(range(1, len(numbers) + 1))
    said = re.findall(r'<img [^>]*alt="([^"]*)"', text)
    assert any("12 → 6" in one for one in said)  # what is found, not what is drawn
    assert "url(data:font/woff;base64," in text  # Chinese is read where no Chinese font is
    outside = re.findall(r"(?:src|href)=\"(?!data:|#s)[^\"]*|url\((?!data:)[^)]*|@import", text)
    assert outside == []
    figures = tmp_path / "page_figures"
    names = sorted(file.name for file in figures.iterdir())
    assert "merger.png" in names
    assert "merger.svg" in names
    assert [name for name in names if name.endswith(".png")] == [
        name.replace(".svg", ".png") for name in names if name.endswith(".svg")
    ]
    with pytest.raises(InputError, match="is there already"):
        write_report(made_up.folder, "zh", tmp_path / "page.html")


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(InputError, match="not a folder of results"):
        write_report(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["plot", "{run}", "map", "--outcome", "trust", "--format", "png", "--out", "{out}"],
            "map_",
        ),
        (["plot", "{run}", "maps"], "did you mean 'map'"),
        (["animate", "{run}", "--out", "{out}/film.avi"], "expected a file ending in .gif or .mp4"),
        (["plot", "{run}", "map", "--out", "{run}/manifest.json/x"], "Not a directory"),
        (["report", "{run}", "--out", ""], "expected the name of a page"),
        (["report", "{out}"], "not a folder of results"),
        (["dashboard", "{out}/none.yaml", "--no-open"], "none.yaml"),
    ],
)
def test_the_commands_write_or_say_why_not(made_up, tmp_path, arguments, said):
    from click.testing import CliRunner

    from sim.cli import main

    filled = [a.format(run=made_up.folder, out=tmp_path) for a in arguments]
    done = CliRunner().invoke(main, filled)
    assert said in done.output
    assert done.exit_code == (0 if said == "map_" else 2)
    assert "Traceback" not in done.output
