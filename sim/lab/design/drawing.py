"""Drawing: parameters and forms of a replicate, functions of its seed and their names alone."""

from typing import Any

import numpy as np

from sim.model.draws import stable_hash, uniform_of

#: how a factor is drawn by replicate: from a range, of some values (``draw``), or row by row from a
#: sample (``sample``)
Drawn = tuple[float, float] | dict[str, list[Any]]


def draws(ranges: dict[str, Drawn], seed: int) -> dict[str, Any]:
    """Return a draw of each parameter: a function of the seed and the key alone.

    Samples of one calibration go row by row, so that replicates have different rows.
    """
    return {key: _drawn(key, how, seed) for key, how in ranges.items()}


def _drawn(key: str, how: Drawn, seed: int) -> Any:
    if isinstance(how, dict) and "sample" in how:
        return how["sample"][seed % len(how["sample"])]
    share = _share(f"lab.prior {seed} {key}")
    if isinstance(how, dict):
        return how["draw"][min(int(share * len(how["draw"])), len(how["draw"]) - 1)]
    low, high = how
    return low + (high - low) * share


def drawn_as(how: Drawn) -> type:
    """Return what a draw gives: numbers (float) or words (str)."""
    words = isinstance(how, dict) and all(isinstance(one, str) for one in how.get("draw", [0]))
    return str if words else float


def _share(text: str) -> float:
    return float(uniform_of(np.uint64(stable_hash(text))))
