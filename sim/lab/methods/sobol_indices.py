"""Sobol indices of a noisy model: what each parameter explains, alone and with others.

The estimators are SALib's (Saltelli et al. 2010 for first order, Jansen 1999 for total effects) on
the mean over replicates. Luck that acts differently at each point inflates the variance and every
difference in them. All points meet the same seeds, so what luck adds to a product of means is known
from the replicates' covariance and taken off: the corrected indices are those of the expected
outcome.
"""

import numpy as np
import pandas as pd

from sim.lab.methods.intervals import Floats
from sim.lab.methods.seed_share import components, refuse_missing

_CORRECTED = ("S1_expected", "ST_expected")
#: columns of the indices, in order
_INDICES = (
    "S1", "S1_conf", "ST", "ST_conf",
    *(f"{key}{end}" for key in _CORRECTED for end in ("", "_low", "_high")),
)  # fmt: skip


def sobol_indices(
    values: Floats, names: list[str], second_order: bool = False, draws: int = 500, seed: int = 1
) -> pd.DataFrame:
    """Return the indices of every parameter.

    Parameters
    ----------
    values : array (points, replicates)
        Outcome at SALib's Saltelli points, in their order, under the same seeds.
    names : list of str
        Parameters.
    second_order : bool
        Whether the design has the points for second-order indices.
    draws, seed : int
        Bootstrap samples of base samples, and the seed of their draws.

    Returns
    -------
    DataFrame
        ``S1, ST``: SALib's, with ``S1_conf, ST_conf`` (half of its 95 % interval); ``S1_expected,
        ST_expected``: corrected for luck, with ``_low, _high`` (95 % percentile bootstrap). Without
        replicates the corrected ones are missing, and all of an outcome that is the same at every
        point: there is no variance to explain.

    Raises
    ------
    ValueError
        If a value is missing (SALib would silently return 0 for every index), or the points are
        not a whole design.
    """
    from SALib.analyze import sobol

    refuse_missing(values, "Sobol indices")
    dims = len(names)
    step = 2 * dims + 2 if second_order else dims + 2
    if values.shape[0] % step:
        raise ValueError(
            f"{values.shape[0]} points are no design of {dims} parameters: not whole {step}s"
        )
    mean = values.mean(axis=1)
    if np.ptp(mean) == 0.0:
        return pd.DataFrame({"parameter": names} | dict.fromkeys(_INDICES, np.nan))
    problem = {"num_vars": dims, "names": names, "bounds": [[0.0, 1.0]] * dims}
    raw = sobol.analyze(
        problem, mean, calc_second_order=second_order, num_resamples=draws, seed=seed
    )
    table = pd.DataFrame({"parameter": names} | {key: raw[key] for key in _INDICES[:4]})
    blocks = values.reshape(-1, step, values.shape[1])
    rng, count = np.random.default_rng(seed), blocks.shape[0]
    found = np.array(
        [_corrected(blocks[rng.integers(0, count, count)], dims) for _ in range(draws)]
    )
    low, high = np.quantile(found, [0.025, 0.975], axis=0)
    for i, key in enumerate(_CORRECTED):
        table[key] = _corrected(blocks, dims)[i]
        table[f"{key}_low"], table[f"{key}_high"] = low[i], high[i]
    return table


def _corrected(blocks: Floats, dims: int) -> Floats:
    """Return first-order and total indices of the expected outcome, (2, dims).

    Parameters
    ----------
    blocks : array (samples, step, replicates)
        For every base sample the outcomes at A, AB_1 ... AB_D (BA_1 ... BA_D), B.
    """
    replicates = blocks.shape[2]
    a, b, mixed = blocks[:, 0], blocks[:, -1], blocks[:, 1 : dims + 1]
    if replicates < 2:
        return np.full((2, dims), np.nan)
    ends = np.concatenate((a, b))
    ends_mean = ends.mean(axis=1)
    variance = float(ends_mean.var()) - components(ends)[2] / replicates
    centre = ends_mean.mean()
    change = mixed - a[:, None]
    first = _product(b[:, None] - centre, change).mean(axis=0)
    total = 0.5 * _product(change, change).mean(axis=0)
    return np.stack([first, total]) / variance if variance > 0 else np.full((2, dims), np.nan)


def _product(one: Floats, other: Floats) -> Floats:
    """Return the product of expectations over the last axis, unbiased by common luck."""
    replicates = other.shape[-1]
    means = one.mean(axis=-1) * other.mean(axis=-1)
    apart = (one - one.mean(axis=-1, keepdims=True)) * (other - other.mean(axis=-1, keepdims=True))
    return means - apart.sum(axis=-1) / (replicates - 1) / replicates
