"""Regret: what a policy gives away, world by world, against the best that could have been done.

All arms meet the same world, parameters and luck alike, so a regret is a paired difference (Savage
1951; Lempert, Popper & Bankes 2003) and holds no noise that another seed would not bring to all
arms.
"""

import numpy as np
import pandas as pd

from sim.lab.methods.intervals import Floats, binomial_interval, bootstrap_interval


def regret(values: Floats) -> Floats:
    """Return the best arm's outcome less each arm's own, (worlds, arms), at least 0.

    Parameters
    ----------
    values : array (worlds, arms)
        Outcome of each arm in each world, more being better.
    """
    return values.max(axis=1, keepdims=True) - values


def regret_table(values: Floats, arms: list[str]) -> pd.DataFrame:
    """Return each arm's regret over worlds, and the share of worlds in which it is best."""
    found = regret(values)
    rows = []
    for i, arm in enumerate(arms):
        own = found[:, i]
        low, high = bootstrap_interval(own)
        best = int((own == 0.0).sum())
        least, most = binomial_interval(best, own.size)
        rows.append(
            {"arm": arm, "regret": own.mean(), "low": low, "high": high}
            | {"quantile_90": float(np.quantile(own, 0.9)), "largest": float(own.max())}
            | {"best_share": best / own.size, "best_low": least, "best_high": most}
            | {"n": own.size}
        )
    return pd.DataFrame(rows)
