"""What each method finds of a truth that is known."""

import sys

import numpy as np
import pandas as pd

from docs.answers.stored import ROOT, figures, interval, markdown


def known_truths():
    """Return what each method finds of a truth that is known (the functions are those of the tests)."""
    sys.path.insert(0, str(ROOT / "tests" / "lab" / "methods"))
    import test_calibration as calibrating
    import test_discovery as discovering
    import test_pareto as searching
    import test_sensitivity as indices
    from SALib.sample import sobol

    from sim.lab.methods.pareto import front, hypervolume
    from sim.lab.methods.posterior import Aim, fit_all, luck_variance
    from sim.lab.methods.prim import find_box
    from sim.lab.methods.recovery import recover
    from sim.lab.methods.shapley import coalitions, shapley_values
    from sim.lab.methods.sobol_indices import sobol_indices

    problem = {"num_vars": 4, "names": indices.NAMES, "bounds": [[0.0, 1.0]] * 4}
    design = sobol.sample(problem, 1024, calc_second_order=False, seed=3)
    found = sobol_indices(indices.noisy(design, 4), indices.NAMES, draws=100)
    rows = []
    for i, name in enumerate(indices.NAMES):
        for key, truth in (("S1", indices.FIRST), ("ST", indices.TOTAL)):
            row = found.iloc[i]
            ends = (f"{key}_expected_low", f"{key}_expected_high")
            rows.append(
                ("sobol", f"stochastic Ishigami, {key} of {name}", figures(truth[i]),
                 interval(row, f"{key}_expected", *ends) + f"; raw {figures(row[key])}")
            )  # fmt: skip
    worth = np.array([float(0 in c and (1 in c or 2 in c)) for c in coalitions(3)])
    shares = ", ".join(figures(v) for v in shapley_values(worth, 3))
    rows.append(("compare", "glove game, Shapley shares", "0.667, 0.167, 0.167", shares))
    x, case = discovering.planted()
    box = find_box(x, case)
    told = f"a <= {box.high[0]:.3f}, b >= {box.low[1]:.3f}; {int(box.restricted.sum())} bounds"
    rows.append(("discover", "planted box a < 0.4, b > 0.5 of 4 parameters", "0.4, 0.5; 2", told))
    _, values = searching.searched(seed=1)
    best = values.mean(axis=1) - searching.LUCK.mean()
    ideal = np.linspace(0, 1, 400)
    ideal = np.stack([ideal, 1 - np.sqrt(ideal)], axis=1)
    reference = np.array([1.1, 1.1])
    share = hypervolume(best[front(best)], reference) / hypervolume(ideal, reference)
    rows.append(("search", "front of ZDT1 with luck, hypervolume", "100 %", f"{share:.1%}"))
    x = calibrating.design(80, 3)
    outputs = calibrating.simulated(x)
    aim = Aim(np.zeros(2), np.array([0.1, 0.1]), luck_variance(outputs))
    inside = recover(fit_all(x, outputs), outputs, aim, 24, 4).inside
    rows.append(
        ("calibrate", "24 truths of a curved model, 90 % intervals", "90 %", f"{inside.mean():.0%}")
    )
    return markdown(pd.DataFrame(rows, columns=["method", "truth", "true", "found"])) + "\n"
