"""Methods run from YAML alone, on a county so small that a run takes milliseconds."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from lab.conftest import VILLAGES
from matplotlib.text import Text

from sim.errors import InputError
from sim.lab import answers
from sim.lab.answers.common import wide
from sim.lab.answers.text import answers_text
from sim.lab.design.points import shares_of_design
from sim.lab.experiment import run_experiment
from sim.lab.file.loading import load_experiment
from sim.lab.methods.morris_effects import elementary_effects
from sim.lab.one_run.replay import designed, replay
from sim.lab.printing import results_text
from sim.lab.store.reading import ExperimentResults
from sim.model.outcomes.catalogue import HEADLINE
from sim.report.answered import morris_figure
from sim.report.answers import posterior_figure, prim_figure
from sim.report.experiment_page import experiment_page
from sim.report.page import render

CONFIG = """title: {en: Small, zh: 小县}
county: {villages: small.csv, groups_per_village: 2}
start: 2019-01
reform: 2019-03
months: 5
spin_up: 1
scale: 200
policies:
  merger: {source: generated, ratio: 0.5}
  combined_role: {share: 1.0}
  selection: {pool: 20, returned: 0.3}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("small")
    (place / "small.csv").write_text(VILLAGES, "utf-8")
    (place / "small.yaml").write_text(CONFIG, "utf-8")
    return place


@pytest.fixture(scope="module")
def run(folder):
    """Return a function that runs an experiment text and gives its folder."""

    def run(name, text, **more):
        path = folder / f"{name}.yaml"
        path.write_text(f"config: small.yaml\n{text}", "utf-8")
        return run_experiment(path, folder / "out" / more.pop("out", name), 1, **more)

    return run


PARTS = """method: compare
parts: {merger: [merger, selection], role: [combined_role]}
factors: {parameters.service.request_rate: prior}
replicates: 6
outcomes: [trust]
record: {villagers: last}
"""


@pytest.fixture(scope="module")
def parts(run):
    return ExperimentResults(run("parts", PARTS))


def test_every_combination_of_parts_is_an_arm(parts):
    assert parts.design["arm"].tolist() == ["none", "merger", "role", "merger + role"]
    assert parts.manifest["baseline"] == "none"


def test_shares_add_up_to_the_effect_of_the_whole_reform(parts):
    found = answers.read(parts)
    shares = found["shapley"].set_index(["outcome", "part"])["shapley"]
    whole = found["effects"].set_index(["outcome", "arm"])["effect"]
    for key in parts.shown():
        assert shares[key, "merger"] + shares[key, "role"] == pytest.approx(
            whole[key, "merger + role"], rel=1e-9, abs=1e-12
        )
        assert shares[key, "whole reform"] == pytest.approx(whole[key, "merger + role"])
        alone = found["shapley"].set_index(["outcome", "part"])["alone"]
        assert alone[key, "merger"] == pytest.approx(whole[key, "merger"])
        of_whole = found["shapley"].set_index(["outcome", "part"])
        sure = of_whole.loc[(key, "whole reform")]
        of_whole = of_whole["of_whole"]
        if sure["low"] * sure["high"] > 0:
            assert of_whole[key, "whole reform"] == 1.0
            assert of_whole[key, "merger"] == pytest.approx(
                shares[key, "merger"] / whole[key, "merger + role"]
            )
        else:  # a share of what is not told from 0
            assert of_whole[key].isna().all()
    pair = found["interactions"].set_index("outcome")["interaction"]
    beyond = whole["trust", "merger + role"] - whole["trust", "merger"] - whole["trust", "role"]
    assert pair["trust"] == pytest.approx(beyond)


def test_winners_and_inequality_are_of_the_same_people(parts):
    found = answers.read(parts)
    winners = found["winners"]
    trust = winners[(winners["state"] == "trust") & (winners["arm"] == "merger")]
    by = trust.set_index(["by", "group"])
    assert by.loc[("role", "absorbed"), "effect"] < by.loc[("role", "absorbing"), "effect"]
    roles = trust[trust["by"] == "role"]
    mean = np.average(roles["effect"], weights=roles["people"])
    assert mean == pytest.approx(by.loc[("everyone", "all"), "effect"], abs=2e-3)
    unequal = found["inequality"]
    assert unequal["total"].to_numpy() == pytest.approx(unequal["within"] + unequal["between"])


def test_parts_that_cannot_be_are_refused_with_all_that_is_wrong(folder):
    path = folder / "wrong.yaml"
    path.write_text(
        "config: small.yaml\nmethod: compare\n"
        "parts: {a: [merger, combind_role], b: [merger]}\nreplicates: 3\n",
        "utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_experiment(path)
    told = " ".join(caught.value.problems)
    assert "policy merger is named more than once" in told
    assert "no policy 'combind_role'" in told and "combined_role" in told
    path.write_text(
        "config: small.yaml\nmethod: compare\nparts: {a: [merger]}\narms: {x: {}, y: {}}\n", "utf-8"
    )
    with pytest.raises(InputError, match="drop arms and baseline"):
        load_experiment(path)


FACTORIAL = """method: factorial
set: {policies.headcount: {lines: 4}}
factors:
  policies.combined_role.share: [0, 1]
  policies.headcount.lines: [3, 6, 9]
  months: [5, 4]
replicates: 4
"""


def test_interactions_of_a_factorial_are_those_of_its_means(run):
    results = ExperimentResults(run("factorial", FACTORIAL))
    table = answers.read(results)["interactions"]
    assert len(table) == len(HEADLINE) * (2 + 1 + 2) and (table["n"] == 4).all()
    means = results.outcomes(["cadre_workload"]).groupby(
        ["policies.combined_role.share", "policies.headcount.lines"]
    )["cadre_workload"]
    by = means.mean()
    chosen = table[(table["outcome"] == "cadre_workload") & (table["its_level"] == "9")]
    chosen = chosen[chosen["factor"] == "policies.combined_role.share"].iloc[0]
    beyond = by[1, 9] - by[1, 3] - by[0, 9] + by[0, 3]
    assert chosen["interaction"] == pytest.approx(beyond) and beyond != 0
    points = results.outcomes(["cadre_workload"]).groupby("point")["cadre_workload"].mean()
    assert chosen["of_spread"] == pytest.approx(abs(beyond) / points.std(ddof=0))
    sure = (table["low"] > 0) | (table["high"] < 0)
    assert sure.is_monotonic_decreasing and table["of_spread"][sure].is_monotonic_decreasing
    told = answers_text(results)
    assert (
        f"of {len(table)} intervals {sure.sum()} exclude 0" in told
        and "最大的交互作用" in answers_text(results, "zh")
    )


SOBOL = """method: sobol
factors: {parameters.service.request_rate: prior, parameters.service.minutes_office: prior}
samples: 8
replicates: 2
"""


def test_intervals_of_indices_say_what_they_are_over(run):
    results = ExperimentResults(run("sobol", SOBOL))
    assert (answers.read(results)["indices"]["intervals"] == "over points").all()
    assert "too narrow where luck acts through a parameter" in answers_text(results)
    assert "若随机性通过参数起作用" in answers_text(results, "zh")


def test_an_incomplete_design_has_no_indices(run):
    results = ExperimentResults(run("sobol", SOBOL))
    table = answers.read(results)["indices"]
    assert table["parameter"].nunique() == 2 and table["ST"].notna().all()
    results.runs = results.runs.drop(index=3)
    with pytest.raises(InputError, match="1 of 64 values are missing"):
        answers.answer(results, designed(results)[0])
    shuffled = ExperimentResults(results.folder)
    shuffled.runs = shuffled.runs.sample(frac=1.0, random_state=1)
    again = answers.answer(shuffled, designed(results)[0])["indices"]
    pd.testing.assert_frame_equal(table, again)


def test_morris_screens_what_matters(run):
    text = SOBOL.replace("sobol", "morris").replace("samples: 8", "trajectories: 4")
    results = ExperimentResults(run("morris", text))
    table = answers.read(results)["effects"]
    assert "Morris' elementary effects" in answers_text(results)
    load = table[table["outcome"] == "cadre_workload"].set_index("parameter")
    assert (load["mu"] > load["mu_star_luck"]).all()


MORRIS_OF_ARMS = """method: morris
arms:
  none: {policies: {merger: null, combined_role: null}}
  merger: {policies.combined_role: null}
  both:
factors:
  parameters.service.road_speed: prior
  parameters.hours.merge_hours: prior
  parameters.hours.leader_capacity: prior
  variants.errands: [given_up, deferrable]
trajectories: 4
replicates: 2
"""


def test_morris_screens_effects_of_arms_too(run):
    """By hand: differences of arms at the same point and seed, then a trajectory's steps."""
    results = ExperimentResults(run("morris_of_arms", MORRIS_OF_ARMS))
    tables = answers.read(results)
    levels, effects = tables["effects"], tables["effects_of_arms"]
    assert len(levels) == 3 * 4 * 4 and len(effects) == 2 * 4 * 4
    assert list(dict.fromkeys(effects["arm"])) == ["merger", "both"]
    design: Any = results.design
    own, base = (design[design["arm"] == arm]["point"].tolist() for arm in ("merger", "none"))
    factors = [name for name in design.columns if name not in ("point", "arm")]
    same = design.set_index("point")[factors]
    pd.testing.assert_frame_equal(
        same.loc[own].reset_index(drop=True), same.loc[base].reset_index(drop=True)
    )
    values = wide(results, "travel_burden", own) - wide(results, "travel_burden", base)
    shares = shares_of_design(designed(results)[0])
    steps = elementary_effects(shares, values).mean(axis=2)
    merger = effects[(effects["arm"] == "merger") & (effects["outcome"] == "travel_burden")]
    found = merger.set_index("parameter")["mu_star"]
    by_hand = dict(zip(factors, np.abs(steps).mean(axis=0), strict=True))
    assert found.to_dict() == pytest.approx(by_hand)
    assert found.is_monotonic_decreasing and found["parameters.service.road_speed"] > 0
    role = effects[(effects["arm"] == "merger") & (effects["outcome"] == "cadre_workload")]
    assert role.set_index("parameter")["mu_star"]["parameters.hours.leader_capacity"] == 0
    assert "an arm's effect against the baseline" in answers_text(results)
    for arm, said in ((None, "Effect of merger on"), ("none", "(none)")):
        assert said in morris_figure(results, "travel_burden", arm).get_suptitle()
    with pytest.raises(InputError, match=r"no arm is called 'bot'; did you mean 'both'"):
        morris_figure(results, "travel_burden", "bot")
    with pytest.raises(InputError, match=r":\d+:\d+: arms: they record other months"):
        run("other_months", MORRIS_OF_ARMS.replace("  both:", "  both: {months: 4}"))


CALIBRATE = """method: calibrate
arms: {reform: {}, none: {policies: {merger: null, combined_role: null, selection: null}}}
factors:
  policies.selection.returned: {from: 0, to: 1}
  parameters.service.request_rate: prior
  parameters.service.minutes_office: prior
targets:
  load: {outcome: cadre_workload, value: 120, sd: 10, source: made up}
  at_once: {outcome: cadre_workload, at: 2019-03, value: 100, sd: 30, source: made up}
  change: {outcome: trust, against: none, relative: true, value: 0, sd: 0.1, source: made up,
    held_out: true}
samples: 24
waves: 2
replicates: 2
draws: 12
truths: 6
"""


@pytest.fixture(scope="module")
def calibrated(run):
    return ExperimentResults(run("calibrate", CALIBRATE))


def test_a_calibration_leaves_a_posterior_and_says_what_it_could_not_tell(calibrated):
    found = answers.read(calibrated)
    assert len(calibrated.design) == (24 + 12) * 2
    sample = found["posterior"]
    assert len(sample) == 12 and sample["parameters.service.request_rate"].between(0.03, 0.3).all()
    told = found["parameters"].set_index("parameter")
    asked = ["parameters.service.minutes_office", "parameters.service.request_rate"]
    assert told["variance_ratio"][asked].min() < 0.9
    assert told["learned"]["policies.selection.returned"] == "not identifiable"
    targets = found["targets"].set_index("target")
    assert targets["use"].tolist() == ["fitted", "fitted", "held out"]
    spread = targets["quantile_95"] - targets["quantile_05"]
    assert spread["load"] < targets["prior_95"]["load"] - targets["prior_05"]["load"]
    assert (found["recovery"]["truths"] == 6).all()


def test_intervals_of_a_calibration_say_that_they_are_too_narrow(calibrated):
    """Luck that all points share is taken for known, and recovery cannot see it."""
    found = answers.read(calibrated)
    assert (found["parameters"]["intervals"] == "too narrow").all()
    assert (found["targets"]["intervals"] == "too narrow").all()
    assert (found["recovery"]["seeds"] == "as fitted").all()
    narrow = {"en": "intervals are too narrow", "zh": "90% 区间过窄"}
    unseen = {"en": "cannot be seen here", "zh": "在此无法检出"}
    drawn = {"en": "Both are too narrow", "zh": "两者均过窄"}
    for lang in ("en", "zh"):
        text, page = answers_text(calibrated, lang), render(experiment_page(calibrated, lang), lang)
        for said in (text, page):
            assert said.count(narrow[lang]) == 2 and said.count(unseen[lang]) == 1
        notes = "".join(t.get_text() for t in posterior_figure(calibrated, lang).findobj(Text))
        assert drawn[lang] in notes.replace("\n", " " if lang == "en" else "")


def test_levers_are_not_set_where_an_arm_lacks_the_policy(calibrated, folder):
    experiment = load_experiment(folder / "calibrate.yaml")
    from sim.lab.design.points import build

    by_arm = {point.head.arm: point for point in build(experiment).points}
    key = "policies.selection.returned"
    assert [key in by_arm[arm].values for arm in ("reform", "none")] == [True, False]  # noqa: PD011


def test_a_stopped_calibration_goes_on_to_the_same_numbers(calibrated, run, folder):
    kept = []

    def stop(progress):
        kept.extend(progress.runs)
        if len(kept) > 110:  # in the second wave
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run("calibrate", CALIBRATE, out="stopped", tell=stop)
    told = []
    run("calibrate", CALIBRATE, out="stopped", say=told.append)
    assert any(line.startswith("Kept: ") and "let go" not in line for line in told)
    for name in ("design.parquet", "runs.parquet", "tables/posterior.parquet"):
        one, other = calibrated.folder / name, folder / "out" / "stopped" / name
        assert one.read_bytes() == other.read_bytes(), name


def test_a_run_of_a_later_wave_is_replayed(calibrated):
    last = calibrated.runs.iloc[-1]["run"]
    assert replay(calibrated.folder, last) == "the same numbers as recorded, bit for bit"


def test_other_experiments_draw_from_the_posterior(calibrated, run):
    text = """method: compare
arms: {none: {policies.selection: null}, all: {}}
factors: {parameters: {from: out/calibrate}}
replicates: 5
"""
    results = ExperimentResults(run("drawn", text))
    sample = answers.read(calibrated)["posterior"]
    key = "parameters.service.request_rate"
    by_replicate = results.runs.groupby("replicate")[key]
    assert by_replicate.max().equals(by_replicate.min())
    assert set(by_replicate.first()) <= set(sample[key]) and by_replicate.first().nunique() == 5
    assert results.runs["status"].eq("done").all()
    assert replay(results.folder, "1/2").startswith("the same")


@pytest.mark.parametrize(
    ("method", "replicates", "name"),
    [
        ("discover", "4", "replicates: 4"),
        ("compare", "{at_least: 3, at_most: 4, until: {trust: 0.1}}", "replicates.at_most: 4"),
    ],
)
def test_worlds_that_come_round_again_are_refused(run, folder, method, replicates, name):
    sample = folder / "short" / "tables"
    sample.mkdir(parents=True, exist_ok=True)
    rows = pd.DataFrame({"parameters.service.request_rate": [0.1, 0.2, 0.3]})
    rows.to_parquet(sample / "posterior.parquet")
    text = f"method: {method}\narms: {{a: {{}}, b: {{policies: null}}}}\n"
    text += f"factors: {{parameters: {{from: short}}}}\nreplicates: {replicates}\n"
    text += "outcome: trust\nbelow: 0\n" if method == "discover" else ""
    with pytest.raises(InputError, match=rf"round_again.yaml:\d+:\d+: {name} replicates .* 3 rows"):
        run("round_again", text)


def test_replicates_that_share_rows_of_a_sample_are_said(run, folder):
    sample = folder / "short" / "tables"
    sample.mkdir(parents=True, exist_ok=True)
    rows = pd.DataFrame({"parameters.service.request_rate": [0.1, 0.2, 0.3]})
    rows.to_parquet(sample / "posterior.parquet")
    text = "method: compare\narms: {a: {}, b: {policies: null}}\nreplicates: 7\n"
    results = ExperimentResults(run("shared", f"{text}factors: {{parameters: {{from: short}}}}\n"))
    assert (results.effects(["trust"])["n"] == 3).all()
    assert "7 replicates share 3 rows of the sample" in results_text(results)
    page = render(experiment_page(results, "en"), "en")
    assert "7 replicates share 3 rows of a sample: intervals are over the rows." in page
    assert "a draw of 1 parameters of its own" in page and "own uncertainty" not in page
    assert "1–7" in page and "repeats their luck" in page


def test_a_sample_that_is_not_there_is_said(folder):
    path = folder / "nowhere.yaml"
    text = "config: small.yaml\nmethod: compare\narms: {a: {}, b: {}}\n"
    path.write_text(text + "factors: {parameters: {from: nowhere}}\n", "utf-8")
    with pytest.raises(InputError, match="no posterior sample there; run the calibration first"):
        load_experiment(path)


def test_as_much_of_a_sample_is_taken_as_can_be_read_again(run, folder):
    names = ["parameters.service.request_rate", "parameters.service.abandonment"]
    text = "method: compare\narms: {a: {}, b: {policies: null}}\nreplicates: 2\n"
    text += "factors: {parameters: {from: many}}\n"
    (folder / "many" / "tables").mkdir(parents=True)
    values = pd.DataFrame({name: np.linspace(0.1, 0.6, 10_001) / 3 for name in names})
    for broken in (values[:0], values[:2] * np.nan):
        broken.to_parquet(folder / "many" / "tables" / "posterior.parquet")
        with pytest.raises(InputError, match="damaged; run the calibration again"):
            run("many_rows", text)
    values.to_parquet(folder / "many" / "tables" / "posterior.parquet")
    with pytest.raises(InputError, match=r"10,001 rows of 2 .* with draws: 10000 or fewer"):
        run("many_rows", text)
    values[:-1].to_parquet(folder / "many" / "tables" / "posterior.parquet")
    with pytest.raises(InputError, match=r"abandonment: 0.03333.* is outside .* level$"):
        run("many_rows", text)
    values[:-1].clip(0.1).to_parquet(folder / "many" / "tables" / "posterior.parquet")
    results = run("many_rows", text)
    assert len(load_experiment(results / "experiment.yaml").factors) == 2
    replay(results, ExperimentResults(results).runs["run"][0])


SEARCH = """method: search
set: {policies.headcount: {lines: 4}}
factors:
  policies.combined_role.share: {from: 0, to: 1}
  policies.headcount.lines: [3, 6, 9]
objectives: {cadre_workload: less, service_reach: more}
limits: {county_spending: {at_most: 1.0e+9}}
population: 6
generations: 3
replicates: 2
"""


def test_a_search_finds_a_front_within_limits_and_the_same_again(run, folder):
    results = ExperimentResults(run("search", SEARCH))
    found = answers.read(results)["front"]
    assert len(results.design) == 18 and len(found)
    assert set(results.design["policies.headcount.lines"]) <= {3, 6, 9}
    load, reach = found["cadre_workload"].to_numpy(), found["service_reach"].to_numpy()
    order = np.argsort(load)
    assert (np.diff(reach[order]) >= 0).all()
    best = load.min()
    every = results.outcomes(["cadre_workload"]).groupby("point")["cadre_workload"].mean()
    assert best == pytest.approx(every.min())
    again = run("search", SEARCH, out="again")
    for name in ("design.parquet", "runs.parquet"):
        assert (results.folder / name).read_bytes() == (again / name).read_bytes()


def test_worlds_in_which_a_policy_fails_are_found(run):
    text = """method: discover
arms: {none: {policies.headcount.lines: 3}, more: {policies.headcount.lines: 9}}
factors: {parameters.hours.line_hours: prior, parameters.service.request_rate: prior}
outcome: cadre_workload
below: -2.7
replicates: 60
"""
    results = ExperimentResults(run("discover", text))
    found = answers.read(results)
    told = found["failure"].iloc[0]
    assert 0.1 < told["fails"] < 0.95
    assert told["box"] == "stands" and told["unseen_low"] > told["fails"]
    assert "also where it was not made" in answers_text(results)
    box = found["box"].set_index("parameter")
    assert np.isfinite(box["low"]["parameters.hours.line_hours"])  # dear lines are what fails
    assert found["regret"].set_index("arm")["best_share"]["none"] == 1.0
    assert found["tree"]["rule"].str.contains("hours.line_hours").any()


def test_where_no_box_is_better_than_luck_that_is_said(run):
    text = """method: discover
arms: {none: {policies.headcount.lines: 3}, more: {policies.headcount.lines: 9}}
factors: {parameters.trust.merger_shock: prior}   # says nothing of workload
outcome: cadre_workload
below: -2.37
replicates: 40
"""
    results = ExperimentResults(run("luck", text))
    found = answers.read(results)
    told = found["failure"].iloc[0]
    assert 0.0 < told["fails"] < 1.0 and told["box"] in ("no bound", "no better")
    assert "box" not in found and "none: no" in answers_text(results)
    assert "无：" in answers_text(results, "zh")
    with pytest.raises(InputError, match="no box to draw") as caught:
        prim_figure(results)
    assert "raise replicates, or set below" in str(caught.value)
