"""The register: frozen once, whole, of nothing that was fitted; scored with what failed first."""

import json
import re
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from sim.about import facts, literature, predictions, register, scores, worlds
from sim.cli import main
from sim.config import load
from sim.config.loading import settle
from sim.errors import InputError
from sim.lab.design import points as designs

ROOT = Path(__file__).parents[2]
WORLDS, SCALE = 8, 200


def hecun(*words):
    return CliRunner().invoke(main, [*map(str, words), "--lang", "en"])


def frozen(sample, of="fact", measure="secretaries_share", county="dechang", **changes):
    found = register.Frozen(county, of, measure, "share", 0.0, 1.0, 0, tuple(sorted(sample)))
    return replace(found, **changes)


def a_register(*rows):
    drawn = {"dechang": {"parameters": 1, "others": []}}
    return register.Register("2026-01-01", "0", "a", "b", 1, 8, 200, drawn, rows)


def seen(low, high=None):
    return predictions.Observed("", low, low if high is None else high)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A register that the command wrote: its path, and what the command said."""
    path = tmp_path_factory.mktemp("register") / "2026-01-02.json"
    done = hecun("freeze", path, "--worlds", WORLDS, "--scale", SCALE)
    assert done.exit_code == 0, done.output
    return path, done


# --- what is predicted ----------------------------------------------------------------------------


def test_every_predicted_figure_is_in_it_and_no_other():
    rows = [(one.county, one.measure) for one in predictions.predictions() if one.of == "fact"]
    wanted = [(f.county, f.measure) for f in facts.facts() if f.kind == "predicted"]
    assert sorted(rows) == sorted(wanted)
    rows = [(p.county, p.measure) for p in predictions.predictions() if p.of == "literature"]
    held_out = [number.key for number in literature.numbers() if number.kind == "predicted"]
    assert sorted(rows) == sorted((county, key) for county in facts.CASES for key in held_out)


def test_what_is_fitted_anywhere_is_predicted_nowhere():
    """Neither a target that a calibration is fitted to, nor a figure that a parameter is from."""
    asked = {one.measure for one in predictions.predictions()}
    effects = {number.key for number in literature.numbers()
               if number.name in predictions.EFFECTS.values()}  # fmt: skip
    fitted = 0
    for path in (ROOT / "experiments").glob("*.yaml"):
        for target in YAML(typ="safe").load(path.read_text("utf-8")).get("targets", {}).values():
            if target.get("held_out"):
                continue
            fitted += 1
            number = re.match(r"Leshan (\d+)", target["source"])
            of = {f.measure for f in facts.facts() if number and f.number == int(number[1])}
            assert not asked & {target["outcome"], *of}, target
    assert fitted >= 7 and effects == {"P10c"}
    for fact in facts.facts():
        if fact.kind != "predicted":
            continue
        county, figure = fact.county.title(), re.escape(fact.published)
        quoted = re.compile(rf"{county}[^;]*(?<![\d.,]){figure}(?![\d.])")
        for process, name, source in parameter_sources():
            assert not quoted.search(source) or f"{process}.{name}" in fact.remark_en, name


def parameter_sources():
    from sim.model.parameters import parameters

    for process, rows in parameters().items():
        for name, one in rows.items():
            yield process, name, one.source


def test_bounds_and_units_are_whole():
    for one in predictions.predictions():
        assert (one.least is None) == (one.most is None) == (one.of == "open"), one
        observed = predictions.observed(one.of, one.county, one.measure)
        assert (observed is None) == (one.of == "open"), one
        if observed is not None and one.least is not None and one.least < one.most:
            assert one.least <= observed.low <= observed.high <= one.most, one
        for lang in ("en", "zh"):
            assert predictions.label(one.of, one.county, one.measure, lang) != one.measure


# --- worlds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("county", facts.CASES)
def test_what_the_report_says_is_not_drawn(county):
    drawn = worlds.experiment_of(county, WORLDS, SCALE).factors
    known = {"dechang": {"posts_before", "posts_by_size"}, "leshan": {"age_mean"}}[county]
    assert not {f"parameters.posts.{name}" for name in known} & drawn.keys()
    assert "parameters.service.request_rate" in drawn and len(drawn) > 300
    assert "policies.selection.returned" not in drawn  # fitted in Leshan, and carried over


@pytest.mark.parametrize("county", facts.CASES)
def test_without_policies_a_world_is_the_county_without_its_reform(county):
    experiment = worlds.experiment_of(county)
    head = experiment.heads[0]
    without = settle(worlds.with_policies(head.tree, ()), experiment.folders).config
    base = load(ROOT / "configs" / f"{literature.BASES[county]}.yaml", {"scale": 20})
    left = {"title", "parameters"}  # what `set` of the experiment says is the default
    assert without.model_dump(exclude=left) == base.model_dump(exclude=left)
    assert head.config.policies.active() and not without.policies.active()


def test_every_world_has_parameters_and_luck_of_its_own(made):
    experiment = worlds.experiment_of("dechang", WORLDS, SCALE)
    points = designs.build(experiment).points
    assert len({point.values["parameters.service.request_rate"] for point in points}) == WORLDS
    first, second = islice(worlds.drawn(experiment, "dechang"), 2)
    assert first != second
    kept = {one.measure: one for one in register.read(made[0]).predictions
            if one.county == "dechang"}  # fmt: skip
    for world in (first, second):  # and the same again
        for measure, value in world.items():
            assert float(f"{value:.6g}") in kept[measure].sample


# --- the file -------------------------------------------------------------------------------------


def test_a_register_says_what_it_is(made):
    path, done = made
    found = register.read(path)
    assert (found.worlds, found.scale, found.seed) == (WORLDS, SCALE, 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found.frozen) and len(found.code) >= 16
    assert found.drawn["leshan"]["parameters"] > 300
    assert "variants.desk" in found.drawn["leshan"]["others"]
    assert found.sha256 in done.output and "40 predictions frozen" in done.output
    for one in found.predictions:
        assert list(one.sample) == sorted(one.sample)
        assert one.of == "list" or len(one.sample) + one.missing == WORLDS


def test_it_is_never_replaced(made):
    before = made[0].read_bytes()
    done = hecun("freeze", made[0], "--worlds", WORLDS, "--scale", SCALE)
    assert done.exit_code == 2 and "is a register already, and stays" in done.stderr
    assert made[0].read_bytes() == before
    done = hecun("freeze", made[0].parent / "none" / "a.json")
    assert done.exit_code == 2 and "no folder" in done.stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"worlds": 8', '"worlds": 9'),
        ('"missing": 0', '"missing": 1'),
        ('"sample": [', '"sample": [0.0, '),
        ('"frozen": "2', '"frozen": "1'),
    ],
)
def test_a_changed_register_is_refused(made, tmp_path, old, new):
    text = made[0].read_text("utf-8")
    assert old in text
    path = tmp_path / "changed.json"
    path.write_text(text.replace(old, new, 1), "utf-8")
    done = hecun("facts", path)
    assert done.exit_code == 2 and "is not as it was frozen" in done.stderr


def test_spaces_and_order_of_keys_change_nothing(made, tmp_path):
    path = tmp_path / "other.json"
    path.write_text(json.dumps(json.loads(made[0].read_text("utf-8")), indent=2, sort_keys=True))
    assert register.read(path) == register.read(made[0])


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "{", '{"sha256": 1, "predictions": [1]}'])
def test_what_is_no_register_is_refused(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)
    done = hecun("facts", path)
    assert done.exit_code == 2 and "is no register" in done.stderr
    assert hecun("facts", tmp_path / "b.json").exit_code == 2


# --- scores ---------------------------------------------------------------------------------------

#: 0 to 1 in steps of 0.01: its 90 % interval is 0.05 to 0.95, its 50 % interval 0.25 to 0.75
EVEN = tuple(i / 100 for i in range(101))


@pytest.mark.parametrize(
    ("low", "high", "held", "half"),
    [
        (0.05, 0.05, True, False),
        (0.0499, 0.0499, False, False),
        (0.95, 0.95, True, False),
        (0.9501, 2.0, False, False),
        (0.0, 0.05, True, False),
        (0.25, 0.25, True, True),
        (0.2, 0.2499, True, False),
        (0.75, 0.75, True, True),
        (0.7501, 0.8, True, False),
        (-1.0, 2.0, True, True),
    ],
)
def test_what_is_held_at_the_ends(low, high, held, half):
    found = scores.score(frozen(EVEN), seen(low, high))
    assert (found.held, found.half_held) == (held, half)


def test_a_range_counts_at_the_kindest_value():
    sample = (0.1, 0.2, 0.3, 0.4)
    within = scores.score(frozen(sample), seen(0.35, 0.8)).crps
    each = [scores.score(frozen(sample), seen(at)).crps for at in np.linspace(0.35, 0.8, 50)]
    assert within == pytest.approx(min(each)) and each == sorted(each)
    assert scores.score(frozen(EVEN), seen(0.2)).skill == pytest.approx(0.0, abs=0.03)


def test_a_verdict_needs_more_than_being_held():
    wide = frozen((-3.0, -1.0, 1.0, 3.0), least=0.0, most=0.0)
    assert scores.score(wide, seen(0.1)).verdict == "no_better"
    assert scores.score(wide, seen(0.0)).verdict == "no_better"  # no difference was right
    assert scores.score(wide, seen(0.0)).reference == 0.0
    assert scores.score(frozen((0.2, 0.3)), seen(0.25)).verdict == "held"
    assert scores.score(frozen((0.2, 0.3)), seen(0.35)).verdict == "fails"  # better, yet outside


def test_failures_come_first_in_both_languages(made):
    found = scores.scores(register.read(made[0]))
    held = [one.held for one in found]
    assert held == sorted(held) and False in held and True in held
    failing = [one.skill for one in found if not one.held]
    assert failing == sorted(failing)
    for lang, fails, kept in (("en", "FAILS", "held"), ("zh", "不符", "相符")):
        text = scores.report(lang, made[0])
        verdicts = [line.split()[-1] for line in text.splitlines()[2 : 2 + len(found)]]
        assert verdicts.count(fails) == held.count(False) and verdicts[0] == fails
        assert kept in text and "SHA-256" in text and "calibrate_leshan" in text
        assert not re.search("[\u4e00-\u9fff]", text.split("\n\n")[0]) or lang == "zh"


def test_the_command_prints_it_alone_and_before_the_counties(made, monkeypatch):
    alone = hecun("facts", made[0])
    assert alone.exit_code == 0 and "FAILS" in alone.output
    monkeypatch.setattr(scores, "newest", lambda: made[0])
    assert hecun("facts", "register").output == alone.output
    monkeypatch.chdir(ROOT)
    every = hecun("facts", "--seeds", "1", "--scale", "200").output
    assert every.startswith(alone.output) and "Leshan Shizhong: the report's figures" in every


def test_an_empty_register_says_so(tmp_path, monkeypatch):
    path = tmp_path / "empty.json"
    path.write_text(register.text_of(a_register()), "utf-8")
    assert "nothing is frozen" in hecun("facts", path).output
    monkeypatch.setattr(register, "FOLDER", tmp_path / "none")
    done = hecun("facts", "register")
    assert done.exit_code == 0 and "nothing is frozen" in done.output
    assert "尚无封存的预测" in scores.report("zh")


def test_what_is_fitted_since_is_not_scored_any_more(monkeypatch):
    found = a_register(frozen(EVEN), frozen((), measure="made_of_four"))
    assert len(scores.scores(found)) == 1
    lines = scores.counts(found, "en")
    assert lines[1].startswith("not scored, there was no value") and "38" in lines[1]
    since = tuple(replace(f, kind="fitted") if f.number == 46 else f for f in facts.facts())
    monkeypatch.setattr(predictions, "facts", lambda: since)
    assert scores.scores(found) == []
    assert scores.counts(found, "en")[0].startswith("not scored, no prediction any more")
    assert "46" in scores.counts(found, "en")[0]


def test_other_code_is_said(tmp_path, made):
    path = tmp_path / "old.json"
    path.write_text(register.text_of(replace(register.read(made[0]), code="0" * 16)), "utf-8")
    assert "code has changed since" in scores.report("en", path)
    assert "code has changed since" not in scores.report("en", made[0])


# --- lists ----------------------------------------------------------------------------------------


def test_a_province_is_predicted_from_the_others(monkeypatch):
    monkeypatch.setattr(register, "kept_by_province", lambda: {"11": [0.1], "12": [0.7, 0.7]})
    first, second = register.of_lists()
    assert set(first.sample) == {0.7} and set(second.sample) == {0.1}
    monkeypatch.setattr(scores, "kept_by_province", lambda: {"11": [0.7, 0.2], "12": [0.1]})
    found = scores.lists(a_register(first, second))
    assert [one.held for one in found] == [0.5, 1.0]  # what is held least first
    assert found[0].crps == pytest.approx(0.25) and found[1].crps == 0.0


def test_all_lists_together_score_as_on_their_page():
    """What counties keep, each province left out, is scored on docs/lessons_of_lists.md, too."""
    found = scores.lists(a_register(*register.of_lists()))
    size = [one.kept.size for one in found]
    page = (ROOT / "docs" / "lessons_of_lists.md").read_text("utf-8")
    told = page.partition("## What is drawn where nothing else is known")[2]
    told = float(re.findall(r"^\| drawn \| ([\d.]+)", told, re.M)[1])
    assert sum(size) >= 400
    assert 100 * np.average([o.crps for o in found], weights=size) == pytest.approx(told, abs=0.1)


# --- those that come with hecun -------------------------------------------------------------------


def test_registers_that_come_with_hecun_are_whole_and_published():
    paths = sorted(register.FOLDER.glob("*.json"))
    assert paths and register.newest() == paths[-1]
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    for path in paths:
        found = register.read(path)
        assert path.stem.startswith(found.frozen) and found.sha256 in changes, path
        assert found.worlds >= 64


def test_no_two_of_the_newest_are_of_one_figure():
    path = register.newest()
    assert path is not None
    rows = [(one.county, one.measure) for one in register.read(path).predictions]
    assert len(rows) == len(set(rows))
    asked = {(one.county, one.measure) for one in predictions.predictions()}
    assert asked <= set(rows)


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(register, "experiment_of", lambda *_: None)
    monkeypatch.setattr(register, "_register", lambda *_: a_register())
    monkeypatch.setattr(Path, "open", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(InputError, match="cannot be written"):
        register.freeze(tmp_path / "a.json", None, None, lambda _: None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("county", "measures"),
    [("dechang", ("secretaries_share", "resident_share")), ("leshan", ("cadres_left",))],
)
def test_scale_moves_no_prediction(county, measures):
    """The same worlds at the register's scale and at half of it: a tenth of the spread at most."""
    found = [
        list(worlds.drawn(worlds.experiment_of(county, 12, scale), county)) for scale in (20, 10)
    ]
    for measure in measures:
        coarse, fine = (np.array([world[measure] for world in each]) for each in found)
        assert abs((coarse - fine).mean()) < 0.1 * fine.std(ddof=1), measure
        assert np.corrcoef(coarse, fine)[0, 1] > 0.9, measure
