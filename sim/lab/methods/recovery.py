"""Recovery of known truths: whether a calibration that is asked for them can be trusted.

Points that were simulated are taken for the truth in turn: their outcomes under one seed, with a
draw of each target's own error, stand in for the reported ones, the emulators are fitted without
them, and the posterior is compared with the point. Intervals that mean what they say contain 90 %
of the truths.
"""

from dataclasses import dataclass

import numpy as np

from sim.lab.methods.emulator import Emulator
from sim.lab.methods.intervals import Floats
from sim.lab.methods.posterior import Aim, infer


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found of known truths, J truths of D parameters.

    Attributes
    ----------
    truth, mean : array (J, D)
        True parameters and posterior means, as shares of the ranges.
    inside : bool array (J, D)
        Whether the 90 % interval contains the truth.
    ratio : array (J, D)
        Posterior over prior variance.
    """

    truth: Floats
    mean: Floats
    inside: np.ndarray
    ratio: Floats


def recover(
    emulators: list[Emulator], outputs: Floats, aim: Aim, truths: int, seed: int
) -> Recovery:
    """Calibrate to the outcomes of points that were simulated.

    Parameters
    ----------
    emulators : list of Emulator
        Of K targets, fitted to all points.
    outputs : array (n, replicates, K)
        What the points gave.
    aim : Aim
        The uncertainties count; the values do not.
    truths : int
        How many points, drawn; all if there are no more.
    seed : int
        Of the draws.
    """
    rng = np.random.default_rng(seed)
    points = emulators[0].x
    chosen = rng.permutation(len(points))[:truths]
    mean, inside, ratio = [], [], []
    for row in chosen:
        replicate = rng.integers(outputs.shape[1])
        reported = outputs[row, replicate] + aim.sd * rng.normal(size=aim.sd.size)
        found = infer(
            [emulator.without(int(row)) for emulator in emulators],
            Aim(reported, aim.sd, aim.luck),
            int(rng.integers(2**31)),
        )
        low, high = found.quantile([0.05, 0.95])
        mean.append(found.mean())
        inside.append((low <= points[row]) & (points[row] <= high))
        ratio.append(found.variance_ratio())
    return Recovery(points[chosen], np.array(mean), np.array(inside), np.array(ratio))
