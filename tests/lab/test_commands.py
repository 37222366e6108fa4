"""The commands, as a user types them."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from lab.conftest import COMPARE

from sim import load_results
from sim.cli import main
from sim.config import load
from sim.config.reading import parse
from sim.errors import InputError
from sim.lab import planning
from sim.lab.design import points as designs
from sim.lab.file.loading import from_tree, load_experiment
from sim.lab.printing import results_text
from sim.report.experiment_page import experiment_page
from sim.results.folder import holds


@pytest.fixture
def hecun(place):
    """Return a function that calls the command line."""

    def call(*words: object):
        return CliRunner().invoke(main, [str(word) for word in words])

    return call


def test_experiment_prints_paired_effects_and_goes_on(hecun, write, place):
    path, out = write(), place / "out"
    first = hecun("experiment", path, "--out", out, "--workers", 1)
    assert first.exit_code == 0, first.output
    head = next(line for line in first.stdout.splitlines() if line.startswith("arm"))
    assert head.split()[-3:] == ["n", "x", "independent"]
    assert "paired effects against the arm none" in first.stdout
    assert "6 points x 4 replicates, 0 runs failed" in first.stdout
    again = hecun("experiment", path, "--out", out, "--lang", "zh")
    assert again.exit_code == 0 and "未重新运行" in again.stderr
    assert "相对" in again.stdout or "配对差异" in again.stdout
    write(COMPARE.replace("replicates: 4", "replicates: 5"))
    more = hecun("experiment", path, "--out", out, "--workers", 1)
    assert "Kept: 24 runs" in more.stderr and "30 of 30 runs" in more.stderr


def test_changed_results_are_not_touched_without_fresh(hecun, write, place):
    path, out = write(), place / "out"
    assert hecun("experiment", path, "--out", out, "--workers", 1).exit_code == 0
    before = {f.name: f.read_bytes() for f in out.glob("*.parquet")}
    write(COMPARE.replace("[3, 6]", "[3, 5]"))
    refused = hecun("experiment", path, "--out", out, "--workers", 1)
    assert refused.exit_code == 2
    assert "12 runs there are not of this experiment any more; still valid are 12" in refused.stderr
    assert "factors.policies.headcount.lines: [3, 6] -> [3, 5]" in refused.stderr
    assert {f.name: f.read_bytes() for f in out.glob("*.parquet")} == before
    fresh = hecun("experiment", path, "--out", out, "--workers", 1, "--fresh")
    assert fresh.exit_code == 0 and "Kept: 12 runs; let go: 12" in fresh.stderr
    assert len(load_results(out).runs) == 24


def test_a_folder_of_something_else_is_left_alone(hecun, write, place):
    (place / "mine").mkdir()
    (place / "mine" / "notes.txt").write_text("keep", "utf-8")
    for options in ([], ["--fresh"]):
        refused = hecun("experiment", write(), "--out", place / "mine", *options)
        assert refused.exit_code == 2 and "not an experiment's results" in refused.stderr
    assert [p.name for p in (place / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini", "._e.yaml"])
def test_what_file_managers_leave_makes_no_folder_foreign(hecun, write, place, name):
    for folder in ("mine", "run"):
        (place / folder).mkdir()
        (place / folder / name).write_bytes(b"\0")
    for _ in range(2):
        done = hecun("experiment", write(), "--out", place / "mine", "--workers", 1)
        assert done.exit_code == 0, done.output
        (place / "mine" / "tables" / "._effects.parquet").write_bytes(b"\0")
    assert (place / "mine" / name).read_bytes() == b"\0"
    assert not holds(place / "run", "a run", fresh=False)


def test_a_wrong_file_leaves_nothing(hecun, write, place):
    wrong = hecun("experiment", write(COMPARE.replace("lines", "linse")), "--out", place / "none")
    assert wrong.exit_code == 2 and "did you mean 'lines'?" in wrong.stderr
    assert not (place / "none").exists()


def test_replicates_until_precise(hecun, write, place):
    rule = "replicates: {at_least: 4, until: {cadre_workload: 3.0}, at_most: 30}"
    path, out = write(COMPARE.replace("replicates: 4", rule)), place / "out"
    done = hecun("experiment", path, "--out", out, "--workers", 1)
    assert done.exit_code == 0, done.output
    effects = load_results(out).effects(["cadre_workload"])
    assert ((effects["high"] - effects["low"]) / 2 <= 3.0).all()
    assert "wanted ± 3 for Cadre workload: reached in every contrast" in done.stdout
    path = write(COMPARE.replace("replicates: 4", rule.replace("3.0", "1.0e-6").replace("30", "5")))
    capped = hecun("experiment", path, "--out", place / "capped", "--workers", 1)
    assert "not reached in 4 of 4 contrasts after 5 replicates, the most allowed" in capped.stdout
    alone = write("config: tiny.yaml\nmethod: factorial\nfactors: {scale: [500]}\n" + rule)
    refused = hecun("experiment", alone, "--out", place / "alone")
    assert refused.exit_code == 2 and "there is one alone" in refused.stderr


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("method: factorial\nreplicates: 3", ["against the first level", "headcount.lines"]),
        ("method: lhs\nsamples: 4", ["spread over design points", "sd of seeds"]),
    ],
)
def test_other_methods_print_what_they_are_for(hecun, write, place, method, words):
    text = f"config: tiny.yaml\n{method}\nfactors: {{policies.headcount.lines: [3, 6]}}\n"
    done = hecun("experiment", write(text), "--out", place / "out", "--workers", 1)
    assert done.exit_code == 0, done.output
    assert all(word in done.stdout for word in words)


def test_plan_says_what_it_takes(hecun, write, place, monkeypatch):
    done = hecun("plan", write(), "--workers", 2)
    assert done.exit_code == 0, done.output
    for line in ("design points 6", "replicates    4", "runs          24", "on 2 workers"):
        assert line in done.stdout
    assert "merger     2019-04 to 2019-07\nheadcount  2019-04" in done.stdout
    assert sorted(p.name for p in place.iterdir()) == ["e.yaml", "tiny.yaml", "villages.csv"]
    monkeypatch.setattr(planning, "MOST_RUNS", 10)
    much = hecun("plan", write())
    assert "24 runs: `hecun experiment` will ask before it starts" in much.stdout


def test_a_large_experiment_asks_first(hecun, write, place, monkeypatch):
    monkeypatch.setattr(planning, "MOST_RUNS", 10)
    monkeypatch.setattr("sim.lab.commands._MEASURED", 10)
    refused = hecun("experiment", write(), "--out", place / "out")
    assert refused.exit_code == 2 and "24 runs: give --yes" in refused.stderr
    assert not (place / "out" / "runs.parquet").exists()
    done = hecun("experiment", write(), "--out", place / "out", "--yes", "--workers", 1)
    assert done.exit_code == 0
    monkeypatch.setattr("sim.lab.commands._MEASURED", 24)  # as few are not measured, nor asked for
    few = hecun("experiment", write(), "--out", place / "few", "--workers", 1)
    assert few.exit_code == 0 and "24 of 24 runs" in few.stderr


@pytest.mark.parametrize(
    ("county", "villages"),
    [
        ("德昌县", "137 villages in 2019, 65 in 2020."),
        ("511102", "190 villages in 2019, 135 in 2020."),
        ("章丘区", "890 villages in 2020, 532 in 2021."),
        ("盂县", "432 villages in 2019, no list after 2019."),
    ],
)
def test_new_writes_files_that_are_right(hecun, place, county, villages):
    made = hecun("new", "mine", "--county", county, "--folder", place)
    assert made.exit_code == 0, made.output
    assert hecun("check", place / "configs" / "mine.yaml").exit_code == 0
    config = load(place / "configs" / "mine.yaml")
    experiment = load_experiment(place / "experiments" / "mine_compare.yaml")
    assert [head.arm for head in experiment.heads] == ["none", "merger_alone", "whole_reform"]
    assert experiment.heads[2].config.policies == config.policies
    assert experiment.spec.record.villagers == "last"  # the report's winners and losers need it
    assert config.county.year == (2020 if county == "章丘区" else 2019)  # of all its lists
    assert villages in (place / "configs" / "mine.yaml").read_text("utf-8")
    again = hecun("new", "mine", "--county", county, "--folder", place)
    assert again.exit_code == 2 and again.stderr.count("is there already") == 2


def test_the_factors_that_new_suggests_leave_arms_without_the_policy_as_they_are(hecun, place):
    hecun("new", "mine", "--county", "德昌县", "--folder", place)
    path = place / "experiments" / "mine_compare.yaml"
    text = (
        path.read_text("utf-8")
        .replace("# factors:", "factors:")
        .replace("#   policies", "  policies")
    )
    path.write_text(text.replace("#   parameters", "  parameters"), "utf-8")
    design = designs.build(load_experiment(path))
    key = "policies.headcount.posts.base"
    assert [p.labels.get(key) for p in design.points] == [None, None, 3, 4, 5]
    assert list(design.drawn) == ["parameters.service.visit_sigma_km"]


def test_new_needs_a_county_that_is_there(hecun, place):
    wrong = hecun("new", "mine", "--county", "德阳", "--folder", place)
    assert wrong.exit_code == 2 and "nearest" in wrong.stderr
    assert not (place / "configs").exists()


def test_the_experiments_that_ship_are_right():
    """Every file of ``experiments/``: its question, and all its design points."""
    from sim.errors import InputError
    from sim.lab.design import points as designs

    for path in sorted((Path(__file__).parent.parent.parent / "experiments").glob("*.yaml")):
        try:
            experiment = load_experiment(path)
        except InputError as error:  # it draws from a calibration that was not run here
            assert "no posterior sample there; run the calibration first" in str(error), path
            assert len(error.problems) == 1
            continue
        assert experiment.spec.question is not None, path
        designs.check_points(experiment, designs.build(experiment))


def test_from_python(write, place):
    import sim

    none, both = load_experiment(write()).heads[0].config, sim.load(place / "tiny.yaml")
    effects = sim.compare({"none": none, "both": both}, replicates=4, outcomes=["trust", "posts"])
    assert list(effects["outcome"]) == ["trust", "posts"] and set(effects["n"]) == {4}
    results = sim.experiment(write(), place / "out", workers=1)
    mine = results.effects(["trust", "posts"]).query("arm == 'both' and n == 4")
    assert results.county.attrs["units"]["cadre_workload"] == "h/month"
    assert {"low", "high", "vr_factor"} <= set(mine)
    assert results.villages["months"].tolist()[0] == 3
    assert len(results.villagers) and len(results.timings) == 24
    with pytest.raises(sim.errors.InputError, match="did you mean 'trust'"):
        results.effects(["trst"])


def test_the_examples_of_the_documentation_are_right():
    root = Path(__file__).parent.parent.parent
    text = (root / "docs" / "experiments.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.S)
    assert len(blocks) >= 2
    for block in blocks:
        starts = "" if "\nconfig:" in block else "config: ../configs/leshan_shizhong_2020.yaml\n"
        # a posterior sample is there only once its calibration has run
        own = block.replace("{from: ../results/calibrate_leshan}", "prior")
        experiment = from_tree(parse(starts + own, "docs"), root / "experiments")
        assert experiment.heads


def test_the_schema_of_experiments_accepts_those_that_ship(hecun):
    import jsonschema

    schema = json.loads(hecun("schema", "--experiment").stdout)
    checker = jsonschema.Draft202012Validator(schema)
    checker.check_schema(schema)
    for path in (Path(__file__).parent.parent.parent / "experiments").glob("*.yaml"):
        checker.validate(parse(path.read_text("utf-8"), str(path)).plain())
    assert not checker.is_valid({"config": "x", "method": "compare", "arms": {}, "factor": {}})


def test_a_new_experiment_in_chinese_has_arms_of_chinese_names(hecun, place):
    made = hecun("new", "mine", "--county", "会理县", "--folder", place, "--lang", "zh")
    assert made.exit_code == 0
    experiment = load_experiment(place / "experiments" / "mine_compare.yaml")
    assert list(experiment.spec.arms) == ["不改革", "仅合村", "整体改革"]


def test_a_reference_keeps_its_figures_and_no_effect_is_an_effect(write, run):
    """Beside an effect of exactly 0, or an interval as wide as the value."""
    text = COMPARE.replace("factors:\n  policies.headcount.lines: [3, 6]\n", "")
    text = text.replace(
        "  both:\n", "  both:\n  none again: {policies: {merger: null, combined_role: null}}\n"
    )
    results = load_results(run(write(text)))
    told = results_text(results)
    reference = results.means(["service_reach"])["mean"][0]
    line = next(row for row in told.splitlines() if row.startswith("none again") and "reach" in row)
    assert line.split()[-6:-2] == [f"{reference:.3f}", "+0", "±", "0"]
    page = str(experiment_page(results, "en"))
    assert f"{reference:.3f} under none" in page and f"'{reference:.3f}', '+0'" in page
    text = "config: tiny.yaml\nmethod: factorial\nreplicates: 2\n"
    text += "factors: {policies.combined_role.who: [drawn, largest]}  # of all: the same\n"
    rows = results_text(load_results(run(write(text), "zeros"))).splitlines()
    first, second = [row.split() for row in rows if "Service reach" in row]
    assert first[-2:] == ["-", "2"] and second[-4:] == ["+0", "±", "0", "2"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Does it help", {"en": "Does it help", "zh": "Does it help"}),
        ("有用吗？", {"en": "有用吗？", "zh": "有用吗？"}),
        ("{zh: 有用吗？}", {"en": "有用吗？", "zh": "有用吗？"}),
        ("{en: So, zh: 如此}", {"en": "So", "zh": "如此"}),
    ],
)
def test_a_question_is_a_text_or_a_block(write, text: str, asked: dict[str, str]) -> None:
    path = write(f"question: {text}\n{COMPARE}")
    assert load_experiment(path).spec.question.both() == asked


@pytest.mark.parametrize("text", ["[1]", "{fr: x}", "{}"])
def test_another_question_is_refused(write, text: str) -> None:
    path = write(f"question: {text}\n{COMPARE}")
    with pytest.raises(InputError, match="question"):
        load_experiment(path)


def test_a_part_of_a_name_that_one_county_has_is_enough_for_a_new_configuration(tmp_path) -> None:
    for name, part in (("a", "Dechan"), ("b", "德昌"), ("c", "513424")):
        done = CliRunner().invoke(main, ["new", name, "--county", part, "--folder", str(tmp_path)])
        assert done.exit_code == 0, done.output
        text = (tmp_path / "configs" / f"{name}.yaml").read_text("utf-8")
        assert "title: {en: Dechang Xian, zh: 德昌县}" in text and 'registry: "513424"' in text
    done = CliRunner().invoke(main, ["new", "d", "--county", "昌", "--folder", str(tmp_path)])
    assert done.exit_code == 2 and not (tmp_path / "configs" / "d.yaml").exists()
