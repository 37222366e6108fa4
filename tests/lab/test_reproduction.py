"""What is stored of experiments and single runs, by hand; what a level runs, and where."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from lab.made_up_results import results

from sim.cli import main
from sim.errors import InputError
from sim.lab import reproduce
from sim.model.outcomes.catalogue import HEADLINE

KEYS = [*HEADLINE, "trust", "county_spending_per_resident"]


def stored(points, tmp_path, levels=None, tables=()):
    """What is stored of points whose outcomes are their number, in two replicates one apart."""
    values = np.arange(1.0, points + 1)[:, None] + np.array([[-0.5, 0.5]])
    made = results(values, levels or {"x": list(range(points))})
    made.folder = tmp_path
    made.runs["run"] = [f"r{i}" for i in range(2 * points)]
    (tmp_path / "tables").mkdir(exist_ok=True)
    for name in tables:
        (tmp_path / "tables" / name).write_text(name)
    return reproduce.found(made)


def test_means_are_stored_by_point(tmp_path):
    found = stored(
        2, tmp_path, {"arm": ["none", "all"], "x": [1, 2.5]}, ["b.csv", "a.csv", "c.txt"]
    )
    assert found["runs"] == 4 and list(found["tables"]) == ["runs", "a.csv", "b.csv"]
    assert list(found["means"]) == ["none · 1.0", "all · 2.5"]
    assert found["means"]["none · 1.0"] == dict.fromkeys(sorted(KEYS), 1.0)
    assert found["means"]["all · 2.5"] == dict.fromkeys(sorted(KEYS), 2.0)


def test_of_many_points_the_mean_over_all_is_stored(tmp_path):
    assert len(stored(40, tmp_path)["means"]) == 40
    assert stored(41, tmp_path)["means"] == {"all points": dict.fromkeys(sorted(KEYS), 21.0)}


def test_names_of_runs_count_for_nothing_in_a_digest(tmp_path):
    values = np.array([[1.0, 2.0]])
    digests = []
    for names, seed in ((["a", "b"], 7), (["c", "d"], 7), (["a", "b"], 8)):
        made = results(values, {"x": [1]})
        made.folder, made.runs["run"] = tmp_path, names
        made.runs["seed"] += seed
        digests.append(reproduce.found(made)["tables"]["runs"])
    assert digests[0] == digests[1] != digests[2]


def test_a_case_is_stored_by_its_last_year(monkeypatch):
    ran = []

    class County:
        def __init__(self, config):
            assert config.scale == 50
            self.recorder = SimpleNamespace(county={key: np.arange(20.0) for key in KEYS})
            self.recorder.county["trust"] = np.array([0.0] * 8 + [np.nan] * 11 + [0.123456789123])

        def run_for(self, months):
            ran.append(months)

    monkeypatch.setattr(reproduce, "CountyModel", County)
    found = reproduce._baseline("dechang_2020")
    assert found["runs"] == 1 and ran == [84] and list(found["means"]) == [""]
    means = found["means"][""]
    assert means.pop("trust") == 0.123456789 and set(means.values()) == {13.5}  # 8 to 19


@pytest.fixture
def ran(monkeypatch):
    """Experiments that were run: name, folder, and how."""
    done = []

    def run(experiment, out, workers, **how):
        spec = experiment.spec
        scale = experiment.heads[0].config.scale
        done.append((out, workers, how["fresh"], spec.replicates, scale))

    monkeypatch.setattr(reproduce, "run_experiment", run)
    monkeypatch.setattr(reproduce, "found", lambda results: results.folder.name)
    return done


def test_the_quick_level_is_coarse_and_has_three_replicates(ran):
    home, said = reproduce.examples.home(), []
    names = ["service_delivery", "whole_reform_dechang"]
    found = list(reproduce.run("quick", home, names, 2, said.append))
    assert [name for name, _ in found] == ["whole_reform_dechang", "service_delivery"]
    assert [one for _, one in found] == ["whole_reform_dechang_quick", "service_delivery_quick"]
    assert [how[1:] for how in ran] == [(2, True, 3, 100)] * 2
    out = home / "results" / "whole_reform_dechang_quick"
    assert ran[0][0] == out and said[0] == f"whole_reform_dechang: {out}"


def test_the_full_level_is_as_the_files_are(ran):
    home = reproduce.examples.home()
    ((name, found),) = reproduce.run("full", home, ["each_policy"], None, lambda _: None)
    assert name == found == "each_policy" and ran[0][4] != 100 and ran[0][3] > 3


def test_examples_are_copied_where_they_are_not(ran, monkeypatch, tmp_path):
    copied = []
    monkeypatch.setattr(
        reproduce.examples, "copy", lambda folder, replace: copied.append((folder, replace))
    )
    monkeypatch.setattr(reproduce, "_one", lambda *how: "one")
    monkeypatch.setattr(reproduce, "_baseline", lambda name: "single")
    found = dict(reproduce.run("quick", tmp_path, [], 1, lambda _: None))
    assert copied == [(tmp_path, True)] and found == dict.fromkeys(
        ["whole_reform_dechang", "whole_reform_leshan", "each_policy", "service_delivery"], "one"
    )
    found = dict(reproduce.run("baseline", tmp_path, [], 1, lambda _: None))
    assert len(copied) == 1 and set(found.values()) == {"single"} and len(found) == 4


def test_an_installation_keeps_what_it_came_with(monkeypatch):
    inside = Path(reproduce.__file__).parent.parent / "data" / "examples"
    monkeypatch.setattr(reproduce.examples, "home", lambda: inside)
    with pytest.raises(InputError, match="changed in a checkout only"):
        reproduce.write("quick", {})


@pytest.fixture
def level(monkeypatch, tmp_path):
    """Three experiments of a level, the second of which differs from what is stored."""
    monkeypatch.setattr(reproduce.examples, "home", lambda: tmp_path)
    names = reproduce.LEVELS["quick"][:3]
    one = {"runs": 2, "means": {"": {"a": 1.0}}}
    reproduce.write("quick", dict.fromkeys(names, one))
    other = {"runs": 2, "means": {"": {"a": 2.0}}}
    given = {name: other if i == 1 else one for i, name in enumerate(names)}

    def run(level, folder, chosen, workers, say):
        yield from ((name, given[name]) for name in names if not chosen or name in chosen)

    monkeypatch.setattr(reproduce, "run", run)
    return names


def hecun(*words):
    return CliRunner().invoke(main, ["reproduce", *words])


def test_the_command_says_which_differ(level):
    done = hecun()
    assert done.exit_code == 1 and "1 of 3 differ from what is stored" in done.stderr
    assert f"{level[0]}: 2 runs: same numbers" in done.stdout
    assert f"{level[1]}: 2 runs: DIFFERS: a 1.0 -> 2.0" in done.stdout
    one = hecun(level[0])
    assert one.exit_code == 0 and "all 1 agree with what hecun" in one.stdout


def test_the_command_stores_and_gives_the_line_of_the_changelog(level, tmp_path):
    done = hecun("--write", level[1])
    assert done.exit_code == 0 and "DIFFERS" in done.stdout
    assert "Quick numbers: `" in done.stdout and "CHANGELOG" in done.stdout
    assert hecun().exit_code == 0
    path = reproduce.stored_file("quick")
    told = json.loads(path.read_text("utf-8"))
    assert set(told) == {"hecun", "code", "python", "machine", "libraries", "experiments"}
    path.unlink()
    assert hecun().exit_code == 2  # nothing is stored
    assert hecun("--write").exit_code == 0 and path.is_file()
