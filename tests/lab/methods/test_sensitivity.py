"""Indices of a stochastic Ishigami function (Ishigami & Homma 1990), whose truth is known."""

import numpy as np
import pytest

from sim.lab.answers.text import frame_text
from sim.lab.methods.morris_effects import elementary_effects, luck_of, morris_effects
from sim.lab.methods.seed_share import components, seed_share
from sim.lab.methods.sobol_indices import sobol_indices
from sim.lab.methods.statistics import estimate

NAMES = ["x1", "x2", "x3", "idle"]
FIRST, TOTAL = [0.3139, 0.4424, 0.0, 0.0], [0.5576, 0.4424, 0.2437, 0.0]
VARIANCE = 13.8446  # of the expected outcome
SEED, BOTH = 1.0, 3.0  # variances of luck alone, and of luck that differs between points


def ishigami(shares):
    x = np.pi * (2.0 * shares - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def noisy(shares, replicates, seed=5):
    rng = np.random.default_rng(seed)
    luck = np.sqrt(SEED) * rng.normal(size=replicates)
    luck = luck + np.sqrt(BOTH) * rng.normal(size=(len(shares), replicates))
    return ishigami(shares)[:, None] + luck


@pytest.fixture(scope="module")
def saltelli():
    from SALib.sample import sobol

    problem = {"num_vars": 4, "names": NAMES, "bounds": [[0.0, 1.0]] * 4}
    return sobol.sample(problem, 1024, calc_second_order=False, seed=3)


def test_stochastic_ishigami_is_recovered(saltelli):
    found = sobol_indices(noisy(saltelli, 4), NAMES, draws=100)
    assert found["S1_expected"].to_numpy() == pytest.approx(FIRST, abs=0.06)
    assert found["ST_expected"].to_numpy() == pytest.approx(TOTAL, abs=0.05)
    for key, truth in (("S1_expected", FIRST), ("ST_expected", TOTAL)):
        wide = 0.01
        assert (found[f"{key}_low"] - wide <= truth).all()
        assert (found[f"{key}_high"] + wide >= truth).all()
    # without the correction an idle parameter seems to have a total effect: the noise of 4 seeds
    noise = BOTH / 4 / (VARIANCE + BOTH / 4)
    assert found["ST"][3] == pytest.approx(noise, rel=0.25)
    assert abs(found["ST_expected"][3]) < 0.01


def test_the_seeds_share_is_told_from_the_parameters(saltelli):
    values = noisy(saltelli[:600], 60)
    parts = components(values)
    assert parts[0] == pytest.approx(VARIANCE, rel=0.1)
    assert parts[1] == pytest.approx(SEED, rel=0.5)
    assert parts[2] == pytest.approx(BOTH, rel=0.03)
    found = seed_share(values, draws=100)
    assert found.parameters + found.seed + found.both == pytest.approx(1.0)
    assert found.low <= VARIANCE / (VARIANCE + SEED + BOTH) <= found.high


def test_components_of_six_runs_by_hand():
    """Means of points 3 and 7, of seeds 2, 5 and 8: mean squares 24, 18 and 4 / 2."""
    values = np.array([[1.0, 2.0, 6.0], [3.0, 8.0, 10.0]])
    assert components(values) == pytest.approx(((24 - 2) / 3, (18 - 2) / 2, 2.0))
    found = seed_share(values, draws=10)
    assert (found.parameters, found.seed, found.both) == pytest.approx((22 / 52, 24 / 52, 6 / 52))
    assert (found.points, found.replicates) == (2, 3)
    alike = np.array([[1.0, 2.0], [2.0, 1.0]])  # the points' and the seeds' means are the same
    assert components(alike) == pytest.approx((0.0, 0.0, 1.0))
    assert np.isnan(components(values[:1])).all() and np.isnan(components(values[:, :1])).all()
    nothing = seed_share(np.ones((3, 3)))
    assert np.isnan([nothing.parameters, nothing.seed, nothing.low, nothing.high]).all()


def test_the_interval_of_a_share_is_that_of_its_pivot():
    """Every mean square over a chi-square draw of its own degrees of freedom, drawn anew."""
    values = np.array([[1.0, 2.0, 6.0], [3.0, 8.0, 9.0], [9.0, 9.0, 10.0], [3.0, 5.0, 2.0]])
    found = seed_share(values, draws=200_000)
    own, luck, both = components(values)
    rng = np.random.default_rng(7)
    squares = [3 * own + both, 4 * luck + both, both]
    by_point, by_seed, rest = (
        square / (rng.normal(size=(freedom, 200_000)) ** 2).mean(axis=0)
        for square, freedom in zip(squares, (3, 2, 6), strict=True)
    )
    own, luck = np.maximum(by_point - rest, 0) / 3, np.maximum(by_seed - rest, 0) / 4
    low, high = np.quantile(own / (own + luck + rest), [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.006)
    assert 0 < found.low < found.parameters < found.high < 1


def test_two_seeds_tell_little_of_lucks_share():
    """384 points under 2 seeds: the interval of a share of 0.77 is nearly from 0 to 1."""
    rng = np.random.default_rng(4)
    values = rng.normal(size=(384, 1)) + np.sqrt(0.3) * np.array([[0.7, -0.7]])
    values = values + 0.08 * rng.normal(size=(384, 2))
    found = seed_share(values)
    assert 0.7 < found.parameters < 0.85
    assert found.low < 0.01 and found.high > 0.9
    alike = seed_share(rng.normal(size=(40, 1)) + np.zeros((1, 3)))  # luck does nothing
    assert (alike.parameters, alike.low) == (1.0, pytest.approx(1.0))


def test_without_replicates_the_seeds_share_is_not_known(saltelli):
    assert np.isnan(seed_share(noisy(saltelli[:64], 1)).parameters)
    found = sobol_indices(noisy(saltelli, 1), NAMES, draws=10)
    assert found["ST_expected"].isna().all() and found["ST"].notna().all()


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_one_missing_run_is_refused_instead_of_zeros(saltelli, wrong):
    values = noisy(saltelli, 2)
    values[17, 1] = wrong
    with pytest.raises(ValueError, match="1 of 12288 values are missing"):
        sobol_indices(values, NAMES)
    with pytest.raises(ValueError, match="missing"):
        morris_effects(saltelli[:10], values[:10] * np.nan, NAMES, 4)
    with pytest.raises(ValueError, match="no design"):
        sobol_indices(noisy(saltelli, 2)[:-1], NAMES)


def test_an_outcome_without_variance_has_no_indices_and_no_intervals(saltelli, trajectories):
    """Dashes, not zeros, and no other outcome loses its answer."""
    same = sobol_indices(np.ones((12, 2)), NAMES)
    assert list(same["parameter"]) == NAMES and same.drop(columns="parameter").isna().all(axis=None)
    assert list(same.columns) == list(sobol_indices(noisy(saltelli, 2), NAMES, draws=10).columns)
    still = morris_effects(trajectories, np.ones((len(trajectories), 3)), NAMES, 4, draws=50)
    assert (still[["mu", "mu_star", "sigma"]] == 0.0).all(axis=None)
    intervals = ["mu_star_conf", "mu_luck", "mu_star_luck", "mu_star_luck_95"]
    assert still[intervals].isna().all(axis=None)
    shown = frame_text(still).splitlines()[-1].split()
    assert shown[0] == NAMES[3] and shown[3] == "-" and shown[5:] == ["-"] * 3, shown


def test_corrected_indices_multiply_outcomes_under_different_seeds():
    """What luck adds to a product is gone where no seed meets itself; 5 samples of 2 parameters."""
    rng = np.random.default_rng(8)
    values = rng.normal(size=(5, 4, 3)) + 2.0 * rng.normal(size=(5, 4, 1)) + rng.normal(size=3)
    found = sobol_indices(values.reshape(20, 3), ["a", "b"], draws=3).set_index("parameter")
    pairs = [(s, t) for s in range(3) for t in range(3) if s != t]
    ends = np.concatenate((values[:, 0], values[:, 3]))
    centre, both = ends.mean(), components(ends)[2]
    variance = ends.mean(axis=1).var() - both / 3
    for i, name in enumerate(["a", "b"]):
        change = values[:, 1 + i] - values[:, 0]
        first = [(values[:, 3, s] - centre) * change[:, t] for s, t in pairs]
        total = [change[:, s] * change[:, t] / 2 for s, t in pairs]
        assert found.loc[name, "S1_expected"] == pytest.approx(np.mean(first) / variance)
        assert found.loc[name, "ST_expected"] == pytest.approx(np.mean(total) / variance)


def test_intervals_of_indices_are_as_wide_as_salibs_and_around_their_values(saltelli):
    found = sobol_indices(noisy(saltelli, 4), NAMES, draws=200)[:3]
    for key in ("S1", "ST"):
        low, high = found[f"{key}_expected_low"], found[f"{key}_expected_high"]
        assert (low < found[f"{key}_expected"]).all() and (found[f"{key}_expected"] < high).all()
        assert (high - low).to_numpy() == pytest.approx(2 * found[f"{key}_conf"], rel=0.3)


def test_second_order_designs_have_their_points_where_salib_puts_them():
    from SALib.sample import sobol

    problem = {"num_vars": 3, "names": NAMES[:3], "bounds": [[0.0, 1.0]] * 3}
    points = sobol.sample(problem, 512, calc_second_order=True, seed=3)
    values = np.repeat((points @ [3.0, 2.0, 0.0])[:, None], 2, axis=1)
    found = sobol_indices(values, NAMES[:3], second_order=True, draws=5)
    for key in ("S1", "ST", "S1_expected", "ST_expected"):
        assert found[key].to_numpy() == pytest.approx([9 / 13, 4 / 13, 0.0], abs=0.02)


@pytest.fixture(scope="module")
def trajectories():
    from SALib.sample import morris

    problem = {"num_vars": 4, "names": NAMES, "bounds": [[0.0, 1.0]] * 4}
    return morris.sample(problem, 60, num_levels=4, seed=2)


def test_effects_of_a_plane_are_its_slopes(trajectories):
    slopes = np.array([3.0, -2.0, 0.5, 0.0])
    values = np.repeat((trajectories @ slopes)[:, None], 3, axis=1)
    assert elementary_effects(trajectories, values) == pytest.approx(
        np.broadcast_to(slopes[:, None], (60, 4, 3))
    )
    found = morris_effects(trajectories, values, NAMES, 4, draws=50)
    assert found["mu"].to_numpy() == pytest.approx(slopes)
    assert found["mu_star"].to_numpy() == pytest.approx(np.abs(slopes))
    assert found["sigma"].to_numpy() == pytest.approx(np.zeros(4), abs=1e-12)
    assert np.isnan(found["mu_star_conf"][3])  # of what moved nothing at all


def test_an_idle_parameter_moves_no_more_than_luck_does(trajectories):
    found = morris_effects(trajectories, noisy(trajectories, 5), NAMES, 4, draws=50)
    idle = found.iloc[3]
    assert idle["mu_star"] == pytest.approx(idle["mu_star_luck"], rel=0.35)
    assert idle["mu_star"] < idle["mu_star_luck_95"] < 1.5 * idle["mu_star_luck"]
    assert (found["mu_star"][:3] > found["mu_star_luck_95"][:3]).all()
    assert (found["mu_star"][:3] > 3 * found["mu_star_luck"][:3]).all()
    assert abs(idle["mu"]) < 4 * idle["mu_luck"]


def test_intervals_of_effects_are_students_over_trajectories_and_over_seeds(trajectories):
    points = trajectories[: 6 * 5]
    values = noisy(points, 3)
    effects = elementary_effects(points, values)
    found = morris_effects(points, values, NAMES, 4, draws=10)
    for d in range(4):
        for key, of, sizes in (
            ("mu_star_conf", "mu_star", np.abs(effects[:, d].mean(axis=1))),
            ("mu_luck", "mu", effects[:, d].mean(axis=0)),
        ):
            one = estimate(sizes)
            assert (found[of][d], found[key][d]) == pytest.approx((one.mean, one.half))
    alone = morris_effects(points, values[:, :1], NAMES, 4, draws=10)
    assert alone[["mu_luck", "mu_star_luck", "mu_star_luck_95"]].isna().all(axis=None)
    assert alone["mu_star"].notna().all()


@pytest.mark.parametrize("replicates", [2, 5])
def test_what_luck_gives_an_idle_parameter_is_right_on_average_and_at_its_end(
    trajectories, replicates
):
    """Two seeds gave 0.8 of it while a standard deviation of two was taken as it is."""
    rng, points = np.random.default_rng(replicates), trajectories[: 20 * 5]
    over, ratio = 0, []
    for _ in range(200):
        found = elementary_effects(points, rng.normal(size=(len(points), replicates)))
        star, most = luck_of(found)
        moved = np.abs(found.mean(axis=2)).mean(axis=0)
        over += int((moved > most).sum())
        ratio += (star / moved).tolist()
    assert np.mean(ratio) == pytest.approx(1.0, abs=0.06)
    assert over / 800 == pytest.approx(0.05, abs=0.03)
