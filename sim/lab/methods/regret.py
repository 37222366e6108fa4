"""Regret: what a policy gives away, world by world, against the best that could have been done.

All arms meet the same world, parameters and luck alike, so a regret is a paired difference (Savage
1951; Lempert, Popper & Bankes 2003). It is judged with hindsight: the arm that was best in a world
is so by that world's luck, too, and arms that are alike but for luck have some regret.
"""

import numpy as np
import pandas as pd

from sim.lab.methods.intervals import LEAST, Floats, binomial_interval
from sim.lab.methods.statistics import estimate


def regret(values: Floats) -> Floats:
    """Return the best arm's outcome less each arm's own, (worlds, arms), at least 0.

    Parameters
    ----------
    values : array (worlds, arms)
        Outcome of each arm in each world, more being better.
    """
    return values.max(axis=1, keepdims=True) - values


def regret_table(values: Floats, arms: list[str]) -> pd.DataFrame:
    """Return each arm's regret over worlds, and the share of worlds in which it is best.

    Its 95 % interval is Student's, cut at 0; there is none below `LEAST` worlds, where it is too
    narrow: regrets are skewed.
    """
    found = regret(values)
    rows = []
    for i, arm in enumerate(arms):
        own = found[:, i]
        mean = estimate(own)
        low, high = (max(mean.low, 0.0), mean.high) if own.size >= LEAST else (np.nan, np.nan)
        best = int((own == 0.0).sum())
        least, most = binomial_interval(best, own.size)
        rows.append(
            {"arm": arm, "regret": mean.mean, "low": low, "high": high}
            | {"quantile_90": float(np.quantile(own, 0.9)), "largest": float(own.max())}
            | {"best_share": best / own.size, "best_low": least, "best_high": most}
            | {"n": own.size}
        )
    return pd.DataFrame(rows)
