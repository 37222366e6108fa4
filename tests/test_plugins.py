"""Plug-ins of a made-up distribution: listed without being imported, run where they are named."""

import json
import sys
import textwrap

import pandas as pd
import pytest
from click.testing import CliRunner

import hecun
from sim.cli import main
from sim.config.plugged import by_code, key_named
from sim.config.reading import parse
from sim.errors import InputError
from sim.lab.experiment import run_experiment
from sim.lab.verify import verify
from sim.model.policies import POLICIES
from sim.results.pack import pack

CODE = '''
import pandas as pd
from sim import Policy


class School(Policy):
    """Keeps reporting lines to a few."""

    levers = ("lines",)
    lines: float = 2.0

    def apply(self, county, month):
        county.levers.lines[:] = self.lines


def spread(results):
    runs = results.outcomes(["trust"])
    return runs.groupby("arm")["trust"].agg(["min", "max"])


def broken(results):
    raise ZeroDivisionError("no such thing")


def number(results):
    return 3


def bars(results, outcome="trust", lang="en"):
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().bar([0], [results.outcomes([outcome])[outcome].mean()])
    return figure


def elderly(county):
    return 1.0
'''
POINTS = """
[hecun.policies]
night_school = made_up_lab.code:School
merger = made_up_lab.code:School
[hecun.outcomes]
elderly = made_up_lab.code:elderly
[hecun.estimators]
spread = made_up_lab.code:spread
broken = made_up_lab.code:broken
number = made_up_lab.code:number
missing = made_up_lab.nowhere:x
[hecun.figures]
bars = made_up_lab.code:bars
"""
EXPERIMENT = """
config:
  title: {{en: Small, zh: 小县}}
  county: {{villages: {villages}, groups_per_village: 4}}
  start: 2019-01
  reform: 2019-03
  months: 6
  spin_up: 0
  scale: 100
method: compare
arms:
  none: {{}}
  school: {{policies: {{night_school: {{}}}}}}
  more: {{policies.night_school.lines: 5.0}}
replicates: 2
estimators: [{estimators}]
"""


def made_up(root, name, points, code=None):
    """Write a distribution as an installer would."""
    info = root / f"{name.replace('-', '_')}-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(points)
    if code is not None:
        package = root / "made_up_lab"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "code.py").write_text(textwrap.dedent(code))


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """A distribution with a policy, an outcome, estimators and a figure."""
    root = tmp_path / "site"
    made_up(root, "made-up-lab", POINTS, CODE)
    monkeypatch.syspath_prepend(root)
    yield root
    for name in [name for name in sys.modules if name.partition(".")[0] == "made_up_lab"]:
        del sys.modules[name]
    from sim.model.policies import own

    own._found.clear()
    own._last.clear()


def unused():
    return "made_up_lab" not in sys.modules


def experiment(folder, village_csv, estimators=""):
    path = folder / "e.yaml"
    text = EXPERIMENT.format(villages=village_csv.as_posix(), estimators=estimators)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_they_are_listed_without_being_imported(lab, lang):
    done = CliRunner().invoke(main, ["explain", "plugins", "--lang", lang])
    assert done.exit_code == 0
    for name in ("night_school", "elderly", "spread", "bars", "made-up-lab 1.2"):
        assert name in done.output
    hidden = "hecun has one of this name" if lang == "en" else "与内置名称重复"
    assert hidden.replace(" ", "") in "".join(done.output.split())
    assert unused()


def test_without_any_the_list_says_how(monkeypatch):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [])
    done = CliRunner().invoke(main, ["explain", "plugins"])
    assert "No plug-in is installed" in done.output and "hecun.policies" in done.output


def test_a_configuration_that_names_none_imports_none(lab, make_config):
    county = hecun.simulate(make_config({"headcount": {"lines": 3.0}}, months=8, scale=100))
    assert unused() and dir(county.plot) and "bars" in dir(county.plot) and unused()


def test_a_policy_is_that_of_its_code(lab, make_config, tmp_path, village_csv):
    file = tmp_path / "c.yaml"
    file.write_text(
        "title: {en: Small, zh: 小县}\n"
        f"county: {{villages: {village_csv.as_posix()}, groups_per_village: 4}}\n"
        "start: 2019-01\nreform: 2019-03\nmonths: 6\nspin_up: 0\nscale: 100\n"
        "policies:\n  night_school: {lines: 4.0}\n",
        "utf-8",
    )
    config = hecun.load(file, {"policies.night_school.lines": 3.0})
    code = "made_up_lab.code:School"
    assert list(config.active()) == [code] and not unused()
    assert key_named("policies.night_school#north.lines") == f"policies.{code}#north.lines"
    assert config.active()[code].lines == 3.0
    county = hecun.CountyModel(config)
    county.run_for(4)
    assert county.levers.lines.max() == 3.0
    county.set_policy("night_school", lines=1.0)
    county.run_model()
    assert set(county.config.policies.own_sources()) == {code}
    with pytest.raises(InputError, match=r"c\.yaml:\d+:\d+: .*lin"):
        file.write_text(file.read_text("utf-8").replace("lines: 4.0", "lin: 4.0"), "utf-8")
        hecun.load(file)


def test_a_name_of_hecun_stays_hecuns(lab, make_config, merger):
    assert type(make_config({"merger": merger}).active()["merger"]) is POLICIES["merger"]
    assert key_named("policies.merger.ratio") == "policies.merger.ratio" and unused()


def test_estimators_and_figures_of_an_experiment(lab, village_csv, tmp_path):
    path = experiment(tmp_path, village_csv, "spread")
    folder = run_experiment(path, tmp_path / "results", 1)
    table = pd.read_csv(folder / "tables" / "estimator_spread.csv")
    assert table["arm"].tolist() == ["more", "none", "school"]
    assert (table["min"] <= table["max"]).all()
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert "made-up-lab 1.2" in told["plugins"]["spread"]
    results = hecun.load_results(folder)
    levels = results.design["arm"].tolist()
    assert levels == ["none", "school", "more"]
    assert (results.plot.bars(outcome="trust").axes[0].patches[0].get_height()) > 0
    done = CliRunner().invoke(
        main, ["plot", str(folder), "bars", "--outcome", "trust", "--out", str(tmp_path / "a.png")]
    )
    assert done.exit_code == 0 and (tmp_path / "a.png").stat().st_size > 1000
    done = CliRunner().invoke(main, ["plot", str(folder), "barz"])
    assert done.exit_code == 2
    assert "did you mean 'bars'?; there are" in done.output and ", bars" in done.output
    again = run_experiment(path, tmp_path / "results", 1)  # nothing is run again
    assert again == folder


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("broken", "ZeroDivisionError: no such thing; all runs are kept"),
        ("number", "gave int; expected a pandas DataFrame"),
        ("missing", "could not be imported: ModuleNotFoundError"),
    ],
)
def test_an_estimator_that_fails_costs_its_table_alone(lab, village_csv, tmp_path, name, said):
    folder, told = tmp_path / "results", []
    path = experiment(tmp_path, village_csv, f"{name}, spread")
    run_experiment(path, folder, 1, say=told.append)
    (line,) = [line for line in told if line.startswith(f"No table of the estimator {name}: ")]
    assert said in line and "made-up-lab 1.2" in line
    tables = {path.stem for path in (folder / "tables").glob("*.csv")}
    assert tables == {"effects", "ranking", "doses", "estimator_spread"}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert said in manifest["estimators_failed"][name] and manifest["state"] == "complete"
    done = CliRunner().invoke(main, ["experiment", str(path), "--out", str(folder), "--yes"])
    assert done.exit_code == 1 and said in done.output and "No table" in done.output
    begun = []
    path = experiment(tmp_path, village_csv, "spread")
    run_experiment(path, folder, 1, ready=lambda _, left: begun.append(left), say=lambda _: None)
    assert sum(begun) == 0 and (folder / "tables" / "estimator_spread.csv").exists()
    assert "estimators_failed" not in (folder / "manifest.json").read_text("utf-8")


def test_a_packed_study_is_verified_without_its_estimator(lab, village_csv, tmp_path, monkeypatch):
    path = tmp_path / "e.yaml"
    text = EXPERIMENT.format(villages=village_csv.as_posix(), estimators="spread, broken")
    text = text.replace("night_school: {}", "headcount: {lines: 4.0}")
    path.write_text(text.replace("night_school", "headcount"), "utf-8")
    folder = run_experiment(path, tmp_path / "results", 1, say=lambda _: None)
    archive, _ = pack(folder, tmp_path / "study.zip")
    found = verify(archive, workers=1)
    assert found.differ == 0 and any("estimator_broken: the estimator" in x for x in found.lines)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [])
    found = verify(archive, workers=1)
    text = "\n".join(found.lines)
    assert found.differ == 0 and "NOT" not in text
    assert "estimator_spread: not worked out: needs spread" in text
    assert "6 of 8 answers" in text and "6 the same to the last bit" in text


def test_what_is_not_installed_is_said_before_anything_runs(lab, village_csv, tmp_path):
    with pytest.raises(InputError, match=r"'spred': no installed plug-in .*did you mean 'spread'"):
        run_experiment(experiment(tmp_path, village_csv, "spred"), tmp_path / "results", 1)
    assert not (tmp_path / "results").exists()


def test_two_distributions_of_one_name_are_refused(lab, make_config, monkeypatch, tmp_path):
    made_up(tmp_path / "other", "other-lab", "[hecun.policies]\nnight_school = other_lab:School\n")
    monkeypatch.syspath_prepend(tmp_path / "other")
    with pytest.raises(InputError, match="offered by two installed distributions"):
        key_named("policies.night_school.lines")
    done = CliRunner().invoke(main, ["explain", "plugins"])
    assert done.output.count("two distributions offer it") >= 1 or "offer it" in done.output


def test_functions_of_outcomes_are_named_by_their_code(lab):
    tree = parse("outcomes:\n  old: {function: elderly}\n  own: {function: 'a:b'}\n", "x.yaml")
    plain = by_code(tree).plain()
    assert plain["outcomes"]["old"] == {"function": "made_up_lab.code:elderly"}
    assert plain["outcomes"]["own"] == {"function": "a:b"} and unused()


def test_one_policy_under_two_names_is_refused(lab):
    text = "policies:\n  night_school: {}\n  made_up_lab.code:School: {}\n"
    with pytest.raises(InputError, match=r"x\.yaml:3:3: .* are one policy"):
        by_code(parse(text, "x.yaml"))
