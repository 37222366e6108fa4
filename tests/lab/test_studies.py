"""Field studies in worlds whose truth is known: what they find, and what that is held against."""

import sys
from dataclasses import astuple, replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.errors import InputError
from sim.lab.answers import read
from sim.lab.answers.text import answers_text
from sim.lab.experiment import run_experiment
from sim.lab.file.loading import load_experiment
from sim.lab.file.study_blocks import Design
from sim.lab.file.study_estimators import estimator_of
from sim.lab.methods import estimators
from sim.lab.one_run.replay import designed
from sim.lab.store.reading import ExperimentResults
from sim.lab.study import assigning, diagnosis, drawing
from sim.lab.study.assigning import assigned
from sim.lab.study.drawing import study
from sim.lab.study.sources import bias_by_source, steps
from sim.lab.study.worlds import Worlds
from sim.report.studies import power_figure, sources_figure

CONFIG = """title: {en: Thirty, zh: 三十村}
county: {villages: thirty.csv, groups_per_village: 2}
start: 2019-01
reform: 2020-01
months: 36
spin_up: 1
scale: 100
policies:
  headcount: {lines: 4}
"""
STUDY = """config: thirty.yaml
method: study
arms:
  none: {}
  merger: {policies: {merger: {source: generated, ratio: 0.5}}}
  reform: {policies: {merger: {source: generated, ratio: 0.5}, combined_role: {share: 1.0}}}
  later: {policies: {merger: {source: generated, ratio: 0.5, start: 2021-01}}}
replicates: 3
studies: 12
record: {county: "off", villages: yearly, villagers: yearly}
population: {who: random}
measures: {outcome: service_reach, waves: [-1, 0, 1]}
designs:
  by_lot: {sample: {villages: [10, 20]}}
  households: {sample: {villages: 20, villagers: 5}, measures: {outcome: trust, error: 0.1}}
  large_first: {population: {who: {size: 2}, spillovers: true}, sample: {villages: 16}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("study")
    rows = [
        f"{100 + v},村{v},{'河东镇' if v % 2 else '河西镇'},{400 + 37 * ((7 * v) % 30)},2.{v % 10}"
        for v in range(30)
    ]
    text = "code,name,township,registered,area_km2\n" + "\n".join(rows) + "\n"
    (place / "thirty.csv").write_text(text, "utf-8")
    (place / "thirty.yaml").write_text(CONFIG, "utf-8")
    (place / "study.yaml").write_text(STUDY, "utf-8")
    run_experiment(place / "study.yaml", place / "results", 1)
    return place


@pytest.fixture(scope="module")
def results(folder):
    return ExperimentResults(folder / "results")


@pytest.fixture(scope="module")
def worlds(results):
    return Worlds(results, designed(results)[0])


@pytest.fixture
def given(folder, tmp_path):
    """A function that gives the worlds under a design which changes the first."""

    def given(text):
        base = STUDY[: STUDY.index("designs:")].replace("thirty.yaml", f"{folder}/thirty.yaml")
        file = tmp_path / "other.yaml"
        file.write_text(f"{base}designs:\n  it: {text}\n", "utf-8")
        experiment = load_experiment(file)
        stored = ExperimentResults(folder / "results")
        worlds = Worlds(stored, replace(designed(stored)[0], spec=experiment.spec))
        return worlds, experiment.spec.designed["it"]

    return given


def one(worlds, design, world=1, number=0, size=None):
    """A study's estimate, its truth and its data."""
    drawn = study(worlds, design, world, number, size)
    return estimator_of(design, ())(drawn.frame).estimate, drawn.truth, drawn.frame


def of_arm(worlds, arm, time, world=1, key="service_reach"):
    return worlds.values("villages", key, arm, world, [time])[:, 0]


# --- the whole way ------------------------------------------------------------------------------


def test_an_experiment_answers_with_designs_sources_and_every_study(results):
    tables = read(results)
    studies, every = tables["studies"], tables["every_study"]
    assert list(studies["design"]) == ["by_lot", "by_lot", "households", "large_first"]
    assert list(studies["size"]) == [10, 20, 20, 16]
    assert len(every) == 4 * 12 and set(every["world"]) == {1, 2, 3}
    assert (studies["n"] + studies["none"] == 12).all()
    for name in ("coverage", "power"):
        inside = studies[f"{name}_low"] <= studies[name], studies[name] <= studies[f"{name}_high"]
        assert all(part.all() for part in inside)
    assert studies.loc[2, "answers"] == pytest.approx(20 * 5 * 3, rel=0.05)
    text = answers_text(results)
    assert "selection into merger" not in text and "large_first" in text


def test_what_sources_add_is_the_bias(results):
    tables = read(results)
    for name, part in tables["sources"].groupby("design", sort=False):
        assert part["source"].iloc[0] == "ideal", name
        assert part["added"].sum() == pytest.approx(part["bias"].iloc[-1])
        largest = tables["studies"].query("design == @name").iloc[-1]
        assert part["bias"].iloc[-1] == pytest.approx(largest["bias"])
    steps = tables["sources"].query("design == 'large_first'")["source"]
    assert list(steps) == ["ideal", "selection", "spillovers"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_figures_are_drawn(results, lang):
    assert len(power_figure(results, lang).axes) == 1
    assert sum(axes.get_visible() for axes in sources_figure(results, lang).axes) == 3


def test_the_same_again_and_more_studies_keep_the_first(worlds):
    design = worlds.experiment.spec.designed["households"]
    by = estimator_of(design, ())
    few, more = (diagnosis.tried(worlds, design, by, 20, n) for n in (6, 9))
    worlds.tried.clear()
    pd.testing.assert_frame_equal(more, diagnosis.tried(worlds, design, by, 20, 9))
    pd.testing.assert_frame_equal(few, more.iloc[:6])


def test_stored_results_can_be_answered_again(folder, results):
    before = read(results)["studies"]
    again = run_experiment(folder / "results" / "experiment.yaml", folder / "again", 1)
    pd.testing.assert_frame_equal(before, read(ExperimentResults(again))["studies"])


# --- who is treated, and what is true -----------------------------------------------------------


def test_by_lot_half_of_the_units_that_merge_are_treated_whole(worlds):
    design = worlds.experiment.spec.designed["by_lot"]
    ground = worlds.ground(design, 1)
    cohort, inside = assigned(worlds, design, 1, [1, 5])
    assert (inside == ground.several).all()
    of_unit = pd.Series(cohort[inside]).groupby(ground.cluster[inside])
    assert (of_unit.min() == of_unit.max()).all()
    assert (of_unit.first() >= 0).sum() == round(0.5 * of_unit.ngroups)
    other, _ = assigned(worlds, design, 1, [1, 6])
    assert (cohort != other).any()


def test_large_units_are_likelier_treated_in_the_model_as_in_the_draw(worlds, given):
    simulated = worlds.experiment.spec.designed["large_first"]
    _, drawn = given("{population: {who: {size: 2}}}")
    for design in (simulated, drawn):
        more = []
        for number in range(30):
            world = worlds.replicates[number % 3]
            ground = worlds.ground(design, world)
            cohort, _ = assigned(worlds, design, world, [1, number])
            size = ground.trait("size")[ground.cluster]
            inside = ground.several
            treated = cohort >= 0
            more.append(size[inside & treated].mean() - size[inside & ~treated].mean())
        assert np.mean(more) > 100


def test_under_selection_the_bias_of_a_difference_is_the_gap_without_treatment(given):
    """Found, and explained: what untreated villages differ by, to the last digit."""
    worlds, design = given(
        "{population: {who: {size: 3}}, measures: {waves: [1]}, estimator: difference}"
    )
    biases = []
    for number in range(9):
        world = worlds.replicates[number % 3]
        estimate, truth, _ = one(worlds, design, world, number)
        cohort, inside = assigned(worlds, design, world, [1, number])
        alone = of_arm(worlds, "none", 1, world)
        gap = alone[inside & (cohort >= 0)].mean() - alone[inside & (cohort < 0)].mean()
        assert estimate - truth == pytest.approx(gap, abs=1e-9)
        biases.append(gap)
    assert abs(np.mean(biases)) > 1e-4


def test_other_measures_at_the_same_time_are_in_the_estimate_and_not_in_the_truth(given):
    plain, merger = given("{}")
    bundled, reform = given("{population: {treated: [reform]}, estimand: {arm: merger}}")
    cohort, _ = assigned(plain, merger, 1, [1, 0])
    a, truth, _ = one(plain, merger)
    b, same, _ = one(bundled, reform)
    assert same == truth
    treated = cohort >= 0
    more = sum(of_arm(plain, "reform", t) - of_arm(plain, "merger", t) for t in (0, 1)) / 2
    assert b - a == pytest.approx(more[treated].mean(), abs=1e-9)
    assert abs(b - a) > 1e-6, "the other measure does something"


def test_spillovers_are_what_the_untreated_feel(given):
    text = "{{population: {{who: plan, spillovers: {}}}, measures: {{waves: [1]}}, estimator: {}}}"
    worlds, without = given(text.format("false", "difference"))
    _, with_ = given(text.format("true", "difference"))
    alone = ~worlds.ground(without, 1).several
    felt = (of_arm(worlds, "merger", 1) - of_arm(worlds, "none", 1))[alone].mean()
    assert one(worlds, with_)[0] - one(worlds, without)[0] == pytest.approx(-felt, abs=1e-9)


def test_anticipation_takes_its_share_of_the_effect(given):
    worlds, plain = given("{measures: {waves: [-1, 1]}, estimand: {of: treated}}")
    _, early = given(
        "{measures: {waves: [-1, 1]}, population: {anticipation: 0.4}, estimand: {of: treated}}"
    )
    a, truth, _ = one(worlds, plain)
    b, same, _ = one(worlds, early)
    assert same == truth and b - a == pytest.approx(-0.4 * truth, abs=1e-9)


def test_cohorts_are_treated_when_their_arm_merges(given):
    worlds, design = given(
        "{population: {treated: [merger, later]}, estimator: staggered, estimand: {of: treated}}"
    )
    cohort, inside = assigned(worlds, design, 1, [1, 0])
    _, truth, frame = one(worlds, design)
    assert set(frame["first"].dropna()) == {0, 1}
    first, second = cohort == 0, cohort == 1
    none = {t: of_arm(worlds, "none", t) for t in (0, 1)}
    felt = [(of_arm(worlds, "merger", t) - none[t])[first] for t in (0, 1)]
    felt.append((of_arm(worlds, "later", 1) - none[1])[second])
    assert truth == pytest.approx(np.concatenate(felt).mean(), abs=1e-9)
    assert inside.sum() == frame["village"].nunique()
    assert (of_arm(worlds, "later", 0)[second] == none[0][second]).all()


GROWING = "{population: {treated: [merger, later]}, sample: {villages: null}"


def growing(worlds, monkeypatch):
    """Effects of 1 a year treated on all, and nothing else that moves."""
    plain = getattr(type(worlds), "values")  # noqa: B009 - no table's values

    def values(self, name, key, arm, world, times):
        before = plain(self, name, key, "none", world, [-1])
        since = np.array(times) - {"merger": 0, "later": 1}.get(arm, 99)
        return before + np.where(since >= 0, since + 1.0, 0.0)[None, :]

    monkeypatch.setattr(type(worlds), "values", values)


def test_effects_that_grow_are_what_staggered_estimates_are_held_against(given, monkeypatch):
    worlds, design = given(f"{GROWING}, estimator: staggered}}")
    growing(worlds, monkeypatch)
    for number in range(4):
        estimate, truth, frame = one(worlds, design, number=number)
        on = frame[frame["d"] > 0]
        assert truth == pytest.approx((on["time"] - on["first"] + 1).mean()) and truth > 1.0
        assert estimate == pytest.approx(truth)


def test_who_is_treated_later_is_compared_from_then_on(given):
    worlds, design = given(
        "{population: {treated: [later]}, estimand: {of: treated}, measures: {recall: 0.25}}"
    )
    cohort, inside = assigned(worlds, design, 1, [1, 0])
    estimate, truth, frame = one(worlds, design)
    treated, others = cohort >= 0, inside & (cohort < 0)
    felt = of_arm(worlds, "later", 1) - of_arm(worlds, "none", 1)
    assert truth == pytest.approx(felt[treated].mean(), abs=1e-9)
    change = [
        of_arm(worlds, arm, 1) - (of_arm(worlds, arm, -1) + of_arm(worlds, arm, 0)) / 2
        for arm in ("later", "none")
    ]
    gap = change[0][treated].mean() - change[1][others].mean()
    assert estimate == pytest.approx(0.75 * gap, abs=1e-9)
    assert set(frame.loc[frame["d"] > 0, "time"]) == {1}


@pytest.mark.parametrize(
    "arm",
    [
        "{policies: {merger: {source: generated, ratio: 0.5, start: 2020-08}}}",
        "{policies: {headcount: {lines: 3, start: 2020-08}}}",
    ],
)
def test_a_treatment_that_begins_within_a_year_is_refused(folder, tmp_path, arm):
    text = STUDY.replace("thirty.yaml", f"{folder}/thirty.yaml")
    text = text[: text.index("designs:")].replace("  later:", f"  half: {arm}\n  later:")
    text += "designs: {it: {population: {who: random, treated: [half]}}}\n"
    (tmp_path / "half.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_experiment(tmp_path / "half.yaml")
    (said,) = caught.value.problems
    line = text[: text.index("designs:")].count("\n") + 1
    assert f"half.yaml:{line}:" in said and "begins in 2020-08" in said
    assert ".start: 2021-01" in said


def test_a_rule_by_size_treats_those_below_it(given):
    worlds, design = given(
        "{population: {who: {registered: 800}}, estimator: {name: discontinuity, bandwidth: 500}}"
    )
    _, truth, frame = one(worlds, design)
    ground = worlds.ground(design, 1)
    felt = sum(of_arm(worlds, "merger", t) - of_arm(worlds, "none", t) for t in (0, 1)) / 2
    near = ground.several * np.maximum(0, 1 - np.abs(ground.mean_size - 800) / 500)
    assert truth == pytest.approx(np.average(felt, weights=near)), "at the rule, not far below it"
    _, far = given(
        "{population: {who: {registered: 800}}, estimand: {of: treated},"
        " estimator: {name: discontinuity, bandwidth: 500}}"
    )
    below = ground.several & (ground.mean_size < 800)
    assert one(worlds, far)[1] == pytest.approx(felt[below].mean()) != pytest.approx(truth)
    assert ((frame["size"] < 800) == frame["treated"]).all() and frame["treated"].nunique() == 2


# --- who is asked, and what is answered ---------------------------------------------------------

ASKED = "sample: {villages: 16, villagers: 6"


def test_a_sample_has_what_was_asked_for(given):
    worlds, design = given(f"{{{ASKED}}}, measures: {{outcome: trust}}}}")
    frame = one(worlds, design, size=16)[2]
    assert frame.groupby("village").ngroups == 16
    assert frame.drop_duplicates("village")["treated"].sum() == 8
    first = frame[frame["time"] == -1]
    assert (first.groupby("village").size() <= 6).all() and first["respondent"].is_unique
    assert set(frame["respondent"]) == set(first["respondent"]), "a panel"
    _, fresh = given(f"{{{ASKED}, panel: false}}, measures: {{outcome: trust}}}}")
    other = one(worlds, fresh, size=16)[2]
    assert other["respondent"].is_unique, "others in each wave, whoever is drawn twice"
    changes = estimators.did(other), estimators.did(other.assign(respondent=range(len(other))))
    assert astuple(changes[0])[:3] == astuple(changes[1])[:3]


def test_respondents_are_drawn_whatever_villages_are(monkeypatch, given):
    """Luck that chose villages chooses nobody."""
    worlds, design = given(f"{{{ASKED}}}, measures: {{outcome: trust}}}}")
    met, plain = [], assigning.luck

    def watched(seeds, stream):
        met.append(stream)
        return plain(seeds, stream)

    for module in (assigning, drawing):
        monkeypatch.setattr(module, "luck", watched)
    one(worlds, design, size=16)
    assert len(met) == len(set(met)) >= 4


def test_asking_more_than_there_are_is_said(given, caplog):
    worlds, few = given("{sample: {villages: 16, villagers: 1}, measures: {outcome: trust}}")
    worlds.warn_of_few("it", few)
    assert not caplog.text
    _, many = given("{sample: {villages: 16, villagers: 500}, measures: {outcome: trust}}")
    worlds.warn_of_few("it", many)
    assert "design it asks 500 a village; 30 of 30 old villages have fewer" in caplog.text


def test_who_is_away_is_not_found(given):
    worlds, design = given(f"{{{ASKED}, attrition: {{away: 1.0}}}}, measures: {{outcome: trust}}}}")
    frame = one(worlds, design, size=16)[2]
    spec = worlds.experiment.spec
    untreated, treated, _ = spec.arms_of(design)
    people = worlds.people(design, 1, (untreated, *treated))
    for time, rows in frame.groupby("time"):
        who, own = rows["respondent"].to_numpy(), rows["treated"].to_numpy()
        gone = np.where(own, people.away[treated[0], time][who], people.away[untreated, time][who])
        assert not gone.any()
    _, lossy = given(f"{{{ASKED}, attrition: {{other: 0.5}}}}, measures: {{outcome: trust}}}}")
    kept = one(worlds, lossy, size=16)[2].groupby("time").size()
    assert kept[1] < 0.75 * kept[-1]


def test_what_measuring_does(given):
    whole = "measures: {waves: [-1, 1]"
    worlds, plain = given(f"{{{whole}}}}}")
    a, _, frame = one(worlds, plain)
    _, told = given(f"{{{whole}, recall: 0.25}}}}")
    assert one(worlds, told)[0] == pytest.approx(0.75 * a, abs=1e-9)
    _, pleased = given(f"{{{whole}, desirability: {{all: -0.3, treated: 0.05}}}}}}")
    assert one(worlds, pleased)[0] == pytest.approx(a + 0.05, abs=1e-9)
    _, coarse = given(f"{{{whole}, rounding: 0.25}}}}")
    steps = one(worlds, coarse)[2]["y"] / 0.25
    assert (steps == steps.round()).all()
    _, noisy = given(f"{{{whole}, error: 0.01}}}}")
    difference = one(worlds, noisy)[2]["y"] - frame["y"]
    assert 0.004 < difference.std() < 0.02


def test_bias_by_source_takes_the_design_as_it_is_last(worlds):
    design = worlds.experiment.spec.designed["large_first"]
    table = bias_by_source(worlds, design, 6)
    found = diagnosis.tried(worlds, design, estimator_of(design, ()), 16, 6)
    assert table["bias"].iloc[-1] == pytest.approx((found["estimate"] - found["truth"]).mean())


def test_what_spillovers_add_is_a_change_of_outcomes_alone(given):
    """Of the same villages treated in the same worlds, by hand."""
    worlds, design = given(
        "{population: {who: {size: 2}, spillovers: true}, sample: {villages: null},"
        " measures: {waves: [1]}, estimator: difference}"
    )
    before, after = list(steps(worlds.experiment.spec, design))[-2:]
    assert after.name == "spillovers"
    table = bias_by_source(worlds, design, 3).set_index("source")
    (part,) = worlds.experiment.spec.parts()
    added = []
    for world in worlds.replicates:
        treated = worlds.merged(part, world)
        others = worlds.ground(design, world).several & ~treated
        in_part, whole, none = (of_arm(worlds, arm, 1, world) for arm in (part, "merger", "none"))
        added.append((in_part - whole)[treated].mean() - (in_part - none)[others].mean())
        one_, other = (
            study(worlds, step.design, world, 0, None, step.like).frame for step in (before, after)
        )
        assert (one_["treated"] == other["treated"]).all()
    assert table.loc["spillovers", "added"] == pytest.approx(np.mean(added), abs=1e-9)
    worlds, lot = given("{population: {who: random, spillovers: true}}")
    told = [
        (step.name, step.like.population == lot.population)
        for step in steps(worlds.experiment.spec, lot)
    ]
    assert told == [("ideal", True), ("spillovers", True)]


def test_type_s_and_m_errors_by_hand():
    estimates, truth = np.array([2.0, -1.0, 3.0, 4.0]), np.array([1.0, 1.0, 1.0, 1.0])
    assert diagnosis.errors(estimates, truth) == (0.25, 2.5)
    assert np.isnan(diagnosis.errors(estimates, 0 * truth)).all()
    assert np.isnan(diagnosis.errors(estimates[:0], truth[:0])).all()
    half = diagnosis.detectable(np.array([-1.959963984540054]), np.array([1.959963984540054]))
    assert half == pytest.approx(2.8015852181129687)  # 1.96 + 0.84 standard errors


def made_up(**columns):
    """Studies of four worlds, two each, that find 2 where 1 is true."""
    plain = {"study": range(1, 9), "world": [1, 2, 3, 4] * 2, "truth": [0.9, 1.1] * 4}
    plain |= {"estimate": 2.0, "low": 0.5, "high": 3.5, "leads": np.nan, "villages": 9}
    return pd.DataFrame(plain | {"answers": 90} | columns)


def test_a_study_without_an_interval_finds_nothing():
    half = diagnosis.diagnosed(made_up(low=[0.5, np.nan] * 4, high=[3.5, np.nan] * 4))
    assert half["power"] == half["coverage"] == 0.5 and (half["n"], half["none"]) == (4, 4)
    assert half["power_known"] == half["coverage_known"] == 1.0
    assert half["bias"] == pytest.approx(1.0), "an estimate there is"
    nobody = {"truth": np.nan, "estimate": np.nan, "low": np.nan, "high": np.nan}
    none = diagnosis.diagnosed(made_up(**nobody))
    assert none["power"] == none["coverage"] == 0.0 and np.isnan(none["bias"])
    assert np.isnan(none["leads"]), "no event study"


def test_power_where_there_is_nothing_to_find_is_size():
    real = diagnosis.diagnosed(made_up())
    assert real["power_is"] == "power" and real["type_m"] == pytest.approx(2.0)
    for truth in (0.0, [1e-6, -2e-6] * 4, [0.9, -1.1] * 4):
        noise = diagnosis.diagnosed(made_up(truth=truth))
        assert noise["power_is"] == "size" and noise["power"] == 1.0
        assert np.isnan(noise["type_m"]) and np.isnan(noise["type_s"])


def test_an_estimator_that_fails_costs_that_study(folder, tmp_path, given, caplog):
    source = "def mine(frame):\n    y = frame['y'].mean()\n    if y > LEVEL: raise OSError(y)\n"
    worlds, plain = given("{sample: {villages: 10}}")
    means = [study(worlds, plain, 1 + n % 3, n, 10).frame["y"].mean() for n in range(12)]
    source = f"LEVEL = {float(np.median(means))!r}\n{source}    return y, y - 1, y + 1\n"
    (tmp_path / "own_that_fails.py").write_text(source, "utf-8")
    found = diagnosis.tried(worlds, plain, _own("own_that_fails:mine", tmp_path), 10, 12)
    assert found["estimate"].isna().sum() == 6
    assert caplog.text.count("the estimator own_that_fails:mine failed: OSError") == 1


def _own(name, folder):
    design = Design.model_validate({"measures": {"outcome": "trust"}, "estimator": name})
    return estimator_of(design, [str(folder)])


def test_intervals_over_worlds_know_what_studies_of_a_world_share():
    rng = np.random.default_rng(1)
    covered, plain = 0, 0
    for _ in range(300):
        world = np.repeat(np.arange(8), 50)
        values = rng.normal(size=8)[world] + 0.2 * rng.normal(size=400)
        found = diagnosis.of_worlds("x", values, world)
        covered += found["x_low"] <= 0 <= found["x_high"]
        plain += abs(values.mean()) < 1.96 * values.std() / 20
    assert covered / 300 == pytest.approx(0.95, abs=0.04) and plain / 300 < 0.4
    same = diagnosis.share_of_worlds("p", np.ones(40, bool), np.repeat(np.arange(4), 10))
    assert same["p"] == 1.0 == same["p_high"] and same["p_low"] == pytest.approx(0.9119, abs=1e-3)


# --- one's own estimator, and what is refused ----------------------------------------------------


def test_an_estimator_of_ones_own_is_used_and_kept(folder, tmp_path):
    source = "def mine(frame):\n    y = frame['y'].mean()\n    return y, y - 1, y + 1\n"
    (tmp_path / "own_estimator_x.py").write_text(source, "utf-8")
    text = STUDY.replace("thirty.yaml", f"{folder}/thirty.yaml")
    text = text[: text.index("designs:")] + "estimator: own_estimator_x:mine\n"
    (tmp_path / "own.yaml").write_text(text, "utf-8")
    out = run_experiment(tmp_path / "own.yaml", tmp_path / "out", 1)
    assert read(ExperimentResults(out))["studies"]["estimate"].iloc[0] > 0.5
    assert list(out.rglob("own_estimator_x.py"))


WRONG = {
    "population: {who: nobody}": "population.who: Input should be 'plan' or 'random'",
    "population: {unit: county, spillovers: true}": "unit: county has no spillovers, and its who",
    "population: {unit: county}": "needs record: {county: yearly}",
    "population: {treated: [mergr]}": "no arm is called 'mergr'; did you mean 'merger'?",
    "population: {treated: [none]}": "'none' is both treated and untreated",
    "estimand: {arm: none}": "'none' is where nobody is treated: it has no effect",
    "population: {treated: [merger, later]}, estimator: did": "estimator did takes cohorts for one",
    "population: {treated: [merger, later]}, estimator: staggered, estimand: {of: all}": (
        "with several cohorts it is the treated's"
    ),
    "measures: {waves: [0, 1]}": "estimator did needs one before year 0",
    "measures: {waves: [-1, 7]}": "year 7 from the reform is in no run, whose years are -1 to 1",
    "estimator: nosuchmodule:fn": "no module 'nosuchmodule'",
    'estimator: {name: regression, formula: "y ~ "}': "estimator regression: 'y ~ '",
    'estimator: {name: regression, formula: "y ~ d | vilage"}': "columns are county, cluster",
    "sample: {villages: 1}": "villages",
    "sample: {villages: [5, 5]}": "5 is given twice",
    "sample: {villagers: 3}": "respondents cannot be asked 'service_reach'",
    "measures: {outcome: trusst}": "'trusst' is no outcome of old villages; did you mean 'trust'?",
    "measures: {waves: [1, -1]}": "waves: give years in order, each once",
    "measures: {waves: [-2, -1]}": "at least one must be after the reform",
    "measures: {waves: [1]}": "estimator did needs two waves or more",
    "estimator: didd": "no estimator is called 'didd'; did you mean 'did'?",
    "estimator: regression": "formula belongs to estimator regression, which needs it",
    "estimator: {name: did, on: [registered]}": "on belongs to estimator matching",
    "estimator: {name: did, term: d}": "term belongs to estimator regression; here it would do",
    "estimator: {name: staggered, bandwidth: 90}": "bandwidth belongs to estimator discontinuity",
    "estimator: discontinuity": "needs who: {registered: ...}, a rule by size",
    "estimand: {of: cutoff}": "estimand.of: cutoff needs who: {registered: ...}, a rule by size",
    "sampel: {villages: 5}": "unknown key 'sampel'; did you mean 'sample'?",
    "sample: {vilages: 5}": "unknown key; did you mean 'villages'?",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_with_a_design_is_said(folder, tmp_path, text):
    base = STUDY[: STUDY.index("designs:")].replace("thirty.yaml", f"{folder}/thirty.yaml")
    (tmp_path / "wrong.yaml").write_text(f"{base}designs:\n  it: {{{text}}}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        load_experiment(tmp_path / "wrong.yaml")
    assert WRONG[text] in str(caught.value) and "designs.it" in str(caught.value)


def test_all_of_a_files_mistakes_are_said_at_once_and_where(folder, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyfixest", None)
    base = STUDY[: STUDY.index("designs:")].replace("thirty.yaml", f"{folder}/thirty.yaml")
    designs = """designs:
  a: {population: {treated: [reform], who: plan}, measures: {waves: [-4, 9]}}
  b: {estimator: nosuch:fn}
  c:
    estimator: {name: regression, formula: "y ~ d | village + time"}
  d: {population: {who: plan, treated: [pay]}}
  e: {estimator: didd}
"""
    text = base.replace("  later:", "  pay: {policies: {pay: {growth: 0.1}}}\n  later:") + designs
    (tmp_path / "wrong.yaml").write_text(text, "utf-8")
    found = CliRunner().invoke(main, ["check", str(tmp_path / "wrong.yaml")])
    assert found.exit_code == 2, found.output
    first = text[: text.index("designs:")].count("\n") + 2
    said = [
        line.split("wrong.yaml:")[1] for line in found.output.splitlines() if "designs." in line
    ]
    places = [tuple(map(int, line.split(":")[:2])) for line in said]
    rows = [(first, 62), (first + 1, 7), (first + 3, 5), (first + 4, 20), (first + 5, 7)]
    assert places == rows, found.output
    words = ("year -4", "no module 'nosuch'", "needs pyfixest", "arm 'pay' has none", "'didd'")
    assert all(word in line for word, line in zip(words, said, strict=True))


def test_without_a_merger_there_is_nothing_to_carry_out_in_part(folder, tmp_path):
    text = f"""config: {folder}/thirty.yaml
method: study
arms: {{a: {{}}, b: {{policies: {{headcount: {{lines: 3}}}}}}}}
population: {{who: random, spillovers: true}}
measures: {{outcome: trust}}
"""
    (tmp_path / "part.yaml").write_text(text, "utf-8")
    found = CliRunner().invoke(main, ["check", str(tmp_path / "part.yaml")])
    assert found.exit_code == 2 and "arm 'b' has no merger to carry out in part" in found.output


def test_keys_of_the_shared_estimator_are_not_those_of_a_designs_own(given):
    _, design = given("{estimator: matching}")
    assert design.by.on == ("registered", "distance_km", "income")
    _, design = given("{estimator: {name: matching, on: [income]}}")
    assert design.by.on == ("income",)


@pytest.mark.parametrize(("alone", "who"), [(range(30), "nobody"), ((), "everybody")])
def test_a_plan_that_merges_nobody_or_all_is_said_to(folder, tmp_path, caplog, alone, who):
    plan = [f"{100 + v},{v if v in alone else v // 2}\n" for v in range(30)]
    (tmp_path / "plan.csv").write_text("old_code,new_village\n" + "".join(plan), "utf-8")
    text = f"""config: {folder}/thirty.yaml
method: study
arms: {{none: {{}}, merger: {{policies: {{merger: {{source: file, file: plan.csv}}}}}}}}
replicates: 2
studies: 10
record: {{county: "off", villages: yearly}}
population: {{who: plan}}
measures: {{outcome: service_reach, waves: [-1, 1]}}
"""
    (tmp_path / "plan.yaml").write_text(text, "utf-8")
    found = read(ExperimentResults(run_experiment(tmp_path / "plan.yaml", tmp_path / "out", 1)))
    assert found["studies"]["none"].tolist() == [10]
    assert f"design study: no study has an estimate: {who} in them is treated" in caplog.text


COUNTIES = """config: county.yaml
method: study
counties: [德昌县, 会理市, 普格县, 越西县, 喜德县, 冕宁县]
arms:
  none: {policies: {merger: null}}
  merger:
  later: {policies.merger.start: 2021-04}
replicates: 2
studies: 20
record: {county: yearly, villages: "off"}
population: {unit: county, who: random}
measures: {outcome: travel_burden, waves: [-1, 0, 1]}
designs:
  once: {sample: {counties: [4, 6]}}
  in_steps: {population: {treated: [merger, later], share: 0.6}, estimator: staggered}
"""


def test_counties_merge_at_once_or_in_steps(tmp_path):
    config = CONFIG.replace("villages: thirty.csv, groups_per_village: 2", "registry: 德昌县")
    config = config.replace("2019-01", "2018-04").replace("2020-01", "2020-04")
    policy = "merger: {source: generated, ratio: 0.6}"
    config = config.replace("scale: 100", "scale: 1000").replace("headcount: {lines: 4}", policy)
    (tmp_path / "county.yaml").write_text(config.replace("months: 36", "months: 48"), "utf-8")
    (tmp_path / "counties.yaml").write_text(COUNTIES, "utf-8")
    results = ExperimentResults(run_experiment(tmp_path / "counties.yaml", tmp_path / "out", 1))
    rows = read(results)["studies"].set_index(["design", "size"])
    assert rows["villages"].tolist() == [4, 6, 6] and (rows["n"] > 0).all()
    assert (rows["truth_low"] > 0).all()  # a merger costs hours on the road
    worlds = Worlds(results, designed(results)[0])
    _, truth, frame = one(worlds, worlds.experiment.spec.designed["in_steps"])
    cohorts = frame.drop_duplicates("county").set_index("county")["first"]
    assert sorted(cohorts.dropna()) == [0, 0, 1, 1] and cohorts.isna().sum() == 2
    assert truth > 0


def test_a_year_that_no_run_has_is_said(given):
    with pytest.raises(InputError, match=r"other.yaml:14:19.*year -3 .* whose years are -1 to 1"):
        given("{measures: {waves: [-3, 1]}}")
    worlds, design = given("{}")
    early = design.measures.model_copy(update={"waves": (-3, 1)})
    with pytest.raises(InputError, match="year -3 from the reform is in no run"):
        study(worlds, design.model_copy(update={"measures": early}), 1, 0, None)


# --- what must show -----------------------------------------------------------------------------


@pytest.mark.slow
def test_by_lot_without_spillovers_did_is_unbiased_and_its_intervals_hold(tmp_path):
    text = """config: ../configs/dechang_no_reform.yaml
method: study
arms: {none: {}, merger: {policies: {merger: {source: registry, group_ratio: 0.6}}}}
set: {scale: 100, months: 48}
replicates: 8
studies: 1000
population: {who: random}
sample: {villages: 40}
measures: {outcome: trust, waves: [-1, 1]}
"""
    from pathlib import Path

    configs = Path(__file__).parents[2] / "configs"
    text = text.replace("../configs", configs.as_posix())
    (tmp_path / "lot.yaml").write_text(text, "utf-8")
    found = read(ExperimentResults(run_experiment(tmp_path / "lot.yaml", tmp_path / "out", 1)))
    row = found["studies"].iloc[0]
    assert row["bias_low"] <= 0 <= row["bias_high"] and abs(row["bias"]) < 0.03 * abs(row["truth"])
    assert row["coverage_high"] >= 0.95 and 0.93 < row["coverage"] < 0.985
