"""Counts: ventures, returns, accounts and what waits, added up over old villages."""

import math

import numpy as np

from sim.model.compiled import B1, F8, I2, I8, U1, Records, kernel
from sim.model.outcomes.sums import added, mean, quotient, share, whole
from sim.model.rows import total, young_ventures


@kernel
def counts(
    since: int,
    started: float,
    spent: float,
    families: bool,
    village_start: I8,
    labour: U1,
    venture_start: I2,
    flows: Records,
    counted: B1,
    weight: F8,
    originals: I8,
    pooled: F8,
    assets: I8,
    put_in: I8,
    returns: I8,
    returned: I8,
    displaced: I8,
    backlog: F8,
    out: Records,
) -> None:
    """Fill in what the month's counts say; `started` are ventures after the month `since`."""
    one, count = out[0], weight.size
    every, several = np.ones(count, np.bool_), np.empty(count, np.bool_)
    alive = young_ventures(village_start, labour, venture_start, since)
    still_run, came_back = np.empty(count), np.empty(count)
    for v in range(count):
        several[v] = originals[v] > 1
        still_run[v], came_back[v] = alive[v] * weight[v], returned[v] * weight[v]
    earning = whole(assets, counted) + whole(put_in, counted)
    one["return_on_assets"] = quotient(whole(returns, counted) * 12.0, earning)
    one["pooled_share"] = mean(pooled, several)
    one["venture_survival"] = quotient(total(still_run), started)
    one["returns"] = total(came_back)
    one["displaced"] = whole(displaced, every)
    one["elders_alone"] = math.nan
    if families:
        alone, elders = flows["residents_alone"], flows["residents_elderly"]
        one["elders_alone"] = share(alone, elders, counted)
    one["backlog"] = added(backlog, counted)
    one["county_spending_per_resident"] = quotient(spent * 12.0, added(flows["residents"], every))
