"""PRIM: boxes of parameters in which a policy fails (Friedman & Fisher 1999).

Peeling takes thin slices off a box, each time the one whose loss leaves most cases per point;
pasting gives slices back that turn out to be cases. Read as in Bryant & Lempert (2010): coverage is
the share of all cases that lie in the box, density the share of the box that are cases; each bound
has the chance that luck alone would make it, and is tried again on resamples. All of these are of
the worlds that the box was made from; `tried` says what it is worth in others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.lab.methods.intervals import Floats

#: share of the points in the box that one peel takes, and the least share of all points in a box
PEEL, LEAST = 0.05, 0.05
#: chance of luck above which a bound is let go
CHANCE = 0.05
#: parts of the worlds that are left out in turn
FOLDS = 10


@dataclass(frozen=True, slots=True)
class Box:
    """A box of parameters.

    Attributes
    ----------
    low, high : array (D,)
        Bounds; -inf and inf where there is none.
    coverage, density, mass : float
        Cases in the box over all cases; over points in the box; points in the box over all.
    """

    low: Floats
    high: Floats
    coverage: float
    density: float
    mass: float

    def contains(self, x: Floats) -> np.ndarray:
        """Return which points lie in the box, bounds included."""
        return ((x >= self.low) & (x <= self.high)).all(axis=1)

    @property
    def restricted(self) -> np.ndarray:
        """Which parameters have a bound (D,)."""
        return np.isfinite(self.low) | np.isfinite(self.high)


def peeling(
    x: Floats,
    case: np.ndarray,
    peel: float = PEEL,
    least: float = LEAST,
    among: Sequence[int] | None = None,
) -> list[Box]:
    """Return the trajectory of peeling, from all points to the smallest box.

    Parameters
    ----------
    x : array (n, D)
        Parameters.
    case : bool array (n,)
        Where the policy fails.
    peel : float
        Share of the box's points taken off at once.
    least : float
        Least share of all points in a box.
    among : sequence of int, optional
        Parameters that may be bounded; all if not given.
    """
    dims = x.shape[1]
    low, high = np.full(dims, -np.inf), np.full(dims, np.inf)
    boxes = [_box(low.copy(), high.copy(), x, case)]
    inside = np.ones(len(x), dtype=bool)
    free = np.arange(dims) if among is None else np.asarray(among, dtype=np.int64)
    while free.size:
        edges, keep = _slices(x[inside][:, free], peel)
        kept = keep.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            density = np.einsum("n,ndk->dk", case[inside] * 1.0, keep) / kept
            rise = (density - case[inside].mean()) / (inside.sum() - kept)
        rise[(kept < max(least * len(x), 1)) | (kept == inside.sum())] = -np.inf
        d, upper = np.unravel_index(int(rise.argmax()), rise.shape)
        if rise[d, upper] < 0.0 or boxes[-1].density == 1.0:
            break
        bounds = high if upper else low
        bounds[free[d]] = edges[d, upper]
        inside[inside] = keep[:, d, upper]
        boxes.append(_box(low.copy(), high.copy(), x, case))
    return boxes


def _slices(values: Floats, peel: float) -> tuple[Floats, np.ndarray]:
    """Return where slices at the lower and the upper end begin, and which points are left.

    Where more points than a slice are equal they are taken off together; where all are, none.

    Parameters
    ----------
    values : array (n, D)
        Points in the box.
    peel : float
        Share of them that a slice takes.

    Returns
    -------
    edges : array (D, 2)
        Bounds that leave the others in.
    keep : bool array (n, D, 2)
        Which those are.
    """
    edges = np.quantile(values, [peel, 1.0 - peel], axis=0).T
    for upper, of_all in enumerate((values.min(axis=0), values.max(axis=0))):
        whole = edges[:, upper] == of_all
        rest = np.where(values[:, whole] == of_all[whole], np.nan, values[:, whole])
        some = ~np.isnan(rest).all(axis=0)
        found = of_all[whole].copy()
        if some.any():
            found[some] = (np.nanmax if upper else np.nanmin)(rest[:, some], axis=0)
        edges[whole, upper] = found
    below, beyond = (
        values[:, :, None] >= edges[None, :, :1],
        values[:, :, None] <= edges[None, :, 1:],
    )
    return edges, np.concatenate([below, beyond], axis=2)


def pasting(box: Box, x: Floats, case: np.ndarray, paste: float = PEEL) -> Box:
    """Return the box with slices given back as long as its density does not fall."""
    while True:
        wider = [w for w in _wider(box, x, case, paste) if w.density >= box.density]
        wider = [w for w in wider if w.mass > box.mass]
        if not wider:
            return box
        box = max(wider, key=lambda found: (found.density, found.mass))


def _wider(box: Box, x: Floats, case: np.ndarray, paste: float) -> list[Box]:
    """Return the box with each bound moved out by a slice of points."""
    found = []
    count = max(round(paste * box.mass * len(x)), 1)
    for d in np.flatnonzero(box.restricted):
        for upper in (False, True):
            bound = (box.high if upper else box.low)[d]
            if not np.isfinite(bound):
                continue
            low, high = box.low.copy(), box.high.copy()
            (high if upper else low)[d] = np.inf if upper else -np.inf
            column = np.sort(x[_box(low, high, x, case).contains(x), d])
            beyond = column[column > bound] if upper else column[column < bound][::-1]
            if beyond.size > count:
                (high if upper else low)[d] = beyond[count - 1]
            found.append(_box(low, high, x, case))
    return found


def find_box(x: Floats, case: np.ndarray, peel: float = PEEL, least: float = LEAST) -> Box:
    """Return the box of the trajectory that gains most (see `gain`), pasted.

    Parameters are let go one by one, and the box is made anew of the others, until no bound is
    left that luck alone would make in one of twenty data sets (see `chance_of_bounds`).

    Raises
    ------
    ValueError
        If there is no case.
    """
    if not case.any():
        raise ValueError("PRIM: there is no case to find a box for")
    among, share = list(range(x.shape[1])), float(case.mean())
    while True:
        boxes = peeling(x, case, peel, least, among)
        box = pasting(max(boxes, key=lambda found: gain(found, share)), x, case, peel)
        chance = np.where(box.restricted, chance_of_bounds(box, x, case), -1.0)
        worst = int(np.argmax(chance))
        if chance[worst] <= CHANCE:
            return box
        among.remove(worst)


def gain(box: Box, share: float) -> float:
    """Return the cases in a box beyond those that as many points elsewhere would hold, per point.

    Weighted relative accuracy (Lavrač, Flach & Zupan 1999). The harmonic mean of coverage and
    density would take the box of all points for a good one wherever most points are cases.
    """
    return box.mass * (box.density - share)


def chance_of_bounds(box: Box, x: Floats, case: np.ndarray) -> Floats:
    """Return, for each bounded parameter, how likely luck alone would make its bounds as good.

    The binomial chance of as many cases among the box's points if their share were that of the box
    without the bounds (Bryant & Lempert 2010); NaN for parameters without bounds.
    """
    from scipy.special import bdtrc

    found = np.full(x.shape[1], np.nan)
    inside = box.contains(x)
    hits, n = int(case[inside].sum()), int(inside.sum())
    for d in np.flatnonzero(box.restricted):
        low, high = box.low.copy(), box.high.copy()
        low[d], high[d] = -np.inf, np.inf
        share = float(case[_box(low, high, x, case).contains(x)].mean())
        found[d] = 1.0 if hits == 0 else float(bdtrc(hits - 1, n, share))
    return found


def stability(x: Floats, case: np.ndarray, draws: int = 50, seed: int = 1) -> Floats:
    """Return the share of resamples in whose box each parameter has a bound (D,)."""
    rng = np.random.default_rng(seed)
    count, found = np.zeros(x.shape[1]), 0
    for _ in range(draws):
        rows = rng.integers(0, len(x), len(x))
        if case[rows].any():
            count += find_box(x[rows], case[rows]).restricted
            found += 1
    return count / max(found, 1)


def tried(x: Floats, case: np.ndarray, folds: int = FOLDS, seed: int = 1) -> np.ndarray:
    """Return which points lie in the box that was made without them (n,), by cross-validation.

    The share of cases among them is what a box of this kind is worth in worlds that it was not made
    from; a fold whose box has no bounds says nothing, and its points are in no box.
    """
    part = np.random.default_rng(seed).permutation(len(x)) % folds
    found = np.zeros(len(x), dtype=bool)
    for fold in range(folds):
        shown = part != fold
        if case[shown].any() and not shown.all():
            box = find_box(x[shown], case[shown])
            found[~shown] = box.restricted.any() & box.contains(x[~shown])
    return found


def _box(low: Floats, high: Floats, x: Floats, case: np.ndarray) -> Box:
    inside = ((x >= low) & (x <= high)).all(axis=1)
    hits, n = int(case[inside].sum()), int(inside.sum())
    return Box(low, high, hits / max(int(case.sum()), 1), hits / max(n, 1), n / len(x))
