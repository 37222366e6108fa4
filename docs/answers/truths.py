"""What each method finds of a truth that is known (the made-up truths are those of the tests)."""

import sys

import numpy as np
import pandas as pd

from docs.answers.stored import ROOT, figures, interval, markdown

sys.path.insert(0, str(ROOT / "tests" / "lab" / "methods"))


def known_truths():
    rows = [*compared(), *indices(), *screened(), *calibrated(), *searched(), *discovered()]
    heads = ["method", "truth", "true", "found [95 %]"]
    return markdown(pd.DataFrame(rows, columns=heads)) + "\n"


def compared():
    import test_winners as people

    from sim.lab.methods.inequality import theil
    from sim.lab.methods.intervals import bootstrap_interval
    from sim.lab.methods.robustness import ranking_share, sign_share
    from sim.lab.methods.shapley import coalitions, interactions, shapley_values
    from sim.lab.methods.winners import effects_by_group, groups_of, paired_people

    worth = np.array([float(0 in c and (1 in c or 2 in c)) for c in coalitions(3)])
    shares = ", ".join(figures(v) for v in shapley_values(worth, 3))
    yield "compare", "Shapley shares of the glove game", "0.667, 0.167, 0.167", shares
    worth = np.array([3.0 * (0 in c) - (1 in c) + 2.0 * ({0, 1} <= set(c)) for c in coalitions(2)])
    beyond = figures(float(interactions(worth, 2)[0, 1]))
    yield "compare", "interaction of two parts, 2 beyond each alone", "2", beyond
    found = sign_share(np.random.default_rng(3).normal(1.0, 1.0, 4000))
    told = f"{found.share:.1%} [{found.low:.1%}, {found.high:.1%}]"
    yield "compare", "sign of effects N(1, 1) holds", "84.1%", told
    rng = np.random.default_rng(4)
    _, found = ranking_share(rng.normal(size=(5000, 2)) + np.array([1.0, 0.0]))
    told = f"{found.share:.1%} [{found.low:.1%}, {found.high:.1%}]"
    yield "compare", "ranking of two arms, one ahead, noise of variance 2", "76.0%", told
    rng, inside = np.random.default_rng(2), 0
    for _ in range(1000):
        low, high = bootstrap_interval(rng.exponential(1.0, 60), draws=400)
        inside += low <= 1.0 <= high
    yield (
        "compare",
        "bootstrap intervals of a skewed mean (exponential, n = 60), coverage",
        "95%",
        f"{inside / 1000:.1%}",
    )
    pairs = paired_people(*people.made_up(0.05))
    table = effects_by_group(pairs, groups_of(pairs, {"a"}, {"b"}), ["trust"]).set_index(
        ["by", "group"]
    )
    told = interval(table.loc["role", "absorbed"])
    yield "compare", "trust lost by absorbed villages", "-0.0500", told
    incomes = np.exp(np.random.default_rng(1).normal(0.0, 0.5, 200_000))
    told = figures(theil(incomes, np.zeros(200_000, int)).total)
    yield "compare", "Theil's index of log-normal incomes", "0.125", told


def indices():
    import test_sensitivity as made
    from SALib.sample import sobol

    from sim.lab.methods.seed_share import seed_share
    from sim.lab.methods.sobol_indices import sobol_indices

    problem = {"num_vars": 4, "names": made.NAMES, "bounds": [[0.0, 1.0]] * 4}
    design = sobol.sample(problem, 1024, calc_second_order=False, seed=3)
    found = sobol_indices(made.noisy(design, 4), made.NAMES, draws=100)
    for i, name in enumerate(made.NAMES):
        for key, truth in (("S1", made.FIRST), ("ST", made.TOTAL)):
            ends = (f"{key}_expected_low", f"{key}_expected_high")
            told = interval(found.iloc[i], f"{key}_expected", *ends)
            told += f"; raw {figures(found[key][i])}"
            yield "sobol", f"stochastic Ishigami, {key} of {name}", figures(truth[i]), told
    split = seed_share(made.noisy(design[:600], 60), draws=100)
    true = made.VARIANCE / (made.VARIANCE + made.SEED + made.BOTH)
    told = f"{split.parameters:.1%} [{split.low:.1%}, {split.high:.1%}]"
    yield "sobol", "stochastic Ishigami, parameters' share of a run's variance", f"{true:.1%}", told


def screened():
    import test_sensitivity as made
    from SALib.sample import morris

    from sim.lab.methods.morris_effects import morris_effects

    problem = {"num_vars": 4, "names": made.NAMES, "bounds": [[0.0, 1.0]] * 4}
    paths = morris.sample(problem, 60, num_levels=4, seed=2)
    slopes = [3.0, -2.0, 0.5, 0.0]
    found = morris_effects(paths, np.repeat((paths @ slopes)[:, None], 3, axis=1), made.NAMES, 4)
    told = ", ".join(figures(v) for v in found["mu"])
    yield "morris", "slopes of a plane", ", ".join(map(figures, slopes)), told
    idle = morris_effects(paths, made.noisy(paths, 5), made.NAMES, 4).iloc[3]
    true = f"{figures(idle['mu_star_luck'])} (luck alone)"
    told = f"{figures(idle['mu_star'])} ± {figures(idle['mu_star_conf'])}"
    yield "morris", "stochastic Ishigami, mu* of an idle parameter", true, told


def calibrated():
    import test_calibration as made

    from sim.lab.methods.intervals import binomial_interval
    from sim.lab.methods.posterior import Aim, fit_all, infer, luck_variance
    from sim.lab.methods.recovery import recover

    x = made.design(80, 3)
    outputs = made.simulated(x)
    aim = Aim(np.zeros(2), np.array([0.1, 0.1]), luck_variance(outputs))
    inside = recover(fit_all(x, outputs), outputs, aim, 24, 4).inside
    low, high = binomial_interval(int(inside.sum()), inside.size)
    told = f"{inside.mean():.0%} [{low:.0%}, {high:.0%}]"
    yield "calibrate", "24 truths of three parameters, 90 % intervals", "90%", told
    x = made.design(60, 2)
    outputs = np.repeat(x.sum(axis=1)[:, None, None], 2, axis=1)
    found = infer(fit_all(x, outputs), Aim(np.array([1.0]), np.array([0.1]), np.zeros(1)), seed=3)
    grid = np.random.default_rng(0).random((400_000, 2))
    weight = np.exp(-0.5 * ((grid.sum(axis=1) - 1.0) / 0.1) ** 2)
    weight /= weight.sum()
    exact = (weight @ (grid - weight @ grid) ** 2) * 12
    true = ", ".join(figures(v) for v in exact)
    told = ", ".join(figures(v) for v in found.variance_ratio())
    yield "calibrate", "posterior known by integration, variance left", true, told


def searched():
    import test_pareto as made

    from sim.lab.methods.pareto import front, hypervolume

    _, values = made.searched(seed=1)
    best = values.mean(axis=1) - made.LUCK.mean()
    first = np.linspace(0, 1, 400)
    ideal = np.stack([first, 1 - np.sqrt(first)], axis=1)
    reference = np.array([1.1, 1.1])
    reached = hypervolume(best[front(best)], reference) / hypervolume(ideal, reference)
    yield "search", "front of ZDT1 with luck, hypervolume", "100%", f"{reached:.1%}"


def discovered():
    import test_discovery as made

    from sim.lab.answers.discover import judged
    from sim.lab.methods.prim import find_box
    from sim.lab.methods.trees import regret_tree

    x, case = made.planted()
    box = find_box(x, case)
    told = f"a <= {box.high[0]:.3f}, b >= {box.low[1]:.3f}; {int(box.restricted.sum())} bounds"
    yield "discover", "planted box a < 0.4, b > 0.5 of 4 parameters", "0.4, 0.5; 2", told
    worth = judged(box, x, case)
    told = f"{worth['unseen']:.1%} [{worth['unseen_low']:.1%}, {worth['unseen_high']:.1%}]"
    yield "discover", "the same, failures in the box where it was not made", "95%", told
    rng = np.random.default_rng(4)
    x = rng.random((500, 3))
    leaves, explained = regret_tree(
        x, 2.0 * (x[:, 1] > 0.6) + 0.1 * rng.normal(size=500), ["a", "b", "c"], depth=1
    )
    told = f"{leaves['rule'][0]}; {explained:.1%} explained"
    yield "discover", "regret of 2 where b > 0.6, as a tree", "b > 0.6; 99.0%", told
