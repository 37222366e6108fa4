"""Work behind the page: runs from the start to the end, seed by seed, shown as they grow."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

import numpy as np

from sim.dashboard.comparison import Comparison
from sim.dashboard.link import Asked
from sim.model.outcomes.catalogue import OUTCOMES

#: seconds between two pictures of a county that is still being simulated
_BETWEEN = 0.7
#: outcome -> with and without the policies, month by month
Series = dict[str, tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Shown:
    """What there is to show.

    Attributes
    ----------
    asked : Asked
        What was asked for.
    county : Comparison
        The first seed's; its months may still be growing.
    done : int
        Months of it to be shown.
    seeds : tuple of Series
        The county's outcomes, of every seed that is whole.
    share : float
        Share of the work that is done, 0-1.
    """

    asked: Asked
    county: Comparison
    done: int = 0
    seeds: tuple[Series, ...] = ()
    share: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether all is simulated."""
        return self.share >= 1.0


def simulate(asked: Asked, show: Callable[[Shown], None], stop: Event) -> None:
    """Simulate what is asked for; show it when the reform has come, as it grows, and at the end.

    Parameters
    ----------
    asked : Asked
        What to simulate.
    show : callable
        Is given what there is.
    stop : Event
        Set when nobody wants it any more: the work ends within a month.
    """
    first = _built(asked, 0)
    show(Shown(asked, first))
    if first.problem:
        return
    months, shown_at = first.config.months, 0.0
    total = months * asked.seeds
    while first.running and not stop.is_set():
        first.step()
        due = time.monotonic() - shown_at > _BETWEEN
        if first.done > first.reform_at and due and first.running:
            show(Shown(asked, first, first.done, (), first.done / total))
            shown_at = time.monotonic()
    seeds: tuple[Series, ...] = (_series(first),)
    if not stop.is_set():
        show(Shown(asked, first, months, seeds, 1.0 if asked.seeds == 1 else months / total))
    for k in range(1, asked.seeds):
        other = _built(asked, k)
        while other.running and not stop.is_set():
            other.step()
        if stop.is_set():
            return
        seeds += (_series(other),)
        show(Shown(asked, first, months, seeds, (k + 1) / asked.seeds))


def _built(asked: Asked, k: int) -> Comparison:
    """Return the county with the luck of the k-th seed."""
    return Comparison(
        asked.source, asked.county or None, asked.scale, asked.seed + k, **dict(asked.moved)
    )


def _series(county: Comparison) -> Series:
    return {key: county.series(key) for key, outcome in OUTCOMES.items() if outcome.village}
