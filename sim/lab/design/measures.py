"""Measures: the numbers that a method asks of runs, of one arm or as a difference of two."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a set of parameters or levers.

    Attributes
    ----------
    outcome : str
        Outcome of the county.
    at : str
        Month (``"2020-05"``), or ``"end"``: the mean of the last 12 months.
    arm, against : str or None
        Arm it is of (the first if None), and arm it is a difference from.
    relative : bool
        The difference is over the value of the arm it is from.
    """

    outcome: str
    at: str = "end"
    arm: str | None = None
    against: str | None = None
    relative: bool = False

    def difference[N: (float, npt.NDArray[np.float64])](self, own: N, other: N) -> N:
        """Return what an arm gives against the other."""
        with np.errstate(invalid="ignore", divide="ignore"):  # relative to nothing: missing
            return (own - other) / other if self.relative else own - other
