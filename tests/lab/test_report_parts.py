"""What a report cannot have is left out with a sentence; the rest is made, all or nothing."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import load_results
from sim.cli import main
from sim.lab.answers.text import answers_text
from sim.report import report as reports
from sim.report.report import write_report
from sim.run import run as run_county

ARMS = "arms: {none: {policies: {merger: null}}, whole: }"
#: what an experiment lacks -> its file, what the page says
LACKS = {
    "replicates": (
        f"method: compare\n{ARMS}\nreplicates: 1\nrecord: {{villages: last}}",
        "Left out: the effect on an old village has an interval from two replicates on, there is 1",
    ),
    "villages": (f"method: compare\n{ARMS}\nreplicates: 2", "Old villages were not recorded"),
    "arms": (
        "method: lhs\nfactors: {policies.merger.ratio: {from: 0.4, to: 0.6}}\nsamples: 2\n"
        "replicates: 2\nrecord: {villages: last}",
        "Left out: no design points are compared",
    ),
    "levels": ("method: factorial\nfactors: {policies.headcount.lines: [4]}\nreplicates: 1", ""),
    "names": ("method: factorial\nfactors: {policies.merger.office: [largest]}\nreplicates: 1", ""),
    "points": ("method: lhs\nfactors: {policies.merger.ratio: {from: 0.4, to: 0.6}}\nsamples: 1\n"
               "replicates: 1", ""),
}  # fmt: skip


@pytest.mark.parametrize("lack", LACKS)
def test_the_rest_of_a_report_is_made(run, write, lack: str) -> None:
    text, said = LACKS[lack]
    out = run(write(f"config: tiny.yaml\nset: {{policies.headcount.lines: 5}}\n{text}\n"))
    done = CliRunner().invoke(main, ["report", str(out)])
    assert (done.exit_code, done.stdout) == (0, f"{out / 'report.html'}\n"), done.output
    page = (out / "report.html").read_text("utf-8")
    assert said in page and str(out) not in page
    assert page.count("<h2") == 9  # answers, whether they acted, figures, ..., manifest
    assert len(list((out / "report_figures").iterdir())) >= 2 * (lack not in ("levels", "names"))
    done = CliRunner().invoke(main, ["report", str(out), "--lang", "zh"])
    assert done.exit_code == 0, done.output


def test_failed_runs_are_left_out(run, write, place: Path) -> None:
    module = "report_parts_fragile"
    (place / f"{module}.py").write_text(
        "from typing import ClassVar\nfrom sim import Policy\n\n\nclass Fails(Policy):\n"
        "    levers: ClassVar[tuple[str, ...]] = ()\n\n"
        "    def apply(self, county, month):\n        raise ValueError\n",
        "utf-8",
    )
    broken = f'broken: {{policies: {{"{module}:Fails": {{}}}}}}'
    text = f"config: tiny.yaml\nmethod: compare\n{ARMS[:-1]}, {broken}}}\nreplicates: 2\n"
    out = run(write(f"{text}record: {{villages: last}}\n"))
    page = write_report(out).read_text("utf-8")
    assert "Left out" not in page and "old villages" in page.lower()


def test_a_report_is_whole_or_not_there(run, write, monkeypatch, tmp_path: Path) -> None:
    out = run(write(f"config: tiny.yaml\nmethod: compare\n{ARMS}\nreplicates: 2\n"))
    before = sorted(out.rglob("*"))
    draw, count = reports._draw, []

    def stops(picture, folder):
        count.append(picture)
        if len(count) == 2:
            raise KeyboardInterrupt
        draw(picture, folder)

    monkeypatch.setattr(reports, "_draw", stops)
    with pytest.raises(KeyboardInterrupt):
        write_report(out)
    assert sorted(out.rglob("*")) == before
    monkeypatch.setattr(reports, "_draw", draw)
    page = write_report(out)
    figures = sorted(out.glob("report_figures/*"))
    assert figures and page.is_file()
    page.unlink()  # killed between the figures and the page
    assert write_report(out) == page and sorted(out.glob("report_figures/*")) == figures


def test_a_figure_that_cannot_be_drawn_stops_nothing(run, write, monkeypatch) -> None:
    out = run(write(f"config: tiny.yaml\nmethod: compare\n{ARMS}\nreplicates: 2\n"))
    draw = reports._draw

    def fails(picture, folder):
        if picture.name == "effects":
            raise ValueError("no such thing")
        draw(picture, folder)

    monkeypatch.setattr(reports, "_draw", fails)
    with pytest.warns(UserWarning, match="ValueError: no such thing"):
        page = write_report(out).read_text("utf-8")
    assert "Left out: ValueError: no such thing" in page
    assert [path.name for path in sorted(out.glob("report_figures/*.png"))] == [
        "paired.png",
        "series.png",
    ]


def test_plots_are_whole_or_not_there(run, write, monkeypatch) -> None:
    out = run(write(f"config: tiny.yaml\nmethod: compare\n{ARMS}\nreplicates: 1\n"
                    "record: {villages: last}\n"))  # fmt: skip
    done = CliRunner().invoke(main, ["plot", str(out), "winners"])
    assert done.exit_code == 2 and "from two replicates on, there is 1" in done.output
    assert not (out / "plots").exists()
    assert CliRunner().invoke(main, ["plot", str(out), "effects"]).exit_code == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"months": 1, "reform": "2019-01", "spin_up": 0},
        {"policies": None},
        {"reform": "2019-01"},
        {"county.communities": True, "policies.merger.ratio": 1.0},
    ],
    ids=str,
)
def test_odd_runs_have_summaries_figures_and_reports(place: Path, changes, capsys) -> None:
    run_county(place / "tiny.yaml", place / "r", changes)
    assert "Left out" not in write_report(place / "r").read_text("utf-8")
    assert "zh" in write_report(place / "r", "zh").name
    assert len(list((place / "r" / "figures").iterdir())) >= 2
    assert load_results(place / "r").summary.shape[0] > 10


NOBODY = "outcomes: {nobody: {of: villagers, mean: age, where: age > 500, en: Nobody}, trust: true}"


@pytest.mark.parametrize(
    "method",
    [
        f"method: compare\n{ARMS}",
        "method: factorial\nfactors: {policies.headcount.lines: [3, 6]}\n"
        "set: {policies.headcount: {lines: 4}}",
        "method: lhs\nsamples: 2\nfactors: {policies.merger.ratio: {from: 0.4, to: 0.6}}",
    ],
    ids=["compare", "factorial", "lhs"],
)
def test_an_outcome_without_a_value_leaves_the_other_answers(run, write, method: str) -> None:
    out = run(write(f"config: tiny.yaml\n{method}\nreplicates: 2\n{NOBODY}\n"))
    for lang, said in (("en", "Nobody: no value in any run."), ("zh", "各次运行均无数值。")):
        page = write_report(out, lang).read_text("utf-8")
        assert page.count(said) >= 1 and "IndexError" not in page
        assert page.count({"en": "Trust in cadres", "zh": "对村干部信任"}[lang]) >= 2


def test_no_effect_and_no_value_are_told_apart_in_the_terminal(run, write) -> None:
    same = "arms: {one: {}, other: {}}"
    out = run(write(f"config: tiny.yaml\nmethod: compare\n{same}\nreplicates: 3\n{NOBODY}\n"))
    lines = answers_text(load_results(out)).splitlines()
    trust = next(line for line in lines if line.startswith("other  Trust"))
    nobody = next(line for line in lines if line.startswith("other  Nobody"))
    assert "no effect" in trust and "no effect" not in nobody
    assert len([line for line in lines if "vr_factor" in line]) == 0
