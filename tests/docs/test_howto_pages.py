"""The pages for those who come from elsewhere: their code runs, in R where R is there."""

import csv
import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

import hecun
import sim
from sim import __version__

ROOT = Path(__file__).parent.parent.parent
_BLOCK = re.compile(r"<!-- (run[^>]*?) -->\n```\w+\n(.*?)```", re.S)


def blocks(page: str) -> dict[str, str]:
    """Return what a page marks to be run, by its mark."""
    return dict(_BLOCK.findall((ROOT / "docs" / "howto" / page).read_text("utf-8")))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the experiment of the page, smaller, and its results."""
    place = tmp_path_factory.mktemp("elsewhere")
    (place / "experiments").mkdir()
    shutil.copytree(ROOT / "configs", place / "configs")
    small = "set: {scale: 500, spin_up: 1, months: 15, start: 2019-04}"
    text = blocks("coming_from.md")["run experiment"]
    text = text.replace("replicates: 20", "replicates: 3").replace("set: {scale: 50}", small)
    assert small in text
    (place / "experiments" / "mine.yaml").write_text(text, "utf-8")
    return place


@pytest.fixture(scope="module")
def results(place):
    found = sim.experiment(place / "experiments/mine.yaml", out=place / "results/mine", workers=1)
    shutil.copytree(place / "results/mine", place / "results/mine_compare")
    return found


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "howto").glob("*.md")), ids=lambda p: p.stem
)
def test_pages_import_what_is_installed(page):
    """Users import hecun; sim is the name of its code."""
    text = page.read_text("utf-8")
    names = "|".join(name for name in dir(hecun) if not name.startswith("_"))
    assert not re.findall(rf"^\s*(?:import|from) sim\b|\bsim\.(?:{names})\b", text, re.M)


def test_our_side_of_the_page_runs(place, results, monkeypatch, capsys):
    monkeypatch.chdir(place)
    exec(blocks("coming_from.md")["run"], {})
    said = capsys.readouterr().out
    assert "merger" in said and "service_reach" in said
    arms = set(results.design["arm"])
    assert arms == {"none", "merger"} and len(results.design) == 4
    effects = results.effects(["service_reach"])
    assert (effects["effect"] != 0).all()


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not found")
def test_the_page_on_r_runs(place, results):
    code = blocks("r.md")
    read = code["run parquet"]
    if not _has("nanoparquet") and not _has("arrow"):  # the rest of it, on the same rows as CSV
        for name in ("runs", "design"):
            frame = getattr(results, name)
            frame.to_csv(place / "results" / "mine_compare" / f"{name}.csv", index=False)
        head = re.compile(r"read_parquet <- if.*?\n}\n", re.S)
        stand_in = 'read_parquet <- function(path) read.csv(sub("parquet$", "csv", path))\n'
        read = head.sub(lambda _: stand_in, read.replace("} else {\n  arrow::read_parquet\n", ""))
        assert stand_in in read
    (place / "page.R").write_text(code["run"] + read, "utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", "page.R"], cwd=place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (place / "effects.pdf").stat().st_size > 1000
    effects = results.effects(["service_reach"])
    assert done.stdout.count("service_reach") == len(effects)
    assert "conf.level" in done.stdout


def _has(package: str) -> bool:
    ask = f'quit(status = !requireNamespace("{package}", quietly = TRUE))'
    return subprocess.run(["Rscript", "-e", ask], capture_output=True, check=False).returncode == 0


def test_counts_of_the_page_on_evidence():
    page = " ".join((ROOT / "docs" / "RAT-RS.md").read_text("utf-8").split())
    with (ROOT / "sim/data/parameters.csv").open(encoding="utf-8", newline="") as file:
        sure = Counter(row["confidence"] for row in csv.DictReader(file))
    with (ROOT / "sim/data/facts.csv").open(encoding="utf-8", newline="") as file:
        kinds = Counter(row["kind"] for row in csv.DictReader(file))
    assert f"source of {sure.total()} parameters" in page
    assert f"A: {sure['A']}, B: {sure['B']}, C (memory or judgement): {sure['C']}" in page
    assert f"Of the {kinds.total()} figures in the reports {kinds['set']} are set" in page
    assert f"{kinds['fitted']} fitted, {kinds['predicted']} predicted" in page
    assert f"and {kinds['context']} context" in page


def test_every_test_that_the_page_on_testing_names_is_there():
    page = (ROOT / "docs" / "TRACE.md").read_text("utf-8")
    named = re.findall(r"`(\w+/test_\w+\.py)`", page)
    assert len(named) > 10 and all((ROOT / "tests" / name).is_file() for name in named)


def test_codemeta_and_citation_say_the_same():
    from ruamel.yaml import YAML

    meta = json.loads((ROOT / "codemeta.json").read_text("utf-8"))
    cff = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert meta["version"] == meta["softwareVersion"] == cff["version"] == __version__
    released = cff.get("date-released")  # neither has a day before there is a release
    assert meta.get("datePublished") == (released and str(released))
    assert meta["license"].endswith(cff["license"]) and meta["keywords"] == cff["keywords"]
    assert [a["name"] for a in meta["author"]] == [a["name"] for a in cff["authors"]]
