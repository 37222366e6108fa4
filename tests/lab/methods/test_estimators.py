"""Estimators of field studies: known truths, by hand and over many made-up samples."""

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.lab.methods import estimators
from sim.lab.methods.clusters import cluster_mean, contrast, regression
from sim.lab.methods.intervals import clustered_interval

EFFECT = 0.5
TRAITS = ("registered", "distance_km", "income")


def panel(
    rng, clusters=40, waves=(-2, -1, 0, 1), cohorts=(0,), growth=0.0, chosen=None, rule=False
):
    """A made-up survey: two villages a cluster, three respondents each; the effect is known.

    `growth`: the effect grows by this a year. `chosen`: treated where this trait is high, and the
    outcome's trend goes with it. `rule`: treated below 1,000 persons.
    """
    cluster = np.repeat(np.arange(clusters), 6)
    village = np.repeat(np.arange(2 * clusters), 3)
    trait = {name: rng.normal(size=2 * clusters) for name in TRAITS}
    size = rng.uniform(400, 1600, clusters)
    treated = rng.permutation(clusters) < clusters // 2
    slope = np.zeros(2 * clusters)
    if chosen:
        each = rng.normal(size=clusters)
        trait[chosen] = np.repeat(each, 2)
        treated = each + 0.7 * rng.normal(size=clusters) > 0
        slope = 0.3 * trait[chosen]
    if rule:
        treated = size < 1000
        slope = np.repeat((size - 1000) / 2000, 2)
    first = np.where(treated, np.asarray(cohorts)[rng.integers(0, len(cohorts), clusters)], np.nan)
    own, shared = rng.normal(size=cluster.size), rng.normal(size=clusters)
    parts = []
    for time in waves:
        since = time - first[cluster]
        on = since >= 0
        y = own + shared[cluster] + 0.1 * time + slope[village] * (time >= 0)
        y = y + np.where(on, EFFECT + growth * np.nan_to_num(since), 0.0)
        y = y + 0.3 * rng.normal(size=clusters)[cluster] + 0.5 * rng.normal(size=cluster.size)
        columns = {"county": 0, "cluster": cluster, "village": village}
        columns |= {"respondent": np.arange(cluster.size), "time": time}
        columns |= {"treated": treated[cluster], "first": first[cluster], "d": on.astype(float)}
        columns |= {"y": y} | {name: values[village] for name, values in trait.items()}
        parts.append(pd.DataFrame(columns | {"size": size[cluster]}))
    return pd.concat(parts, ignore_index=True)


def found(estimate, studies=300, seed=1, **made):
    """Estimates, lower and upper ends over many samples."""
    rng = np.random.default_rng(seed)
    every = [estimate(panel(rng, **made)) for _ in range(studies)]
    return np.array([(one.estimate, one.low, one.high) for one in every])


def right(every, truth=EFFECT, most=0.98):
    """Unbiased, and intervals that hold what they promise, within Monte Carlo error."""
    mean, error = every[:, 0].mean(), every[:, 0].std() / np.sqrt(len(every))
    assert abs(mean - truth) < 3.3 * error
    covered = ((every[:, 1] <= truth) & (truth <= every[:, 2])).mean()
    assert 0.95 - 3.3 * np.sqrt(0.95 * 0.05 / len(every)) < covered
    return covered


CASES = {
    "difference": (estimators.difference, {}),
    "did": (estimators.did, {}),
    "event_study": (estimators.event_study, {}),
    "staggered": (estimators.staggered, {"cohorts": (-1, 0, 1), "waves": (-3, -2, -1, 0, 1)}),
    "matching": (lambda frame: estimators.matching(frame, TRAITS), {}),
    "discontinuity": (
        lambda frame: estimators.discontinuity(frame, 1000.0, 600.0),
        {"rule": True, "clusters": 80},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_estimator_recovers_a_known_truth(name):
    estimate, made = CASES[name]
    covered = right(found(estimate, **made))
    assert covered < 0.995, "intervals far too wide promise nothing either"


@pytest.mark.parametrize(
    "made",
    [
        {"clusters": 6, "waves": (-1, 0)},
        {"clusters": 10, "cohorts": (-1, 0, 1), "waves": (-3, -2, -1, 0, 1)},
    ],
)
def test_staggered_intervals_hold_with_few_clusters(made):
    """The sum of all squares with t(G - 1) held 0.83 of 6 clusters."""
    every = found(estimators.staggered, **made)
    assert np.isfinite(every[:, 1]).all()
    covered = ((every[:, 1] <= EFFECT) & (every[:, 2] >= EFFECT)).mean()
    assert 0.95 - 3.3 * np.sqrt(0.95 * 0.05 / 300) < covered


@pytest.mark.parametrize("clusters", [20, 40])
def test_a_rules_intervals_hold_with_few_clusters(clusters):
    """Within 300 persons lie a quarter of the clusters or so: CR1 with t(G - 1) held 0.65, 0.80."""
    jump = found(
        lambda f: estimators.discontinuity(f, 1000.0, 300.0),
        rule=True, clusters=clusters, waves=(-1, 0),
    )  # fmt: skip
    there = np.isfinite(jump[:, 1])
    assert there.mean() > 0.5
    covered = ((jump[:, 1] <= EFFECT) & (jump[:, 2] >= EFFECT))[there].mean()
    assert 0.95 - 3.3 * np.sqrt(0.95 * 0.05 / there.sum()) < covered


def test_a_regression_of_one_group_a_cluster_is_cr2_by_hand():
    """Against the definition: every matrix whole."""
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(6), 4)
    x = np.column_stack((np.ones(24), rng.normal(size=24), rng.normal(size=6)[cluster]))
    y, weights = rng.normal(size=24), rng.uniform(0.5, 2.0, 24)
    scaled, root = x * np.sqrt(weights)[:, None], np.sqrt(weights)
    bread = np.linalg.inv(scaled.T @ scaled)
    rest = np.eye(24) - scaled @ bread @ scaled.T
    left, parts, variance = rest @ (root * y), [], 0.0
    for group in range(6):
        own = cluster == group
        values, vectors = np.linalg.eigh(rest[np.ix_(own, own)])
        counts = vectors @ np.diag(values**-0.5) @ vectors.T @ scaled[own] @ bread[2]
        parts.append(rest[:, own] @ counts)
        variance += float(left[own] @ counts) ** 2
    together = np.array(parts) @ np.array(parts).T
    freedom = np.trace(together) ** 2 / (together**2).sum()
    from scipy.stats import t

    one = regression(x, y, weights, cluster, 2)
    assert one.high - one.estimate == pytest.approx(t.ppf(0.975, freedom) * np.sqrt(variance))


def test_a_regression_recovers_a_known_truth():
    pytest.importorskip("pyfixest")
    right(found(lambda f: estimators.formula(f, "y ~ d | village + time", "d"), studies=40))


def test_a_regression_says_what_is_wrong_with_its_formula():
    pytest.importorskip("pyfixest")
    frame = panel(np.random.default_rng(1))
    with pytest.raises(InputError, match=r"`q` is not present.*columns are county, cluster"):
        estimators.formula(frame, "y ~ q | village", "q")
    with pytest.raises(InputError, match=r"has no term 'e'.*its terms are d"):
        estimators.formula(frame, "y ~ d | village + time", "e")
    nobody = frame[~frame["treated"]]
    assert np.isnan(estimators.formula(nobody, "y ~ d | village + time", "d").estimate)


def test_by_hand():
    frame = pd.DataFrame(
        {"respondent": [0, 1, 2, 3] * 2, "village": [0, 1, 2, 3] * 2, "cluster": [0, 1, 2, 3] * 2}
        | {"time": [-1] * 4 + [0] * 4, "treated": [True, True, False, False] * 2}
        | {"first": [0, 0, np.nan, np.nan] * 2, "y": [1.0, 2, 3, 4, 4, 6, 4, 6]}
    )
    assert estimators.difference(frame).estimate == pytest.approx(5.0 - 5.0)
    for estimate in (estimators.did, estimators.event_study, estimators.staggered):
        assert estimate(frame).estimate == pytest.approx(3.5 - 1.5)
    # two means of two clusters each: variances 0.25 and 0.25, Welch's two degrees of freedom
    two = estimators.did(frame)
    assert two.high - two.estimate == pytest.approx(4.302652729911275 * np.sqrt(0.5))


def test_effects_that_grow_mislead_two_way_fixed_effects_and_not_staggered_estimates():
    made = {"cohorts": (-2, 0), "waves": (-3, -2, -1, 0, 1), "growth": 0.5}
    cohort = {-2: EFFECT + 0.5 * np.mean([0, 1, 2, 3]), 0: EFFECT + 0.5 * np.mean([0, 1])}
    truth = (4 * cohort[-2] + 2 * cohort[0]) / 6  # by respondent and year treated
    rng, each = np.random.default_rng(3), []
    for _ in range(200):
        each.append(estimators.staggered(panel(rng, **made)).estimate)
    assert np.mean(each) == pytest.approx(truth, abs=3.3 * np.std(each) / np.sqrt(200) + 0.02)
    pytest.importorskip("pyfixest")
    naive = [estimators.formula(panel(rng, **made), "y ~ d | village + time", "d").estimate
             for _ in range(20)]  # fmt: skip
    assert np.mean(naive) < truth - 0.15, "two-way fixed effects fall short, as is known"


def test_trends_that_go_with_a_trait_mislead_did_and_matching_on_it_less():
    made = {"chosen": "income", "clusters": 80}
    plain = found(estimators.did, 100, **made)[:, 0].mean()
    matched = found(lambda f: estimators.matching(f, ["income"]), 100, **made)[:, 0].mean()
    assert plain > EFFECT + 0.2
    assert abs(matched - EFFECT) < 0.4 * (plain - EFFECT)


def test_a_lead_that_is_seen():
    frame = panel(np.random.default_rng(1))
    assert estimators.event_study(frame).leads == 0.0
    assert np.isnan(estimators.event_study(frame[frame["time"] >= -1]).leads), "none to look at"
    assert np.isnan(estimators.did(frame).leads)
    assert np.isnan(estimators.event_study(frame[frame["time"] >= 0]).estimate)
    early = (frame["time"] == -2) & frame["treated"]
    assert estimators.event_study(frame.assign(y=frame["y"] + 3.0 * early)).leads


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("treated", [True, False])
def test_without_anybody_to_compare_with_there_is_no_estimate(name, treated):
    made = {} if name == "staggered" else CASES[name][1]  # later cohorts are compared with
    frame = panel(np.random.default_rng(1), **made)
    one = CASES[name][0](frame[frame["treated"] == treated])
    assert np.isnan(one.estimate) or np.isnan(one.low)


def test_others_asked_in_each_wave_are_compared_by_village():
    frame = panel(np.random.default_rng(1), waves=(-1, 0))
    fresh = frame.assign(respondent=np.arange(len(frame)))
    means = frame.groupby(["village", "time"], as_index=False).mean()
    villages = means.assign(respondent=means["village"], treated=means["treated"] > 0)
    assert astuple(estimators.did(fresh))[:3] == astuple(estimators.did(villages))[:3]
    assert estimators.did(fresh).estimate == pytest.approx(estimators.did(frame).estimate)


def test_own_functions_are_held_to_three_numbers():
    frame = panel(np.random.default_rng(1))
    assert estimators.own(frame, lambda _: (1, 0, 2), "m:f").estimate == 1.0
    with pytest.raises(InputError, match=r"the estimator m:f gave 3; expected three numbers"):
        estimators.own(frame, lambda _: 3, "m:f")
    with pytest.raises(InputError, match="the estimator m:f failed: ZeroDivisionError"):
        estimators.own(frame, lambda _: 1 / 0, "m:f")
    with pytest.raises(InputError, match=r"gave 1, 2, 0: not .* low <= estimate <= high"):
        estimators.own(frame, lambda _: (1, 2, 0), "m:f")
    assert np.isnan(estimators.own(frame, lambda _: (np.nan,) * 3, "m:f").estimate)


def test_where_nothing_varies_there_is_no_interval():
    frame = pd.DataFrame(
        {"respondent": [0, 1, 2, 3] * 2, "village": [0, 1, 2, 3] * 2, "cluster": [0, 1, 2, 3] * 2}
        | {"time": [-1] * 4 + [0] * 4, "treated": [True, True, False, False] * 2}
        | {"first": [0, 0, np.nan, np.nan] * 2, "y": [0.5] * 4 + [0.25, 0.25, 0.5, 0.5]}
    )
    for estimate in (estimators.did, estimators.event_study, estimators.staggered):
        one = estimate(frame)
        assert one.estimate == -0.25 and np.isnan(one.low) and np.isnan(one.high)


def test_the_mean_of_clusters_is_that_of_the_house():
    rng = np.random.default_rng(2)
    values, cluster = rng.normal(size=30), np.sort(rng.integers(0, 7, 30))
    cluster = np.unique(cluster, return_inverse=True)[1]
    mean, variance, freedom = cluster_mean(values, np.ones(30), cluster)
    house = clustered_interval(values, cluster)
    from scipy.stats import t

    assert mean == pytest.approx(house.mean)
    assert mean + t.ppf(0.975, freedom) * np.sqrt(variance) == pytest.approx(house.high)


def test_a_contrast_and_a_regression_of_equal_clusters_agree():
    rng = np.random.default_rng(2)
    cluster = np.repeat(np.arange(20), 3)
    treated = cluster < 10
    y, weights = rng.normal(size=60), np.ones(60)
    one = contrast(y, weights, treated, cluster)
    x = np.column_stack((np.ones(60), treated))
    other = regression(x, y, weights, cluster, 1)
    assert one.estimate == pytest.approx(other.estimate)
    assert one.high - one.low == pytest.approx(other.high - other.low, rel=0.06)
    with_nothing = regression(np.column_stack((x, x)), y, weights, cluster, 1)
    assert np.isnan(with_nothing.estimate)
