"""What is assumed or too coarse stays with results, and is said where a reader looks."""

import html
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.config.cautions import Caution
from sim.lab.answers.cautions import _total, cautions, said
from sim.lab.design import points as designs
from sim.lab.experiment import run_experiment
from sim.lab.file.loading import load_experiment
from sim.lab.printing import results_text
from sim.lab.store.identity import Contents
from sim.lab.store.reading import ExperimentResults
from sim.report.report import write_report
from sim.report.summary import cautioned, summary_text
from sim.results.reading import load_run
from sim.results.stored import MANIFEST
from sim.run import run as run_county
from sim.words.labels import caution_label

QUOTA = Caution("small_quota", "policies.entrepreneurship.number", 1.0)
LEFT = Caution("places_left", "policies.entrepreneurship", 0.0)
#: nobody applies in three months: one place of 4 a year, and 100 of 400, stay free
ARMS = """config: tiny.yaml
method: compare
arms:
  none: {}
  few: {policies.entrepreneurship: {number: 4}}
  many: {policies.entrepreneurship: {number: 400}}
set: {scale: 10}
replicates: 2
record: {county: off, villages: off, villagers: off}
"""


def told(folder: Path) -> dict[str, Any]:
    return json.loads((folder / MANIFEST).read_text("utf-8"))


def forget(folder: Path) -> None:
    """Make a manifest one of a version without cautions."""
    rest = {key: value for key, value in told(folder).items() if key not in ("cautions", "digest")}
    (folder / MANIFEST).write_text(json.dumps(rest), "utf-8")


def warned(path: Path) -> list[str]:
    """Return what `hecun check` warns of."""
    done = CliRunner().invoke(main, ["check", str(path)])
    assert done.exit_code == 0, done.output
    return [line for line in done.stderr.splitlines() if line.startswith("warning: ")]


def page(folder: Path, lang: str) -> str:
    return html.unescape(write_report(folder, lang=lang).read_text("utf-8"))


@pytest.fixture
def county_run(place: Path) -> Path:
    text = (place / "tiny.yaml").read_text("utf-8").replace("500", "10")
    lines = (place / "villages.csv").read_text("utf-8").splitlines()
    bare = [",".join(line.split(",")[:3]) for line in lines]  # without persons and areas
    (place / "villages.csv").write_text("\n".join(bare) + "\n", "utf-8")
    (place / "coarse.yaml").write_text(text + "  entrepreneurship: {number: 4}\n", "utf-8")
    run_county(place / "coarse.yaml", place / "out")
    return place / "out"


def test_a_run_keeps_its_cautions_and_says_them(county_run: Path) -> None:
    kept = [Caution(*one) for one in told(county_run)["cautions"]]
    assert {one.kind for one in kept} == {
        "assumed_population", "assumed_area", "small_quota", "places_left",
    }  # fmt: skip
    assert {QUOTA, LEFT} < set(kept)
    for lang in ("en", "zh"):
        text, report = summary_text(load_run(county_run), lang), page(county_run, lang)
        for one in kept:
            assert text.count(caution_label(one, lang)) == 1
            assert report.count(caution_label(one, lang)) == 1
    path = county_run / "config.yaml"
    assert warned(county_run) == [f"warning: {path}: {caution_label(one, 'en')}" for one in kept]


def test_of_a_run_without_them_nothing_is_said(county_run: Path) -> None:
    forget(county_run)
    results = load_run(county_run)
    assert cautioned(results.manifest, "en") == []
    assert "km² a village" not in summary_text(results)
    assert len(warned(county_run)) == 1  # of its configuration


def test_an_experiment_keeps_its_cautions_with_their_points(
    run: Any, write: Any, place: Path
) -> None:
    out = run(write(ARMS))
    assert told(out)["cautions"] == [[*QUOTA, [2]], [*LEFT, [2, 3]]]
    for lang, where in (("en", "; seen at 2 of the points"), ("zh", "；见于 2 个设计点")):
        text = f"{caution_label(LEFT, lang)}{where} (few; many)"
        assert text in results_text(ExperimentResults(out), lang) and text in page(out, lang)
    path = out / "experiment.yaml"
    assert warned(out) == [
        f"warning: {path}: {caution_label(QUOTA, 'en')}; seen at 1 of the points (few)",
        f"warning: {path}: {caution_label(LEFT, 'en')}; seen at 2 of the points (few; many)",
    ]
    assert len(warned(place / "e.yaml")) == 1  # what is known before it runs
    again = run(write(ARMS.replace("replicates: 2", "replicates: 3")))
    assert told(again)["cautions"] == [[*QUOTA, [2]], [*LEFT, [2, 3]]]
    forget(again)
    assert caution_label(LEFT, "en") not in results_text(ExperimentResults(again))


def test_one_that_is_stopped_says_what_was_known_before(write: Any, place: Path) -> None:
    def stop(_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_experiment(write(ARMS), place / "out", 1, tell=stop)
    assert told(place / "out")["state"] == "running"
    assert told(place / "out")["cautions"] == [[*QUOTA, [2]]]


def test_doses_of_a_points_runs_are_added_up() -> None:
    rows = [["a", "b", 3, 10.0, 9.0], ["a", "moved", 3, None, 2.0]]
    later = [["a", "b", 5, 10.0, 4.0]]
    found = _total([json.dumps(rows), None, json.dumps(later)])
    assert found[0] == ("a", "b", 5, 20.0, 13.0) and found[1].what == "moved"


def test_many_points_are_counted_and_not_named() -> None:
    labels = {point: {"arm": f"arm {point}"} for point in range(1, 5)}
    few, many = said([[*QUOTA, [1, 9]], [*QUOTA, [1, 2, 3, 4]]], labels, "en")
    assert few.endswith("seen at 2 of the points (arm 1; )") and "arm 1" not in many


def test_few_rows_are_said_of_every_point_however_many_counties(tmp_path: Path) -> None:
    """More counties than are built to count their rows; the least of all is told."""
    text = (
        "config: e_county.yaml\nmethod: compare\narms: {none: {policies: {merger: null}}, all: }\n"
    )
    text += "replicates: 2\ncounties: {prefecture: 凉山彝族自治州}\n"
    (tmp_path / "e.yaml").write_text(text, "utf-8")
    county = "county: {registry: 德昌县}\nreform: 2020-04\nstart: 2018-04\nmonths: 84\nscale: 200\n"
    (tmp_path / "e_county.yaml").write_text(
        f"title: {{en: A, zh: 甲}}\n{county}policies: {{merger: {{source: registry}}}}\n", "utf-8"
    )
    experiment = load_experiment(tmp_path / "e.yaml")
    design = designs.build(experiment)
    found = cautions(experiment, design, Contents(design, experiment.spec.record))
    (coarse,) = (one for one in found if one[0] == "coarse")
    assert coarse[3] == list(range(1, 2 * 17 + 1)) and 3.0 < coarse[2] < 12.0


@pytest.mark.parametrize("factor", ["variants.ties: ['off', 'on']", "variants: all"])
def test_of_a_mechanism_whose_forms_vary_nothing_is_idle(write, factor: str) -> None:
    """Nor of another's parameter, which is idle at every point: that is said."""
    text = (
        "config: tiny.yaml\nmethod: lhs\nsamples: 6\nfactors:\n  parameters.ties.hearsay: prior\n"
    )
    text += "  parameters.family.handed: prior\n"
    alone = set(_idle(write(text)))
    assert len(alone) == 2
    varied = set(_idle(write(text + f"  {factor}\n")))
    assert varied == {one for one in alone if factor != "variants: all" and "family" in one}


def _idle(path: Path) -> list[str]:
    experiment = load_experiment(path)
    design = designs.build(experiment)
    found = cautions(experiment, design, Contents(design, experiment.spec.record))
    return [of for kind, of, *_ in found if kind == "other_form"]
